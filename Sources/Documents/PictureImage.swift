import Basics
import CPangoCairo

extension Picture {
  /// How many pixels of the image stand for one of the picture: enough for print.
  private static let scale = 2.0
  /// A hundred megabytes of memory, and half of what Cairo can draw; a picture that would be longer is drawn smaller.
  private static let longestSide = 16_000.0
  /// Room around it, in pixels of the picture.
  private static let margin = 16.0

  /// The picture as a PNG image on white. The same picture and the same fonts give the same bytes.
  ///
  ///     let bytes = try picture.png(.spanish)
  ///
  /// Throws `DocumentProblem.notMade` when the machine has no memory for it.
  public func png(_ language: Language) throws -> [UInt8] {
    let (wide, high) = (Double(width) + 2 * Self.margin, Double(height) + 2 * Self.margin)
    let scale = min(Self.scale, Self.longestSide / max(wide, high))
    guard
      let surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, Int32(wide * scale), Int32(high * scale)),
      cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS, let context = cairo_create(surface)
    else { throw DocumentProblem.notMade }
    defer {
      cairo_destroy(context)
      cairo_surface_destroy(surface)
    }
    cairo_set_source_rgb(context, 1, 1, 1)
    cairo_paint(context)
    cairo_scale(context, scale, scale)
    cairo_translate(context, Self.margin, Self.margin)
    let image = PictureImage(context: context, language: language)
    for shape in shapes { image.draw(shape) }
    return try PNGFile.bytes(of: surface)
  }
}

/// A drawing as a PNG file.
enum PNGFile {
  /// Throws `DocumentProblem.notMade` when the machine has no memory for it.
  static func bytes(of surface: OpaquePointer) throws -> [UInt8] {
    let collected = Collected()
    let status = withExtendedLifetime(collected) {
      cairo_surface_write_to_png_stream(
        surface,
        { closure, bytes, count in
          guard let closure, let bytes else { return CAIRO_STATUS_WRITE_ERROR }
          let collected = Unmanaged<Collected>.fromOpaque(closure).takeUnretainedValue()
          collected.bytes.append(contentsOf: UnsafeBufferPointer(start: bytes, count: Int(count)))
          return CAIRO_STATUS_SUCCESS
        }, Unmanaged.passUnretained(collected).toOpaque())
    }
    guard status == CAIRO_STATUS_SUCCESS else { throw DocumentProblem.notMade }
    return collected.bytes
  }

  /// What the library writes, as it writes it.
  private final class Collected {
    var bytes: [UInt8] = []
  }
}

/// Draws shapes with Cairo, texts with Pango.
private struct PictureImage {
  let context: OpaquePointer
  let language: Language

  func draw(_ shape: Picture.Shape) {
    switch shape {
    case .rectangle(let x, let y, let width, let height, let fill):
      cairo_rectangle(context, Double(x), Double(y), Double(width), Double(height))
      paint(fill, opacity: 1, line: 1)
    case .band(let from, let fromTop, let to, let toTop, let width, let fill):
      let (left, right, middle) = (Double(from), Double(to), Double((from + to) / 2))
      let (top, end, thick) = (Double(fromTop), Double(toTop), Double(width))
      cairo_move_to(context, left, top)
      cairo_curve_to(context, middle, top, middle, end, right, end)
      cairo_line_to(context, right, end + thick)
      cairo_curve_to(context, middle, end + thick, middle, top + thick, left, top + thick)
      cairo_close_path(context)
      paint(fill, opacity: 0.7, line: 0.5)
    case .dashes(let fromX, let fromY, let toX, let toY):
      cairo_save(context)
      cairo_set_dash(context, [3, 4], 2, 0)
      cairo_move_to(context, Double(fromX), Double(fromY))
      cairo_line_to(context, Double(toX), Double(toY))
      ink(Picture.line, opacity: 1)
      cairo_set_line_width(context, 1.5)
      cairo_stroke(context)
      cairo_restore(context)
    case .text(let text): write(text)
    case .named(_, let shapes): for shape in shapes { draw(shape) }
    }
  }

  private func paint(_ fill: String, opacity: Double, line: Double) {
    ink(fill, opacity: opacity)
    cairo_fill_preserve(context)
    ink(Picture.line, opacity: 1)
    cairo_set_line_width(context, line)
    cairo_stroke(context)
  }

  /// `#rrggbb`.
  private func ink(_ colour: String, opacity: Double) {
    let number = Int(colour.dropFirst(), radix: 16) ?? 0
    func part(_ shift: Int) -> Double { Double(number >> shift & 0xFF) / 255 }
    cairo_set_source_rgba(context, part(16), part(8), part(0), opacity)
  }

  private func write(_ text: Picture.Text) {
    guard let layout = pango_cairo_create_layout(context), let font = pango_font_description_new() else { return }
    defer {
      pango_font_description_free(font)
      g_object_unref(UnsafeMutableRawPointer(layout))
    }
    pango_context_set_language(pango_layout_get_context(layout), pango_language_from_string(language.code))
    pango_font_description_set_family(font, Typeface.Family.sans.rawValue)
    // DejaVu Sans runs wider than the faces that screens have.
    pango_font_description_set_absolute_size(font, Double(text.size) * 0.9 * Double(PANGO_SCALE))
    pango_font_description_set_weight(font, text.isBold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL)
    pango_font_description_set_style(font, text.isItalic ? PANGO_STYLE_ITALIC : PANGO_STYLE_NORMAL)
    pango_layout_set_font_description(layout, font)
    pango_layout_set_text(layout, text.text, -1)
    var (width, height): (Int32, Int32) = (0, 0)
    pango_layout_get_size(layout, &width, &height)
    let length = Double(width) / Double(PANGO_SCALE)
    let start =
      switch text.anchor {
      case .start: Double(text.x)
      case .middle: Double(text.x) - length / 2
      case .end: Double(text.x) - length
      }
    ink(text.fill ?? "#171c1f", opacity: 1)
    cairo_move_to(context, start, Double(text.y) - Double(pango_layout_get_baseline(layout)) / Double(PANGO_SCALE))
    pango_cairo_show_layout(context, layout)
  }
}
