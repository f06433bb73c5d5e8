import Basics
import CountryPack

/// Which topics one sitting goes through: what is observed first, then the set of questions that fits the age.
public struct ScreeningPlan: Hashable, Sendable {
  /// One side of the matter: a page of its own.
  public struct Topic: Hashable, Sendable {
    /// The dimension's code.
    public var code: String
    public var instrument: Instrument
    public var dimension: Instrument.Dimension
    public var indicators: [Indicator]
  }

  /// The topic of the note on the whole interview; it asks nothing.
  public static let overall = "overall"

  public var topics: [Topic]
  /// The instrument whose result counts: the scored one, or what is observed when nothing else is asked. `nil` when
  /// the pack has neither.
  public var leading: Instrument?

  public init(_ pack: CountryPack, age: Age, questions: Screening.Questions) {
    self.init(pack, countsAsChild: age.countsAsChild, questions: questions)
  }

  init(_ pack: CountryPack, countsAsChild: Bool, questions: Screening.Questions) {
    let fitting = pack.instruments.filter {
      $0.population == .any || $0.population == (countsAsChild ? .child : .adult)
    }
    let observed = fitting.filter { $0.kind == .observation }
    let scored = questions == .guided ? fitting.first { $0.kind == .scored } : nil
    leading = scored ?? observed.first
    topics = (observed + (scored.map { [$0] } ?? [])).flatMap { instrument in
      instrument.dimensions.map { dimension in
        Topic(
          code: dimension.code, instrument: instrument, dimension: dimension,
          indicators: instrument.indicators.filter { $0.dimension == dimension.code })
      }
    }
  }

  public func topic(_ code: String) -> Topic? { topics.first { $0.code == code } }

  public var questionCount: Int { topics.reduce(0) { $0 + $1.indicators.count } }
}
