import Accounts
import Basics
import Casework
import CountryPack

/// The agency's cases: by state and by what is due, narrowed by codes, and the lists a member keeps.
struct CaseListPages {
  let desks: Desks
  let settings: SiteSettings

  func add(to routes: Routes) {
    routes.get("/cases", list)
    routes.get("/cases/lists") { _ in .goTo("/cases") }
    routes.post("/cases/lists", save)
    routes.post("/cases/lists/:list/remove", remove)
  }

  private func list(_ visit: Visit) async throws -> Answer {
    try await page(visit, CaseChoice(visit.query), visit.sheet)
  }

  private func page(_ visit: Visit, _ choice: CaseChoice, _ sheet: FormSheet) async throws -> Answer {
    let actor = try visit.actor()
    let code = String((visit.query["code"] ?? "").prefix(20))
    let filter = code.isEmpty ? choice.filter(on: visit.dates.today) : CaseFilter(code: code)
    let page = try await desks.cases.list(actor, filter, after: visit.query["after"].flatMap { CaseCursor($0) })
    let saved = try await desks.cases.savedLists(actor)
    let (words, terms) = (visit.words, CaseTerms(visit: visit))
    let next = page.next.map { cursor in
      choice.address() + "&after=\(cursor)" + (code.isEmpty ? "" : "&code=" + Form.encoded(code))
    }
    let heading = Heading(
      title: words("casework.list.title"),
      next: actor.may(.openCase)
        ? HomeSection.Link(address: "/cases/new", label: words("casework.list.open")) : nil)
    var isEmpty = "casework.list.empty_\(choice.show.rawValue)"
    if !code.isEmpty {
      isEmpty = "casework.list.empty_code"
    } else if choice.isNarrowed {
      isEmpty = "casework.list.empty_narrowed"
    }
    var model: [String: Any] = [
      "heading": heading.view,
      "due": HomeSection.Link(address: "/cases/due", label: words("casework.tasks.title")).view,
      "risk": HomeSection.Link(address: "/cases/risk", label: words("casework.risk.title")).view,
      "mayImport": actor.may(.openCase), "mayExport": actor.may(.readCase),
      "rows": page.rows.map { terms.row($0).view }, "hasRows": !page.rows.isEmpty, "empty": words(isEmpty),
      "code": code, "isLater": visit.query["after"] != nil, "first": choice.address(), "show": choice.show.rawValue,
      "tabs": Tabs(
        items: CaseChoice.Show.allCases.map { show in
          var other = choice
          other.show = show
          return (words("casework.list.show_\(show.rawValue)"), other.address())
        }, current: code.isEmpty ? choice.address() : ""
      ).view, "filters": try await filters(visit, actor, choice), "isNarrowed": choice.isNarrowed || sheet.wasSent,
      "saved": saved.map { list in
        [
          "name": list.name, "address": list.choice.address(), "remove": "/cases/lists/\(list.id)/remove",
          "isCurrent": list.choice == choice && code.isEmpty,
        ] as [String: Any]
      }, "hasSaved": !saved.isEmpty,
    ]
    model["next"] = next
    if !settings.isPractice, code.isEmpty { model["sheet"] = choice.address("/cases/list.xlsx") }
    // Practice has no data of anybody to look after.
    if !settings.isPractice, !actor.may(.readCase) { model["emergency"] = words("protection.emergency.title") }
    if code.isEmpty { model["form"] = saveForm(choice, sheet) }
    return .page("casework/list", model)
  }

  /// The codes to narrow the list by, each a select of its own.
  private func filters(_ visit: Visit, _ actor: Actor, _ choice: CaseChoice) async throws -> [[String: Any]] {
    let terms = CaseTerms(visit: visit)
    var filters: [(name: String, label: String, options: [FormSheet.Option], value: String?)] = [
      ("kind", "casework.facts.kind", terms.options(.caseKinds, keeping: choice.kind), choice.kind),
      ("form", "casework.facts.form", terms.options(.exploitation, keeping: choice.form), choice.form),
      ("province", "casework.facts.province", terms.provinces, choice.province),
    ]
    // Who opens cases without reading others' has only their own.
    if actor.may(.readCase) {
      let names = try await desks.members.names(actor).sorted { ($0.value, $0.key) < ($1.value, $1.key) }
      filters.append(
        (
          "worker", "casework.list.worker", names.map { FormSheet.Option($0.key.description, $0.value) },
          choice.worker?.description
        ))
    }
    return filters.map { filter in
      [
        "name": filter.name, "label": visit.words.text(filter.label),
        "options": filter.options.map {
          ["value": $0.value, "label": $0.label, "chosen": $0.value == filter.value] as [String: Any]
        },
      ]
    }
  }

  // MARK: Kept lists

  private func saveForm(_ choice: CaseChoice, _ sheet: FormSheet) -> [String: Any] {
    let plain = FormSheet(words: sheet.words)
    let codes = choice.pairs.map { plain.hidden($0.0, $0.1) }
    return sheet.view(
      action: "/cases/lists", submit: "casework.list.save",
      fields: [sheet.hidden("id", SavedListID.random().description)] + codes + [
        sheet.text("name", label: "casework.list.name", hint: "casework.list.name_hint")
      ])
  }

  private func save(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let choice = CaseChoice(visit.form)
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      let id: SavedListID = try reader.id()
      let name = reader.text("name", upTo: 60)
      try reader.check()
      try await desks.cases.saveList(actor, id: id, name: name, choice)
      return .goTo(choice.address())
    } orShow: {
      try await page(visit, choice, $0)
    }
  }

  private func remove(_ visit: Visit) async throws -> Answer {
    try await desks.cases.removeList(try visit.actor(), try visit.id("list"))
    return .goTo("/cases")
  }
}

/// A choice in an address, or in the form that keeps it.
extension CaseChoice {
  init(_ form: Form) {
    func code(_ name: String) -> String? {
      form[name].flatMap { $0.isEmpty || $0.count > 80 ? nil : $0 }
    }
    self.init(
      show: CaseChoice.Show(rawValue: form["show"] ?? "") ?? .open, kind: code("kind"), form: code("form"),
      province: code("province"), worker: code("worker").flatMap { MemberID($0) })
  }

  var pairs: [(String, String)] {
    [
      ("show", show.rawValue), ("kind", kind), ("form", form), ("province", province), ("worker", worker?.description),
    ].compactMap { name, value in value.map { (name, $0) } }
  }

  /// - Parameter path: of the page, or of the spreadsheet.
  func address(_ path: String = "/cases") -> String {
    path + "?" + pairs.map { $0 + "=" + Form.encoded($1) }.joined(separator: "&")
  }
}
