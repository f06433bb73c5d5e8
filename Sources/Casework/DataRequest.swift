import Basics
import Records

/// What a person asks about their data (LOPDP arts. 13 to 17; the term is the pack's).
public struct DataRequest: Hashable, Sendable {
  public enum Kind: String, Hashable, Sendable, CaseIterable, SQLConvertible {
    /// To see what is held, and who saw it.
    case access
    case correct
    /// To stop sharing for now.
    case restrict
    case erase
    /// To take a copy along.
    case copy
    /// A consent was taken back with the person's paper. That worked at once; somebody talks with the person.
    case withdraw

    /// Those a person asks for; a consent that is taken back has a form of its own.
    public static let asked: [Self] = [.access, .correct, .restrict, .erase, .copy]
    /// What is held and who saw it stands on the page that the paper opens.
    public static let askedByPaper: [Self] = [.correct, .restrict, .copy, .erase]

    /// Whether the agency decides about it. The others are simply done by whoever assists the person.
    public var isDecided: Bool { self == .restrict || self == .erase }
  }

  public enum Reply: String, Hashable, Sendable, CaseIterable, SQLConvertible { case granted, refused }

  /// On what a request is refused (LOPDP art. 18 names exceptions; the article goes into the words).
  public enum Ground: String, Hashable, Sendable, CaseIterable, SQLConvertible {
    case legalDuty = "legal_duty"
    case legalClaim = "legal_claim"
    case vitalInterest = "vital_interest"
    case rightsOfOthers = "rights_of_others"
    /// It is not certain that the person asks, or who asks for them.
    case identityUnclear = "identity_unclear"
  }

  public var id: DataRequestID
  public var caseID: CaseID
  /// While the case is there.
  public var code: CaseCode?
  public var kind: Kind
  public var askedOn: CalendarDay
  /// The last day for an answer.
  public var due: CalendarDay
  /// What the person asked, in words; `nil` where they can't be opened.
  public var words: String?
  /// Who wrote it down, or gave the paper it came with; sees to it.
  public var recordedBy: MemberID
  /// Whether the person asked it with their paper.
  public var isByPaper = false
  public var answer: Reply?
  public var ground: Ground?
  public var reason: String?
  public var answeredBy: MemberID?
  public var answeredAt: Moment?
}
