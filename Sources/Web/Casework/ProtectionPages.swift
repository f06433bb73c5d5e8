import Accounts
import Basics
import Casework
import CountryPack

/// Where a person is kept safe: on a page of its own that says it is watched.
struct ProtectionPages {
  let desks: Desks

  func add(to routes: Routes) {
    routes.get("/cases/:case/protection", page)
    routes.get("/cases/:case/protection/edit") { visit in try await form(visit, visit.sheet) }
    routes.post("/cases/:case/protection/edit", save)
  }

  private func definitions(_ items: ProtectedItems, _ words: Words) -> Definitions {
    Definitions([
      (words("casework.protection.shelter"), items.shelter), (words("casework.protection.witness"), items.witness),
      (words("casework.protection.other"), items.other),
    ])
  }

  private func page(_ visit: Visit) async throws -> Answer {
    let file = try await desks.cases.protection(visit.actor(), try visit.id("case"))
    let words = visit.words
    let address = "/cases/\(file.summary.id)"
    return .page(
      "casework/protection",
      [
        "heading": Heading(
          title: words("casework.protection.title"),
          back: HomeSection.Link(
            address: address, label: words("casework.case", ["code": file.summary.code.description])),
          next: file.mayEdit
            ? HomeSection.Link(address: address + "/protection/edit", label: words("casework.protection.edit")) : nil
        ).view, "items": file.items.map { definitions($0.value, words).view }, "isEmpty": file.items == nil,
      ] as [String: Any?])
  }

  private func save(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let id: CaseID = try visit.id("case")
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      let items = ProtectedItems(
        shelter: reader.text("shelter", upTo: 20_000, required: false),
        witness: reader.text("witness", upTo: 20_000, required: false),
        other: reader.text("other", upTo: 20_000, required: false))
      let seen = try Clash.seen(visit)
      try reader.check()
      try await desks.cases.editProtection(actor, id, items, seen: seen)
      return .goTo("/cases/\(id)/protection")
    } orShow: {
      try await form(visit, $0)
    }
  }

  private func form(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let file = try await desks.cases.protection(visit.actor(), try visit.id("case"))
    guard file.mayEdit else {
      if file.summary.status == .closed { throw Refusal(.conflict, Phrase("error.case_closed")) }
      throw Refusal.forbidden
    }
    let items = file.items?.value ?? ProtectedItems()
    let clash = Clash(sheet, stored: file.items?.revision ?? 0) { definitions(items, visit.words) }
    let address = "/cases/\(file.summary.id)/protection"
    return CaseFormPage.answer(
      visit, file.summary, title: "casework.protection.edit", notice: visit.words("casework.protection.warning"),
      clash: clash, back: HomeSection.Link(address: address, label: visit.words("casework.protection.title")),
      form: sheet.view(
        action: address + "/edit", submit: "casework.save",
        fields: [
          clash.revision,
          sheet.area(
            "shelter", label: "casework.protection.shelter", hint: "casework.protection.shelter_hint",
            value: items.shelter, rows: 3, optional: true),
          sheet.area(
            "witness", label: "casework.protection.witness", hint: "casework.protection.witness_hint",
            value: items.witness, rows: 3, optional: true),
          sheet.area(
            "other", label: "casework.protection.other", value: items.other, rows: 3, optional: true),
        ], cancel: address))
  }
}
