import Accounts
import Basics
import Casework
import CountryPack
import Foundation
import HTTPTypes
import Records
import Referrals
import TestSupport
import Testing

@testable import Web

/// Two agencies with a browser each, and one that only oversees.
private struct TwoHouses {
  let house: WebHouse
  let worker: TestBrowser
  let desk: TestBrowser
  let colleague: TestBrowser
  let receiver: AgencyID

  init(_ house: WebHouse) async throws {
    self.house = house
    try await house.join("worker", [.caseWorker])
    try await house.join("coordinator", [.coordinator])
    let made = try await house.desks.agencies.create(
      .console, name: "Casa Luna", kind: "ngo", province: "EC-O", administrator: "Berta", login: "berta")
    receiver = made.agency
    _ = try await house.desks.members.accept(made.invitation, password: WebHouse.password)
    for login in ["desk", "colleague"] {
      let token = try await house.desks.members.invite(
        try await house.actor("berta"), name: "Mesa \(login)", login: login, roles: [.referralDesk])
      _ = try await house.desks.members.accept(token, password: WebHouse.password)
    }
    worker = try await Self.browser(house, "worker")
    desk = try await Self.browser(house, "desk")
    colleague = try await Self.browser(house, "colleague")
  }

  static func browser(_ house: WebHouse, _ login: String) async throws -> TestBrowser {
    let browser = TestBrowser(house)
    try await browser.signIn(login)
    return browser
  }

  func openCase() async throws -> CaseID {
    let id = CaseID.random()
    try await house.desks.cases.open(
      try await house.actor("worker"), id: id,
      CaseOpening(
        person: .new(.random(), PersonIdentity(givenNames: "NOMBRE-SECRETO"), SafeContact(how: "teléfono")),
        kind: "trafficking", province: "EC-P", ageBand: "18-29", narrative: "RELATO-SECRETO",
        needs: Needs(codes: ["housing"])))
    return id
  }

  @discardableResult
  func consent(_ id: CaseID) async throws -> ConsentID {
    let today = CalendarDay(house.desks.office.clock.now(), offsetFromUTC: house.desks.pack.offsetFromUTC)
    return try await house.desks.cases.giveConsent(
      try await house.actor("worker"), id, id: .random(),
      ConsentRequest(
        purpose: "assistance", recipient: receiver, kinds: [.contact, .needs], until: today.adding(days: 90),
        decidedBy: .person, language: .spanish, explained: ConsentRequest.allExplained)
    ).id
  }

  /// Sends a referral by the form; answers its address.
  func send(_ id: CaseID) async throws -> String {
    let form = try await worker.get("/cases/\(id)/referrals/new")
    let sent = try await worker.submit(
      form,
      [
        "to": "\(receiver).assistance", "need": "shelter", "urgency": "high", "safe_contact": "PALABRA-CONTACTO",
        "word": "Una familia de tres",
      ])
    #expect(sent.status == .seeOther)
    return sent.location
  }
}

private func withTwo(_ engine: Engine, _ body: (TwoHouses) async throws -> Void) async throws {
  try await withSite(engine) { try await body(TwoHouses($0)) }
}

