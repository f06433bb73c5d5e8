import Basics
import Casework
import CountryPack
import Releases

/// What a picture of a table is drawn from: headings and what may be shown. It knows nothing that the table beside it
/// does not say.
struct PictureData {
  struct Heading {
    var code: String
    var label: String
  }

  var title: String
  var source: String
  /// The columns of the facts that are counted.
  var axes: [FactField]
  var rows: [Heading]
  /// None for a table of one column.
  var columns: [Heading]
  /// The word for what is hidden, and how a number is written.
  var hidden: String
  var number: (Int) -> String
  /// `nil` when hidden; a column of `nil` is the row's total.
  var count: (String, String?) -> Int?

  init(_ table: BuiltTable, _ terms: FactTerms, title: String, source: String) {
    let choice = table.choice
    self.title = title
    self.source = source
    axes = choice.axes
    rows = table.rows.map { Heading(code: $0, label: terms.code(choice.rows, $0)) }
    columns = table.columns.map { code in
      Heading(code: code, label: choice.columns.map { terms.code($0, code) } ?? code)
    }
    hidden = terms.words("statistics.tables.hidden")
    number = terms.number
    count = { table.count($0, $1) }
  }

  init(_ table: OpenTable, _ terms: FactTerms, source: String) {
    let language = terms.language
    title = table.title[language]
    self.source = source
    axes = table.dimensions.compactMap { FactField(rawValue: $0.column) }
    rows = (table.dimensions.first?.codes ?? []).map { Heading(code: $0.code, label: $0.name[language]) }
    columns =
      table.dimensions.count > 1
      ? table.dimensions[1].codes.map { Heading(code: $0.code, label: $0.name[language]) } : []
    hidden = terms.words("statistics.tables.hidden")
    number = terms.number
    count = { table.cell($0, $1)?.count }
  }

  func text(_ row: String, _ column: String?) -> String { count(row, column).map(number) ?? hidden }

  // MARK: Pictures

  /// The kinds of pictures that say something of a table.
  enum Kind: String, CaseIterable {
    case bars
    /// Provinces as tiles at their places.
    case map
    /// One column a year.
    case years
    /// Women to the left and men to the right, by age.
    case pyramid
  }

  var kinds: [Kind] {
    switch axes {
    case [.province]: [.bars, .map]
    case [.year]: [.years]
    case [.ageBand, .sex]: [.pyramid, .bars]
    default: [.bars]
    }
  }

  /// The picture as SVG; that of bars where the kind says nothing of this table.
  func svg(_ kind: Kind, _ pack: CountryPack) -> String {
    switch kinds.contains(kind) ? kind : kinds[0] {
    case .bars: BarChart(self).svg
    case .map: TileMap(self, pack).svg
    case .years: YearChart(self).svg
    case .pyramid: AgePyramid(self).svg
    }
  }
}

/// The parts that all pictures are drawn from. Colours stand as attributes, so that a picture looks the same in the page
/// and as a file; letters take the page's colour.
enum Drawing {
  /// From dark to light, so that they differ without colour too.
  static let fills = ["#14504f", "#2f8f8b", "#7fc4c0", "#c9a227", "#f0dfa0"]

  static func whole(_ data: PictureData, width: Int, height: Int, _ body: String) -> String {
    "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(width) \(height)\" role=\"img\" "
      + "aria-label=\"\(Screen.escaped(data.title))\" font-family=\"system-ui, sans-serif\">\(body)</svg>"
  }

  /// The title in as many lines as it needs.
  /// - Returns: the drawing and where it ends.
  static func title(_ data: PictureData) -> (svg: String, y: Int) {
    var (svg, y) = ("", 4)
    for line in lines(data.title, 74) {
      y += 22
      svg += text(line, x: 0, y: y, size: 17, weight: "700")
    }
    return (svg, y + 10)
  }

  /// The source line below a picture.
  static func source(_ data: PictureData, y: Int) -> (svg: String, y: Int) {
    var (svg, y) = ("", y + 8)
    for line in lines(data.source, 104) {
      y += 17
      svg += text(line, x: 0, y: y, size: 12)
    }
    return (svg, y + 10)
  }

  static func rect(x: Int, y: Int, width: Int, height: Int, fill: String) -> String {
    "<rect x=\"\(x)\" y=\"\(y)\" width=\"\(width)\" height=\"\(height)\" fill=\"\(fill)\" stroke=\"#14504f\"/>"
  }

  static func text(
    _ text: String, x: Int, y: Int, size: Int, weight: String = "400", anchor: String = "start",
    isItalic: Bool = false, fill: String = "currentColor"
  ) -> String {
    "<text x=\"\(x)\" y=\"\(y)\" font-size=\"\(size)\" font-weight=\"\(weight)\" text-anchor=\"\(anchor)\" "
      + "font-style=\"\(isItalic ? "italic" : "normal")\" fill=\"\(fill)\">\(Screen.escaped(text))</text>"
  }

  /// A shape that says its name and number when it is pointed at.
  static func named(_ name: String, _ shape: String) -> String {
    "<g><title>\(Screen.escaped(name))</title>\(shape)</g>"
  }

  /// Words in lines of at most so many letters.
  static func lines(_ text: String, _ most: Int) -> [String] {
    var lines: [String] = []
    for word in text.split(separator: " ") {
      if let last = lines.last, last.count + word.count < most {
        lines[lines.count - 1] = last + " " + word
      } else {
        lines.append(String(word))
      }
    }
    return lines
  }

  /// A label beside a shape: at most two lines.
  static func label(_ text: String, x: Int, middle: Int, letters: Int, anchor: String = "end") -> String {
    var parts = lines(text, letters)
    if parts.count > 2 { parts = [parts[0], parts[1] + " …"] }
    return parts.enumerated().map { place, line in
      let y = middle + 4 + place * 15 - (parts.count - 1) * 7
      return Self.text(line, x: x, y: y, size: 13, anchor: anchor)
    }.joined()
  }
}
