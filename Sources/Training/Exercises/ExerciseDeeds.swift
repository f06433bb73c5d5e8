import Basics

/// What somebody did in an exercise, as far as it is judged: codes only, no word that was typed.
public struct ExerciseDeeds: Hashable, Sendable, Codable {
  /// By the instrument's id: the answers of the sets of questions that were used, by `dimension/code`. What is not here
  /// was not asked.
  public var answers: [String: [String: FourWayAnswer]]
  /// The answers of the safety check when it was first given.
  public var firstSafety: [String: FourWayAnswer]
  /// Whether the interview went on although the safety check asked to stop.
  public var wentOnUnsafe: Bool
  /// The newest decision: a code of the pack's decisions.
  public var decision: String?
  /// The kinds of the cases that were opened.
  public var caseKinds: [String]
  public var consents: [Consent]
  public var referrals: [Referral]
  /// The passages in the order in which they were reached.
  public var path: [String]

  public struct Consent: Hashable, Sendable, Codable {
    public var purpose: String
    /// The made-up desk's code.
    public var desk: String
    public var kinds: Set<String>
    public init(purpose: String, desk: String, kinds: Set<String>) {
      self.purpose = purpose
      self.desk = desk
      self.kinds = kinds
    }
  }

  public struct Referral: Hashable, Sendable, Codable {
    public var desk: String
    /// A code of the pack's needs or services.
    public var need: String
    public var urgency: String
    public init(desk: String, need: String, urgency: String) {
      self.desk = desk
      self.need = need
      self.urgency = urgency
    }
  }

  public init(
    answers: [String: [String: FourWayAnswer]] = [:], firstSafety: [String: FourWayAnswer] = [:],
    wentOnUnsafe: Bool = false, decision: String? = nil, caseKinds: [String] = [], consents: [Consent] = [],
    referrals: [Referral] = [], path: [String] = []
  ) {
    self.answers = answers
    self.firstSafety = firstSafety
    self.wentOnUnsafe = wentOnUnsafe
    self.decision = decision
    self.caseKinds = caseKinds
    self.consents = consents
    self.referrals = referrals
    self.path = path
  }
}
