import Basics

/// What the campaigns and events of a year come to: by audience and province, whom nobody reached, what it cost.
public struct CampaignOverview: Sendable {
  /// How many were planned, are under way and are done: campaigns and events together.
  public struct Tally: Hashable, Sendable {
    public var planned = 0
    public var underWay = 0
    public var done = 0
    /// Called off or paused.
    public var stopped = 0
    public var all: Int { planned + underWay + done + stopped }

    mutating func count(_ state: ActivityState) {
      switch state {
      case .planned: planned += 1
      case .underWay: underWay += 1
      case .done: done += 1
      case .paused, .dropped: stopped += 1
      }
    }

    mutating func count(_ state: CampaignEvent.State) {
      switch state {
      case .planned: planned += 1
      case .held: done += 1
      case .cancelled: stopped += 1
      }
    }
  }

  public struct Line: Sendable {
    /// The code of an audience or province; empty for the whole country and for audiences that nobody told apart.
    public var code: String
    public var tally = Tally()
    public var reach: ReachSummary
  }

  /// What one of a unit cost, over the campaigns that were counted in it.
  public struct Cost: Hashable, Sendable {
    public var unit: ReachUnit
    public var isEstimate: Bool
    public var currency: String
    public var spent: Money
    public var number: Int
    public var each: PlanNumber
  }

  public let year: Int
  public let campaigns: [Campaign]
  public let events: [CampaignEvent]
  public let tally: Tally
  public let reach: ReachSummary
  /// In the order of the pack's list; last what was not told apart.
  public let audiences: [Line]
  public let provinces: [Line]
  /// Audiences of the list whom no campaign or event of the year reached: nothing was counted, nothing was held.
  public let gaps: [String]
  /// Of the gaps, those for whom something is planned or under way.
  public let planned: Set<String>
  public let money: PlanMoneyTable
  public let costs: [Cost]

  /// - Parameters:
  ///   - audiences: the codes of the list.
  ///   - isEstimate: whether what a method gives is an estimate.
  public init(_ look: CampaignLook, year: Int, audiences list: [String], isEstimate: (String) -> Bool) {
    self.year = year
    let campaigns = look.campaigns.filter { $0.touches(year) }
    let events = look.events.filter { $0.day.year == year }
    let reach = look.reach.filter { $0.day.year == year && !$0.isStruck }
    let money = look.money.filter { $0.money.day.year == year && !$0.isStruck }
    (self.campaigns, self.events) = (campaigns, events)
    var (tally, byAudience, byProvince) = (Tally(), [String: Tally](), [String: Tally]())
    for one in campaigns {
      tally.count(one.state)
      for audience in one.audiences { byAudience[audience, default: Tally()].count(one.state) }
      for province in one.provinces.isEmpty ? [""] : one.provinces {
        byProvince[province, default: Tally()].count(one.state)
      }
    }
    for one in events {
      tally.count(one.state)
      for audience in one.audiences { byAudience[audience, default: Tally()].count(one.state) }
      byProvince[one.province, default: Tally()].count(one.state)
    }
    self.tally = tally
    self.reach = ReachSummary(reach, isEstimate: isEstimate)
    let told = Dictionary(grouping: reach, by: \.audience)
    self.audiences = (list + [""]).compactMap { code in
      let summary = ReachSummary(told[code] ?? [], isEstimate: isEstimate)
      let tally = byAudience[code] ?? Tally()
      return code.isEmpty && summary.lines.isEmpty ? nil : Line(code: code, tally: tally, reach: summary)
    }
    let placed = Dictionary(grouping: reach) { Self.province($0, look) }
    provinces = Set(byProvince.keys).union(placed.keys).sorted().map { code in
      Line(
        code: code, tally: byProvince[code] ?? Tally(),
        reach: ReachSummary(placed[code] ?? [], isEstimate: isEstimate))
    }
    var reached = Set(reach.filter { $0.number > 0 }.map(\.audience))
    for event in events where event.state == .held { reached.formUnion(event.audiences) }
    gaps = list.filter { !reached.contains($0) }
    planned = Set(gaps.filter { byAudience[$0].map { $0.planned + $0.underWay > 0 } == true })
    self.money = PlanMoneyTable(money.map(\.money))
    costs = Self.costs(look, reach, money, isEstimate)
  }

  /// Where something was counted: the event's province, the campaign's only one, else the whole country.
  private static func province(_ reach: Reach, _ look: CampaignLook) -> String {
    switch reach.subject {
    case .event(let id): return look.event(id)?.province ?? ""
    case .campaign(let id):
      let provinces = look.campaign(id)?.provinces ?? []
      return provinces.count == 1 ? provinces[0] : ""
    }
  }

  private static func costs(
    _ look: CampaignLook, _ reach: [Reach], _ money: [CampaignMoney], _ isEstimate: (String) -> Bool
  ) -> [Cost] {
    // What stands by itself has its own purse.
    func purse(_ subject: CampaignSubject) -> CampaignSubject {
      look.campaign(of: subject).map(CampaignSubject.campaign) ?? subject
    }
    let spent = Dictionary(grouping: money.filter { $0.money.kind == .spent }) { purse($0.subject) }
    struct Key: Hashable {
      var unit: ReachUnit
      var isEstimate: Bool
      var currency: String
    }
    var sums: [Key: (spent: Money, number: Int)] = [:]
    for (subject, entries) in Dictionary(grouping: reach, by: { purse($0.subject) }) {
      let summary = ReachSummary(entries, isEstimate: isEstimate)
      for line in PlanMoneyTable((spent[subject] ?? []).map(\.money)).totals {
        for one in summary.lines {
          let key = Key(unit: one.unit, isEstimate: one.isEstimate, currency: line.currency)
          let before = sums[key] ?? (.zero, 0)
          sums[key] = (before.spent + line.spent, before.number + one.number)
        }
      }
    }
    let order = ReachUnit.allCases
    return sums.compactMap { key, sum in
      ReachSummary.cost(sum.spent, per: sum.number).map {
        Cost(
          unit: key.unit, isEstimate: key.isEstimate, currency: key.currency, spent: sum.spent, number: sum.number,
          each: $0)
      }
    }.sorted {
      (order.firstIndex(of: $0.unit) ?? 0, $0.isEstimate ? 1 : 0, $0.currency)
        < (order.firstIndex(of: $1.unit) ?? 0, $1.isEstimate ? 1 : 0, $1.currency)
    }
  }

  /// The years that something happened in or is planned for, and this one, newest first.
  public static func years(_ look: CampaignLook, today: CalendarDay) -> [Int] {
    var years = Set([today.year])
    for one in look.campaigns where one.until >= one.from { years.formUnion(one.from.year...one.until.year) }
    years.formUnion(look.events.map(\.day.year))
    return years.sorted(by: >)
  }
}
