import Accounts
import Basics
import CountryPack
import Records

/// How many cases agree in all their coded fields. Nothing of it can be traced to a person's content.
public struct CaseFact: Hashable, Sendable {
  public var agency: AgencyID
  public var status: CaseStatus
  public var month: CalendarMonth
  public var facts: CaseFacts
  public var count: Int
}

/// The figures' only source in this room: coded columns of all agencies, no key, no content.
public enum CaseCounts {
  public static func facts(_ transaction: any ReadTransaction) throws -> [CaseFact] {
    try CaseRecords.counts(transaction)
  }
}

/// What the coordinating committee may ask about cases: how many, never who.
public struct CountsDesk: Sendable {
  private let office: Office
  private let pack: CountryPack

  public init(_ office: Office, _ pack: CountryPack) {
    self.office = office
    self.pack = pack
  }

  /// All cases of all agencies, counted by their codes. For work inside the mechanism, not for publication.
  public func facts(_ actor: Actor) async throws -> [CaseFact] {
    try actor.require(.readCounts)
    return try await office.database.read { try CaseCounts.facts($0) }
  }
}
