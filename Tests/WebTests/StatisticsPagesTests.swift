import Accounts
import Basics
import Casework
import CountryPack
import Foundation
import HTTPTypes
import Records
import Releases
import TestSupport
import Testing

@testable import Web

@Suite struct StatisticsPagesTests {
  @Test(arguments: TestEngine.available) func aTableIsItsAddressAndNeverShowsSmallCounts(_ engine: Engine) async throws
  {
    try await withCountedHouse(engine, [("begging", "EC-P", 31), ("sexual", "EC-P", 27), ("labour", "EC-O", 3)]) {
      house, analyst, _ in
      let address = "/statistics/tables?rows=form&columns=province&measure=cases&protection=suppress"
      let page = try await analyst.get(address)
      #expect(page.status == .ok && page.contains("Mendicidad") && page.contains(">31<") && page.contains("oculto"))
      #expect(!page.contains(">3<") && page.contains("<svg") && page.contains("Fuente: Amparo"))
      #expect(page.contains("Casos por forma de explotación y provincia"))
      // Its files are for work: only a release is tried against what is public.
      #expect(page.contains("Estos archivos no son para publicar") && !page.contains("(para publicar)"))
      let query = address.dropFirst("/statistics/tables".count)
      let csv = try await analyst.get("/statistics/tables.csv\(query)")
      #expect(csv.status == .ok && csv.contains("#adm1+code") && csv.contains("begging") && !csv.contains(",3,no"))
      #expect(try await analyst.get("/statistics/tables.json\(query)").contains("\"hidden\" : true"))
      #expect(try await analyst.get("/statistics/tables.svg\(query)").text.hasPrefix("<svg xmlns="))
      #expect(try await analyst.get("/statistics/tables.xlsx\(query)").status == .ok)
      // Exact ones are shown inside, say so, and do not leave.
      let inside = try await analyst.get("/statistics/tables?rows=form&protection=inside")
      #expect(inside.contains(">3<") && inside.contains("Uso interno: no publicar") && !inside.contains("tables.csv"))
      for file in ["csv", "json", "svg", "xlsx"] {
        #expect(try await analyst.get("/statistics/tables.\(file)?rows=form&protection=inside").status == .conflict)
      }
      #expect(try await analyst.get("/statistics/tables?rows=nombre").status == .unprocessableContent)
      #expect(try await analyst.get("/statistics/tables?rows=form&year=1999").contains("Ningún caso"))
      let worker = TestBrowser(house)
      try await worker.signIn("case_worker")
      #expect(try await worker.get(address).status == .forbidden)
      #expect(try await TestBrowser(house).get("/statistics/tables.csv").status != .ok)
    }
  }

  @Test(arguments: TestEngine.available) func aReleaseGoesFromTheTableToThePublic(_ engine: Engine) async throws {
    try await withCountedHouse(engine, [("begging", "EC-P", 31), ("sexual", "EC-P", 27), ("labour", "EC-O", 3)]) {
      house, analyst, coordinator in
      let table = try await analyst.get("/statistics/tables?rows=form")
      let new = try table.link("/statistics/releases/new[^\"]*").replacing("&amp;", with: "&")
      let form = try await analyst.get(new)
      let path = "/statistics/releases/new"
      let wrong = try await analyst.submit(form, ["slug": "Año 2007"], action: path)
      #expect(wrong.status == .unprocessableContent && wrong.contains("f-slug-error"))
      let made = try await analyst.submit(wrong, ["slug": "casos-por-forma"], action: path)
      #expect(made.status == .seeOther)
      let release = made.location
      let draft = try await analyst.get(release)
      #expect(draft.contains("El ataque de prueba no encontró nada") && draft.contains("Borrador"))
      #expect(try await TestBrowser(house).get("/open-data/casos-por-forma/v1").status == .notFound)

      func move(_ browser: TestBrowser, _ move: String, _ fields: [String: String] = [:]) async throws
        -> TestBrowser.Page
      {
        let page = try await browser.get(release)
        let csrf = browser.forms(page).lazy.flatMap(\.fields).first { $0.0 == "csrf" }?.1 ?? ""
        let revision = browser.forms(page).lazy.flatMap(\.fields).first { $0.0 == "revision" }?.1 ?? ""
        return try await browser.post(
          release,
          [("csrf", csrf), ("revision", revision), ("move", move)] + fields.map { ($0.key, $0.value) })
      }
      #expect(try await move(analyst, "check").status == .seeOther)
      #expect(try await analyst.get(release).contains("Espera a otra persona"))
      #expect(try await move(analyst, "publish").status != .seeOther)
      #expect(try await coordinator.get("/").contains(release))
      #expect(try await move(coordinator, "publish").status == .seeOther)

      let visitor = TestBrowser(house)
      #expect(try await visitor.get("/open-data").contains("/open-data/casos-por-forma/v1"))
      #expect(try await visitor.get("/open-data/casos-por-forma").location == "/open-data/casos-por-forma/v1")
      let page = try await visitor.get("/open-data/casos-por-forma/v1")
      #expect(page.status == .ok && page.contains(">31<") && page.contains("oculto") && page.contains("Cómo citar"))
      let json = try await visitor.get("/open-data/casos-por-forma/v1/data.json")
      #expect(json.headers[.contentType] == "application/json" && json.contains("amparo-open-table-1"))
      #expect(try await visitor.get("/open-data/casos-por-forma/v1/data.csv").contains("#x_cases+num"))
      #expect(try await visitor.get("/open-data/casos-por-forma/v1/chart.svg").text.hasPrefix("<svg"))
      visitor.acceptLanguage = "en"
      #expect(try await visitor.get("/open-data/casos-por-forma/v1").contains("How to cite"))

      let gone = try await move(coordinator, "withdraw", ["reason_es": "Mal contado", "reason_en": "Miscounted"])
      #expect(gone.status == .seeOther)
      let after = try await visitor.get("/open-data/casos-por-forma/v1")
      #expect(after.status == .ok && after.contains("Miscounted") && !after.contains(">31<"))
      #expect(try await visitor.get("/open-data/casos-por-forma/v1/data.json").status == .gone)
    }
  }

