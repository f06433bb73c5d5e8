import Basics

/// A value of the file with the way to it, so that every problem names its place.
struct HSDSCursor {
  indirect enum Path {
    case root
    case member(Path, String)
    case element(Path, Int)

    var text: String {
      switch self {
      case .root: "$"
      case .member(let path, let name): path.text + "." + name
      case .element(let path, let index): path.text + "[\(index)]"
      }
    }

    /// The same without the numbers, under which what is not kept is counted.
    var kind: String {
      switch self {
      case .root: ""
      case .member(let path, let name): path.kind.isEmpty ? name : path.kind + "." + name
      case .element(let path, _): path.kind + "[]"
      }
    }

    var column: String {
      guard case .member(_, let name) = self else { return "" }
      return name
    }
  }

  let node: HSDSNode
  let path: Path

  func problem(_ message: String) -> DirectoryProblem {
    DirectoryProblem(
      file: node.file, line: node.line, path: node.file == nil ? path.text : path.column, message)
  }

  /// `nil` when it is missing, null or an empty text, which tables can't tell apart.
  subscript(name: String) -> HSDSCursor? {
    guard case .object(let members) = node.value, let value = members[name] else { return nil }
    switch value.value {
    case .null: return nil
    case .text(let text) where text.isEmpty: return nil
    default: return HSDSCursor(node: value, path: .member(path, name))
    }
  }

  var memberNames: [String] {
    guard case .object(let members) = node.value else { return [] }
    return members.keys.sorted()
  }
}

/// The problems found and what is not kept, while a file is read.
struct HSDSFindings {
  let limits: DirectoryLimits
  private(set) var problems: [DirectoryProblem] = []
  private(set) var count = 0
  private var seen: Set<DirectoryProblem> = []
  /// By kind of place with how often.
  private(set) var notKept: [String: Int] = [:]

  init(_ limits: DirectoryLimits) { self.limits = limits }

  mutating func add(_ problem: DirectoryProblem) {
    // In tables the same row is met by every service that names it.
    count += 1
    guard problems.count < limits.problems, seen.insert(problem).inserted else { return }
    problems.append(problem)
  }

  mutating func drop(_ cursor: HSDSCursor, _ why: String = "") {
    notKept[cursor.path.kind + (why.isEmpty ? "" : " (\(why))"), default: 0] += 1
  }

  /// Notes the members that nothing here reads.
  mutating func checkMembers(_ cursor: HSDSCursor, _ known: Set<String>) {
    for name in cursor.memberNames where !known.contains(name) && name != "id" && !name.hasSuffix("_id") {
      if let member = cursor[name] {
        if case .list(let values) = member.node.value, values.isEmpty { continue }
        drop(member)
      }
    }
  }

  // MARK: Values. `nil` is a missing or a wrong value; a wrong one is noted.

  mutating func text(_ cursor: HSDSCursor?, most: Int = 200) -> String? {
    guard let cursor else { return nil }
    let written: String
    switch cursor.node.value {
    case .text(let text): written = text
    case .number(let text): written = text
    default:
      add(cursor.problem("a text is expected"))
      return nil
    }
    guard let clean = DirectoryText.clean(written) else {
      add(cursor.problem("it has control or direction characters"))
      return nil
    }
    guard clean.unicodeScalars.count <= most else {
      add(cursor.problem("it is longer than \(most) characters"))
      return nil
    }
    return clean.isEmpty ? nil : clean
  }

  mutating func required(_ cursor: HSDSCursor, _ name: String, most: Int = 200) -> String? {
    guard let member = cursor[name] else {
      add(cursor.problem("“\(name)” is missing"))
      return nil
    }
    let count = count
    let value = text(member, most: most)
    if value == nil, count == self.count { add(member.problem("“\(name)” is empty")) }
    return value
  }

  mutating func integer(_ cursor: HSDSCursor?, _ range: ClosedRange<Int>) -> Int? {
    guard let cursor else { return nil }
    var written = ""
    switch cursor.node.value {
    case .text(let text), .number(let text): written = text
    default: break
    }
    if written.hasSuffix(".0") { written.removeLast(2) }
    guard let value = Int(written), range.contains(value), !written.hasPrefix("+") else {
      add(cursor.problem("a whole number from \(range.lowerBound) to \(range.upperBound) is expected"))
      return nil
    }
    return value
  }

  mutating func number(_ cursor: HSDSCursor?, _ range: ClosedRange<Double>) -> Double? {
    guard let cursor else { return nil }
    switch cursor.node.value {
    case .text(let text), .number(let text):
      if let value = Double(text), range.contains(value) { return value }
    default: break
    }
    add(cursor.problem("a number from \(Int(range.lowerBound)) to \(Int(range.upperBound)) is expected"))
    return nil
  }

  mutating func day(_ cursor: HSDSCursor?) -> CalendarDay? {
    guard let cursor, let written = text(cursor) else { return nil }
    // Some write the time too.
    let head = written.prefix { $0 != "T" }
    guard let day = CalendarDay(String(head)) else {
      add(cursor.problem("a day is written 2026-11-30"))
      return nil
    }
    return day
  }

  mutating func email(_ cursor: HSDSCursor?) -> String? {
    guard let cursor, let written = text(cursor, most: 254) else { return nil }
    let parts = written.split(separator: "@", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }), !written.contains(where: \.isWhitespace) else {
      add(cursor.problem("this is no e-mail address"))
      return nil
    }
    return written
  }

  /// Only what a browser opens without running it.
  mutating func website(_ cursor: HSDSCursor?) -> String? {
    guard let cursor, let written = text(cursor, most: 500) else { return nil }
    let lower = written.lowercased()
    guard lower.hasPrefix("https://") || lower.hasPrefix("http://"), !written.contains(where: \.isWhitespace),
      !written.contains(where: { "<>\"'`\\".contains($0) }), lower.count > 8
    else {
      add(cursor.problem("an address begins with https:// or http://"))
      return nil
    }
    return written
  }

  mutating func list(_ cursor: HSDSCursor, _ name: String) -> [HSDSCursor] {
    guard let member = cursor[name] else { return [] }
    guard case .list(let values) = member.node.value else {
      add(member.problem("a list is expected"))
      return []
    }
    guard values.count <= limits.list else {
      add(member.problem("the list has more than \(limits.list) elements"))
      return []
    }
    return values.enumerated().compactMap { index, value in
      let element = HSDSCursor(node: value, path: .element(member.path, index))
      guard case .object = value.value else {
        add(element.problem("an object is expected"))
        return nil
      }
      return element
    }
  }

  mutating func object(_ cursor: HSDSCursor, _ name: String) -> HSDSCursor? {
    guard let member = cursor[name] else { return nil }
    guard case .object = member.node.value else {
      add(member.problem("an object is expected"))
      return nil
    }
    return member
  }

  mutating func key<Entity>(_ cursor: HSDSCursor, _ type: DirectoryKey<Entity>.Type) -> DirectoryKey<Entity>? {
    guard let written = required(cursor, "id", most: 200) else { return nil }
    guard let key = DirectoryKey<Entity>(written) else {
      if let member = cursor["id"] {
        add(member.problem("an id has 1 to 64 letters, digits, points, colons, hyphens and underscores"))
      }
      return nil
    }
    return key
  }
}
