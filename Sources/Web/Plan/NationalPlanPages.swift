import Accounts
import Basics
import CountryPack
import NationalPlan

/// The national plan and its local ones: which there are, taking one over, and the overview of one.
struct NationalPlanPages: RoomPages {
  static let path = "/plan"
  let desks: Desks
  var desk: NationalPlanDesk { desks.plans }

  let navigation = [
    NavigationEntry(path: NationalPlanPages.path, key: "plan.menu", permission: .keepPlan, isForEverybody: true)
  ]

  func add(to routes: Routes) {
    routes.list(Self.path, list)
    routes.get(Self.path + "/take") { visit in
      try visit.actor().require(.keepPlan)
      return .goTo(Self.path)
    }
    routes.post(Self.path + "/take", take)
    routes.get(Self.path + "/:plan", overview)
    PlanNewPages(desks: desks).add(to: routes)
    PlanUploadPages(desks: desks).add(to: routes)
    PlanTimePages(desks: desks).add(to: routes)
    PlanPartPages(desks: desks).add(to: routes)
    PlanListPages(desks: desks).add(to: routes)
    PlanMeetingPages(desks: desks).add(to: routes)
    PlanInstitutionPages(desks: desks).add(to: routes)
    PlanReportPages(desks: desks).add(to: routes)
    PlanDonorPages(desks: desks).add(to: routes)
  }

  /// What is late stands on the secretary's home page.
  func home(_ visit: Visit, _ actor: Actor) async throws -> HomeSection? {
    guard actor.may(.keepPlan) else { return nil }
    let today = visit.dates.today
    var rows: [WorkRow] = []
    for stored in try await desk.plans(actor) where stored.head.isInForce(on: today) {
      let screen = PlanScreen(visit, try await desk.look(actor, stored.id, isWhole: false))
      rows += PlanProgress(screen.plan, on: today).late.prefix(5).map(screen.row)
    }
    guard !rows.isEmpty else { return nil }
    return HomeSection(
      title: "plan.home", rows: rows, all: .init(address: Self.path, label: visit.words("plan.title")),
      words: visit.words)
  }

  // MARK: The list

  private func list(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let (words, today) = (visit.words, visit.dates.today)
    let plans = try await desk.plans(actor)
    func row(_ stored: StoredPlan) -> WorkRow {
      WorkRow(
        title: stored.head.name[visit.language], address: PlanScreen.address(stored.id),
        facts: [
          words("plan.version", ["number": String(stored.head.version)]),
          words("plan.level.\(stored.head.level.rawValue)"),
          Self.time(stored.head, visit),
        ],
        status: stored.head.isInForce(on: today)
          ? Status(text: words("plan.in_force"), tone: .active) : Status(text: words("plan.not_in_force"), tone: .ended)
      )
    }
    let offered = actor.may(.keepPlan) ? try await desk.offered(actor) : []
    var model: [String: Any] = [
      "heading": Heading(title: words("plan.title"), lead: words("plan.list_lead")).view,
      "plans": plans.sorted { ($1.head.from, $0.head.code) < ($0.head.from, $1.head.code) }.map { row($0).view },
      "hasPlans": !plans.isEmpty, "hasOffered": !offered.isEmpty,
      "offered": offered.map { plan in
        var view: [String: Any] = [
          "id": StoredPlanID.random().description, "code": plan.code, "number": String(plan.version),
          "name": plan.name[visit.language], "time": Self.time(plan, visit), "source": plan.source,
          "certainty": words("plan.certainty.\(plan.certainty.rawValue)"),
        ]
        view["note"] = plan.note?[visit.language]
        return view
      },
    ]
    model["message"] = visit.query["problem"].flatMap { Self.problems[$0] }.map { words($0) }
    model["justice"] = ProsecutionScreen.address(for: actor, visit.language)
    model["upload"] = actor.may(.keepPlan) ? PlanUploadPages.path : nil
    model["create"] = actor.may(.keepPlan) ? PlanNewPages.path : nil
    return .page("plan/list", model).listing([
      ListSheet.Part(
        title: words("plan.title"),
        columns: [
          "plan.code", "lists.what", "lists.version", "lists.level", "lists.from_day", "lists.until_day",
          "lists.status",
        ],
        rows: plans.sorted { ($1.head.from, $0.head.code) < ($0.head.from, $1.head.code) }.map { stored in
          let head = stored.head
          return [
            .typed(head.code), .typed(head.name[visit.language]), .count(head.version),
            .typed(words("plan.level.\(head.level.rawValue)")), .day(head.from), visit.dates.sheet(head.until),
            .typed(words(head.isInForce(on: today) ? "plan.in_force" : "plan.not_in_force")),
          ]
        })
    ])
  }

