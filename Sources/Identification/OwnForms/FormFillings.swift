import Accounts
import Basics
import Forms
import Foundation
import Records
import Vault

/// What was typed on one page.
public struct PageRequest: Hashable, Sendable {
  /// The questions that stood on the page. Others that belong to it keep what they hold.
  public var shown: Set<Int>
  /// By the question's index; what is left out was left empty.
  public var answers: [Int: String]
  /// Of a page that asks how often a repetition is filled in.
  public var count: String
  /// The revision of `FormFile.part` that was read.
  public var seen: Int

  public init(shown: Set<Int> = [], answers: [Int: String] = [:], count: String = "", seen: Int) {
    self.shown = shown
    self.answers = answers
    self.count = count
    self.seen = seen
  }
}

/// Filling in own forms.
extension FormDesk {
  /// Begins a filling with the version that is in use. The same identifier again changes nothing.
  ///
  /// Throws `Refusal` `.conflict` when the form is out of use.
  @discardableResult
  public func begin(_ actor: Actor, _ id: FormFillingID, _ form: OwnFormID) async throws -> FormFillingRow {
    try actor.require(.conductScreening)
    let now = office.clock.now()
    return try await office.database.write { transaction in
      if try OwnFormRecords.fillingExists(id, transaction) {
        let stored = try load(id, for: actor, transaction)
        guard stored.member == actor.member, stored.form == form else { throw Refusal.conflict }
        return stored
      }
      guard
        try !OwnFormRecords.versions(actor.agency, form: form, Self.everything, transaction).isEmpty
      else { throw Refusal.notFound }
      guard let version = try OwnFormRecords.versions(actor.agency, form: form, [.inUse], transaction).first else {
        throw Refusal(.conflict, Phrase("error.form_out_of_use"))
      }
      let filling = FormFillingRow(
        id: id, version: version.id, form: form, agency: actor.agency, member: actor.member, status: .inProgress,
        begunAt: now, touchedAt: now, title: version.title)
      try OwnFormRecords.insert(filling, transaction)
      _ = try RecordKeys.create(Self.subject(id), kinds: [Self.kind], for: actor, at: now, transaction)
      try transaction.record(entry("form_filling.begin", actor, id))
      return filling
    }
  }

  /// A filling with all that was answered; records `form_filling.read` before it answers.
  public func file(_ actor: Actor, _ id: FormFillingID) async throws -> FormFile {
    let now = office.clock.now()
    return try await office.database.write { transaction in
      let file = try open(try load(id, for: actor, transaction), for: actor, at: now, transaction)
      try transaction.record(entry("form_filling.read", actor, id))
      return file
    }
  }

  /// Fillings without what was answered, what was touched last first.
  public func fillings(_ actor: Actor, _ filter: FormFillingFilter = FormFillingFilter()) async throws
    -> [FormFillingRow]
  {
    guard actor.may(.conductScreening) || actor.may(.readScreenings) else { throw Refusal.forbidden }
    let own = !filter.ofTheAgency || !actor.may(.readScreenings)
    return try await office.database.read {
      try OwnFormRecords.fillings(actor.agency, member: own ? actor.member : nil, filter, $0)
    }
  }

