import Basics
import Records

/// The queries about cohorts, participants, attendance, tests and certificates.
enum TrainingRecords {
  // MARK: Cohorts

  static func insert(
    _ cohort: Cohort, linkHash: [UInt8], by member: MemberID, at moment: Moment, _ transaction: any WriteTransaction
  ) throws {
    try transaction.execute(
      """
      INSERT INTO cohorts (id, agency, phase, place, province, from_day, until_day, seats, institutions, questions,
        link_hash, opened_by, opened_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """, cohort.id, cohort.agency, cohort.phase, cohort.place, cohort.province, cohort.from, cohort.until,
      cohort.seats, cohort.institutions.joined(separator: ","), cohort.questions.joined(separator: ","), linkHash,
      member, moment)
  }

  static func cohort(_ id: CohortID, _ transaction: any ReadTransaction) throws -> Cohort? {
    try transaction.row("SELECT * FROM cohorts WHERE id = ?", id).map(cohort)
  }

  static func cohort(linkHash: [UInt8], _ transaction: any ReadTransaction) throws -> Cohort? {
    try transaction.row("SELECT * FROM cohorts WHERE link_hash = ?", linkHash).map(cohort)
  }

  /// The agency's cohorts, the newest first.
  static func cohorts(of agency: AgencyID, _ transaction: any ReadTransaction) throws -> [Cohort] {
    try transaction.rows("SELECT * FROM cohorts WHERE agency = ? ORDER BY from_day DESC, id", agency).map(cohort)
  }

  /// Every agency's.
  static func cohorts(_ transaction: any ReadTransaction) throws -> [Cohort] {
    try transaction.rows("SELECT * FROM cohorts ORDER BY from_day, id").map(cohort)
  }

  private static func cohort(_ row: Row) throws -> Cohort {
    func list(_ column: String) throws -> [String] {
      try row.get(column, as: String.self).split(separator: ",").map(String.init)
    }
    return Cohort(
      id: try row.get("id"), agency: try row.get("agency"), phase: try row.get("phase"), place: try row.get("place"),
      province: try row.get("province"), from: try row.get("from_day"), until: try row.get("until_day"),
      seats: try row.get("seats"), institutions: try list("institutions"), questions: try list("questions"),
      revision: try row.get("revision"), changedAt: try row.get("changed_at"),
      isCancelled: try row.optional("cancelled_at", as: Moment.self) != nil)
  }

  // MARK: Sessions and attendance

  static func insert(_ session: TrainingSession, cohort: CohortID, _ transaction: any WriteTransaction) throws {
    try transaction.execute(
      """
      INSERT INTO training_sessions (id, cohort, day, title, begins, ends, room, revision, changed_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
      """, session.id, cohort, session.day, session.title, session.begins, session.ends, session.room,
      session.revision, session.changedAt)
  }

  static func cohort(of session: TrainingSessionID, _ transaction: any ReadTransaction) throws -> CohortID? {
    try transaction.value(CohortID.self, "SELECT cohort FROM training_sessions WHERE id = ?", session)
  }

  static func sessions(_ cohort: CohortID, _ transaction: any ReadTransaction) throws -> [TrainingSession] {
    try transaction.rows(
      """
      SELECT * FROM training_sessions WHERE cohort = ? AND removed_at IS NULL
      ORDER BY day, COALESCE(begins, ''), title, id
      """, cohort
    ).map(session)
  }

  static func session(_ row: Row) throws -> TrainingSession {
    TrainingSession(
      id: try row.get("id"), day: try row.get("day"), title: try row.get("title"), begins: try row.optional("begins"),
      ends: try row.optional("ends"), room: try row.get("room"), revision: try row.get("revision"),
      changedAt: try row.get("changed_at"))
  }

  static func set(
    _ mark: Attendance?, session: TrainingSessionID, participant: ParticipantID, at moment: Moment,
    _ transaction: any WriteTransaction
  ) throws {
    guard let mark else {
      try transaction.execute(
        "DELETE FROM attendance WHERE session = ? AND participant = ?", session, participant)
      return
    }
    try transaction.execute(
      """
      INSERT INTO attendance (session, participant, mark, marked_at) VALUES (?, ?, ?, ?)
      ON CONFLICT (session, participant) DO UPDATE SET mark = excluded.mark, marked_at = excluded.marked_at
      """, session, participant, mark, moment)
  }

