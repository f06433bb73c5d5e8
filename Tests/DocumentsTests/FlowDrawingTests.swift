import Basics
import Testing

@testable import Documents

/// A flow goes over as many pages as it must, cut only between its rows.
@Suite struct FlowDrawingTests {
  private func drawing(rows: Int) -> FlowDrawing {
    FlowDrawing(
      width: 260, height: Double(rows) * 140,
      nodes: (0..<rows).map {
        .init(
          box: Box(x: 16, y: Double($0) * 140 + 16, width: 216, height: 84), title: ["\($0 + 1). Paso"],
          lines: ["Mesa", "24 horas"], isStrong: $0 == rows - 1, isDashed: $0 == 0)
      },
      ways: (1..<max(1, rows)).map {
        .init(
          points: [.init(x: 124, y: Double($0) * 140 - 40), .init(x: 124, y: Double($0) * 140 + 14)],
          isDashed: $0 % 2 == 0)
      }, cuts: (1..<max(1, rows)).map { Double($0) * 140 - 12 })
  }

  private func pages(rows: Int) throws -> Int {
    let sheet = TextSheet(
      title: "Mecanismo", header: "Mecanismo", footer: "", blocks: [.heading("Flujo"), .drawing(drawing(rows: rows))])
    let bytes = try sheet.pdf(on: .a4, created: Moment(milliseconds: 0), .spanish)
    #expect(bytes.starts(with: Array("%PDF-".utf8)))
    // Each page is an object of its own; the list of them is called Pages.
    let text = String(decoding: bytes, as: UTF8.self)
    return text.matches(of: /\/Type \/Page[^s]/).count
  }

  @Test func piecesCoverAllOfIt() {
    for rows in 1...12 {
      let pieces = drawing(rows: rows).pieces
      #expect(pieces.count == rows && pieces.first?.lowerBound == 0)
      #expect(pieces.last?.upperBound == Double(rows) * 140)
      for (one, next) in zip(pieces, pieces.dropFirst()) { #expect(one.upperBound == next.lowerBound) }
    }
  }

  @Test func itGoesOnOnTheNextPage() throws {
    #expect(try pages(rows: 2) == 1)
    // A row is 112 points high, a page has room for six.
    #expect(try pages(rows: 5) == 1)
    #expect(try pages(rows: 10) == 2)
    #expect(try pages(rows: 20) == 4)
  }

  @Test func whatCannotBeCutIsMadeSmaller() throws {
    var tall = drawing(rows: 20)
    tall.cuts = []
    let sheet = TextSheet(title: "M", header: "M", footer: "", blocks: [.drawing(tall)])
    #expect(try !sheet.pdf(on: .a4, created: Moment(milliseconds: 0), .english).isEmpty)
  }
}
