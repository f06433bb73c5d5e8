import Basics

/// The hours of an ordinary week, as people write them in a form: `08:00-12:30, 14:00-17:00` for each day.
///
/// Schedules that say more (every second week, the last Friday, dates) can't be written so and are kept as they are.
public struct WeekOfHours: Hashable, Sendable {
  /// By day, each day's hours in order; days that are not in it are closed.
  public var days: [DirectorySchedule.Weekday: [DirectorySchedule.Hours]]

  public init(_ days: [DirectorySchedule.Weekday: [DirectorySchedule.Hours]] = [:]) {
    self.days = days.filter { !$0.value.isEmpty }
  }

  public var isEmpty: Bool { days.isEmpty }

  /// `nil` when the schedules say something that an ordinary week does not hold.
  /// - Parameter offsetMinutes: the country's clock; a schedule on another one is not written so.
  public init?(_ schedules: [DirectorySchedule], offsetMinutes: Int) {
    var days: [DirectorySchedule.Weekday: [DirectorySchedule.Hours]] = [:]
    for schedule in schedules {
      guard case .weekly(let weekdays) = schedule.rule, let hours = schedule.hours, schedule.validFrom == nil,
        schedule.validTo == nil, schedule.interval == 1, schedule.start == nil, schedule.note == nil,
        schedule.offsetMinutes == nil || schedule.offsetMinutes == offsetMinutes,
        schedule.holidays == schedules[0].holidays
      else { return nil }
      for day in weekdays { days[day, default: []].append(hours) }
    }
    for (day, hours) in days {
      let sorted = hours.sorted { $0.opens < $1.opens }
      guard Self.follow(sorted) else { return nil }
      days[day] = sorted
    }
    self.init(days)
  }

  /// One schedule for all the days that open and close at the same times.
  public func schedules(holidays: DirectorySchedule.Holidays) -> [DirectorySchedule] {
    var byHours: [DirectorySchedule.Hours: [DirectorySchedule.Weekday]] = [:]
    for (day, all) in days { for hours in all { byHours[hours, default: []].append(day) } }
    return byHours.map { DirectorySchedule(.weekly($0.value.sorted()), $0.key, holidays: holidays) }.sorted {
      guard case .weekly(let one) = $0.rule, case .weekly(let other) = $1.rule, let first = $0.hours,
        let second = $1.hours
      else { return false }
      return (one[0], first.opens, first.closes) < (other[0], second.opens, second.closes)
    }
  }

  // MARK: As text

  /// Reads a day: ranges parted by commas, each two times with a hyphen or a dash between them: `8-12:30, 14:00–17:00`.
  /// An hour may stand alone; 24:00 is midnight at the day's end. Empty is closed.
  ///
  /// `nil` for anything else, for more than four ranges and for ranges that overlap. Only the last may go over midnight.
  public static func hours(_ text: String) -> [DirectorySchedule.Hours]? {
    let plain = text.replacing("–", with: "-").filter { !$0.isWhitespace }
    if plain.isEmpty { return [] }
    var all: [DirectorySchedule.Hours] = []
    for range in plain.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = range.split(separator: "-", omittingEmptySubsequences: false)
      guard ends.count == 2, let opens = time(ends[0]), opens < 1440, let closes = time(ends[1]),
        let first = TimeOfDay(minutes: opens), let last = TimeOfDay(minutes: closes % 1440)
      else { return nil }
      all.append(DirectorySchedule.Hours(first, last))
    }
    return all.count <= 4 && follow(all) ? all : nil
  }

  /// What `hours` reads.
  public static func text(_ hours: [DirectorySchedule.Hours]) -> String {
    hours.map { "\($0.opens)-\($0.closes == .midnight ? "24:00" : $0.closes.description)" }.joined(separator: ", ")
  }

  private static func time(_ text: Substring) -> Int? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), (1...2).contains(parts[0].utf8.count),
      parts.count == 1 || parts[1].utf8.count == 2,
      parts.allSatisfy({ $0.utf8.allSatisfy { (48...57).contains($0) } }), let hours = Int(parts[0]),
      let minutes = parts.count == 2 ? Int(parts[1]) : 0, minutes < 60, hours * 60 + minutes <= 1440
    else { return nil }
    return hours * 60 + minutes
  }

  /// Whether each begins after the one before has ended.
  private static func follow(_ hours: [DirectorySchedule.Hours]) -> Bool {
    zip(hours, hours.dropFirst()).allSatisfy { one, next in one.opens.minutes + one.length <= next.opens.minutes }
  }
}
