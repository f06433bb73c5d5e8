import Basics
import Foundation

/// Times and days in words people read, at the country's offset from UTC.
struct Dates: Sendable {
  let words: Words
  let offset: Span
  let now: Moment

  /// `24 nov 2026, 21:40`.
  func moment(_ moment: Moment) -> String {
    let local = moment + offset
    let minutes = Int(((local.milliseconds % 86_400_000) + 86_400_000) % 86_400_000 / 60_000)
    return day(CalendarDay(moment, offsetFromUTC: offset)) + ", " + twoDigits(minutes / 60) + ":"
      + twoDigits(minutes % 60)
  }

  /// `24 nov 2026`.
  func day(_ day: CalendarDay) -> String { "\(day.day) \(monthName(day.month)) \(day.year)" }

  func day(of moment: Moment) -> String { day(CalendarDay(moment, offsetFromUTC: offset)) }

  /// `nov 2026`.
  func month(_ month: CalendarMonth) -> String { "\(monthName(month.month)) \(month.year)" }

  /// Today at the country's clock.
  var today: CalendarDay { CalendarDay(now, offsetFromUTC: offset) }

  /// `vence en 3 h`, `vencida hace 2 h`.
  func due(_ deadline: Moment) -> (text: String, isOver: Bool) {
    let left = deadline - now
    let isOver = left.milliseconds < 0
    let length = length(Span(milliseconds: abs(left.milliseconds)))
    return (words(isOver ? "common.overdue" : "common.due", ["time": length]), isOver)
  }

  /// `hace 5 min`; the day once it lies more than two months back, where nobody counts any more.
  func ago(_ moment: Moment) -> String {
    if now - moment > .days(60) { return day(of: moment) }
    return words("common.ago", ["time": length(Span(milliseconds: max(0, (now - moment).milliseconds)))])
  }

  /// `40 min`, `3 h`, `2 días`.
  func length(_ span: Span) -> String {
    let minutes = Int(span.milliseconds / 60_000)
    switch minutes {
    case ..<1: return words("common.moment")
    case ..<60: return words("common.minutes", ["count": String(minutes)])
    case ..<2880: return words("common.hours", ["count": String(minutes / 60)])
    default: return words("common.days", ["count": String(minutes / 1440)])
    }
  }

  private func monthName(_ month: Int) -> String {
    let names = words("common.months").split(separator: " ")
    return names.indices.contains(month - 1) ? String(names[month - 1]) : String(month)
  }

  private func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
}
