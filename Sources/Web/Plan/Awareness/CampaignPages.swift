import Accounts
import Basics
import CountryPack
import NationalPlan

/// Campaigns and events for members: the year at a glance, whom nobody reached, one campaign with all of it.
struct CampaignPages: RoomPages {
  static let path = "/campaigns"
  let desks: Desks
  let settings: SiteSettings

  let navigation = [NavigationEntry(path: CampaignPages.path, key: "campaigns.menu", permission: .keepCampaigns)]

  func add(to routes: Routes) {
    routes.get(Self.path, overview)
    routes.get(Self.path + "/export.csv") { visit in try await CampaignExport(desks: desks).csv(visit) }
    routes.get(Self.path + "/export.xlsx") { visit in try await CampaignExport(desks: desks).xlsx(visit) }
    CampaignForms(desks: desks).add(to: routes)
    CampaignEventPages(desks: desks).add(to: routes)
    EventImportPages(desks: desks).add(to: routes)
    CampaignEntryPages(desks: desks).add(to: routes)
    CampaignMaterialPages(desks: desks).add(to: routes)
    CampaignLinkPages(desks: desks, settings: settings).add(to: routes)
    routes.get(Self.path + "/:campaign", CampaignPage(desks: desks).page)
  }

  /// What is over and unreported stands on the home page of those who keep campaigns.
  func home(_ visit: Visit, _ actor: Actor) async throws -> HomeSection? {
    guard actor.may(.keepCampaigns) else { return nil }
    let screen = CampaignScreen(visit, try await desks.campaigns.look(actor))
    let campaigns = screen.look.campaigns.filter { $0.state.isOpen && $0.until < screen.today }
    let events = screen.look.events.filter { $0.isUnreported(on: screen.today) }
    let rows =
      campaigns.map { screen.row($0, address: Self.address($0)) }
      + events.map { screen.row($0, address: CampaignEventPages.address($0)) }
    guard !rows.isEmpty else { return nil }
    return HomeSection(
      title: "campaigns.home", rows: Array(rows.prefix(5)),
      all: .init(address: Self.path, label: visit.words("campaigns.title")), words: visit.words)
  }

  static func address(_ campaign: Campaign, _ rest: String = "") -> String {
    "\(path)/\(campaign.id)" + (rest.isEmpty ? "" : "/" + rest)
  }

  static func overview(_ visit: Visit, _ look: CampaignLook, _ pack: CountryPack) -> CampaignOverview {
    let today = visit.dates.today
    let asked = visit.query["year"].flatMap { Int($0) } ?? today.year
    let years = CampaignOverview.years(look, today: today)
    return CampaignOverview(
      look, year: years.contains(asked) ? asked : today.year,
      audiences: (pack.lists[.campaignAudiences] ?? []).map(\.code), isEstimate: CampaignCheck(pack).isEstimate)
  }

  // MARK: The year

  private func overview(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let screen = CampaignScreen(visit, try await desks.campaigns.look(actor))
    let data = Self.overview(visit, screen.look, desks.pack)
    let words = visit.words
    let year = ["year": String(data.year)]
    let sections = [
      gaps(screen, data),
      ProtectionSection(
        title: words("campaigns.of_year", year), anchor: "campaigns",
        lead: words(
          "campaigns.tally",
          [
            "planned": String(data.tally.planned), "under_way": String(data.tally.underWay),
            "done": String(data.tally.done), "stopped": String(data.tally.stopped),
          ]),
        rows: data.campaigns.map { screen.row($0, address: Self.address($0)) }, empty: words("campaigns.none")),
      ProtectionSection(
        title: words("campaigns.reach_of_year", year), anchor: "reach", table: screen.totals(data.reach),
        empty: words("campaigns.nothing_counted"), paragraphs: screen.warnings(data.reach)),
      ProtectionSection(
        title: words("campaigns.by_audience"), anchor: "audiences",
        table: Self.lines("campaigns.by_audience", "campaigns.audience", data.audiences, screen) { screen.audience($0) }
      ),
      ProtectionSection(
        title: words("campaigns.by_province"), anchor: "provinces", lead: words("campaigns.by_province_lead"),
        table: data.provinces.isEmpty
          ? nil
          : Self.lines("campaigns.by_province", "plan.province", data.provinces, screen) { screen.province($0) },
        empty: words("campaigns.none")),
      costs(screen, data),
      ProtectionSection(
        title: words("campaigns.files"), anchor: "files",
        links: [
          .init(address: Self.path + "/export.csv?year=\(data.year)", label: words("campaigns.csv")),
          .init(address: Self.path + "/export.xlsx?year=\(data.year)", label: words("campaigns.xlsx")),
        ] + (actor.may(.keepCampaigns) ? [.init(address: Self.path + "/press", label: words("campaigns.press"))] : [])),
    ]
    return ProtectionSection.page(
      Heading(
        title: words("campaigns.title"), lead: words("campaigns.lead"),
        next: actor.may(.keepCampaigns)
          ? .init(address: Self.path + "/new", label: words("campaigns.new")) : nil),
      sections, further: ["tabs": screen.tabs(""), "finder": finder(screen, data.year)])
  }

