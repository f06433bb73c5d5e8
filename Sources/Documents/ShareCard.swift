import Basics
import CPangoCairo

/// The picture that stands beside a link to a page where people share it: title, sentence, and whose it is, as text on the
/// colour of the house. Nothing of it shows a person.
///
///     let bytes = try ShareCard(title: "Señales", sentence: "…", foot: "amparo.example").png(.spanish)
public struct ShareCard: Hashable, Sendable {
  /// The size that those who show such pictures ask for (Open Graph), in pixels.
  public static let width = 1200
  public static let height = 630

  /// Made smaller until it fits, and cut where even that is not enough.
  public var title: String
  /// At most three lines of it are shown.
  public var sentence: String
  /// One line at the bottom.
  public var foot: String

  public init(title: String, sentence: String, foot: String) {
    // Whatever comes, drawing it stays cheap.
    self.title = String(title.prefix(240))
    self.sentence = String(sentence.prefix(300))
    self.foot = String(foot.prefix(80))
  }

  /// The picture as PNG. The same card and the same fonts give the same bytes.
  ///
  /// Throws `DocumentProblem.notMade` when the machine has no memory for it.
  public func png(_ language: Language) throws -> [UInt8] {
    guard
      let surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, Int32(Self.width), Int32(Self.height)),
      cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS, let context = cairo_create(surface)
    else { throw DocumentProblem.notMade }
    defer {
      cairo_destroy(context)
      cairo_surface_destroy(surface)
    }
    let sheet = CardSheet(context: context, language: language)
    sheet.fill(x: 0, y: 0, width: 1200, height: 630, .teal)
    sheet.fill(x: 0, y: 602, width: 1200, height: 28, .gold)
    sheet.mark(x: 76, y: 66, side: 64)
    sheet.write(foot, size: 30, bold: true, y: 80, x: 160, width: 964, lines: 1)
    var size = 76.0
    while size > 44, sheet.height(title, size: size, bold: true, width: 1048) > 4 * 60 { size -= 4 }
    let end = sheet.write(title, size: size, bold: true, y: 170, x: 76, width: 1048, lines: 4)
    sheet.write(sentence, size: 32, bold: false, y: min(end + 24, 450), x: 76, width: 1048, lines: 3)
    return try PNGFile.bytes(of: surface)
  }
}

/// Draws a card's parts.
private struct CardSheet {
  let context: OpaquePointer
  let language: Language

  func fill(x: Double, y: Double, width: Double, height: Double, _ ink: Ink) {
    cairo_set_source_rgb(context, ink.red, ink.green, ink.blue)
    cairo_rectangle(context, x, y, width, height)
    cairo_fill(context)
  }

  /// Amparo's mark: a roof over a person.
  func mark(x: Double, y: Double, side: Double) {
    let unit = side / 32
    func at(_ across: Double, _ down: Double) -> (Double, Double) { (x + across * unit, y + down * unit) }
    cairo_set_source_rgb(context, 1, 1, 1)
    cairo_set_line_width(context, 2.4 * unit)
    cairo_set_line_join(context, CAIRO_LINE_JOIN_ROUND)
    for (index, point) in [at(7, 17.5), at(16, 9), at(25, 17.5), at(25, 25), at(7, 25)].enumerated() {
      if index == 0 { cairo_move_to(context, point.0, point.1) } else { cairo_line_to(context, point.0, point.1) }
    }
    cairo_close_path(context)
    cairo_stroke(context)
    let head = at(16, 18.6)
    cairo_arc(context, head.0, head.1, 2.6 * unit, 0, 2 * .pi)
    cairo_fill(context)
  }

  func height(_ text: String, size: Double, bold: Bool, width: Double) -> Double {
    with(text, size: size, bold: bold, width: width, lines: 99, measured)
  }

  /// - Returns: where it ends.
  @discardableResult
  func write(
    _ text: String, size: Double, bold: Bool, y: Double, x: Double, width: Double, lines: Int
  ) -> Double {
    with(text, size: size, bold: bold, width: width, lines: lines) { layout in
      cairo_set_source_rgb(context, 1, 1, 1)
      cairo_move_to(context, x, y)
      pango_cairo_show_layout(context, layout)
      return y + measured(layout)
    }
  }

  private func measured(_ layout: OpaquePointer) -> Double {
    var (width, height): (Int32, Int32) = (0, 0)
    pango_layout_get_pixel_size(layout, &width, &height)
    return Double(height)
  }

  private func with(
    _ text: String, size: Double, bold: Bool, width: Double, lines: Int, _ use: (OpaquePointer) -> Double
  ) -> Double {
    guard let layout = pango_cairo_create_layout(context), let font = pango_font_description_new() else { return 0 }
    defer {
      pango_font_description_free(font)
      g_object_unref(UnsafeMutableRawPointer(layout))
    }
    pango_context_set_language(pango_layout_get_context(layout), pango_language_from_string(language.code))
    pango_font_description_set_family(font, Typeface.Family.sans.rawValue)
    pango_font_description_set_absolute_size(font, size * Double(PANGO_SCALE))
    pango_font_description_set_weight(font, bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL)
    pango_layout_set_font_description(layout, font)
    pango_layout_set_width(layout, Int32(width * Double(PANGO_SCALE)))
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR)
    pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END)
    pango_layout_set_height(layout, -Int32(lines))
    pango_layout_set_text(layout, text, -1)
    return use(layout)
  }
}
