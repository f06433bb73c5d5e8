import Accounts
import Basics
import CountryPack
import Records

/// Designing on the screen: a draft's text is written anew for each change, and what stood before is kept.
extension MechanismDesk {
  // MARK: Reading

  /// A draft with its findings and the change that can be taken back.
  ///
  /// Throws `Refusal.notFound`.
  public func design(_ actor: Actor, _ id: MechanismVersionID) async throws -> MechanismDesign {
    let (stored, isSigned, last) = try await office.database.read { transaction in
      let stored = try Self.visible(id, to: actor, transaction)
      return (
        stored, try !MechanismRecords.signatures(id, transaction).isEmpty,
        try MechanismEditRecords.last(of: id, transaction)
      )
    }
    let mechanism = try Self.mechanism(stored, terms)
    let before = last.flatMap { try? Mechanism.read($0.before, file: "", terms: terms) }
    return MechanismDesign(
      version: stored.version, mechanism: mechanism, check: MechanismCheck(mechanism, terms: terms),
      obstacle: Self.obstacle(stored.version, isSigned: isSigned, actor), last: last?.edit,
      lastDid: before.map { MechanismDifference.all(from: $0, to: mechanism) } ?? [])
  }

  /// What others changed since a revision that somebody saw.
  public func changes(_ actor: Actor, _ id: MechanismVersionID, since revision: Int) async throws
    -> [MechanismDifference]
  {
    let (stored, seen) = try await office.database.read { transaction in
      let stored = try Self.visible(id, to: actor, transaction)
      return (stored, try MechanismEditRecords.content(of: id, at: revision, transaction))
    }
    guard let seen, let before = try? Mechanism.read(seen, file: "", terms: terms) else { return [] }
    return MechanismDifference.all(from: before, to: try Self.mechanism(stored, terms))
  }

  /// Whether a change that a form holds was made before: the form was sent twice.
  public func isDone(_ actor: Actor, _ edit: MechanismEditID, _ id: MechanismVersionID) async throws -> Bool {
    try await office.database.read { transaction in
      _ = try Self.visible(id, to: actor, transaction)
      return try MechanismEditRecords.version(of: edit, transaction) == id
    }
  }

  // MARK: Beginning

  /// Begins a draft from nothing, from a skeleton or from a version that the actor may see. Doing it again changes
  /// nothing.
  ///
  /// Throws `Refusal`: `.forbidden`, `.notFound` for a version that is not the actor's to see, `.conflict` for another
  /// one's id, `.invalid` for a missing name or territory.
  @discardableResult
  public func begin(
    _ actor: Actor, _ id: MechanismVersionID, _ beginning: MechanismBeginning, for purpose: MechanismVersion.Purpose
  ) async throws -> MechanismVersion {
    guard actor.may(.keepMechanisms) || purpose == .exercise && actor.may(.manageTraining) else {
      throw Refusal.forbidden
    }
    let (now, terms) = (office.clock.now(), terms)
    let day = CalendarDay(now, offsetFromUTC: offset)
    return try await office.database.write { transaction in
      if let existing = try MechanismRecords.version(id, transaction) {
        guard existing.version.member == actor.member else { throw Refusal.conflict }
        return existing.version
      }
      let (mechanism, remarks) = try Self.begun(beginning, day, actor, terms, transaction)
      let content = try Self.text(mechanism, remarks, terms)
      let version = MechanismVersion(
        id: id, code: mechanism.code, name: mechanism.name[.spanish], day: day, purpose: purpose, state: .draft,
        agency: actor.agency, member: actor.member, readAt: now, revision: 1)
      try MechanismRecords.insert(version, content, transaction)
      try transaction.record(Self.audit("mechanism.begin", id, actor, now))
      return version
    }
  }

  private static func begun(
    _ beginning: MechanismBeginning, _ day: CalendarDay, _ actor: Actor, _ terms: MechanismTerms,
    _ transaction: any ReadTransaction
  ) throws -> (Mechanism, [String]) {
    func code(_ name: LocalizedText) throws -> String {
      Mechanism.code(from: name[.spanish], taken: try MechanismEditRecords.codes(transaction))
    }
    guard case .version(let id) = beginning.from else {
      guard let name = beginning.name else {
        throw Refusal.fields([FieldProblem("name_\(Language.spanish.code)", "error.missing")])
      }
      guard !beginning.provinces.isEmpty else { throw Refusal.fields([FieldProblem("provinces", "error.choose")]) }
      let fresh = MechanismBeginning.fresh(
        code: try code(name), name: name, provinces: beginning.provinces, day: day,
        hasSkeleton: beginning.from == .skeleton, terms)
      return (fresh, [])
    }
    let stored = try visible(id, to: actor, transaction)
    var mechanism = try mechanism(stored, terms)
    (mechanism.version, mechanism.from, mechanism.until) = (day, nil, nil)
    if let name = beginning.name { mechanism.name = name }
    if !beginning.provinces.isEmpty { mechanism.provinces = beginning.provinces }
    if !beginning.continues { mechanism.code = try code(mechanism.name) }
    return (mechanism, Mechanism.remarks(of: stored.content))
  }

