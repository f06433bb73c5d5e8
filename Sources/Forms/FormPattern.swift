/// A pattern of `regex()`, matched in a time that grows with the text and never explodes: every state at once, no
/// going back.
///
/// It knows letters, `.`, classes, `\d \w \s` and their opposites, groups, `|`, `* + ? {n,m}`, `^` and `$`. What else
/// a pattern may hold makes it `nil`, so that the form's reader says so.
struct FormPattern {
  private indirect enum Part {
    case letter(@Sendable (Unicode.Scalar) -> Bool)
    case row([Part])
    case either([Part])
    case times(Part, Int, Int?)
    case begin, end
  }

  private enum Step {
    case letter(@Sendable (Unicode.Scalar) -> Bool)
    case fork(Int, Int)
    case begin, end, found
  }

  private var steps: [Step] = []
  /// How often something was added, also nothing: `(){200}` repeated.
  private var work = 0
  private static let mostSteps = 2000

  init?(_ text: String) {
    var reader = Reader(rest: Array(text.unicodeScalars)[...])
    guard let part = reader.either(0), reader.rest.isEmpty, add(part) else { return nil }
    steps.append(.found)
  }

  /// Whether the pattern is found anywhere in the text.
  func matches(_ text: String) -> Bool {
    let letters = Array(text.unicodeScalars)
    var current: Set<Int> = []
    for place in 0...letters.count {
      var open = Array(current) + [0]
      current = []
      while let step = open.popLast() {
        guard current.insert(step).inserted else { continue }
        switch steps[step] {
        case .fork(let one, let other): open += [one, other]
        case .begin: if place == 0 { open.append(step + 1) }
        case .end: if place == letters.count { open.append(step + 1) }
        case .found: return true
        case .letter: break
        }
      }
      guard place < letters.count else { return false }
      current = Set(
        current.compactMap { step in
          if case .letter(let fits) = steps[step], fits(letters[place]) { return step + 1 }
          return nil
        })
    }
    return false
  }

  /// Appends the steps of a part; `false` when there are too many.
  private mutating func add(_ part: Part) -> Bool {
    work += 1
    guard steps.count < Self.mostSteps, work < 4 * Self.mostSteps else { return false }
    switch part {
    case .letter(let fits): steps.append(.letter(fits))
    case .begin: steps.append(.begin)
    case .end: steps.append(.end)
    case .row(let parts): return parts.allSatisfy { add($0) }
    case .either(let parts):
      var ends: [Int] = []
      for (index, one) in parts.enumerated() {
        let fork = steps.count
        if index < parts.count - 1 { steps.append(.fork(fork + 1, 0)) }
        guard add(one) else { return false }
        if index < parts.count - 1 {
          ends.append(steps.count)
          steps.append(.fork(0, 0))
          steps[fork] = .fork(fork + 1, steps.count)
        }
      }
      for end in ends { steps[end] = .fork(steps.count, steps.count) }
    case .times(let one, let least, let most):
      for _ in 0..<least where !add(one) { return false }
      guard let most else {
        let fork = steps.count
        steps.append(.fork(fork + 1, 0))
        guard add(one) else { return false }
        steps.append(.fork(fork, fork))
        steps[fork] = .fork(fork + 1, steps.count)
        return true
      }
      var forks: [Int] = []
      for _ in 0..<(most - least) {
        forks.append(steps.count)
        steps.append(.fork(0, 0))
        guard add(one) else { return false }
      }
      for fork in forks { steps[fork] = .fork(fork + 1, steps.count) }
    }
    return true
  }

  private struct Reader {
    var rest: ArraySlice<Unicode.Scalar>

    mutating func either(_ depth: Int) -> Part? {
      guard depth < 20 else { return nil }
      var parts: [Part] = []
      repeat {
        guard let row = row(depth) else { return nil }
        parts.append(row)
      } while skips("|")
      return parts.count == 1 ? parts[0] : .either(parts)
    }

