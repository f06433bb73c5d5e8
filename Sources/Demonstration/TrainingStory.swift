import Accounts
import Basics
import CountryPack
import Training
import Vault

/// One made-up class of the first phase: registration, tests before and after, roll-calls, certificates.
struct TrainingStory {
  struct Learner {
    var id: ParticipantID
    var form: NewParticipant
    /// How many of ten questions are answered rightly, before and after.
    var before: Int
    var after: Int
    var isOftenAway: Bool
  }

  let stage: Stage
  let trainer: Actor
  let id: CohortID
  let phase: TrainingPhase
  let from: CalendarDay
  let sessions: [(id: TrainingSessionID, day: CalendarDay, title: String)]
  let learners: [Learner]
  let begunAt: Moment

  private static let names = [
    "Adriana Calle", "Bolívar Saltos", "Cecilia Toapanta", "Diego Urresta", "Eulalia Paucar", "Franklin Vera",
    "Graciela Muñoz", "Homero Játiva", "Irene Pazmiño", "Joffre Macías", "Karina Almeida", "Lenin Caicedo",
    "Miriam Tufiño", "Norma Bastidas", "Pedro Sisalema", "Rita Chicaiza",
  ]

  /// - Parameters:
  ///   - daysAgo: when the course began.
  ///   - count: how many take part, at most 16.
  init(
    _ stage: Stage, _ phase: TrainingPhase, daysAgo: Int, count: Int, using dice: inout SeededGenerator
  ) throws {
    self.stage = stage
    self.phase = phase
    trainer = try stage.team.actor(.committee, .trainer)
    id = stage.office.randomness.identifier()
    begunAt = stage.today - .days(daysAgo) + .hours(8)
    let first = stage.day(begunAt)
    from = first
    sessions = ["Qué es la trata", "Reconocer y conversar", "Derivar con consentimiento"].enumerated().map {
      (stage.office.randomness.identifier(), first.adding(days: $0.offset * 2), $0.element)
    }
    learners = Self.names.shuffled(using: &dice).prefix(count).enumerated().map { index, name in
      Learner(
        id: stage.office.randomness.identifier(),
        form: NewParticipant(
          name: name, post: index % 2 == 0 ? "Oficial de atención" : "Supervisora o supervisor",
          institution: phase.institutions[index % phase.institutions.count], province: "EC-P",
          // Of the made-up names those that end in a are women's; one in seven leaves it open.
          sex: index % 7 == 6 ? "" : name.prefix { $0 != " " }.hasSuffix("a") ? "female" : "male"),
        before: Int.random(in: 3...7, using: &dice), after: Int.random(in: 6...10, using: &dice),
        isOftenAway: index % 6 == 5)
    }
  }

  func plan(_ timeline: inout Timeline) {
    let links = Links()
    let form = NewCohort(
      phase: phase.code, place: "Quito, sala del Comité", province: "EC-P", from: from, until: from.adding(days: 14),
      seats: 20, institutions: phase.institutions)
    timeline.add(begunAt - .days(6)) {
      _ = try await stage.cohorts.open(trainer, id: id, form)
      links.cohort = try await stage.cohorts.link(trainer, id)
    }
    for (index, session) in sessions.enumerated() {
      timeline.add(begunAt - .days(6) + .minutes(1 + index)) {
        try await stage.cohorts.addSession(trainer, id: session.id, to: id, day: session.day, title: session.title)
      }
    }
    for (index, learner) in learners.enumerated() { plan(&timeline, learner, index, links) }
    planRollCalls(&timeline)
    planRoom(&timeline, links)
    planCertificates(&timeline)
  }

