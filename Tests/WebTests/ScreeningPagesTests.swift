import Accounts
import Basics
import CountryPack
import Foundation
import HTTPTypes
import Identification
import Records
import TestSupport
import Testing

@testable import Web

/// An officer, a case worker and a supervisor with a browser each.
private struct Sitting {
  let house: WebHouse
  let officer: TestBrowser
  let worker: TestBrowser
  let supervisor: TestBrowser

  init(_ house: WebHouse) async throws {
    self.house = house
    var browsers: [TestBrowser] = []
    for (login, role) in [("ofelia", Role.frontlineOfficer), ("wilma", .caseWorker), ("sonia", .supervisor)] {
      try await house.join(login, [role])
      let browser = TestBrowser(house)
      browser.acceptLanguage = "es"
      try await browser.signIn(login)
      browsers.append(browser)
    }
    (officer, worker, supervisor) = (browsers[0], browsers[1], browsers[2])
  }

  static let start = ["province": "EC-P", "age": "25", "language": "kichwa", "exploitation": "labour"]

  func safe(_ changed: [String: String] = [:]) -> [String: String] {
    var answers = Dictionary(
      uniqueKeysWithValues: house.desks.pack.safetyQuestions.map { ("a-" + $0.code, $0.stopsOn == .yes ? "no" : "yes") }
    )
    for (code, answer) in changed { answers["a-" + code] = answer }
    return answers
  }

  /// The address of an interview whose safety check is done.
  func inProgress() async throws -> String {
    let begun = try await officer.submit(try await officer.get("/screenings/new"), Self.start)
    let address = begun.location.replacingOccurrences(of: "/safety", with: "")
    let checked = try await officer.submit(
      try await officer.get(begun.location), safe(), action: begun.location)
    #expect(checked.location == address)
    return address
  }
}

private func withSitting(_ engine: Engine, _ body: (Sitting) async throws -> Void) async throws {
  try await withSite(engine) { try await body(Sitting($0)) }
}

@Suite struct ScreeningPagesTests {
  @Test(arguments: TestEngine.available) func anOfficerGoesFromTheStartToADecision(_ engine: Engine) async throws {
    try await withSitting(engine) { sitting in
      let (officer, address) = (sitting.officer, try await sitting.inProgress())
      let record = try await officer.get(address)
      #expect(record.contains("Seguir la entrevista") && record.contains("kichwa") && record.contains("Pichincha"))
      var page = try await officer.get(address + "/topics/observation")
      #expect(page.contains("Tema 1 de 8") && page.contains("Antes de preguntar"))
      // Not asked is what stands there until someone answers.
      #expect(page.text.matches(of: /value="not_asked" checked/).count == 29)
      page = try await officer.submit(page, ["a-UN01": "yes", "then": "next"])
      #expect(page.location == address + "/topics/deceptive_recruitment")
      page = try await officer.submit(
        try await officer.get(page.location),
        ["a-DR01": "yes", "a-DR02": "yes", "note": "Prometieron <otro> pago", "then": "back"])
      #expect(page.location == address + "/topics/observation")
      page = try await officer.get(address + "/topics/deceptive_recruitment")
      #expect(page.contains("Prometieron &lt;otro&gt; pago") && page.contains("3 de 96"))
      page = try await officer.submit(
        try await officer.get(address + "/topics/exploitation"),
        ["a-EX01": "yes", "a-EX02": "unknown", "then": "pause"])
      #expect(page.location == address)
      #expect(try await officer.get("/").contains("Seguir"))
      page = try await officer.submit(try await officer.get(address), action: address + "/finish")
      #expect(page.location == address + "/result")
      let result = try await officer.get(page.location)
      for words in [
        "Se encontraron indicadores", "Captación con engaño", "Por estas respuestas", "DR01", "Lo más corto",
        "Nota sobre la ley penal", "Confirme con la fiscalía", "segunda mano", "Por ahora no se presume",
        "/cases/new?screening=",
      ] {
        #expect(result.contains(words), "\(words)")
      }
      #expect(!result.contains("Identificación formal"))
      // Without a reason nothing is decided, and what was typed stays.
      page = try await officer.submit(result, ["decision": "presumed", "reason": " "], action: address + "/result")
      #expect(page.status == .unprocessableContent)
      #expect(page.contains("value=\"presumed\" checked"))
      let decided = try await officer.submit(
        page, ["decision": "presumed", "reason": "Dijo y se vio"], action: address + "/result")
      #expect(decided.status == .seeOther)
      _ = try await officer.submit(
        page, ["decision": "presumed", "reason": "Dijo y se vio"], action: address + "/result")
      let after = try await officer.get(address + "/result")
      #expect(after.text.matches(of: /Dijo y se vio/).count == 1)
      // A shelter presumes; what a body decided is kept from its paper and told apart.
      let formal = try await sitting.supervisor.get(address + "/result")
      #expect(formal.contains("Su institución puede presumir") && formal.contains("Sin verificar"))
      #expect(!formal.contains("value=\"formally_identified\"") && formal.contains("Colega ofelia"))
      page = try await sitting.supervisor.submit(
        try await sitting.supervisor.get(address + "/received"),
        [
          "decision": "formally_identified", "body": "prosecution", "decided_on": "2020-02-03", "document": "FGE-17",
          "reason": "Revisado",
        ], action: address + "/received")
      #expect(page.location == address + "/result#decisions")
      let known = try await officer.get(address + "/result")
      #expect(known.contains("Decisión de otra institución: Fiscalía") && known.contains("Documento: FGE-17"))
      #expect(try await officer.get(address + "/result").contains("Identificación formal"))
      _ = try await officer.get("/language/en")
      let english = try await officer.get(address + "/result")
      #expect(english.contains("Indicators found") && english.contains("Confirm with the prosecutor"))
    }
  }

