import Basics
import CountryPack
import Logging
import Tips

/// Lets messages from the public run out while the server does. Each server on a store may run one: what is erased is
/// erased once.
struct TipKeeper {
  private let erasing: TipErasing
  private let logger: Logger

  init(_ installation: Installation, _ pack: CountryPack, _ logger: Logger) {
    erasing = TipErasing(installation.office, pack)
    self.logger = logger
  }

  /// Looks until it is cancelled.
  func run() async {
    await lookAgain(
      every: TipErasing.interval, logger, orSay: "messages from the public could not be erased; trying again"
    ) { _ = try await erasing.run() }
  }
}