  static func attendance(_ cohort: CohortID, _ transaction: any ReadTransaction) throws
    -> [ParticipantID: [TrainingSessionID: Attendance]]
  {
    try transaction.rows(
      """
      SELECT attendance.session, attendance.participant, attendance.mark FROM attendance
      JOIN training_sessions ON training_sessions.id = attendance.session WHERE training_sessions.cohort = ?
      """, cohort
    ).reduce(into: [:]) { marks, row in
      let participant: ParticipantID = try row.get("participant")
      marks[participant, default: [:]][try row.get("session")] = try row.get("mark", as: Attendance.self)
    }
  }

  // MARK: Participants

  /// A participant with the sealed part.
  struct Sealed {
    var participant: Participant
    var identity: [UInt8]
    var epoch: Int
  }

  static func insert(
    _ sealed: Sealed, nameTag: [UInt8], linkHash: [UInt8], _ transaction: any WriteTransaction
  ) throws {
    let participant = sealed.participant
    try transaction.execute(
      """
      INSERT INTO participants (id, cohort, agency, institution, province, status, identity, epoch, name_tag, link_hash,
        registered_at, sex, trainee) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """, participant.id, participant.cohort, participant.agency, participant.institution, participant.province,
      participant.status, sealed.identity, sealed.epoch, nameTag, linkHash, participant.registeredAt,
      participant.sex, participant.trainee)
  }

  static func participant(_ id: ParticipantID, _ transaction: any ReadTransaction) throws -> Sealed? {
    try transaction.row("SELECT * FROM participants WHERE id = ?", id).map(participant)
  }

  static func participant(linkHash: [UInt8], _ transaction: any ReadTransaction) throws -> Participant? {
    try transaction.row("SELECT * FROM participants WHERE link_hash = ?", linkHash).map {
      try participant($0).participant
    }
  }

  /// In the order of registration.
  static func participants(_ cohort: CohortID, _ transaction: any ReadTransaction) throws -> [Sealed] {
    try transaction.rows("SELECT * FROM participants WHERE cohort = ? ORDER BY registered_at, id", cohort)
      .map(participant)
  }

  static func participant(_ row: Row) throws -> Sealed {
    Sealed(
      participant: Participant(
        id: try row.get("id"), cohort: try row.get("cohort"), agency: try row.get("agency"),
        institution: try row.get("institution"), province: try row.get("province"), status: try row.get("status"),
        registeredAt: try row.get("registered_at"), sex: try row.optional("sex"), trainee: try row.get("trainee")),
      identity: try row.get("identity"), epoch: try row.get("epoch"))
  }

  static func isNameTaken(_ tag: [UInt8], _ cohort: CohortID, _ transaction: any ReadTransaction) throws -> Bool {
    try transaction.row(
      "SELECT 1 AS taken FROM participants WHERE cohort = ? AND name_tag = ? AND status <> 'withdrawn'", cohort, tag)
      != nil
  }

  static func count(_ cohort: CohortID, _ status: Participant.Status, _ transaction: any ReadTransaction) throws -> Int
  {
    try transaction.value(
      Int.self, "SELECT COUNT(*) FROM participants WHERE cohort = ? AND status = ?", cohort, status) ?? 0
  }

  static func set(
    _ status: Participant.Status, _ participant: ParticipantID, from before: Participant.Status,
    _ transaction: any WriteTransaction
  ) throws -> Bool {
    try transaction.execute(
      "UPDATE participants SET status = ? WHERE id = ? AND status = ?", status, participant, before) == 1
  }

  // MARK: Tests

  struct Answer {
    var question: String
    var mark: Double
    var response: [UInt8]
    var epoch: Int
  }

