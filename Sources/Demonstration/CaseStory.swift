import Accounts
import Basics
import Casework
import CountryPack
import Identification
import Referrals

/// One made-up case from its opening to where it stands today, as steps of the timeline.
struct CaseStory {
  let stage: Stage
  let entry: CaseLoad.Entry
  let fate: Fate
  let openedAt: Moment
  let place: MadeUpAgency.Place
  let person: MadeUpPerson
  let id: CaseID
  let personID: PersonID
  /// Told from a screening on, so that the case has what the screening found.
  let screening: ScreeningStory?

  init(
    _ stage: Stage, _ entry: CaseLoad.Entry, _ fate: Fate, openedAt: Moment, isScreened: Bool,
    using dice: inout SeededGenerator
  ) {
    self.stage = stage
    self.entry = entry
    self.fate = fate
    self.openedAt = openedAt
    person = MadeUpPerson(form: entry.form, on: stage.day(openedAt), using: &dice)
    place = .home(of: entry, age: person.age, using: &dice)
    id = stage.office.randomness.identifier()
    personID = stage.office.randomness.identifier()
    screening =
      isScreened
      ? ScreeningStory(stage, place, entry, age: person.age, sex: person.identity.sex, begunAt: openedAt - .hours(2))
      : nil
  }

  func plan(_ timeline: inout Timeline) throws {
    let opener = try stage.team.opener(place)
    let supervisor = try stage.team.editor(place)
    try screening?.plan(&timeline, until: .decided)
    timeline.add(openedAt) { try await open(opener) }
    switch fate {
    case .closed:
      planService(&timeline, supervisor, after: 6)
      planFollowUp(&timeline, supervisor, planned: 9, due: 40, done: 38)
      planClosing(&timeline, opener, supervisor, after: 75)
    case .closedWithReferral, .reopened:
      try planReferral(&timeline, opener, ReferralStory.Ending.completed, from: openedAt + .hours(3), "assistance")
      planService(&timeline, supervisor, after: 12)
      planClosing(&timeline, opener, supervisor, after: 120)
      if fate == .reopened {
        timeline.add(stage.today - .days(9)) {
          try await stage.cases.reopen(
            opener, id, reason: "Volvió: otra vez la llama quien la explotó. Pide un lugar para dormir.")
        }
      }
    case .followUpDue, .followUpOverdue:
      planService(&timeline, supervisor, after: 5)
      // The whole file for some; the bulk that is for measuring stays slim.
      if screening != nil || fate == .followUpOverdue {
        AssistanceStory(stage: stage, story: self, actor: supervisor).plan(&timeline)
        try PlanStory(stage: stage, story: self, actor: supervisor).plan(&timeline)
        try TeamStory(stage: stage, story: self, worker: opener, supervisor: supervisor).plan(
          &timeline, proposesClosing: fate == .followUpDue)
      }
      let days = fate == .followUpDue ? 6 : -3
      let due = stage.day(stage.today).adding(days: days)
      timeline.add(stage.today - .days(20)) { [followUp = stage.office.randomness.identifier(FollowUpEntity.self)] in
        try await stage.cases.planFollowUp(
          supervisor, id, id: followUp, due: due, note: "Visita de seguimiento a la familia de acogida.")
      }
    case .waiting: try planLive(&timeline, opener, .none, daysAgo: 1)
    case .overdue: try planLive(&timeline, opener, .none, daysAgo: 6)
    case .seen: try planLive(&timeline, opener, .seen, daysAgo: 2)
    case .asked: try planLive(&timeline, opener, .asked, daysAgo: 2)
    case .accepted: try planLive(&timeline, opener, .accepted, daysAgo: 7)
    case .declined: try planLive(&timeline, opener, .declined, daysAgo: 5)
    case .withdrawn: try planLive(&timeline, opener, .withdrawn, daysAgo: 4)
    case .consentWithdrawn: try planLive(&timeline, opener, .consentWithdrawn, daysAgo: 8)
    }
  }

  private func open(_ actor: Actor) async throws {
    try await stage.cases.open(
      actor, id: id, from: screening?.id,
      CaseOpening(
        person: .new(personID, person.identity, person.contact), kind: "trafficking", province: entry.province,
        form: entry.form, narrative: person.narrative, needs: person.needs, health: person.health))
  }

