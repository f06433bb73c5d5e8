import Accounts
import Basics
import Casework
import Foundation
import HTTPTypes
import Records
import TestSupport
import Testing

@testable import Web

@Suite struct ClosingPagesTests {
  private func browser(_ house: WebHouse, _ login: String) async throws -> TestBrowser {
    let browser = TestBrowser(house)
    try await browser.signIn(login)
    return browser
  }

  @Test(arguments: TestEngine.available) func aProposalIsRefusedTakenBackApprovedAndUndone(_ engine: Engine)
    async throws
  {
    try await withOpenCase(engine) { house, worker, address in
      let supervisor = try await browser(house, "supervisor")
      let (close, closing) = (address + "/close", address + "/closing")
      #expect(try await supervisor.get(closing).status == .conflict)
      let wrong = try await worker.submit(try await worker.get(close), action: close)
      #expect(wrong.status == .unprocessableContent && wrong.contains("f-reason-error"))
      _ = try await worker.submit(wrong, ["reason": "moved", "summary": "Se <b>muda"], action: close)
      #expect(try await worker.get(close).status == .conflict)
      // The supervisor finds it on the home page, on the list of what is due and in the file.
      for path in ["/", "/cases/due"] {
        let page = try await supervisor.get(path)
        #expect(page.contains("proponen cerrarlo") && page.contains(closing) && !page.contains("Quispe"))
      }
      #expect(!(try await worker.get("/cases/due")).contains("proponen cerrarlo"))
      #expect(try await supervisor.get(address).contains("href=\"\(closing)\""))
      let page = try await supervisor.get(closing)
      #expect(page.contains("Se &lt;b&gt;muda") && page.contains("Colega worker"))
      let bare = try await supervisor.submit(page, ["answer": "refuse"], action: closing)
      #expect(bare.status == .unprocessableContent && bare.contains("f-words-error"))
      #expect(try await supervisor.submit(bare, ["words": "Falta la cédula"], action: closing).location == address)
      #expect(try await worker.get(address).contains("Falta la cédula"))
      // The old page answers nothing more.
      #expect(try await supervisor.submit(page, ["answer": "approve"], action: closing).status == .conflict)
      // Taken back by who proposed it.
      _ = try await worker.submit(try await worker.get(close), ["reason": "moved"], action: close)
      let own = try await worker.get(closing)
      #expect(own.contains("Espera la respuesta de un supervisor") && !own.contains("name=\"answer\""))
      #expect(try await worker.submit(own, action: closing + "/take-back").location == address)
      // Approved, and opened again by the worker, which the supervisor looks at.
      _ = try await worker.submit(try await worker.get(close), ["reason": "goals_met"], action: close)
      _ = try await supervisor.submit(
        try await supervisor.get(closing), ["answer": "approve"], action: closing)
      #expect(try await worker.get(address).contains("Lo propuso Colega worker y lo aprobó Colega supervisor"))
      let reopen = try await worker.get(address + "/reopen")
      #expect(try await worker.submit(reopen, action: address + "/reopen").status == .unprocessableContent)
      _ = try await worker.submit(reopen, ["words": "Llamó pidiendo ayuda"], action: address + "/reopen")
      #expect(try await worker.get(address).contains("falta que un supervisor lo vea"))
      let look = try await supervisor.get(closing)
      #expect(look.contains("Llamó pidiendo ayuda"))
      #expect(try await supervisor.submit(look, action: closing + "/confirm").location == address)
      #expect(try await worker.get(address).contains("Colega supervisor vio la reapertura"))
      let history = try await worker.get(address + "/history")
      for action in [
        "Propuso cerrar", "No aprobó el cierre", "Retiró la propuesta", "Cerró el caso", "Vio la reapertura",
      ] {
        #expect(history.contains(action), "\(action)")
      }
    }
  }

  @Test(arguments: TestEngine.available) func whoOpenedItProposesAndSeesWhatEnds(_ engine: Engine) async throws {
    try await withOpenCase(engine, openedBy: "officer") { house, worker, address in
      let officer = try await browser(house, "officer")
      #expect(try await officer.get(address + "/close").status == .ok)
      #expect(try await officer.get(address + "/closing").status == .conflict)
      let id = try #require(CaseID(String(address.dropFirst("/cases/".count))))
      let cases = house.desks.cases
      try await cases.planFollowUp(
        try await house.actor("worker"), id, id: .random(), due: cases.today.adding(days: 2), note: "Llamar")
      let page = try await officer.get(address + "/close")
      #expect(page.contains("Seguimiento: 1"))
      let refused = try await officer.submit(page, ["reason": "handed_over"], action: address + "/close")
      #expect(refused.contains("f-leaving-error"))
      #expect(
        try await officer.submit(refused, ["leaving": "yes"], action: address + "/close").status == .seeOther)
    }
  }
}

