import Accounts
import Basics
import CountryPack
import Records

public enum CaseLinkEntity {}
public typealias CaseLinkID = Identifier<CaseLinkEntity>

/// A case that has to do with another one, as it is seen from there.
public struct CaseLink: Hashable, Sendable {
  public var id: CaseLinkID
  /// A code of `link-kinds`: what the other case's person is to this one's.
  public var kind: String
  public var other: CaseSummary
  /// The other person's name; `nil` when the key is not there.
  public var name: String?
}

/// What belongs to a case beyond it: the person's other cases, and linked ones. Only cases the reader may read.
public struct RelatedCases: Hashable, Sendable {
  public var summary: CaseSummary
  /// Of the same person, the newest first.
  public var ofPerson: [CaseSummary]
  public var links: [CaseLink]
  /// Everybody that family and household links lead to over several steps, without those of `links` and the case itself.
  public var family: [CaseLink]
  public var mayLink: Bool
}

extension CaseDesk {
  /// How many cases a family is followed over.
  static let largestFamily = 40

  /// Throws `Refusal.notFound` for a case that is not the actor's to know of.
  public func related(_ actor: Actor, _ id: CaseID) async throws -> RelatedCases {
    let now = office.clock.now()
    let related = try await office.database.read { transaction in
      let summary = try own(id, for: .read, actor, transaction)
      let cases = try CaseRecords.of(persons: [summary.person], agency: summary.agency, transaction)
      var related = RelatedCases(
        summary: summary,
        ofPerson: (cases[summary.person] ?? []).filter { $0.id != id && mayRead($0, actor) },
        links: try links(of: id, actor, transaction), family: [],
        mayLink: CaseRules.verdict(.edit, summary.status, part(summary, actor), may: actor.may) == .allowed)
      related.family = try family(of: related, actor, transaction)
      let names = try identities(
        (related.links + related.family).map(\.other), actor, at: now, transaction)
      for index in related.links.indices {
        related.links[index].name = names[related.links[index].other.person]?.value.displayName
      }
      for index in related.family.indices {
        related.family[index].name = names[related.family[index].other.person]?.value.displayName
      }
      return related
    }
    // Others' names are shown; the person's own cases say nothing new about anybody.
    if !related.links.isEmpty {
      try await office.database.write { try $0.record(entry(actor, "case.related", id, at: now)) }
    }
    return related
  }

  func mayRead(_ summary: CaseSummary, _ actor: Actor) -> Bool {
    summary.agency == actor.agency
      && CaseRules.verdict(.read, summary.status, part(summary, actor), may: actor.may) == .allowed
  }

  private func links(of id: CaseID, _ actor: Actor, _ transaction: any ReadTransaction) throws -> [CaseLink] {
    try CaseLinkRecords.live(of: id, transaction).compactMap { row in
      guard let other = try CaseRecords.summary(row.one == id ? row.other : row.one, transaction),
        mayRead(other, actor)
      else { return nil }
      return CaseLink(id: row.id, kind: row.one == id ? row.kind : inverse(row.kind), other: other)
    }
  }

  private func inverse(_ kind: String) -> String { pack.term(.linkKinds, kind)?.details["inverse"] ?? kind }

  private func isFamily(_ link: CaseLink) -> Bool {
    ["family", "household"].contains(pack.term(.linkKinds, link.kind)?.details["group"])
  }

  /// Follows family links from case to case, only over cases that the actor may read: who lies behind another's case
  /// stays unknown.
  private func family(of related: RelatedCases, _ actor: Actor, _ transaction: any ReadTransaction) throws -> [CaseLink]
  {
    var seen = Set(related.links.map(\.other.id) + [related.summary.id])
    var open = related.links.filter(isFamily).map(\.other.id)
    var family: [CaseLink] = []
    while let next = open.popLast(), family.count < Self.largestFamily {
      for link in try links(of: next, actor, transaction) where isFamily(link) && seen.insert(link.other.id).inserted {
        family.append(link)
        open.append(link.other.id)
      }
    }
    return family
  }

  // MARK: Linking

  /// Says that two cases of the agency have to do with one another; it is seen from both.
  ///
  /// - Parameters:
  ///   - link: chosen by the form, so that a second click links nothing more.
  ///   - code: the other case's code, as it was typed.
  ///   - kind: a code of `link-kinds`: what the other case's person is to this one's.
  ///
  /// Throws `Refusal`: `.invalid` with the wrong fields; a case that the actor may not read is none.
  public func link(_ actor: Actor, _ id: CaseID, id link: CaseLinkID, to code: String, kind: String) async throws {
    try actor.require(.editCase)
    let now = office.clock.now()
    try await office.database.write { transaction in
      if try CaseLinkRecords.link(link, transaction) != nil { return }
      let summary = try own(id, for: .edit, actor, transaction)
      var problems: [FieldProblem] = []
      if pack.term(.linkKinds, kind) == nil { problems.append(FieldProblem("kind", "error.unknown_code")) }
      let other = try CaseCode(code).flatMap { try CaseRecords.of(code: $0, transaction) }
      if let other, mayRead(other, actor) {
        if other.id == id {
          problems.append(FieldProblem("code", "error.link_itself"))
        } else if other.person == summary.person {
          problems.append(FieldProblem("code", "error.link_same_person"))
        }
      } else {
        problems.append(FieldProblem("code", "error.link_no_case"))
      }
      guard problems.isEmpty, let other else { throw Refusal.fields(problems) }
      let there = try CaseLinkRecords.live(of: id, transaction)
      if there.contains(where: {
        ($0.one == id && $0.other == other.id && $0.kind == kind)
          || ($0.other == id && $0.one == other.id && inverse($0.kind) == kind)
      }) {
        throw Refusal.fields([FieldProblem("code", "error.link_exists")])
      }
      try CaseLinkRecords.insert(
        link, agency: actor.agency, one: id, other: other.id, kind: kind, by: actor.member, at: now, transaction)
      for id in [id, other.id] { try transaction.record(entry(actor, "case.link", id, at: now)) }
    }
  }

  /// Takes a link back, seen from a case that it leads from.
  ///
  /// Throws `Refusal.notFound` when the actor can't see the link.
  public func unlink(_ actor: Actor, _ id: CaseID, _ link: CaseLinkID) async throws {
    try actor.require(.editCase)
    let now = office.clock.now()
    try await office.database.write { transaction in
      _ = try own(id, for: .edit, actor, transaction)
      guard let seen = try links(of: id, actor, transaction).first(where: { $0.id == link }),
        try CaseLinkRecords.end(link, by: actor.member, at: now, transaction)
      else { throw Refusal.notFound }
      for id in [id, seen.other.id] { try transaction.record(entry(actor, "case.unlink", id, at: now)) }
    }
  }
}
