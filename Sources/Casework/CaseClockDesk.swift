import Accounts
import Basics
import CountryPack
import Records
import Vault

extension CaseDesk {
  /// Begins a clock for the person of a case.
  ///
  /// - Parameter clock: chosen by the form, so that a second click begins nothing more.
  ///
  /// Throws `Refusal`: `.invalid` with the wrong fields, `.conflict` when one of the kind runs already.
  public func startClock(_ actor: Actor, _ id: CaseID, id clock: CaseClockID, _ request: CaseClockRequest) async throws
  {
    try actor.require(.editCase)
    let now = office.clock.now()
    try await office.database.write { transaction in
      if let before = try CaseClockRecords.caseID(of: clock, transaction) {
        guard before == id else { throw Refusal.conflict }
        return
      }
      let summary = try own(id, for: .edit, actor, transaction)
      let problems = CaseClockRules.problems(request, pack, on: day(now))
      guard problems.isEmpty, let terms = CaseClockRules.terms(request, pack) else {
        throw Refusal.fields(unique(problems))
      }
      guard try !CaseClockRecords.hasLive(request.kind, of: id, transaction) else {
        throw Refusal(.conflict, Phrase("error.clock_runs"))
      }
      let new = CaseClock(
        id: clock, kind: request.kind, start: request.start, terms: terms, member: actor.member, revision: 1)
      let document = try sealed(
        request.document.isEmpty ? nil : request.document, .legal, at: SealedPlace.clock(summary, clock), summary,
        for: actor, at: now, transaction)
      try CaseClockRecords.insert(
        new, of: id, agency: actor.agency, due: due(new, at: now), document: document, at: now, transaction)
      try TaskRecords.refresh(id, transaction)
      try transaction.record(entry(actor, "clock.start", id, at: now))
    }
  }

  /// Suspends, resumes, extends or ends a clock, with the reason.
  ///
  /// - Parameters:
  ///   - event: chosen by the form, so that a second click changes nothing more.
  ///   - revision: of the clock as it was seen.
  ///
  /// Throws `Refusal`: `.invalid` with the wrong fields, `.conflict` where the clock does not allow the move or somebody
  /// was faster.
  public func moveClock(
    _ actor: Actor, _ id: CaseID, _ clock: CaseClockID, id event: CaseClockEventID, _ change: CaseClockChange,
    seen revision: Int
  ) async throws {
    try actor.require(.editCase)
    let now = office.clock.now()
    try await office.database.write { transaction in
      let summary = try own(id, for: .edit, actor, transaction)
      if let before = try CaseClockRecords.clockID(of: event, transaction) {
        guard before == clock else { throw Refusal.conflict }
        return
      }
      guard var stored = try CaseClockRecords.clocks(of: id, transaction).first(where: { $0.clock.id == clock })?.clock
      else { throw Refusal.notFound }
      guard stored.revision == revision else { throw Refusal(.conflict, Phrase("error.edited_meanwhile")) }
      let state = try CaseClockRules.next(change.move, from: CaseClockRules.state(stored), stored.terms)
      let problems = CaseClockRules.problems(change, of: stored, on: day(now))
      guard problems.isEmpty else { throw Refusal.fields(unique(problems)) }
      let new = CaseClockEvent(
        id: event, move: change.move, day: change.day, days: change.move == .extend ? change.days : nil,
        member: actor.member, at: now)
      stored.events.append(new)
      if state == .ended { stored.ended = change.day }
      let reason = try sealed(
        change.reason, .legal, at: SealedPlace.clockEvent(summary, event), summary, for: actor, at: now, transaction)
      guard
        try CaseClockRecords.update(
          clock, seen: revision, due: due(stored, at: now), ended: stored.ended, transaction)
      else { throw Refusal(.conflict, Phrase("error.edited_meanwhile")) }
      try CaseClockRecords.insert(
        new, place: revision, of: clock, case: id, agency: actor.agency, reason: reason, transaction)
      try TaskRecords.refresh(id, transaction)
      try transaction.record(entry(actor, "clock.\(change.move.rawValue)", id, at: now))
    }
  }

  private func due(_ clock: CaseClock, at now: Moment) -> CalendarDay? {
    CaseClockRules.due(clock, holidays: pack.identification.holidays, on: day(now))
  }

  /// How a clock stands now; `nil` when it has ended.
  public func reading(_ clock: CaseClock) -> CaseClockRules.Reading? {
    CaseClockRules.reading(clock, holidays: pack.identification.holidays, on: today)
  }

  /// Within a file, for the owning agency.
  func readClocks(_ file: inout CaseFile, _ keys: [DataKind: RecordKey], _ transaction: any ReadTransaction) throws {
    guard file.part != .receiver else { return }
    let summary = file.summary
    let key = keys[.legal]
    func open(_ blob: [UInt8]?, _ address: FieldAddress) throws -> String? {
      guard let blob, let key else { return nil }
      return try key.openValue(String.self, blob, at: address)
    }
    file.clocks = try CaseClockRecords.clocks(of: summary.id, transaction).map { sealed in
      var clock = sealed.clock
      clock.document = try open(sealed.document, SealedPlace.clock(summary, clock.id))
      for (index, reason) in sealed.reasons.enumerated() {
        clock.events[index].reason = try open(reason, SealedPlace.clockEvent(summary, clock.events[index].id))
      }
      return clock
    }
  }
}

extension SealedPlace {
  static func clock(_ summary: CaseSummary, _ id: CaseClockID) -> FieldAddress {
    field(summary, "case_clocks", "document", id.description)
  }
  static func clockEvent(_ summary: CaseSummary, _ id: CaseClockEventID) -> FieldAddress {
    field(summary, "case_clock_events", "reason", id.description)
  }
}
