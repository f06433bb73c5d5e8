import Basics
import CountryPack
import Foundation

/// What a case worker asks another agency for.
public struct NewReferral: Hashable, Sendable {
  public var caseID: CaseID
  public var to: AgencyID
  /// A code of the pack's needs or services.
  public var need: String
  /// A code of the pack's purposes.
  public var purpose: String
  /// A code of the pack's urgencies.
  public var urgency: String
  /// In which language to speak with the person, at most 60 characters.
  public var language: String
  /// How to reach the person without danger, at most 300 characters; only when the consent covers contact.
  public var safeContact: String
  /// A short free word, at most 600 characters.
  public var word: String

  public init(
    caseID: CaseID, to: AgencyID, need: String, purpose: String, urgency: String, language: String = "",
    safeContact: String = "", word: String = ""
  ) {
    self.caseID = caseID
    self.to = to
    self.need = need
    self.purpose = purpose
    self.urgency = urgency
    self.language = language.trimmingCharacters(in: .whitespacesAndNewlines)
    self.safeContact = safeContact.trimmingCharacters(in: .whitespacesAndNewlines)
    self.word = word.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// What is wrong with the codes and lengths, all at once.
  func problems(_ pack: CountryPack) -> [FieldProblem] {
    var problems: [FieldProblem] = []
    if pack.term(.needs, need) == nil, pack.term(.services, need) == nil {
      problems.append(FieldProblem("need", "error.referral_need"))
    }
    // Who agreed to be found did not agree to be referred.
    if pack.term(.purposes, purpose) == nil || purpose == pack.known?.purpose {
      problems.append(FieldProblem("purpose", "error.referral_purpose"))
    }
    if pack.term(.urgencies, urgency) == nil { problems.append(FieldProblem("urgency", "error.referral_urgency")) }
    for (field, text, limit) in [("language", language, 60), ("safe_contact", safeContact, 300), ("word", word, 600)]
    where text.count > limit {
      problems.append(FieldProblem(field, Phrase("error.too_long", ["most": String(limit)])))
    }
    return problems
  }
}

/// One move of a person, with what goes with it. Notes are at most 1,000 characters and are sealed.
public enum ReferralAct: Hashable, Sendable {
  case claim, release, begin
  /// - Parameter member: a colleague who answers referrals too.
  case handOver(to: MemberID)
  case ask(String)
  case reply(String)
  case accept(note: String)
  /// - Parameters:
  ///   - reason: a code of the pack's decline reasons.
  ///   - suggested: another agency that may be better placed.
  case decline(reason: String, suggested: AgencyID?, note: String)
  /// - Parameter outcome: a code of the pack's outcomes.
  case complete(outcome: String, note: String)
  /// - Parameter reason: a code of the pack's reasons to break off.
  case interrupt(reason: String, note: String)
  /// Counter-referral.
  /// - Parameters:
  ///   - outcome: a code of the pack's outcomes: what the desk did.
  ///   - remaining: a code of the pack's needs or services: what is left to do.
  case handBack(outcome: String, remaining: String, note: String)
  case withdraw(note: String)
  /// - Parameter outcome: a code of the pack's outcomes, as the provider told it.
  case closeOutside(outcome: String, note: String)

  public var move: ReferralMove {
    switch self {
    case .claim: .claim
    case .release: .release
    case .begin: .begin
    case .handOver: .handOver
    case .ask: .ask
    case .reply: .reply
    case .accept: .accept
    case .decline: .decline
    case .complete: .complete
    case .interrupt: .interrupt
    case .handBack: .handBack
    case .withdraw: .withdraw
    case .closeOutside: .closeOutside
    }
  }

  /// What it is about, coded, as its event keeps it.
  var code: String? {
    switch self {
    case .claim, .release, .begin, .ask, .reply, .accept, .withdraw: nil
    case .handOver(let member): member.description
    case .decline(let reason, _, _), .interrupt(let reason, _): reason
    case .complete(let outcome, _), .closeOutside(let outcome, _): outcome
    case .handBack(let outcome, let remaining, _): outcome + " " + remaining
    }
  }

  /// The note, without spaces around it; `nil` when there is none.
  var note: String? {
    let text: String
    switch self {
    case .claim, .release, .begin, .handOver: return nil
    case .ask(let note), .reply(let note), .accept(let note), .decline(_, _, let note), .complete(_, let note),
      .interrupt(_, let note), .handBack(_, _, let note), .withdraw(let note), .closeOutside(_, let note):
      text = note.trimmingCharacters(in: .whitespacesAndNewlines)
    }
    return text.isEmpty ? nil : text
  }

