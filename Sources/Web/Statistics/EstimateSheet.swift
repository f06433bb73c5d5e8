import Basics
import Documents
import Estimation

/// The note and its annex on paper: A4, one page each as a rule; a long annex goes on.
public struct EstimateSheet {
  private let note: EstimateNote
  private let paper = Paper.a4

  public init(_ note: EstimateNote) { self.note = note }

  /// The PDF file. Throws `DocumentProblem`.
  ///
  /// - Parameter made: the moment that the file names as its making.
  public func bytes(made: Moment) throws -> [UInt8] {
    try PDFDocument.make(title: note.title, created: made, language: note.language) { document in
      var rest = note.blocks[...]
      while !rest.isEmpty {
        document.page(paper) { page in rest = draw(rest, on: page) }
      }
    }
  }

  /// Draws what fits and gives back the rest; a block taller than a page is drawn all the same.
  private func draw(_ blocks: ArraySlice<EstimateNote.Block>, on page: PDFPage) -> ArraySlice<EstimateNote.Block> {
    let box = page.box.inset(by: 54)
    var y = box.y
    for index in blocks.indices {
      if case .nextPage = blocks[index] { return blocks[(index + 1)...] }
      let needed = height(blocks[index], page, box.width)
      if y + needed > box.bottom, index > blocks.startIndex { return blocks[index...] }
      draw(blocks[index], page, Box(x: box.x, y: y, width: box.width, height: needed))
      y += needed
    }
    return []
  }

  private static let body = Typeface(.serif, 10.5)
  private static let small = Typeface(.serif, 9)

  private func face(_ block: EstimateNote.Block) -> (Typeface, gap: Double) {
    switch block {
    case .title: (Typeface(.serif, 22, bold: true, ink: .teal), 10)
    case .heading: (Typeface(.serif, 13, bold: true), 4)
    default: (Self.body, 7)
    }
  }

  private func height(_ block: EstimateNote.Block, _ page: PDFPage, _ width: Double) -> Double {
    let (face, gap) = face(block)
    switch block {
    case .title(let text), .heading(let text), .paragraph(let text):
      return page.height(text, face, width: width) + gap
    case .points(let points): return points.reduce(gap) { $0 + page.height($1, face, width: width - 14) + 2 }
    case .table(let head, let rows):
      return ([head] + rows).reduce(gap) { $0 + rowHeight($1, page, width) }
    case .picture(let bars, _): return Double(bars.count) * 20 + 34
    case .nextPage: return 0
    }
  }

  private func rowHeight(_ row: [String], _ page: PDFPage, _ width: Double) -> Double {
    let column = width / Double(max(1, row.count))
    return (row.map { page.height($0, Self.small, width: column - 8) }.max() ?? 0) + 5
  }

  private func draw(_ block: EstimateNote.Block, _ page: PDFPage, _ box: Box) {
    let (face, _) = face(block)
    switch block {
    case .title(let text), .heading(let text), .paragraph(let text): page.text(text, face, in: box)
    case .points(let points):
      var y = box.y
      for point in points {
        page.text("•", face, in: Box(x: box.x, y: y, width: 12, height: 0))
        y += page.text(point, face, in: Box(x: box.x + 14, y: y, width: box.width - 14, height: 0)) + 2
      }
    case .table(let head, let rows):
      var y = box.y
      for (place, row) in ([head] + rows).enumerated() {
        let column = box.width / Double(max(1, row.count))
        for (index, cell) in row.enumerated() {
          var face = Self.small
          face.isBold = place == 0
          page.text(cell, face, in: Box(x: box.x + Double(index) * column, y: y, width: column - 8, height: 0))
        }
        y += rowHeight(row, page, box.width)
        page.line(from: (box.x, y - 2.5), to: (box.x + box.width, y - 2.5), width: 0.3, ink: .soft)
      }
    case .picture(let bars, let observed): draw(bars, observed, page, box)
    case .nextPage: break
    }
  }

  private func draw(_ bars: [EstimateNote.Bar], _ observed: Double, _ page: PDFPage, _ box: Box) {
    let end = EstimateNote.end(bars, observed)
    let (left, width) = (box.x + 130, box.width - 150)
    func x(_ number: Double) -> Double { left + min(number, end) / end * width }
    for (place, bar) in bars.enumerated() {
      let y = box.y + 12 + Double(place) * 20
      page.text(bar.name, Self.small, in: Box(x: box.x, y: y - 6, width: 122, height: 0), align: .right)
      page.line(from: (x(bar.lower), y), to: (x(bar.upper), y), width: 4, ink: .teal)
      page.fill(Box(x: x(bar.total) - 3.5, y: y - 3.5, width: 7, height: 7), ink: .black)
      page.fill(Box(x: x(bar.total) - 2, y: y - 2, width: 4, height: 4), ink: .white)
      if bar.upper > end { page.text("→", Self.small, in: Box(x: x(end) + 4, y: y - 6, width: 14, height: 0)) }
    }
    let foot = box.y + Double(bars.count) * 20 + 6
    page.line(from: (x(observed), box.y), to: (x(observed), foot), width: 0.8, ink: .gold)
    page.text(note.seen(observed), Self.small, in: Box(x: x(observed), y: foot, width: 200, height: 0))
  }
}
