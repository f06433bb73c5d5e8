import Basics
import Foundation
import Records
import Vault

/// Keys with which an agency's own programs work: who has one, making and ending them, and whom one stands for.
///
/// A key is a member that no password opens. Its secret seals the member's keys as a session's token does, and those open
/// the agency's: so what is sealed stays sealed to whoever has the store without the secret. Ending a key takes the wraps
/// away and starts a new epoch of the agency's key, as when a member leaves.
public struct ApiKeyDesk: Sendable {
  /// No key holds longer.
  public static let longestDays = 365
  /// So many live keys an agency may have.
  public static let most = 50
  /// Wrong secrets from one place that cost nothing: a secret can't be guessed, only a program be set up wrongly.
  static let freeFailures = 1000

  private let office: Office
  private let failures: FailureBook

  public init(_ office: Office) { self.init(office, freeFailures: Self.freeFailures) }

  init(_ office: Office, freeFailures: Int) {
    self.office = office
    failures = FailureBook(office, purpose: "api-key", free: freeFailures)
  }

  // MARK: Keeping keys

  /// The agency's keys, those that ended too, the newest first.
  public func keys(_ actor: Actor) async throws -> [ApiKey] {
    try actor.require(.manageKeys)
    let root = office.root
    return try await office.database.read { try ApiKeyRecords.keys(of: actor.agency, root, $0) }
  }

  /// Makes a key. The secret is answered once and kept nowhere.
  ///
  /// - Parameters:
  ///   - id: chosen by the form. Sent again, it makes no second key: the secret can't be shown again.
  ///   - name: which program it is for, 2 to 80 characters. Colleagues read it beside what the program did.
  ///   - days: until it runs out, 1 to 365.
  ///
  /// Throws `Refusal`: `.forbidden`, `.conflict` when it was made already or the agency's key has changed since the actor
  /// signed in, or the wrong fields.
  public func make(_ actor: Actor, id: MemberID, name typed: String, rights: Set<ApiRight>, days: Int) async throws -> (
    key: ApiKey, secret: ApiSecret
  ) {
    try actor.require(.manageKeys)
    let (office, now) = (office, office.clock.now())
    let name = typed.trimmingCharacters(in: .whitespacesAndNewlines)
    try check(name, rights, days)
    let (keys, secret) = (MemberKeys(), ApiSecret())
    let key = ApiKey(
      id: id, name: name, rights: rights, madeAt: now, expiresAt: now + .days(days), usedAt: nil, endedAt: nil)
    let member = Member(
      id: id, agency: actor.agency, profile: .init(name: name, login: ""), roles: Set(rights.map(\.role)),
      language: .spanish, status: .active, hasSecondFactor: false)
    let scopes = member.roles.reduce(into: Set<KeyScope>()) { $0.formUnion($1.scopes) }
    let wraps = try actor.keyring.agencyKeys.filter { scopes.contains($0.key.scope) }.map { slot, agencyKey in
      let context = agencyWrapContext(actor.agency, slot.scope, epoch: slot.epoch, recipient: id.description)
      return (slot, try agencyKey.wrapped(to: keys.publicKey, context: context))
    }
    let (profile, sealed) = (
      try member.profile.sealed(office.root, member: id), try keys.sealed(under: secret.token, member: id.description)
    )
    try await office.database.write { transaction in
      if try AccountsRecords.member(id, office.root, transaction) != nil {
        throw Refusal(.conflict, Phrase("error.api_key_made"))
      }
      let live = try ApiKeyRecords.keys(of: actor.agency, office.root, transaction).filter { $0.isLive(at: now) }
      guard live.count < Self.most else { throw Refusal(.conflict, Phrase("error.api_key_many")) }
      // Keys that got a new epoch meanwhile would leave the program without it for good.
      for scope in scopes {
        let newest = try AccountsRecords.newestKey(actor.agency, scope, transaction)?.epoch
        guard newest != nil, newest == actor.keyring.newestEpoch(scope) else { throw Refusal.conflict }
      }
      try AccountsRecords.insert(
        member, loginTag: randomBytes(32), profile: profile, .init(openedByNothing: keys), at: now, transaction)
      for (slot, wrap) in wraps {
        try AccountsRecords.insertWrap(actor.agency, slot, member: id, wrap: wrap, transaction)
      }
      try ApiKeyRecords.insert(
        key, agency: actor.agency, tokenHash: secret.token.hash, keys: sealed, by: actor.member, transaction)
      try transaction.record(Self.entry("api_key.make", id, actor.doer, now))
    }
    return (key, secret)
  }

