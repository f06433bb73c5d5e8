import Accounts
import Basics
import Records

extension ReferralDesk {
  /// How many rows a list is taken along with at most.
  public static let mostExportedRows = 2_000

  /// The referrals that came to the actor's desk, or that it sent, without their envelopes. That the list was taken
  /// along is in the audit log before it is handed over.
  public func exportList(_ actor: Actor, _ filter: ReferralFilter, isSent: Bool) async throws -> (
    referrals: [Referral], isCut: Bool
  ) {
    var (referrals, number, hasMore) = ([Referral](), 0, true)
    while hasMore, referrals.count < Self.mostExportedRows {
      let page =
        isSent ? try await outbox(actor, filter, page: number) : try await inbox(actor, filter, page: number)
      referrals += page.referrals
      hasMore = page.hasMore
      number += 1
    }
    let entry = AuditEntry(
      at: office.clock.now(), doer: actor.doer, action: "referral.export_list", objectKind: "agency",
      objectID: actor.agency.description)
    try await office.database.write { try $0.record(entry) }
    return (referrals, hasMore)
  }
}
