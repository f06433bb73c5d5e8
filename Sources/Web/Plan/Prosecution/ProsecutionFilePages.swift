import Accounts
import Basics
import CountryPack
import HTTPTypes
import NationalPlan
import Training

/// Counts out of a file and into one: looked at line by line before anything is stored.
struct ProsecutionFilePages {
  static let importPath = ProsecutionScreen.path + "/import"
  static let spreadsheetType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
  let desks: Desks
  var desk: ProsecutionDesk { desks.prosecution }

  func add(to routes: Routes) {
    let path = ProsecutionScreen.path
    routes.get(Self.importPath) { visit in try page(visit, visit.sheet, nil) }
    routes.post(Self.importPath, take)
    routes.get(path + "/template.csv", template)
    routes.get(path + "/counts.csv") { visit in
      .file(
        CSVText.file(ProsecutionFile.lines(try await counts(visit)), separator: ","), name: "amparo-prosecution.csv",
        type: "text/csv")
    }
    routes.get(path + "/counts.xlsx") { visit in
      .file(try await spreadsheet(visit).bytes, name: "amparo-prosecution.xlsx", type: Self.spreadsheetType)
    }
  }

  // MARK: Out

  private func counts(_ visit: Visit) async throws -> [ProsecutionCount] {
    try await desk.all(try visit.actor()).counts.filter { !$0.isWithdrawn }.map(\.count)
  }

  /// Two sheets: the counts by code, as they are read again, and year by year in words.
  private func spreadsheet(_ visit: Visit) async throws -> Spreadsheet {
    let (stored, terms) = try await desk.all(try visit.actor())
    let (screen, book) = (ProsecutionScreen(visit, terms), ProsecutionBook(stored, terms: terms))
    let lines = ProsecutionFile.lines(stored.filter { !$0.isWithdrawn }.map(\.count))
    let value = ProsecutionColumn.allCases.firstIndex(of: .value)
    let plain = lines.enumerated().map { row, cells in
      cells.enumerated().map { column, text -> Spreadsheet.Cell in
        row > 0 && column == value ? Int(text).map { .count($0) } ?? .text(text) : .typed(text)
      }
    }
    var years: [[Spreadsheet.Cell]] = [
      [
        .text(visit.words("prosecution.offence")), .text(visit.words("prosecution.period")),
        .text(visit.words("prosecution.series_term")), .text(visit.words("prosecution.value")),
      ]
    ]
    for offence in terms.offences.map(\.code) {
      for series in book.series {
        for period in book.periods {
          guard let figure = book.figure(series, period, offence: offence) else { continue }
          let isPlain = !figure.isSum && !figure.isDisputed && !figure.isUnverified
          years.append([
            .typed(screen.offence(offence)), .text(screen.period(period)), .typed(screen.series(series, period)),
            isPlain ? figure.number.map { .count($0) } ?? .text(screen.figure(figure)) : .text(screen.figure(figure)),
          ])
        }
      }
    }
    return Spreadsheet(sheets: [
      .init(name: visit.words("prosecution.years"), rows: years),
      .init(name: visit.words("prosecution.entries"), rows: plain),
    ])
  }

  /// The headings, and one line for each stage to be filled in.
  private func template(_ visit: Visit) async throws -> Answer {
    _ = try visit.actor()
    let year = String(visit.dates.today.year - 1)
    let lines = ProsecutionStage.allCases.map { stage in
      ProsecutionColumn.allCases.map { column in
        switch column {
        case .period: year
        case .stage: stage.rawValue
        case .unit: ProsecutionUnit.persons.rawValue
        case .offence: desks.pack.lists[.offences]?.first?.code ?? ""
        case .answer: ProsecutionAnswer.counted.rawValue
        case .readOn: visit.dates.today.description
        case .asPrinted: "no"
        default: ""
        }
      }
    }
    return .file(
      CSVText.file([ProsecutionColumn.allCases.map(\.rawValue)] + lines, separator: ","),
      name: "amparo-prosecution-template.csv", type: "text/csv")
  }

  // MARK: In

  /// What was looked at, with the text that goes along to be stored.
  private struct Looked {
    var outcome: ProsecutionImport
    var text: String
  }

  private func page(_ visit: Visit, _ sheet: FormSheet, _ looked: Looked?) throws -> Answer {
    try visit.actor().require(.keepProsecution)
    let words = visit.words
    var model: [String: Any] = [
      "heading": Heading(
        title: words("prosecution.import"), lead: words("prosecution.import_lead"),
        back: .init(address: ProsecutionScreen.path, label: words("prosecution.title"))
      ).view,
      "id": (try? visit.form.one("id")) ?? ProsecutionImportID.random().description,
      "columns": words(
        "prosecution.columns",
        [
          "needed": ProsecutionColumn.allCases.filter(\.isNeeded).map(\.rawValue).joined(separator: ", "),
          "others": ProsecutionColumn.allCases.filter { !$0.isNeeded }.map(\.rawValue).joined(separator: ", "),
        ]),
      "stages": ProsecutionStage.allCases.map(\.rawValue).joined(separator: ", "),
      "offences": (desks.pack.lists[.offences] ?? []).map(\.code).joined(separator: ", "),
    ]
    model["error"] = sheet.error("file") ?? sheet.message
    if let looked { model.merge(shown(looked, visit)) { $1 } }
    return .page("plan/prosecution-import", model)
  }

  private func shown(_ looked: Looked, _ visit: Visit) -> [String: Any] {
    let (outcome, words) = (looked.outcome, visit.words)
    let wrong = Set(outcome.findings.filter { $0.weight == .error }.map(\.line)).count
    var model: [String: Any] = [
      "isLooked": true,
      "outcome": words(
        "prosecution.looked",
        [
          "rows": String(outcome.rows), "new": String(outcome.new), "known": String(outcome.known),
          "wrong": String(wrong),
        ]),
      "canStore": outcome.isSound && outcome.new > 0, "text": looked.text,
    ]
    if !outcome.findings.isEmpty {
      model["findings"] =
        DataTable(
          caption: words("prosecution.findings"),
          columns: [
            words("prosecution.line"), words("prosecution.column"), words("prosecution.weight"),
            words("prosecution.what"),
          ],
          rows: outcome.findings.prefix(200).map { finding in
            [
              .text(finding.line == 0 ? "–" : String(finding.line)), .text(finding.field),
              .text(words("prosecution.weight.\(finding.weight.rawValue)")), .text(finding.says[visit.language]),
            ]
          }
        ).view
    }
    return model
  }

  private func take(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    try actor.require(.keepProsecution)
    let reader = FormReader(visit.form)
    let id: ProsecutionImportID = try reader.id()
    let isStoring = visit.form["step"] == "store"
    let sent = visit.files["file"] ?? []
    let bytes = sent.isEmpty ? Array((visit.form["text"] ?? "").utf8) : sent
    return try await visit.attempt {
      guard !bytes.isEmpty else { throw Refusal.fields([FieldProblem("file", "error.prosecution_no_file")]) }
      let outcome = try await desk.look(actor, bytes)
      guard isStoring, outcome.isSound else {
        // What is wrong is the answer to a look, and a refusal only to a wish to store.
        var answer = try page(
          visit, visit.sheet, Looked(outcome: outcome, text: String(decoding: bytes, as: UTF8.self)))
        if isStoring { answer.status = .unprocessableContent }
        return answer
      }
      try await desk.take(actor, bytes, id: id)
      return .goTo(ProsecutionScreen.path)
    } orShow: {
      try page(visit, $0, nil)
    }
  }
}
