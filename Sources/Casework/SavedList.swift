import Accounts
import Basics
import CountryPack
import Foundation
import Records
import Vault

public enum SavedListEntity {}
public typealias SavedListID = Identifier<SavedListEntity>

/// What a member wants to see of the agency's cases, in codes only: it can stand in an address and be kept.
public struct CaseChoice: Hashable, Sendable, Codable {
  public enum Show: String, Hashable, Sendable, Codable, CaseIterable {
    case open
    /// With something due today or before.
    case due
    /// With something due within seven days.
    case week
    case closed, all
  }

  public var show: Show
  public var kind: String?
  public var form: String?
  public var province: String?
  /// Who opened the case.
  public var worker: MemberID?

  public init(
    show: Show = .open, kind: String? = nil, form: String? = nil, province: String? = nil, worker: MemberID? = nil
  ) {
    self.show = show
    self.kind = kind
    self.form = form
    self.province = province
    self.worker = worker
  }

  /// Whether anything beside the state is chosen.
  public var isNarrowed: Bool { kind != nil || form != nil || province != nil || worker != nil }

  /// The choice on a day: what is due moves on with it.
  public func filter(on day: CalendarDay) -> CaseFilter {
    var filter = CaseFilter(kind: kind, form: form, province: province, worker: worker)
    switch show {
    case .open: filter.status = .open
    case .closed: filter.status = .closed
    case .due: filter.dueBy = day
    case .week: filter.dueBy = day.adding(days: 7)
    case .all: break
    }
    return filter
  }

  /// What the pack does not know.
  func problems(_ pack: CountryPack) -> [FieldProblem] {
    var problems: [FieldProblem] = []
    if let kind, pack.term(.caseKinds, kind) == nil { problems.append(FieldProblem("kind", "error.unknown_code")) }
    if let form, pack.term(.exploitation, form) == nil { problems.append(FieldProblem("form", "error.unknown_code")) }
    if let province, pack.province(iso: province) == nil {
      problems.append(FieldProblem("province", "error.unknown_code"))
    }
    return problems
  }
}

/// A choice that a member keeps under a name of their own.
public struct SavedList: Hashable, Sendable {
  public var id: SavedListID
  public var name: String
  public var choice: CaseChoice
}

extension CaseDesk {
  static let mostSavedLists = 20

  /// The actor's own lists, the oldest first. Nobody else sees them.
  public func savedLists(_ actor: Actor) async throws -> [SavedList] {
    _ = try opener(actor)
    let root = office.root
    return try await office.database.read { transaction in
      try SavedListRecords.lists(of: actor.member, transaction).map { row in
        // A name that people choose may hold a person's: it lies sealed under the installation's secret.
        let name = try root.open(row.name, purpose: "case-list", context: Array(row.id.description.utf8))
        return SavedList(id: row.id, name: String(decoding: name, as: UTF8.self), choice: row.choice)
      }
    }
  }

  /// Keeps a choice under a name.
  ///
  /// - Parameter id: chosen by the form, so that a second click keeps nothing more.
  ///
  /// Throws `Refusal`: `.invalid` with the wrong fields, `.conflict` when there are twenty already.
  public func saveList(_ actor: Actor, id: SavedListID, name: String, _ choice: CaseChoice) async throws {
    _ = try opener(actor)
    var problems = TextRules.problems([("name", name, .name)]) + choice.problems(pack)
    if !name.contains(where: { $0.isLetter || $0.isNumber }), problems.isEmpty {
      problems.append(FieldProblem("name", "error.missing"))
    }
    guard problems.isEmpty else { throw Refusal.fields(problems) }
    let now = office.clock.now()
    let sealed = try office.root.seal(Array(name.utf8), purpose: "case-list", context: Array(id.description.utf8))
    try await office.database.write { transaction in
      let own = try SavedListRecords.lists(of: actor.member, transaction)
      if own.contains(where: { $0.id == id }) { return }
      guard own.count < Self.mostSavedLists else { throw Refusal(.conflict, Phrase("error.too_many_lists")) }
      try SavedListRecords.insert(id, of: actor.member, name: sealed, choice, at: now, transaction)
      try transaction.record(
        AuditEntry(
          at: now, doer: actor.doer, action: "case_list.save", objectKind: "case_list", objectID: id.description))
    }
  }

  /// Throws `Refusal.notFound` when it is not the actor's own.
  public func removeList(_ actor: Actor, _ id: SavedListID) async throws {
    _ = try opener(actor)
    let now = office.clock.now()
    try await office.database.write { transaction in
      guard try SavedListRecords.remove(id, of: actor.member, transaction) else { throw Refusal.notFound }
      try transaction.record(
        AuditEntry(
          at: now, doer: actor.doer, action: "case_list.remove", objectKind: "case_list", objectID: id.description))
    }
  }
}
