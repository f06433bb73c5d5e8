import Basics

/// What one act leaves in the audit log: who did what to which thing, on which basis. Never personal data in
/// clear: things are named by their random identifiers, details are ciphertext under the record's key.
public struct AuditEntry: Hashable, Sendable {
  /// Who acted.
  public enum Doer: Hashable, Sendable {
    case member(MemberID, agency: AgencyID, session: [UInt8])
    /// A participant or a member of the public without an account.
    case visitor
    /// The system itself: a clock that ran out, an installation step, a command line.
    case system(String)
  }

  public enum Decision: String, Hashable, Sendable { case allowed, denied }

  public var at: Moment
  public var doer: Doer
  /// `room.act`, for example `case.open` or `referral.accept`.
  public var action: String
  /// The kind of thing acted on, for example `case`.
  public var objectKind: String
  /// Its random identifier, or a P1 code; empty when the act concerns no single thing.
  public var objectID: String
  public var decision: Decision
  /// A purpose code, when the act needs one.
  public var purpose: String?
  /// The consent on which the act rests.
  public var consent: ConsentID?
  /// More about the act, sealed under the record's key.
  public var sealedDetail: [UInt8]?

  public init(
    at: Moment, doer: Doer, action: String, objectKind: String, objectID: String = "",
    decision: Decision = .allowed, purpose: String? = nil, consent: ConsentID? = nil, sealedDetail: [UInt8]? = nil
  ) {
    self.at = at
    self.doer = doer
    self.action = action
    self.objectKind = objectKind
    self.objectID = objectID
    self.decision = decision
    self.purpose = purpose
    self.consent = consent
    self.sealedDetail = sealedDetail
  }
}
