import Basics
import CountryPack

public enum CampaignEntity {}
public enum CampaignEventEntity {}
public enum CampaignEntryEntity {}
public enum CampaignMaterialEntity {}

public typealias CampaignID = Identifier<CampaignEntity>
public typealias CampaignEventID = Identifier<CampaignEventEntity>
/// A count of people reached, or an amount.
public typealias CampaignEntryID = Identifier<CampaignEntryEntity>
public typealias CampaignMaterialID = Identifier<CampaignMaterialEntity>

/// What is told to whom, where, when, by whom and through which channels.
///
/// Audiences, channels and languages are codes of the pack's lists. Nothing in a campaign is about a person who is helped.
public struct Campaign: Hashable, Sendable, Identifiable {
  /// The part of a stored plan that a campaign belongs to.
  public struct Link: Hashable, Sendable {
    public var plan: StoredPlanID
    /// The code of an activity or an objective.
    public var part: String

    public init(plan: StoredPlanID, part: String) {
      self.plan = plan
      self.part = part
    }
  }

  public var id: CampaignID
  /// How it is called in addresses; unique, and never changed.
  public var code: String
  public var name: LocalizedText
  /// What it is for, in a sentence or two.
  public var aim: LocalizedText
  /// Codes of `campaign-audiences`.
  public var audiences: [String]
  /// Codes of `campaign-channels`.
  public var channels: [String]
  /// ISO codes; none: the whole country.
  public var provinces: [String]
  /// The name of a canton, where it is for one.
  public var canton: String
  public var from: CalendarDay
  public var until: CalendarDay
  /// The code of the institution that answers for it.
  public var lead: String
  public var partners: [String]
  public var link: Link?
  public var state: ActivityState
  public var doneOn: CalendarDay?
  /// What came of it.
  public var result: String
  /// Whether it stands on the public site.
  public var isPublic: Bool
  /// 0 for one that is new.
  public var revision: Int

  public init(
    id: CampaignID, code: String, name: LocalizedText, aim: LocalizedText, audiences: [String], channels: [String],
    provinces: [String] = [], canton: String = "", from: CalendarDay, until: CalendarDay, lead: String,
    partners: [String] = [], link: Link? = nil, state: ActivityState = .planned, doneOn: CalendarDay? = nil,
    result: String = "", isPublic: Bool = false, revision: Int = 0
  ) {
    self.id = id
    self.code = code
    self.name = name
    self.aim = aim
    self.audiences = audiences
    self.channels = channels
    self.provinces = provinces
    self.canton = canton
    self.from = from
    self.until = until
    self.lead = lead
    self.partners = partners
    self.link = link
    self.state = state
    self.doneOn = doneOn
    self.result = result
    self.isPublic = isPublic
    self.revision = revision
  }

  /// Whether any of its days lies in a year.
  public func touches(_ year: Int) -> Bool { from.year <= year && year <= until.year }
}

/// What a campaign says, in one language.
public struct CampaignMessage: Hashable, Sendable {
  /// A code of `languages`.
  public var language: String
  public var words: String
  /// 0 for one that is new.
  public var revision: Int

  public init(language: String, words: String, revision: Int = 0) {
    self.language = language
    self.words = words
    self.revision = revision
  }
}

/// A workshop, a fair, a talk, an interview: on one day at one place, within a campaign or by itself.
public struct CampaignEvent: Hashable, Sendable, Identifiable {
  public enum State: String, Hashable, Sendable, CaseIterable, Codable {
    case planned
    case held
    case cancelled
  }

  public var id: CampaignEventID
  public var campaign: CampaignID?
  /// A code of `event-kinds`.
  public var kind: String
  public var name: LocalizedText
  public var audiences: [String]
  /// An ISO code.
  public var province: String
  /// A place that anybody may know: never where somebody is kept safe.
  public var place: String
  public var day: CalendarDay
  /// The code of the institution that answers for it.
  public var lead: String
  public var state: State
  /// Whether anybody may come, so that it stands on the public site until its day.
  public var isOpen: Bool
  public var revision: Int

  public init(
    id: CampaignEventID, campaign: CampaignID? = nil, kind: String, name: LocalizedText, audiences: [String],
    province: String, place: String, day: CalendarDay, lead: String, state: State = .planned, isOpen: Bool = false,
    revision: Int = 0
  ) {
    self.id = id
    self.campaign = campaign
    self.kind = kind
    self.name = name
    self.audiences = audiences
    self.province = province
    self.place = place
    self.day = day
    self.lead = lead
    self.state = state
    self.isOpen = isOpen
    self.revision = revision
  }

  /// Planned, and its day is over.
  public func isUnreported(on today: CalendarDay) -> Bool { state == .planned && day < today }
}

/// To what a count or an amount belongs.
public enum CampaignSubject: Hashable, Sendable {
  case campaign(CampaignID)
  case event(CampaignEventID)
}

/// In what reach is counted. Different units are never added.
public enum ReachUnit: String, Hashable, Sendable, CaseIterable, Codable {
  case people
  case impressions
  case copies
  case broadcasts
}

/// How far something went: a number, in what, how it was counted and who says so.
public struct Reach: Hashable, Sendable, Identifiable {
  public var id: CampaignEntryID
  public var subject: CampaignSubject
  /// A code of `campaign-audiences`; empty where several audiences were there and nobody told them apart.
  public var audience: String
  public var number: Int
  public var unit: ReachUnit
  /// A code of `reach-methods`, which says whether it is a count or an estimate.
  public var method: String
  public var source: String
  public var day: CalendarDay
  /// Whether those counted here are in another entry already: then it is shown and not added.
  public var isWithinAnother: Bool
  /// Whether it was entered by mistake: kept, and counted nowhere.
  public var isStruck: Bool

  public init(
    id: CampaignEntryID, subject: CampaignSubject, audience: String = "", number: Int, unit: ReachUnit, method: String,
    source: String, day: CalendarDay, isWithinAnother: Bool = false, isStruck: Bool = false
  ) {
    self.id = id
    self.subject = subject
    self.audience = audience
    self.number = number
    self.unit = unit
    self.method = method
    self.source = source
    self.day = day
    self.isWithinAnother = isWithinAnother
    self.isStruck = isStruck
  }

  /// The largest number that is taken: more than ten billion of anything is a slip of the pen.
  public static let most = 10_000_000_000
}

/// What was budgeted for a campaign or event, or spent on it: the plan's own amounts.
public struct CampaignMoney: Hashable, Sendable, Identifiable {
  public var id: CampaignEntryID
  public var subject: CampaignSubject
  public var money: PlanMoney
  public var isStruck: Bool

  public init(id: CampaignEntryID, subject: CampaignSubject, money: PlanMoney, isStruck: Bool = false) {
    self.id = id
    self.subject = subject
    self.money = money
    self.isStruck = isStruck
  }
}
