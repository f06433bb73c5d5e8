import Accounts
import Basics
import CountryPack
import Foundation
import HTTPTypes
import NationalPlan
import Records
import TestSupport
import Testing

@testable import Web

/// A press officer's campaign through its pages: planned, told in two languages, held, counted, paid, shown.
@Suite struct CampaignPagesTests {
  struct House {
    let house: WebHouse
    let press: TestBrowser
    let worker: TestBrowser
    let today: CalendarDay

    init(_ house: WebHouse) async throws {
      self.house = house
      for (login, role) in [("prensa", Role.pressOfficer), ("worker", .caseWorker), ("secretary", .coordinator)] {
        try await house.join(login, [role])
      }
      press = TestBrowser(house)
      worker = TestBrowser(house)
      try await press.signIn("prensa")
      try await worker.signIn("worker")
      today = CalendarDay(house.desks.office.clock.now(), offsetFromUTC: house.desks.pack.offsetFromUTC)
    }

    func day(_ days: Int) -> String { today.adding(days: days).description }

    /// Fills the form of an address and sends it.
    func fill(_ address: String, _ fields: [String: String] = [:], further: [(String, String)] = []) async throws
      -> TestBrowser.Page
    {
      let page = try await press.get(address)
      #expect(page.status == .ok, "\(address)")
      let action = address.split(separator: "?").first.map(String.init) ?? address
      return try await press.submit(page, fields, action: action, further: further)
    }

    var campaign: [String: String] {
      [
        "code": "radio-frontera", "name_es": "Radio en la frontera", "name_en": "Radio at the border",
        "aim_es": "Que se sepa qué preguntar", "aim_en": "So that people know what to ask", "from": day(-30),
        "until": day(30), "lead": "mies", "canton": "Lago Agrio",
      ]
    }

    static let choices = [
      ("audiences", "media"), ("audiences", "communities"), ("channels", "radio"), ("channels", "talks"),
      ("provinces", "EC-U"), ("partners", "oim"),
    ]

    /// Plans the campaign and answers its address.
    func planned(isPublic: Bool = false) async throws -> String {
      let sent = try await fill(
        "/campaigns/new", campaign, further: Self.choices + (isPublic ? [("public", "yes")] : []))
      #expect(sent.status == .seeOther, "\(sent.text)")
      return sent.location
    }

    /// A workshop of the campaign on a day, counted from today.
    func workshop(_ address: String, on days: Int, isOpen: Bool = false) async throws -> String {
      let id = address.split(separator: "/").last.map(String.init) ?? ""
      let sent = try await fill(
        "/campaigns/events/new?campaign=\(id)",
        [
          "kind": "workshop", "name_es": "Taller para periodistas", "name_en": "Workshop for journalists",
          "day": day(days), "place": "Auditorio municipal",
        ], further: [("audiences", "media")] + (isOpen ? [("open", "yes")] : []))
      #expect(sent.status == .seeOther, "\(sent.text)")
      return sent.location
    }
  }

  static func withHouse(_ engine: Engine, _ body: (House) async throws -> Void) async throws {
    try await withSite(engine) { try await body(House($0)) }
  }

