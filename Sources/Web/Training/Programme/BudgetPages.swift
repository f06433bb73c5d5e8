import Accounts
import Basics
import CountryPack
import HTTPTypes
import Hummingbird
import NIOCore
import Training

/// A cohort's budget: lines of planned and spent money, their totals, and all of it as a table to take along.
struct BudgetPages {
  let desks: Desks

  func add(to routes: Routes) {
    routes.list("/training/:cohort/budget") { visit in try await page(visit, visit.sheet) }
    routes.post("/training/:cohort/budget", addLine)
    routes.get("/training/:cohort/budget.csv", table)
    routes.get("/training/:cohort/budget/:line") { visit in try await linePage(visit, visit.sheet) }
    routes.post("/training/:cohort/budget/:line", editLine)
    routes.post("/training/:cohort/budget/:line/remove", removeLine)
  }

  private var currency: String { desks.pack.training.programme.currency }
  private func base(_ visit: Visit) -> String { "/training/\(visit.part("cohort"))/budget" }

  private func kind(_ code: String, _ visit: Visit) -> String {
    desks.pack.term(.budgetKinds, code)?.name[visit.language] ?? code
  }

  private func page(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let actor = try visit.actor()
    let id: CohortID = try visit.id("cohort")
    let cohort = try await desks.cohorts.cohort(actor, id).cohort
    let budget = try await desks.organising.budget(actor, id)
    let (words, base) = (visit.words, base(visit))
    let table = DataTable(
      caption: words("training.plan.budget"),
      columns: ["kind", "note", "planned", "spent"].map { words.text("training.budget.\($0)") },
      rows: budget.lines.map { line in
        [
          .link(kind(line.kind, visit), address: "\(base)/\(line.id)"), .text(line.note),
          .shown(line.planned.shown(currency, words), line.planned.cell),
          .shown(line.spent?.shown(currency, words) ?? "–", line.spent?.cell ?? ""),
        ]
      },
      total: [
        .text(words("training.budget.total")), .text(""), .number(budget.planned.shown(currency, words)),
        .number(budget.spent.shown(currency, words)),
      ])
    return .page(
      "training/programme/budget",
      [
        "title": words("training.plan.budget"),
        "heading": Heading(
          title: words("training.plan.budget"), eyebrow: cohort.title(desks.pack, visit.language),
          back: .init(address: "/training/\(id)/plan", label: words("training.tab.plan"))
        ).view,
        "table": table.view, "hasLines": !budget.lines.isEmpty, "file": "/training/\(id)/budget.csv",
        "left": words("training.budget.left", ["amount": (budget.planned - budget.spent).shown(currency, words)]),
        "form": sheet.view(
          action: base, submit: "training.budget.add",
          fields: [sheet.hidden("id", BudgetLineID.random().description)] + fields(sheet, visit, nil)),
      ] as [String: Any]
    ).listing([ListSheet.Part(table)])
  }

  private func fields(_ sheet: FormSheet, _ visit: Visit, _ line: BudgetLine?) -> [FormSheet.Field] {
    [
      sheet.select(
        "kind", label: "training.budget.kind",
        options: (desks.pack.lists[.budgetKinds] ?? []).map { .init($0.code, $0.name[visit.language]) },
        value: line?.kind ?? ""),
      sheet.text("note", label: "training.budget.note", value: line?.note ?? "", optional: true),
      sheet.text(
        "planned", label: "training.budget.planned", hint: "training.budget.amount_hint",
        value: line?.planned.description ?? "", inputmode: "decimal"),
      sheet.text(
        "spent", label: "training.budget.spent", value: line?.spent?.description ?? "", optional: true,
        inputmode: "decimal"),
    ]
  }

  private func read(_ form: Form) -> NewBudgetLine {
    NewBudgetLine(
      kind: form["kind"] ?? "", planned: form["planned"] ?? "", spent: form["spent"] ?? "", note: form["note"] ?? "")
  }

  private func addLine(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let cohort: CohortID = try visit.id("cohort")
    return try await visit.attempt {
      try await desks.organising.addLine(
        actor, id: try FormReader(visit.form).id(), to: cohort, read(visit.form))
      return .goTo(base(visit))
    } orShow: {
      try await page(visit, $0)
    }
  }

  private func linePage(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let actor = try visit.actor()
    let (cohort, id): (CohortID, BudgetLineID) = (try visit.id("cohort"), try visit.id("line"))
    guard let line = try await desks.organising.budget(actor, cohort).lines.first(where: { $0.id == id }) else {
      throw Refusal.notFound
    }
    let address = "\(base(visit))/\(id)"
    return EditPage(
      visit: visit, title: "training.budget.edit", back: base(visit), backLabel: "training.plan.budget",
      form: sheet.view(
        action: address, submit: "training.agenda.save",
        fields: [sheet.hidden("revision", String(line.revision))] + fields(sheet, visit, line), cancel: base(visit)),
      remove: FormSheet(words: visit.words).view(
        action: address + "/remove", submit: "training.budget.remove", fields: [], isDangerous: true)
    ).answer
  }

  private func editLine(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let id: BudgetLineID = try visit.id("line")
    return try await visit.attempt {
      try await desks.organising.edit(actor, id, revision: visit.revision, read(visit.form))
      return .goTo(base(visit))
    } orShow: {
      try await linePage(visit, $0)
    }
  }

  private func removeLine(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let id: BudgetLineID = try visit.id("line")
    return try await visit.attempt {
      try await desks.organising.remove(actor, id)
      return .goTo(base(visit))
    } orShow: {
      try await linePage(visit, $0)
    }
  }

  /// Amounts as plain decimals, for a spreadsheet.
  private func table(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let budget = try await desks.organising.budget(actor, try visit.id("cohort"))
    let words = visit.words
    func amount(_ money: Money?) -> String {
      money?.description.replacing(".", with: words("training.decimal_sign")) ?? ""
    }
    let head =
      ["kind", "note", "planned", "spent"].map { words.text("training.budget.\($0)") } + [
        words("training.budget.currency")
      ]
    let rows = budget.lines.map { [kind($0.kind, visit), $0.note, amount($0.planned), amount($0.spent), currency] }
    let total = [words("training.budget.total"), "", amount(budget.planned), amount(budget.spent), currency]
    return .file(
      CSVText.file([head] + rows + [total], separator: words("training.list_separator")),
      name: words("training.budget.file") + ".csv", type: "text/csv; charset=utf-8")
  }
}
