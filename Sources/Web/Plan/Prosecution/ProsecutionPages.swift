import Accounts
import Basics
import CountryPack
import Documents
import NationalPlan

/// Investigations, prosecutions and convictions as counts: year by year, by offence, with what does not fit together.
struct ProsecutionPages: RoomPages {
  static let path = ProsecutionScreen.path
  let desks: Desks
  var desk: ProsecutionDesk { desks.prosecution }

  func add(to routes: Routes) {
    routes.get(Self.path, overview)
    routes.get(Self.path + "/stages/:stage", stagePage)
    ProsecutionEntryPages(desks: desks).add(to: routes)
    ProsecutionFilePages(desks: desks).add(to: routes)
    CoveragePages(desks: desks).add(to: routes)
  }

  // MARK: Year by year

  private func overview(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let (counts, terms) = try await desk.all(actor)
    let screen = ProsecutionScreen(visit, terms)
    let words = visit.words
    let book = ProsecutionBook(counts, terms: terms)
    let mayKeep = actor.may(.keepProsecution)
    let offered = mayKeep ? try await desk.offered(actor).count : 0
    var sections: [ProtectionSection] = []
    for offence in terms.wholeOffences where isTold(offence, book) {
      sections.append(years(screen, book, offence, counts))
    }
    if sections.isEmpty {
      sections.append(
        ProtectionSection(title: words("prosecution.years"), anchor: "years", empty: words("prosecution.nothing")))
    }
    sections.append(findings(screen, counts, desk.findings(counts, terms)))
    sections.append(stages(screen, counts))
    sections.append(files(words, mayKeep))
    var model: [String: Any] = [
      "title": words("prosecution.title"),
      "heading": Heading(
        title: words("prosecution.title"), lead: words("prosecution.lead"),
        back: .init(address: NationalPlanPages.path, label: words("plan.title")),
        next: mayKeep ? .init(address: Self.path + "/new", label: words("prosecution.new")) : nil
      ).view, "sections": sections.map(\.view), "hasOffered": offered > 0,
      "offered": words("prosecution.offered", ["count": String(offered)]),
    ]
    if let picture = picture(screen, book, counts) { model["picture"] = picture.svg }
    return .page("plan/prosecution", model)
  }

  private func isTold(_ offence: String, _ book: ProsecutionBook) -> Bool {
    book.series.contains { series in
      book.periods.contains { book.figure(series, $0, offence: offence) != nil }
    }
  }

  private func series(_ book: ProsecutionBook, telling offence: String) -> [ProsecutionSeries] {
    book.series.filter { series in book.periods.contains { book.figure(series, $0, offence: offence) != nil } }
  }

  private func years(
    _ screen: ProsecutionScreen, _ book: ProsecutionBook, _ offence: String, _ counts: [StoredProsecution]
  ) -> ProtectionSection {
    let all = series(book, telling: offence)
    let words = screen.words
    return ProtectionSection(
      title: screen.offence(offence), anchor: "offence-\(offence)", lead: words("prosecution.years_lead"),
      table: DataTable(
        caption: screen.offence(offence),
        columns: [words("prosecution.period")] + all.map { screen.series($0, book.periods.last) },
        rows: book.periods.reversed().map { period in
          [.text(screen.period(period))]
            + all.map { .number(screen.figure(book.figure($0, period, offence: offence))) }
        }),
      paragraphs: [words("prosecution.legend"), screen.sources(used(counts, terms: screen.terms, offence))])
  }

  private func used(
    _ counts: [StoredProsecution], terms: ProsecutionTerms, _ offence: String
  ) -> [ProsecutionSource] {
    let codes = Set([offence] + terms.parts(of: offence))
    return counts.filter { !$0.isWithdrawn && codes.contains($0.count.cell.offence) }.map(\.count.source)
  }

