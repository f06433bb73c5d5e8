import Accounts
import Basics
import Casework
import CountryPack
import Foundation
import HTTPTypes
import NationalPlan
import Records
import Releases
import Statistics
import TestSupport
import Testing

@testable import Web

/// Counts of justice through their pages: entered, put beside each other, put right, brought in, shown to the public.
@Suite struct ProsecutionPagesTests {
  private struct House {
    let house: WebHouse
    let analyst: TestBrowser
    let worker: TestBrowser
    let today: CalendarDay

    init(_ house: WebHouse) async throws {
      self.house = house
      for (login, role) in [("analyst", Role.analyst), ("worker", .supervisor), ("officer", .frontlineOfficer)] {
        try await house.join(login, [role])
      }
      analyst = TestBrowser(house)
      worker = TestBrowser(house)
      try await analyst.signIn("analyst")
      try await worker.signIn("worker")
      today = CalendarDay(house.desks.office.clock.now(), offsetFromUTC: house.desks.pack.offsetFromUTC)
    }

    /// A year that is over.
    func year(_ ago: Int) -> String { String(today.year - ago) }

    func fields(_ further: [String: String] = [:]) -> [String: String] {
      [
        "period": year(2), "institution": "fge", "stage": "prosecutions", "unit": "persons", "offence": "trafficking",
        "answer": "counted", "value": "27", "document": "Carta ficticia", "document_date": year(1) + "-02-01",
        "read_on": today.description, "certainty": "verified",
      ].merging(further) { $1 }
    }

    func enter(_ further: [String: String] = [:]) async throws -> TestBrowser.Page {
      let page = try await analyst.get("/plan/prosecution/new")
      #expect(page.status == .ok)
      return try await analyst.submit(page, fields(further), action: "/plan/prosecution/new")
    }

    func add(
      _ period: String, _ stage: ProsecutionStage, _ number: Int, offence: String = "trafficking", sex: String = "",
      document: String = "Carta ficticia", certainty: Certainty = .verified
    ) async throws {
      let count = ProsecutionCount(
        cell: ProsecutionCell(
          period: try #require(ProsecutionPeriod(period)), institution: "fge", stage: stage, unit: .persons,
          offence: offence, sex: sex), number: number,
        source: ProsecutionSource(document: document, day: nil, readOn: today, certainty: certainty))
      try await house.desks.prosecution.add(try await house.actor("analyst"), count, id: .random())
    }

    /// Sends a file as a browser does.
    func upload(_ text: String, step: String = "look") async throws -> TestBrowser.Page {
      let path = "/plan/prosecution/import"
      let form = try #require(analyst.forms(try await analyst.get(path)).first { $0.action == path })
      let mark = "----raya"
      let kept = form.fields.filter { $0.0 != "file" && $0.0 != "step" } + [("step", step)]
      let head = kept.map {
        "--\(mark)\r\nContent-Disposition: form-data; name=\"\($0.0)\"\r\n\r\n\($0.1)\r\n"
      }.joined()
      let file =
        "--\(mark)\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\nContent-Type: text/csv\r\n\r\n"
        + "\(text)\r\n--\(mark)--\r\n"
      return try await analyst.send(
        .post, path, headers: [.contentType: "multipart/form-data; boundary=\(mark)"], body: Array((head + file).utf8))
    }
  }

  private func withHouse(_ engine: Engine = .sqlite, _ body: (House) async throws -> Void) async throws {
    try await withSite(engine) { try await body(try await House($0)) }
  }

