import Accounts
import Basics
import CountryPack
import Records
import Vault

extension DataProtectionDesk {
  /// Writes down what a person asked, and by when it is answered.
  ///
  /// - Parameters:
  ///   - request: chosen by the form.
  ///   - askedOn: the day on which the person asked; the term runs from there.
  public func record(
    _ actor: Actor, _ id: CaseID, id request: DataRequestID, _ kind: DataRequest.Kind, askedOn: CalendarDay,
    words text: String
  ) async throws {
    guard actor.may(.editCase) || actor.may(.recordConsent) else { throw Refusal.forbidden }
    let now = office.clock.now()
    var problems = TextRules.problems([("words", text, .note)])
    if askedOn > cases.day(now) { problems.append(FieldProblem("asked", "error.day_future")) }
    if askedOn < cases.day(now).adding(days: -366) { problems.append(FieldProblem("asked", "error.day_too_long_ago")) }
    guard problems.isEmpty else { throw Refusal.fields(problems) }
    try await office.database.write { transaction in
      if let before = try DataRequestRecords.request(request, agency: actor.agency, transaction) {
        guard before.request.caseID == id else { throw Refusal.conflict }
        return
      }
      let summary = try own(id, actor, transaction)
      let blob =
        text.isEmpty
        ? nil : try sealed(text, Self.place(request, summary, "words"), summary, actor, at: now, transaction)
      try DataRequestRecords.insert(
        DataRequest(
          id: request, caseID: id, kind: kind, askedOn: askedOn,
          due: content.requests.due(from: askedOn, holidays: pack.identification.holidays), recordedBy: actor.member),
        agency: actor.agency, words: blob, at: now, transaction)
      try transaction.record(cases.entry(actor, "request.record", id, at: now))
    }
  }

  /// Answers a request. Granting a restriction stops all sharing at once; granting an erasure proposes it, and somebody
  /// else confirms. The others are done by hand and granted when they are, by whoever assists the person.
  ///
  /// - Parameters:
  ///   - ground: needed to refuse.
  ///   - reason: what the person is told; needed to refuse.
  public func answer(
    _ actor: Actor, _ request: DataRequestID, _ answer: DataRequest.Reply, ground: DataRequest.Ground? = nil,
    reason: String
  ) async throws {
    if answer == .refused {
      try actor.require(.protectData)
      if ground == nil { throw Refusal.fields([FieldProblem("ground", "error.request_ground")]) }
      try Self.requireWords(reason, "reason")
    } else {
      let problems = TextRules.problems([("reason", reason, .note)])
      guard problems.isEmpty else { throw Refusal.fields(problems) }
    }
    let now = office.clock.now()
    let erasure = office.randomness.identifier(ErasureEntity.self)
    try await office.database.write { transaction in
      guard let found = try DataRequestRecords.request(request, agency: actor.agency, transaction)?.request else {
        throw Refusal.notFound
      }
      let summary = try cases.own(found.caseID, for: .withdrawConsent, actor, transaction)
      if found.kind.isDecided { try actor.require(.protectData) }
      let blob =
        reason.isEmpty
        ? nil : try sealed(reason, Self.place(request, summary, "reason"), summary, actor, at: now, transaction)
      guard
        try DataRequestRecords.answer(
          request, of: summary.id, answer, ground: answer == .refused ? ground : nil, reason: blob, by: actor.member,
          at: now,
          transaction)
      else { throw Refusal(.conflict, Phrase("error.request_answered")) }
      if answer == .granted {
        switch found.kind {
        case .restrict:
          try DataRequestRecords.restrict(summary.id, agency: actor.agency, by: actor.member, at: now, transaction)
          try CaseDesk.endBeingFound(summary.id, cases.pack, at: now, transaction)
          try transaction.record(cases.entry(actor, "restriction.set", summary.id, at: now))
        case .erase: _ = try propose(summary, erasure, .request, actor, at: now, transaction)
        case .access, .correct, .copy, .withdraw: break
        }
      }
      try transaction.record(cases.entry(actor, "request.\(answer.rawValue)", summary.id, at: now))
    }
  }

