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

/// The steps after a decision, as an officer, a case worker and two supervisors of a shelter see them.
private struct Bench {
  let house: WebHouse
  let officer: TestBrowser, worker: TestBrowser, supervisor: TestBrowser, second: TestBrowser

  init(_ house: WebHouse) async throws {
    self.house = house
    var browsers: [TestBrowser] = []
    let people: [(String, Role)] = [
      ("ofelia", .frontlineOfficer), ("wilma", .caseWorker), ("sonia", .supervisor), ("sara", .supervisor),
    ]
    for (login, role) in people {
      try await house.join(login, [role])
      let browser = TestBrowser(house)
      browser.acceptLanguage = "es"
      try await browser.signIn(login)
      browsers.append(browser)
    }
    (officer, worker, supervisor, second) = (browsers[0], browsers[1], browsers[2], browsers[3])
  }

  var safe: [String: String] {
    Dictionary(
      uniqueKeysWithValues: house.desks.pack.safetyQuestions.map { ("a-" + $0.code, $0.stopsOn == .yes ? "no" : "yes") }
    )
  }

  func begun() async throws -> String {
    let begun = try await officer.submit(
      try await officer.get("/screenings/new"), ["province": "EC-P", "age": "25", "language": "kichwa"])
    return begun.location.replacing("/safety", with: "")
  }

  /// The address of an interview with the officer's decision.
  func decided(_ kind: String) async throws -> String {
    let address = try await begun()
    _ = try await officer.submit(try await officer.get(address + "/safety"), safe, action: address + "/safety")
    _ = try await officer.submit(
      try await officer.get(address + "/topics/exploitation"), ["a-EX02": "yes", "then": "finish"])
    _ = try await officer.submit(
      try await officer.get(address + "/result"), ["decision": kind, "reason": "Lo dicho"], action: address + "/result")
    return address
  }
}

private func withBench(_ engine: Engine, _ body: (Bench) async throws -> Void) async throws {
  try await withSite(engine) { try await body(Bench($0)) }
}

@Suite struct DecisionPagesTests {
  @Test(arguments: TestEngine.available) func aReviewTellsTheInterviewerWhatToAsk(_ engine: Engine) async throws {
    try await withBench(engine) { bench in
      let address = try await bench.decided("presumed")
      #expect(!(try await bench.officer.get(address + "/result")).contains(address + "/review"))
      #expect(try await bench.officer.get(address + "/review").location == address)
      #expect(try await bench.supervisor.get("/screenings?tab=review").text.matches(of: /work-row/).count == 1)
      let result = try await bench.supervisor.get(address + "/result")
      #expect(result.contains(address + "/review") && result.contains("Solo como información: 5 días hábiles"))
      #expect(!result.contains(address + "/clock"))
      let page = try await bench.supervisor.get(address + "/review")
      // The fewest that could settle it come first: one strong question beside the medium yes.
      #expect(page.contains("value=\"exploitation/EX01\"") && page.contains("Lo dicho"))
      let wrong = try await bench.supervisor.submit(
        page, ["verdict": "asks_more", "reason": "Falta el pago"], action: address + "/review")
      #expect(wrong.status == .unprocessableContent && wrong.contains("Marque al menos una pregunta"))
      #expect(wrong.contains("Falta el pago"))
      let saved = try await bench.supervisor.submit(
        wrong,
        [
          "verdict": "asks_more", "reason": "Falta el pago", "questions": "exploitation/EX01",
          "q-exploitation": "exploitation/EX03",
        ], action: address + "/review")
      #expect(saved.location == address + "/result#decisions")
      #expect(try await bench.officer.get("/").contains("Preguntar lo que falta"))
      let record = try await bench.officer.get(address)
      #expect(record.contains("La supervisión pide preguntar esto") && record.contains("Jornadas u horarios excesivos"))
      let taken = try await bench.officer.submit(record, action: address + "/reopen")
      #expect(taken.location == address)
      _ = try await bench.officer.get("/language/en")
      #expect(try await bench.officer.get(address).contains("kichwa"))
    }
  }

