import Accounts
import Basics
import Casework
import CountryPack
import Demonstration
import Foundation
import Identification
import NationalPlan
import PublicSite
import Records
import Referrals
import Releases
import Statistics
import TestSupport
import Testing
import Tips
import Training
import Vault

private let pack = Result {
  try CountryPack.load(
    from: URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Packs/ecuador").standardized)
}

private let migrations =
  AccountsSchema.migrations + ScreeningSchema.migrations + CaseworkSchema.migrations + ReferralSchema.migrations
  + MechanismSchema.migrations
  + ReferralLifeSchema.migrations
  + TrainingSchema.migrations + ReleaseSchema.migrations + TipSchema.migrations
  + NationalPlanSchema.migrations + ProsecutionSchema.migrations + CampaignSchema.migrations
  + PublicSiteSchema.migrations

@Suite struct CaseLoadTests {
  @Test(arguments: [1, 2007, 99]) func theSharesAreThePublishedOnes(_ seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let entries = CaseLoad.entries(81, using: &generator)
    #expect(entries.count == 81)
    for (form, cases) in [("begging", 31), ("sexual", 27)] {
      #expect(entries.filter { $0.form == form }.count == cases)
    }
    for (province, cases) in [("EC-P", 20), ("EC-O", 15), ("EC-D", 9)] {
      #expect(entries.filter { $0.province == province }.count == cases)
    }
  }

  @Test func theCodesAreThePacks() throws {
    let pack = try pack.get()
    var generator = SeededGenerator(seed: 1)
    for entry in CaseLoad.entries(810, using: &generator) {
      #expect(pack.term(.exploitation, entry.form) != nil)
      #expect(pack.province(iso: entry.province) != nil)
    }
  }
}

@Suite struct DemonstrationTests {
  private static let today = Moment(milliseconds: 1_790_000_000_000)

  private func office(_ database: any Database) -> Office {
    Office(database: database, root: .random(), clock: .fixed(Self.today))
  }

  private func actor(_ login: String, _ office: Office) async throws -> Actor {
    let answer = try await SignInDesk(office).signIn(login: login, password: Demonstration.password, client: "test")
    guard case .signedIn(let token) = answer else { throw Refusal.notFound }
    return try #require(try await SignInDesk(office).actor(for: token))
  }

  @Test(arguments: TestEngine.available) func everyRoleCanSignIn(_ engine: Engine) async throws {
    try await withStore(engine, migrations) { database in
      let office = office(database)
      let made = try await Demonstration(office: office, pack: try pack.get(), cases: 3).fill()
      #expect(made.agencies.count == 8)
      #expect(Role.allCases.allSatisfy { role in made.members.contains { $0.roles.contains(role) } })
      for member in made.members {
        let answer = try await SignInDesk(office).signIn(
          login: member.login, password: Demonstration.password, client: "test")
        guard case .signedIn(let token) = answer else {
          Issue.record("\(member.login)")
          continue
        }
        #expect(try await SignInDesk(office).actor(for: token)?.roles == member.roles)
      }
    }
  }

  @Test(arguments: TestEngine.available) func aSecondFillIsRefused(_ engine: Engine) async throws {
    try await withStore(engine, migrations) { database in
      let office = office(database)
      _ = try await Demonstration(office: office, pack: try pack.get(), cases: 1).fill()
      await #expect(throws: Refusal.self) {
        _ = try await Demonstration(office: office, pack: try pack.get(), cases: 1).fill()
      }
    }
  }

  @Test(arguments: TestEngine.available) func historyIsToldInOrder(_ engine: Engine) async throws {
    try await withStore(engine, migrations) { database in
      let office = office(database)
      _ = try await Demonstration(office: office, pack: try pack.get(), cases: 10).fill()
      let entries = try await database.read { try AuditLog.entries($0, limit: 100_000) }
      #expect(zip(entries, entries.dropFirst()).allSatisfy { $0.entry.at <= $1.entry.at })
      #expect(entries.allSatisfy { $0.entry.at <= Self.today })
      #expect(entries.allSatisfy { $0.entry.decision == .allowed })
      // Counts of justice are there, and each says that it is made up.
      let published = try await ProsecutionDesk(office, try pack.get()).published().counts
      #expect(published.lines.contains { ($0.total ?? 0) > 0 } && published.lines.contains { $0.total == nil })
      #expect(published.lines.flatMap(\.sources).allSatisfy { $0.document.contains("fictici") })
    }
  }

  /// The whole year, once an engine: every figure and every work list.
  @Test(arguments: TestEngine.available) func theYearIsWhole(_ engine: Engine) async throws {
    try await withStore(engine, migrations) { database in
      let (office, pack) = (office(database), try pack.get())
      let same: @Sendable (String) -> ReleaseText = { ReleaseText(es: $0, en: $0) }
      let names = OpenTable.Names(
        column: { same($0.rawValue) }, code: { same($1) }, measure: { same($0.rawValue) },
        denominator: { field, _ in same(field.rawValue) }, says: { same($0.rawValue) })
      let made = try await Demonstration(office: office, pack: pack, names: names).fill()
      #expect(made.cases == 81)
      func actor(_ login: String) async throws -> Actor { try await self.actor(login, office) }
      let facts = try await CountsDesk(office, pack).facts(try await actor("carlos"))
      func count(_ isMeant: (CaseFact) -> Bool) -> Int { facts.filter(isMeant).reduce(0) { $0 + $1.count } }
      #expect(count { _ in true } == 81)
      #expect(count { $0.month.year == 2007 } == 81)
      #expect(count { $0.facts.form == "begging" } == 31)
      #expect(count { $0.facts.form == "sexual" } == 27)
      #expect(count { $0.facts.province == "EC-P" } == 20)
      #expect(count { $0.facts.province == "EC-O" } == 15)
      #expect(count { $0.facts.province == "EC-D" } == 9)
      // Members were told; most have read it, and one chose how.
      let notices = NoticeDesk(office, offsetFromUTC: pack.offsetFromUTC)
      for login in ["diana", "rosa", "byron", "elena"] {
        let inbox = try await notices.inbox(try await actor(login))
        #expect(inbox.total > 0, "\(login)")
        #expect(inbox.unread <= (["diana", "rosa"].contains(login) ? 3 : 0), "\(login)")
      }
      #expect(try await notices.choices(try await actor("diana")).quiet != nil)
      // The published table of 2007, from the ordinary table builder, to the digit.
      let analyst = try await actor("andres")
      for (field, printed) in [
        (FactField.form, ["begging": 383, "sexual": 333]), (.province, ["EC-P": 247, "EC-O": 185, "EC-D": 111]),
      ] {
        let table = try #require(
          try await TableDesk(office, pack).table(
            analyst, TableChoice(rows: field, filter: [.year: ["2007"]], protection: .inside)))
        #expect(table.count(nil) == 81)
        for (code, perMille) in printed { #expect(table.share(code)?.perMille == perMille, "\(code)") }
      }
      // And as open data, where nothing small can be worked out.
      let open = try await OpenDataDesk(office).release("casos-2007-forma", version: "v1")
      let table = try #require(open.table)
      #expect(table.cell("begging")?.count == 31 && table.protection.hiddenCells > 0)
      #expect(table.cells.allSatisfy { $0.count.map { $0 == 0 || $0 >= 10 } != false })
      #expect(count { $0.status == .open } > 20)
      #expect(count { $0.status == .closed } > 40)
      let referrals = try await ReferralDesk(office, pack).oversight(try await actor("carlos"), .all).referrals
      // What was accepted in the last hours has not begun.
      #expect(
        Set(referrals.map(\.state)).subtracting([.accepted]) == [
          .sent, .seen, .asked, .inService, .declined, .completed, .withdrawn, .revoked,
        ])
      #expect(referrals.contains { $0.isOverdue(at: Self.today) })
      for login in ["diana", "byron"] {
        #expect(try await ReferralDesk(office, pack).counts(try await actor(login)).waiting > 0, "\(login)")
      }
      let screenings = try await ScreeningDesk(office, pack).list(
        try await actor("jorge"), ScreeningFilter(onlyUnattached: true))
      #expect(Set(screenings.map(\.status)) == Set(Screening.Status.allCases))
      #expect(screenings.contains { $0.dangerSince != nil })
      let cohorts = try await CohortDesk(office, pack).cohorts(try await actor("teresa"))
      #expect(cohorts.count == 4)
      let planned = try #require(cohorts.first { $0.cohort.phase == "northern-border" })
      #expect((planned.sessions.count, planned.enrolled) == (6, 5))
      // The one that is prepared is announced to the public.
      let told = try await AnnouncementDesk(office, pack).courses()
      #expect(told.map(\.phase) == ["northern-border"] && told.map(\.room) == [.plenty])
      // Two campaigns, of which the press reads, and four events, of which one waits to be reported.
      let campaigns = CampaignDesk(office, pack) { _ in throw Refusal.notFound }
      let look = try await campaigns.look(try await actor("carlos"))
      #expect((look.campaigns.count, look.events.count, look.materials.count) == (2, 4, 1))
      let day = CalendarDay(Self.today, offsetFromUTC: pack.offsetFromUTC)
      #expect(look.events.count { $0.isUnreported(on: day) } == 1)
      #expect(look.published(on: day).campaigns.count == 2)
      #expect(try await campaigns.destination("radio") == "/es/campaigns/radio-frontera")
    }
  }

  @Test func twoRunsAreEqual() async throws {
    struct History: Hashable {
      var acts: [String]
      var files: [CaseFile]
    }
    func run(_ seed: UInt64, cases: Int = 15) async throws -> History {
      try await withStore(.sqlite, migrations) { database in
        let office = office(database)
        _ = try await Demonstration(office: office, pack: try pack.get(), seed: seed, cases: cases).fill()
        // What was done to which thing, when: everything but keys, tokens and ciphertext.
        let acts = try await database.read { try AuditLog.entries($0, limit: 100_000) }.map {
          "\($0.entry.at.milliseconds) \($0.entry.action) \($0.entry.objectKind) \($0.entry.objectID)"
        }
        // And what is sealed, read by who may.
        var files: [CaseFile] = []
        for login in ["elena", "mario", "rocio"] {
          let reader = try await actor(login, office)
          let desk = CaseDesk(office, try pack.get())
          for row in try await desk.list(reader).rows { files.append(try await desk.file(reader, row.summary.id)) }
        }
        return History(acts: acts, files: files)
      }
    }
    let first = try await run(5)
    let second = try await run(5)
    #expect(second.acts == first.acts)
    #expect(second.files == first.files)
    #expect(first.files.count > 5)
    // Another seed gives other identifiers from the first act on.
    #expect(try await run(6, cases: 0).acts.first != first.acts.first)
  }
}