  /// Lets the case be shared again, as its consents say.
  public func liftRestriction(_ actor: Actor, _ id: CaseID) async throws {
    try actor.require(.protectData)
    let now = office.clock.now()
    try await office.database.write { transaction in
      _ = try own(id, actor, transaction)
      guard try DataRequestRecords.liftRestriction(id, transaction) else {
        throw Refusal(.conflict, Phrase("error.restriction_lifted"))
      }
      try transaction.record(cases.entry(actor, "restriction.lift", id, at: now))
    }
  }

  /// Unanswered requests of the agency, the nearest term first; codes and days only.
  public func openRequests(_ actor: Actor) async throws -> [DataRequest] {
    guard actor.may(.readCase) else { throw Refusal.forbidden }
    return try await office.database.read { try DataRequestRecords.open(actor.agency, limit: 200, $0) }
  }

  /// One request with its words, and its case. The reading is in the audit log before anything is shown.
  public func request(_ actor: Actor, _ id: CaseID, _ request: DataRequestID) async throws -> (CaseSummary, DataRequest)
  {
    guard actor.may(.readCase) || actor.may(.openCase) else { throw Refusal.forbidden }
    let now = office.clock.now()
    let (summary, found) = try await office.database.read { transaction in
      let summary = try own(id, actor, transaction)
      guard let sealed = try DataRequestRecords.request(request, agency: actor.agency, transaction),
        sealed.request.caseID == id
      else { throw Refusal.notFound }
      var found = sealed.request
      if let epoch = sealed.epoch {
        if let blob = sealed.words, let key = actor.keyring.agencyKey(.casework, epoch: epoch) {
          let place = ReceiptDesk.place(request, summary.agency)
          found.words = String(decoding: try DropBox.open(blob, with: key, at: place), as: UTF8.self)
        }
      } else {
        found.words = try words(
          sealed.words, Self.place(request, summary, "words"), summary, actor, at: now, transaction)
      }
      found.reason = try words(
        sealed.reason, Self.place(request, summary, "reason"), summary, actor, at: now, transaction)
      return (summary, found)
    }
    let entry = cases.entry(actor, "request.read", id, at: now)
    try await office.database.write { try $0.record(entry) }
    return (summary, found)
  }

  /// What stands about the person's rights in one case; of requests without their words.
  public func rights(_ actor: Actor, _ id: CaseID) async throws -> CaseRights {
    guard actor.may(.readCase) || actor.may(.openCase) else { throw Refusal.forbidden }
    return try await office.database.read { transaction in
      let summary = try own(id, actor, transaction)
      let due = summary.closedAt.flatMap { closed in
        schedule(summary).map { ($0, RetentionRules.due(closed: cases.day(closed), $0)) }
      }
      let requests = try DataRequestRecords.requests(of: id, transaction).map(\.request)
      return CaseRights(
        summary: summary, requests: requests,
        restrictedSince: try DataRequestRecords.restricted(since: id, transaction),
        isHeld: try !RetentionRecords.held([id], transaction).isEmpty,
        isProposed: try !RetentionRecords.proposed([id], transaction).isEmpty, schedule: due?.0, due: due?.1)
    }
  }

  private static func place(_ request: DataRequestID, _ summary: CaseSummary, _ column: String) -> FieldAddress {
    SealedPlace.field(summary, "data_requests", column, request.description)
  }
}

/// What stands about the person's rights in one case.
public struct CaseRights: Hashable, Sendable {
  public var summary: CaseSummary
  /// The newest first.
  public var requests: [DataRequest]
  /// Since when nothing of it is shared, because the person asked so.
  public var restrictedSince: Moment?
  public var isHeld: Bool
  public var isProposed: Bool
  /// Of a closed case, if one fits.
  public var schedule: RetentionSchedule?
  public var due: CalendarDay?
}
