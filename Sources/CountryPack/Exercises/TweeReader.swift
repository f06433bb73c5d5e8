import Foundation

/// Reads Twee 3 (Interactive Fiction Technology Foundation, Twee 3 Specification 3.0.2): `:: name [tags] {json}`, a
/// backslash before `[ ] { } \`, the passages `StoryTitle` and `StoryData` with its mandatory `ifid`.
///
/// Links belong to story formats. Read are `[[text->target]]`, `[[target<-text]]`, `[[text|target]]` and `[[target]]`.
/// A story is read, never run: passages tagged `script` or `stylesheet`, macros and HTML are refused.
public struct TweeReader {
  public static let largestFile = 1_000_000
  static let mostPassages = 500
  static let mostProblems = 50

  private var problems: [TweeProblem] = []
  private var passages: [Draft] = []

  private struct Draft {
    var name: String
    var tags: [String]
    var lines: [(number: Int, text: Substring)] = []
    var line: Int
  }

  /// - Parameter text: a whole file; both kinds of line ends, with or without a byte order mark.
  ///
  /// Throws `TweeProblems` with every line that can't be read, a link that leads nowhere, a passage that no way leads to.
  public static func read(_ text: String) throws(TweeProblems) -> TweeStory {
    var reader = TweeReader()
    let story = reader.story(text)
    guard reader.problems.isEmpty, let story else {
      let sorted = reader.problems.sorted { $0.line < $1.line }.prefix(mostProblems)
      throw TweeProblems(problems: Array(sorted))
    }
    return story
  }

  private mutating func note(_ line: Int, _ message: String) {
    problems.append(TweeProblem(line: line, message: message))
  }

  private mutating func story(_ text: String) -> TweeStory? {
    guard text.utf8.count <= Self.largestFile else {
      note(1, "the file is larger than one megabyte")
      return nil
    }
    split(text)
    guard problems.isEmpty else { return nil }
    let title = passages.first { $0.name == "StoryTitle" }
    if title == nil { note(1, "the passage “StoryTitle” is missing") }
    let data = storyData()
    let story = passages.filter { $0.name != "StoryTitle" && $0.name != "StoryData" }.map { finished($0) }
    let start = data?.start ?? "Start"
    check(story, start: start, line: data?.line ?? 1)
    return TweeStory(
      title: title.map { $0.lines.map(\.text).joined(separator: " ").trimmingCharacters(in: .whitespaces) } ?? "",
      ifid: data?.ifid ?? "", start: start, passages: story)
  }

  // MARK: Lines

