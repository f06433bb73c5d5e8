import Accounts
import Basics
import Casework
import CountryPack
import Foundation

/// Opening a case: who it is, whether the agency knows them already, then the rest. Nothing that names a person stands
/// in an address: the steps are forms sent to one page.
struct OpeningPages {
  let desks: Desks
  /// More than a tired person compares; the form asks for another name instead.
  private static let mostCandidates = 12

  func add(to routes: Routes) {
    routes.get("/cases/new") { visit in
      try visit.actor().require(.openCase)
      return try await namePage(visit, visit.sheet)
    }
    routes.post("/cases/new", proceed)
  }

  private func proceed(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    try actor.require(.openCase)
    switch visit.form["step"] {
    case "details": return try await open(visit, actor)
    case "known": return try await detailsPage(visit, actor, fresh(visit), isFirst: true)
    default:
      return try await visit.attempt {
        var reader = FormReader(visit.form)
        let given = reader.text("given_names", upTo: 120)
        let surnames = reader.text("surnames", upTo: 120, required: false)
        let document = reader.text("document_number", upTo: 120, required: false)
        try reader.check()
        let known = try await desks.cases.alreadyKnown(
          actor, givenNames: given, surnames: surnames, document: document
        )
        return known.matches.isEmpty
          ? try await detailsPage(visit, actor, fresh(visit), isFirst: true)
          : candidatesPage(visit, known)
      } orShow: {
        try await namePage(visit, $0)
      }
    }
  }

  /// A sheet with what was typed in an earlier step, without saying that anything is wrong.
  private func fresh(_ visit: Visit) -> FormSheet { FormSheet(words: visit.words, typed: visit.form) }

  /// Where the forms go: the screening is an identifier without meaning and may stand there.
  private func address(_ visit: Visit) -> String {
    screening(visit).map { "/cases/new?screening=\($0)" } ?? "/cases/new"
  }

  private func screening(_ visit: Visit) -> ScreeningID? { visit.query["screening"].flatMap { ScreeningID($0) } }

  private func heading(_ visit: Visit, _ step: Int) -> [String: Any] {
    let words = visit.words
    return [
      "heading": Heading(
        title: words("casework.new.title"),
        back: HomeSection.Link(address: "/cases", label: words("casework.list.title"))
      ).view,
      "steps": Steps(
        names: ["casework.new.step_name", "casework.new.step_same", "casework.new.step_details"].map { words($0) },
        current: step
      ).view,
    ]
  }

  private func mayAskElsewhere(_ visit: Visit) -> Bool {
    desks.known.content != nil && visit.context.actor?.may(.askElsewhere) == true
  }

  // MARK: Steps

  private func namePage(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    var model = heading(visit, 0)
    model["elsewhere"] = mayAskElsewhere(visit) ? KnownPages.path : nil
    model["lead"] = visit.words("casework.new.name_lead")
    model["form"] = sheet.view(
      action: address(visit), submit: "casework.new.go_on",
      fields: [
        sheet.hidden("step", "name"), sheet.hidden("id", CaseID.random().description),
        sheet.hidden("person", PersonID.random().description),
        sheet.text("given_names", label: "casework.person.given_names", hint: "casework.person.given_names_hint"),
        sheet.text("surnames", label: "casework.person.surnames", optional: true),
        sheet.text("document_number", label: "casework.person.document_number", optional: true),
      ], cancel: "/cases")
    return .page("casework/new", model)
  }

