import Accounts
import Basics
import Casework
import CountryPack
import Foundation
import HTTPTypes
import Identification
import Records
import TestSupport
import Testing
import Training

@testable import Web

/// Every list as a spreadsheet: for the same people as its page, with the same records.
@Suite struct ListSheetTests {
  private static let ending = ".xlsx"

  /// The pages whose list can be taken along, by what the site registers.
  private static func lists(_ site: Site) -> [String] {
    let all = Set(site.registered)
    return all.filter { $0.hasPrefix("GET ") && $0.hasSuffix(ending) }
      .map { String($0.dropFirst("GET ".count).dropLast(ending.count)) }
      .filter { all.contains("GET \($0)") && !older.contains($0) }.sorted()
  }

  /// Figures and tables have files of their own kind, and what is due a desk's own: `ExportPagesTests`.
  private static let older: Set<String> = [
    "/cases/due", "/plan/coverage", "/referrals/figures", "/statistics/tables", "/training/annex",
  ]

  /// What `routes.txt` says of an address: who gets in.
  private static func rights() throws -> [String: String] {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "routes.txt")
    let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").filter { !$0.hasPrefix("#") }
    return Dictionary(
      lines.map { line in
        let words = line.split(separator: " ").map(String.init).drop { !$0.hasPrefix("/") }
        return (words.first ?? "", words.dropFirst().joined(separator: " "))
      }, uniquingKeysWith: { first, _ in first })
  }

  @Test func aListIsForWhomeverItsPageIsFor() async throws {
    try await withSite(.sqlite) { house in
      let (lists, rights) = (Self.lists(house.site), try Self.rights())
      #expect(lists.count >= 40, "\(lists)")
      for list in lists + ["/cases/search"] {
        let right = try #require(rights[list], "\(list)")
        #expect(rights[list + Self.ending] == right, "\(list)")
      }
      for list in lists {
        let name = ListSheet.name(list)
        #expect(name.wholeMatch(of: /amparo(-[a-z]+)+\.xlsx/) != nil, "\(list): \(name)")
      }
    }
  }

  /// The records that a page shows, and the address of the page that goes on.
  private func records(_ page: TestBrowser.Page) -> (count: Int, next: String?) {
    let tables = page.text.matches(of: /<tbody>(.*?)<\/tbody>/.dotMatchesNewlines())
    let rows = tables.map { $0.1.matches(of: /<tr>/).count }.reduce(0, +)
    let lines = page.text.matches(of: /<li class="work-row">/).count
    let next =
      page.text.firstMatch(of: /href="([^"]*)" rel="next"/).map { String($0.1) }
      ?? page.text.firstMatch(of: /href="([^"]*)">[^<]* →<\/a>/).map { String($0.1) }
    return (rows + lines, next?.replacing("&amp;", with: "&"))
  }

  /// People in a house with something in it: content beginning with `=`, and more interviews than one page shows.
  private func fill(_ filled: PublicHouse) async throws -> [TestBrowser] {
    let house = filled.house
    for role in [Role.supervisor, .analyst, .frontlineOfficer] { try await house.join(role.rawValue, [role]) }
    let token = try await house.desks.members.invite(
      try await house.actor("ana"), name: "=1+1", login: "formula", roles: [.caseWorker])
    _ = try await house.desks.members.accept(token, password: WebHouse.password)
    let trainer = try await house.actor(Role.trainer.rawValue)
    _ = try await house.desks.cohorts.register(
      trainer, id: .random(), in: filled.cohort,
      NewParticipant(name: "=A2+2", post: "@SUM(1)", institution: "gad-frontera-norte", province: "EC-I"))
    let worker = try await house.actor(Role.caseWorker.rawValue)
    for _ in 0..<27 {
      try await house.desks.screenings.begin(
        worker, ScreeningID.random(),
        ScreeningForm(province: "EC-O", age: "16", sex: "female", exploitation: "labour", language: "kichwa"))
    }
    var browsers: [TestBrowser] = []
    for login in [Role.caseWorker, .supervisor, .referralDesk, .trainer, .coordinator, .analyst].map(\.rawValue) + [
      "ana"
    ] {
      let browser = TestBrowser(house)
      try await browser.signIn(login)
      browsers.append(browser)
    }
    return browsers
  }

  @Test func theFileHasTheRecordsOfThePage() async throws {
    try await withPublicHouse(.sqlite) { filled in
      let browsers = try await fill(filled)
      // Those whose records stand in no table and no work list: only that they are whole. A case's is asked below.
      let others: Set<String> = ["/known", "/referrals/duty", "/training/people"]
      var (compared, full) = (0, Set<String>())
      for list in Self.lists(filled.house.site) where !list.hasPrefix("/cases/:case") {
        let address = list.replacing(":cohort", with: filled.cohort.description)
          .replacing(":plan", with: filled.plan.description)
        var seen = false
        for browser in browsers {
          var page = try await browser.get(address)
          guard page.status == .ok else { continue }
          seen = true
          let link = address + Self.ending
          var (count, next) = records(page)
          let isCounted = !others.contains(list)
          if isCounted { #expect(page.contains("href=\"\(link)\" download") == (count > 0), "\(address): the link") }
          while let further = next {
            page = try await browser.get(further)
            let more = records(page)
            (count, next) = (count + more.count, more.next)
          }
          let file = try await browser.get(link)
          #expect(file.status == .ok && file.headers[.contentType] == ListSheet.type, "\(address)")
          #expect(file.headers[.cacheControl] == "no-store", "\(address)")
          #expect(file.headers[.contentDisposition] == "attachment; filename=\"\(ListSheet.name(list))\"", "\(address)")
          let book = try Workbook(file.bytes)
          if isCounted { #expect(book.sheets.map(\.records.count).reduce(0, +) == count, "\(address)") }
          for sheet in book.sheets {
            #expect(!sheet.headings.contains { $0.contains("⟦") || $0.hasPrefix("lists.") }, "\(sheet.headings)")
            for case .text(let text)? in sheet.rows.flatMap({ $0.values.map(Optional.some) }) {
              #expect(text.first.map { !"=+-@".contains($0) } != false, "\(address): \(text)")
            }
          }
          if count > 0 { full.insert(list) }
          compared += 1
        }
        #expect(seen, "nobody sees \(address)")
      }
      print("lists: \(compared) compared, \(full.count) with records")
      for list in [
        "/agencies", "/directory", "/directory/keep", "/members", "/plan", "/plan/:plan/activities",
        "/plan/institutions",
        "/screenings", "/training", "/training/:cohort/participants", "/tips/receivers",
      ] { #expect(full.contains(list), "\(list)") }
    }
  }

  @Test func whatPeopleTypedIsTextAndDaysAreDays() async throws {
    try await withPublicHouse(.sqlite) { filled in
      _ = try await fill(filled)
      let (ana, trainer, worker) = (
        TestBrowser(filled.house), TestBrowser(filled.house), TestBrowser(filled.house.site)
      )
      try await ana.signIn("ana")
      try await trainer.signIn(Role.trainer.rawValue)
      try await worker.signIn(Role.caseWorker.rawValue)
      let members = try Workbook(try await ana.get("/members.xlsx").bytes).sheets[0]
      #expect(members.column("Nombre").contains(.text("'=1+1")), "\(members.headings)")
      let people = try Workbook(
        try await trainer.get("/training/\(filled.cohort)/participants.xlsx").bytes
      ).sheets[0]
      #expect(people.records.contains { $0["A"] == .text("'=A2+2") })
      let cohorts = try Workbook(try await trainer.get("/training.xlsx").bytes).sheets[0]
      let from = filled.today.adding(days: 20).daysSince1970 + 25_569
      #expect(cohorts.column("Desde el día") == [.date(Double(from))] && cohorts.column("Cupos") == [.number(30)])
      // More than a page, a moment each, and the tab that the page was on.
      let all = try Workbook(try await worker.get("/screenings.xlsx").bytes).sheets[0]
      #expect(all.records.count == 27)
      #expect(try Workbook(try await worker.get("/screenings.xlsx?page=2").bytes).sheets[0].records.count == 27)
      let moment = filled.desks.office.clock.now() + filled.desks.pack.offsetFromUTC
      let expected = 25_569 + Double(moment.milliseconds / 60_000) / 1440
      for case .date(let begun)? in all.column("Empezó") { #expect(abs(begun - expected) < 0.000_1) }
      #expect(all.column("Empezó").count { if case .date? = $0 { true } else { false } } == 27)
      let page = try await worker.get("/screenings?tab=open&page=2")
      #expect(page.contains("href=\"/screenings.xlsx?tab=open\" download"))
      #expect(try Workbook(try await worker.get("/screenings.xlsx?tab=decide").bytes).sheets[0].records.isEmpty)
      // In the reader's language.
      worker.acceptLanguage = "en"
      let reader = try await worker.get("/language/en?to=/screenings")
      #expect(reader.status == .seeOther)
      let english = try Workbook(try await worker.get("/screenings.xlsx").bytes).sheets[0]
      #expect(english.headings.contains("Begun") && !english.headings.contains("Empezó"))
    }
  }

  @Test(arguments: TestEngine.available) func takingAListAlongIsWrittenDown(_ engine: Engine) async throws {
    try await withOpenCase(engine) { house, browser, address in
      let worker = try await house.actor("worker")
      let id = try #require(CaseID(String(address.dropFirst("/cases/".count))))
      let today = house.desks.cases.today
      try await house.desks.cases.assess(
        worker, id, id: .random(),
        AssessmentRequest(
          .risk, level: "high", day: today, content: AssessmentContent(answers: ["threats": .yes])), seen: 0)
      let code = try await house.desks.cases.file(worker, id).summary.code.description
      #expect(try await browser.get("/cases/risk").contains("href=\"/cases/risk.xlsx\" download"))
      let file = try await browser.get("/cases/risk.xlsx")
      let risk = try Workbook(file.bytes).sheets[0]
      #expect(risk.column("Código del caso") == [.text(code)] && !file.contains("Rosa"))
      #expect(risk.column("Vence").allSatisfy { if case .date? = $0 { true } else { false } })
      func entries(_ kind: String, _ object: String) async throws -> [String] {
        try await house.desks.office.database.read {
          try AuditLog.entries($0, objectKind: kind, objectID: object).map(\.entry.action)
        }
      }
      #expect(try await entries("list", "/cases/risk") == [ListDesk.action])
      // Who may not see it writes nothing.
      try await house.join("contar", [.analyst])
      let analyst = TestBrowser(house)
      try await analyst.signIn("contar")
      #expect(try await analyst.get("/cases/risk.xlsx").status == .forbidden)
      #expect(try await entries("list", "/cases/risk").count == 1)
      // A list of one case's records stands in its history, in words.
      // More than a page, and each line once, although looking at it is a line too.
      for _ in 0...HistoryPage.size { _ = try await browser.get(address) }
      let before = try await entries("case", id.description).count
      let taken = try Workbook(try await browser.get(address + "/history.xlsx").bytes).sheets[0]
      #expect(before > HistoryPage.size && taken.records.count == before)
      let history = try await entries("case", id.description)
      #expect(history.filter { $0 == ListDesk.action }.count == 1)
      #expect(try await browser.get(address + "/history").contains("Llevó una lista de este caso"))
    }
  }

  @Test func aSearchIsTakenAlongByItsForm() async throws {
    try await withOpenCase(.sqlite) { house, browser, _ in
      let found = try await browser.submit(
        try await browser.get("/cases"), ["name": "quispe"], action: "/cases/search")
      let action = "/cases/search.xlsx"
      let file = try await browser.submit(found, action: action)
      #expect(file.status == .ok && file.headers[.contentDisposition]?.contains("amparo-cases-search.xlsx") == true)
      let people = try Workbook(file.bytes).sheets[0]
      #expect(people.records.count == 1 && people.records[0].values.contains(.text("Rosa Quispe")))
      #expect(people.column("Nacimiento") == [.text("1980")])
      // Nothing typed: the page says so, and there is no file.
      let tag = browser.forms(found).first { $0.action == action }?.fields.first { $0.0 == "csrf" }?.1
      let empty = try await browser.post(action, [("csrf", tag ?? ""), ("name", ""), ("document", "")])
      #expect(empty.status == .unprocessableContent && empty.contains("f-name-error"))
      // Nobody found: nothing to take along.
      let none = try await browser.submit(
        try await browser.get("/cases"), ["name": "inexistente"], action: "/cases/search")
      #expect(!none.contains(action))
      let entries = try await house.desks.office.database.read {
        try AuditLog.entries($0, objectKind: "list", objectID: "/cases/search").map(\.entry.action)
      }
      #expect(entries == [ListDesk.action])
    }
  }

  @Test func moreRowsThanAFileHoldsAreToldIn() throws {
    let words = try Screen.load().words(.spanish)
    func book(_ counts: [Int], next: String? = nil, isCut: Bool = false) throws -> Workbook {
      let parts = counts.map { count in
        ListSheet.Part(title: "Lista", columns: ["lists.what"], rows: (0..<count).map { [.count($0)] })
      }
      return try Workbook(ListSheet(parts: parts, next: next, isCut: isCut).spreadsheet(words).bytes)
    }
    let most = ListSheet.mostRows
    let cut = Workbook.Cell.text(words("export.cut", ["most": String(most)]))
    #expect(try book([most]).sheets[0].records.count == most)
    let long = try book([most + 1]).sheets[0]
    #expect(long.records.count == most + 1 && long.records.last?["A"] == cut)
    #expect(try book([most], next: "/x?page=3").sheets[0].records.last?["A"] == cut)
    #expect(try book([3], isCut: true).sheets[0].records.last?["A"] == .text(words("export.cut", ["most": "3"])))
    let two = try book([most - 1, 5])
    #expect(two.sheets.map(\.records.count) == [most - 1, 2] && Set(two.sheets.map(\.name)).count == 2)
    #expect(two.sheets[0].headings == ["Qué es"])
    // It is the first list that goes on.
    let first = try book([2, 1], isCut: true)
    #expect(first.sheets.map(\.records.count) == [3, 1])
    #expect(try book([]).sheets.map(\.records.count) == [0])
  }
}
