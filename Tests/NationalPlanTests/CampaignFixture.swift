import Basics
import CountryPack

@testable import NationalPlan

/// A campaign that is sound, to be spoilt in one place by each test.
enum CampaignFixture {
  static func day(_ text: String) -> CalendarDay { PlanFixture.day(text) }
  static func both(_ text: String) -> LocalizedText { PlanFixture.both(text) }

  static let id = CampaignID.random()

  static func campaign(
    _ code: String = "radio", id: CampaignID = id, audiences: [String] = ["media"], provinces: [String] = ["EC-U"],
    state: ActivityState = .planned, isPublic: Bool = false, from: String = "2021-01-10", until: String = "2021-06-30"
  ) -> Campaign {
    Campaign(
      id: id, code: code, name: both(code), aim: both("Para que se sepa"), audiences: audiences,
      channels: ["radio", "talks"], provinces: provinces, from: day(from), until: day(until), lead: "mdt",
      partners: ["oim"], state: state, isPublic: isPublic)
  }

  static func event(
    _ id: CampaignEventID = .random(), of campaign: CampaignID? = id, on text: String = "2021-02-01",
    audiences: [String] = ["media"], province: String = "EC-U", state: CampaignEvent.State = .planned,
    isOpen: Bool = false
  ) -> CampaignEvent {
    CampaignEvent(
      id: id, campaign: campaign, kind: "workshop", name: both("Taller"), audiences: audiences, province: province,
      place: "Auditorio", day: day(text), lead: "mdt", state: state, isOpen: isOpen)
  }

  static func reach(
    _ number: Int, _ unit: ReachUnit = .people, _ method: String = "door", of subject: CampaignSubject = .campaign(id),
    audience: String = "media", on text: String = "2021-02-01", isWithin: Bool = false, isStruck: Bool = false
  ) -> Reach {
    Reach(
      id: .random(), subject: subject, audience: audience, number: number, unit: unit, method: method,
      source: "Acta ficticia", day: day(text), isWithinAnother: isWithin, isStruck: isStruck)
  }

  static func money(
    _ kind: PlanMoney.Kind, _ cents: Int64, currency: String = "USD", of subject: CampaignSubject = .campaign(id),
    on text: String = "2021-02-01", isStruck: Bool = false
  ) -> CampaignMoney {
    CampaignMoney(
      id: .random(), subject: subject,
      money: PlanMoney(
        kind: kind, source: "Fondo ficticio", currency: currency, amount: Money(cents: cents), day: day(text)),
      isStruck: isStruck)
  }

  static func look(
    _ campaigns: [Campaign], events: [CampaignEvent] = [], reach: [Reach] = [], money: [CampaignMoney] = [],
    messages: [CampaignID: [CampaignMessage]] = [:], materials: [CampaignMaterial] = []
  ) -> CampaignLook {
    CampaignLook(
      campaigns: campaigns, messages: messages, events: events, reach: reach, money: money, materials: materials,
      institutions: InstitutionBook([]))
  }

  static func material(
    _ code: String, of campaign: CampaignID? = nil, isPublic: Bool = true, link: String? = nil
  ) -> CampaignMaterial {
    CampaignMaterial(
      id: .random(), code: code, campaign: campaign, title: both(code), about: both("Se ve una terminal"),
      language: "es", rights: "Ficticio, CC BY 4.0",
      content: link.map { .link($0) } ?? .file(.init(contentType: "", ending: "", size: 0)), isPublic: isPublic)
  }
}
