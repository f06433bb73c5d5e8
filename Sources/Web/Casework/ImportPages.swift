import Accounts
import Basics
import Casework
import CountryPack
import Foundation
import HTTPTypes
import Hummingbird

/// Taking a register in: the file, which column holds what, a look before anything is stored, then how far it is.
struct ImportPages {
  static let path = "/cases/import"
  let desks: Desks
  let work: ImportWork
  private var desk: ImportDesk { desks.imports }

  func add(to routes: Routes) {
    routes.get(Self.path) { visit in try await uploadPage(visit, visit.sheet) }
    routes.post(Self.path, upload)
    routes.get("/cases/import/:import") { visit in try await page(visit, visit.sheet) }
    routes.get("/cases/import/:import/look") { visit in .goTo("/cases/import/\(visit.part("import"))") }
    routes.post("/cases/import/:import/look", look)
    routes.post("/cases/import/:import/refused", refused)
    routes.post("/cases/import/:import/start", start)
    routes.post("/cases/import/:import/go-on", goOn)
    routes.post("/cases/import/:import/undo", undo)
  }

  private func address(_ id: CaseImportID) -> String { "/cases/import/\(id)" }

  private func heading(_ visit: Visit, _ title: String, lead: String? = nil, isFirst: Bool = false) -> [String: Any] {
    Heading(
      title: visit.words(title), lead: lead,
      back: HomeSection.Link(
        address: isFirst ? "/cases" : Self.path,
        label: visit.words(isFirst ? "casework.list.title" : "casework.import.title"))
    ).view
  }

  // MARK: The file

  private func uploadPage(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let actor = try visit.actor()
    let words = visit.words
    let underWay = work.underWay
    let rows = try await desk.list(actor).map { found in
      WorkRow(
        title: visit.dates.moment(found.at), address: address(found.id),
        facts: [words("casework.import.rows", ["count": String(found.rows)])],
        status: status(found, isUnderWay: underWay.contains(found.id), words))
    }
    return .page(
      "casework/import",
      [
        "heading": heading(visit, "casework.import.title", lead: words("casework.import.lead"), isFirst: true),
        "id": desks.office.randomness.identifier(CaseImportEntity.self).description,
        "error": sheet.error("file") ?? sheet.message, "rows": rows.map(\.view), "hasRows": !rows.isEmpty,
        "most": String(ImportFile.largest >> 20),
      ] as [String: Any?])
  }

  private func status(_ found: CaseImport, isUnderWay: Bool, _ words: Words) -> Status {
    let tone: Status.Tone =
      switch found.state {
      case .staged: .open
      case .running: isUnderWay ? .active : .urgent
      case .finished, .undone: .done
      }
    let isStopped = found.state == .running && !isUnderWay
    return Status(text: words("casework.import.state.\(isStopped ? "stopped" : found.state.rawValue)"), tone: tone)
  }

  private func upload(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    return try await visit.attempt {
      let id: CaseImportID = try FormReader(visit.form).id()
      guard let bytes = visit.files["file"], !bytes.isEmpty else {
        throw Refusal.fields([FieldProblem("file", "error.import_no_file")])
      }
      do throws(Refusal) {
        let source = ImportDesk.Source(bytes: bytes, table: try ImportFile.table(bytes))
        return .goTo(address(try await staged(actor, id, source)))
      } catch {
        throw error.kind == .invalid && error.fields.isEmpty ? .fields([FieldProblem("file", error.phrase)]) : error
      }
    } orShow: {
      try await uploadPage(visit, $0)
    }
  }

  private func staged(_ actor: Actor, _ id: CaseImportID, _ source: ImportDesk.Source) async throws(Refusal)
    -> CaseImportID
  {
    do { return try await desk.stage(actor, id, source).id } catch {
      throw Refusal(becauseOf: error) ?? Refusal(.unavailable, Phrase("error.unavailable"))
    }
  }

