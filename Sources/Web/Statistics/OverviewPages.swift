import Accounts
import Basics
import Casework
import CountryPack
import Releases
import Statistics

/// One page of figures each: over all agencies for whoever reads counts, over the own agency's cases for an institution,
/// and for the public out of published releases and nothing else.
struct OverviewPages: RoomPages {
  static let path = "/statistics"
  static let own = "/statistics/agency"
  static let open = "/open-data/overview"
  let desks: Desks

  let navigation = [NavigationEntry(path: Self.own, key: "statistics.overview.own_menu", permission: .readCase)]

  func add(to routes: Routes) {
    routes.get(Self.path, everywhere)
    routes.get(Self.own, ofOwnAgency)
    routes.get(Self.open, forThePublic)
  }

  private func everywhere(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let overview = try await desks.overview.everywhere(actor)
    return page(
      visit, actor, current: Self.path, overview,
      Heading(
        title: visit.words("statistics.overview.title"),
        lead: visit.words("statistics.overview.lead", ["day": visit.dates.day(visit.dates.today)]),
        next: .init(address: Self.own, label: visit.words("statistics.overview.to_own"))))
  }

  private func ofOwnAgency(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let overview = try await desks.overview.ofOwnAgency(actor)
    return page(
      visit, actor, current: Self.own, overview,
      Heading(
        title: visit.words("statistics.overview.own_title", ["agency": actor.agencyName]),
        lead: visit.words("statistics.overview.own_lead", ["day": visit.dates.day(visit.dates.today)]),
        next: actor.may(.readCounts)
          ? .init(address: Self.path, label: visit.words("statistics.overview.to_all")) : nil))
  }

  private func page(
    _ visit: Visit, _ actor: Actor, current: String, _ overview: Overview?, _ heading: Heading
  ) -> Answer {
    let terms = FactTerms(visit)
    var model: [String: Any] = [
      "title": heading.title, "heading": heading.view, "says": terms.says(.suppress),
      "tabs": StatisticsTabs.view(visit, actor, current: current), "isProtected": true,
    ]
    if let overview {
      model["sections"] = overview.tables.map { section($0, visit, terms) }
      model["services"] = services(overview, visit, terms).view
      model["isAnyService"] = !overview.services.isEmpty
    } else {
      model["empty"] = visit.words("statistics.tables.empty")
    }
    return .page("statistics/overview", model)
  }

  /// A picture with its table, under a title that says what is seen.
  private func section(_ table: BuiltTable, _ visit: Visit, _ terms: FactTerms) -> [String: Any] {
    let choice = table.choice
    let rows = table.rows.filter { !FactCodes.category($0).isMissing }.compactMap { code in
      table.count(code).map { (code, terms.code(choice.rows, code), $0) }
    }
    let title = Finding(
      plain: terms.title(choice), column: choice.rows, known: table.denominator(),
      largest: rows.max { ($0.2, $1.0) < ($1.2, $0.0) }.map { ($0.1, $0.2) }
    ).title(terms)
    let data = PictureData(table, terms, title: title, source: TablePages.source(table, visit))
    var view: [String: Any] = [
      "title": title, "anchor": anchor(choice), "charts": data.kinds.map { data.svg($0, desks.pack) },
      "table": TableView(table, terms).table.view, "denominator": terms.denominator(choice.rows, choice.measure),
    ]
    view["hidden"] =
      table.hiddenCells == 0
      ? nil : visit.words("statistics.tables.hidden_count", ["count": String(table.hiddenCells)])
    return view
  }

  private func anchor(_ choice: TableChoice) -> String {
    ([choice.measure.rawValue] + choice.axes.map(\.rawValue)).joined(separator: "-").replacing("_", with: "-")
  }

