import Accounts
import Basics
import Casework
import CountryPack
import Foundation

/// The cases of an agency: the list, the search, and what is due on the home page. One case: `CaseFilePages`.
struct CasePages: RoomPages {
  let desks: Desks
  var settings = SiteSettings()
  /// Rooms that have a part in a case's file.
  var rooms: [any CaseFileRoom] = []
  /// Imports that this process has under way.
  let work = ImportWork()

  let navigation = [
    NavigationEntry(path: "/cases", key: "casework.list.title", permission: .readCase, orElse: .openCase)
  ]

  func add(to routes: Routes) {
    CaseListPages(desks: desks, settings: settings).add(to: routes)
    routes.get("/cases/search") { _ in .goTo("/cases") }
    routes.post("/cases/search", search)
    routes.listSent(to: "/cases/search", search)
    OpeningPages(desks: desks).add(to: routes)
    CaseLinkPages(desks: desks).add(to: routes)
    MergePages(desks: desks).add(to: routes)
    ImportPages(desks: desks, work: work).add(to: routes)
    ExportPages(desks: desks).add(to: routes)
    CaseFilePages(desks: desks, rooms: rooms).add(to: routes)
    EditingPages(desks: desks).add(to: routes)
    ConsentPages(desks: desks, rooms: rooms).add(to: routes)
    CarePages(desks: desks).add(to: routes)
    ExploitationPages(desks: desks).add(to: routes)
    PerpetratorPages(desks: desks).add(to: routes)
    ProtectionPages(desks: desks).add(to: routes)
    AttachmentPages(desks: desks, settings: settings).add(to: routes)
    ReceiptPages(desks: desks, settings: settings).add(to: routes)
    CaseExportPages(desks: desks, settings: settings).add(to: routes)
    AssessmentPages(desks: desks).add(to: routes)
    AssistancePlanPages(desks: desks).add(to: routes)
    ClockPages(desks: desks).add(to: routes)
    ConferencePages(desks: desks).add(to: routes)
    ReturnPages(desks: desks).add(to: routes)
    FlagPages(desks: desks).add(to: routes)
    PlanVersionPages(desks: desks).add(to: routes)
    RiskPages(desks: desks).add(to: routes)
    ClosingPages(desks: desks, rooms: rooms).add(to: routes)
    TaskPages(desks: desks, settings: settings).add(to: routes)
  }

  func home(_ visit: Visit, _ actor: Actor) async throws -> HomeSection? {
    guard actor.may(.readCase) || actor.may(.openCase) else { return nil }
    let (words, terms) = (visit.words, CaseTerms(visit: visit))
    let week = visit.dates.today.adding(days: 7)
    let due = try await desks.cases.tasks(actor, TaskFilter(until: week)).tasks
    let closings = try await desks.cases.closingsToAnswer(actor)
    let names = due.isEmpty && closings.isEmpty ? [:] : try await desks.members.names(actor)
    let first = (due.first.map { ($0.caseID, $0.code) } ?? closings.first.map { ($0.caseID, $0.code) }).map {
      HomeSection.Link(address: "/cases/\($0.0)", label: words("casework.home.next", ["code": $0.1.description]))
    }
    return HomeSection(
      title: "casework.home.title",
      rows: closings.prefix(3).map { terms.row($0, names[$0.member]) }
        + due.prefix(6).map { terms.row($0, holder: names[$0.member]) },
      empty: "casework.home.empty",
      next: first, all: HomeSection.Link(address: "/cases/due", label: words("casework.home.all")), words: words)
  }

  // MARK: Search

  /// By POST, so that a name stands in no address and no log.
  private func search(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    guard actor.may(.readCase) || actor.may(.openCase) else { throw Refusal.forbidden }
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      let name = reader.text("name", upTo: 120, required: false)
      let document = reader.text("document", upTo: 120, required: false)
      if name.isEmpty, document.isEmpty { reader.refuse("name", "error.search_empty") }
      try reader.check()
      // A code names nobody: it may stand in an address.
      if document.isEmpty, name.contains(where: \.isNumber), let code = CaseCode(name) {
        return .goTo("/cases?code=\(code)")
      }
      let found = try await desks.cases.search(actor, name: name, document: document)
      return searchPage(visit, FormSheet(words: visit.words, typed: visit.form), found)
    } orShow: {
      searchPage(visit, $0, nil)
    }
  }

  private func searchPage(_ visit: Visit, _ sheet: FormSheet, _ search: PersonSearch?) -> Answer {
    let (words, terms) = (visit.words, CaseTerms(visit: visit))
    let matches = search?.matches ?? []
    let rows = matches.map { PersonCard($0, terms).view }
    let kept = ["name", "document"].map { ["name": $0, "value": visit.form[$0] ?? ""] }
    let answer = Answer.page(
      "casework/search",
      [
        "heading": Heading(
          title: words("casework.search.title"),
          back: HomeSection.Link(address: "/cases", label: words("casework.list.title"))
        ).view,
        "form": sheet.view(
          action: "/cases/search", submit: "casework.search.submit",
          fields: [
            sheet.text("name", label: "casework.search.name", hint: "casework.search.name_hint", optional: true),
            sheet.text("document", label: "casework.person.document_number", optional: true),
          ]), "wasSearched": search != nil, "people": rows, "found": !rows.isEmpty,
        "isCut": search?.isCut == true, "takes": !rows.isEmpty && !visit.frame.settings.isPractice, "kept": kept,
      ] as [String: Any])
    return search == nil ? answer : answer.listing([terms.found(matches)], isCut: search?.isCut == true)
  }
}
