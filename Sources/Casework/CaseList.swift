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

/// What a search found.
public struct PersonSearch: Hashable, Sendable {
  /// The best agreement first.
  public var matches: [PersonMatch]
  /// There may be more: another word of the name, or a document, would find them.
  public var isCut: Bool
}

extension CaseDesk {
  public static let pageSize = 25
  /// How many people a search decrypts at most for each way of looking, and answers at most.
  static let candidateLimit = 400
  static let matchLimit = 50

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

  /// People the agency knows by a name or document.
  ///
  /// Accents and case don't matter, the words of a name may come in any order, and a name that sounds alike is found.
  /// - Parameters:
  ///   - name: at least one word of a name, or empty.
  ///   - document: a document number, or empty.
  public func search(_ actor: Actor, name: String, document: String = "") async throws -> PersonSearch {
    let problems = TextRules.problems([("name", name, .name), ("document", document, .name)])
    guard problems.isEmpty else { throw Refusal.fields(problems) }
    return try await find(actor, names: [name], document: document)
  }

  /// People who may be the one a case is about to be opened for. Looks for all names together, and for the first given
  /// name with the first surname: people are known by more or fewer names in each place.
  public func alreadyKnown(_ actor: Actor, givenNames: String, surnames: String, document: String = "") async throws
    -> PersonSearch
  {
    let problems = TextRules.problems([
      ("given_names", givenNames, .name), ("surnames", surnames, .name), ("document_number", document, .name),
    ])
    guard problems.isEmpty else { throw Refusal.fields(problems) }
    let short = [givenNames, surnames].compactMap { BlindIndex.words($0).first }.joined(separator: " ")
    return try await find(actor, names: [givenNames + " " + surnames, short], document: document)
  }

  private func find(_ actor: Actor, names: [String], document: String) async throws -> PersonSearch {
    let opener = try opener(actor)
    let now = office.clock.now()
    let index = BlindIndex(root: office.root, agency: actor.agency.description)
    let number = BlindIndex.normalised(document: document)
    var asked = Set(names.flatMap { [index.tags(name: $0), index.soundTags(name: $0)] })
    if !number.isEmpty { asked.insert([index.tag(document: document)]) }
    let found = try await office.database.read { [asked] transaction in
      var isCut = false
      var people: Set<PersonID> = []
      for tags in asked {
        let some = try PersonRecords.candidates(
          tags, agency: actor.agency, opener: opener, limit: Self.candidateLimit, transaction)
        if some.count == Self.candidateLimit { isCut = true }
        people.formUnion(some)
      }
      let identities = try identities(of: people.sorted(), owner: actor.agency, actor, at: now, transaction)
      var matches: [PersonMatch] = identities.compactMap { person, identity in
        let identity = identity.value
        let sameDocument = !number.isEmpty && BlindIndex.normalised(document: identity.documentNumber) == number
        let agreement =
          sameDocument
          ? .sameDocument
          : names.compactMap { PersonRules.agreement($0, identity) }.max().flatMap(PersonMatch.Agreement.init)
        return agreement.map { PersonMatch(person: person, identity: identity, cases: [], agreement: $0) }
      }
      matches.sort {
        ($1.agreement, $0.identity.displayName, $0.person) < ($0.agreement, $1.identity.displayName, $1.person)
      }
      if matches.count > Self.matchLimit { isCut = true }
      matches = Array(matches.prefix(Self.matchLimit))
      let cases = try CaseRecords.of(persons: matches.map(\.person), agency: actor.agency, transaction)
      for index in matches.indices {
        matches[index].cases = (cases[matches[index].person] ?? []).filter { opener == nil || $0.openedBy == opener }
      }
      return PersonSearch(matches: matches, isCut: isCut)
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
    let sealed = try ContentRecords.identities(persons, transaction)
    let keys = try RecordKeys.open(
      persons.map { RecordSubject("person", $0) }, DataKind.identity.rawValue, for: actor, at: now, transaction)
    return try sealed.reduce(into: [:]) { identities, entry in
      guard let key = keys[RecordSubject("person", entry.key)] else { return }
      let address = SealedPlace.person(entry.key, of: owner, .identity, revision: entry.value.revision)
      identities[entry.key] = Revised(
        try key.openValue(PersonIdentity.self, entry.value.blob, at: address), revision: entry.value.revision)
    }
  }
}
