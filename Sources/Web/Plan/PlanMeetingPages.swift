import Accounts
import Basics
import CountryPack
import NationalPlan

/// Meetings with minutes and decisions.
struct PlanMeetingPages {
  let desks: Desks
  var desk: NationalPlanDesk { desks.plans }

  func add(to routes: Routes) {
    let base = NationalPlanPages.path + "/:plan/"
    routes.list(base + "meetings", list)
    routes.get(base + "meetings/new") { visit in try await form(visit, visit.sheet, nil) }
    routes.post(base + "meetings/new") { visit in try await save(visit, isNew: true) }
    routes.get(base + "meetings/:meeting", meeting)
    routes.get(base + "meetings/:meeting/edit") { visit in try await form(visit, visit.sheet, try visit.id("meeting")) }
    routes.post(base + "meetings/:meeting/edit") { visit in try await save(visit, isNew: false) }
    routes.get(base + "meetings/:meeting/decide") { visit in try await decisionForm(visit, visit.sheet) }
    routes.post(base + "meetings/:meeting/decide", decide)
    routes.get(base + "decisions/:decision") { visit in try await doneForm(visit, visit.sheet) }
    routes.post(base + "decisions/:decision", done)
    routes.list(base + "since", PlanSincePage(desks: desks).page)
  }

  private func screen(_ visit: Visit, keeping: Bool = false) async throws -> (Actor, PlanScreen) {
    let actor = try visit.actor()
    if keeping { try actor.require(.keepPlan) }
    return (actor, PlanScreen(visit, try await desk.look(actor, try visit.id("plan"), isWhole: false)))
  }

  private func meeting(_ visit: Visit, in screen: PlanScreen) throws -> PlanMeeting {
    let id: PlanMeetingID = try visit.id("meeting")
    // An earlier version's meeting is read and written there.
    guard screen.look.isOwn(id), let meeting = screen.look.meetings.first(where: { $0.id == id }) else {
      throw Refusal.notFound
    }
    return meeting
  }

  // MARK: Reading

  static func row(_ one: PlanDecision, _ screen: PlanScreen) -> WorkRow {
    let words = screen.words
    let status =
      one.doneOn != nil
      ? Status(text: words("plan.state.done"), tone: .done)
      : one.isLate(on: screen.today)
        ? Status(text: words("plan.decision_late"), tone: .urgent)
        : Status(text: words("plan.decision_open"), tone: .open)
    return WorkRow(
      title: one.words, address: screen.address(of: one.meeting),
      facts: [
        one.doneOn.map { words("plan.done_day", ["day": screen.visit.dates.day($0)]) }
          ?? words("plan.due_day", ["day": screen.visit.dates.day(one.due)])
      ] + (one.activity.isEmpty ? [] : [one.activity]), status: status,
      holder: screen.holder(one))
  }

  /// Decisions in a spreadsheet, with their days.
  static func sheet(_ decisions: [PlanDecision], _ title: String, _ screen: PlanScreen) -> ListSheet.Part {
    ListSheet.Part(
      title: title,
      columns: ["lists.what", "lists.due", "lists.done_on", "plan.activity", "lists.status", "lists.holder"],
      rows: decisions.map { one in
        let row = row(one, screen)
        return [
          .typed(one.words), .day(one.due), screen.visit.dates.sheet(one.doneOn), .typed(one.activity),
          .typed(row.status?.text ?? ""), .typed(row.holder ?? ""),
        ]
      })
  }

  private func list(_ visit: Visit) async throws -> Answer {
    let (actor, screen) = try await screen(visit)
    let words = visit.words
    let open = screen.look.decisions.filter { $0.doneOn == nil }
    let counts = screen.look.decisions.reduce(into: [PlanMeetingID: Int]()) { $0[$1.meeting, default: 0] += 1 }
    return ProtectionSection.page(
      Heading(
        title: words("plan.meetings"), lead: words("plan.meetings_lead"), eyebrow: screen.plan.name[visit.language],
        next: actor.may(.keepPlan)
          ? .init(address: screen.address("meetings/new"), label: words("plan.meeting_new")) : nil),
      [
        ProtectionSection(
          title: words("plan.decisions_open"), anchor: "open", rows: open.map { Self.row($0, screen) },
          sheet: Self.sheet(open, words("plan.decisions_open"), screen), empty: words("plan.no_decisions")),
        ProtectionSection(
          title: words("plan.meetings"), anchor: "meetings",
          rows: screen.look.meetings.map { one in
            WorkRow(
              title: one.title, address: screen.address(of: one.id),
              facts: [
                visit.dates.day(one.day), words("plan.decisions_of", ["count": String(counts[one.id] ?? 0)]),
              ])
          },
          sheet: ListSheet.Part(
            title: words("plan.meetings"), columns: ["lists.what", "lists.day", "lists.decisions"],
            rows: screen.look.meetings.map { [.typed($0.title), .day($0.day), .count(counts[$0.id] ?? 0)] }),
          empty: words("plan.no_meetings")),
      ], further: ["tabs": screen.tabs("meetings")])
  }

