import Accounts
import Basics
import CountryPack
import NationalPlan

/// A plan's activities, its objectives with their indicators, its time and its money.
struct PlanListPages {
  static let pageSize = 50
  let desks: Desks
  var desk: NationalPlanDesk { desks.plans }

  func add(to routes: Routes) {
    let base = NationalPlanPages.path + "/:plan/"
    routes.list(base + "activities", activities)
    routes.list(base + "indicators", indicators)
    routes.get(base + "gantt", gantt)
    routes.list(base + "money", money)
  }

  private func screen(_ visit: Visit, isWhole: Bool = false) async throws -> (Actor, PlanScreen) {
    let actor = try visit.actor()
    return (actor, PlanScreen(visit, try await desk.look(actor, try visit.id("plan"), isWhole: isWhole)))
  }

  // MARK: Activities

  /// What is chosen in a list: an axis, a state or what is late, an institution, a province.
  struct Choice {
    var axis = "", objective = "", state = "", lead = "", province = "", quarter = ""

    init(_ query: Form) {
      objective = query["objective"] ?? ""
      axis = query["axis"] ?? ""
      state = query["state"] ?? ""
      lead = query["lead"] ?? ""
      province = query["province"] ?? ""
      quarter = query["quarter"] ?? ""
    }

    func keeps(_ activity: PlanActivity, _ axes: [String: String], _ screen: PlanScreen) -> Bool {
      (axis.isEmpty || axes[activity.objective] == axis) && (objective.isEmpty || activity.objective == objective)
        && (lead.isEmpty || screen.answers(lead, for: activity.lead))
        && (province.isEmpty || activity.provinces.contains(province))
        && (quarter.isEmpty || Self.name(Quarter(activity.until)) == quarter)
        && (state.isEmpty || (state == "late" ? activity.isLate(on: screen.today) : activity.state.rawValue == state))
    }

    private static func name(_ quarter: Quarter) -> String { "\(quarter.year)-\(quarter.number)" }

    var query: String {
      [
        ("axis", axis), ("objective", objective), ("state", state), ("lead", lead), ("province", province),
        ("quarter", quarter),
      ].filter { !$0.1.isEmpty }
        .map { "\($0)=\(Form.encoded($1))" }.joined(separator: "&")
    }
  }

  private func chosen(_ screen: PlanScreen) -> (Choice, [PlanActivity]) {
    let choice = Choice(screen.visit.query)
    let axes = Dictionary(screen.plan.objectives.map { ($0.code, $0.axis) }) { first, _ in first }
    return (choice, screen.plan.activities.filter { choice.keeps($0, axes, screen) })
  }

  private func finder(_ screen: PlanScreen, _ choice: Choice, _ rest: String) -> [String: Any] {
    let words = screen.words
    func select(_ name: String, _ label: String, _ value: String, _ options: [(String, String)]) -> [String: Any] {
      [
        "name": name, "label": words(label),
        "options": ([("", words("plan.any"))] + options).map {
          ["value": $0.0, "label": $0.1, "chosen": $0.0 == value] as [String: Any]
        },
      ]
    }
    let provinces = Set(screen.plan.activities.flatMap(\.provinces)).map { ($0, screen.province($0)) }
      .sorted { $0.1.listOrder < $1.1.listOrder }
    let quarters = Set(screen.plan.activities.map { Quarter($0.until) }).sorted()
      .map { ("\($0.year)-\($0.number)", screen.quarter($0)) }
    let hidden: [[String: Any]] = choice.objective.isEmpty ? [] : [["name": "objective", "value": choice.objective]]
    let days: [[String: Any]] = []
    return [
      "action": screen.address(rest), "submit": words("plan.show"), "hidden": hidden, "days": days,
      "selects": [
        select("axis", "plan.axis", choice.axis, screen.plan.axes.map { ($0.code, $0.name[screen.language]) }),
        select(
          "state", "plan.state_term", choice.state,
          [("late", words("plan.late"))] + ActivityState.allCases.map { ($0.rawValue, screen.state($0)) }),
        select("lead", "plan.held_by", choice.lead, screen.holders.map { ($0.code, $0.name) }),
        select("province", "plan.province", choice.province, provinces),
        select("quarter", "plan.quarter_due", choice.quarter, quarters),
      ],
    ]
  }

