import Accounts
import Basics
import Casework
import CountryPack

/// The actions of an assistance plan: planning, changing, finishing, taking back.
struct PlanActionPages {
  let desks: Desks

  func add(to routes: Routes) {
    routes.get("/cases/:case/plan/goals/:goal/actions/new") { visit in
      let (id, goal) = (try visit.id("case") as CaseID, try visit.id("goal") as PlanGoalID)
      return .goTo("/cases/\(id)/plan/actions/\(PlanActionID.random())?goal=\(goal)")
    }
    routes.get("/cases/:case/plan/actions/:action") { visit in try await form(visit, visit.sheet) }
    routes.post("/cases/:case/plan/actions/:action", save)
    routes.get("/cases/:case/plan/actions/:action/finish") { visit in try await finishPage(visit, visit.sheet) }
    routes.post("/cases/:case/plan/actions/:action/finish", finish)
    routes.get("/cases/:case/plan/actions/:action/remove") { visit in try await removePage(visit, visit.sheet) }
    routes.post("/cases/:case/plan/actions/:action/remove", remove)
  }

  // MARK: Planning

  private func save(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let id: CaseID = try visit.id("case")
    let action: PlanActionID = try visit.id("action")
    guard let goal = visit.form["goal"].flatMap({ PlanGoalID($0) }) else { throw RefusedRequest.malformed }
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      let words = reader.text("words", upTo: 20_000)
      let provider = reader.optional("provider", or: "error.unknown_code") { AgencyID($0) }
      let name = reader.text("provider_name", upTo: 120, required: false)
      let responsible = reader.value("responsible", or: "error.unknown_code") { MemberID($0) }
      let due = reader.value("due", or: "error.day") { CalendarDay($0) }
      let seen = try Clash.seen(visit)
      try reader.check()
      guard let responsible, let due else { throw RefusedRequest.malformed }
      try await desks.cases.putAction(
        actor, id, for: goal, id: action,
        ActionRequest(
          ActionContent(words: words, providerName: name), provider: provider, responsible: responsible, due: due),
        seen: seen)
      return .goTo("/cases/\(id)/plan#g-\(goal)")
    } orShow: {
      try await form(visit, $0)
    }
  }

  private func form(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let view = try await CaseFileView.editable(visit, desks)
    let actor = try visit.actor()
    let id: PlanActionID = try visit.id("action")
    let stored = view.file.plan?.actions.first { $0.id == id }
    let named = PlanGoalID(visit.query["goal"] ?? visit.form["goal"] ?? "")
    guard let goalID = stored?.goal ?? named,
      let goal = view.file.plan?.goals.first(where: { $0.id == goalID })
    else { throw Refusal.notFound }
    if !sheet.wasSent, stored?.done != nil { throw Refusal(.conflict, Phrase("error.action_done")) }
    let clash = Clash(sheet, stored: stored?.revision ?? 0) {
      stored.map { view.definitions($0) } ?? Definitions([("", visit.words("casework.stored_none"))])
    }
    let colleagues = try await desks.cases.colleagues(actor).sorted { ($0.value, $0.key) < ($1.value, $1.key) }
    let agencies = try await desks.agencies.directory(actor)
    let own = "\(view.address)/plan/actions/\(id)"
    return CaseFormPage.answer(
      visit, view.summary, title: stored == nil ? "casework.plan.action_new" : "casework.plan.action_edit",
      lead: goal.content?.words, clash: clash, back: view.planLink,
      further: stored == nil
        ? nil : HomeSection.Link(address: own + "/remove", label: visit.words("casework.plan.action_remove")),
      form: sheet.view(
        action: stored == nil ? own + "?goal=\(goalID)" : own, submit: "casework.save",
        fields: [
          clash.revision, FormSheet(words: visit.words).hidden("goal", goalID.description),
          sheet.area(
            "words", label: "casework.plan.action", hint: "casework.plan.action_hint",
            value: stored?.content?.words ?? "", rows: 3),
          sheet.select(
            "provider", label: "casework.plan.provider",
            options: agencies.map { FormSheet.Option($0.id.description, $0.name) },
            value: stored.map { $0.provider?.description ?? "" } ?? actor.agency.description, optional: true),
          sheet.text(
            "provider_name", label: "casework.plan.provider_name", hint: "casework.plan.provider_name_hint",
            value: stored?.content?.providerName ?? "", optional: true),
          sheet.select(
            "responsible", label: "casework.plan.responsible",
            options: colleagues.map { FormSheet.Option($0.key.description, $0.value) },
            value: (stored?.responsible ?? actor.member).description),
          sheet.text(
            "due", label: "casework.plan.due",
            value: (stored?.due ?? visit.dates.today.adding(days: 14)).description, type: "date"),
        ], cancel: view.address + "/plan"))
  }

  // MARK: Finishing

  private func finish(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let id: CaseID = try visit.id("case")
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      let new: ServiceRecordID = try reader.id()
      let done = reader.value("done", or: "error.day") { CalendarDay($0) }
      let outcome = reader.text("outcome", upTo: 80)
      let words = reader.text("result", upTo: 20_000, required: false)
      let existing = reader.optional("service", or: "error.unknown_code") { ServiceRecordID($0) }
      let kind = PersonForm.code("service_kind", &reader)
      if existing != nil, kind != nil { reader.refuse("service_kind", "error.one_service") }
      try reader.check()
      guard let done else { throw RefusedRequest.malformed }
      try await desks.cases.finishAction(
        actor, id, try visit.id("action"),
        ActionResult(
          done: done, outcome: outcome, words: words,
          service: existing.map { .existing($0) } ?? kind.map { .new(new, $0) } ?? .none))
      return .goTo("/cases/\(id)/plan")
    } orShow: {
      try await finishPage(visit, $0)
    }
  }

  private func finishPage(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let view = try await CaseFileView.editable(visit, desks)
    let id: PlanActionID = try visit.id("action")
    guard let stored = view.file.plan?.actions.first(where: { $0.id == id }) else { throw Refusal.notFound }
    if !sheet.wasSent, stored.done != nil { throw Refusal(.conflict, Phrase("error.action_done")) }
    var fields = [
      sheet.hidden("id", ServiceRecordID.random().description),
      sheet.text("done", label: "casework.follow_up.day", value: visit.dates.today.description, type: "date"),
      sheet.choices("outcome", label: "casework.service.outcome", options: view.terms.options(.outcomes)),
      sheet.area("result", label: "casework.follow_up.result", rows: 3, optional: true),
      sheet.select(
        "service_kind", label: "casework.plan.service_new", hint: "casework.plan.service_new_hint",
        options: view.terms.options(.services), optional: true),
    ]
    if !view.file.services.isEmpty {
      fields.append(
        sheet.select(
          "service", label: "casework.plan.service_existing",
          options: view.file.services.map {
            FormSheet.Option(
              $0.id.description, view.terms.name(.services, $0.service) + ", " + visit.dates.day($0.day))
          }, optional: true))
    }
    return CaseFormPage.answer(
      visit, view.summary, title: "casework.plan.action_finish", lead: stored.content?.words,
      notice: stored.done == nil ? view.terms.due(stored.due)?.text : nil, back: view.planLink,
      form: sheet.view(
        action: "\(view.address)/plan/actions/\(id)/finish", submit: "casework.follow_up.finish", fields: fields,
        cancel: view.address + "/plan"))
  }

  // MARK: Taking back

  private func remove(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let id: CaseID = try visit.id("case")
    return try await visit.attempt {
      try await desks.cases.removeAction(actor, id, try visit.id("action"), seen: try Clash.seen(visit))
      return .goTo("/cases/\(id)/plan")
    } orShow: {
      try await removePage(visit, $0)
    }
  }

  private func removePage(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let view = try await CaseFileView.editable(visit, desks)
    let id: PlanActionID = try visit.id("action")
    guard let stored = view.file.plan?.actions.first(where: { $0.id == id }) else { throw Refusal.notFound }
    if stored.done != nil { throw Refusal(.conflict, Phrase("error.action_done")) }
    let clash = Clash(sheet, stored: stored.revision) { view.definitions(stored) }
    return CaseFormPage.answer(
      visit, view.summary, title: "casework.plan.action_remove", lead: visit.words("casework.remove_lead"),
      clash: clash, back: view.planLink,
      form: sheet.view(
        action: "\(view.address)/plan/actions/\(id)/remove", submit: "casework.plan.action_remove",
        fields: [clash.revision], cancel: view.address + "/plan", isDangerous: true))
  }
}
