import Basics
import Records

public enum ReceiptEntity {}
public typealias ReceiptID = Identifier<ReceiptEntity>

/// A paper with a code by which a person sees what is held about them. A case has one that works at most.
public struct Receipt: Hashable, Sendable {
  public var id: ReceiptID
  public var caseID: CaseID
  public var agency: AgencyID
  public var madeBy: MemberID
  public var madeAt: Moment
  public var expiresAt: Moment
  /// When it was taken back, replaced, or ended by wrong words.
  public var endedAt: Moment?
  var wrongWords: Int

  public func works(at now: Moment) -> Bool { endedAt == nil && expiresAt > now }
}

/// How long papers and looks last. Our own decisions.
public enum ReceiptRules {
  /// Half a year: then the case worker gives a new one, and sees the person.
  public static let days = 180
  /// A look at a shared telephone is over before somebody else picks it up.
  public static let sessionMinutes = 10
  /// A paper in wrong hands stops working; the case worker gives a new one.
  public static let mostWrongWords = 10
  /// How many characters the person's own word has.
  public static let wordLength = 4...40
  /// So many open requests a case; more would bury the one that matters.
  public static let mostOpenRequests = 10
  public static let requestLength = 2_000
}

/// What a person sees of their own record: which kinds are held, who was given what on which basis, who opened it when.
/// No name, no narrative, no address: a paper and a word can be forced out of somebody, and then this is all there is.
public struct OwnRecord: Hashable, Sendable {
  /// One consent or other basis.
  public struct Share: Hashable, Sendable {
    public var id: ConsentID
    public var recipient: String
    public var basis: LegalBasis
    public var purpose: String
    public var kinds: Set<DataKind>
    public var givenAt: Moment
    /// The last day on which it holds.
    public var until: CalendarDay?
    public var state: Consent.State
    public var withdrawnAt: Moment?
    /// When the recipient opened something on it, the newest first.
    public var opened: [Moment]
  }

  public var code: CaseCode
  public var agency: String
  public var status: CaseStatus
  public var openedOn: CalendarDay
  /// The kinds of data about which something was written.
  public var held: [DataKind]
  public var files: Int
  public var shares: [Share]
  /// How often members of the owning agency opened it, and when last.
  public var ownReads: Int
  public var lastOwnRead: Moment?
  public var requests: [DataRequest]
  public var expiresAt: Moment?
}
