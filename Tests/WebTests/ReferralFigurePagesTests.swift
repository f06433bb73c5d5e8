import Accounts
import Basics
import Casework
import CountryPack
import Foundation
import HTTPTypes
import Identification
import Records
import Referrals
import Statistics
import TestSupport
import Testing

@testable import Web

@Suite struct ReferralFigurePagesTests {
  private static let pack = Result {
    try CountryPack.load(
      from: URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Packs/ecuador"))
  }
  private static let quarter = CalendarQuarter("2026-3")

  private func cell(
    _ desk: AgencyID, _ answer: ReferralAnswer, _ count: Int, need: String = "shelter", stage: ReferralStage = .none,
    punctuality: ReferralPunctuality = .inTime, reason: String? = nil, outcome: String? = nil
  ) -> ReferralCell {
    ReferralCell(
      answer, desk: desk, province: "EC-P", need: need, stage: stage, punctuality: punctuality, reason: reason,
      outcome: outcome, count: count)
  }

  private func sheet(_ cells: [ReferralCell], seed: UInt64?, series: [PunctualityCount] = []) throws
    -> ReferralFigureSheet
  {
    let quarter = try #require(Self.quarter)
    return try ReferralFigureSheet(
      quarter, .init(desks: cells, needs: cells, provinces: cells, course: cells),
      AnswerTimes([(minutes: 30, count: 40), (minutes: 90, count: 40)]), least: seed == nil ? 0 : 10,
      series: series.enumerated().map { (quarter.adding($0 + 1 - series.count), $1) }, overdue: [:],
      interviews: [.presumed: 40, .formallyIdentified: 20, nil: 30], cases: [.open: 50, .closed: 15],
      try Self.pack.get(), seed)
  }

  @Test func quartersFollowOneAnother() throws {
    let quarter = try #require(CalendarQuarter("2026-4"))
    #expect(quarter.adding(1).description == "2027-1" && quarter.adding(-4).description == "2025-4")
    #expect(quarter.months.lowerBound.description == "2026-10" && quarter.months.upperBound.description == "2026-12")
    let offset = Span.hours(-5)
    #expect(CalendarDay(quarter.begin(offsetFromUTC: offset), offsetFromUTC: offset).description == "2026-10-01")
    #expect(
      CalendarDay(quarter.begin(offsetFromUTC: offset) - .seconds(1), offsetFromUTC: offset).description == "2026-09-30"
    )
    for wrong in ["", "2026", "2026-0", "2026-5", "2026-12", "26-1", "2026-1-1", "0001-1", "2026-a"] {
      #expect(CalendarQuarter(wrong) == nil, "\(wrong)")
    }
  }

  @Test func exactFiguresAreTheCountsAndTheWayIsTheirSum() throws {
    let desk = AgencyID.random()
    let sheet = try sheet(
      [
        cell(desk, .accepted, 3, stage: .accepted), cell(desk, .accepted, 2, stage: .inService, punctuality: .late),
        cell(desk, .accepted, 4, stage: .completed, outcome: "provided"),
        cell(desk, .accepted, 1, stage: .brokenOff), cell(desk, .declined, 5, reason: "no_capacity"),
        cell(desk, .waiting, 2, punctuality: .overdue), cell(desk, .unanswered, 1, punctuality: .ended),
      ], seed: nil)
    #expect(!sheet.isProtected && sheet.sentCount == 18)
    #expect(sheet.funnel.map(\.step) == ["sent", "answered", "accepted", "in_service", "completed"])
    #expect(sheet.funnel.map(\.count) == [18, 15, 10, 7, 4])
    #expect(sheet.accepted(.needs, "shelter") == Share(count: 10, denominator: 15))
    // In time: 3 + 4 + 1 + 5, of those and the late and the overdue.
    #expect(sheet.inTime == Share(count: 13, denominator: 17))
    #expect(sheet.tables[.reasons]?.count("no_capacity", "declined") == 5)
    #expect(sheet.times.percentile(0.5, least: sheet.least) == 30)
  }

