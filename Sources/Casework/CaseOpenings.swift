import Basics
import Records

/// Where the figures' rooms read how many cases were opened when, and how they stand: no key, no content.
public enum CaseOpenings {
  /// Cases opened from one moment to just before another, by how they stand now. What is left of an erased case counts by
  /// its month.
  ///
  /// - Parameter months: those of the period, first and last.
  public static func counts(
    from: Moment, until: Moment, months: ClosedRange<CalendarMonth>, _ transaction: any ReadTransaction
  ) throws -> [CaseStatus: Int] {
    try CaseOpeningRecords.counts(from: from, until: until, months: months, transaction)
  }
}
