import Accounts
import Basics
import Casework
import CountryPack
import Foundation
import HTTPTypes
import Records
import Releases
import Statistics
import TestSupport
import Testing

@testable import Web

/// The figures at a glance, synthetic records from the calculation to the public, and figures for others.
@Suite struct PublishPagesTests {
  private func withCases(
    _ engine: Engine, _ counts: [(form: String, province: String, count: Int)],
    _ body: (WebHouse, TestBrowser, TestBrowser) async throws -> Void
  ) async throws {
    try await withCountedHouse(
      engine, counts, further: [.trainer], sex: { $0.isMultiple(of: 2) ? "female" : "male" }, body)
  }

  private func year(_ house: WebHouse) -> String {
    String(
      CalendarDay(house.desks.office.clock.now(), offsetFromUTC: house.desks.pack.offsetFromUTC).year)
  }

  // MARK: At a glance

  @Test(arguments: TestEngine.available) func onePageShowsTheFiguresProtected(_ engine: Engine) async throws {
    try await withCases(engine, [("begging", "EC-P", 31), ("sexual", "EC-P", 27), ("labour", "EC-O", 3)]) {
      house, analyst, _ in
      let page = try await analyst.get("/statistics")
      #expect(page.status == .ok && !page.contains("⟦") && page.contains("Cifras de un vistazo"))
      for words in [
        "Personas por año", "Casos por año", "Personas por forma de explotación", "Personas por provincia",
        "Personas por edad y sexo", "Fuente: Amparo", "oculto", ">31<",
      ] { #expect(page.contains(words), "\(words)") }
      #expect(!page.contains(">3<") && page.text.components(separatedBy: "<svg xmlns").count > 5)
      #expect(page.contains("href=\"/statistics/agency\""))
      let english = TestBrowser(house)
      try await english.signIn("coordinator")
      _ = try await english.get("/language/en?to=/")
      let other = try await english.get("/statistics")
      #expect(other.contains("Figures at a glance") && other.contains("hidden") && !other.contains("⟦"))

      // An institution's own page is protected too, also for who reads its cases one by one.
      let worker = TestBrowser(house)
      try await worker.signIn("case_worker")
      #expect(try await worker.get("/statistics").status == .forbidden)
      let own = try await worker.get("/statistics/agency")
      #expect(own.status == .ok && own.contains("oculto") && !own.contains(">3<") && own.contains(">31<"))
      #expect(try await worker.get("/").contains("href=\"/statistics/agency\""))
      let trainer = TestBrowser(house)
      try await trainer.signIn("trainer")
      #expect(try await trainer.get("/statistics/agency").status == .forbidden)
    }
  }

  @Test(arguments: TestEngine.available) func thePublicPageComesFromReleasesOnly(_ engine: Engine) async throws {
    try await withCases(engine, [("begging", "EC-P", 31), ("sexual", "EC-P", 27)]) { house, analyst, coordinator in
      let visitor = TestBrowser(house)
      let empty = try await visitor.get("/open-data/overview")
      #expect(empty.status == .ok && !empty.contains(">31<") && empty.contains("Todavía no hay ninguna"))
      let (one, other) = (try await house.actor("analyst"), try await house.actor("coordinator"))
      let id = ReleaseID.random()
      try await house.desks.releases.draft(
        one, id: id, slug: "por-forma", title: ReleaseText(es: "Casos por forma", en: "Cases by form"),
        choice: TableChoice(rows: .form))
      try await house.desks.releases.check(one, id, seen: 1)
      #expect(try await !visitor.get("/open-data/overview").contains(">31<"))
      try await house.desks.releases.publish(other, id, seen: 2, names: Site.openDataNames(house.desks.pack))
      let page = try await visitor.get("/open-data/overview")
      #expect(
        page.contains("Casos por forma: sobre todo Mendicidad, 31 de 58") && page.contains("/open-data/por-forma/v1"))
      #expect(!page.contains("⟦"))
      #expect(try await visitor.get("/open-data").contains("href=\"/open-data/overview\""))
      // No release can take the page's own name.
      let found: Refusal?
      do {
        try await house.desks.releases.draft(
          one, id: .random(), slug: "overview", title: ReleaseText(es: "x", en: "x"), choice: TableChoice())
        found = nil
      } catch let refusal as Refusal { found = refusal }
      #expect(found?.fields.map(\.field) == ["slug"])
    }
  }

  // MARK: Synthetic records

  private static let path = "/statistics/records"

  private func result(_ browser: TestBrowser, _ address: String) async throws -> TestBrowser.Page {
    let refresh = try #require(HTTPField.Name("Refresh"))
    for _ in 0..<1200 {
      let page = try await browser.get(address)
      if page.headers[refresh] == nil { return page }
      #expect(page.contains("Interrumpir") || page.contains("Break off") || page.contains("<progress"))
      try await Task.sleep(for: .milliseconds(50))
    }
    return try await browser.get(address)
  }