  /// The first offence's whole years as bars, up to five series: more can't be told apart.
  private func picture(
    _ screen: ProsecutionScreen, _ book: ProsecutionBook, _ counts: [StoredProsecution]
  ) -> Picture? {
    guard let offence = screen.terms.wholeOffences.first(where: { isTold($0, book) }) else { return nil }
    let shown = series(book, telling: offence).prefix(BarChart.mostSeries)
    let years = book.periods.filter { period in
      !period.isSpan && shown.contains { book.figure($0, period, offence: offence)?.number != nil }
    }
    guard !years.isEmpty else { return nil }
    let codes = shown.indices.map(String.init)
    let numbers = { (row: String, column: String?) -> Int? in
      guard let period = ProsecutionPeriod(row), let place = column.flatMap({ Int($0) }), shown.indices.contains(place)
      else { return nil }
      return book.figure(shown[place], period, offence: offence)?.number
    }
    let data = PictureData(
      title: screen.words("prosecution.picture", ["offence": screen.offence(offence)]),
      source: screen.sources(used(counts, terms: screen.terms, offence)),
      rows: years.map { .init(code: $0.description, label: screen.period($0)) },
      columns: zip(codes, shown).map { .init(code: $0, label: screen.short($1, among: shown, years.last)) },
      hidden: screen.words("prosecution.no_number"), number: screen.number, count: numbers)
    return data.picture(.bars, desks.pack)
  }

  // MARK: What stands beside

  private func findings(
    _ screen: ProsecutionScreen, _ counts: [StoredProsecution], _ findings: [ProsecutionFinding]
  ) -> ProtectionSection {
    let stored = Dictionary(counts.map { ($0.id.description, $0) }) { first, _ in first }
    let words = screen.words
    return ProtectionSection(
      title: words("prosecution.findings"), anchor: "findings", lead: words("prosecution.findings_lead"),
      rows: findings.compactMap { finding in
        guard let one = stored[finding.item] else { return nil }
        return WorkRow(
          title: finding.says[screen.language], address: ProsecutionScreen.address(one.id),
          facts: [screen.stage(one.count.cell.stage)] + screen.facts(one.count.cell),
          status: finding.weight == .error
            ? Status(text: words("prosecution.weight.error"), tone: .urgent)
            : Status(text: words("prosecution.weight.notice"), tone: .open))
      }, empty: words("prosecution.no_findings"))
  }

  private func stages(_ screen: ProsecutionScreen, _ counts: [StoredProsecution]) -> ProtectionSection {
    ProtectionSection(
      title: screen.words("prosecution.stages"), anchor: "stages",
      rows: ProsecutionStage.allCases.map { stage in
        let all = counts.count { $0.count.cell.stage == stage && !$0.isWithdrawn }
        return WorkRow(
          title: screen.stage(stage), address: ProsecutionScreen.address(stage),
          facts: [
            screen.words("prosecution.counts_of", ["count": String(all)]),
            screen.words("prosecution.stage_about.\(stage.rawValue)"),
          ])
      })
  }

  private func files(_ words: Words, _ mayKeep: Bool) -> ProtectionSection {
    var links: [HomeSection.Link] = [
      .init(address: Self.path + "/counts.xlsx", label: words("prosecution.xlsx")),
      .init(address: Self.path + "/counts.csv", label: words("prosecution.csv")),
      .init(address: CoveragePages.path, label: words("coverage.title")),
    ]
    if mayKeep {
      links.insert(.init(address: ProsecutionFilePages.importPath, label: words("prosecution.import")), at: 0)
    }
    return ProtectionSection(
      title: words("prosecution.files"), anchor: "files", paragraphs: [words("prosecution.public_note")], links: links)
  }

  // MARK: One stage

