import Accounts
import Basics
import CountryPack
import Documents
import NationalPlan

/// The yearly report: written from the data, with the words of those who keep the plan; as a page and as a PDF.
struct PlanReportPages {
  let desks: Desks
  var desk: NationalPlanDesk { desks.plans }

  func add(to routes: Routes) {
    let base = NationalPlanPages.path + "/:plan/report"
    routes.get(base, newest)
    routes.get(base + "/:year", page)
    routes.get(base + "/:year/pdf", paper)
    routes.get(base + "/:year/edit") { visit in try await editPage(visit, visit.sheet) }
    routes.post(base + "/:year/edit", edit)
  }

  private func screen(_ visit: Visit) async throws -> (Actor, PlanScreen) {
    let actor = try visit.actor()
    return (actor, PlanScreen(visit, try await desk.look(actor, try visit.id("plan"))))
  }

  private func year(_ visit: Visit, _ screen: PlanScreen) throws -> PlanYear {
    guard let year = Int(visit.part("year")), PlanYear.years(screen.plan, today: screen.today).contains(year) else {
      throw Refusal.notFound
    }
    return PlanYear(screen.look, year: year, today: screen.today)
  }

  private func newest(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let screen = PlanScreen(visit, try await desk.look(actor, try visit.id("plan"), isWhole: false))
    let years = PlanYear.years(screen.plan, today: screen.today)
    return ProtectionSection.page(
      Heading(title: visit.words("plan.report"), lead: visit.words("plan.report_lead")),
      [
        ProtectionSection(
          title: visit.words("plan.report_years"), anchor: "years",
          rows: years.map {
            WorkRow(title: visit.words("plan.report_of", ["year": String($0)]), address: screen.address("report/\($0)"))
          }, empty: visit.words("plan.not_in_force"))
      ], further: ["tabs": screen.tabs("report")])
  }

  // MARK: The page

  private func texts(_ visit: Visit, _ actor: Actor, _ screen: PlanScreen, _ year: Int) async throws -> [ReportText] {
    try await desk.reportTexts(actor, screen.look.id, year: year)
  }

  private func written(_ section: ReportText.Section, _ texts: [ReportText], _ language: Language) -> [String] {
    let text = texts.first { $0.section == section && $0.language == language }?.words ?? ""
    return text.split(separator: "\n").map(String.init)
  }

  private func page(_ visit: Visit) async throws -> Answer {
    let (actor, screen) = try await screen(visit)
    let data = try year(visit, screen)
    let texts = try await texts(visit, actor, screen, data.year)
    let words = visit.words
    func own(_ section: ReportText.Section) -> ProtectionSection {
      ProtectionSection(
        title: words("plan.report_section.\(section.rawValue)"), anchor: section.rawValue,
        empty: written(section, texts, visit.language).isEmpty ? words("plan.report_unwritten") : nil,
        paragraphs: written(section, texts, visit.language))
    }
    let base = "report/\(data.year)"
    var foreword = own(.foreword)
    foreword.links = [.init(address: screen.address(base + "/pdf"), label: words("plan.report_pdf"))]
    let campaigns = CampaignReport(visit, try await desks.campaigns.look(actor), of: screen.look, year: data.year)
    return ProtectionSection.page(
      Heading(
        title: words("plan.report_of", ["year": String(data.year)]), lead: screen.plan.name[visit.language],
        back: screen.back("report", "plan.report"),
        next: actor.may(.keepPlan)
          ? .init(address: screen.address(base + "/edit"), label: words("plan.report_edit")) : nil),
      [foreword] + tables(data, screen) + [campaigns.section].compactMap { $0 }
        + [own(.achieved), own(.difficult), own(.next)],
      further: ["tabs": screen.tabs("report")])
  }

  /// In the year in which a version begins: until when the one before was in force, with its report.
  private func before(_ data: PlanYear, _ screen: PlanScreen) -> (says: String, link: HomeSection.Link)? {
    let earlier = screen.look.versions.first { $0.head.version < screen.plan.version }
    guard screen.plan.from.year == data.year, let earlier, let until = earlier.head.until, until.year == data.year
    else { return nil }
    let version = String(earlier.head.version)
    return (
      screen.words("plan.report_before", ["day": screen.visit.dates.day(until), "number": version]),
      .init(
        address: PlanScreen.address(earlier.id, "report/\(data.year)"),
        label: screen.words("plan.report_of", ["year": String(data.year)]) + ", "
          + screen.words("plan.version", ["number": version]))
    )
  }

