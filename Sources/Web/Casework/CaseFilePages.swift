import Accounts
import Basics
import Casework
import CountryPack

/// One case: its file, its history, its sheet for print.
struct CaseFilePages {
  let desks: Desks
  let rooms: [any CaseFileRoom]

  func add(to routes: Routes) {
    routes.get("/cases/:case") { visit in try await page(visit, template: .file) }
    routes.get("/cases/:case/sheet") { visit in try await page(visit, template: .sheet) }
    CaseHistoryPages(desks: desks).add(to: routes)
  }

  private enum Template { case file, sheet }

  private func page(_ visit: Visit, template: Template) async throws -> Answer {
    let actor = try visit.actor()
    let view = try await CaseFileView.read(visit, desks)
    let file = view.file
    var model = view.model
    if template == .sheet {
      model["printed"] = visit.words(
        "casework.sheet.printed", ["name": actor.name, "moment": visit.dates.moment(desks.office.clock.now())])
      return .page("casework/sheet", model)
    }
    // An emergency opens this file and nothing of the rooms around it.
    if file.emergencyUntil == nil {
      var sections: [CaseFileSection] = []
      for room in rooms where !file.isShared || room.isInSharedFiles {
        if let section = try await room.section(of: file, visit, actor) { sections.append(section) }
      }
      model["rooms"] = sections.map(\.view)
      model["contents"] = view.contents(further: sections.map { ($0.title, $0.anchor) })
    }
    return .page("casework/file", model)
  }
}
