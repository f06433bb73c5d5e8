import Accounts
import Basics
import Forms
import Hummingbird
import Identification

/// A filling as a whole: where to go on, what was answered, what the form computes.
extension OwnFormPages {
  func fillingPage(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let file = try await desk.file(actor, try visit.id("filling"))
    let (row, words, language) = (file.row, visit.words, chosenLanguage(visit, file.form))
    let address = "/forms/fillings/\(row.id)"
    var run = try file.run()
    let pages = run.pages
    let isOwn = row.status == .inProgress && row.member == actor.member && actor.may(.conductScreening)
    let next = pages.first { file.parts[$0.id] == nil } ?? pages.last
    if isOwn, visit.query["begun"] != nil, file.parts.isEmpty, let next { return .goTo(address + "/pages/\(next.id)") }
    let names = try await desks.members.names(actor)
    let title = row.title.isEmpty ? words("forms.untitled") : row.title
    var sections: [[String: Any]] = []
    for (number, page) in pages.enumerated() {
      guard case .questions = page.content else { continue }
      let lines = try lines(page, &run, language, visit.dates)
      var section: [String: Any] = [
        "name": try name(page, number, &run, language, visit), "lines": lines, "mayAnswer": isOwn,
      ]
      section["address"] = address + "/pages/\(page.id)"
      sections.append(section)
    }
    let computed = try computed(&run, language)
    var model: [String: Any] = [
      "heading": Heading(
        title: words("forms.row", ["title": title, "reference": row.reference]),
        back: .init(address: "/forms/\(row.form)", label: title),
        next: isOwn ? next.map { .init(address: address + "/pages/\($0.id)", label: words("forms.resume")) } : nil
      ).view,
      "status": status(row, words).view, "title": title, "address": address,
      "facts": Definitions([
        (words("forms.fact.by"), names[row.member] ?? ""),
        (words("forms.column.begun"), visit.dates.moment(row.begunAt)),
        (words("forms.column.finished"), row.finishedAt.map(visit.dates.moment) ?? ""),
        (words("forms.column.version"), try await version(actor, row)),
      ]).view, "sections": sections, "isOwn": isOwn, "isFinished": row.status == .finished,
      "hasComputed": !computed.isEmpty,
    ]
    model["computed"] = Definitions(computed).view
    return .page("own-forms/filling", model)
  }

  private func version(_ actor: Actor, _ row: FormFillingRow) async throws -> String {
    try await desk.versions(actor, of: row.form).first { $0.id == row.version }?.label ?? ""
  }

  /// What was asked on a page and answered; notes and headings in their place.
  private func lines(_ page: FormPage, _ run: inout FormRun, _ language: String, _ dates: Dates) throws
    -> [[String: Any]]
  {
    var lines: [[String: Any]] = []
    for node in page.nodes {
      let label = try run.words(run.form.nodes[node].label, node, page.context, language)
      switch run.form.nodes[node].kind {
      case .group: if !label.isEmpty { lines.append(["heading": label]) }
      case .note:
        let hint = try run.words(run.form.nodes[node].hint, node, page.context, language)
        lines.append(["note": [label, hint].filter { !$0.isEmpty }.joined(separator: "\n")])
      default:
        var shown = run.shown(node, page.context, language)
        if run.form.nodes[node].kind == .date, let day = CalendarDay(shown) { shown = dates.day(day) }
        lines.append([
          "answer": ["label": label.isEmpty ? run.form.nodes[node].name : label, "value": shown.isEmpty ? "—" : shown]
        ])
      }
    }
    return lines
  }

  /// What the form computes, by its label or else its name.
  private func computed(_ run: inout FormRun, _ language: String) throws -> [(term: String, value: String)] {
    var all: [(term: String, value: String)] = []
    for node in run.form.nodes.indices where run.form.nodes[node].calculation != nil {
      for context in run.places(node) {
        let label = try run.words(run.form.nodes[node].label, node, context, language)
        let name = FormFilling.slot(run.form.nodes[node].name, context)
        all.append((label.isEmpty ? name : label, run.shown(node, context, language)))
      }
    }
    return all
  }
}
