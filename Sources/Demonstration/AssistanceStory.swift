import Accounts
import Basics
import Casework
import Records

/// What a case worker writes down once a made-up person has rested: what happened, who it was as the person says, where
/// the person is kept safe.
struct AssistanceStory {
  let stage: Stage
  let story: CaseStory
  let actor: Actor

  private var id: CaseID { story.id }
  private var office: Office { stage.office }

  func plan(_ timeline: inout Timeline) {
    tellWhatHappened(&timeline)
  }

  private func tellWhatHappened(_ timeline: inout Timeline) {
    let (form, province) = (story.entry.form, story.entry.province)
    // Far enough back to be told as a year or a month, and after anybody's birth.
    let (begun, moved) = (stage.day(story.openedAt - .days(190)), stage.day(story.openedAt - .days(180)))
    let accounts = [
      EventAccount(
        EventCodes(stage: .recruitment, country: "ec", province: "EC-H"),
        detail: EventDetail(from: .year(begun.year), means: ["false_promises"]),
        words: "Le ofrecieron un trabajo y un cuarto. Fue alguien que la familia conocía."),
      EventAccount(
        EventCodes(
          stage: .transit, country: "ec", province: province, transports: ["public_bus", "trafficker_vehicle"],
          crossing: .no),
        detail: EventDetail(place: "Terminal terrestre", from: .month(moved.monthOnly), until: .month(moved.monthOnly))),
      EventAccount(
        EventCodes(
          stage: .exploitation, country: "ec", province: province, form: form,
          sector: ["begging": "begging", "sexual": "sexual_venue", "labour": "agriculture"][form]),
        detail: EventDetail(
          place: "Cerca del mercado", from: .month(moved.monthOnly), means: ["debt", "documents", "movement"]),
        words: "Decían que primero había que pagar el viaje."),
    ]
    for (index, account) in accounts.enumerated() {
      let event = office.randomness.identifier(ExploitationEventEntity.self)
      timeline.add(story.openedAt + .days(2) + .minutes(index * 9)) {
        try await stage.cases.putEvent(actor, id, id: event, account, seen: 0)
      }
    }
    let recruiter = office.randomness.identifier(PerpetratorEntity.self)
    timeline.add(story.openedAt + .days(2) + .minutes(40)) {
      try await stage.cases.putPerpetrator(
        actor, id, id: recruiter, PerpetratorCodes(role: "recruiter", relation: "community"),
        PerpetratorDetail(number: 2, words: "Una pareja que compraba en el mercado. Prometieron volver pronto."),
        seen: 0)
    }
    timeline.add(story.openedAt + .days(2) + .minutes(50)) {
      try await stage.cases.editProtection(
        actor, id, ProtectedItems(shelter: "Casa de acogida «El Zorzal», calle inventada 12"), seen: 0)
    }
  }
}
