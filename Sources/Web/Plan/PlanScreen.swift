import Accounts
import Basics
import CountryPack
import NationalPlan

/// A plan in the words of the reader: names of institutions as they were on the day, provinces, states, numbers.
struct PlanScreen {
  let visit: Visit
  let look: PlanLook
  let today: CalendarDay
  private let heirs: [String: [String]]
  /// Who answers today for what an institution answered for; thousands of activities ask for the same few.
  private let holdersToday: [String: String]

  init(_ visit: Visit, _ look: PlanLook) {
    self.visit = visit
    self.look = look
    let (book, today, language) = (look.institutions, visit.dates.today, visit.language)
    self.today = today
    heirs = book.institutions.mapValues { book.heirs($0.code, on: today) }
    holdersToday = heirs.mapValues { heirs in
      heirs.map { book.name($0, on: today)[language] }.joined(separator: ", ")
    }
  }

  var words: Words { visit.words }
  var language: Language { visit.language }
  var plan: Plan { look.plan }
  var pack: CountryPack { visit.frame.desks.pack }

  static func address(_ id: StoredPlanID, _ rest: String = "") -> String {
    "/plan/\(id)" + (rest.isEmpty ? "" : "/" + rest)
  }

  func address(_ rest: String = "") -> String { Self.address(look.id, rest) }

  /// Where an activity is: what an earlier version finished is kept there.
  func address(of activity: PlanActivity) -> String {
    Self.address(look.past.homes[activity.code] ?? look.id, "activities/\(activity.code)")
  }

  /// Where a meeting is: under the version that held it.
  func address(of meeting: PlanMeetingID) -> String {
    Self.address(look.past.meetings[meeting] ?? look.id, "meetings/\(meeting)")
  }

  // MARK: Names

  /// As the institution was called then.
  func institution(_ code: String, on day: CalendarDay) -> String { look.institutions.name(code, on: day)[language] }

  /// Who has an activity: what is over keeps who answered at its time, what is open is with whoever answers today.
  func holder(_ activity: PlanActivity) -> String {
    guard !activity.state.isOpen else { return holder(activity.lead) }
    return look.institutions.holders(activity.lead, on: activity.doneOn ?? activity.until).map { $0[language] }
      .joined(separator: ", ")
  }

  /// Who has a decision: whoever answered on the day it was carried out, today's while it is open.
  func holder(_ decision: PlanDecision) -> String {
    decision.doneOn.map { institution(decision.owner, on: $0) } ?? holder(decision.owner)
  }

  /// Whether an institution answers today for what another one answered for.
  func answers(_ code: String, for lead: String) -> Bool { (heirs[lead] ?? [lead]).contains(code) }

  /// The institutions that answer today for a plan's activities, by name.
  var holders: [(code: String, name: String)] {
    Set(plan.activities.map(\.lead)).reduce(into: Set()) { $0.formUnion(heirs[$1] ?? [$1]) }
      .map { ($0, institution($0, on: today)) }.sorted { ($0.1.listOrder, $0.0) < ($1.1.listOrder, $1.0) }
  }

  /// Who answers today for what an institution answered for.
  func holder(_ code: String) -> String { holdersToday[code] ?? institution(code, on: today) }

  /// The name at an activity's time, and today's where it differs.
  func lead(_ activity: PlanActivity) -> String {
    guard activity.state.isOpen else { return holder(activity) }
    let then = institution(activity.lead, on: min(today, activity.until))
    let now = holder(activity.lead)
    return then == now ? then : words("plan.lead_now", ["then": then, "now": now])
  }

  func province(_ iso: String) -> String {
    iso.isEmpty ? words("plan.whole_country") : pack.province(iso: iso)?.name[language] ?? iso
  }

  func places(_ activity: PlanActivity) -> String {
    let provinces = activity.provinces.map(province)
    let all = activity.canton.isEmpty ? provinces : provinces + [activity.canton]
    return all.isEmpty ? words("plan.whole_country") : all.joined(separator: ", ")
  }

  func axis(_ code: String) -> String { plan.axes.first { $0.code == code }?.name[language] ?? code }
  func objective(_ code: String) -> String { plan.objectives.first { $0.code == code }?.name[language] ?? code }

  func quarter(_ quarter: Quarter) -> String {
    words("plan.quarter", ["number": String(quarter.number), "year": String(quarter.year)])
  }

