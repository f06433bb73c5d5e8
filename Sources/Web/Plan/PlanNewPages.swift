import Accounts
import Basics
import CountryPack
import Foundation
import NationalPlan

/// A plan that neither the pack has nor a file: its head and its axes are typed in, all else follows on its own pages.
struct PlanNewPages {
  static let path = "/plan/new"
  /// As many axes as a plan's file may have.
  private static let mostAxes = 30

  let desks: Desks
  var desk: NationalPlanDesk { desks.plans }

  func add(to routes: Routes) {
    routes.get(Self.path) { visit in try await page(visit, visit.sheet) }
    routes.post(Self.path, save)
  }

  private func page(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let actor = try visit.actor()
    try actor.require(.keepPlan)
    let words = visit.words
    let known = try await patterns(actor)
    return ProtectionSection.page(
      Heading(
        title: words("plan.create"), lead: words("plan.create_lead"),
        back: .init(address: NationalPlanPages.path, label: words("plan.title"))), [],
      form: sheet.view(
        action: Self.path, submit: "plan.save",
        fields: [
          sheet.hidden("id", StoredPlanID.random().description),
          sheet.text("code", label: "plan.code", hint: "plan.create_code_hint"),
          sheet.text("name_es", label: "plan.name_es"), sheet.text("name_en", label: "plan.name_en"),
          sheet.choices(
            "level", label: "plan.level_term",
            options: PlanLevel.allCases.map { .init($0.rawValue, words("plan.level.\($0.rawValue)")) }),
          sheet.select(
            "province", label: "plan.province", hint: "plan.create_province_hint",
            options: desks.pack.provinces.map { .init($0.iso, $0.name[visit.language]) }, optional: true),
          sheet.text("canton", label: "plan.canton", hint: "plan.create_canton_hint", optional: true),
          sheet.text("from", label: "plan.from", type: "date"),
          sheet.text("until", label: "plan.last_day", hint: "plan.last_day_hint", type: "date", optional: true),
          sheet.text("source", label: "plan.source_term", hint: "plan.create_source_hint"),
          sheet.select(
            "axes_of", label: "plan.axes_of", hint: "plan.axes_of_hint",
            options: known.map { .init($0.code, $0.name[visit.language]) }, optional: true),
          sheet.area("axes", label: "plan.axes_own", hint: "plan.axes_own_hint", rows: 5, optional: true),
        ], cancel: NationalPlanPages.path))
  }

  /// The plans whose axes may be taken over: the pack's and the newest version of each stored one.
  private func patterns(_ actor: Actor) async throws -> [Plan] {
    let stored = try await desk.plans(actor).sorted { $0.head.version < $1.head.version }
    var plans = Dictionary(PlanShelf.plans(desks.pack).map { ($0.code, $0) }) { $1 }
    for one in stored { plans[one.head.code] = one.head }
    return plans.values.sorted { ($0.from, $0.code) < ($1.from, $1.code) }
  }

  private func save(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    try actor.require(.keepPlan)
    return try await visit.attempt {
      let reader = FormReader(visit.form)
      let id: StoredPlanID = try reader.id()
      let plan = try await read(visit, actor)
      do { try await desk.keep(actor, plan, as: id) } catch let refusal as Refusal {
        guard refusal.kind == .conflict else { throw refusal }
        throw Refusal.fields([FieldProblem("code", "error.plan_code_taken")])
      }
      return .goTo(PlanScreen.address(id))
    } orShow: {
      try await page(visit, $0)
    }
  }

  private func read(_ visit: Visit, _ actor: Actor) async throws -> Plan {
    var reader = FormReader(visit.form)
    let code = reader.value("code", or: "error.plan_code") { PlanCode.isOne($0) ? $0 : nil }
    let name = LocalizedText(es: reader.text("name_es", upTo: 300), en: reader.text("name_en", upTo: 300))
    let level = reader.value("level", or: "error.unknown_code") { PlanLevel(rawValue: $0) }
    let province = reader.text("province", upTo: 10, required: level == .province)
    let canton = reader.text("canton", upTo: 80, required: level == .canton)
    let from = reader.value("from", or: "error.day", CalendarDay.init)
    let until = reader.optional("until", or: "error.day", CalendarDay.init)
    let source = reader.text("source", upTo: 1000)
    if level == .province, !province.isEmpty, desks.pack.province(iso: province) == nil {
      reader.refuse("province", "error.plan_unknown_place")
    }
    let pattern = reader.text("axes_of", upTo: 60, required: false)
    var axes = Self.axes(&reader, source)
    if !pattern.isEmpty {
      // Two lists of axes at once: which of them would be the plan's?
      if !axes.isEmpty { reader.refuse("axes", "error.plan_axes_twice") }
      axes = try await self.axes(of: pattern, actor)
      if axes.isEmpty { reader.refuse("axes_of", "error.choose") }
    } else if axes.isEmpty, !reader.problems.contains(where: { $0.field == "axes" }) {
      reader.refuse("axes", "error.plan_axes_missing")
    }
    try reader.check()
    guard let code, let level, let from else { throw RefusedRequest.malformed }
    let place =
      switch level {
      case .national: ""
      case .province: province
      case .canton: canton
      }
    return Plan(
      code: code, version: 1, name: name, level: level, place: place, from: from, until: until, source: source,
      axes: axes)
  }

  private func axes(of code: String, _ actor: Actor) async throws -> [PlanAxis] {
    let newest = try await desk.plans(actor).filter { $0.head.code == code }.max { $0.head.version < $1.head.version }
    if let newest { return try await desk.look(actor, newest.id, isWhole: false).plan.axes }
    return PlanShelf.plans(desks.pack).last { $0.code == code }?.axes ?? []
  }

  /// One axis a line: its name in Spanish, a bar, its name in English.
  private static func axes(_ reader: inout FormReader, _ source: String) -> [PlanAxis] {
    let lines = reader.text("axes", upTo: 10_000, required: false).split(separator: "\n")
      .filter { !$0.allSatisfy(\.isWhitespace) }
    if lines.count > mostAxes { reader.refuse("axes", Phrase("error.plan_axes_many", ["most": String(mostAxes)])) }
    return lines.prefix(mostAxes).enumerated().compactMap { number, line in
      let names = line.split(separator: "|", omittingEmptySubsequences: false)
        .map { $0.trimmingCharacters(in: .whitespaces) }
      guard names.count == 2, names.allSatisfy({ (1...300).contains($0.count) }) else {
        reader.refuse("axes", Phrase("error.plan_axis_line", ["line": String(number + 1)]))
        return nil
      }
      return PlanAxis(
        code: "eje-\(number + 1)", name: LocalizedText(es: names[0], en: names[1]), source: source, certainty: .decided)
    }
  }
}
