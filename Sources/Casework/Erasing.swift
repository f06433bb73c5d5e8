import Accounts
import Basics
import CountryPack
import Identification
import Records

/// The erasing of a case and, with the last of them, of the person. Needs nobody's key: it destroys keys.
public enum Erasing {
  /// Called in the transaction in which a case is erased, before its rows are gone.
  public typealias CaseErased = @Sendable (CaseID, AuditEntry.Doer, Moment, any WriteTransaction) throws -> Void

  /// Destroys the keys of a case, its interviews and, when it has no other case, of its person; deletes their rows and
  /// everything that hangs on them; keeps the coded row where it singles nobody out. Records the entry.
  static func erase(
    _ summary: CaseSummary, _ pack: CountryPack, _ engine: Engine, by doer: AuditEntry.Doer, at now: Moment,
    hook: CaseErased, _ transaction: any WriteTransaction
  ) throws {
    let isLast = try !RetentionRecords.hasOtherCases(summary.person, than: summary.id, transaction)
    let alike = try RetentionRecords.alike(summary, transaction)
    let kept = RetentionRules.kept(
      summary.facts, alike: alike.all, coarse: alike.coarse, from: pack.dataProtection.keepFactsFrom)
    try hook(summary.id, doer, now, transaction)
    _ = try ScreeningErasure.erase(of: summary.id, of: summary.tenant, engine, transaction)
    try RetentionRecords.forgetWords(of: summary.id, transaction)
    try RecordKeys.destroy(RecordSubject("case", summary.id), transaction)
    try Cascade.delete(from: "cases", where: "id", is: summary.id.description, engine, transaction)
    if isLast {
      // With the person go the records that were joined into this one: they hold what was known before.
      for person in try MergeRecords.joined(into: summary.person, transaction).reversed() {
        try RecordKeys.destroy(RecordSubject("person", person), transaction)
        try Cascade.delete(from: "persons", where: "id", is: person.description, engine, transaction)
      }
    }
    if let kept { try RetentionRecords.keep(kept, of: summary, transaction) }
    try transaction.record(
      AuditEntry(at: now, doer: doer, action: "case.erase", objectKind: "case", objectID: summary.id.description))
  }

  /// Erases again what a backup brought back: the cases that the newest erasure keys know to be gone.
  /// - Returns: how many.
  public static func finish(
    _ database: any Database, _ pack: CountryPack, at now: Moment, hook: @escaping CaseErased
  ) async throws -> Int {
    let engine = database.engine
    let back = try await database.read { transaction in
      try ErasureKeys.erased("case", transaction).compactMap { CaseID($0) }.chunked(500)
        .flatMap { try RetentionRecords.summaries($0, transaction) }
    }
    for summary in back {
      try await database.write {
        try erase(summary, pack, engine, by: .system("restore"), at: now, hook: hook, $0)
      }
    }
    return back.count
  }
}

extension Array {
  /// In pieces of at most so many.
  func chunked(_ size: Int) -> [[Element]] {
    stride(from: 0, to: count, by: size).map { Array(self[$0..<Swift.min($0 + size, count)]) }
  }
}