  /// Saves one page, also what can't stay as it is: nothing that was typed is lost. Whether it can stay is for
  /// `FormRun.fault`. The same page again changes nothing.
  ///
  /// Returns the filling as it is now.
  ///
  /// Throws `Refusal`: `.fields` for a number of repetitions that can't be; `.conflict` when the page was saved elsewhere
  /// meanwhile or the filling is finished; `.invalid` when it would be too large to compute.
  @discardableResult
  public func save(_ actor: Actor, _ id: FormFillingID, page: String, _ request: PageRequest) async throws -> FormFile {
    try await change(actor, id) { file in
      guard let page = file.form.page(page) else { throw Refusal.notFound }
      var value = file.part(page.id).value
      switch page.content {
      case .count:
        guard let count = Int(request.count.trimmingCharacters(in: .whitespaces)),
          (0...FormFilling.mostRepeats).contains(count)
        else {
          throw Refusal.fields([
            FieldProblem("count", Phrase("error.form_count", ["most": String(FormFilling.mostRepeats)]))
          ])
        }
        value.count = count
      case .questions(let nodes):
        for node in nodes where request.shown.contains(node) && file.form.nodes[node].isAsked {
          let typed = (request.answers[node] ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
          value.answers[FormFilling.slot(file.form.nodes[node].name, page.context)] = Self.read(
            typed, file.form.nodes[node].kind)
        }
      }
      return (page.id, value, request.seen)
    }
  }

  /// Adds one more to a repetition, on the page that asks how often it is filled in.
  ///
  /// - Parameter number: how many there are then. When there are as many already, nothing changes.
  @discardableResult
  public func add(_ actor: Actor, _ id: FormFillingID, page: String, number: Int) async throws -> FormFile {
    try await change(actor, id) { file in
      guard let page = file.form.page(page), case .count(let node) = page.content else { throw Refusal.notFound }
      let slot = FormFilling.slot(file.form.nodes[node].name, page.context)
      let now = file.answers.counts[slot] ?? 1
      guard (1...FormFilling.mostRepeats).contains(number) else { throw Refusal.conflict }
      var value = file.part(page.id).value
      value.count = max(number, now)
      return (page.id, value, file.part(page.id).revision)
    }
  }

  /// Finishes a filling when nothing in it is wrong. Finished twice it is finished once.
  ///
  /// Returns the first page with something wrong; `nil` when it is finished.
  public func finish(_ actor: Actor, _ id: FormFillingID) async throws -> FormPage? {
    try actor.require(.conductScreening)
    let now = office.clock.now()
    return try await office.database.write { transaction in
      let row = try load(id, for: actor, transaction)
      guard row.member == actor.member else { throw Refusal.forbidden }
      if row.status == .finished { return nil }
      var file = try open(row, for: actor, at: now, transaction)
      var run = try file.run()
      let first: (index: Int, context: [Int], fault: FormFault)?
      do throws(FormTooLarge) { first = try run.faults().first } catch { throw Self.tooLarge }
      if let first {
        let page = run.pages.first { $0.context == first.context && $0.nodes.contains(first.index) }
        guard let page else { throw Refusal.conflict }
        return page
      }
      file.row.status = .finished
      file.row.finishedAt = now
      file.row.touchedAt = now
      guard try OwnFormRecords.touch(file.row, transaction) else { throw Refusal.conflict }
      try transaction.record(entry("form_filling.finish", actor, id))
      return nil
    }
  }

  // MARK: Shared

  /// Loads and opens a filling, lets `work` say what a page holds, and stores it: all in one transaction.
  private func change(
    _ actor: Actor, _ id: FormFillingID,
    _ work: @escaping @Sendable (FormFile) throws -> (page: String, value: FormFile.PageAnswers, seen: Int)
  ) async throws -> FormFile {
    try actor.require(.conductScreening)
    let now = office.clock.now()
    return try await office.database.write { transaction in
      var file = try open(try load(id, for: actor, transaction), for: actor, at: now, transaction)
      guard file.row.member == actor.member else { throw Refusal.forbidden }
      let (page, value, seen) = try work(file)
      let stored = file.part(page)
      // Sent twice: it is there already, whatever happened since.
      if stored.revision > 0, stored.value == value { return file }
      guard file.row.status == .inProgress else {
        throw Refusal(.conflict, Phrase("error.form_finished"))
      }
      guard stored.revision == seen else { throw Self.stale }
      file.parts[page] = .init(revision: seen + 1, value: value)
      file.row.touchedAt = now
      _ = try file.run()
      let key = try key(id, for: actor, at: now, transaction)
      let content = try key.sealValue(value, at: .page(file.row, page, revision: seen + 1))
      let answered = value.answers.values.count { !$0.isEmpty }
      guard
        try OwnFormRecords.save(
          id, part: page, .init(revision: seen + 1, content: content), answered: answered, at: now, transaction),
        try OwnFormRecords.touch(file.row, transaction)
      else { throw Self.stale }
      try transaction.record(entry("form_filling.answer", actor, id))
      return file
    }
  }

  /// A comma is a decimal point where a number belongs; a box is ticked or not.
  private static func read(_ typed: String, _ kind: XLSForm.Node.Kind) -> String {
    switch kind {
    case .decimal, .range: typed.contains(".") ? typed : typed.replacingOccurrences(of: ",", with: ".")
    case .acknowledge: typed.isEmpty ? "" : "OK"
    default: typed
    }
  }

  func load(_ id: FormFillingID, for actor: Actor, _ transaction: any ReadTransaction) throws -> FormFillingRow {
    guard actor.may(.conductScreening) || actor.may(.readScreenings) else { throw Refusal.forbidden }
    guard let filling = try OwnFormRecords.filling(id, agency: actor.agency, transaction),
      filling.member == actor.member || actor.may(.readScreenings)
    else { throw Refusal.notFound }
    return filling
  }

  private func key(_ id: FormFillingID, for actor: Actor, at now: Moment, _ transaction: any ReadTransaction) throws
    -> RecordKey
  {
    guard let key = try RecordKeys.open(Self.subject(id), Self.kind, for: actor, at: now, transaction) else {
      throw Refusal(.noBasis, Phrase("error.no_basis"))
    }
    return key
  }

  func open(_ row: FormFillingRow, for actor: Actor, at now: Moment, _ transaction: any ReadTransaction) throws
    -> FormFile
  {
    let key = try key(row.id, for: actor, at: now, transaction)
    let parts = try OwnFormRecords.parts(row.id, transaction).reduce(into: [String: FormFile.Part]()) { parts, stored in
      let value = try key.openValue(
        FormFile.PageAnswers.self, stored.value.content, at: .page(row, stored.key, revision: stored.value.revision))
      parts[stored.key] = .init(revision: stored.value.revision, value: value)
    }
    return FormFile(
      row: row, form: try form(row.version, agency: row.agency, transaction), parts: parts, offset: offset, now: now)
  }

  func entry(_ action: String, _ actor: Actor, _ id: FormFillingID) -> AuditEntry {
    AuditEntry(
      at: office.clock.now(), doer: actor.doer, action: action, objectKind: "form_filling", objectID: id.description)
  }

  static let kind = "answers"
  static func subject(_ id: FormFillingID) -> RecordSubject { RecordSubject("form_filling", id) }
}
