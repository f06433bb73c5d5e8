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
    /// Of an interview on paper: its day, and who asked.
    public var askedOn: CalendarDay?
    public var askedBy: String?
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
  /// Oldest first.
  public var reviews: [Review]
  /// Oldest first.
  public var appeals: [Appeal]
  /// What was done to the clock of the formal decision, oldest first.
  public var clock: [DecisionClock.Event]
  /// Who conducted the interview before it was handed over.
  var hands: Set<MemberID>
  /// The code of the pack's body that the agency is today; `nil` where it may presume only.
  public var ownBody: String?

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
    _ screening: Screening, parts: [String: ScreeningRecords.Part], history: SealedHistory, ownBody: String?,
    _ key: RecordKey
  ) throws {
    self.screening = screening
    self.ownBody = ownBody
    hands = history.hands
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
    decisions = try history.decisions.map { try Decision($0, screening, key) }
    dangers = try history.dangers.map {
      Danger(
        reportedAt: $0.reportedAt, reportedBy: $0.reportedBy, settledAt: $0.settledAt, settledBy: $0.settledBy,
        reason: try $0.reason.map { [at = $0.reportedAt] in
          try key.openValue(String.self, $0, at: .danger(screening, at))
        } ?? "")
    }
    reviews = try history.reviews.map { try Review($0, screening, key) }
    appeals = try history.appeals.map { try Appeal($0, screening, key) }
    clock = try history.clock.map {
      DecisionClock.Event(
        $0.move, at: $0.at, by: $0.member,
        reason: try key.openValue(String.self, $0.reason, at: .clock(screening, $0.id)))
    }
  }
}

/// What happened to a screening, still sealed.
struct SealedHistory {
  var decisions: [DecisionRecords.SealedDecision]
  var dangers: [ScreeningRecords.SealedDanger]
  var reviews: [DecisionRecords.SealedReview]
  var appeals: [DecisionRecords.SealedAppeal]
  var clock: [DecisionRecords.SealedClockEvent]
  var hands: Set<MemberID>

  init(_ id: ScreeningID, _ transaction: any ReadTransaction) throws {
    decisions = try DecisionRecords.decisions(id, transaction)
    dangers = try ScreeningRecords.dangers(id, transaction)
    reviews = try DecisionRecords.reviews(id, transaction)
    appeals = try DecisionRecords.appeals(id, transaction)
    clock = try DecisionRecords.clock([id], transaction)
    hands = try DecisionRecords.hands(id, transaction)
  }
}

extension Decision {
  init(_ sealed: DecisionRecords.SealedDecision, _ screening: Screening, _ key: RecordKey) throws {
    self.init(
      id: sealed.id, kind: sealed.kind, member: sealed.member, at: sealed.at, outcome: sealed.outcome,
      reason: try key.openValue(String.self, sealed.reason, at: .decision(screening, sealed.id)), body: sealed.body,
      decidedOn: sealed.decidedOn, receivedOn: sealed.receivedOn,
      document: try sealed.document.map {
        try key.openValue(String.self, $0, at: .decisionDocument(screening, sealed.id))
      } ?? "")
  }
}

extension Review {
  init(_ sealed: DecisionRecords.SealedReview, _ screening: Screening, _ key: RecordKey) throws {
    self.init(
      id: sealed.id, verdict: sealed.verdict, member: sealed.member, at: sealed.at, decision: sealed.decision,
      content: try key.openValue(Content.self, sealed.content, at: .review(screening, sealed.id)))
  }
}

extension Appeal {
  init(_ sealed: DecisionRecords.SealedAppeal, _ screening: Screening, _ key: RecordKey) throws {
    self.init(
      id: sealed.id, decision: sealed.decision, side: sealed.side, member: sealed.member, at: sealed.at,
      grounds: try key.openValue(String.self, sealed.grounds, at: .appeal(screening, sealed.id, "grounds")),
      answeredAt: sealed.answeredAt, answeredBy: sealed.answeredBy, stands: sealed.stands, answer: sealed.answer,
      reason: try sealed.reason.map {
        try key.openValue(String.self, $0, at: .appeal(screening, sealed.id, "reason"))
      } ?? "")
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

  static func decisionDocument(_ screening: Screening, _ id: DecisionID) -> FieldAddress {
    FieldAddress(
      tenant: screening.agency.description, table: "screening_decisions", column: "document", row: id.description,
      revision: 1)
  }

  static func review(_ screening: Screening, _ id: ReviewID) -> FieldAddress {
    FieldAddress(
      tenant: screening.agency.description, table: "screening_reviews", column: "content", row: id.description,
      revision: 1)
  }

  /// - Parameter column: `grounds` or `reason`.
  static func appeal(_ screening: Screening, _ id: AppealID, _ column: String) -> FieldAddress {
    FieldAddress(
      tenant: screening.agency.description, table: "screening_appeals", column: column, row: id.description,
      revision: 1)
  }

  static func clock(_ screening: Screening, _ id: ClockEventID) -> FieldAddress {
    FieldAddress(
      tenant: screening.agency.description, table: "screening_clock", column: "reason", row: id.description,
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