  private func finder(_ screen: CampaignScreen, _ year: Int) -> [String: Any] {
    let none: [[String: Any]] = []
    let options = CampaignOverview.years(screen.look, today: screen.today).map { one in
      ["value": String(one), "label": String(one), "chosen": one == year] as [String: Any]
    }
    let select: [String: Any] = ["name": "year", "label": screen.words("campaigns.year"), "options": options]
    return [
      "action": Self.path, "submit": screen.words("plan.show"), "hidden": none, "days": none, "selects": [select],
    ]
  }

  private func gaps(_ screen: CampaignScreen, _ data: CampaignOverview) -> ProtectionSection {
    ProtectionSection(
      title: screen.words("campaigns.gaps", ["year": String(data.year)]), anchor: "gaps",
      lead: screen.words("campaigns.gaps_lead"),
      rows: data.gaps.map { code in
        let isPlanned = data.planned.contains(code)
        return WorkRow(
          title: screen.audience(code), address: "",
          status: Status(
            text: screen.words(isPlanned ? "campaigns.gap_planned" : "campaigns.gap_nothing"),
            tone: isPlanned ? .active : .open))
      }, empty: screen.words("campaigns.no_gaps"))
  }

  private static func lines(
    _ caption: String, _ column: String, _ lines: [CampaignOverview.Line], _ screen: CampaignScreen,
    _ name: (String) -> String
  ) -> DataTable {
    let words = screen.words
    return DataTable(
      caption: words(caption),
      columns: [
        words(column), words("campaigns.tally_planned"), words("campaigns.tally_under_way"),
        words("campaigns.tally_done"), words("campaigns.count"), words("campaigns.estimate"),
      ],
      rows: lines.map { line in
        [
          .text(name(line.code)), .number(String(line.tally.planned)), .number(String(line.tally.underWay)),
          .number(String(line.tally.done)),
        ] + screen.cells(line.reach)
      })
  }

  private func costs(_ screen: CampaignScreen, _ data: CampaignOverview) -> ProtectionSection {
    let words = screen.words
    return ProtectionSection(
      title: words("campaigns.cost"), anchor: "cost", lead: words("campaigns.cost_lead"),
      table: data.costs.isEmpty
        ? nil
        : DataTable(
          caption: words("campaigns.cost"),
          columns: [
            words("campaigns.unit"), words("campaigns.counted_or_estimated"), words("plan.kind.spent"),
            words("campaigns.number"), words("campaigns.cost_each"),
          ],
          rows: data.costs.map { one in
            [
              .text(words("campaigns.unit.\(one.unit.rawValue)")),
              .text(words(one.isEstimate ? "campaigns.estimate" : "campaigns.count")),
              .number(screen.money(one.spent, one.currency)), .number(screen.number(one.number)),
              .number(screen.each(one.each, one.currency)),
            ]
          }),
      empty: words("campaigns.no_cost"),
      paragraphs: data.money.totals.map { line in
        words(
          "campaigns.money_total",
          [
            "budget": screen.money(line.budget, line.currency), "spent": screen.money(line.spent, line.currency),
          ])
      })
  }
}
