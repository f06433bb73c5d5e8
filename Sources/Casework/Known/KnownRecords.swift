import Basics
import Records

/// The queries about being known elsewhere.
enum KnownRecords {
  // MARK: Secrets

  struct Secret {
    var id: KnownSecretID
    var sealed: [UInt8]
    var madeAt: Moment
  }

  /// The newest first.
  static func secrets(_ transaction: any ReadTransaction) throws -> [Secret] {
    try transaction.rows("SELECT * FROM known_secrets ORDER BY made_at DESC, id DESC").map {
      Secret(id: try $0.get("id"), sealed: try $0.get("sealed"), madeAt: try $0.get("made_at"))
    }
  }

  static func insert(_ secret: Secret, _ transaction: any WriteTransaction) throws {
    try transaction.execute(
      "INSERT INTO known_secrets (id, sealed, made_at) VALUES (?, ?, ?)", secret.id, secret.sealed, secret.madeAt)
  }

  /// Destroys secrets that were made before a moment, and what only they opened.
  static func dropSecrets(madeBefore moment: Moment, _ transaction: any WriteTransaction) throws {
    try transaction.execute(
      "DELETE FROM known_encodings WHERE secret IN (SELECT id FROM known_secrets WHERE made_at < ?)", moment)
    try transaction.execute("DELETE FROM known_secrets WHERE made_at < ?", moment)
  }

  // MARK: Encodings

  struct Encoding {
    var person: PersonID
    var agency: AgencyID
    var secret: KnownSecretID
    var sealed: [UInt8]
    /// On which the asking agency may find the person.
    var consent: ConsentID
  }

  static func put(
    _ person: PersonID, agency: AgencyID, secret: KnownSecretID, _ sealed: [UInt8]?, until: Moment,
    _ transaction: any WriteTransaction
  ) throws {
    try drop(person, transaction)
    try transaction.execute(
      "INSERT INTO known_encodings (person, agency, secret, sealed, expires_at) VALUES (?, ?, ?, ?, ?)", person, agency,
      secret, sealed, until)
  }

  static func drop(_ person: PersonID, _ transaction: any WriteTransaction) throws {
    try transaction.execute("DELETE FROM known_encodings WHERE person = ?", person)
  }

  static func dropExpired(at now: Moment, _ transaction: any WriteTransaction) throws {
    try transaction.execute("DELETE FROM known_encodings WHERE expires_at <= ?", now)
  }

  private static let live = """
    k.purpose = ? AND k.withdrawn_at IS NULL AND (k.until IS NULL OR k.until > ?)
      AND NOT EXISTS (SELECT 1 FROM case_restrictions r WHERE r.case_id = c.id)
    """

  /// Whether a person agreed, in any of their cases, that some agency may find them.
  static func mayBeFound(_ person: PersonID, purpose: String, at now: Moment, _ transaction: any ReadTransaction) throws
    -> Bool
  {
    try transaction.row(
      "SELECT 1 AS found FROM cases c JOIN consents k ON k.case_id = c.id WHERE c.person = ? AND \(live)", person,
      purpose, now) != nil
  }

  /// People of an agency who may be found and whose encoding is missing or was made with an older secret.
  static func outdated(
    agency: AgencyID, purpose: String, secret: KnownSecretID, at now: Moment, limit: Int,
    _ transaction: any ReadTransaction
  ) throws -> [PersonID] {
    try transaction.rows(
      """
      SELECT DISTINCT c.person FROM consents k JOIN cases c ON c.id = k.case_id
      LEFT JOIN known_encodings e ON e.person = c.person AND e.secret = ? AND e.expires_at > ?
      WHERE k.agency = ? AND e.person IS NULL AND \(live) ORDER BY c.person LIMIT ?
      """, secret, now, agency, purpose, now, limit
    ).map { try $0.get("person") }
  }

  /// The encodings of people who agreed that this agency may find them, other agencies' only.
  static func findable(by agency: AgencyID, purpose: String, at now: Moment, _ transaction: any ReadTransaction) throws
    -> [Encoding]
  {
    try transaction.rows(
      """
      SELECT e.person, e.agency, e.secret, e.sealed, k.id AS consent FROM consents k JOIN cases c ON c.id = k.case_id
      JOIN known_encodings e ON e.person = c.person AND e.agency = c.agency
      WHERE k.recipient = ? AND e.agency <> ? AND e.sealed IS NOT NULL AND e.expires_at > ? AND \(live)
      """, agency, agency, now, purpose, now
    ).map {
      Encoding(
        person: try $0.get("person"), agency: try $0.get("agency"), secret: try $0.get("secret"),
        sealed: try $0.get("sealed"), consent: try $0.get("consent"))
    }
  }

