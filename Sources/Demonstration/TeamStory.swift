import Accounts
import Basics
import Casework
import Records

/// What several people do about one made-up case: periods that run for the person, a conference with another agency and
/// what it decided, a check for new exploitation, and a proposal to close that waits for its answer.
struct TeamStory {
  let stage: Stage
  let story: CaseStory
  let worker: Actor
  let supervisor: Actor

  private var id: CaseID { story.id }
  private var office: Office { stage.office }
  private var today: CalendarDay { stage.day(stage.today) }

  func plan(_ timeline: inout Timeline, proposesClosing: Bool) throws {
    planPeriods(&timeline)
    try planConferences(&timeline)
    check(&timeline)
    if proposesClosing { proposeClosing(&timeline) }
  }

  /// One that nobody has verified and that informs, one by the person's own document that is nearly over.
  private func planPeriods(_ timeline: inout Timeline) {
    let (reflection, permit) = (
      office.randomness.identifier(CaseClockEntity.self), office.randomness.identifier(CaseClockEntity.self)
    )
    let begin = story.openedAt + .days(3) + .hours(1)
    timeline.add(begin) {
      try await stage.cases.startClock(
        supervisor, id, id: reflection, CaseClockRequest(kind: "reflection", start: stage.day(begin)))
    }
    let granted = stage.today - .days(26) + .hours(9)
    timeline.add(granted) {
      try await stage.cases.startClock(
        supervisor, id, id: permit,
        CaseClockRequest(
          kind: "residence_permit", start: stage.day(granted), days: 30,
          document: "Permiso provisional inventado 07-118"))
    }
  }

  private func planConferences(_ timeline: inout Timeline) throws {
    let guest = try stage.team.agency(story.place.partner(for: .followUpDue))
    let (held, next, decision) = (
      office.randomness.identifier(ConferenceEntity.self), office.randomness.identifier(ConferenceEntity.self),
      office.randomness.identifier(ConferenceDecisionEntity.self)
    )
    let consent = office.randomness.identifier(ConsentEntity.self)
    let asked = stage.today - .days(17) + .hours(10)
    timeline.add(asked) {
      try await stage.cases.giveConsent(
        worker, id, id: consent, story.consent(to: guest, "coordination", [.conference], at: asked))
    }
    timeline.add(asked + .minutes(10)) {
      try await stage.cases.putConference(
        supervisor, id, id: held,
        ConferenceRequest(
          day: today.adding(days: -12), members: [supervisor.member], guests: [guest],
          ConferenceContent(agenda: "Dónde vivirá cuando salga de la casa de acogida.", place: "A las 10, sala 2")),
        seen: 0)
    }
    let day = stage.today - .days(12) + .hours(12)
    timeline.add(day) {
      try await stage.cases.holdConference(
        supervisor, id, held,
        ConferenceReport(
          day: stage.day(day), members: [supervisor.member], guests: [guest],
          minutes: "Quiere quedarse cerca de su hermana. Ninguna institución habla con la familia sin ella."), seen: 1)
    }
    timeline.add(day + .minutes(20)) {
      try await stage.cases.addDecision(
        supervisor, id, held, id: decision,
        ConferenceDecisionRequest(
          "Buscar un cuarto cerca de la hermana", owner: supervisor.member, agency: guest, due: today.adding(days: 4)))
    }
    timeline.add(stage.today - .days(2) + .hours(11)) {
      try await stage.cases.putConference(
        supervisor, id, id: next,
        ConferenceRequest(
          day: today.adding(days: 5), members: [supervisor.member], guests: [guest],
          ConferenceContent(agenda: "Cómo va el cuarto y la escuela.", place: "A las 9, por videollamada")), seen: 0)
    }
  }

  private func check(_ timeline: inout Timeline) {
    let check = office.randomness.identifier(AssessmentEntity.self)
    let moment = stage.today - .days(11) + .hours(10)
    timeline.add(moment) {
      try await stage.cases.assess(
        supervisor, id, id: check,
        AssessmentRequest(
          .retrafficking, level: "medium", day: stage.day(moment),
          content: AssessmentContent(
            answers: ["contact": .no, "offer": .yes, "freedom": .no, "again": .no],
            note: "Le ofrecieron trabajo en otra ciudad; dijo que no.")), seen: 0)
    }
  }

  private func proposeClosing(_ timeline: inout Timeline) {
    let proposal = office.randomness.identifier(ClosingProposalEntity.self)
    timeline.add(stage.today - .days(1) + .hours(15)) {
      try await stage.cases.proposeClosing(
        worker, id, id: proposal, reason: "handed_over",
        summary: "Pide seguir con la otra institución, que está más cerca de su hermana.", leavingOpen: true)
    }
  }
}
