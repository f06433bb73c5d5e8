import Accounts
import Basics
import Casework
import Foundation
import HTTPTypes
import Records
import TestSupport
import Testing

@testable import Web

/// A register comes in through the pages, and goes out.
@Suite struct ImportPagesTests {
  private static let csv = """
    Nombres;Apellidos;Nacimiento;Sexo;Relato;Favorita
    Rosa;Quispe;28/02/1990;F;"Contó; despacio";azul
    Luz;Chimbo;31/02/1990;F;Otra;verde
    Marta;Tipán;1985;Femenino;;
    """

  /// Sends a file as a browser does.
  private func upload(_ browser: TestBrowser, _ bytes: [UInt8], id: CaseImportID = .random()) async throws
    -> TestBrowser.Page
  {
    let page = try await browser.get("/cases/import")
    let tag = try #require(
      browser.forms(page).first { $0.action == "/cases/import" }?.fields.first { $0.0 == "csrf" }?.1)
    let mark = "----raya"
    let head = ["csrf": tag, "id": id.description].map {
      "--\(mark)\r\nContent-Disposition: form-data; name=\"\($0.key)\"\r\n\r\n\($0.value)\r\n"
    }.joined()
    let body =
      Array(head.utf8)
      + Array(
        "--\(mark)\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\nContent-Type: text/csv\r\n\r\n"
          .utf8) + bytes + Array("\r\n--\(mark)--\r\n".utf8)
    return try await browser.send(
      .post, "/cases/import", headers: [.contentType: "multipart/form-data; boundary=\(mark)"], body: body)
  }

  private func untilDone(_ browser: TestBrowser, _ address: String) async throws -> TestBrowser.Page {
    for _ in 0..<4_000 {
      let page = try await browser.get(address)
      #expect(!page.contains("Detenido"))
      if page.headers[try #require(HTTPField.Name("Refresh"))] == nil { return page }
      try await Task.sleep(for: .milliseconds(25))
    }
    return try await browser.get(address)
  }

  @Test(arguments: TestEngine.available) func aSpreadsheetIsLookedAtThenTakenIn(_ engine: Engine) async throws {
    try await withOpenCase(engine) { house, browser, _ in
      let sent = try await upload(browser, Array(Self.csv.utf8))
      #expect(sent.status == .seeOther)
      let address = sent.location
      let map = try await browser.get(address)
      #expect(map.contains("El archivo tiene 3 filas") && map.contains("Favorita"))
      let look = try await browser.submit(map, ["fixed_kind": "trafficking"], action: address + "/look")
      #expect(look.status == .ok && look.contains("3 filas: 2 se pueden traer, 1 no"))
      #expect(look.contains("Nacimiento") && look.contains("No es una fecha") && look.contains("Favorita (2)"))
      // Nothing has been stored so far; all or nothing keeps it so.
      #expect(!(try await browser.get("/cases")).contains("Marta"))
      let none = try await browser.submit(look, ["choice": "all_or_nothing"], action: address + "/start")
      #expect(none.status == .unprocessableContent && none.contains("Filas que están mal: 1"))
      let refused = try await browser.submit(look, action: address + "/refused")
      #expect(refused.contains("Luz") && !refused.contains("Rosa") && refused.contains("Nacimiento: No es una fecha"))
      #expect(refused.headers[.contentDisposition]?.contains("filas-que-no-entran.csv") == true)
      let started = try await browser.submit(look, ["choice": "keep_good_rows"], action: address + "/start")
      #expect(started.status == .seeOther && started.location == address)
      let done = try await untilDone(browser, address)
      #expect(done.contains("Terminado") && done.contains("3 / 3"))
      let list = try await browser.get("/cases?show=all")
      #expect(list.contains("Rosa Quispe") && list.contains("Marta Tipán") && !list.contains("Luz Chimbo"))
      #expect(try await browser.get("/cases/import").contains(address))
      // Finished is finished, and the same file is known.
      #expect(try await browser.submit(look, action: address + "/start").location == address)
      let again = try await upload(browser, Array(Self.csv.utf8)).location
      let seen = try await browser.submit(
        try await browser.get(again), ["fixed_kind": "trafficking"], action: again + "/look")
      let twice = try await browser.submit(seen, ["choice": "keep_good_rows"], action: again + "/start")
      #expect(twice.status == .conflict && twice.contains("ya se trajo"))
    }
  }

  @Test func whatIsNoFileOfCasesSaysSo() async throws {
    try await withOpenCase(.sqlite) { house, browser, _ in
      for (bytes, sentence) in [
        ([], "Elija un archivo"), (Array("a;b\n".utf8), "no tiene filas"),
        (Array("{\"x\": 1}".utf8), "No es un archivo JSON"),
        ([0x50, 0x4B, 3, 4, 0, 0, 0], "No es un archivo CSV"),
      ] as [([UInt8], String)] {
        let page = try await upload(browser, bytes)
        #expect(page.status == .unprocessableContent && page.contains(sentence), "\(sentence)")
      }
      // Windows' own letters, and cells that are too many or not closed.
      let old = try await upload(
        browser, [UInt8]("Nombres;Edad\nMu".utf8) + [0xF1] + [UInt8]("oz;30;9\nAna;\"30\n".utf8))
      let map = try await browser.get(old.location)
      let look = try await browser.submit(map, ["fixed_kind": "trafficking"], action: old.location + "/look")
      #expect(look.contains("no tiene tantas celdas") && look.contains("comilla"))
      #expect(!look.contains(old.location + "/start"))
    }
  }

  @Test func onlyWhoOpensCasesBringsThemInAndNobodyElseSeesTheFile() async throws {
    try await withOpenCase(.sqlite) { house, browser, _ in
      let address = try await upload(browser, Array(Self.csv.utf8)).location
      for login in ["supervisor", "officer", "ana"] {
        let other = TestBrowser(house)
        try await other.signIn(login)
        #expect(try await other.get("/cases/import").status == (login == "officer" ? .ok : .forbidden))
        let status = try await other.get(address).status
        #expect(status == .notFound || status == .forbidden)
      }
      let undone = try await browser.submit(try await browser.get(address), action: address + "/undo")
      #expect(undone.status == .seeOther)
      #expect(try await browser.get(address).contains("no queda nada de este archivo"))
    }
  }

  @Test(arguments: TestEngine.available) func casesGoOutAsTheStandardAndComeInAgain(_ engine: Engine) async throws {
    try await withOpenCase(engine) { house, browser, _ in
      let page = try await browser.get("/cases/export")
      let without = try await browser.submit(page, action: "/cases/export")
      #expect(without.status == .unprocessableContent && without.contains("f-purpose-error"))
      let coded = try await browser.submit(page, ["purpose": "coordination"], action: "/cases/export")
      #expect(coded.contains("vic_TypeOfExploitation") && coded.contains("ForcedLabour") && !coded.contains("Rosa"))
      #expect(coded.headers[.contentDisposition]?.contains("htcds-2.0.csv") == true)
      let whole = try await browser.submit(
        page, ["purpose": "coordination", "format": "json", "kinds": "identity"], action: "/cases/export")
      #expect(whole.contains("\"prs_FirstName\" : \"Rosa\""))
      let sent = try await upload(browser, Array(whole.text.utf8))
      let look = try await browser.submit(try await browser.get(sent.location), action: sent.location + "/look")
      #expect(look.contains("Todas las filas están bien"))
      _ = try await browser.submit(look, action: sent.location + "/start")
      #expect(try await untilDone(browser, sent.location).contains("Terminado"))
      let names = (try await browser.get("/cases")).text.components(separatedBy: "Rosa Quispe").count
      #expect(names == 3)
      let other = TestBrowser(house)
      try await other.signIn("officer")
      #expect(try await other.get("/cases/export").status == .forbidden)
    }
  }
}
