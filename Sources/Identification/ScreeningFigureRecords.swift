import Basics
import Records

/// The query about how many interviews there were.
enum ScreeningFigureRecords {
  static func begun(from: Moment, until: Moment, _ transaction: any ReadTransaction) throws -> [Decision.Kind?: Int] {
    try transaction.rows(
      "SELECT decision, COUNT(*) AS number FROM screenings WHERE begun_at >= ? AND begun_at < ? GROUP BY decision",
      from,
      until
    ).reduce(into: [:]) { counts, row in
      let decision: String? = try row.optional("decision")
      counts[decision.flatMap(Decision.Kind.init), default: 0] += try row.get("number", as: Int.self)
    }
  }
}
