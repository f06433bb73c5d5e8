import Basics
import Foundation
import Records

/// The queries about members' own lists.
enum SavedListRecords {
  static func lists(of member: MemberID, _ transaction: any ReadTransaction) throws -> [(
    id: SavedListID, name: [UInt8], choice: CaseChoice
  )] {
    try transaction.rows("SELECT id, name, choice FROM case_lists WHERE member = ? ORDER BY saved_at, id", member)
      .map { row in
        let choice: String = try row.get("choice")
        guard let choice = try? JSONDecoder().decode(CaseChoice.self, from: Data(choice.utf8)) else {
          throw DatabaseFailure.malformed(column: "choice")
        }
        return (try row.get("id"), try row.get("name"), choice)
      }
  }

  static func insert(
    _ id: SavedListID, of member: MemberID, name: [UInt8], _ choice: CaseChoice, at now: Moment,
    _ transaction: any WriteTransaction
  ) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    try transaction.execute(
      "INSERT INTO case_lists (id, member, name, choice, saved_at) VALUES (?, ?, ?, ?, ?)", id, member, name,
      String(decoding: try encoder.encode(choice), as: UTF8.self), now)
  }

  /// Whether it was the member's.
  static func remove(_ id: SavedListID, of member: MemberID, _ transaction: any WriteTransaction) throws -> Bool {
    try transaction.execute("DELETE FROM case_lists WHERE id = ? AND member = ?", id, member) == 1
  }
}
