import Basics
import Records

/// The queries about seats that members keep in their account.
enum SeatRecords {
  static func member(of participant: ParticipantID, _ transaction: any ReadTransaction) throws -> MemberID? {
    try transaction.value(MemberID.self, "SELECT member FROM member_seats WHERE participant = ?", participant)
  }

  /// Answers `false` when somebody has it.
  static func take(
    _ participant: ParticipantID, _ member: MemberID, at moment: Moment, _ transaction: any WriteTransaction
  ) throws -> Bool {
    try transaction.execute(
      "INSERT INTO member_seats (participant, member, taken_at) VALUES (?, ?, ?) ON CONFLICT (participant) DO NOTHING",
      participant, member, moment) == 1
  }

  static func leave(
    _ participant: ParticipantID, _ member: MemberID, _ transaction: any WriteTransaction
  ) throws -> Bool {
    try transaction.execute("DELETE FROM member_seats WHERE participant = ? AND member = ?", participant, member) == 1
  }

  /// The newest first.
  static func seats(_ member: MemberID, _ transaction: any ReadTransaction) throws -> [ParticipantID] {
    try transaction.rows(
      "SELECT participant FROM member_seats WHERE member = ? ORDER BY taken_at DESC, participant", member
    ).map { try $0.get("participant") }
  }
}
