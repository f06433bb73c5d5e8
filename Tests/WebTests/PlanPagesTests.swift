import Accounts
import Basics
import Casework
import Foundation
import HTTPTypes
import Records
import TestSupport
import Testing

@testable import Web

@Suite struct PlanPagesTests {
  @Test(arguments: TestEngine.available) func aPlanGoesItsWholeWay(_ engine: Engine) async throws {
    try await withOpenCase(engine) { house, browser, address in
      #expect(try await browser.get(address).contains("Comenzar el plan"))
      let goalAddress = try await browser.get(address + "/plan/goals/new").location
      let refused = try await browser.submit(
        try await browser.get(goalAddress), ["words": "\u{202E}"], action: goalAddress)
      #expect(refused.status == .unprocessableContent && refused.contains("f-words-error"))
      _ = try await browser.submit(refused, ["words": "Tener <b>papeles", "need": "papers"], action: goalAddress)
      var page = try await browser.get(address + "/plan")
      #expect(page.contains("Tener &lt;b&gt;papeles") && page.contains("Por: Documentos"))
      let new = try await browser.get(try page.link("[^\"]*/actions/new")).location
      let form = try await browser.get(new)
      let wrong = try await browser.submit(
        form, ["provider": "", "due": "2007-01-01", "words": "Ir al Registro"], action: new)
      #expect(wrong.contains("f-provider-name-error") && wrong.contains("f-due-error"))
      let due = CalendarDay(.init(Date()), offsetFromUTC: .hours(-5)).adding(days: 5).description
      #expect(
        try await browser.submit(wrong, ["provider_name": "La persona", "due": due], action: new).status == .seeOther)
      page = try await browser.get(address + "/plan")
      #expect(
        page.contains("Ir al Registro") && page.contains("La persona") && page.contains("pendiente: Colega worker"))
      #expect(page.contains("Todavía no se acordó con la persona."))

      // Agreed by the worker, signed by the supervisor; each is offered what is theirs.
      let agree = try await browser.get(address + "/plan/agree")
      let incomplete = try await browser.submit(agree, ["day": "mañana"], action: address + "/plan/agree")
      #expect(incomplete.contains("f-way-error") && incomplete.contains("f-day-error"))
      _ = try await browser.submit(
        incomplete, ["way": "spoken", "day": CalendarDay(.init(Date()), offsetFromUTC: .hours(-5)).description],
        action: address + "/plan/agree")
      page = try await browser.get(address + "/plan")
      #expect(page.contains("falta la aprobación") && !page.contains("Aprobar el plan"))
      #expect(try await browser.get(address + "/plan/sign").status == .forbidden)
      let other = TestBrowser(house)
      try await other.signIn("supervisor")
      #expect(try await other.get(address + "/plan").contains("Aprobar el plan"))
      let sign = try await other.get(address + "/plan/sign")
      #expect(try await other.submit(sign, action: address + "/plan/sign").status == .seeOther)
      #expect(try await browser.get(address + "/plan").contains("por Colega supervisor"))

      // Done, with its service.
      let finish = try await browser.get(address).link("[^\"]*/plan/actions/[0-9a-z]{26}/finish")
      let bare = try await browser.submit(try await browser.get(finish), ["done": "2999-01-01"], action: finish)
      #expect(bare.contains("f-outcome-error"))
      _ = try await browser.submit(
        bare,
        [
          "done": CalendarDay(.init(Date()), offsetFromUTC: .hours(-5)).description, "outcome": "provided",
          "result": "Ya la tiene", "service_kind": "documents",
        ], action: finish)
      page = try await browser.get(address + "/plan")
      #expect(page.contains("Ya la tiene") && page.contains("servicio: Documentos de identidad y migratorios"))
      let file = try await browser.get(address)
      #expect(file.contains("Nada por hacer en el plan.") && file.contains("Documentos de identidad y migratorios"))
      #expect(try await browser.get(finish).status == .conflict)
      #expect(try await browser.get(address + "/history").contains("Aprobó el plan"))
    }
  }

  @Test(arguments: TestEngine.available) func theSecondOfTwoSeesBothVersions(_ engine: Engine) async throws {
    try await withOpenCase(engine) { house, browser, address in
      let new = try await browser.get(address + "/plan/goals/new").location
      _ = try await browser.submit(try await browser.get(new), ["words": "Uno"], action: new)
      let edit = String(new.prefix { $0 != "?" })
      let other = TestBrowser(house)
      try await other.signIn("supervisor")
      let mine = try await browser.get(edit)
      _ = try await other.submit(try await other.get(edit), ["words": "De ella"], action: edit)
      let clash = try await browser.submit(mine, ["words": "Lo mío"], action: edit)
      #expect(clash.status == .conflict && clash.contains("De ella") && clash.contains("Lo mío"))
      #expect(try await browser.submit(clash, action: edit).status == .seeOther)
      // A plan that changed while it was being agreed is read again first.
      let action = try await browser.get(edit + "/actions/new").location
      _ = try await browser.submit(try await browser.get(action), ["words": "Llamar"], action: action)
      let agree = try await browser.get(address + "/plan/agree")
      _ = try await other.submit(
        try await other.get(edit), ["words": "Otra vez de ella"], action: edit)
      let changed = try await browser.submit(agree, ["way": "spoken"], action: address + "/plan/agree")
      #expect(changed.status == .conflict && changed.contains("Otra vez de ella"))
      #expect(try await browser.submit(changed, action: address + "/plan/agree").status == .seeOther)
      #expect(try await browser.get(address + "/plan").contains("falta la aprobación"))
      let remove = String(action.prefix { $0 != "?" }) + "/remove"
      #expect(
        try await browser.submit(try await browser.get(remove), action: remove).location == address + "/plan")
      #expect(try await browser.get(address + "/plan").contains("Cambió desde que se acordó"))
    }
  }
}
