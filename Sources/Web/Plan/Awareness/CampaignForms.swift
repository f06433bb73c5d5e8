import Accounts
import Basics
import CountryPack
import NationalPlan

/// Planning a campaign, changing it, saying where it stands and what it says in each language.
struct CampaignForms {
  let desks: Desks
  var desk: CampaignDesk { desks.campaigns }

  func add(to routes: Routes) {
    let base = CampaignPages.path
    routes.get(base + "/new") { visit in try await page(visit, visit.sheet, isNew: true) }
    routes.post(base + "/new") { visit in try await save(visit, isNew: true) }
    routes.get(base + "/:campaign/edit") { visit in try await page(visit, visit.sheet, isNew: false) }
    routes.post(base + "/:campaign/edit") { visit in try await save(visit, isNew: false) }
    routes.get(base + "/:campaign/state") { visit in try await statePage(visit, visit.sheet) }
    routes.post(base + "/:campaign/state", report)
    routes.get(base + "/:campaign/messages/:language") { visit in try await messagePage(visit, visit.sheet) }
    routes.post(base + "/:campaign/messages/:language", write)
  }

  /// - Returns: who asks and everything; the campaign of the address where there is one.
  private func open(_ visit: Visit) async throws -> (Actor, CampaignScreen, Campaign) {
    let actor = try visit.actor()
    try actor.require(.keepCampaigns)
    let screen = CampaignScreen(visit, try await desk.look(actor))
    guard let one = screen.look.campaign(try visit.id("campaign")) else { throw Refusal.notFound }
    return (actor, screen, one)
  }

  // MARK: The campaign

  private func page(_ visit: Visit, _ sheet: FormSheet, isNew: Bool) async throws -> Answer {
    let actor = try visit.actor()
    try actor.require(.keepCampaigns)
    let screen = CampaignScreen(visit, try await desk.look(actor))
    let one = isNew ? nil : screen.look.campaign(try visit.id("campaign"))
    if !isNew, one == nil { throw Refusal.notFound }
    let back = one.map { CampaignPages.address($0) } ?? CampaignPages.path
    let parts = try await parts(actor, visit, one)
    return ProtectionSection.form(
      Heading(
        title: one?.name[visit.language] ?? visit.words("campaigns.new"), lead: visit.words("campaigns.form_lead"),
        back: .init(address: back, label: visit.words("plan.back"))), sheet,
      action: one.map { CampaignPages.address($0, "edit") } ?? CampaignPages.path + "/new", cancel: back
    ) { fields($0, screen, one, parts: parts) }
  }

  private func fields(
    _ sheet: FormSheet, _ screen: CampaignScreen, _ one: Campaign?, parts: [FormSheet.Option]
  ) -> [FormSheet.Field] {
    var fields = [
      sheet.hidden("id", (one?.id ?? .random()).description), sheet.seen(one?.revision ?? 0),
    ]
    if one == nil { fields.append(sheet.text("code", label: "campaigns.code", hint: "campaigns.code_hint")) }
    let institutions = screen.institutionOptions
    return fields + [
      sheet.text("name_es", label: "plan.name_es", value: one?.name[.spanish] ?? ""),
      sheet.text("name_en", label: "plan.name_en", value: one?.name[.english] ?? ""),
      sheet.area("aim_es", label: "campaigns.aim_es", value: one?.aim[.spanish] ?? "", rows: 3),
      sheet.area("aim_en", label: "campaigns.aim_en", value: one?.aim[.english] ?? "", rows: 3),
      sheet.checks(
        "audiences", label: "campaigns.audiences", hint: "campaigns.audiences_hint",
        options: screen.options(.campaignAudiences), values: Set(one?.audiences ?? [])),
      sheet.checks(
        "channels", label: "campaigns.channels", options: screen.options(.campaignChannels),
        values: Set(one?.channels ?? [])),
      sheet.text("from", label: "plan.from", value: one?.from.description ?? "", type: "date"),
      sheet.text("until", label: "plan.until", value: one?.until.description ?? "", type: "date"),
      sheet.checks(
        "provinces", label: "plan.provinces", hint: "plan.provinces_hint", options: screen.provinceOptions,
        values: Set(one?.provinces ?? []), optional: true),
      sheet.text("canton", label: "plan.canton", value: one?.canton ?? "", optional: true),
      sheet.select("lead", label: "plan.lead", options: institutions, value: one?.lead ?? ""),
      sheet.checks(
        "partners", label: "plan.partners", options: institutions, values: Set(one?.partners ?? []), optional: true),
      sheet.select(
        "part", label: "campaigns.part", hint: "campaigns.part_hint", options: parts,
        value: one?.link.map { "\($0.plan)/\($0.part)" } ?? "", optional: true),
      sheet.tick(
        "public", label: "campaigns.public_tick", hint: "campaigns.public_hint", value: one?.isPublic ?? false),
    ]
  }