  @Test(arguments: TestEngine.available) func whatWouldGiveARestAwayIsNamed(_ engine: Engine) async throws {
    try await withCountedHouse(
      engine,
      [("begging", "EC-P", 40), ("sexual", "EC-P", 4), ("begging", "EC-O", 30), ("sexual", "EC-O", 20)]
    ) { house, analyst, coordinator in
      func draft(_ slug: String, _ query: String) async throws -> String {
        let form = try await analyst.get("/statistics/releases/new?\(query)")
        return try await analyst.submit(form, ["slug": slug], action: "/statistics/releases/new").location
      }
      let all = try await draft("todos", "rows=province")
      for (browser, _) in [(analyst, "check"), (coordinator, "publish")] {
        #expect(try await browser.submit(try await browser.get(all), action: all).status == .seeOther)
      }
      let part = try await draft("parte", "rows=province&form=begging")
      let page = try await analyst.get(part)
      #expect(page.contains("No se puede publicar así") && page.contains("cualquiera puede calcular que son 4"))
      #expect(page.contains("Pichincha"))
      #expect(try await analyst.submit(page, action: part).status == .unprocessableContent)
    }
  }

  /// 81 cases, 76 of them of one form: whoever has both numbers has the other five.
  @Test(arguments: TestEngine.available) func noTableGivesTheRestOfAnother(_ engine: Engine) async throws {
    try await withCountedHouse(engine, [("begging", "EC-P", 76), ("labour", "EC-O", 5)]) { _, analyst, _ in
      var total: Int?
      for query in [
        "rows=form", "rows=province", "rows=year", "rows=sex", "rows=form&columns=province", "rows=form&columns=sex",
        "rows=origin&columns=destination", "rows=province&columns=form&layers=age_band",
      ] {
        let page = try await analyst.get("/statistics/tables?\(query)")
        #expect(page.status == .ok && page.contains(">81<") && !page.contains(">76<"), "\(query)")
        #expect(!page.contains(">5<"), "\(query)")
        let json = try await analyst.get("/statistics/tables.json?\(query)")
        let table = try OpenTable(json: json.text)
        for cell in table.cells {
          guard let count = cell.count else { continue }
          #expect(count == 0 || count == 81, "\(query): \(cell.at) shows \(count)")
        }
        let whole = try #require(table.cells.first { $0.at.allSatisfy { $0 == nil } }?.count, "\(query)")
        #expect(total == nil || total == whole, "\(query)")
        total = whole
      }
      // The page of all figures draws the same line.
      let overview = try await analyst.get("/statistics")
      #expect(overview.contains(">81<") && !overview.contains(">76<") && !overview.contains(">5<"))
    }
  }

  @Test func picturesSayNoMoreThanTheTable() async throws {
    try await withCountedHouse(.sqlite, [("begging", "EC-P", 31), ("labour", "EC-O", 3), ("sexual", "EC-G", 22)]) {
      _, analyst, _ in
      for query in ["rows=province&picture=map", "rows=province&picture=bars", "rows=form&picture=pyramid"] {
        let svg = try await analyst.get("/statistics/tables.svg?\(query)")
        #expect(svg.status == .ok && svg.contains("oculto") && svg.contains(">31") && !svg.contains(">3<"), "\(query)")
        #expect(svg.contains("role=\"img\"") && svg.contains("Fuente: Amparo"))
      }
      #expect(try await analyst.get("/statistics/tables.svg?rows=province&picture=map").contains("Pichincha: 31"))
      #expect(try await analyst.get("/statistics/tables.svg?rows=year&picture=years").contains(">56<"))
      let pyramid = try await analyst.get("/statistics/tables.svg?rows=age_band&columns=sex&picture=pyramid")
      #expect(pyramid.contains("Mujer") && pyramid.contains(">56<"))
    }
  }

