import Basics
import CPangoCairo

/// One page while it is drawn.
public struct PDFPage {
  let document: PDFDocument
  let context: OpaquePointer
  public let paper: Paper

  public var box: Box { Box(x: 0, y: 0, width: paper.width, height: paper.height) }

  // MARK: Text

  /// Sets a text into a box, broken into lines where it is too wide, from the box's top.
  /// - Returns: the height it took, in points; it may be more than the box's.
  @discardableResult
  public func text(_ text: String, _ face: Typeface, in box: Box, align: Alignment = .left) -> Double {
    withLayout(text, face, width: box.width, align) { layout in
      cairo_set_source_rgb(context, face.ink.red, face.ink.green, face.ink.blue)
      cairo_move_to(context, box.x, box.y)
      pango_cairo_show_layout(context, layout)
      return size(layout)
    }.height
  }

  /// The height a text takes at a width, in points.
  public func height(_ text: String, _ face: Typeface, width: Double) -> Double {
    measured(text, face, width).height
  }

  /// The width of a text on one line, in points.
  public func width(_ text: String, _ face: Typeface) -> Double { measured(text, face, nil).width }

  /// Most texts of a class's certificates are the same on every page, so each is measured once.
  private func measured(_ text: String, _ face: Typeface, _ width: Double?) -> TextSize {
    let key = PDFDocument.Measured(text: text, face: face, width: width)
    if let known = document.sizes[key] { return known }
    let found = withLayout(text, face, width: width, .left, size)
    document.sizes[key] = found
    return found
  }

  /// The same face, made smaller until the text fits on one line of the width; never below `smallest` points, where it
  /// breaks into lines instead.
  public func fitted(_ text: String, _ face: Typeface, width: Double, smallest: Double) -> Typeface {
    var face = face
    let needed = self.width(text, face)
    if needed > width { face.size = max(smallest, (face.size * width / needed * 4).rounded(.down) / 4) }
    return face
  }

  private func withLayout(
    _ text: String, _ face: Typeface, width: Double?, _ align: Alignment, _ use: (OpaquePointer) -> TextSize
  ) -> TextSize {
    guard let layout = pango_cairo_create_layout(context), let font = pango_font_description_new() else {
      return TextSize()
    }
    defer {
      pango_font_description_free(font)
      g_object_unref(UnsafeMutableRawPointer(layout))
    }
    pango_context_set_language(
      pango_layout_get_context(layout), pango_language_from_string(document.language.code))
    pango_font_description_set_family(font, face.family.rawValue)
    pango_font_description_set_absolute_size(font, face.size * Double(PANGO_SCALE))
    pango_font_description_set_weight(font, face.isBold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL)
    pango_font_description_set_style(font, face.isItalic ? PANGO_STYLE_ITALIC : PANGO_STYLE_NORMAL)
    pango_layout_set_font_description(layout, font)
    pango_layout_set_text(layout, text, -1)
    if face.spacing != 0, let attributes = pango_attr_list_new() {
      pango_attr_list_insert(
        attributes, pango_attr_letter_spacing_new(Int32(face.spacing * face.size * Double(PANGO_SCALE))))
      pango_layout_set_attributes(layout, attributes)
      pango_attr_list_unref(attributes)
    }
    if let width {
      pango_layout_set_width(layout, Int32(width * Double(PANGO_SCALE)))
      // A name of one endless word breaks too.
      pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR)
      let alignments: [Alignment: PangoAlignment] = [.center: PANGO_ALIGN_CENTER, .right: PANGO_ALIGN_RIGHT]
      pango_layout_set_alignment(layout, alignments[align] ?? PANGO_ALIGN_LEFT)
    }
    return use(layout)
  }

  private func size(_ layout: OpaquePointer) -> TextSize {
    var (width, height): (Int32, Int32) = (0, 0)
    pango_layout_get_size(layout, &width, &height)
    return TextSize(width: Double(width) / Double(PANGO_SCALE), height: Double(height) / Double(PANGO_SCALE))
  }

  // MARK: Lines and boxes

  public func line(
    from start: (x: Double, y: Double), to end: (x: Double, y: Double), width: Double = 0.5, ink: Ink = .black
  ) {
    cairo_move_to(context, start.x, start.y)
    cairo_line_to(context, end.x, end.y)
    stroke(width, ink)
  }

  /// A rectangle's outline.
  public func frame(_ box: Box, width: Double = 0.5, ink: Ink = .black) {
    cairo_rectangle(context, box.x, box.y, box.width, box.height)
    stroke(width, ink)
  }

  public func fill(_ box: Box, ink: Ink) {
    cairo_rectangle(context, box.x, box.y, box.width, box.height)
    paint(ink)
  }

  /// A line through points, closed.
  func closed(_ points: [(x: Double, y: Double)], width: Double, ink: Ink) {
    for (index, point) in points.enumerated() {
      if index == 0 { cairo_move_to(context, point.x, point.y) } else { cairo_line_to(context, point.x, point.y) }
    }
    cairo_close_path(context)
    stroke(width, ink)
  }

  func stroke(_ width: Double, _ ink: Ink) {
    cairo_set_source_rgb(context, ink.red, ink.green, ink.blue)
    cairo_set_line_width(context, width)
    cairo_stroke(context)
  }

  func paint(_ ink: Ink) {
    cairo_set_source_rgb(context, ink.red, ink.green, ink.blue)
    cairo_fill(context)
  }

  // MARK: QR codes and links

  /// Draws a code, its quiet zone included, into the largest square at the box's top left.
  public func draw(_ code: QRCode, in box: Box) {
    let side = min(box.width, box.height)
    let module = side / Double(code.size + 2 * QRCode.quietZone)
    fill(Box(x: box.x, y: box.y, width: side, height: side), ink: .white)
    // One stencil of a bit a module: small in the file, and without seams between rows.
    guard let stencil = cairo_image_surface_create(CAIRO_FORMAT_A1, Int32(code.size), Int32(code.size)),
      let bytes = cairo_image_surface_get_data(stencil)
    else { return }
    defer { cairo_surface_destroy(stencil) }
    let stride = Int(cairo_image_surface_get_stride(stencil))
    for run in code.runs {
      for column in run.column..<run.column + run.length {
        // Cairo's words of 32 bits begin with the machine's lowest bit; every machine we serve is little-endian.
        bytes[run.row * stride + column / 8] |= 1 << UInt8(column % 8)
      }
    }
    cairo_surface_mark_dirty(stencil)
    cairo_save(context)
    let edge = module * Double(QRCode.quietZone)
    cairo_translate(context, box.x + edge, box.y + edge)
    cairo_scale(context, module, module)
    cairo_set_source_rgb(context, 0, 0, 0)
    guard let pattern = cairo_pattern_create_for_surface(stencil) else { return }
    cairo_pattern_set_filter(pattern, CAIRO_FILTER_NEAREST)
    cairo_mask(context, pattern)
    cairo_pattern_destroy(pattern)
    cairo_restore(context)
  }

  /// Makes a box lead to an address when the document is read on a screen.
  public func link(_ box: Box, to address: String) {
    let plain = address.replacing("\\", with: "\\\\").replacing("'", with: "\\'")
    cairo_tag_begin(
      context, CAIRO_TAG_LINK, "rect=[\(box.x) \(box.y) \(box.width) \(box.height)] uri='\(plain)'")
    cairo_tag_end(context, CAIRO_TAG_LINK)
  }
}

/// What a text takes, in points.
struct TextSize {
  var width = 0.0
  var height = 0.0
}