  /// The kept file. Throws `Refusal.conflict` when it is gone.
  private func source(_ actor: Actor, _ id: CaseImportID) async throws -> ImportDesk.Source {
    guard let bytes = try await desk.file(actor, id) else { throw Refusal(.conflict, Phrase("error.import_over")) }
    return ImportDesk.Source(bytes: bytes, table: try ImportFile.table(bytes))
  }

  // MARK: Which column holds what, then how far it is

  private func page(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let actor = try visit.actor()
    let id: CaseImportID = try visit.id("import")
    // Before the store is asked: one that ends in between is under way and looked at again, and never seems to have stopped.
    let isUnderWay = work.underWay.contains(id)
    let found = try await desk.find(actor, id)
    guard found.state == .staged else { return progressPage(visit, found, isUnderWay: isUnderWay) }
    let table = try await source(actor, found.id).table
    return try await mappingPage(visit, sheet, found, table)
  }

  private func mappingPage(_ visit: Visit, _ sheet: FormSheet, _ found: CaseImport, _ table: ImportTable) async throws
    -> Answer
  {
    let form = ImportForm(sheet: sheet, visit: visit)
    let province = try await desks.agencies.directory(try visit.actor()).first { $0.id == found.agency }?.province ?? ""
    return .page(
      "casework/import-map",
      [
        "title": visit.words("casework.import.map_title"),
        "heading": heading(
          visit, "casework.import.map_title",
          lead: visit.words("casework.import.map_lead", ["count": String(table.rows.count)])),
        "form": sheet.view(
          action: address(found.id) + "/look", submit: "casework.import.look", fields: form.fields(table, province),
          cancel: Self.path),
        "undo": address(found.id) + "/undo",
      ] as [String: Any])
  }

  private func look(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let found = try await desk.find(actor, try visit.id("import"))
    guard found.state == .staged else { return .goTo(address(found.id)) }
    let table = try await source(actor, found.id).table
    return try await visit.attempt {
      let mapping = try ImportForm.mapping(visit.form, table)
      return try await lookPage(visit, found, table, mapping, nil)
    } orShow: {
      try await mappingPage(visit, $0, found, table)
    }
  }

  private func lookPage(
    _ visit: Visit, _ found: CaseImport, _ table: ImportTable, _ mapping: ImportMapping, _ message: String?
  ) async throws -> Answer {
    let report = try await desk.look(try visit.actor(), table, mapping)
    let words = visit.words
    let sentences = ImportFile.Sentences(words)
    let problems = DataTable(
      caption: words("casework.import.problems"),
      columns: ["casework.import.line", "casework.import.column", "casework.import.wrong"].map { words($0) },
      rows: report.problems.prefix(200).map {
        [.text(String($0.line)), .text(sentences.place($0) ?? "—"), .text(words($0.phrase))]
      })
    let chosen = visit.form["choice"] ?? (report.isSound ? ImportChoice.allOrNothing : .keepGoodRows).rawValue
    let unused = report.unused.sorted { $0.key < $1.key }.map { "\($0.key) (\($0.value))" }.joined(separator: ", ")
    return .page(
      "casework/import-look",
      [
        "title": words("casework.import.look_title"),
        "heading": heading(
          visit, "casework.import.look_title",
          lead: words(
            "casework.import.look_lead",
            ["good": String(report.goodRows), "wrong": String(report.wrongRows), "rows": String(report.rows)])),
        "message": message, "problems": problems.view, "isWrong": !report.isSound,
        "isCut": report.problems.count > 200, "unused": unused.isEmpty ? nil : unused,
        "kept": ImportForm.kept(visit.form), "action": address(found.id), "canStart": report.goodRows > 0,
        "choices": ImportChoice.allCases.map { choice in
          [
            "value": choice.rawValue, "label": words("casework.import.choice.\(choice.rawValue)"),
            "chosen": choice.rawValue == chosen,
          ] as [String: Any]
        },
      ] as [String: Any?])
  }

