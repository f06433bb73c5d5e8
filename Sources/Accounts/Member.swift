import Basics
import Foundation
import Records
import Vault

/// A person's account in an agency, as colleagues see it.
public struct Member: Hashable, Sendable {
  public enum Status: String, Hashable, Sendable, CaseIterable { case active, left }

  public var id: MemberID
  public var agency: AgencyID
  public var profile: Profile
  public var roles: Set<Role>
  public var language: Language
  public var status: Status
  public var hasSecondFactor: Bool

  /// Whether it stands for a program with a key (`ApiKeyDesk`) and not for a person.
  public var isProgram: Bool { !roles.isDisjoint(with: Role.programs) }

  /// Kept sealed in the store: a stolen store tells no names of officers either.
  public struct Profile: Hashable, Sendable, Codable {
    public var name: String
    public var login: String

    public init(name: String, login: String) {
      self.name = name
      self.login = login
    }

    func sealed(_ root: RootSecret, member: MemberID) throws -> [UInt8] {
      try root.seal(
        Array(try JSONEncoder().encode(self)), purpose: "profile", context: Array(member.description.utf8))
    }

    static func open(_ blob: [UInt8], _ root: RootSecret, member: MemberID) throws -> Profile {
      let bytes = try root.open(blob, purpose: "profile", context: Array(member.description.utf8))
      return try JSONDecoder().decode(Profile.self, from: Data(bytes))
    }
  }
}

public struct Agency: Hashable, Sendable {
  public var id: AgencyID
  public var name: String
  /// A code of the pack's agency kinds.
  public var kind: String
  /// ISO 3166-2.
  public var province: String

  public init(id: AgencyID, name: String, kind: String, province: String) {
    self.id = id
    self.name = name
    self.kind = kind
    self.province = province
  }
}

extension Role: SQLConvertible {}
extension KeyScope: SQLConvertible {}
extension Member.Status: SQLConvertible {}

/// Roles as one column: their codes, sorted, joined by commas.
func roleText(_ roles: Set<Role>) -> String { roles.map(\.rawValue).sorted().joined(separator: ",") }
func roleSet(_ text: String) -> Set<Role> { Set(text.split(separator: ",").compactMap { Role(rawValue: String($0)) }) }
