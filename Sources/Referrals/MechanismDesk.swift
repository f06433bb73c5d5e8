import Accounts
import Basics
import CountryPack
import Records

/// The one way to stored mechanisms: to bring one in, say who stands behind its desks, sign, adopt, and read the one that
/// holds.
///
/// Mechanisms are about agencies and not about persons: they are plain, and reading them is no audit entry.
public struct MechanismDesk: Sendable {
  let office: Office
  let terms: MechanismTerms
  /// Of the clocks of the country from UTC: which day it is.
  let offset: Span

  public init(_ office: Office, _ pack: CountryPack) {
    self.office = office
    terms = MechanismTerms(pack)
    offset = pack.offsetFromUTC
  }

  // MARK: Reading

  /// What the actor may see, the newest first: what was adopted every member; a territory's drafts who keeps or signs
  /// them; exercises the own agency's trainers.
  public func versions(_ actor: Actor) async throws -> [MechanismVersion] {
    try await office.database.read { try MechanismRecords.all($0) }.filter { Self.sees(actor, $0) }
  }

  /// One version with its gaps, agencies and signatures.
  ///
  /// Throws `Refusal.notFound`.
  public func look(_ actor: Actor, _ id: MechanismVersionID) async throws -> MechanismLook {
    let (stored, agencies, signatures, before) = try await office.database.read { transaction in
      let stored = try Self.visible(id, to: actor, transaction)
      return (
        stored, try MechanismRecords.agencies(id, transaction), try MechanismRecords.signatures(id, transaction),
        try MechanismRecords.before(stored.version, transaction)
      )
    }
    let mechanism = try mechanism(stored)
    let (situation, standing) = Self.judged(stored.version, mechanism, agencies, signatures, actor)
    return MechanismLook(
      version: stored.version, mechanism: mechanism, check: MechanismCheck(mechanism, terms: terms),
      agencies: agencies, signatures: signatures, before: before.flatMap { Self.sees(actor, $0) ? $0 : nil },
      moves: MechanismMove.allCases.filter { MechanismRules.obstacle(to: $0, in: situation, by: standing) == nil })
  }

  /// The file as it was brought in.
  ///
  /// Throws `Refusal.notFound`.
  public func file(_ actor: Actor, _ id: MechanismVersionID) async throws -> String {
    try await office.database.read { try Self.visible(id, to: actor, $0).content }
  }

  // MARK: Bringing one in

  /// Stores a mechanism's file as a new draft. Doing it again changes nothing.
  ///
  /// - Parameters:
  ///   - id: the form holds it.
  ///   - text: YAML in the pack's format.
  ///
  /// Throws `PackProblems` with every problem and its line; `Refusal`: `.forbidden`, `.conflict` for another one's id.
  @discardableResult
  public func bring(
    _ actor: Actor, _ id: MechanismVersionID, _ text: String, for purpose: MechanismVersion.Purpose
  ) async throws -> MechanismVersion {
    guard actor.may(.keepMechanisms) || purpose == .exercise && actor.may(.manageTraining) else {
      throw Refusal.forbidden
    }
    let now = office.clock.now()
    let mechanism = try Mechanism.read(text, file: "", terms: terms)
    let version = MechanismVersion(
      id: id, code: mechanism.code, name: mechanism.name[.spanish], day: mechanism.version, purpose: purpose,
      state: .draft, agency: actor.agency, member: actor.member, readAt: now, revision: 1)
    return try await office.database.write { transaction in
      if let existing = try MechanismRecords.version(id, transaction) {
        // On the screen it may have been changed since.
        let first = try MechanismEditRecords.content(of: id, at: 0, transaction) ?? existing.content
        guard existing.version.member == actor.member, first == text else { throw Refusal.conflict }
        return existing.version
      }
      try MechanismRecords.insert(version, text, transaction)
      try transaction.record(Self.audit("mechanism.bring", id, actor, now))
      return version
    }
  }

