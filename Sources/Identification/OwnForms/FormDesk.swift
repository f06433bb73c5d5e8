import Accounts
import Basics
import CountryPack
import Forms
import Records
import Synchronization

/// The one way to an agency's own forms: reading a file, taking it into use, and (beside) filling it in.
///
/// Who may `.manageForms` reads, adopts and retires; who may `.conductScreening` fills in; who may `.readScreenings` reads
/// what others of the agency filled in.
public struct FormDesk: Sendable {
  let office: Office
  let offset: Span
  private let parsed = ParsedForms()

  public init(_ office: Office, _ pack: CountryPack) {
    self.office = office
    offset = pack.offsetFromUTC
  }

  static let tooLarge = Refusal(.invalid, Phrase("error.form_too_large"))
  static let stale = Refusal(.conflict, Phrase("error.form_stale"))
  /// So many versions can wait for being adopted or thrown away.
  static let mostWaiting = 20

  // MARK: Reading a file

  /// Reads a form's file and keeps it as a version that nobody can fill in before it is adopted. The same file under
  /// the same identifier again changes nothing.
  ///
  /// - Parameters:
  ///   - file: an .xlsx file, or a .zip file of a folder with .csv files.
  ///   - form: the form it is a new version of; left out, the one that has the same identifier of its own (`form_id`),
  ///     else it is a new form.
  ///
  /// Throws `FormProblem` with sheet and row for a file that can't be used; `Refusal` when too many are waiting.
  @discardableResult
  public func read(_ actor: Actor, _ id: FormVersionID, _ file: [UInt8], of form: OwnFormID? = nil) async throws
    -> FormVersion
  {
    try actor.require(.manageForms)
    let read = try XLSForm(try FormSheets(file: file))
    let now = office.clock.now()
    // A form that can't be computed empty can't be filled in either.
    do { _ = try FormRun(read, FormFilling(), today: CalendarDay(now, offsetFromUTC: offset)) } catch {
      throw Self.tooLarge
    }
    return try await office.database.write { transaction in
      if try OwnFormRecords.exists(id, transaction) {
        guard let stored = try OwnFormRecords.version(id, agency: actor.agency, transaction),
          try OwnFormRecords.file(id, agency: actor.agency, transaction) == file
        else { throw Refusal.conflict }
        return stored
      }
      let code = String(read.id.prefix(100))
      if let form {
        guard try !OwnFormRecords.versions(actor.agency, form: form, Self.everything, transaction).isEmpty else {
          throw Refusal.notFound
        }
      }
      guard try OwnFormRecords.versions(actor.agency, [.read], transaction).count < Self.mostWaiting else {
        throw Refusal(.conflict, Phrase("error.form_too_many_waiting", ["most": String(Self.mostWaiting)]))
      }
      let known = code.isEmpty ? nil : try OwnFormRecords.form(code: code, agency: actor.agency, transaction)
      let version = FormVersion(
        id: id, form: form ?? known ?? OwnFormID(lettersOf: id), agency: actor.agency, code: code,
        title: String(read.title.prefix(200)), label: String(read.version.prefix(60)), status: .read, readAt: now,
        readBy: actor.member)
      try OwnFormRecords.insert(version, file: file, transaction)
      try transaction.record(entry("form.read", actor, id))
      return version
    }
  }

  static let everything = Set(FormVersion.Status.allCases)

  /// A version and what it asks, with all that is not carried out.
  public func look(_ actor: Actor, _ id: FormVersionID) async throws -> (version: FormVersion, form: XLSForm) {
    try actor.require(.manageForms)
    return try await office.database.read { transaction in
      guard let version = try OwnFormRecords.version(id, agency: actor.agency, transaction) else {
        throw Refusal.notFound
      }
      return (version, try form(id, agency: actor.agency, transaction))
    }
  }

  // MARK: In use and out of it

  /// Takes a version into use; the one of the same form that was in use stays beside it, for what was begun with it.
  public func adopt(_ actor: Actor, _ id: FormVersionID) async throws {
    try await move(actor, id, .adopt, "form.adopt")
  }

  /// Takes a version out of use. What was begun with it can be finished.
  public func retire(_ actor: Actor, _ id: FormVersionID) async throws {
    try await move(actor, id, .retire, "form.retire")
  }

  /// Throws a version away that was read and never adopted. Said twice it is done once.
  public func discard(_ actor: Actor, _ id: FormVersionID) async throws {
    try actor.require(.manageForms)
    try await office.database.write { transaction in
      guard let version = try OwnFormRecords.version(id, agency: actor.agency, transaction) else { return }
      _ = try FormVersionRules.next(.discard, from: version.status)
      try OwnFormRecords.delete(version, transaction)
      try transaction.record(entry("form.discard", actor, id))
    }
  }

