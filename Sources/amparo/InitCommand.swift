import Accounts
import ArgumentParser
import Basics
import CountryPack
import Vault

struct Init: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Set a new installation up: its first agency and its first member.",
    discussion: """
      Makes the data folder, the root secret (DATA/secret/root) and the store, and prints the first member's recovery \
      code. The code is shown this once: print it and keep it apart. The first member administers the agency and the \
      system, and opens no person's file.

        amparo init --agency "Casa Canario" --kind ngo --province EC-P --name "Ana Paredes" --login ana

      The password is asked for on the terminal, or read from --password-file or from standard input. Keep a copy of \
      the root secret where no backup lies: without it a backup opens nothing, with it a stolen one can be attacked.
      """)

  @Option(help: "The first agency's name.") var agency: String
  @OptionGroup var place: AgencyPlace
  @Option(help: "The first member's name.") var name: String
  @Option(help: "What the first member signs in with.") var login: String
  @OptionGroup var password: PasswordOption
  @Option(help: "The member's language: es or en.") var language = "es"
  @OptionGroup var options: InstallationOptions
  @OptionGroup var pack: PackOption
  @Flag(help: "Print a JSON object.") var json = false

  func run() async throws {
    let place = try place.checked(try pack.load())
    guard let language = Language(language) else { throw CommandFailure(message: "--language must be es or en") }
    let lock = try FolderLock(options.folder)
    defer { withExtendedLifetime(lock) {} }
    let installation = try await options.make()
    let made: (agency: AgencyID, member: MemberID, recovery: String)
    do {
      // Before the password is asked for.
      guard try await AgencyDesk(installation.office).agencies(.console).isEmpty else {
        throw Refusal(.conflict, Phrase("error.already_set_up"))
      }
      let password = try password.read("Password for \(login): ", twice: true)
      let result = try await AgencyDesk(installation.office).setUp(
        name: agency, kind: place.kind, province: place.province, administrator: name, login: login,
        password: password, language: language)
      made = (result.agency, result.member, result.recovery.exposedText)
      try await installation.sign()
      await installation.close()
    } catch {
      await installation.close()
      throw error
    }
    if json {
      return try printJSON(
        Result(
          agency: made.agency.description, member: made.member.description, recoveryCode: made.recovery,
          secret: options.secretFile.path))
    }
    print(
      """
      \(agency) is set up; \(login) administers it.

      Recovery code, shown this once. Print it and keep it apart from the computer:
        \(made.recovery)

      The root secret is \(options.secretFile.path). Keep a copy where no backup lies.
      Next: amparo serve --data \(options.folder)
      """)
  }

  struct Result: Encodable {
    var agency: String
    var member: String
    var recoveryCode: String
    var secret: String
  }
}

/// What kind of agency it is and where, in the pack's codes.
struct AgencyPlace: ParsableArguments {
  @Option(help: "A code of the pack's agency kinds, for example migration, labour, police or ngo.") var kind: String
  @Option(help: "ISO 3166-2 code of the province, for example EC-P.") var province: String

  func checked(_ pack: CountryPack) throws -> AgencyPlace {
    guard pack.term(.agencyKinds, kind) != nil else {
      let codes = (pack.lists[.agencyKinds] ?? []).map(\.code).joined(separator: ", ")
      throw CommandFailure(message: "there is no agency kind “\(kind)”: use one of \(codes)")
    }
    guard pack.province(iso: province) != nil else {
      let codes = pack.provinces.map(\.iso).joined(separator: ", ")
      throw CommandFailure(message: "there is no province “\(province)”: use one of \(codes)")
    }
    return self
  }
}
