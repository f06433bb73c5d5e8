import Documents
import Releases

/// Bands from where people were recruited, on the left, to where they were exploited, on the right; as wide as there
/// are cases. What is hidden is a dashed line. Drawn to be read on a telephone, with the largest routes in words below.
struct RouteDiagram {
  static let width = 360
  private static let (left, right, node) = (112, 248, 10)
  /// More than these in words would be the table again.
  private static let mostLines = 8
  let data: PictureData

  init(_ data: PictureData) { self.data = data }

  private struct Route {
    var from: PictureData.Heading
    var to: PictureData.Heading
    /// `nil` when hidden.
    var count: Int?
  }

  private struct Place {
    var heading: PictureData.Heading
    var top: Int
    var height: Int
    /// Where the next band begins.
    var next: Int
  }

  /// Of whom nobody asked there is no route; they are counted in words.
  private func isDrawn(_ heading: PictureData.Heading) -> Bool { heading.code != FactCode.notAsked }

  private var routes: [Route] {
    data.rows.filter(isDrawn).flatMap { from in
      data.columns.filter(isDrawn).compactMap { to in
        let count = data.count(from.code, to.code)
        return count == 0 ? nil : Route(from: from, to: to, count: count)
      }
    }
  }

  func drawn(from top: Int) -> Drawing.Drawn {
    let routes = routes
    let shown = routes.compactMap(\.count)
    // The largest side of all is 220 high; a hidden route takes as much as its line needs.
    let scale = 220 / Double(max(1, shown.reduce(0, +)))
    func thickness(_ route: Route) -> Int { route.count.map { max(1, Int((Double($0) * scale).rounded())) } ?? 8 }
    func places(_ headings: [PictureData.Heading], _ side: (Route) -> PictureData.Heading) -> [Place] {
      var y = top + 8
      return headings.compactMap { heading in
        let bands = routes.filter { side($0).code == heading.code }.map(thickness)
        guard !bands.isEmpty else { return nil }
        let height = max(6, bands.reduce(0, +))
        defer { y += max(height, 44) + 8 }
        return Place(heading: heading, top: y, height: height, next: y)
      }
    }
    var origins = places(data.rows, \.from)
    var destinations = places(data.columns, \.to)
    var shapes: [Picture.Shape] = []
    for route in routes {
      guard let from = origins.firstIndex(where: { $0.heading.code == route.from.code }),
        let to = destinations.firstIndex(where: { $0.heading.code == route.to.code })
      else { continue }
      let thick = thickness(route)
      let (start, end) = (origins[from].next, destinations[to].next)
      origins[from].next += thick
      destinations[to].next += thick
      let name = words(route)
      shapes.append(
        route.count == nil
          ? Drawing.named(
            name,
            .dashes(fromX: Self.left + Self.node, fromY: start + thick / 2, toX: Self.right, toY: end + thick / 2))
          : Drawing.named(
            name,
            .band(
              from: Self.left + Self.node, fromTop: start, to: Self.right, toTop: end, width: thick,
              fill: Drawing.fills[from % Drawing.fills.count])))
    }
    shapes += origins.flatMap { node($0, x: Self.left, label: Self.left - 6, .end, data.count($0.heading.code, nil)) }
    shapes += destinations.flatMap { place in
      // A column's total stands in no row of the picture; its bands do.
      node(place, x: Self.right, label: Self.right + Self.node + 6, .start, nil)
    }
    var y = (origins + destinations).map { max($0.top + $0.height, $0.top + 44) }.max() ?? top
    y += 10
    return inWords(routes, shapes, y)
  }

  private func node(
    _ place: Place, x: Int, label: Int, _ anchor: Picture.Anchor, _ total: Int?
  ) -> [Picture.Shape] {
    var lines = Drawing.lines(place.heading.label, 15)
    if lines.count > 2 { lines = [lines[0], lines[1] + " …"] }
    let name = lines.enumerated().map { number, line in
      Drawing.text(line, x: label, y: place.top + 12 + number * 15, size: 13, anchor: anchor)
    }
    let count = total.map {
      [
        Drawing.text(
          data.number($0), x: label, y: place.top + 13 + lines.count * 15, size: 13, isBold: true, anchor: anchor)
      ]
    }
    return [Drawing.rect(x: x, y: place.top, width: Self.node, height: place.height, fill: Drawing.fills[0])] + name
      + (count ?? [])
  }

  private func words(_ route: Route) -> String {
    "\(route.from.label) → \(route.to.label): \(route.count.map(data.number) ?? data.hidden)"
  }

  /// The largest routes, and of how many nobody asked.
  private func inWords(_ routes: [Route], _ shapes: [Picture.Shape], _ top: Int) -> Drawing.Drawn {
    var (shapes, y) = (shapes, top)
    let sorted = routes.enumerated().sorted { ($1.element.count ?? 0, $0.offset) < ($0.element.count ?? 0, $1.offset) }
    var lines = sorted.prefix(Self.mostLines).map { words($0.element) }
    if let silent = data.rows.first(where: { !isDrawn($0) }) {
      lines.append("\(silent.label): \(data.text(silent.code, nil))")
    }
    for line in lines.flatMap({ Drawing.lines($0, 48) }) {
      y += 17
      shapes.append(Drawing.text(line, x: 0, y: y, size: 13))
    }
    return (shapes, y + 4)
  }
}
