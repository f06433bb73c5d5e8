import CMarkdown
import Foundation

/// Markdown (CommonMark, read by libcmark) as HTML that may stand in any page: headings, paragraphs, lists, quotations,
/// emphasis, code and links, and tables, which CommonMark lacks. Everything else is text: no tag, no picture and no
/// other address than those of `isAllowed` comes through.
///
///     Markdown.html("# Señales\n\nVea *ambas* listas.")     // "<h2>Señales</h2>\n<p>Vea <em>ambas</em> listas.</p>\n"
public enum Markdown {
  /// Bytes that are read as Markdown. What is longer stands there as plain text.
  public static let most = 400_000
  /// Brackets and marks of nesting that are read: far more than people write, and too few to keep a server busy with
  /// (libcmark needs seconds for a hundred thousand brackets).
  static let mostBrackets = 4_000
  static let deepest = 100

  /// - Parameters:
  ///   - source: any text.
  ///   - droppingTitle: leave out the first “# ” line, which the page shows as its own heading.
  /// - Returns: blocks of HTML. Headings begin with `h2`: the page's title is its `h1`.
  public static func html(_ source: String, droppingTitle: Bool = false) -> String {
    let source = source.replacing("\r\n", with: "\n").replacing("\0", with: "\u{FFFD}")
    guard isTame(source) else { return "<p>\(escaped(source))</p>\n" }
    var lines = source.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if droppingTitle, lines.first?.hasPrefix("# ") == true { lines.removeFirst() }
    let chunks = Chunk.parts(of: lines)
    // A text whose headings begin with one mark moves down as a whole; one that begins with two stays.
    let isShifted = lines.contains { $0.hasPrefix("# ") }
    return chunks.map { chunk in
      switch chunk {
      case .text(let lines): blocks(lines.joined(separator: "\n"), headingsDown: isShifted ? 1 : 0)
      case .table(let rows): table(rows)
      }
    }.joined()
  }

  /// Whether a link may lead there: to this site, or by https, telephone or e-mail elsewhere.
  public static func isAllowed(_ address: String) -> Bool {
    guard !address.isEmpty,
      !address.unicodeScalars.contains(where: { sign in
        sign.value <= 32 || sign.value == 127 || "\\\"'<>`".unicodeScalars.contains(sign)
      })
    else { return false }
    if address.hasPrefix("#") { return true }
    if address.hasPrefix("/") { return !address.hasPrefix("//") }
    let lower = address.lowercased()
    return lower.hasPrefix("https://") || lower.hasPrefix("tel:") || lower.hasPrefix("mailto:")
  }

  /// The words without marks, for searching and for descriptions.
  public static func plain(_ source: String) -> String {
    html(source).replacing(/<[^>]*>/, with: " ").replacing("&lt;", with: "<").replacing("&gt;", with: ">")
      .replacing("&quot;", with: "\"").replacing("&#39;", with: "'").replacing("&amp;", with: "&")
      .split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  public static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
      .replacing("\"", with: "&quot;").replacing("'", with: "&#39;")
  }

  private static func isTame(_ source: String) -> Bool {
    guard source.utf8.count <= most else { return false }
    var (brackets, depth, isLeading, before) = (0, 0, true, UInt8(ascii: "\n"))
    for byte in source.utf8 {
      switch byte {
      case UInt8(ascii: "\n"): (depth, isLeading) = (0, true)
      case UInt8(ascii: "["), UInt8(ascii: "]"): (brackets, isLeading) = (brackets + 1, false)
      case UInt8(ascii: ">"): depth += isLeading ? 1 : 0
      case UInt8(ascii: " "), UInt8(ascii: "\t"):
        // The mark of a list has a space behind it; a rule of many dashes has none.
        if isLeading, "-*+.)".utf8.contains(before) { depth += 1 }
      case UInt8(ascii: "-"), UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "."), UInt8(ascii: ")"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        break
      default: isLeading = false
      }
      if brackets > 2 * mostBrackets || depth > deepest { return false }
      before = byte
    }
    return true
  }

  // MARK: Tables

  private enum Chunk {
    case text([String])
    case table([String])

    /// Lines that begin and end with “|” and stand outside of fenced code are rows.
    static func parts(of lines: [String]) -> [Chunk] {
      var parts: [Chunk] = []
      var (fence, text, rows): (Character?, [String], [String]) = (nil, [], [])
      func endTable() {
        if !rows.isEmpty { parts.append(.table(rows)) }
        rows = []
      }
      func endText() {
        if !text.isEmpty { parts.append(.text(text)) }
        text = []
      }
      for line in lines {
        let bare = line.trimmingCharacters(in: .whitespaces)
        if bare.hasPrefix("```") || bare.hasPrefix("~~~") {
          if fence == nil { fence = bare.first } else if fence == bare.first { fence = nil }
        }
        if fence == nil, bare.hasPrefix("|"), bare.hasSuffix("|"), bare.count > 2 {
          endText()
          rows.append(bare)
        } else {
          endTable()
          text.append(line)
        }
      }
      endTable()
      endText()
      return parts
    }
  }

  private static func table(_ rows: [String]) -> String {
    func cells(_ row: String) -> [String] {
      row.dropFirst().dropLast().replacing("\\|", with: "\u{1}").split(separator: "|", omittingEmptySubsequences: false)
        .map { inline($0.replacing("\u{1}", with: "|").trimmingCharacters(in: .whitespaces)) }
    }
    let body = rows.dropFirst().filter { !$0.allSatisfy { "|-: ".contains($0) } }
    let head = cells(rows[0]).map { "<th scope=\"col\">\($0)</th>" }.joined()
    let lines = body.map { "<tr>" + cells($0).map { "<td>\($0)</td>" }.joined() + "</tr>\n" }.joined()
    return
      "<div class=\"table-wrap\" tabindex=\"0\"><table>\n<thead><tr>\(head)</tr></thead>\n<tbody>\n\(lines)</tbody>\n"
      + "</table></div>\n"
  }

  /// A cell: one line with emphasis, code and links; anything else than one paragraph is text.
  private static func inline(_ source: String) -> String {
    let html = blocks(source, headingsDown: 0)
    guard html.hasPrefix("<p>"), html.hasSuffix("</p>\n"), !html.dropFirst(3).contains("<p>") else {
      return escaped(source)
    }
    return String(html.dropFirst(3).dropLast(5))
  }
}
