import Accounts
import Basics
import Casework
import Foundation
import Records
import TestSupport
import Testing

@testable import Referrals

/// Answers like the transaction behind it, and keeps the engine's plan of every question.
private final class Explaining: ReadTransaction {
  private let behind: any ReadTransaction
  private(set) var plans: [String] = []

  init(_ behind: any ReadTransaction) { self.behind = behind }

  func rows(_ sql: String, _ values: [any SQLBindable]) throws -> [Row] {
    plans += try behind.rows("EXPLAIN QUERY PLAN " + sql, values).map { try $0.get("detail") }
    return try behind.rows(sql, values)
  }
}

@Suite struct ReferralListTests {
  private static let start = Moment(milliseconds: 1_200_000_000_000)
  private static let now = start + .days(30)

  /// A store with as many agencies as named, and referrals between them of every state, some of them in hand.
  private func withReferrals(
    _ engine: Engine, _ count: Int, _ body: (any Database, [AgencyID], [MemberID], [Referral]) async throws -> Void
  ) async throws {
    var generator = SeededGenerator(seed: testSeed("lists of referrals"))
    let agencies = (0..<4).map { _ in AgencyID.random() }
    let members = (0..<3).map { _ in MemberID.random() }
    let referrals = (0..<count).map { _ in Self.made(agencies, members, &generator) }
    try await withStore(
      engine,
      AccountsSchema.migrations + CaseworkSchema.migrations + ReferralSchema.migrations
        + MechanismSchema.migrations + ReferralLifeSchema.migrations
    ) { database in
      try await database.write { transaction in
        for agency in agencies {
          try transaction.execute(
            "INSERT INTO agencies (id, name, kind, province, created_at) VALUES (?, ?, 'ngo', 'EC-P', 1)", agency,
            agency.description)
        }
        for referral in referrals {
          var first = referral
          first.revision = 1
          try ReferralRecords.insert(first, envelope: [1], transaction)
          #expect(try ReferralRecords.update(referral, from: 1, transaction))
        }
        try transaction.record(.test())
      }
      try await body(database, agencies, members, referrals)
    }
  }

  private static func made(_ agencies: [AgencyID], _ members: [MemberID], _ generator: inout SeededGenerator)
    -> Referral
  {
    func some(_ chance: Int) -> Bool { Int.random(in: 0..<100, using: &generator) < chance }
    let pair = agencies.shuffled(using: &generator).prefix(2).map {
      Referral.Side(agency: $0, name: "Casa", province: "EC-P")
    }
    let sent = start + .minutes(Int.random(in: 0..<40_000, using: &generator))
    let state = Referral.State.allCases.randomElement(using: &generator) ?? .sent
    var referral = Referral(
      id: .random(), caseID: .random(), from: pair[0], to: pair[1], need: "shelter", purpose: "assistance",
      urgency: "high", state: state, sentAt: sent, dueAt: sent + .hours(24), consent: .random(), revision: 2)
    if state.isTakenOn || [.declined, .completed, .interrupted, .handedBack].contains(state) {
      referral.answeredAt = sent + .hours(Int.random(in: 1..<48, using: &generator))
    }
    if !state.isLive { referral.endedAt = sent + .days(3) + .minutes(Int.random(in: 0..<9, using: &generator)) }
    if some(40) { referral.answerSeenAt = sent + .days(4) }
    if some(50) { referral.claimedBy = members.randomElement(using: &generator) }
    if state.isWaiting, some(60) { referral.clockStep = ReferralClock.Step.allCases.randomElement(using: &generator) }
    return referral
  }

  private func scopes(_ agency: AgencyID) -> [(ReferralRecords.Scope, (Referral) -> Bool)] {
    [
      (.to(agency), { $0.to.agency == agency }), (.from(agency), { $0.from.agency == agency }),
      (.either(agency), { $0.to.agency == agency || $0.from.agency == agency }),
      (.inHand(agency), { $0.state == .asked ? $0.from.agency == agency : $0.to.agency == agency }),
      (.everyone, { _ in true }),
    ]
  }

  private func fits(_ filter: ReferralFilter, _ member: MemberID, _ referral: Referral) -> Bool {
    let step = referral.clockStep?.rawValue ?? 0
    return switch filter {
    case .waiting: referral.state.isWaiting
    case .new: referral.state.isWaiting && referral.claimedBy == nil
    case .mine: referral.state.isLive && referral.claimedBy == member
    case .overdue: referral.isOverdue(at: Self.now)
    case .escalated: referral.state.isWaiting && step >= ReferralClock.Step.supervisor.rawValue
    case .unanswered: referral.state.isWaiting && step >= ReferralClock.Step.sender.rawValue
    case .accepted: referral.state.isTakenOn
    case .ended: !referral.state.isLive
    case .news: referral.hasNewsForSender
    case .all: true
    }
  }

