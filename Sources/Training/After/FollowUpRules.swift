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

/// What can be asked after a course. Made once for a class: everybody's questions are drawn from the same.
public struct FollowUpBank: Sendable {
  /// All questions of the phase, and of these the test's; drawing starts from the order of their names.
  let (names, test): ([String], [String])

  public init(_ names: [String], test: [String]) {
    (self.names, self.test) = (names.sorted(), test.filter(Set(names).contains).sorted())
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
  ///   - tested: the person's marks in the test, 0 to 1: the one after, or without it the one before.
  ///   - earlier: the marks of the rounds before, in order; an empty one for a round without answer.
  ///   - seed: the person's own.
  public static func questions(
    _ bank: FollowUpBank, tested: [String: Double], earlier: [[String: Double]], plan: FollowUpPlan, seed: UInt64
  ) -> [FollowUpQuestion] {
    let round = earlier.count
    var dice = SeededGenerator(seed: seed)
    let order = bank.test.shuffled(using: &dice)
    func anchors(_ round: Int) -> [String] {
      guard !order.isEmpty else { return [] }
      return (0..<min(plan.anchors, order.count)).map { order[(round * plan.anchors + $0) % order.count] }
    }
    let justAsked = Set(earlier.last?.keys.map(\.self) ?? [])
    let measured = anchors(round).filter { !justAsked.contains($0) }
    let taken = justAsked.union(measured).union(anchors(round + 1))
    // Few ranks, many questions: each rank keeps the seed's order, and nothing needs sorting.
    let practice = Dictionary(grouping: bank.names.shuffled(using: &dice).filter { !taken.contains($0) }) { name in
      let later = earlier.enumerated().compactMap { round, marks in marks[name].map { (round: round, mark: $0) } }
      return rank(tested: tested[name], later: later)
    }.sorted { $0.key < $1.key }.flatMap(\.value)
    return measured.map { FollowUpQuestion($0, isAnchor: true) }
      + practice.prefix(max(0, plan.questions - measured.count)).map { FollowUpQuestion($0, isAnchor: false) }
  }

  /// How soon a question is practised again: the lower the sooner.
  private struct Rank: Hashable, Comparable {
    var tier: Int
    var lastAsked: Int
    static func < (one: Rank, other: Rank) -> Bool { (one.tier, one.lastAsked) < (other.tier, other.lastAsked) }
  }

  private static func rank(tested: Double?, later: [(round: Int, mark: Double)]) -> Rank {
    let last = later.last
    let lastAsked = last?.round ?? -1
    if let tested, tested < 1, last.map({ $0.mark < 1 }) ?? true { return Rank(tier: 0, lastAsked: lastAsked) }
    if let last, last.mark < 1 { return Rank(tier: 1, lastAsked: lastAsked) }
    if tested == nil, last == nil { return Rank(tier: 2, lastAsked: lastAsked) }
    return Rank(tier: 3, lastAsked: lastAsked)
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
