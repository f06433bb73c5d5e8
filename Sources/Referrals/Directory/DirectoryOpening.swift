import Basics

/// The country's clock and free days.
public struct DirectoryCalendar: Sendable {
  /// Minutes from UTC, all year (America/Guayaquil: −300). A country that changes its clocks needs each schedule's own.
  public let offsetMinutes: Int
  let holidays: Set<Int>

  public init(offsetMinutes: Int, holidays: Set<CalendarDay> = []) {
    self.offsetMinutes = offsetMinutes
    self.holidays = Set(holidays.map(\.daysSince1970))
  }
}

/// Whether a service can be reached at a moment.
public enum DirectoryOpening: Hashable, Sendable {
  /// - Parameter until: `nil` when it stays open for a week or more.
  case open(until: Moment?)
  /// - Parameter opens: `nil` when it does not open within 40 days, or that is not known.
  case closed(opens: Moment?)
  /// No times are stated.
  case notStated
  /// It would be open, but the day is a holiday and nothing is stated about those.
  case holiday
}

extension DirectoryCalendar {
  enum State: Hashable { case open, notStated, holiday, closed }

  /// The state alone, which is all that a ranking needs.
  func state(_ schedules: [DirectorySchedule], at moment: Moment) -> State {
    if schedules.isEmpty { return .notStated }
    var state = State.closed
    for schedule in schedules {
      switch self.state(schedule, at: moment) {
      case .open: return .open
      case .holiday: state = .holiday
      case .notStated: if state == .closed { state = .notStated }
      case .closed: break
      }
    }
    return state
  }

  /// The state with when it ends.
  public func opening(_ schedules: [DirectorySchedule], at moment: Moment) -> DirectoryOpening {
    switch state(schedules, at: moment) {
    case .notStated: .notStated
    case .holiday: .holiday
    case .open: .open(until: end(of: schedules, at: moment))
    case .closed: .closed(opens: beginning(of: schedules, after: moment))
    }
  }

  private func state(_ schedule: DirectorySchedule, at moment: Moment) -> State {
    if schedule.rule == .described { return .notStated }
    let (today, minute) = local(schedule, moment)
    guard let hours = schedule.hours else {
      return schedule.occurs(today) && !isClosedHoliday(schedule, today) ? .notStated : .closed
    }
    var isHoliday = false
    // What opened yesterday may still be open.
    for back in 0...1 {
      let (day, passed) = (today - back, minute + back * 1440)
      guard passed >= hours.opens.minutes, passed < hours.opens.minutes + hours.length, schedule.occurs(day) else {
        continue
      }
      guard holidays.contains(day) else { return .open }
      switch schedule.holidays {
      case .open: return .open
      case .closed: break
      case .notStated: isHoliday = true
      }
    }
    return isHoliday ? .holiday : .closed
  }

  private func isClosedHoliday(_ schedule: DirectorySchedule, _ day: Int) -> Bool {
    schedule.holidays == .closed && holidays.contains(day)
  }

  /// Day number and minute of the day where the schedule's clock hangs.
  private func local(_ schedule: DirectorySchedule, _ moment: Moment) -> (day: Int, minute: Int) {
    let minutes = Int((Double(moment.milliseconds) / 60_000).rounded(.down)) + (schedule.offsetMinutes ?? offsetMinutes)
    let day = minutes >= 0 ? minutes / 1440 : (minutes - 1439) / 1440
    return (day, minutes - day * 1440)
  }

  private func moment(_ schedule: DirectorySchedule, _ day: Int, _ minute: Int) -> Moment {
    Moment(milliseconds: Int64(day * 1440 + minute - (schedule.offsetMinutes ?? offsetMinutes)) * 60_000)
  }

  /// When the hours that hold now end, those that follow at once taken together.
  private func end(of schedules: [DirectorySchedule], at moment: Moment) -> Moment? {
    let horizon = moment + .days(7)
    var reached = moment
    while reached < horizon {
      var next = reached
      for schedule in schedules {
        guard let hours = schedule.hours, state(schedule, at: reached) == .open else { continue }
        let today = local(schedule, reached).day
        for day in [today, today - 1] {
          let (opens, closes) = (
            self.moment(schedule, day, hours.opens.minutes),
            self.moment(schedule, day, hours.opens.minutes + hours.length)
          )
          let isTaken = schedule.occurs(day) && (!holidays.contains(day) || schedule.holidays == .open)
          if isTaken, opens <= reached, reached < closes { next = max(next, closes) }
        }
      }
      if next == reached { return reached }
      reached = next
    }
    return nil
  }

  private func beginning(of schedules: [DirectorySchedule], after moment: Moment) -> Moment? {
    var first: Moment?
    for schedule in schedules {
      guard let hours = schedule.hours else { continue }
      let today = local(schedule, moment).day
      for day in today...(today + 40)
      where schedule.occurs(day) && (!holidays.contains(day) || schedule.holidays == .open) {
        let opens = self.moment(schedule, day, hours.opens.minutes)
        guard opens > moment else { continue }
        first = min(first ?? opens, opens)
        break
      }
    }
    return first
  }
}