  private func activities(_ visit: Visit) async throws -> Answer {
    let (actor, screen) = try await screen(visit)
    let words = visit.words
    let (choice, all) = chosen(screen)
    let pages = Pages(visit, path: screen.address("activities"), size: Self.pageSize, total: all.count)
    let shown = all.dropFirst(pages.offset).prefix(Self.pageSize)
    let table = DataTable(
      caption: words("plan.activities"),
      columns: [
        words("plan.code"), words("plan.activity"), words("plan.state_term"), words("plan.held_by"),
        words("plan.where"), words("plan.time_term"),
      ],
      rows: shown.map { one in
        [
          .text(one.code), .link(one.name[visit.language], address: screen.address(of: one)),
          .status(screen.status(one)), .text(screen.holder(one)), .text(screen.places(one)), .text(screen.time(one)),
        ]
      })
    var further: [String: Any] = ["tabs": screen.tabs("activities"), "finder": finder(screen, choice, "activities")]
    let query = choice.query.isEmpty ? "" : choice.query + "&"
    let address = screen.address("activities") + "?" + query
    if pages.offset > 0 { further["first"] = address + "page=1" }
    if pages.offset + Self.pageSize < all.count { further["next"] = address + "page=\(pages.number + 1)" }
    return ProtectionSection.page(
      Heading(
        title: words("plan.activities"), eyebrow: screen.plan.name[visit.language],
        next: actor.may(.keepPlan) ? screen.nextStep : nil),
      [
        ProtectionSection(
          title: words("plan.found", ["count": String(all.count)]), anchor: "found",
          table: all.isEmpty ? nil : table, sheet: sheet(shown, screen), empty: words("plan.no_activities"))
      ], further: further)
  }

  private func sheet(_ activities: ArraySlice<PlanActivity>, _ screen: PlanScreen) -> ListSheet.Part {
    ListSheet.Part(
      title: screen.words("plan.activities"),
      columns: [
        "plan.code", "plan.activity", "plan.state_term", "plan.held_by", "plan.where", "lists.from_day",
        "lists.until_day",
      ],
      rows: activities.map { one in
        [
          .typed(one.code), .typed(one.name[screen.language]), .typed(screen.status(one).text),
          .typed(screen.holder(one)), .typed(screen.places(one)), .day(one.from), .day(one.until),
        ]
      })
  }

  // MARK: Objectives and indicators

  private func indicators(_ visit: Visit) async throws -> Answer {
    let (actor, screen) = try await screen(visit)
    let words = visit.words
    let byObjective = Dictionary(grouping: screen.plan.indicators, by: \.objective)
    let counts = screen.plan.activities.reduce(into: [String: Int]()) { $0[$1.objective, default: 0] += 1 }
    let sections = screen.plan.axes.enumerated().map { place, axis in
      let objectives = screen.plan.objectives.filter { $0.axis == axis.code }
      return ProtectionSection(
        title: axis.name[visit.language], anchor: "axis-\(place)",
        rows: objectives.flatMap { objective in
          [
            WorkRow(
              title: objective.name[visit.language], address: screen.address("objectives/\(objective.code)"),
              facts: [
                objective.code, words("plan.activities_of", ["count": String(counts[objective.code] ?? 0)]),
              ])
          ] + (byObjective[objective.code] ?? []).map { PlanPartPages.row($0, screen) }
        }, empty: words("plan.no_objectives"))
    }
    let links: [HomeSection.Link] =
      actor.may(.keepPlan)
      ? [
        .init(address: screen.address("objectives/new"), label: words("plan.new_objectives")),
        .init(address: screen.address("indicators/new"), label: words("plan.new_indicators")),
      ] : []
    return ProtectionSection.page(
      Heading(
        title: words("plan.indicators"), lead: words("plan.indicators_lead"),
        eyebrow: screen.plan.name[visit.language]),
      sections
        + (links.isEmpty
          ? [] : [ProtectionSection(title: words("plan.add"), anchor: "add", links: links)]),
      further: ["tabs": screen.tabs("indicators")])
  }

