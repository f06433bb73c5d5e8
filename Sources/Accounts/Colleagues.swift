import Basics
import Records
import Vault

/// The active members of an agency by what they may do, for choosing who takes a piece of work over.
public enum Colleagues {
  public static func who(
    may permission: Permission, in agency: AgencyID, _ root: RootSecret, _ transaction: any ReadTransaction
  ) throws -> [MemberID: String] {
    try AccountsRecords.members(of: agency, root, transaction)
      .filter { $0.status == .active && $0.roles.contains { $0.permissions.contains(permission) } }
      .reduce(into: [:]) { $0[$1.id] = $1.profile.name }
  }
}
