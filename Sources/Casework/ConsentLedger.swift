import Basics
import Records

/// The consents of a case, inside a caller's transaction.
public enum ConsentLedger {
  /// The consent or other basis that lets a recipient be given content for a purpose at a moment: the one that covers
  /// the most kinds, then the one that lasts longest.
  public static func live(
    case id: CaseID, purpose: String, recipient: AgencyID, at now: Moment, _ transaction: any ReadTransaction
  ) throws -> Consent? {
    try live(case: id, at: now, transaction).filter { $0.purpose == purpose && $0.recipient == recipient }
      .max {
        ($0.kinds.count, $0.until?.milliseconds ?? .max, $0.id)
          < ($1.kinds.count, $1.until?.milliseconds ?? .max, $1.id)
      }
  }

  /// All that hold at a moment, the newest first: what a referral can be sent on.
  public static func live(case id: CaseID, at now: Moment, _ transaction: any ReadTransaction) throws -> [Consent] {
    try ConsentRecords.consents(of: id, transaction).filter { $0.state(at: now) == .live }
  }

  /// One entry of the ledger.
  public static func consent(_ id: ConsentID, _ transaction: any ReadTransaction) throws -> Consent? {
    try ConsentRecords.consent(id, transaction)
  }
}
