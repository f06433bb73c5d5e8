import Basics
import Records
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
  /// The hash of the session's token, as audit entries name it.
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
  let agencyKeys: [Slot: ExchangeKey]

  /// The agency's private key of an epoch; `nil` when the member was never given it.
  public func agencyKey(_ scope: KeyScope, epoch: Int) -> ExchangeKey? {
    agencyKeys[Slot(scope: scope, epoch: epoch)]
  }

  /// The newest epoch of a scope that the member holds.
  public func newestEpoch(_ scope: KeyScope) -> Int? { agencyKeys.keys.filter { $0.scope == scope }.map(\.epoch).max() }
}

/// The context every wrap of an agency's key is bound to.
func agencyWrapContext(_ agency: AgencyID, _ scope: KeyScope, epoch: Int, recipient: String) -> WrapContext {
  WrapContext(
    purpose: "agency", subject: agency.description, dataKind: scope.rawValue, recipient: recipient, epoch: epoch)
}
