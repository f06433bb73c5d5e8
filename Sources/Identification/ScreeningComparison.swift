import Basics
import CountryPack

/// What changed between two screenings of the same person: pure, from their opened files.
public struct ScreeningComparison: Hashable, Sendable {
  /// One question answered differently. Not asked and unknown are answers of their own, never a no.
  public struct Change: Hashable, Sendable {
    public var topic: String
    public var code: String
    public var before: FourWayAnswer
    public var after: FourWayAnswer
  }

  /// How a dimension was read then and now; `nil` where it was not computed.
  public struct Shift: Hashable, Sendable {
    public var dimension: String
    public var before: Finding?
    public var after: Finding?
  }

  public var changes: [Change]
  public var shifts: [Shift]
  /// Topics that only one of the two asked about.
  public var onlyBefore: [String]
  public var onlyAfter: [String]

  public init(before: ScreeningFile, after: ScreeningFile, _ pack: CountryPack) {
    func plan(_ file: ScreeningFile) -> ScreeningPlan {
      ScreeningPlan(pack, age: file.about.age, questions: file.screening.questions).asked(file)
    }
    let (plans, files) = ((plan(before), plan(after)), (before, after))
    let then = plans.0.topics.map(\.code)
    let now = plans.1.topics.map(\.code)
    onlyBefore = then.filter { !now.contains($0) }
    onlyAfter = now.filter { !then.contains($0) }
    changes = plans.1.topics.filter { then.contains($0.code) }.flatMap { topic in
      // A question that one of the two skipped was not asked there.
      let codes = Self.inOrder(plans.0.topic(topic.code)?.indicators ?? [], topic.indicators)
      return codes.compactMap { code in
        func answer(_ plan: ScreeningPlan, _ file: ScreeningFile) -> FourWayAnswer {
          guard plan.topic(topic.code)?.indicators.contains(where: { $0.code == code }) == true else {
            return .notAsked
          }
          return file.topic(topic.code).value.answers[code] ?? .notAsked
        }
        let change = Change(
          topic: topic.code, code: code, before: answer(plans.0, files.0), after: answer(plans.1, files.1))
        return change.before == change.after ? nil : change
      }
    }
    func findings(_ file: ScreeningFile) -> [DimensionFinding] { file.result?.report.dimensions ?? [] }
    let dimensions = Self.inOrder(findings(before).map(\.code), findings(after).map(\.code))
    shifts = dimensions.compactMap { code in
      func state(_ file: ScreeningFile) -> Finding? { findings(file).first { $0.code == code }?.state }
      let shift = Shift(dimension: code, before: state(before), after: state(after))
      return shift.before == shift.after ? nil : shift
    }
  }

  private static func inOrder(_ first: [Indicator], _ second: [Indicator]) -> [String] {
    inOrder(first.map(\.code), second.map(\.code))
  }

  /// The second's order, then what only the first has.
  private static func inOrder(_ first: [String], _ second: [String]) -> [String] {
    second + first.filter { !second.contains($0) }
  }
}
