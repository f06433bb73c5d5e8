import Accounts
import Basics
import CountryPack
import Records
import Vault

extension CaseDesk {
  /// Plans a person's return.
  ///
  /// - Parameter new: chosen by the form, so that a second click plans nothing more.
  ///
  /// Throws `Refusal` `.invalid` with the wrong fields.
  public func planReturn(_ actor: Actor, _ id: CaseID, id new: PersonReturnID, _ request: ReturnRequest) async throws {
    try actor.require(.editCase)
    let now = office.clock.now()
    try await office.database.write { transaction in
      let summary = try own(id, for: .edit, actor, transaction)
      if let before = try ReturnRecords.caseID(of: new, transaction) {
        guard before == id else { throw Refusal.conflict }
        return
      }
      let receiver = try request.receiver.map { try AgencyDesk.agency($0, transaction) != nil } ?? true
      let problems = ReturnRules.problems(request, receiverExists: receiver, pack, on: day(now))
      guard problems.isEmpty else { throw Refusal.fields(unique(problems)) }
      let content = try sealed(
        request.content, .plan, at: SealedPlace.personReturn(summary, new), summary, for: actor, at: now, transaction)
      try ReturnRecords.insert(
        PersonReturn(
          id: new, state: .planned, country: request.country, departure: request.departure,
          receiver: request.receiver, plannedBy: actor.member, revision: 1), of: id, agency: actor.agency,
        content: content, at: now, transaction)
      try TaskRecords.refresh(id, transaction)
      try transaction.record(entry(actor, "return.plan", id, at: now))
    }
  }

  /// Takes the next step of a return, or gives it up. With the confirmation the days on which to ask how it goes become
  /// follow-ups.
  ///
  /// - Parameters:
  ///   - step: chosen by the form, so that a second click changes nothing more.
  ///   - revision: of the return as it was seen.
  ///   - note: what stands in each follow-up, in the reader's language.
  ///
  /// Throws `Refusal`: `.invalid` with the wrong fields, `.conflict` where another step comes first or somebody was
  /// faster.
  public func stepReturn(
    _ actor: Actor, _ id: CaseID, _ planned: PersonReturnID, id step: ReturnStepID, _ request: ReturnStepRequest,
    seen revision: Int, note: String = ""
  ) async throws {
    try actor.require(.editCase)
    let now = office.clock.now()
    try await office.database.write { transaction in
      let summary = try own(id, for: .edit, actor, transaction)
      if let before = try ReturnRecords.returnID(of: step, transaction) {
        guard before == planned else { throw Refusal.conflict }
        return
      }
      let all = try ReturnRecords.returns(of: id, transaction).map(\.stored)
      guard let stored = all.first(where: { $0.id == planned }) else { throw Refusal.notFound }
      let state = try ReturnRules.next(request.move, from: stored.state)
      guard stored.revision == revision else { throw Refusal(.conflict, Phrase("error.edited_meanwhile")) }
      let birth = try identities([summary], actor, at: now, transaction)[summary.person]?.value.birth
      let risks = try AssessmentRecords.assessments(of: id, transaction).map(\.assessment).filter { $0.kind == .risk }
      let problems = ReturnRules.problems(
        request, of: stored, deciders: deciders(summary, birth, on: day(now)), risks: risks, pack, on: day(now))
      guard problems.isEmpty else { throw Refusal.fields(unique(problems)) }
      let new = ReturnStep(
        id: step, move: request.move, day: request.day,
        decidedBy: request.move == .agree ? request.decidedBy : nil, way: request.move == .agree ? request.way : nil,
        assessment: request.move == .assess ? request.assessment : nil, member: actor.member, at: now)
      let words = try sealed(
        request.words.isEmpty ? nil : request.words, .plan, at: SealedPlace.returnStep(summary, step), summary,
        for: actor, at: now, transaction)
      guard try ReturnRecords.update(planned, seen: revision, state, transaction) else {
        throw Refusal(.conflict, Phrase("error.edited_meanwhile"))
      }
      try ReturnRecords.insert(new, of: planned, case: id, agency: actor.agency, words: words, transaction)
      if state == .confirmed {
        for due in Set(request.monitoring).sorted() {
          let followUp = FollowUp(id: office.randomness.identifier(), due: due, plannedBy: actor.member)
          let sealedNote = try sealed(
            note.isEmpty ? nil : note, .narrative, at: SealedPlace.followUp(summary, "note", followUp.id), summary,
            for: actor, at: now, transaction)
          try CareRecords.insert(followUp, of: id, agency: actor.agency, note: sealedNote, at: now, transaction)
        }
      }
      try TaskRecords.refresh(id, transaction)
      try transaction.record(entry(actor, "return.\(request.move.rawValue)", id, at: now))
    }
  }

  /// Within a file, for the owning agency.
  func readReturns(_ file: inout CaseFile, _ keys: [DataKind: RecordKey], _ transaction: any ReadTransaction) throws {
    guard file.part != .receiver else { return }
    let summary = file.summary
    func open<Value: Decodable>(_ blob: [UInt8]?, _ address: FieldAddress) throws -> Value? {
      guard let blob, let key = keys[.plan] else { return nil }
      return try key.openValue(Value.self, blob, at: address)
    }
    file.returns = try ReturnRecords.returns(of: summary.id, transaction).map { sealed in
      var stored = sealed.stored
      stored.content = try open(sealed.content, SealedPlace.personReturn(summary, stored.id))
      for (index, words) in sealed.words.enumerated() {
        stored.steps[index].words = try open(words, SealedPlace.returnStep(summary, stored.steps[index].id))
      }
      return stored
    }
  }
}

extension SealedPlace {
  static func personReturn(_ summary: CaseSummary, _ id: PersonReturnID) -> FieldAddress {
    field(summary, "case_returns", "content", id.description)
  }
  static func returnStep(_ summary: CaseSummary, _ id: ReturnStepID) -> FieldAddress {
    field(summary, "case_return_steps", "words", id.description)
  }
}
