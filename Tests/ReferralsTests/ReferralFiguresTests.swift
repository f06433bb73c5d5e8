import Accounts
import Basics
import Casework
import Records
import TestSupport
import Testing

@testable import Referrals

@Suite struct ReferralFiguresTests {
  @Test(arguments: TestEngine.available) func everyStateHasItsPlace(_ engine: Engine) async throws {
    try await withWorld(engine) { world in
      let expected: [(Referral.State, ReferralAnswer, ReferralStage)] = [
        (.sent, .waiting, .none), (.seen, .waiting, .none), (.asked, .waiting, .none),
        (.accepted, .accepted, .accepted), (.inService, .accepted, .inService), (.declined, .declined, .none),
        (.completed, .accepted, .completed), (.interrupted, .accepted, .brokenOff),
        (.handedBack, .accepted, .completed),
        (.withdrawn, .unanswered, .none), (.revoked, .unanswered, .none), (.endedWithCase, .unanswered, .none),
        (.expired, .unanswered, .none), (.closedOutside, .accepted, .completed),
      ]
      // What was never sent lies in a table of its own, and no figure comes upon it.
      #expect(Set(expected.map(\.0)) == Set(Referral.State.allCases).subtracting([.draft, .discarded]))
      for (state, answer, stage) in expected {
        let before = try await cells(world)
        _ = try await world.reach(state)
        let after = try await cells(world)
        let added = after.filter { cell in !before.contains(cell) }
        #expect(after.reduce(0) { $0 + $1.count } == before.reduce(0) { $0 + $1.count } + 1, "\(state)")
        #expect(added.count == 1 && added.first?.answer == answer && added.first?.stage == stage, "\(state)")
        #expect(added.first?.desk == world.desk.agency && added.first?.need == "shelter")
        if state == .declined { #expect(added.first?.reason == "no_capacity") }
        if state == .expired { #expect(added.first?.punctuality == .never) }
        if state == .withdrawn { #expect(added.first?.punctuality == .ended) }
      }
      // What was taken back after it had been accepted is no unanswered request.
      let sent = try await world.reach(.accepted)
      try await world.make(.withdraw(note: ""), world.worker, sent.id)
      let begun = try await world.reach(.inService)
      try await world.withdraw(begun.consent)
      let ended = try await cells(world)
      #expect(ended.contains { $0.stage == .fellAway && $0.answer == .accepted && $0.count == 1 })
      #expect(ended.contains { $0.stage == .brokenOff && $0.outcome == nil && $0.count == 2 })
      // Counted by fewer columns they are as many.
      let now = world.now
      let needs = try await world.office.database.read {
        try ReferralFigures.cells(by: [.need], from: now - .days(400), until: now + .days(1), at: now, $0)
      }
      #expect(
        Set(needs.map(\.answer)).count == needs.count && needs.allSatisfy { $0.need == "shelter" && $0.desk == nil })
      #expect(needs.reduce(0) { $0 + $1.count } == ended.reduce(0) { $0 + $1.count })
      // Another desk's figures are not these.
      #expect(try await cells(world, desk: world.third.agency).isEmpty)
      #expect(try await cells(world, desk: world.desk.agency) == ended)
    }
  }

  @Test(arguments: TestEngine.available) func lateIsWhatIsLateWhenItIsAsked(_ engine: Engine) async throws {
    try await withWorld(engine) { world in
      let from = world.now
      let (waiting, answered) = (try await world.sent(), try await world.reach(.seen))
      world.time.move(.hours(2))
      try await world.make(.accept(note: ""), world.desk, answered.id)
      func counted() async throws -> ReferralFigureCounts {
        let now = world.now
        return try await world.office.database.read { transaction in
          ReferralFigureCounts(
            punctuality: try ReferralFigures.punctuality(from: from, until: now + .days(1), at: now, transaction),
            overdue: try ReferralFigures.overdue(at: now, transaction),
            times: try ReferralFigures.times(from: from, until: now + .days(1), transaction))
        }
      }
      let early = try await counted()
      #expect(early.punctuality == PunctualityCount(sent: 2, late: 0) && early.overdue.isEmpty)
      #expect(early.times.minutes.map(\.minutes) == [120] && early.times.count == 1)
      world.time.move(.hours(23))
      let late = try await counted()
      #expect(late.punctuality == PunctualityCount(sent: 2, late: 1))
      #expect(late.overdue == [world.desk.agency: 1])
      let codes = try await cells(world).map(\.punctuality)
      #expect(Set(codes) == [.inTime, .overdue])
      _ = try await world.referrals.view(world.desk, waiting.id)
      try await world.make(.decline(reason: "no_capacity", suggested: nil, note: ""), world.desk, waiting.id)
      let after = try await counted()
      #expect(after.punctuality == PunctualityCount(sent: 2, late: 1) && after.overdue.isEmpty)
      // The period begins with its first moment and ends just before its last.
      let now = world.now
      let none = try await world.office.database.read { transaction in
        (
          try ReferralFigures.cells(from: from - .days(9), until: from, at: now, transaction).count,
          try ReferralFigures.cells(from: from, until: from + .seconds(1), at: now, transaction)
            .reduce(0) { $0 + $1.count }
        )
      }
      #expect(none == (0, 2))
    }
  }

  private struct ReferralFigureCounts: Sendable {
    var punctuality: PunctualityCount
    var overdue: [AgencyID: Int]
    var times: AnswerTimes
  }

  private func cells(_ world: World, desk: AgencyID? = nil) async throws -> [ReferralCell] {
    let now = world.now
    return try await world.office.database.read {
      try ReferralFigures.cells(from: now - .days(400), until: now + .days(1), desk: desk, at: now, $0)
    }.sorted { "\($0)" < "\($1)" }
  }

  @Test func aTimeIsShownOnlyWithEnoughAnswersOnEitherSide() {
    let ten = AnswerTimes((1...10).map { (minutes: $0 * 10, count: 1) })
    #expect(ten.percentile(0.5, least: 0) == 50 && ten.percentile(0.9, least: 0) == 90)
    #expect(ten.percentile(0.5, least: 5) == 50 && ten.percentile(0.5, least: 6) == nil)
    #expect(ten.percentile(0.9, least: 1) == 90 && ten.percentile(0.9, least: 2) == nil)
    let one = AnswerTimes([(minutes: 7, count: 1)])
    #expect(one.percentile(0.5, least: 0) == 7 && one.percentile(0.5, least: 1) == nil)
    #expect(AnswerTimes([]).percentile(0.5, least: 0) == nil)
    var generator = SeededGenerator(seed: testSeed("answer times"))
    for _ in 0..<200 {
      let times = (0..<Int.random(in: 1...60, using: &generator)).map { _ in
        Int.random(in: 0...30, using: &generator)
      }
      let sorted = times.sorted()
      let counted = AnswerTimes(Dictionary(grouping: times) { $0 }.map { (minutes: $0.key, count: $0.value.count) })
      for share in [0.1, 0.5, 0.9] {
        let rank = Int((share * Double(sorted.count)).rounded(.up))
        #expect(counted.percentile(share, least: 0) == sorted[rank - 1])
      }
    }
  }
}
