import Basics
import CountryPack
import NationalPlan

/// The plan in force in the words of whoever reads the public site.
struct PublicPlanScreen {
  let visit: PublicVisit
  let shown: PublicPlan
  private let objectives: [String: [PlanActivity]]

  /// `nil` when no national plan is in force.
  static func read(_ visit: PublicVisit) async throws -> PublicPlanScreen? {
    try await visit.desks.plans.publicPlan().map { PublicPlanScreen(visit, $0) }
  }

  init(_ visit: PublicVisit, _ shown: PublicPlan) {
    self.visit = visit
    self.shown = shown
    objectives = Dictionary(grouping: shown.plan.activities, by: \.objective)
  }

  var plan: Plan { shown.plan }
  private var words: Words { visit.words }

  func text(_ text: LocalizedText) -> String { text[visit.language] }
  func axis(_ code: String) -> String { plan.axes.first { $0.code == code }.map { text($0.name) } ?? code }
  func activities(of objective: String) -> [PlanActivity] { objectives[objective] ?? [] }

  func time(of plan: Plan) -> String {
    guard let until = plan.until else { return words("plan.since_day", ["day": visit.dates.day(plan.from)]) }
    return words("plan.from_until", ["from": visit.dates.day(plan.from), "until": visit.dates.day(until)])
  }

  // MARK: Activities

  /// What is over keeps who answered at its time; what is open is with whoever answers for it today.
  private func holder(_ activity: PlanActivity) -> String {
    let day = activity.state.isOpen ? shown.today : activity.doneOn ?? activity.until
    return shown.institutions.holders(activity.lead, on: day).map(text).joined(separator: ", ")
  }

  private func places(_ activity: PlanActivity) -> String {
    let provinces = activity.provinces.map { visit.pack.provinceName($0, visit.language) }
    let all = activity.canton.isEmpty ? provinces : provinces + [activity.canton]
    return all.isEmpty ? words("plan.whole_country") : all.joined(separator: ", ")
  }

  private func status(_ activity: PlanActivity) -> Status {
    Status(activity, on: shown.today, words)
  }

  func view(_ activity: PlanActivity) -> [String: Any] {
    [
      "name": text(activity.name), "status": status(activity).html, "lead": holder(activity),
      "time": words(
        "plan.from_until", ["from": visit.dates.day(activity.from), "until": visit.dates.day(activity.until)]),
      "places": places(activity),
    ]
  }

  // MARK: Numbers

  /// How many are done, in words and as a bar.
  func tally(_ tally: PlanTally) -> [String: Any] {
    let open = tally.all - tally.dropped
    var view: [String: Any] = [
      "done": words("rooms.plan.done_of", ["done": String(tally.done), "all": String(open)]),
      "late": tally.late == 0
        ? words("plan.nothing_late")
        : words(tally.late == 1 ? "rooms.plan.one_late" : "rooms.plan.late_count", ["count": String(tally.late)]),
      "isLate": tally.late > 0, "isNone": open == 0,
    ]
    view["percent"] = tally.percent.map { String($0) }
    return view
  }

  func tally(_ activities: [PlanActivity]) -> [String: Any] {
    var part = plan
    part.activities = activities
    return tally(PlanProgress(part, on: shown.today).all)
  }

  func indicators(of objective: String) -> [[String: Any]] {
    shown.indicators.filter { $0.objective == objective }.map { one in
      var facts: [(String, String)] = []
      if one.isBaselineHidden {
        facts.append((words("plan.baseline"), hidden))
      } else if let baseline = one.baseline {
        facts.append((words("plan.baseline"), number(baseline)))
      }
      if let target = one.target { facts.append((words("plan.target"), number(target))) }
      if let last = one.last {
        facts.append(
          (
            words("plan.value"),
            words(
              "plan.value_is",
              ["number": last.number.map(number) ?? hidden, "day": visit.dates.day(last.day)])
          ))
      }
      facts.append((words("plan.source_term"), one.last?.source ?? one.source))
      return [
        "name": text(one.name), "unit": text(one.unit), "how": text(one.howMeasured), "isLive": one.isLive,
        "facts": Definitions(facts).view, "openData": visit.open("/open-data"),
      ]
    }
  }

  private var hidden: String { words("plan.fewer_than", ["number": String(shown.threshold)]) }
  private func number(_ number: PlanNumber) -> String { PlanScreen.grouped(number.description, visit.language) }
  private func money(_ money: Money, _ currency: String) -> String {
    currency + " " + PlanScreen.grouped(money.description, visit.language)
  }

  /// Sums by source and currency; `nil` where nothing was noted.
  func money(_ table: PlanMoneyTable) -> DataTable? {
    guard !table.lines.isEmpty else { return nil }
    return DataTable(
      caption: words("plan.money_by_source"),
      columns: [words("plan.money_source"), words("plan.kind.budget"), words("plan.kind.spent")],
      rows: (table.lines + table.totals).map { line in
        [
          .text(line.source.isEmpty ? words("plan.all_sources") : line.source),
          .number(money(line.budget, line.currency)), .number(money(line.spent, line.currency)),
        ]
      })
  }
}
