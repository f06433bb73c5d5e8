import Basics
import Records

/// The queries about feedback: counts and sealed texts, never whose.
enum FeedbackRecords {
  /// Answers `false` when this tag has given its form already.
  static func give(tag: Int64, _ transaction: any WriteTransaction) throws -> Bool {
    try transaction.execute("INSERT INTO feedback_given (tag) VALUES (?) ON CONFLICT (tag) DO NOTHING", tag) == 1
  }

  static func isGiven(tag: Int64, _ transaction: any ReadTransaction) throws -> Bool {
    try transaction.row("SELECT tag FROM feedback_given WHERE tag = ?", tag) != nil
  }

  static func count(
    _ cohort: CohortID, _ day: CalendarDay, _ question: String, _ value: Int, _ transaction: any WriteTransaction
  ) throws {
    try transaction.execute(
      """
      INSERT INTO feedback_counts (cohort, day, question, value, forms) VALUES (?, ?, ?, ?, 1)
      ON CONFLICT (cohort, day, question, value) DO UPDATE SET forms = feedback_counts.forms + 1
      """, cohort, day, question, value)
  }

  /// How many forms chose each value, by question.
  static func counts(_ cohort: CohortID, _ day: CalendarDay, _ transaction: any ReadTransaction) throws
    -> [String: [Int: Int]]
  {
    try transaction.rows(
      "SELECT question, value, forms FROM feedback_counts WHERE cohort = ? AND day = ?", cohort, day
    ).reduce(into: [:]) { counts, row in
      counts[try row.get("question", as: String.self), default: [:]][try row.get("value")] = try row.get(
        "forms", as: Int.self)
    }
  }

  struct Text {
    /// Random: the order of the rows says nothing about who came first.
    var id: Int64
    var question: String
    var sealed: [UInt8]
    var epoch: Int
  }

  static func insert(
    _ text: Text, _ cohort: CohortID, _ day: CalendarDay, _ transaction: any WriteTransaction
  ) throws {
    try transaction.execute(
      "INSERT INTO feedback_texts (id, cohort, day, question, sealed, epoch) VALUES (?, ?, ?, ?, ?, ?)", text.id,
      cohort, day, text.question, text.sealed, text.epoch)
  }

  static func texts(_ cohort: CohortID, _ day: CalendarDay, _ transaction: any ReadTransaction) throws -> [Text] {
    try transaction.rows("SELECT * FROM feedback_texts WHERE cohort = ? AND day = ? ORDER BY id", cohort, day).map {
      Text(
        id: try $0.get("id"), question: try $0.get("question"), sealed: try $0.get("sealed"),
        epoch: try $0.get("epoch"))
    }
  }
}
