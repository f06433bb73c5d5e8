import Accounts
import Basics
import CountryPack
import Foundation
import Records
import Vault

/// The desk of the form at the end of a day: one for each seat, and nobody can tell whose is which.
///
/// How: a form is taken apart when it comes in. Its scales only raise counts; its text is a row of its own under a random
/// number, sealed to the trainer, without time or seat. That a seat has given its form is a keyed tag in a third table,
/// which can be made again from the seat but leads to no form. The audit entry names the cohort only. Who signs a text
/// does so inside of the seal.
public struct FeedbackDesk: Sendable {
  /// The question under which all forms are counted.
  static let everyForm = "*"
  /// How long after the day its form can still be given.
  public static let graceDays = 7

  let training: TrainingOffice
  private var office: Office { training.office }

  init(_ training: TrainingOffice) { self.training = training }

  /// What is sealed of a text.
  public struct Note: Hashable, Sendable, Codable {
    public var text: String
    /// The number on the badge of whoever signed.
    public var signedBy: Int?
  }

  // MARK: The participant

  /// The days whose form a seat can give now, and which of them it has given.
  public func days(_ link: Token) async throws -> [(day: CalendarDay, isGiven: Bool)] {
    let training = self.training
    return try await office.database.read { transaction in
      let person = try training.enrolled(link, transaction)
      return try training.feedbackDays(person.cohort, transaction).map { day in
        (day, try FeedbackRecords.isGiven(tag: training.feedbackTag(person.id, day), transaction))
      }
    }
  }

  /// Takes a form in, once for each seat and day.
  ///
  /// - Parameter isSigned: puts the number of the badge inside of the sealed text.
  /// - Returns: whether this was the first.
  @discardableResult
  public func give(_ link: Token, _ day: CalendarDay, _ answers: FeedbackAnswers, isSigned: Bool) async throws -> Bool {
    try check(answers)
    let (training, now) = (self.training, office.clock.now())
    return try await office.database.write { transaction in
      let person = try training.enrolled(link, transaction)
      guard try training.feedbackDays(person.cohort, transaction).contains(day) else {
        throw Refusal(.conflict, Phrase("error.training_feedback_over"))
      }
      let tag = training.feedbackTag(person.id, day)
      guard try !FeedbackRecords.isGiven(tag: tag, transaction) else { return false }
      _ = try FeedbackRecords.give(tag: tag, transaction)
      let number = isSigned ? try RoomRecords.numbers(person.cohort, transaction)[person.id] : nil
      try training.store(answers, person.cohort, of: person.agency, day, signedBy: number, transaction)
      try transaction.record(
        AuditEntry(
          at: now, doer: .visitor, action: "feedback.give", objectKind: "cohort",
          objectID: person.cohort.description))
      return true
    }
  }

  private func check(_ answers: FeedbackAnswers) throws(Refusal) {
    let form = training.pack.training.feedback
    guard !answers.isEmpty else { throw Refusal(.invalid, Phrase("error.training_feedback_empty")) }
    let isKnown =
      answers.values.allSatisfy { code, value in
        form.scales.contains { $0.code == code } && FeedbackForm.scale.contains(value)
      } && answers.texts.keys.allSatisfy { code in form.texts.contains { $0.code == code } }
    guard isKnown else { throw Refusal(.invalid, Phrase("error.training_unknown_question")) }
    if let long = answers.texts.first(where: { $0.value.utf8.count > 4000 }) {
      throw Refusal.fields([FieldProblem(long.key, Phrase("error.too_long", ["most": "2000"]))])
    }
  }

  // MARK: The trainer

  /// What a day's forms say in figures.
  public func result(_ actor: Actor, _ cohort: CohortID, _ day: CalendarDay) async throws -> (
    cohort: Cohort, result: FeedbackResult, texts: Int
  ) {
    try actor.require(.manageTraining)
    let training = self.training
    return try await office.database.read { transaction in
      let cohort = try training.owned(actor, cohort, transaction)
      let result = FeedbackResult(
        training.pack.training.feedback, counts: try FeedbackRecords.counts(cohort.id, day, transaction))
      return (cohort, result, try FeedbackRecords.texts(cohort.id, day, transaction).count)
    }
  }

  /// What was written on a day, by question. Reading it is an entry in the audit log.
  public func texts(_ actor: Actor, _ cohort: CohortID, _ day: CalendarDay) async throws -> [(
    question: String, note: Note?
  )] {
    try actor.require(.manageTraining)
    let training = self.training
    let (own, texts) = try await office.database.write { transaction in
      let own = try training.owned(actor, cohort, transaction)
      try training.note(actor, "feedback.read", "cohort", cohort.description, transaction)
      return (own, try FeedbackRecords.texts(cohort, day, transaction))
    }
    return texts.map { text in
      let note: Note?? = try? training.open(
        text.sealed, epoch: text.epoch, of: own.agency, ("feedback_texts", String(text.id)), column: "sealed",
        for: actor)
      return (text.question, note ?? nil)
    }
  }

