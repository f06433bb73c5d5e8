import Accounts
import Basics
import CountryPack
import HTTPTypes
import NationalPlan
import Records
import TestSupport
import Testing

@testable import Web

/// A house with the committee's secretary, a case worker and an analyst, and the ways to a plan through its pages.
struct PlanHouse {
  let house: WebHouse
  let secretary: TestBrowser
  let worker: TestBrowser
  let analyst: TestBrowser
  let today: CalendarDay

  init(_ house: WebHouse) async throws {
    self.house = house
    for (login, role) in [("secretary", Role.coordinator), ("worker", .caseWorker), ("analyst", .analyst)] {
      try await house.join(login, [role])
    }
    secretary = TestBrowser(house)
    worker = TestBrowser(house)
    analyst = TestBrowser(house)
    try await secretary.signIn("secretary")
    try await worker.signIn("worker")
    try await analyst.signIn("analyst")
    today = CalendarDay(house.desks.office.clock.now(), offsetFromUTC: house.desks.pack.offsetFromUTC)
  }

  func day(_ days: Int) -> String { today.adding(days: days).description }

  /// Takes the shipped plan over through its page and answers its address.
  func taken() async throws -> String {
    let list = try await secretary.get("/plan")
    #expect(list.contains("PACTA") && list.contains("verificado en la fuente"))
    let form = try #require(
      secretary.forms(list).first { form in form.fields.contains { $0 == ("code", "pacta-2019") } })
    let sent = try await secretary.post("/plan/take", form.fields)
    #expect(sent.status == .seeOther)
    // A second click finds it done.
    #expect(try await secretary.post("/plan/take", form.fields).location == sent.location)
    return sent.location
  }

  func fill(_ address: String, _ rest: String, _ fields: [String: String], further: [(String, String)] = [])
    async throws -> TestBrowser.Page
  {
    let page = try await secretary.get(address + rest)
    #expect(page.status == .ok, "\(rest)")
    return try await secretary.submit(page, fields, action: address + rest, further: further)
  }

  /// A provincial plan as its file, sound; activity `x1` stands in line 18.
  static let file = """
    code: local-prueba
    version: 1
    name: {es: Plan local ficticio, en: Fictional local plan}
    level: province
    place: EC-C
    from: 2020-01-01
    until: 2024-12-31
    source: ficticio
    certainty: decided
    axes:
      - {code: eje, name: {es: Eje, en: Axis}, source: ficticio, certainty: decided}
    objectives:
      - {code: o.1, axis: eje, name: {es: Objetivo, en: Objective}}
    indicators:
      - {code: i.1, objective: o.1, name: {es: Talleres, en: Workshops}, unit: {es: talleres, en: workshops}, baseline: 2,
        target: 12, source: ficticio, howMeasured: {es: Actas, en: Minutes}}
    activities:
      - code: x1
        objective: o.1
        name: {es: Taller, en: Workshop}
        lead: mdt
        from: 2020-02-01
        until: 2020-06-30
        money:
          - {kind: budget, source: Fondo ficticio, currency: USD, amount: "1250.50", day: 2020-02-01}
    """

  /// What can't be so, each by what is replaced in `file`, and the line at which it is told.
  static let spoilt: [(problem: String, right: String, wrong: String, line: Int, says: String)] = [
    ("target_below_baseline", "target: 12", "target: 1", 15, "es menor que la línea base"),
    ("waits_for_itself", "lead: mdt", "lead: mdt\n    dependsOn: [x1]", 18, "Se espera a sí misma"),
    ("outside_plan", "until: 2020-06-30", "until: 2025-06-30", 18, "fuera del plan"),
    ("negative_money", "\"1250.50\"", "\"-1250.50\"", 25, "no puede ser negativo"),
    ("unknown_currency", "currency: USD", "currency: XXX", 25, "No se conoce la moneda"),
  ]

  /// Sends a plan's file, or the text of one.
  func upload(_ text: String, _ fields: [String: String] = [:], typed: Bool = false, by browser: TestBrowser? = nil)
    async throws -> TestBrowser.Page
  {
    let browser = browser ?? secretary
    let form = try #require(browser.forms(try await browser.get("/plan/upload")).first { $0.action == "/plan/upload" })
    let mark = "----raya"
    func part(_ name: String, _ value: String, file: Bool = false) -> String {
      "--\(mark)\r\nContent-Disposition: form-data; name=\"\(name)\"\(file ? "; filename=\"p.yaml\"" : "")\r\n\r\n"
        + value + "\r\n"
    }
    let kept = form.fields.filter { $0.0 != "file" && $0.0 != "text" && fields[$0.0] == nil }
    let body =
      (kept + fields.map { ($0.key, $0.value) }).map { part($0.0, $0.1) }.joined()
      + part("text", typed ? text : "") + part("file", typed ? "" : text, file: true) + "--\(mark)--\r\n"
    return try await browser.send(
      .post, "/plan/upload", headers: [.contentType: "multipart/form-data; boundary=\(mark)"], body: Array(body.utf8))
  }

  /// A plan with an objective, an indicator and two activities, one of them late.
  func filled() async throws -> String {
    let address = try await taken()
    let names = ["name_es": "Reconocer la trata", "name_en": "Recognise trafficking"]
    let objective = try await fill(
      address, "/objectives/new", names.merging(["code": "1.1", "axis": "prevencion"]) { $1 })
    #expect(objective.location == address + "/objectives/1.1")
    let indicator = try await fill(
      address, "/indicators/new",
      names.merging([
        "code": "i.1", "objective": "1.1", "unit_es": "personas", "unit_en": "persons", "baseline": "10",
        "target": "30,5", "source": "Actas", "how_es": "Se cuentan", "how_en": "Counted", "live": "cases_by_form",
      ]) { $1 })
    #expect(indicator.location == address + "/indicators/i.1")
    for (code, from, until) in [("1.1.a", -90, -30), ("1.1.b", -29, 60)] {
      let activity = try await fill(
        address, "/activities/new",
        [
          "code": code, "objective": "1.1", "name_es": "Taller \(code)", "name_en": "Workshop \(code)",
          "lead": "mies",
          "from": day(from), "until": day(until), "depends_on": code == "1.1.b" ? "1.1.a" : "",
        ], further: [("provinces", "EC-U")])
      #expect(activity.location == address + "/activities/\(code)", "\(activity.text)")
    }
    return address
  }
}

func withPlanHouse(
  _ engine: Engine, clock: Clock = .system, _ body: (PlanHouse) async throws -> Void
) async throws {
  try await withSite(engine, clock: clock) { try await body(PlanHouse($0)) }
}
