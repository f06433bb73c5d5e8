import Accounts

/// The parts of the figures' room, each on its own page, for `{{#tabs}}{{>parts/tabs}}{{/tabs}}`.
enum StatisticsTabs {
  static func view(_ visit: Visit, _ actor: Actor, current: String) -> [String: Any] {
    let words = visit.words
    let counts =
      [
        ("statistics.overview.tab", OverviewPages.path), ("statistics.counts.title", "/counts"),
        ("statistics.tables.title", "/statistics/tables"), ("statistics.releases.title", "/statistics/releases"),
        ("referrals.figures.title", ReferralFigurePages.path),
      ] + (actor.may(.publishReleases) ? [("statistics.records.tab", RecordsPages.path)] : [])
      + [("statistics.exchange.tab", ExchangePages.path)]
    let open = [
      ("statistics.figures.title", "/statistics/figures"), ("statistics.book.title", "/statistics/facts"),
      ("statistics.open.title", "/open-data"),
    ]
    return Tabs(
      items: ((actor.may(.readCounts) ? counts : []) + open).map { (label: words($0.0), address: $0.1) },
      current: current
    ).view
  }
}
