import Basics
import Records
import Vault

/// What every desk stands in: the store, the installation's secret, the clock and the randomness.
public struct Office: Sendable {
  public let database: any Database
  public let root: RootSecret
  public let clock: Clock
  public let randomness: Randomness
  /// How hard passwords are to guess offline.
  public let passwordCost: PasswordCost
  /// Which agencies the members of one find in the directory; `nil`: every one that takes part.
  public let neighbours: Neighbours?

  public typealias Neighbours = @Sendable (AgencyID, any ReadTransaction) throws -> [AgencyID]

  public init(
    database: any Database, root: RootSecret, clock: Clock = .system, randomness: Randomness = .system,
    passwordCost: PasswordCost = .standard, neighbours: Neighbours? = nil
  ) {
    self.database = database
    self.root = root
    self.clock = clock
    self.randomness = randomness
    self.passwordCost = passwordCost
    self.neighbours = neighbours
  }
}
