import Accounts
import Basics
import CountryPack
import Referrals
import Statistics

/// How referrals go: how soon they are answered, what is accepted and by whom, what is declined and why, what is late, and
/// the way from the interview to the closed case. A quarter stands in the address.
struct ReferralFigurePages: RoomPages {
  static let path = "/referrals/figures"
  let desks: Desks

  func add(to routes: Routes) {
    routes.get(Self.path, page)
    routes.get(Self.path + ".csv") { visit in
      let choice = try Choice(visit, try visit.actor())
      return .file(try await tables(visit, choice).csv, name: choice.file + ".csv", type: "text/csv")
    }
    routes.get(Self.path + ".xlsx") { visit in
      let choice = try Choice(visit, try visit.actor())
      return .file(
        try await tables(visit, choice).spreadsheet.bytes, name: choice.file + ".xlsx",
        type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    }
  }

  /// Whether somebody has figures to see here.
  static func isOpen(to actor: Actor) -> Bool { actor.may(.readCounts) || actor.receivesReferrals }

  /// Which quarter, of whose referrals.
  private struct Choice {
    let quarter: CalendarQuarter
    let isOwn: Bool
    let actor: Actor

    init(_ visit: Visit, _ actor: Actor) throws {
      guard ReferralFigurePages.isOpen(to: actor) else { throw Refusal.forbidden }
      let today = CalendarQuarter(visit.dates.today)
      let asked = visit.query["quarter"].flatMap { CalendarQuarter($0) } ?? today
      // Nothing has been sent in a quarter that is still to come.
      quarter = min(asked, today)
      isOwn = actor.receivesReferrals && (visit.query["show"] != "all" || !actor.may(.readCounts))
      self.actor = actor
    }

    func query(_ quarter: CalendarQuarter) -> String { "quarter=\(quarter)&show=" + (isOwn ? "own" : "all") }
    var file: String { "amparo-derivaciones-\(quarter)" + (isOwn ? "-propias" : "") }
  }

  private func tables(_ visit: Visit, _ choice: Choice) async throws -> ReferralFigureTables {
    let desk = ReferralFigureDesk(desks.office, desks.pack)
    let sheet =
      choice.isOwn
      ? try await desk.own(choice.actor, choice.quarter) : try await desk.all(choice.actor, choice.quarter)
    let names = try await desks.agencies.directory(choice.actor)
    let rules = desks.pack.statistics
    let values = [
      "day": visit.dates.day(visit.dates.today), "most": String(rules.threshold - 1), "base": String(rules.roundTo),
    ]
    return ReferralFigureTables(
      sheet: sheet, terms: FactTerms(visit),
      desks: Dictionary(names.map { ($0.id.description, $0.name) }) { first, _ in first },
      source: visit.words(choice.isOwn ? "referrals.figures.source_own" : "referrals.figures.source", values))
  }

  private func page(_ visit: Visit) async throws -> Answer {
    let choice = try Choice(visit, try visit.actor())
    let (words, actor, quarter) = (visit.words, choice.actor, choice.quarter)
    let tables = try await tables(visit, choice)
    let hasReferrals = actor.may(.sendReferral) || actor.may(.answerReferral) || actor.may(.readReferralEnvelopes)
    var model: [String: Any] = [
      "heading": Heading(
        title: words("referrals.figures.title"),
        lead: words(choice.isOwn ? "referrals.figures.lead_own" : "referrals.figures.lead"),
        back: hasReferrals
          ? HomeSection.Link(address: "/referrals", label: words("referrals.title"))
          : HomeSection.Link(address: "/counts", label: words("statistics.counts.title"))
      ).view,
      "period": tables.quarter(quarter), "says": tables.source, "isOwn": choice.isOwn,
      "show": choice.isOwn ? "own" : "all",
      "quarters": quarters(quarter, visit).map { one in
        ["value": one.description, "label": tables.quarter(one), "chosen": one == quarter] as [String: Any]
      },
      "before": [
        "address": "\(Self.path)?\(choice.query(quarter.adding(-1)))", "label": tables.quarter(quarter.adding(-1)),
      ],
      "facts": Definitions(facts(tables.sheet, visit, tables.terms)).view,
      "tables": tables.all.map(tables.view),
      "isEmpty": tables.sheet.sentCount == 0,
      "files": ["csv", "xlsx"].map {
        [
          "address": "\(Self.path).\($0)?\(choice.query(quarter))", "label": words("referrals.figures.files.\($0)"),
        ]
      },
    ]
    if quarter < CalendarQuarter(visit.dates.today) {
      model["after"] = [
        "address": "\(Self.path)?\(choice.query(quarter.adding(1)))", "label": tables.quarter(quarter.adding(1)),
      ]
    }
    if actor.receivesReferrals, actor.may(.readCounts) {
      let addresses = ["own", "all"].map { "\(Self.path)?quarter=\(quarter)&show=\($0)" }
      model["tabs"] =
        Tabs(
          items: [
            (words("referrals.figures.own"), addresses[0]), (words("referrals.figures.all"), addresses[1]),
          ], current: addresses[choice.isOwn ? 0 : 1]
        ).view
    }
    return .page("referrals/figures", model)
  }

  /// The quarters that can be chosen: three years, and the one that is shown.
  private func quarters(_ shown: CalendarQuarter, _ visit: Visit) -> [CalendarQuarter] {
    let today = CalendarQuarter(visit.dates.today)
    let recent = (0..<12).map { today.adding(-$0) }
    return recent.contains(shown) ? recent : recent + [shown]
  }

  /// The few numbers above the tables.
  private func facts(_ sheet: ReferralFigureSheet, _ visit: Visit, _ terms: FactTerms) -> [(
    term: String, value: String
  )] {
    let words = visit.words
    func time(_ share: Double) -> String {
      guard let minutes = sheet.times.percentile(share, least: sheet.least) else {
        return words(sheet.isProtected ? "referrals.figures.too_few" : "referrals.figures.no_answer")
      }
      // To five minutes, so that it is nobody's exact time.
      return visit.dates.length(.minutes(sheet.isProtected && minutes >= 5 ? minutes / 5 * 5 : minutes))
    }
    let overdue = sheet.tables[.overdue].map { $0.count(nil) } ?? 0
    return [
      (words("referrals.figures.sent"), sheet.sentCount.map(terms.number) ?? words("statistics.tables.hidden")),
      (words("referrals.figures.median"), time(0.5)), (words("referrals.figures.p90"), time(0.9)),
      (words("referrals.figures.in_time"), terms.share(sheet.inTime)),
      (words("referrals.figures.overdue_now"), overdue.map(terms.number) ?? words("statistics.tables.hidden")),
    ]
  }
}
