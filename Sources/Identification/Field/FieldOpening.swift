import Accounts
import Basics
import CountryPack
import Records
import Vault

extension FieldDesk {
  /// Opens what a phone sealed and makes a screening of it, in the name of the one who interviewed and with every
  /// answer, note and time. What stands beside another becomes a screening of the same person, to compare with the
  /// first. The envelope is emptied: from then on the content lies under the screening's own key only.
  ///
  /// Opened twice, it is the same screening. Throws `Refusal`: `.forbidden`, `.noBasis` when the agency's key that it
  /// is sealed to is not the actor's, `.invalid` when its content is not what the pack knows (it is kept as it is),
  /// `.conflict` while it is held or after it was discarded.
  public func open(_ actor: Actor, _ id: FieldOperationID) async throws -> ScreeningID {
    try screenings.requireAny(actor)
    let now = office.clock.now()
    return try await office.database.write { transaction in
      let entry = try load(id, for: actor, transaction)
      if let screening = entry.screening { return screening }
      let state = try FieldRules.next(
        .open, from: entry.state, entry.kind, isRecordKnown: false, by: standing(actor, entry))
      let interview = try interview(entry, for: actor, transaction)
      let screening = try make(entry, interview, for: actor, at: now, transaction)
      guard
        try FieldRecords.decide(
          entry, state, screening: screening, by: actor.member, reason: nil, at: now, empties: true, transaction)
      else { throw Refusal.conflict }
      try transaction.record(self.entry("field.open", actor.doer, id))
      try transaction.record(screenings.entry("screening.from_field", actor, screening))
      return screening
    }
  }

  /// Opens everything that waits and that the actor may open, at most so many. What can't be opened stays and is
  /// counted.
  public func openAll(_ actor: Actor, limit: Int = 100) async throws -> (opened: Int, left: Int) {
    let waiting = try await inbox(actor, FieldFilter(states: [.waiting], limit: limit))
    var left = 0
    for entry in waiting {
      do { _ = try await open(actor, entry.id) } catch let refusal as Refusal
        where [.invalid, .noBasis, .conflict].contains(refusal.kind)
      { left += 1 }
    }
    return (waiting.count - left, left)
  }

  // MARK: Unsealing

  private func interview(_ entry: FieldEntry, for actor: Actor, _ transaction: any ReadTransaction) throws
    -> FieldInterview
  {
    guard let body = try FieldRecords.body(entry.id, transaction), let operation = FieldOperation(body),
      let sealed = operation.sealed
    else { throw DatabaseFailure.malformed(column: "body") }
    let plain = try unseal(sealed, operation, for: actor)
    // Which instruments may be used is the interviewer's matter, not of the one who opens.
    let interviewer = try Colleagues.standing(of: entry.member, office.root, transaction)
    return try FieldContentReader.read(plain, pack, entry) { instrument in
      instrument.usedBy.contains { user in interviewer?.roles.contains { $0.rawValue == user.rawValue } == true }
    }
  }

  private func unseal(_ sealed: [UInt8], _ operation: FieldOperation, for actor: Actor) throws -> [UInt8] {
    guard let newest = actor.keyring.newestEpoch(.casework) else {
      throw Refusal(.noBasis, Phrase("error.no_basis"))
    }
    guard let key = actor.keyring.agencyKey(.casework, epoch: operation.epoch) else {
      throw Refusal(.noBasis, Phrase(operation.epoch > newest ? "error.field_newer_key" : "error.no_basis"))
    }
    do { return try FieldEnvelope.open(sealed, with: key, context: operation.context) } catch {
      throw Refusal(.invalid, Phrase("error.field_unreadable"))
    }
  }

  // MARK: Making a screening

  private func make(
    _ entry: FieldEntry, _ interview: FieldInterview, for actor: Actor, at now: Moment,
    _ transaction: any WriteTransaction
  ) throws -> ScreeningID {
    let isFirst = try entry.state == .waiting && !ScreeningRecords.exists(entry.record, transaction)
    var screening = Self.begun(entry, interview)
    if !isFirst {
      screening.id = ScreeningID(lettersOf: entry.id)
      let earlier = try ScreeningRecords.screening(entry.record, agency: entry.agency, transaction)
      // While the first one is still sealed, this one waits for it under its name.
      let isForeign = try earlier == nil && ScreeningRecords.exists(entry.record, transaction)
      screening.first = isForeign ? nil : earlier?.first ?? entry.record
    }
    try ScreeningRecords.insert(screening, transaction)
    let key = try RecordKeys.openOrCreate(
      ScreeningDesk.subject(screening.id), ScreeningDesk.kind, for: actor, at: now, transaction)
    let told = try FieldRecords.dangers(of: entry.record, entry.agency, transaction)
    var unsettled = try carry(
      told.filter { (isFirst || $0.id == entry.id) && !$0.isDangerCarried }, to: screening, key, for: actor, transaction
    )
    if told.isEmpty, interview.dangerAt != nil {
      // The phone sealed a danger that it never told: it alerts now.
      try ScreeningRecords.insertDanger(screening.id, by: entry.member, at: entry.receivedAt, transaction)
      unsettled = entry.receivedAt
    }
    screening.dangerSince = unsettled
    let begun = screening.status
    screening.status = interview.status(pack.safetyQuestions, inDanger: unsettled != nil)
    screening.secondsSpent = interview.secondsSpent
    let sitting = Sitting(
      screening: screening, file: try saved(interview, screening, key, at: now, transaction), key: key, actor: actor,
      now: now, transaction: transaction)
    try finish(&screening, interview, sitting)
    guard try ScreeningRecords.update(screening, from: begun, transaction) else { throw Refusal.conflict }
    return screening.id
  }

