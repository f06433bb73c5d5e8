import Foundation

/// Where random numbers come from. Passed in beside the clock, so that the demonstration and tests can
/// repeat themselves. Keys never use it: they come from the cryptographic library.
public struct Randomness: RandomNumberGenerator, Sendable {
  private let draw: @Sendable () -> UInt64

  public init(_ draw: @escaping @Sendable () -> UInt64) { self.draw = draw }

  public func next() -> UInt64 { draw() }

  /// The operating system's randomness.
  public static let system = Randomness {
    var generator = SystemRandomNumberGenerator()
    return generator.next()
  }

  /// A repeatable sequence, shared by all copies of the value.
  public static func seeded(_ seed: UInt64) -> Randomness {
    let state = SeededState(seed: seed)
    return Randomness { state.next() }
  }

  /// A fresh identifier.
  public func identifier<Entity>(_: Entity.Type = Entity.self) -> Identifier<Entity> {
    Identifier(bytes: (next(), next()))
  }
}

/// The shared state of a seeded sequence.
/// `@unchecked Sendable` because the lock guards its only variable.
private final class SeededState: @unchecked Sendable {
  private let lock = NSLock()
  private var generator: SeededGenerator
  init(seed: UInt64) { generator = SeededGenerator(seed: seed) }
  func next() -> UInt64 { lock.withLock { generator.next() } }
}
