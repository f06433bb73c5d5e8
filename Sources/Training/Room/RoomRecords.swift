import Basics
import Records

/// The queries about numbers, arrivals and marks in the room.
enum RoomRecords {
  // MARK: Numbers

  static func numbers(_ cohort: CohortID, _ transaction: any ReadTransaction) throws -> [ParticipantID: Int] {
    try transaction.rows("SELECT participant, number FROM room_numbers WHERE cohort = ?", cohort).reduce(into: [:]) {
      $0[try $1.get("participant", as: ParticipantID.self)] = try $1.get("number", as: Int.self)
    }
  }

  static func insert(
    number: Int, of participant: ParticipantID, in cohort: CohortID, _ transaction: any WriteTransaction
  ) throws {
    try transaction.execute(
      "INSERT INTO room_numbers (participant, cohort, number) VALUES (?, ?, ?)", participant, cohort, number)
  }

  static func participant(number: Int, in cohort: CohortID, _ transaction: any ReadTransaction) throws
    -> ParticipantID?
  {
    try transaction.value(
      ParticipantID.self, "SELECT participant FROM room_numbers WHERE cohort = ? AND number = ?", cohort, number)
  }

  /// Those who take part and have this name, by its keyed tag.
  static func participants(nameTag: [UInt8], in cohort: CohortID, _ transaction: any ReadTransaction) throws
    -> [ParticipantID]
  {
    try transaction.rows(
      "SELECT id FROM participants WHERE cohort = ? AND name_tag = ? AND status = 'enrolled'", cohort, nameTag
    ).map { try $0.get("id") }
  }

  // MARK: Arrivals

  struct Arrival {
    var participant: ParticipantID
    var isLate: Bool
    var device: [UInt8]?
    var at: Moment
  }

  static func arrivals(_ session: TrainingSessionID, _ transaction: any ReadTransaction) throws -> [Arrival] {
    try transaction.rows("SELECT * FROM room_arrivals WHERE session = ? ORDER BY arrived_at", session).map { row in
      Arrival(
        participant: try row.get("participant"), isLate: try row.get("late"), device: try row.optional("device"),
        at: try row.get("arrived_at"))
    }
  }

  /// - Parameter device: the phone's tag; `nil` when the trainer marks.
  static func arrive(
    _ session: TrainingSessionID, _ participant: ParticipantID, isLate: Bool, device: [UInt8]?, at moment: Moment,
    _ transaction: any WriteTransaction
  ) throws {
    try transaction.execute(
      """
      INSERT INTO room_arrivals (session, participant, late, device, arrived_at) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (session, participant) DO UPDATE SET late = excluded.late,
        device = COALESCE(room_arrivals.device, excluded.device)
      """, session, participant, isLate, device, moment)
  }

  static func mark(_ session: TrainingSessionID, _ participant: ParticipantID, _ transaction: any ReadTransaction)
    throws -> Attendance?
  {
    try transaction.value(
      Attendance.self, "SELECT mark FROM attendance WHERE session = ? AND participant = ?", session, participant)
  }

  // MARK: Sessions

  static func lateFrom(_ session: TrainingSessionID, _ transaction: any ReadTransaction) throws -> Moment? {
    try transaction.value(Moment.self, "SELECT late_from FROM room_sessions WHERE session = ?", session)
  }

  static func set(lateFrom: Moment?, _ session: TrainingSessionID, _ transaction: any WriteTransaction) throws {
    try transaction.execute(
      """
      INSERT INTO room_sessions (session, late_from) VALUES (?, ?)
      ON CONFLICT (session) DO UPDATE SET late_from = excluded.late_from
      """, session, lateFrom)
  }

  // MARK: Tests on paper

  /// The occasions that were typed in from paper.
  static func isOnPaper(_ participant: ParticipantID, _ occasion: TestOccasion, _ transaction: any ReadTransaction)
    throws -> Bool
  {
    try transaction.row(
      "SELECT unreadable FROM test_papers WHERE participant = ? AND occasion = ?", participant, occasion) != nil
  }

  static func setPaper(
    _ participant: ParticipantID, _ occasion: TestOccasion, unreadable: Int, at moment: Moment,
    _ transaction: any WriteTransaction
  ) throws {
    try transaction.execute(
      """
      INSERT INTO test_papers (participant, occasion, unreadable, entered_at) VALUES (?, ?, ?, ?)
      ON CONFLICT (participant, occasion) DO UPDATE SET unreadable = excluded.unreadable,
        entered_at = excluded.entered_at
      """, participant, occasion, unreadable, moment)
  }

  /// Takes back a test that was typed in wrongly.
  static func deleteAnswers(
    _ participant: ParticipantID, _ occasion: TestOccasion, _ transaction: any WriteTransaction
  ) throws {
    try transaction.execute(
      "DELETE FROM test_answers WHERE participant = ? AND occasion = ?", participant, occasion)
  }
}