  @Test(arguments: TestEngine.available) func aPressOfficerPlansTellsAndCounts(_ engine: Engine) async throws {
    try await Self.withHouse(engine) { house in
      let address = try await house.planned()
      var page = try await house.press.get(address)
      #expect(page.contains("Radio en la frontera") && page.contains("Sucumbíos, Lago Agrio"))
      #expect(page.contains("Medios de comunicación") && page.contains("Todavía no hay mensaje"))
      // The spot in Kichwa and in Spanish, each marked with its language for a screen reader.
      for (language, words) in [("qu", "Yuyaylla"), ("es", "Pregunte quién paga\nY quién guarda sus papeles")] {
        let written = try await house.fill(address + "/messages/\(language)", ["words": words])
        #expect(written.location == address)
      }
      page = try await house.worker.get(address)
      #expect(page.contains("<div lang=\"qu\"><p>Yuyaylla</p></div>") && page.contains("Kichwa"))
      #expect(page.contains("<p>Y quién guarda sus papeles</p>"))
      // Who only reads has no way to write.
      #expect(!page.contains("/edit") && !page.contains("/messages/"))

      let event = try await house.workshop(address, on: -2)
      #expect(try await house.press.get("/").contains("Taller para periodistas"))
      let told = try await house.fill(
        event + "/report", ["state": "held", "number": "24", "method": "signatures", "source": "Hoja de firmas 1"])
      #expect(told.location == event)
      #expect(try await house.worker.get(event).contains("24 personas"))
      let added = try await house.fill(
        address + "/reach",
        [
          "number": "1200", "unit": "people", "audience": "communities", "method": "medium",
          "source": "Radio local", "day": house.day(-1),
        ])
      #expect(added.location == address)
      let spent = try await house.fill(
        address + "/money", ["kind": "spent", "source": "Fondo", "amount": "120,00", "currency": "USD"])
      #expect(spent.location == address)
      page = try await house.worker.get(address)
      #expect(page.contains("24 personas") && page.contains("1.200 personas"))
      #expect(page.contains("En total contado: 24 personas") && page.contains("En total estimado: 1.200 personas"))
      #expect(page.contains("USD 5 por persona contada.") && page.contains("USD 0,1 por persona, según estimaciones."))
      #expect(page.contains("Unidades distintas no se suman") && !page.contains("1.224"))

      let done = try await house.fill(
        address + "/state", ["state": "done", "done_on": house.day(0), "result": "Dos radios lo repiten solas"])
      #expect(done.location == address)
      #expect(try await house.worker.get(address).contains("Dos radios lo repiten solas"))
    }
  }

  @Test(arguments: TestEngine.available) func theYearSaysWhomNobodyReached(_ engine: Engine) async throws {
    try await Self.withHouse(engine) { house in
      let address = try await house.planned()
      let event = try await house.workshop(address, on: 0)
      var page = try await house.worker.get("/campaigns")
      func gaps() -> String {
        page.text.firstMatch(of: /id="gaps"(.*?)<\/section>/.dotMatchesNewlines()).map { String($0.1) } ?? ""
      }
      #expect(gaps().contains("Medios de comunicación") && gaps().contains("Hay algo planificado"))
      #expect(gaps().contains("Universidades") && gaps().contains("Nada planificado"))
      _ = try await house.fill(
        event + "/report", ["state": "held", "number": "30", "method": "door", "source": "Entrada"])
      page = try await house.worker.get("/campaigns")
      #expect(!gaps().contains("Medios de comunicación") && gaps().contains("Comunidades"))
      #expect(page.contains("30 personas") && page.contains("Contado en la entrada"))
      // A year that nothing is known of is answered with this one.
      #expect(try await house.worker.get("/campaigns?year=1999").contains("30 personas"))
      #expect(try await house.worker.get("/campaigns?year=abc").status == .ok)
    }
  }

