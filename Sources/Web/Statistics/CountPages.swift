import Accounts
import Basics
import Casework
import CountryPack
import Statistics

/// The coordinator's page: how many cases, by status, province, form of exploitation and month. From codes only.
struct CountPages: RoomPages {
  let desks: Desks

  let navigation = [NavigationEntry(path: "/counts", key: "statistics.counts.menu", permission: .readCounts)]

  func add(to routes: Routes) { routes.get("/counts", counts) }

  func home(_ visit: Visit, _ actor: Actor) async throws -> HomeSection? {
    guard actor.may(.readCounts) else { return nil }
    let facts = try await desks.counts.facts(actor)
    let (open, all) = (
      facts.filter { $0.status == .open }.reduce(0) { $0 + $1.count }, facts.reduce(0) { $0 + $1.count }
    )
    let words = visit.words
    return HomeSection(
      title: "statistics.counts.menu",
      rows: [
        WorkRow(
          title: words("statistics.home.line", ["open": String(open), "all": String(all)]), address: "/counts")
      ], words: words)
  }

  private func counts(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let facts = try await desks.counts.facts(actor)
    let charts = CountCharts(facts: facts, terms: CaseTerms(visit: visit), pack: desks.pack)
    let words = visit.words
    return .page(
      "statistics/counts",
      [
        "heading": Heading(
          title: words("statistics.counts.title"),
          lead: words(
            "statistics.counts.lead",
            ["total": String(charts.total), "day": visit.dates.day(visit.dates.today)])
        ).view, "tabs": StatisticsTabs.view(visit, actor, current: "/counts"),
        "isEmpty": charts.total == 0, "status": charts.byStatus.view, "map": charts.map,
        "province": charts.byProvince.view, "form": charts.byForm.view, "month": charts.byMonth.view,
        "months": charts.months, "age": charts.byAge.view,
      ] as [String: Any])
  }
}
