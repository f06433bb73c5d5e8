import Accounts
import Basics
import CountryPack
import NationalPlan

/// Institutions over time: how each was called when, what it became, and who answers today.
struct PlanInstitutionPages {
  static let path = "/plan/institutions"
  let desks: Desks
  var desk: NationalPlanDesk { desks.plans }

  func add(to routes: Routes) {
    routes.list(Self.path, list)
    routes.get(Self.path + "/new") { visit in try newPage(visit, visit.sheet) }
    routes.post(Self.path + "/new", enter)
    routes.get(Self.path + "/:institution") { visit in try await page(visit, visit.sheet) }
    routes.post(Self.path + "/:institution", change)
    routes.get(Self.path + "/:institution/back/:successor", backPage)
    routes.post(Self.path + "/:institution/back/:successor", takeBack)
  }

  private func span(_ from: CalendarDay?, _ until: CalendarDay?, _ visit: Visit) -> String {
    let words = visit.words
    switch (from, until) {
    case (let from?, let until?):
      return words("plan.from_until", ["from": visit.dates.day(from), "until": visit.dates.day(until)])
    case (let from?, nil): return words("plan.since_day", ["day": visit.dates.day(from)])
    case (nil, let until?): return words("plan.until_day", ["day": visit.dates.day(until)])
    case (nil, nil): return words("plan.dates_unknown")
    }
  }

  private func list(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let book = try await desk.institutions(actor)
    let (words, today, language) = (visit.words, visit.dates.today, visit.language)
    let rows = book.institutions.values.map { one in
      let heirs = book.heirs(one.code, on: today).filter { $0 != one.code }
      return WorkRow(
        title: book.name(one.code, on: today)[language], address: Self.path + "/" + one.code,
        facts: [words("plan.names_of", ["count": String(one.names.count)])]
          + heirs.map { words("plan.now", ["name": book.name($0, on: today)[language]]) },
        status: heirs.isEmpty ? nil : Status(text: words("plan.succeeded"), tone: .ended))
    }.sorted { $0.title.listOrder < $1.title.listOrder }
    return ProtectionSection.page(
      Heading(
        title: words("plan.institutions.title"), lead: words("plan.institutions.lead"),
        back: .init(address: NationalPlanPages.path, label: words("plan.title")),
        next: actor.may(.keepPlan)
          ? .init(address: Self.path + "/new", label: words("plan.institutions.enter")) : nil),
      [ProtectionSection(title: words("plan.institutions.all"), anchor: "all", rows: rows)])
  }

  // MARK: One that the pack does not name

  private func newPage(_ visit: Visit, _ sheet: FormSheet) throws -> Answer {
    try visit.actor().require(.keepPlan)
    return ProtectionSection.page(
      Heading(
        title: visit.words("plan.institutions.enter"), lead: visit.words("plan.institutions.enter_lead"),
        back: .init(address: Self.path, label: visit.words("plan.institutions.title"))), [],
      form: sheet.view(
        action: Self.path + "/new", submit: "plan.save",
        fields: [
          sheet.hidden("id", PlanEntryID.random().description),
          sheet.text("code", label: "plan.code", hint: "plan.institutions.code_hint"),
          sheet.text("name_es", label: "plan.name_es"), sheet.text("name_en", label: "plan.name_en"),
          sheet.text("from", label: "plan.institutions.from", type: "date", optional: true),
          sheet.text("source", label: "plan.source_term"),
        ], cancel: Self.path))
  }

