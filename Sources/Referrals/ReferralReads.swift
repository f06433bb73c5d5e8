import Basics
import Casework
import Records

extension ReferralDesk {
  /// When the receiving agencies of a case's referrals opened what they were sent: for the person's own view.
  public static func reads(of id: CaseID, _ transaction: any ReadTransaction) throws -> [(
    consent: ConsentID, agency: AgencyID, at: Moment
  )] {
    var reads: [(consent: ConsentID, agency: AgencyID, at: Moment)] = []
    for referral in try ReferralRecords.identifiers(of: id, transaction) {
      guard let to = try ReferralRecords.referral(referral, transaction)?.to.agency else { continue }
      for numbered in try AuditLog.entries(transaction, objectKind: "referral", objectID: referral.description) {
        guard numbered.entry.action == "referral.read", let consent = numbered.entry.consent else { continue }
        switch numbered.entry.doer {
        case .member(_, let agency, _) where agency == to: break
        // By a code, for the agency that it was sent to.
        case .visitor: break
        default: continue
        }
        reads.append((consent, to, numbered.entry.at))
      }
    }
    return reads
  }
}
