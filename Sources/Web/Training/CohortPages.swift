import Accounts
import Basics
import CountryPack
import Hummingbird
import Training
import Vault

/// A trainer's cohorts: list, opening, the day's page of one, its poster.
struct CohortPages: RoomPages {
  let desks: Desks
  let settings: SiteSettings

  let navigation = [
    NavigationEntry(path: "/training", key: "training.title", permission: .manageTraining),
    NavigationEntry(
      path: "/courses", key: "training.courses.title", permission: .manageTraining, orElse: .conductScreening),
  ]

  func add(to routes: Routes) {
    routes.list("/training", list)
    routes.get("/training/new") { visit in
      try visit.actor().require(.manageTraining)
      return newPage(visit, visit.sheet)
    }
    routes.post("/training/new", open)
    routes.get("/training/:cohort") { visit in try await page(visit, visit.sheet) }
    routes.post("/training/:cohort", addSession)
    routes.get("/training/:cohort/poster", poster)
    QuestionPages(desks: desks).add(to: routes)
    CoursePages(desks: desks).add(to: routes)
    ProgrammePages(desks: desks, settings: settings).add(to: routes)
    ParticipantListPages(desks: desks, settings: settings).add(to: routes)
    ClassResultPages(desks: desks).add(to: routes)
    CertificatePages(desks: desks, settings: settings).add(to: routes)
    CertificateClassPages(desks: desks, settings: settings).add(to: routes)
    CertificateVerifyPages(desks: desks, settings: settings).add(to: routes)
    SeatPages(desks: desks, settings: settings).add(to: routes)
    TrainingRoomPages(desks: desks, settings: settings).add(to: routes)
  }

  // MARK: Home

  func home(_ visit: Visit, _ actor: Actor) async throws -> HomeSection? {
    guard actor.may(.manageTraining) else { return nil }
    let (words, today) = (visit.words, visit.dates.today)
    let all = try await desks.cohorts.cohorts(actor)
    let open = all.filter { !$0.cohort.isCancelled && today <= $0.cohort.until.adding(days: CohortRules.graceDays) }
      .sorted { ($0.nextSession(today)?.day ?? $0.cohort.until) < ($1.nextSession(today)?.day ?? $1.cohort.until) }
    let rows = open.map { summary in
      let next = summary.nextSession(today)
      var facts = [
        next.map { words("training.home.next", ["day": visit.dates.day($0.day), "title": $0.title]) }
          ?? words("training.home.no_session")
      ]
      let occasion = today < summary.cohort.until ? TestOccasion.pre : .post
      let left = summary.enrolled - (occasion == .pre ? summary.answeredBefore : summary.answeredAfter)
      if left > 0 { facts.append(words("training.home.left.\(occasion.rawValue)", ["count": String(left)])) }
      return WorkRow(
        title: summary.cohort.title(desks.pack, visit.language), address: "/training/\(summary.cohort.id)",
        facts: facts, status: summary.status(today, words),
        action: next?.day == today ? words("training.attendance.take") : nil)
    }
    return HomeSection(
      title: "training.title", rows: rows, empty: "training.home.empty",
      next: all.isEmpty ? HomeSection.Link(address: "/training/new", label: words("training.new.title")) : nil,
      all: all.isEmpty ? nil : HomeSection.Link(address: "/training", label: words("training.home.all")), words: words)
  }

  private func list(_ visit: Visit) async throws -> Answer {
    let (words, today) = (visit.words, visit.dates.today)
    let all = try await desks.cohorts.cohorts(visit.actor())
    let rows = all.map { summary in
      WorkRow(
        title: summary.cohort.title(desks.pack, visit.language), address: "/training/\(summary.cohort.id)",
        facts: [
          summary.cohort.place, visit.dates.range(summary.cohort.from, summary.cohort.until),
          words(
            "training.list.seats",
            ["enrolled": String(summary.enrolled), "seats": String(summary.cohort.seats)]),
        ], status: summary.status(today, words)
      ).view
    }
    let heading = Heading(
      title: words("training.title"), lead: words("training.lead"),
      next: .init(address: "/training/new", label: words("training.new.title")))
    return .page(
      "training/list",
      [
        "heading": heading.view, "rows": rows, "hasRows": !rows.isEmpty,
        "tabs": Tabs(
          items: [
            (words("training.title"), "/training"), (words("training.questions.title"), "/training/questions"),
          ], current: "/training"
        ).view,
      ] as [String: Any]
    ).listing([sheet(all, visit)])
  }