  @Test(arguments: TestEngine.available) func aLettersNumberIsEnteredReadAndPutRight(_ engine: Engine) async throws {
    try await withHouse(engine) { house in
      let entered = try await house.enter()
      #expect(entered.status == .seeOther)
      let address = entered.location
      #expect(address.hasPrefix("/plan/prosecution/"))
      let page = try await house.worker.get(address)
      for text in [
        "Procesamientos: 27", "Fiscalía General", "Carta ficticia", "No se ha cambiado nunca", house.year(2),
      ] {
        #expect(page.contains(text), "\(text)")
      }
      #expect(!page.contains(address + "/correct"))
      #expect(try await house.worker.get(address + "/correct").status == .forbidden)
      let form = try await house.analyst.get(address + "/correct")
      let refused = try await house.analyst.submit(
        form, ["value": "-3", "why": "Otra carta ficticia"], action: address + "/correct")
      #expect(refused.status == .unprocessableContent && refused.contains("no puede ser negativo"))
      // What was typed is still there.
      #expect(refused.contains("value=\"-3\"") && refused.contains("Otra carta ficticia"))
      let right = try await house.analyst.submit(
        form, ["value": "31", "why": "Otra carta ficticia"], action: address + "/correct")
      #expect(right.location == address)
      let after = try await house.worker.get(address)
      #expect(after.contains("Procesamientos: 31") && after.contains("Por qué: Otra carta ficticia"))
      #expect(after.contains("Colega analyst") && after.contains("Casa Canario"))
      #expect(after.contains("hasta el") && after.contains(">27<"))
      let taken = try await house.analyst.submit(
        try await house.analyst.get(address + "/withdraw"), ["why": "Era de otro año"], action: address + "/withdraw")
      #expect(taken.location == address)
      #expect(try await house.worker.get(address).contains("Este conteo se retiró"))
      #expect(try await house.worker.get("/plan/prosecution").contains("Todavía no hay conteos"))
    }
  }

