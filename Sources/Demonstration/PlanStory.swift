import Accounts
import Basics
import Casework
import Records

/// How a made-up person is looked after: needs and risks assessed twice, a safety plan, and a plan of assistance that
/// was agreed and, where there is a second pair of eyes, signed off.
struct PlanStory {
  let stage: Stage
  let story: CaseStory
  let actor: Actor

  private var id: CaseID { story.id }
  private var office: Office { stage.office }
  private var recently: Moment { stage.today - .days(18) + .hours(10) }

  func plan(_ timeline: inout Timeline) throws {
    assess(&timeline)
    let worker = (try? stage.team.actor(story.place, .caseWorker)) ?? actor
    let supervisor = try? stage.team.actor(story.place, .supervisor)
    planAssistance(&timeline, worker, supervisor: supervisor)
  }

  private func assess(_ timeline: inout Timeline) {
    func add(_ kind: AssessmentKind, _ level: String, _ answers: [String: FourWayAnswer], at moment: Moment, seen: Int)
    {
      let assessment = office.randomness.identifier(AssessmentEntity.self)
      timeline.add(moment) {
        try await stage.cases.assess(
          actor, id, id: assessment,
          AssessmentRequest(
            kind, level: level, day: stage.day(moment), content: AssessmentContent(answers: answers)), seen: seen)
      }
    }
    let first = story.openedAt + .days(3)
    add(.needs, "high", ["safety": .yes, "housing": .yes, "health": .yes, "papers": .unknown], at: first, seen: 0)
    add(
      .risk, "high", ["contact": .yes, "debt": .yes, "no_place": .yes, "found": .unknown], at: first + .minutes(20),
      seen: 0)
    timeline.add(first + .minutes(40)) {
      try await stage.cases.editSafetyPlan(
        actor, id,
        SafetyPlan(
          signs: "Llamadas de números que no conoce.", places: "La casa de acogida; de día, la biblioteca.",
          people: "La trabajadora social de turno.", signal: "Preguntar por la tía Zoila."), seen: 0)
    }
    add(.needs, "low", ["safety": .no, "housing": .no, "papers": .yes, "schooling": .yes], at: recently, seen: 1)
    add(.risk, "low", ["contact": .no, "debt": .no, "no_place": .no], at: recently + .minutes(20), seen: 1)
  }

  private func planAssistance(_ timeline: inout Timeline, _ worker: Actor, supervisor: Actor?) {
    let goal = office.randomness.identifier(PlanGoalEntity.self)
    let (papers, school) = (
      office.randomness.identifier(PlanActionEntity.self), office.randomness.identifier(PlanActionEntity.self)
    )
    let service = office.randomness.identifier(ServiceEntity.self)
    let (agreement, signature) = (
      office.randomness.identifier(PlanMarkEntity.self), office.randomness.identifier(PlanMarkEntity.self)
    )
    let begin = recently + .minutes(40)
    timeline.add(begin) {
      try await stage.cases.putGoal(
        worker, id, id: goal, GoalContent(words: "Volver a estudiar y tener sus papeles", need: "schooling"), seen: 0)
    }
    func add(_ action: PlanActionID, _ words: String, due: Int, at moment: Moment) {
      timeline.add(moment) {
        try await stage.cases.putAction(
          worker, id, for: goal, id: action,
          ActionRequest(
            ActionContent(words: words), provider: worker.agency, responsible: worker.member,
            due: stage.day(stage.today).adding(days: due)), seen: 0)
      }
    }
    add(papers, "Acompañar a sacar la cédula", due: -8, at: begin + .minutes(5))
    add(school, "Inscribirla en el colegio nocturno", due: 12, at: begin + .minutes(10))
    timeline.add(begin + .minutes(30)) {
      try await stage.cases.agreePlan(
        worker, id, id: agreement, way: "spoken", day: stage.day(begin), note: "Pidió empezar por los papeles.",
        version: 3)
    }
    if let supervisor, supervisor.member != worker.member {
      timeline.add(begin + .hours(4)) {
        try await stage.cases.signPlan(supervisor, id, id: signature, version: 3)
      }
    }
    timeline.add(stage.today - .days(9) + .hours(15)) {
      try await stage.cases.finishAction(
        worker, id, papers,
        ActionResult(
          done: stage.day(stage.today - .days(9)), outcome: "provided", words: "Ya tiene la cédula.",
          service: .new(service, "documents")))
    }
  }
}
