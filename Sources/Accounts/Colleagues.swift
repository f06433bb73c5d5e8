import Basics
import Records
import Vault

/// The active members of an agency by what they may do, for choosing who takes a piece of work over. Programs are none.
public enum Colleagues {
  public static func who(
    may permission: Permission, in agency: AgencyID, _ root: RootSecret, _ transaction: any ReadTransaction
  ) throws -> [MemberID: String] {
    try AccountsRecords.members(of: agency, root, transaction)
      .filter { !$0.isProgram && $0.status == .active && $0.roles.contains { $0.permissions.contains(permission) } }
      .reduce(into: [:]) { $0[$1.id] = $1.profile.name }
  }

  /// How a member stands, also one who left: for work that arrives without a sign-in.
  public struct Standing: Hashable, Sendable {
    public var agency: AgencyID
    public var roles: Set<Role>
    public var isActive: Bool

    public func may(_ permission: Permission) -> Bool { roles.contains { $0.permissions.contains(permission) } }
  }

  /// `nil` when there never was such a member.
  public static func standing(of member: MemberID, _ root: RootSecret, _ transaction: any ReadTransaction) throws
    -> Standing?
  {
    try AccountsRecords.member(member, root, transaction).map {
      Standing(agency: $0.agency, roles: $0.roles, isActive: $0.status == .active)
    }
  }
}
