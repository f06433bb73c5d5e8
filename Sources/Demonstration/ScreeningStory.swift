import Accounts
import Basics
import CountryPack
import Identification

/// One made-up interview.
struct ScreeningStory {
  enum Ending: Int, Comparable {
    case begun, stopped, danger, paused, finished, decided
    static func < (lhs: Self, rhs: Self) -> Bool { lhs.rawValue < rhs.rawValue }
  }

  let stage: Stage
  let id: ScreeningID
  let interviewer: Result<Actor, Refusal>
  let supervisor: Result<Actor, Refusal>
  let form: ScreeningForm
  let begunAt: Moment
  let answersYes: Bool

  init(
    _ stage: Stage, _ place: MadeUpAgency.Place, _ entry: CaseLoad.Entry, age: Int, sex: String?, begunAt: Moment,
    answersYes: Bool = true
  ) {
    self.stage = stage
    self.begunAt = begunAt
    self.answersYes = answersYes
    id = stage.office.randomness.identifier()
    interviewer = Result { () throws(Refusal) in try stage.team.opener(place) }
    supervisor = Result { () throws(Refusal) in try stage.team.editor(place) }
    form = ScreeningForm(
      province: entry.province, age: String(age), sex: sex ?? "", exploitation: entry.form, language: "español")
  }

  func plan(_ timeline: inout Timeline, until ending: Ending) throws {
    let actor = try interviewer.get()
    timeline.add(begunAt) { try await stage.screenings.begin(actor, id, form) }
    guard ending > .begun else { return }
    var safety = Dictionary(
      uniqueKeysWithValues: stage.pack.safetyQuestions.map { ($0.code, $0.stopsOn == .yes ? FourWayAnswer.no : .yes) })
    if ending == .stopped, let question = stage.pack.safetyQuestions.first(where: \.mayGoOn) {
      safety[question.code] = question.stopsOn
    }
    timeline.add(begunAt + .minutes(2)) { [safety] in
      try await stage.screenings.answerSafety(actor, id, safety, seen: 0)
    }
    if ending == .danger {
      timeline.add(begunAt + .minutes(6)) { try await stage.screenings.reportDanger(actor, id) }
    }
    guard ending >= .paused else { return }
    planAnswers(&timeline, actor, isWhole: ending > .paused)
    guard ending >= .finished else { return }
    timeline.add(begunAt + .minutes(60)) { try await stage.screenings.finish(actor, id) }
    guard ending == .decided else { return }
    let decision = stage.office.randomness.identifier(DecisionEntity.self)
    timeline.add(begunAt + .minutes(90)) {
      try await stage.screenings.decide(
        actor, id, decision, kind: answersYes ? "presumed" : "not_presumed_now",
        reason: answersYes
          ? "Lo que cuenta concuerda con lo observado."
          : "Por ahora no hay indicios suficientes; queda abierta la puerta.")
    }
  }

  /// What followed a decision of the last days: a supervisor who asks for more or agrees, another body's paper, an appeal.
  func planAfterwards(_ timeline: inout Timeline, at place: MadeUpAgency.Place) throws {
    let (actor, supervisor) = (try interviewer.get(), try supervisor.get())
    let next = begunAt + .hours(20)
    let review = stage.office.randomness.identifier(ReviewEntity.self)
    let appeal = stage.office.randomness.identifier(AppealEntity.self)
    let received = stage.office.randomness.identifier(DecisionEntity.self)
    guard answersYes else {
      timeline.add(next) {
        try await stage.screenings.appeal(
          actor, id, appeal, side: "person", grounds: "Dice que ese día no se atrevió a contar lo del pago.")
      }
      // At one post it waits for its answer.
      guard place != .migration else { return }
      timeline.add(next + .hours(20)) {
        try await stage.screenings.answerAppeal(
          supervisor, id, received, ruling: "needs_more_information",
          reason: "Tiene razón en pedirlo: falta preguntar por el pago, con calma y otra intérprete.")
      }
      return
    }
    timeline.add(next) {
      guard place == .migration else {
        return try await stage.screenings.review(
          supervisor, id, review, verdict: "agrees", reason: "Las razones se sostienen.")
      }
      let open = stage.screenings.openQuestions(try await stage.screenings.file(supervisor, id))
      try await stage.screenings.review(
        supervisor, id, review, verdict: "asks_more", reason: "Antes de derivar, aclare esto si la persona quiere.",
        questions: Set(open.prefix(2)))
    }
    guard place == .canario else { return }
    timeline.add(next + .hours(24)) {
      let day = stage.day(begunAt + .hours(44))
      try await stage.screenings.recordDecision(
        supervisor, id, received, kind: "formally_identified",
        ReceivedDecision(
          body: "prosecution", decidedOn: day.adding(days: -1).description, receivedOn: day.description,
          document: "Oficio de práctica 017"), reason: "El oficio recoge lo dicho y lo observado.")
    }
  }

  /// Topic by topic, a few minutes each; half of them when the interview was paused.
  private func planAnswers(_ timeline: inout Timeline, _ actor: Actor, isWhole: Bool) {
    let age = Age(form.age) ?? .inDoubt
    let topics = ScreeningPlan(stage.pack, age: age, questions: .guided).topics
    for (index, topic) in topics.prefix(isWhole ? topics.count : topics.count / 2).enumerated() {
      var answers: [String: FourWayAnswer] = [:]
      for (place, indicator) in topic.indicators.enumerated() {
        // The first ones of each topic are the strong ones.
        answers[indicator.code] =
          place < 2 ? (answersYes ? .yes : .no) : [.no, .unknown, .notAsked, .no][(place + index) % 4]
      }
      timeline.add(begunAt + .minutes(8 + index * 6)) { [answers] in
        try await stage.screenings.save(
          actor, id, topic: topic.code, answers, note: index == 0 ? "Tranquila; responde con sus palabras." : "",
          seen: 0)
      }
    }
  }
}
