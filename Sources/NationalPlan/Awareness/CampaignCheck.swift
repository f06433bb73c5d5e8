import Basics
import CountryPack

/// What can be wrong with a campaign, an event or what was counted of it.
public enum CampaignProblem: String, Hashable, Sendable, CaseIterable, Codable {
  case audienceMissing = "audience_missing"
  case unknownAudience = "unknown_audience"
  /// Counted of an audience that the campaign or event is not for.
  case foreignAudience = "foreign_audience"
  case channelMissing = "channel_missing"
  case unknownChannel = "unknown_channel"
  case unknownKind = "unknown_kind"
  case unknownLanguage = "unknown_language"
  case unknownPlace = "unknown_place"
  case unknownInstitution = "unknown_institution"
  case unknownPart = "unknown_part"
  case datesInverted = "dates_inverted"
  /// The campaign's days lie outside those of the activity it belongs to.
  case outsideActivity = "outside_activity"
  /// The event's day lies outside its campaign's days.
  case outsideCampaign = "outside_campaign"
  case negativeReach = "negative_reach"
  case methodMissing = "method_missing"
  case unknownMethod = "unknown_method"
  case sourceMissing = "source_missing"
  /// A count of something that has not happened yet.
  case countedBefore = "counted_before"
  /// People counted at an event of which nobody said that it was held.
  case countedUnheld = "counted_unheld"
  case negativeMoney = "negative_money"
  case unknownCurrency = "unknown_currency"
  case currencyOfAnotherTime = "currency_of_another_time"
  /// Over, and nobody says whom it reached.
  case doneUncounted = "done_uncounted"
  /// Only estimates say whom it reached.
  case onlyEstimated = "only_estimated"
  /// Its days are over, and nobody says what became of it.
  case unreported
  /// It is public and says nothing in any language.
  case publicSilent = "public_silent"

  /// The field of a form beside which it is said.
  public var field: String {
    switch self {
    case .audienceMissing, .unknownAudience: "audiences"
    case .foreignAudience: "audience"
    case .channelMissing, .unknownChannel: "channels"
    case .unknownKind: "kind"
    case .unknownLanguage: "language"
    case .unknownPlace: "provinces"
    case .unknownInstitution: "lead"
    case .unknownPart: "part"
    case .datesInverted, .outsideActivity: "until"
    case .outsideCampaign, .countedBefore: "day"
    case .negativeReach: "number"
    case .methodMissing, .unknownMethod: "method"
    case .sourceMissing: "source"
    case .negativeMoney: "amount"
    case .unknownCurrency, .currencyOfAnotherTime: "currency"
    case .doneUncounted, .onlyEstimated, .unreported, .countedUnheld: "state"
    case .publicSilent: "public"
    }
  }

  /// Whether it keeps what is wrong out of the store; the others are worth a look.
  public var isError: Bool {
    switch self {
    case .currencyOfAnotherTime, .doneUncounted, .onlyEstimated, .unreported, .publicSilent: false
    default: true
    }
  }
}

/// One thing that is wrong, and what it names: a code that nobody knows, or days.
public struct CampaignFinding: Hashable, Sendable {
  public var problem: CampaignProblem
  public var item: String

  public init(_ problem: CampaignProblem, _ item: String = "") {
    self.problem = problem
    self.item = item
  }
}

/// Looks for what can't be so in campaigns. Pure: values and the country in, findings out.
public struct CampaignCheck: Sendable {
  let pack: CountryPack
  /// The codes of institutions that may do something.
  let institutions: Set<String>

  /// - Parameter institutions: further codes that may do something, beside the pack's.
  public init(_ pack: CountryPack, institutions: Set<String> = []) {
    self.pack = pack
    self.institutions = Set(pack.institutions.map(\.code)).union(institutions)
  }

  /// - Parameter days: of the activity it belongs to; `nil` where it belongs to none, or to an objective.
  public func findings(
    _ campaign: Campaign, within days: (from: CalendarDay, until: CalendarDay)? = nil
  ) -> [CampaignFinding] {
    var found = audiences(campaign.audiences)
    if campaign.channels.isEmpty { found.append(.init(.channelMissing)) }
    found += unknown(campaign.channels, .campaignChannels, .unknownChannel)
    found += places(campaign.provinces)
    found += holders([campaign.lead] + campaign.partners)
    if campaign.until < campaign.from {
      found.append(.init(.datesInverted, "\(campaign.from) – \(campaign.until)"))
    } else if let days, campaign.from < days.from || campaign.until > days.until {
      found.append(.init(.outsideActivity, "\(days.from) – \(days.until)"))
    }
    return found
  }

