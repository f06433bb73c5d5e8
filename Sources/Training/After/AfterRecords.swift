import Basics
import Records

/// How an answer came in.
public enum FollowUpWay: String, Hashable, Sendable, CaseIterable { case link, paper }
extension FollowUpWay: SQLConvertible {}

/// The queries about what comes after a course.
enum AfterRecords {
  // MARK: Follow-up

  /// One answer as it is stored, without the sealed response.
  struct Answer: Hashable, Sendable {
    var question: String
    var isAnchor: Bool
    var mark: Double
    var way: FollowUpWay
    var at: Moment
  }

  /// Answers `false` when the question was answered before: the first answer stays.
  static func insert(
    _ answer: Answer, response: [UInt8], epoch: Int, _ participant: ParticipantID, round: Int,
    _ transaction: any WriteTransaction
  ) throws -> Bool {
    try transaction.execute(
      """
      INSERT INTO follow_up_answers (participant, round, question, is_anchor, mark, response, epoch, came_by, answered_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (participant, round, question) DO NOTHING
      """, participant, round, answer.question, answer.isAnchor, answer.mark, response, epoch, answer.way, answer.at)
      == 1
  }

  /// By the round's day.
  static func answers(_ participant: ParticipantID, _ transaction: any ReadTransaction) throws -> [Int: [Answer]] {
    try transaction.rows("SELECT * FROM follow_up_answers WHERE participant = ? ORDER BY answered_at", participant)
      .reduce(into: [:]) { $0[try $1.get("round"), default: []].append(try answer($1)) }
  }

  /// Of everyone who still takes part.
  static func answers(of cohort: CohortID, _ transaction: any ReadTransaction) throws -> [ParticipantID: [Int:
    [Answer]]]
  {
    try transaction.rows(
      """
      SELECT follow_up_answers.* FROM follow_up_answers
      JOIN participants ON participants.id = follow_up_answers.participant
      WHERE participants.cohort = ? AND participants.status = 'enrolled' ORDER BY follow_up_answers.answered_at
      """, cohort
    ).reduce(into: [:]) { found, row in
      found[try row.get("participant"), default: [:]][try row.get("round"), default: []].append(try answer(row))
    }
  }

  private static func answer(_ row: Row) throws -> Answer {
    Answer(
      question: try row.get("question"), isAnchor: try row.get("is_anchor"), mark: try row.get("mark"),
      way: try row.get("came_by"), at: try row.get("answered_at"))
  }

  // MARK: Telephone numbers

  static func set(
    phone: [UInt8]?, epoch: Int, _ participant: ParticipantID, at moment: Moment, _ transaction: any WriteTransaction
  ) throws {
    guard let phone else {
      try transaction.execute("DELETE FROM participant_phones WHERE participant = ?", participant)
      return
    }
    try transaction.execute(
      """
      INSERT INTO participant_phones (participant, phone, epoch, given_at) VALUES (?, ?, ?, ?)
      ON CONFLICT (participant) DO UPDATE SET phone = excluded.phone, epoch = excluded.epoch, given_at = excluded.given_at
      """, participant, phone, epoch, moment)
  }

  static func hasPhone(_ participant: ParticipantID, _ transaction: any ReadTransaction) throws -> Bool {
    try transaction.row("SELECT 1 AS found FROM participant_phones WHERE participant = ?", participant) != nil
  }

  static func phones(of cohort: CohortID, _ transaction: any ReadTransaction) throws -> [ParticipantID: (
    phone: [UInt8], epoch: Int
  )] {
    try transaction.rows(
      """
      SELECT participant_phones.participant, participant_phones.phone, participant_phones.epoch FROM participant_phones
      JOIN participants ON participants.id = participant_phones.participant WHERE participants.cohort = ?
      """, cohort
    ).reduce(into: [:]) { $0[try $1.get("participant")] = (try $1.get("phone"), try $1.get("epoch")) }
  }

  static func forgetPhones(of cohort: CohortID, _ transaction: any WriteTransaction) throws -> Int {
    try transaction.execute(
      "DELETE FROM participant_phones WHERE participant IN (SELECT id FROM participants WHERE cohort = ?)", cohort)
  }

  // MARK: What was taught

  static func keep(_ versions: [String: [UInt8]], of cohort: CohortID, _ transaction: any WriteTransaction) throws {
    for (lesson, version) in versions.sorted(by: { $0.key < $1.key }) {
      try transaction.execute(
        "INSERT INTO cohort_lessons (cohort, lesson, version) VALUES (?, ?, ?)", cohort, lesson, version)
    }
  }

  static func versions(of cohort: CohortID, _ transaction: any ReadTransaction) throws -> [String: [UInt8]] {
    try transaction.rows("SELECT lesson, version FROM cohort_lessons WHERE cohort = ?", cohort)
      .reduce(into: [:]) { $0[try $1.get("lesson")] = try $1.get("version", as: [UInt8].self) }
  }

  // MARK: For other learning systems

  /// When somebody was marked present, by session.
  static func presences(_ cohort: CohortID, _ transaction: any ReadTransaction) throws -> [ParticipantID:
    [TrainingSessionID: Moment]]
  {
    try transaction.rows(
      """
      SELECT attendance.session, attendance.participant, attendance.marked_at FROM attendance
      JOIN training_sessions ON training_sessions.id = attendance.session
      WHERE training_sessions.cohort = ? AND attendance.mark = 'present'
      """, cohort
    ).reduce(into: [:]) { found, row in
      found[try row.get("participant"), default: [:]][try row.get("session")] = try row.get(
        "marked_at", as: Moment.self)
    }
  }

  static func testAnswers(_ cohort: CohortID, _ transaction: any ReadTransaction) throws -> [ParticipantID:
    [TestOccasion: [CohortExperience.Answer]]]
  {
    try transaction.rows(
      """
      SELECT test_answers.participant, test_answers.occasion, test_answers.question, test_answers.mark,
        test_answers.answered_at FROM test_answers
      JOIN participants ON participants.id = test_answers.participant
      WHERE participants.cohort = ? AND participants.status = 'enrolled'
      ORDER BY test_answers.answered_at, test_answers.question
      """, cohort
    ).reduce(into: [:]) { found, row in
      found[try row.get("participant"), default: [:]][try row.get("occasion"), default: []].append(
        CohortExperience.Answer(
          question: try row.get("question"), mark: try row.get("mark"), at: try row.get("answered_at")))
    }
  }

  // MARK: Evidence

  static func consents(_ transaction: any ReadTransaction) throws -> [EvidenceConsent] {
    try transaction.rows("SELECT * FROM training_evidence ORDER BY agency").map {
      EvidenceConsent(
        agency: try $0.get("agency"), institution: try $0.get("institution"), province: try $0.get("province"),
        givenAt: try $0.get("given_at"))
    }
  }

  static func set(_ consent: EvidenceConsent, by member: MemberID, _ transaction: any WriteTransaction) throws {
    try transaction.execute(
      """
      INSERT INTO training_evidence (agency, institution, province, given_by, given_at) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (agency) DO UPDATE SET institution = excluded.institution, province = excluded.province,
        given_by = excluded.given_by, given_at = excluded.given_at
      """, consent.agency, consent.institution, consent.province, member, consent.givenAt)
  }

  static func removeConsent(_ agency: AgencyID, _ transaction: any WriteTransaction) throws -> Bool {
    try transaction.execute("DELETE FROM training_evidence WHERE agency = ?", agency) > 0
  }
}
