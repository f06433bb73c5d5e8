import Accounts
import Basics
import CountryPack
import NationalPlan

/// What is added while a plan runs: where an activity stands, money, what an indicator was found at.
struct PlanEntryPages {
  let desks: Desks
  var desk: NationalPlanDesk { desks.plans }

  private func activity(_ visit: Visit) async throws -> (Actor, PlanScreen, PlanActivity) {
    let actor = try visit.actor()
    try actor.require(.keepPlan)
    let look = try await desk.look(actor, try visit.id("plan"), isWhole: false, activity: visit.part("part"))
    let screen = PlanScreen(visit, look)
    guard let one = screen.plan.activities.first(where: { $0.code == visit.part("part") }) else {
      throw Refusal.notFound
    }
    return (actor, screen, one)
  }

  private func page(
    _ screen: PlanScreen, _ title: String, _ name: LocalizedText, _ rest: String, _ action: String, _ sheet: FormSheet,
    _ fields: (FormSheet) -> [FormSheet.Field]
  ) -> Answer {
    ProtectionSection.form(
      Heading(
        title: screen.words(title), lead: name[screen.language],
        back: .init(address: screen.address(rest), label: screen.words("plan.back"))), sheet,
      action: screen.address(rest + "/" + action), cancel: screen.address(rest), fields)
  }

  // MARK: Progress

  func progressPage(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let (_, screen, one) = try await activity(visit)
    return page(
      screen, "plan.report_progress", one.name, "activities/\(one.code)", "progress", sheet
    ) { sheet in
      [
        sheet.seen(screen.look.revisions[one.code] ?? 0),
        sheet.choices(
          "state", label: "plan.state_term",
          options: ActivityState.allCases.map { FormSheet.Option($0.rawValue, screen.state($0)) },
          value: one.state.rawValue),
        sheet.text(
          "done_on", label: "plan.done_on", hint: "plan.done_on_hint", value: one.doneOn?.description ?? "",
          type: "date", optional: true),
        sheet.area("result", label: "plan.result", hint: "plan.result_hint", value: one.result, optional: true),
        sheet.area(
          "evidence", label: "plan.evidence", hint: "plan.evidence_hint", value: one.evidence, rows: 3, optional: true),
      ]
    }
  }

  func progress(_ visit: Visit) async throws -> Answer {
    let (actor, screen, one) = try await activity(visit)
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      let revision = reader.value("revision", or: "error.unknown_code") { Int($0) }
      let state = reader.value("state", or: "error.unknown_code") { ActivityState(rawValue: $0) }
      let doneOn = reader.optional("done_on", or: "error.day", CalendarDay.init)
      let result = reader.text("result", upTo: 4000, required: false)
      let evidence = reader.text("evidence", upTo: 2000, required: false)
      try reader.check()
      guard let revision, let state else { throw RefusedRequest.malformed }
      try await desk.report(
        actor, one.code, in: screen.look.id, state, doneOn: doneOn, result: result, evidence: evidence, seen: revision)
      return .goTo(screen.address(of: one))
    } orShow: {
      try await progressPage(visit, $0)
    }
  }

  // MARK: Money

  func moneyPage(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let (_, screen, one) = try await activity(visit)
    return page(
      screen, "plan.money_add", one.name, "activities/\(one.code)", "money", sheet
    ) { sheet in
      [sheet.hidden("id", PlanEntryID.random().description)]
        + MoneyForm.fields(sheet, visit, desks.pack, on: screen.today)
    }
  }

  func money(_ visit: Visit) async throws -> Answer {
    let (actor, screen, one) = try await activity(visit)
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      let id: PlanEntryID = try reader.id()
      let money = try MoneyForm.money(&reader)
      try await desk.add(actor, money, id, to: one.code, in: screen.look.id)
      return .goTo(screen.address(of: one))
    } orShow: {
      try await moneyPage(visit, $0)
    }
  }

  // MARK: Values

  private func indicator(_ visit: Visit) async throws -> (Actor, PlanScreen, PlanIndicator) {
    let actor = try visit.actor()
    try actor.require(.keepPlan)
    let screen = PlanScreen(visit, try await desk.look(actor, try visit.id("plan"), isWhole: false))
    guard let one = screen.plan.indicators.first(where: { $0.code == visit.part("part") }) else {
      throw Refusal.notFound
    }
    return (actor, screen, one)
  }

  func valuePage(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let (_, screen, one) = try await indicator(visit)
    return page(
      screen, "plan.value_add", one.name, "indicators/\(one.code)", "value", sheet
    ) { sheet in
      [
        sheet.hidden("id", PlanEntryID.random().description),
        sheet.text("day", label: "plan.day", value: screen.today.description, type: "date"),
        sheet.text("number", label: "plan.value", hint: "plan.number_hint", inputmode: "decimal"),
        sheet.text("source", label: "plan.source_term", value: one.source),
      ]
    }
  }

  func value(_ visit: Visit) async throws -> Answer {
    let (actor, screen, one) = try await indicator(visit)
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      let id: PlanEntryID = try reader.id()
      let day = reader.value("day", or: "error.day", CalendarDay.init)
      let number = reader.planNumber("number")
      let source = reader.text("source", upTo: 300)
      try reader.check()
      guard let day, let number else { throw RefusedRequest.malformed }
      try await desk.add(
        actor, PlanValue(day: day, value: number, source: source), id, to: one.code, in: screen.look.id)
      return .goTo(screen.address("indicators/\(one.code)"))
    } orShow: {
      try await valuePage(visit, $0)
    }
  }
}
