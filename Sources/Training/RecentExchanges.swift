import Synchronization
import Vault

/// Key exchanges with the agencies' drop boxes that serve all who send within a second: a class that answers at once
/// waits for one of them, not for five hundred. Each value still opens by itself, and only with the agency's key.
final class RecentExchanges: Sendable {
  private struct Exchange {
    var sealer: DropBox.Sealer
    var made: ContinuousClock.Instant
  }

  /// How long this process keeps the secret of an exchange.
  private static let longest = Duration.seconds(1)
  private let exchanges = Mutex<[[UInt8]: Exchange]>([:])

  /// Throws `VaultFailure.malformed` for bytes that are no public key.
  func sealer(to publicKey: [UInt8]) throws -> DropBox.Sealer {
    let now = ContinuousClock.now
    return try exchanges.withLock { exchanges in
      if let known = exchanges[publicKey], now - known.made < Self.longest { return known.sealer }
      exchanges = exchanges.filter { now - $0.value.made < Self.longest }
      let fresh = Exchange(sealer: try DropBox.Sealer(to: publicKey), made: now)
      exchanges[publicKey] = fresh
      return fresh.sealer
    }
  }
}
