import Basics
import CountryPack
import Foundation

/// What lies in a phone's envelope, as it is written.
struct FieldContent: Decodable {
  struct About: Decodable {
    var age: String
    var language: String
    var sex: String?
    var exploitation: String?
    var interpreter: String
    var questions: String
    var province: String
  }

  struct Safety: Decodable {
    var answers: [String: String]
    var given: [String: Int64]?
    var goneOn: [GoingOn]?
  }

  struct GoingOn: Decodable {
    var at: Int64
    var reason: String
  }

  struct Topic: Decodable {
    var answers: [String: String]
    var note: String?
  }

  struct Danger: Decodable { var at: Int64 }

  var schema: Int
  var pack: String
  var about: About
  var safety: Safety
  var topics: [String: Topic]
  var begunAt: Int64
  var finishedAt: Int64?
  var secondsSpent: Int
  var danger: Danger?
  var stopped: Bool
}

/// A phone's interview, read and checked: every code is one of the pack's.
struct FieldInterview {
  var form: ScreeningForm.Reading
  var safety: ScreeningFile.Safety
  var topics: [String: ScreeningFile.Topic]
  var begunAt: Moment
  var finishedAt: Moment?
  /// When anything was last typed.
  var touchedAt: Moment
  var secondsSpent: Int
  var dangerAt: Moment?
  var isStopped: Bool

  /// The state that the safety check and what was done about it lead to, before the interview's end is looked at.
  func status(_ questions: [SafetyQuestion], inDanger: Bool) -> Screening.Status {
    var status = SafetyRules.verdict(questions, safety.answers).status
    if status != .inProgress, !safety.goneOn.isEmpty,
      SafetyRules.mustBeSettled(questions, safety.answers).isEmpty
    {
      status = .inProgress
    }
    return isStopped || inDanger ? .safetyStopped : status
  }
}

/// Reads a phone's interview against the pack.
struct FieldContentReader {
  let pack: CountryPack
  let entry: FieldEntry
  let mayUse: (Instrument) -> Bool
  private var wrong: [String] = []

  init(_ pack: CountryPack, _ entry: FieldEntry, mayUse: @escaping (Instrument) -> Bool) {
    self.pack = pack
    self.entry = entry
    self.mayUse = mayUse
  }

  /// Throws `Refusal` that names the first place that can't be accepted: a code of the pack's kind, nothing that was
  /// said.
  static func read(
    _ json: [UInt8], _ pack: CountryPack, _ entry: FieldEntry, mayUse: @escaping (Instrument) -> Bool
  ) throws(Refusal) -> FieldInterview {
    guard let content = try? JSONDecoder().decode(FieldContent.self, from: Data(json)),
      content.schema == FieldOperation.schema
    else { throw Refusal(.invalid, Phrase("error.field_unreadable")) }
    var reader = Self(pack, entry, mayUse: mayUse)
    return try reader.interview(content)
  }

  private mutating func interview(_ content: FieldContent) throws(Refusal) -> FieldInterview {
    let form = try form(content.about)
    let safety = safety(content.safety)
    let topics = topics(content.topics, ScreeningPlan(pack, age: form.about.age, questions: form.questions))
    let begunAt = time(content.begunAt, "begunAt")
    let finishedAt = content.finishedAt.map { time($0, "finishedAt") }
    if !(0...1_000_000).contains(content.secondsSpent) { wrong.append("secondsSpent") }
    let dangerAt = content.danger.map { time($0.at, "danger") }
    if let place = wrong.first { throw Self.refusal(place) }
    return FieldInterview(
      form: form, safety: safety, topics: topics, begunAt: begunAt, finishedAt: finishedAt,
      touchedAt: max(finishedAt ?? entry.happenedAt, begunAt), secondsSpent: content.secondsSpent, dangerAt: dangerAt,
      isStopped: content.stopped)
  }

  private func form(_ about: FieldContent.About) throws(Refusal) -> ScreeningForm.Reading {
    let form = ScreeningForm(
      province: about.province, age: about.age, sex: about.sex ?? "", exploitation: about.exploitation ?? "",
      language: about.language, interpreter: about.interpreter, questions: about.questions)
    do { return try form.read(pack, mayUse: mayUse) } catch {
      throw Self.refusal("about/" + (error.fields.first?.field ?? ""))
    }
  }

  private mutating func safety(_ content: FieldContent.Safety) -> ScreeningFile.Safety {
    let known = Set(pack.safetyQuestions.map(\.code))
    var safety = ScreeningFile.Safety(answers: answers(content.answers, known, "safety"))
    // The phone's member entered each answer, when the phone says so; without a time of its own, when it was sent.
    safety.given = safety.answers.keys.reduce(into: [:]) { given, code in
      let at = content.given?[code].map { time($0, "safety/" + code) } ?? entry.happenedAt
      given[code] = .init(at: at, by: entry.member)
    }
    safety.goneOn = (content.goneOn ?? []).map {
      .init(at: time($0.at, "goneOn"), by: entry.member, reason: text($0.reason, "goneOn", isRequired: true))
    }
    return safety
  }

  private mutating func topics(_ content: [String: FieldContent.Topic], _ plan: ScreeningPlan) -> [String: ScreeningFile
    .Topic]
  {
    content.sorted { $0.key < $1.key }.reduce(into: [:]) { topics, topic in
      let known = plan.topic(topic.key)?.indicators.map(\.code)
      guard let known = known ?? (topic.key == ScreeningPlan.overall ? [] : nil) else { return wrong.append(topic.key) }
      let value = ScreeningFile.Topic(
        answers: answers(topic.value.answers, Set(known), topic.key), note: text(topic.value.note ?? "", topic.key))
      if !value.answers.isEmpty || !value.note.isEmpty { topics[topic.key] = value }
    }
  }

  /// What has no answer was not asked, and is left out.
  private mutating func answers(_ written: [String: String], _ known: Set<String>, _ place: String) -> [String:
    FourWayAnswer]
  {
    written.sorted { $0.key < $1.key }.reduce(into: [:]) { answers, pair in
      guard known.contains(pair.key), let answer = FourWayAnswer(rawValue: pair.value) else {
        return wrong.append(place + "/" + pair.key)
      }
      if answer != .notAsked { answers[pair.key] = answer }
    }
  }

  private mutating func text(_ typed: String, _ place: String, isRequired: Bool = false) -> String {
    var problems: [FieldProblem] = []
    let text = FreeText.read(typed, place, isRequired: isRequired, &problems)
    if !problems.isEmpty { wrong.append(place) }
    return text
  }

  private mutating func time(_ milliseconds: Int64, _ place: String) -> Moment {
    guard let time = Moment(fieldTime: milliseconds) else {
      wrong.append(place)
      return entry.receivedAt
    }
    return FieldRules.rightTime(time, skew: entry.skew, receivedAt: entry.receivedAt)
  }

  /// A place is shown as far as it looks like a code: what else a phone writes there may be anything.
  private static func refusal(_ place: String) -> Refusal {
    let isCode = place.utf8.count <= 80 && place.wholeMatch(of: /[A-Za-z0-9_.\/\-]+/) != nil
    return Refusal(.invalid, Phrase("error.field_content", ["place": isCode ? place : "?"]))
  }
}
