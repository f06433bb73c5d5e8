import Accounts
import Basics
import CountryPack
import NationalPlan

/// What was done, reported, decided and became late since the day of the last meeting that is over, whichever version of
/// the plan it happened to.
struct PlanSincePage {
  let desks: Desks

  func page(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let screen = PlanScreen(visit, try await desks.plans.look(actor, try visit.id("plan"), isWhole: false))
    // On the day of a meeting what happened since the one before is what it needs.
    let past = screen.look.meetings.filter { $0.day <= screen.today }
    let asked = visit.query["meeting"]
    let last = past.first { $0.id.description == asked } ?? past.first { $0.day < screen.today }
    let day = last?.day ?? screen.plan.from
    let begin = Moment(milliseconds: Int64(day.daysSince1970) * 86_400_000) - desks.pack.offsetFromUTC
    let changes = try await desks.plans.changes(actor, screen.look.id, since: begin)
    let screens = try await screens(visit, actor, screen, since: day)
    let (words, activities) = (visit.words, Activities(screens))
    let late = screen.plan.activities.count { $0.isLate(on: screen.today) }
    let finished = screen.look.decisions.filter { $0.doneOn.map { $0 >= day } == true }
    let open = screen.look.decisions.filter { $0.doneOn == nil }
    return ProtectionSection.page(
      Heading(
        title: words("plan.since"),
        lead: last.map { words("plan.since_lead", ["title": $0.title, "day": visit.dates.day($0.day)]) }
          ?? words("plan.since_begin"), eyebrow: screen.plan.name[visit.language]),
      [
        ProtectionSection(
          title: words("plan.since_reported"), anchor: "reported", rows: activities.reported(changes),
          empty: words("plan.since_nothing")),
        ProtectionSection(
          title: words("plan.since_late"), anchor: "late",
          rows: activities.becameLate(since: day).prefix(50).map(screen.row), empty: words("plan.since_none_late"),
          links: late > 0
            ? [
              .init(
                address: screen.address("activities?state=late"),
                label: words("plan.all_late_count", ["count": String(late)]))
            ] : []),
        ProtectionSection(
          title: words("plan.since_decided"), anchor: "done", rows: finished.map { PlanMeetingPages.row($0, screen) },
          sheet: PlanMeetingPages.sheet(finished, words("plan.since_decided"), screen),
          empty: words("plan.no_decisions")),
        ProtectionSection(
          title: words("plan.decisions_open"), anchor: "open", rows: open.map { PlanMeetingPages.row($0, screen) },
          sheet: PlanMeetingPages.sheet(open, words("plan.decisions_open"), screen), empty: words("plan.no_decisions")),
        ProtectionSection(
          title: words("plan.since_changes"), anchor: "changes",
          rows: changes.reversed().prefix(100).map { change in
            WorkRow(
              title: words("plan.change.\(change.kind.rawValue)"), address: "",
              facts: [visit.dates.moment(change.at), activities.name(change)].filter { !$0.isEmpty }
                + (change.state.map { [screen.state($0)] } ?? []))
          }, empty: words("plan.since_nothing")),
      ], further: ["tabs": screen.tabs("since")].merging(finder(screen, past, last)) { $1 })
  }

  /// From which meeting on, where there were several.
  private func finder(_ screen: PlanScreen, _ past: [PlanMeeting], _ last: PlanMeeting?) -> [String: Any] {
    guard past.count > 1 else { return [:] }
    let none: [[String: Any]] = []
    let options = past.map { one -> [String: Any] in
      [
        "value": one.id.description, "label": screen.visit.dates.day(one.day) + " · " + one.title,
        "chosen": one.id == last?.id,
      ]
    }
    return [
      "finder": [
        "action": screen.address("since"), "submit": screen.words("plan.show"), "hidden": none, "days": none,
        "selects": [["name": "meeting", "label": screen.words("plan.since_meeting"), "options": options]],
      ] as [String: Any]
    ]
  }

  /// This version and those before it that were in force on the day or later, newest first.
  private func screens(
    _ visit: Visit, _ actor: Actor, _ screen: PlanScreen, since day: CalendarDay
  ) async throws -> [PlanScreen] {
    var screens = [screen]
    for stored in screen.look.versions where stored.head.version < screen.plan.version {
      guard stored.head.until.map({ day <= $0 }) != false else { continue }
      screens.append(PlanScreen(visit, try await desks.plans.look(actor, stored.id, isWhole: false)))
    }
    return screens
  }

  /// The activities of the versions that matter, each found under its own.
  private struct Activities {
    let screens: [PlanScreen]
    private let named: [StoredPlanID: [String: PlanActivity]]

    init(_ screens: [PlanScreen]) {
      self.screens = screens
      named = Dictionary(
        screens.map { screen in
          (screen.look.id, Dictionary(screen.plan.activities.map { ($0.code, $0) }) { first, _ in first })
        }
      ) { first, _ in first }
    }

    /// What was changed: a part by its name, a meeting by its title, a decision by its words.
    func name(_ change: PlanChange) -> String {
      let language = screens[0].language
      switch change.kind {
      case .meeting: return screens[0].look.meetings.first { $0.id.description == change.part }?.title ?? ""
      case .decision, .decisionDone:
        return screens[0].look.decisions.first { $0.id.description == change.part }?.words ?? ""
      default: break
      }
      if let activity = named[change.plan]?[change.part] { return activity.name[language] }
      guard let plan = screens.first(where: { $0.look.id == change.plan })?.plan else { return "" }
      let name =
        plan.indicators.first { $0.code == change.part }?.name ?? plan.objectives.first { $0.code == change.part }?.name
      return name?[language] ?? ""
    }

    /// Each once, as the newest version that heard of it has it.
    func reported(_ changes: [PlanChange]) -> [WorkRow] {
      let parts = Dictionary(grouping: changes.filter { $0.kind == .progress }, by: \.plan)
        .mapValues { Set($0.map(\.part)) }
      var (seen, found) = (Set<String>(), [(activity: PlanActivity, screen: PlanScreen)]())
      for screen in screens {
        for code in parts[screen.look.id] ?? [] where seen.insert(code).inserted {
          if let activity = named[screen.look.id]?[code] { found.append((activity, screen)) }
        }
      }
      return found.sorted { ($0.activity.dueDay, $0.activity.code) < ($1.activity.dueDay, $1.activity.code) }
        .map { $0.screen.row($0.activity) }
    }

    /// Late today and not on that day, under whichever version was in force then.
    func becameLate(since day: CalendarDay) -> [PlanActivity] {
      let today = screens[0].today
      return PlanProgress(screens[0].plan, on: today).late.filter { one in
        !screens.contains { named[$0.look.id]?[one.code]?.isLate(on: day) == true }
      }
    }
  }
}
