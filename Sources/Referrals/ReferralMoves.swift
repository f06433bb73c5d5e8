import Records

/// What can be done to a referral. Who may do it in which state, and where it leads, says `ReferralRules`.
public enum ReferralMove: String, Hashable, Sendable, CaseIterable, SQLConvertible {
  // MARK: Of the agency that sends

  /// Keeps what is written of it as a draft.
  case keep
  /// Puts a draft away.
  case discard
  case send
  /// Answers a question of the desk.
  case reply
  /// Takes it back.
  case withdraw
  /// Gives a provider outside the system a one-time code to answer by.
  case giveCode = "give_code"
  /// Notes how it ended with a provider who answers by telephone or on paper.
  case closeOutside = "close_outside"

  // MARK: Of the desk that receives

  /// The first look.
  case open
  /// A member takes it in hand.
  case claim
  /// Nobody has it in hand any more.
  case release
  /// It goes from one member's hands into a colleague's.
  case handOver = "hand_over"
  case ask
  case accept
  case decline
  /// The service begins.
  case begin
  case complete
  /// The service broke off.
  case interrupt
  /// Counter-referral: the desk did its part, and something is left for the agency that sent it.
  case handBack = "hand_back"

  // MARK: Of nobody's hand

  /// The consent ended.
  case revoke
  case caseClosed = "case_closed"
  /// The clock reminds whoever has it in hand.
  case remind
  /// The clock tells the next one: supervisor, sender, coordinator (`ReferralClock.Step`).
  case escalate
  /// The clock ends what nobody answered.
  case expire
}

extension Referral {
  /// What somebody can open of a referral. The file behind it opens as far as the consent goes, never further.
  public enum Access: Hashable, Sendable, Comparable {
    case nothing
    /// Need, urgency, age band, language, safe contact, a short word.
    case envelope
    /// The envelope, and of the case's file what the consent names.
    case file
  }
}

extension ReferralRules {
  /// What a party opens in a state while the consent holds: the one place that says what a move means for access.
  ///
  /// The sending agency keeps what is its own. The desk has the envelope while the referral lives, and the file from
  /// acceptance until it ends. A provider outside never has more than the envelope, and while one answers, the file stays
  /// shut: nobody there has a key.
  public static func access(of party: Party, in situation: Situation) -> Referral.Access {
    let state = situation.state
    return switch party {
    case .sender: .file
    case .receiver: state.isTakenOn && !situation.isOutside ? .file : state.isLive ? .envelope : .nothing
    case .provider: state.isLive && situation.isOutside ? .envelope : .nothing
    case .observer, .clock, .consent, .closedCase, .stranger: .nothing
    }
  }
}
