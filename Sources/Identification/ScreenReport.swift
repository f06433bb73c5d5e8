import Basics
import CountryPack
import Foundation

/// The result of one screening as programs read it (`amparo screen --json`).
public struct ScreenReport: Hashable, Sendable, Codable {
  public var instrument: String
  public var instrumentVersion: CalendarDay
  public var instrumentCertainty: String
  public var dimensions: [DimensionFinding]
  public var assessment: Outcome
  public var pattern: String
  public var readings: Readings
  public var observed: [String]
  /// Why nothing was computed, if so.
  public var refusal: Assessment.Refusal?

  enum CodingKeys: String, CodingKey {
    case instrument, dimensions, assessment, pattern, readings, observed, refusal
    case instrumentVersion = "instrument_version"
    case instrumentCertainty = "instrument_certainty"
  }

  /// - Parameters:
  ///   - answers: read for this same instrument.
  ///   - day: today; decides which legal text is in force.
  public init(_ answers: AnswerSheet, _ instrument: Instrument, age: Age, pack: CountryPack, on day: CalendarDay) {
    let combination = instrument.combination.flatMap(pack.combination)
    let result = AssessmentRules.assess(answers, instrument, combination, age: age)
    self.instrument = instrument.id
    instrumentVersion = instrument.version
    instrumentCertainty = instrument.certainty.rawValue
    dimensions = result.dimensions
    assessment = result.outcome
    pattern = result.pattern ?? (result.refusal == nil ? "not_determined" : "not_scored")
    readings = AssessmentRules.readings(
      result, combination, age: age, penalText: pack.legalText("coip-91", on: day))
    observed = result.observed
    refusal = result.refusal
  }

  /// One line of JSON with sorted keys.
  public var json: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
  }
}
