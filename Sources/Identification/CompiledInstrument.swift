import Basics
import CountryPack
import Foundation

/// A scored instrument prepared for very many assessments: codes become places in bit masks, and every result a
/// combination can have stands ready as text. It says byte for byte what `ScreenReport.json` says.
public struct CompiledInstrument: Sendable {
  /// The answers of one line, as masks of one dimension each.
  struct Masks {
    var yes: [UInt64]
    var no: [UInt64]
    /// Given at all, so that answering twice is seen.
    var given: [UInt64]

    init(_ dimensions: Int) {
      yes = [UInt64](repeating: 0, count: dimensions)
      (no, given) = (yes, yes)
    }

    mutating func clear() {
      for index in yes.indices { (yes[index], no[index], given[index]) = (0, 0, 0) }
    }
  }

  struct Dimension {
    var strong: UInt64 = 0
    var medium: UInt64 = 0
    var weak: UInt64 = 0
    var all: UInt64 { strong | medium | weak }
    /// The indicators' places in the instrument, by bit.
    var order: [Int] = []
    /// `],"code":"…","open":[`
    var middle: [UInt8]
  }

  /// An indicator; without anything that is counted by reference, because it is looked at for every answer.
  struct Place {
    var dimension: Int
    var bit: UInt64
    /// Its code with quotation marks, in the names.
    var name: Range<Int>
  }

  /// What stands after the observed codes, by the states of the dimensions (base 3) and whether a child's.
  private let endings: [[UInt8]]
  private let endingOf: [Int32]
  private let outcomes: [[UInt8]]
  private let middle: [UInt8]
  let dimensions: [Dimension]
  let places: [Place]
  private let names: [UInt8]
  let keys: KeyTable

  /// The largest number of states of all dimensions together that is prepared.
  private static let mostStates = 6561

  /// `nil` for an instrument whose results can't be prepared: one that refuses to score, that skips questions, or that
  /// has very many dimensions. Those are read one by one.
  ///
  /// - Parameter day: decides which legal text is in force.
  public init?(_ instrument: Instrument, _ pack: CountryPack, on day: CalendarDay) {
    let count = instrument.dimensions.count
    let states = (0..<count).reduce(1) { total, _ in min(total * 3, Self.mostStates + 1) }
    guard instrument.scores, !instrument.hasSkips, states <= Self.mostStates,
      let combination = instrument.combination.flatMap(pack.combination)
    else { return nil }
    var dimensions = instrument.dimensions.map { Dimension(middle: Array("],\"code\":\"\($0.code)\",\"open\":[".utf8)) }
    var (places, names): ([Place], [UInt8]) = ([], [])
    for indicator in instrument.indicators {
      guard let index = instrument.dimensions.firstIndex(where: { $0.code == indicator.dimension }),
        dimensions[index].order.count < 64
      else { return nil }
      let bit: UInt64 = 1 << UInt64(dimensions[index].order.count)
      switch indicator.strength {
      case .strong: dimensions[index].strong |= bit
      case .medium: dimensions[index].medium |= bit
      case .weak: dimensions[index].weak |= bit
      case .none: return nil
      }
      dimensions[index].order.append(places.count)
      let start = names.count
      names += "\"\(indicator.code)\"".utf8
      places.append(Place(dimension: index, bit: bit, name: start..<names.count))
    }
    self.dimensions = dimensions
    self.places = places
    self.names = names
    keys = KeyTable(instrument)
    middle = Array(
      """
      ],"instrument":"\(instrument.id)","instrument_certainty":"\(instrument.certainty.rawValue)",\
      "instrument_version":"\(instrument.version)","observed":[
      """.utf8)
    outcomes = Self.order.map { Array("{\"assessment\":\"\(Self.outcome($0).rawValue)\",\"dimensions\":[".utf8) }
    let penalText = pack.legalText("coip-91", on: day)
    var prepared: [String: Int32] = [:]
    var (endings, endingOf): ([[UInt8]], [Int32]) = ([], [])
    for isChild in [false, true] {
      let age: Age = isChild ? .inDoubt : .years(18)
      for state in 0..<states {
        var rest = state
        let findings = instrument.dimensions.map { dimension in
          defer { rest /= 3 }
          return DimensionFinding(code: dimension.code, state: Self.order[rest % 3], because: [], open: [])
        }
        let pattern = AssessmentRules.pattern(findings, isChild ? combination.child : combination.adult)
        let assessment = Assessment(
          dimensions: findings, outcome: .notEnoughInformation, pattern: pattern, refusal: nil, observed: [])
        let readings = AssessmentRules.readings(assessment, combination, age: age, penalText: penalText)
        guard let json = try? Self.json(readings) else { return nil }
        let ending = "],\"pattern\":\"\(pattern ?? "not_determined")\",\"readings\":\(json)}"
        if prepared[ending] == nil {
          prepared[ending] = Int32(endings.count)
          endings.append(Array(ending.utf8))
        }
        endingOf.append(prepared[ending] ?? 0)
      }
    }
    self.endings = endings
    self.endingOf = endingOf
  }

  static let order: [Finding] = [.negative, .insufficient, .positive]
  private static let stateEndings = order.map { Array("],\"state\":\"\($0.rawValue)\"}".utf8) }

  private static func outcome(_ best: Finding) -> Outcome {
    switch best {
    case .positive: .indicatorsFound
    case .insufficient: .notEnoughInformation
    case .negative: .indicatorsNotFound
    }
  }

