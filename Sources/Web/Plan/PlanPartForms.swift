import Accounts
import Basics
import CountryPack
import NationalPlan

/// Adding and changing objectives, indicators and activities: one form a kind.
struct PlanPartForms {
  let desks: Desks
  /// `objectives`, `indicators` or `activities`, as in the address.
  let kind: String

  /// - Parameter code: of the part that is changed; `nil` for a new one.
  private func screen(_ visit: Visit, _ code: String?) async throws -> (Actor, PlanScreen) {
    let actor = try visit.actor()
    try actor.require(.keepPlan)
    let look = try await desks.plans.look(actor, try visit.id("plan"), isWhole: false, activity: code)
    return (actor, PlanScreen(visit, look))
  }

  private func address(_ screen: PlanScreen, _ code: String?) -> String {
    screen.address(kind + "/" + (code.map { $0 + "/edit" } ?? "new"))
  }

  // MARK: The form

  func page(_ visit: Visit, _ sheet: FormSheet, isNew: Bool) async throws -> Answer {
    let code = isNew ? nil : visit.part("part")
    let (_, screen) = try await screen(visit, code)
    let name: LocalizedText?
    let body: (FormSheet) -> [FormSheet.Field]
    switch kind {
    case "objectives":
      let one = screen.plan.objectives.first { $0.code == code }
      name = one?.name
      body = { objective($0, screen, one) }
    case "indicators":
      let one = screen.plan.indicators.first { $0.code == code }
      name = one?.name
      body = { indicator($0, screen, one) }
    default:
      let one = screen.plan.activities.first { $0.code == code }
      name = one?.name
      body = { activity($0, screen, one) }
    }
    guard isNew || name != nil else { throw Refusal.notFound }
    let back = isNew ? (kind == "activities" ? "activities" : "indicators") : kind + "/" + (code ?? "")
    return ProtectionSection.form(
      Heading(
        title: name?[visit.language] ?? visit.words("plan.new_\(kind)"), lead: visit.words("plan.form_lead"),
        back: .init(address: screen.address(back), label: visit.words("plan.back"))), sheet,
      action: address(screen, code), cancel: screen.address(back)
    ) { sheet in
      [sheet.seen(code.map { screen.look.revisions[$0] ?? 0 } ?? 0)]
        + (isNew ? [sheet.text("code", label: "plan.code", hint: "plan.code_hint")] : []) + body(sheet)
    }
  }

  private func names(_ sheet: FormSheet, _ name: LocalizedText?) -> [FormSheet.Field] {
    [
      sheet.text("name_es", label: "plan.name_es", value: name?[.spanish] ?? ""),
      sheet.text("name_en", label: "plan.name_en", value: name?[.english] ?? ""),
    ]
  }

  private func objectives(_ screen: PlanScreen) -> [FormSheet.Option] {
    screen.plan.objectives.map { FormSheet.Option($0.code, $0.name[screen.language]) }
  }

  private func objective(_ sheet: FormSheet, _ screen: PlanScreen, _ one: PlanObjective?) -> [FormSheet.Field] {
    [
      sheet.choices(
        "axis", label: "plan.axis",
        options: screen.plan.axes.map { FormSheet.Option($0.code, $0.name[screen.language]) }, value: one?.axis ?? "")
    ] + names(sheet, one?.name)
  }

  private func indicator(_ sheet: FormSheet, _ screen: PlanScreen, _ one: PlanIndicator?) -> [FormSheet.Field] {
    [
      sheet.select(
        "objective", label: "plan.objective", options: objectives(screen), value: one?.objective ?? "")
    ] + names(sheet, one?.name) + [
      sheet.text("unit_es", label: "plan.unit_es", value: one?.unit[.spanish] ?? ""),
      sheet.text("unit_en", label: "plan.unit_en", value: one?.unit[.english] ?? ""),
      sheet.text(
        "baseline", label: "plan.baseline", value: one?.baseline?.description ?? "", optional: true,
        inputmode: "decimal"),
      sheet.text(
        "target", label: "plan.target", value: one?.target?.description ?? "", optional: true, inputmode: "decimal"),
      sheet.tick("falls", label: "plan.falls_tick", value: one?.falls ?? false),
      sheet.text("source", label: "plan.source_term", value: one?.source ?? ""),
      sheet.area("how_es", label: "plan.how_es", value: one?.howMeasured[.spanish] ?? "", rows: 3),
      sheet.area("how_en", label: "plan.how_en", value: one?.howMeasured[.english] ?? "", rows: 3),
      sheet.select(
        "live", label: "plan.live_field", hint: "plan.live_hint",
        options: LiveMeasure.allCases.map {
          FormSheet.Option($0.rawValue, screen.words("plan.measure.\($0.rawValue)"))
        },
        value: one?.live?.rawValue ?? "", optional: true),
    ]
  }