@Suite struct ReferralPagesTests {
  @Test(arguments: TestEngine.available) func aReferralGoesThereAndComesBack(_ engine: Engine) async throws {
    try await withTwo(engine) { two in
      let caseID = try await two.openCase()
      let first = try await two.worker.get("/cases/\(caseID)/referrals/new")
      #expect(first.contains("/cases/\(caseID)/consents/new") && !first.contains("name=\"need\""))
      try await two.consent(caseID)
      let form = try await two.worker.get("/cases/\(caseID)/referrals/new")
      let wrong = try await two.worker.submit(form, ["need": "", "word": "Escrito antes"])
      #expect(wrong.status == .unprocessableContent)
      #expect(wrong.contains("Escrito antes") && wrong.contains("f-need-error") && wrong.contains("f-urgency-error"))
      let address = try await two.send(caseID)

      let home = try await two.desk.get("/")
      #expect(home.contains(address) && home.contains("Responder la derivación que vence antes"))
      #expect(!home.contains("PALABRA-CONTACTO"))
      var page = try await two.desk.get(address)
      #expect(page.contains("PALABRA-CONTACTO") && page.contains("Alojamiento protegido"))
      #expect(!page.contains("/cases/\(caseID)"))
      #expect(try await two.desk.get("/cases/\(caseID)/referrals/new").status == .forbidden)
      let printed = try await two.desk.get(address + "/print")
      #expect(printed.contains("PALABRA-CONTACTO"))

      // A question and its answer.
      let ask = try await two.desk.get(address + "/ask")
      #expect(try await two.desk.submit(ask, ["note": " "]).contains("f-note-error"))
      #expect(try await two.desk.submit(ask, ["note": "¿Desde <cuándo>?"]).location == address)
      #expect(try await two.worker.get("/").contains(address))
      let reply = try await two.worker.get(address + "/reply")
      #expect(reply.contains("¿Desde &lt;cuándo&gt;?"))
      #expect(try await two.worker.submit(reply, ["note": "Desde ayer"]).location == address)

      // Acceptance opens the file.
      let accept = try await two.desk.get(address + "/accept")
      #expect(try await two.desk.submit(accept, ["note": "Hay cupo"]).location == address)
      #expect(try await two.desk.submit(accept, ["note": "Hay cupo"]).location == address)
      page = try await two.desk.get(address)
      #expect(page.contains("/cases/\(caseID)") && page.contains("Desde ayer"))
      #expect(try await two.desk.submit(page, action: address + "/begin").location == address)
      let complete = try await two.desk.get(address + "/complete")
      #expect(
        try await two.desk.submit(complete, ["outcome": "provided", "note": "Tres noches"]).location == address)
      let end = try await two.desk.get(address)
      #expect(!end.contains("PALABRA-CONTACTO") && !end.contains("/cases/\(caseID)"))

      let news = try await two.worker.get("/")
      #expect(news.contains("Leer la respuesta"))
      let answer = try await two.worker.get(address)
      #expect(answer.contains("Tres noches") && answer.contains("Servicio prestado"))
      #expect(!(try await two.worker.get("/")).contains("Leer la respuesta"))
      two.worker.cookies["amparo-language"] = "en"
      #expect(try await two.worker.get(address).contains("Casa Luna completed it"))
    }
  }

  @Test(arguments: TestEngine.available) func aDeclineSaysWhyAndWhoElse(_ engine: Engine) async throws {
    try await withTwo(engine) { two in
      let other = try await two.house.desks.agencies.create(
        .console, name: "Casa Mar", kind: "ngo", province: "EC-O", administrator: "Carla", login: "carla")
      let caseID = try await two.openCase()
      try await two.consent(caseID)
      let address = try await two.send(caseID)
      let form = try await two.desk.get(address + "/decline")
      let wrong = try await two.desk.submit(form, ["suggested": "x", "note": "Escrito antes"])
      #expect(wrong.status == .unprocessableContent && wrong.contains("Escrito antes"))
      let declined = try await two.desk.submit(
        form, ["reason": "no_capacity", "suggested": other.agency.description, "note": "El lunes sí"])
      #expect(declined.location == address)
      let page = try await two.worker.get(address)
      for text in ["Sin cupo por ahora", "Casa Mar", "El lunes sí"] { #expect(page.contains(text)) }
      #expect(page.contains("/cases/\(caseID)/referrals/new?to=\(other.agency)"))
      #expect(try await two.worker.get("/cases/\(caseID)/referrals/new?to=\(other.agency)").contains("Casa Luna"))
    }
  }

  @Test(arguments: TestEngine.available) func aLostRaceShowsWhatHappened(_ engine: Engine) async throws {
    try await withTwo(engine) { two in
      let caseID = try await two.openCase()
      try await two.consent(caseID)
      let address = try await two.send(caseID)
      let mine = try await two.desk.get(address)
      let theirs = try await two.colleague.get(address + "/accept")
      #expect(try await two.desk.submit(mine, action: address + "/claim").location == address)
      let late = try await two.colleague.submit(theirs, ["note": ""])
      #expect(late.status == .conflict)
      #expect(late.contains("Una persona de su institución la tiene en sus manos."))
      #expect(late.contains("Mesa desk"))
      let withdraw = try await two.worker.get(address + "/withdraw")
      #expect(try await two.worker.submit(withdraw, ["note": ""]).location == address)
      // The same click again is the one already made; a new one is told what happened.
      #expect(try await two.desk.submit(mine, action: address + "/claim").location == address)
      let gone = try await two.desk.submit(
        mine, ["event": ReferralEventID.random().description], action: address + "/claim")
      #expect(gone.status == .conflict && gone.contains("la retiró"))
      #expect(!gone.contains("PALABRA-CONTACTO"))
    }
  }

  @Test(arguments: TestEngine.available) func foreignReferralsDoNotExist(_ engine: Engine) async throws {
    try await withTwo(engine) { two in
      let caseID = try await two.openCase()
      let consent = try await two.consent(caseID)
      let address = try await two.send(caseID)
      let made = try await two.house.desks.agencies.create(
        .console, name: "Casa Mar", kind: "ngo", province: "EC-O", administrator: "Carla", login: "carla")
      _ = try await two.house.desks.members.accept(made.invitation, password: WebHouse.password)
      let token = try await two.house.desks.members.invite(
        try await two.house.actor("carla"), name: "Otra", login: "otra", roles: [.caseWorker, .referralDesk])
      _ = try await two.house.desks.members.accept(token, password: WebHouse.password)
      let other = try await TwoHouses.browser(two.house, "otra")
      for path in [address, address + "/accept", address + "/print", "/cases/\(caseID)/referrals/new"] {
        #expect(try await other.get(path).status == .notFound, "\(path)")
      }
      #expect(try await other.get("/referrals").contains("Nada espera respuesta."))
      for path in ["/referrals/x", "/referrals/\(ReferralID.random())", address + "/send", address + "/x"] {
        let status = try await two.desk.get(path).status
        #expect(status == .notFound || status == .seeOther, "\(path)")
      }
      let page = try await two.desk.get(address)
      let csrf = try #require(two.desk.forms(page).first { $0.action == "/sign-out" }?.fields.first).1
      for path in ["revoke", "case_closed", "send", "open", "x"] {
        let forged = try await two.desk.post(
          address + "/" + path, [("csrf", csrf), ("event", ReferralEventID.random().description), ("revision", "1")])
        #expect(forged.status == .notFound, "\(path)")
      }
      // An officer who only sends has no inbox.
      try await two.house.join("officer", [.frontlineOfficer])
      let officer = try await TwoHouses.browser(two.house, "officer")
      #expect(try await officer.get("/referrals").location == "/referrals/sent")
      #expect(try await officer.get("/referrals/sent").contains(address))

      let coordinator = try await TwoHouses.browser(two.house, "coordinator")
      let overview = try await coordinator.get("/referrals?show=waiting")
      #expect(overview.contains("Casa Canario → Casa Luna") && !overview.contains("PALABRA-CONTACTO"))
      let seen = try await coordinator.get(address)
      #expect(seen.status == .ok && !seen.contains("PALABRA-CONTACTO") && !seen.contains("/cases/"))
      #expect(try await coordinator.get(address + "/print").status == .forbidden)

      // The consent ends: the page says so, and nothing is readable.
      try await two.house.desks.cases.withdrawConsent(try await two.house.actor("worker"), consent)
      let ended = try await two.desk.get(address)
      #expect(ended.contains("Terminada: el consentimiento acabó") && !ended.contains("PALABRA-CONTACTO"))
    }
  }

  @Test(arguments: TestEngine.available) func aReferralIsHandedOverAndHandedBack(_ engine: Engine) async throws {
    try await withTwo(engine) { two in
      let caseID = try await two.openCase()
      try await two.consent(caseID)
      let address = try await two.send(caseID)
      #expect(try await two.desk.get("/referrals").contains("Nuevas (1)"))
      var page = try await two.desk.get(address)
      #expect(page.contains("Qué sigue") && page.contains("Si nadie responde"))
      #expect(try await two.worker.get(address).contains("Casa Luna debe responder hasta"))
      #expect(try await two.desk.submit(page, action: address + "/claim").location == address)
      #expect(try await two.desk.get("/referrals?show=mine").contains(address))
      let handOver = try await two.desk.get(address + "/hand_over")
      #expect(handOver.contains("Mesa colleague"))
      for forged in ["x", MemberID.random().description] {
        let refused = try await two.desk.submit(handOver, ["member": forged])
        #expect(refused.status == .unprocessableContent && refused.contains("f-member-error"))
      }
      let colleague = try #require(handOver.text.firstMatch(of: /name="member"[^>]*value="([0-9a-z]{26})"/)).1
      #expect(try await two.desk.submit(handOver, ["member": String(colleague)]).location == address)
      #expect(try await two.desk.get(address + "/accept").location == address)
      page = try await two.colleague.get(address)
      #expect(page.contains("pasó a otras manos"))
      #expect(try await two.colleague.submit(try await two.colleague.get(address + "/accept")).location == address)
      let back = try await two.colleague.get(address + "/hand_back")
      let wrong = try await two.colleague.submit(back, ["note": "Escrito antes"])
      #expect(wrong.status == .unprocessableContent && wrong.contains("Escrito antes"))
      #expect(
        try await two.colleague.submit(
          back, ["outcome": "partly_provided", "remaining": "legal", "note": "Dos noches"]
        ).location == address)
      let seen = try await two.worker.get(address)
      for text in ["Contrarreferida", "Prestado en parte", "Asesoría y patrocinio legal", "Dos noches"] {
        #expect(seen.contains(text), "\(text)")
      }
      // Whose hands it went through concerns only the desk's own agency.
      #expect(!seen.contains("Mesa colleague"))
    }
  }

  @Test(arguments: TestEngine.available) func aProviderAnswersByCode(_ engine: Engine) async throws {
    try await withTwo(engine) { two in
      let caseID = try await two.openCase()
      try await two.consent(caseID)
      let address = try await two.send(caseID)
      let pdf = try await two.worker.get(address + "/envelope.pdf")
      #expect(pdf.status == .ok && pdf.headers[.contentType] == "application/pdf")
      let form = try await two.worker.get(address + "/give_code")
      let made = try await two.worker.submit(form)
      #expect(made.status == .ok && made.contains("<svg"))
      let code = String(try #require(made.text.firstMatch(of: /class="code">([0-9a-z-]{31})</)).1)
      let word = String(try #require(made.text.firstMatch(of: /class="code">([0-9]{6})</)).1)
      #expect(try await two.worker.submit(form).contains("no se puede mostrar otra vez"))

      let provider = TestBrowser(two.house)
      let door = try await provider.get("/r")
      #expect(door.headers[.cacheControl] == "no-store")
      let wrong = try await provider.submit(door, ["code": code, "word": word == "111111" ? "111112" : "111111"])
      #expect(wrong.status == .unprocessableContent && wrong.contains("no coinciden"))
      #expect(try await provider.get("/r/accept").location == "/r?over=1")
      #expect(try await provider.submit(door, ["code": code, "word": word]).location == "/r")
      var page = try await provider.get("/r")
      #expect(page.contains("PALABRA-CONTACTO") && page.contains("Alojamiento protegido"))
      #expect(!page.contains("SECRETO") && !page.contains(caseID.description) && page.contains("data-quick-exit"))
      for move in ["claim", "ask", "withdraw", "hand_over", "x"] {
        #expect(try await provider.get("/r/\(move)").status == .notFound, "\(move)")
      }
      let accept = try await provider.get("/r/accept")
      for _ in 0..<2 { #expect(try await provider.submit(accept, ["note": "La <esperamos>"]).location == "/r") }
      page = try await provider.get("/r")
      #expect(try await provider.submit(page, action: "/r/begin").location == "/r")
      let complete = try await provider.get("/r/complete")
      #expect(try await provider.submit(complete, ["outcome": "x"]).status == .unprocessableContent)
      let done = try await provider.submit(complete, ["outcome": "provided", "note": "Tres noches"])
      #expect(done.location == "/r?done=1")
      #expect(try await provider.submit(complete, ["outcome": "provided"]).location == "/r?done=1")
      let over = try await provider.get("/r?done=1")
      #expect(over.contains("Gracias") && !over.contains("PALABRA-CONTACTO"))
      let seen = try await two.worker.get(address)
      for text in ["La &lt;esperamos&gt;", "Tres noches", "Servicio prestado", "dio un código"] {
        #expect(seen.contains(text), "\(text)")
      }
    }
  }

  @Test func everyStateAndMoveHasItsWords() throws {
    let catalogs = try Words.load(from: Screen.resources.appendingPathComponent("Strings"))
    for (language, words) in catalogs where Screen.whole.contains(language) {
      var keys = Referral.State.allCases.map { "referrals.state.\($0.rawValue)" }
      keys += ReferralMove.allCases.map { "referrals.event.\($0.rawValue)" }
      keys += ReferralFilter.allCases.flatMap {
        ["referrals.filter.\($0.rawValue)", "referrals.empty.\($0.rawValue)"]
      }
      let noted = [
        "ask", "reply", "accept", "decline", "complete", "withdraw", "interrupt", "hand_back", "close_outside",
      ]
      for move in noted + ["claim", "release", "begin", "hand_over", "give_code"] {
        keys.append("referrals.move.\(move)")
      }
      for move in noted { keys += ["title", "notice", "submit", "note"].map { "referrals.\(move).\($0)" } }
      for move in ["hand_over", "give_code"] {
        keys += ["title", "notice", "submit"].map { "referrals.\(move).\($0)" }
      }
      for move in ["accept", "decline", "complete"] { keys.append("referrals.outside.\(move)") }
      for step in ReferralClock.Step.allCases {
        keys += ["referrals.step.\(step.code)", "referrals.next_step.\(step.code)"]
        if step > .reminder { keys.append("referrals.told.\(step.code)") }
      }
      for state in Referral.State.live { keys += ["", ".ours"].map { "referrals.next.\(state.rawValue)\($0)" } }
      for key in keys { #expect(words.has(key), "\(key) in \(language)") }
    }
  }
}