  // MARK: Changing

  /// Writes a draft anew with one change. Findings are no obstacle: only adopting asks for them. Sending the same change
  /// again changes nothing.
  ///
  /// - Parameters:
  ///   - edit: the form holds it.
  ///   - mechanism: with the change, made of the draft at `revision`.
  ///
  /// Throws `Refusal`: `.notFound`, `.forbidden`, `.conflict` when it was signed or changed meanwhile, `.invalid` when the
  /// format has no place for it.
  public func write(
    _ actor: Actor, _ id: MechanismVersionID, _ edit: MechanismEditID, _ mechanism: Mechanism, revision: Int
  ) async throws {
    try await rewrite(actor, id, edit, .change, revision) { stored, _, terms in
      guard mechanism.code == stored.version.code else { throw Refusal.conflict }
      return try Self.text(mechanism, Mechanism.remarks(of: stored.content), terms)
    }
  }

  /// Takes the last change back; again, the one before it. The same form sent twice takes one back.
  ///
  /// Throws `Refusal`: `.notFound`, `.forbidden`, `.conflict`, also where nothing is left to take back.
  public func undo(_ actor: Actor, _ id: MechanismVersionID, _ edit: MechanismEditID, revision: Int) async throws {
    try await rewrite(actor, id, edit, .undo, revision) { _, transaction, _ in
      guard let last = try MechanismEditRecords.last(of: id, transaction) else {
        throw Refusal(.conflict, Phrase("error.mechanism_nothing_to_undo"))
      }
      try MechanismEditRecords.markUndone(last.edit.id, transaction)
      return last.before
    }
  }

  private func rewrite(
    _ actor: Actor, _ id: MechanismVersionID, _ edit: MechanismEditID, _ kind: MechanismEdit.Kind, _ revision: Int,
    _ body: @escaping @Sendable (MechanismRecords.Stored, any WriteTransaction, MechanismTerms) throws -> String
  ) async throws {
    guard actor.may(.keepMechanisms) || actor.may(.manageTraining) else { throw Refusal.forbidden }
    let (now, terms) = (office.clock.now(), terms)
    try await office.database.write { transaction in
      let stored = try Self.visible(id, to: actor, transaction)
      if let done = try MechanismEditRecords.version(of: edit, transaction) {
        guard done == id else { throw Refusal.conflict }
        return
      }
      let isSigned = try !MechanismRecords.signatures(id, transaction).isEmpty
      switch Self.obstacle(stored.version, isSigned: isSigned, actor) {
      case nil: break
      case .forbidden: throw Refusal.forbidden
      case let obstacle?: throw Refusal(.conflict, Phrase("error.mechanism_design_\(obstacle.rawValue)"))
      }
      guard stored.version.revision == revision else { throw Refusal(.conflict, Phrase("error.mechanism_edited")) }
      let content = try body(stored, transaction, terms)
      if content == stored.content { return }
      let mechanism = try Mechanism.read(content, file: "", terms: terms)
      var version = stored.version
      (version.name, version.day) = (mechanism.name[.spanish], mechanism.version)
      version.revision += 1
      guard try MechanismEditRecords.rewrite(version, content, from: revision, transaction) else {
        throw Refusal.conflict
      }
      let made = MechanismEdit(
        id: edit, member: actor.member, madeAt: now, revision: version.revision, kind: kind)
      try MechanismEditRecords.insert(made, of: id, before: stored.content, transaction)
      try MechanismEditRecords.keepAgencies(ofDesks: Set(mechanism.desks.map(\.code)), of: id, transaction)
      try transaction.record(Self.audit(kind == .undo ? "mechanism.undo" : "mechanism.edit", id, actor, now))
    }
  }

  /// The file that a mechanism becomes, read back before it is kept.
  private static func text(_ mechanism: Mechanism, _ remarks: [String], _ terms: MechanismTerms) throws -> String {
    let text = mechanism.written(terms: terms, remarks: remarks)
    do { _ = try Mechanism.read(text, file: "", terms: terms) } catch {
      throw Refusal(.invalid, Phrase("error.mechanism_no_place"))
    }
    return text
  }

  private static func obstacle(_ version: MechanismVersion, isSigned: Bool, _ actor: Actor)
    -> MechanismDesignObstacle?
  {
    MechanismRules.obstacleToDesign(
      version.state, version.purpose, isSigned: isSigned,
      by: MechanismRules.Standing(
        keeps: actor.may(.keepMechanisms), signs: actor.may(.signMechanisms), isNamed: false, hasSigned: false,
        isOwner: version.agency == actor.agency), teaches: actor.may(.manageTraining))
  }
}
