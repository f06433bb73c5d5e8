import Basics
import Records

/// The queries behind `Audience`.
enum AudienceRecords {
  /// A member and what they may do.
  struct Holder {
    var id: MemberID
    var roles: Set<Role>
  }

  static func active(in agency: AgencyID, _ transaction: any ReadTransaction) throws -> [Holder] {
    try transaction.rows(
      "SELECT id, roles FROM members WHERE agency = ? AND status = 'active' ORDER BY id", agency
    ).map { Holder(id: try $0.get("id"), roles: roleSet(try $0.get("roles"))) }
  }

  static func active(withAnyOf roles: [Role], _ transaction: any ReadTransaction) throws -> [Holder] {
    guard !roles.isEmpty else { return [] }
    let conditions = roles.map { _ in "roles LIKE ?" }.joined(separator: " OR ")
    return try transaction.rows(
      "SELECT id, roles FROM members WHERE status = 'active' AND (\(conditions)) ORDER BY id",
      roles.map { "%\($0.rawValue)%" }
    ).map { Holder(id: try $0.get("id"), roles: roleSet(try $0.get("roles"))) }
      .filter { !$0.roles.isDisjoint(with: roles) }
  }

  /// What the sender of mail must know of a member; `nil` when there never was one.
  static func reader(_ member: MemberID, _ transaction: any ReadTransaction) throws -> (isActive: Bool, Language)? {
    try transaction.row("SELECT status, language FROM members WHERE id = ?", member).map {
      (try $0.get("status", as: Member.Status.self) == .active, try $0.get("language"))
    }
  }
}
