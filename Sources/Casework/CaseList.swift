import Accounts
import Basics
import Foundation
import Records
import Vault

/// Which cases a list shows.
public struct CaseFilter: Hashable, Sendable {
  public var status: CaseStatus?
  /// Only open cases with a follow-up due by this day, the most urgent first.
  public var dueBy: CalendarDay?
  /// The beginning of a code, as people type it.
  public var code: String
  /// A code of `case-kinds`, of `exploitation`; ISO 3166-2.
  public var kind: String?
  public var form: String?
  public var province: String?
  /// Who opened the case.
  public var worker: MemberID?

  public init(
    status: CaseStatus? = nil, dueBy: CalendarDay? = nil, code: String = "", kind: String? = nil, form: String? = nil,
    province: String? = nil, worker: MemberID? = nil
  ) {
    self.status = status
    self.dueBy = dueBy
    self.code = code
    self.kind = kind
    self.form = form
    self.province = province
    self.worker = worker
  }

  var hasCode: Bool { !code.allSatisfy(\.isWhitespace) }
}

/// Where the next page of a list begins. Its text form names no person and can stand in an address.
public enum CaseCursor: Hashable, Sendable, LosslessStringConvertible {
  case opened(Moment, CaseID)
  case due(CalendarDay, CaseID)
  case code(CaseCode)

  public init?(_ description: String) {
    let parts = description.split(separator: ".").map(String.init)
    switch parts.first {
    case "o" where parts.count == 3:
      guard let moment = Int64(parts[1]), let id = CaseID(parts[2]) else { return nil }
      self = .opened(Moment(milliseconds: moment), id)
    case "d" where parts.count == 3:
      guard let day = CalendarDay(parts[1]), let id = CaseID(parts[2]) else { return nil }
      self = .due(day, id)
    case "c" where parts.count == 2:
      guard let code = CaseCode(parts[1]) else { return nil }
      self = .code(code)
    default: return nil
    }
  }

  public var description: String {
    switch self {
    case .opened(let moment, let id): "o.\(moment.milliseconds).\(id)"
    case .due(let day, let id): "d.\(day).\(id)"
    case .code(let code): "c.\(code)"
    }
  }
}

public struct CaseRow: Hashable, Sendable {
  public var summary: CaseSummary
  /// The person's name; `nil` in a work list, or when the key is not there.
  public var name: String?

  public init(summary: CaseSummary, name: String? = nil) {
    self.summary = summary
    self.name = name
  }
}

public struct CasePage: Hashable, Sendable {
  public var rows: [CaseRow]
  public var next: CaseCursor?
}

extension CaseDesk {
  public static let pageSize = 25

  /// A page of the agency's cases with names. Each page that is shown is one entry of the audit log.
  public func list(_ actor: Actor, _ filter: CaseFilter = CaseFilter(), after cursor: CaseCursor? = nil) async throws
    -> CasePage
  {
    let opener = try opener(actor)
    let now = office.clock.now()
    let page = try await office.database.read { transaction in
      var page = try CaseRecords.page(actor.agency, opener: opener, filter, after: cursor, transaction)
      let names = try identities(page.rows.map(\.summary), actor, at: now, transaction)
      for index in page.rows.indices {
        page.rows[index].name = names[page.rows[index].summary.person]?.value.displayName
      }
      return page
    }
    try await office.database.write {
      try $0.record(AuditEntry(at: now, doer: actor.doer, action: "case.list", objectKind: "case"))
    }
    return page
  }

  /// The same page without names: needs no key and leaves no entry.
  public func workList(_ actor: Actor, _ filter: CaseFilter = CaseFilter(), after cursor: CaseCursor? = nil)
    async throws -> CasePage
  {
    let opener = try opener(actor)
    return try await office.database.read {
      try CaseRecords.page(actor.agency, opener: opener, filter, after: cursor, $0)
    }
  }

  /// The identities of the persons of some cases of one agency, by two queries.
  func identities(
    _ summaries: [CaseSummary], _ actor: Actor, at now: Moment, _ transaction: any ReadTransaction
  ) throws -> [PersonID: Revised<PersonIdentity>] {
    guard let owner = summaries.first?.agency else { return [:] }
    return try identities(of: summaries.map(\.person), owner: owner, actor, at: now, transaction)
  }

  func identities(
    of persons: [PersonID], owner: AgencyID, _ actor: Actor, at now: Moment, _ transaction: any ReadTransaction
  ) throws -> [PersonID: Revised<PersonIdentity>] {
    let persons = Array(Set(persons))
    let sealed = try ContentRecords.identities(persons, transaction)
    let keys = try RecordKeys.open(
      persons.map { RecordSubject("person", $0) }, DataKind.identity.rawValue, for: actor, at: now, transaction)
    let openable = sealed.compactMap { person, sealed in
      keys[RecordSubject("person", person)].map { (person, sealed, key: $0) }
    }
    let opened = try openable.openedTogether { person, sealed, key in
      let address = SealedPlace.person(person, of: sealed.origin ?? owner, .identity, revision: sealed.revision)
      return (
        person, Revised(try key.openValue(PersonIdentity.self, sealed.blob, at: address), revision: sealed.revision)
      )
    }
    return Dictionary(uniqueKeysWithValues: opened)
  }
}
