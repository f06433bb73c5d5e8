import Accounts
import Basics
import Records
import Vault

/// The sensitive items of a case as one reader sees them.
public struct ProtectedFile: Hashable, Sendable {
  public var summary: CaseSummary
  /// `nil` while nothing was written.
  public var items: Revised<ProtectedItems>?
  public var mayEdit: Bool
}

extension CaseDesk {
  /// Where a person is kept safe. It is not part of the file that opens with a case: who looks for it asks for it, and
  /// that is an entry of its own in the history, committed before anything is shown.
  ///
  /// Throws `Refusal`: `.notFound` as `file`, `.forbidden` for officers who only open cases, `.noBasis` for an agency
  /// that was given something of the case and not this.
  public func protection(_ actor: Actor, _ id: CaseID) async throws -> ProtectedFile {
    guard actor.may(.readCase) || actor.may(.openCase) else { throw Refusal.forbidden }
    let now = office.clock.now()
    let (file, basis, isEmergency) = try await office.database.read { transaction in
      guard let summary = try CaseRecords.summary(id, transaction) else { throw Refusal.notFound }
      let bases = try ConsentRecords.consents(of: id, transaction)
        .filter { $0.recipient == actor.agency && $0.state(at: now) == .live }
      let keys = try keys(summary, bases, actor, at: now, transaction)
      var part = part(summary, actor)
      if part == .stranger, !keys.isEmpty { part = .receiver }
      let reading = try reading(summary, actor, at: now, transaction)
      try CaseRules.verdict(.read, summary.status, part, may: reading.may).require()
      guard reading.may(.readCase) else { throw Refusal.forbidden }
      if part == .receiver, keys[.protection] == nil { throw Refusal(.noBasis, Phrase("error.no_basis")) }
      var file = ProtectedFile(
        summary: summary,
        mayEdit: CaseRules.verdict(.edit, summary.status, part, may: actor.may) == .allowed)
      if let content = try ContentRecords.contents(summary, transaction)[.protection], let key = keys[.protection] {
        let address = SealedPlace.content(summary, .protection, revision: content.revision)
        file.items = Revised(
          try key.openValue(ProtectedItems.self, content.blob, at: address), revision: content.revision)
      }
      let basis = part == .receiver ? bases.first { $0.kinds.contains(.protection) } : nil
      return (file, basis, reading.until != nil)
    }
    let entry = entry(
      actor, "protection.read", id, at: now,
      purpose: isEmergency ? DataProtectionDesk.emergencyPurpose : basis?.purpose, consent: basis?.id)
    try await office.database.write { try $0.record(entry) }
    return file
  }

  /// Changes them.
  ///
  /// - Parameter revision: as the editor saw it; 0 when there was nothing.
  public func editProtection(_ actor: Actor, _ id: CaseID, _ items: ProtectedItems, seen revision: Int) async throws {
    try actor.require(.editCase)
    let now = office.clock.now()
    try await office.database.write { transaction in
      let summary = try own(id, for: .edit, actor, transaction)
      let problems = ExploitationRules.problems(items)
      guard problems.isEmpty else { throw Refusal.fields(problems) }
      try put(items, .protection, seen: revision, summary, for: actor, at: now, transaction)
      try transaction.record(entry(actor, "protection.edit", id, at: now))
    }
  }
}