  private mutating func split(_ text: String) {
    let plain = text.replacingOccurrences(of: "\r\n", with: "\n").replacingOccurrences(of: "\r", with: "\n")
    let body = plain.hasPrefix("\u{FEFF}") ? plain.dropFirst() : plain[...]
    for (index, line) in body.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let number = index + 1
      if line.unicodeScalars.contains(where: { $0.value < 32 && $0 != "\t" || $0.value == 127 }) {
        note(number, "a control character")
      }
      if line.hasPrefix("::") {
        header(line.dropFirst(2), number)
      } else if passages.isEmpty {
        if !line.allSatisfy(\.isWhitespace) { note(number, "text before the first passage (“:: name”)") }
      } else {
        passages[passages.count - 1].lines.append((number, line))
      }
      if problems.count > Self.mostProblems { return }
      if passages.count > Self.mostPassages { return note(number, "more than \(Self.mostPassages) passages") }
    }
  }

  /// Name, `[tags]` and `{json}`; a backslash takes the meaning of the next sign.
  private mutating func header(_ line: Substring, _ number: Int) {
    var rest = line.drop { $0 == " " || $0 == "\t" }
    var draft = Draft(name: "", tags: [], line: number)
    // So that what follows belongs to this passage, whatever is wrong with its header.
    defer { passages.append(draft) }
    guard let name = unescaped(&rest, until: "[{", number) else { return }
    draft.name = name.trimmingCharacters(in: .whitespaces)
    if rest.first == "[" {
      rest = rest.dropFirst()
      guard let tags = unescaped(&rest, until: "]", number) else { return }
      guard rest.first == "]" else { return note(number, "the tags are not closed: “]” is missing") }
      rest = rest.dropFirst().drop { $0 == " " || $0 == "\t" }
      draft.tags = tags.split(separator: " ").map(String.init)
    }
    if rest.first == "{" {
      guard (try? JSONSerialization.jsonObject(with: Data(rest.utf8))) is [String: Any] else {
        return note(number, "what stands in “{ }” is not a JSON object")
      }
    } else if !rest.allSatisfy(\.isWhitespace) {
      return note(number, "after the tags only “{ }” may follow")
    }
    if draft.name.isEmpty { return note(number, "the passage has no name") }
    if draft.name.count > 100 { return note(number, "the passage's name is longer than 100 characters") }
    if let before = passages.first(where: { $0.name == draft.name }) {
      note(number, "the passage “\(draft.name)” stands already in line \(before.line)")
    }
    for tag in draft.tags where ["script", "stylesheet"].contains(tag.lowercased()) {
      note(number, "a passage tagged “\(tag)” is refused: a story is read, never run")
    }
  }

  private mutating func unescaped(_ rest: inout Substring, until ends: String, _ number: Int) -> String? {
    var text = ""
    while let sign = rest.first, !ends.contains(sign) {
      rest = rest.dropFirst()
      if sign == "\\" {
        guard let next = rest.popFirst() else {
          note(number, "nothing follows the backslash")
          return nil
        }
        text.append(next)
      } else if "[]{}".contains(sign) {
        note(number, "“\(sign)” in a name needs a backslash before it")
        return nil
      } else {
        text.append(sign)
      }
    }
    return text
  }

  // MARK: Passages

  private struct StoryData: Decodable {
    var ifid: String?
    var start: String?
  }

  private mutating func storyData() -> (ifid: String, start: String?, line: Int)? {
    guard let draft = passages.first(where: { $0.name == "StoryData" }) else {
      note(1, "the passage “StoryData” is missing")
      return nil
    }
    let json = draft.lines.map(\.text).joined(separator: "\n")
    guard let data = try? JSONDecoder().decode(StoryData.self, from: Data(json.utf8)) else {
      note(draft.line, "“StoryData” is not a JSON object with the texts “ifid” and “start”")
      return nil
    }
    guard let ifid = data.ifid, UUID(uuidString: ifid) != nil else {
      note(draft.line, "“StoryData” needs an “ifid”: a UUID")
      return nil
    }
    return (ifid.uppercased(), data.start, draft.line)
  }

  private mutating func finished(_ draft: Draft) -> TweePassage {
    var passage = TweePassage(name: draft.name, tags: draft.tags, text: "", links: [], line: draft.line)
    var kept: [String] = []
    for (number, line) in draft.lines {
      if let reason = Self.runs(line) { note(number, reason) }
      guard line.contains("[[") else {
        kept.append(String(line))
        continue
      }
      let (prose, links) = links(line, number)
      passage.links += links
      if links.isEmpty || prose.contains(where: { $0.isLetter || $0.isNumber }) { kept.append(prose) }
    }
    if passage.links.count > 12 { note(draft.line, "a passage has at most 12 choices") }
    passage.text = kept.joined(separator: "\n").trimmingCharacters(in: .whitespacesAndNewlines)
    return passage
  }

  /// The line with each link replaced by its text where words stand around it, and the links.
  private mutating func links(_ line: Substring, _ number: Int) -> (prose: String, links: [TweeLink]) {
    var (prose, isAlone, found) = ("", true, [TweeLink]())
    var rest = line
    while let open = rest.range(of: "[[") {
      let before = rest[..<open.lowerBound]
      prose += before
      if before.contains(where: { $0.isLetter || $0.isNumber }) { isAlone = false }
      guard let close = rest[open.upperBound...].range(of: "]]") else {
        note(number, "the link is not closed: “]]” is missing")
        return (prose + rest[open.lowerBound...], found)
      }
      if let link = link(rest[open.upperBound..<close.lowerBound], number) {
        found.append(link)
        prose += link.text
      }
      rest = rest[close.upperBound...]
    }
    if rest.contains(where: { $0.isLetter || $0.isNumber }) { isAlone = false }
    return (isAlone ? "" : prose + rest, found)
  }

  private mutating func link(_ inner: Substring, _ number: Int) -> TweeLink? {
    if inner.contains("[") || inner.contains("]") {
      note(number, "a link holds text and target only: “[” and “]” are not read in it")
      return nil
    }
    let (text, target): (Substring, Substring)
    if let arrow = inner.range(of: "->", options: .backwards) {
      (text, target) = (inner[..<arrow.lowerBound], inner[arrow.upperBound...])
    } else if let arrow = inner.range(of: "<-") {
      (text, target) = (inner[arrow.upperBound...], inner[..<arrow.lowerBound])
    } else if let bar = inner.lastIndex(of: "|") {
      (text, target) = (inner[..<bar], inner[inner.index(after: bar)...])
    } else {
      (text, target) = (inner, inner)
    }
    let link = TweeLink(
      text: text.trimmingCharacters(in: .whitespaces), target: target.trimmingCharacters(in: .whitespaces),
      line: number)
    guard !link.text.isEmpty, !link.target.isEmpty else {
      note(number, "a link needs a text and a target: [[text->target]]")
      return nil
    }
    return link
  }

  private static let macros: Set<Substring> = [
    "set", "put", "if", "else", "else-if", "unless", "link-goto", "goto", "go-to", "print", "display", "live",
  ]

  /// Why a line is more than text.
  private static func runs(_ line: Substring) -> String? {
    if line.contains("<<") { return "macros (“<<…>>”) are not read: a story is read, never run" }
    for (start, sign) in zip(line.indices, line) where sign == "(" || sign == "<" {
      let rest = line[line.index(after: start)...]
      if sign == "(", let colon = rest.prefix(12).firstIndex(of: ":"), macros.contains(rest[..<colon]) {
        return "macros (“(set: …)”) are not read: a story is read, never run"
      }
      if sign == "<", let next = rest.first, next == "/" || next == "!" || next.isASCII && next.isLetter {
        return "HTML is not read: write Markdown"
      }
    }
    return nil
  }

  // MARK: The whole

  private mutating func check(_ story: [TweePassage], start: String, line: Int) {
    let byName = Dictionary(story.map { ($0.name, $0) }) { first, _ in first }
    guard byName[start] != nil else { return note(line, "the first passage “\(start)” is missing") }
    for passage in story {
      for link in passage.links where byName[link.target] == nil {
        note(link.line, "there is no passage “\(link.target)”")
      }
      if passage.text.isEmpty { note(passage.line, "the passage “\(passage.name)” has no text") }
    }
    var (reached, waiting) = (Set([start]), [start])
    while let name = waiting.popLast() {
      for link in byName[name]?.links ?? [] where byName[link.target] != nil && reached.insert(link.target).inserted {
        waiting.append(link.target)
      }
    }
    for passage in story where !reached.contains(passage.name) {
      note(passage.line, "no way leads to the passage “\(passage.name)”")
    }
    for passage in story where reached.contains(passage.name) && !Self.ends(from: passage, byName) {
      note(passage.line, "from the passage “\(passage.name)” no way leads to an end")
    }
  }

  private static func ends(from passage: TweePassage, _ byName: [String: TweePassage]) -> Bool {
    var (seen, waiting) = (Set([passage.name]), [passage])
    while let next = waiting.popLast() {
      if next.isEnd { return true }
      for link in next.links {
        if let target = byName[link.target], seen.insert(link.target).inserted { waiting.append(target) }
      }
    }
    return false
  }
}
