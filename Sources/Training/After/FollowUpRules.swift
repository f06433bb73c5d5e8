import Basics
import CountryPack

/// Where somebody stands with one round of follow-up.
public enum FollowUpState: String, Hashable, Sendable, CaseIterable {
  case notDue = "not_due"
  case open
  case answered
  /// Its time is over and it was not answered, or not to the end. Never filled in by anybody.
  case missed
}

/// One question of somebody's round.
public struct FollowUpQuestion: Hashable, Sendable {
  public var name: String
  /// Drawn from the test whatever the person answered there: the only ones that measure what remains.
  public var isAnchor: Bool

  public init(_ name: String, isAnchor: Bool) {
    self.name = name
    self.isAnchor = isAnchor
  }
}

/// When people are asked again and what: pure.
public enum FollowUpRules {
  public static func opens(_ round: FollowUpPlan.Round, _ ended: CalendarDay) -> CalendarDay {
    ended.adding(days: round.day)
  }

  /// The last day on which it can be answered.
  public static func closes(_ round: FollowUpPlan.Round, _ ended: CalendarDay) -> CalendarDay {
    ended.adding(days: round.day + round.openDays - 1)
  }

  /// - Parameters:
  ///   - ended: the course's last day.
  ///   - answered: how many of the round's questions have an answer.
  ///   - asked: how many it has.
  public static func state(
    _ round: FollowUpPlan.Round, ended: CalendarDay, answered: Int, asked: Int, on today: CalendarDay
  ) -> FollowUpState {
    if answered > 0, answered >= asked { return .answered }
    if today < opens(round, ended) { return .notDue }
    return today <= closes(round, ended) && asked > 0 ? .open : .missed
  }

  /// The questions of one person's round, the anchors first.
  ///
  /// Anchors come from the test in an order that only the seed decides, others in each round: a question that is asked
  /// because it was answered wrongly says nothing about what was kept. The rest is practice, in this order: wrong in the
  /// test and not right since; wrong when last asked in a follow-up; never asked; what was asked longest ago. Equals
  /// stand in the seed's order. No question comes in two rounds in a row; where the bank is too small for that, fewer
  /// are asked.
  ///
  /// - Parameters:
  ///   - bank: all questions of the phase.
  ///   - test: those of its test.
  ///   - tested: the person's marks in the test, 0 to 1: the one after, or without it the one before.
  ///   - earlier: the marks of the rounds before, in order; an empty one for a round without answer.
  ///   - seed: the person's own.
  public static func questions(
    bank: [String], test: [String], tested: [String: Double], earlier: [[String: Double]], plan: FollowUpPlan,
    seed: UInt64
  ) -> [FollowUpQuestion] {
    let round = earlier.count
    var dice = SeededGenerator(seed: seed)
    let order = test.filter(bank.contains).sorted().shuffled(using: &dice)
    func anchors(_ round: Int) -> [String] {
      guard !order.isEmpty else { return [] }
      return (0..<min(plan.anchors, order.count)).map { order[(round * plan.anchors + $0) % order.count] }
    }
    let justAsked = Set(earlier.last?.keys.map(\.self) ?? [])
    let measured = anchors(round).filter { !justAsked.contains($0) }
    let taken = justAsked.union(measured).union(anchors(round + 1))
    var place: [String: Int] = [:]
    for (index, name) in bank.sorted().shuffled(using: &dice).enumerated() { place[name] = index }
    let practice = bank.filter { !taken.contains($0) }.map { name in
      let later = earlier.enumerated().compactMap { round, marks in marks[name].map { (round: round, mark: $0) } }
      return (name, rank(tested: tested[name], later: later), place[name] ?? 0)
    }.sorted { ($0.1.tier, $0.1.lastAsked, $0.2) < ($1.1.tier, $1.1.lastAsked, $1.2) }
    return measured.map { FollowUpQuestion($0, isAnchor: true) }
      + practice.prefix(max(0, plan.questions - measured.count)).map { FollowUpQuestion($0.0, isAnchor: false) }
  }

  private static func rank(tested: Double?, later: [(round: Int, mark: Double)]) -> (tier: Int, lastAsked: Int) {
    let last = later.last
    let lastAsked = last?.round ?? -1
    if let tested, tested < 1, last.map({ $0.mark < 1 }) ?? true { return (0, lastAsked) }
    if let last, last.mark < 1 { return (1, lastAsked) }
    if tested == nil, last == nil { return (2, lastAsked) }
    return (3, lastAsked)
  }

  /// A number that is always the same for a person, and another for the next (FNV-1a over the identifier).
  public static func seed(_ participant: ParticipantID) -> UInt64 {
    participant.description.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
  }

  /// Whether somebody took part at all: who only registered and never came is not asked, and is no non-response.
  public static func tookPart(_ attendance: [TrainingSessionID: Attendance], answered: Set<TestOccasion>) -> Bool {
    !answered.isEmpty || attendance.values.contains(.present)
  }
}
