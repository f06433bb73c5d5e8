import Accounts
import Basics
import CountryPack
import Records
import Vault

extension CaseDesk {
  /// Opens cases for many new people in one transaction: for filling a store that is measured, with the very rows, keys,
  /// tags and audit entries that `open` makes. Nothing a member can reach.
  ///
  /// - Parameter people: identities that are known to be right, with the coded part of their cases.
  ///
  /// Throws `Refusal.forbidden`, or a `DatabaseFailure`.
  package func seed(_ actor: Actor, _ people: [(identity: PersonIdentity, facts: CaseFacts)], at now: Moment)
    async throws -> [CaseSummary]
  {
    try actor.require(.openCase)
    let index = BlindIndex(root: office.root, agency: actor.agency.description)
    let cases = people.map { entry in
      CaseSummary(
        id: .random(), agency: actor.agency, code: .random(using: .system), person: .random(), facts: entry.facts,
        status: .open, month: day(now).monthOnly, screening: nil, openedBy: actor.member, openedAt: now, revision: 1)
    }
    try await office.database.write { transaction in
      for (summary, entry) in zip(cases, people) {
        try PersonRecords.insert(summary.person, agency: actor.agency, by: actor.member, at: now, transaction)
        try CaseRecords.insert(summary, transaction)
        try put(entry.identity, .identity, seen: 0, summary, for: actor, at: now, transaction)
        try put("Relato inventado para medir.", .narrative, seen: 0, summary, for: actor, at: now, transaction)
        try PersonRecords.setTags(summary.person, agency: actor.agency, entry.identity.tags(index), transaction)
        try transaction.record(self.entry(actor, "case.open", summary.id, at: now))
      }
    }
    return cases
  }
}