  private func tables(_ data: PlanYear, _ screen: PlanScreen) -> [ProtectionSection] {
    let (words, language) = (screen.words, screen.language)
    let earlier = before(data, screen)
    return [
      ProtectionSection(
        title: words("plan.report_progress_title"), anchor: "progress",
        lead: words("plan.done_of", ["done": String(data.tally.done), "all": String(data.tally.all)]),
        table: screen.tallies(
          words("plan.by_axis"), words("plan.axis"),
          screen.plan.axes.map { ($0.name[language], data.axes[$0.code] ?? PlanTally(), nil) }),
        paragraphs: earlier.map { [$0.says] } ?? [],
        links: earlier.map { [$0.link] } ?? []),
      ProtectionSection(
        title: words("plan.report_done"), anchor: "done",
        rows: data.done.prefix(200).map { one in
          var row = screen.row(one)
          row.facts = [one.code, screen.places(one)] + achieved(one, screen)
          return row
        }, empty: words("plan.since_nothing")),
      ProtectionSection(
        title: words("plan.late"), anchor: "late", rows: data.late.prefix(200).map(screen.row),
        empty: words("plan.nothing_late")),
      ProtectionSection(
        title: words("plan.indicators"), anchor: "indicators",
        table: data.indicators.isEmpty
          ? nil
          : DataTable(
            caption: words("plan.indicators"),
            columns: [
              words("plan.indicator"), words("plan.baseline"), words("plan.target"), words("plan.value"),
              words("plan.source_term"),
            ],
            rows: data.indicators.map { one, value in
              [
                .link(one.name[language], address: screen.address("indicators/\(one.code)")),
                .number(one.baseline.map(screen.number) ?? "–"), .number(one.target.map(screen.number) ?? "–"),
                .number(value.map { screen.number($0.value) } ?? "–"), .text(value?.source ?? one.source),
              ]
            }), empty: words("plan.no_indicators")),
      ProtectionSection(
        title: words("plan.money"), anchor: "money",
        table: data.money.lines.isEmpty
          ? nil
          : DataTable(
            caption: words("plan.money"),
            columns: [words("plan.money_source"), words("plan.kind.budget"), words("plan.kind.spent")],
            rows: (data.money.lines + data.money.totals).map { line in
              [
                .text(line.source.isEmpty ? words("plan.all_sources") : line.source),
                .number(screen.money(line.budget, line.currency)), .number(screen.money(line.spent, line.currency)),
              ]
            }), empty: words("plan.no_money")),
      ProtectionSection(
        title: words("plan.decisions"), anchor: "decisions",
        rows: data.decisions.map { PlanMeetingPages.row($0, screen) },
        empty: words("plan.no_decisions")),
    ]
  }

  // MARK: The PDF

  private func paper(_ visit: Visit) async throws -> Answer {
    let (actor, screen) = try await screen(visit)
    let data = try year(visit, screen)
    let texts = try await texts(visit, actor, screen, data.year)
    let (words, language) = (visit.words, visit.language)
    func own(_ section: ReportText.Section) -> [TextSheet.Block] {
      let paragraphs = written(section, texts, language)
      guard !paragraphs.isEmpty else { return [] }
      return [.heading(words("plan.report_section.\(section.rawValue)"))] + paragraphs.map { .text($0) }
    }
    func tally(_ tally: PlanTally) -> String {
      words("plan.done_of", ["done": String(tally.done), "all": String(tally.all)])
        + " · " + words("plan.late_count", ["count": String(tally.late)])
    }
    var blocks = own(.foreword) + [.heading(words("plan.report_progress_title"))]
    if let earlier = before(data, screen) { blocks.append(.text(earlier.says)) }
    blocks += screen.plan.axes.map { axis in
      .line(term: axis.name[language], value: tally(data.axes[axis.code] ?? PlanTally()))
    }
    func joined(_ parts: [String]) -> String { parts.filter { !$0.isEmpty }.joined(separator: " · ") }
    blocks += list(
      words("plan.report_done"),
      data.done.prefix(200).map {
        ($0.name[language], joined([screen.lead($0), screen.places($0)] + achieved($0, screen)))
      })
    blocks += list(
      words("plan.late"),
      data.late.prefix(200).map {
        ($0.name[language], joined([screen.status($0).text, screen.time($0), screen.holder($0)]))
      })
    blocks += list(
      words("plan.indicators"),
      data.indicators.map { one, value in
        let found = value.map { screen.number($0.value) + " (" + $0.source + ")" } ?? words("plan.no_values")
        let target = one.target.map { words("plan.target_is", ["number": screen.number($0)]) }
        return (one.name[language], ([found] + [target].compactMap { $0 }).joined(separator: " · "))
      })
    blocks += list(
      words("plan.money"),
      (data.money.lines + data.money.totals).map { line in
        (
          line.source.isEmpty ? words("plan.all_sources") : line.source,
          words("plan.kind.budget") + ": " + screen.money(line.budget, line.currency) + " · "
            + words("plan.kind.spent") + ": " + screen.money(line.spent, line.currency)
        )
      })
    blocks += list(
      words("plan.decisions"),
      data.decisions.map { one in
        let row = PlanMeetingPages.row(one, screen)
        return (one.words, joined([row.status?.text ?? "", row.facts[0], row.holder ?? ""]))
      })
    blocks += CampaignReport(visit, try await desks.campaigns.look(actor), of: screen.look, year: data.year).blocks
    blocks += own(.achieved) + own(.difficult) + own(.next)
    let sheet = TextSheet(
      title: words("plan.report_of", ["year": String(data.year)]), header: screen.plan.name[language],
      footer: words("plan.report_footer", ["day": visit.dates.day(screen.today)]), blocks: blocks)
    return .file(
      try sheet.pdf(on: .a4, created: desks.office.clock.now(), language),
      name: "amparo-plan-\(screen.plan.code)-\(data.year)-\(language).pdf", type: "application/pdf")
  }

