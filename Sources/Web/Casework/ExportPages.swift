import Accounts
import Basics
import Casework
import CountryPack

/// Taking cases out as a file of HTCDS 2.0: what for, for whom, how much; then the file, and what is not in it.
struct ExportPages {
  let desks: Desks

  func add(to routes: Routes) {
    routes.get("/cases/export") { visit in try await page(visit, visit.sheet, []) }
    routes.post("/cases/export", export)
  }

  private func page(_ visit: Visit, _ sheet: FormSheet, _ notes: [String]) async throws -> Answer {
    let actor = try visit.actor()
    try actor.require(.readCase)
    let (words, terms) = (visit.words, CaseTerms(visit: visit))
    let agencies = try await desks.agencies.directory(actor).filter { $0.id != actor.agency }
    let formats = [FormSheet.Option("csv", "CSV"), FormSheet.Option("json", "JSON")]
    return .page(
      "casework/form",
      [
        "title": words("casework.export.title"),
        "heading": Heading(
          title: words("casework.export.title"), lead: words("casework.export.lead"),
          back: HomeSection.Link(address: "/cases", label: words("casework.list.title"))
        ).view,
        "form": sheet.view(
          action: "/cases/export", submit: "casework.export.submit",
          fields: [
            sheet.select("purpose", label: "casework.export.purpose", options: terms.options(.purposes)),
            sheet.select(
              "recipient", label: "casework.export.recipient", hint: "casework.export.recipient_hint",
              options: agencies.map { FormSheet.Option($0.id.description, $0.name) }, optional: true),
            sheet.checks(
              "kinds", label: "casework.export.kinds", hint: "casework.export.kinds_hint",
              options: ExportDesk.kinds.sorted().map {
                FormSheet.Option($0.rawValue, terms.name(.dataKinds, $0.rawValue))
              }, optional: true),
            sheet.choices("format", label: "casework.export.format", options: formats, value: "csv"),
          ], cancel: "/cases"),
      ] as [String: Any?])
  }

  private func export(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      let purpose = reader.text("purpose", upTo: 80)
      let typed = visit.form["recipient"] ?? ""
      let recipient = AgencyID(typed)
      if !typed.isEmpty, recipient == nil { reader.refuse("recipient", "error.unknown_recipient") }
      let kinds = reader.values("kinds", or: "error.unknown_code") { DataKind(rawValue: $0) }
      try reader.check()
      let export = try await desks.exports.htcds(
        actor, ExportRequest(purpose: purpose, recipient: recipient, kinds: kinds))
      guard !export.records.isEmpty else {
        throw Refusal(.invalid, Phrase(export.withoutBasis > 0 ? "error.export_no_basis" : "error.export_nothing"))
      }
      // What is not in it stands in the file itself: the page is gone when the file comes.
      return visit.form["format"] == "json"
        ? .file(try export.json, name: "htcds-2.0.json", type: "application/json")
        : .file(export.csv, name: "htcds-2.0.csv", type: "text/csv")
    } orShow: {
      try await page(visit, $0, [])
    }
  }
}