  private func isBefore(_ filter: ReferralFilter, _ first: Referral, _ second: Referral) -> Bool {
    let ids = first.id.description < second.id.description
    switch filter {
    case .waiting, .new, .mine, .overdue, .escalated, .unanswered, .accepted:
      return first.dueAt == second.dueAt ? ids : first.dueAt < second.dueAt
    case .ended:
      guard let one = first.endedAt, let other = second.endedAt, one != other else { return ids }
      return one > other
    case .news, .all: return first.sentAt == second.sentAt ? ids : first.sentAt > second.sentAt
    }
  }

  @Test(arguments: TestEngine.available) func everyListAndCountIsWhatTheFilterSays(_ engine: Engine) async throws {
    try await withReferrals(engine, 400) { database, agencies, members, referrals in
      for (scope, isIn) in scopes(agencies[0]) {
        for filter in ReferralFilter.allCases {
          let expected = referrals.filter { isIn($0) && fits(filter, members[0], $0) }
            .sorted { isBefore(filter, $0, $1) }.map(\.id)
          let (list, second, count) = try await database.read { transaction in
            (
              try ReferralRecords.list(
                scope, filter, of: members[0], at: Self.now, limit: 500, offset: 0, transaction),
              try ReferralRecords.list(scope, filter, of: members[0], at: Self.now, limit: 5, offset: 3, transaction),
              try ReferralRecords.count(scope, filter, of: members[0], at: Self.now, transaction)
            )
          }
          #expect(list.map(\.id) == expected, "\(scope) \(filter)")
          #expect(second.map(\.id) == Array(expected.dropFirst(3).prefix(5)), "\(scope) \(filter)")
          #expect(count == expected.count, "\(scope) \(filter)")
        }
      }
    }
  }

  /// The embedded engine tells its plan: the lists that pages show are read in the order of an index, and what is counted
  /// is counted in an index of what is open.
  @Test func everyListIsServedByItsIndex() async throws {
    try await withReferrals(.sqlite, 40) { database, agencies, members, _ in
      let own = agencies[0]
      let lists: [(ReferralRecords.Scope, [ReferralFilter], String)] = [
        (.to(own), [.waiting, .new, .overdue], "referrals_to_waiting"),
        (.to(own), [.accepted], "referrals_to_taken_on"),
        (.to(own), [.ended], "referrals_to_ended"), (.from(own), [.all], "referrals_from_sent"),
        (.from(own), [.news], "referrals_from_news"),
        (.from(own), [.overdue, .unanswered], "referrals_from_waiting"), (.from(own), [.ended], "referrals_from_ended"),
        (.everyone, [.overdue, .waiting], "referrals_waiting"), (.everyone, [.accepted], "referrals_taken_on"),
        (.everyone, [.ended], "referrals_ended"),
      ]
      for (scope, filters, index) in lists {
        for filter in filters {
          let plan = try await plan(database) {
            _ = try ReferralRecords.list(scope, filter, of: members[0], at: Self.now, limit: 51, offset: 0, $0)
          }
          #expect(plan.contains("INDEX \(index)") && !plan.contains("TEMP B-TREE"), "\(scope) \(filter): \(plan)")
        }
      }
      let counts: [(ReferralRecords.Scope, [ReferralFilter])] = [
        (.to(own), [.waiting, .overdue, .new, .mine, .accepted]), (.from(own), [.news, .overdue, .unanswered]),
        (.everyone, [.waiting, .overdue, .accepted]),
      ]
      for (scope, filters) in counts {
        for filter in filters {
          let plan = try await plan(database) {
            _ = try ReferralRecords.count(scope, filter, of: members[0], at: Self.now, $0)
          }
          let isNarrow =
            ["waiting", "taken_on", "news", "claimed"].contains { plan.contains("referrals_\($0)") }
            || ["to", "from"].contains { side in
              ["waiting", "taken_on", "news"].contains { plan.contains("referrals_\(side)_\($0)") }
            }
          #expect(isNarrow && plan.hasPrefix("SEARCH"), "\(scope) \(filter): \(plan)")
        }
      }
      let figures = try await plan(database) { transaction in
        let (from, until) = (Self.start, Self.now)
        _ = try ReferralFigures.cells(from: from, until: until, at: Self.now, transaction)
        _ = try ReferralFigures.times(from: from, until: until, transaction)
        _ = try ReferralFigures.punctuality(from: from, until: until, at: Self.now, transaction)
      }
      #expect(figures.components(separatedBy: "COVERING INDEX referrals_figures").count == 4, "\(figures)")
    }
  }

  private func plan(
    _ database: any Database, _ work: @escaping @Sendable (any ReadTransaction) throws -> Void
  ) async throws -> String {
    try await database.read { transaction in
      let explaining = Explaining(transaction)
      try work(explaining)
      return explaining.plans.joined(separator: "; ")
    }
  }
}
