import Accounts
import Basics
import Casework
import CountryPack

/// The periods that run for a person: beginning one, and what is done to it.
struct ClockPages {
  let desks: Desks

  func add(to routes: Routes) {
    routes.get("/cases/:case/clocks/new") { visit in try await newPage(visit, visit.sheet) }
    routes.post("/cases/:case/clocks/new", start)
    routes.get("/cases/:case/clocks/:clock") { visit in try await page(visit, visit.sheet) }
    routes.post("/cases/:case/clocks/:clock", move)
  }

  // MARK: Beginning

  private func start(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let id: CaseID = try visit.id("case")
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      let clock: CaseClockID = try reader.id()
      let kind = reader.text("kind", upTo: 80)
      let start = reader.value("start", or: "error.day") { CalendarDay($0) }
      let last = reader.optional("until", or: "error.day") { CalendarDay($0) }
      let document = reader.text("document", upTo: 20_000, required: false)
      try reader.check()
      guard let start else { throw RefusedRequest.malformed }
      do {
        try await desks.cases.startClock(
          actor, id, id: clock,
          CaseClockRequest(
            kind: kind, start: start, days: last.map { $0.daysSince1970 - start.daysSince1970 }, document: document))
      } catch var refusal as Refusal {
        // The page asks for the last day, the desk for the number of days.
        refusal.fields = refusal.fields.map { $0.field == "days" ? FieldProblem("until", $0.phrase) : $0 }
        throw refusal
      }
      return .goTo("/cases/\(id)/clocks/\(clock)")
    } orShow: {
      try await newPage(visit, $0)
    }
  }

  private func newPage(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let view = try await CaseFileView.editable(visit, desks)
    let today = visit.dates.today
    let kinds = desks.pack.clocks.filter { $0.isInForce(on: today) }
    return CaseFormPage.answer(
      visit, view.summary, title: "casework.clock.new", lead: visit.words("casework.clock.new_lead"),
      form: sheet.view(
        action: view.address + "/clocks/new", submit: "casework.clock.start",
        fields: [
          sheet.hidden("id", CaseClockID.random().description),
          sheet.choices(
            "kind", label: "casework.clock.kind",
            options: kinds.map { FormSheet.Option($0.code, $0.name[visit.language], hint: view.hint($0)) }),
          sheet.text("start", label: "casework.clock.start_day", value: today.description, type: "date"),
          sheet.area(
            "document", label: "casework.clock.document", hint: "casework.clock.document_hint", rows: 2, optional: true),
          sheet.text(
            "until", label: "casework.clock.until", hint: "casework.clock.until_hint", type: "date", optional: true),
        ], cancel: view.address + "#clocks"))
  }

  // MARK: One clock

  private func move(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let id: CaseID = try visit.id("case")
    let clock: CaseClockID = try visit.id("clock")
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      let event: CaseClockEventID = try reader.id()
      let move = reader.value("move", or: "error.answer_needed") { CaseClockMove(rawValue: $0) }
      let day = reader.value("day", or: "error.day") { CalendarDay($0) }
      let days = reader.optional("days", or: "error.clock_days") { Int($0) }
      let reason = reader.text("reason", upTo: 20_000)
      let seen = try Clash.seen(visit)
      try reader.check()
      guard let move, let day else { throw RefusedRequest.malformed }
      try await desks.cases.moveClock(
        actor, id, clock, id: event, CaseClockChange(move, day: day, days: days, reason: reason), seen: seen)
      return .goTo("/cases/\(id)/clocks/\(clock)")
    } orShow: {
      try await page(visit, $0)
    }
  }

  private func page(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let view = try await CaseFileView.read(visit, desks)
    let id: CaseClockID = try visit.id("clock")
    guard let clock = view.file.clocks.first(where: { $0.id == id }) else { throw Refusal.notFound }
    let words = visit.words
    let moves = view.file.moves.contains(.edit) ? CaseClockRules.moves(clock) : []
    let clash = Clash(sheet, stored: clock.revision) { view.definitions(clock) }
    var fields: [FormSheet.Field] = [
      clash.revision, sheet.hidden("id", CaseClockEventID.random().description),
      sheet.choices(
        "move", label: "casework.clock.move",
        options: moves.map {
          FormSheet.Option(
            $0.rawValue, words("casework.clock.move.\($0.rawValue)"), hint: words("casework.clock.hint.\($0.rawValue)"))
        }),
      sheet.text("day", label: "casework.clock.day", value: visit.dates.today.description, type: "date"),
    ]
    if moves.contains(.extend) {
      fields.append(
        sheet.text(
          "days", label: "casework.clock.days", hint: "casework.clock.days_hint",
          value: clock.terms.extendDays > 0 ? String(clock.terms.extendDays) : "", optional: true,
          inputmode: "numeric"))
    }
    fields.append(sheet.area("reason", label: "casework.clock.reason", hint: "casework.clock.reason_hint", rows: 3))
    return .page(
      "casework/clock",
      [
        "heading": Heading(title: view.name(clock), lead: view.note(clock), back: view.back).view,
        "title": view.name(clock), "status": view.status(clock).view, "facts": view.definitions(clock).view,
        "informs": clock.terms.acts || clock.ended != nil ? nil : words("casework.clock.informs_notice"),
        "stored": clash.view, "events": view.events(clock), "hasEvents": !clock.events.isEmpty,
        "form": moves.isEmpty
          ? nil
          : sheet.view(
            action: "\(view.address)/clocks/\(id)", submit: "casework.clock.submit", fields: fields,
            cancel: view.address + "#clocks"),
      ] as [String: Any?])
  }
}
