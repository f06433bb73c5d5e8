import Basics
import Foundation
import Records
import Training

/// The queries about attempts, their desks and used tickets.
enum PracticeRecords {
  // MARK: Tickets

  /// Whether the ticket was new; a second use finds it used.
  static func use(_ ticket: TicketID, until: Moment, _ transaction: any WriteTransaction) throws -> Bool {
    try transaction.execute(
      "INSERT INTO practice_tickets (id, until) VALUES (?, ?) ON CONFLICT (id) DO NOTHING", ticket, until) == 1
  }

  static func deleteTickets(endedBefore moment: Moment, _ transaction: any WriteTransaction) throws {
    try transaction.execute("DELETE FROM practice_tickets WHERE until < ?", moment)
  }

  // MARK: Attempts

  static func insert(_ attempt: Attempt, _ transaction: any WriteTransaction) throws {
    try transaction.execute(
      """
      INSERT INTO practice_attempts (id, exercise, language, person, class, agency, member, begun_at, touched_at,
        finished_at, erased, steps, path, first_safety, score) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """, attempt.id, attempt.exercise, attempt.language, attempt.person, attempt.group, attempt.agency,
      attempt.member, attempt.begunAt, attempt.touchedAt, attempt.finishedAt, attempt.isErased, attempt.path.count,
      attempt.path.joined(separator: "\n"), try text(attempt.firstSafety), try text(attempt.score))
  }

  static func attempt(_ id: AttemptID, _ transaction: any ReadTransaction) throws -> Attempt? {
    try transaction.row("SELECT * FROM practice_attempts WHERE id = ?", id).map(attempt)
  }

  static func attempt(of agency: AgencyID, _ transaction: any ReadTransaction) throws -> Attempt? {
    try transaction.row("SELECT * FROM practice_attempts WHERE agency = ?", agency).map(attempt)
  }

  /// The newest first.
  static func attempts(of person: String, _ transaction: any ReadTransaction) throws -> [Attempt] {
    try transaction.rows(
      "SELECT * FROM practice_attempts WHERE person = ? ORDER BY begun_at DESC, id", person
    ).map(attempt)
  }

  /// What a class finished, the oldest first.
  static func finished(ofClass group: String, _ transaction: any ReadTransaction) throws -> [Attempt] {
    try transaction.rows(
      "SELECT * FROM practice_attempts WHERE class = ? AND finished_at IS NOT NULL ORDER BY finished_at, id", group
    ).map(attempt)
  }

  /// Those that nobody touched since, with content still there.
  static func idle(since moment: Moment, limit: Int, _ transaction: any ReadTransaction) throws -> [Attempt] {
    try transaction.rows(
      "SELECT * FROM practice_attempts WHERE erased = ? AND touched_at < ? ORDER BY touched_at LIMIT ?", false, moment,
      limit
    ).map(attempt)
  }

  private static func attempt(_ row: Row) throws -> Attempt {
    Attempt(
      id: try row.get("id"), exercise: try row.get("exercise"), language: try row.get("language"),
      person: try row.get("person"), group: try row.optional("class"), agency: try row.get("agency"),
      member: try row.get("member"), begunAt: try row.get("begun_at"), touchedAt: try row.get("touched_at"),
      finishedAt: try row.optional("finished_at"),
      path: try row.get("path", as: String.self).split(separator: "\n").map(String.init),
      firstSafety: try value(row, "first_safety"), score: try value(row, "score"), isErased: try row.get("erased"))
  }

  /// Whether nobody went on meanwhile.
  static func setPath(
    _ id: AttemptID, _ path: [String], from steps: Int, at moment: Moment, _ transaction: any WriteTransaction
  ) throws -> Bool {
    try transaction.execute(
      """
      UPDATE practice_attempts SET path = ?, steps = ?, touched_at = ?
      WHERE id = ? AND steps = ? AND finished_at IS NULL
      """, path.joined(separator: "\n"), path.count, moment, id, steps) == 1
  }

  static func setFirstSafety(
    _ id: AttemptID, _ answers: [String: FourWayAnswer], at moment: Moment, _ transaction: any WriteTransaction
  ) throws {
    try transaction.execute(
      "UPDATE practice_attempts SET first_safety = ?, touched_at = ? WHERE id = ? AND first_safety IS NULL",
      try text(answers), moment, id)
  }

  static func touch(_ id: AttemptID, at moment: Moment, _ transaction: any WriteTransaction) throws {
    try transaction.execute("UPDATE practice_attempts SET touched_at = ? WHERE id = ?", moment, id)
  }

  /// Whether it was not finished before.
  static func finish(
    _ id: AttemptID, _ score: ExerciseScore, at moment: Moment, _ transaction: any WriteTransaction
  ) throws -> Bool {
    try transaction.execute(
      "UPDATE practice_attempts SET score = ?, finished_at = ?, touched_at = ? WHERE id = ? AND finished_at IS NULL",
      try text(score), moment, moment, id) == 1
  }

  static func setErased(_ id: AttemptID, _ transaction: any WriteTransaction) throws {
    try transaction.execute("UPDATE practice_attempts SET erased = ? WHERE id = ?", true, id)
  }

  static func delete(_ id: AttemptID, _ transaction: any WriteTransaction) throws {
    try transaction.execute("DELETE FROM practice_attempts WHERE id = ?", id)
  }

  // MARK: Desks

  static func insert(_ desk: StagedDesk, _ transaction: any WriteTransaction) throws {
    try transaction.execute(
      "INSERT INTO practice_desks (attempt, code, agency, login) VALUES (?, ?, ?, ?)", desk.attempt, desk.code,
      desk.agency, desk.login)
  }

  static func desks(_ attempt: AttemptID, _ transaction: any ReadTransaction) throws -> [StagedDesk] {
    try transaction.rows("SELECT * FROM practice_desks WHERE attempt = ? ORDER BY code", attempt).map {
      StagedDesk(
        attempt: try $0.get("attempt"), code: try $0.get("code"), agency: try $0.get("agency"),
        login: try $0.get("login"))
    }
  }

  /// The attempt's own agency and its desks, for any agency of it.
  static func neighbours(of agency: AgencyID, _ transaction: any ReadTransaction) throws -> [AgencyID] {
    let found = try transaction.value(
      AttemptID.self,
      """
      SELECT id FROM practice_attempts WHERE agency = ? UNION SELECT attempt FROM practice_desks WHERE agency = ?
      """, agency, agency)
    guard let found else { return [agency] }
    return try transaction.rows(
      """
      SELECT agency FROM practice_attempts WHERE id = ? UNION SELECT agency FROM practice_desks WHERE attempt = ?
      """, found, found
    ).map { try $0.get("agency") }
  }

  static func deleteDesks(_ attempt: AttemptID, _ transaction: any WriteTransaction) throws {
    try transaction.execute("DELETE FROM practice_desks WHERE attempt = ?", attempt)
  }

  // MARK: Small values

  private static func text(_ value: (some Encodable)?) throws -> String? {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    return try value.map { String(decoding: try encoder.encode($0), as: UTF8.self) }
  }

  private static func value<Value: Decodable>(_ row: Row, _ column: String) throws -> Value? {
    guard let text: String = try row.optional(column) else { return nil }
    guard let value = try? JSONDecoder().decode(Value.self, from: Data(text.utf8)) else {
      throw DatabaseFailure.malformed(column: column)
    }
    return value
  }
}
