import CPangoCairo
import Foundation

/// A certificate as a sheet to print and frame: one page across, two languages side by side.
public struct CertificateDrawing: Hashable, Sendable {
  /// What stands in one language.
  public struct Side: Hashable, Sendable {
    public var heading: String
    public var given: String
    /// “por su asistencia a 4 de 4 sesiones de”
    public var reason: String
    public var course: String
    public var programme: String
    /// Place and days.
    public var occasion: String
    public var issued: String
    public var signature: String
    public var numberLabel: String
    public var codeLabel: String
    /// What the QR code is for.
    public var verify: String

    public init(
      heading: String, given: String, reason: String, course: String, programme: String, occasion: String,
      issued: String, signature: String, numberLabel: String, codeLabel: String, verify: String
    ) {
      self.heading = heading
      self.given = given
      self.reason = reason
      self.course = course
      self.programme = programme
      self.occasion = occasion
      self.issued = issued
      self.signature = signature
      self.numberLabel = numberLabel
      self.codeLabel = codeLabel
      self.verify = verify
    }
  }

  /// The institution that issues it.
  public var agency: String
  public var name: String
  /// The first language leads.
  public var first: Side
  public var second: Side
  public var number: String
  public var code: String
  /// Where the number can be looked up.
  public var address: String
  public var qr: QRCode
  /// What the QR code says, for a reader on a screen.
  public var link: String
  /// Says across the page that everything on it is made up; `nil` on a real one.
  public var practice: String?

  public init(
    agency: String, name: String, first: Side, second: Side, number: String, code: String, address: String, qr: QRCode,
    link: String, practice: String? = nil
  ) {
    self.agency = agency
    self.name = name
    self.first = first
    self.second = second
    self.number = number
    self.code = code
    self.address = address
    self.qr = qr
    self.link = link
    self.practice = practice
  }

  /// Adds its page to a document.
  public func draw(in document: PDFDocument, on paper: Paper) {
    let paper = paper.across
    document.page(paper) { page in
      document.repeated("certificate \(paper)", paper) { CertificateFrame(page: $0).draw() }
      let box = page.box.inset(by: 58)
      let foot = drawFoot(page, box)
      drawBody(page, box, above: foot)
    }
  }

  private func drawBody(_ page: PDFPage, _ box: Box, above foot: Double) {
    var y = box.y + 38
    func line(_ text: String, _ face: Typeface, gap: Double, width: Double? = nil) {
      let width = width ?? box.width
      let at = Box(x: box.middle - width / 2, y: y, width: width, height: 0)
      y += page.text(text, page.fitted(text, face, width: width, smallest: face.size * 0.6), in: at, align: .center)
      y += gap
    }
    line(agency.uppercased(), Typeface(.serif, 11.5, spacing: 0.14, ink: .teal), gap: 8)
    line(first.heading, Typeface(.serif, 34), gap: -2)
    line(second.heading, Typeface(.serif, 16, italic: true, ink: .soft), gap: 9)
    if let practice { line(practice, Typeface(.sans, 8, bold: true, ink: .gold), gap: 4) }
    line("\(first.given)  ·  \(second.given)", Typeface(.serif, 10.5, italic: true, ink: .soft), gap: 0)
    line(name, Typeface(.serif, 31, bold: true, ink: .teal), gap: 1, width: box.width * 0.86)
    ornament(page, at: (box.middle, y + 2), half: box.width * 0.3)
    y += 14
    let gap = 34.0
    let half = (box.width - gap) / 2
    let sides = [(first, false, box.x), (second, true, box.x + half + gap)]
    // Both columns in the size at which the longer one still ends above the foot.
    var scale = 1.0
    while scale > 0.6, sides.map({ height(page, $0.0, $0.1, half, scale) }).max() ?? 0 > foot - y - 6 { scale -= 0.04 }
    for (side, isSecond, x) in sides {
      var top = y
      for (text, face, gap) in lines(side, isSecond, scale) {
        top += page.text(text, face, in: Box(x: x, y: top, width: half, height: 0), align: .center) + gap
      }
    }
    let end = y + (sides.map { height(page, $0.0, $0.1, half, scale) }.max() ?? 0)
    page.line(from: (box.middle, y + 4), to: (box.middle, end - 4), width: 0.4, ink: .paleTeal)
  }

  private func lines(_ side: Side, _ isSecond: Bool, _ scale: Double) -> [(String, Typeface, Double)] {
    let ink: Ink = isSecond ? .soft : .black
    return [
      (side.reason, Typeface(.serif, 11 * scale, italic: isSecond, ink: ink), 3),
      (side.course, Typeface(.serif, 14.5 * scale, bold: true, italic: isSecond, ink: ink), 3),
      (side.programme, Typeface(.serif, 10 * scale, italic: isSecond, ink: ink), 3),
      (side.occasion, Typeface(.serif, 11 * scale, italic: isSecond, ink: ink), 0),
    ]
  }

  private func height(_ page: PDFPage, _ side: Side, _ isSecond: Bool, _ width: Double, _ scale: Double) -> Double {
    lines(side, isSecond, scale).reduce(0) { $0 + page.height($1.0, $1.1, width: width) + $1.2 }
  }

  /// A line that swells to a small diamond in its middle.
  private func ornament(_ page: PDFPage, at middle: (x: Double, y: Double), half: Double) {
    let size = 3.2
    page.line(from: (middle.x - half, middle.y), to: (middle.x - 9, middle.y), width: 0.6, ink: .gold)
    page.line(from: (middle.x + 9, middle.y), to: (middle.x + half, middle.y), width: 0.6, ink: .gold)
    page.closed(
      [
        (middle.x - size, middle.y), (middle.x, middle.y - size), (middle.x + size, middle.y),
        (middle.x, middle.y + size),
      ], width: 0.8, ink: .gold)
  }

