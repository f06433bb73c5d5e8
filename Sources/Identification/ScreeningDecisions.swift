import Accounts
import Basics
import CountryPack
import Records
import Vault

extension ScreeningDesk {
  /// Ends the interview and keeps its explained result. It may be ended at any time, also with open questions.
  @discardableResult
  public func finish(_ actor: Actor, _ id: ScreeningID) async throws -> ScreeningResult {
    try actor.require(.conductScreening)
    let pack = pack
    let day = CalendarDay(office.clock.now(), offsetFromUTC: pack.offsetFromUTC)
    return try await sitting(actor, id, "screening.finish") { sitting in
      if let result = sitting.file.result, sitting.screening.finishedAt != nil {
        sitting.changes = false
        return result
      }
      try sitting.make(.finish)
      guard let result = ScreeningResult(sitting.file, pack, on: day) else { throw Refusal.notFound }
      try sitting.save(PartName.result, result, seen: sitting.file.resultRevision)
      sitting.screening.instrument = result.report.instrument
      sitting.screening.instrumentVersion = result.report.instrumentVersion
      sitting.screening.finishedAt = sitting.now
      sitting.screening.outcome = result.report.assessment
      sitting.screening.pattern = result.report.pattern
      sitting.screening.review = nil
      return result
    }
  }

  /// Takes the interview up again, to ask what is still open. Decisions already made are kept.
  public func reopen(_ actor: Actor, _ id: ScreeningID) async throws {
    try actor.require(.conductScreening)
    try await sitting(actor, id, "screening.reopen") { sitting in
      if sitting.screening.status == .inProgress { return sitting.changes = false }
      try sitting.make(.reopen)
      sitting.screening.finishedAt = nil
      sitting.screening.outcome = nil
      sitting.screening.pattern = nil
      sitting.screening.review = nil
    }
  }

  /// A person's decision with its reason. No score decides; several decisions stand beside each other over time.
  ///
  /// - Parameters:
  ///   - decision: the identifier of the decision to make; the same again changes nothing.
  ///   - kind: a `Decision.Kind`; the formal ones are for supervisors of a body that may identify formally.
  ///
  /// Throws `Refusal`: `.fields`, `.forbidden`, or `.conflict` while the interview is not finished or an appeal is open.
  public func decide(
    _ actor: Actor, _ id: ScreeningID, _ decision: DecisionID, kind typedKind: String, reason typed: String
  ) async throws {
    var problems: [FieldProblem] = []
    let kind = Decision.Kind(rawValue: typedKind)
    if kind == nil { problems.append(FieldProblem("decision", "error.screening_choose")) }
    let reason = FreeText.read(typed, "reason", isRequired: true, &problems)
    guard problems.isEmpty, let kind else { throw Refusal.fields(problems) }
    let term = pack.identification.clock
    try await sitting(actor, id, "screening.decide") { sitting in
      if sitting.wasDone(decision) { return sitting.changes = false }
      try sitting.make(.decide(kind), term)
      try sitting.keep(decision, kind, reason: reason, body: kind.isFormal ? sitting.file.ownBody : nil)
    }
  }

  /// Someone is in danger: stops the interview at once and puts the screening on top of the supervisors' work list.
  ///
  /// Opens nothing that is sealed, so that it works whatever else does not.
  public func reportDanger(_ actor: Actor, _ id: ScreeningID) async throws {
    try requireAny(actor)
    let now = office.clock.now()
    try await office.database.write { transaction in
      var screening = try load(id, for: actor, transaction)
      let before = screening.status
      screening.status = try ScreeningRules.next(
        .reportDanger, from: before, by: Standing(actor, screening))
      if screening.dangerSince != nil, screening.status == before { return }
      if screening.dangerSince == nil {
        screening.dangerSince = now
        try ScreeningRecords.insertDanger(id, by: actor.member, at: now, transaction)
      }
      screening.touchedAt = now
      guard try ScreeningRecords.update(screening, from: before, transaction) else { throw Refusal.conflict }
      try transaction.record(entry("screening.danger", actor, id))
    }
  }

  /// A supervisor's word that the danger was seen to, and how.
  public func settleDanger(_ actor: Actor, _ id: ScreeningID, reason typed: String) async throws {
    try actor.require(.decideIdentification)
    let reason = try reason(typed)
    try await sitting(actor, id, "screening.danger_settle") { sitting in
      guard let since = sitting.screening.dangerSince else { return sitting.changes = false }
      try sitting.make(.settleDanger)
      let sealed = try sitting.key.sealValue(reason, at: .danger(sitting.screening, since))
      try ScreeningRecords.settleDanger(
        id, since: since, by: actor.member, reason: sealed, at: sitting.now, sitting.transaction)
      sitting.screening.dangerSince = nil
    }
  }
}
