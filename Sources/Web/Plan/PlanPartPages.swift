import Accounts
import Basics
import CountryPack
import NationalPlan

/// One objective, indicator or activity: its page, and the forms of those who keep the plan.
struct PlanPartPages {
  let desks: Desks
  var desk: NationalPlanDesk { desks.plans }

  private static let kinds = ["objectives", "indicators", "activities"]

  func add(to routes: Routes) {
    let base = NationalPlanPages.path + "/:plan/"
    routes.get(base + "objectives/:part", objective)
    routes.get(base + "indicators/:part", indicator)
    routes.get(base + "activities/:part", activity)
    for kind in Self.kinds {
      let forms = PlanPartForms(desks: desks, kind: kind)
      routes.get(base + kind + "/new") { visit in try await forms.page(visit, visit.sheet, isNew: true) }
      routes.post(base + kind + "/new") { visit in try await forms.save(visit, isNew: true) }
      routes.get(base + kind + "/:part/edit") { visit in try await forms.page(visit, visit.sheet, isNew: false) }
      routes.post(base + kind + "/:part/edit") { visit in try await forms.save(visit, isNew: false) }
    }
    PlanStrikePages(desks: desks).add(to: routes)
    let entries = PlanEntryPages(desks: desks)
    routes.get(base + "activities/:part/progress") { visit in try await entries.progressPage(visit, visit.sheet) }
    routes.post(base + "activities/:part/progress", entries.progress)
    routes.get(base + "activities/:part/money") { visit in try await entries.moneyPage(visit, visit.sheet) }
    routes.post(base + "activities/:part/money", entries.money)
    routes.get(base + "indicators/:part/value") { visit in try await entries.valuePage(visit, visit.sheet) }
    routes.post(base + "indicators/:part/value", entries.value)
  }

  private func screen(_ visit: Visit) async throws -> (Actor, PlanScreen) {
    let actor = try visit.actor()
    let look = try await desk.look(actor, try visit.id("plan"), isWhole: false, activity: visit.part("part"))
    return (actor, PlanScreen(visit, look))
  }

  // MARK: Pages

  private func objective(_ visit: Visit) async throws -> Answer {
    let (actor, screen) = try await screen(visit)
    let words = visit.words
    guard let one = screen.plan.objectives.first(where: { $0.code == visit.part("part") }) else {
      throw Refusal.notFound
    }
    let indicators = screen.plan.indicators.filter { $0.objective == one.code }
    let activities = screen.plan.activities.filter { $0.objective == one.code }
    return ProtectionSection.page(
      Heading(
        title: one.name[visit.language], eyebrow: screen.axis(one.axis),
        back: screen.back("indicators", "plan.indicators"),
        next: actor.may(.keepPlan)
          ? .init(address: screen.address("objectives/\(one.code)/edit"), label: words("plan.edit")) : nil),
      [
        ProtectionSection(
          title: words("plan.indicators"), anchor: "indicators", rows: indicators.map { Self.row($0, screen) },
          empty: words("plan.no_indicators")),
        ProtectionSection(
          title: words("plan.activities"), anchor: "activities",
          rows: activities.prefix(PlanListPages.pageSize).map(screen.row), empty: words("plan.no_activities"),
          links: activities.count > PlanListPages.pageSize
            ? [
              .init(
                address: screen.address("activities?objective=" + one.code),
                label: words("plan.found", ["count": String(activities.count)]))
            ] : []),
      ], further: ["tabs": screen.tabs("indicators")])
  }

  /// An indicator in a list: where it stands and where it should be.
  static func row(_ one: PlanIndicator, _ screen: PlanScreen) -> WorkRow {
    let words = screen.words
    var facts = [one.code, one.unit[screen.language]]
    if let baseline = one.baseline { facts.append(words("plan.baseline_is", ["number": screen.number(baseline)])) }
    if let target = one.target { facts.append(words("plan.target_is", ["number": screen.number(target)])) }
    if let value = one.values.last {
      facts.append(
        words("plan.value_is", ["number": screen.number(value.value), "day": screen.visit.dates.day(value.day)]))
    }
    return WorkRow(
      title: one.name[screen.language], address: screen.address("indicators/\(one.code)"), facts: facts,
      status: one.live == nil ? nil : Status(text: words("plan.live"), tone: .active))
  }

