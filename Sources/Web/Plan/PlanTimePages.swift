import Accounts
import Basics
import NationalPlan

/// When a version of a plan ends, and beginning the next one.
struct PlanTimePages {
  let desks: Desks
  var desk: NationalPlanDesk { desks.plans }

  func add(to routes: Routes) {
    let base = NationalPlanPages.path + "/:plan/"
    routes.get(base + "version") { visit in try await versionPage(visit, visit.sheet) }
    routes.post(base + "version", begin)
    routes.get(base + "end") { visit in try await endPage(visit, visit.sheet) }
    routes.post(base + "end", end)
  }

  private func screen(_ visit: Visit) async throws -> PlanScreen {
    let actor = try visit.actor()
    try actor.require(.keepPlan)
    return PlanScreen(visit, try await desk.look(actor, try visit.id("plan"), isWhole: false))
  }

  // MARK: The next version

  private func versionPage(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let screen = try await screen(visit)
    return ProtectionSection.page(
      Heading(
        title: visit.words("plan.begin_version"), lead: visit.words("plan.begin_version_lead"),
        back: screen.back("", "plan.overview")), [],
      form: sheet.view(
        action: screen.address("version"), submit: "plan.begin_version",
        fields: [
          sheet.hidden("id", StoredPlanID.random().description),
          sheet.text("from", label: "plan.first_day", type: "date"),
        ], cancel: screen.address()))
  }

  private func begin(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    try actor.require(.keepPlan)
    let earlier: StoredPlanID = try visit.id("plan")
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      let id: StoredPlanID = try reader.id()
      let day = reader.value("from", or: "error.day", CalendarDay.init)
      try reader.check()
      guard let day else { throw RefusedRequest.malformed }
      try await desk.begin(actor, id: id, after: earlier, from: day)
      return .goTo(PlanScreen.address(id))
    } orShow: {
      try await versionPage(visit, $0)
    }
  }

  // MARK: The last day

  private func endPage(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let screen = try await screen(visit)
    let until = screen.plan.until?.description ?? ""
    return ProtectionSection.form(
      Heading(
        title: visit.words("plan.end"), lead: visit.words("plan.end_lead"), back: screen.back("", "plan.overview")),
      sheet, action: screen.address("end"), cancel: screen.address()
    ) { sheet in
      [
        sheet.seen(until, as: "seen"),
        sheet.text(
          "until", label: "plan.last_day", hint: "plan.last_day_hint", value: until, type: "date", optional: true),
      ]
    }
  }

  private func end(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    try actor.require(.keepPlan)
    let id: StoredPlanID = try visit.id("plan")
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      let seen = reader.optional("seen", or: "error.day", CalendarDay.init)
      let until = reader.optional("until", or: "error.day", CalendarDay.init)
      try reader.check()
      try await desk.end(actor, id, on: until, seen: seen)
      return .goTo(PlanScreen.address(id))
    } orShow: {
      try await endPage(visit, $0)
    }
  }
}
