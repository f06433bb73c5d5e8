import Basics
import CountryPack
import Records
import Vault

/// A screening with its sealed content opened.
public struct ScreeningFile: Hashable, Sendable {
  /// A sealed part and the revision it was read at; 0 while it was never saved.
  public struct Part<Value: Hashable & Sendable>: Hashable, Sendable {
    public var revision: Int
    public var value: Value
  }

  /// Who the screening is about, as far as questions and words depend on it.
  public struct About: Hashable, Sendable, Codable {
    public var age: Age
    /// The language the person speaks, as it was typed.
    public var language: String
  }

  public struct Safety: Hashable, Sendable, Codable {
    /// What is not here was not asked.
    public var answers: [String: FourWayAnswer] = [:]
    /// Each time a person decided to go on although the check asked to stop.
    public var goneOn: [GoingOn] = []
    /// Who entered each answer as it now stands, and when; `nil` where a check was saved before this was kept.
    public var given: [String: Given]?

    /// Takes the answers of a check; an answer that stays keeps who entered it first.
    mutating func take(_ new: [String: FourWayAnswer], at now: Moment, by member: MemberID) {
      let (old, before) = (answers, given ?? [:])
      answers = new
      given = new.reduce(into: [:]) { given, answer in
        given[answer.key] = old[answer.key] == answer.value ? before[answer.key] : Given(at: now, by: member)
      }
    }
  }

  public struct Given: Hashable, Sendable, Codable {
    public var at: Moment
    public var by: MemberID
  }

  public struct GoingOn: Hashable, Sendable, Codable {
    public var at: Moment
    public var by: MemberID
    public var reason: String
  }

  public struct Topic: Hashable, Sendable, Codable {
    /// By the indicator's code; what is not here was not asked.
    public var answers: [String: FourWayAnswer] = [:]
    public var note = ""
  }

  public var screening: Screening
  public var aboutRevision: Int
  public var about: About
  public var safety: Part<Safety>
  public var topics: [String: Part<Topic>]
  /// The explained result as it was computed when the screening was finished.
  public var result: ScreeningResult?
  var resultRevision: Int
  /// Oldest first; the last one counts.
  public var decisions: [Decision]
  /// Oldest first.
  public var dangers: [Danger]

  /// A danger that was reported, and what a supervisor did about it.
  public struct Danger: Hashable, Sendable {
    public var reportedAt: Moment
    public var reportedBy: MemberID
    public var settledAt: Moment?
    public var settledBy: MemberID?
    public var reason: String
  }

  /// A topic, empty when it was never saved.
  public func topic(_ code: String) -> Part<Topic> { topics[code] ?? Part(revision: 0, value: Topic()) }

  /// All answers as one sheet of an instrument.
  public func sheet(_ instrument: Instrument) -> AnswerSheet {
    var sheet = AnswerSheet()
    for indicator in instrument.indicators {
      sheet[IndicatorKey(dimension: indicator.dimension, code: indicator.code)] =
        topics[indicator.dimension]?.value.answers[indicator.code] ?? .notAsked
    }
    return sheet
  }

  init(
    _ screening: Screening, parts: [String: ScreeningRecords.Part], decisions: [ScreeningRecords.SealedDecision],
    dangers: [ScreeningRecords.SealedDanger], _ key: RecordKey
  ) throws {
    self.screening = screening
    func read<Value: Decodable>(_ part: String, _: Value.Type = Value.self) throws -> (revision: Int, value: Value)? {
      try parts[part].map {
        ($0.revision, try key.openValue(Value.self, $0.content, at: .part(screening, part, revision: $0.revision)))
      }
    }
    guard let about = try read(PartName.about, About.self) else { throw DatabaseFailure.malformed(column: "content") }
    aboutRevision = about.revision
    self.about = about.value
    let safety = try read(PartName.safety, Safety.self)
    self.safety = Part(revision: safety?.revision ?? 0, value: safety?.value ?? Safety())
    topics = [:]
    for name in parts.keys where name.hasPrefix(PartName.topicPrefix) {
      if let topic = try read(name, Topic.self) {
        topics[String(name.dropFirst(PartName.topicPrefix.utf8.count))] = Part(
          revision: topic.revision, value: topic.value)
      }
    }
    let result = try read(PartName.result, ScreeningResult.self)
    self.result = result?.value
    resultRevision = result?.revision ?? 0
    self.decisions = try decisions.map {
      Decision(
        id: $0.id, kind: $0.kind, member: $0.member, at: $0.at, outcome: $0.outcome,
        reason: try key.openValue(String.self, $0.reason, at: .decision(screening, $0.id)))
    }
    self.dangers = try dangers.map {
      Danger(
        reportedAt: $0.reportedAt, reportedBy: $0.reportedBy, settledAt: $0.settledAt, settledBy: $0.settledBy,
        reason: try $0.reason.map { [at = $0.reportedAt] in
          try key.openValue(String.self, $0, at: .danger(screening, at))
        } ?? "")
    }
  }
}

/// How the sealed parts of a screening are named in the store.
enum PartName {
  static let about = "about"
  static let safety = "safety"
  static let result = "result"
  static let topicPrefix = "topic/"
  static func topic(_ code: String) -> String { topicPrefix + code }
}

extension FieldAddress {
  static func part(_ screening: Screening, _ part: String, revision: Int) -> FieldAddress {
    FieldAddress(
      tenant: screening.agency.description, table: "screening_parts", column: "content",
      row: screening.id.description + "/" + part, revision: revision)
  }
}

extension FieldAddress {
  static func decision(_ screening: Screening, _ id: DecisionID) -> FieldAddress {
    FieldAddress(
      tenant: screening.agency.description, table: "screening_decisions", column: "reason", row: id.description,
      revision: 1)
  }

  static func danger(_ screening: Screening, _ since: Moment) -> FieldAddress {
    FieldAddress(
      tenant: screening.agency.description, table: "screening_dangers", column: "reason",
      row: "\(screening.id)/\(since.milliseconds)", revision: 1)
  }
}

extension Age: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let age = Age(try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "not an age")
    }
    self = age
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
