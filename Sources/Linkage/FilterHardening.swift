import Basics

/// The steps after encoding, in the order of the schema. None of them makes a filter publishable.
struct FilterHardening: Sendable {
  private let steps: [LinkageSchema.Hardening]
  /// Where each bit of a balanced filter goes.
  private var order: [Int] = []
  private let randomness: Randomness

  var isEmpty: Bool { steps.isEmpty }

  init(_ schema: LinkageSchema, secret: [UInt8], randomness: Randomness = .system) {
    steps = (schema.hardening ?? []).filter { if case .salt = $0 { false } else { true } }
    self.randomness = randomness
    var length = schema.bits
    for step in steps.prefix(while: { $0 != .balance }) where step == .fold { length /= 2 }
    guard steps.contains(.balance) else { return }
    let bytes = KeyDerivation.derive(secret, schema.salt ?? schema.id, "amparo linkage permutation", 8)
    var generator = SeededGenerator(seed: RecordEncoder.words(bytes)[0])
    order = Array(0..<(length * 2))
    // Fisher and Yates, written out: both sides must get the same order whatever version of the language they have.
    for place in order.indices.reversed() where place > 0 {
      order.swapAt(place, Int(generator.next() % UInt64(place + 1)))
    }
  }

  func apply(_ filter: [UInt64]) -> [UInt64] {
    var bits = filter
    for step in steps {
      switch step {
      case .fold:
        let half = bits.count / 2
        bits = (0..<half).map { bits[$0] ^ bits[$0 + half] }
      case .rule90:
        let count = bits.count
        bits = bits.indices.map { place in
          let (before, after) = (bits[(place + count - 1) % count], bits[(place + 1) % count])
          return (bits[place] << 1 | before >> 63) ^ (bits[place] >> 1 | after << 63)
        }
      case .balance:
        let both = bits + bits.map { ~$0 }
        var moved = [UInt64](repeating: 0, count: both.count)
        for (from, to) in order.enumerated() where both[from >> 6] >> UInt64(from & 63) & 1 == 1 {
          moved[to >> 6] |= 1 << UInt64(to & 63)
        }
        bits = moved
      case .flip(let chance):
        var source = randomness
        for place in bits.indices {
          for bit in 0..<64 where Double.random(in: 0..<1, using: &source) < chance { bits[place] ^= 1 << UInt64(bit) }
        }
      case .salt: break
      }
    }
    return bits
  }
}