  @Test func whatIsSmallIsHiddenAndCannotBeWorkedOut() throws {
    let desks = (0..<6).map { _ in AgencyID.random() }
    let cells =
      desks.enumerated().flatMap { place, desk in
        [
          cell(desk, .accepted, 20 + place, need: "shelter", stage: .completed, outcome: "provided"),
          cell(desk, .declined, place == 0 ? 3 : 30, need: "legal", reason: "no_capacity"),
        ]
      }
    let sheet = try sheet(
      cells, seed: 7, series: [PunctualityCount(sent: 3, late: 1), PunctualityCount(sent: 288, late: 14)])
    let table = try #require(sheet.tables[.desks])
    #expect(table.count(desks[0].description, "declined") == nil && table.hidesSomething)
    // Not by the row's total, nor by the column's.
    let row = [table.count(desks[0].description, "accepted"), table.count(desks[0].description, nil)]
    #expect(row.contains(nil))
    let column = desks.dropFirst().map { table.count($0.description, "declined") } + [table.count(nil, "declined")]
    #expect(column.contains(nil))
    for kind in ReferralFigureSheet.Kind.allCases {
      guard let table = sheet.tables[kind] else { continue }
      for row in table.rows.map({ Optional($0) }) + [nil] {
        for column in table.columns.map({ Optional($0) }) + [nil] {
          if let count = table.count(row, column) { #expect(count == 0 || count >= 10, "\(kind)") }
        }
      }
    }
    // A series is rounded and says so by its method.
    let series = try #require(sheet.tables[.series])
    #expect(series.method == .round && series.rows == ["2026-2", "2026-3"])
    for row in series.rows { #expect((series.count(row, nil) ?? 1).isMultiple(of: 10)) }
    #expect(sheet.funnel.map(\.step).first == "interviews" && sheet.funnel.map(\.step).last == "closed")
    #expect(sheet.funnel.prefix(4).map(\.count) == [90, 60, 20, 65] && sheet.funnel.last?.count == 15)
  }

  @Test func aStepWithAHiddenPartIsHidden() throws {
    let desk = AgencyID.random()
    let sheet = try sheet(
      [
        cell(desk, .accepted, 40, stage: .completed, outcome: "provided"), cell(desk, .accepted, 2, stage: .inService),
        cell(desk, .declined, 50, reason: "no_capacity"),
      ], seed: 7)
    let steps = Dictionary(sheet.funnel.map { ($0.step, $0.count) }) { first, _ in first }
    #expect(steps["in_service"] == .some(nil))
  }

  @Test(arguments: TestEngine.available) func anAgencyCountsItsOwnAndEverybodyElseSeesNoSmallNumber(_ engine: Engine)
    async throws
  {
    try await withSite(engine) { house in
      for role in [Role.caseWorker, .coordinator, .analyst, .trainer] { try await house.join(role.rawValue, [role]) }
      let made = try await house.desks.agencies.create(
        .console, name: "Casa Luna", kind: "ngo", province: "EC-O", administrator: "Berta", login: "berta")
      _ = try await house.desks.members.accept(made.invitation, password: WebHouse.password)
      let token = try await house.desks.members.invite(
        try await house.actor("berta"), name: "Mesa", login: "desk", roles: [.referralDesk])
      _ = try await house.desks.members.accept(token, password: WebHouse.password)
      let worker = try await house.actor("case_worker")
      let caseID = CaseID.random()
      try await house.desks.cases.open(
        worker, id: caseID,
        CaseOpening(
          person: .new(.random(), PersonIdentity(givenNames: "NOMBRE-SECRETO"), SafeContact(how: "")),
          kind: "trafficking", province: "EC-P", ageBand: "18-29", narrative: "", needs: Needs(codes: ["housing"])))
      let today = CalendarDay(house.desks.office.clock.now(), offsetFromUTC: house.desks.pack.offsetFromUTC)
      try await house.desks.cases.giveConsent(
        worker, caseID, id: .random(),
        ConsentRequest(
          purpose: "assistance", recipient: made.agency, kinds: [.contact, .needs], until: today.adding(days: 90),
          decidedBy: .person, language: .spanish, explained: ConsentRequest.allExplained))
      for _ in 0..<3 {
        try await house.desks.referrals.send(
          worker, id: .random(),
          NewReferral(caseID: caseID, to: made.agency, need: "shelter", purpose: "assistance", urgency: "high"))
      }
      func browser(_ login: String) async throws -> TestBrowser {
        let browser = TestBrowser(house)
        try await browser.signIn(login)
        return browser
      }
      let path = "/referrals/figures"
      let (desk, coordinator) = (try await browser("desk"), try await browser("coordinator"))
      #expect(try await desk.get("/referrals").contains(path))
      let own = try await desk.get(path)
      #expect(own.status == .ok && own.contains(">3<") && own.contains("<svg") && own.contains("no publicar"))
      #expect(!own.contains("Todas las mesas"))
      // Whoever asks for all without the right has the own ones.
      #expect(try await desk.get(path + "?show=all").contains("no publicar"))
      let csv = try await desk.get(path + ".csv")
      #expect(csv.status == .ok && csv.contains("needs,shelter,") && csv.contains(",3,no"))
      let all = try await coordinator.get(path)
      #expect(all.status == .ok && all.contains("oculto") && !all.contains(">3<"))
      #expect(all.contains("Del primer contacto al cierre"))
      let file = try await coordinator.get(path + ".csv")
      #expect(file.status == .ok && file.contains(",yes") && !file.contains(",3,no"))
      #expect(try await coordinator.get(path + ".xlsx").status == .ok)
      // The page of the analyst, who has no part in referrals.
      let analyst = try await browser("analyst")
      #expect(try await analyst.get(path).status == .ok)
      #expect(try await analyst.get("/statistics/tables").contains(path))
      // Another quarter is empty, one that is still to come is today's, a wrong one as well.
      #expect(try await desk.get(path + "?quarter=2020-1").contains("no se envió ninguna"))
      for odd in ["2999-1", "2998-4", "x", "2026-9"] {
        #expect(try await desk.get(path + "?quarter=\(odd)").contains(">3<"), "\(odd)")
      }
      // A case worker's agency has a desk too, to which nothing came; a trainer has nothing to see here.
      let worker2 = try await browser("case_worker")
      #expect(try await worker2.get(path).contains("no se envió ninguna"))
      let trainer = try await browser("trainer")
      for kind in ["", ".csv", ".xlsx"] { #expect(try await trainer.get(path + kind).status == .forbidden) }
    }
  }
}
