import Accounts
import Basics
import CountryPack
import Records
import Vault

/// Reading a file in an emergency: only where a key is. A member of the agency that owns the case holds its key and lacks
/// only the permission; that is what an emergency gives, for hours. An agency without a wrap has no key, and nothing here
/// makes one: it asks the owning agency, which records the basis and shares.
extension DataProtectionDesk {
  /// The purpose that every reading during an emergency carries in the audit log.
  public static let emergencyPurpose = "emergency"

  /// Opens a case of the own agency for a few hours. The agency's supervisors are told, and review it.
  ///
  /// - Parameters:
  ///   - emergency: chosen by the form, so that a second click opens nothing more.
  ///   - code: as people say it.
  ///   - basis: any but consent.
  ///
  /// Throws `Refusal`: `.invalid` with the wrong fields, `.noBasis` when there is no such case or no key to it here, which
  /// is told in the same words, `.conflict` when the actor may read it anyway.
  @discardableResult
  public func openEmergency(
    _ actor: Actor, id emergency: EmergencyID, code typed: String, basis: LegalBasis?, reason: String
  ) async throws -> EmergencyOpening {
    guard actor.may(.openCase) || actor.may(.readCase) else { throw Refusal.forbidden }
    var problems = TextRules.problems([("reason", reason, .note)])
    let code = CaseCode(typed)
    if code == nil { problems.append(FieldProblem("code", "error.case_code")) }
    if basis == nil || basis == .consent { problems.append(FieldProblem("basis", "error.emergency_basis")) }
    if reason.filter({ $0.isLetter || $0.isNumber }).count < 10 {
      problems.append(FieldProblem("reason", "error.emergency_reason"))
    }
    guard problems.isEmpty, let code, let basis else { throw Refusal.fields(problems) }
    let now = office.clock.now()
    let opening: EmergencyOpening? = try await office.database.write { transaction in
      if let before = try EmergencyRecords.opening(emergency, owner: actor.agency, transaction)?.opening {
        guard before.member == actor.member, before.code == code else { throw Refusal.conflict }
        return before
      }
      guard let summary = try CaseRecords.of(code: code, agency: actor.agency, transaction),
        try RecordKeys.open(
          CaseAccess.subject(.identity, summary), DataKind.identity.rawValue, for: actor, at: now, transaction) != nil
      else {
        // That somebody tried stays in the log, and which code does not.
        try transaction.record(
          AuditEntry(at: now, doer: actor.doer, action: "emergency.open", objectKind: "case", decision: .denied))
        return nil
      }
      if actor.may(.readCase) { throw Refusal(.conflict, Phrase("error.emergency_not_needed")) }
      if let live = try EmergencyRecords.live(summary.id, actor.member, at: now, transaction) { return live }
      let blob = try sealed(reason, Self.place(emergency, summary, "reason"), summary, actor, at: now, transaction)
      let opening = EmergencyOpening(
        id: emergency, caseID: summary.id, code: summary.code, agency: actor.agency, member: actor.member,
        basis: basis, openedAt: now, until: now + .hours(content.emergency.hours),
        reviewDue: cases.day(now).adding(days: content.emergency.reviewDays))
      try EmergencyRecords.insert(opening, reason: blob, transaction)
      try transaction.record(
        cases.entry(actor, "emergency.open", summary.id, at: now, purpose: Self.emergencyPurpose))
      return opening
    }
    guard let opening else { throw Refusal(.noBasis, Phrase("error.emergency_no_path")) }
    return opening
  }

  /// What waits for a review in the actor's agency, or was reviewed; the newest first.
  ///
  /// - Parameter most: how many.
  public func emergencies(_ actor: Actor, reviewed: Bool, most: Int = 200) async throws -> [EmergencyOpening] {
    try actor.require(.protectData)
    return try await office.database.read {
      try EmergencyRecords.openings(of: actor.agency, reviewed: reviewed, limit: most, $0)
    }
  }

  /// One opening with its reason and what was read while it lasted.
  public func emergency(_ actor: Actor, _ id: EmergencyID) async throws -> EmergencyReview {
    try actor.require(.protectData)
    let now = office.clock.now()
    let names = try await MembersDesk(office).names(actor)
    return try await office.database.read { transaction in
      guard let sealed = try EmergencyRecords.opening(id, owner: actor.agency, transaction) else {
        throw Refusal.notFound
      }
      var opening = sealed.opening
      if let summary = try CaseRecords.summary(opening.caseID, transaction) {
        opening.reason = try words(
          sealed.reason, Self.place(id, summary, "reason"), summary, actor, at: now, transaction)
        opening.words = try words(sealed.words, Self.place(id, summary, "words"), summary, actor, at: now, transaction)
      }
      let readings = try AuditLog.entries(transaction, objectKind: "case", objectID: opening.caseID.description)
        .compactMap { numbered -> CaseEvent? in
          let entry = numbered.entry
          guard entry.purpose == Self.emergencyPurpose, entry.at >= opening.openedAt, entry.at < opening.until,
            case .member(opening.member, _, _) = entry.doer
          else { return nil }
          return CaseEvent(
            at: entry.at, action: entry.action, agency: opening.agency, memberName: names[opening.member])
        }
      return EmergencyReview(opening: opening, readings: readings)
    }
  }

  /// A supervisor's judgement afterwards, never by who opened it. It also ends what is still open.
  public func review(
    _ actor: Actor, _ id: EmergencyID, _ verdict: EmergencyOpening.Verdict?, words text: String
  ) async throws {
    try actor.require(.protectData)
    guard let verdict else { throw Refusal.fields([FieldProblem("verdict", "error.answer_needed")]) }
    try Self.requireWords(text, "words")
    let now = office.clock.now()
    try await office.database.write { transaction in
      guard let found = try EmergencyRecords.opening(id, owner: actor.agency, transaction)?.opening else {
        throw Refusal.notFound
      }
      guard found.member != actor.member else { throw Refusal(.forbidden, Phrase("error.emergency_own")) }
      let summary = try own(found.caseID, actor, transaction)
      let blob = try sealed(text, Self.place(id, summary, "words"), summary, actor, at: now, transaction)
      guard try EmergencyRecords.review(id, verdict, words: blob, by: actor.member, at: now, transaction) else {
        throw Refusal(.conflict, Phrase("error.emergency_reviewed"))
      }
      try transaction.record(cases.entry(actor, "emergency.review", found.caseID, at: now))
    }
  }

  private static func place(_ id: EmergencyID, _ summary: CaseSummary, _ column: String) -> FieldAddress {
    SealedPlace.field(summary, "emergency_openings", column, id.description)
  }
}