  private static func begun(_ entry: FieldEntry, _ interview: FieldInterview) -> Screening {
    let form = interview.form
    return Screening(
      id: entry.record, agency: entry.agency, member: entry.member, province: form.province,
      ageGroup: form.about.age.group, sex: form.sex, exploitation: form.exploitation, interpreter: form.interpreter,
      questions: form.questions, instrument: form.leading.id, instrumentVersion: form.leading.version,
      status: .safetyCheck, begunAt: interview.begunAt, touchedAt: interview.touchedAt, answered: 0)
  }

  /// Seals and stores what was said, and reads it again as a screening's file.
  private func saved(
    _ interview: FieldInterview, _ screening: Screening, _ key: RecordKey, at now: Moment,
    _ transaction: any WriteTransaction
  ) throws -> ScreeningFile {
    func save(_ part: String, _ value: some Encodable, answered: Int = 0) throws {
      let content = try key.sealValue(value, at: .part(screening, part, revision: 1))
      guard
        try ScreeningRecords.save(
          screening.id, part: part, .init(revision: 1, content: content), answered: answered, at: now, transaction)
      else { throw Refusal.conflict }
    }
    try save(PartName.about, interview.form.about)
    try save(PartName.safety, interview.safety)
    for (code, topic) in interview.topics { try save(PartName.topic(code), topic, answered: topic.answers.count) }
    return try ScreeningFile(
      screening, parts: try ScreeningRecords.parts(screening.id, transaction),
      history: try SealedHistory(screening.id, transaction), ownBody: nil, key)
  }

  /// The interview's end and its explained result, where the phone ended it and its state allows an end.
  private func finish(_ screening: inout Screening, _ interview: FieldInterview, _ sitting: Sitting) throws {
    guard let finishedAt = interview.finishedAt, [.inProgress, .safetyStopped].contains(screening.status) else {
      return
    }
    let day = CalendarDay(finishedAt, offsetFromUTC: pack.offsetFromUTC)
    guard let result = ScreeningResult(sitting.file, pack, on: day) else { throw Refusal.notFound }
    try sitting.save(PartName.result, result, seen: 0)
    screening.status = .finished
    screening.finishedAt = finishedAt
    screening.instrument = result.report.instrument
    screening.instrumentVersion = result.report.instrumentVersion
    screening.outcome = result.report.assessment
    screening.pattern = result.report.pattern
  }

  /// Takes the dangers of the record over to the screening, with what was done about them.
  ///
  /// - Returns: since when one is unsettled.
  private func carry(
    _ dangers: [FieldEntry], to screening: Screening, _ key: RecordKey, for actor: Actor,
    _ transaction: any WriteTransaction
  ) throws -> Moment? {
    var told: Set<Moment> = []
    var unsettled: [Moment] = []
    for danger in dangers {
      guard let since = danger.dangerSince else { continue }
      try FieldRecords.carryDanger(danger.id, transaction)
      guard told.insert(since).inserted else { continue }
      try ScreeningRecords.insertDanger(screening.id, by: danger.member, at: since, transaction)
      guard let settledAt = danger.dangerSettledAt, let settledBy = danger.dangerSettledBy else {
        unsettled.append(since)
        continue
      }
      let reasons = try FieldRecords.reasons(danger.id, transaction)
      let reason = try reasons.danger.map {
        try reasonKey(danger, for: actor, at: office.clock.now(), transaction)
          .openValue(String.self, $0, at: .field(danger, "danger_reason"))
      }
      try ScreeningRecords.settleDanger(
        screening.id, since: since, by: settledBy,
        reason: try key.sealValue(reason ?? "", at: .danger(screening, since)),
        at: settledAt, transaction)
    }
    return unsettled.min()
  }
}
