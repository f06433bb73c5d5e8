import Documents

/// A table as bars. What is hidden has no bar but the word; each bar says its number and, of several, its name.
struct BarChart {
  /// More bars a row than this can't be told apart; totals are drawn then.
  static let mostSeries = 5
  private static let (width, left) = (760, 250)
  /// What a letter takes at most in the size in which bars are named, and what their names may take of the width.
  private static let (letter, mostRoom) = (7, 400)
  let data: PictureData

  init(_ data: PictureData) { self.data = data }

  func drawn(from top: Int) -> Drawing.Drawn {
    let columns = data.columns.count > Self.mostSeries ? [] : data.columns
    let series: [PictureData.Heading?] = columns.isEmpty ? [nil] : columns.map { $0 }
    let largest = max(
      1, data.rows.flatMap { row in series.compactMap { data.count(row.code, $0?.code) } }.max() ?? 1)
    let names = columns.map(\.label.count).max() ?? 0
    let beside = columns.isEmpty ? 80 : min(Self.mostRoom, max(230, names * Self.letter + 60))
    let room = Double(Self.width - Self.left - beside)
    var (body, y): Drawing.Drawn = ([], top)
    let height = columns.isEmpty ? 24 : 17
    for row in data.rows {
      let top = y
      for (place, column) in series.enumerated() {
        let count = data.count(row.code, column?.code)
        let length = count.map { Int((Double($0) / Double(largest) * room).rounded()) } ?? 0
        let text = data.text(row.code, column?.code) + (column.map { " · " + $0.label } ?? "")
        let letters = (Self.width - Self.left - length - 6) / Self.letter
        if length > 0 {
          body.append(
            Drawing.named(
              row.label + ": " + text,
              Drawing.rect(
                x: Self.left, y: y, width: length, height: height - 4, fill: Drawing.fills[place % Drawing.fills.count])
            ))
        }
        body.append(
          Drawing.text(
            text.count > letters ? text.prefix(max(1, letters - 2)) + " …" : text, x: Self.left + length + 6,
            y: y + height - 8, size: 12, isItalic: count == nil))
        y += height
      }
      y = max(y, top + 34)
      body += Drawing.label(row.label, x: Self.left - 10, middle: (top + y - 4) / 2, letters: 34)
      y += 6
    }
    return (body, y)
  }
}