  /// Types forms in from paper, a line each. The same page sent twice counts once.
  ///
  /// - Parameter id: names this pile of paper.
  ///
  /// Throws `Refusal` beside the field `lines` with the number of the first line that does not hold; then nothing is
  /// stored.
  public func enter(_ actor: Actor, id: TrainingSessionID, _ cohort: CohortID, _ day: CalendarDay, _ typed: String)
    async throws -> Int
  {
    try actor.require(.manageTraining)
    let form = training.pack.training.feedback
    var forms: [FeedbackAnswers] = []
    let lines = typed.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated()
      .filter { $0.element.contains { !$0.isWhitespace } }
    guard (1...PaperDesk.mostLines).contains(lines.count) else {
      throw Refusal.fields([FieldProblem("lines", lines.isEmpty ? "error.missing" : "error.training_too_many_lines")])
    }
    var wrong: [FieldProblem] = []
    for (index, line) in lines {
      do {
        let answers = try FeedbackAnswers(line: line, form)
        if !answers.isEmpty { forms.append(answers) }
      } catch {
        wrong.append(
          FieldProblem(
            "lines",
            Phrase(
              "error.training_feedback_line_at", ["line": String(index + 1), "count": String(form.scales.count)])))
      }
    }
    guard wrong.isEmpty else { throw Refusal.fields(Array(wrong.prefix(5))) }
    let (training, entered) = (self.training, forms)
    return try await office.database.write { transaction in
      let own = try training.owned(actor, cohort, transaction)
      guard try training.feedbackDays(cohort, transaction, isPaper: true).contains(day) else { throw Refusal.notFound }
      let tag = training.feedbackTag(id, day)
      guard try !FeedbackRecords.isGiven(tag: tag, transaction) else { return 0 }
      _ = try FeedbackRecords.give(tag: tag, transaction)
      for answers in entered {
        try training.store(answers, cohort, of: own.agency, day, signedBy: nil, transaction)
      }
      try training.note(actor, "feedback.enter", "cohort", cohort.description, transaction)
      return entered.count
    }
  }
}

extension TrainingOffice {
  fileprivate func enrolled(_ link: Token, _ transaction: any ReadTransaction) throws -> Participant {
    guard let person = try TrainingRecords.participant(linkHash: link.hash, transaction), person.status == .enrolled
    else { throw Refusal.notFound }
    return person
  }

  /// Days with a session that has come, as long as their form can be given; on paper it may come later.
  fileprivate func feedbackDays(_ cohort: CohortID, _ transaction: any ReadTransaction, isPaper: Bool = false) throws
    -> [CalendarDay]
  {
    let days = Set(try TrainingRecords.sessions(cohort, transaction).map(\.day))
    return days.filter { $0 <= today && (isPaper || today <= $0.adding(days: FeedbackDesk.graceDays)) }.sorted()
  }

  /// A keyed tag of 63 bits: without the installation's secret nobody can tell whose it is.
  fileprivate func feedbackTag(_ giver: some CustomStringConvertible, _ day: CalendarDay) -> Int64 {
    office.root.tag("feedback-given", [Array(giver.description.utf8), Array(day.description.utf8)]).prefix(8)
      .reduce(Int64(0)) { ($0 << 8 | Int64($1)) & .max }
  }

  fileprivate func store(
    _ answers: FeedbackAnswers, _ cohort: CohortID, of agency: AgencyID, _ day: CalendarDay, signedBy: Int?,
    _ transaction: any WriteTransaction
  ) throws {
    try FeedbackRecords.count(cohort, day, FeedbackDesk.everyForm, 0, transaction)
    for (code, value) in answers.values { try FeedbackRecords.count(cohort, day, code, value, transaction) }
    guard !answers.texts.isEmpty else { return }
    let key = try sealingKey(agency, transaction)
    for (code, text) in answers.texts {
      let id = Int64(bitPattern: office.randomness.next()) & .max
      let sealed = try sealed(
        FeedbackDesk.Note(text: text, signedBy: signedBy), with: key, of: agency, ("feedback_texts", String(id)),
        column: "sealed")
      try FeedbackRecords.insert(
        .init(id: id, question: code, sealed: sealed, epoch: key.epoch), cohort, day, transaction)
    }
  }
}
