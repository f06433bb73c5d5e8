import Accounts
import Basics
import Casework
import CountryPack

/// What the person needs and what may happen to them, looked at again and again, and what was agreed for danger.
struct AssessmentPages {
  let desks: Desks

  func add(to routes: Routes) {
    routes.get("/cases/:case/assessments", page)
    routes.get("/cases/:case/assessments/new") { visit in try await newPage(visit) }
    routes.get("/cases/:case/assessments/new/:kind") { visit in try await form(visit, visit.sheet) }
    routes.post("/cases/:case/assessments/new/:kind", save)
    routes.get("/cases/:case/assessments/:assessment/remove") { visit in try await removePage(visit, visit.sheet) }
    routes.post("/cases/:case/assessments/:assessment/remove", remove)
    routes.get("/cases/:case/safety-plan") { visit in try await planPage(visit, visit.sheet) }
    routes.post("/cases/:case/safety-plan", savePlan)
  }

  private func kind(_ visit: Visit) throws(Refusal) -> AssessmentKind {
    guard let kind = AssessmentKind(rawValue: visit.part("kind")) else { throw .notFound }
    return kind
  }

  private func page(_ visit: Visit) async throws -> Answer {
    let view = try await CaseFileView.read(visit, desks)
    guard view.file.kinds.contains(.needs) || view.file.kinds.contains(.safety) else {
      throw Refusal(.noBasis, Phrase("error.no_basis"))
    }
    let words = visit.words
    let mayEdit = view.file.moves.contains(.edit)
    return .page(
      "casework/assessments",
      [
        "heading": Heading(
          title: words("casework.assessment.title"), back: view.back,
          next: mayEdit
            ? HomeSection.Link(address: view.address + "/assessments/new", label: words("casework.assessment.new"))
            : nil
        ).view, "assessments": view.assessmentParts(with: desks.pack).map(\.view),
        "isEmpty": view.file.assessments.isEmpty, "plan": view.safetyPlanPart?.view,
      ] as [String: Any?])
  }

  private func newPage(_ visit: Visit) async throws -> Answer {
    let view = try await CaseFileView.editable(visit, desks)
    let words = visit.words
    return .page(
      "casework/choose",
      [
        "heading": Heading(title: words("casework.assessment.choose"), back: view.back).view,
        "title": words("casework.assessment.choose"),
        "choices": AssessmentKind.allCases.map { kind in
          let last = view.file.assessments.first { $0.kind == kind }
          return WorkRow(
            title: words("casework.assessment.kind.\(kind.rawValue)"),
            address: "\(view.address)/assessments/new/\(kind.rawValue)",
            facts: [
              last.map { words("casework.assessment.last", ["day": visit.dates.day($0.day)]) }
                ?? words("casework.assessment.never")
            ], due: last.flatMap { view.terms.due($0.due) }
          ).view
        },
      ])
  }

  // MARK: Assessing

