import Basics

public enum ReferralCodeEntity {}
public typealias ReferralCodeID = Identifier<ReferralCodeEntity>

/// How long codes and looks last. Our own decisions.
public enum OutsideRules {
  /// Long enough to tell the outcome; whoever needs longer is given a new one.
  public static let days = 30
  /// A look at a shared computer is over before somebody else sits down.
  public static let lookMinutes = 20
  /// A code in wrong hands stops working; the sender gives a new one.
  public static let mostWrongWords = 5
}

/// A one-time code for a provider without an account. A referral has one that works at most.
struct OutsideCode: Hashable, Sendable {
  var id: ReferralCodeID
  var referral: ReferralID
  var expiresAt: Moment
  var wrongWords: Int
}

/// What a provider sees with code and word: the envelope and what may be answered. No case, no file, no history.
public struct OutsideView: Sendable {
  public var referral: Referral
  public var envelope: Envelope
  /// What may be done now.
  public var options: [ReferralMove]
}

/// A code that was made just now: the only time that its text is known.
public struct GivenCode: Sendable {
  public var referral: Referral
  /// The text for paper or message.
  public var code: String
  /// Six digits, to be told by telephone and written on no paper.
  public var word: String
  public var expiresAt: Moment
}
