import Accounts
import Basics
import Casework
import CountryPack

/// Changing one part of a file.
struct EditingPages {
  let desks: Desks

  /// The parts, as they are called in addresses.
  enum Part: String, CaseIterable {
    case facts, identity, contact, narrative, needs, health, legal
  }

  func add(to routes: Routes) {
    routes.get("/cases/:case/edit/:part") { visit in try await page(visit, visit.sheet) }
    routes.post("/cases/:case/edit/:part", save)
  }

  private func part(_ visit: Visit) throws(Refusal) -> Part {
    guard let part = Part(rawValue: visit.part("part")) else { throw .notFound }
    return part
  }

  private func save(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let id: CaseID = try visit.id("case")
    let part = try part(visit)
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      guard let revision = visit.form["revision"].flatMap({ Int($0) }) else { throw RefusedRequest.malformed }
      let change = change(part, &reader)
      try reader.check()
      try await desks.cases.edit(actor, id, change, seen: revision)
      return .goTo("/cases/\(id)#\(part.rawValue)")
    } orShow: {
      try await page(visit, $0)
    }
  }

  private func change(_ part: Part, _ reader: inout FormReader) -> CaseChange {
    func note(_ name: String) -> String { reader.text(name, upTo: 20_000, required: false) }
    switch part {
    case .facts:
      return .facts(
        CaseFacts(
          kind: PersonForm.code("kind", &reader) ?? "", province: PersonForm.code("province", &reader) ?? "",
          form: PersonForm.code("form", &reader),
          ageBand: PersonForm.code("age_band", &reader) ?? "", sex: PersonForm.code("sex", &reader)))
    case .identity: return .identity(PersonForm.identity(&reader))
    case .contact: return .contact(PersonForm.contact(&reader))
    case .narrative: return .narrative(note("narrative"))
    case .needs: return .needs(PersonForm.needs(&reader))
    case .health: return .health(note("health"))
    case .legal: return .legal(note("legal"))
    }
  }

  private func page(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let part = try part(visit)
    let view = try await CaseFileView.editable(visit, desks)
    let file = view.file
    let form = PersonForm(sheet: sheet, terms: CaseTerms(visit: visit))
    func area(_ key: String, _ hint: String, _ content: Revised<String>?) -> (Int, [FormSheet.Field]) {
      (
        content?.revision ?? 0,
        [sheet.area(part.rawValue, label: key, hint: hint, value: content?.value ?? "", rows: 12, optional: true)]
      )
    }
    let (revision, fields): (Int, [FormSheet.Field]) =
      switch part {
      case .facts:
        (file.summary.revision, form.facts(file.summary.facts, withSex: true, bandIsOptional: false))
      case .identity:
        (file.identity?.revision ?? 0, form.identity(file.identity?.value ?? PersonIdentity(givenNames: "")))
      case .contact: (file.contact?.revision ?? 0, form.contact(file.contact?.value ?? SafeContact()))
      case .needs: (file.needs?.revision ?? 0, form.needs(file.needs?.value ?? Needs()))
      case .narrative: area("casework.file.narrative", "casework.narrative_hint", file.narrative)
      case .health: area("casework.file.health", "casework.health_hint", file.health)
      case .legal: area("casework.file.legal", "casework.legal_hint", file.legal)
      }
    var clash = Clash(sheet, stored: revision) {
      DataKind(rawValue: part.rawValue).map(view.stored) ?? view.facts
    }
    if clash.view != nil { clash.compare(try await comparison(part, sheet, file, visit, try visit.actor())) }
    return CaseFormPage.answer(
      visit, file.summary, title: "casework.edit.\(part.rawValue)", clash: clash,
      form: sheet.view(
        action: "/cases/\(file.summary.id)/edit/\(part.rawValue)", submit: "casework.save",
        fields: [clash.revision] + fields,
        cancel: "/cases/\(file.summary.id)#\(part.rawValue)"))
  }
}

extension EditingPages {
  /// Each field in which the two differ: as the second saw it, as it stands now, as the second typed it.
  private func comparison(
    _ part: Part, _ sheet: FormSheet, _ file: CaseFile, _ visit: Visit, _ actor: Actor
  ) async throws -> DataTable {
    let seen = sheet.typed["revision"].flatMap { Int($0) } ?? 0
    let base = try await DataKind(rawValue: part.rawValue).asyncMap {
      try await desks.protection.part(actor, file.summary.id, $0, revision: seen)
    }
    var reader = FormReader(sheet.typed)
    let typed = change(part, &reader).fields
    let stored = Dictionary((self.stored(part, file)?.fields ?? []).map { ($0.label, $0.value) }) { first, _ in first }
    let before = Dictionary((base ?? []).map { ($0.label, $0.value) }) { first, _ in first }
    let words = CaseHistoryWords(terms: CaseTerms(visit: visit))
    return DataTable(
      caption: visit.words("casework.clash.caption"),
      columns: ["field", "before", "now", "yours"].map { visit.words("casework.clash.\($0)") },
      rows: typed.compactMap { field in
        let now = stored[field.label] ?? .text("")
        guard now != field.value, !(now.isEmpty && field.value.isEmpty) else { return nil }
        return [
          .text(visit.words(field.label)), .text(base == nil ? "" : words.value(before[field.label] ?? .text(""))),
          .text(words.value(now)), .text(words.value(field.value)),
        ]
      })
  }

  private func stored(_ part: Part, _ file: CaseFile) -> CaseChange? {
    switch part {
    case .facts: .facts(file.summary.facts)
    case .identity: (file.identity?.value).map(CaseChange.identity)
    case .contact: (file.contact?.value).map(CaseChange.contact)
    case .narrative: (file.narrative?.value).map(CaseChange.narrative)
    case .needs: (file.needs?.value).map(CaseChange.needs)
    case .health: (file.health?.value).map(CaseChange.health)
    case .legal: (file.legal?.value).map(CaseChange.legal)
    }
  }
}

extension Optional {
  fileprivate func asyncMap<Value>(_ work: (Wrapped) async throws -> Value?) async rethrows -> Value? {
    guard let self else { return nil }
    return try await work(self)
  }
}

/// A page with one form about a case.
enum CaseFormPage {
  /// - Parameters:
  ///   - title: a key.
  ///   - notice: a sentence above the form.
  ///   - back: instead of to the case.
  ///   - further: a quiet link below the form.
  static func answer(
    _ visit: Visit, _ summary: CaseSummary, title: String, lead: String? = nil, notice: String? = nil,
    clash: Clash? = nil, back: HomeSection.Link? = nil, further: HomeSection.Link? = nil, form: [String: Any]
  ) -> Answer {
    let words = visit.words
    return .page(
      "casework/form",
      [
        "heading": Heading(
          title: words(title), lead: lead,
          back: back
            ?? HomeSection.Link(
              address: "/cases/\(summary.id)", label: words("casework.case", ["code": summary.code.description]))
        ).view, "notice": notice, "form": form, "title": words(title), "stored": clash?.view, "further": further?.view,
      ] as [String: Any?])
  }
}
