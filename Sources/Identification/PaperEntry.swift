import Accounts
import Basics
import CountryPack
import Records

/// A whole screening typed in from its sheet of paper: one sign an answer, everything as it was typed.
public struct PaperEntry: Hashable, Sendable {
  public struct Topic: Hashable, Sendable {
    /// By the indicator's code.
    public var answers: [String: String]
    public var note: String
    /// The revision of the topic that was read.
    public var seen: Int

    public init(answers: [String: String], note: String, seen: Int) {
      self.answers = answers
      self.note = note
      self.seen = seen
    }
  }

  public var language: String
  public var interpreter: String
  /// The day of the interview, `2026-11-24`, or empty.
  public var askedOn: String
  /// Who asked, where it was not who types it in.
  public var askedBy: String
  public var aboutSeen: Int
  /// By the question's code.
  public var safety: [String: String]
  public var safetySeen: Int
  /// Why the interview went on although the safety check asked to stop, or left something open.
  public var reason: String
  /// By the topic's code; the overall note under `ScreeningPlan.overall`.
  public var topics: [String: Topic]

  public init(
    language: String, interpreter: String, askedOn: String, askedBy: String, aboutSeen: Int, safety: [String: String],
    safetySeen: Int, reason: String, topics: [String: Topic]
  ) {
    self.language = language
    self.interpreter = interpreter
    self.askedOn = askedOn
    self.askedBy = askedBy
    self.aboutSeen = aboutSeen
    self.safety = safety
    self.safetySeen = safetySeen
    self.reason = reason
    self.topics = topics
  }

  /// An answer from one sign: `s`, `y` or 1 yes, `n` or 2 no, `?` or 3 unknown, nothing, `-` or 4 not asked. `nil` for
  /// anything else.
  public static func answer(_ typed: String) -> FourWayAnswer? {
    switch typed.filter({ !$0.isWhitespace }).lowercased() {
    case "s", "y", "1", "sí", "si", "yes": .yes
    case "n", "2", "no": .no
    case "?", "¿", "3": .unknown
    case "", "-", "4": .notAsked
    default: nil
    }
  }

  /// The name of an answer's field, in the form and in what is said to be wrong with it.
  public static func field(_ topic: String, _ code: String) -> String { "a-\(topic).\(code)" }
  public static func safetyField(_ code: String) -> String { "s-" + code }
  public static func noteField(_ topic: String) -> String { "n-" + topic }
}

extension ScreeningDesk {
  /// Keeps a whole sheet in one transaction: what it says of language, interpreter, day and who asked, the safety check,
  /// and every topic. All of it or, when anything can't be read, nothing.
  ///
  /// Throws `Refusal`: `.fields` that names every field that can't be accepted, `.conflict` when a part was saved
  /// elsewhere meanwhile, or the interview is finished.
  public func enter(_ actor: Actor, _ id: ScreeningID, _ entry: PaperEntry) async throws {
    try actor.require(.conductScreening)
    let today = day(office.clock.now())
    let questions = pack.safetyQuestions
    try await sitting(actor, id, "screening.paper") { sitting in
      let plan = plan(sitting.file)
      let reading = try PaperReading(entry, plan, questions, today: today)
      try sitting.makePaperMoves(reading, questions)
      var changes = try sitting.savePaperAbout(reading, entry)
      if try sitting.savePaperSafety(reading, entry) { changes = true }
      for (topic, value) in reading.topics.sorted(by: { $0.key < $1.key }) {
        let stored = sitting.file.topic(topic)
        if stored.value == value { continue }
        guard stored.revision == entry.topics[topic]?.seen else { throw Self.stale }
        try sitting.save(PartName.topic(topic), value, seen: stored.revision, answered: value.answers.count)
        changes = true
      }
      sitting.changes = changes || sitting.screening.status != sitting.file.screening.status
      // Typing is no interviewing, yet the safety check is as fresh as the sheet.
      sitting.isInterviewing = false
      sitting.screening.touchedAt = sitting.now
    }
  }
}

/// A sheet as it was understood.
private struct PaperReading {
  var about: (language: String, interpreter: Screening.Interpreter, askedOn: CalendarDay?, askedBy: String)
  var safety: [String: FourWayAnswer]
  var reason: String
  var topics: [String: ScreeningFile.Topic]