  private func move(_ actor: Actor, _ id: FormVersionID, _ move: FormMove, _ action: String) async throws {
    try actor.require(.manageForms)
    let now = office.clock.now()
    try await office.database.write { transaction in
      guard let version = try OwnFormRecords.version(id, agency: actor.agency, transaction) else {
        throw Refusal.notFound
      }
      guard let next = try FormVersionRules.next(move, from: version.status), next != version.status else { return }
      if move == .adopt {
        for other in try OwnFormRecords.versions(actor.agency, form: version.form, [.inUse], transaction) {
          try store(other, try FormVersionRules.next(.replace, from: other.status), transaction)
        }
      }
      var changed = version
      if move == .adopt { (changed.adoptedAt, changed.adoptedBy) = (now, actor.member) }
      try store(changed, next, transaction)
      try transaction.record(entry(action, actor, id))
    }
  }

  private func store(
    _ version: FormVersion, _ next: FormVersion.Status?, _ transaction: any WriteTransaction
  ) throws {
    guard let next, next != version.status else { return }
    var changed = version
    changed.status = next
    guard try OwnFormRecords.update(changed, from: version.status, transaction) else { throw Refusal.conflict }
  }

  // MARK: Lists

  /// The versions that new fillings begin with, by title.
  public func inUse(_ actor: Actor) async throws -> [FormVersion] {
    try requireAny(actor)
    return try await office.database.read { try OwnFormRecords.versions(actor.agency, [.inUse], $0) }
  }

  /// What was read and waits for being adopted.
  public func waiting(_ actor: Actor) async throws -> [FormVersion] {
    try actor.require(.manageForms)
    return try await office.database.read { try OwnFormRecords.versions(actor.agency, [.read], $0) }
  }

  /// The forms that nobody can begin any more: the newest version of each.
  public func outOfUse(_ actor: Actor) async throws -> [FormVersion] {
    try requireAny(actor)
    return try await office.database.read { transaction in
      let used = Set(try OwnFormRecords.versions(actor.agency, [.inUse], transaction).map(\.form))
      var seen = used
      return try OwnFormRecords.versions(actor.agency, [.retired, .replaced], transaction)
        .filter { seen.insert($0.form).inserted }
    }
  }

  /// All versions of one form, the newest first.
  ///
  /// Throws `Refusal` `.notFound` when the agency has no such form.
  public func versions(_ actor: Actor, of form: OwnFormID) async throws -> [FormVersion] {
    try requireAny(actor)
    let statuses = actor.may(.manageForms) ? Self.everything : Self.everything.subtracting([.read])
    let all = try await office.database.read {
      try OwnFormRecords.versions(actor.agency, form: form, statuses, $0)
    }
    guard !all.isEmpty else { throw Refusal.notFound }
    return all.sorted { ($0.adoptedAt ?? $0.readAt, $0.id) > ($1.adoptedAt ?? $1.readAt, $1.id) }
  }

  // MARK: Shared

  func requireAny(_ actor: Actor) throws(Refusal) {
    guard actor.may(.manageForms) || actor.may(.conductScreening) || actor.may(.readScreenings) else {
      throw .forbidden
    }
  }

  /// What a version asks. It never changes, so it is read once.
  func form(_ id: FormVersionID, agency: AgencyID, _ transaction: any ReadTransaction) throws -> XLSForm {
    if let form = parsed[id] { return form }
    guard let file = try OwnFormRecords.file(id, agency: agency, transaction) else { throw Refusal.notFound }
    let form: XLSForm
    do { form = try XLSForm(try FormSheets(file: file)) } catch { throw DatabaseFailure.malformed(column: "file") }
    parsed[id] = form
    return form
  }

  func entry(_ action: String, _ actor: Actor, _ id: FormVersionID) -> AuditEntry {
    AuditEntry(at: office.clock.now(), doer: actor.doer, action: action, objectKind: "form", objectID: id.description)
  }
}

/// The forms that were read last, so that a page does not read a spreadsheet anew. Callers have checked the agency.
private final class ParsedForms: Sendable {
  private let forms = Mutex<[(id: FormVersionID, form: XLSForm)]>([])
  private static let most = 16

  subscript(_ id: FormVersionID) -> XLSForm? {
    get { forms.withLock { forms in forms.first { $0.id == id }?.form } }
    set {
      guard let newValue else { return }
      forms.withLock { forms in
        forms.removeAll { $0.id == id }
        forms.insert((id, newValue), at: 0)
        if forms.count > Self.most { forms.removeLast() }
      }
    }
  }
}