  // MARK: Opening

  private func open(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    try actor.require(.manageTraining)
    return try await visit.attempt {
      let reader = FormReader(visit.form)
      let id: CohortID = try reader.id()
      let form = visit.form
      _ = try await desks.cohorts.open(
        actor, id: id,
        NewCohort(
          phase: form["phase"] ?? "", place: form["place"] ?? "", province: form["province"] ?? "",
          from: CalendarDay(form["from"] ?? ""), until: CalendarDay(form["until"] ?? ""),
          seats: Int(form["seats"] ?? ""), institutions: chosenInstitutions(form),
          includesOwnQuestions: form["own"] != nil))
      return .goTo("/training/\(id)")
    } orShow: { sheet in
      newPage(visit, sheet)
    }
  }

  /// Those that were ticked, or all of the phase.
  private func chosenInstitutions(_ form: Form) -> [String] {
    let ticked = form.all("institutions")
    return ticked.isEmpty ? desks.pack.training.phase(form["phase"] ?? "")?.institutions ?? [] : ticked
  }

  private func newPage(_ visit: Visit, _ sheet: FormSheet) -> Answer {
    let (words, language) = (visit.words, visit.language)
    let phases = desks.pack.training.programme.phases
    let institutions = phases.flatMap(\.institutions).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    let fields = [
      sheet.hidden("id", CohortID.random().description),
      sheet.choices(
        "phase", label: "training.new.phase", options: phases.map { .init($0.code, $0.name[language]) },
        value: visit.query["phase"] ?? phases.first?.code ?? ""),
      sheet.text("place", label: "training.new.place", hint: "training.new.place_hint"),
      sheet.select("province", label: "training.new.province", options: desks.pack.provinceOptions(language)),
      sheet.text("from", label: "training.new.from", type: "date"),
      sheet.text("until", label: "training.new.until", type: "date"),
      sheet.text("seats", label: "training.new.seats", hint: "training.new.seats_hint", value: "30", type: "number"),
      sheet.checks(
        "institutions", label: "training.new.institutions", hint: "training.new.institutions_hint",
        options: institutions.map { .init($0, desks.pack.institution($0)?.name[language] ?? $0) },
        values: Set(desks.pack.training.phase(visit.query["phase"] ?? "")?.institutions ?? []), optional: true),
      sheet.tick("own", label: "training.questions.include", hint: "training.questions.include_hint"),
    ]
    return .page(
      "training/form",
      [
        "title": words("training.new.title"),
        "heading": Heading(
          title: words("training.new.title"), lead: words("training.new.lead"),
          back: .init(address: "/training", label: words("training.title"))
        ).view,
        "form": sheet.view(
          action: "/training/new", submit: "training.new.submit", fields: fields, cancel: "/training"),
      ])
  }

  // MARK: One cohort

  private func page(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let actor = try visit.actor()
    let id: CohortID = try visit.id("cohort")
    let summary = try await desks.cohorts.cohort(actor, id)
    let link = try await desks.cohorts.link(actor, id)
    let (words, today) = (visit.words, visit.dates.today)
    let cohort = summary.cohort
    let sessions = summary.sessions.map { session in
      [
        "title": session.title,
        "day": [visit.dates.day(session.day), session.time, session.room].filter { !$0.isEmpty }.joined(
          separator: " · "),
        "address": "/training/\(id)/attendance/\(session.id)", "isToday": session.day == today,
        "edit": "/training/\(id)/sessions/\(session.id)",
      ] as [String: Any]
    }
    let fields =
      [
        sheet.hidden("id", TrainingSessionID.random().description)
      ] + SessionForm.fields(sheet, nil, day: max(today, cohort.from))
    return .page(
      "training/cohort",
      [
        "title": cohort.title(desks.pack, visit.language),
        "heading": cohort.heading(
          visit, desks.pack,
          next: .init(address: "/training/\(id)/participants/new", label: words("training.add.title"))
        ).view,
        "tabs": cohort.tabs(words, current: "/training/\(id)").view,
        "facts": Definitions([
          (
            words("training.new.place"),
            cohort.place + ", " + (desks.pack.provinceName(cohort.province, visit.language))
          ),
          (words("training.when"), visit.dates.range(cohort.from, cohort.until)),
          (
            words("training.seats"),
            words(
              "training.list.seats", ["enrolled": String(summary.enrolled), "seats": String(cohort.seats)])
              + (summary.waiting > 0 ? " · " + words("training.waiting", ["count": String(summary.waiting)]) : "")
          ),
          (
            words("training.test.pre"),
            words("training.answered", ["count": String(summary.answeredBefore), "of": String(summary.enrolled)])
          ),
          (
            words("training.test.post"),
            words("training.answered", ["count": String(summary.answeredAfter), "of": String(summary.enrolled)])
          ),
          (
            words("training.new.institutions"),
            cohort.institutions.map { desks.pack.institution($0)?.name[visit.language] ?? $0 }.joined(separator: " · ")
          ),
        ]).view,
        "link": settings.publicAddress + "/t/" + link.exposedText, "poster": "/training/\(id)/poster",
        "announcement": AnnouncementPages.address(id), "isOpen": CohortRules.isOpen(cohort, on: today),
        "sessions": sessions, "hasSessions": !sessions.isEmpty,
        "form": sheet.view(action: "/training/\(id)", submit: "training.session.submit", fields: fields),
      ] as [String: Any])
  }