  private func activity(_ sheet: FormSheet, _ screen: PlanScreen, _ one: PlanActivity?) -> [FormSheet.Field] {
    let institutions = screen.institutionOptions
    return [
      sheet.select(
        "objective", label: "plan.objective", options: objectives(screen), value: one?.objective ?? "")
    ] + names(sheet, one?.name) + [
      sheet.select("lead", label: "plan.lead", options: institutions, value: one?.lead ?? ""),
      sheet.text("from", label: "plan.from", value: one?.from.description ?? "", type: "date"),
      sheet.text("until", label: "plan.until", value: one?.until.description ?? "", type: "date"),
      sheet.checks(
        "provinces", label: "plan.provinces", hint: "plan.provinces_hint",
        options: screen.pack.provinces.map { FormSheet.Option($0.iso, $0.name[screen.language]) },
        values: Set(one?.provinces ?? []), optional: true),
      sheet.text("canton", label: "plan.canton", value: one?.canton ?? "", optional: true),
      sheet.checks(
        "partners", label: "plan.partners", options: institutions, values: Set(one?.partners ?? []), optional: true),
      sheet.text(
        "depends_on", label: "plan.depends_on", hint: "plan.depends_on_hint",
        value: one?.dependsOn.joined(separator: " ") ?? "", optional: true),
    ]
  }

  // MARK: Saving

  func save(_ visit: Visit, isNew: Bool) async throws -> Answer {
    let (actor, screen) = try await screen(visit, isNew ? nil : visit.part("part"))
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      let revision = reader.value("revision", or: "error.unknown_code") { Int($0) } ?? 0
      let code =
        isNew ? reader.value("code", or: "error.plan_code") { PlanCode.isOne($0) ? $0 : nil } ?? "" : visit.part("part")
      let name = LocalizedText(es: reader.text("name_es", upTo: 300), en: reader.text("name_en", upTo: 300))
      let desk = desks.plans
      // A part that is not there can't be changed; a new one is seen at 0.
      guard isNew == (revision == 0) else { throw Refusal.notFound }
      switch kind {
      case "objectives":
        let axis = reader.text("axis", upTo: 60)
        try reader.check()
        try await desk.put(actor, PlanObjective(code: code, axis: axis, name: name), in: screen.look.id, seen: revision)
      case "indicators":
        let one = try indicator(&reader, code, name, screen.plan.indicators.first { $0.code == code })
        try await desk.put(actor, one, in: screen.look.id, seen: revision)
      default:
        let one = try activity(&reader, code, name, screen.plan.activities.first { $0.code == code })
        try await desk.put(actor, one, in: screen.look.id, seen: revision)
      }
      return .goTo(screen.address(kind + "/" + code))
    } orShow: {
      try await page(visit, $0, isNew: isNew)
    }
  }

  private func indicator(
    _ reader: inout FormReader, _ code: String, _ name: LocalizedText, _ before: PlanIndicator?
  ) throws -> PlanIndicator {
    let one = PlanIndicator(
      code: code, objective: reader.text("objective", upTo: 60), name: name,
      unit: LocalizedText(es: reader.text("unit_es", upTo: 80), en: reader.text("unit_en", upTo: 80)),
      baseline: reader.planNumber("baseline", stored: before?.baseline, required: false),
      target: reader.planNumber("target", stored: before?.target, required: false), falls: reader.isTicked("falls"),
      source: reader.text("source", upTo: 300),
      howMeasured: LocalizedText(es: reader.text("how_es", upTo: 1000), en: reader.text("how_en", upTo: 1000)),
      live: reader.optional("live", or: "error.unknown_code") { LiveMeasure(rawValue: $0) })
    try reader.check()
    return one
  }

  private func activity(
    _ reader: inout FormReader, _ code: String, _ name: LocalizedText, _ before: PlanActivity?
  ) throws -> PlanActivity {
    let (objective, lead) = (reader.text("objective", upTo: 60), reader.text("lead", upTo: 60))
    let from = reader.value("from", or: "error.day", CalendarDay.init)
    let until = reader.value("until", or: "error.day", CalendarDay.init)
    let provinces = reader.values("provinces", or: "error.unknown_code") { desks.pack.province(iso: $0)?.iso }
    let partners = reader.values("partners", or: "error.unknown_code") { PlanCode.isOne($0) ? $0 : nil }
    let canton = reader.text("canton", upTo: 80, required: false)
    let depends = reader.text("depends_on", upTo: 2000, required: false).split { " ,;\n\t".contains($0) }.map(
      String.init)
    try reader.check()
    guard let from, let until else { throw RefusedRequest.malformed }
    return PlanActivity(
      code: code, objective: objective, name: name, lead: lead, partners: partners.sorted(),
      provinces: provinces.sorted(), canton: canton, from: from, until: until, dependsOn: depends,
      state: before?.state ?? .planned, doneOn: before?.doneOn, result: before?.result ?? "",
      evidence: before?.evidence ?? "")
  }
}