  private func planService(_ timeline: inout Timeline, _ actor: Actor, after days: Int) {
    let moment = openedAt + .days(days)
    let service = stage.office.randomness.identifier(ServiceEntity.self)
    timeline.add(moment) {
      try await stage.cases.addService(
        actor, id, id: service,
        ServiceRequest(
          service: entry.form == "sexual" ? "psychosocial" : "shelter", day: stage.day(moment), provider: actor.agency,
          amountCents: 4500, outcome: "provided", detail: ServiceDetail(note: "Se dio la primera atención.")))
    }
  }

  private func planFollowUp(_ timeline: inout Timeline, _ actor: Actor, planned: Int, due: Int, done: Int) {
    let followUp = stage.office.randomness.identifier(FollowUpEntity.self)
    let (dueDay, doneAt) = (stage.day(openedAt + .days(due)), openedAt + .days(done))
    timeline.add(openedAt + .days(planned)) {
      try await stage.cases.planFollowUp(actor, id, id: followUp, due: dueDay, note: "Llamar y preguntar cómo está.")
    }
    timeline.add(doneAt) {
      try await stage.cases.finishFollowUp(
        actor, id, followUp, on: stage.day(doneAt), result: "Está bien y quiere seguir con los estudios.")
    }
  }

  /// Whoever opened it proposes, the supervisor approves.
  private func planClosing(_ timeline: inout Timeline, _ worker: Actor, _ supervisor: Actor, after days: Int) {
    let reasons = ["goals_met", "goals_met", "moved", "handed_over", "person_declined"]
    let reason = reasons[Int(stage.office.randomness.next() % UInt64(reasons.count))]
    let proposal = stage.office.randomness.identifier(ClosingProposalEntity.self)
    timeline.add(openedAt + .days(days)) {
      try await stage.cases.proposeClosing(
        worker, id, id: proposal, reason: reason, summary: "Se cumplió lo acordado con la persona.", leavingOpen: true)
    }
    timeline.add(openedAt + .days(days) + .hours(3)) {
      try await stage.cases.answerClosing(supervisor, id, proposal, approves: true, words: "")
    }
  }

  /// A referral of the last days, with a consent of its own.
  private func planLive(
    _ timeline: inout Timeline, _ actor: Actor, _ ending: ReferralStory.Ending, daysAgo: Int
  ) throws {
    // In the afternoon of that day.
    try planReferral(&timeline, actor, ending, from: stage.today - .days(daysAgo) + .hours(14), "assistance")
  }

  /// What the person lets another agency see, for a year.
  func consent(to recipient: AgencyID, _ purpose: String, _ kinds: Set<DataKind>, at moment: Moment) -> ConsentRequest {
    // From this age a person decides alone; for younger ones whoever looks after their best interest.
    let own = stage.pack.rules[.ownConsentFromYears]?.value ?? 18
    let age = person.identity.birth.ages(on: stage.day(moment))?.lowerBound ?? 0
    var request = ConsentRequest(
      purpose: purpose, recipient: recipient, kinds: kinds, until: stage.day(moment).adding(days: 365),
      decidedBy: age >= own ? .person : .bestInterest, language: .spanish, readAloud: true,
      explained: ConsentRequest.allExplained)
    request.namesWall = true
    return request
  }

  private func planReferral(
    _ timeline: inout Timeline, _ actor: Actor, _ ending: ReferralStory.Ending, from begin: Moment, _ purpose: String
  ) throws {
    let to = place.partner(for: fate)
    let consent = stage.office.randomness.identifier(ConsentEntity.self)
    let recipient = try stage.team.agency(to)
    let request = self.consent(to: recipient, purpose, [.identity, .contact, .narrative, .needs], at: begin)
    timeline.add(begin) { try await stage.cases.giveConsent(actor, id, id: consent, request) }
    let story = ReferralStory(stage, from: actor, to: to, of: self, purpose: purpose, consent: consent)
    try story.plan(&timeline, at: begin + .minutes(20), ending)
  }
}
