import Accounts
import Basics
import CountryPack
import NationalPlan

/// How far a campaign or event went, and what it cost: the sections that show it, and the forms that add and strike.
struct CampaignEntryPages {
  let desks: Desks
  var desk: CampaignDesk { desks.campaigns }

  func add(to routes: Routes) {
    let base = CampaignPages.path
    for place in [base + "/:campaign", CampaignEventPages.path + "/:event"] {
      routes.get(place + "/reach") { visit in try await reachPage(visit, visit.sheet) }
      routes.post(place + "/reach", addReach)
      routes.get(place + "/money") { visit in try await moneyPage(visit, visit.sheet) }
      routes.post(place + "/money", addMoney)
    }
    routes.get(base + "/entries/:entry/strike", strikePage)
    routes.post(base + "/entries/:entry/strike", strike)
  }

  // MARK: Sections

  static func reachSection(
    _ reach: [Reach], _ screen: CampaignScreen, add: String?, mayKeep: Bool
  ) -> ProtectionSection {
    let words = screen.words
    let summary = screen.summary(reach)
    let totals = summary.lines.map { line in
      words(
        "campaigns.total_line",
        [
          "amount": screen.amount(line.number, line.unit),
          "kind": words(line.isEstimate ? "campaigns.estimated_sum" : "campaigns.counted_sum"),
          "entries": String(line.entries),
        ])
    }
    return ProtectionSection(
      title: words("campaigns.reach"), anchor: "reach",
      table: reach.isEmpty
        ? nil
        : DataTable(
          caption: words("campaigns.reach"),
          columns: [
            words("campaigns.number"), words("campaigns.audience"), words("campaigns.method"),
            words("campaigns.counted_or_estimated"), words("campaigns.source"), words("plan.day"),
            words("campaigns.note"),
          ],
          rows: reach.map { one in row(one, screen, mayKeep) }),
      empty: words("campaigns.nothing_counted"), paragraphs: totals + screen.warnings(summary),
      links: add.map { [.init(address: $0, label: words("campaigns.reach_add"))] } ?? [])
  }

  private static func row(_ one: Reach, _ screen: CampaignScreen, _ mayKeep: Bool) -> [DataTable.Cell] {
    let words = screen.words
    let isEstimate = CampaignCheck(screen.pack).isEstimate(one.method)
    let note: DataTable.Cell =
      one.isStruck
      ? .text(words("campaigns.struck"))
      : mayKeep
        ? .link(
          one.isWithinAnother ? words("campaigns.within_strike") : words("campaigns.strike"),
          address: strikeAddress(one.id))
        : .text(one.isWithinAnother ? words("campaigns.within") : "")
    return [
      .text(screen.amount(one.number, one.unit)), .text(screen.audience(one.audience)),
      .text(screen.term(.reachMethods, one.method)),
      .text(words(isEstimate ? "campaigns.estimate" : "campaigns.count")), .text(one.source),
      .text(screen.dates.day(one.day)), note,
    ]
  }

  static func moneySection(
    _ money: [CampaignMoney], _ reach: [Reach], _ screen: CampaignScreen, add: String?, mayKeep: Bool
  ) -> ProtectionSection {
    let words = screen.words
    let totals = PlanMoneyTable(money.filter { !$0.isStruck }.map(\.money)).totals
    let summary = screen.summary(reach)
    var said = totals.map { line in
      words(
        "campaigns.money_total",
        ["budget": screen.money(line.budget, line.currency), "spent": screen.money(line.spent, line.currency)])
    }
    for line in totals {
      for one in summary.lines {
        guard let cost = ReachSummary.cost(line.spent, per: one.number) else { continue }
        said.append(
          words(
            one.isEstimate ? "campaigns.cost_line_estimated" : "campaigns.cost_line",
            ["cost": screen.each(cost, line.currency), "unit": words("campaigns.one.\(one.unit.rawValue)")]))
      }
    }
    return ProtectionSection(
      title: words("plan.money"), anchor: "money",
      table: money.isEmpty
        ? nil
        : DataTable(
          caption: words("plan.money"),
          columns: [
            words("plan.money_kind"), words("plan.amount"), words("plan.money_source"), words("plan.day"),
            words("campaigns.note"),
          ],
          rows: money.map { one in
            [
              .text(words("plan.kind.\(one.money.kind.rawValue)")),
              .number(screen.money(one.money.amount, one.money.currency)), .text(one.money.source),
              .text(screen.dates.day(one.money.day)),
              one.isStruck
                ? .text(words("campaigns.struck"))
                : mayKeep ? .link(words("campaigns.strike"), address: strikeAddress(one.id)) : .text(""),
            ]
          }), empty: words("campaigns.no_money"), paragraphs: said,
      links: add.map { [.init(address: $0, label: words("plan.money_add"))] } ?? [])
  }

  private static func strikeAddress(_ id: CampaignEntryID) -> String { "\(CampaignPages.path)/entries/\(id)/strike" }

  // MARK: Forms

  /// What an entry is added to: its address, name and audiences.
  private struct Place {
    var subject: CampaignSubject
    var address: String
    var name: String
    var audiences: [String]
    var day: CalendarDay
  }

