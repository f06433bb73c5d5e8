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

  public init(status: CaseStatus? = nil, dueBy: CalendarDay? = nil, code: String = "") {
    self.status = status
    self.dueBy = dueBy
    self.code = code
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

/// A person a search found, with their cases in the agency.
public struct PersonMatch: Hashable, Sendable {
  public enum Agreement: Int, Hashable, Sendable, Comparable {
    case soundsAlike = 1
    case sameName = 2
    case sameDocument = 3
    public static func < (lhs: Self, rhs: Self) -> Bool { lhs.rawValue < rhs.rawValue }
  }

  public var person: PersonID
  public var identity: PersonIdentity
  public var cases: [CaseSummary]
  public var agreement: Agreement
}

extension CaseDesk {
  public static let pageSize = 25
  /// How many people a search decrypts at most, and answers at most.
  static let candidateLimit = 300
  public static let matchLimit = 50

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

  /// People the agency knows by a name or document, the best agreement first.
  ///
  /// Accents and case don't matter, the words of a name may come in any order, and a name that sounds alike is found.
  /// - Parameters:
  ///   - name: at least one word of a name, or empty.
  ///   - document: a document number, or empty.
  public func search(_ actor: Actor, name: String, document: String = "") async throws -> [PersonMatch] {
    let opener = try opener(actor)
    let problems = TextRules.problems([("name", name, .name), ("document", document, .name)])
    guard problems.isEmpty else { throw Refusal.fields(problems) }
    let now = office.clock.now()
    let index = BlindIndex(root: office.root, agency: actor.agency.description)
    let number = BlindIndex.normalised(document: document)
    let found = try await office.database.read { transaction in
      func candidates(_ tags: Set<Int>) throws -> [PersonID] {
        try PersonRecords.candidates(
          tags, agency: actor.agency, opener: opener, limit: Self.candidateLimit, transaction)
      }
      var ids = try candidates(index.tags(name: name)) + candidates(index.soundTags(name: name))
      if !number.isEmpty { ids += try candidates([index.tag(document: document)]) }
      let people = Array(Set(ids)).sorted()
      let identities = try identities(of: people, owner: actor.agency, actor, at: now, transaction)
      var matches: [PersonMatch] = people.compactMap { person in
        guard let identity = identities[person]?.value else { return nil }
        let sameDocument = !number.isEmpty && BlindIndex.normalised(document: identity.documentNumber) == number
        let agreement: PersonMatch.Agreement? =
          sameDocument
          ? .sameDocument : PersonRules.agreement(name, identity).flatMap(PersonMatch.Agreement.init)
        return agreement.map { PersonMatch(person: person, identity: identity, cases: [], agreement: $0) }
      }
      matches.sort { ($1.agreement, $0.identity.displayName) < ($0.agreement, $1.identity.displayName) }
      matches = Array(matches.prefix(Self.matchLimit))
      let cases = try CaseRecords.of(persons: matches.map(\.person), agency: actor.agency, transaction)
      for index in matches.indices {
        matches[index].cases = (cases[matches[index].person] ?? []).filter { opener == nil || $0.openedBy == opener }
      }
      return matches
    }
    try await office.database.write {
      try $0.record(AuditEntry(at: now, doer: actor.doer, action: "person.search", objectKind: "person"))
    }
    return found
  }

  /// The identities of the persons of some cases of one agency, by two queries.
  func identities(
    _ summaries: [CaseSummary], _ actor: Actor, at now: Moment, _ transaction: any ReadTransaction
  ) throws -> [PersonID: Revised<PersonIdentity>] {
    guard let owner = summaries.first?.agency else { return [:] }
    return try identities(of: summaries.map(\.person), owner: owner, actor, at: now, transaction)
  }

  private func identities(
    of persons: [PersonID], owner: AgencyID, _ actor: Actor, at now: Moment, _ transaction: any ReadTransaction
  ) throws -> [PersonID: Revised<PersonIdentity>] {
    let persons = Array(Set(persons))
    let sealed = try PersonRecords.identities(persons, transaction)
    let keys = try RecordKeys.open(
      persons.map { RecordSubject("person", $0) }, DataKind.identity.rawValue, for: actor, at: now, transaction)
    return try sealed.reduce(into: [:]) { identities, entry in
      guard let key = keys[RecordSubject("person", entry.key)] else { return }
      let address = FieldAddress(
        tenant: owner.description, table: "person_contents", column: DataKind.identity.rawValue,
        row: entry.key.description, revision: entry.value.revision)
      identities[entry.key] = Revised(
        try key.openValue(PersonIdentity.self, entry.value.blob, at: address), revision: entry.value.revision)
    }
  }
}
