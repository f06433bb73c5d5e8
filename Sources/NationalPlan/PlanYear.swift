import Basics

/// What one year of a plan amounts to: the data of its report.
public struct PlanYear: Sendable {
  public let year: Int
  /// Done in the year, by the day they were done.
  public let done: [PlanActivity]
  /// Should have ended in the year, or begun, and are late on the day of the report.
  public let late: [PlanActivity]
  /// Of the activities that were to end in the year.
  public let tally: PlanTally
  /// By axis, of the activities that were to end in the year.
  public let axes: [String: PlanTally]
  /// Of that year's days.
  public let money: PlanMoneyTable
  /// Each indicator with what it stood at by the end of the year; `nil` where nothing was entered.
  public let indicators: [(indicator: PlanIndicator, value: PlanValue?)]
  public let meetings: [PlanMeeting]
  /// Decided at those meetings.
  public let decisions: [PlanDecision]

  /// - Parameter today: the day of the report.
  public init(_ look: PlanLook, year: Int, today: CalendarDay) {
    self.year = year
    let plan = look.plan
    let axisOf = Dictionary(plan.objectives.map { ($0.code, $0.axis) }) { first, _ in first }
    // What an earlier version finished in the year belongs to it too.
    let activities = plan.activities + look.past.activities
    done = activities.filter { $0.state == .done && ($0.doneOn ?? $0.until).year == year }
      .sorted { ($0.doneOn ?? $0.until, $0.code) < ($1.doneOn ?? $1.until, $1.code) }
    late = plan.activities.filter { $0.isLate(on: today) && $0.dueDay.year == year }
      .sorted { ($0.dueDay, $0.code) < ($1.dueDay, $1.code) }
    var (tally, axes) = (PlanTally(), [String: PlanTally]())
    for activity in activities where activity.until.year == year {
      tally.count(activity, today)
      axes[axisOf[activity.objective] ?? "", default: PlanTally()].count(activity, today)
    }
    (self.tally, self.axes) = (tally, axes)
    money = PlanMoneyTable(activities.flatMap(\.money).filter { $0.day.year == year })
    indicators = plan.indicators.map { one in (one, one.values.last { $0.day.year <= year }) }
    meetings = look.meetings.filter { $0.day.year == year }.sorted { ($0.day, $0.id) < ($1.day, $1.id) }
    let held = Set(meetings.map(\.id))
    decisions = look.decisions.filter { held.contains($0.meeting) }
  }

  /// The years a plan can be reported on: from its first to the last that has begun, newest first.
  public static func years(_ plan: Plan, today: CalendarDay) -> [Int] {
    let last = min(today.year, plan.until?.year ?? today.year)
    return last < plan.from.year ? [] : Array((plan.from.year...last).reversed())
  }
}
