import Accounts
import Basics
import CountryPack
import Foundation
import Records

extension CaseDesk {
  // MARK: Services

  /// Writes down a service that was given.
  public func addService(_ actor: Actor, _ id: CaseID, id service: ServiceRecordID, _ request: ServiceRequest)
    async throws
  {
    try actor.require(.editCase)
    let now = office.clock.now()
    try await office.database.write { transaction in
      if let before = try CareRecords.caseID(ofService: service, transaction) {
        guard before == id else { throw Refusal.conflict }
        return
      }
      let summary = try own(id, for: .addService, actor, transaction)
      let provider = try request.provider.map { try AgencyDesk.agency($0, transaction) != nil }
      let problems = problems(request, providerExists: provider ?? true, on: day(now))
      guard problems.isEmpty else { throw Refusal.fields(unique(problems)) }
      let record = ServiceRecord(
        id: service, service: request.service, day: request.day, provider: request.provider,
        amountCents: request.amountCents, outcome: request.outcome, recordedBy: actor.member)
      let detail = try sealed(
        request.detail == ServiceDetail() ? nil : request.detail, .narrative, at: SealedPlace.detail(summary, service),
        summary, for: actor, at: now, transaction)
      try CareRecords.insert(record, of: id, agency: actor.agency, detail: detail, at: now, transaction)
      try transaction.record(entry(actor, "service.add", id, at: now))
    }
  }

  private func problems(_ request: ServiceRequest, providerExists: Bool, on day: CalendarDay) -> [FieldProblem] {
    var problems = TextRules.problems([
      ("note", request.detail.note, .note), ("provider_name", request.detail.providerName, .name),
    ])
    func wrong(_ field: String, _ key: String) { problems.append(FieldProblem(field, key)) }
    if pack.term(.services, request.service) == nil { wrong("service", "error.unknown_code") }
    if request.day > day { wrong("day", "error.day_future") }
    if request.day < day.adding(days: -366 * 20) { wrong("day", "error.day_too_long_ago") }
    if !providerExists { wrong("provider", "error.unknown_code") }
    if request.provider == nil, !request.detail.providerName.contains(where: \.isLetter) {
      wrong("provider_name", "error.provider_needed")
    }
    if let cents = request.amountCents, !(0...100_000_000).contains(cents) { wrong("amount", "error.amount") }
    if let outcome = request.outcome, pack.term(.outcomes, outcome) == nil { wrong("outcome", "error.unknown_code") }
    return problems
  }

  // MARK: Follow-ups

  /// Plans something to be done for the person by a day.
  public func planFollowUp(
    _ actor: Actor, _ id: CaseID, id followUp: FollowUpID, due: CalendarDay, note: String
  ) async throws {
    try actor.require(.editCase)
    let now = office.clock.now()
    try await office.database.write { transaction in
      if let before = try CareRecords.caseID(ofFollowUp: followUp, transaction) {
        guard before == id else { throw Refusal.conflict }
        return
      }
      let summary = try own(id, for: .planFollowUp, actor, transaction)
      var problems = TextRules.problems([("note", note, .note)])
      if due < day(now) { problems.append(FieldProblem("due", "error.day_past")) }
      if due > day(now).adding(days: 5 * 366) { problems.append(FieldProblem("due", "error.day_too_far")) }
      guard problems.isEmpty else { throw Refusal.fields(problems) }
      let sealed = try sealed(
        note.isEmpty ? nil : note, .narrative, at: SealedPlace.followUp(summary, "note", followUp), summary,
        for: actor, at: now, transaction)
      try CareRecords.insert(
        FollowUp(id: followUp, due: due, plannedBy: actor.member), of: id, agency: actor.agency, note: sealed, at: now,
        transaction)
      try TaskRecords.refresh(id, transaction)
      try transaction.record(entry(actor, "follow_up.plan", id, at: now))
    }
  }

  /// Marks a follow-up as done.
  ///
  /// Throws `Refusal.conflict` when it was done already.
  public func finishFollowUp(
    _ actor: Actor, _ id: CaseID, _ followUp: FollowUpID, on done: CalendarDay, result: String
  ) async throws {
    try actor.require(.editCase)
    let now = office.clock.now()
    try await office.database.write { transaction in
      let summary = try own(id, for: .finishFollowUp, actor, transaction)
      guard try CareRecords.caseID(ofFollowUp: followUp, transaction) == id else { throw Refusal.notFound }
      var problems = TextRules.problems([("result", result, .note)])
      if done > day(now) { problems.append(FieldProblem("done", "error.day_future")) }
      if done < day(now).adding(days: -366 * 20) { problems.append(FieldProblem("done", "error.day_too_long_ago")) }
      guard problems.isEmpty else { throw Refusal.fields(problems) }
      let sealed = try sealed(
        result.isEmpty ? nil : result, .narrative, at: SealedPlace.followUp(summary, "result", followUp), summary,
        for: actor, at: now, transaction)
      guard try CareRecords.finish(followUp, of: id, on: done, result: sealed, transaction) else {
        throw Refusal(.conflict, Phrase("error.follow_up_done"))
      }
      try TaskRecords.refresh(id, transaction)
      try transaction.record(entry(actor, "follow_up.finish", id, at: now))
    }
  }
}