  private func plan(_ timeline: inout Timeline, _ learner: Learner, _ index: Int, _ links: Links) {
    timeline.add(begunAt - .days(5) + .minutes(index * 17)) {
      guard let link = links.cohort else { return }
      links.personal[learner.id] = try await stage.participants.register(link, id: learner.id, learner.form).link
    }
    // Two have not come to the first test yet.
    if index >= 2 { planTest(&timeline, .pre, learner, learner.before, at: begunAt + .minutes(index), links) }
    if index >= 1 {
      planTest(&timeline, .post, learner, learner.after, at: begunAt + .days(4) + .minutes(400 + index), links)
    }
  }

  private func planTest(
    _ timeline: inout Timeline, _ occasion: TestOccasion, _ learner: Learner, _ known: Int, at moment: Moment,
    _ links: Links
  ) {
    timeline.add(moment) {
      guard let link = links.personal[learner.id] else { return }
      guard try await stage.participants.seat(link).tests[occasion] == .open else { return }
      let questions = try await stage.participants.questions(link, .spanish)
      var responses: [String: QuestionResponse] = [:]
      for (place, question) in questions.enumerated() {
        guard let name = question.name else { continue }
        // Who knows seven of ten answers the first seven tenths rightly.
        responses[name] = question.response(isRight: place * 10 < known * questions.count)
      }
      try await stage.participants.submit(link, occasion, responses, language: .spanish)
    }
  }

  private func planRollCalls(_ timeline: inout Timeline) {
    for (index, session) in sessions.enumerated() {
      var marks: [ParticipantID: Attendance?] = [:]
      for learner in learners { marks[learner.id] = learner.isOftenAway && index == 1 ? .excused : .present }
      timeline.add(begunAt + .days(index * 2) + .hours(4)) { [marks] in
        try await stage.cohorts.mark(trainer, session.id, marks)
      }
    }
  }

  private func planCertificates(_ timeline: inout Timeline) {
    for (index, learner) in learners.enumerated() where !learner.isOftenAway {
      let certificate = stage.office.randomness.identifier(CertificateEntity.self)
      timeline.add(begunAt + .days(4) + .hours(8) + .minutes(index)) {
        _ = try await stage.cohorts.issueCertificate(trainer, id: certificate, for: learner.id)
      }
      // One name was misspelt: taken back, and not issued again yet.
      guard index == 0 else { continue }
      timeline.add(begunAt + .days(4) + .hours(10)) {
        try await CertificateDesk(stage.office, stage.pack).withdraw(trainer, certificate, .wrongName)
      }
    }
  }

  /// The links that come up while the story is told.
  final class Links {
    var cohort: Token?
    var personal: [ParticipantID: Token] = [:]
  }
}

extension GiftQuestion {
  /// A right answer, or a wrong one.
  func response(isRight: Bool) -> QuestionResponse? {
    switch body {
    case .trueFalse(let isTrue, _, _): return .trueFalse(isTrue == isRight)
    case .choice(_, let choices):
      let good = choices.indices.filter { choices[$0].weight > 0 }
      let bad = choices.indices.filter { choices[$0].weight <= 0 }
      return .chosen(isRight ? Set(good) : Set(bad.prefix(1)))
    case .short(let choices):
      return .text(isRight ? choices.max { $0.weight < $1.weight }?.text.text ?? "" : "no sé")
    case .numeric(let answers, _):
      guard isRight, let best = answers.max(by: { $0.weight < $1.weight }) else { return .text("-1") }
      switch best.target {
      case .value(let value, _): return .text(String(value))
      case .range(let low, _): return .text(String(low))
      case .any: return .text("1")
      }
    case .matching(let pairs):
      guard isRight else { return .pairs([:]) }
      let asked = pairs.indices.filter { !pairs[$0].left.text.isEmpty }
      return .pairs(Dictionary(uniqueKeysWithValues: asked.map { ($0, pairs[$0].right) }))
    case .ordering(let steps, _):
      return .order(Dictionary(uniqueKeysWithValues: steps.indices.map { ($0, isRight ? $0 : steps.count - 1 - $0) }))
    case .description, .essay: return nil
    }
  }
}
