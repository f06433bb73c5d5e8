import Accounts
import Basics
import Casework
import HTTPTypes
import Records
import TestSupport
import Testing

@testable import Web

@Suite struct FindPagesTests {
  private func second(_ house: WebHouse, _ given: String, _ surnames: String) async throws -> CaseSummary {
    try await house.desks.cases.open(
      try await house.actor("worker"), id: .random(),
      CaseOpening(
        person: .new(
          .random(), PersonIdentity(givenNames: given, surnames: surnames, birth: .year(1980), nationality: "peruana"),
          SafeContact()), kind: "trafficking", province: "EC-O", form: "begging"))
  }

  @Test(arguments: TestEngine.available) func aSearchSaysWhyAndTakesCodes(_ engine: Engine) async throws {
    try await withOpenCase(engine) { house, browser, address in
      let list = try await browser.get("/cases")
      for (typed, reason) in [
        ("rosita qispe", "Por apodo"), ("Rosa Quspe", "Una letra es distinta"), ("kispe", "Suena parecido"),
      ] {
        let found = try await browser.submit(list, ["name": typed], action: "/cases/search")
        #expect(found.contains("Rosa Quispe") && found.contains(reason), "\(typed)")
      }
      let code = try #require(list.text.firstMatch(of: /([0-9A-Z]{4}-[0-9A-Z]{4}) · Rosa/)).1
      let taken = try await browser.submit(list, ["name": code.lowercased()], action: "/cases/search")
      if code.contains(where: \.isNumber) { #expect(taken.location == "/cases?code=\(code)") }
    }
  }

  @Test(arguments: TestEngine.available) func whoIsMeantIsShownSideBySide(_ engine: Engine) async throws {
    try await withOpenCase(engine) { house, browser, _ in
      let first = try await browser.get("/cases/new")
      let page = try await browser.submit(
        first, ["given_names": "Rosa", "surnames": "Kispe"], action: "/cases/new")
      for text in [
        "Lo que usted escribió", "Kispe", "Quispe", "= igual", "≠ distinto", "Suena parecido", "Es esta persona",
      ] {
        #expect(page.contains(text), "\(text)")
      }
      let person = try #require(page.text.firstMatch(of: /name="known" value="([0-9a-z]{26})"/)).1
      let known = try await browser.submit(page, action: "/cases/new", further: [("known", String(person))])
      let opened = try await browser.submit(
        known, ["kind": "trafficking", "province": "EC-O"], action: "/cases/new")
      #expect(opened.status == .seeOther)
      let file = try await browser.get(opened.location)
      #expect(file.contains("La misma persona"))
    }
  }

  @Test(arguments: TestEngine.available) func listsAreNarrowedKeptAndRemoved(_ engine: Engine) async throws {
    try await withOpenCase(engine) { house, browser, address in
      let other = try await second(house, "Inés", "Shiguango")
      let narrowed = try await browser.get("/cases?show=open&province=EC-O&kind=trafficking")
      #expect(narrowed.contains("Inés Shiguango") && !narrowed.contains("Rosa Quispe"))
      #expect(narrowed.contains("<option value=\"EC-O\" selected>"))
      let none = try await browser.get("/cases?show=closed&province=EC-O")
      #expect(none.contains("Ningún caso corresponde a lo elegido."))
      let unnamed = try await browser.submit(narrowed, ["name": ""], action: "/cases/lists")
      #expect(unnamed.status == .unprocessableContent && unnamed.contains("Inés Shiguango"))
      let saved = try await browser.submit(narrowed, ["name": "El Oro <abiertos>"], action: "/cases/lists")
      #expect(saved.location == "/cases?show=open&kind=trafficking&province=EC-O")
      let page = try await browser.get("/cases")
      #expect(page.contains("El Oro &lt;abiertos&gt;"))
      let remove = try #require(page.text.firstMatch(of: /action="(\/cases\/lists\/[0-9a-z]{26}\/remove)"/)).1
      #expect(try await browser.submit(page, action: String(remove)).location == "/cases")
      #expect(!(try await browser.get("/cases")).contains("El Oro &lt;"))
      let supervisor = TestBrowser(house)
      try await supervisor.signIn("supervisor")
      let worker = try await house.actor("worker").member
      #expect(try await supervisor.get("/cases?show=all&worker=\(worker)").contains("Rosa Quispe"))
      #expect(
        try await supervisor.get("/cases?show=all&worker=\(try await house.actor("officer").member)").status == .ok)
      #expect(try await browser.get("/cases/lists").location == "/cases")
      _ = other
    }
  }

