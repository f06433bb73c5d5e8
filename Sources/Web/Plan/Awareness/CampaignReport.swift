import Accounts
import Basics
import CountryPack
import Documents
import NationalPlan

/// The campaigns of a plan's year, as a part of its yearly report.
struct CampaignReport {
  let screen: CampaignScreen
  let data: CampaignOverview

  /// - Parameter plan: whose campaigns are meant, through all of its versions.
  init(_ visit: Visit, _ look: CampaignLook, of plan: PlanLook, year: Int) {
    screen = CampaignScreen(visit, look.linked(to: Set(plan.versions.map(\.id)).union([plan.id])))
    let pack = visit.frame.desks.pack
    data = CampaignOverview(
      screen.look, year: year, audiences: (pack.lists[.campaignAudiences] ?? []).map(\.code),
      isEstimate: CampaignCheck(pack).isEstimate)
  }

  /// `nil` where the year had none.
  var section: ProtectionSection? {
    guard !data.campaigns.isEmpty else { return nil }
    return ProtectionSection(
      title: screen.words("campaigns.title"), anchor: "campaigns", table: screen.totals(data.reach),
      rows: data.campaigns.map { screen.row($0, address: CampaignPages.address($0)) },
      paragraphs: screen.warnings(data.reach))
  }

  /// For the report on paper; empty where the year had none.
  var blocks: [TextSheet.Block] {
    guard !data.campaigns.isEmpty else { return [] }
    let lines = data.campaigns.flatMap { one -> [TextSheet.Block] in
      let summary = screen.summary(screen.look.reach(of: one.id).filter { $0.day.year == data.year })
      let reach = summary.lines.map { line in
        screen.amount(line.number, line.unit) + ", "
          + screen.words(line.isEstimate ? "campaigns.estimated_sum" : "campaigns.counted_sum")
      }
      let said = screen.words(
        "campaigns.report_line",
        [
          "state": screen.status(one).text,
          "reach": reach.isEmpty ? screen.words("campaigns.nothing_counted") : reach.joined(separator: " · "),
        ])
      return [.title(one.name[screen.language]), .text(said)]
    }
    return [.heading(screen.words("campaigns.title"))] + lines
      + screen.warnings(data.reach).map { TextSheet.Block.text($0) }
  }
}