  // MARK: Moves

  /// Says which agency stands behind which desk. Signatures given before fall: they were given to something else.
  ///
  /// - Parameter agencies: by the code of the desk; desks that are left out have nobody.
  ///
  /// Throws `Refusal`: `.notFound`, `.forbidden`, `.conflict`, `.invalid` for a desk or an agency that does not exist.
  public func name(
    _ actor: Actor, _ id: MechanismVersionID, _ agencies: [String: AgencyID], revision: Int
  ) async throws {
    try await change(actor, id, .name, revision) { version, mechanism, transaction in
      for (desk, agency) in agencies {
        guard mechanism.desks.contains(where: { $0.code == desk }), try AgencyDesk.agency(agency, transaction) != nil
        else { throw Refusal.fields([FieldProblem("desk." + desk, "error.choose")]) }
      }
      if try MechanismRecords.agencies(id, transaction) == agencies { return false }
      try MechanismRecords.setAgencies(agencies, of: id, transaction)
      try MechanismRecords.removeSignatures(of: id, transaction)
      version.revision += 1
      return true
    }
  }

  /// Signs for the own agency what was looked at. Doing it again changes nothing.
  ///
  /// - Parameter revision: of the version that was looked at: who stands behind its desks is signed too.
  ///
  /// Throws `Refusal`: `.notFound`, `.forbidden`, `.conflict`.
  public func sign(_ actor: Actor, _ id: MechanismVersionID, revision: Int) async throws {
    let now = office.clock.now()
    try await change(actor, id, .sign, revision) { _, _, transaction in
      try MechanismRecords.insert(
        MechanismSignature(agency: actor.agency, member: actor.member, signedAt: now), of: id, transaction)
      return true
    }
  }

  /// Takes the own agency's signature back, as long as the version is not adopted. Doing it again changes nothing.
  public func unsign(_ actor: Actor, _ id: MechanismVersionID, revision: Int) async throws {
    try await change(actor, id, .unsign, revision) { _, _, transaction in
      try MechanismRecords.removeSignature(actor.agency, of: id, transaction)
      return true
    }
  }

  /// Makes a version the one that the territory works by, once every agency named has signed; the one before it is
  /// replaced in the same transaction.
  ///
  /// - Parameter knownGaps: how many gaps whoever adopts it knows of. A territory may lack what nobody can write into a
  ///   paper, but not without knowing it: `.conflict` when the check finds another number.
  ///
  /// Throws `Refusal`: `.notFound`, `.forbidden`, `.conflict`.
  public func adopt(_ actor: Actor, _ id: MechanismVersionID, knownGaps: Int, revision: Int) async throws {
    let (now, terms) = (office.clock.now(), terms)
    try await change(actor, id, .adopt, revision) { version, mechanism, transaction in
      guard MechanismCheck(mechanism, terms: terms).gaps == knownGaps else {
        throw Refusal(.conflict, Phrase("error.mechanism_gaps"))
      }
      try MechanismRecords.replaceAdopted(version.code, transaction)
      (version.state, version.adoptedAt, version.knownGaps) = (.adopted, now, knownGaps)
      version.revision += 1
      return true
    }
  }

  /// Puts a draft away.
  public func discard(_ actor: Actor, _ id: MechanismVersionID, revision: Int) async throws {
    try await change(actor, id, .discard, revision) { version, _, _ in
      version.state = .discarded
      version.revision += 1
      return true
    }
  }

