import Accounts
import ArgumentParser
import Basics
import CountryPack
import Foundation
import Training
import Web

struct CertificateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "certificate", abstract: "Verify certificates, and look after the keys that sign them.",
    subcommands: [Verify.self, Keys.self, ListRevoked.self, Page.self, Rotate.self, WithdrawKey.self])

  struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Say whether a certificate holds, without asking anybody.",
      discussion: """
        Reads an Open Badges credential (JSON with its proof, or a JWT), the text of a certificate's QR code, or the PDF.

          amparo certificate verify badge.json --keys keys.json --revoked revoked.json

        Keys and the list of withdrawn certificates are files: “amparo certificate keys” and “list-revoked” print them, \
        and a server gives them at /certificates/keys.json and /certificates/revoked.json.

        Ends with 0 when the certificate is valid, and else with a code of its own: 1 not readable as a certificate, \
        3 changed, 4 signed by nobody among the keys, 5 expired, 6 not valid yet, 7 withdrawn, 8 signed with a key that \
        no longer counted. 2: a file can't be read.
        """)

    @Argument(help: "A file, or - for standard input.") var file: String
    @Option(help: "The file of issuer keys that are trusted.") var keys: String?
    @Option(help: "The file of withdrawn certificates.") var revoked: String?
    @Option(help: "The day (its end) or the moment to judge at, 2026-03-09 or 2026-03-09T12:00:00Z. Left out: now.")
    var at: String?
    @Option(help: "Days after which the list of withdrawn certificates is called old.") var oldAfter = 30
    @Flag(help: "Print a JSON object.") var json = false

    func run() async throws {
      let known = try keys.map { file -> IssuerKeyFile in
        guard let known = IssuerKeyFile(reading: try readBytes(file)) else {
          throw CommandFailure(message: "\(file): this is no file of issuer keys", code: 2)
        }
        return known
      }
      let list = try revoked.map { file -> RevocationList in
        do { return try RevocationList(reading: try readBytes(file), keys: known ?? IssuerKeyFile(keys: [])) } catch {
          guard let problem = error as? RevocationList.Problem else { throw error }
          let why =
            problem == .unreadable
            ? "this is no list of withdrawn certificates" : "this list is not signed by any of the keys"
          throw CommandFailure(message: "\(file): \(why)", code: 2)
        }
      }
      let verifier = CertificateVerifier(
        keys: known ?? IssuerKeyFile(keys: []), revocations: list, at: try moment(), oldAfterDays: oldAfter)
      let report = verifier.check(try readBytes(file))
      let warnings = report.warnings.map { VerifiedCertificate.sentence($0, days: oldAfter) }
      if json {
        try printJSON(VerifiedCertificate(report, warnings))
      } else {
        for line in warnings { Terminal.say("amparo: note: \(line)") }
      }
      guard report.verdict == .valid else {
        let hint = keys == nil && report.verdict == .unknownIssuer ? "; no keys were given (--keys)" : ""
        throw CommandFailure(
          message: "\(file): " + VerifiedCertificate.sentence(report) + hint, code: report.verdict.code)
      }
      if !json { print("\(file): " + VerifiedCertificate.sentence(report)) }
    }

    private func moment() throws -> Moment {
      guard let at else { return Clock.system.now() }
      // A certificate of that day counts on that day.
      if let day = CalendarDay(at) { return Moment(milliseconds: Int64(day.daysSince1970 + 1) * 86_400_000 - 1000) }
      guard let date = ISO8601DateFormatter().date(from: at) else {
        throw ValidationError("--at must be a day such as 2026-03-09 or a moment such as 2026-03-09T12:00:00Z")
      }
      return Moment(date)
    }
  }

  struct Keys: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print the issuer's public keys, of all times, for verifiers to keep.")

    @OptionGroup var options: InstallationOptions
    @OptionGroup var pack: PackOption

    func run() async throws {
      let pack = try pack.load()
      print(try await options.use { try await CertificateDesk($0.office, pack).keys().json.canonical })
    }
  }

  struct ListRevoked: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print the dated, signed list of withdrawn certificates: their addresses and nothing else.")

    @OptionGroup var options: InstallationOptions
    @OptionGroup var pack: PackOption
    @OptionGroup var address: PublicAddress

    func run() async throws {
      let (pack, site) = (try pack.load(), SiteSettings(publicAddress: address.publicAddress).publicAddress)
      let list = try await options.use { try await CertificateDesk($0.office, pack).revocationList(address: site) }
      guard let list else {
        throw CommandFailure(message: "no certificate was ever signed for \(site) (--public-address)")
      }
      print(list)
    }
  }

  struct Page: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print the page that verifies certificates, as one file that works without a connection.",
      discussion: "  amparo certificate page --public-address https://amparo.example.org > verify.html")

    @OptionGroup var options: InstallationOptions
    @OptionGroup var pack: PackOption
    @OptionGroup var address: PublicAddress
    @Option(help: "The language it opens in; it holds all of them.") var language = "es"

    func run() async throws {
      guard let language = Language(language) else { throw ValidationError("--language must be es or en") }
      let (pack, settings) = (try pack.load(), SiteSettings(publicAddress: address.publicAddress))
      let html = try await options.use {
        try await Site(desks: Desks($0.office, pack), settings: settings).verificationPage(language)
      }
      print(html, terminator: "")
    }
  }

  struct Rotate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Start a new signing key.",
      discussion: """
        The private half of the key before is destroyed; what it signed stays valid. Give verifiers the new file of \
        keys (“amparo certificate keys”).
        """)

    @OptionGroup var options: InstallationOptions
    @OptionGroup var pack: PackOption
    @OptionGroup var address: PublicAddress

    func run() async throws {
      let (pack, site) = (try pack.load(), SiteSettings(publicAddress: address.publicAddress).publicAddress)
      let key = try await options.use { try await CertificateDesk($0.office, pack).rotate(.console, address: site) }
      print("New issuer key for \(site): \(Multikey.encode(key))")
    }
  }

  struct WithdrawKey: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Say that a signing key was stolen or lost.",
      discussion: """
        Nothing that it signed from --from on is believed any more. Whoever holds the key can date a forgery back: when \
        in doubt, choose the key's first day; certificates are signed anew when they are printed again.
        """)

    @Argument(help: "The public key, z6Mk…, as “amparo certificate keys” prints it.") var key: String
    @Option(help: "The day from which on it is not believed, 2026-03-09. Left out: now.") var from: String?
    @OptionGroup var options: InstallationOptions
    @OptionGroup var pack: PackOption

    func run() async throws {
      guard let publicKey = Multikey.decode(key) else {
        throw ValidationError("the key must be one that “amparo certificate keys” prints")
      }
      var moment = Clock.system.now()
      if let from {
        guard let day = CalendarDay(from) else { throw ValidationError("--from must be a day such as 2026-03-09") }
        moment = Moment(milliseconds: Int64(day.daysSince1970) * 86_400_000)
      }
      let pack = try pack.load()
      let start = moment
      try await options.use {
        try await CertificateDesk($0.office, pack).withdrawKey(.console, publicKey, from: start)
      }
      print("Withdrawn. Give verifiers the new file of keys, and print again what was signed since.")
    }
  }
}