@Suite struct ClockPagesTests {
  @Test(arguments: TestEngine.available) func aPeriodBeginsIsSuspendedAndEnds(_ engine: Engine) async throws {
    try await withOpenCase(engine) { house, browser, address in
      let today = house.desks.cases.today
      #expect(try await browser.get(address).contains("No corre ningún plazo."))
      let new = address + "/clocks/new"
      let form = try await browser.get(new)
      #expect(form.contains("No se sabe si Ecuador tiene este período") && form.contains("Sin verificar"))
      let bare = try await browser.submit(form, ["kind": "hearing"], action: new)
      #expect(bare.status == .unprocessableContent && bare.contains("f-until-error"))
      let saved = try await browser.submit(
        bare, ["until": today.adding(days: 4).description, "document": "Citación <9>"], action: new)
      #expect(saved.status == .seeOther)
      let clock = saved.location
      var page = try await browser.get(clock)
      let early = try await browser.get(clock)
      #expect(page.contains("Citación &lt;9&gt;") && page.contains("Quedan 4 días"))
      #expect(try await browser.get("/cases/due").contains("Termina un plazo"))
      #expect(try await browser.get("/").contains("Termina un plazo"))
      let refused = try await browser.submit(page, ["move": "suspend", "reason": "-"], action: clock)
      #expect(refused.status == .unprocessableContent && refused.contains("f-reason-error"))
      _ = try await browser.submit(refused, ["reason": "La jueza lo aplazó"], action: clock)
      #expect(try await browser.get(address).contains("Suspendido"))
      #expect(!(try await browser.get("/cases/due")).contains("Termina un plazo"))
      // The page of before is late: both are shown.
      let late = try await browser.submit(early, ["move": "suspend", "reason": "Otra vez"], action: clock)
      #expect(late.status == .conflict && late.contains("id=\"stored\""))
      page = try await browser.get(clock)
      #expect(page.contains("La jueza lo aplazó") && page.contains("Colega worker"))
      _ = try await browser.submit(page, ["move": "end", "reason": "Ya fue"], action: clock)
      page = try await browser.get(clock)
      #expect(page.contains("Terminado") && !page.contains("name=\"move\""))
    }
  }

  @Test(arguments: TestEngine.available) func whatIsNotVerifiedIsNeverDue(_ engine: Engine) async throws {
    try await withOpenCase(engine) { house, browser, address in
      let new = address + "/clocks/new"
      let begun = house.desks.cases.today.adding(days: -90).description
      let saved = try await browser.submit(
        try await browser.get(new), ["kind": "reflection", "start": begun], action: new)
      let page = try await browser.get(saved.location)
      #expect(page.contains("Nadie ha verificado cuánto dura") && page.contains("Terminaría (sin verificar)"))
      let file = try await browser.get(address)
      #expect(file.contains("Solo orienta") && !file.contains("due over") && !file.contains("Algo venció"))
      #expect(!(try await browser.get("/cases/due")).contains("Termina un plazo"))
      let english = TestBrowser(house)
      try await english.signIn("supervisor")
      _ = try await english.get("/language/en?to=/")
      #expect(try await english.get(saved.location).contains("Nobody has verified how long"))
    }
  }
}

