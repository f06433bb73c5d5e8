import Basics
import CountryPack

/// Looks for what can't be so in a plan. Pure: the plan and the country in, findings out, in the order of the plan.
///
///     let findings = PlanCheck(plan, pack: pack).findings
public struct PlanCheck: Sendable {
  public private(set) var findings: [PlanFinding] = []
  public var errors: Int { findings.count { $0.weight == .error } }

  /// More circles than this are not told of one plan.
  public static let mostCircles = 50

  /// - Parameters:
  ///   - institutions: further codes that may do something, beside the pack's.
  ///   - today: with it, what is said to have happened on a day to come is found.
  public init(_ plan: Plan, pack: CountryPack, institutions: Set<String> = [], today: CalendarDay? = nil) {
    var check = Search(
      plan: plan, today: today, provinces: Set(pack.provinces.map(\.iso)),
      institutions: Set(pack.institutions.map(\.code)).union(institutions),
      currencies: Dictionary(pack.currencies.map { ($0.code, $0) }) { first, _ in first })
    check.run()
    findings = check.findings
  }

  /// Where two versions of one plan are in force on one day.
  public static func versions(_ plans: [Plan]) -> [PlanFinding] {
    var findings: [PlanFinding] = []
    for (_, versions) in Dictionary(grouping: plans, by: \.code).sorted(by: { $0.key < $1.key }) {
      let sorted = versions.sorted { ($0.from, $0.version) < ($1.from, $1.version) }
      for (earlier, later) in zip(sorted, sorted.dropFirst()) {
        guard earlier.until.map({ later.from <= $0 }) ?? true else { continue }
        findings.append(
          PlanFinding(
            problem: .twoInForce, weight: .error, item: later.code, field: "from", line: later.line,
            says: LocalizedText(
              es: "El \(later.from) estarían vigentes dos versiones de “\(later.code)”: la \(earlier.version) y la "
                + "\(later.version)",
              en: "On \(later.from) two versions of “\(later.code)” would be in force: \(earlier.version) and "
                + "\(later.version)")))
      }
    }
    return findings
  }

  /// The activities that, through what they depend on, wait for themselves, each circle once, beginning with its first
  /// in the plan; at most `mostCircles`, so that a file made for it can't keep a server busy.
  public static func circles(_ activities: [PlanActivity]) -> [[String]] {
    var (state, path, found) = ([String: Bool](), [String](), [[String]]())
    let next = Dictionary(activities.map { ($0.code, $0.dependsOn) }) { first, _ in first }
    // An own stack: a chain of thousands must not exhaust the thread's.
    for start in activities.map(\.code) where state[start] == nil {
      var stack: [(code: String, place: Int)] = [(start, 0)]
      state[start] = false
      path = [start]
      while let (code, place) = stack.last {
        let following = next[code] ?? []
        guard place < following.count else {
          state[code] = true
          stack.removeLast()
          path.removeLast()
          continue
        }
        stack[stack.count - 1].place += 1
        let target = following[place]
        guard next[target] != nil else { continue }
        switch state[target] {
        case nil:
          state[target] = false
          stack.append((target, 0))
          path.append(target)
        case false?:
          if let begin = path.firstIndex(of: target) { found.append(Array(path[begin...])) }
          if found.count == mostCircles { return found }
        case true?: break
        }
      }
    }
    return found
  }
}

private struct Search {
  let plan: Plan
  let today: CalendarDay?
  let provinces: Set<String>
  let institutions: Set<String>
  let currencies: [String: PackCurrency]
  var findings: [PlanFinding] = []

  mutating func run() {
    head()
    unique()
    for objective in plan.objectives where !plan.axes.contains(where: { $0.code == objective.axis }) {
      missing(objective.axis, of: objective.code, "axis", objective.line)
    }
    let objectives = Set(plan.objectives.map(\.code))
    for indicator in plan.indicators { look(indicator, objectives) }
    let activities = Dictionary(plan.activities.map { ($0.code, $0) }) { first, _ in first }
    for activity in plan.activities { look(activity, objectives, activities) }
    for circle in PlanCheck.circles(plan.activities) {
      let shown = circle.count > 12 ? Array(circle.prefix(11)) + ["… (\(circle.count))"] : circle
      let way = (shown + [circle[0]]).joined(separator: " → ")
      add(
        .waitsForItself, circle[0], "depends_on", activities[circle[0]]?.line ?? 0, "Se espera a sí misma: \(way)",
        "It waits for itself: \(way)", named: way)
    }
  }

  private mutating func head() {
    if let until = plan.until, until < plan.from {
      add(
        .datesInverted, plan.code, "until", plan.line, "El plan termina el \(until), antes de empezar el \(plan.from)",
        "The plan ends on \(until), before it begins on \(plan.from)")
    }
    let isPlaced =
      switch plan.level {
      case .national: plan.place.isEmpty
      case .province: provinces.contains(plan.place)
      case .canton: !plan.place.isEmpty
      }
    if !isPlaced {
      add(
        .unknownPlace, plan.code, "place", plan.line, "“\(plan.place)” no es un lugar de este nivel",
        "“\(plan.place)” is no place of this level")
    }
  }

  private mutating func unique() {
    var seen: Set<String> = []
    let all =
      plan.axes.map { ($0.code, $0.line) } + plan.objectives.map { ($0.code, $0.line) }
      + plan.indicators.map { ($0.code, $0.line) } + plan.activities.map { ($0.code, $0.line) }
    for (code, line) in all where !seen.insert(code).inserted {
      add(.twiceNamed, code, "code", line, "“\(code)” está dos veces", "“\(code)” stands twice")
    }
  }

