import Accounts
import Basics
import Casework
import CountryPack

/// The assistance plan: its page, its goals, agreeing and signing. Its actions: `PlanActionPages`.
struct AssistancePlanPages {
  let desks: Desks

  func add(to routes: Routes) {
    routes.get("/cases/:case/plan", page)
    routes.get("/cases/:case/plan/goals/new") { visit in
      .goTo("/cases/\(try visit.id("case") as CaseID)/plan/goals/\(PlanGoalID.random())?new=yes")
    }
    routes.get("/cases/:case/plan/goals/:goal") { visit in try await goalPage(visit, visit.sheet) }
    routes.post("/cases/:case/plan/goals/:goal", saveGoal)
    routes.get("/cases/:case/plan/agree") { visit in try await agreePage(visit, visit.sheet) }
    routes.post("/cases/:case/plan/agree", agree)
    routes.get("/cases/:case/plan/sign") { visit in try await signPage(visit, visit.sheet) }
    routes.post("/cases/:case/plan/sign", sign)
    PlanActionPages(desks: desks).add(to: routes)
  }

  private func page(_ visit: Visit) async throws -> Answer {
    let view = try await CaseFileView.read(visit, desks)
    guard let plan = view.file.plan else { throw Refusal(.noBasis, Phrase("error.no_basis")) }
    let words = visit.words
    let moves = view.file.moves
    func link(_ path: String, _ key: String) -> HomeSection.Link {
      HomeSection.Link(address: view.address + path, label: words(key))
    }
    var next: HomeSection.Link?
    if moves.contains(.edit) {
      next = link("/plan/goals/new", plan.goals.isEmpty ? "casework.plan.begin" : "casework.plan.goal_new")
      if plan.agreement == nil, PlanRules.obstacleToAgreement(plan) == nil {
        next = link("/plan/agree", "casework.plan.agree")
      }
    }
    let actor = try visit.actor()
    if moves.contains(.approvePlan), PlanRules.obstacleToSignature(plan, by: actor.member) == nil {
      next = link("/plan/sign", "casework.plan.sign")
    }
    let goalLink = moves.contains(.edit) && next?.address.hasSuffix("/goals/new") == false
    let marks = view.planMarks
    return .page(
      "casework/plan",
      [
        "heading": Heading(title: words("casework.plan.title"), back: view.back, next: next).view,
        "now": plan.goals.isEmpty ? nil : marks.now, "goals": plan.goals.map(view.goalView),
        "isEmpty": plan.goals.isEmpty, "marks": marks.lines, "hasMarks": !marks.lines.isEmpty,
        "versions": view.address + "/plan/versions",
        "addGoal": goalLink ? view.address + "/plan/goals/new" : nil,
      ] as [String: Any?])
  }

  // MARK: Goals

