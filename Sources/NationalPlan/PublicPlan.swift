import Basics
import CountryPack
import Records

/// A plan in force as anybody may read it: what is to be reached, who does what until when, how far it is, what is late,
/// and sums of money. No result or evidence that somebody wrote for colleagues, no minutes, no decisions, no single
/// amounts, and no number from 1 to one below the threshold of the pack's tables: it could be a count of persons.
public struct PublicPlan: Sendable {
  /// A number of an indicator with where it comes from.
  public struct Value: Hashable, Sendable {
    public var day: CalendarDay
    /// `nil` is hidden: more than nought and fewer than the threshold.
    public var number: PlanNumber?
    public var source: String
  }

  public struct Indicator: Hashable, Sendable {
    public var code: String
    public var objective: String
    public var name: LocalizedText
    public var unit: LocalizedText
    /// `nil` where there is none; see `isBaselineHidden`.
    public var baseline: PlanNumber?
    public var isBaselineHidden: Bool
    /// What is wanted counts nobody and is always shown.
    public var target: PlanNumber?
    public var source: String
    public var howMeasured: LocalizedText
    /// Taken from the rooms' work. The public reads such figures where they were released, and never here: two looks on
    /// two days would say what came between.
    public var isLive: Bool
    /// The last one that was entered by hand.
    public var last: Value?
  }

  /// Without what only colleagues read.
  public let plan: Plan
  public let institutions: InstitutionBook
  public let indicators: [Indicator]
  public let progress: PlanProgress
  /// Sums by source and currency.
  public let money: PlanMoneyTable
  /// Those that can be reported on, the newest first.
  public let years: [Int]
  /// Numbers from 1 to one below it are hidden.
  public let threshold: Int
  public let today: CalendarDay
  private let moneyByDay: [PlanMoney]

  init(_ whole: Plan, _ institutions: InstitutionBook, threshold: Int, today: CalendarDay) {
    var plan = whole
    moneyByDay = whole.activities.flatMap(\.money)
    for place in plan.activities.indices {
      plan.activities[place].result = ""
      plan.activities[place].evidence = ""
      plan.activities[place].money = []
    }
    plan.indicators = []
    self.plan = plan
    self.institutions = institutions
    self.threshold = threshold
    self.today = today
    indicators = whole.indicators.map { Self.indicator($0, until: today, threshold) }
    progress = PlanProgress(plan, on: today)
    money = PlanMoneyTable(moneyByDay)
    years = PlanYear.years(plan, today: today)
  }

  private static func indicator(_ one: PlanIndicator, until day: CalendarDay, _ threshold: Int) -> Indicator {
    let shownBaseline = one.baseline.flatMap { shown($0, threshold) }
    // A value of a live indicator that somebody typed is a count of the rooms all the same.
    let last = one.live == nil ? one.values.last { $0.day <= day } : nil
    return Indicator(
      code: one.code, objective: one.objective, name: one.name, unit: one.unit, baseline: shownBaseline,
      isBaselineHidden: one.baseline != nil && shownBaseline == nil, target: one.target, source: one.source,
      howMeasured: one.howMeasured, isLive: one.live != nil,
      last: last.map { Value(day: $0.day, number: shown($0.value, threshold), source: $0.source) })
  }

  /// The number where anybody may read it: nought, or no nearer to it than the threshold.
  static func shown(_ number: PlanNumber, _ threshold: Int) -> PlanNumber? {
    let size = abs(number.thousandths)
    return size > 0 && size < Int64(threshold) * 1000 ? nil : number
  }

  /// What the plan came to in one of `years`: activities and sums, nothing else.
  public func year(_ year: Int) -> Year? {
    guard years.contains(year) else { return nil }
    return Year(
      year: year,
      done: plan.activities.filter { $0.state == .done && ($0.doneOn ?? $0.until).year == year }
        .sorted { ($0.doneOn ?? $0.until, $0.code) < ($1.doneOn ?? $1.until, $1.code) },
      late: progress.late.filter { $0.dueDay.year == year },
      due: PlanProgress(ending(in: year), on: today),
      money: PlanMoneyTable(moneyByDay.filter { $0.day.year == year }))
  }

  private func ending(in year: Int) -> Plan {
    var part = plan
    part.activities = plan.activities.filter { $0.until.year == year }
    return part
  }

  public struct Year: Sendable {
    public let year: Int
    public let done: [PlanActivity]
    public let late: [PlanActivity]
    /// Of the activities that were to end in the year.
    public let due: PlanProgress
    public let money: PlanMoneyTable
  }
}

extension NationalPlanDesk {
  /// The public's entrance: the national plan in force, stripped of what is not for everybody. It asks for no actor.
  ///
  /// - Returns: `nil` when no national plan is in force.
  public func publicPlan() async throws -> PublicPlan? {
    do {
      let (plan, institutions) = try await inForce(nil)
      return PublicPlan(plan, institutions, threshold: pack.statistics.threshold, today: today)
    } catch let refusal as Refusal where refusal.kind == .notFound {
      return nil
    }
  }
}
