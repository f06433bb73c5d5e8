import Crypto
import Foundation

/// The key that is destroyed to erase a person: every wrap of a subject's record keys lies in a box under it.
///
/// It protects from nobody who has the store; it is kept apart from the *backups* of the store. A copy of the store alone
/// opens nothing, and once this key is gone, in the store and in its own short-lived backups, no copy ever will.
public struct ErasureKey: Sendable, CustomStringConvertible {
  private let key: SymmetricKey

  private init(key: SymmetricKey) { self.key = key }

  /// `nil` unless there are exactly 32 bytes.
  public init?(bytes: [UInt8]) {
    guard bytes.count == 32 else { return nil }
    key = SymmetricKey(data: bytes)
  }

  public static func random() -> ErasureKey { ErasureKey(key: SymmetricKey(size: .bits256)) }

  public var description: String { "[sealed]" }

  /// The 32 bytes, for the one table and the one file that keep them.
  public var exposedBytes: [UInt8] { key.bytes }

  /// - Parameter context: what the box belongs to; it opens nowhere else.
  public func seal(_ bytes: [UInt8], context: [UInt8]) throws -> [UInt8] {
    try sealBox(bytes, key: key, context: context)
  }

  public func open(_ blob: [UInt8], context: [UInt8]) throws(VaultFailure) -> [UInt8] {
    try openBox(blob, key: key, context: context)
  }
}
