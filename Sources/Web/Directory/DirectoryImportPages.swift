import Accounts
import Basics
import Foundation
import Hummingbird
import Referrals

/// Bringing a directory in: a file, what it would change, and only then storing it.
extension DirectoryPages {
  /// Bytes that a file may have.
  static let largestFile = 16 << 20

  func importPage(_ visit: Visit, _ sheet: FormSheet, _ reading: DirectoryReading?) throws -> Answer {
    try visit.actor().require(.importDirectory)
    let words = visit.words
    var model: [String: Any] = [
      "heading": Heading(
        title: words("directory.import.title"), lead: words("directory.import.lead"),
        back: .init(address: "/directory", label: words("directory.title"))
      ).view,
      "id": desks.office.randomness.identifier(DirectoryDraftEntity.self).description,
      "most": String(Self.largestFile >> 20), "keepGood": visit.form["keep_good"] != nil,
    ]
    model["error"] = sheet.error("file") ?? sheet.message
    if let reading, !reading.isSound {
      model["hasProblems"] = true
      model["counted"] = words(
        "directory.import.counted",
        [
          "problems": String(reading.problemCount), "good": String(reading.directory.services.count),
          "services": String(reading.serviceCount),
        ])
      model["canKeepGood"] = !reading.directory.services.isEmpty
      model["problems"] =
        DataTable(
          caption: words("directory.import.problems"),
          columns: ["directory.import.line", "directory.import.place", "directory.import.problem"].map { words($0) },
          rows: reading.problems.map { problem in
            [.text(problem.line > 0 ? String(problem.line) : "—"), .text(problem.path), .text(problem.message)]
          }
        ).view
    }
    return .page("directory/import", model)
  }

  func read(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    try actor.require(.importDirectory)
    var shown: DirectoryReading?
    return try await visit.attempt {
      let id: DirectoryDraftID = try FormReader(visit.form).id()
      guard let file = visit.files["file"], !file.isEmpty else {
        throw Refusal.fields([FieldProblem("file", "error.directory_no_file")])
      }
      let reading = Directory.read(json: file, DirectoryCodes(desks.pack))
      shown = reading
      guard reading.isSound || (visit.form["keep_good"] != nil && !reading.directory.services.isEmpty) else {
        throw Refusal.fields([FieldProblem("file", "error.directory_file")])
      }
      guard !reading.directory.services.isEmpty else {
        throw Refusal.fields([FieldProblem("file", "error.directory_empty")])
      }
      try await desk.keep(actor, reading, id: id)
      return .goTo("\(Self.importPath)/\(id)")
    } orShow: {
      try importPage(visit, $0, shown)
    }
  }

  /// What a file would change, entry by entry.
  func draftPage(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let actor = try visit.actor()
    let preview = try await desk.preview(actor, try visit.id("draft"))
    let (words, draft) = (visit.words, preview.draft)
    let names = Dictionary(
      try await desks.agencies.directory(actor).map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
    let order = DirectoryIntakeLine.Outcome.allCases
    let lines = preview.lines.sorted { one, other in
      let places = (order.firstIndex(of: one.outcome) ?? 0, order.firstIndex(of: other.outcome) ?? 0)
      return places.0 == places.1 ? one.name < other.name : places.0 < places.1
    }
    let most = 500
    var model: [String: Any] = [
      "heading": Heading(
        title: words("directory.import.look"),
        lead: words(
          "directory.import.sum",
          [
            "added": String(preview.intake.added), "changed": String(preview.intake.changed),
            "unchanged": String(preview.intake.unchanged), "kept": String(preview.intake.keptByOwner),
          ]), back: .init(address: Self.importPath, label: words("directory.import.title"))
      ).view,
      "action": "\(Self.importPath)/\(draft.id)", "version": preview.version,
      "isStored": draft.storedAt != nil, "isCut": lines.count > most,
      "lines": DataTable(
        caption: words("directory.import.lines"),
        columns: [
          "directory.import.service", "directory.organisation", "directory.import.outcome", "directory.import.parts",
          "directory.owner.label",
        ].map { words($0) },
        rows: lines.prefix(most).map { line in
          [
            .text(line.name), .text(line.organisation), .status(status(line.outcome, words)),
            .text(line.parts.map { words("directory.part.\($0.rawValue)") }.joined(separator: ", ")),
            .text(line.owner.flatMap { names[$0] } ?? words("directory.nobody")),
          ]
        }
      ).view,
    ]
    model["message"] = sheet.message
    if draft.leftOut > 0 { model["left"] = words("directory.import.left", ["count": String(draft.leftOut)]) }
    if let stored = draft.storedAt { model["stored"] = visit.dates.moment(stored) }
    return .page("directory/draft", model)
  }

  private func status(_ outcome: DirectoryIntakeLine.Outcome, _ words: Words) -> Status {
    let tone: Status.Tone =
      switch outcome {
      case .added: .open
      case .changed: .active
      case .unchanged: .done
      case .keptByOwner: .ended
      }
    return Status(text: words("directory.outcome.\(outcome.rawValue)"), tone: tone)
  }

  func store(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let id: DirectoryDraftID = try visit.id("draft")
    return try await visit.attempt {
      guard let version = try visit.form.one("version").flatMap({ Int($0) }) else { throw RefusedRequest.malformed }
      try await desk.store(actor, id, version: version)
      return .goTo("\(Self.importPath)/\(id)")
    } orShow: {
      try await draftPage(visit, $0)
    }
  }
}
