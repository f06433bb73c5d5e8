import Accounts
import Basics
import CountryPack
import NationalPlan

/// A list of events, pasted out of a spreadsheet as an institution sends it.
struct EventImportPages {
  static let path = CampaignEventPages.path + "/list"
  let desks: Desks

  func add(to routes: Routes) {
    routes.get(Self.path) { visit in try await page(visit, visit.sheet) }
    routes.post(Self.path, bring)
  }

  private func page(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let actor = try visit.actor()
    try actor.require(.keepCampaigns)
    let screen = CampaignScreen(visit, try await desks.campaigns.look(actor))
    func names(_ list: PackList) -> String { screen.options(list).map(\.label).joined(separator: ", ") }
    let words = visit.words
    return ProtectionSection.page(
      Heading(
        title: words("campaigns.list"), lead: words("campaigns.list_lead"),
        back: .init(address: CampaignEventPages.path, label: words("campaigns.events"))),
      [
        ProtectionSection(
          title: words("campaigns.list_columns"), anchor: "columns",
          definitions: Definitions([
            (words("campaigns.event_kind"), names(.eventKinds)),
            (words("campaigns.audience"), names(.campaignAudiences)),
            (words("campaigns.method"), names(.reachMethods)),
          ]), paragraphs: [words("campaigns.list_example")])
      ],
      form: sheet.view(
        action: Self.path, submit: "campaigns.list_bring",
        fields: [
          sheet.hidden("id", CampaignEntryID.random().description),
          sheet.select(
            "campaign", label: "campaigns.of_campaign", hint: "campaigns.of_campaign_hint",
            options: screen.campaignOptions, optional: true),
          sheet.select("lead", label: "plan.lead", options: screen.institutionOptions),
          sheet.area("lines", label: "campaigns.list_lines", hint: "campaigns.list_hint", rows: 12),
        ], cancel: CampaignEventPages.path))
  }

  private func bring(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    try actor.require(.keepCampaigns)
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      let id: CampaignEntryID = try reader.id()
      let campaign = reader.optional("campaign", or: "error.choose") { CampaignID($0) }
      let lead = reader.text("lead", upTo: 60)
      let lines = reader.text("lines", upTo: 60_000)
      try reader.check()
      try await desks.campaigns.bring(actor, EventImport(id: id, campaign: campaign, lead: lead), lines)
      return .goTo(CampaignEventPages.path)
    } orShow: {
      try await page(visit, $0)
    }
  }
}