  /// Ends a key at once. Ending it again changes nothing.
  ///
  /// Throws `Refusal`: `.forbidden`, `.notFound` for another agency's.
  public func end(_ actor: Actor, _ id: MemberID) async throws {
    try actor.require(.manageKeys)
    let (office, now) = (office, office.clock.now())
    try await office.database.write { transaction in
      guard let key = try ApiKeyRecords.key(id, of: actor.agency, office.root, transaction) else {
        throw Refusal.notFound
      }
      try Self.end(key, of: actor.agency, "api_key.end", actor.doer, at: now, transaction)
    }
  }

  /// Ends the keys whose time has run out: they opened nothing any more, now the agency's key changes as well. The server
  /// calls it now and then; several may.
  /// - Returns: how many it ended.
  @discardableResult
  public func endThoseThatRanOut() async throws -> Int {
    let (office, now) = (office, office.clock.now())
    guard try await office.database.read({ try !ApiKeyRecords.ranOut(at: now, limit: 1, office.root, $0).isEmpty })
    else { return 0 }
    return try await office.database.write { transaction in
      let keys = try ApiKeyRecords.ranOut(at: now, limit: 100, office.root, transaction)
      for (key, agency) in keys {
        try Self.end(key, of: agency, "api_key.run_out", .system("keys of programs"), at: now, transaction)
      }
      return keys.count
    }
  }

  private static func end(
    _ key: ApiKey, of agency: AgencyID, _ action: String, _ doer: AuditEntry.Doer, at now: Moment,
    _ transaction: any WriteTransaction
  ) throws {
    guard try ApiKeyRecords.end(key.id, at: now, transaction) else { return }
    try AccountsRecords.setLeft(key.id, at: now, transaction)
    for scope in KeyScope.allCases where key.rights.contains(where: { $0.role.scopes.contains(scope) }) {
      try AgencyKeys.startEpoch(agency, scope, at: now, transaction)
    }
    try transaction.record(entry(action, key.id, doer, now))
  }

  private func check(_ name: String, _ rights: Set<ApiRight>, _ days: Int) throws(Refusal) {
    var problems: [FieldProblem] = []
    if !(2...80).contains(name.count) { problems.append(FieldProblem("name", "error.api_key_name")) }
    if rights.isEmpty { problems.append(FieldProblem("rights", "error.api_key_rights")) }
    if !(1...Self.longestDays).contains(days) { problems.append(FieldProblem("days", "error.api_key_days")) }
    guard problems.isEmpty else { throw .fields(problems) }
  }

  private static func entry(_ action: String, _ id: MemberID, _ doer: AuditEntry.Doer, _ now: Moment) -> AuditEntry {
    AuditEntry(at: now, doer: doer, action: action, objectKind: "api_key", objectID: id.description)
  }

  // MARK: Using one

  /// Whom a secret stands for, for one request.
  ///
  /// - Parameter client: where the request comes from; only a keyed tag of it is kept. Wrong secrets are slowed down by
  ///   place as wrong passwords are; a right one never waits for others' mistakes.
  ///
  /// Throws `Refusal`: `.notSignedIn` for a secret that never was, has ended or has run out; `.tooMany`.
  public func actor(_ text: String, client: String) async throws -> Actor {
    let (office, now) = (office, office.clock.now())
    typealias Found = (
      holder: (member: MemberID, keys: [UInt8], usedAt: Moment?), member: Member, agency: Agency?,
      wraps: [(slot: Keyring.Slot, wrap: [UInt8])]
    )
    let secret = ApiSecret(text)
    let found = try await office.database.read { transaction -> Found? in
      guard let secret, let holder = try ApiKeyRecords.holder(tokenHash: secret.token.hash, at: now, transaction),
        let member = try AccountsRecords.member(holder.member, office.root, transaction), member.status == .active
      else { return nil }
      return (
        holder, member, try AccountsRecords.agency(member.agency, transaction),
        try AccountsRecords.wraps(member.id, transaction)
      )
    }
    guard let found, let secret else {
      if try await failures.isPausing(client) { throw Refusal(.tooMany, Phrase("error.api_key_wait")) }
      try await failures.count(client)
      throw Refusal(.notSignedIn, Phrase("error.api_key"))
    }
    let id = found.member.id
    let own = try MemberKeys.open(found.holder.keys, under: secret.token, member: id.description)
    // The page says the day; to the hour is often enough to write.
    if found.holder.usedAt.map({ $0 + .hours(1) <= now }) ?? true {
      try await office.database.keepBooks { try ApiKeyRecords.setUsed(id, at: now, $0) }
    }
    return Actor(
      member: id, agency: found.member.agency, roles: found.member.roles, language: found.member.language,
      name: found.member.profile.name, agencyName: found.agency?.name ?? "", session: secret.token.hash,
      keyring: Keyring(own: own, agency: found.member.agency, member: id, wraps: found.wraps))
  }
}
