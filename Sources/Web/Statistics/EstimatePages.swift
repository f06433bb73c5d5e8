import Accounts
import Basics
import Documents
import Estimation

/// How many were never found: a table of overlaps goes in, every method's answer comes out side by side, and paper for
/// a minister and a statistician. Nothing is kept but the result, in memory, for half an hour.
struct EstimatePages: RoomPages {
  static let path = "/statistics/estimate"
  let desks: Desks
  let runs: EstimateRuns
  private var desk: OverlapDesk { OverlapDesk(office: desks.office) }

  let navigation = [NavigationEntry(path: Self.path, key: "statistics.estimate.menu", permission: .readCounts)]

  func add(to routes: Routes) {
    routes.get(Self.path) { visit in try await ask(visit, visit.sheet) }
    routes.post(Self.path, start)
    routes.get("/statistics/estimate/:run", show)
    routes.get("/statistics/estimate/:run/:file", file)
    routes.post("/statistics/estimate/:run/forget", forget)
  }

  // MARK: Asking

  private func ask(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    try desk.require(visit.actor())
    let (words, form) = (visit.words, EstimateForm(sheet: sheet))
    let view = sheet.view(
      action: Self.path, submit: "statistics.estimate.submit", fields: form.fields + form.furtherFields)
    return .page(
      "statistics/estimate",
      [
        "heading": Heading(
          title: words("statistics.estimate.title"), lead: words("statistics.estimate.lead"),
          next: HomeSection.Link(address: LinkagePages.path, label: words("statistics.linkage.menu"))
        ).view, "isOver": visit.query["over"] != nil, "isForgotten": visit.query["forgotten"] != nil,
        "id": desks.office.randomness.identifier(EstimateRunEntity.self).description, "error": sheet.error("file"),
        "problems": view["problems"] as Any?, "message": sheet.message, "fields": form.fields,
        "further": form.furtherFields, "isOpen": form.isOpen, "minutes": String(EstimateRuns.keptMinutes),
        "seconds": String(EstimateRuns.mostSeconds),
      ] as [String: Any?])
  }

  private func start(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    try desk.require(actor)
    return try await visit.attempt {
      let id: EstimateRunID = try FormReader(visit.form).id()
      if runs.state(id, owner: actor.member) != nil { return .goTo("\(Self.path)/\(id)") }
      let request = try EstimateForm.request(visit)
      let read: EstimateStudy.Tables
      do {
        // Even a megabyte is read elsewhere than where pages are answered.
        read = try await LongWork.shared.run(upTo: 20) {
          let read = try request.tables()
          if let problem = read.table.findings().problem { throw HistoryProblem(problem) }
          return read
        }
      } catch let problem as HistoryProblem {
        throw Refusal.fields([FieldProblem(request.field, problem.phrase(visit.language))])
      } catch is CancellationError {
        throw Refusal.fields([FieldProblem(request.field, "error.estimate_too_large")])
      }
      try await desk.begin(actor, .estimate)
      try runs.start(id, owner: actor.member, read, request.question)
      return .goTo("\(Self.path)/\(id)")
    } orShow: {
      try await ask(visit, $0)
    }
  }

  // MARK: Looking

  private func show(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    try desk.require(actor)
    let id: EstimateRunID = try visit.id("run")
    let words = visit.words
    let back = HomeSection.Link(address: Self.path, label: words("statistics.estimate.title"))
    switch runs.state(id, owner: actor.member) {
    case nil: return .goTo("\(Self.path)?over=1")
    case .running(let share):
      var answer = Answer.page(
        "statistics/estimate-running",
        [
          "heading": Heading(
            title: words("statistics.estimate.running"), lead: words("statistics.estimate.running_more"), back: back
          ).view, "percent": String(Int((min(1, max(0, share)) * 100).rounded())), "action": "\(Self.path)/\(id)",
        ] as [String: Any])
      answer.refresh = 2
      return answer
    case .refused(let sentence):
      return stopped(visit, back, words("statistics.estimate.refused"), sentence[visit.language])
    case .tookTooLong:
      return stopped(
        visit, back, words("statistics.estimate.too_long"),
        words("statistics.estimate.too_long_more", ["seconds": String(EstimateRuns.mostSeconds)]))
    case .done(let study):
      let view = EstimateView(study: study, words: words)
      return .page("statistics/estimate-result", view.model(address: "\(Self.path)/\(id)", back: back))
    }
  }

  private func stopped(_ visit: Visit, _ back: HomeSection.Link, _ title: String, _ why: String) -> Answer {
    .page(
      "statistics/estimate-stopped",
      [
        "heading": Heading(title: title, back: back).view, "why": why.prefix(1).uppercased() + why.dropFirst(),
        "again": Self.path,
      ] as [String: Any])
  }

  // MARK: Keeping and letting go

  /// `page.pdf`, `annex.html`; the language in the query.
  private func file(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    try desk.require(actor)
    let id: EstimateRunID = try visit.id("run")
    let name = visit.part("file").split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard name.count == 2, let part = EstimateNote.Part(rawValue: name[0]), ["html", "pdf"].contains(name[1]) else {
      throw Refusal.notFound
    }
    guard case .done(let study) = runs.state(id, owner: actor.member) else { return .goTo("\(Self.path)?over=1") }
    let language: Language = visit.query["language"] == "en" ? .english : .spanish
    let note = EstimateNote(study, language: language, parts: [part])
    let fileName = "amparo-\(EstimateView.fileName(part, language)).\(name[1])"
    if name[1] == "html" { return .file(note.html, name: fileName, type: "text/html") }
    let now = desks.office.clock.now()
    let bytes = try await LongWork.shared.run(upTo: 30) { try EstimateSheet(note).bytes(made: now) }
    return .file(bytes, name: fileName, type: "application/pdf")
  }

  private func forget(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    try desk.require(actor)
    runs.forget(try visit.id("run"), owner: actor.member)
    return .goTo("\(Self.path)?forgotten=1")
  }
}

extension HistoryProblem {
  /// The sentence as a form shows it, with the line where there is one.
  func phrase(_ language: Language) -> Phrase {
    line > 0
      ? Phrase("error.file_line", ["line": String(line), "sentence": words[language]])
      : Phrase("error.file_whole", ["sentence": words[language]])
  }
}
