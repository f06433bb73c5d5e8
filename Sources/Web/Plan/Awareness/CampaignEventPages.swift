import Accounts
import Basics
import CountryPack
import NationalPlan

/// Workshops, fairs, talks and interviews: planned, reported with whom they reached, called off.
struct CampaignEventPages {
  static let path = CampaignPages.path + "/events"
  let desks: Desks
  var desk: CampaignDesk { desks.campaigns }

  func add(to routes: Routes) {
    routes.list(Self.path, list)
    routes.get(Self.path + "/new") { visit in try await form(visit, visit.sheet, isNew: true) }
    routes.post(Self.path + "/new") { visit in try await save(visit, isNew: true) }
    routes.get(Self.path + "/:event", page)
    routes.get(Self.path + "/:event/edit") { visit in try await form(visit, visit.sheet, isNew: false) }
    routes.post(Self.path + "/:event/edit") { visit in try await save(visit, isNew: false) }
    routes.get(Self.path + "/:event/report") { visit in try await reportPage(visit, visit.sheet) }
    routes.post(Self.path + "/:event/report", report)
  }

  static func address(_ event: CampaignEvent, _ rest: String = "") -> String {
    "\(path)/\(event.id)" + (rest.isEmpty ? "" : "/" + rest)
  }

  private func open(_ visit: Visit, keeping: Bool = true) async throws -> (Actor, CampaignScreen, CampaignEvent) {
    let actor = try visit.actor()
    if keeping { try actor.require(.keepCampaigns) }
    let screen = CampaignScreen(visit, try await desk.look(actor))
    guard let one = screen.look.event(try visit.id("event")) else { throw Refusal.notFound }
    return (actor, screen, one)
  }

  // MARK: Reading

  private func list(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let screen = CampaignScreen(visit, try await desk.look(actor))
    func rows(_ events: [CampaignEvent]) -> [WorkRow] { events.map { screen.row($0, address: Self.address($0)) } }
    let ahead = screen.look.events.filter { $0.state == .planned && $0.day >= screen.today }
    let unreported = screen.look.events.filter { $0.isUnreported(on: screen.today) }
    let over = screen.look.events.filter { $0.state != .planned }
    let words = visit.words
    return ProtectionSection.page(
      Heading(
        title: words("campaigns.events"), lead: words("campaigns.events_lead"),
        next: actor.may(.keepCampaigns)
          ? .init(address: Self.path + "/new", label: words("campaigns.event_new")) : nil),
      [
        ProtectionSection(
          title: words("campaigns.unreported"), anchor: "unreported", rows: rows(unreported),
          sheet: sheet(unreported, "campaigns.unreported", screen), empty: words("campaigns.all_reported")),
        ProtectionSection(
          title: words("campaigns.events_ahead"), anchor: "ahead", rows: rows(ahead),
          sheet: sheet(ahead, "campaigns.events_ahead", screen), empty: words("campaigns.no_events"),
          links: actor.may(.keepCampaigns)
            ? [.init(address: EventImportPages.path, label: words("campaigns.list"))] : []),
        ProtectionSection(
          title: words("campaigns.events_over"), anchor: "over", rows: rows(over.reversed()),
          sheet: sheet(over.reversed(), "campaigns.events_over", screen), empty: words("campaigns.no_events")),
      ], further: ["tabs": screen.tabs("/events")])
  }

  private func sheet(_ events: [CampaignEvent], _ title: String, _ screen: CampaignScreen) -> ListSheet.Part {
    ListSheet.Part(
      title: screen.words(title),
      columns: [
        "lists.what", "lists.kind", "lists.day", "casework.facts.province", "lists.place", "lists.status",
        "lists.holder",
      ],
      rows: events.map { one in
        [
          .typed(one.name[screen.language]), .typed(screen.term(.eventKinds, one.kind)), .day(one.day),
          .typed(screen.province(one.province)), .typed(one.place), .typed(screen.status(one).text),
          .typed(screen.institution(one.lead, on: one.day)),
        ]
      })
  }

