import Crypto

/// The Merkle tree hash of RFC 6962, section 2.1, grown leaf by leaf.
///
/// Keeps only the roots of the complete subtrees (largest first), so adding a leaf costs O(log n).
public struct MerkleTree: Hashable, Sendable {
  /// How many leaves there are.
  public private(set) var size: Int
  /// The roots of the complete subtrees, largest first, 32 bytes each.
  public private(set) var peaks: [[UInt8]]

  public init() {
    size = 0
    peaks = []
  }

  /// Continues a stored tree; `nil` when the number of peaks doesn't fit the size.
  public init?(size: Int, peaks: [[UInt8]]) {
    guard size >= 0, peaks.count == size.nonzeroBitCount, peaks.allSatisfy({ $0.count == 32 }) else { return nil }
    self.size = size
    self.peaks = peaks
  }

  /// SHA-256(0x00 ‖ entry).
  public static func leafHash(_ entry: [UInt8]) -> [UInt8] { Array(SHA256.hash(data: [0] + entry)) }

  /// SHA-256(0x01 ‖ left ‖ right).
  public static func nodeHash(_ left: [UInt8], _ right: [UInt8]) -> [UInt8] {
    Array(SHA256.hash(data: [1] + left + right))
  }

  public mutating func append(leafHash: [UInt8]) {
    var node = leafHash
    for _ in 0..<(~size).trailingZeroBitCount { node = Self.nodeHash(peaks.removeLast(), node) }
    peaks.append(node)
    size += 1
  }

  /// The hash of the whole tree; of the empty one, SHA-256 of nothing.
  public var root: [UInt8] {
    guard var node = peaks.last else { return Array(SHA256.hash(data: [UInt8]())) }
    for peak in peaks.dropLast().reversed() { node = Self.nodeHash(peak, node) }
    return node
  }
}