  private func saveGoal(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let id: CaseID = try visit.id("case")
    let goal: PlanGoalID = try visit.id("goal")
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      let content = GoalContent(words: reader.text("words", upTo: 20_000), need: PersonForm.code("need", &reader))
      let state = PlanGoal.State(rawValue: visit.form["state"] ?? "") ?? .open
      let seen = try Clash.seen(visit)
      try reader.check()
      try await desks.cases.putGoal(actor, id, id: goal, content, state: state, seen: seen)
      return .goTo("/cases/\(id)/plan#g-\(goal)")
    } orShow: {
      try await goalPage(visit, $0)
    }
  }

  private func goalPage(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let view = try await CaseFileView.editable(visit, desks)
    let id: PlanGoalID = try visit.id("goal")
    let stored = view.file.plan?.goals.first { $0.id == id }
    guard stored != nil || visit.query["new"] != nil else { throw Refusal.notFound }
    let content = stored?.content ?? GoalContent(words: "")
    let clash = Clash(sheet, stored: stored?.revision ?? 0) { view.definitions(content, stored?.state ?? .open) }
    var fields = [
      clash.revision,
      sheet.area(
        "words", label: "casework.plan.goal", hint: "casework.plan.goal_hint", value: content.words, rows: 3),
      sheet.select(
        "need", label: "casework.plan.need", options: view.terms.options(.needs, keeping: content.need),
        value: content.need ?? "", optional: true),
    ]
    if let stored {
      fields.append(
        sheet.choices(
          "state", label: "casework.plan.state",
          options: PlanGoal.State.allCases.map {
            FormSheet.Option($0.rawValue, visit.words("casework.plan.state.\($0.rawValue)"))
          }, value: stored.state.rawValue))
    }
    return CaseFormPage.answer(
      visit, view.summary, title: stored == nil ? "casework.plan.goal_new" : "casework.plan.goal_edit", clash: clash,
      back: view.planLink,
      form: sheet.view(
        action: "\(view.address)/plan/goals/\(id)" + (stored == nil ? "?new=yes" : ""), submit: "casework.save",
        fields: fields, cancel: view.address + "/plan"))
  }

  // MARK: Agreeing and signing

  private func agree(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let id: CaseID = try visit.id("case")
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      let mark: PlanMarkID = try reader.id()
      let way = reader.text("way", upTo: 80)
      let day = reader.value("day", or: "error.day") { CalendarDay($0) }
      let note = reader.text("note", upTo: 20_000, required: false)
      let version = try Clash.seen(visit)
      try reader.check()
      guard let day else { throw RefusedRequest.malformed }
      try await desks.cases.agreePlan(actor, id, id: mark, way: way, day: day, note: note, version: version)
      return .goTo("/cases/\(id)/plan")
    } orShow: {
      try await agreePage(visit, $0)
    }
  }

  private func agreePage(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let view = try await CaseFileView.editable(visit, desks)
    let plan = view.file.plan ?? AssistancePlan()
    let clash = Clash(sheet, stored: plan.version) { view.definitions(plan) }
    return CaseFormPage.answer(
      visit, view.summary, title: "casework.plan.agree", lead: visit.words("casework.plan.agree_lead"), clash: clash,
      back: view.planLink,
      form: sheet.view(
        action: view.address + "/plan/agree", submit: "casework.plan.agree",
        fields: [
          clash.revision, sheet.hidden("id", PlanMarkID.random().description),
          sheet.choices("way", label: "casework.plan.way", options: view.terms.options(.agreementWays)),
          sheet.text("day", label: "casework.plan.day", value: visit.dates.today.description, type: "date"),
          sheet.area("note", label: "casework.plan.note", hint: "casework.plan.note_hint", rows: 3, optional: true),
        ], cancel: view.address + "/plan"))
  }

  private func sign(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let id: CaseID = try visit.id("case")
    return try await visit.attempt {
      let reader = FormReader(visit.form)
      try await desks.cases.signPlan(actor, id, id: try reader.id(), version: try Clash.seen(visit))
      return .goTo("/cases/\(id)/plan")
    } orShow: {
      try await signPage(visit, $0)
    }
  }

  private func signPage(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let view = try await CaseFileView.editable(visit, desks, for: .approvePlan)
    let plan = view.file.plan ?? AssistancePlan()
    let clash = Clash(sheet, stored: plan.version) { view.definitions(plan) }
    return CaseFormPage.answer(
      visit, view.summary, title: "casework.plan.sign", lead: visit.words("casework.plan.sign_lead"), clash: clash,
      back: view.planLink,
      form: sheet.view(
        action: view.address + "/plan/sign", submit: "casework.plan.sign",
        fields: [clash.revision, sheet.hidden("id", PlanMarkID.random().description)], cancel: view.address + "/plan"))
  }
}

extension CaseFileView {
  var planLink: HomeSection.Link { HomeSection.Link(address: address + "/plan", label: words("casework.plan.title")) }

  /// A whole plan in a few lines, to be compared with the one that somebody had before them.
  func definitions(_ plan: AssistancePlan) -> Definitions {
    Definitions(
      plan.goals.map { goal in
        (
          goal.content?.words ?? "",
          plan.actions(of: goal.id).map { action in
            [action.content?.words ?? "", doer(action), dates.day(action.due)].filter { !$0.isEmpty }
              .joined(separator: " · ")
          }.joined(separator: "; ")
        )
      })
  }
}
