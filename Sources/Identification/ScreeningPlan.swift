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
  /// The instrument whose result counts: the one that leads in the situation, or what is observed when nothing else is asked. `nil` when
  /// the pack has neither.
  public var leading: Instrument?

  public init(_ pack: CountryPack, age: Age, questions: Screening.Questions) {
    self.init(pack, countsAsChild: age.countsAsChild, questions: questions)
  }

  init(_ pack: CountryPack, countsAsChild: Bool, questions: Screening.Questions) {
    let fitting = pack.instruments.filter {
      $0.situations.contains(questions.rawValue)
        && ($0.population == .any || $0.population == (countsAsChild ? .child : .adult))
    }
    let observed = fitting.filter { $0.kind == .observation }
    let asked = fitting.first { $0.kind != .observation }
    leading = asked ?? observed.first
    topics = Self.topics(observed + (asked.map { [$0] } ?? []))
  }

  private static func topics(_ instruments: [Instrument]) -> [Topic] {
    instruments.flatMap { instrument in
      instrument.dimensions.map { dimension in
        Topic(
          code: dimension.code, instrument: instrument, dimension: dimension,
          indicators: instrument.indicators.filter { $0.dimension == dimension.code })
      }
    }
  }

  /// The same with what the answers skip left out; a topic without a question is left out too.
  func asked(_ file: ScreeningFile) -> ScreeningPlan {
    var plan = self
    var asked: [String: Instrument] = [:]
    for instrument in topics.map(\.instrument) where asked[instrument.id] == nil {
      asked[instrument.id] = instrument.asked(file.sheet(instrument), countsAsChild: file.about.age.countsAsChild)
    }
    plan.topics = topics.compactMap { topic in
      var topic = topic
      topic.indicators =
        asked[topic.instrument.id]?.indicators.filter { $0.dimension == topic.dimension.code } ?? topic.indicators
      return topic.indicators.isEmpty ? nil : topic
    }
    return plan
  }

  public func topic(_ code: String) -> Topic? { topics.first { $0.code == code } }

  public var questionCount: Int { topics.reduce(0) { $0 + $1.indicators.count } }
}