  // MARK: Questions

  struct Question {
    var id: KnownQuestionID
    var agency: AgencyID
    var member: MemberID
    var caseID: CaseID?
    var reason: String
    var askedAt: Moment
  }

  static func insert(_ question: Question, _ transaction: any WriteTransaction) throws {
    try transaction.execute(
      "INSERT INTO known_questions (id, agency, member, case_id, reason, asked_at) VALUES (?, ?, ?, ?, ?, ?)",
      question.id, question.agency, question.member, question.caseID, question.reason, question.askedAt)
  }

  static func question(_ id: KnownQuestionID, _ transaction: any ReadTransaction) throws -> Question? {
    try transaction.row("SELECT * FROM known_questions WHERE id = ?", id).map(question)
  }

  /// About the person of a case, the newest first.
  static func questions(of id: CaseID, _ transaction: any ReadTransaction) throws -> [Question] {
    try transaction.rows("SELECT * FROM known_questions WHERE case_id = ? ORDER BY asked_at DESC, id DESC LIMIT 20", id)
      .map(question)
  }

  private static func question(_ row: Row) throws -> Question {
    Question(
      id: try row.get("id"), agency: try row.get("agency"), member: try row.get("member"),
      caseID: try row.optional("case_id"), reason: try row.get("reason"), askedAt: try row.get("asked_at"))
  }

  /// How many questions an agency asked since a moment, in all and by one member.
  static func asked(
    by member: MemberID, of agency: AgencyID, since moment: Moment, _ transaction: any ReadTransaction
  ) throws -> (member: Int, agency: Int) {
    let counts = try self.counts(of: agency, since: moment, transaction)
    return (
      counts.first { $0.member == member }?.asked ?? 0, counts.reduce(0) { $0 + $1.asked }
    )
  }

  /// By member, who asked most first.
  static func counts(of agency: AgencyID, since moment: Moment, _ transaction: any ReadTransaction) throws
    -> [KnownCount]
  {
    try transaction.rows(
      """
      SELECT member, COUNT(*) AS asked, COUNT(*) - COUNT(case_id) AS without_case, MAX(asked_at) AS last_asked
      FROM known_questions WHERE agency = ? AND asked_at > ? GROUP BY member ORDER BY asked DESC, member
      """, agency, moment
    ).map {
      KnownCount(
        member: try $0.get("member"), asked: try $0.get("asked"), withoutCase: try $0.get("without_case"),
        lastAsked: try $0.get("last_asked"))
    }
  }

  static func dropQuestions(askedBefore moment: Moment, _ transaction: any WriteTransaction) throws {
    try transaction.execute(
      "DELETE FROM known_notices WHERE question IN (SELECT id FROM known_questions WHERE asked_at < ?)", moment)
    try transaction.execute("DELETE FROM known_questions WHERE asked_at < ?", moment)
  }

  // MARK: Notices

  static func tell(_ agency: AgencyID, of question: KnownQuestionID, _ transaction: any WriteTransaction) throws {
    try transaction.execute("INSERT INTO known_notices (question, agency) VALUES (?, ?)", question, agency)
  }

  static func told(of question: KnownQuestionID, _ transaction: any ReadTransaction) throws -> [AgencyID] {
    try transaction.rows("SELECT agency FROM known_notices WHERE question = ?", question).map { try $0.get("agency") }
  }

  /// Questions that nobody of an agency has answered for yet, the newest first.
  static func unseen(by agency: AgencyID, _ transaction: any ReadTransaction) throws -> [Question] {
    try transaction.rows(
      """
      SELECT q.* FROM known_notices n JOIN known_questions q ON q.id = n.question
      WHERE n.agency = ? AND n.seen_at IS NULL ORDER BY q.asked_at DESC, q.id DESC LIMIT 50
      """, agency
    ).map(question)
  }

  /// Whether there is such a notice, seen now or before.
  static func see(
    _ question: KnownQuestionID, by member: MemberID, of agency: AgencyID, at now: Moment,
    _ transaction: any WriteTransaction
  ) throws -> Bool {
    try transaction.execute(
      "UPDATE known_notices SET seen_by = ?, seen_at = ? WHERE question = ? AND agency = ? AND seen_at IS NULL", member,
      now, question, agency)
    return try transaction.row(
      "SELECT 1 AS found FROM known_notices WHERE question = ? AND agency = ?", question, agency) != nil
  }
}
