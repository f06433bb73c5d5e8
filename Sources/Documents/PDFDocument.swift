import Basics
import CPangoCairo
import Foundation

/// Makes PDF documents: pages with text of any script, lines, boxes, QR codes and links.
///
///     let bytes = try PDFDocument.make(title: "Certificado", created: clock.now(), language: .spanish) { document in
///       document.page(.a4.across) { page in
///         page.text("Ana", Typeface(.serif, 30), in: Box(x: 40, y: 40, width: 500, height: 60), align: .center)
///       }
///     }
///
/// The same calls with the same `created` and the same fonts give the same bytes. The title is all that the document
/// says about itself: keep names out of it.
public final class PDFDocument {
  private let surface: OpaquePointer
  let context: OpaquePointer
  let language: Language
  private var drawings: [String: OpaquePointer] = [:]
  /// What was measured before.
  var sizes: [Measured: TextSize] = [:]

  struct Measured: Hashable {
    var text: String
    var face: Typeface
    var width: Double?
  }

  private init(surface: OpaquePointer, context: OpaquePointer, language: Language) {
    self.surface = surface
    self.context = context
    self.language = language
  }

  deinit { for drawing in drawings.values { cairo_surface_destroy(drawing) } }

  /// Makes a document and answers its bytes. Everything is drawn on the calling thread.
  ///
  /// Throws `DocumentProblem.notMade` when the machine has no memory for it, and whatever `draw` throws.
  public static func make(
    title: String, created: Moment, language: Language, _ draw: (PDFDocument) throws -> Void
  ) throws -> [UInt8] {
    let collected = CollectedBytes()
    let closure = Unmanaged.passUnretained(collected).toOpaque()
    return try withExtendedLifetime(collected) {
      let surface = cairo_pdf_surface_create_for_stream(
        { closure, bytes, count in
          guard let closure, let bytes else { return CAIRO_STATUS_WRITE_ERROR }
          let collected = Unmanaged<CollectedBytes>.fromOpaque(closure).takeUnretainedValue()
          collected.bytes.append(contentsOf: UnsafeBufferPointer(start: bytes, count: Int(count)))
          return CAIRO_STATUS_SUCCESS
        }, closure, Paper.a4.width, Paper.a4.height)
      guard let surface, let context = cairo_create(surface) else { throw DocumentProblem.notMade }
      defer {
        cairo_destroy(context)
        cairo_surface_destroy(surface)
      }
      cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, title)
      cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATOR, "Amparo")
      cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, created.wholeSecond)
      try draw(PDFDocument(surface: surface, context: context, language: language))
      cairo_surface_finish(surface)
      guard cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS else { throw DocumentProblem.notMade }
      return collected.bytes
    }
  }

  /// Adds a page.
  public func page(_ paper: Paper, _ draw: (PDFPage) throws -> Void) rethrows {
    cairo_pdf_surface_set_size(surface, paper.width, paper.height)
    try draw(PDFPage(document: self, context: context, paper: paper))
    cairo_show_page(context)
  }

  /// A drawing that stands on many pages, kept once in the file.
  func repeated(_ name: String, _ paper: Paper, _ draw: (PDFPage) -> Void) {
    let drawing: OpaquePointer
    if let known = drawings[name] {
      drawing = known
    } else {
      var extents = cairo_rectangle_t(x: 0, y: 0, width: paper.width, height: paper.height)
      guard let made = cairo_recording_surface_create(CAIRO_CONTENT_COLOR_ALPHA, &extents),
        let context = cairo_create(made)
      else { return }
      draw(PDFPage(document: self, context: context, paper: paper))
      cairo_destroy(context)
      drawings[name] = made
      drawing = made
    }
    cairo_set_source_surface(context, drawing, 0, 0)
    cairo_paint(context)
  }

  /// What the library writes, as it writes it.
  private final class CollectedBytes {
    var bytes: [UInt8] = []
  }
}

extension Moment {
  /// `2007-03-09T12:00:00Z`, without fractions of a second.
  public var wholeSecond: String {
    let seconds = milliseconds >= 0 ? milliseconds / 1000 : (milliseconds - 999) / 1000
    let day = CalendarDay(Moment(milliseconds: seconds * 1000), offsetFromUTC: .seconds(0))
    let left = Int(((seconds % 86_400) + 86_400) % 86_400)
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
    return "\(day)T\(two(left / 3600)):\(two(left / 60 % 60)):\(two(left % 60))Z"
  }
}
