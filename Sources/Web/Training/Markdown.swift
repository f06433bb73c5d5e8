import Foundation

/// Markdown as lessons are written in it, as HTML: headings, paragraphs, lists, quotations, tables, emphasis, code and
/// links to http and https. Everything else is text: no tag, no picture and no other address comes through.
enum Markdown {
  /// - Parameter droppingTitle: leave out the first “# ” line, which the page shows as its own heading.
  static func html(_ source: String, droppingTitle: Bool = false) -> String {
    var lines = source.replacingOccurrences(of: "\r\n", with: "\n").split(
      separator: "\n", omittingEmptySubsequences: false
    ).map { $0.trimmingCharacters(in: .whitespaces) }
    if droppingTitle, lines.first?.hasPrefix("# ") == true { lines.removeFirst() }
    return blocks(lines[...])
  }

  private enum Kind: Equatable { case blank, heading(Int), bullet, numbered, quotation, row, rule, text }

  private static func kind(_ line: String) -> Kind {
    if line.isEmpty { return .blank }
    let marks = line.prefix { $0 == "#" }.count
    if (1...6).contains(marks), line.dropFirst(marks).hasPrefix(" ") { return .heading(marks) }
    if line == "---" || line == "***" { return .rule }
    if line.hasPrefix("- ") || line.hasPrefix("* ") { return .bullet }
    if line.prefixMatch(of: #/[0-9]{1,3}\. /#) != nil { return .numbered }
    if line.hasPrefix(">") { return .quotation }
    if line.hasPrefix("|"), line.hasSuffix("|"), line.count > 2 { return .row }
    return .text
  }

  private static func blocks(_ lines: ArraySlice<String>, depth: Int = 0) -> String {
    var (html, rest) = ("", lines)
    while let first = rest.first {
      let kind = kind(first)
      let run = rest.prefix { Self.kind($0) == kind }
      switch kind {
      case .blank: rest = rest.dropFirst(run.count)
      case .heading(let level):
        let tag = "h\(min(level, 4) < 2 ? 2 : min(level, 4))"
        html += "<\(tag)>\(inline(first.dropFirst(level)))</\(tag)>\n"
        rest = rest.dropFirst()
      case .rule:
        html += "<hr>\n"
        rest = rest.dropFirst()
      case .bullet: html += list("ul", items(&rest, kind) { $0.dropFirst(2) })
      case .numbered: html += list("ol", items(&rest, kind) { $0.drop { $0 != " " } })
      case .quotation where depth < 4:
        let inner = run.map { $0.dropFirst().trimmingCharacters(in: .whitespaces) }
        html += "<blockquote>\n\(blocks(inner[...], depth: depth + 1))</blockquote>\n"
        rest = rest.dropFirst(run.count)
      case .row:
        html += table(Array(run))
        rest = rest.dropFirst(run.count)
      case .text, .quotation:
        html += "<p>\(inline(run.joined(separator: " ")))</p>\n"
        rest = rest.dropFirst(run.count)
      }
    }
    return html
  }

  /// The items of a list; a line of text continues the item above it.
  private static func items(
    _ rest: inout ArraySlice<String>, _ kind: Kind, _ content: (String) -> Substring
  ) -> [String] {
    var items: [String] = []
    while let line = rest.first {
      if Self.kind(line) == kind {
        items.append(String(content(line)))
      } else if Self.kind(line) == .text, !items.isEmpty {
        items[items.count - 1] += " " + line
      } else {
        break
      }
      rest = rest.dropFirst()
    }
    return items
  }

  private static func list(_ tag: String, _ items: [String]) -> String {
    "<\(tag)>\n" + items.map { "<li>\(inline($0))</li>\n" }.joined() + "</\(tag)>\n"
  }

  private static func table(_ rows: [String]) -> String {
    func cells(_ row: String) -> [String] {
      row.dropFirst().dropLast().replacing("\\|", with: "\u{1}")
        .split(separator: "|", omittingEmptySubsequences: false)
        .map { inline($0.replacing("\u{1}", with: "|")) }
    }
    let body = rows.dropFirst().filter { !$0.allSatisfy { "|-: ".contains($0) } }
    let head = cells(rows[0]).map { "<th scope=\"col\">\($0)</th>" }.joined()
    let lines = body.map { "<tr>" + cells($0).map { "<td>\($0)</td>" }.joined() + "</tr>\n" }.joined()
    return
      "<div class=\"table-wrap\" tabindex=\"0\"><table>\n<thead><tr>\(head)</tr></thead>\n<tbody>\n\(lines)</tbody>\n"
      + "</table></div>\n"
  }

  /// Emphasis, code and links; every other sign is escaped.
  static func inline(_ text: some StringProtocol, depth: Int = 0) -> String {
    var rest = Substring(text.trimmingCharacters(in: .whitespaces))
    var html = ""
    while let sign = rest.first {
      // Anything else can't begin what the expressions look for.
      guard "*`[".contains(sign), depth < 4 else {
        let plain = rest.prefix { !"*`[".contains($0) || depth >= 4 }
        html += Screen.escaped(String(plain))
        rest = rest[plain.endIndex...]
        continue
      }
      do {
        if let found = rest.prefixMatch(of: /\*\*([^*]+(?:\*[^*]+\*[^*]*)*)\*\*/) {
          html += "<strong>\(inline(found.1, depth: depth + 1))</strong>"
          rest = rest[found.range.upperBound...]
          continue
        }
        if let found = rest.prefixMatch(of: /\*([^*\s][^*]*)\*/) {
          html += "<em>\(inline(found.1, depth: depth + 1))</em>"
          rest = rest[found.range.upperBound...]
          continue
        }
        if let found = rest.prefixMatch(of: /`([^`]+)`/) {
          html += "<code>\(Screen.escaped(String(found.1)))</code>"
          rest = rest[found.range.upperBound...]
          continue
        }
        if let found = rest.prefixMatch(of: /\[([^\[\]]+)\]\((https?:\/\/[^\s()<>"']+)\)/) {
          html +=
            "<a href=\"\(Screen.escaped(String(found.2)))\" rel=\"noreferrer\">"
            + "\(inline(found.1, depth: depth + 1))</a>"
          rest = rest[found.range.upperBound...]
          continue
        }
      }
      html += Screen.escaped(String(sign))
      rest = rest.dropFirst()
    }
    return html
  }
}