  /// - Parameters:
  ///   - campaign: the one it is part of.
  ///   - reach: what was counted of it already.
  ///   - today: nothing was held that is still to come.
  public func findings(
    _ event: CampaignEvent, of campaign: Campaign?, counted reach: [Reach] = [], today: CalendarDay
  ) -> [CampaignFinding] {
    var found = audiences(event.audiences)
    if event.state == .held, event.day > today { found.append(.init(.countedBefore, event.day.description)) }
    if event.state != .held, reach.contains(where: { $0.unit == .people && !$0.isStruck }) {
      found.append(.init(.countedUnheld))
    }
    found += unknown([event.kind], .eventKinds, .unknownKind)
    found += places([event.province])
    found += holders([event.lead])
    if let campaign, event.day < campaign.from || event.day > campaign.until {
      found.append(.init(.outsideCampaign, "\(campaign.from) – \(campaign.until)"))
    }
    return found
  }

  /// - Parameters:
  ///   - audiences: of the campaign or event that it is about.
  ///   - begin: its first day.
  ///   - today: nothing is counted that is still to come.
  public func findings(
    _ reach: Reach, among audiences: [String], since begin: CalendarDay, today: CalendarDay
  ) -> [CampaignFinding] {
    var found: [CampaignFinding] = []
    if reach.number < 0 { found.append(.init(.negativeReach, String(reach.number))) }
    if reach.method.isEmpty {
      found.append(.init(.methodMissing))
    } else {
      found += unknown([reach.method], .reachMethods, .unknownMethod)
    }
    if reach.source.isEmpty { found.append(.init(.sourceMissing)) }
    if !reach.audience.isEmpty, !audiences.contains(reach.audience) {
      found.append(.init(.foreignAudience, reach.audience))
    }
    if reach.day < begin || reach.day > today { found.append(.init(.countedBefore, "\(begin) – \(today)")) }
    return found
  }

  public func findings(_ money: PlanMoney) -> [CampaignFinding] {
    var found: [CampaignFinding] = []
    if money.amount < .zero { found.append(.init(.negativeMoney, money.amount.description)) }
    if money.source.isEmpty { found.append(.init(.sourceMissing)) }
    guard let currency = pack.currencies.first(where: { $0.code == money.currency }) else {
      return found + [.init(.unknownCurrency, money.currency)]
    }
    if !currency.isUsed(on: money.day) { found.append(.init(.currencyOfAnotherTime, money.currency)) }
    return found
  }

  public func findings(_ message: CampaignMessage) -> [CampaignFinding] {
    unknown([message.language], .languages, .unknownLanguage)
  }

  /// What is worth a look in a campaign that is stored.
  public func notices(_ campaign: Campaign, in look: CampaignLook, today: CalendarDay) -> [CampaignFinding] {
    var found: [CampaignFinding] = []
    let summary = ReachSummary(look.reach(of: campaign.id), isEstimate: isEstimate)
    if campaign.state == .done, summary.lines.isEmpty { found.append(.init(.doneUncounted)) }
    if !summary.lines.isEmpty, summary.lines.allSatisfy(\.isEstimate) { found.append(.init(.onlyEstimated)) }
    if campaign.state.isOpen, campaign.until < today { found.append(.init(.unreported, campaign.until.description)) }
    if campaign.isPublic, (look.messages[campaign.id] ?? []).isEmpty { found.append(.init(.publicSilent)) }
    for one in look.money(of: campaign.id) where !one.isStruck {
      found += findings(one.money).filter { $0.problem == .currencyOfAnotherTime }
    }
    return found
  }

  /// Whether what a method gives is an estimate. What nobody knows is taken for one.
  public func isEstimate(_ method: String) -> Bool {
    pack.term(.reachMethods, method)?.details["gives"] != "count"
  }

  // MARK: Codes

  private func audiences(_ codes: [String]) -> [CampaignFinding] {
    codes.isEmpty ? [.init(.audienceMissing)] : unknown(codes, .campaignAudiences, .unknownAudience)
  }

  private func unknown(_ codes: [String], _ list: PackList, _ problem: CampaignProblem) -> [CampaignFinding] {
    codes.filter { pack.term(list, $0) == nil }.map { CampaignFinding(problem, $0) }
  }

  private func places(_ provinces: [String]) -> [CampaignFinding] {
    provinces.filter { pack.province(iso: $0) == nil }.map { CampaignFinding(.unknownPlace, $0) }
  }

  private func holders(_ codes: [String]) -> [CampaignFinding] {
    codes.filter { !institutions.contains($0) }.map { CampaignFinding(.unknownInstitution, $0) }
  }
}
