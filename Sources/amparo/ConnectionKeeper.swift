import Accounts
import Basics
import Logging
import Referrals

/// Takes messages to webhooks and ends keys that ran out while the server runs. Each server on a store may run one: a
/// message is one server's at a time.
struct ConnectionKeeper {
  private let courier: WebhookCourier
  private let keys: ApiKeyDesk
  private let clock: Clock
  private let logger: Logger

  /// - Parameter allowsLocal: for tests: webhooks may lead to this machine.
  init(_ installation: Installation, allowsLocal: Bool, _ logger: Logger) {
    let client = WebhookClient(allowsLocal: allowsLocal)
    courier = WebhookCourier(installation.office, allowsLocal: allowsLocal) { await client.send($0) }
    keys = ApiKeyDesk(installation.office)
    clock = installation.office.clock
    self.logger = logger
  }

  /// Works until it is cancelled. What can't be done now is done at the next look: nothing is kept in memory.
  func run() async {
    var tidiedAt: Moment?
    await lookAgain(
      every: WebhookCourier.interval, logger, orSay: "webhooks or keys could not be looked after; trying again"
    ) {
      try await courier.run()
      try await keys.endThoseThatRanOut()
      let now = clock.now()
      if tidiedAt.map({ $0 + .hours(1) <= now }) ?? true {
        try await courier.tidy()
        tidiedAt = now
      }
    }
  }
}
