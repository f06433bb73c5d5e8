import Accounts
import Basics
import CountryPack
import Records

/// The open cases whose risk was last found to be of one level.
public struct RiskGroup: Hashable, Sendable {
  /// A code of `assessment-levels`.
  public var level: String
  /// The one to be looked at again first, first; no more than a page of them.
  public var cases: [Case]
  /// There are more than these.
  public var isCut: Bool

  public struct Case: Hashable, Sendable {
    public var summary: CaseSummary
    /// By when to look at the risks again.
    public var due: CalendarDay
  }
}

extension CaseDesk {
  /// The agency's open cases by how grave their risk was last found, the gravest first. Needs no key and leaves no
  /// entry: it names nobody.
  ///
  /// - Parameter most: how many of each level.
  public func riskQueue(_ actor: Actor, most: Int = CaseDesk.pageSize) async throws -> [RiskGroup] {
    let opener = try opener(actor)
    let levels = (pack.lists[.assessmentLevels] ?? []).sorted { ($0.rank ?? 0) > ($1.rank ?? 0) }.map(\.code)
    return try await office.database.read { transaction in
      try levels.map { level in
        let found = try RiskQueueRecords.cases(
          actor.agency, level: level, opener: opener, limit: most + 1, transaction)
        return RiskGroup(
          level: level, cases: Array(found.prefix(most)), isCut: found.count > most)
      }
    }
  }
}