  @Test(arguments: TestEngine.available) func aThirdColumnIsATableForEachCodeInEveryForm(_ engine: Engine) async throws
  {
    try await withCountedHouse(engine, [("begging", "EC-P", 31), ("sexual", "EC-P", 27), ("labour", "EC-O", 3)]) {
      house, analyst, _ in
      let query = "?rows=form&columns=province&layers=age_band"
      let page = try await analyst.get("/statistics/tables" + query)
      #expect(page.status == .ok && page.contains("Edad: 18 a 29 años") && page.contains("· Total"))
      #expect(page.contains("Casos por forma de explotación, provincia y edad"))
      #expect(page.contains(">31<") && page.contains("oculto") && !page.contains(">3<"))
      let csv = try await analyst.get("/statistics/tables.csv" + query)
      #expect(csv.contains("age_band_es") && csv.contains("18-29") && !csv.contains(",3,no"))
      #expect(try await analyst.get("/statistics/tables.json" + query).contains("\"age_band\""))
      #expect(try await analyst.get("/statistics/tables.xlsx" + query).status == .ok)
      #expect(try await analyst.get("/statistics/tables.svg" + query).contains("18 a 29 años"))
      let png = try await analyst.get("/statistics/tables.png" + query)
      #expect(png.status == .ok && png.headers[.contentType] == "image/png")
      #expect(try await analyst.get("/statistics/tables.png?rows=form&protection=inside").status == .conflict)
      for wrong in ["?rows=form&layers=sex", "?rows=form&columns=sex&layers=form"] {
        #expect(try await analyst.get("/statistics/tables" + wrong).status == .unprocessableContent)
      }
      for look in ["shares", "rates"] {
        let looked = try await analyst.get("/statistics/tables\(query)&show=\(look)")
        #expect(looked.status == .ok && !looked.contains(">3<"))
      }
    }
  }

  @Test func sharesAndRatesNameWhatTheyAreOf() async throws {
    try await withCountedHouse(.sqlite, [("begging", "EC-P", 31), ("sexual", "EC-P", 27)]) { house, analyst, _ in
      let page = try await analyst.get("/statistics/tables?rows=form")
      // 31 of 58, Wilson.
      #expect(page.contains("53,4 % (40,8–65,7)") && page.contains("Wilson"))
      #expect(page.contains("elija un solo año"))
      let year = CalendarDay(house.desks.office.clock.now(), offsetFromUTC: house.desks.pack.offsetFromUTC).year
      let rates = try await analyst.get("/statistics/tables?rows=form&year=\(year)")
      if house.desks.pack.population(year: year) != nil {
        #expect(rates.contains("INEC") && rates.contains("Por 100 000 habitantes") && rates.contains("Garwood"))
      }
    }
  }

  @Test func routesAreAPictureThatFitsATelephone() async throws {
    try await withCountedHouse(.sqlite, [("begging", "EC-P", 31)]) { _, analyst, _ in
      let svg = try await analyst.get("/statistics/tables.svg?rows=origin&columns=destination&picture=routes")
      #expect(svg.status == .ok && svg.contains("viewBox=\"0 0 360 ") && svg.contains("class=\"narrow\""))
      // Nobody was asked, and that is said in words.
      #expect(svg.contains("No se preguntó: 31") && svg.contains("Fuente: Amparo"))
      #expect(try await analyst.get("/statistics/tables").contains("rows=origin&amp;columns=destination"))
    }
  }

  @Test func figuresStandAsPrintedWithWhatCannotBeSo() async throws {
    try await withSite(.sqlite) { house in
      try await house.join("trainer", [.trainer])
      let browser = TestBrowser(house)
      try await browser.signIn("trainer")
      let page = try await browser.get("/statistics/figures")
      #expect(page.contains("33,4 % de los casos") && page.contains("ningún número entero de 81 da 33,4"))
      #expect(page.contains("27/81 = 33,3; 28/81 = 34,6") && page.contains("más reciente"))
      // A comma of an English source would be read as the decimal sign.
      #expect(page.contains("más de 5200 personas") && !page.contains("5,200") && !page.contains("more than"))
      let english = try await TestBrowser(house).get("/en/figures")
      #expect(english.contains("33.4 % of cases") && english.contains("27/81 = 33.3, 28/81 = 34.6"))
      #expect(english.contains("more than 5,200 persons"))
      #expect(try await browser.get("/statistics/facts").contains("crossed_border"))
      #expect(try await browser.get("/statistics/reproduction").status == .forbidden)
    }
  }
}
