import Basics
import NationalPlan

/// A plan's activities as bars in time, with a line for today. The table beside it says the same in words.
///
/// Names stand above their bars and not beside them, and places are shares of the width while letters keep their size: on
/// a phone nothing shrinks.
struct PlanGantt {
  /// More bars than this on one page and nobody finds anything.
  static let most = 40
  private static let step = 62

  let activities: [PlanActivity]
  let screen: PlanScreen
  private let first: CalendarDay
  private let last: CalendarDay

  init(_ activities: [PlanActivity], _ screen: PlanScreen) {
    self.activities = activities
    self.screen = screen
    first = activities.map(\.from).min() ?? screen.plan.from
    last = max(activities.map(\.until).max() ?? first, first.adding(days: 1))
  }

  /// In hundredths of a percent of the width.
  private func place(_ day: CalendarDay) -> Int {
    let (all, part) = (last.daysSince1970 - first.daysSince1970, day.daysSince1970 - first.daysSince1970)
    return min(10_000, max(0, part * 10_000 / max(1, all)))
  }

  private static func percent(_ place: Int) -> String { "\(place / 100).\(place / 10 % 10)\(place % 10)%" }

  /// The beginnings of years, or of quarters where the time is short.
  private var marks: [(day: CalendarDay, name: String)] {
    let isShort = last.daysSince1970 - first.daysSince1970 < 800
    var marks: [(CalendarDay, String)] = []
    for year in first.year...last.year {
      for month in isShort ? [1, 4, 7, 10] : [1] {
        guard let day = CalendarDay(year: year, month: month, day: 1), day >= first, day <= last else { continue }
        marks.append((day, isShort ? screen.visit.dates.month(day.monthOnly) : String(year)))
      }
    }
    // So many that their names have room on a phone.
    let every = max(1, (marks.count + 3) / 4)
    return marks.enumerated().filter { $0.offset % every == 0 }.map(\.element)
  }

  var svg: String {
    let height = 30 + activities.count * Self.step + 6
    var body = ""
    for mark in marks {
      let x = Self.percent(min(place(mark.day), 8_000))
      body += Self.line(at: Self.percent(place(mark.day)), height, "stroke=\"currentColor\" stroke-opacity=\"0.25\"")
      body += "<text x=\"\(x)\" dx=\"3\" y=\"14\" font-size=\"13\" fill=\"currentColor\">\(mark.name)</text>"
    }
    for (number, one) in activities.enumerated() { body += bar(one, top: 30 + number * Self.step) }
    if screen.today >= first, screen.today <= last {
      body += Self.line(
        at: Self.percent(place(screen.today)), height, "stroke=\"#b3261e\" stroke-width=\"2\" stroke-dasharray=\"5 3\"")
    }
    let label = Screen.escaped(screen.words("plan.gantt"))
    return "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"100%\" height=\"\(height)\" role=\"img\" "
      + "aria-label=\"\(label)\" font-family=\"system-ui, sans-serif\">\(body)</svg>"
  }

  private static func line(at x: String, _ height: Int, _ stroke: String) -> String {
    "<line x1=\"\(x)\" y1=\"20\" x2=\"\(x)\" y2=\"\(height)\" \(stroke)/>"
  }

  private func bar(_ one: PlanActivity, top: Int) -> String {
    let name = one.code + " " + one.name[screen.language]
    let isLate = one.isLate(on: screen.today)
    var lines = Drawing.lines((isLate ? "▲ " : "") + name, 36)
    if lines.count > 2 { lines = [lines[0], lines[1] + " …"] }
    let words = lines.enumerated().map { number, line in
      "<text x=\"0\" y=\"\(top + 14 + number * 16)\" font-size=\"14\" font-weight=\"\(isLate ? 700 : 400)\" "
        + "fill=\"currentColor\">\(Screen.escaped(line))</text>"
    }.joined()
    let (from, until) = (place(one.from), place(one.until))
    // A day is seen too.
    let width = max(100, until - from)
    let x = Self.percent(min(from, 10_000 - width))
    let shape =
      "<rect x=\"\(x)\" y=\"\(top + 36)\" width=\"\(Self.percent(width))\" height=\"14\" fill=\"\(fill(one))\" "
      + "stroke=\"#14504f\"/>"
    let told = Screen.escaped("\(name): \(screen.time(one)), \(screen.status(one).text)")
    return words + "<g><title>\(told)</title>\(shape)</g>"
  }

  /// Dark to light: done, under way, paused, planned; empty for dropped.
  private func fill(_ one: PlanActivity) -> String {
    switch one.state {
    case .done: Drawing.fills[0]
    case .underWay: Drawing.fills[1]
    case .paused: Drawing.fills[2]
    case .planned: Drawing.fills[4]
    case .dropped: "#ffffff"
    }
  }

  var table: DataTable {
    let words = screen.words
    return DataTable(
      caption: words("plan.gantt_table"),
      columns: [
        words("plan.activity"), words("plan.from"), words("plan.until"), words("plan.state_term"),
        words("plan.depends_on"), words("plan.held_by"),
      ],
      rows: activities.map { one in
        [
          .link(one.name[screen.language], address: screen.address(of: one)), .text(screen.visit.dates.day(one.from)),
          .text(screen.visit.dates.day(one.until)), .status(screen.status(one)),
          .text(one.dependsOn.isEmpty ? "–" : one.dependsOn.joined(separator: ", ")), .text(screen.holder(one)),
        ]
      })
  }
}