  private static let problems = ["taken": "error.plan_taken", "in_force": "error.plan_two_in_force"]

  static func time(_ plan: Plan, _ visit: Visit) -> String {
    guard let until = plan.until else { return visit.words("plan.since_day", ["day": visit.dates.day(plan.from)]) }
    return visit.words("plan.from_until", ["from": visit.dates.day(plan.from), "until": visit.dates.day(until)])
  }

  private func take(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    try actor.require(.keepPlan)
    let reader = FormReader(visit.form)
    let id: StoredPlanID = try reader.id()
    guard let code = try visit.form.one("code"), let version = try visit.form.one("version").flatMap({ Int($0) }) else {
      throw RefusedRequest.malformed
    }
    do { try await desk.takeOver(actor, id: id, code: code, version: version) } catch let refusal as Refusal {
      // Somebody else took it over meanwhile, or another version stands in its way: the list shows which.
      guard [.conflict, .invalid].contains(refusal.kind) else { throw refusal }
      return .goTo(Self.path + "?problem=" + (refusal.kind == .conflict ? "taken" : "in_force"))
    }
    return .goTo(PlanScreen.address(id))
  }

  // MARK: One plan

  private func overview(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let screen = PlanScreen(visit, try await desk.look(actor, try visit.id("plan"), isWhole: false))
    let (words, plan) = (visit.words, screen.plan)
    let progress = PlanProgress(plan, on: visit.dates.today, holder: screen.holder)
    var sections = [brief(screen, progress), late(screen, progress), byAxis(screen, progress)]
    if !plan.activities.isEmpty {
      sections += [byQuarter(screen, progress), byProvince(screen, progress), byInstitution(screen, progress)]
    }
    sections += [versions(screen, visit), origin(screen)]
    let live = actor.may(.readCounts) ? plan.indicators.contains { $0.live != nil } : false
    if live { sections[0].paragraphs.append(words("plan.has_live")) }
    return ProtectionSection.page(
      Heading(
        title: plan.name[visit.language], back: .init(address: Self.path, label: words("plan.title")),
        next: actor.may(.keepPlan) ? screen.nextStep : nil),
      sections, further: ["tabs": screen.tabs("")])
  }

  /// How it goes, before anything else.
  private func brief(_ screen: PlanScreen, _ progress: PlanProgress) -> ProtectionSection {
    let (words, plan) = (screen.words, screen.plan)
    let open = screen.look.decisions.filter { $0.doneOn == nil }
    return ProtectionSection(
      title: words("plan.overview"), anchor: "about",
      definitions: Definitions([
        (words("plan.version_term"), String(plan.version)),
        (words("plan.time_term"), Self.time(plan, screen.visit)),
        (
          words("plan.done_term"),
          words("plan.done_of", ["done": String(progress.all.done), "all": String(progress.all.all)])
        ),
        (
          words("plan.decisions_open"),
          words(
            "plan.open_and_late",
            [
              "open": String(open.count), "late": String(open.count { $0.isLate(on: screen.today) }),
            ])
        ),
      ]), links: [.init(address: screen.address("since"), label: words("plan.since"))])
  }

  /// What the plan is and who says so, its axes' sources once each.
  private func origin(_ screen: PlanScreen) -> ProtectionSection {
    let (words, plan) = (screen.words, screen.plan)
    var said: [(source: String, certainty: Certainty, axes: [String])] = []
    for axis in plan.axes {
      let name = axis.name[screen.language]
      if let place = said.firstIndex(where: { $0.source == axis.source && $0.certainty == axis.certainty }) {
        said[place].axes.append(name)
      } else {
        said.append((axis.source, axis.certainty, [name]))
      }
    }
    return ProtectionSection(
      title: words("plan.origin"), anchor: "origin",
      definitions: Definitions([
        (words("plan.code"), plan.code),
        (words("plan.level_term"), words("plan.level.\(plan.level.rawValue)")),
        (words("plan.place_term"), plan.level == .province ? screen.province(plan.place) : plan.place),
        (words("plan.source_term"), plan.source),
        (words("plan.certainty_term"), words("plan.certainty.\(plan.certainty.rawValue)")),
      ]),
      paragraphs: (plan.note.map { [$0[screen.language]] } ?? [])
        + said.map { one in
          words(
            "plan.axis_source",
            [
              "axis": said.count == 1 ? words("plan.all_axes") : one.axes.joined(separator: ", "),
              "source": one.source, "certainty": words("plan.certainty.\(one.certainty.rawValue)"),
            ])
        },
      links: [
        .init(address: screen.address("iati"), label: words("plan.iati")),
        .init(address: "/plan/institutions", label: words("plan.institutions.title")),
      ])
  }