  /// When an activity was done, what came of it and where that can be seen.
  private func achieved(_ one: PlanActivity, _ screen: PlanScreen) -> [String] {
    let words = screen.words
    return [
      one.doneOn.map { words("plan.done_day", ["day": screen.visit.dates.day($0)]) } ?? "",
      one.result.isEmpty ? "" : words("plan.result_is", ["result": one.result]),
      one.evidence.isEmpty ? "" : words("plan.evidence_is", ["evidence": one.evidence]),
    ].filter { !$0.isEmpty }
  }

  private func list(_ title: String, _ lines: [(String, String)]) -> [TextSheet.Block] {
    lines.isEmpty
      ? []
      : [.heading(title)] + lines.flatMap { [TextSheet.Block.title($0), .text($1)] }
  }

  // MARK: Its words

  private func editPage(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    try visit.actor().require(.keepPlan)
    let (actor, screen) = try await screen(visit)
    let data = try year(visit, screen)
    let texts = try await texts(visit, actor, screen, data.year)
    let base = "report/\(data.year)"
    return ProtectionSection.form(
      Heading(
        title: visit.words("plan.report_edit"), lead: visit.words("plan.report_edit_lead"),
        back: .init(address: screen.address(base), label: visit.words("plan.back"))), sheet,
      action: screen.address(base + "/edit"), cancel: screen.address(base)
    ) { fields($0, texts) }
  }

  private func fields(_ sheet: FormSheet, _ texts: [ReportText]) -> [FormSheet.Field] {
    ReportText.Section.allCases.flatMap { section in
      [Language.spanish, .english].flatMap { language in
        let there = texts.first { $0.section == section && $0.language == language }
        let name = "\(section.rawValue)_\(language)"
        return [
          sheet.seen(there?.revision ?? 0, as: "revision_\(name)"),
          sheet.area(
            name,
            label: sheet.words("plan.report_section.\(section.rawValue)") + " · "
              + sheet.words("plan.in_language_\(language)"), value: there?.words ?? "", rows: 6, optional: true),
        ]
      }
    }
  }

  private func edit(_ visit: Visit) async throws -> Answer {
    try visit.actor().require(.keepPlan)
    let (actor, screen) = try await screen(visit)
    let data = try year(visit, screen)
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      var texts: [ReportText] = []
      for section in ReportText.Section.allCases {
        for language in [Language.spanish, .english] {
          let name = "\(section.rawValue)_\(language)"
          let revision = reader.value("revision_\(name)", or: "error.unknown_code") { Int($0) }
          texts.append(
            ReportText(
              section: section, language: language, words: reader.text(name, upTo: 10_000, required: false),
              revision: revision ?? 0))
        }
      }
      try reader.check()
      for text in texts { try await desk.put(actor, text, of: data.year, in: screen.look.id) }
      return .goTo(screen.address("report/\(data.year)"))
    } orShow: {
      try await editPage(visit, $0)
    }
  }
}
