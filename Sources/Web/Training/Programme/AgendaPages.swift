import Accounts
import Basics
import CountryPack
import Hummingbird
import Training

/// A cohort's agenda: its half days and what happens in them, taken over from the pack and changed by hand.
struct AgendaPages {
  let desks: Desks

  func add(to routes: Routes) {
    routes.get("/training/:cohort/agenda") { visit in try await page(visit, visit.sheet) }
    routes.post("/training/:cohort/agenda", take)
    routes.post("/training/:cohort/agenda/clear", clear)
    routes.get("/training/:cohort/agenda/new") { visit in try await newPoint(visit, visit.sheet) }
    routes.post("/training/:cohort/agenda/new", addPoint)
    routes.get("/training/:cohort/agenda/:point") { visit in try await pointPage(visit, visit.sheet) }
    routes.post("/training/:cohort/agenda/:point", editPoint)
    routes.post("/training/:cohort/agenda/:point/remove", removePoint)
    routes.get("/training/:cohort/sessions/:session") { visit in try await sessionPage(visit, visit.sheet) }
    routes.post("/training/:cohort/sessions/:session", editSession)
    routes.post("/training/:cohort/sessions/:session/remove", removeSession)
  }

  private func base(_ visit: Visit) -> String { "/training/\(visit.part("cohort"))/agenda" }

  // MARK: The whole agenda

  private func page(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let actor = try visit.actor()
    let id: CohortID = try visit.id("cohort")
    let summary = try await desks.cohorts.cohort(actor, id)
    let points = try await desks.programme.agenda(actor, id)
    let names = try await trainerNames(actor, id, isNeeded: points.contains { $0.trainer != nil })
    let (words, base, cohort) = (visit.words, base(visit), summary.cohort)
    let days = Set(points.map(\.day) + summary.sessions.map(\.day)).sorted().map { day in
      [
        "day": visit.dates.day(day),
        "sessions": summary.sessions.filter { $0.day == day }.map { session in
          [
            "title": session.title, "time": session.time, "room": session.room,
            "address": "/training/\(id)/sessions/\(session.id)",
            "roll": "/training/\(id)/attendance/\(session.id)",
          ]
        },
        "points": points.filter { $0.day == day }.map { point in
          [
            "time": "\(point.begins)–\(point.ends)", "title": point.title, "isBreak": point.isBreak ? true : nil,
            "course": point.course.map { "/courses/\($0)" }, "address": "\(base)/\(point.id)",
            "more": [point.room, point.trainer.flatMap { names[$0] } ?? ""].filter { !$0.isEmpty }
              .joined(separator: " · "),
          ] as [String: Any?]
        }.map { $0.compactMapValues(\.self) },
      ] as [String: Any]
    }
    let phase = desks.pack.training.phase(cohort.phase)
    let fields = [
      sheet.hidden("id", AgendaPointID.random().description),
      sheet.choices(
        "agenda", label: "training.agenda.which",
        options: desks.pack.training.agendas.map {
          .init(
            $0.code, $0.name[visit.language],
            hint: words("training.agenda.day_count", ["count": String($0.days.count)]))
        }, value: phase?.agenda ?? ""),
      sheet.text("day", label: "training.agenda.from", value: cohort.from.description, type: "date"),
    ]
    return .page(
      "training/programme/agenda",
      [
        "title": words("training.agenda.title"),
        "heading": cohort.heading(
          visit, desks.pack, next: .init(address: base + "/new", label: words("training.agenda.add"))
        ).view,
        "tabs": cohort.tabs(words, current: base).view, "days": days, "hasDays": !days.isEmpty,
        "hasPoints": !points.isEmpty, "isCancelled": cohort.isCancelled, "message": sheet.message as Any?,
        "take": sheet.view(action: base, submit: "training.agenda.take", fields: fields),
        "clear": sheet.view(action: base + "/clear", submit: "training.agenda.clear", fields: [], isDangerous: true),
      ] as [String: Any?])
  }

  private func trainerNames(_ actor: Actor, _ cohort: CohortID, isNeeded: Bool = true) async throws -> [TrainerID:
    String]
  {
    guard isNeeded else { return [:] }
    return try await desks.organising.trainers(actor, cohort).filter(\.isOfCohort).reduce(into: [:]) {
      $0[$1.trainer.id] = $1.identity?.name
    }
  }

