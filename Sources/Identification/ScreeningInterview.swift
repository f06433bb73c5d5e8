import Accounts
import Basics
import CountryPack
import Records
import Vault

/// One screening within one write transaction.
struct Sitting {
  var screening: Screening
  let file: ScreeningFile
  let key: RecordKey
  let actor: Actor
  let now: Moment
  let transaction: any WriteTransaction
  /// Set to false when the same was done before: nothing is stored then, and nothing recorded.
  var changes = true
  /// Set to false when it is no part of the interview: neither its time nor its pauses go by it.
  var isInterviewing = true

  /// Applies the rule; what changed is stored by `store`.
  mutating func make(_ move: ScreeningMove) throws {
    screening.status = try ScreeningRules.next(move, from: screening.status, by: Standing(actor, screening))
  }

  func store() throws {
    var screening = screening
    if isInterviewing {
      let gap = now - screening.touchedAt
      // Whoever was away longer than this was not interviewing.
      if gap < .minutes(15), gap > .seconds(0) { screening.secondsSpent += Int(gap.milliseconds / 1000) }
      screening.touchedAt = now
    }
    guard try ScreeningRecords.update(screening, from: file.screening.status, transaction) else {
      throw Refusal.conflict
    }
  }

  /// Seals and stores a part as the revision after `seen`.
  func save(_ part: String, _ value: some Encodable, seen: Int, answered: Int = 0) throws {
    let revision = seen + 1
    let content = try key.sealValue(value, at: .part(screening, part, revision: revision))
    guard
      try ScreeningRecords.save(
        screening.id, part: part, .init(revision: revision, content: content), answered: answered, at: now, transaction)
    else { throw ScreeningDesk.stale }
  }
}

extension Standing {
  init(_ actor: Actor, _ screening: Screening) {
    self.init(
      isInterviewer: screening.member == actor.member && actor.may(.conductScreening),
      readsAll: actor.may(.readScreenings), decides: actor.may(.decideIdentification))
  }
}

extension Actor {
  /// Whether one of the member's roles may interview with an instrument.
  public func mayUse(_ instrument: Instrument) -> Bool {
    instrument.usedBy.contains { user in roles.contains { $0.rawValue == user.rawValue } }
  }
}

extension ScreeningDesk {
  static let stale = Refusal(.conflict, Phrase("error.screening_stale"))

  /// Begins a screening with its safety check. The same identifier again changes nothing.
  ///
  /// - Parameter earlier: a screening of the same person, to compare with later.
  ///
  /// Throws `Refusal` `.fields` that names every field that can't be accepted, `.notFound` when the earlier one is not
  /// the actor's to see.
  @discardableResult
  public func begin(
    _ actor: Actor, _ id: ScreeningID, _ form: ScreeningForm, after earlier: ScreeningID? = nil
  ) async throws -> Screening {
    try actor.require(.conductScreening)
    let reading = try form.read(pack, mayUse: actor.mayUse)
    let now = office.clock.now()
    let screening = Screening(
      id: id, agency: actor.agency, member: actor.member, province: reading.province, ageGroup: reading.about.age.group,
      sex: reading.sex, exploitation: reading.exploitation, interpreter: reading.interpreter,
      questions: reading.questions, instrument: reading.leading.id, instrumentVersion: reading.leading.version,
      status: .safetyCheck, begunAt: now, touchedAt: now, answered: 0)
    return try await office.database.write { transaction in
      if try ScreeningRecords.exists(id, transaction) {
        let stored = try load(id, for: actor, transaction)
        guard stored.member == actor.member else { throw Refusal.conflict }
        return stored
      }
      var screening = screening
      if let earlier {
        let known = try load(earlier, for: actor, transaction)
        screening.first = known.first ?? known.id
      }
      try ScreeningRecords.insert(screening, transaction)
      let keys = try RecordKeys.create(
        Self.subject(id), kinds: [Self.kind], for: actor, at: now, transaction)
      guard let key = keys[Self.kind] else { throw Refusal.notFound }
      let content = try key.sealValue(reading.about, at: .part(screening, PartName.about, revision: 1))
      _ = try ScreeningRecords.save(
        id, part: PartName.about, .init(revision: 1, content: content), answered: 0, at: now, transaction)
      try transaction.record(entry("screening.begin", actor, id))
      return screening
    }
  }

  /// Corrects what was typed at the start; a corrected age brings the questions that fit it, and keeps the answers.
  ///
  /// - Parameter seen: the revision of `ScreeningFile.about` that was read.
  public func correct(_ actor: Actor, _ id: ScreeningID, _ form: ScreeningForm, seen: Int) async throws {
    try actor.require(.conductScreening)
    let reading = try form.read(pack, mayUse: actor.mayUse)
    try await sitting(actor, id, "screening.correct") { sitting in
      try sitting.make(.answer)
      var about = reading.about
      (about.askedOn, about.askedBy) = (sitting.file.about.askedOn, sitting.file.about.askedBy)
      if sitting.file.aboutRevision == seen + 1, sitting.file.about == about { return sitting.changes = false }
      sitting.screening.province = reading.province
      sitting.screening.ageGroup = reading.about.age.group
      sitting.screening.sex = reading.sex
      sitting.screening.exploitation = reading.exploitation
      sitting.screening.interpreter = reading.interpreter
      sitting.screening.questions = reading.questions
      sitting.screening.instrument = reading.leading.id
      sitting.screening.instrumentVersion = reading.leading.version
      try sitting.save(PartName.about, about, seen: seen)
    }
  }

