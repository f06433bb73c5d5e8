import Accounts
import Basics
import Logging
import Mail
import Web

/// Sends e-mail while the server runs. Each server on a store may run one: a mail is held by one at a time.
struct MailKeeper {
  /// How often it looks.
  static let interval = Span.seconds(10)
  /// The longest it waits while the mail server can't be used.
  static let longestPause = Span.minutes(5)

  private let sender: MailSender
  private let logger: Logger

  init(_ installation: Installation, _ carrier: SMTPCarrier, publicAddress: String, _ logger: Logger) throws {
    let letters = try NoticeLetters(publicAddress: publicAddress)
    sender = MailSender(
      installation.office, carrier: carrier, host: MailOptions.host(publicAddress), write: letters.write)
    self.logger = logger
  }

  /// Looks until it is cancelled. What can't be sent now stays in the store; the log names the kind of trouble and nobody.
  func run() async {
    var pause = Self.interval
    var looks = 0
    while !Task.isCancelled {
      do {
        let pass = try await sender.run()
        if let trouble = pass.trouble {
          if pause == Self.interval { logger.error("e-mail can't be sent; trying again: \(trouble.rawValue)") }
          pause = min(Span(milliseconds: pause.milliseconds * 2), Self.longestPause)
        } else {
          pause = Self.interval
        }
        // About once an hour, the first time at once.
        if looks % 360 == 0 { try await sender.tidy() }
        looks += 1
      } catch is CancellationError { return } catch {
        logger.error("the e-mail to send could not be read; trying again")
      }
      try? await Task.sleep(for: .milliseconds(pause.milliseconds))
    }
  }
}