  @Test func wrongInputIsSaidBesideItsFieldAndKept() async throws {
    try await withHouse { house in
      for (field, value, sentence) in [
        ("period", "20x9", "Un año (2021), un trimestre"), ("value", "1.250", "Solo cifras"),
        ("value", "", "Falta el número"), ("document", "Juicio 17282-2019-01234", "número de un expediente"),
        ("period", "2099", "está por venir"), ("note", "llamar al 0991234567", "número de un expediente"),
      ] {
        let page = try await house.enter([field: value])
        #expect(page.status == .unprocessableContent && page.contains(sentence), "\(field) \(value)")
        #expect(page.contains("Carta ficticia") || field == "document")
      }
      // The same form twice enters one count.
      let form = try await house.analyst.get("/plan/prosecution/new")
      for _ in 0..<2 {
        #expect(
          try await house.analyst.submit(form, house.fields(), action: "/plan/prosecution/new").status == .seeOther)
      }
      let counts = try await house.house.desks.prosecution.all(try await house.house.actor("worker")).counts
      #expect(counts.count == 1)
    }
  }

  @Test func yearsStandBesideEachOtherWithWhatDoesNotFit() async throws {
    try await withHouse { house in
      try await house.add(house.year(3), .prosecutions, 27)
      try await house.add(house.year(2), .prosecutions, 0)
      try await house.add(house.year(2), .prosecutions, 4, document: "Otra carta ficticia")
      try await house.add(house.year(2), .convictions, 1_250, certainty: .unverified)
      let page = try await house.worker.get("/plan/prosecution")
      #expect(page.contains("Procesamientos (personas), Fiscalía") && page.contains("Condenas (personas), Fiscalía"))
      #expect(page.contains("1.250 (sin verificar)") && page.contains("no se preguntó"))
      #expect(page.contains("otra fuente:") && page.contains("Las fuentes dan números distintos: 0, 4"))
      #expect(page.contains("más condenas (1250) que procesamientos"))
      // The picture says its source; who may not enter sees no button.
      #expect(page.contains("<svg") && page.contains("Fuentes: ") && !page.contains("/plan/prosecution/new"))
      // No name of a bar runs out of the picture.
      for text in page.text.matches(of: /<text x="([0-9]+)"[^>]* font-size="12"[^>]*>([^<]*)</) {
        let x = try #require(Int(text.1))
        #expect(x + text.2.count * 7 <= 760, "\(text.2)")
      }
      #expect(page.contains(" · Procesamientos (personas)</text>"))
      let stage = try await house.worker.get("/plan/prosecution/stages/prosecutions")
      #expect(
        stage.contains("Conteos anotados") && stage.contains("Otra carta ficticia") && !stage.contains("Por sexo"))
      try await house.add(house.year(3), .prosecutions, 9, sex: "female")
      let parted = try await house.worker.get("/plan/prosecution/stages/prosecutions")
      #expect(parted.contains("Por sexo: Procesamientos (personas)") && parted.contains(">9<"))
      #expect(try await house.worker.get("/plan/prosecution/stages/nada").status == .notFound)
      let csv = try await house.worker.get("/plan/prosecution/counts.csv")
      #expect(csv.contains("period,institution,stage") && csv.contains("\(house.year(3)),fge,prosecutions,persons"))
      #expect(try await house.worker.get("/plan/prosecution/counts.xlsx").status == .ok)
      #expect(try await house.worker.get("/plan/prosecution/template.csv").contains("other_ends"))
    }
  }

  /// A small number of one year may point at somebody: who has no use for it reads what anybody reads.
  @Test func smallNumbersAreReadByWhoMayReadCounts() async throws {
    try await withHouse { house in
      try await house.add(house.year(2), .prosecutions, 3)
      #expect(try await house.worker.get("/plan/prosecution").contains(">3<"))
      let officer = TestBrowser(house.house)
      try await officer.signIn("officer")
      for path in ["", "/counts.csv", "/counts.xlsx", "/stages/prosecutions"] {
        #expect(try await officer.get("/plan/prosecution" + path).status == .forbidden, "\(path)")
      }
      let list = try await officer.get("/plan")
      #expect(list.contains("href=\"/es/justice\"") && !list.contains("/plan/prosecution"))
      let coverage = try await officer.get("/plan/coverage")
      #expect(coverage.status == .ok && !coverage.contains(">3<") && coverage.contains("href=\"/es/justice\""))
      #expect(try await house.worker.get("/plan/coverage").contains("3"))
    }
  }

  @Test func thePacksCountsAreTakenOverByAButton() async throws {
    try await withHouse { house in
      #expect(try await !house.worker.get("/plan/prosecution").contains("/plan/prosecution/take"))
      let page = try await house.analyst.get("/plan/prosecution")
      #expect(page.contains("trae 3 conteos"))
      #expect(try await house.analyst.submit(page, action: "/plan/prosecution/take").status == .seeOther)
      let after = try await house.analyst.get("/plan/prosecution")
      #expect(after.contains("2011–2012") && after.contains(">187<") && !after.contains("trae 3 conteos"))
    }
  }

  @Test func aFileIsLookedAtThenTakenIn() async throws {
    try await withHouse { house in
      let header = "periodo;institucion;etapa;unidad;delito;cantidad;documento\n"
      let good = "\(house.year(2));fge;condenas;personas;trafficking;12;Carta ficticia\n"
      let wrong = try await house.upload(header + good + "2099;fge;condenas;personas;trafficking;-1;Carta ficticia\n")
      #expect(wrong.status == .ok && wrong.contains("Con errores: 1") && wrong.contains("está por venir"))
      #expect(!wrong.contains("value=\"store\""))
      #expect(try await house.upload(header + "x;y\n", step: "store").status == .unprocessableContent)
      let looked = try await house.upload(header + good)
      #expect(looked.contains("Nuevas: 1") && looked.contains("value=\"store\""))
      let desk = house.house.desks.prosecution
      let worker = try await house.house.actor("worker")
      #expect(try await desk.all(worker).counts.isEmpty)
      // The text goes along: nobody chooses the file again.
      let store = try #require(
        house.analyst.forms(looked).first { form in form.fields.contains { $0 == ("step", "store") } })
      for _ in 0..<2 { #expect(try await house.analyst.post(store.action, store.fields).status == .seeOther) }
      #expect(try await desk.all(worker).counts.map(\.count.number) == [12])
      #expect(try await house.upload("").contains("Elija un archivo"))
    }
  }

  // MARK: The public

  @Test func thePublicPageShowsNoSmallNumberNorAWayToIt() async throws {
    try await withHouse { house in
      try await house.add(house.year(4), .prosecutions, 60)
      try await house.add(house.year(4), .prosecutions, 3, offence: "coip-91-2014")
      try await house.add(house.year(4), .prosecutions, 57, offence: "coip-91-2020")
      try await house.add(house.year(3), .prosecutions, 7)
      try await house.add(house.year(2), .prosecutions, 0)
      try await house.add(house.year(2), .convictions, 41, certainty: .unverified)
      try await house.add(house.year(3), .convictions, 43)
      try await house.add(house.year(3), .convictions, 44, document: "Otra carta ficticia")
      try await house.add(house.year(4), .convictions, 33)
      try await house.add(house.year(4), .convictions, 29, sex: "female")
      for language in ["es", "en"] {
        let page = try await TestBrowser(house.house).get("/\(language)/justice")
        #expect(page.status == .ok && page.headers[.setCookie] == nil)
        #expect(page.text.utf8.count < 50_000)
        // Cells that hold a number and nothing else.
        let cells = page.text.matches(of: /<td[^>]*>([0-9.,]+)<\/td>/).map { String($0.1) }
        #expect(Set(cells) == ["60", "0", "33"], "\(cells)")
        for hidden in [">3<", ">7<", ">57<", ">41<", ">43<", ">44<", ">29<", ">4<"] { #expect(!page.contains(hidden)) }
      }
      let page = try await TestBrowser(house.house).get("/es/justice")
      #expect(page.contains("menos de 10") && page.contains("fuente sin verificar"))
      #expect(page.contains("las fuentes no coinciden") && page.contains("Carta ficticia"))
      // What is withheld is no source of what is shown.
      #expect(!page.contains("Otra carta ficticia"))
    }
  }

  @Test func anEmptyPublicPageSaysSo() async throws {
    try await withHouse { house in
      let page = try await TestBrowser(house.house).get("/en/justice")
      #expect(page.status == .ok && page.contains("No numbers are published yet"))
    }
  }

  // MARK: The three Ps

  @Test(arguments: TestEngine.available) func theThreePsAreShownWithTheirGaps(_ engine: Engine) async throws {
    try await withHouse(engine) { house in
      let desks = house.house.desks
      try await house.add(house.year(2), .convictions, 12)
      let page = try await house.analyst.get("/plan/coverage")
      for text in [
        "Prevención", "Protección", "Persecución del delito", "Personas condenadas", "GLOTIP 2016, pregunta 1",
        "ODS 16.2.2", "De ninguna parte: es un vacío", "12 (Fiscalía", "sin datos",
      ] { #expect(page.contains(text), "\(text)") }
      // Who may not read counts sees which there are, and how the plan goes.
      let officer = TestBrowser(house.house)
      try await officer.signIn("officer")
      let seen = try await officer.get("/plan/coverage")
      #expect(!seen.contains("12 (Fiscalía") && seen.contains("solo para quien lee conteos"))
      for ending in [".csv", ".xlsx"] { #expect(try await officer.get("/plan/coverage" + ending).status == .ok) }
      let file = try await officer.get("/plan/coverage.csv")
      #expect(file.contains("Personas condenadas") && !file.contains("12 (Fiscalía"))
      // The victims are the room's own protected series, hidden where it hides.
      let people = (0..<14).map { number in
        (
          identity: PersonIdentity(givenNames: "Canaria \(number)", birth: .year(1980)),
          facts: CaseFacts(
            kind: "trafficking", province: "EC-P", form: number < 11 ? "labour" : "sexual", ageBand: "18-29",
            sex: "female")
        )
      }
      _ = try await desks.cases.seed(
        try await house.house.actor("officer"), people, at: desks.office.clock.now() - .days(400))
      let analyst = try await house.house.actor("analyst")
      let coverage = try await CoverageDesk(desks: desks).coverage(analyst)
      let lines = try #require(try await desks.exchange.sdg(analyst)).lines.filter { $0.by == "total" }
      let victims = try #require(coverage.rows.first { $0.take == .victims })
      #expect(victims.values.count == lines.count && !lines.isEmpty)
      for line in lines {
        let period = try #require(ProsecutionPeriod(line.year))
        let value = try #require(victims.values[period])
        #expect(value == line.count.map { .number($0) } ?? .hidden(desks.pack.statistics.threshold))
      }
    }
  }

  @Test func everyRowOfThePackIsUnderstood() throws {
    let terms = try #require(try WebHouse.pack.get().lists[.coverage])
    for term in terms {
      #expect(term.details["takes"].flatMap(Coverage.Take.init) != nil, "\(term.code)")
      #expect(term.details["part"].flatMap(Coverage.Part.init(rawValue:)) != nil, "\(term.code)")
    }
    for wrong in ["", "stage", "stage:x:cases", "stage:reports", "live:x", "plan", "nothing", "cases:2"] {
      #expect(Coverage.Take(wrong) == nil, "\(wrong)")
    }
  }
}