  private func page(_ visit: Visit) async throws -> Answer {
    let (actor, screen, one) = try await open(visit, keeping: false)
    let words = visit.words
    let mayKeep = actor.may(.keepCampaigns)
    let campaign = one.campaign.flatMap(screen.look.campaign)
    var links: [HomeSection.Link] = []
    if let campaign {
      links.append(.init(address: CampaignPages.address(campaign), label: campaign.name[visit.language]))
    }
    if mayKeep { links.append(.init(address: Self.address(one, "edit"), label: words("plan.edit"))) }
    return ProtectionSection.page(
      Heading(
        title: one.name[visit.language], eyebrow: screen.term(.eventKinds, one.kind),
        back: .init(address: Self.path, label: words("campaigns.events")),
        next: mayKeep
          ? .init(address: Self.address(one, "report"), label: words("campaigns.event_report")) : nil),
      [
        ProtectionSection(
          title: words("campaigns.about"), anchor: "about",
          definitions: Definitions([
            (words("plan.state_term"), screen.status(one).text), (words("plan.day"), visit.dates.day(one.day)),
            (words("plan.where"), "\(one.place), \(screen.province(one.province))"),
            (words("campaigns.audiences"), screen.audiences(one.audiences)),
            (words("plan.lead"), screen.institution(one.lead, on: one.day)),
            (words("campaigns.open_term"), words(one.isOpen ? "campaigns.yes" : "campaigns.no")),
          ]), links: links),
        CampaignEntryPages.reachSection(
          screen.look.reach(of: one.id), screen, add: mayKeep ? Self.address(one, "reach") : nil, mayKeep: mayKeep),
        CampaignEntryPages.moneySection(
          screen.look.money(of: one.id), screen.look.reach(of: one.id), screen,
          add: mayKeep ? Self.address(one, "money") : nil, mayKeep: mayKeep),
      ], further: ["tabs": screen.tabs("/events")])
  }

  // MARK: Planning

  private func form(_ visit: Visit, _ sheet: FormSheet, isNew: Bool) async throws -> Answer {
    let actor = try visit.actor()
    try actor.require(.keepCampaigns)
    let screen = CampaignScreen(visit, try await desk.look(actor))
    let one = isNew ? nil : screen.look.event(try visit.id("event"))
    if !isNew, one == nil { throw Refusal.notFound }
    let asked = visit.query["campaign"].flatMap { CampaignID($0) }.flatMap(screen.look.campaign)
    let campaign = one?.campaign.flatMap(screen.look.campaign) ?? asked
    let back = one.map { Self.address($0) } ?? asked.map { CampaignPages.address($0) } ?? Self.path
    return ProtectionSection.form(
      Heading(
        title: one?.name[visit.language] ?? visit.words("campaigns.event_new"),
        lead: visit.words("campaigns.event_lead"), back: .init(address: back, label: visit.words("plan.back"))), sheet,
      action: one.map { Self.address($0, "edit") } ?? Self.path + "/new", cancel: back
    ) { sheet in
      [
        sheet.hidden("id", (one?.id ?? .random()).description),
        sheet.seen(one?.revision ?? 0),
        sheet.select(
          "campaign", label: "campaigns.of_campaign", hint: "campaigns.of_campaign_hint",
          options: screen.campaignOptions, value: campaign?.id.description ?? "", optional: true),
        sheet.select(
          "kind", label: "campaigns.event_kind", options: screen.options(.eventKinds), value: one?.kind ?? ""),
        sheet.text("name_es", label: "plan.name_es", value: one?.name[.spanish] ?? ""),
        sheet.text("name_en", label: "plan.name_en", value: one?.name[.english] ?? ""),
        sheet.checks(
          "audiences", label: "campaigns.audiences", hint: "campaigns.audiences_hint",
          options: screen.options(.campaignAudiences), values: Set(one?.audiences ?? [])),
        sheet.text("day", label: "plan.day", value: one?.day.description ?? "", type: "date"),
        sheet.select(
          "province", label: "plan.province", options: screen.provinceOptions,
          value: one?.province ?? (campaign?.provinces.count == 1 ? campaign?.provinces[0] ?? "" : "")),
        sheet.text("place", label: "campaigns.place", hint: "campaigns.place_hint", value: one?.place ?? ""),
        sheet.select(
          "lead", label: "plan.lead", options: screen.institutionOptions, value: one?.lead ?? campaign?.lead ?? ""),
        sheet.tick("open", label: "campaigns.open_tick", hint: "campaigns.open_hint", value: one?.isOpen ?? false),
      ]
    }
  }

