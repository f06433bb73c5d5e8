import Accounts
import ArgumentParser
import Basics
import Foundation

struct ApiKeyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "api-key", abstract: "Make, list and end the keys with which your agency's programs work.",
    discussion: """
      A key acts in your agency's name, with as little as you give it. Whoever administers or supervises the agency signs \
      in: --as LOGIN, and the password on the terminal, in --password-file or on standard input (a second line: the \
      digits of the authenticator, if there is one). The pages do the same under “Connections”.

      The interface itself is described on the server under /api.
      """,
    subcommands: [Make.self, List.self, End.self])

  struct Make: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make a key and print its secret, once.",
      discussion: """
          amparo api-key make --as ana --name "Registro de la casa" --may directory --may read --days 90

        What a key may do: directory (search services), read (codes and dates of the agency's referrals), answer (open \
        envelopes and answer), send (refer cases on live consents). answer and send read too.
        """)

    @OptionGroup var session: Session
    @Option(help: "Which program it is for.") var name: String
    @Option(help: "What it may do: directory, read, answer or send; repeat for several.") var may: [String]
    @Option(help: "Days until it runs out, 1 to \(ApiKeyDesk.longestDays).") var days = 90
    @Flag(help: "Print a JSON object.") var json = false

    func run() async throws {
      let rights = try may.map { code in
        guard let right = ApiRight(rawValue: code) else {
          let codes = ApiRight.allCases.map(\.rawValue).joined(separator: ", ")
          throw CommandFailure(message: "a key can't be given “\(code)”: use \(codes)")
        }
        return right
      }
      let made = try await session.use {
        try await $0.make($1, id: .random(), name: name, rights: Set(rights), days: days)
      }
      if json {
        return try printJSON([
          "id": made.key.id.description, "secret": made.secret.exposedText, "name": made.key.name,
        ])
      }
      print(
        """
        The key of \(made.key.name), shown this once. Whoever has it can do what it may do:
          \(made.secret.exposedText)
        """)
    }
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the keys of your agency's programs.")

    @OptionGroup var session: Session
    @Flag(help: "Print a JSON array.") var json = false

    func run() async throws {
      let keys = try await session.use { try await $0.keys($1) }
      let now = Clock.system.now()
      let items = keys.map { key in
        Item(
          id: key.id.description, name: key.name, may: key.rights.map(\.rawValue).sorted(),
          until: Self.day(key.expiresAt), used: key.usedAt.map(Self.day), isLive: key.isLive(at: now))
      }
      if json { return try printJSON(items) }
      for item in items {
        let state = item.isLive ? "until \(item.until)" : "ended"
        print(
          "\(item.id)  \(state)  \(item.name)  (\(item.may.joined(separator: ", ")); used: \(item.used ?? "never"))")
      }
    }

    private static func day(_ moment: Moment) -> String {
      CalendarDay(moment, offsetFromUTC: .seconds(0)).description
    }

    struct Item: Encodable, Sendable {
      var id: String
      var name: String
      var may: [String]
      var until: String
      var used: String?
      var isLive: Bool
    }
  }

  struct End: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "End a key at once.",
      discussion: "The program is shut out and the agency's keys change, in one step.")

    @OptionGroup var session: Session
    @Argument(help: "The key's identifier, as list prints it.") var id: String
    @Flag(help: "Print a JSON object.") var json = false

    func run() async throws {
      guard let key = MemberID(id) else { throw Refusal.notFound }
      try await session.use { try await $0.end($1, key) }
      if json { try printJSON(["ended": id]) } else { print("The key has ended; the program has no access any more.") }
    }
  }

  /// Whoever keeps the agency's keys, signed in for one command.
  struct Session: ParsableArguments {
    @Option(name: .customLong("as"), help: "Your login, as administrator or supervisor of the agency.") var login:
      String
    @OptionGroup var password: PasswordOption
    @OptionGroup var options: InstallationOptions

    func use<Result: Sendable>(_ work: (ApiKeyDesk, Actor) async throws -> Result) async throws -> Result {
      try await options.signedIn(as: login, password) { try await work(ApiKeyDesk($0.office), $1) }
    }
  }
}
