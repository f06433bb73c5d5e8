import Basics
import CountryPack
import Foundation

/// One indicator of an instrument: its dimension and its code. An answer belongs to a phase, never to the person
/// once and for all: papers taken on the way and papers taken at the destination are two answers.
public struct IndicatorKey: Hashable, Sendable, Comparable, CustomStringConvertible {
  public var dimension: String
  public var code: String

  public init(dimension: String, code: String) {
    self.dimension = dimension
    self.code = code
  }

  public var description: String { dimension + "/" + code }

  public static func < (lhs: Self, rhs: Self) -> Bool { (lhs.dimension, lhs.code) < (rhs.dimension, rhs.code) }
}

/// What is wrong with a set of answers; names the key, never a person.
public enum AnswerProblem: Error, Hashable, Sendable, CustomStringConvertible {
  /// Not a JSON object of texts.
  case notAnObject
  /// The instrument has no such indicator.
  case unknownIndicator(String)
  /// The bare code stands in several dimensions.
  case ambiguous(String, dimensions: [String])
  /// Not `yes`, `no`, `unknown` or `not_asked`.
  case unknownAnswer(String, answer: String)
  /// Two keys of the object name the same indicator.
  case answeredTwice(String)

  public var description: String {
    switch self {
    case .notAnObject: "the answers must be a JSON object such as {\"exploitation/EX01\": \"yes\"}"
    case .unknownIndicator(let key): "“\(key)” is not an indicator of this instrument"
    case .ambiguous(let key, let dimensions):
      "“\(key)” stands in several dimensions: write one of "
        + dimensions.map { "\($0)/\(key)" }.joined(separator: ", ")
    case .unknownAnswer(let key, let answer):
      "“\(key)” is answered “\(answer)”: use yes, no, unknown or not_asked"
    case .answeredTwice(let key): "“\(key)” is answered twice"
    }
  }
}

/// The answers of one screening. What has no answer was not asked.
public struct AnswerSheet: Hashable, Sendable {
  private var answers: [IndicatorKey: FourWayAnswer] = [:]

  public init() {}

  public subscript(key: IndicatorKey) -> FourWayAnswer {
    get { answers[key] ?? .notAsked }
    set { answers[key] = newValue == .notAsked ? nil : newValue }
  }

  /// Reads answers by their written keys: `<dimension or phase>/<code>`, or the bare code where it is unique.
  ///
  /// Throws the first `AnswerProblem`, in the order of the keys.
  public init(_ written: [String: String], for instrument: Instrument) throws(AnswerProblem) {
    var seen: Set<IndicatorKey> = []
    for (key, value) in written.sorted(by: { $0.key < $1.key }) {
      let indicator = try Self.find(key, in: instrument)
      guard let answer = FourWayAnswer(rawValue: value) else { throw .unknownAnswer(key, answer: value) }
      guard seen.insert(indicator).inserted else { throw .answeredTwice(key) }
      self[indicator] = answer
    }
  }

  /// Reads the JSON object of the command line's `--answers`.
  public init(json: Data, for instrument: Instrument) throws(AnswerProblem) {
    let written: [String: String]
    do { written = try JSONDecoder().decode([String: String].self, from: json) } catch { throw .notAnObject }
    try self.init(written, for: instrument)
  }

  private static func find(_ key: String, in instrument: Instrument) throws(AnswerProblem) -> IndicatorKey {
    let parts = key.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    let phases = Dictionary(instrument.dimensions.map { ($0.code, $0.phase) }) { first, _ in first }
    let matches = instrument.indicators.filter { indicator in
      switch parts.count {
      case 1: indicator.code == parts[0]
      case 2:
        indicator.code == parts[1] && (indicator.dimension == parts[0] || phases[indicator.dimension] == parts[0])
      default: false
      }
    }
    guard let first = matches.first else { throw .unknownIndicator(key) }
    guard matches.count == 1 else { throw .ambiguous(key, dimensions: matches.map(\.dimension)) }
    return IndicatorKey(dimension: first.dimension, code: first.code)
  }
}
