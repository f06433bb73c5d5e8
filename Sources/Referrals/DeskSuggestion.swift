import Accounts
import Basics
import Casework
import Records

/// A service that could help with a case, how it stands by each criterion, and how a referral would get there.
public struct DeskSuggestion: Hashable, Sendable {
  public enum Way: Hashable, Sendable {
    /// Its agency takes part and the person has agreed: it can be chosen.
    case agreed(AgencyID)
    /// Its agency takes part; the person has not agreed that anything is shared with it.
    case notAgreed(AgencyID)
    /// The case's own agency gives it: nothing has to be sent.
    case own
    /// Whoever gives it does not take part, or nobody has said who keeps the entry: only by telephone.
    case outside
  }

  public var match: DirectoryMatch
  public var way: Way
}

extension DirectoryDesk {
  /// What a suggestion begins with: the case's code and its coded facts. Only who may refer the case learns them.
  ///
  /// Throws `Refusal`: `.forbidden`, `.notFound`, `.conflict` for a closed case.
  public func situation(_ actor: Actor, of id: CaseID) async throws -> (code: CaseCode, facts: CaseFacts) {
    try actor.require(.sendReferral)
    let summary = try await office.database.read { try ReferralAccess.openCase(id, of: actor, $0) }
    return (summary.code, summary.facts)
  }

  /// The services that answer a case's need, the best first, and after them those that take others, with why.
  ///
  /// It advises: the sender chooses, also none of them.
  ///
  /// - Parameter query: the need and the person's coded situation; that those who take others are answered too, and that
  ///   services are judged by whom they take, is always so here.
  ///
  /// Throws `Refusal` as `situation` does.
  public func suggestions(_ actor: Actor, for id: CaseID, _ query: DirectoryQuery) async throws -> [DeskSuggestion] {
    try actor.require(.sendReferral)
    let now = office.clock.now()
    let agreed = try await office.database.read { transaction in
      _ = try ReferralAccess.openCase(id, of: actor, transaction)
      return Set(
        try ConsentLedger.live(case: id, at: now, transaction).filter { $0.purpose != beingFound }
          .map(\.recipient))
    }
    var query = query
    (query.withExcluded, query.isAboutSomebody) = (true, true)
    let owners = try await owners(actor)
    return try await search(actor, query).map { match in
      guard let owner = owners[match.service.key] else { return DeskSuggestion(match: match, way: .outside) }
      let way: DeskSuggestion.Way =
        owner == actor.agency ? .own : agreed.contains(owner) ? .agreed(owner) : .notAgreed(owner)
      return DeskSuggestion(match: match, way: way)
    }
  }
}
