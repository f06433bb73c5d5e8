import CountryPack
import Documents

/// Provinces as tiles at their places, darker with more; a hidden number is an empty tile with the word.
struct TileMap {
  private static let side = 72
  let data: PictureData
  let pack: CountryPack

  init(_ data: PictureData, _ pack: CountryPack) {
    self.data = data
    self.pack = pack
  }

  func drawn(from top: Int) -> Drawing.Drawn {
    let side = Self.side
    let largest = max(1, data.rows.compactMap { data.count($0.code, nil) }.max() ?? 1)
    let shown = Set(data.rows.map(\.code))
    var body: [Picture.Shape] = []
    for province in pack.provinces {
      let (x, y) = (province.tileColumn * side, top + province.tileRow * side)
      // A province without a row has no case.
      let count = shown.contains(province.iso) ? data.count(province.iso, nil) : 0
      let text = shown.contains(province.iso) ? data.text(province.iso, nil) : data.number(0)
      // Five steps; the first is for none at all.
      let step = count.map { $0 == 0 ? 0 : 1 + min(3, $0 * 4 / (largest + 1)) } ?? 0
      let fills = ["#ffffff", "#d5ecea", "#7fc4c0", "#2f8f8b", "#14504f"]
      let ink = step > 2 ? "#ffffff" : "#111111"
      let label = data.rows.first { $0.code == province.iso }?.label ?? province.iso
      let short = String(province.iso.split(separator: "-").last ?? "")
      body.append(
        Drawing.named(
          "\(label): \(text)",
          Drawing.rect(x: x + 2, y: y + 2, width: side - 6, height: side - 6, fill: fills[step]),
          Drawing.text(short, x: x + side / 2 - 2, y: y + 26, size: 14, anchor: .middle, fill: ink),
          Drawing.text(
            text, x: x + side / 2 - 2, y: y + 52, size: count == nil ? 13 : 19, isBold: count != nil,
            anchor: .middle, isItalic: count == nil, fill: ink)))
    }
    let rows = (pack.provinces.map(\.tileRow).max() ?? 0) + 1
    return (body, top + rows * side)
  }

  static func width(_ pack: CountryPack) -> Int {
    max(760, ((pack.provinces.map(\.tileColumn).max() ?? 0) + 1) * side)
  }
}

/// One column a year, in the order of time; a year without a case keeps its place.
struct YearChart {
  private static let (width, height) = (760, 220)
  let data: PictureData

  init(_ data: PictureData) { self.data = data }

  /// The years between the first and the last, at most sixty of them.
  private var years: [String] {
    let known = data.rows.compactMap { Int($0.code) }.sorted()
    guard let first = known.first, let last = known.last else { return [] }
    return last - first > 60 ? known.map(String.init) : (first...last).map(String.init)
  }

  func drawn(from top: Int) -> Drawing.Drawn {
    let years = years
    let shown = Set(data.rows.map(\.code))
    let largest = max(1, data.rows.compactMap { data.count($0.code, nil) }.max() ?? 1)
    let step = max(12, min(90, Self.width / max(1, years.count)))
    var body: [Picture.Shape] = []
    let base = top + 18 + Self.height
    for (place, year) in years.enumerated() {
      let count = shown.contains(year) ? data.count(year, nil) : 0
      let text = shown.contains(year) ? data.text(year, nil) : data.number(0)
      let height = count.map { Int((Double($0) / Double(largest) * Double(Self.height)).rounded()) } ?? 0
      let middle = place * step + step / 2
      if height > 0 {
        body.append(
          Drawing.named(
            "\(year): \(text)",
            Drawing.rect(x: place * step + 2, y: base - height, width: step - 4, height: height, fill: Drawing.fills[1])
          ))
      }
      if step >= 30 || count.map({ $0 == largest }) == true {
        body.append(
          Drawing.text(text, x: middle, y: base - height - 5, size: 12, anchor: .middle, isItalic: count == nil))
      }
      // Where columns are narrow every fifth year is written.
      if step >= 36 || (Int(year) ?? 0).isMultiple(of: 5) || place == 0 {
        body.append(Drawing.text(year, x: middle, y: base + 16, size: 12, anchor: .middle))
      }
    }
    return (body, base + 20)
  }
}

/// Bands of age with women to the left and men to the right; who is neither, or of whom it is not known, stands in the
/// table and, as a number, below.
struct AgePyramid {
  private static let (middle, gap) = (380, 120)
  let data: PictureData

  init(_ data: PictureData) { self.data = data }

  func drawn(from top: Int) -> Drawing.Drawn {
    let sides = ["female", "male"]
    let room = Double(Self.middle - Self.gap / 2 - 60)
    let largest = max(1, data.rows.flatMap { row in sides.compactMap { data.count(row.code, $0) } }.max() ?? 1)
    var (body, y): Drawing.Drawn = ([], top + 16)
    for (place, side) in sides.enumerated() {
      let label = data.columns.first { $0.code == side }?.label ?? ""
      body.append(
        Drawing.text(
          label, x: place == 0 ? Self.middle - Self.gap / 2 : Self.middle + Self.gap / 2, y: y, size: 14, isBold: true,
          anchor: place == 0 ? .end : .start))
    }
    y += 8
    // The oldest above.
    for row in data.rows.reversed() {
      for (place, side) in sides.enumerated() where data.columns.contains(where: { $0.code == side }) {
        let count = data.count(row.code, side)
        let length = count.map { Int((Double($0) / Double(largest) * room).rounded()) } ?? 0
        let start = place == 0 ? Self.middle - Self.gap / 2 - length : Self.middle + Self.gap / 2
        let text = data.text(row.code, side)
        if length > 0 {
          body.append(
            Drawing.named(
              "\(row.label), \(data.columns.first { $0.code == side }?.label ?? ""): \(text)",
              Drawing.rect(x: start, y: y, width: length, height: 24, fill: Drawing.fills[place])))
        }
        body.append(
          Drawing.text(
            text, x: place == 0 ? start - 6 : start + length + 6, y: y + 17, size: 12,
            anchor: place == 0 ? .end : .start, isItalic: count == nil))
      }
      body += Drawing.label(row.label, x: Self.middle, middle: y + 12, letters: 16, anchor: .middle)
      y += 34
    }
    for column in data.columns where !sides.contains(column.code) {
      y += 17
      let counts = data.rows.map { "\($0.label): \(data.text($0.code, column.code))" }
      body.append(Drawing.text(column.label + " · " + counts.joined(separator: ", "), x: 0, y: y, size: 12))
    }
    return (body, y + 4)
  }
}