  private func save(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let id: CaseID = try visit.id("case")
    let kind = try kind(visit)
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      let assessment: AssessmentID = try reader.id()
      let level = reader.text("level", upTo: 80)
      let day = reader.value("day", or: "error.day") { CalendarDay($0) }
      let due = reader.optional("due", or: "error.day") { CalendarDay($0) }
      let note = reader.text("note", upTo: 20_000, required: false)
      let answers = reader.form.names(beginningWith: "a_").reduce(into: [String: FourWayAnswer]()) { answers, name in
        answers[String(name.dropFirst(2))] = FourWayAnswer(rawValue: reader.form[name] ?? "") ?? .notAsked
      }
      let seen = try Clash.seen(visit)
      try reader.check()
      guard let day else { throw RefusedRequest.malformed }
      try await desks.cases.assess(
        actor, id, id: assessment,
        AssessmentRequest(
          kind, level: level, day: day, due: due, content: AssessmentContent(answers: answers, note: note)), seen: seen)
      return .goTo("/cases/\(id)/assessments")
    } orShow: {
      try await form(visit, $0)
    }
  }

  private func form(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let view = try await CaseFileView.editable(visit, desks)
    let kind = try kind(visit)
    let earlier = view.file.assessments.filter { $0.kind == kind }
    let clash = Clash(sheet, stored: earlier.count) {
      earlier.first.map { view.definitions($0) } ?? Definitions([("", visit.words("casework.stored_none"))])
    }
    let list = AssessmentRules.list(kind)
    let last = earlier.first?.content
    let questions = view.terms.options(list).map { option in
      sheet.fourWay(
        "a_" + option.value, label: option.label,
        hint: last?.answer(option.value) == .yes ? "casework.assessment.was_yes" : nil)
    }
    return CaseFormPage.answer(
      visit, view.summary, title: "casework.assessment.kind.\(kind.rawValue)",
      lead: visit.words("casework.assessment.lead.\(kind.rawValue)"), clash: clash,
      back: HomeSection.Link(
        address: view.address + "/assessments", label: visit.words("casework.assessment.title")),
      form: sheet.view(
        action: "\(view.address)/assessments/new/\(kind.rawValue)", submit: "casework.save",
        fields: [clash.revision, sheet.hidden("id", AssessmentID.random().description)] + questions + [
          sheet.choices(
            "level", label: "casework.assessment.level.\(kind.rawValue)",
            options: view.terms.options(.assessmentLevels)),
          sheet.area("note", label: "casework.assessment.note", rows: 4, optional: true),
          sheet.text(
            "day", label: "casework.assessment.day", value: visit.dates.today.description, type: "date"),
          sheet.text(
            "due", label: "casework.assessment.due", hint: "casework.assessment.due_hint", type: "date",
            optional: true),
        ], cancel: view.address + "/assessments"))
  }

  private func remove(_ visit: Visit) async throws -> Answer {
    let id: CaseID = try visit.id("case")
    try await desks.cases.removeAssessment(try visit.actor(), id, try visit.id("assessment"))
    return .goTo("/cases/\(id)/assessments")
  }

  private func removePage(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let view = try await CaseFileView.editable(visit, desks)
    let id: AssessmentID = try visit.id("assessment")
    guard view.file.assessments.contains(where: { $0.id == id }) else { throw Refusal.notFound }
    return CaseFormPage.answer(
      visit, view.summary, title: "casework.assessment.remove", lead: visit.words("casework.remove_lead"),
      form: sheet.view(
        action: "\(view.address)/assessments/\(id)/remove", submit: "casework.assessment.remove", fields: [],
        cancel: view.address + "/assessments", isDangerous: true))
  }

  // MARK: The plan for danger

  private func savePlan(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let id: CaseID = try visit.id("case")
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      func note(_ name: String) -> String { reader.text(name, upTo: 20_000, required: false) }
      let plan = SafetyPlan(
        signs: note("signs"), places: note("places"), people: note("people"),
        signal: reader.text("signal", upTo: 300, required: false), belongings: note("belongings"))
      let seen = try Clash.seen(visit)
      try reader.check()
      try await desks.cases.editSafetyPlan(actor, id, plan, seen: seen)
      return .goTo("/cases/\(id)/assessments#safety-plan")
    } orShow: {
      try await planPage(visit, $0)
    }
  }

  private func planPage(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let view = try await CaseFileView.editable(visit, desks)
    let plan = view.file.safetyPlan?.value ?? SafetyPlan()
    let clash = Clash(sheet, stored: view.file.safetyPlan?.revision ?? 0) { view.definitions(plan) }
    func area(_ name: String, _ value: String) -> FormSheet.Field {
      sheet.area(
        name, label: "casework.safety_plan.\(name)", hint: "casework.safety_plan.\(name)_hint", value: value, rows: 3,
        optional: true)
    }
    return CaseFormPage.answer(
      visit, view.summary, title: "casework.safety_plan.title", lead: visit.words("casework.safety_plan.lead"),
      clash: clash,
      back: HomeSection.Link(
        address: view.address + "/assessments", label: visit.words("casework.assessment.title")),
      form: sheet.view(
        action: view.address + "/safety-plan", submit: "casework.save",
        fields: [
          clash.revision, area("signs", plan.signs), area("places", plan.places), area("people", plan.people),
          sheet.text(
            "signal", label: "casework.safety_plan.signal", hint: "casework.safety_plan.signal_hint",
            value: plan.signal, optional: true), area("belongings", plan.belongings),
        ], cancel: view.address + "/assessments"))
  }
}