  @Test(arguments: TestEngine.available) func whatCanNotBeSoIsSaidBesideItsField(_ engine: Engine) async throws {
    try await Self.withHouse(engine) { house in
      var wrong = house.campaign
      wrong["until"] = house.day(-40)
      var answer = try await house.fill("/campaigns/new", wrong, further: House.choices)
      #expect(answer.status == .unprocessableContent && answer.contains("Termina antes de empezar"))
      // Everything typed is kept.
      #expect(answer.contains("value=\"Radio en la frontera\"") && answer.contains("value=\"Lago Agrio\""))
      answer = try await house.fill("/campaigns/new", house.campaign, further: [("channels", "radio")])
      #expect(answer.status == .unprocessableContent && answer.contains("Elija al menos un público"))

      let address = try await house.planned()
      let event = try await house.workshop(address, on: -2)
      let cases: [(String, [String: String], String)] = [
        ("/reach", ["number": "-5", "unit": "people", "method": "door", "source": "x"], "no puede ser negativo"),
        ("/reach", ["number": "mil", "unit": "people", "method": "door", "source": "x"], "Escriba un número entero"),
        ("/reach", ["number": "5", "unit": "people", "method": "", "source": "x"], "f-method-error"),
        ("/reach", ["number": "5", "unit": "", "method": "door", "source": "x"], "f-unit-error"),
        ("/reach", ["number": "5", "unit": "people", "method": "door", "source": ""], "f-source-error"),
        (
          "/reach", ["number": "5", "unit": "people", "method": "door", "source": "x", "audience": "police"],
          "entre los públicos"
        ),
        (
          "/reach", ["number": "5", "unit": "people", "method": "door", "source": "x", "day": house.day(1)],
          "ni después de hoy"
        ),
        ("/money", ["kind": "spent", "source": "F", "amount": "-5", "currency": "USD"], "f-amount-error"),
        ("/money", ["kind": "spent", "source": "F", "amount": "5", "currency": "XXX"], "no se conoce"),
        ("/state", ["state": "done", "done_on": ""], "necesita su día"), ("/edit", ["lead": "nadie"], "no se conoce"),
      ]
      for (rest, fields, says) in cases {
        let answer = try await house.fill(address + rest, fields)
        #expect(answer.status == .unprocessableContent, "\(rest) \(fields)")
        #expect(answer.contains(says), "\(rest) \(fields)")
      }
      let early = try await house.fill(event + "/edit", ["day": house.day(-31)])
      #expect(early.status == .unprocessableContent && early.contains("fuera de los días de la campaña"))
      let uncounted = try await house.fill(event + "/report", ["state": "held", "number": "24"])
      #expect(uncounted.status == .unprocessableContent && uncounted.contains("f-method-error"))
      #expect(uncounted.contains("value=\"24\""))
      let cancelled = try await house.fill(
        event + "/report", ["state": "cancelled", "number": "24", "method": "door", "source": "x"])
      #expect(cancelled.status == .unprocessableContent && cancelled.contains("de un evento que se hizo"))
      #expect(try await house.worker.get(address).contains("Nadie ha contado nada todavía"))
    }
  }

