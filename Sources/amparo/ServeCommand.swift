import Accounts
import ArgumentParser
import CountryPack
import Foundation
import Logging
import Practice
import Releases
import Web

struct Serve: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Start the server.",
    discussion: """
      Serves http on --host and --port until it is told to stop (Ctrl-C, SIGTERM), then finishes what is under way. \
      Signs the audit log every minute while something happens, in the store and in DATA/checkpoints.txt. Reminds and \
      escalates referrals that nobody answers in time, as the pack's referrals.yaml says. Tells the addresses that \
      agencies registered (webhooks) what happened, and ends programs' keys that ran out.

      For other machines, put a proxy with a certificate in front, and name the address people type and the header in \
      which the proxy gives the client's address:

        amparo serve --public-address https://amparo.example.org --client-address-header X-Forwarded-For

      Cookies are bound to the host and to TLS when the public address begins with https.

      With --practice-port the same program serves a second site, on which trainees work through made-up cases on the \
      very screens of the work. It has a store and a secret of its own in DATA/practice; nobody signs in there except \
      from the training pages:

        amparo serve --practice-port 8081
        amparo serve --public-address https://amparo.example.org --practice-port 8081 \
          --practice-address https://practica.example.org

      With --mail-host, members who gave an address are told by e-mail that there is something new: never what, about \
      whom, or from where. What can't be sent waits, is tried again for five days, and is counted at /mail:

        amparo serve --public-address https://amparo.example.org --mail-host mail.example.org \
          --mail-from amparo@example.org --mail-user amparo --mail-password-file /etc/amparo/mail-password
      """)

  @OptionGroup var server: ServerOptions
  @OptionGroup var options: InstallationOptions
  @OptionGroup var pack: PackOption

  func run() async throws { try await server.serve(options, try pack.load()) }
}

/// How the server is reached.
struct ServerOptions: ParsableArguments {
  @Option(help: "The address to listen on; 0.0.0.0 for every one.") var host = "127.0.0.1"
  @Option(help: "The port; 0 for any free one.") var port = 8080
  @OptionGroup var address: PublicAddress
  @Option(help: "The header in which a trusted proxy gives the client's address, for example X-Forwarded-For.")
  var clientAddressHeader: String?
  @OptionGroup var practice: PracticeOptions
  @OptionGroup var mail: MailOptions
  @Option(help: "Where the quick exit leads: a page that nobody wonders about.")
  var exitAddress = "https://www.wikipedia.org/"
  @Flag(help: ArgumentHelp("For tests: webhooks may lead to this machine, also by http.", visibility: .hidden))
  var webhooksToLocalhost = false

  func validate() throws {
    guard (0...65535).contains(port) else { throw ValidationError("--port must be from 0 to 65535") }
  }

  /// Serves until it is told to stop; signs the audit log meanwhile and at the end.
  ///
  /// - Parameter practicePort: where practice listens unless an option says so; `nil` for no practice.
  func serve(_ options: InstallationOptions, _ pack: CountryPack, practicePort: Int? = nil) async throws {
    let carrier = try mail.carrier(publicAddress: address.publicAddress)
    // One server a folder. Many may share a PostgreSQL server.
    let lock = try options.server == nil ? FolderLock(options.folder) : nil
    defer { withExtendedLifetime(lock) {} }
    let installation = try await options.open()
    let settings = SiteSettings(
      publicAddress: address.publicAddress, isDemonstration: DemonstrationMark(options.folder).exists,
      clientAddressHeader: clientAddressHeader, exitAddress: exitAddress, sendsMail: carrier != nil)
    var logger = Logger(label: "amparo") { StreamLogHandler.standardError(label: $0) }
    logger.logLevel = .warning
    var listeners: [Site.Listener]
    var mailing: MailKeeper?
    var practiceStore: PracticeStore?
    let desks = Desks(installation.office, pack, webhooksToLocal: webhooksToLocalhost)
    do {
      if let practicePort = practice.practicePort ?? practicePort {
        let store = try await PracticeStore(options, practice)
        practiceStore = store
        let address = try practice.address(live: address.publicAddress, port: practicePort)
        let desk = PracticeDesk(store.office, pack, seal: PracticeSeal(live: installation.office.root))
        var practiceSettings = settings
        practiceSettings.publicAddress = address
        listeners = [
          .init(
            try Site(
              desks: desks, settings: settings,
              practice: .leadsTo(PracticeDoor(address: address, desk: desk, live: installation.office))), host: host,
            port: port),
          .init(
            try Site(
              desks: Desks(store.office, pack), settings: practiceSettings,
              practice: .isPractice(desk, live: settings.publicAddress)), host: host, port: practicePort),
        ]
      } else {
        listeners = [
          .init(try Site(desks: desks, settings: settings), host: host, port: port)
        ]
      }
      mailing = try carrier.map {
        try MailKeeper(installation, $0, publicAddress: address.publicAddress, logger)
      }
    } catch {
      await practiceStore?.close()
      await installation.close()
      throw Sentences.failure(error) ?? CommandFailure(message: "\(error)", code: 2)
    }
    let keeper = CheckpointKeeper(installation, logger)
    let signing = Task { await keeper.run() }
    let deadlines = DeadlineKeeper(installation, pack, logger)
    let watching = Task { await deadlines.run() }
    let sending = Task { [mailing] () async -> Void in await mailing?.run() }
    let connections = ConnectionKeeper(installation, allowsLocal: webhooksToLocalhost, logger)
    let telling = Task { await connections.run() }
    let tips = TipKeeper(installation, pack, logger)
    let forgetting = Task { await tips.run() }
    // Who asks before it is done, or when it could not be, is answered all the same.
    let counting = Task { () async -> Void in try? await desks.tables.getReady() }
    let (host, shown) = (host, address.publicAddress)
    let ports = listeners.map(\.port).filter { $0 > 0 }.map(String.init).joined(separator: " or ")
    var failure: (any Error)?
    do {
      try await Site.serve(listeners, logger: logger) { index, port in
        print(
          index == 0
            ? "amparo listens on \(host):\(port); open \(shown)"
            : "practice listens on \(host):\(port); it is entered from the training pages")
        // Whoever started us may wait for this line.
        fflush(nil)
      }
    } catch { failure = error }
    for task in [signing, watching, sending, telling, forgetting, counting] { task.cancel() }
    for task in [signing, watching, sending, telling, forgetting, counting] { await task.value }
    if failure == nil { try? await keeper.signIfGrown() }
    await practiceStore?.close()
    await installation.close()
    if let failure {
      throw Sentences.failure(failure)
        ?? CommandFailure(
          message: "\(host):\(ports.isEmpty ? "0" : ports): can't listen there; is another server running?", code: 2)
    }
  }
}
