import Basics
import Records

/// The queries about quizzes in the room.
enum QuizRecords {
  static func insert(_ quiz: Quiz, by member: MemberID, _ transaction: any WriteTransaction) throws {
    try transaction.execute(
      """
      INSERT INTO quizzes (id, cohort, lesson, questions, step, opened_by, opened_at) VALUES (?, ?, ?, ?, ?, ?, ?)
      """, quiz.id, quiz.cohort, quiz.lesson, quiz.questions.joined(separator: ","), quiz.step, member, quiz.openedAt)
  }

  static func quiz(_ id: QuizID, _ transaction: any ReadTransaction) throws -> Quiz? {
    try transaction.row("SELECT * FROM quizzes WHERE id = ?", id).map(quiz)
  }

  static func step(_ id: QuizID, _ transaction: any ReadTransaction) throws -> Int? {
    try transaction.value(Int.self, "SELECT step FROM quizzes WHERE id = ?", id)
  }

  /// The cohort's quizzes, the newest first.
  static func quizzes(_ cohort: CohortID, _ transaction: any ReadTransaction) throws -> [Quiz] {
    try transaction.rows("SELECT * FROM quizzes WHERE cohort = ? ORDER BY opened_at DESC, id", cohort).map(quiz)
  }

  static func newest(_ cohort: CohortID, _ transaction: any ReadTransaction) throws -> Quiz? {
    try transaction.row("SELECT * FROM quizzes WHERE cohort = ? ORDER BY opened_at DESC, id LIMIT 1", cohort).map(quiz)
  }

  private static func quiz(_ row: Row) throws -> Quiz {
    Quiz(
      id: try row.get("id"), cohort: try row.get("cohort"), lesson: try row.get("lesson"),
      questions: try row.get("questions", as: String.self).split(separator: ",").map(String.init),
      step: try row.get("step"), openedAt: try row.get("opened_at"))
  }

  static func move(_ quiz: QuizID, from: Int, to: Int, _ transaction: any WriteTransaction) throws -> Bool {
    try transaction.execute("UPDATE quizzes SET step = ? WHERE id = ? AND step = ?", to, quiz, from) == 1
  }

  // MARK: Answers

  struct Answer {
    var quiz: QuizID
    var question: String
    var participant: ParticipantID
    var mark: Double
    var response: [UInt8]
    var epoch: Int
    var isOnPaper = false
  }

  /// Answers `false` when the question was answered before: the first answer stays.
  static func insert(_ answer: Answer, at moment: Moment, _ transaction: any WriteTransaction) throws -> Bool {
    try transaction.execute(
      """
      INSERT INTO quiz_answers (quiz, question, participant, mark, response, epoch, on_paper, answered_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (quiz, question, participant) DO NOTHING
      """, answer.quiz, answer.question, answer.participant, answer.mark, answer.response, answer.epoch,
      answer.isOnPaper, moment) == 1
  }

  static func answers(_ quiz: QuizID, _ question: String, _ transaction: any ReadTransaction) throws -> [Answer] {
    try transaction.rows("SELECT * FROM quiz_answers WHERE quiz = ? AND question = ?", quiz, question).map(answer)
  }

  static func count(_ quiz: QuizID, _ question: String, _ transaction: any ReadTransaction) throws -> Int {
    try transaction.value(
      Int.self, "SELECT COUNT(*) FROM quiz_answers WHERE quiz = ? AND question = ?", quiz, question) ?? 0
  }

  /// The marks of one participant, by question.
  static func marks(_ quiz: QuizID, _ participant: ParticipantID, _ transaction: any ReadTransaction) throws
    -> [String: (mark: Double, isOnPaper: Bool)]
  {
    try transaction.rows(
      "SELECT question, mark, on_paper FROM quiz_answers WHERE quiz = ? AND participant = ?", quiz, participant
    ).reduce(into: [:]) { marks, row in
      marks[try row.get("question", as: String.self)] = (try row.get("mark"), try row.get("on_paper"))
    }
  }

  /// Takes back what was typed in from one sheet.
  static func deletePaper(_ quiz: QuizID, _ participant: ParticipantID, _ transaction: any WriteTransaction) throws {
    try transaction.execute(
      "DELETE FROM quiz_answers WHERE quiz = ? AND participant = ? AND on_paper = 1", quiz, participant)
  }

  private static func answer(_ row: Row) throws -> Answer {
    Answer(
      quiz: try row.get("quiz"), question: try row.get("question"), participant: try row.get("participant"),
      mark: try row.get("mark"), response: try row.get("response"), epoch: try row.get("epoch"),
      isOnPaper: try row.get("on_paper"))
  }
}
