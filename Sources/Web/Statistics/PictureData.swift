import Basics
import Casework
import CountryPack
import Documents
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
  /// None for a table of one or two columns; of others each is drawn for itself, and then all together.
  var layers: [Heading] = []
  /// The word for what is hidden, and how a number is written.
  var hidden: String
  var number: (Int) -> String
  /// The word for all layers together; none where there are no layers.
  var whole = ""
  /// `nil` when hidden; a column of `nil` is the row's total.
  var count: (String, String?) -> Int?
  /// The same within a layer.
  private var countInLayer: (String, String?, String) -> Int? = { _, _, _ in nil }

  init(_ table: BuiltTable, _ terms: FactTerms, title: String, source: String) {
    let choice = table.choice
    self.title = title
    self.source = source
    axes = choice.axes
    rows = table.rows.map { Heading(code: $0, label: terms.code(choice.rows, $0)) }
    columns = table.columns.map { code in
      Heading(code: code, label: choice.columns.map { terms.code($0, code) } ?? code)
    }
    layers = table.layers.map { code in
      Heading(code: code, label: choice.layers.map { terms.code($0, code) } ?? code)
    }
    hidden = terms.words("statistics.tables.hidden")
    whole = terms.words("statistics.total")
    number = terms.number
    count = { table.count($0, $1) }
    countInLayer = { table.count($0, $1, layer: $2) }
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
    if table.dimensions.count > 2 {
      layers = table.dimensions[2].codes.map { Heading(code: $0.code, label: $0.name[language]) }
    }
    hidden = terms.words("statistics.tables.hidden")
    whole = terms.words("statistics.total")
    number = terms.number
    count = { table.cell($0, $1)?.count }
    countInLayer = { table.cell($0, $1, layer: $2)?.count }
  }

  /// Of counts that are no facts of cases.
  ///
  /// - Parameters:
  ///   - hidden: the word where no number is shown.
  ///   - count: by the codes of a row and a column; `nil` where there is none to show.
  init(
    title: String, source: String, rows: [Heading], columns: [Heading], hidden: String,
    number: @escaping (Int) -> String, count: @escaping (String, String?) -> Int?
  ) {
    self.title = title
    self.source = source
    axes = []
    self.rows = rows
    self.columns = columns
    self.hidden = hidden
    self.number = number
    self.count = count
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
    /// Bands from where people were recruited to where they were exploited.
    case routes
  }

  var kinds: [Kind] {
    switch Array(axes.prefix(2)) {
    case [.province]: [.bars, .map]
    case [.year]: [.years]
    case [.ageBand, .sex]: [.pyramid, .bars]
    case [.origin, .destination]: [.routes, .bars]
    default: [.bars]
    }
  }

  /// The picture; that of another kind where this one says nothing of this table.
  func picture(_ kind: Kind, _ pack: CountryPack) -> Picture {
    let kind = kinds.contains(kind) ? kind : kinds[0]
    let isNarrow = kind == .routes
    let width = kind == .map ? TileMap.width(pack) : isNarrow ? RouteDiagram.width : 760
    var (shapes, y) = Drawing.title(title, isNarrow: isNarrow)
    for (heading, panel) in panels {
      if let heading {
        y += 26
        shapes.append(Drawing.text(heading, x: 0, y: y, size: 15, isBold: true))
        y += 10
      }
      let part =
        switch kind {
        case .bars: BarChart(panel).drawn(from: y)
        case .map: TileMap(panel, pack).drawn(from: y)
        case .years: YearChart(panel).drawn(from: y)
        case .pyramid: AgePyramid(panel).drawn(from: y)
        case .routes: RouteDiagram(panel).drawn(from: y)
        }
      shapes += part.shapes
      y = part.y
    }
    let source = Drawing.source(self.source, y: y, isNarrow: isNarrow)
    return Picture(title: title, width: width, height: source.y, shapes + source.shapes, isNarrow: isNarrow)
  }

  /// The picture as SVG.
  func svg(_ kind: Kind, _ pack: CountryPack) -> String { picture(kind, pack).svg }

  /// Each layer with its name, then all together.
  private var panels: [(heading: String?, data: PictureData)] {
    guard !layers.isEmpty else { return [(nil, self)] }
    return layers.map { layer in
      var one = self
      one.layers = []
      one.count = { countInLayer($0, $1, layer.code) }
      return (layer.label, one)
    } + [(whole, self)]
  }
}

/// The parts that all pictures are drawn from.
enum Drawing {
  typealias Drawn = (shapes: [Picture.Shape], y: Int)

  /// From dark to light, so that they differ without colour too.
  static let fills = ["#14504f", "#2f8f8b", "#7fc4c0", "#c9a227", "#f0dfa0"]

  /// The title in as many lines as it needs.
  /// - Returns: the drawing and where it ends.
  static func title(_ title: String, isNarrow: Bool = false) -> Drawn {
    var (shapes, y): Drawn = ([], 4)
    for line in lines(title, isNarrow ? 38 : 74) {
      y += isNarrow ? 20 : 22
      shapes.append(text(line, x: 0, y: y, size: isNarrow ? 15 : 17, isBold: true))
    }
    return (shapes, y + 10)
  }

  /// The source line below a picture.
  static func source(_ source: String, y: Int, isNarrow: Bool = false) -> Drawn {
    var (shapes, y): Drawn = ([], y + 8)
    for line in lines(source, isNarrow ? 50 : 104) {
      y += isNarrow ? 16 : 17
      shapes.append(text(line, x: 0, y: y, size: 12))
    }
    return (shapes, y + 10)
  }

  static func rect(x: Int, y: Int, width: Int, height: Int, fill: String) -> Picture.Shape {
    .rectangle(x: x, y: y, width: width, height: height, fill: fill)
  }

  static func text(
    _ text: String, x: Int, y: Int, size: Int, isBold: Bool = false, anchor: Picture.Anchor = .start,
    isItalic: Bool = false, fill: String? = nil
  ) -> Picture.Shape {
    .text(
      Picture.Text(text, x: x, y: y, size: size, isBold: isBold, isItalic: isItalic, anchor: anchor, fill: fill))
  }

  /// Shapes that say their name and number when they are pointed at.
  static func named(_ name: String, _ shapes: Picture.Shape...) -> Picture.Shape { .named(name, shapes) }

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
  static func label(
    _ text: String, x: Int, middle: Int, letters: Int, anchor: Picture.Anchor = .end
  ) -> [Picture.Shape] {
    var parts = lines(text, letters)
    if parts.count > 2 { parts = [parts[0], parts[1] + " …"] }
    return parts.enumerated().map { place, line in
      let y = middle + 4 + place * 15 - (parts.count - 1) * 7
      return Self.text(line, x: x, y: y, size: 13, anchor: anchor)
    }
  }
}
