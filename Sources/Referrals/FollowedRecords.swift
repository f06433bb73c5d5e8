import Basics
import Records

/// The queries about what referrals followed, the only ones.
enum FollowedRecords {
  static func adopted(_ transaction: any ReadTransaction) throws -> [MechanismVersionID] {
    try transaction.rows(
      """
      SELECT id FROM mechanism_versions WHERE state = 'adopted' AND purpose = 'territory' ORDER BY adopted_at DESC, code
      """
    ).map { try $0.get("id") }
  }

  static func insert(_ followed: FollowedMechanism, of id: ReferralID, _ transaction: any WriteTransaction) throws {
    try transaction.execute(
      """
      INSERT INTO referral_mechanisms (referral, version, name, day, desk, role, sets_deadline, alternate, alternate_name)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
      """, id, followed.version, followed.name, followed.day, followed.desk, followed.role, followed.setsDeadline,
      followed.alternate?.agency, followed.alternate?.name)
  }

  static func followed(_ id: ReferralID, _ transaction: any ReadTransaction) throws -> FollowedMechanism? {
    try transaction.row("SELECT * FROM referral_mechanisms WHERE referral = ?", id).map { row in
      let alternate: AgencyID? = try row.optional("alternate")
      let name: String? = try row.optional("alternate_name")
      return FollowedMechanism(
        version: try row.get("version"), name: try row.get("name"), day: try row.get("day"), desk: try row.get("desk"),
        role: try row.get("role"), setsDeadline: try row.get("sets_deadline", as: Int.self) == 1,
        alternate: alternate.map { Referral.Suggestion(agency: $0, name: name ?? "") })
    }
  }
}

extension MechanismRoute.Role: SQLConvertible {}