  @Test(arguments: TestEngine.available) func theSituationLeadsToItsQuestionsAndSkipsTheRest(_ engine: Engine)
    async throws
  {
    try await withSitting(engine) { sitting in
      let officer = sitting.officer
      let start = try await officer.get("/screenings/new")
      for situation in try #require(sitting.house.desks.pack.lists[.situations]) {
        #expect(start.contains("value=\"\(situation.code)\""), "\(situation.code)")
      }
      let begun = try await officer.submit(start, Sitting.start.merging(["questions": "first_interview"]) { $1 })
      let address = begun.location.replacingOccurrences(of: "/safety", with: "")
      _ = try await officer.submit(try await officer.get(begun.location), sitting.safe(), action: begun.location)
      var page = try await officer.get(address + "/topics/act")
      #expect(page.contains("no calcula ningún resultado") && page.contains("Tema 2 de 9"))
      // Nobody carried or moved the person: the questions on the way of travelling fall away.
      page = try await officer.submit(page, ["a-IA01": "yes", "a-IA02": "no", "a-IA03": "no", "then": "next"])
      #expect(page.location == address + "/topics/recruitment")
      page = try await officer.get(page.location)
      #expect(page.contains("a-IR01") && page.contains("data-relevant=\"IR03=yes\""))
      page = try await officer.get(address + "/topics/travel")
      #expect(!page.contains("a-IT01") && page.contains("a-IT02"))
      page = try await officer.submit(page, ["a-IT02": "yes", "then": "finish"])
      let result = try await officer.get(page.location)
      #expect(result.contains("¿Otra persona tenía o tiene sus documentos?") && result.contains("decide una persona"))
      // For a child the means are no page at all.
      page = try await officer.submit(result, action: address + "/reopen")
      page = try await officer.submit(
        try await officer.get(address + "/about"), ["age": "15", "questions": "first_interview"],
        action: address + "/about")
      page = try await officer.get(address + "/topics/recruitment")
      #expect(page.contains("Tema 3 de 8") && !page.contains("topics/means"))
    }
  }

  @Test(arguments: TestEngine.available) func anInterviewIsRepeatedComparedAndHandedOver(_ engine: Engine) async throws
  {
    try await withSitting(engine) { sitting in
      let (officer, address) = (sitting.officer, try await sitting.inProgress())
      _ = try await officer.submit(
        try await officer.get(address + "/topics/exploitation"), ["a-EX01": "no", "then": "finish"])
      let id = address.replacingOccurrences(of: "/screenings/", with: "")
      let record = try await officer.get(address)
      #expect(record.contains("/screenings/new?after=\(id)"))
      let begun = try await officer.submit(try await officer.get("/screenings/new?after=\(id)"), Sitting.start)
      let second = begun.location.replacingOccurrences(of: "/safety", with: "")
      _ = try await officer.submit(try await officer.get(begun.location), sitting.safe(), action: begun.location)
      _ = try await officer.submit(
        try await officer.get(second + "/topics/exploitation"), ["a-EX01": "yes", "then": "pause"])
      #expect(try await officer.get(second).contains("\(second)/compare/\(id)"))
      let compared = try await officer.get("\(second)/compare/\(id)")
      #expect(compared.contains("Jornadas u horarios excesivos") && compared.contains("Qué cambió"))
      #expect(try await officer.get("\(second)/compare/\(ScreeningID.random())").status == .notFound)
      let page = try await officer.get(second + "/hand-over")
      #expect(page.contains("Colega wilma") && !page.contains("Colega sonia"))
      let wilma = try await sitting.house.actor("wilma").member
      #expect(
        try await officer.submit(page, ["member": "x"], action: second + "/hand-over").status == .unprocessableContent)
      let handed = try await officer.submit(
        page, ["member": wilma.description], action: second + "/hand-over")
      #expect(handed.location == "/screenings")
      #expect(try await officer.get(second).status == .notFound)
      #expect(try await sitting.worker.get(second + "/topics/exploitation").contains("Explotación"))
    }
  }

  @Test(arguments: TestEngine.available) func anUnsafeAnswerIsSaidWithWhatToDo(_ engine: Engine) async throws {
    try await withSitting(engine) { sitting in
      let officer = sitting.officer
      let begun = try await officer.submit(try await officer.get("/screenings/new"), Sitting.start)
      var page = try await officer.get(begun.location)
      #expect(!page.contains("Seguir de todos modos"))
      page = try await officer.submit(page, sitting.safe(["private_place": "no"]), action: begun.location)
      #expect(page.location == begun.location + "#verdict")
      page = try await officer.get(begun.location)
      #expect(page.contains("Busque primero un lugar privado.") && page.contains("Seguir de todos modos"))
      let address = begun.location.replacingOccurrences(of: "/safety", with: "")
      #expect(try await officer.get(address + "/topics/exploitation").location == address)
      page = try await officer.submit(page, ["reason": ""], action: address + "/go-on")
      #expect(page.status == .unprocessableContent)
      page = try await officer.submit(page, ["reason": "Cambiamos de sala"], action: address + "/go-on")
      #expect(page.location == address)
      #expect(try await officer.get(address).contains("Cambiamos de sala"))
      // No agreement: there is no way past it.
      page = try await officer.submit(
        try await officer.get(begun.location), sitting.safe(["agrees_to_talk": "no"]), action: begun.location)
      page = try await officer.get(begun.location)
      #expect(page.contains("Sin esta respuesta nadie puede seguir") && !page.contains("/go-on"))
    }
  }

  @Test(arguments: TestEngine.available) func whatWasNotToldStopsNothingAndIsCompletedLater(_ engine: Engine)
    async throws
  {
    try await withSitting(engine) { sitting in
      let officer = sitting.officer
      let begun = try await officer.submit(try await officer.get("/screenings/new"), Sitting.start)
      let address = begun.location.replacingOccurrences(of: "/safety", with: "")
      // What stops first, the consent on the next page; both are one check.
      let first = try await officer.get(begun.location)
      #expect(first.contains("a-private_place") && !first.contains("a-told_withdraw"))
      var page = try await officer.submit(
        first, sitting.safe().filter { !$0.key.hasPrefix("a-told") && $0.key != "a-agrees_to_talk" },
        action: begun.location)
      #expect(page.location == begun.location + "?part=consent")
      page = try await officer.get(page.location)
      #expect(page.contains("en siete respuestas") && page.contains("a-told_withdraw"))
      #expect(!page.contains("a-private_place") && !page.contains("Falta saber esto"))
      // Without the agreement nobody goes on, and what was answered before stays.
      page = try await officer.submit(page, action: begun.location)
      #expect(page.location == begun.location + "?part=consent#verdict")
      page = try await officer.get(begun.location + "?part=consent")
      page = try await officer.submit(
        page, sitting.safe(["told_kept": "no", "told_withdraw": "not_asked"]), action: begun.location)
      #expect(page.location == address)
      page = try await officer.get(address)
      #expect(page.contains("Falta explicar algo") && page.contains(address + "/safety"))
      #expect(page.contains("Colega ofelia, ") && page.contains("kichwa"))
      page = try await officer.get(begun.location + "?part=consent")
      #expect(page.contains("Diga por cuánto tiempo se guardan los datos."))
      _ = try await officer.submit(page, sitting.safe(), action: begun.location)
      page = try await officer.get(address)
      #expect(!page.contains("Falta explicar algo"))
      _ = try await officer.submit(page, action: address + "/finish")
      page = try await officer.get(address + "/result")
      let questions = sitting.house.desks.pack.safetyQuestions.filter { $0.isTold || !$0.mayGoOn }
      #expect(questions.count == 7)
      for question in questions { #expect(page.contains(question.text[.spanish]), "\(question.code)") }
      #expect(page.contains("Colega ofelia, ") && page.contains("kichwa") && !page.contains("Falta explicar algo"))
    }
  }

  /// On each page of an interview, for the one who conducts it and for whoever else may read it.
  @Test(arguments: TestEngine.available) func theDangerButtonIsOnEveryPage(_ engine: Engine) async throws {
    try await withSitting(engine) { sitting in
      func expectButton(_ address: String, _ paths: [String]) async throws {
        for (name, browser) in [
          ("officer", sitting.officer), ("supervisor", sitting.supervisor), ("worker", sitting.worker),
        ] {
          for path in paths {
            let page = try await browser.get(address + path)
            guard page.status == .ok else { continue }
            #expect(page.contains(" Peligro</button>"), "\(name) \(path)")
          }
        }
      }
      let address = try await sitting.inProgress()
      try await expectButton(address, ["", "/about", "/safety", "/topics/exploitation", "/hand-over"])
      _ = try await sitting.officer.submit(
        try await sitting.officer.get(address + "/safety"), sitting.safe(["private_place": "no"]),
        action: address + "/safety")
      try await expectButton(address, ["", "/safety"])
      let pressed = try await sitting.supervisor.submit(
        try await sitting.supervisor.get(address + "/safety"), action: address + "/danger")
      #expect(pressed.location == address + "/danger")
      #expect(try await sitting.officer.get("/").contains("Peligro avisado"))
      _ = try await sitting.supervisor.submit(
        try await sitting.supervisor.get(pressed.location), ["reason": "Patrulla"], action: address + "/settled")
      _ = try await sitting.officer.submit(
        try await sitting.officer.get(address), action: address + "/finish")
      try await expectButton(address, ["", "/result"])
    }
  }

  @Test(arguments: TestEngine.available) func theDangerButtonStopsWhateverElseIsWrong(_ engine: Engine) async throws {
    try await withSitting(engine) { sitting in
      let (officer, address) = (sitting.officer, try await sitting.inProgress())
      let page = try await officer.get(address + "/topics/exploitation")
      let long = String(repeating: "n", count: 20_001)
      let pressed = try await officer.submit(page, ["note": long, "then": "danger"])
      #expect(pressed.location == address + "/danger")
      let danger = try await officer.get(pressed.location)
      #expect(danger.contains("tel:911") && danger.contains("24 horas") && !danger.contains("tel:171"))
      #expect(try await sitting.supervisor.get("/").contains("Peligro avisado"))
      let settled = try await sitting.supervisor.submit(
        try await sitting.supervisor.get(pressed.location), ["reason": "Patrulla"], action: address + "/settled")
      #expect(settled.status == .seeOther)
      #expect(!(try await sitting.supervisor.get("/")).contains("Peligro avisado"))
    }
  }

  @Test(arguments: TestEngine.available) func badInputIsToldAndNothingIsLost(_ engine: Engine) async throws {
    try await withSitting(engine) { sitting in
      let officer = sitting.officer
      let start = try await officer.get("/screenings/new")
      var page = try await officer.submit(start, ["age": "mil", "province": "EC-XX", "language": "shuar"])
      #expect(page.status == .unprocessableContent)
      #expect(page.contains("de 0 a 120") && page.contains("value=\"shuar\""))
      // A double click begins one interview.
      let first = try await officer.submit(start, ["province": "EC-P", "age": "", "age_doubt": "yes"])
      let second = try await officer.submit(start, ["province": "EC-P", "age": "", "age_doubt": "yes"])
      #expect(first.location == second.location)
      #expect(try await officer.get("/screenings").text.matches(of: /work-row/).count == 1)
      let address = try await sitting.inProgress()
      let topic = try await officer.get(address + "/topics/exploitation")
      _ = try await officer.submit(topic, ["a-EX01": "yes"])
      page = try await officer.submit(topic, ["a-EX01": "no", "note": "Otra cosa"])
      #expect(page.status == .conflict)
      #expect(page.contains("Otra cosa") && page.contains("mientras tanto"))
      // Sent again after looking over it, it is stored.
      #expect(try await officer.submit(page).status == .seeOther)
      #expect(try await officer.post(address + "/topics/exploitation", []).status == .forbidden)
      let csrf = try #require(officer.forms(topic).first { $0.action.hasSuffix("exploitation") }?.fields.first)
      #expect(
        try await officer.post(address + "/topics/exploitation", [csrf, ("seen", "2"), ("a-EX01", "maybe")]).status
          == .badRequest)
      #expect(
        try await officer.post(address + "/topics/exploitation", [csrf, ("seen", "2"), ("a-XX99", "yes")]).status
          == .unprocessableContent)
      #expect(try await officer.get(address + "/topics/nothing").status == .notFound)
    }
  }

  @Test(arguments: TestEngine.available) func othersSeeOnlyWhatIsTheirs(_ engine: Engine) async throws {
    try await withSitting(engine) { sitting in
      let address = try await sitting.inProgress()
      #expect(try await sitting.worker.get(address).status == .ok)
      #expect(!(try await sitting.worker.get(address)).contains(address + "/finish"))
      #expect(try await sitting.worker.get(address + "/topics/exploitation").location == address)
      #expect(try await sitting.supervisor.get("/screenings").contains("Colega ofelia"))
      try await sitting.house.join("carlos", [.frontlineOfficer])
      let colleague = TestBrowser(sitting.house)
      try await colleague.signIn("carlos")
      for path in ["", "/about", "/safety", "/danger", "/topics/exploitation", "/result"] {
        #expect(try await colleague.get(address + path).status == .notFound, "\(path)")
      }
      let administrator = TestBrowser(sitting.house)
      try await administrator.signIn("ana")
      #expect(try await administrator.get("/screenings").status == .forbidden)
      #expect(try await administrator.get("/screenings/new").status == .forbidden)
      #expect(try await sitting.supervisor.get("/screenings/new").status == .forbidden)
      #expect(try await TestBrowser(sitting.house).get(address).location.hasPrefix("/sign-in"))
      #expect(try await sitting.worker.get("/screenings/sheet/ilo-child-labour").contains("Mentiras sobre el pago"))
    }
  }
}