  private func services(_ overview: Overview, _ visit: Visit, _ terms: FactTerms) -> DataTable {
    let words = visit.words
    let largest = max(1, overview.services.compactMap(\.count).max() ?? 1)
    let all = overview.persons
    return DataTable(
      caption: words("statistics.overview.services"),
      columns: [
        words("statistics.overview.service"), terms.measure(.persons),
        words(
          "statistics.tables.share_of", ["count": all.map(terms.number) ?? words("statistics.tables.hidden")]),
        words("statistics.column.bar"),
      ],
      rows: overview.services.map { service in
        [
          .text(desks.pack.term(.services, service.code)?.name[visit.language] ?? service.code),
          .number(service.count.map(terms.number) ?? words("statistics.tables.hidden")),
          .number(
            service.count.flatMap { count in all.map { terms.share(Share(count: count, denominator: $0)) } } ?? "–"),
          service.count.map { .bar(Double($0) * 100 / Double(largest)) } ?? .text(""),
        ]
      })
  }

  // MARK: For the public

  /// What the public page shows, in this order: the newest release of each, one that counts everything before one of a
  /// part.
  private static let subjects: [[FactField]] = [
    [.year], [.form], [.province], [.ageBand, .sex], [.sex], [.ageBand], [.assisted], [.sector], [.destination],
    [.origin], [.crossedBorder],
  ]

  private func forThePublic(_ visit: Visit) async throws -> Answer {
    let (words, terms) = (visit.words, FactTerms(visit))
    let published = try await desks.openData.releases().filter { $0.state == .published }
    var sections: [[String: Any]] = []
    for subject in Self.subjects {
      let fitting = published.filter { $0.choice.axes == subject }
      guard let release = fitting.first(where: { $0.choice.filter.isEmpty }) ?? fitting.first else { continue }
      let open = try await desks.openData.release(
        release.slug.description, version: "v\(release.version)")
      guard let table = open.table else { continue }
      sections.append(section(table, release, visit, terms))
    }
    var model: [String: Any] = [
      "title": words("statistics.overview.open_title"),
      "heading": Heading(
        title: words("statistics.overview.open_title"),
        lead: words("statistics.overview.open_lead", ["country": desks.pack.name[visit.language]]),
        back: .init(address: "/open-data", label: words("statistics.open.title"))
      ).view, "sections": sections, "says": words("statistics.open.method_not"), "isProtected": true,
    ]
    if sections.isEmpty { model["empty"] = words("statistics.open.none") }
    return .page("statistics/overview", model)
  }

  private func section(
    _ table: OpenTable, _ release: Release, _ visit: Visit, _ terms: FactTerms
  ) -> [String: Any] {
    let language = visit.language
    let first = release.choice.rows
    let rows = (table.dimensions.first?.codes ?? []).filter { !FactCodes.category($0.code).isMissing }
      .compactMap { code in table.cell(code.code)?.count.map { (code.code, code.name[language], $0) } }
    let title = Finding(
      plain: table.title[language], column: first,
      known: table.cells.first { $0.of != nil && ($0.at.count < 2 || $0.at[1] == nil) }?.of,
      largest: rows.max { ($0.2, $1.0) < ($1.2, $0.0) }.map { ($0.1, $0.2) }
    ).title(terms)
    var data = PictureData(table, terms, source: TablePages.source(table, visit))
    data.title = title
    return [
      "title": title, "anchor": release.slug.description,
      "charts": data.kinds.map { data.svg($0, desks.pack) }, "table": OpenTableView(table, terms).table.view,
      "denominator": table.denominator[language],
      "hidden": table.protection.hiddenCells == 0
        ? "" : visit.words("statistics.tables.hidden_count", ["count": String(table.protection.hiddenCells)]),
      "link": [
        "address": release.address,
        "label": visit.words(
          "statistics.overview.release",
          ["version": String(release.version), "day": release.publishedAt.map { visit.dates.day(of: $0) } ?? ""]),
      ],
    ]
  }
}

/// A title that says what is seen: of what there is most, how many, and of how many.
private struct Finding {
  /// What the table is called without it.
  var plain: String
  var column: FactField
  /// How many there are whose column is known; `nil` when that is hidden.
  var known: Int?
  var largest: (name: String, count: Int)?

  func title(_ terms: FactTerms) -> String {
    guard let largest, largest.count > 0, let known, known >= largest.count else { return plain }
    return terms.words(
      "statistics.overview.finding",
      [
        "title": plain, "name": largest.name, "count": terms.number(largest.count), "known": terms.number(known),
        "share": terms.share(Share(count: largest.count, denominator: known)),
      ])
  }
}
