import Accounts
import Basics
import CountryPack
import Records
import Vault

extension CaseDesk {
  /// Writes down an assessment. What the person is found to need also becomes the needs that the file shows.
  ///
  /// - Parameters:
  ///   - assessment: chosen by the form, so that a second click writes nothing more.
  ///   - count: how many of the kind there were when it was begun.
  ///
  /// Throws `Refusal`: `.invalid` with the wrong fields, `.conflict` when somebody else assessed the same meanwhile.
  public func assess(
    _ actor: Actor, _ id: CaseID, id assessment: AssessmentID, _ request: AssessmentRequest, seen count: Int
  ) async throws {
    try actor.require(.editCase)
    let now = office.clock.now()
    try await office.database.write { transaction in
      let summary = try own(id, for: .edit, actor, transaction)
      if let before = try AssessmentRecords.caseID(of: assessment, transaction) {
        guard before == id else { throw Refusal.conflict }
        return
      }
      let problems = AssessmentRules.problems(request, pack, on: day(now))
      guard problems.isEmpty else { throw Refusal.fields(unique(problems)) }
      guard try AssessmentRecords.count(of: id, request.kind, transaction) == count else {
        throw Refusal(.conflict, Phrase("error.assessed_meanwhile"))
      }
      let content = try sealed(
        request.content, request.kind.dataKind, at: SealedPlace.assessment(summary, assessment), summary, for: actor,
        at: now, transaction)
      try AssessmentRecords.insert(
        Assessment(
          id: assessment, kind: request.kind, level: request.level, day: request.day,
          due: AssessmentRules.due(request, pack), recordedBy: actor.member), of: id, agency: actor.agency,
        content: content, at: now, transaction)
      if request.kind == .needs { try carryNeeds(request.content, summary, actor, at: now, transaction) }
      try TaskRecords.refresh(id, transaction)
      try transaction.record(entry(actor, "assessment.add", id, at: now))
    }
  }

  /// The file's needs follow the latest look at them; what was not asked stays as it was, and so do the words.
  private func carryNeeds(
    _ content: AssessmentContent, _ summary: CaseSummary, _ actor: Actor, at now: Moment,
    _ transaction: any WriteTransaction
  ) throws {
    let stored = try ContentRecords.contents(summary, transaction)[.needs]
    var needs = Needs()
    if let stored {
      let key = try RecordKeys.openOrCreate(
        CaseAccess.subject(.needs, summary), DataKind.needs.rawValue, for: actor, at: now, transaction)
      needs = try key.openValue(
        Needs.self, stored.blob, at: SealedPlace.content(summary, .needs, revision: stored.revision))
    }
    let codes = (pack.lists[.needs] ?? []).map(\.code).filter { code in
      switch content.answer(code) {
      case .yes: true
      case .no: false
      case .unknown, .notAsked: needs.codes.contains(code)
      }
    }
    guard codes != needs.codes else { return }
    try put(
      Needs(codes: codes, note: needs.note), .needs, seen: stored?.revision ?? 0, summary, for: actor, at: now,
      transaction)
  }

  /// Takes back an assessment that was written down by mistake: its content is gone, that it was there stays in the
  /// history. Doing it again is told as `.notFound`.
  public func removeAssessment(_ actor: Actor, _ id: CaseID, _ assessment: AssessmentID) async throws {
    try actor.require(.editCase)
    let now = office.clock.now()
    try await office.database.write { transaction in
      _ = try own(id, for: .edit, actor, transaction)
      guard try AssessmentRecords.remove(assessment, of: id, transaction) else { throw Refusal.notFound }
      try TaskRecords.refresh(id, transaction)
      try transaction.record(entry(actor, "assessment.remove", id, at: now))
    }
  }

  /// Changes what was agreed for the case of danger.
  ///
  /// - Parameter revision: as the editor saw it; 0 when there was nothing.
  public func editSafetyPlan(_ actor: Actor, _ id: CaseID, _ plan: SafetyPlan, seen revision: Int) async throws {
    try actor.require(.editCase)
    let now = office.clock.now()
    try await office.database.write { transaction in
      let summary = try own(id, for: .edit, actor, transaction)
      let problems = AssessmentRules.problems(plan)
      guard problems.isEmpty else { throw Refusal.fields(problems) }
      try put(plan, .safety, seen: revision, summary, for: actor, at: now, transaction)
      try transaction.record(entry(actor, "safety_plan.edit", id, at: now))
    }
  }

  // MARK: Reading, within a file

  func readAssessments(
    _ file: inout CaseFile, _ keys: [DataKind: RecordKey], _ transaction: any ReadTransaction
  ) throws {
    let summary = file.summary
    let isReceiver = file.part == .receiver
    file.assessments = try AssessmentRecords.assessments(of: summary.id, transaction).compactMap { sealed in
      var assessment = sealed.assessment
      guard let key = keys[assessment.kind.dataKind] else { return isReceiver ? nil : assessment }
      assessment.content = try key.openValue(
        AssessmentContent.self, sealed.content, at: SealedPlace.assessment(summary, assessment.id))
      return assessment
    }
  }
}

extension SealedPlace {
  static func assessment(_ summary: CaseSummary, _ id: AssessmentID) -> FieldAddress {
    field(summary, "case_assessments", "content", id.description)
  }
}
