import Accounts
import ArgumentParser
import Basics
import Foundation

struct MemberCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "member", abstract: "Invite, restore and release the members of your agency.",
    discussion: """
      These need the agency's keys, so an administrator of the agency signs in: --as LOGIN, and the password on the \
      terminal, in --password-file or on standard input (a second line: the digits of the authenticator, if there is one).
      """,
    subcommands: [List.self, Invite.self, Restore.self, Leave.self])

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the members of your agency.")

    @OptionGroup var session: Session
    @Flag(help: "Print a JSON array.") var json = false

    func run() async throws {
      let members = try await session.use { try await $0.members($1) }
      if json {
        return try printJSON(
          members.map {
            Item(
              login: $0.profile.login, name: $0.profile.name, roles: $0.roles.map(\.rawValue).sorted(),
              status: $0.status.rawValue, secondFactor: $0.hasSecondFactor)
          })
      }
      for member in members {
        let roles = member.roles.map(\.rawValue).sorted().joined(separator: ", ")
        print("\(member.profile.login)  \(member.status.rawValue)  \(member.profile.name)  (\(roles))")
      }
    }

    struct Item: Encodable {
      var login: String
      var name: String
      var roles: [String]
      var status: String
      var secondFactor: Bool
    }
  }

  struct Invite: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Invite a colleague and print the link.",
      discussion: """
          amparo member invite --as ana --name "Rosa Chimbo" --login rosa --role case_worker

        Roles: \(Role.allCases.filter { $0 != .systemAdministrator }.map(\.rawValue).joined(separator: ", ")).
        """)

    @OptionGroup var session: Session
    @Option(help: "The colleague's name.") var name: String
    @Option(help: "What the colleague will sign in with.") var login: String
    @Option(help: "A role; repeat for several.") var role: [String]
    @OptionGroup var address: PublicAddress
    @Flag(help: "Print a JSON object.") var json = false

    func run() async throws {
      let roles = try role.map { code in
        guard let role = Role(rawValue: code), role != .systemAdministrator else {
          let codes = Role.allCases.filter { $0 != .systemAdministrator }.map(\.rawValue).joined(separator: ", ")
          throw CommandFailure(message: "there is no role “\(code)” in an agency: use \(codes)")
        }
        return role
      }
      let token = try await session.use { try await $0.invite($1, name: name, login: login, roles: Set(roles)) }
      try address.show(token, for: login, json: json)
    }
  }

  struct Restore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Give a colleague who lost the password and the recovery code a new way in.",
      discussion: "Prints a link that works once. The colleague sets a new password; nothing of the agency's is lost.")

    @OptionGroup var session: Session
    @Argument(help: "The colleague's login.") var login: String
    @OptionGroup var address: PublicAddress
    @Flag(help: "Print a JSON object.") var json = false

    func run() async throws {
      let token = try await session.use { try await $0.restore($1, try await $0.member($1, login).id) }
      try address.show(token, for: login, json: json)
    }
  }

  struct Leave: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Release a colleague who leaves the agency, at once.",
      discussion: "Ends the colleague's sessions, takes the keys away and changes the agency's keys, in one step.")

    @OptionGroup var session: Session
    @Argument(help: "The colleague's login.") var login: String
    @Flag(help: "Print a JSON object.") var json = false

    func run() async throws {
      try await session.use { try await $0.leave($1, try await $0.member($1, login).id) }
      if json { try printJSON(["left": login]) } else { print("\(login) left the agency and has no access any more.") }
    }
  }

  /// An administrator signed in for one command.
  struct Session: ParsableArguments {
    @Option(name: .customLong("as"), help: "Your login, as an administrator of the agency.") var administrator: String
    @OptionGroup var password: PasswordOption
    @OptionGroup var options: InstallationOptions

    func use<Result: Sendable>(_ work: (MembersDesk, Actor) async throws -> Result) async throws -> Result {
      try await options.signedIn(as: administrator, password) { try await work(MembersDesk($0.office), $1) }
    }
  }
}

extension MembersDesk {
  /// The active colleague with this login. Throws `Refusal.notFound`.
  fileprivate func member(_ actor: Actor, _ login: String) async throws -> Member {
    let wanted = login.trimmingCharacters(in: .whitespacesAndNewlines).lowercased()
    guard let member = try await members(actor).first(where: { $0.status == .active && $0.profile.login == wanted })
    else { throw Refusal.notFound }
    return member
  }
}