  /// By POST, because the mapping goes along; the file names rows of people.
  private func refused(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let found = try await desk.find(actor, try visit.id("import"))
    let table = try await source(actor, found.id).table
    let rows = try await desk.refused(actor, table, try ImportForm.mapping(visit.form, table))
    return .file(
      ImportFile.refused(table.header, rows, ImportFile.Sentences(visit.words)),
      name: visit.words("casework.import.refused_file"),
      type: "text/csv")
  }

  // MARK: Running

  private func start(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let found = try await desk.find(actor, try visit.id("import"))
    guard found.state == .staged else { return .goTo(address(found.id)) }
    let source = try await source(actor, found.id)
    let mapping = try ImportForm.mapping(visit.form, source.table)
    return try await visit.attempt {
      let choice = ImportChoice(rawValue: visit.form["choice"] ?? "") ?? .allOrNothing
      let begun = try await desk.begin(
        actor, found.id, source, mapping, choice, again: FormReader(visit.form).isTicked("again"))
      // The same file is under way already: that import goes on, and the second copy is not kept.
      if begun.id != found.id { _ = try await desk.undo(actor, found.id) }
      work.start(begun.id, desk, actor, source, mapping)
      return .goTo(address(begun.id))
    } orShow: { sheet in
      try await lookPage(
        visit, found, source.table, mapping, sheet.refusal?.fields.first.map { visit.words($0.phrase) } ?? sheet.message
      )
    }
  }

  private func goOn(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let found = try await desk.find(actor, try visit.id("import"))
    guard found.state == .running else { return .goTo(address(found.id)) }
    guard let mapping = try await desk.mapping(actor, found.id), let bytes = try await desk.file(actor, found.id) else {
      // Begun on the command line: the file is there.
      throw Refusal(.conflict, Phrase("error.import_elsewhere_file"))
    }
    work.start(
      found.id, desk, actor, ImportDesk.Source(bytes: bytes, table: try ImportFile.table(bytes)), mapping)
    return .goTo(address(found.id))
  }

  private func undo(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let id: CaseImportID = try visit.id("import")
    guard !work.underWay.contains(id) else { throw Refusal(.conflict, Phrase("error.import_running")) }
    let undone = try await desk.undo(actor, id)
    return .goTo(address(id) + "?removed=\(undone.removed)&kept=\(undone.kept.count)")
  }

  private func progressPage(_ visit: Visit, _ found: CaseImport, isUnderWay: Bool) -> Answer {
    let words = visit.words
    let isRunning = found.state == .running && isUnderWay
    let isStopped = found.state == .running && !isUnderWay
    let facts = Definitions([
      (words("casework.import.fact.state"), status(found, isUnderWay: isUnderWay, words).text),
      (words("casework.import.fact.rows"), "\(found.done) / \(found.rows)"),
      (words("casework.import.fact.opened"), String(found.opened)),
      (words("casework.import.fact.refused"), String(found.refused)),
      (words("casework.import.fact.begun"), visit.dates.moment(found.at)),
      (words("casework.import.fact.finished"), found.finishedAt.map(visit.dates.moment) ?? ""),
    ])
    let left = (visit.query["kept"].flatMap { Int($0) } ?? 0)
    var answer = Answer.page(
      "casework/import-progress",
      [
        "title": words("casework.import.progress_title"),
        "heading": heading(visit, "casework.import.progress_title"), "facts": facts.view, "done": found.done,
        "rows": found.rows, "isRunning": isRunning, "isStopped": isStopped, "isFinished": found.state == .finished,
        "isUndone": found.state == .undone, "action": address(found.id),
        "sentence": isStopped ? words("casework.import.stopped", ["row": String(found.done + 1)]) : nil,
        "left": left > 0 ? words("casework.import.left", ["count": String(left)]) : nil,
      ] as [String: Any?])
    // The page comes again by itself while something happens: a header, so that it works without scripts.
    answer.refresh = isRunning ? 2 : nil
    return answer
  }
}
