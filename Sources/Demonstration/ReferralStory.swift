import Accounts
import Basics
import Casework
import Referrals

/// One made-up referral, from its sending to how far it has come.
struct ReferralStory {
  enum Ending {
    /// Nobody has opened it.
    case none
    case seen, asked, accepted, declined, completed, withdrawn
    /// The person took back the consent it rests on.
    case consentWithdrawn
  }

  let stage: Stage
  let sender: Actor
  let to: MadeUpAgency.Place
  let caseID: CaseID
  let id: ReferralID
  let consent: ConsentID
  let request: NewReferral

  init(
    _ stage: Stage, from sender: Actor, to: MadeUpAgency.Place, of story: CaseStory, purpose: String, consent: ConsentID
  ) {
    self.stage = stage
    self.sender = sender
    self.to = to
    self.consent = consent
    caseID = story.id
    id = stage.office.randomness.identifier()
    request = NewReferral(
      caseID: story.id, to: (try? stage.team.agency(to)) ?? sender.agency,
      need: story.person.needs.codes.first ?? "safety",
      purpose: purpose, urgency: story.fate == .overdue ? "high" : "normal", language: "español",
      safeContact: story.person.contact.how, word: "Tiene dónde dormir esta semana. Agradece una llamada antes.")
  }

  func plan(_ timeline: inout Timeline, at sent: Moment, _ ending: Ending) throws {
    let desk = try stage.team.desk(to)
    timeline.add(sent) { try await stage.referrals.send(sender, id: id, request) }
    func look(_ after: Span) { timeline.add(sent + after) { _ = try await stage.referrals.view(desk, id) } }
    func act(_ after: Span, _ actor: Actor, _ act: ReferralAct) {
      let event = stage.office.randomness.identifier(ReferralEventEntity.self)
      timeline.add(sent + after) {
        let seen = try await stage.referrals.view(actor, id).referral.revision
        try await stage.referrals.make(act, actor, id, event: event, revision: seen)
      }
    }
    switch ending {
    case .none: break
    case .seen: look(.hours(3))
    case .asked: act(.hours(4), desk, .ask("¿La persona puede viajar, o vamos nosotros?"))
    case .accepted:
      act(.hours(5), desk, .accept(note: "La esperamos mañana a las nueve."))
      act(.hours(22), desk, .begin)
    case .declined:
      act(
        .hours(6), desk,
        .decline(reason: "no_capacity", suggested: try suggestion(), note: "Sin cupo hasta fin de mes."))
    case .withdrawn: act(.hours(8), sender, .withdraw(note: "La persona encontró otra solución."))
    case .completed:
      act(.hours(5), desk, .accept(note: "Con gusto."))
      act(.days(1), desk, .begin)
      act(.days(20), desk, .complete(outcome: "provided", note: "Recibió alojamiento y acompañamiento."))
      timeline.add(sent + .days(21)) { _ = try await stage.referrals.view(sender, id) }
    case .consentWithdrawn:
      act(.hours(5), desk, .accept(note: "La esperamos."))
      timeline.add(sent + .days(3)) { try await stage.cases.withdrawConsent(sender, consent) }
    }
  }

  /// Another agency, neither of the two.
  private func suggestion() throws -> AgencyID? {
    for place in [MadeUpAgency.Place.lagoAgrio, .machala, .canario] where place != to {
      let agency = try stage.team.agency(place)
      if agency != sender.agency { return agency }
    }
    return nil
  }
}
