import Accounts
import Basics
import CountryPack
import Records

/// A trainer's desk for the questions that the agency writes itself.
public struct QuestionDesk: Sendable {
  private let training: TrainingOffice
  private var office: Office { training.office }
  private var pack: CountryPack { training.pack }

  public init(_ office: Office, _ pack: CountryPack) { training = TrainingOffice(office, pack) }

  /// The agency's own questions, the newest revision of each; retired ones too.
  public func own(_ actor: Actor) async throws -> [OwnQuestion] {
    try actor.require(.manageTraining)
    return try await office.database.read { try QuestionRecords.own(actor.agency, $0) }
  }

  /// What saving these questions would change; nothing is saved.
  ///
  /// Throws `Refusal` for a course the pack doesn't have, `QuestionProblems` for texts that don't hold.
  public func preview(_ actor: Actor, course: String, spanish: String, english: String) async throws -> QuestionImport {
    try actor.require(.manageTraining)
    let entries = try read(course, spanish, english)
    return try await office.database.read { transaction in
      OwnQuestionRules.compare(entries, course, with: try QuestionRecords.own(actor.agency, transaction))
    }
  }

  /// Saves questions, all of them or none. One that is the same as before stays as it is; a changed one becomes a new
  /// revision, and cohorts that were given the old one keep it.
  ///
  /// - Parameter seen: for one question that is edited: the revision the trainer saw. A newer one is a `.conflict`.
  ///
  /// Throws as `preview`, and when a name is one of the pack's.
  @discardableResult
  public func save(_ actor: Actor, course: String, spanish: String, english: String, seen: [String: Int] = [:])
    async throws -> QuestionImport
  {
    try actor.require(.manageTraining)
    let entries = try read(course, spanish, english)
    let now = office.clock.now()
    return try await office.database.write { transaction in
      let own = try QuestionRecords.own(actor.agency, transaction)
      let changes = OwnQuestionRules.compare(entries, course, with: own)
      guard own.count + changes.count(.new) <= OwnQuestionRules.mostQuestions else {
        throw Refusal(
          .conflict, Phrase("error.training_too_many_questions", ["most": String(OwnQuestionRules.mostQuestions)]))
      }
      let revisions = Dictionary(own.map { ($0.name, $0.revision) }) { _, last in last }
      for entry in entries where changes.changes[entry.name] != .same {
        let last = revisions[entry.name] ?? 0
        if let seen = seen[entry.name], seen != last { throw Refusal.conflict }
        let question = OwnQuestion(
          name: entry.name, revision: last + 1, course: course, texts: entry.texts, isRetired: false, savedAt: now)
        try write(question, "question.save", actor, now, transaction)
      }
      return changes
    }
  }

  /// Takes a question out of the draw, or back in. Said twice it is done once.
  public func retire(_ actor: Actor, _ name: String, isRetired: Bool = true) async throws {
    try actor.require(.manageTraining)
    let now = office.clock.now()
    try await office.database.write { transaction in
      guard var question = try QuestionRecords.own(actor.agency, transaction).first(where: { $0.name == name }) else {
        throw Refusal.notFound
      }
      guard question.isRetired != isRetired else { return }
      (question.isRetired, question.revision, question.savedAt) = (isRetired, question.revision + 1, now)
      try write(question, isRetired ? "question.retire" : "question.return", actor, now, transaction)
    }
  }

  /// The questions of a lesson of the pack, to look at; `nil` for a lesson it doesn't have.
  public func bank(_ lesson: String) -> QuestionBank? { training.lessonBank(lesson) }

  private func read(_ course: String, _ spanish: String, _ english: String) throws -> [QuestionPaper.Entry] {
    guard pack.training.courses.contains(where: { $0.code == course }) else {
      throw Refusal.fields([FieldProblem("course", "error.training_question_course")])
    }
    let entries = try OwnQuestionRules.read(spanish: spanish, english: english)
    let taken = pack.training.lessons.flatMap { training.lessonBank($0.id)?.names ?? [] }
    if let name = Set(taken).intersection(entries.map(\.name)).min() {
      throw Refusal.fields([FieldProblem("es", Phrase("error.training_question_name_taken", ["name": name]))])
    }
    return entries
  }

  private func write(
    _ question: OwnQuestion, _ action: String, _ actor: Actor, _ now: Moment, _ transaction: any WriteTransaction
  ) throws {
    guard try QuestionRecords.insert(question, actor.agency, by: actor.member, transaction) else {
      throw Refusal.conflict
    }
    // The name is the trainer's word, so the log keeps no more than that a question of this agency was saved.
    try transaction.record(
      AuditEntry(at: now, doer: actor.doer, action: action, objectKind: "agency", objectID: actor.agency.description))
  }
}
