import Basics
import Documents
import Foundation
import TestSupport
import Testing

@Suite struct DocumentsTests {
  static let side = CertificateDrawing.Side(
    heading: "Certificado de asistencia", given: "Se otorga a",
    reason: "por su asistencia a 4 de 4 sesiones de",
    course: "Primera fase en Quito: información general sobre la trata",
    programme:
      "Capacitación de los socios que asisten a víctimas de trata y a migrantes en situación de vulnerabilidad",
    occasion: "Quito, sala del Comité, 10–14 mar 2008", issued: "Emitido el 14 mar 2008",
    signature: "Firma de la institución", numberLabel: "Número", codeLabel: "Código de control",
    verify: "Escanee para comprobarlo, también sin conexión.")

  static func drawing(name: String = "Ñusta Quispe Guamán") throws -> CertificateDrawing {
    var english = side
    english.heading = "Certificate of attendance"
    english.reason = "for attending 4 of 4 sessions of"
    english.course = "First phase in Quito: general information on human trafficking"
    english.issued = "Issued on 14 Mar 2008"
    english.verify = "Scan to verify, also without a connection."
    let text = "https://amparo.example.org/verify#" + String(repeating: "0A1B2C3D4E", count: 52)
    return CertificateDrawing(
      agency: "Organización Internacional para las Migraciones", name: name, first: side, second: english,
      number: "0123a-bcdef-ghjkm-npqrs-tvwxy-z", code: "aaaaa-bbbbb-ccccc",
      address: "https://amparo.example.org/certificate/0123abcdefghjkmnpqrstvwxyz", qr: try QRCode(text), link: text)
  }

  @Test func theSameTwice() throws {
    func bytes() throws -> [UInt8] {
      try PDFDocument.make(title: "Certificado", created: Moment(milliseconds: 1_205_159_000_000), language: .spanish) {
        document in
        for paper in [Paper.a4, .letter] { try Self.drawing().draw(in: document, on: paper) }
      }
    }
    let first = try bytes()
    #expect(first.starts(with: Array("%PDF-".utf8)))
    #expect(try bytes() == first)
    if let folder = ProcessInfo.processInfo.environment["AMPARO_PICTURES"] {
      try Data(first).write(to: URL(filePath: folder + "/certificate.pdf"))
    }
  }

  @Test(arguments: [
    "Li", "ana", String(repeating: "María de los Ángeles ", count: 6), String(repeating: "x", count: 120),
  ])
  func anyNameFits(_ name: String) throws {
    let bytes = try PDFDocument.make(title: "c", created: Moment(milliseconds: 0), language: .english) { document in
      try Self.drawing(name: name).draw(in: document, on: .letter)
    }
    #expect(bytes.count > 5000)
    // The name stands on the page and not in what the file says about itself.
    #expect(!String(decoding: bytes, as: UTF8.self).contains(name.prefix(12)) || name.count < 4)
  }

  @Test func codesHaveTheirShape() throws {
    let code = try QRCode("AMPARO", correction: .low)
    #expect(code.size == 21)
    // The three eyes.
    for (row, column) in [(0, 0), (0, 14), (14, 0)] {
      #expect((0..<7).allSatisfy { code[row, column + $0] && code[row + 6, column + $0] })
      #expect(!code[row + 1, column + 1] && code[row + 3, column + 3])
    }
    #expect(code.svg(label: "a<b>").contains("aria-label=\"a&lt;b&gt;\""))
    #expect(throws: DocumentProblem.tooLong) { try QRCode("") }
    #expect(throws: DocumentProblem.tooLong) { try QRCode(String(repeating: "x", count: 4000)) }
  }

  @Test func aCodeAsAPictureHasWholePixelsAndIsTheSameTwice() throws {
    let code = try QRCode("AMPARO", correction: .low)
    let png = try code.png(pixelsPerModule: 10)
    #expect(png.prefix(8) == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
    func number(_ at: Int) -> Int { png[at..<at + 4].reduce(0) { $0 << 8 | Int($1) } }
    // 21 modules and four light ones on each side, ten pixels each.
    #expect(number(16) == 290 && number(20) == 290)
    #expect(try code.png(pixelsPerModule: 10) == png)
    #expect(try code.png(pixelsPerModule: 11) != png)
  }

  @Test func momentsAreWrittenInWholeSeconds() {
    #expect(Moment(milliseconds: 1_205_159_000_999).wholeSecond == "2008-03-10T14:23:20Z")
    #expect(Moment(milliseconds: -1).wholeSecond == "1969-12-31T23:59:59Z")
  }
}