  private func open(_ visit: Visit) async throws -> (Actor, CampaignScreen, Place) {
    let actor = try visit.actor()
    try actor.require(.keepCampaigns)
    let screen = CampaignScreen(visit, try await desk.look(actor))
    if let one = CampaignEventID(visit.part("event")).flatMap(screen.look.event) {
      let place = Place(
        subject: .event(one.id), address: CampaignEventPages.address(one), name: one.name[visit.language],
        audiences: one.audiences, day: min(one.day, screen.today))
      return (actor, screen, place)
    }
    guard let one = CampaignID(visit.part("campaign")).flatMap(screen.look.campaign) else { throw Refusal.notFound }
    let place = Place(
      subject: .campaign(one.id), address: CampaignPages.address(one), name: one.name[visit.language],
      audiences: one.audiences, day: screen.today)
    return (actor, screen, place)
  }

  private func reachPage(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let (_, screen, place) = try await open(visit)
    return ProtectionSection.page(
      Heading(
        title: visit.words("campaigns.reach_add"), lead: place.name,
        back: .init(address: place.address, label: visit.words("plan.back"))), [],
      form: sheet.view(
        action: place.address + "/reach", submit: "plan.save",
        fields: [
          sheet.hidden("id", CampaignEntryID.random().description),
          sheet.text("number", label: "campaigns.number", hint: "campaigns.number_hint", inputmode: "numeric"),
          sheet.choices(
            "unit", label: "campaigns.unit", hint: "campaigns.unit_hint",
            options: ReachUnit.allCases.map {
              FormSheet.Option($0.rawValue, screen.words("campaigns.unit.\($0.rawValue)"))
            }),
          sheet.select(
            "audience", label: "campaigns.audience", hint: "campaigns.audience_hint",
            options: place.audiences.map { FormSheet.Option($0, screen.audience($0)) },
            value: place.audiences.count == 1 ? place.audiences[0] : "", optional: true),
          sheet.select(
            "method", label: "campaigns.method", hint: "campaigns.method_hint", options: screen.options(.reachMethods)),
          sheet.text("source", label: "campaigns.source", hint: "campaigns.source_hint"),
          sheet.text("day", label: "plan.day", value: place.day.description, type: "date"),
          sheet.tick("within", label: "campaigns.within_tick", hint: "campaigns.within_hint"),
        ], cancel: place.address))
  }

  private func addReach(_ visit: Visit) async throws -> Answer {
    let (actor, _, place) = try await open(visit)
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      let id: CampaignEntryID = try reader.id()
      let number = reader.value("number", or: "error.campaign_number") { Int($0) }
      let unit = reader.value("unit", or: "error.choose") { ReachUnit(rawValue: $0) }
      let audience = reader.text("audience", upTo: 60, required: false)
      let method = reader.text("method", upTo: 60)
      let source = reader.text("source", upTo: 300)
      let day = reader.value("day", or: "error.day", CalendarDay.init)
      try reader.check()
      guard let number, let unit, let day else { throw RefusedRequest.malformed }
      try await desk.add(
        actor,
        Reach(
          id: id, subject: place.subject, audience: audience, number: number, unit: unit, method: method,
          source: source, day: day, isWithinAnother: reader.isTicked("within")))
      return .goTo(place.address)
    } orShow: {
      try await reachPage(visit, $0)
    }
  }

  private func moneyPage(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let (_, screen, place) = try await open(visit)
    return ProtectionSection.page(
      Heading(
        title: visit.words("plan.money_add"), lead: place.name,
        back: .init(address: place.address, label: visit.words("plan.back"))), [],
      form: sheet.view(
        action: place.address + "/money", submit: "plan.save",
        fields: [sheet.hidden("id", CampaignEntryID.random().description)]
          + MoneyForm.fields(sheet, visit, desks.pack, on: screen.today), cancel: place.address))
  }

  private func addMoney(_ visit: Visit) async throws -> Answer {
    let (actor, _, place) = try await open(visit)
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      let id: CampaignEntryID = try reader.id()
      let money = try MoneyForm.money(&reader)
      try await desk.add(actor, CampaignMoney(id: id, subject: place.subject, money: money))
      return .goTo(place.address)
    } orShow: {
      try await moneyPage(visit, $0)
    }
  }

  // MARK: Striking

  private func entry(_ visit: Visit) async throws -> (Actor, CampaignEntryID, says: String, back: String) {
    let actor = try visit.actor()
    try actor.require(.keepCampaigns)
    let id: CampaignEntryID = try visit.id("entry")
    let screen = CampaignScreen(visit, try await desk.look(actor))
    let reach = screen.look.reach.first { $0.id == id }
    let money = screen.look.money.first { $0.id == id }
    guard let subject = reach?.subject ?? money?.subject else { throw Refusal.notFound }
    let says =
      reach.map { screen.amount($0.number, $0.unit) + " · " + $0.source }
      ?? money.map { screen.money($0.money.amount, $0.money.currency) + " · " + $0.money.source } ?? ""
    let back =
      switch subject {
      case .campaign(let campaign): "\(CampaignPages.path)/\(campaign)"
      case .event(let event): "\(CampaignEventPages.path)/\(event)"
      }
    return (actor, id, says, back)
  }

  private func strikePage(_ visit: Visit) async throws -> Answer {
    let (_, id, says, back) = try await entry(visit)
    return ProtectionSection.page(
      Heading(
        title: visit.words("campaigns.strike_title"), lead: says,
        back: .init(address: back, label: visit.words("plan.back"))), [], notice: visit.words("campaigns.strike_lead"),
      form: visit.sheet.view(
        action: Self.strikeAddress(id), submit: "campaigns.strike", fields: [], cancel: back, isDangerous: true))
  }

  private func strike(_ visit: Visit) async throws -> Answer {
    let (actor, id, _, back) = try await entry(visit)
    try await desk.strike(actor, id)
    return .goTo(back)
  }
}
