import CPangoCairo

/// Boxes with a few lines of text, and ways between them: a flow that is read from top to bottom.
///
/// Lengths are in units of the drawing; a sheet scales it to its width and cuts it only where `cuts` allow.
public struct FlowDrawing: Hashable, Sendable {
  public struct Point: Hashable, Sendable {
    public var x: Double
    public var y: Double
    public init(x: Double, y: Double) {
      self.x = x
      self.y = y
    }
  }

  public struct Node: Hashable, Sendable {
    public var box: Box
    /// The first lines, bold.
    public var title: [String]
    public var lines: [String]
    /// Whether it stands out: where a way ends.
    public var isStrong: Bool
    /// Whether something is missing in it: a dashed frame, so that colour says nothing alone.
    public var isDashed: Bool

    public init(box: Box, title: [String], lines: [String], isStrong: Bool = false, isDashed: Bool = false) {
      self.box = box
      self.title = title
      self.lines = lines
      self.isStrong = isStrong
      self.isDashed = isDashed
    }
  }

  /// A line that ends in a tip pointing downwards.
  public struct Way: Hashable, Sendable {
    public var points: [Point]
    public var isDashed: Bool
    public init(points: [Point], isDashed: Bool = false) {
      self.points = points
      self.isDashed = isDashed
    }
  }

  public var width: Double
  public var height: Double
  public var nodes: [Node]
  public var ways: [Way]
  /// Heights at which it may go on on the next page, rising.
  public var cuts: [Double]

  public init(width: Double, height: Double, nodes: [Node], ways: [Way], cuts: [Double] = []) {
    self.width = width
    self.height = height
    self.nodes = nodes
    self.ways = ways
    self.cuts = cuts
  }

  /// From which height to which each piece goes: cut wherever that is allowed, so that a page is filled.
  var pieces: [ClosedRange<Double>] {
    let ends = cuts.filter { $0 > 0 && $0 < height } + [height]
    return zip([0] + ends, ends).map { $0...max($0, $1) }
  }
}

extension PDFPage {
  /// Draws a part of a drawing, from one of its heights to another, with its top left in the box's.
  func draw(_ drawing: FlowDrawing, from top: Double, to bottom: Double, in box: Box, scale: Double) {
    cairo_save(context)
    cairo_rectangle(context, box.x, box.y, drawing.width * scale, (bottom - top) * scale)
    cairo_clip(context)
    cairo_translate(context, box.x, box.y - top * scale)
    cairo_scale(context, scale, scale)
    for way in drawing.ways { draw(way) }
    for node in drawing.nodes { draw(node) }
    cairo_restore(context)
  }

  private func draw(_ way: FlowDrawing.Way) {
    guard let end = way.points.last, way.points.count > 1 else { return }
    for (index, point) in way.points.enumerated() {
      if index == 0 { cairo_move_to(context, point.x, point.y) } else { cairo_line_to(context, point.x, point.y) }
    }
    dashed(way.isDashed) { stroke(1.2, .soft) }
    cairo_move_to(context, end.x, end.y)
    cairo_line_to(context, end.x - 4, end.y - 8)
    cairo_line_to(context, end.x + 4, end.y - 8)
    cairo_close_path(context)
    paint(.soft)
  }

  private func draw(_ node: FlowDrawing.Node) {
    fill(node.box, ink: .white)
    dashed(node.isDashed) { frame(node.box, width: node.isStrong ? 2.4 : 1.2, ink: node.isStrong ? .teal : .black) }
    let area = node.box.inset(by: 8)
    var y = area.y
    for (texts, face) in [
      (node.title, Typeface(.serif, 13, bold: true)), (node.lines, Typeface(.serif, 11, ink: .soft)),
    ] {
      for text in texts {
        let fitted = fitted(text, face, width: area.width, smallest: 7)
        y += self.text(text, fitted, in: Box(x: area.x, y: y, width: area.width, height: 16))
      }
    }
  }

  private func dashed(_ isDashed: Bool, _ draw: () -> Void) {
    if isDashed { cairo_set_dash(context, [5, 4], 2, 0) }
    draw()
    if isDashed { cairo_set_dash(context, nil, 0, 0) }
  }
}