  private func enter(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    try actor.require(.keepPlan)
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      let id: PlanEntryID = try reader.id()
      let code = reader.value("code", or: "error.plan_code") { PlanCode.isOne($0) ? $0 : nil }
      let name = LocalizedText(es: reader.text("name_es", upTo: 200), en: reader.text("name_en", upTo: 200))
      let from = reader.optional("from", or: "error.day", CalendarDay.init)
      let source = reader.text("source", upTo: 300)
      try reader.check()
      guard let code else { throw RefusedRequest.malformed }
      try await desk.enter(actor, code, .init(name: name, from: from, source: source), id)
      return .goTo(Self.path + "/" + code)
    } orShow: {
      try newPage(visit, $0)
    }
  }

  // MARK: One

  private func page(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let actor = try visit.actor()
    let book = try await desk.institutions(actor)
    let (words, today, language) = (visit.words, visit.dates.today, visit.language)
    guard let one = book.institutions[visit.part("institution")] else { throw Refusal.notFound }
    let heirs = book.heirs(one.code, on: today).filter { $0 != one.code }
    let own =
      actor.may(.keepPlan) ? Set(try await desk.enteredSuccessions(actor, of: one.code).map(\.successor)) : []
    let sections = [
      ProtectionSection(
        title: words("plan.institutions.names"), anchor: "names",
        table: DataTable(
          caption: words("plan.institutions.names"),
          columns: [words("plan.institutions.name"), words("plan.time_term"), words("plan.source_term")],
          rows: one.names.map {
            [.text($0.name[language]), .text(span($0.from, $0.until, visit)), .text($0.source)]
          })),
      ProtectionSection(
        title: words("plan.institutions.became"), anchor: "became",
        rows: one.successions.map { succession in
          WorkRow(
            title: book.name(succession.successor, on: succession.day ?? today)[language],
            address: Self.path + "/" + succession.successor,
            facts: [
              words("plan.succession.\(succession.kind.rawValue)"), succession.day.map(visit.dates.day) ?? "",
              succession.source,
            ].filter { !$0.isEmpty })
        }, empty: words("plan.institutions.still_there"),
        paragraphs: heirs.map { words("plan.now", ["name": book.name($0, on: today)[language]]) },
        links: one.successions.filter { own.contains($0.successor) }.map { succession in
          .init(
            address: Self.back(one.code, succession.successor),
            label: words(
              "plan.institutions.back",
              ["name": book.name(succession.successor, on: succession.day ?? today)[language]]))
        }),
    ]
    return ProtectionSection.page(
      Heading(
        title: book.name(one.code, on: today)[language], eyebrow: one.code,
        back: .init(address: Self.path, label: words("plan.institutions.title"))), sections,
      form: actor.may(.keepPlan) ? form(visit, sheet, book, one) : nil)
  }

  // MARK: What was said by mistake

  private static func back(_ code: String, _ successor: String) -> String { path + "/\(code)/back/\(successor)" }

  private func entered(_ visit: Visit) async throws -> (Actor, code: String, successor: String) {
    let actor = try visit.actor()
    try actor.require(.keepPlan)
    return (actor, visit.part("institution"), visit.part("successor"))
  }

  private func backPage(_ visit: Visit) async throws -> Answer {
    let (actor, code, successor) = try await entered(visit)
    guard try await desk.enteredSuccessions(actor, of: code).contains(where: { $0.successor == successor }) else {
      throw Refusal.notFound
    }
    let book = try await desk.institutions(actor)
    let name = book.name(successor, on: visit.dates.today)[visit.language]
    let address = Self.path + "/" + code
    return ProtectionSection.page(
      Heading(
        title: visit.words("plan.institutions.back", ["name": name]),
        lead: book.name(code, on: visit.dates.today)[visit.language],
        back: .init(address: address, label: visit.words("plan.back"))), [],
      notice: visit.words("plan.institutions.back_lead"),
      form: visit.sheet.view(
        action: Self.back(code, successor), submit: "plan.institutions.back_do", fields: [], cancel: address,
        isDangerous: true))
  }

  private func takeBack(_ visit: Visit) async throws -> Answer {
    let (actor, code, successor) = try await entered(visit)
    try await desk.takeBack(actor, code, successor: successor)
    return .goTo(Self.path + "/" + code)
  }

  private func form(_ visit: Visit, _ sheet: FormSheet, _ book: InstitutionBook, _ one: PlanInstitution)
    -> [String: Any]
  {
    let (words, today) = (visit.words, visit.dates.today)
    let others = book.institutions.keys.filter { $0 != one.code }
      .map { FormSheet.Option($0, book.name($0, on: today)[visit.language]) }
      .sorted { ($0.label.listOrder, $0.value) < ($1.label.listOrder, $1.value) }
    return sheet.view(
      action: Self.path + "/" + one.code, submit: "plan.save",
      fields: [
        sheet.hidden("id", PlanEntryID.random().description),
        sheet.choices(
          "what", label: "plan.institutions.what", hint: "plan.institutions.what_hint",
          options: [FormSheet.Option("name", words("plan.institutions.new_name"))]
            + PlanInstitution.Succession.Kind.allCases.map {
              FormSheet.Option($0.rawValue, words("plan.succession.\($0.rawValue)"))
            }),
        sheet.text("from", label: "plan.institutions.from", type: "date"),
        sheet.text("name_es", label: "plan.name_es", hint: "plan.institutions.only_name", optional: true),
        sheet.text("name_en", label: "plan.name_en", optional: true),
        sheet.select(
          "successor", label: "plan.institutions.successor", hint: "plan.institutions.only_successor", options: others,
          optional: true),
        sheet.text("source", label: "plan.source_term"),
      ])
  }

  private func change(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    try actor.require(.keepPlan)
    let code = visit.part("institution")
    guard try await desk.institutions(actor).institutions[code] != nil else { throw Refusal.notFound }
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      let id: PlanEntryID = try reader.id()
      let what = reader.text("what", upTo: 20)
      let kind = PlanInstitution.Succession.Kind(rawValue: what)
      if !what.isEmpty, what != "name", kind == nil { reader.refuse("what", "error.unknown_code") }
      let from = reader.value("from", or: "error.day", CalendarDay.init)
      let source = reader.text("source", upTo: 300)
      let isName = what == "name"
      let name = LocalizedText(
        es: reader.text("name_es", upTo: 200, required: isName), en: reader.text("name_en", upTo: 200, required: isName)
      )
      let successor = reader.text("successor", upTo: 60, required: kind != nil)
      try reader.check()
      guard let from else { throw RefusedRequest.malformed }
      if let kind {
        try await desk.succeed(actor, code, .init(successor: successor, kind: kind, day: from, source: source))
      } else {
        try await desk.name(actor, code, .init(name: name, from: from, source: source), id)
      }
      return .goTo(Self.path + "/" + code)
    } orShow: {
      try await page(visit, $0)
    }
  }
}
