import Basics
import CountryPack

/// The steps of a mechanism as a drawing: from the start downwards, ways that skip or go back at the right.
struct FlowDiagram {
  let svg: String

  fileprivate static let (width, height, gapX, gapY, lane) = (216, 84, 28, 56, 16)

  init(_ map: MechanismMap, _ words: MechanismWords) {
    let mechanism = map.mechanism
    let (layers, body, corner) = Self.places(map)
    var (parts, lanes): ([String], Int) = ([], 0)
    for (step, mapped) in map.steps.enumerated() {
      for next in mapped.next {
        guard let from = corner[step], let to = corner[next.to] else { continue }
        parts.append(Self.way(from, to, body: body, lanes: &lanes))
      }
    }
    for (step, place) in corner.sorted(by: { $0.key < $1.key }) {
      let who = Self.who(mechanism, mechanism.steps[step], words)
      parts.append(Self.box(step, mechanism.steps[step], place, who, words))
    }
    let (wide, high) = (body + (lanes + 1) * Self.lane, 32 + layers.count * (Self.height + Self.gapY) - Self.gapY)
    let title = MechanismWords.escaped(words("Flujo de los pasos", "Flow of the steps"))
    let description = MechanismWords.escaped(
      words("Los mismos pasos están en la tabla que sigue.", "The same steps stand in the table below."))
    svg = """
      <svg viewBox="0 0 \(wide) \(high)" role="img" aria-labelledby="flow-title flow-text" \
      width="\(wide)">
      <title id="flow-title">\(title)</title><desc id="flow-text">\(description)</desc>
      <defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">\
      <path d="M0 0L8 4L0 8z" class="tip"/></marker></defs>
      \(parts.joined(separator: "\n"))
      </svg>
      """
  }

  /// The rows, the width of what stands in them, and each step's upper left corner.
  fileprivate static func places(_ map: MechanismMap) -> (
    layers: [[Int]], body: Int, corner: [Int: (x: Int, y: Int)]
  ) {
    let layers = layers(map)
    let body = (layers.map(\.count).max() ?? 1) * (width + gapX) + gapX
    var corner: [Int: (x: Int, y: Int)] = [:]
    for (depth, layer) in layers.enumerated() {
      let row = layer.count * (width + gapX) - gapX
      for (place, step) in layer.enumerated() {
        corner[step] = ((body - row) / 2 + place * (width + gapX), 16 + depth * (height + gapY))
      }
    }
    return (layers, body, corner)
  }

  /// Each step one row below the first that leads to it; what nobody reaches stands at the end.
  private static func layers(_ map: MechanismMap) -> [[Int]] {
    var depth: [Int: Int] = [:]
    var open = map.start.map { [$0] } ?? []
    for step in open { depth[step] = 0 }
    var place = 0
    while place < open.count {
      let step = open[place]
      for next in map.steps[step].next where depth[next.to] == nil {
        depth[next.to] = (depth[step] ?? 0) + 1
        open.append(next.to)
      }
      place += 1
    }
    let last = (depth.values.max() ?? -1) + 1
    let lost = map.steps.indices.filter { depth[$0] == nil }
    var layers = (0..<last).map { row in open.filter { depth[$0] == row } }
    if !lost.isEmpty { layers.append(lost) }
    return layers
  }

  private static func way(
    _ from: (x: Int, y: Int), _ to: (x: Int, y: Int), body: Int, lanes: inout Int
  ) -> String {
    if to.y - from.y == height + gapY {
      let (x1, y1, x2, y2) = (from.x + width / 2, from.y + height, to.x + width / 2, to.y - 2)
      return "<path class=\"way\" d=\"M\(x1) \(y1)C\(x1) \(y1 + gapY / 2) \(x2) \(y2 - gapY / 2) \(x2) \(y2)\"/>"
    }
    lanes += 1
    let x = body + lanes * lane - lane / 2
    let isBack = to.y <= from.y
    // Out below the box and in above it, through the gaps between the rows, so that no box is crossed.
    let (x1, y1) = (from.x + width * 3 / 4, from.y + height)
    let (x2, y2) = (to.x + width * 3 / 4, to.y - 2)
    let (low, high) = (y1 + 10 + lanes % 5 * 4, y2 - 10 - lanes % 5 * 4)
    return "<path class=\"way\(isBack ? " back" : "")\" d=\"M\(x1) \(y1)V\(low)H\(x)V\(high)H\(x2)V\(y2)\"/>"
  }

  private static func box(
    _ number: Int, _ step: Mechanism.Step, _ place: (x: Int, y: Int), _ who: String, _ words: MechanismWords
  ) -> String {
    let kind = who.isEmpty ? " open" : step.ends ? " end" : ""
    let name = lines("\(number + 1). \(step.name[words.language])", 26, 2)
    let desk = lines(who.isEmpty ? words("sin mesa", "no desk") : who, 30, 1)
    var text = ""
    for (row, line) in (name + desk).enumerated() {
      let style = row < name.count ? "name" : "who"
      text +=
        "<text class=\"\(style)\" x=\"\(place.x + 10)\" y=\"\(place.y + 20 + row * 17)\">"
        + MechanismWords.escaped(line) + "</text>"
    }
    let time = MechanismWords.escaped(words.within(step.within))
    let size = "width=\"\(width)\" height=\"\(height)\" rx=\"6\""
    return "<g><rect class=\"box\(kind)\" x=\"\(place.x)\" y=\"\(place.y)\" \(size)/>" + text
      + "<text class=\"who\" x=\"\(place.x + 10)\" y=\"\(place.y + height - 10)\">\(time)</text></g>"
  }