    private mutating func row(_ depth: Int) -> Part? {
      var parts: [Part] = []
      while let next = rest.first, next != "|", next != ")" {
        guard let one = one(depth), let times = times(one) else { return nil }
        parts.append(times)
      }
      return .row(parts)
    }

    private mutating func times(_ part: Part) -> Part? {
      var part = part
      if skips("*") {
        part = .times(part, 0, nil)
      } else if skips("+") {
        part = .times(part, 1, nil)
      } else if skips("?") {
        part = .times(part, 0, 1)
      } else if skips("{") {
        guard let least = number() else { return nil }
        var most: Int? = least
        if skips(",") { most = rest.first == "}" ? nil : number() ?? -1 }
        guard skips("}"), least <= 200, most.map({ $0 >= least && $0 <= 200 }) ?? true else { return nil }
        part = .times(part, least, most)
      }
      // Two in a row, and lazy or possessive ones, are not known here.
      return rest.first.map { "*+?{".unicodeScalars.contains($0) } == true ? nil : part
    }

    private mutating func number() -> Int? {
      let digits = rest.prefix { ("0"..."9").contains($0) }.prefix(4)
      rest = rest.dropFirst(digits.count)
      return Int(String(String.UnicodeScalarView(digits)))
    }

    private mutating func one(_ depth: Int) -> Part? {
      guard let letter = rest.popFirst() else { return nil }
      switch letter {
      case ".": return .letter { $0 != "\n" }
      case "^": return .begin
      case "$": return .end
      case "(":
        if rest.first == "?" {
          guard rest.dropFirst().first == ":" else { return nil }
          rest = rest.dropFirst(2)
        }
        guard let part = either(depth + 1), skips(")") else { return nil }
        return part
      case "[": return set()
      case "\\": return rest.popFirst().flatMap(Self.escape).map { .letter($0) }
      case "*", "+", "?", "{", ")": return nil
      default: return .letter { $0 == letter }
      }
    }

    private mutating func set() -> Part? {
      let isOpposite = skips("^")
      var tests: [@Sendable (Unicode.Scalar) -> Bool] = []
      var isFirst = true
      while let letter = rest.popFirst() {
        if letter == "]", !isFirst {
          let all = tests
          return .letter { letter in all.contains { $0(letter) } != isOpposite }
        }
        isFirst = false
        if letter == "[" || letter == "&" && rest.first == "&" { return nil }
        if letter == "\\" {
          guard let test = rest.popFirst().flatMap(Self.escape) else { return nil }
          tests.append(test)
        } else if rest.first == "-", let last = rest.dropFirst().first, last != "]" {
          guard last != "\\", last != "[", last >= letter else { return nil }
          rest = rest.dropFirst(2)
          tests.append { (letter...last).contains($0) }
        } else {
          tests.append { $0 == letter }
        }
      }
      return nil
    }

    private static func escape(_ letter: Unicode.Scalar) -> (@Sendable (Unicode.Scalar) -> Bool)? {
      switch letter {
      case "d": return { isDigit($0) }
      case "D": return { !isDigit($0) }
      case "w": return { isWord($0) }
      case "W": return { !isWord($0) }
      case "s": return { $0.properties.isWhitespace }
      case "S": return { !$0.properties.isWhitespace }
      case "n": return { $0 == "\n" }
      case "t": return { $0 == "\t" }
      default:
        if letter.properties.isAlphabetic || isDigit(letter) { return nil }
        return { $0 == letter }
      }
    }

    private static func isDigit(_ letter: Unicode.Scalar) -> Bool { (48...57).contains(letter.value) }

    private static func isWord(_ letter: Unicode.Scalar) -> Bool {
      letter.isASCII && (letter.properties.isAlphabetic || isDigit(letter) || letter == "_")
    }

    private mutating func skips(_ letter: Unicode.Scalar) -> Bool {
      guard rest.first == letter else { return false }
      rest = rest.dropFirst()
      return true
    }
  }
}
