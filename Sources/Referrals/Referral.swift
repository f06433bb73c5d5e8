import Basics
import Records

/// One request of an agency to another to take care of a person's need, and its answer (derivación y contrarreferencia).
///
/// Everything here is coded or a date, so that work lists and deadlines need no key. What concerns the person stands
/// sealed in the `Envelope` and in the notes of the `ReferralEvent`s.
public struct Referral: Hashable, Sendable {
  public var id: ReferralID
  public var caseID: CaseID
  public var from: Side
  public var to: Side
  /// A code of the pack's needs or services.
  public var need: String
  /// A code of the pack's purposes: the one the consent was given for.
  public var purpose: String
  /// A code of the pack's urgencies; its hours gave `dueAt`.
  public var urgency: String
  public var state: State
  public var sentAt: Moment
  /// When the answer is due.
  public var dueAt: Moment
  /// When the receiving agency first opened it.
  public var openedAt: Moment?
  public var answeredAt: Moment?
  public var begunAt: Moment?
  public var completedAt: Moment?
  public var endedAt: Moment?
  /// When the sending agency first saw the newest answer.
  public var answerSeenAt: Moment?
  /// Who of the receiving desk has it in hand.
  public var claimedBy: MemberID?
  public var consent: ConsentID
  /// When the consent ends by itself.
  public var basisUntil: Moment?
  /// A code of the pack's decline reasons.
  public var declineReason: String?
  public var suggested: Suggestion?
  /// A code of the pack's outcomes.
  public var outcome: String?
  /// A code of the pack's reasons to break off.
  public var interruptReason: String?
  /// What is left for the sending agency after a counter-referral: a code of the pack's needs or services.
  public var remainingNeed: String?
  /// Whether a provider outside the system answers it, by a code, by telephone or on paper.
  public var isOutside = false
  /// How far the clock has come; `nil` before its first step.
  public var clockStep: ReferralClock.Step?
  /// When the clock has its next step; `nil` when it stands.
  public var clockAt: Moment?
  /// Counts up with every move of a person.
  public var revision: Int

  /// One of the two agencies, with name and province as they were when the referral was sent.
  public struct Side: Hashable, Sendable {
    public var agency: AgencyID
    public var name: String
    public var province: String
  }

  /// Another agency that the declining one thinks better placed.
  public struct Suggestion: Hashable, Sendable {
    public var agency: AgencyID
    public var name: String
  }

  public enum State: String, Hashable, Sendable, CaseIterable, SQLConvertible {
    /// Being written by the sending agency (`ReferralDraft`): nothing to anybody else, and no clock runs.
    case draft
    /// Put away before it was sent.
    case discarded
    /// Waits on the receiving desk; nobody there has opened it.
    case sent
    /// Opened by the receiving desk, not answered.
    case seen
    /// The receiving desk asked something back; the sending agency has it now.
    case asked
    case accepted
    /// The service has begun.
    case inService = "in_service"
    case declined
    /// The service was given, or was not possible: `outcome` says which.
    case completed
    /// The service broke off: `interruptReason` says why.
    case interrupted
    /// Counter-referral: the desk did its part, and `remainingNeed` is left for the agency that sent it.
    case handedBack = "handed_back"
    /// Taken back by the sending agency.
    case withdrawn
    /// Ended because the person's consent ended.
    case revoked
    /// Ended unanswered because the case was closed.
    case endedWithCase = "ended_with_case"
    /// Ended by the clock: nobody answered, or the consent ran out before anybody did.
    case expired
    /// The sending agency noted how it ended with a provider outside the system.
    case closedOutside = "closed_outside"

    public static let waiting: Set<State> = [.sent, .seen, .asked]
    /// The desk has accepted and not ended it: the file is open to it.
    public static let takenOn: Set<State> = [.accepted, .inService]
    public static let live = waiting.union(takenOn)
    /// Those of what never left the sending agency: no `Referral` is ever stored in them.
    public static let unsent: Set<State> = [.draft, .discarded]
    public var wasSent: Bool { !Self.unsent.contains(self) }
    /// Whether an answer is still owed.
    public var isWaiting: Bool { Self.waiting.contains(self) }
    public var isTakenOn: Bool { Self.takenOn.contains(self) }
    public var isLive: Bool { Self.live.contains(self) }
  }

  /// Whether the receiving desk may open the case's file through it.
  public var opensFile: Bool { state.isTakenOn && !isOutside }

  /// Whether the answer is late.
  public func isOverdue(at now: Moment) -> Bool { state.isWaiting && now > dueAt }

  /// Whether the consent it rests on has run out by its own date, so that nothing of the person's can be read.
  public func basisHasRunOut(at now: Moment) -> Bool { basisUntil.map { $0 <= now } ?? false }

  /// The agency that has to do the next thing; `nil` when it has ended.
  public var inHandOf: Side? {
    switch state {
    case .sent, .seen, .accepted, .inService: to
    case .draft, .asked: from
    case .discarded, .declined, .completed, .interrupted, .handedBack, .withdrawn, .revoked, .endedWithCase, .expired,
      .closedOutside:
      nil
    }
  }

  /// Whether the sending agency has an answer, a question or an outcome it has not looked at.
  public var hasNewsForSender: Bool {
    answerSeenAt == nil && (answeredAt != nil || state == .asked || state == .expired)
  }
}

/// The little that a receiving desk may read before it accepts.
public struct Envelope: Hashable, Sendable, Codable {
  /// A code of the pack's age bands.
  public var ageBand: String?
  /// ISO 3166-2 of where the person is.
  public var province: String?
  /// In which language to speak with the person.
  public var language: String
  /// How, when and where the person can be reached without danger.
  public var safeContact: String
  /// A short free word.
  public var word: String

  public init(ageBand: String?, province: String?, language: String, safeContact: String, word: String) {
    self.ageBand = ageBand
    self.province = province
    self.language = language
    self.safeContact = safeContact
    self.word = word
  }
}

/// One thing that happened to a referral: never changed, never removed.
public struct ReferralEvent: Hashable, Sendable {
  public var id: ReferralEventID
  public var at: Moment
  public var move: ReferralMove
  /// The state it led to.
  public var state: Referral.State
  /// The acting agency, by its name at the time; `nil` when the system acted.
  public var agency: AgencyID?
  public var agencyName: String
  public var member: MemberID?
  /// What it was about, coded: a reason, an outcome, a step of the clock, the member it was handed to.
  public var code: String?
  /// The referral's revision after it.
  public var revision: Int
  /// The note that went with it; `nil` when there is none, or the reader has no key.
  public var note: String?
  /// Whether there is a note, readable or not.
  public var hasNote: Bool
}