  private static func json(_ readings: Readings) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(readings), as: UTF8.self)
  }

  /// 0 negative, 1 insufficient, 2 positive: the places of `order`.
  private func state(_ index: Int, yes: UInt64, no: UInt64) -> Int {
    func isPositive(_ mask: UInt64) -> Bool {
      AssessmentRules.isPositive(
        strong: (mask & dimensions[index].strong).nonzeroBitCount,
        medium: (mask & dimensions[index].medium).nonzeroBitCount,
        weak: (mask & dimensions[index].weak).nonzeroBitCount)
    }
    return isPositive(yes) ? 2 : isPositive(dimensions[index].all & ~no) ? 1 : 0
  }

  /// Appends the report, with a comma where its opening brace would stand.
  func write(_ masks: Masks, isChild: Bool, to out: inout [UInt8]) {
    let start = out.count
    var (states, power, best) = (0, 1, 0)
    for index in dimensions.indices {
      let found = state(index, yes: masks.yes[index], no: masks.no[index])
      states += found * power
      power *= 3
      if found > best { best = found }
    }
    out.append(contentsOf: outcomes[best])
    out[start] = UInt8(ascii: ",")
    names.withUnsafeBytes { names in
      var rest = states
      for index in dimensions.indices {
        let found = rest % 3
        rest /= 3
        if index > 0 { out.append(UInt8(ascii: ",")) }
        out.append(contentsOf: Self.because)
        if found == 2 { append(index, masks.yes[index], names, to: &out) }
        out.append(contentsOf: dimensions[index].middle)
        append(index, dimensions[index].all & ~masks.yes[index] & ~masks.no[index], names, to: &out)
        out.append(contentsOf: Self.stateEndings[found])
      }
      out.append(contentsOf: middle)
      var isFirst = true
      for place in places where masks.yes[place.dimension] & place.bit != 0 {
        if !isFirst { out.append(UInt8(ascii: ",")) }
        isFirst = false
        out.append(contentsOf: UnsafeRawBufferPointer(rebasing: names[place.name]))
      }
    }
    out.append(contentsOf: endings[Int(endingOf[states + (isChild ? power : 0)])])
  }

  private static let because = Array("{\"because\":[".utf8)

  private func append(_ index: Int, _ mask: UInt64, _ names: UnsafeRawBufferPointer, to out: inout [UInt8]) {
    var left = mask
    while left != 0 {
      let place = places[dimensions[index].order[left.trailingZeroBitCount]]
      out.append(contentsOf: UnsafeRawBufferPointer(rebasing: names[place.name]))
      left &= left - 1
      if left != 0 { out.append(UInt8(ascii: ",")) }
    }
  }
}

/// The written keys of an instrument (`code`, `dimension/code`, `phase/code`), found by their bytes.
struct KeyTable: Sendable {
  /// A key that stands in several dimensions.
  static let ambiguous = -2
  static let unknown = -1

  private var slots: [Int32]
  private var places: [Int32] = []
  /// All keys one after another; key n is from `starts[n]` up to `starts[n + 1]`.
  private var pool: [UInt8] = []
  private var starts = [0]

  init(_ instrument: Instrument) {
    let phases = Dictionary(instrument.dimensions.map { ($0.code, $0.phase) }) { first, _ in first }
    var named: [String: Set<Int>] = [:]
    for (index, indicator) in instrument.indicators.enumerated() {
      let prefixes = [indicator.dimension, phases[indicator.dimension] ?? ""].map { $0 + "/" } + [""]
      for prefix in prefixes { named[prefix + indicator.code, default: []].insert(index) }
    }
    var size = 16
    while size < named.count * 4 { size *= 2 }
    slots = [Int32](repeating: -1, count: size)
    for (key, indices) in named.sorted(by: { $0.key < $1.key }) {
      let bytes = Array(key.utf8)
      var slot = bytes.withUnsafeBytes { Self.hash($0) } & (size - 1)
      while slots[slot] >= 0 { slot = (slot + 1) & (size - 1) }
      slots[slot] = Int32(places.count)
      pool += bytes
      starts.append(pool.count)
      places.append(indices.count == 1 ? Int32(indices.first ?? 0) : Int32(Self.ambiguous))
    }
  }

  /// Eight bytes at a time.
  private static func hash(_ bytes: UnsafeRawBufferPointer) -> Int {
    var (hash, at) = (UInt64(bytes.count), 0)
    func mix(_ word: UInt64) {
      hash = (hash ^ word) &* 0x9e37_79b9_7f4a_7c15
      hash ^= hash >> 32
    }
    while at + 8 <= bytes.count {
      mix(bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self))
      at += 8
    }
    var rest: UInt64 = 0
    while at < bytes.count {
      rest = rest << 8 | UInt64(bytes[at])
      at += 1
    }
    mix(rest)
    return Int(truncatingIfNeeded: hash)
  }

  /// The indicator's place, `unknown` or `ambiguous`.
  func find(_ key: UnsafeRawBufferPointer) -> Int {
    let mask = slots.count - 1
    var slot = Self.hash(key) & mask
    while slots[slot] >= 0 {
      let index = Int(slots[slot])
      let (start, end) = (starts[index], starts[index + 1])
      let isSame =
        end - start == key.count
        && pool.withUnsafeBytes { pool in
          guard let stored = pool.baseAddress, let given = key.baseAddress else { return key.isEmpty }
          return memcmp(stored + start, given, key.count) == 0
        }
      if isSame { return Int(places[index]) }
      slot = (slot + 1) & mask
    }
    return Self.unknown
  }
}
