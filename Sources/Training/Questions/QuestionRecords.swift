import Basics
import Foundation
import Records

/// The queries about papers as they were drawn and an agency's own questions.
enum QuestionRecords {
  // MARK: Papers

  static func keep(_ paper: QuestionPaper, for owner: QuestionPaper.Owner, _ transaction: any WriteTransaction) throws {
    let (table, column, id) = place(of: owner)
    for (place, entry) in paper.entries.enumerated() {
      try transaction.execute(
        "INSERT INTO \(table) (\(column), place, name, version, texts) VALUES (?, ?, ?, ?, ?)", id, place, entry.name,
        entry.version, try encoded(entry.texts))
    }
  }

  /// Empty for one of before papers were kept.
  static func paper(_ owner: QuestionPaper.Owner, _ transaction: any ReadTransaction) throws -> [QuestionPaper.Entry] {
    let (table, column, id) = place(of: owner)
    return try transaction.rows("SELECT name, version, texts FROM \(table) WHERE \(column) = ? ORDER BY place", id).map
    {
      QuestionPaper.Entry(name: try $0.get("name"), version: try $0.get("version"), texts: try decoded($0.get("texts")))
    }
  }

  private static func place(of owner: QuestionPaper.Owner) -> (table: String, column: String, id: String) {
    switch owner {
    case .cohort(let id): ("cohort_papers", "cohort", id.description)
    case .quiz(let id): ("quiz_papers", "quiz", id.description)
    }
  }

  // MARK: An agency's own questions

  /// The newest revision of each, by name; retired ones too.
  static func own(_ agency: AgencyID, _ transaction: any ReadTransaction) throws -> [OwnQuestion] {
    try transaction.rows(
      """
      SELECT name, revision, course, texts, is_retired, saved_at FROM own_questions newest
      WHERE agency = ? AND revision =
        (SELECT MAX(revision) FROM own_questions WHERE agency = newest.agency AND name = newest.name) ORDER BY name
      """, agency
    ).map { row in
      OwnQuestion(
        name: try row.get("name"), revision: try row.get("revision"), course: try row.get("course"),
        texts: try decoded(row.get("texts")), isRetired: try row.get("is_retired", as: Int.self) == 1,
        savedAt: try row.get("saved_at"))
    }
  }

  /// Answers `false` when this revision exists.
  static func insert(
    _ question: OwnQuestion, _ agency: AgencyID, by member: MemberID, _ transaction: any WriteTransaction
  ) throws -> Bool {
    try transaction.execute(
      """
      INSERT INTO own_questions (agency, name, revision, course, texts, is_retired, saved_by, saved_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (agency, name, revision) DO NOTHING
      """, agency, question.name, question.revision, question.course, try encoded(question.texts),
      question.isRetired ? 1 : 0, member, question.savedAt) == 1
  }

  private static func encoded(_ texts: LocalizedText) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    return String(decoding: try encoder.encode(texts), as: UTF8.self)
  }

  private static func decoded(_ text: String) throws -> LocalizedText {
    try JSONDecoder().decode(LocalizedText.self, from: Data(text.utf8))
  }
}