  // MARK: Time

  private func gantt(_ visit: Visit) async throws -> Answer {
    let (_, screen) = try await screen(visit)
    let words = visit.words
    let (choice, all) = chosen(screen)
    let pages = Pages(visit, path: screen.address("gantt"), size: PlanGantt.most, total: all.count)
    let shown = Array(all.dropFirst(pages.offset).prefix(PlanGantt.most))
    let chart = PlanGantt(shown, screen)
    var model: [String: Any] = [
      "title": words("plan.gantt"),
      "heading": Heading(
        title: words("plan.gantt"), lead: words("plan.gantt_lead"), eyebrow: screen.plan.name[visit.language]
      ).view,
      "tabs": screen.tabs("gantt"), "finder": finder(screen, choice, "gantt"), "isEmpty": shown.isEmpty,
    ]
    if !shown.isEmpty {
      model["chart"] = chart.svg
      model["table"] = chart.table.view
    }
    let query = choice.query.isEmpty ? "" : choice.query + "&"
    let address = screen.address("gantt") + "?" + query
    if pages.offset > 0 { model["first"] = address + "page=1" }
    if pages.offset + PlanGantt.most < all.count { model["next"] = address + "page=\(pages.number + 1)" }
    return .page("plan/gantt", model)
  }

  // MARK: Money

  private func money(_ visit: Visit) async throws -> Answer {
    let (_, screen) = try await screen(visit)
    let words = visit.words
    let money = screen.look.money
    func row(_ name: String, _ line: PlanMoneyTable.Line) -> [DataTable.Cell] {
      let share = line.budget > .zero ? Double(line.spent.cents) / Double(line.budget.cents) * 100 : 0
      return [
        .text(name), .text(line.currency), .shown(screen.money(line.budget, line.currency), line.budget.cell),
        .shown(screen.money(line.spent, line.currency), line.spent.cell), .bar(share),
      ]
    }
    let columns = [
      words("plan.money_source"), words("plan.currency"), words("plan.kind.budget"), words("plan.kind.spent"),
      words("plan.spent_share"),
    ]
    return ProtectionSection.page(
      Heading(
        title: words("plan.money"), lead: words("plan.money_lead"), eyebrow: screen.plan.name[visit.language]),
      [
        ProtectionSection(
          title: words("plan.money_totals"), anchor: "totals",
          table: money.totals.isEmpty
            ? nil
            : DataTable(
              caption: words("plan.money_totals"), columns: columns,
              rows: money.totals.map { row(words("plan.all_sources"), $0) }), empty: words("plan.no_money")),
        ProtectionSection(
          title: words("plan.money_by_source"), anchor: "sources",
          table: money.lines.isEmpty
            ? nil
            : DataTable(
              caption: words("plan.money_by_source"), columns: columns, rows: money.lines.map { row($0.source, $0) }),
          empty: words("plan.no_money")),
        ProtectionSection(
          title: words("plan.currencies"), anchor: "currencies",
          rows: desks.pack.currencies.map { one in
            WorkRow(
              title: "\(one.code) · \(one.name[visit.language])", address: "",
              facts: [
                one.from.map { words("plan.since_day", ["day": visit.dates.day($0)]) },
                one.until.map { words("plan.until_day", ["day": visit.dates.day($0)]) }, one.source,
              ].compactMap { $0 })
          }),
      ], further: ["tabs": screen.tabs("money")])
  }
}