  private func meeting(_ visit: Visit) async throws -> Answer {
    let (actor, screen) = try await screen(visit)
    let words = visit.words
    let one = try meeting(visit, in: screen)
    let mayKeep = actor.may(.keepPlan)
    let base = "meetings/\(one.id)"
    let rows = screen.look.decisions.filter { $0.meeting == one.id }.map { decision in
      var row = Self.row(decision, screen)
      row.address = mayKeep ? screen.address("decisions/\(decision.id)") : ""
      if mayKeep, decision.doneOn == nil { row.action = words("plan.decision_done") }
      return row
    }
    return ProtectionSection.page(
      Heading(
        title: one.title, eyebrow: visit.dates.day(one.day), back: screen.back("meetings", "plan.meetings"),
        next: mayKeep ? .init(address: screen.address(base + "/decide"), label: words("plan.decide")) : nil),
      [
        ProtectionSection(
          title: words("plan.minutes"), anchor: "minutes", empty: one.minutes.isEmpty ? words("plan.no_minutes") : nil,
          paragraphs: one.minutes.split(separator: "\n").map(String.init),
          links: mayKeep ? [.init(address: screen.address(base + "/edit"), label: words("plan.minutes_edit"))] : []),
        ProtectionSection(
          title: words("plan.decisions"), anchor: "decisions", rows: rows, empty: words("plan.no_decisions")),
      ], further: ["tabs": screen.tabs("meetings")])
  }

  // MARK: Writing

  private func form(_ visit: Visit, _ sheet: FormSheet, _ id: PlanMeetingID?) async throws -> Answer {
    let (_, screen) = try await screen(visit, keeping: true)
    let one = screen.look.meetings.first { $0.id == id && screen.look.isOwn($0.id) }
    if id != nil, one == nil { throw Refusal.notFound }
    let rest = id.map { "meetings/\($0)" }
    return ProtectionSection.form(
      Heading(
        title: visit.words(id == nil ? "plan.meeting_new" : "plan.minutes_edit"),
        lead: visit.words("plan.minutes_lead"),
        back: .init(address: screen.address(rest ?? "meetings"), label: visit.words("plan.back"))), sheet,
      action: screen.address(rest.map { $0 + "/edit" } ?? "meetings/new"), cancel: screen.address(rest ?? "meetings")
    ) { sheet in
      [
        sheet.hidden("id", (id ?? .random()).description), sheet.seen(one?.revision ?? 0),
        sheet.text("title", label: "plan.meeting_title", value: one?.title ?? ""),
        sheet.text("day", label: "plan.day", value: (one?.day ?? screen.today).description, type: "date"),
        sheet.area("minutes", label: "plan.minutes", value: one?.minutes ?? "", rows: 12, optional: true),
      ]
    }
  }

