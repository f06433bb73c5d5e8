import Basics

/// How far things are, of a set of activities.
public struct PlanTally: Hashable, Sendable {
  public var all = 0
  public var done = 0
  public var underWay = 0
  public var late = 0
  public var dropped = 0

  public init() {}

  mutating func count(_ activity: PlanActivity, _ day: CalendarDay) {
    all += 1
    switch activity.state {
    case .done: done += 1
    case .underWay: underWay += 1
    case .dropped: dropped += 1
    case .planned, .paused: break
    }
    if activity.isLate(on: day) { late += 1 }
  }

  /// Of those that were not dropped, from 0 to 100; `nil` when there is none.
  public var percent: Int? { all > dropped ? done * 100 / (all - dropped) : nil }
}

/// A quarter of a year.
public struct Quarter: Hashable, Sendable, Comparable {
  public var year: Int
  /// 1 to 4.
  public var number: Int

  public init(_ day: CalendarDay) {
    year = day.year
    number = (day.month + 2) / 3
  }

  public static func < (lhs: Self, rhs: Self) -> Bool { (lhs.year, lhs.number) < (rhs.year, rhs.number) }
}

/// A plan's progress by axis, province, institution and quarter, counted in one walk.
public struct PlanProgress: Hashable, Sendable {
  public private(set) var all = PlanTally()
  /// By the axis' code.
  public private(set) var axes: [String: PlanTally] = [:]
  /// By ISO code; an activity of several provinces counts in each, one of the whole country under the empty code.
  public private(set) var provinces: [String: PlanTally] = [:]
  /// By who has it: the leading institution's code, or whatever `holder` answers.
  public private(set) var institutions: [String: PlanTally] = [:]
  /// By the quarter in which it was to end.
  public private(set) var quarters: [Quarter: PlanTally] = [:]
  /// What is late, longest first.
  public private(set) var late: [PlanActivity] = []

  /// - Parameter holder: who has an activity.
  public init(_ plan: Plan, on day: CalendarDay, holder: (PlanActivity) -> String = \.lead) {
    let axisOf = Dictionary(plan.objectives.map { ($0.code, $0.axis) }) { first, _ in first }
    var late: [(due: CalendarDay, place: Int)] = []
    for (place, activity) in plan.activities.enumerated() {
      all.count(activity, day)
      axes[axisOf[activity.objective] ?? "", default: PlanTally()].count(activity, day)
      for province in activity.provinces.isEmpty ? [""] : activity.provinces {
        provinces[province, default: PlanTally()].count(activity, day)
      }
      institutions[holder(activity), default: PlanTally()].count(activity, day)
      quarters[Quarter(activity.until), default: PlanTally()].count(activity, day)
      if activity.isLate(on: day) { late.append((activity.dueDay, place)) }
    }
    // Places are sorted, not activities: an activity is large.
    late.sort { ($0.due, plan.activities[$0.place].code) < ($1.due, plan.activities[$1.place].code) }
    self.late = late.map { plan.activities[$0.place] }
  }
}

extension PlanActivity {
  /// The day that was or will be missed first: its beginning while it is planned, else its end.
  public var dueDay: CalendarDay { state == .planned ? from : until }
}

/// What was budgeted and spent, by source and currency: sums are never mixed across currencies.
public struct PlanMoneyTable: Hashable, Sendable {
  public struct Line: Hashable, Sendable {
    public var source: String
    public var currency: String
    public var budget: Money
    public var spent: Money
  }

  /// Sorted by currency and source.
  public let lines: [Line]
  /// By currency.
  public let totals: [Line]

  public init(_ money: [PlanMoney]) {
    struct Key: Hashable {
      var source: String
      var currency: String
    }
    func lines(_ key: (PlanMoney) -> Key) -> [Line] {
      var sums: [Key: (budget: Money, spent: Money)] = [:]
      for one in money {
        var sum = sums[key(one)] ?? (.zero, .zero)
        switch one.kind {
        case .budget: sum.budget = sum.budget + one.amount
        case .spent: sum.spent = sum.spent + one.amount
        }
        sums[key(one)] = sum
      }
      return sums.map {
        Line(source: $0.key.source, currency: $0.key.currency, budget: $0.value.budget, spent: $0.value.spent)
      }
      .sorted { ($0.currency, $0.source) < ($1.currency, $1.source) }
    }
    self.lines = lines { Key(source: $0.source, currency: $0.currency) }
    totals = lines { Key(source: "", currency: $0.currency) }
  }
}
