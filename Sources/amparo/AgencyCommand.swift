import Accounts
import ArgumentParser
import Basics
import CountryPack
import Foundation
import Vault

struct AgencyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "agency", abstract: "Take agencies in and list them.",
    discussion: """
      Whoever can read the root secret may add agencies. Nobody but an agency's own members can open what it stores: \
      its keys are made inside the invitation of its first administrator, and leave it with that link only.
      """,
    subcommands: [List.self, Create.self])

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the agencies that take part.")

    @OptionGroup var options: InstallationOptions
    @Flag(help: "Print a JSON array.") var json = false

    func run() async throws {
      let agencies = try await options.use { try await AgencyDesk($0.office).agencies(.console) }
      if json {
        return try printJSON(
          agencies.map {
            Item(id: $0.id.description, name: $0.name, kind: $0.kind, province: $0.province)
          })
      }
      for agency in agencies { print("\(agency.id)  \(agency.province)  \(agency.kind)  \(agency.name)") }
    }

    struct Item: Encodable {
      var id: String
      var name: String
      var kind: String
      var province: String
    }
  }

  struct Create: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Take an agency in and print the link for its first administrator.",
      discussion: """
        The link works once and for seven days. Hand it over in person or by a way you trust: it holds the agency's keys.

          amparo agency create --name "Dirección de Migración, Quito" --kind migration --province EC-P \
        --administrator "Luis Andrade" --login luis --public-address https://amparo.example.org
        """)

    @Option(help: "The agency's name.") var name: String
    @OptionGroup var place: AgencyPlace
    @Option(help: "The name of its first administrator.") var administrator: String
    @Option(help: "What the administrator will sign in with.") var login: String
    @OptionGroup var address: PublicAddress
    @OptionGroup var options: InstallationOptions
    @OptionGroup var pack: PackOption
    @Flag(help: "Print a JSON object.") var json = false

    func run() async throws {
      let place = try place.checked(try pack.load())
      let made = try await options.use {
        try await AgencyDesk($0.office).create(
          .console, name: name, kind: place.kind, province: place.province, administrator: administrator,
          login: login)
      }
      try address.show(made.invitation, for: login, agency: made.agency.description, json: json)
    }
  }
}

/// Where members reach the system, to print links that work.
struct PublicAddress: ParsableArguments {
  @Option(help: "The address members reach the system at. Also: AMPARO_PUBLIC_ADDRESS.")
  var publicAddress = environment("AMPARO_PUBLIC_ADDRESS") ?? "http://localhost:8080"

  func validate() throws {
    guard let url = URL(string: publicAddress), ["http", "https"].contains(url.scheme), url.host != nil else {
      throw ValidationError("--public-address must be an address such as https://amparo.example.org")
    }
  }

  func link(_ invitation: Token) -> String {
    (publicAddress.hasSuffix("/") ? String(publicAddress.dropLast()) : publicAddress)
      + "/invitation/" + invitation.exposedText
  }

  func show(_ invitation: Token, for login: String, agency: String? = nil, json: Bool) throws {
    if json { return try printJSON(Shown(agency: agency, login: login, link: link(invitation))) }
    print("Give this link to \(login). It works once, for seven days:\n  \(link(invitation))")
  }

  struct Shown: Encodable {
    var agency: String?
    var login: String
    var link: String
  }
}