  /// Whether it must rest on what the other side wrote last: such a move is refused on a page that is out of date.
  /// Taking back, claiming and releasing are not: nothing may stand in the way of ending (R5).
  var answersThePage: Bool {
    switch self {
    case .ask, .reply, .accept, .decline, .complete, .interrupt, .handBack, .closeOutside: true
    case .claim, .release, .begin, .handOver, .withdraw: false
    }
  }

  func problems(_ pack: CountryPack) -> [FieldProblem] {
    var problems: [FieldProblem] = []
    switch self {
    case .ask where note == nil: problems.append(FieldProblem("note", "error.referral_question_empty"))
    case .reply where note == nil: problems.append(FieldProblem("note", "error.referral_reply_empty"))
    case .decline(let reason, _, _) where pack.term(.declineReasons, reason) == nil:
      problems.append(FieldProblem("reason", "error.referral_reason"))
    case .interrupt(let reason, _) where pack.term(.interruptionReasons, reason) == nil:
      problems.append(FieldProblem("reason", "error.referral_reason"))
    case .complete(let outcome, _), .closeOutside(let outcome, _), .handBack(let outcome, _, _):
      if pack.term(.outcomes, outcome) == nil { problems.append(FieldProblem("outcome", "error.referral_outcome")) }
    default: break
    }
    if case .handBack(_, let remaining, _) = self, pack.term(.needs, remaining) == nil,
      pack.term(.services, remaining) == nil
    {
      problems.append(FieldProblem("remaining", "error.referral_remaining"))
    }
    if let note, note.count > 1000 {
      problems.append(FieldProblem("note", Phrase("error.too_long", ["most": "1000"])))
    }
    return problems
  }
}

/// Which referrals a list shows.
public enum ReferralFilter: String, Hashable, Sendable, CaseIterable {
  /// An answer is owed; the nearest deadline first.
  case waiting
  /// Of those, what nobody has in hand.
  case new
  /// What the reader has in hand.
  case mine
  case overdue
  /// Late, and told to the supervisors of whoever has it in hand.
  case escalated
  /// Late for so long that the sending agency was told to look for another desk.
  case unanswered
  /// Taken on and not ended.
  case accepted
  case ended
  /// An answer, a question or an outcome that the sending agency has not looked at.
  case news
  case all
}

/// One page of a list.
public struct ReferralPage: Hashable, Sendable {
  /// How many a page holds.
  public static let size = 50
  public var referrals: [Referral]
  public var number: Int
  public var hasMore: Bool
}

/// The numbers on a member's first page.
public struct ReferralCounts: Hashable, Sendable {
  /// Waiting on our desk for an answer.
  public var waiting: Int
  /// Of those, late.
  public var overdue: Int
  /// Of those, in nobody's hands.
  public var new: Int
  /// In the reader's own hands, waiting or taken on.
  public var mine: Int
  /// Taken on by us and not completed.
  public var accepted: Int
  /// Ours, with an answer or question that nobody here has looked at.
  public var news: Int
  /// Ours, whose answer is late.
  public var lateAnswers: Int
  /// Ours, for which another desk should be looked for.
  public var unanswered: Int
}

/// One referral as a reader may see it.
public struct ReferralView: Sendable {
  public var referral: Referral
  public var party: ReferralRules.Party
  /// `nil` when the reader has no key, or the basis has ended.
  public var envelope: Envelope?
  public var events: [ReferralEvent]
  /// What the clock did, oldest first.
  public var steps: [ReferralStep]
  /// What the clock does next if nobody answers.
  public var next: ReferralClock.Due?
  /// What this actor may do now.
  public var options: [ReferralMove]
  /// Whether the case's file opens to this actor through the referral.
  public var opensFile: Bool
  /// The mechanism that it was sent by; `nil` when none held, or another desk was chosen.
  public var followed: FollowedMechanism?
}

/// One step that the clock made.
public struct ReferralStep: Hashable, Sendable {
  public var step: ReferralClock.Step
  public var at: Moment
  /// The agency that had it in hand.
  public var agency: AgencyID
  /// Who of it was reminded: who had it in hand, else who was on duty.
  public var members: [MemberID] = []
}