  private func save(_ visit: Visit, isNew: Bool) async throws -> Answer {
    let (actor, screen) = try await screen(visit, keeping: true)
    let there = isNew ? nil : try meeting(visit, in: screen)
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      let id: PlanMeetingID = try there?.id ?? reader.id()
      let revision = reader.value("revision", or: "error.unknown_code") { Int($0) }
      let title = reader.text("title", upTo: 200)
      let day = reader.value("day", or: "error.day", CalendarDay.init)
      let minutes = reader.text("minutes", upTo: 20_000, required: false)
      try reader.check()
      guard let revision, let day, isNew == (revision == 0) else { throw RefusedRequest.malformed }
      try await desk.put(
        actor, PlanMeeting(id: id, day: day, title: title, minutes: minutes, revision: revision), in: screen.look.id)
      return .goTo(screen.address("meetings/\(id)"))
    } orShow: {
      try await form(visit, $0, there?.id)
    }
  }

  private func decisionForm(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let (_, screen) = try await screen(visit, keeping: true)
    let one = try meeting(visit, in: screen)
    let rest = "meetings/\(one.id)"
    return ProtectionSection.page(
      Heading(
        title: visit.words("plan.decide"), lead: one.title,
        back: .init(address: screen.address(rest), label: visit.words("plan.back"))), [],
      form: sheet.view(
        action: screen.address(rest + "/decide"), submit: "plan.save",
        fields: [
          sheet.hidden("id", PlanDecisionID.random().description),
          sheet.area("words", label: "plan.decision_words", rows: 3),
          sheet.select("owner", label: "plan.decision_owner", options: screen.institutionOptions),
          sheet.text("due", label: "plan.decision_due", type: "date"),
          sheet.text(
            "activity", label: "plan.decision_activity", hint: "plan.decision_activity_hint", optional: true),
        ], cancel: screen.address(rest)))
  }

  private func decide(_ visit: Visit) async throws -> Answer {
    let (actor, screen) = try await screen(visit, keeping: true)
    let one = try meeting(visit, in: screen)
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      let id: PlanDecisionID = try reader.id()
      let text = reader.text("words", upTo: 1000)
      let owner = reader.text("owner", upTo: 60)
      let due = reader.value("due", or: "error.day", CalendarDay.init)
      let activity = reader.text("activity", upTo: 60, required: false)
      try reader.check()
      guard let due else { throw RefusedRequest.malformed }
      try await desk.put(
        actor, PlanDecision(id: id, meeting: one.id, words: text, owner: owner, due: due, activity: activity),
        in: screen.look.id)
      return .goTo(screen.address("meetings/\(one.id)"))
    } orShow: {
      try await decisionForm(visit, $0)
    }
  }

  private func decision(_ visit: Visit, in screen: PlanScreen) throws -> PlanDecision {
    let id: PlanDecisionID = try visit.id("decision")
    guard let one = screen.look.decisions.first(where: { $0.id == id }), screen.look.isOwn(one.meeting) else {
      throw Refusal.notFound
    }
    return one
  }

  private func doneForm(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let (_, screen) = try await screen(visit, keeping: true)
    let one = try decision(visit, in: screen)
    return ProtectionSection.form(
      Heading(
        title: visit.words("plan.decision_done"), lead: one.words,
        back: .init(address: screen.address("meetings/\(one.meeting)"), label: visit.words("plan.back"))), sheet,
      action: screen.address("decisions/\(one.id)"), cancel: screen.address("meetings/\(one.meeting)")
    ) { sheet in
      [
        sheet.seen(one.revision),
        sheet.text(
          "done_on", label: "plan.done_on", hint: "plan.decision_done_hint",
          value: (one.doneOn ?? screen.today).description, type: "date", optional: true),
        sheet.area("words", label: "plan.decision_words", value: one.words, rows: 3),
        sheet.select("owner", label: "plan.decision_owner", options: screen.institutionOptions, value: one.owner),
        sheet.text("due", label: "plan.decision_due", value: one.due.description, type: "date"),
      ]
    }
  }

  private func done(_ visit: Visit) async throws -> Answer {
    let (actor, screen) = try await screen(visit, keeping: true)
    let before = try decision(visit, in: screen)
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      let revision = reader.value("revision", or: "error.unknown_code") { Int($0) }
      let doneOn = reader.optional("done_on", or: "error.day", CalendarDay.init)
      let text = reader.text("words", upTo: 1000)
      let owner = reader.text("owner", upTo: 60)
      let due = reader.value("due", or: "error.day", CalendarDay.init)
      try reader.check()
      guard let revision, let due, revision > 0 else { throw RefusedRequest.malformed }
      var one = before
      (one.revision, one.doneOn, one.words, one.owner, one.due) = (revision, doneOn, text, owner, due)
      try await desk.put(actor, one, in: screen.look.id)
      return .goTo(screen.address("meetings/\(one.meeting)"))
    } orShow: {
      try await doneForm(visit, $0)
    }
  }
}
