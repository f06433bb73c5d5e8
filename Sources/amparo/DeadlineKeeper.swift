import Basics
import CountryPack
import Logging
import Referrals

/// Lets the clocks of referrals run while the server does. Each server on a store may run one: a step is made once.
struct DeadlineKeeper {
  private let timekeeper: ReferralTimekeeper
  private let logger: Logger

  init(_ installation: Installation, _ pack: CountryPack, _ logger: Logger) {
    timekeeper = ReferralTimekeeper(installation.office, pack)
    self.logger = logger
  }

  /// Looks until it is cancelled. What can't be done now is done at the next look: nothing is kept in memory.
  func run() async {
    await lookAgain(
      every: ReferralTimekeeper.interval, logger, orSay: "the clocks of referrals could not be read; trying again"
    ) { try await timekeeper.run() }
  }
}