  private func stagePage(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    guard let stage = ProsecutionStage(rawValue: visit.part("stage")) else { throw Refusal.notFound }
    let (counts, terms) = try await desk.all(actor)
    let screen = ProsecutionScreen(visit, terms)
    let words = visit.words
    let book = ProsecutionBook(counts, terms: terms)
    var sections = book.series.filter { $0.stage == stage }.enumerated().flatMap { place, series in
      let sources = counts.filter {
        !$0.isWithdrawn && $0.count.cell.stage == stage && $0.count.cell.unit == series.unit
          && $0.count.cell.institution == series.institution
      }.map(\.count.source)
      let whole = ProtectionSection(
        title: screen.series(series, book.periods.last), anchor: "series-\(place)", table: table(screen, book, series),
        paragraphs: [screen.sources(sources)])
      return [whole] + parted(screen, book, series, "series-\(place)")
    }
    let own = counts.filter { $0.count.cell.stage == stage }.sorted {
      ($1.count.cell.period, $0.count.cell.institution) < ($0.count.cell.period, $1.count.cell.institution)
    }
    sections.append(
      ProtectionSection(
        title: words("prosecution.entries"), anchor: "entries", rows: own.prefix(200).map(screen.row),
        empty: words("prosecution.nothing"),
        paragraphs: own.count > 200 ? [words("prosecution.entries_cut", ["count": String(own.count)])] : []))
    return ProtectionSection.page(
      Heading(
        title: screen.stage(stage), lead: words("prosecution.stage_about.\(stage.rawValue)"),
        back: .init(address: Self.path, label: words("prosecution.title")),
        next: actor.may(.keepProsecution)
          ? .init(address: Self.path + "/new?stage=\(stage.rawValue)", label: words("prosecution.new")) : nil), sections
    )
  }

  /// By outcome, sex and age, where a source parts them: what the questionnaires ask of persons prosecuted and convicted.
  private func parted(
    _ screen: ProsecutionScreen, _ book: ProsecutionBook, _ series: ProsecutionSeries, _ anchor: String
  ) -> [ProtectionSection] {
    guard let offence = screen.terms.wholeOffences.first else { return [] }
    let ways:
      [(key: String, path: WritableKeyPath<ProsecutionCell, String>, codes: [String], name: (String) -> String)] = [
        ("outcome", \.outcome, screen.terms.outcomes(of: series.stage).map(\.code), screen.outcome),
        ("sex", \.sex, screen.terms.sexes.map(\.code), screen.sex), ("age", \.age, ProsecutionCell.ages, screen.age),
      ]
    return ways.compactMap { key, path, codes, name in
      func figure(_ period: ProsecutionPeriod, _ code: String) -> ProsecutionFigure? {
        var cell = ProsecutionCell(
          period: period, institution: series.institution, stage: series.stage, unit: series.unit, offence: offence)
        cell[keyPath: path] = code
        return book.figure(cell)
      }
      let shown = codes.filter { code in book.periods.contains { figure($0, code) != nil } }
      let told = book.periods.filter { period in shown.contains { figure(period, $0) != nil } }
      guard !told.isEmpty else { return nil }
      let title = screen.words("prosecution.by_\(key)")
      return ProtectionSection(
        title: title, anchor: "\(anchor)-\(key)",
        table: DataTable(
          caption: title + ": " + screen.series(series, told.last),
          columns: [screen.words("prosecution.period")] + shown.map(name),
          rows: told.reversed().map { period in
            [.text(screen.period(period))] + shown.map { .number(screen.figure(figure(period, $0))) }
          }))
    }
  }

  private func table(
    _ screen: ProsecutionScreen, _ book: ProsecutionBook, _ series: ProsecutionSeries
  ) -> DataTable {
    let offences = book.offences(of: series)
    let told = book.periods.filter { period in
      offences.contains { book.figure(series, period, offence: $0) != nil }
    }
    return DataTable(
      caption: screen.series(series, told.last),
      columns: [screen.words("prosecution.period")] + offences.map(screen.offence),
      rows: told.reversed().map { period in
        [.text(screen.period(period))]
          + offences.map { .number(screen.figure(book.figure(series, period, offence: $0))) }
      })
  }
}
