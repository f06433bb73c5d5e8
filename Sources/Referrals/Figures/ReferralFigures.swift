import Basics
import Records

/// What became of a referral's request: each is exactly one of these.
public enum ReferralAnswer: String, Hashable, Sendable, CaseIterable {
  case accepted, declined
  /// An answer is still owed.
  case waiting
  /// Ended before anybody answered: by time, by the sender, with the case or with the consent.
  case unanswered
}

/// How far an accepted referral has come; one answered otherwise is at `none`.
public enum ReferralStage: String, Hashable, Sendable, CaseIterable {
  case none
  case accepted
  /// Ended after acceptance, before the service began.
  case fellAway = "fell_away"
  case inService = "in_service"
  /// Ended after the service began, before it was done.
  case brokenOff = "broken_off"
  case completed
}

/// Whether the first answer came within its time.
public enum ReferralPunctuality: String, Hashable, Sendable, CaseIterable {
  case inTime = "in_time"
  case late
  /// Waits, and its time is over.
  case overdue
  /// Ended by the clock: nobody ever answered.
  case never
  /// Waits, within its time.
  case pending
  /// Taken back, or ended with the case or the consent, before anybody answered.
  case ended
}

/// What referrals can be counted by, beside what they were answered.
public enum ReferralFigureColumn: String, Hashable, Sendable, CaseIterable {
  case desk
  /// The sending agency's: where the need arose.
  case province
  case need, stage, punctuality
  /// Why it was declined.
  case reason
  /// What came of it.
  case outcome
}

/// So many referrals that agree in their answer and in the columns that were asked for; the others are `nil`. No key, no
/// content, nothing of a person.
public struct ReferralCell: Hashable, Sendable {
  public var answer: ReferralAnswer
  public var desk: AgencyID?
  /// ISO 3166-2.
  public var province: String?
  public var need: String?
  public var stage: ReferralStage?
  public var punctuality: ReferralPunctuality?
  public var reason: String?
  public var outcome: String?
  public var count: Int

  public init(
    _ answer: ReferralAnswer, desk: AgencyID? = nil, province: String? = nil, need: String? = nil,
    stage: ReferralStage? = nil, punctuality: ReferralPunctuality? = nil, reason: String? = nil, outcome: String? = nil,
    count: Int
  ) {
    self.answer = answer
    self.desk = desk
    self.province = province
    self.need = need
    self.stage = stage
    self.punctuality = punctuality
    self.reason = reason
    self.outcome = outcome
    self.count = count
  }
}

/// How long first answers took: how many minutes, how often. Whole minutes, rising.
public struct AnswerTimes: Sendable {
  public var minutes: [(minutes: Int, count: Int)]

  public init(_ minutes: [(minutes: Int, count: Int)]) {
    self.minutes = minutes.sorted { $0.minutes < $1.minutes }
  }

  public var count: Int { minutes.reduce(0) { $0 + $1.count } }

  /// The smallest time that at least this share of the answers does not exceed; `nil` where fewer than `least` answers lie
  /// on either side of it: with so few, it would be the time of one of them.
  ///
  /// - Parameter share: above 0, below 1.
  public func percentile(_ share: Double, least: Int) -> Int? {
    let all = count
    let rank = Int((share * Double(all)).rounded(.up))
    guard rank > 0, min(rank, all - rank) >= least || (least == 0 && all > 0) else { return nil }
    var passed = 0
    for (minutes, count) in minutes {
      passed += count
      if passed >= rank { return minutes }
    }
    return nil
  }
}

/// How the referrals of one period were answered in time, for a row of a series.
public struct PunctualityCount: Hashable, Sendable {
  public var sent: Int
  /// Answered late, overdue now, or never answered.
  public var late: Int

  public init(sent: Int, late: Int) {
    self.sent = sent
    self.late = late
  }
}

/// The figures about referrals: read from coded columns of the referrals themselves, all of which lie in one index that the
/// engine keeps. There is no second book that could say something else.
public enum ReferralFigures {
  /// Referrals sent from one moment to just before another, counted by their answers and some columns. Few columns are
  /// quicker than many: the engine sorts what it groups.
  ///
  /// - Parameter desk: only what was sent to this one; all where `nil`.
  public static func cells(
    by columns: Set<ReferralFigureColumn> = Set(ReferralFigureColumn.allCases), from: Moment, until: Moment,
    desk: AgencyID? = nil, at now: Moment, _ transaction: any ReadTransaction
  ) throws -> [ReferralCell] {
    try FigureRecords.cells(by: columns, from: from, until: until, desk: desk, at: now, transaction)
  }

  /// How long the first answers to referrals sent in a period took.
  public static func times(
    from: Moment, until: Moment, desk: AgencyID? = nil, _ transaction: any ReadTransaction
  ) throws -> AnswerTimes {
    AnswerTimes(try FigureRecords.times(from: from, until: until, desk: desk, transaction))
  }

  /// How many of the referrals sent in a period were answered late or not at all.
  public static func punctuality(
    from: Moment, until: Moment, desk: AgencyID? = nil, at now: Moment, _ transaction: any ReadTransaction
  ) throws -> PunctualityCount {
    try FigureRecords.punctuality(from: from, until: until, desk: desk, at: now, transaction)
  }

  /// How many answers are late now, by the desk that was asked, whenever the referrals were sent.
  public static func overdue(at now: Moment, _ transaction: any ReadTransaction) throws -> [AgencyID: Int] {
    try FigureRecords.overdue(at: now, transaction)
  }
}
