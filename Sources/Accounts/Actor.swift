import Basics
import Records
import Synchronization
import Vault

/// Who acts: a member for the length of one request, with the keys that the sign-in opened.
public struct Actor: Sendable {
  public let member: MemberID
  public let agency: AgencyID
  public let roles: Set<Role>
  public let language: Language
  /// The member's and the agency's names, to say on screen who is signed in.
  public let name: String
  public let agencyName: String
  /// The hash of the token that the sign-in gave, as audit entries name it; it stays when tokens are renewed.
  public let session: [UInt8]
  public let keyring: Keyring

  public func may(_ permission: Permission) -> Bool { roles.contains { $0.permissions.contains(permission) } }

  /// Throws `Refusal.forbidden` unless one of the roles allows it. Every desk begins with this.
  public func require(_ permission: Permission) throws(Refusal) {
    guard may(permission) else { throw .forbidden }
  }

  /// How an audit entry names this actor.
  public var doer: AuditEntry.Doer { .member(member, agency: agency, session: session) }
}

/// The keys a request can use: the member's own and the agency's, of every epoch the member was given.
public struct Keyring: Sendable {
  struct Slot: Hashable, Sendable {
    var scope: KeyScope
    var epoch: Int
  }

  public let own: MemberKeys
  private let agency: AgencyID
  private let member: MemberID
  private let wraps: [Slot: [UInt8]]
  private let opened = OpenedKeys()

  init(own: MemberKeys, agency: AgencyID, member: MemberID, wraps: [(slot: Slot, wrap: [UInt8])]) {
    self.own = own
    self.agency = agency
    self.member = member
    self.wraps = Dictionary(wraps.map { ($0.slot, $0.wrap) }) { first, _ in first }
  }

  /// The agency's private key of an epoch; `nil` when the member was never given it, or what was given does not open.
  public func agencyKey(_ scope: KeyScope, epoch: Int) -> ExchangeKey? { agencyKey(Slot(scope: scope, epoch: epoch)) }

  /// The newest epoch of a scope that the member holds.
  public func newestEpoch(_ scope: KeyScope) -> Int? { wraps.keys.filter { $0.scope == scope }.map(\.epoch).max() }

  /// Every key the member holds.
  var agencyKeys: [Slot: ExchangeKey] {
    wraps.keys.reduce(into: [:]) { keys, slot in keys[slot] = agencyKey(slot) }
  }

  private func agencyKey(_ slot: Slot) -> ExchangeKey? {
    guard let wrap = wraps[slot] else { return nil }
    return opened.keys.withLock { keys in
      if let key = keys[slot] { return key }
      let context = agencyWrapContext(agency, slot.scope, epoch: slot.epoch, recipient: member.description)
      keys[slot] = try? ExchangeKey(opening: wrap, with: own.exchange, context: context)
      return keys[slot]
    }
  }

  /// Opened when first asked for: an agency that changed its keys often has many, and a page needs one or none.
  private final class OpenedKeys: Sendable {
    let keys = Mutex<[Slot: ExchangeKey]>([:])
  }
}

/// The context every wrap of an agency's key is bound to.
func agencyWrapContext(_ agency: AgencyID, _ scope: KeyScope, epoch: Int, recipient: String) -> WrapContext {
  WrapContext(
    purpose: "agency", subject: agency.description, dataKind: scope.rawValue, recipient: recipient, epoch: epoch)
}
