import Basics
import CountryPack
import NationalPlan

/// How far the national plan in force is, for everybody: by axis, objective and activity, with who answers for it, until
/// when, and what is late.
struct PlanRoom: PublicRoom {
  /// Activities on one page: it stays under 50 KB.
  static let pageSize = 40

  var publicPages: [PublicPage] {
    [
      PublicPage(path: "plan", menu: "rooms.plan.menu", make: overview),
      PublicPage(path: "plan/axis/:axis", make: axis),
      PublicPage(path: "plan/objective/:objective", make: objective),
      PublicPage(path: "plan/objective/:objective/:page", make: objective),
      PublicPage(path: "plan/late", make: late),
      PublicPage(path: "plan/late/:page", make: late),
      PublicPage(path: "plan/year/:year", make: year),
    ]
  }

  func publicEntries(_ visit: PublicVisit) async throws -> [PublicEntry] {
    let (title, lead) = (visit.words("rooms.plan.title"), visit.words("rooms.plan.lead"))
    guard let screen = try await PublicPlanScreen.read(visit) else {
      return [PublicEntry(path: "plan", title: title, description: lead, text: title + " " + lead)]
    }
    let plan = screen.plan
    return [
      PublicEntry(
        path: "plan", title: title, description: lead,
        text: [title, lead, screen.text(plan.name)].joined(separator: " "))
    ]
      + plan.axes.map { axis in
        let names = plan.objectives.filter { $0.axis == axis.code }.map { screen.text($0.name) }
        return PublicEntry(
          path: "plan/axis/\(axis.code)", title: screen.text(axis.name), description: screen.text(plan.name),
          text: ([screen.text(axis.name)] + names).joined(separator: " "))
      }
  }

  // MARK: The whole

  private func overview(_ visit: PublicVisit) async throws -> PublicAnswer {
    let words = visit.words
    let about = PublicAbout(title: words("rooms.plan.title"), description: words("rooms.plan.lead"))
    guard let screen = try await PublicPlanScreen.read(visit) else { return .page("public/plan-none", [:], about) }
    let (plan, shown) = (screen.plan, screen.shown)
    var model: [String: Any] = [
      "name": screen.text(plan.name), "time": screen.time(of: plan), "source": plan.source,
      "certainty": words("plan.certainty.\(plan.certainty.rawValue)"), "tally": screen.tally(shown.progress.all),
      "axes": plan.axes.map { axis in
        screen.tally(shown.progress.axes[axis.code] ?? PlanTally()).merging([
          "name": screen.text(axis.name), "address": visit.address("plan/axis/\(axis.code)"),
        ]) { $1 }
      },
      "late": words(
        shown.progress.late.count == 1 ? "rooms.plan.one_late" : "rooms.plan.late_count",
        ["count": String(shown.progress.late.count)]),
      "lateAddress": visit.address("plan/late"), "isLate": !shown.progress.late.isEmpty,
      "isEmpty": plan.activities.isEmpty,
      "years": shown.years.map { ["year": String($0), "address": visit.address("plan/year/\($0)")] },
      "day": visit.dates.day(shown.today),
    ]
    model["note"] = plan.note.map { screen.text($0) }
    model["money"] = screen.money(shown.money)?.view
    return .page("public/plan", model, about)
  }

  // MARK: Parts

  private func axis(_ visit: PublicVisit) async throws -> PublicAnswer {
    guard let screen = try await PublicPlanScreen.read(visit),
      let axis = screen.plan.axes.first(where: { $0.code == visit.part("axis") })
    else { throw Refusal.notFound }
    let objectives = screen.plan.objectives.filter { $0.axis == axis.code }
    let all = objectives.map { one in (one, screen.activities(of: one.code)) }
    // A short axis is read at once; a long one is opened objective by objective.
    let isShort = all.reduce(0) { $0 + $1.1.count } <= Self.pageSize
    return .page(
      "public/plan-axis",
      [
        "title": screen.text(axis.name), "plan": screen.text(screen.plan.name), "back": visit.address("plan"),
        "tally": screen.tally(screen.shown.progress.axes[axis.code] ?? PlanTally()),
        "objectives": all.map { one, activities in
          [
            "name": screen.text(one.name), "address": visit.address("plan/objective/\(one.code)"), "isShort": isShort,
            "activities": isShort ? activities.map(screen.view) : [], "hasActivities": !activities.isEmpty,
            "tally": screen.tally(activities), "indicators": screen.indicators(of: one.code),
          ] as [String: Any]
        }, "isEmpty": objectives.isEmpty,
      ] as [String: Any],
      PublicAbout(title: screen.text(axis.name), description: screen.text(screen.plan.name)))
  }

