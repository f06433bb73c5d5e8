import Basics
import Records

public enum NoticeEntity {}
public typealias NoticeID = Identifier<NoticeEntity>

/// One thing that a member is told: that something of a kind happened, when, and where to look. Nothing of what happened:
/// no name, no code of a case, no agency. Who opens it sees what the desk shows them, and no more.
public struct Notice: Hashable, Sendable {
  public var id: NoticeID
  public var kind: NoticeKind
  public var about: NoticeSubject
  public var at: Moment
  public var readAt: Moment?
  /// Stands in the list and is counted nowhere.
  public var isSilent: Bool

  public var isUnread: Bool { readAt == nil }
}

/// What a notice is about. Stored as a kind and an identifier, so that other rooms can add theirs.
public enum NoticeSubject: Hashable, Sendable {
  case referral(ReferralID)
  case tip(TipID)

  public var kind: String {
    switch self {
    case .referral: "referral"
    case .tip: "tip"
    }
  }

  public var id: String {
    switch self {
    case .referral(let id): id.description
    case .tip(let id): id.description
    }
  }

  /// `nil` for a kind that this version does not know.
  init?(kind: String, id: String) {
    switch kind {
    case "referral":
      guard let id = ReferralID(id) else { return nil }
      self = .referral(id)
    case "tip":
      guard let id = TipID(id) else { return nil }
      self = .tip(id)
    default: return nil
    }
  }
}

/// What can be told. Coded in the store: never renamed.
public enum NoticeKind: String, Hashable, Sendable, CaseIterable, SQLConvertible {
  // MARK: To the desk that receives

  /// A referral came.
  case arrived
  /// A referral came whose answer is due before a night would be over.
  case arrivedUrgent = "arrived_urgent"
  /// The sender answered a question.
  case replied
  /// A colleague handed it over.
  case handedOver = "handed_over"
  /// It lies on the desk again, in nobody's hands.
  case released
  /// The sender took it back.
  case withdrawn
  /// The consent ended: stop, and the file is closed.
  case consentEnded = "consent_ended"
  /// The case was closed before anybody took it on.
  case caseClosed = "case_closed"

  // MARK: To the sender

  /// The desk asks something.
  case asked
  case accepted
  case declined
  /// The service was given, broke off, or came back with something left to do.
  case completed
  /// Nobody answers: look for another desk.
  case unanswered
  /// It ended because nobody answered.
  case expired

  // MARK: When an answer is late

  /// To whoever has it in hand.
  case reminder
  /// To who leads the desk.
  case escalated
  /// To who oversees all referrals.
  case overseen

  // MARK: From the public

  /// Somebody wrote, or wrote more.
  case tipArrived = "tip_arrived"
  /// Somebody wrote that a person is in danger now.
  case tipUrgent = "tip_urgent"

  /// Whether it may be mailed in quiet hours, unless the member says otherwise.
  public var isUrgent: Bool {
    switch self {
    case .arrivedUrgent, .escalated, .consentEnded, .tipUrgent: true
    case .arrived, .replied, .handedOver, .released, .withdrawn, .caseClosed, .asked, .accepted, .declined,
      .completed, .unanswered, .expired, .reminder, .overseen, .tipArrived:
      false
    }
  }
}