  @Test(arguments: TestEngine.available) func aFormThatIsSentTwiceDoesNothingTwice(_ engine: Engine) async throws {
    try await Self.withHouse(engine) { house in
      let form = try await house.press.get("/campaigns/new")
      let first = try await house.press.submit(form, house.campaign, action: "/campaigns/new", further: House.choices)
      let again = try await house.press.submit(form, house.campaign, action: "/campaigns/new", further: House.choices)
      #expect(first.location == again.location && again.status == .seeOther)
      let address = first.location
      let reach = try await house.press.get(address + "/reach")
      for _ in 0..<2 {
        let sent = try await house.press.submit(
          reach, ["number": "36", "unit": "broadcasts", "method": "broadcast_log", "source": "Radio"],
          action: address + "/reach")
        #expect(sent.location == address)
      }
      #expect(try await house.worker.get(address).contains("36 emisiones"))
      #expect(!(try await house.worker.get(address).contains("72 emisiones")))
      // Two people with the same page: the second is told, and keeps what was typed.
      let edit = try await house.press.get(address + "/edit")
      #expect(
        try await house.press.submit(edit, ["name_es": "Uno"], action: address + "/edit").status == .seeOther)
      let late = try await house.press.submit(edit, ["name_es": "Otro"], action: address + "/edit")
      #expect(late.status == .conflict && late.contains("value=\"Otro\""))
    }
  }

  @Test(arguments: TestEngine.available) func aMistakeIsStruckAndStays(_ engine: Engine) async throws {
    try await Self.withHouse(engine) { house in
      let address = try await house.planned()
      _ = try await house.fill(
        address + "/reach", ["number": "9000", "unit": "copies", "method": "print_run", "source": "Imprenta"])
      let strike = try await house.press.get(address).link("/campaigns/entries/[0-9a-z]{26}/strike")
      let page = try await house.press.get(strike)
      #expect(page.contains("9.000 ejemplares"))
      #expect(try await house.press.submit(page, action: strike).location == address)
      let after = try await house.worker.get(address)
      #expect(after.contains("Anulado: no cuenta") && !after.contains("En total contado"))
    }
  }

  @Test(arguments: TestEngine.available) func aListOfEventsIsPasted(_ engine: Engine) async throws {
    try await Self.withHouse(engine) { house in
      let address = "/campaigns/events/list"
      #expect(try await house.press.get("/campaigns/events").contains("href=\"\(address)\""))
      let row = "\(house.day(-4))\tTaller\tTaller en Nueva Loja\tPolicía\tSucumbíos\tAuditorio"
      let wrong = try await house.fill(
        address, ["lead": "oim", "lines": row + "\n" + row.replacing("Policía", with: "Marcianos")])
      #expect(wrong.status == .unprocessableContent && wrong.contains("Línea 2: ese público no está en la lista."))
      #expect(wrong.contains("Taller en Nueva Loja"))
      #expect(!(try await house.worker.get("/campaigns/events").contains("Taller en Nueva Loja")))
      let sent = try await house.fill(address, ["lead": "oim", "lines": row + "\t31\tHoja de firmas\tActa 9"])
      #expect(sent.location == "/campaigns/events")
      #expect(try await house.worker.get("/campaigns/events").contains("Taller en Nueva Loja"))
      #expect(
        try await house.worker.get("/campaigns?year=\(house.today.adding(days: -4).year)").contains("31 personas"))
    }
  }

  @Test(arguments: TestEngine.available) func theYearGoesAlongAsTables(_ engine: Engine) async throws {
    try await Self.withHouse(engine) { house in
      var fields = house.campaign
      fields["name_es"] = "=Radio"
      let sent = try await house.fill("/campaigns/new", fields, further: House.choices)
      _ = try await house.fill(
        sent.location + "/reach",
        ["number": "1500", "unit": "copies", "audience": "media", "method": "handed_out", "source": "=1+1"])
      let csv = try await house.worker.get("/campaigns/export.csv")
      #expect(csv.headers[.contentType]?.hasPrefix("text/csv") == true)
      let lines = csv.text.split(whereSeparator: \.isNewline)
      #expect(lines.count == 2)
      #expect(
        lines[1].hasPrefix("radio-frontera;;Medios de comunicación;1500;Ejemplares;Contado;Ejemplares entregados"))
      // Nothing that somebody typed becomes a formula.
      #expect(lines[1].contains("'=1+1") && !lines[1].contains(";=1+1"))
      let sheet = try await house.worker.get("/campaigns/export.xlsx")
      #expect(sheet.headers[.contentType]?.contains("spreadsheetml") == true)
      #expect(sheet.contains("&apos;=Radio") || sheet.contains("'=Radio"))
      #expect(sheet.contains("xl/worksheets/sheet6.xml"))
      house.worker.acceptLanguage = "en"
      _ = try await house.worker.get("/language/en?to=/")
      #expect(try await house.worker.get("/campaigns/export.csv").contains("Mass media"))
    }
  }

  @Test(arguments: TestEngine.available) func aPlansReportTellsOfItsCampaigns(_ engine: Engine) async throws {
    try await Self.withHouse(engine) { house in
      let secretary = try await house.house.actor("secretary")
      let plan = StoredPlanID.random()
      try await house.house.desks.plans.takeOver(secretary, id: plan, code: "pacta-2019", version: 1)
      let axis = try #require(try await house.house.desks.plans.look(secretary, plan).plan.axes.first)
      try await house.house.desks.plans.put(
        secretary,
        PlanObjective(
          code: "1.1", axis: axis.code, name: LocalizedText(es: "Prensa que cuida", en: "A press that cares")),
        in: plan, seen: 0)
      var fields = house.campaign
      fields["part"] = "\(plan)/1.1"
      let sent = try await house.fill("/campaigns/new", fields, further: House.choices)
      #expect(try await house.worker.get(sent.location).contains("Prensa que cuida"))
      let report = "/plan/\(plan)/report/\(house.today.adding(days: -30).year)"
      #expect(try await house.worker.get(report).contains("Radio en la frontera"))
      #expect(try await house.worker.get(report + "/pdf").text.hasPrefix("%PDF"))
      // A wrong part is told.
      fields["part"] = "\(plan)/9.9"
      fields["code"] = "otra"
      let wrong = try await house.fill("/campaigns/new", fields, further: House.choices)
      #expect(wrong.status == .unprocessableContent && wrong.contains("no está en el plan"))
    }
  }
}