  private func objective(_ visit: PublicVisit) async throws -> PublicAnswer {
    guard let screen = try await PublicPlanScreen.read(visit),
      let one = screen.plan.objectives.first(where: { $0.code == visit.part("objective") })
    else { throw Refusal.notFound }
    let activities = screen.activities(of: one.code)
    let address = visit.address("plan/objective/\(one.code)")
    var model: [String: Any] = [
      "title": screen.text(one.name), "eyebrow": screen.axis(one.axis), "back": visit.address("plan/axis/\(one.axis)"),
      "backLabel": screen.axis(one.axis), "tally": screen.tally(activities),
      "indicators": screen.indicators(of: one.code),
    ]
    model.merge(try part(activities, screen, visit, address)) { $1 }
    return .page(
      "public/plan-activities", model,
      PublicAbout(title: screen.text(one.name), description: screen.axis(one.axis)))
  }

  private func late(_ visit: PublicVisit) async throws -> PublicAnswer {
    guard let screen = try await PublicPlanScreen.read(visit) else { throw Refusal.notFound }
    let words = visit.words
    var model: [String: Any] = [
      "title": words("rooms.plan.late"), "eyebrow": screen.text(screen.plan.name), "back": visit.address("plan"),
      "backLabel": words("rooms.plan.title"), "lead": words("rooms.plan.late_lead"), "indicators": [[String: Any]](),
    ]
    model.merge(try part(screen.shown.progress.late, screen, visit, visit.address("plan/late"))) { $1 }
    return .page(
      "public/plan-activities", model,
      PublicAbout(title: words("rooms.plan.late"), description: words("rooms.plan.late_lead")))
  }

  /// A page of activities. The address of the first one has no number.
  private func part(
    _ activities: [PlanActivity], _ screen: PublicPlanScreen, _ visit: PublicVisit, _ address: String
  ) throws -> [String: Any] {
    let text = visit.part("page")
    let last = max(1, (activities.count + Self.pageSize - 1) / Self.pageSize)
    guard let number = text.isEmpty ? 1 : Int(text), (1...last).contains(number), text.isEmpty || String(number) == text
    else { throw Refusal.notFound }
    var model: [String: Any] = [
      "activities": activities.dropFirst((number - 1) * Self.pageSize).prefix(Self.pageSize).map(screen.view),
      "isEmpty": activities.isEmpty,
    ]
    guard last > 1 else { return model }
    var pages: [String: Any] = ["number": number, "last": last]
    if number > 1 { pages["before"] = number == 2 ? address : "\(address)/\(number - 1)" }
    if number < last { pages["after"] = "\(address)/\(number + 1)" }
    model["pages"] = pages
    return model
  }

  // MARK: A year

  private func year(_ visit: PublicVisit) async throws -> PublicAnswer {
    guard let screen = try await PublicPlanScreen.read(visit), let number = Int(visit.part("year")),
      String(number) == visit.part("year"), let year = screen.shown.year(number)
    else { throw Refusal.notFound }
    let words = visit.words
    let title = words("rooms.plan.year", ["year": String(number)])
    func list(_ activities: [PlanActivity]) -> [String: Any] {
      var view: [String: Any] = [
        "rows": activities.prefix(Self.pageSize).map(screen.view), "isEmpty": activities.isEmpty,
      ]
      if activities.count > Self.pageSize {
        view["cut"] = words(
          "rooms.plan.cut", ["shown": String(Self.pageSize), "count": String(activities.count)])
      }
      return view
    }
    var model: [String: Any] = [
      "title": title, "plan": screen.text(screen.plan.name), "back": visit.address("plan"),
      "tally": screen.tally(year.due.all),
      "axes": screen.plan.axes.map { axis in
        screen.tally(year.due.axes[axis.code] ?? PlanTally()).merging([
          "name": screen.text(axis.name), "address": visit.address("plan/axis/\(axis.code)"),
        ]) { $1 }
      },
      "done": list(year.done), "late": list(year.late), "day": visit.dates.day(screen.shown.today),
    ]
    model["money"] = screen.money(year.money)?.view
    return .page("public/plan-year", model, PublicAbout(title: title, description: screen.text(screen.plan.name)))
  }
}