  /// Throws `Refusal` `.fields` with everything that can't be read.
  init(_ entry: PaperEntry, _ plan: ScreeningPlan, _ questions: [SafetyQuestion], today: CalendarDay) throws(Refusal) {
    var problems: [FieldProblem] = []
    let language = FreeText.read(entry.language, "language", limit: 100, &problems)
    let interpreter = Screening.Interpreter(rawValue: entry.interpreter)
    if interpreter == nil { problems.append(FieldProblem("interpreter", "error.screening_code")) }
    let askedOn = CalendarDay(entry.askedOn)
    if !entry.askedOn.isEmpty, askedOn.map({ $0 <= today }) != true {
      problems.append(FieldProblem("asked_on", "error.paper_day"))
    }
    let askedBy = FreeText.read(entry.askedBy, "asked_by", limit: 100, &problems)
    func read(_ typed: [String: String], _ known: [String], _ field: (String) -> String) -> [String: FourWayAnswer] {
      if !Set(typed.keys).isSubset(of: known) { problems.append(FieldProblem("answer", "error.screening_code")) }
      return known.reduce(into: [:]) { answers, code in
        guard let answer = PaperEntry.answer(typed[code] ?? "") else {
          return problems.append(FieldProblem(field(code), "error.paper_answer"))
        }
        if answer != .notAsked { answers[code] = answer }
      }
    }
    safety = read(entry.safety, questions.map(\.code), PaperEntry.safetyField)
    reason = FreeText.read(entry.reason, "reason", &problems)
    let known = plan.topics.map(\.code) + [ScreeningPlan.overall]
    if !Set(entry.topics.keys).isSubset(of: known) { problems.append(FieldProblem("answer", "error.screening_code")) }
    topics = [:]
    for code in known {
      guard let typed = entry.topics[code] else { continue }
      let codes = plan.topic(code)?.indicators.map(\.code) ?? []
      topics[code] = ScreeningFile.Topic(
        answers: read(typed.answers, codes) { PaperEntry.field(code, $0) },
        note: FreeText.read(typed.note, PaperEntry.noteField(code), &problems))
    }
    // Without the person's agreement there is no interview, whatever stands on the sheet.
    for code in SafetyRules.mustBeSettled(questions, safety) {
      problems.append(FieldProblem(PaperEntry.safetyField(code), "error.paper_must_be_settled"))
    }
    if SafetyRules.verdict(questions, safety) != .clear, reason.isEmpty {
      problems.append(FieldProblem("reason", "error.paper_reason"))
    }
    guard problems.isEmpty, let interpreter else { throw .fields(problems) }
    about = (language, interpreter, askedOn, askedBy)
  }
}

extension Sitting {
  /// The moves that the sheet stands for: the safety check, going on against it with a reason, the answers.
  fileprivate mutating func makePaperMoves(_ reading: PaperReading, _ questions: [SafetyQuestion]) throws {
    let verdict = SafetyRules.verdict(questions, reading.safety)
    try make(.answerSafety(verdict))
    if verdict != .clear { try make(.goOn) }
    try make(.answer)
  }

  /// - Returns: whether anything changed.
  fileprivate mutating func savePaperAbout(_ reading: PaperReading, _ entry: PaperEntry) throws -> Bool {
    var about = file.about
    (about.language, about.askedOn) = (reading.about.language, reading.about.askedOn)
    about.askedBy = reading.about.askedBy.isEmpty ? nil : reading.about.askedBy
    let changesCode = screening.interpreter != reading.about.interpreter
    screening.interpreter = reading.about.interpreter
    guard about != file.about else { return changesCode }
    guard file.aboutRevision == entry.aboutSeen else { throw ScreeningDesk.stale }
    try save(PartName.about, about, seen: file.aboutRevision)
    return true
  }

  /// - Returns: whether anything changed.
  fileprivate mutating func savePaperSafety(_ reading: PaperReading, _ entry: PaperEntry) throws -> Bool {
    var safety = file.safety.value
    let isSame = safety.answers == reading.safety
    let isTold = reading.reason.isEmpty || safety.goneOn.last?.reason == reading.reason
    guard !isSame || !isTold else { return false }
    guard file.safety.revision == entry.safetySeen else { throw ScreeningDesk.stale }
    if !isSame { safety.take(reading.safety, at: now, by: actor.member) }
    if !isTold { safety.goneOn.append(.init(at: now, by: actor.member, reason: reading.reason)) }
    try save(PartName.safety, safety, seen: file.safety.revision)
    return true
  }
}