  /// What was typed and the people who may be meant, side by side, line by line.
  private func candidatesPage(_ visit: Visit, _ known: PersonSearch) -> Answer {
    let (terms, words) = (CaseTerms(visit: visit), visit.words)
    let typed = PersonIdentity(
      givenNames: visit.form["given_names"] ?? "", surnames: visit.form["surnames"] ?? "",
      documentNumber: visit.form["document_number"] ?? "")
    var model = heading(visit, 1)
    model["typed"] = [
      "title": words("casework.new.typed"), "lines": PersonComparison(terms).lines(typed, beside: nil),
    ]
    model["isCut"] = known.isCut || known.matches.count > Self.mostCandidates
    model["action"] = address(visit)
    model["elsewhere"] = mayAskElsewhere(visit) ? KnownPages.path : nil
    model["kept"] = ["id", "person", "given_names", "surnames", "document_number"].map {
      ["name": $0, "value": visit.form[$0] ?? ""]
    }
    model["people"] = known.matches.prefix(Self.mostCandidates).map { match in
      let card = PersonCard(match, terms).view
      return card.merging(["lines": PersonComparison(terms).lines(match.identity, beside: typed)]) { $1 }
    }
    return .page("casework/candidates", model)
  }

  private func detailsPage(_ visit: Visit, _ actor: Actor, _ sheet: FormSheet, isFirst: Bool = false) async throws
    -> Answer
  {
    let terms = CaseTerms(visit: visit)
    let carried: CarriedFacts? =
      if let screening = screening(visit) { try await desks.cases.carried(actor, from: screening) } else { nil }
    let province = try await desks.agencies.directory(actor).first { $0.id == actor.agency }?.province ?? ""
    let known = sheet.typed["known"].flatMap { PersonID($0) }
    let form = PersonForm(sheet: sheet, terms: terms)
    var fields = [
      // The step changes here; a hidden field keeps what was sent.
      FormSheet(words: visit.words).hidden("step", "details"), sheet.hidden("id", CaseID.random().description),
      sheet.hidden("person", PersonID.random().description),
    ]
    if let known {
      fields.append(sheet.hidden("known", known.description))
    } else {
      fields += form.identity(PersonIdentity(givenNames: "", sex: carried?.sex))
      fields += form.contact(SafeContact())
    }
    let kind = carried == nil ? "" : "trafficking"
    fields += form.facts(
      CaseFacts(
        kind: kind, province: carried?.province ?? province, form: carried?.form,
        ageBand: carried?.ageBand ?? "", sex: carried?.sex), withSex: known != nil, bandIsOptional: known == nil)
    fields += [
      sheet.area(
        "narrative", label: "casework.file.narrative", hint: "casework.narrative_hint", value: carried?.notes ?? "",
        rows: 6, optional: true)
    ]
    fields += form.needs(Needs())
    var model = heading(visit, 2)
    model["lead"] = visit.words(known == nil ? "casework.new.details_lead" : "casework.new.known_lead")
    model["notice"] = carried.map { _ in visit.words("casework.new.carried") }
    model["form"] = sheet.view(
      action: address(visit), submit: "casework.new.submit", fields: fields, cancel: "/cases")
    return .page("casework/new", model)
  }

  private func open(_ visit: Visit, _ actor: Actor) async throws -> Answer {
    try await visit.attempt {
      var reader = FormReader(visit.form)
      let id: CaseID = try reader.id()
      let known = visit.form["known"].flatMap { PersonID($0) }
      let choice: CaseOpening.PersonChoice
      var sex: String?
      if let known {
        choice = .existing(known)
        sex = PersonForm.code("sex", &reader)
      } else {
        let identity = PersonForm.identity(&reader)
        choice = .new(try reader.id("person"), identity, PersonForm.contact(&reader))
        sex = identity.sex
      }
      let request = CaseOpening(
        person: choice, kind: PersonForm.code("kind", &reader) ?? "", province: PersonForm.code("province", &reader),
        form: PersonForm.code("form", &reader), ageBand: PersonForm.code("age_band", &reader), sex: sex,
        narrative: reader.text("narrative", upTo: 20_000, required: false), needs: PersonForm.needs(&reader))
      try reader.check()
      let opened = try await desks.cases.open(actor, id: id, from: screening(visit), request)
      return .goTo("/cases/\(opened.id)")
    } orShow: {
      try await detailsPage(visit, actor, $0)
    }
  }
}