  private func take(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let cohort: CohortID = try visit.id("cohort")
    return try await visit.attempt {
      try await desks.programme.takeAgenda(
        actor, request: try FormReader(visit.form).id(), for: cohort, visit.form["agenda"] ?? "",
        from: CalendarDay(visit.form["day"] ?? ""), visit.language)
      return .goTo(base(visit))
    } orShow: {
      try await page(visit, $0)
    }
  }

  private func clear(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let cohort: CohortID = try visit.id("cohort")
    return try await visit.attempt {
      try await desks.programme.clearAgenda(actor, cohort)
      return .goTo(base(visit))
    } orShow: {
      try await page(visit, $0)
    }
  }

  // MARK: Points

  private func fields(
    _ sheet: FormSheet, _ visit: Visit, _ names: [TrainerID: String], _ cohort: Cohort, _ point: AgendaPoint?
  ) -> [FormSheet.Field] {
    let courses = desks.pack.training.courses.map { FormSheet.Option($0.code, $0.name[visit.language]) }
    return [
      point.map { sheet.hidden("revision", String($0.revision)) }
        ?? sheet.hidden("id", AgendaPointID.random().description),
      sheet.text("title", label: "training.agenda.what", value: point?.title ?? ""),
      sheet.text("day", label: "training.session.day", value: (point?.day ?? cohort.from).description, type: "date"),
      sheet.text("begins", label: "training.session.begins", value: point?.begins.description ?? "", type: "time"),
      sheet.text("ends", label: "training.session.ends", value: point?.ends.description ?? "", type: "time"),
      sheet.select(
        "course", label: "training.agenda.course", options: courses, value: point?.course ?? "", optional: true),
      sheet.select(
        "trainer", label: "training.agenda.trainer", hint: "training.agenda.trainer_hint",
        options: names.sorted { $0.value < $1.value }.map { .init($0.key.description, $0.value) },
        value: point?.trainer?.description ?? "", optional: true),
      sheet.text("room", label: "training.session.room", value: point?.room ?? "", optional: true),
      sheet.tick("break", label: "training.agenda.break", value: point?.isBreak ?? false),
    ]
  }

  private func read(_ form: Form) -> NewAgendaPoint {
    NewAgendaPoint(
      day: CalendarDay(form["day"] ?? ""), begins: form["begins"] ?? "", ends: form["ends"] ?? "",
      title: form["title"] ?? "", course: form["course"] ?? "", isBreak: form["break"] != nil,
      room: form["room"] ?? "", trainer: form["trainer"] ?? "")
  }

  private func newPoint(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let actor = try visit.actor()
    let id: CohortID = try visit.id("cohort")
    let cohort = try await desks.cohorts.cohort(actor, id).cohort
    let names = try await trainerNames(actor, id)
    return EditPage(
      visit: visit, title: "training.agenda.add", back: base(visit), backLabel: "training.agenda.title",
      form: sheet.view(
        action: base(visit) + "/new", submit: "training.agenda.save",
        fields: fields(sheet, visit, names, cohort, nil), cancel: base(visit))
    ).answer
  }

  private func addPoint(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let cohort: CohortID = try visit.id("cohort")
    return try await visit.attempt {
      try await desks.programme.addPoint(
        actor, id: try FormReader(visit.form).id(), to: cohort, read(visit.form))
      return .goTo(base(visit))
    } orShow: {
      try await newPoint(visit, $0)
    }
  }

  private func pointPage(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let actor = try visit.actor()
    let (id, point): (CohortID, AgendaPointID) = (try visit.id("cohort"), try visit.id("point"))
    let cohort = try await desks.cohorts.cohort(actor, id).cohort
    guard let found = try await desks.programme.agenda(actor, id).first(where: { $0.id == point }) else {
      throw Refusal.notFound
    }
    let address = "\(base(visit))/\(point)"
    return EditPage(
      visit: visit, title: "training.agenda.edit", back: base(visit), backLabel: "training.agenda.title",
      form: sheet.view(
        action: address, submit: "training.agenda.save",
        fields: fields(sheet, visit, try await trainerNames(actor, id), cohort, found), cancel: base(visit)),
      remove: FormSheet(words: visit.words).view(
        action: address + "/remove", submit: "training.agenda.remove", fields: [], isDangerous: true)
    ).answer
  }