  private func late(_ screen: PlanScreen, _ progress: PlanProgress) -> ProtectionSection {
    let words = screen.words
    return ProtectionSection(
      title: words("plan.late_title", ["count": String(progress.late.count)]), anchor: "late",
      lead: words("plan.late_lead"), rows: progress.late.prefix(10).map(screen.row), empty: words("plan.nothing_late"),
      links: progress.late.count > 10
        ? [.init(address: screen.address("activities?state=late"), label: words("plan.all_late"))] : [])
  }

  private func byAxis(_ screen: PlanScreen, _ progress: PlanProgress) -> ProtectionSection {
    ProtectionSection(
      title: screen.words("plan.by_axis"), anchor: "axes",
      table: screen.tallies(
        screen.words("plan.by_axis"), screen.words("plan.axis"),
        screen.plan.axes.map {
          ($0.name[screen.language], progress.axes[$0.code] ?? PlanTally(), "axis=" + Form.encoded($0.code))
        }))
  }

  private func byQuarter(_ screen: PlanScreen, _ progress: PlanProgress) -> ProtectionSection {
    ProtectionSection(
      title: screen.words("plan.by_quarter"), anchor: "quarters",
      table: screen.tallies(
        screen.words("plan.by_quarter"), screen.words("plan.quarter_column"),
        progress.quarters.sorted { $0.key < $1.key }.map {
          (screen.quarter($0.key), $0.value, "quarter=\($0.key.year)-\($0.key.number)")
        }))
  }

  private func byProvince(_ screen: PlanScreen, _ progress: PlanProgress) -> ProtectionSection {
    ProtectionSection(
      title: screen.words("plan.by_province"), anchor: "provinces", lead: screen.words("plan.by_province_lead"),
      table: screen.tallies(
        screen.words("plan.by_province"), screen.words("plan.province"),
        progress.provinces.map {
          (screen.province($0.key), $0.value, $0.key.isEmpty ? nil : "province=" + Form.encoded($0.key))
        }.sorted { $0.0.listOrder < $1.0.listOrder }))
  }

  private func byInstitution(_ screen: PlanScreen, _ progress: PlanProgress) -> ProtectionSection {
    // Where the past bears another name, the list of whoever answers today holds more than the row counts.
    let led = screen.plan.activities.reduce(into: [String: Int]()) { $0[$1.lead, default: 0] += 1 }
    let held = screen.holders.reduce(into: [String: String]()) { held, one in
      let all = led.reduce(0) { screen.answers(one.code, for: $1.key) ? $0 + $1.value : $0 }
      if all == progress.institutions[one.name]?.all { held[one.name] = "lead=" + Form.encoded(one.code) }
    }
    return ProtectionSection(
      title: screen.words("plan.by_institution"), anchor: "institutions",
      lead: screen.words("plan.by_institution_lead"),
      table: screen.tallies(
        screen.words("plan.by_institution"), screen.words("plan.institution"),
        progress.institutions.map { ($0.key, $0.value, held[$0.key]) }
          .sorted { $0.0.listOrder < $1.0.listOrder }))
  }

  private func versions(_ screen: PlanScreen, _ visit: Visit) -> ProtectionSection {
    let words = screen.words
    let mayKeep = (try? visit.actor().may(.keepPlan)) == true
    return ProtectionSection(
      title: words("plan.versions"), anchor: "versions",
      rows: screen.look.versions.map { stored in
        WorkRow(
          title: words("plan.version", ["number": String(stored.head.version)]),
          address: stored.id == screen.look.id ? "" : PlanScreen.address(stored.id),
          facts: [Self.time(stored.head, visit)])
      },
      links: mayKeep
        ? [
          .init(address: screen.address("version"), label: words("plan.begin_version")),
          .init(address: screen.address("end"), label: words("plan.end")),
        ] : [])
  }
}