  /// Number and code on the left, the place to sign in the middle, the QR code on the right. Answers where it begins.
  private func drawFoot(_ page: PDFPage, _ box: Box) -> Double {
    let side = 112.0
    let top = box.bottom - side
    let code = Box(x: box.x + box.width - side, y: top, width: side, height: side)
    page.draw(qr, in: code)
    page.link(code, to: link)
    let small = Typeface(.serif, 8.5, ink: .soft)
    let captionWidth = 92.0
    let caption = Box(x: code.x - captionWidth - 4, y: 0, width: captionWidth, height: 0)
    let words = first.verify + "\n" + second.verify
    let captionHeight = page.height(words, small, width: captionWidth)
    page.text(
      words, small, in: Box(x: caption.x, y: box.bottom - captionHeight - 9, width: captionWidth, height: 0),
      align: .right)

    let left = 196.0
    var y = top + 34
    let fine = Typeface(.serif, 9, ink: .soft)
    let numberFace = page.fitted(number, Typeface(.mono, 8.5), width: left, smallest: 6)
    for (text, face, gap) in [
      ("\(first.issued)  ·  \(second.issued)", Typeface(.serif, 9.5), 4.0),
      ("\(first.numberLabel)  ·  \(second.numberLabel)", fine, -1), (number, numberFace, 2),
      ("\(first.codeLabel)  ·  \(second.codeLabel)", fine, -1), (self.code, numberFace, 2),
      (address, page.fitted(address, Typeface(.mono, 6.5, ink: .soft), width: left + 30, smallest: 4), 0),
    ] {
      y += page.text(text, face, in: Box(x: box.x, y: y, width: left + 30, height: 0)) + gap
    }

    let width = 190.0
    let middle = (box.x + left + 30 + caption.x) / 2
    let line = box.bottom - 24
    page.line(from: (middle - width / 2, line), to: (middle + width / 2, line), width: 0.6)
    page.text(
      "\(first.signature)  ·  \(second.signature)", fine,
      in: Box(x: middle - width / 2 - 10, y: line + 4, width: width + 20, height: 0), align: .center)
    return top + 22
  }

}

/// What is the same on every certificate: the frame, the fine lines behind, the mark.
struct CertificateFrame {
  let page: PDFPage

  func draw() {
    let box = page.box
    rosette(at: (box.middle, box.height * 0.5), radius: box.height * 0.37)
    page.frame(box.inset(by: 24), width: 2.4, ink: .teal)
    page.frame(box.inset(by: 30), width: 0.6, ink: .gold)
    let inner = box.inset(by: 30)
    for (x, y, dx, dy) in [
      (inner.x, inner.y, 1.0, 1.0), (inner.x + inner.width, inner.y, -1, 1), (inner.x, inner.bottom, 1, -1),
      (inner.x + inner.width, inner.bottom, -1, -1),
    ] {
      corner((x, y), (dx, dy))
    }
    mark(at: (box.middle - 20, 44), side: 40)
  }

  private func corner(_ at: (x: Double, y: Double), _ turn: (x: Double, y: Double)) {
    for (size, ink) in [(22.0, Ink.gold), (16, .teal)] {
      page.closed(
        [
          (at.x + turn.x * 4, at.y + turn.y * 4), (at.x + turn.x * size, at.y + turn.y * 4),
          (at.x + turn.x * 4, at.y + turn.y * size),
        ], width: 0.7, ink: ink)
    }
  }

  /// Curves as on banknotes: hard to draw by hand, quiet behind text.
  private func rosette(at middle: (x: Double, y: Double), radius: Double) {
    for ring in 0..<14 {
      let turn = Double(ring) * .pi / 14
      let points = (0..<360).map { step -> (x: Double, y: Double) in
        let angle = Double(step) * .pi / 180
        let distance = radius * (0.74 + 0.26 * sin(12 * angle + turn * 2))
        return (middle.x + distance * 1.35 * cos(angle), middle.y + distance * sin(angle))
      }
      page.closed(points, width: 0.25, ink: .paleTeal)
    }
  }

  /// Amparo's mark: a roof over a person.
  private func mark(at corner: (x: Double, y: Double), side: Double) {
    let context = page.context
    cairo_save(context)
    cairo_translate(context, corner.x, corner.y)
    cairo_scale(context, side / 32, side / 32)
    let radius = 7.0
    cairo_new_sub_path(context)
    cairo_arc(context, 32 - radius, radius, radius, -.pi / 2, 0)
    cairo_arc(context, 32 - radius, 32 - radius, radius, 0, .pi / 2)
    cairo_arc(context, radius, 32 - radius, radius, .pi / 2, .pi)
    cairo_arc(context, radius, radius, radius, .pi, 3 * .pi / 2)
    cairo_close_path(context)
    page.paint(.teal)
    for (index, point) in [(7.0, 17.5), (16, 9), (25, 17.5), (25, 25), (7, 25)].enumerated() {
      if index == 0 { cairo_move_to(context, point.0, point.1) } else { cairo_line_to(context, point.0, point.1) }
    }
    cairo_close_path(context)
    cairo_set_line_join(context, CAIRO_LINE_JOIN_ROUND)
    page.stroke(2.4, .white)
    cairo_arc(context, 16, 18.6, 2.6, 0, 2 * .pi)
    page.paint(.white)
    cairo_restore(context)
  }
}
