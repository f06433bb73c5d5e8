import Basics
import Records

/// How many screenings agree in agency, province and whether they led to a result. No content.
public struct ScreeningFact: Hashable, Sendable {
  public var agency: AgencyID
  /// ISO 3166-2.
  public var province: String
  public var hasResult: Bool
  public var count: Int
}

/// The figures' source in this room: coded columns of all agencies, no key, no content.
public enum ScreeningCounts {
  /// Screenings begun from a moment on. One that was not finished, stopped for safety apart, has no result once
  /// it is older than `unfinished`; until then it is left out. One whose answers were not enough has none either.
  ///
  /// - Parameter unfinished: unfinished screenings begun before this moment count.
  public static func facts(since: Moment, unfinished: Moment, _ transaction: any ReadTransaction) throws
    -> [ScreeningFact]
  {
    try ScreeningRecords.counts(since: since, unfinished: unfinished, transaction)
  }
}