  private func indicator(_ visit: Visit) async throws -> Answer {
    let (actor, screen) = try await screen(visit)
    let words = visit.words
    guard let one = screen.plan.indicators.first(where: { $0.code == visit.part("part") }) else {
      throw Refusal.notFound
    }
    var sections = [
      ProtectionSection(
        title: words("plan.about"), anchor: "about",
        definitions: Definitions([
          (words("plan.objective"), screen.objective(one.objective)), (words("plan.unit"), one.unit[visit.language]),
          (words("plan.baseline"), one.baseline.map(screen.number) ?? ""),
          (words("plan.target"), one.target.map(screen.number) ?? ""),
          (words("plan.direction"), words(one.falls ? "plan.falls" : "plan.rises")),
          (words("plan.source_term"), one.source), (words("plan.how_measured"), one.howMeasured[visit.language]),
        ]))
    ]
    let values = try await desk.values(actor, of: one.code, upTo: screen.look.id)
    if let live = one.live { sections.append(try await LiveSection(desks, visit, actor).section(live)) }
    sections.append(
      ProtectionSection(
        title: words("plan.values"), anchor: "values",
        table: values.isEmpty ? nil : PlanStrikePages.values(values, screen, mayKeep: actor.may(.keepPlan)),
        empty: words("plan.no_values"),
        links: actor.may(.keepPlan)
          ? [
            .init(address: screen.address("indicators/\(one.code)/value"), label: words("plan.value_add")),
            .init(address: screen.address("indicators/\(one.code)/edit"), label: words("plan.edit")),
          ] : []))
    return ProtectionSection.page(
      Heading(
        title: one.name[visit.language], eyebrow: screen.objective(one.objective),
        back: screen.back("indicators", "plan.indicators")), sections, further: ["tabs": screen.tabs("indicators")])
  }

  private func activity(_ visit: Visit) async throws -> Answer {
    let (actor, screen) = try await screen(visit)
    let words = visit.words
    guard let one = screen.plan.activities.first(where: { $0.code == visit.part("part") }) else {
      throw Refusal.notFound
    }
    let mayKeep = actor.may(.keepPlan)
    let base = "activities/\(one.code)"
    let named = Dictionary(screen.plan.activities.map { ($0.code, $0) }) { first, _ in first }
    let day = min(screen.today, one.doneOn ?? one.until)
    let amounts = try await desk.amounts(actor, of: one.code, in: screen.look.id)
    return ProtectionSection.page(
      Heading(
        title: one.name[visit.language], eyebrow: screen.objective(one.objective),
        back: screen.back("activities", "plan.activities"),
        next: mayKeep ? .init(address: screen.address(base + "/progress"), label: words("plan.report_progress")) : nil),
      [
        ProtectionSection(
          title: words("plan.about"), anchor: "about",
          definitions: Definitions([
            (words("plan.state_term"), screen.status(one).text), (words("plan.code"), one.code),
            (words("plan.lead"), screen.lead(one)),
            (words("plan.partners"), one.partners.map { screen.institution($0, on: day) }.joined(separator: ", ")),
            (words("plan.where"), screen.places(one)), (words("plan.time_term"), screen.time(one)),
            (words("plan.done_on"), one.doneOn.map(visit.dates.day) ?? ""), (words("plan.result"), one.result),
            (words("plan.evidence"), one.evidence),
          ]),
          links: mayKeep ? [.init(address: screen.address(base + "/edit"), label: words("plan.edit"))] : []),
        ProtectionSection(
          title: words("plan.depends_on"), anchor: "depends",
          rows: one.dependsOn.compactMap { named[$0] }.map(screen.row), empty: words("plan.depends_on_nothing"),
          paragraphs: one.dependsOn.contains { named[$0].map { one.from <= $0.until } == true }
            ? [words("error.plan_begins_too_early")] : []),
        ProtectionSection(
          title: words("plan.money"), anchor: "money",
          table: amounts.isEmpty ? nil : PlanStrikePages.amounts(amounts, screen, mayKeep: mayKeep),
          empty: words("plan.no_money"),
          links: mayKeep ? [.init(address: screen.address(base + "/money"), label: words("plan.money_add"))] : []),
        ProtectionSection(
          title: words("plan.decisions"), anchor: "decisions",
          rows: screen.look.decisions.filter { $0.activity == one.code }.map { PlanMeetingPages.row($0, screen) },
          empty: words("plan.no_decisions")),
      ], further: ["tabs": screen.tabs("activities")])
  }
}
