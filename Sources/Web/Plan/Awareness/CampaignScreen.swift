import Accounts
import Basics
import CountryPack
import NationalPlan

/// Campaigns in the words of the reader, for members and for the public.
struct CampaignScreen {
  let words: Words
  let dates: Dates
  let pack: CountryPack
  let look: CampaignLook

  init(_ visit: Visit, _ look: CampaignLook) {
    (words, dates, pack) = (visit.words, visit.dates, visit.frame.desks.pack)
    self.look = look
  }

  init(_ visit: PublicVisit, _ look: CampaignLook) {
    (words, dates, pack) = (visit.words, visit.dates, visit.pack)
    self.look = look
  }

  var language: Language { words.language }
  var today: CalendarDay { dates.today }

  // MARK: Names

  func term(_ list: PackList, _ code: String) -> String { pack.term(list, code)?.name[language] ?? code }
  func audience(_ code: String) -> String {
    code.isEmpty ? words("campaigns.audience_mixed") : term(.campaignAudiences, code)
  }
  func audiences(_ codes: [String]) -> String { codes.map(audience).joined(separator: ", ") }
  func channels(_ codes: [String]) -> String { codes.map { term(.campaignChannels, $0) }.joined(separator: ", ") }

  func province(_ iso: String) -> String {
    iso.isEmpty ? words("plan.whole_country") : pack.province(iso: iso)?.name[language] ?? iso
  }

  func places(_ campaign: Campaign) -> String {
    let all = campaign.provinces.map(province) + (campaign.canton.isEmpty ? [] : [campaign.canton])
    return all.isEmpty ? words("plan.whole_country") : all.joined(separator: ", ")
  }

  /// As the institution was called then; of what is still to come, as it is called today.
  func institution(_ code: String, on day: CalendarDay) -> String {
    look.institutions.name(code, on: min(day, today))[language]
  }

  func time(_ campaign: Campaign) -> String {
    words("plan.from_until", ["from": dates.day(campaign.from), "until": dates.day(campaign.until)])
  }

  func status(_ campaign: Campaign) -> Status {
    if campaign.state.isOpen, campaign.until < today {
      return Status(text: words("campaigns.unreported"), tone: .urgent)
    }
    let tone: Status.Tone =
      switch campaign.state {
      case .planned: .open
      case .underWay, .paused: .active
      case .done: .done
      case .dropped: .ended
      }
    return Status(text: words("plan.state.\(campaign.state.rawValue)"), tone: tone)
  }

  func status(_ event: CampaignEvent) -> Status {
    if event.isUnreported(on: today) { return Status(text: words("campaigns.unreported"), tone: .urgent) }
    let tone: Status.Tone =
      switch event.state {
      case .planned: .open
      case .held: .done
      case .cancelled: .ended
      }
    return Status(text: words("campaigns.event_state.\(event.state.rawValue)"), tone: tone)
  }

  // MARK: Numbers

  func number(_ number: Int) -> String { PlanScreen.grouped(String(number), language) }
  func money(_ money: Money, _ currency: String) -> String {
    currency + " " + PlanScreen.grouped(money.description, language)
  }
  func each(_ cost: PlanNumber, _ currency: String) -> String {
    currency + " " + PlanScreen.grouped(cost.description, language)
  }

  func amount(_ number: Int, _ unit: ReachUnit) -> String {
    words("campaigns.amount.\(unit.rawValue)", ["number": self.number(number)])
  }

  func summary(_ reach: [Reach]) -> ReachSummary {
    ReachSummary(reach, isEstimate: CampaignCheck(pack).isEstimate)
  }

  /// Counts and estimates in two cells, a unit a line.
  func cells(_ summary: ReachSummary) -> [DataTable.Cell] {
    [false, true].map { estimate in
      let lines = summary.lines.filter { $0.isEstimate == estimate }.map { amount($0.number, $0.unit) }
      return lines.isEmpty ? .text("–") : .lines(lines)
    }
  }

  /// - Parameter threshold: people from one to one fewer than that are not told, for pages that anybody reads.
  func totals(_ summary: ReachSummary, hidingBelow threshold: Int = 0) -> DataTable? {
    guard !summary.lines.isEmpty else { return nil }
    return DataTable(
      caption: words("campaigns.reach_total"),
      columns: [
        words("campaigns.unit"), words("campaigns.counted_or_estimated"), words("campaigns.number"),
        words("campaigns.entries"), words("campaigns.method"),
      ],
      rows: summary.lines.map { line in
        [
          .text(words("campaigns.unit.\(line.unit.rawValue)")),
          .text(words(line.isEstimate ? "campaigns.estimate" : "campaigns.count")),
          .number(
            line.unit == .people && (1..<max(1, threshold)).contains(line.number)
              ? words("plan.fewer_than", ["number": String(threshold)]) : number(line.number)),
          .number(String(line.entries)),
          .text(line.methods.map { term(.reachMethods, $0) }.joined(separator: ", ")),
        ]
      })
  }

  /// What must be known to read a sum.
  func warnings(_ summary: ReachSummary) -> [String] {
    var said: [String] = []
    if !summary.lines.isEmpty { said.append(words("campaigns.units_apart")) }
    if summary.lines.contains(where: \.mayCountTwice) { said.append(words("campaigns.counted_twice")) }
    if summary.within > 0 { said.append(words("campaigns.within_count", ["count": String(summary.within)])) }
    return said
  }

  // MARK: Rows

  func row(_ campaign: Campaign, address: String) -> WorkRow {
    WorkRow(
      title: campaign.name[language], address: address,
      facts: [audiences(campaign.audiences), places(campaign), time(campaign)], status: status(campaign),
      holder: institution(campaign.lead, on: campaign.until))
  }

  func row(_ event: CampaignEvent, address: String) -> WorkRow {
    WorkRow(
      title: event.name[language], address: address,
      facts: [
        term(.eventKinds, event.kind), dates.day(event.day), "\(event.place), \(province(event.province))",
        audiences(event.audiences),
      ], status: status(event))
  }

  func finding(_ one: CampaignFinding) -> String {
    words("campaigns.finding.\(one.problem.rawValue)", ["item": one.item])
  }

  // MARK: Choices of forms

  func options(_ list: PackList) -> [FormSheet.Option] {
    (pack.lists[list] ?? []).map { FormSheet.Option($0.code, $0.name[language]) }
  }

  var provinceOptions: [FormSheet.Option] { pack.provinces.map { FormSheet.Option($0.iso, $0.name[language]) } }

  var institutionOptions: [FormSheet.Option] {
    look.institutions.institutions.keys.map { FormSheet.Option($0, institution($0, on: today)) }
      .sorted { ($0.label.listOrder, $0.value) < ($1.label.listOrder, $1.value) }
  }

  var campaignOptions: [FormSheet.Option] {
    look.campaigns.map { FormSheet.Option($0.id.description, $0.name[language]) }
  }

  func tabs(_ current: String) -> [String: Any] {
    let parts = [
      ("", "campaigns.overview"), ("/events", "campaigns.events"), ("/materials", "campaigns.materials"),
      ("/links", "campaigns.links"),
    ]
    return Tabs(
      items: parts.map { (label: words($0.1), address: CampaignPages.path + $0.0) },
      current: CampaignPages.path + current
    ).view
  }
}
