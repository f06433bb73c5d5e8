import Accounts
import Basics
import Casework
import Foundation
import HTTPTypes
import Records
import TestSupport
import Testing

@testable import Web

@Suite struct AssessmentPagesTests {
  @Test(arguments: TestEngine.available) func risksAreAssessedAndCompared(_ engine: Engine) async throws {
    try await withOpenCase(engine) { house, browser, address in
      let choose = try await browser.get(address + "/assessments/new")
      #expect(choose.contains("Todavía no se ha evaluado.") && choose.contains("/assessments/new/risk"))
      let path = address + "/assessments/new/risk"
      let form = try await browser.get(path)
      let refused = try await browser.submit(form, ["day": "2007-02-30", "note": "Tiene <b>miedo"], action: path)
      #expect(refused.status == .unprocessableContent)
      #expect(refused.contains("f-level-error") && refused.contains("f-day-error"))
      let nothing = try await browser.submit(
        refused, ["level": "high", "day": "2020-05-04", "due": "2020-05-04"], action: path)
      #expect(nothing.contains("Conteste al menos una pregunta.") && nothing.contains("f-due-error"))
      #expect(nothing.contains("Tiene &lt;b&gt;miedo"))
      let saved = try await browser.submit(
        nothing, ["due": "", "a_threats": "yes", "a_debt": "yes"], action: path)
      #expect(saved.location == address + "/assessments")
      // Twice the same form writes nothing more.
      #expect(try await browser.submit(nothing, ["due": "", "a_threats": "yes"], action: path).status == .seeOther)
      var file = try await browser.get(address)
      #expect(file.contains("Última vez: 4 may 2020") && file.contains("Venció el 11 may 2020"))
      #expect(file.contains("Evaluar otra vez"))
      let again = try await browser.get(path)
      #expect(again.contains("La última vez: sí"))
      _ = try await browser.submit(again, ["level": "low", "a_threats": "no", "a_contact": "yes"], action: path)
      let page = try await browser.get(address + "/assessments")
      for text in [
        "Bajo, más bajo que la última vez", "Ya no, desde la última vez", "Nuevo desde la última vez",
        "La última vez sí; ahora sin respuesta", "Deuda que le cobran", "Colega worker",
      ] { #expect(page.contains(text), "\(text)") }
      file = try await browser.get(address)
      #expect(!file.contains("Venció el 11 may 2020"))
      #expect(try await browser.get(address + "/history").contains("Evaluó necesidades o riesgos"))
    }
  }

  @Test(arguments: TestEngine.available) func theSecondOfTwoSeesTheOthersAssessment(_ engine: Engine) async throws {
    try await withOpenCase(engine) { house, browser, address in
      let path = address + "/assessments/new/needs"
      let other = TestBrowser(house)
      try await other.signIn("supervisor")
      let (mine, theirs) = (try await browser.get(path), try await other.get(path))
      let answers = ["level": "high", "a_housing": "yes", "note": "Lo de ella"]
      #expect(try await other.submit(theirs, answers, action: path).status == .seeOther)
      let clash = try await browser.submit(
        mine, ["level": "low", "a_papers": "yes", "note": "Lo mío"], action: path)
      #expect(clash.status == .conflict && clash.contains("Lo de ella") && clash.contains("Lo mío"))
      #expect(try await browser.submit(clash, action: path).status == .seeOther)
      let page = try await browser.get(address + "/assessments")
      #expect(page.contains("Lo de ella") && page.contains("Lo mío"))
      let remove = try #require(page.text.firstMatch(of: /href="([^"]*\/remove)"/)).1
      let asked = try await browser.get(String(remove))
      #expect(try await browser.submit(asked, action: String(remove)).status == .seeOther)
      #expect(try await browser.get(String(remove)).status == .notFound)
    }
  }

  @Test(arguments: TestEngine.available) func aSafetyPlanIsAgreedAndChanged(_ engine: Engine) async throws {
    try await withOpenCase(engine) { house, browser, address in
      let path = address + "/safety-plan"
      let form = try await browser.get(path)
      let refused = try await browser.submit(form, ["places": "Casa de la tía\u{202E}"], action: path)
      #expect(refused.status == .unprocessableContent && refused.contains("f-places-error"))
      _ = try await browser.submit(refused, ["places": "Casa de la tía", "signal": "Zorzal"], action: path)
      #expect(try await browser.get(address + "/assessments").contains("Zorzal"))
      // On the case page only that there is one.
      let file = try await browser.get(address)
      #expect(file.contains("Hay un plan acordado") && !file.contains("Zorzal"))
    }
  }
}
