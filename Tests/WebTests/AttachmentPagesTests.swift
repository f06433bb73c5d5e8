import Accounts
import Basics
import Casework
import Foundation
import HTTPTypes
import Records
import TestSupport
import Testing

@testable import Web

@Suite struct AttachmentPagesTests {
  /// A PDF document as small as they come.
  static let pdf = Array("%PDF-1.4\n1 0 obj <<>> endobj\nstartxref\n9\n%%EOF\n".utf8)

  private func upload(
    _ browser: TestBrowser, _ address: String, _ bytes: [UInt8], title: String = "Denuncia <b>", kind: String = "legal"
  ) async throws -> TestBrowser.Page {
    let page = try await browser.get(address)
    let fields = try #require(browser.forms(page).first { $0.action == address }).fields
    var body: [UInt8] = []
    for (name, value) in fields where name != "file" {
      let value = name == "title" ? title : name == "kind" ? kind : value
      body += Array("--x7x\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n".utf8)
    }
    body += Array("--x7x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"Rosa Quispe.pdf\"\r\n\r\n".utf8)
    body += bytes + Array("\r\n--x7x--\r\n".utf8)
    return try await browser.send(
      .post, address, headers: [.contentType: "multipart/form-data; boundary=x7x"], body: body)
  }

  @Test(arguments: TestEngine.available) func aDocumentIsAddedLookedAtAndDeleted(_ engine: Engine) async throws {
    try await withOpenCase(engine) { house, browser, address in
      let list = address + "/attachments"
      #expect(try await browser.get(address).contains("href=\"\(list)\""))
      #expect(try await upload(browser, list, Self.pdf).location == list)
      let page = try await browser.get(list)
      #expect(page.contains("Denuncia &lt;b&gt;") && page.contains("Documento PDF"))
      let one = try page.link("[^\"]*/attachments/[0-9a-z]{26}")
      #expect(try await browser.get(one).contains("no se muestra aquí"))
      let copy = try await browser.get(one + "/copy")
      #expect(copy.text == String(decoding: Self.pdf, as: UTF8.self))
      #expect(copy.headers[.contentType] == "application/pdf")
      #expect(copy.headers[.contentDisposition]?.hasPrefix("attachment; filename=\"amparo-") == true)
      #expect(copy.headers[.contentSecurityPolicy] == "default-src 'none'; sandbox")
      #expect(copy.headers[.xContentTypeOptions] == "nosniff" && copy.headers[.cacheControl] == "no-store")
      // Also where the address asks for it to be shown, a document is only handed over.
      #expect(try await browser.get(one + "/content").headers[.contentDisposition]?.hasPrefix("attachment") == true)
      #expect(try await browser.get(address + "/history").contains("Abrió un archivo"))

      let text = try await upload(browser, list, Array("Uno <script>".utf8), title: "Nota", kind: "narrative")
      let note = try await browser.get(text.location).link("[^\"]*/attachments/[0-9a-z]{26}")
      #expect(try await browser.get(note).contains("Uno &lt;script&gt;"))
      #expect(try await browser.get(note + "/content").headers[.contentType] == "text/plain; charset=utf-8")

      let removal = try await browser.get(one + "/remove")
      #expect(removal.contains("Denuncia &lt;b&gt;"))
      #expect(try await browser.submit(removal, action: one + "/remove").location == list)
      #expect(try await browser.get(one).status == .notFound)
      let supervisor = TestBrowser(house)
      try await supervisor.signIn("officer")
      #expect(try await supervisor.get(list).status == .notFound)
    }
  }

  @Test(arguments: TestEngine.available) func whatIsNotTakenIsSaidInOneSentence(_ engine: Engine) async throws {
    try await withOpenCase(engine) { _, browser, address in
      let list = address + "/attachments"
      let unknown = try await upload(browser, list, [0x4D, 0x5A, 0x90, 0, 3])
      #expect(unknown.status == .unprocessableContent && unknown.contains("Este tipo de archivo no se acepta"))
      #expect(unknown.contains("value=\"Denuncia &lt;b&gt;\""))
      let untitled = try await upload(browser, list, Self.pdf, title: "")
      #expect(untitled.contains("Elija el archivo otra vez"))
      let large = try await upload(browser, list, [UInt8](repeating: 65, count: AttachmentRules.largest + 300_000))
      #expect(large.status == .contentTooLarge && large.contains("puede tener hasta 10 MB"))
      // Nor is anything larger read elsewhere.
      let elsewhere = try await browser.send(
        .post, address + "/edit/health",
        headers: [.contentType: "multipart/form-data; boundary=x7x", .contentLength: "20000000"], body: [65])
      #expect(elsewhere.status == .contentTooLarge)
    }
  }
}
