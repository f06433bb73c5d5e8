import Accounts
import Basics
import Casework
import CountryPack
import Foundation
import Records
import Statistics
import TestSupport
import Testing

@testable import Releases

/// The tables of one page hide together what is small, also from an agency that may read its own cases.
@Suite struct OverviewDeskTests {
  private func neighbour(_ hall: Hall) async throws -> Actor {
    let made = try await AgencyDesk(hall.office).create(
      .console, name: "Casa del Norte", kind: "ngo", province: "EC-O", administrator: "Nora", login: "nora")
    let members = MembersDesk(hall.office)
    _ = try await members.accept(made.invitation, password: Hall.password)
    func signIn(_ login: String) async throws -> Actor {
      let desk = SignInDesk(hall.office)
      guard case .signedIn(let token) = try await desk.signIn(login: login, password: Hall.password, client: "t"),
        let actor = try await desk.actor(for: token)
      else { throw Refusal.notFound }
      return actor
    }
    let link = try await members.invite(
      try await signIn("nora"), name: "Nela", login: "norte", roles: [.caseWorker])
    _ = try await members.accept(link, password: Hall.password)
    return try await signIn("norte")
  }

  @Test(arguments: TestEngine.available) func onePageHidesTogetherWhatIsSmall(_ engine: Engine) async throws {
    try await withHall(engine) { hall in
      #expect(try await hall.overview.everywhere(hall.coordinator) == nil)
      try await hall.fill([
        ("begging", "EC-P", 40), ("sexual", "EC-O", 33), ("labour", "EC-B", 4), ("labour", "EC-D", 21),
      ])
      let overview = try #require(try await hall.overview.everywhere(hall.coordinator))
      #expect(overview.persons == 98 && overview.table(.year)?.count("2007") == 98)
      #expect(overview.table(.year, nil, .cases)?.count(nil) == 98)
      #expect(overview.table(.form)?.count("begging") == 40)
      #expect(overview.table(.ageBand, .sex)?.count("18-29", "female") == 50)
      #expect(overview.table(.province)?.count("EC-B") == nil)
      // All that the page shows, attacked at once.
      let all = TableDocument(
        tables: overview.tables.flatMap(\.document.tables), protection: overview.tables[0].document.protection)
      let audit = try ReleaseAudit(all, threshold: hall.pack.statistics.threshold)
      #expect(audit.safe, "\(audit.says)")
      #expect(try await refusal { _ = try await hall.overview.everywhere(hall.worker) } == .forbidden)
    }
  }

  @Test(arguments: TestEngine.available) func anAgencySeesItsOwnCasesOnlyAndProtected(_ engine: Engine) async throws {
    try await withHall(engine) { hall in
      try await hall.fill([("begging", "EC-P", 40)])
      let north = try await neighbour(hall)
      #expect(try await hall.overview.ofOwnAgency(north) == nil)
      let people = (0..<16).map { number in
        (
          identity: PersonIdentity(givenNames: "Persona \(number)", birth: .year(1980)),
          facts: CaseFacts(
            kind: "trafficking", province: "EC-O", form: number < 3 ? "labour" : "sexual", ageBand: "30-59",
            sex: "female")
        )
      }
      _ = try await CaseDesk(hall.office, hall.pack).seed(north, people, at: hall.office.clock.now())
      let own = try #require(try await hall.overview.ofOwnAgency(north))
      #expect(own.persons == 16 && own.table(.province)?.rows == ["EC-O"])
      #expect(own.table(.form)?.count("labour") == nil)
      #expect(try await hall.overview.ofOwnAgency(hall.worker)?.persons == 40)
      #expect(try await hall.overview.everywhere(hall.coordinator)?.persons == 56)
      #expect(try await refusal { _ = try await hall.overview.ofOwnAgency(hall.trainer()) } == .forbidden)
    }
  }

  @Test(arguments: TestEngine.available) func questionnairesCountPersonsAndHideSmallCounts(_ engine: Engine)
    async throws
  {
    try await withHall(engine) { hall in
      #expect(try await hall.exchange.questionnaire(hall.analyst) == nil)
      try await hall.fill([("begging", "EC-P", 40), ("sexual", "EC-O", 24), ("labour", "EC-O", 4)])
      let document = try #require(try await hall.exchange.questionnaire(hall.analyst))
      let table = try #require(document.tables.first { $0.dimensions.map(\.column) == ["year", "profile"] })
      #expect(table.cells.first { $0.at == ["2007", "women"] }?.count == 34)
      #expect(!document.csv.contains("labour,profile,total,4,"))
      let series = try #require(try await hall.exchange.sdg(hall.analyst))
      let whole = try #require(series.lines.first { $0.by == "total" })
      // The census that serves 2007 counted everybody, and in this pack no sexes.
      #expect(whole.count == 68 && whole.population == 14_483_499 && abs((whole.rate ?? 0) - 0.4695) < 0.0001)
      #expect(series.lines.contains { $0.by == "sex" } && series.lines.allSatisfy { $0.by != "sex" || $0.rate == nil })
      #expect(series.lines.first { $0.by == "age_group" && $0.code == "adult" }?.count == 68)
      #expect(try await refusal { _ = try await hall.exchange.sdg(hall.worker) } == .forbidden)
    }
  }

  @Test func thePacksListsSayWhatCTDCCallsThem() throws {
    let crosswalk = CTDCCrosswalk(try Hall.pack.get())
    #expect(crosswalk.ages["0-11"] == 0...11 && crosswalk.ages["doubt"] == 0...120)
    #expect(crosswalk.forms == CTDCCrosswalk.forms)
    // Every column that a form, sector or recruiter goes to is one of the 2020 release's.
    let columns = Set(CTDCRelease.kAnonymous2020.columns)
    for flags in [crosswalk.forms, crosswalk.sectors, crosswalk.recruiters] {
      #expect(Set(flags.values).isSubset(of: columns))
    }
  }
}

extension Hall {
  var records: RecordsDesk { RecordsDesk(office, pack) }
  var openRecords: OpenRecordsDesk { OpenRecordsDesk(office) }
  var overview: OverviewDesk { OverviewDesk(office, pack) }
  var exchange: ExchangeDesk { ExchangeDesk(office, pack) }

  /// A member who neither reads counts nor cases.
  func trainer() async throws -> Actor {
    let members = MembersDesk(office)
    let desk = SignInDesk(office)
    func signIn(_ login: String) async throws -> Actor {
      guard case .signedIn(let token) = try await desk.signIn(login: login, password: Self.password, client: "t"),
        let actor = try await desk.actor(for: token)
      else { throw Refusal.notFound }
      return actor
    }
    let link = try await members.invite(try await signIn("ana"), name: "Teo", login: "teo", roles: [.trainer])
    _ = try await members.accept(link, password: Self.password)
    return try await signIn("teo")
  }
}