@Suite struct ConferencePagesTests {
  @Test(arguments: TestEngine.available) func itIsPlannedHeldAndItsDecisionsBecomeTasks(_ engine: Engine) async throws {
    try await withOpenCase(engine) { house, browser, address in
      let today = house.desks.cases.today
      #expect(try await browser.get(address).contains("Todavía no hay reuniones."))
      let new = try await browser.get(address + "/conferences/new").location
      let form = try await browser.get(new)
      // Nobody else has a consent: no agency to choose, and the page says what is missing.
      #expect(!form.contains("name=\"guests\"") && form.contains("pida antes ese consentimiento"))
      let wrong = try await browser.submit(form, ["agenda": "", "day": "2007-01-01"], action: new)
      #expect(wrong.contains("f-agenda-error"))
      let saved = try await browser.submit(
        wrong, ["agenda": "Dónde <vivirá>", "day": today.description, "place": "Sala 2"], action: new)
      #expect(saved.status == .seeOther)
      let own = saved.location
      var page = try await browser.get(own)
      #expect(page.contains("Dónde &lt;vivirá&gt;") && page.contains("Planeada") && page.contains("Colega worker"))
      #expect(try await browser.get("/cases/due").contains("Reunión de caso"))
      let hold = try await browser.get(own + "/hold")
      // A box that stands ticked is sent as it stands.
      let held = try await browser.submit(hold, ["minutes": "Quiere vivir con su hermana"], action: own + "/hold")
      #expect(held.location == own)
      let decide = try await browser.get(own + "/decide")
      let bare = try await browser.submit(decide, ["words": "-"], action: own + "/decide")
      #expect(bare.status == .unprocessableContent && bare.contains("f-words-error"))
      #expect(
        try await browser.submit(bare, ["words": "Hablar con la hermana"], action: own + "/decide").location == own)
      page = try await browser.get(own)
      #expect(page.contains("Realizada") && page.contains("Quiere vivir con su hermana"))
      let finish = try page.link("[^\"]*/decisions/[0-9a-z]{26}")
      #expect(try await browser.get("/cases/due").contains("Acuerdo de una reunión"))
      _ = try await browser.submit(try await browser.get(finish), ["result": "Aceptó"], action: finish)
      #expect(try await browser.get(own).contains("Aceptó"))
      #expect(try await browser.get(finish).status == .conflict)
      #expect(try await browser.get(own + "/edit").status == .conflict)
    }
  }

  @Test(arguments: TestEngine.available) func anotherAgencySeesOnlyWhatItWasAskedTo(_ engine: Engine) async throws {
    try await withOpenCase(engine) { house, browser, address in
      let made = try await house.desks.agencies.create(
        .console, name: "Casa del Norte", kind: "ngo", province: "EC-O", administrator: "Nora", login: "nora")
      _ = try await house.desks.members.accept(made.invitation, password: WebHouse.password)
      let link = try await house.desks.members.invite(
        try await house.actor("nora"), name: "Nela", login: "norte", roles: [.caseWorker])
      _ = try await house.desks.members.accept(link, password: WebHouse.password)
      let (worker, north) = (try await house.actor("worker"), try await house.actor("norte"))
      let (cases, id) = (house.desks.cases, try #require(CaseID(String(address.dropFirst("/cases/".count)))))
      let consent = ConsentID.random()
      try await cases.giveConsent(
        worker, id, id: consent,
        ConsentRequest(
          purpose: "coordination", recipient: north.agency, kinds: [.conference], until: cases.today.adding(days: 9),
          decidedBy: .person, language: .spanish, explained: ConsentRequest.allExplained))
      let new = try await browser.get(address + "/conferences/new").location
      let form = try await browser.get(new)
      #expect(form.contains("Casa del Norte"))
      let own = try await browser.submit(
        form, ["agenda": "Dónde vivirá"], action: new, further: [("guests", north.agency.description)]
      ).location
      let guest = TestBrowser(house)
      try await guest.signIn("norte")
      let due = try await guest.get("/cases/due")
      #expect(due.contains("Reuniones a las que la invitan") && due.contains(own) && !due.contains("Quispe"))
      let seen = try await guest.get(own)
      #expect(seen.status == .ok && seen.contains("Dónde vivirá") && !seen.contains("/hold"))
      let file = try await guest.get(address)
      #expect(file.contains("Dónde vivirá") && !file.contains("Quispe"))
      #expect(try await guest.get(own + "/edit").status == .forbidden)
      try await cases.withdrawConsent(worker, consent)
      #expect(try await guest.get(own).status == .notFound)
      #expect(!(try await guest.get("/cases/due")).contains(own))
      #expect(try await browser.get(own + "/hold").contains("Ya sin consentimiento"))
    }
  }
}

@Suite struct ReturnPagesTests {
  @Test(arguments: TestEngine.available) func aReturnIsPlannedAgreedAssessedAndGivenUp(_ engine: Engine) async throws {
    try await withOpenCase(engine) { house, browser, address in
      let new = address + "/returns/new"
      let bare = try await browser.submit(
        try await browser.get(new), ["country": "co", "words": "A Pasto"], action: new)
      #expect(bare.status == .unprocessableContent && bare.contains("f-receiver-name-error"))
      let own = try await browser.submit(bare, ["receiver_name": "Casa <de> Pasto"], action: new).location
      var page = try await browser.get(own)
      #expect(page.contains("Casa &lt;de&gt; Pasto") && page.contains(own + "/agree"))
      #expect(try await browser.get(own + "/hand_over").status == .conflict)
      #expect(try await browser.get(own + "/fly").status == .notFound)
      let agree = try await browser.get(own + "/agree")
      #expect(agree.contains("Hable a solas con la persona"))
      #expect(try await browser.submit(agree, ["way": "spoken"], action: own + "/agree").location == own)
      let assess = try await browser.submit(try await browser.get(own + "/assess"), action: own + "/assess")
      #expect(assess.status == .unprocessableContent && assess.contains("f-assessment-error"))
      #expect(try await browser.get("/cases/due").contains("Retorno de la persona"))
      let cancel = try await browser.get(own + "/cancel")
      #expect(try await browser.submit(cancel, ["words": "Cambió de idea"], action: own + "/cancel").location == own)
      page = try await browser.get(own)
      #expect(page.contains("No se hizo") && page.contains("Cambió de idea") && !page.contains(own + "/cancel\""))
    }
  }
}