  private func save(_ visit: Visit, isNew: Bool) async throws -> Answer {
    let actor = try visit.actor()
    try actor.require(.keepCampaigns)
    var before: CampaignEvent?
    if !isNew { before = try await open(visit).2 }
    return try await visit.attempt {
      let event = try read(visit, before)
      try await desk.put(actor, event)
      return .goTo(Self.address(event))
    } orShow: {
      try await form(visit, $0, isNew: isNew)
    }
  }

  private func read(_ visit: Visit, _ before: CampaignEvent?) throws -> CampaignEvent {
    var reader = FormReader(visit.form)
    let id: CampaignEventID = try before?.id ?? reader.id()
    let revision = reader.value("revision", or: "error.unknown_code") { Int($0) }
    let campaign = reader.optional("campaign", or: "error.choose") { CampaignID($0) }
    let kind = reader.text("kind", upTo: 60)
    let name = LocalizedText(es: reader.text("name_es", upTo: 200), en: reader.text("name_en", upTo: 200))
    let audiences = reader.values("audiences", or: "error.unknown_code") {
      desks.pack.term(.campaignAudiences, $0)?.code
    }
    let day = reader.value("day", or: "error.day", CalendarDay.init)
    let province = reader.value("province", or: "error.choose") { desks.pack.province(iso: $0)?.iso }
    let place = reader.text("place", upTo: 160)
    let lead = reader.text("lead", upTo: 60)
    try reader.check()
    guard let day, let revision, let province else { throw RefusedRequest.malformed }
    return CampaignEvent(
      id: id, campaign: campaign, kind: kind, name: name, audiences: audiences.sorted(), province: province,
      place: place, day: day, lead: lead, state: before?.state ?? .planned, isOpen: reader.isTicked("open"),
      revision: revision)
  }

  // MARK: What became of it

  private func reportPage(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let (_, screen, one) = try await open(visit)
    return ProtectionSection.form(
      Heading(
        title: visit.words("campaigns.event_report"), lead: one.name[visit.language],
        back: .init(address: Self.address(one), label: visit.words("plan.back"))), sheet,
      action: Self.address(one, "report"), cancel: Self.address(one)
    ) { sheet in
      [
        sheet.hidden("id", CampaignEntryID.random().description),
        sheet.seen(one.revision),
        sheet.choices(
          "state", label: "plan.state_term",
          options: CampaignEvent.State.allCases.map {
            FormSheet.Option($0.rawValue, screen.words("campaigns.event_state.\($0.rawValue)"))
          }, value: one.state == .planned && one.day <= screen.today ? "held" : one.state.rawValue),
        sheet.text(
          "number", label: "campaigns.people", hint: "campaigns.people_hint", optional: true, inputmode: "numeric"),
        sheet.select(
          "method", label: "campaigns.method", hint: "campaigns.method_hint", options: screen.options(.reachMethods),
          optional: true),
        sheet.text("source", label: "campaigns.source", hint: "campaigns.source_hint", optional: true),
      ]
    }
  }

  private func report(_ visit: Visit) async throws -> Answer {
    let (actor, _, one) = try await open(visit)
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      let entry: CampaignEntryID = try reader.id()
      let revision = reader.value("revision", or: "error.unknown_code") { Int($0) }
      let state = reader.value("state", or: "error.unknown_code") { CampaignEvent.State(rawValue: $0) }
      let number = reader.optional("number", or: "error.campaign_number") { Int($0) }
      // A number needs to say how it was counted and who says so.
      let method = reader.text("method", upTo: 60, required: number != nil)
      let source = reader.text("source", upTo: 300, required: number != nil)
      if number != nil, state != .held { reader.refuse("number", "error.campaign_not_held") }
      try reader.check()
      guard let revision, let state else { throw RefusedRequest.malformed }
      var event = one
      (event.state, event.revision) = (state, revision)
      try await desk.put(actor, event)
      if let number {
        try await desk.add(
          actor,
          Reach(
            id: entry, subject: .event(one.id), number: number, unit: .people, method: method, source: source,
            day: one.day))
      }
      return .goTo(Self.address(one))
    } orShow: {
      try await reportPage(visit, $0)
    }
  }
}