  private func start(_ house: WebHouse, _ browser: TestBrowser, _ fields: [String: String] = [:]) async throws
    -> TestBrowser.Page
  {
    let year = year(house)
    return try await browser.submit(
      try await browser.get(Self.path), ["from": year, "until": year, "length": "2"].merging(fields) { $1 },
      action: Self.path, further: ["form", "sex", "province"].map { ("columns", $0) })
  }

  private func move(_ browser: TestBrowser, _ address: String, _ move: String, _ further: [(String, String)] = [])
    async throws -> TestBrowser.Page
  {
    let fields = browser.forms(try await browser.get(address)).flatMap(\.fields)
    func value(_ name: String) -> String { fields.first { $0.0 == name }?.1 ?? "" }
    return try await browser.post(
      address, [("csrf", value("csrf")), ("revision", value("revision")), ("move", move)] + further)
  }

  @Test(arguments: TestEngine.available) func recordsGoFromTheCalculationToThePublic(_ engine: Engine) async throws {
    try await withCases(engine, [("begging", "EC-P", 40), ("sexual", "EC-O", 60), ("labour", "EC-O", 3)]) {
      house, analyst, coordinator in
      let form = try await analyst.get(Self.path)
      #expect(form.status == .ok && !form.contains("⟦") && form.contains("Gastado en todo lo publicado: ε = 0 de 4"))
      let wrong = try await start(house, analyst, ["k": "2", "from": "99"])
      #expect(wrong.status == .unprocessableContent && wrong.contains("f-k-error") && wrong.contains("f-from-error"))
      let sent = try await start(house, analyst)
      #expect(sent.status == .seeOther && sent.location.hasPrefix(Self.path + "/runs/"))
      let page = try await result(analyst, sent.location)
      for words in [
        "Combinaciones raras de los datos que aparecen aquí: ninguna", "al menos 10 personas reales",
        "Informe de privacidad y utilidad", "Se conserva", "Perdidas", "Inventadas", "Error medio", "<svg xmlns",
        "Compara con los datos reales",
      ] { #expect(page.contains(words), "\(words)") }
      #expect(!page.contains("⟦"))
      let csv = try await analyst.get(sent.location + "/records.csv")
      #expect(csv.text.hasPrefix("province,form,sex\n") && !csv.contains("labour"))
      // Nobody else sees what is being made.
      #expect(try await coordinator.get(sent.location).status == .seeOther)
      #expect(try await coordinator.get(sent.location + "/records.csv").status == .seeOther)

      let bare = try await analyst.submit(page, ["slug": "Año"], action: sent.location)
      #expect(bare.status == .unprocessableContent && bare.contains("f-title-es-error"))
      let made = try await analyst.submit(
        bare, ["slug": "registros", "title_es": "Registros de prueba", "title_en": "Trial records"],
        action: sent.location)
      #expect(made.status == .seeOther)
      let release = made.location
      let waiting = try await analyst.get(release)
      #expect(waiting.contains("Espera a otra persona") && waiting.contains("Informe de privacidad"))
      #expect(try await move(analyst, release, "publish").status == .conflict)
      let visitor = TestBrowser(house)
      #expect(try await visitor.get("/open-records/registros/v1").status == .notFound)
      #expect(try await coordinator.get("/").contains(release))
      #expect(try await move(coordinator, release, "publish").status == .seeOther)

      #expect(try await visitor.get("/open-records").contains("/open-records/registros/v1"))
      #expect(try await visitor.get("/open-records/registros").location == "/open-records/registros/v1")
      let open = try await visitor.get("/open-records/registros/v1")
      #expect(open.status == .ok && open.contains("Cómo citar") && open.contains("Diccionario de datos"))
      #expect(!open.contains("Informe de privacidad") && !open.contains("⟦") && open.contains("Creative Commons"))
      #expect(try await visitor.get("/open-records/registros/v1/records.csv").text == csv.text)
      let about = try await visitor.get("/open-records/registros/v1/about.json")
      #expect(about.contains("amparo-open-records-1") && about.contains("\"k\" : 10"))
      let ctdc = try await visitor.get("/open-records/registros/v1/ctdc.csv")
      #expect(ctdc.text.hasPrefix("yearOfRegistration,gender,") && ctdc.contains("Woman") && !ctdc.contains("labour"))
      let older = try await visitor.get("/open-records/registros/v1/ctdc.csv?release=kanon_2020")
      #expect(older.contains("-99") && older.contains("Female"))
      #expect(try await visitor.get("/open-records/registros/v1/ctdc.csv?release=1999").status == .notFound)

      let gone = try await move(
        coordinator, release, "withdraw", [("reason_es", "Mal hecho"), ("reason_en", "Badly made")])
      #expect(gone.status == .seeOther)
      let after = try await visitor.get("/open-records/registros/v1")
      #expect(after.contains("Mal hecho") && !after.contains("records.csv\""))
      #expect(try await visitor.get("/open-records/registros/v1/records.csv").status == .gone)
    }
  }

  @Test(arguments: TestEngine.available) func noiseIsTakenFromTheBudget(_ engine: Engine) async throws {
    try await withCases(engine, [("begging", "EC-P", 90), ("sexual", "EC-O", 90)]) { house, analyst, coordinator in
      var release = ""
      for slug in ["uno-ruido", "dos-ruido"] {
        let sent = try await start(house, analyst, ["method": "dp", "epsilon": "2,5", "delta": "0,0001"])
        let page = try await result(analyst, sent.location)
        #expect(page.contains("ε = 2,5 y δ = 0,0001") && page.contains("Ruido por largo"))
        let made = try await analyst.submit(
          page, ["slug": slug, "title_es": "Con ruido", "title_en": "With noise"], action: sent.location)
        #expect(made.status == .seeOther)
        if slug == "uno-ruido" {
          release = made.location
        } else {
          #expect(try await move(coordinator, release, "publish").status == .seeOther)
          let over = try await move(coordinator, made.location, "publish")
          #expect(over.status == .unprocessableContent && over.contains("se ha gastado ε = 2.5"))
        }
      }
      #expect(try await analyst.get(Self.path).contains("ε = 2,5 de 4"))
      let refused = try await start(house, analyst, ["method": "dp", "epsilon": "2"])
      #expect(refused.status == .unprocessableContent)
    }
  }

  @Test(arguments: TestEngine.available) func aResultCanBeErased(_ engine: Engine) async throws {
    try await withCases(engine, [("begging", "EC-P", 40)]) { house, analyst, _ in
      let sent = try await start(house, analyst)
      let page = try await result(analyst, sent.location)
      let forgotten = try await analyst.submit(page, action: sent.location + "/forget")
      #expect(forgotten.location == Self.path + "?forgotten=1")
      #expect(try await analyst.get(forgotten.location).contains("El resultado se borró"))
      #expect(try await analyst.get(sent.location).location == Self.path + "?over=1")
      let worker = TestBrowser(house)
      try await worker.signIn("case_worker")
      #expect(try await worker.get(Self.path).status == .forbidden)
    }
  }

  @Test func theTimeLeftIsSaidWhenItCanBeKnown() {
    let begun = Moment(milliseconds: 1_000_000)
    let now = begun + .seconds(10)
    #expect(SynthesisRuns.left(0.01, since: begun, now) == nil)
    #expect(SynthesisRuns.left(0.25, since: begun, now) == 30 && SynthesisRuns.left(1, since: begun, now) == 0)
  }

  @Test func theReportIsAFileOfItsOwn() throws {
    let columns = ["a", "b", "c"].map { name in
      FactColumn(name: name, codes: ["", "x", "y"], cells: (0..<90).map { UInt16(1 + $0 % 2) })
    }
    let made = try Synthesis.make(
      CodedFacts(FactTable(columns: columns)), .wholeRecords(k: 10), length: 2, seed: 7)
    for (language, words) in [(Language.spanish, "Informe de privacidad"), (.english, "Report of privacy")] {
      let html = try Site.recordsReport(made.report, language)
      #expect(html.contains(words) && html.contains("<svg") && html.contains("<table>") && !html.contains("⟦"))
      #expect(!html.contains("<script") && !html.contains("<link"))
    }
  }

  // MARK: For others

  @Test(arguments: TestEngine.available) func figuresForOthersAreProtected(_ engine: Engine) async throws {
    try await withCases(engine, [("begging", "EC-P", 40), ("sexual", "EC-O", 24), ("labour", "EC-O", 4)]) {
      house, analyst, _ in
      let page = try await analyst.get("/statistics/exports")
      #expect(page.status == .ok && !page.contains("⟦") && page.contains("Mujeres") && page.contains("ODS 16.2.2"))
      #expect(page.contains("oculto") && !page.contains(">4<"))
      let csv = try await analyst.get("/statistics/exports/questionnaire.csv")
      #expect(csv.contains("#x_table") && csv.contains(",women,34,no") && !csv.contains(",4,no"))
      #expect(try await analyst.get("/statistics/exports/questionnaire.xlsx").status == .ok)
      let sdg = try await analyst.get("/statistics/exports/sdg-16-2-2.csv")
      let people = house.desks.pack.population(year: Int(year(house)) ?? 0)?.people().map(String.init) ?? ""
      #expect(sdg.contains("\(year(house)),total,,68,no,\(people),") && sdg.contains("form,labour,,yes,\(people),"))
      let worker = TestBrowser(house)
      try await worker.signIn("case_worker")
      #expect(try await worker.get("/statistics/exports/questionnaire.csv").status == .forbidden)
    }
  }
}
