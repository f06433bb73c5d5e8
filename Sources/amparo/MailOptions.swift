import ArgumentParser
import Basics
import Foundation
import Mail

/// The mail server that e-mail goes through; without `--mail-host` none is sent.
struct MailOptions: ParsableArguments {
  @Option(help: "The mail server that takes e-mail for members; left out: no e-mail. Also: AMPARO_MAIL_HOST.")
  var mailHost: String?
  @Option(help: "Its port; left out: 587 for starttls, 465 for tls.")
  var mailPort: Int?
  @Option(help: "starttls, tls, or none (only for a mail server on this very machine).")
  var mailSecurity = MailServer.Security.startTLS
  @Option(help: "The name to sign in with at the mail server; left out: without signing in.")
  var mailUser: String?
  @Option(help: "The file with its password, readable by its owner only.")
  var mailPasswordFile: String?
  @Option(help: "The address that e-mail comes from, for example amparo@example.org.")
  var mailFrom: String?
  @Option(help: "A PEM file of certificates to trust instead of the system's, for a mail server of your own.")
  var mailTrust: String?

  private var server: String? { mailHost ?? environment("AMPARO_MAIL_HOST") }

  func validate() throws {
    guard server != nil else {
      if mailPort != nil || mailUser != nil || mailPasswordFile != nil || mailFrom != nil || mailTrust != nil {
        throw ValidationError("name the mail server with --mail-host")
      }
      return
    }
    guard let mailFrom, MailAddress(mailFrom) != nil else {
      throw ValidationError("--mail-from must be an address such as amparo@example.org")
    }
    guard (mailUser == nil) == (mailPasswordFile == nil) else {
      throw ValidationError("--mail-user and --mail-password-file go together")
    }
  }

  /// What carries e-mail; `nil` when none is sent.
  ///
  /// - Parameter publicAddress: whose host we introduce ourselves with.
  ///
  /// Throws `CommandFailure` when a file can't be read or the settings can't be meant.
  func carrier(publicAddress: String) throws -> SMTPCarrier? {
    guard let server, let sender = mailFrom.flatMap({ MailAddress($0) }) else { return nil }
    var credentials: MailServer.Credentials?
    if let mailUser, let mailPasswordFile {
      credentials = MailServer.Credentials(user: mailUser, password: try password(mailPasswordFile))
      guard credentials != nil else {
        throw CommandFailure(message: "\(mailPasswordFile): there is no password in it", code: 2)
      }
    }
    do throws(MailServerProblem) {
      return try SMTPCarrier(
        try MailServer(
          host: server, port: mailPort ?? mailSecurity.usualPort, security: mailSecurity, credentials: credentials,
          sender: sender, ownName: Self.host(publicAddress), trustFile: mailTrust))
    } catch {
      let message =
        switch error {
        case .host: "--mail-host: this is no host"
        case .port: "--mail-port must be from 1 to 65535"
        case .notSafe: "--mail-security none is for a mail server on this machine only: localhost, 127.0.0.1 or ::1"
        case .trustFile: "\(mailTrust ?? "the system's certificates"): no certificates can be read"
        }
      throw CommandFailure(message: message, code: 2)
    }
  }

  /// The host of an address, for introducing ourselves and for naming messages.
  static func host(_ publicAddress: String) -> String { URL(string: publicAddress)?.host ?? "localhost" }

  private func password(_ path: String) throws -> String {
    let attributes = try failing(path) {
      try FileManager.default.attributesOfItem(atPath: (path as NSString).resolvingSymlinksInPath)
    }
    if let mode = (attributes[.posixPermissions] as? NSNumber)?.intValue, mode & 0o077 != 0 {
      throw CommandFailure(message: "\(path): others can read the password; run: chmod 600 \(path)", code: 2)
    }
    let text = try failing(path) { try String(contentsOfFile: path, encoding: .utf8) }
    return text.trimmingCharacters(in: .newlines)
  }
}

extension MailServer.Security: ExpressibleByArgument {}
