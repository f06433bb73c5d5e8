import CPangoCairo

extension QRCode {
  /// The code as a PNG image, black on white with its quiet zone: every module a whole number of pixels, so that no edge
  /// is blurred.
  ///
  /// - Parameter pixelsPerModule: 1 to 64; a poster wants at least 10.
  ///
  /// Throws `DocumentProblem.notMade` when the machine has no memory for it.
  public func png(pixelsPerModule: Int) throws -> [UInt8] {
    let pixels = max(1, min(64, pixelsPerModule))
    let side = Int32((size + 2 * Self.quietZone) * pixels)
    guard let surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, side, side),
      cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS, let context = cairo_create(surface)
    else { throw DocumentProblem.notMade }
    defer {
      cairo_destroy(context)
      cairo_surface_destroy(surface)
    }
    cairo_set_antialias(context, CAIRO_ANTIALIAS_NONE)
    cairo_set_source_rgb(context, 1, 1, 1)
    cairo_paint(context)
    cairo_set_source_rgb(context, 0, 0, 0)
    for run in runs {
      cairo_rectangle(
        context, Double((run.column + Self.quietZone) * pixels), Double((run.row + Self.quietZone) * pixels),
        Double(run.length * pixels), Double(pixels))
    }
    cairo_fill(context)
    return try PNGFile.bytes(of: surface)
  }
}