  /// The activities and objectives of the plans in force, and the part that is chosen already.
  private func parts(_ actor: Actor, _ visit: Visit, _ one: Campaign?) async throws -> [FormSheet.Option] {
    var options: [FormSheet.Option] = []
    for stored in try await desks.plans.plans(actor) {
      guard stored.head.isInForce(on: visit.dates.today) || stored.id == one?.link?.plan else { continue }
      let plan = try await desks.plans.look(actor, stored.id, isWhole: false).plan
      let named =
        plan.objectives.map { ($0.code, $0.name) } + plan.activities.map { ($0.code, $0.name) }
      options += named.map { FormSheet.Option("\(stored.id)/\($0.0)", "\($0.0) \($0.1[visit.language])") }
    }
    return options
  }

  private func save(_ visit: Visit, isNew: Bool) async throws -> Answer {
    let actor = try visit.actor()
    try actor.require(.keepCampaigns)
    var before: Campaign?
    if !isNew { before = try await open(visit).2 }
    return try await visit.attempt {
      let campaign = try read(visit, before)
      try await desk.put(actor, campaign)
      return .goTo(CampaignPages.address(campaign))
    } orShow: {
      try await page(visit, $0, isNew: isNew)
    }
  }

  private func read(_ visit: Visit, _ before: Campaign?) throws -> Campaign {
    var reader = FormReader(visit.form)
    let id: CampaignID = try before?.id ?? reader.id()
    let revision = reader.value("revision", or: "error.unknown_code") { Int($0) }
    let code = before?.code ?? reader.value("code", or: "error.plan_code") { PlanCode.isOne($0) ? $0 : nil } ?? ""
    let name = LocalizedText(es: reader.text("name_es", upTo: 200), en: reader.text("name_en", upTo: 200))
    let aim = LocalizedText(es: reader.text("aim_es", upTo: 1000), en: reader.text("aim_en", upTo: 1000))
    let audiences = reader.values("audiences", or: "error.unknown_code") {
      desks.pack.term(.campaignAudiences, $0)?.code
    }
    let channels = reader.values("channels", or: "error.unknown_code") { desks.pack.term(.campaignChannels, $0)?.code }
    let from = reader.value("from", or: "error.day", CalendarDay.init)
    let until = reader.value("until", or: "error.day", CalendarDay.init)
    let provinces = reader.values("provinces", or: "error.unknown_code") { desks.pack.province(iso: $0)?.iso }
    let canton = reader.text("canton", upTo: 80, required: false)
    let lead = reader.text("lead", upTo: 60)
    let partners = reader.values("partners", or: "error.unknown_code") { PlanCode.isOne($0) ? $0 : nil }
    let link = reader.optional("part", or: "error.choose", Self.link)
    try reader.check()
    guard let from, let until, let revision else { throw RefusedRequest.malformed }
    return Campaign(
      id: id, code: code, name: name, aim: aim, audiences: audiences.sorted(), channels: channels.sorted(),
      provinces: provinces.sorted(), canton: canton, from: from, until: until, lead: lead, partners: partners.sorted(),
      link: link, isPublic: reader.isTicked("public"), revision: revision)
  }

