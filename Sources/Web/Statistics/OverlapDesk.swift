import Accounts
import Basics
import Records

/// Who may link lists and estimate from their overlap, and what is remembered of it: that it was done and by whom, never
/// what was in the lists.
struct OverlapDesk: Sendable {
  enum Act: String, Sendable {
    case estimate = "estimation.run"
    case encode = "linkage.encode"
    case compare = "linkage.compare"
    case judge = "linkage.judge"
  }

  let office: Office

  func require(_ actor: Actor) throws(Refusal) { try actor.require(.readCounts) }

  /// Before anything is calculated.
  func begin(_ actor: Actor, _ act: Act) async throws {
    try require(actor)
    let entry = AuditEntry(at: office.clock.now(), doer: actor.doer, action: act.rawValue, objectKind: "lists")
    try await office.database.write { try $0.record(entry) }
  }
}
