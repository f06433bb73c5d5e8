import Accounts
import Basics
import Forms
import Hummingbird
import Identification

/// Bringing a form in: the file, what of it works here, and taking it into use.
extension OwnFormPages {
  func uploadPage(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let actor = try visit.actor()
    try actor.require(.manageForms)
    let of = (sheet.typed["form"] ?? visit.query["form"]).flatMap { OwnFormID($0) }
    var known: String?
    if let of { known = try await desk.versions(actor, of: of).first.map { title($0, visit.words) } }
    return .page(
      "own-forms/new",
      [
        "heading": Heading(
          title: visit.words(of == nil ? "forms.new.title" : "forms.new.again"),
          lead: known.map { visit.words("forms.new.of", ["title": $0]) } ?? visit.words("forms.new.lead"),
          back: .init(
            address: of.map { "/forms/\($0)" } ?? "/forms",
            label: known ?? visit.words("forms.list.title"))
        ).view,
        "id": desks.office.randomness.identifier(FormVersionEntity.self).description,
        "form": of?.description, "error": sheet.error("file") ?? sheet.message,
      ] as [String: Any?])
  }

  func upload(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    try actor.require(.manageForms)
    return try await visit.attempt {
      let id: FormVersionID = try FormReader(visit.form).id()
      guard let file = visit.files["file"], !file.isEmpty else {
        throw Refusal.fields([FieldProblem("file", "error.form_no_file")])
      }
      do {
        try await desk.read(actor, id, file, of: visit.form["form"].flatMap { OwnFormID($0) })
      } catch let problem as FormProblem {
        throw Refusal.fields([
          FieldProblem("file", Phrase("error.form_file", ["problem": problem.sentence(visit.language)]))
        ])
      }
      return .goTo("/forms/versions/\(id)")
    } orShow: {
      try await uploadPage(visit, $0)
    }
  }

  /// What a version asks, what of it is not carried out, and what can be done with it.
  func versionPage(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let (version, form) = try await desk.look(actor, try visit.id("version"))
    let (words, address) = (visit.words, "/forms/versions/\(version.id)")
    let language = form.code(for: visit.language)
    let names = try await desks.members.names(actor)
    let asked = form.nodes.count(where: \.isAsked)
    let facts = Definitions([
      (words("forms.fact.status"), words("forms.status." + version.status.rawValue)),
      (words("forms.fact.code"), version.code), (words("forms.column.version"), version.label),
      (words("forms.fact.languages"), form.languages.map(\.name).joined(separator: ", ")),
      (words("forms.fact.questions"), String(asked)),
      (words("forms.fact.calculations"), String(form.nodes.count { $0.calculation != nil })),
      (words("forms.fact.read"), visit.dates.moment(version.readAt) + by(version.readBy, names)),
      (
        words("forms.fact.adopted"),
        version.adoptedAt.map { visit.dates.moment($0) + by(version.adoptedBy, names) } ?? ""
      ), (words("forms.column.fillings"), version.fillings == 0 ? "" : String(version.fillings)),
    ])
    let gaps = DataTable(
      caption: words("forms.gaps.caption"),
      columns: ["forms.gaps.sheet", "forms.gaps.row", "forms.gaps.column", "forms.gaps.what"].map { words($0) },
      rows: form.gaps.map { gap in
        [
          .text(gap.place.sheet ?? "—"), .text(gap.place.row.map(String.init) ?? "—"), .text(gap.place.column ?? "—"),
          .text(gap.text[visit.language]),
        ]
      })
    let questions = DataTable(
      caption: words("forms.questions.caption"),
      columns: [
        "forms.gaps.row", "forms.questions.type", "forms.questions.name", "forms.questions.label",
        "forms.questions.rules",
      ].map { words($0) },
      rows: form.nodes.map { node in
        [
          .text(String(node.row)), .text(node.kind.word + (node.list.map { " " + $0 } ?? "")), .text(node.name),
          .text(node.label.text(code: language, or: form.language)), .text(rules(node, words)),
        ]
      })
    var moves: [[String: Any]] = []
    func add(_ move: String, _ key: String, second: Bool = false) {
      moves.append(["action": address + "/" + move, "label": words(key), "isSecond": second])
    }
    switch version.status {
    case .read:
      add("adopt", "forms.adopt")
      add("discard", "forms.discard", second: true)
    case .inUse: add("retire", "forms.retire", second: true)
    case .replaced:
      add("adopt", "forms.adopt_again")
      add("retire", "forms.retire", second: true)
    case .retired: add("adopt", "forms.adopt_again")
    }
    let others = try await desk.versions(actor, of: version.form).filter { $0.id != version.id }
    return .page(
      "own-forms/version",
      [
        "heading": Heading(
          title: title(version, words), lead: words("forms.lead." + version.status.rawValue),
          back: .init(
            address: others.isEmpty && version.status == .read ? "/forms" : "/forms/\(version.form)",
            label: words(others.isEmpty && version.status == .read ? "forms.list.title" : "forms.versions"))
        ).view,
        "facts": facts.view, "moves": moves, "gaps": gaps.view, "hasGaps": !form.gaps.isEmpty,
        "questions": questions.view, "replaces": version.status == .read && others.contains { $0.status == .inUse },
      ] as [String: Any])
  }

  private func by(_ member: MemberID?, _ names: [MemberID: String]) -> String {
    member.flatMap { names[$0] }.map { ", " + $0 } ?? ""
  }

  /// When a question is asked and what it must hold, as the form writes it.
  private func rules(_ node: XLSForm.Node, _ words: Words) -> String {
    [
      ("forms.rule.relevant", node.relevant?.written), ("forms.rule.constraint", node.constraint?.written),
      ("forms.rule.required", node.required?.written), ("forms.rule.calculation", node.calculation?.written),
      ("forms.rule.filter", node.choiceFilter?.written), ("forms.rule.count", node.repeatCount?.written),
    ].compactMap { key, written in written.map { "\(words(key)): \($0)" } }.joined(separator: " · ")
  }

  func move(_ visit: Visit, _ act: (Actor, FormVersionID) async throws -> Void) async throws -> Answer {
    let id: FormVersionID = try visit.id("version")
    try await act(try visit.actor(), id)
    return .goTo("/forms/versions/\(id)")
  }

  func discard(_ visit: Visit) async throws -> Answer {
    try await desk.discard(try visit.actor(), try visit.id("version"))
    return .goTo("/forms")
  }
}