  static func who(_ mechanism: Mechanism, _ step: Mechanism.Step, _ words: MechanismWords) -> String {
    let desks = step.desks.compactMap { reference in mechanism.desks.first { $0.code == reference.code } }
    let services = step.services.compactMap { reference in mechanism.services.first { $0.code == reference.code } }
    return (desks.map { $0.name[words.language] } + services.map { $0.name[words.language] }).joined(separator: ", ")
  }

  /// Words in lines of so many letters; what does not fit ends with “…”.
  static func lines(_ text: String, _ length: Int, _ most: Int) -> [String] {
    var lines: [String] = []
    var current = ""
    for word in text.split(whereSeparator: \.isWhitespace) {
      if current.isEmpty {
        current = String(word)
      } else if current.count + 1 + word.count <= length {
        current += " " + word
      } else {
        lines.append(current)
        current = String(word)
      }
    }
    lines.append(current)
    var shown = Array(lines.prefix(most)).map { $0.count > length ? $0.prefix(length - 1) + "…" : $0 }
    if lines.count > most, let last = shown.last, !last.hasSuffix("…") {
      shown[most - 1] = (last.count >= length ? String(last.prefix(length - 1)) : last) + "…"
    }
    return shown
  }
}

/// The same flow as corners and lines, for whoever draws it on paper. Lengths are those of the diagram on the page.
public struct MechanismFlow: Hashable, Sendable {
  public struct Box: Hashable, Sendable {
    public var x: Int
    public var y: Int
    public var width: Int
    public var height: Int
    public var name: [String]
    public var who: [String]
    public var within: String
    public var hasDesk: Bool
    public var ends: Bool
  }

  public struct Way: Hashable, Sendable {
    public var points: [Point]
    public var isBack: Bool
  }

  public struct Point: Hashable, Sendable {
    public var x: Int
    public var y: Int
  }

  public var width: Int
  public var height: Int
  public var boxes: [Box]
  public var ways: [Way]
  /// Between the rows.
  public var gaps: [Int]

  public init(_ mechanism: Mechanism, terms: MechanismTerms, language: Language) {
    typealias Flow = FlowDiagram
    let (map, words) = (MechanismMap(mechanism, terms), MechanismWords(language: language))
    let (layers, body, corner) = Flow.places(map)
    let height = 32 + layers.count * (Flow.height + Flow.gapY) - Flow.gapY
    var (ways, lanes): ([Way], Int) = ([], 0)
    for (step, mapped) in map.steps.enumerated() {
      for next in mapped.next {
        guard let from = corner[step], let to = corner[next.to] else { continue }
        let (bottom, top) = (from.y + Flow.height, to.y - 2)
        if to.y - from.y == Flow.height + Flow.gapY {
          let (x1, x2, middle) = (from.x + Flow.width / 2, to.x + Flow.width / 2, bottom + Flow.gapY / 2)
          let bend = x1 == x2 ? [] : [Point(x: x1, y: middle), Point(x: x2, y: middle)]
          ways.append(Way(points: [Point(x: x1, y: bottom)] + bend + [Point(x: x2, y: top)], isBack: false))
          continue
        }
        lanes += 1
        let x = body + lanes * Flow.lane - Flow.lane / 2
        let (x1, x2) = (from.x + Flow.width * 3 / 4, to.x + Flow.width * 3 / 4)
        // Also above the first row and below the last, within the drawing.
        let (low, high) = (min(height - 2, bottom + 10 + lanes % 5 * 4), max(2, top - 10 - lanes % 5 * 4))
        let corners = [(x1, bottom), (x1, low), (x, low), (x, high), (x2, high), (x2, top)]
        ways.append(Way(points: corners.map { Point(x: $0.0, y: $0.1) }, isBack: to.y <= from.y))
      }
    }
    self.ways = ways
    boxes = corner.sorted { $0.key < $1.key }.map { step, place in
      let written = mechanism.steps[step]
      let who = Flow.who(mechanism, written, words)
      return Box(
        x: place.x, y: place.y, width: Flow.width, height: Flow.height,
        name: Flow.lines("\(step + 1). \(written.name[language])", 26, 2),
        who: Flow.lines(who.isEmpty ? words("sin mesa", "no desk") : who, 30, 1), within: words.within(written.within),
        hasDesk: !who.isEmpty, ends: written.ends)
    }
    width = body + (lanes + 1) * Flow.lane
    self.height = height
    gaps = (1..<max(1, layers.count)).map { 16 + $0 * (Flow.height + Flow.gapY) - Flow.gapY / 2 }
  }
}
