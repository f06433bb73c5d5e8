import Basics
import Records

/// The query about how many cases were opened.
enum CaseOpeningRecords {
  static func counts(
    from: Moment, until: Moment, months: ClosedRange<CalendarMonth>, _ transaction: any ReadTransaction
  ) throws -> [CaseStatus: Int] {
    let rows =
      try transaction.rows(
        "SELECT status, COUNT(*) AS number FROM cases WHERE opened_at >= ? AND opened_at < ? GROUP BY status", from,
        until)
      + transaction.rows(
        "SELECT status, COUNT(*) AS number FROM kept_case_facts WHERE month >= ? AND month <= ? GROUP BY status",
        months.lowerBound.description, months.upperBound.description)
    return try rows.reduce(into: [:]) { counts, row in
      counts[try row.get("status"), default: 0] += try row.get("number", as: Int.self)
    }
  }
}
