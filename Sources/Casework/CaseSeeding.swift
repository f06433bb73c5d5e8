import Accounts
import Basics
import CountryPack
import Records
import Vault

extension CaseDesk {
  /// Opens cases for many new people in one transaction: for filling a store that is measured, with the very rows, keys,
  /// tags and audit entries of an import. Nothing a member can reach.
  ///
  /// - Parameter people: identities that are known to be right, with the coded part of their cases. Sex may stand in
  ///   either.
  /// - Returns: the cases, in the order of their identifiers.
  ///
  /// Throws `Refusal.forbidden`, or a `DatabaseFailure`.
  package func seed(_ actor: Actor, _ people: [(identity: PersonIdentity, facts: CaseFacts)], at now: Moment)
    async throws -> [CaseSummary]
  {
    try actor.require(.openCase)
    let keys = try await office.database.read { try FreshKeys(for: actor, $0) }
    let work = CasePreparing(
      office: office, pack: pack, actor: actor, id: .random(), keys: keys, now: now)
    let imported = people.map { entry in
      var identity = entry.identity
      identity.sex = identity.sex ?? entry.facts.sex
      return ImportedCase(identity: identity, facts: entry.facts, narrative: "Relato inventado para medir.")
    }
    // Two halves at once: sealing is what takes the time.
    let half = imported.count / 2
    async let first = imported[..<half].enumerated().map { try work.prepare($1, row: $0) }
    async let second = imported[half...].enumerated().map { try work.prepare($1, row: half + $0) }
    let prepared = PreparedCases(try await first + second)
    return try await office.database.write { transaction in
      var prepared = prepared
      try prepared.renameTaken(using: office.randomness, transaction)
      let cases = prepared.cases
      try keys.store(cases.flatMap(\.keys), at: now, transaction)
      try ImportRecords.insert(prepared, at: now, transaction)
      try transaction.record(cases.map { entry(actor, "case.open", $0.summary.id, at: now) })
      return cases.map(\.summary)
    }
  }
}