  private mutating func look(_ indicator: PlanIndicator, _ objectives: Set<String>) {
    if !objectives.contains(indicator.objective) {
      missing(indicator.objective, of: indicator.code, "objective", indicator.line)
    }
    var days: Set<CalendarDay> = []
    for value in indicator.values {
      look(value.day, of: indicator.code, "day", indicator.line)
      guard !days.insert(value.day).inserted else { continue }
      add(
        .valueThere, indicator.code, "day", indicator.line, "El \(value.day) tiene dos valores",
        "\(value.day) has two values")
    }
    guard let baseline = indicator.baseline, let target = indicator.target else { return }
    if indicator.falls ? target > baseline : target < baseline {
      add(
        .targetBelowBaseline, indicator.code, "target", indicator.line,
        indicator.falls
          ? "La meta \(target) es mayor que la línea base \(baseline), y menos es mejor"
          : "La meta \(target) es menor que la línea base \(baseline)",
        indicator.falls
          ? "The target \(target) is above the baseline \(baseline), and less is better"
          : "The target \(target) is below the baseline \(baseline)")
    }
  }

  private mutating func look(
    _ activity: PlanActivity, _ objectives: Set<String>, _ activities: [String: PlanActivity]
  ) {
    let (code, line) = (activity.code, activity.line)
    if !objectives.contains(activity.objective) {
      missing(activity.objective, of: code, "objective", line)
    }
    let named = [("lead", activity.lead)] + activity.partners.map { ("partners", $0) }
    for (field, institution) in named where !institutions.contains(institution) {
      add(
        .unknownInstitution, code, field, line, "No hay una institución “\(institution)”",
        "There is no institution “\(institution)”")
    }
    for province in activity.provinces where !provinces.contains(province) {
      add(
        .unknownPlace, code, "provinces", line, "No hay una provincia “\(province)”",
        "There is no province “\(province)”")
    }
    if activity.until < activity.from {
      add(
        .datesInverted, code, "until", line, "Termina el \(activity.until), antes de empezar el \(activity.from)",
        "It ends on \(activity.until), before it begins on \(activity.from)")
    } else if activity.from < plan.began || plan.until.map({ activity.until > $0 }) == true {
      let end = plan.until.map(\.description) ?? "…"
      add(
        .outsidePlan, code, activity.from < plan.began ? "from" : "until", line,
        "Va del \(activity.from) al \(activity.until), fuera del plan (\(plan.began) a \(end))",
        "It runs from \(activity.from) to \(activity.until), outside the plan (\(plan.began) to \(end))")
    }
    for earlier in activity.dependsOn where activities[earlier] == nil {
      missing(earlier, of: code, "depends_on", line)
    }
    // Once is enough to look at it.
    let overlapping = activity.dependsOn.first {
      $0 != code && activities[$0].map { activity.from <= $0.until } == true
    }
    if let earlier = overlapping {
      add(
        .beginsTooEarly, code, "from", line, "Empieza antes de que termine “\(earlier)”, de la que depende",
        "It begins before “\(earlier)”, on which it depends, is over", .notice)
    }
    if (activity.state == .done) != (activity.doneOn != nil) {
      add(
        .doneNeedsDay, code, "done_on", line, "Lo hecho necesita su día, y solo lo hecho lo lleva",
        "What is done needs its day, and only what is done has one")
    }
    if let doneOn = activity.doneOn { look(doneOn, of: code, "done_on", line) }
    for money in activity.money { look(money, of: activity) }
  }

  /// What has happened has happened by today.
  private mutating func look(_ day: CalendarDay, of code: String, _ field: String, _ line: Int) {
    guard let today, day > today else { return }
    add(.stillToCome, code, field, line, "El \(day) está por venir", "\(day) is still to come")
  }

  private mutating func look(_ money: PlanMoney, of activity: PlanActivity) {
    let line = money.line > 0 ? money.line : activity.line
    if money.amount < .zero {
      add(
        .negativeMoney, activity.code, "amount", line, "Un monto no puede ser negativo: \(money.amount)",
        "An amount can't be negative: \(money.amount)")
    }
    if money.kind == .spent { look(money.day, of: activity.code, "day", line) }
    guard let currency = currencies[money.currency] else {
      return add(
        .unknownCurrency, activity.code, "currency", line, "No se conoce la moneda “\(money.currency)”",
        "The currency “\(money.currency)” is not known")
    }
    if !currency.isUsed(on: money.day) {
      add(
        .currencyOfAnotherTime, activity.code, "currency", line,
        "El \(money.day) no se usaba la moneda \(money.currency)",
        "On \(money.day) the currency \(money.currency) was not in use")
    }
  }

  private mutating func missing(_ code: String, of item: String, _ field: String, _ line: Int) {
    add(
      .unknownPart, item, field, line, "“\(code)” no está en este plan", "“\(code)” is not in this plan", named: code)
  }

  private mutating func add(
    _ problem: PlanProblem, _ item: String, _ field: String, _ line: Int, _ es: String, _ en: String,
    _ weight: PlanFinding.Weight = .error, named: String = ""
  ) {
    findings.append(
      PlanFinding(
        problem: problem, weight: weight, item: item, field: field, named: named, line: line,
        says: LocalizedText(es: es, en: en)))
  }
}
