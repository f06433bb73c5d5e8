import Accounts
import Basics
import CountryPack
import Records

/// A case as it leaves the system: the file, and the photographs and documents that the reader may open.
public struct CaseExport: Sendable {
  public var file: CaseFile
  public var attachments: [(attachment: Attachment, content: [UInt8])]
}

extension CaseDesk {
  /// How many rows a list is taken along with at most.
  public static let mostExportedRows = 2_000

  /// Takes a case out: what this actor may read and nothing else. That it was taken out, and for what, is in the audit
  /// log before anything is handed over, beside an entry for each file.
  ///
  /// - Parameters:
  ///   - purpose: a code of the pack's `purposes`.
  ///   - withAttachments: the content of photographs and documents too.
  ///
  /// Throws `Refusal`: `.invalid` for an unknown purpose, `.forbidden` for who only opens cases, as `file` otherwise.
  public func export(_ actor: Actor, _ id: CaseID, purpose: String, withAttachments: Bool) async throws -> CaseExport {
    try actor.require(.readCase)
    guard pack.term(.purposes, purpose) != nil else {
      throw Refusal.fields([FieldProblem("purpose", "error.answer_needed")])
    }
    let file = try await file(actor, id)
    let entry = entry(actor, "case.export", id, at: office.clock.now(), purpose: purpose)
    try await office.database.write { try $0.record(entry) }
    var attachments: [(attachment: Attachment, content: [UInt8])] = []
    if withAttachments {
      for attachment in try await self.attachments(actor, id).attachments {
        let (found, content) = try await self.attachment(actor, id, attachment.id)
        attachments.append((found, content))
      }
    }
    return CaseExport(file: file, attachments: attachments)
  }

  /// The cases of a list, as far as `mostExportedRows`, without names. That the list was taken along is in the audit log
  /// before it is handed over.
  public func exportList(_ actor: Actor, _ filter: CaseFilter) async throws -> (rows: [CaseRow], isCut: Bool) {
    var (rows, cursor): ([CaseRow], CaseCursor?) = ([], nil)
    repeat {
      let page = try await list(actor, filter, after: cursor)
      rows += page.rows
      cursor = page.next
    } while cursor != nil && rows.count < Self.mostExportedRows
    try await recordListExport(actor, "case.export_list")
    return (rows, cursor != nil)
  }

  /// What is due, as far as `mostExportedRows`.
  public func exportTasks(_ actor: Actor, _ filter: TaskFilter) async throws -> (tasks: [CaseTask], isCut: Bool) {
    var (tasks, cursor): ([CaseTask], TaskCursor?) = ([], nil)
    repeat {
      let page = try await self.tasks(actor, filter, after: cursor)
      tasks += page.tasks
      cursor = page.next
    } while cursor != nil && tasks.count < Self.mostExportedRows
    try await recordListExport(actor, "case.export_tasks")
    return (tasks, cursor != nil)
  }

  private func recordListExport(_ actor: Actor, _ action: String) async throws {
    let entry = AuditEntry(
      at: office.clock.now(), doer: actor.doer, action: action, objectKind: "agency",
      objectID: actor.agency.description)
    try await office.database.write { try $0.record(entry) }
  }
}
