import CQRencode

/// A text as a QR code (ISO/IEC 18004): a square of dark and light modules.
///
///     let code = try QRCode("https://amparo.example.org/t/…")
///     page.draw(code, in: Box(x: 40, y: 40, width: 100, height: 100))
public struct QRCode: Hashable, Sendable {
  /// How much of the code may be spoilt and still be read: about 7, 15, 25 and 30 %.
  public enum Correction: Hashable, Sendable { case low, medium, quartile, high }

  /// Light modules that must stand around the code.
  public static let quietZone = 4

  /// Modules on a side, without the quiet zone.
  public let size: Int
  private let modules: [Bool]

  /// - Parameter text: what the code says; letters of `0–9A–Z $%*+-./:` take least room.
  ///
  /// Throws `DocumentProblem.tooLong` when no QR code holds it.
  public init(_ text: String, correction: Correction = .medium) throws(DocumentProblem) {
    let level =
      switch correction {
      case .low: QR_ECLEVEL_L
      case .medium: QR_ECLEVEL_M
      case .quartile: QR_ECLEVEL_Q
      case .high: QR_ECLEVEL_H
      }
    guard !text.isEmpty, !text.utf8.contains(0), let code = QRcode_encodeString(text, 0, level, QR_MODE_8, 1) else {
      throw .tooLong
    }
    defer { QRcode_free(code) }
    let size = Int(code.pointee.width)
    self.size = size
    // The lowest bit says dark; the others how the library got there.
    modules = (0..<size * size).map { code.pointee.data[$0] & 1 == 1 }
  }

  /// Whether a module is dark.
  public subscript(row: Int, column: Int) -> Bool { modules[row * size + column] }

  /// Dark modules as runs: row, first column, number of modules.
  var runs: [(row: Int, column: Int, length: Int)] {
    var found: [(row: Int, column: Int, length: Int)] = []
    for row in 0..<size {
      var column = 0
      while column < size {
        guard self[row, column] else {
          column += 1
          continue
        }
        let start = column
        while column < size, self[row, column] { column += 1 }
        found.append((row, start, column - start))
      }
    }
    return found
  }

  /// The dark modules as one SVG path, to stand inside a view box of `size + 2 × quietZone` on a side.
  public var path: String {
    runs.map { "M\($0.column + Self.quietZone) \($0.row + Self.quietZone)h\($0.length)v1h-\($0.length)z" }.joined()
  }

  /// A whole SVG picture, black on white whatever the colours around it.
  /// - Parameter label: what a screen reader says.
  public func svg(label: String) -> String {
    let side = size + 2 * Self.quietZone
    let spoken = label.map { letter in
      switch letter {
      case "&": "&amp;"
      case "<": "&lt;"
      case ">": "&gt;"
      case "\"": "&quot;"
      default: String(letter)
      }
    }.joined()
    return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(side) \(side)\" role=\"img\" "
      + "aria-label=\"\(spoken)\" shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h\(side)v\(side)H0z\"/>"
      + "<path d=\"\(path)\"/></svg>"
  }
}

/// Why a document can't be made.
public enum DocumentProblem: Error, Hashable, Sendable {
  /// The text is empty or longer than any QR code holds.
  case tooLong
  /// The machine would not make the PDF: no memory.
  case notMade
}
