import Basics

/// All campaigns with what hangs on them, read in one state of the store.
public struct CampaignLook: Sendable {
  /// The ones that begin last first.
  public var campaigns: [Campaign]
  public var messages: [CampaignID: [CampaignMessage]]
  /// By day.
  public var events: [CampaignEvent]
  public var reach: [Reach]
  public var money: [CampaignMoney]
  /// By title.
  public var materials: [CampaignMaterial]
  public var office: PressOffice?
  public var institutions: InstitutionBook

  public init(
    campaigns: [Campaign] = [], messages: [CampaignID: [CampaignMessage]] = [:], events: [CampaignEvent] = [],
    reach: [Reach] = [], money: [CampaignMoney] = [], materials: [CampaignMaterial] = [], office: PressOffice? = nil,
    institutions: InstitutionBook
  ) {
    self.campaigns = campaigns
    self.messages = messages
    self.events = events
    self.reach = reach
    self.money = money
    self.materials = materials
    self.office = office
    self.institutions = institutions
  }

  public func campaign(_ id: CampaignID) -> Campaign? { campaigns.first { $0.id == id } }
  public func event(_ id: CampaignEventID) -> CampaignEvent? { events.first { $0.id == id } }
  public func events(of id: CampaignID) -> [CampaignEvent] { events.filter { $0.campaign == id } }

  /// The campaign that an entry counts to, through its event; `nil` for an event by itself.
  public func campaign(of subject: CampaignSubject) -> CampaignID? {
    switch subject {
    case .campaign(let id): id
    case .event(let id): event(id)?.campaign
    }
  }

  /// The reach of a campaign with that of its events.
  public func reach(of id: CampaignID) -> [Reach] { reach.filter { campaign(of: $0.subject) == id } }
  public func reach(of id: CampaignEventID) -> [Reach] { reach.filter { $0.subject == .event(id) } }
  /// The money of a campaign with that of its events.
  public func money(of id: CampaignID) -> [CampaignMoney] { money.filter { campaign(of: $0.subject) == id } }
  public func money(of id: CampaignEventID) -> [CampaignMoney] { money.filter { $0.subject == .event(id) } }

  /// What anybody may see: public campaigns with their messages, the planned events to which anybody may come, reach as it
  /// was entered, public materials. No money, no events for invited people, nothing that was struck.
  public func published(on today: CalendarDay) -> CampaignLook {
    let shown = campaigns.filter { $0.isPublic && $0.state != .dropped }
    let ids = Set(shown.map(\.id))
    let fitting = reach.filter { !$0.isStruck && campaign(of: $0.subject).map(ids.contains) == true }
    return CampaignLook(
      campaigns: shown, messages: messages.filter { ids.contains($0.key) },
      events: events.filter { event in
        event.isOpen && event.state == .planned && event.day >= today && event.campaign.map(ids.contains) != false
      },
      // What an event counted is told with its campaign's, so that no single meeting is shown.
      reach: fitting.compactMap { one in
        campaign(of: one.subject).map { id in
          var one = one
          one.subject = .campaign(id)
          return one
        }
      },
      materials: materials.filter { $0.isPublic && $0.campaign.map(ids.contains) != false }, office: office,
      institutions: institutions)
  }
}

extension CampaignLook {
  /// What belongs to a plan: the campaigns that are linked to one of its versions, with all that hangs on them.
  public func linked(to plans: Set<StoredPlanID>) -> CampaignLook {
    let ids = Set(campaigns.filter { $0.link.map { plans.contains($0.plan) } == true }.map(\.id))
    var part = self
    part.campaigns = campaigns.filter { ids.contains($0.id) }
    part.messages = messages.filter { ids.contains($0.key) }
    part.events = events.filter { $0.campaign.map(ids.contains) == true }
    part.reach = reach.filter { campaign(of: $0.subject).map(ids.contains) == true }
    part.money = money.filter { campaign(of: $0.subject).map(ids.contains) == true }
    part.materials = materials.filter { $0.campaign.map(ids.contains) == true }
    return part
  }
}
