/// A picture as shapes: drawn once, and then written as SVG for pages and as PNG for papers and presentations, so that
/// both show the same.
///
/// Lengths are pixels of the SVG; the PNG has twice as many.
public struct Picture: Hashable, Sendable {
  public enum Anchor: String, Hashable, Sendable {
    case start, middle, end
  }

  public struct Text: Hashable, Sendable {
    public var text: String
    public var x: Int
    /// The base line.
    public var y: Int
    public var size: Int
    public var isBold: Bool
    public var isItalic: Bool
    public var anchor: Anchor
    /// `#rrggbb`; `nil` for the page's own ink.
    public var fill: String?

    public init(
      _ text: String, x: Int, y: Int, size: Int, isBold: Bool = false, isItalic: Bool = false, anchor: Anchor = .start,
      fill: String? = nil
    ) {
      (self.text, self.x, self.y, self.size) = (text, x, y, size)
      (self.isBold, self.isItalic, self.anchor, self.fill) = (isBold, isItalic, anchor, fill)
    }
  }

  public indirect enum Shape: Hashable, Sendable {
    case rectangle(x: Int, y: Int, width: Int, height: Int, fill: String)
    /// A band that goes from one upright line to another one in a soft curve.
    case band(from: Int, fromTop: Int, to: Int, toTop: Int, width: Int, fill: String)
    /// A broken line, for what is there but not told.
    case dashes(fromX: Int, fromY: Int, toX: Int, toY: Int)
    case text(Text)
    /// Shapes that say a name and a number when they are pointed at.
    case named(String, [Shape])
  }

  /// What it shows, said to who does not see it.
  public var title: String
  public var width: Int
  public var height: Int
  public var shapes: [Shape]
  /// Whether it is drawn to be read on a narrow screen as it is.
  public var isNarrow: Bool

  public init(title: String, width: Int, height: Int, _ shapes: [Shape], isNarrow: Bool = false) {
    (self.title, self.width, self.height, self.shapes, self.isNarrow) = (title, width, height, shapes, isNarrow)
  }

  /// The line around filled shapes.
  static let line = "#14504f"

  // MARK: SVG

  /// The picture as SVG; colours stand as attributes, so that it looks the same in the page and as a file.
  public var svg: String {
    "<svg xmlns=\"http://www.w3.org/2000/svg\"\(isNarrow ? " class=\"narrow\"" : "") viewBox=\"0 0 \(width) \(height)\" "
      + "role=\"img\" aria-label=\"\(Self.escaped(title))\" font-family=\"system-ui, sans-serif\">"
      + shapes.map(Self.svg).joined() + "</svg>"
  }

  private static func svg(_ shape: Shape) -> String {
    switch shape {
    case .rectangle(let x, let y, let width, let height, let fill):
      return "<rect x=\"\(x)\" y=\"\(y)\" width=\"\(width)\" height=\"\(height)\" fill=\"\(fill)\" stroke=\"\(line)\"/>"
    case .band(let from, let fromTop, let to, let toTop, let width, let fill):
      let middle = (from + to) / 2
      return "<path d=\"M\(from) \(fromTop)C\(middle) \(fromTop) \(middle) \(toTop) \(to) \(toTop)V\(toTop + width)"
        + "C\(middle) \(toTop + width) \(middle) \(fromTop + width) \(from) \(fromTop + width)Z\" fill=\"\(fill)\" "
        + "fill-opacity=\"0.7\" stroke=\"\(line)\" stroke-width=\"0.5\"/>"
    case .dashes(let fromX, let fromY, let toX, let toY):
      return "<path d=\"M\(fromX) \(fromY)L\(toX) \(toY)\" fill=\"none\" stroke=\"\(line)\" stroke-width=\"1.5\" "
        + "stroke-dasharray=\"3 4\"/>"
    case .text(let text):
      return "<text x=\"\(text.x)\" y=\"\(text.y)\" font-size=\"\(text.size)\" "
        + "font-weight=\"\(text.isBold ? 700 : 400)\" text-anchor=\"\(text.anchor.rawValue)\" "
        + "font-style=\"\(text.isItalic ? "italic" : "normal")\" fill=\"\(text.fill ?? "currentColor")\">"
        + "\(escaped(text.text))</text>"
    case .named(let name, let shapes):
      return "<g><title>\(escaped(name))</title>\(shapes.map(svg).joined())</g>"
    }
  }

  static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
      .replacing("\"", with: "&quot;")
  }
}