  /// Keeps the answers about safety and answers what they mean. An answer that stops keeps the screening stopped.
  ///
  /// - Parameters:
  ///   - answers: by the question's code.
  ///   - seen: the revision of `ScreeningFile.safety` that was read.
  @discardableResult
  public func answerSafety(
    _ actor: Actor, _ id: ScreeningID, _ answers: [String: FourWayAnswer], seen: Int
  ) async throws -> SafetyVerdict {
    try actor.require(.conductScreening)
    try refuseUnknown(answers.keys, pack.safetyQuestions.map(\.code), field: "safety")
    let kept = answers.filter { $0.value != .notAsked }
    let verdict = SafetyRules.verdict(pack.safetyQuestions, kept)
    let action = if case .stopped = verdict { "screening.stop" } else { "screening.safety" }
    try await sitting(actor, id, action) { sitting in
      try sitting.make(.answerSafety(verdict))
      var safety = sitting.file.safety.value
      if sitting.file.safety.revision == seen + 1, safety.answers == kept { return sitting.changes = false }
      safety.take(kept, at: sitting.now, by: actor.member)
      try sitting.save(PartName.safety, safety, seen: seen)
    }
    return verdict
  }

  /// A person's decision to go on although the safety check asks to stop or has open questions.
  ///
  /// Throws `Refusal`: `.fields` without a reason; `.conflict` while a question that nobody may pass over is open.
  public func goOn(_ actor: Actor, _ id: ScreeningID, reason typed: String) async throws {
    let reason = try reason(typed)
    let questions = pack.safetyQuestions
    try await sitting(actor, id, "screening.go_on") { sitting in
      // Pressed twice: it goes on already.
      if sitting.screening.status == .inProgress, sitting.file.safety.value.goneOn.last?.by == actor.member {
        sitting.changes = false
        return
      }
      try sitting.make(.goOn)
      var safety = sitting.file.safety
      guard safety.revision > 0, SafetyRules.mustBeSettled(questions, safety.value.answers).isEmpty else {
        throw Refusal(.conflict, Phrase("error.safety_must_be_settled"))
      }
      safety.value.goneOn.append(.init(at: sitting.now, by: actor.member, reason: reason))
      try sitting.save(PartName.safety, safety.value, seen: safety.revision)
    }
  }

  /// Saves the answers and the note of one topic.
  ///
  /// - Parameters:
  ///   - topic: a dimension of the plan, or `ScreeningPlan.overall` for the note on the whole interview.
  ///   - answers: by the indicator's code; what is left out was not asked.
  ///   - seen: the revision of the topic that was read.
  ///
  /// Returns the topics to ask, in order, as the answers now given have it.
  ///
  /// Throws `Refusal`: `.fields`, or `.conflict` when it was saved elsewhere meanwhile or is no longer in progress.
  @discardableResult
  public func save(
    _ actor: Actor, _ id: ScreeningID, topic: String, _ answers: [String: FourWayAnswer], note: String, seen: Int
  ) async throws -> [String] {
    try actor.require(.conductScreening)
    var problems: [FieldProblem] = []
    let note = FreeText.read(note, "note", &problems)
    guard problems.isEmpty else { throw Refusal.fields(problems) }
    let value = ScreeningFile.Topic(answers: answers.filter { $0.value != .notAsked }, note: note)
    return try await sitting(actor, id, "screening.answer") { sitting in
      let known = plan(sitting.file).topic(topic)?.indicators.map(\.code)
      guard let known = known ?? (topic == ScreeningPlan.overall ? [] : nil) else { throw Refusal.notFound }
      try refuseUnknown(answers.keys, known, field: "answer")
      try sitting.make(.answer)
      let stored = sitting.file.topic(topic)
      var file = sitting.file
      file.topics[topic] = ScreeningFile.Part(revision: seen + 1, value: value)
      let asked = asked(file).topics.map(\.code)
      if stored.revision == seen + 1, stored.value == value {
        sitting.changes = false
        return asked
      }
      guard stored.revision == seen else { throw Self.stale }
      try sitting.save(PartName.topic(topic), value, seen: seen, answered: value.answers.count)
      return asked
    }
  }

  // MARK: Shared

  /// Loads and opens one screening, lets `work` change it, stores it and records the entry: all in one transaction.
  func sitting<Answer: Sendable>(
    _ actor: Actor, _ id: ScreeningID, _ action: String, _ work: @escaping @Sendable (inout Sitting) throws -> Answer
  ) async throws -> Answer {
    try requireAny(actor)
    let now = office.clock.now()
    return try await office.database.write { transaction in
      let screening = try load(id, for: actor, transaction)
      var sitting = Sitting(
        screening: screening, file: try open(screening, for: actor, at: now, transaction),
        key: try key(id, for: actor, at: now, transaction), actor: actor, now: now, transaction: transaction)
      let answer = try work(&sitting)
      guard sitting.changes else { return answer }
      try sitting.store()
      try transaction.record(entry(action, actor, id))
      return answer
    }
  }

  func reason(_ typed: String) throws(Refusal) -> String {
    var problems: [FieldProblem] = []
    let reason = FreeText.read(typed, "reason", isRequired: true, &problems)
    guard problems.isEmpty else { throw .fields(problems) }
    return reason
  }

  private func refuseUnknown(_ given: some Sequence<String>, _ known: [String], field: String) throws(Refusal) {
    let unknown = Set(given).subtracting(known).sorted()
    guard unknown.isEmpty else {
      throw .fields(unknown.map { _ in FieldProblem(field, "error.screening_code") })
    }
  }
}