/// What `certificate verify` found, for programs and for people.
struct VerifiedCertificate: Encodable {
  var verdict: String
  var valid: Bool
  var sentence: String
  var reason: String?
  var warnings: [String]
  var form: String?
  var id: String?
  var issuer: String?
  var issuerName: String?
  var name: String?
  var course: String?
  var validFrom: String?
  var validUntil: String?

  init(_ report: CertificateVerifier.Report, _ warnings: [String]) {
    verdict = report.verdict.rawValue
    valid = report.verdict == .valid
    sentence = Self.sentence(report)
    reason = report.reason
    self.warnings = report.warnings.map(\.rawValue)
    // What nobody vouches for is not told.
    guard let credential = report.credential, report.verdict.isVouchedFor else { return }
    form = credential.form.rawValue
    id = credential.id
    issuer = credential.issuer
    issuerName = credential.issuerName
    name = credential.name
    course = credential.course
    validFrom = credential.document["validFrom"]?.string
    validUntil = credential.document["validUntil"]?.string
  }

  static func sentence(_ report: CertificateVerifier.Report) -> String {
    switch report.verdict {
    case .valid:
      "valid: \(report.credential?.course ?? ""), issued by \(report.credential?.issuerName ?? "") to "
        + "\(report.credential?.name ?? "")"
    case .malformed: "this can't be read as a certificate (\(report.reason ?? ""))"
    case .altered: "not valid: the content was changed, the signature does not fit"
    case .unknownIssuer: "not valid: it is signed by a key that is not among the issuer's"
    case .keyWithdrawn: "not valid: the key it was signed with did not count at that time"
    case .revoked: "not valid: the issuer withdrew it"
    case .notYetValid: "not valid yet: it begins \(report.credential?.document["validFrom"]?.string ?? "")"
    case .expired: "no longer valid: it ended \(report.credential?.document["validUntil"]?.string ?? "")"
    }
  }

  static func sentence(_ warning: CertificateVerifier.Warning, days: Int) -> String {
    switch warning {
    case .noRevocationList: "whether it was withdrawn was not looked at; no list was given (--revoked)"
    case .oldRevocationList: "the list of withdrawn certificates is more than \(days) days old"
    case .keyWithdrawnLater: "the key was withdrawn after that date; look the number up to be sure"
    }
  }
}

extension CertificateVerifier.Verdict {
  /// The command's code. 2 and 64 mean other things.
  var code: Int32 {
    switch self {
    case .valid: 0
    case .malformed: 1
    case .altered: 3
    case .unknownIssuer: 4
    case .expired: 5
    case .notYetValid: 6
    case .revoked: 7
    case .keyWithdrawn: 8
    }
  }

  /// Whether a trusted issuer said what stands in it.
  var isVouchedFor: Bool { [.valid, .expired, .notYetValid, .revoked].contains(self) }
}

/// A file's bytes, or standard input's for `-`.
func readBytes(_ file: String) throws -> [UInt8] { Array(try WholeFile.read(file, most: 50)) }