  /// Checks a move, makes it and records it, in one transaction.
  /// - Parameter body: whether anything changed.
  private func change(
    _ actor: Actor, _ id: MechanismVersionID, _ move: MechanismMove, _ revision: Int,
    _ body: @escaping @Sendable (inout MechanismVersion, Mechanism, any WriteTransaction) throws -> Bool
  ) async throws {
    guard actor.may(.keepMechanisms) || actor.may(.signMechanisms) || actor.may(.manageTraining) else {
      throw Refusal.forbidden
    }
    let (now, terms) = (office.clock.now(), terms)
    try await office.database.write { transaction in
      let stored = try Self.visible(id, to: actor, transaction)
      let mechanism = try Self.mechanism(stored, terms)
      let agencies = try MechanismRecords.agencies(id, transaction)
      let signatures = try MechanismRecords.signatures(id, transaction)
      let (situation, standing) = Self.judged(stored.version, mechanism, agencies, signatures, actor)
      switch MechanismRules.obstacle(to: move, in: situation, by: standing) {
      case nil: break
      case .already: return
      case .forbidden: throw Refusal.forbidden
      // A second click on what is done already.
      case .notDraft where Self.isDone(move, stored.version.state): return
      case let obstacle?: throw Refusal(.conflict, Phrase("error.mechanism_\(obstacle.rawValue)"))
      }
      guard stored.version.revision == revision else { throw Refusal(.conflict, Phrase("error.mechanism_stale")) }
      var version = stored.version
      guard try body(&version, mechanism, transaction) else { return }
      guard try MechanismRecords.update(version, from: revision, transaction) else { throw Refusal.conflict }
      try transaction.record(Self.audit("mechanism." + move.rawValue, id, actor, now))
    }
  }

  private static func isDone(_ move: MechanismMove, _ state: MechanismVersion.State) -> Bool {
    move == .adopt && state == .adopted || move == .discard && state == .discarded
  }

  // MARK: Who sees what

  private static func sees(_ actor: Actor, _ version: MechanismVersion) -> Bool {
    switch (version.purpose, version.state) {
    case (.territory, .adopted), (.territory, .replaced): true
    case (.territory, _): actor.may(.keepMechanisms) || actor.may(.signMechanisms)
    case (.exercise, _):
      version.agency == actor.agency && (actor.may(.manageTraining) || actor.may(.keepMechanisms))
    }
  }

  static func visible(_ id: MechanismVersionID, to actor: Actor, _ transaction: any ReadTransaction) throws
    -> MechanismRecords.Stored
  {
    guard let stored = try MechanismRecords.version(id, transaction), sees(actor, stored.version) else {
      throw Refusal.notFound
    }
    return stored
  }

  private static func judged(
    _ version: MechanismVersion, _ mechanism: Mechanism, _ agencies: [String: AgencyID],
    _ signatures: [MechanismSignature], _ actor: Actor
  ) -> (MechanismRules.Situation, MechanismRules.Standing) {
    let (named, signed) = (Set(agencies.values), Set(signatures.map(\.agency)))
    return (
      MechanismRules.Situation(
        version.state, version.purpose, isNamed: mechanism.desks.allSatisfy { agencies[$0.code] != nil },
        isSigned: !named.isEmpty && named.isSubset(of: signed)),
      MechanismRules.Standing(
        keeps: actor.may(.keepMechanisms), signs: actor.may(.signMechanisms), isNamed: named.contains(actor.agency),
        hasSigned: signed.contains(actor.agency), isOwner: version.agency == actor.agency)
    )
  }

  private func mechanism(_ stored: MechanismRecords.Stored) throws -> Mechanism {
    try Self.mechanism(stored, terms)
  }

  /// Throws `Refusal.unavailable` for a version that today's pack can't read any more.
  static func mechanism(_ stored: MechanismRecords.Stored, _ terms: MechanismTerms) throws -> Mechanism {
    do { return try Mechanism.read(stored.content, file: "", terms: terms) } catch {
      throw Refusal(.conflict, Phrase("error.mechanism_pack"))
    }
  }

  static func audit(_ action: String, _ id: MechanismVersionID, _ actor: Actor, _ now: Moment) -> AuditEntry {
    AuditEntry(at: now, doer: actor.doer, action: action, objectKind: "mechanism", objectID: id.description)
  }
}