  private func editPoint(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let point: AgendaPointID = try visit.id("point")
    return try await visit.attempt {
      try await desks.programme.edit(actor, point, revision: visit.revision, read(visit.form))
      return .goTo(base(visit))
    } orShow: {
      try await pointPage(visit, $0)
    }
  }

  private func removePoint(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let point: AgendaPointID = try visit.id("point")
    return try await visit.attempt {
      try await desks.programme.remove(actor, point)
      return .goTo(base(visit))
    } orShow: {
      try await pointPage(visit, $0)
    }
  }

  // MARK: Sessions

  private func sessionPage(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let actor = try visit.actor()
    let (id, session): (CohortID, TrainingSessionID) = (try visit.id("cohort"), try visit.id("session"))
    guard let found = try await desks.cohorts.cohort(actor, id).sessions.first(where: { $0.id == session }) else {
      throw Refusal.notFound
    }
    let address = "/training/\(id)/sessions/\(session)"
    let fields =
      [sheet.hidden("revision", String(found.revision))] + SessionForm.fields(sheet, found, day: found.day)
    return EditPage(
      visit: visit, title: "training.session.edit", back: "/training/\(id)", backLabel: "training.tab.cohort",
      form: sheet.view(
        action: address, submit: "training.agenda.save", fields: fields, cancel: "/training/\(id)"),
      remove: FormSheet(words: visit.words).view(
        action: address + "/remove", submit: "training.session.remove", fields: [], isDangerous: true)
    ).answer
  }

  private func editSession(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let (cohort, session): (CohortID, TrainingSessionID) = (try visit.id("cohort"), try visit.id("session"))
    return try await visit.attempt {
      try await desks.programme.edit(actor, session, revision: visit.revision, SessionForm.read(visit.form))
      return .goTo("/training/\(cohort)")
    } orShow: {
      try await sessionPage(visit, $0)
    }
  }

  private func removeSession(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let (cohort, session): (CohortID, TrainingSessionID) = (try visit.id("cohort"), try visit.id("session"))
    return try await visit.attempt {
      try await desks.programme.remove(actor, session)
      return .goTo("/training/\(cohort)")
    } orShow: {
      try await sessionPage(visit, $0)
    }
  }
}

/// The fields of a session, the same for a new one and for an edit.
enum SessionForm {
  static func fields(_ sheet: FormSheet, _ session: TrainingSession?, day: CalendarDay) -> [FormSheet.Field] {
    [
      sheet.text(
        "title", label: "training.session.title", hint: "training.session.title_hint", value: session?.title ?? ""),
      sheet.text("day", label: "training.session.day", value: day.description, type: "date"),
      sheet.text(
        "begins", label: "training.session.begins", value: session?.begins?.description ?? "", type: "time",
        optional: true),
      sheet.text(
        "ends", label: "training.session.ends", value: session?.ends?.description ?? "", type: "time", optional: true),
      sheet.text("room", label: "training.session.room", value: session?.room ?? "", optional: true),
    ]
  }

  static func read(_ form: Form) -> NewSession {
    NewSession(
      day: CalendarDay(form["day"] ?? ""), title: form["title"] ?? "", begins: form["begins"] ?? "",
      ends: form["ends"] ?? "", room: form["room"] ?? "")
  }
}

/// A page that changes one thing, and can take it away.
struct EditPage {
  let visit: Visit
  /// A key.
  let title: String
  let back: String
  /// A key.
  let backLabel: String
  let form: [String: Any]
  var remove: [String: Any]?

  var answer: Answer {
    let words = visit.words
    return .page(
      "training/programme/edit",
      [
        "title": words.text(title),
        "heading": Heading(
          title: words.text(title), back: .init(address: back, label: words.text(backLabel))
        ).view, "form": form, "remove": remove,
      ] as [String: Any?])
  }
}

extension Visit {
  /// The revision a form saw; none that fits when the field is damaged.
  var revision: Int { form["revision"].flatMap { Int($0) } ?? 0 }
}

extension TrainingSession {
  /// `08:30–12:00`; empty when no time was given.
  var time: String { begins.flatMap { from in ends.map { "\(from)–\($0)" } } ?? "" }
}
