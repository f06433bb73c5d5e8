import Accounts
import Basics
import Casework
import CountryPack

/// What belongs to a case beyond it: the person's other cases, linked ones, and the family behind them.
struct CaseLinkPages: CaseFileRoom {
  let desks: Desks

  func add(to routes: Routes) {
    routes.get("/cases/:case/links") { visit in try await page(visit, visit.sheet) }
    routes.post("/cases/:case/links", link)
    routes.post("/cases/:case/links/:link/remove", unlink)
  }

  func section(of file: CaseFile, _ visit: Visit, _ actor: Actor) async throws -> CaseFileSection? {
    let related = try await desks.cases.related(actor, file.summary.id)
    let words = visit.words
    let address = "/cases/\(file.summary.id)"
    var links: [HomeSection.Link] = []
    if related.mayLink || !related.family.isEmpty {
      links.append(HomeSection.Link(address: address + "/links", label: words("casework.links.open")))
    }
    if actor.may(.mergePersons) {
      links.append(HomeSection.Link(address: address + "/merge", label: words("casework.merge.open")))
    }
    return CaseFileSection(
      anchor: "links", title: words("casework.links.title"),
      rows: ofPerson(related, visit) + related.links.map { row($0, visit) }, empty: words("casework.links.none"),
      links: links)
  }

  private func ofPerson(_ related: RelatedCases, _ visit: Visit) -> [WorkRow] {
    let terms = CaseTerms(visit: visit)
    return related.ofPerson.map { summary in
      var row = terms.row(CaseRow(summary: summary))
      row.facts.insert(visit.words("casework.links.same_person"), at: 0)
      return row
    }
  }

  private func row(_ link: CaseLink, _ visit: Visit) -> WorkRow {
    let terms = CaseTerms(visit: visit)
    var row = terms.row(CaseRow(summary: link.other, name: link.name))
    row.facts.insert(terms.name(.linkKinds, link.kind), at: 0)
    return row
  }

  // MARK: The page

  private func page(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let actor = try visit.actor()
    let related = try await desks.cases.related(actor, try visit.id("case"))
    let (words, terms) = (visit.words, CaseTerms(visit: visit))
    let address = "/cases/\(related.summary.id)"
    var model: [String: Any] = [
      "heading": Heading(
        title: words("casework.links.title"), lead: words("casework.links.lead"),
        back: HomeSection.Link(
          address: address, label: words("casework.case", ["code": related.summary.code.description]))
      ).view, "person": ofPerson(related, visit).map(\.view), "hasPerson": !related.ofPerson.isEmpty,
      "links": related.links.map { link in
        row(link, visit).view.merging(["remove": "\(address)/links/\(link.id)/remove"]) { $1 }
      }, "hasLinks": !related.links.isEmpty, "mayLink": related.mayLink,
      // What they are to somebody in between is not what they are to this person: only the names stand here.
      "family": related.family.map { terms.row(CaseRow(summary: $0.other, name: $0.name)).view },
      "hasFamily": !related.family.isEmpty,
    ]
    if related.mayLink {
      model["form"] = sheet.view(
        action: address + "/links", submit: "casework.links.submit",
        fields: [
          sheet.hidden("id", CaseLinkID.random().description),
          sheet.text("code", label: "casework.links.code", hint: "casework.links.code_hint"),
          sheet.select(
            "kind", label: "casework.links.kind", hint: "casework.links.kind_hint", options: terms.options(.linkKinds)),
        ])
    }
    return .page("casework/links", model)
  }

  private func link(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let id: CaseID = try visit.id("case")
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      let link: CaseLinkID = try reader.id()
      let code = reader.text("code", upTo: 20)
      let kind = reader.text("kind", upTo: 80)
      try reader.check()
      try await desks.cases.link(actor, id, id: link, to: code, kind: kind)
      return .goTo("/cases/\(id)/links")
    } orShow: {
      try await page(visit, $0)
    }
  }

  private func unlink(_ visit: Visit) async throws -> Answer {
    let id: CaseID = try visit.id("case")
    try await desks.cases.unlink(try visit.actor(), id, try visit.id("link"))
    return .goTo("/cases/\(id)/links")
  }
}
