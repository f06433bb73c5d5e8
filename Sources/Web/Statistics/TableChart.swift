import Basics
import Releases

/// A published or protected table as bars, in one SVG that stands alone: its title says what it shows, a line below where
/// it comes from. It says no more than the table beside it; what is hidden has no bar but the word.
struct TableChart {
  struct Bar {
    var label: String
    /// `nil` when hidden.
    var count: Int?
    var text: String
    /// Which series it belongs to, from 0.
    var series: Int
  }
  struct Group {
    var label: String
    var bars: [Bar]
  }

  var title: String
  var source: String
  /// What the bars of a group are; none for one series.
  var series: [String]
  var groups: [Group]

  /// More series than this can't be told apart; totals are drawn then.
  static let mostSeries = 5
  /// Filled so that they differ without colour too: from dark to light, with an edge.
  private static let fills = ["#14504f", "#2f8f8b", "#7fc4c0", "#c9a227", "#f0dfa0"]
  private static let (width, left, right) = (760, 250, 90)

  init(title: String, source: String, series: [String], groups: [Group]) {
    self.title = title
    self.source = source
    self.series = series
    self.groups = groups
  }

  init(_ table: BuiltTable, _ terms: FactTerms, title: String, source: String) {
    let choice = table.choice
    let columns = choice.columns == nil || table.columns.count > Self.mostSeries ? [] : table.columns
    func bar(_ row: String, _ column: String?, _ series: Int) -> Bar {
      let count = table.count(row, column)
      return Bar(
        label: column.map { code in choice.columns.map { terms.code($0, code) } ?? code } ?? "", count: count,
        text: count.map(terms.number) ?? terms.words("statistics.tables.hidden"), series: series)
    }
    self.init(
      title: title, source: source,
      series: columns.map { code in choice.columns.map { terms.code($0, code) } ?? code },
      groups: table.rows.map { row in
        Group(
          label: terms.code(choice.rows, row),
          bars: columns.isEmpty
            ? [bar(row, nil, 0)] : columns.enumerated().map { bar(row, $1, $0) })
      })
  }

  init(_ table: OpenTable, _ words: Words, _ number: (Int) -> String, source: String) {
    let language = words.language
    let rows = table.dimensions[0]
    let second = table.dimensions.count > 1 ? table.dimensions[1] : nil
    let columns = (second?.codes.count ?? 0) > Self.mostSeries ? [] : second?.codes ?? []
    func bar(_ row: String, _ column: OpenTable.Code?, _ series: Int) -> Bar {
      let count = table.cell(row, column?.code)?.count
      return Bar(
        label: column?.name[language] ?? "", count: count,
        text: count.map(number) ?? words("statistics.tables.hidden"), series: series)
    }
    self.init(
      title: table.title[language], source: source, series: columns.map { $0.name[language] },
      groups: rows.codes.map { row in
        Group(
          label: row.name[language],
          bars: columns.isEmpty
            ? [bar(row.code, nil, 0)] : columns.enumerated().map { bar(row.code, $1, $0) })
      })
  }

  /// The picture. Colours stand as attributes, so that it looks the same in the page and as a file.
  var svg: String {
    let largest = max(1, groups.flatMap(\.bars).compactMap(\.count).max() ?? 0)
    let room = Double(Self.width - Self.left - Self.right)
    var body = ""
    var y = 16
    for line in Self.lines(title, 78) {
      y += 20
      body += Self.text(line, x: 0, y: y, size: 17, weight: "700")
    }
    for (index, name) in series.enumerated() {
      y += 20
      body += Self.rect(x: 0, y: y - 10, width: 14, height: 11, fill: Self.fills[index])
      body += Self.text(name, x: 22, y: y, size: 13)
    }
    y += 14
    let height = series.isEmpty ? 22 : 16
    for group in groups {
      y += 8
      let top = y
      for bar in group.bars {
        let length = bar.count.map { Double($0) / Double(largest) * room } ?? 0
        if bar.count != nil {
          body +=
            "<g><title>\(Screen.escaped([group.label, bar.label].filter { !$0.isEmpty }.joined(separator: ", "))): "
            + "\(Screen.escaped(bar.text))</title>"
            + Self.rect(
              x: Self.left, y: y, width: max(1, Int(length.rounded())), height: height - 4, fill: Self.fills[bar.series]
            )
            + "</g>"
        }
        body += Self.text(
          bar.text, x: Self.left + Int(length.rounded()) + 6, y: y + height - 7, size: 12,
          style: bar.count == nil ? "italic" : "normal")
        y += height
      }
      body += Self.text(
        Self.short(group.label, 36), x: Self.left - 8, y: top + (y - top) / 2 + 3, size: 13, anchor: "end")
    }
    y += 8
    for line in Self.lines(source, 105) {
      y += 17
      body += Self.text(line, x: 0, y: y, size: 12)
    }
    y += 10
    return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(Self.width) \(y)\" role=\"img\" "
      + "aria-label=\"\(Screen.escaped(title))\" font-family=\"system-ui, sans-serif\">\(body)</svg>"
  }

  private static func rect(x: Int, y: Int, width: Int, height: Int, fill: String) -> String {
    "<rect x=\"\(x)\" y=\"\(y)\" width=\"\(width)\" height=\"\(height)\" fill=\"\(fill)\" stroke=\"#14504f\"/>"
  }

  private static func text(
    _ text: String, x: Int, y: Int, size: Int, weight: String = "400", anchor: String = "start",
    style: String = "normal"
  ) -> String {
    "<text x=\"\(x)\" y=\"\(y)\" font-size=\"\(size)\" font-weight=\"\(weight)\" text-anchor=\"\(anchor)\" "
      + "font-style=\"\(style)\" fill=\"currentColor\">\(Screen.escaped(text))</text>"
  }

  private static func short(_ text: String, _ most: Int) -> String {
    text.count > most ? text.prefix(most - 1) + "…" : text
  }

  /// Words in lines of at most so many letters.
  private static func lines(_ text: String, _ most: Int) -> [String] {
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
}