  private func addSession(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let cohort: CohortID = try visit.id("cohort")
    return try await visit.attempt {
      let id: TrainingSessionID = try FormReader(visit.form).id()
      try await desks.programme.addSession(actor, id: id, to: cohort, SessionForm.read(visit.form))
      return .goTo("/training/\(cohort)")
    } orShow: { sheet in
      try await page(visit, sheet)
    }
  }

  private func poster(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let id: CohortID = try visit.id("cohort")
    let cohort = try await desks.cohorts.cohort(actor, id).cohort
    let link = try await desks.cohorts.link(actor, id)
    return .page(
      "training/poster",
      [
        "back": "/training/\(id)", "phase": cohort.title(desks.pack, visit.language), "place": cohort.place,
        "days": visit.dates.range(cohort.from, cohort.until), "agency": actor.agencyName,
        "link": settings.publicAddress + "/t/" + link.exposedText,
      ])
  }
}

extension CohortSummary {
  func nextSession(_ today: CalendarDay) -> TrainingSession? { sessions.first { $0.day >= today } }

  func status(_ today: CalendarDay, _ words: Words) -> Status {
    if cohort.isCancelled { return Status(text: words("training.state.cancelled"), tone: .ended) }
    if today < cohort.from { return Status(text: words("training.state.planned"), tone: .open) }
    if today <= cohort.until { return Status(text: words("training.state.running"), tone: .active) }
    return Status(text: words("training.state.over"), tone: .done)
  }
}

extension Cohort {
  func title(_ pack: CountryPack, _ language: Language) -> String {
    pack.training.phase(phase)?.name[language] ?? phase
  }

  func heading(_ visit: Visit, _ pack: CountryPack, next: HomeSection.Link? = nil) -> Heading {
    Heading(
      title: title(pack, visit.language), eyebrow: place + " · " + visit.dates.range(from, until),
      back: .init(address: "/training", label: visit.words("training.title")), next: next)
  }

  func tabs(_ words: Words, current: String) -> Tabs {
    let base = "/training/\(id)"
    return Tabs(
      items: [
        (words("training.tab.cohort"), base), (words("training.agenda.title"), base + "/agenda"),
        (words("training.tab.participants"), base + "/participants"),
        (words("training.room.tab"), base + "/room"),
        (words("training.tab.results"), base + "/results"),
        (words("training.papers.tab"), base + "/certificates"),
        (words("practice.tab"), base + "/exercises"), (words("training.tab.plan"), base + "/plan"),
        (words("training.after.tab"), base + "/after"),
      ], current: current)
  }
}

extension CountryPack {
  func provinceName(_ iso: String, _ language: Language) -> String { province(iso: iso)?.name[language] ?? iso }

  func provinceOptions(_ language: Language) -> [FormSheet.Option] {
    provinces.map { FormSheet.Option($0.iso, $0.name[language]) }.sorted { $0.label < $1.label }
  }
}

extension Dates {
  /// `10–14 mar 2008`, `28 feb 2008 – 4 mar 2008`.
  func range(_ from: CalendarDay, _ until: CalendarDay) -> String {
    if from == until { return day(from) }
    return from.monthOnly == until.monthOnly ? "\(from.day)–\(day(until))" : "\(day(from)) – \(day(until))"
  }
}