  func time(_ activity: PlanActivity) -> String {
    words("plan.from_until", ["from": visit.dates.day(activity.from), "until": visit.dates.day(activity.until)])
  }

  func status(_ activity: PlanActivity) -> Status {
    Status(activity, on: today, words)
  }

  func state(_ state: ActivityState) -> String { words("plan.state.\(state.rawValue)") }

  // MARK: Numbers

  /// `12.345,6` in Spanish, `12,345.6` in English.
  func number(_ number: PlanNumber) -> String { Self.grouped(number.description, language) }
  func money(_ money: Money, _ currency: String) -> String {
    currency + " " + Self.grouped(money.description, language)
  }

  static func grouped(_ text: String, _ language: Language) -> String {
    let parts = text.split(separator: ".", maxSplits: 1)
    let isNegative = text.hasPrefix("-")
    let digits = Array(parts[0].drop { $0 == "-" })
    let (group, point) = language == .spanish ? (".", ",") : (",", ".")
    var whole = ""
    for (place, digit) in digits.enumerated() {
      if place > 0, (digits.count - place) % 3 == 0 { whole += group }
      whole.append(digit)
    }
    return (isNegative ? "-" : "") + whole + (parts.count > 1 ? point + parts[1] : "")
  }

  // MARK: Parts of pages

  func row(_ activity: PlanActivity) -> WorkRow {
    var row = WorkRow(
      title: activity.name[language], address: address(of: activity),
      facts: [activity.code, places(activity), time(activity)], status: status(activity), holder: holder(activity))
    if activity.isLate(on: today) {
      let days = today.daysSince1970 - activity.dueDay.daysSince1970
      row.due = (words("plan.days_late", ["count": String(days)]), true)
      row.dueOn = activity.dueDay
    }
    return row
  }

  /// - Parameter query: of the list of activities that a row counts; `nil` where no list shows just these.
  func tallies(
    _ title: String, _ column: String, _ rows: [(name: String, tally: PlanTally, query: String?)]
  ) -> DataTable {
    DataTable(
      caption: title,
      columns: [
        column, words("plan.tally.all"), words("plan.tally.done"), words("plan.tally.under_way"),
        words("plan.tally.late"), words("plan.tally.percent"), words("plan.tally.progress"),
      ],
      rows: rows.map { name, tally, query in
        let first: DataTable.Cell =
          query.map { .link(name, address: address("activities?" + $0)) } ?? .text(name)
        return [
          first, .number(String(tally.all)), .number(String(tally.done)), .number(String(tally.underWay)),
          .number(String(tally.late)), .number(tally.percent.map { "\($0) %" } ?? "–"),
          .bar(Double(tally.percent ?? 0)),
        ]
      })
  }

  func tabs(_ current: String) -> [String: Any] {
    let parts = [
      ("", "plan.overview"), ("activities", "plan.activities"), ("indicators", "plan.indicators"),
      ("gantt", "plan.gantt"), ("money", "plan.money"), ("meetings", "plan.meetings"), ("since", "plan.since"),
      ("report", "plan.report"),
    ]
    return Tabs(items: parts.map { (label: words($0.1), address: address($0.0)) }, current: address(current)).view
  }

  func back(_ rest: String, _ key: String) -> HomeSection.Link { .init(address: address(rest), label: words(key)) }

  /// What a plan needs next: an activity, or first an objective that it would be for.
  var nextStep: HomeSection.Link {
    plan.objectives.isEmpty
      ? .init(address: address("objectives/new"), label: words("plan.new_objectives"))
      : .init(address: address("activities/new"), label: words("plan.activity.new"))
  }

  /// The institutions to choose from, by their names of today.
  var institutionOptions: [FormSheet.Option] {
    look.institutions.institutions.keys.map { FormSheet.Option($0, institution($0, on: today)) }
      .sorted { ($0.label.listOrder, $0.value) < ($1.label.listOrder, $1.value) }
  }
}

extension Status {
  /// How an activity stands on a day, for members and for the public.
  init(_ activity: PlanActivity, on today: CalendarDay, _ words: Words) {
    if activity.isLate(on: today) {
      self.init(text: words("plan.late_\(activity.state.rawValue)"), tone: .urgent)
      return
    }
    let tone: Tone =
      switch activity.state {
      case .planned: .open
      case .underWay, .paused: .active
      case .done: .done
      case .dropped: .ended
      }
    self.init(text: words("plan.state.\(activity.state.rawValue)"), tone: tone)
  }
}