  private static func link(_ text: String) -> Campaign.Link? {
    let parts = text.split(separator: "/", maxSplits: 1).map(String.init)
    guard parts.count == 2, let plan = StoredPlanID(parts[0]), PlanCode.isOne(parts[1]) else { return nil }
    return Campaign.Link(plan: plan, part: parts[1])
  }

  // MARK: Where it stands

  private func statePage(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let (_, screen, one) = try await open(visit)
    return ProtectionSection.form(
      Heading(
        title: visit.words("campaigns.report"), lead: one.name[visit.language],
        back: .init(address: CampaignPages.address(one), label: visit.words("plan.back"))), sheet,
      action: CampaignPages.address(one, "state"), cancel: CampaignPages.address(one)
    ) { sheet in
      [
        sheet.seen(one.revision),
        sheet.choices(
          "state", label: "plan.state_term",
          options: ActivityState.allCases.map {
            FormSheet.Option($0.rawValue, screen.words("plan.state.\($0.rawValue)"))
          }, value: one.state.rawValue),
        sheet.text(
          "done_on", label: "plan.done_on", hint: "plan.done_on_hint", value: one.doneOn?.description ?? "",
          type: "date", optional: true),
        sheet.area("result", label: "plan.result", hint: "campaigns.result_hint", value: one.result, optional: true),
      ]
    }
  }

  private func report(_ visit: Visit) async throws -> Answer {
    let (actor, _, one) = try await open(visit)
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      let revision = reader.value("revision", or: "error.unknown_code") { Int($0) }
      let state = reader.value("state", or: "error.unknown_code") { ActivityState(rawValue: $0) }
      let doneOn = reader.optional("done_on", or: "error.day", CalendarDay.init)
      let result = reader.text("result", upTo: 4000, required: false)
      try reader.check()
      guard let revision, let state else { throw RefusedRequest.malformed }
      try await desk.report(actor, one.id, state, doneOn: doneOn, result: result, seen: revision)
      return .goTo(CampaignPages.address(one))
    } orShow: {
      try await statePage(visit, $0)
    }
  }

  // MARK: What it says

  private func language(_ visit: Visit) throws -> Term {
    guard let term = desks.pack.term(.languages, visit.part("language")) else { throw Refusal.notFound }
    return term
  }

  private func messagePage(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let (actor, _, one) = try await open(visit)
    let term = try language(visit)
    let message = try await desk.message(actor, one.id, term.code)
    return ProtectionSection.form(
      Heading(
        title: visit.words("campaigns.message_in", ["language": term.name[visit.language]]),
        lead: visit.words("campaigns.message_lead"),
        back: .init(address: CampaignPages.address(one), label: visit.words("plan.back"))), sheet,
      action: CampaignPages.address(one, "messages/\(term.code)"), cancel: CampaignPages.address(one)
    ) { sheet in
      [
        sheet.seen(message.revision),
        sheet.area(
          "words", label: "campaigns.message", hint: "campaigns.message_hint", value: message.words, rows: 8,
          optional: true),
      ]
    }
  }

  private func write(_ visit: Visit) async throws -> Answer {
    let (actor, _, one) = try await open(visit)
    let term = try language(visit)
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      let revision = reader.value("revision", or: "error.unknown_code") { Int($0) }
      let words = reader.text("words", upTo: 4000, required: false)
      try reader.check()
      guard let revision else { throw RefusedRequest.malformed }
      try await desk.put(
        actor, CampaignMessage(language: term.code, words: words, revision: revision), of: one.id)
      return .goTo(CampaignPages.address(one))
    } orShow: {
      try await messagePage(visit, $0)
    }
  }
}