  /// Answers `false` when the question was answered before: the first answer stays.
  static func insert(
    _ answer: Answer, _ participant: ParticipantID, _ occasion: TestOccasion, at moment: Moment,
    _ transaction: any WriteTransaction
  ) throws -> Bool {
    try transaction.execute(
      """
      INSERT INTO test_answers (participant, occasion, question, mark, response, epoch, answered_at)
      VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (participant, occasion, question) DO NOTHING
      """, participant, occasion, answer.question, answer.mark, answer.response, answer.epoch, moment) == 1
  }

  static func marks(_ participant: ParticipantID, _ transaction: any ReadTransaction) throws
    -> [TestOccasion: [String: Double]]
  {
    try transaction.rows("SELECT occasion, question, mark FROM test_answers WHERE participant = ?", participant)
      .reduce(into: [:]) { marks, row in
        marks[try row.get("occasion"), default: [:]][try row.get("question")] = try row.get("mark", as: Double.self)
      }
  }

  /// Who of those who still take part has handed in which test: all that lists and counts need.
  static func answered(in cohort: CohortID, _ transaction: any ReadTransaction) throws
    -> [TestOccasion: Set<ParticipantID>]
  {
    try transaction.rows(
      """
      SELECT participants.id, test_answers.occasion
      FROM participants JOIN test_answers ON test_answers.participant = participants.id
      WHERE participants.cohort = ? AND participants.status = 'enrolled'
      GROUP BY participants.id, test_answers.occasion
      """, cohort
    ).reduce(into: [:]) { answered, row in
      answered[try row.get("occasion"), default: []].insert(try row.get("id"))
    }
  }

  /// The marks of everyone who still takes part.
  static func marks(of cohort: CohortID, _ transaction: any ReadTransaction) throws
    -> [TestOccasion: [ParticipantID: [String: Double]]]
  {
    try transaction.rows(
      """
      SELECT test_answers.participant, test_answers.occasion, test_answers.question, test_answers.mark
      FROM test_answers JOIN participants ON participants.id = test_answers.participant
      WHERE participants.cohort = ? AND participants.status = 'enrolled'
      """, cohort
    ).reduce(into: [:]) { marks, row in
      let (occasion, participant): (TestOccasion, ParticipantID) = (try row.get("occasion"), try row.get("participant"))
      marks[occasion, default: [:]][participant, default: [:]][try row.get("question")] = try row.get(
        "mark", as: Double.self)
    }
  }

  // MARK: Certificates

  static func insert(
    _ certificate: Certificate, by member: MemberID, at moment: Moment, _ transaction: any WriteTransaction
  ) throws {
    try transaction.execute(
      """
      INSERT INTO certificates (id, participant, cohort, agency, issued_on, valid_until, attended, held, code, issued_by,
        issued_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """, certificate.id, certificate.participant, certificate.cohort, certificate.agency, certificate.issuedOn,
      certificate.validUntil, certificate.attended, certificate.held, certificate.code, member, moment)
  }

  static func certificate(_ id: CertificateID, _ transaction: any ReadTransaction) throws -> Certificate? {
    try transaction.row("SELECT * FROM certificates WHERE id = ?", id).map(certificate)
  }

  static func certificate(of participant: ParticipantID, _ transaction: any ReadTransaction) throws -> Certificate? {
    try transaction.row("SELECT * FROM certificates WHERE participant = ?", participant).map(certificate)
  }

  static func certificates(_ cohort: CohortID, _ transaction: any ReadTransaction) throws -> [ParticipantID:
    Certificate]
  {
    try transaction.rows("SELECT * FROM certificates WHERE cohort = ?", cohort).reduce(into: [:]) { found, row in
      let certificate = try certificate(row)
      found[certificate.participant] = certificate
    }
  }

  static func certificate(_ row: Row) throws -> Certificate {
    Certificate(
      id: try row.get("id"), participant: try row.get("participant"), cohort: try row.get("cohort"),
      agency: try row.get("agency"), issuedOn: try row.get("issued_on"), validUntil: try row.optional("valid_until"),
      attended: try row.get("attended"), held: try row.get("held"), code: try row.get("code"))
  }
}