  @Test(arguments: TestEngine.available) func anAppealIsWrittenDownAndAnswered(_ engine: Engine) async throws {
    try await withBench(engine) { bench in
      let address = try await bench.decided("not_presumed_now")
      var page = try await bench.worker.get(address)
      #expect(page.contains(address + "/appeal"))
      page = try await bench.worker.submit(
        try await bench.worker.get(address + "/appeal"), ["side": "person", "grounds": " "],
        action: address + "/appeal")
      #expect(page.status == .unprocessableContent && page.contains("value=\"person\" checked"))
      page = try await bench.worker.submit(
        page, ["side": "person", "grounds": "No pude hablar"], action: address + "/appeal")
      #expect(page.location == address)
      #expect(try await bench.officer.get(address).contains("Hay una apelación sin responder"))
      #expect(try await bench.worker.get(address + "/appeal").location == address)
      #expect(try await bench.supervisor.get("/").contains("Apelada"))
      #expect(try await bench.officer.get(address + "/appeal/answer").location == address)
      #expect(!(try await bench.officer.get(address + "/result")).contains("value=\"presumed\""))
      page = try await bench.supervisor.get(address + "/appeal/answer")
      #expect(
        page.contains("No pude hablar") && page.contains("value=\"stands\"") && page.contains("value=\"presumed\""))
      // A shelter identifies nobody formally, and nothing worse than before stands there.
      #expect(!page.contains("value=\"formally_identified\"") && !page.contains("value=\"not_"))
      page = try await bench.supervisor.submit(
        page, ["ruling": "presumed", "reason": "Tiene razón"], action: address + "/appeal/answer")
      #expect(page.location == address + "/result#decisions")
      let told = try await bench.officer.get(address + "/result")
      #expect(told.contains("la decisión cambia") && told.contains("Tiene razón") && told.contains("No pude hablar"))
    }
  }

  @Test(arguments: TestEngine.available) func aBodysPaperIsCheckedAndAnswersItsOwnAppeal(_ engine: Engine) async throws
  {
    try await withBench(engine) { bench in
      let address = try await bench.decided("presumed")
      var page = try await bench.supervisor.submit(
        try await bench.supervisor.get(address + "/received"),
        ["decision": "not_identified_formally", "body": "", "decided_on": "2999-01-01", "reason": "x"],
        action: address + "/received")
      #expect(page.status == .unprocessableContent)
      #expect(page.contains("no puede ser futura") && page.contains("Elija una institución"))
      page = try await bench.supervisor.submit(
        page,
        [
          "decision": "not_identified_formally", "body": "prosecution", "decided_on": "2020-02-03",
          "received_on": "2020-02-04", "document": "FGE-17", "reason": "Dice el oficio",
        ], action: address + "/received")
      #expect(page.location == address + "/result#decisions")
      let told = try await bench.officer.get(address + "/result")
      #expect(told.contains("Fechada el 3 feb 2020; recibida el 4 feb 2020") && told.contains("Sin verificar"))
      #expect(!told.contains("value=\"presumed\""))
      _ = try await bench.officer.submit(
        try await bench.officer.get(address + "/appeal"), ["side": "helper", "grounds": "Hay más"],
        action: address + "/appeal")
      #expect(try await bench.second.get(address + "/appeal/answer").location == address)
      page = try await bench.second.submit(
        try await bench.second.get(address + "/appeal/received"),
        [
          "ruling": "formally_identified", "body": "prosecution", "decided_on": "2020-03-03",
          "received_on": "2020-03-04", "document": "FGE-18", "reason": "Revoca",
        ], action: address + "/appeal/received")
      #expect(page.location == address + "/result#decisions")
      #expect(try await bench.officer.get(address + "/result").contains("FGE-18"))
    }
  }

  @Test(arguments: TestEngine.available) func aSheetOfPaperIsTypedIn(_ engine: Engine) async throws {
    try await withBench(engine) { bench in
      let address = try await bench.begun()
      var page = try await bench.officer.get(address + "/paper")
      #expect(page.text.matches(of: /data-key-answer/).count == 12 + 96)
      var typed = Dictionary(
        uniqueKeysWithValues: bench.house.desks.pack.safetyQuestions.map {
          ("s-" + $0.code, $0.stopsOn == .yes ? "n" : "s")
        })
      typed["a-exploitation.EX01"] = "s"
      typed["a-exploitation.EX02"] = "x"
      typed["n-exploitation"] = "Sin descanso"
      typed["asked_by"] = "M. Quishpe"
      page = try await bench.officer.submit(page, typed, action: address + "/paper")
      #expect(page.status == .unprocessableContent && page.contains("Escriba s, n o ?"))
      #expect(page.contains("name=\"a-exploitation.EX02\" value=\"x\"") && page.contains("Sin descanso"))
      page = try await bench.officer.submit(
        page, ["a-exploitation.EX02": "s", "then": "finish"], action: address + "/paper")
      #expect(page.location == address + "/result")
      #expect(try await bench.officer.get(page.location).contains("Se encontraron indicadores"))
      #expect(try await bench.officer.get(address).contains("M. Quishpe"))
      #expect(try await bench.officer.get(address + "/paper").location == address)
      #expect(try await bench.worker.get(address + "/paper").location == address)
      let sheet = try await bench.officer.get("/screenings/sheet/ilo-adult-labour")
      #expect(sheet.contains("Lengua que habla") && sheet.contains("Intérprete") && sheet.contains("Pregunta:"))
    }
  }
}