  @Test(arguments: TestEngine.available) func casesAreLinkedAndSeenFromBothSides(_ engine: Engine) async throws {
    try await withOpenCase(engine) { house, browser, address in
      let other = try await second(house, "Inés", "Shiguango")
      var page = try await browser.get(address + "/links")
      let wrong = try await browser.submit(
        page, ["code": "ZZZZ-ZZZ9", "kind": "sibling"], action: address + "/links")
      #expect(wrong.status == .unprocessableContent && wrong.contains("no tiene un caso con este código"))
      let linked = try await browser.submit(
        wrong, ["code": other.code.description, "kind": "child"], action: address + "/links")
      #expect(linked.location == address + "/links")
      #expect(try await browser.get(address).contains("Su hija o hijo"))
      page = try await browser.get("/cases/\(other.id)/links")
      #expect(page.contains("Su madre o padre") && page.contains("Rosa Quispe"))
      #expect(try await browser.get(address + "/history").contains("Relacionó el caso con otro"))
      let remove = try page.textForm(/action="([^"]*\/links\/[0-9a-z]{26}\/remove)"/)
      #expect(try await browser.submit(page, action: remove).status == .seeOther)
      #expect(!(try await browser.get(address)).contains("Su hija o hijo"))
    }
  }

  @Test(arguments: TestEngine.available) func aSupervisorJoinsTwoRecordsAndPartsThem(_ engine: Engine) async throws {
    try await withOpenCase(engine) { house, browser, address in
      let other = try await second(house, "Rosita", "Quishpe")
      #expect(!(try await browser.get(address)).contains(address + "/merge"))
      #expect(try await browser.get(address + "/merge").status == .forbidden)
      let supervisor = TestBrowser(house)
      try await supervisor.signIn("supervisor")
      #expect(try await supervisor.get(address).contains(address + "/merge"))
      let page = try await supervisor.get(address + "/merge")
      #expect(page.contains("Rosita Quishpe"))
      let compare = "\(address)/merge/\(other.id)"
      #expect(page.contains(compare))
      #expect(
        try await supervisor.submit(page, ["code": other.code.description], action: address + "/merge").location
          == compare)
      let sides = try await supervisor.get(compare)
      for text in ["Registro que queda", "Quishpe", "peruana", "(nada escrito)"] { #expect(sides.contains(text)) }
      let joined = try await supervisor.submit(
        sides, ["given_names": "gone", "surnames": "kept", "nationality": "gone"], action: compare)
      #expect(joined.location == address + "/merge")
      let file = try await browser.get("/cases/\(other.id)")
      #expect(file.contains("Rosita Quispe") && file.contains("peruana") && file.contains("La misma persona"))
      // A second click joins nothing more; the page itself has nothing left to compare.
      #expect(try await supervisor.submit(sides, action: compare).location == address + "/merge")
      #expect(try await supervisor.get(compare).status == .conflict)
      let after = try await supervisor.get(address + "/merge")
      let undo = try after.textForm(/action="([^"]*\/merges\/[0-9a-z]{26}\/undo)"/)
      #expect(try await supervisor.submit(after, action: undo).location == address + "/merge")
      let again = try await supervisor.submit(after, action: undo)
      #expect(again.status == .conflict && again.contains("Ya se deshizo."))
      #expect(try await browser.get("/cases/\(other.id)").contains("Rosita Quishpe"))
      #expect(try await browser.get(address).contains("Rosa Quispe"))
    }
  }
}

extension TestBrowser.Page {
  fileprivate func textForm(_ pattern: Regex<(Substring, Substring)>) throws -> String {
    String(try #require(text.firstMatch(of: pattern)).1)
  }
}
