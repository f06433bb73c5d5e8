import Basics
import Records

/// The list's own question, asked of the engine without desk, keys or audit entry.
enum BenchRecords {
  static func page(_ agency: AgencyID, _ transaction: any ReadTransaction) throws -> Int {
    let rows = try transaction.rows(
      "SELECT * FROM cases WHERE agency = ? ORDER BY opened_at DESC, id DESC LIMIT 26", agency)
    var size = 0
    for row in rows {
      let person: PersonID = try row.get("person")
      size += try transaction.rows(
        "SELECT sealed FROM person_contents WHERE person = ? AND kind = 'identity'", person
      ).count
    }
    return size
  }
}
