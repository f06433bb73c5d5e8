import Basics

/// Pages of headings, terms and texts that run on as long as they must.
public struct TextSheet: Hashable, Sendable {
  public enum Block: Hashable, Sendable {
    case heading(String)
    /// A line that stands above what belongs to it.
    case title(String)
    case line(term: String, value: String)
    case text(String)
    /// As wide as the page; what is too high goes on on the next one.
    case drawing(FlowDrawing)
  }

  /// What is set as one piece.
  private enum Piece: Hashable {
    case block(Block)
    /// From one height of the drawing to another.
    case part(FlowDrawing, from: Double, to: Double, scale: Double)
  }

  /// The first page's title.
  public var title: String
  /// On top of every page; no name of a person belongs there.
  public var header: String
  /// At the foot of every page, before its number.
  public var footer: String
  public var blocks: [Block]

  public init(title: String, header: String, footer: String, blocks: [Block]) {
    self.title = title
    self.header = header
    self.footer = footer
    self.blocks = blocks
  }

  private static let margin = 56.0
  /// A piece of a text; a longer one is broken between words, so that every piece fits on a page.
  private static let longestPiece = 1_200

  /// Throws `DocumentProblem.notMade`.
  public func pdf(on paper: Paper, created: Moment, _ language: Language) throws -> [UInt8] {
    // What the document says of itself is what stands on top of its pages.
    try PDFDocument.make(title: header, created: created, language: language) { document in
      var rest = [Piece.block(.title(title))][...] + blocks.flatMap { Self.pieces($0, on: paper) }
      var number = 0
      repeat {
        number += 1
        document.page(paper) { page in
          let box = page.box.inset(by: Self.margin)
          let small = Typeface(.serif, 8.5, ink: .soft)
          page.text(header, small, in: Box(x: box.x, y: 30, width: box.width, height: 14))
          page.text(
            footer, small, in: Box(x: box.x, y: paper.height - 42, width: box.width - 40, height: 28))
          page.text(
            String(number), small, in: Box(x: box.x, y: paper.height - 42, width: box.width, height: 14), align: .right)
          var (y, isEmpty) = (box.y, true)
          while let block = rest.first {
            let height = draw(block, page, box, y: y, isMeasured: true)
            // A heading does not stand alone at the end of a page.
            let needed = height + (isHeading(block) ? room(after: rest.dropFirst().first) : 0)
            guard isEmpty || y + needed <= box.bottom else { break }
            y += draw(block, page, box, y: y, isMeasured: false)
            isEmpty = false
            rest = rest.dropFirst()
          }
        }
      } while !rest.isEmpty
    }
  }

  /// What must have room below a heading.
  private func room(after next: Piece?) -> Double {
    if case .part(_, let from, let to, let scale) = next { max(40, (to - from) * scale) } else { 40 }
  }

  private func isHeading(_ piece: Piece) -> Bool {
    switch piece {
    case .block(.heading), .block(.title): true
    case .block(.line), .block(.text), .block(.drawing), .part: false
    }
  }

  /// Draws a block, or only says how high it is.
  private func draw(_ piece: Piece, _ page: PDFPage, _ box: Box, y: Double, isMeasured: Bool) -> Double {
    switch piece {
    case .block(let block): return draw(block, page, box, y: y, isMeasured: isMeasured)
    case .part(let drawing, let from, let to, let scale):
      if !isMeasured {
        page.draw(drawing, from: from, to: to, in: Box(x: box.x, y: y, width: box.width, height: 0), scale: scale)
      }
      return (to - from) * scale + (to == drawing.height ? 6 : 0)
    }
  }

  private func draw(_ block: Block, _ page: PDFPage, _ box: Box, y: Double, isMeasured: Bool) -> Double {
    func put(_ text: String, _ face: Typeface, _ area: Box, after space: Double) -> Double {
      let height = page.height(text, face, width: area.width)
      if !isMeasured { page.text(text, face, in: area) }
      return height + space
    }
    switch block {
    case .heading(let text):
      if !isMeasured {
        page.line(from: (box.x, y + 8), to: (box.x + box.width, y + 8), ink: .teal)
      }
      let area = Box(x: box.x, y: y + 14, width: box.width, height: 20)
      return 14 + put(text, Typeface(.serif, 13.5, bold: true, ink: .teal), area, after: 5)
    case .title(let text):
      return put(
        text, Typeface(.serif, 11.5, bold: true), Box(x: box.x, y: y, width: box.width, height: 20), after: 4)
    case .line(let term, let value):
      let (left, face) = (150.0, Typeface(.serif, 10.5))
      let first = put(
        term, Typeface(.serif, 9.5, ink: .soft), Box(x: box.x, y: y + 1, width: left - 10, height: 20), after: 3)
      let second = put(
        value, face, Box(x: box.x + left, y: y, width: box.width - left, height: 20), after: 3)
      return max(first, second)
    case .text(let text):
      return put(text, Typeface(.serif, 10.5), Box(x: box.x, y: y, width: box.width, height: 20), after: 5)
    // Set in parts.
    case .drawing: return 0
    }
  }

  private static func pieces(_ block: Block, on paper: Paper) -> [Piece] {
    switch block {
    case .heading, .title: return [.block(block)]
    case .text(let text): return cut(text).map { .block(.text($0)) }
    case .line(let term, let value):
      return cut(value).enumerated().map { .block(.line(term: $0 == 0 ? term : "", value: $1)) }
    case .drawing(let drawing):
      // Never larger than it was meant: a drawing of one box does not fill a page.
      let (width, height) = (paper.width - 2 * margin, paper.height - 2 * margin - 8)
      var scale = min(0.8, width / max(1, drawing.width))
      let longest = drawing.pieces.map { $0.upperBound - $0.lowerBound }.max() ?? 0
      // What can't be cut is made smaller instead.
      if longest * scale > height { scale = height / longest }
      return drawing.pieces.map {
        .part(drawing, from: $0.lowerBound, to: $0.upperBound, scale: scale)
      }
    }
  }

  /// Paragraphs, and long ones in pieces.
  private static func cut(_ text: String) -> [String] {
    text.split(separator: "\n").flatMap { paragraph in
      var pieces: [String] = []
      var rest = paragraph[...]
      while rest.count > longestPiece {
        let limit = rest.index(rest.startIndex, offsetBy: longestPiece)
        let end = rest[..<limit].lastIndex(of: " ").map { rest.index(after: $0) } ?? limit
        pieces.append(String(rest[..<end]))
        rest = rest[end...]
      }
      return pieces + [String(rest)]
    }
  }
}
