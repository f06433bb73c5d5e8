import Accounts
import Basics
import Casework
import CountryPack

/// One person in two records: finding the other one, deciding field by field, and parting them again.
struct MergePages {
  let desks: Desks

  func add(to routes: Routes) {
    routes.get("/cases/:case/merge") { visit in try await page(visit, visit.sheet) }
    routes.post("/cases/:case/merge", find)
    routes.get("/cases/:case/merge/:other") { visit in try await comparison(visit, visit.sheet) }
    routes.post("/cases/:case/merge/:other", join)
    routes.post("/cases/:case/merges/:merge/undo", undo)
  }

  // MARK: Who else

  private func page(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let actor = try visit.actor()
    let id: CaseID = try visit.id("case")
    let doubles = try await desks.cases.doubles(actor, of: id)
    let merges = try await desks.cases.merges(actor, of: id)
    let names = try await desks.members.names(actor)
    let (words, terms) = (visit.words, CaseTerms(visit: visit))
    let address = "/cases/\(id)"
    func day(_ moment: Moment) -> String { visit.dates.moment(moment) }
    return .page(
      "casework/merge",
      [
        "heading": Heading(
          title: words("casework.merge.title"), lead: words("casework.merge.lead"),
          back: HomeSection.Link(address: address, label: words("casework.merge.back"))
        ).view,
        "message": sheet.refusal?.fields.isEmpty == true ? sheet.message : nil,
        "people": doubles.compactMap { match -> [String: Any]? in
          match.cases.first.map { first in
            PersonCard(match, terms).view.merging(["compare": "\(address)/merge/\(first.id)"]) { $1 }
          }
        }, "found": !doubles.isEmpty,
        "form": sheet.view(
          action: address + "/merge", submit: "casework.merge.compare",
          fields: [sheet.text("code", label: "casework.merge.code", hint: "casework.merge.code_hint")]),
        "merges": merges.map { merge in
          [
            "line": words(
              merge.undoneAt == nil ? "casework.merge.line" : "casework.merge.line_undone",
              [
                "day": day(merge.madeAt), "name": names[merge.madeBy] ?? "", "count": String(merge.cases.count),
                "undone": merge.undoneAt.map(day) ?? "",
              ]), "undo": merge.undoneAt == nil ? "\(address)/merges/\(merge.id)/undo" : nil,
          ] as [String: Any?]
        }, "hasMerges": !merges.isEmpty,
      ] as [String: Any?])
  }

  private func find(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let id: CaseID = try visit.id("case")
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      let code = reader.text("code", upTo: 20)
      try reader.check()
      return .goTo("/cases/\(id)/merge/\(try await desks.cases.caseForJoining(actor, code: code))")
    } orShow: {
      try await page(visit, $0)
    }
  }

  // MARK: Side by side

  private func comparison(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let actor = try visit.actor()
    let (id, other): (CaseID, CaseID) = (try visit.id("case"), try visit.id("other"))
    let (kept, gone) = try await desks.cases.compare(actor, id, other)
    let (words, terms) = (visit.words, CaseTerms(visit: visit))
    let lines = PersonComparison(terms)
    func card(_ record: PersonRecord, _ title: String, beside: PersonIdentity?) -> [String: Any] {
      [
        "title": words(title), "name": record.identity.value.displayName,
        "lines": lines.lines(record.identity.value, beside: beside),
        "cases": record.cases.map { terms.row(CaseRow(summary: $0)).view },
        "count": words("casework.search.cases", ["count": String(record.cases.count)]),
      ]
    }
    let seen = [kept.identity, gone.identity].map(\.revision)
    let contacts = [kept.contact, gone.contact].map(\.revision)
    // Who is told that somebody was faster has seen the newer state with this very page.
    let plain = sheet.refusal?.kind == .conflict ? FormSheet(words: words) : sheet
    var fields = [
      sheet.hidden("id", PersonMergeID.random().description),
      plain.hidden("seen", "\(seen[0]).\(contacts[0]).\(seen[1]).\(contacts[1])"),
    ]
    fields += MergeRules.differing(kept, gone).map { field in
      let values = [kept, gone].map { value(field, $0, terms) }
      return sheet.choices(
        field.rawValue, label: label(field),
        options: zip(MergeSide.allCases, values).map {
          FormSheet.Option($0.rawValue, $1.isEmpty ? words("casework.merge.nothing") : $1)
        },
        // What one record knows and the other does not is the better word.
        value: (values[0].isEmpty ? MergeSide.gone : .kept).rawValue)
    }
    let address = "/cases/\(id)/merge"
    return .page(
      "casework/merge-compare",
      [
        "heading": Heading(
          title: words("casework.merge.compare_title"), lead: words("casework.merge.compare_lead"),
          back: HomeSection.Link(address: address, label: words("casework.merge.title"))
        ).view,
        "records": [
          card(kept, "casework.merge.kept", beside: nil),
          card(gone, "casework.merge.gone", beside: kept.identity.value),
        ],
        "form": sheet.view(
          action: "\(address)/\(other)", submit: "casework.merge.submit", fields: fields, cancel: address),
      ])
  }

  private func label(_ field: MergeField) -> String {
    field == .document
      ? "casework.person.document" : field == .contact ? "casework.file.contact" : "casework.person.\(field.rawValue)"
  }

  private func value(_ field: MergeField, _ record: PersonRecord, _ terms: CaseTerms) -> String {
    let identity = record.identity.value
    let contact = record.contact.value
    switch field {
    case .givenNames: return identity.givenNames
    case .surnames: return identity.surnames
    case .otherNames: return identity.otherNames
    case .birth: return identity.birth.text
    case .sex: return identity.sex.map { terms.name(.sexes, $0) } ?? ""
    case .document:
      return [identity.documentKind.map { terms.name(.documentKinds, $0) } ?? "", identity.documentNumber]
        .filter { !$0.isEmpty }.joined(separator: " ")
    case .nationality: return identity.nationality
    case .contact: return [contact.how, contact.when, contact.notWith].filter { !$0.isEmpty }.joined(separator: " · ")
    }
  }

  private func join(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let (id, other): (CaseID, CaseID) = (try visit.id("case"), try visit.id("other"))
    return try await visit.attempt {
      let reader = FormReader(visit.form)
      let merge: PersonMergeID = try reader.id()
      let seen = (visit.form["seen"] ?? "").split(separator: ".").compactMap { Int($0) }
      guard seen.count == 4 else { throw RefusedRequest.malformed }
      let choices = MergeField.allCases.reduce(into: [MergeField: MergeSide]()) { choices, field in
        choices[field] = visit.form[field.rawValue].flatMap { MergeSide(rawValue: $0) }
      }
      try await desks.cases.merge(
        actor, id: merge, MergeRequest(kept: id, gone: other, choices: choices, seen: seen))
      return .goTo("/cases/\(id)/merge")
    } orShow: {
      try await comparison(visit, $0)
    }
  }

  private func undo(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let id: CaseID = try visit.id("case")
    return try await visit.attempt {
      try await desks.cases.undoMerge(actor, try visit.id("merge"))
      return .goTo("/cases/\(id)/merge")
    } orShow: {
      try await page(visit, $0)
    }
  }
}
