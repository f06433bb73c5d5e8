import Accounts
import Basics
import Casework
import Records
import Vault

/// What is written down when a member takes a list along.
struct ListDesk: Sendable {
  static let action = "list.export"
  private let office: Office

  init(_ office: Office) { self.office = office }

  /// Writes into the audit log, before the file is handed over, that a member took a list along. Whether they may see the
  /// list was judged by the desk that read it; a list of one case's records stands in that case's history.
  ///
  /// - Parameter address: of the list's page, without its query: identifiers and codes, nothing that names a person.
  func record(_ actor: Actor, taking address: String) async throws {
    let pieces = address.split(separator: "/").map(String.init)
    let inCase = pieces.first == "cases" && pieces.count > 2 ? CaseID(pieces[1]) : nil
    let entry = AuditEntry(
      at: office.clock.now(), doer: actor.doer, action: Self.action, objectKind: inCase == nil ? "list" : "case",
      objectID: inCase?.description ?? address)
    try await office.database.write { try $0.record(entry) }
  }
}
