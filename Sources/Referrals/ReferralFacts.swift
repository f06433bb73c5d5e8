import Basics
import Records

/// How many referrals agree in agencies and state. Nothing of it can be traced to a person's content.
public struct ReferralFact: Hashable, Sendable {
  public var from: AgencyID
  public var to: AgencyID
  /// The receiving agency's province, ISO 3166-2.
  public var province: String
  /// Whether it was declined, or not answered in time.
  public var isTroubled: Bool
  public var count: Int
}

/// The figures' source in this room: coded columns of all agencies, no key, no content.
public enum ReferralFacts {
  /// Referrals sent from a moment on, as they stand now.
  public static func facts(since: Moment, now: Moment, _ transaction: any ReadTransaction) throws -> [ReferralFact] {
    try ReferralRecords.counts(since: since, now: now, transaction)
  }

  /// How many referrals an agency sent from one moment to just before another.
  public static func sent(by agency: AgencyID, from: Moment, until: Moment, _ transaction: any ReadTransaction) throws
    -> Int
  {
    try ReferralRecords.count(sentBy: agency, from: from, until: until, transaction)
  }
}
