import Basics

/// A simulated case to practise with: the story, and what an expert would do in the work tool.
public struct Exercise: Hashable, Sendable {
  /// Small letters, digits and dashes; the name of its files `training/exercises/<id>.<language>.twee`.
  public var id: String
  public var name: LocalizedText
  public var about: LocalizedText
  public var minutes: Int
  /// ISO 3166-2: where it plays.
  public var province: String
  /// Codes of agency kinds.
  public var audience: [String]
  public var source: String
  public var certainty: Certainty
  public var person: FictionalPerson
  /// Ids of the instruments an expert may use: any of them does.
  public var instruments: [String]
  /// Codes of the situations an expert may choose.
  public var situations: [String]
  /// What an expert finds, by the instrument's id.
  public var readings: [String: ExpertReading]
  /// The honest answers of the safety check when the person comes in, by the question's code.
  public var safety: [String: FourWayAnswer]
  public var decision: ExpertDecision
  /// The kind of case an expert opens; `nil` for none.
  public var caseKind: String?
  public var consents: [ExpertConsent]
  /// Codes of the kinds of data that nobody needs here.
  public var tooMuch: [String]
  /// Those of one need are alternatives: one of them is enough.
  public var referrals: [ExpertReferral]
  public var wrongDesks: [WrongDesk]
  public var desks: [ScriptedDesk]
  public var steps: [ExerciseStep]
  /// Markdown.
  public var debrief: LocalizedText
  public var stories: [Language: TweeStory]

  public func story(_ language: Language) -> TweeStory? { stories[language] ?? stories[.spanish] }
  public func desk(_ code: String) -> ScriptedDesk? { desks.first { $0.code == code } }

  public struct FictionalPerson: Hashable, Sendable {
    public var name: String
    public var age: Int
    public var isAgeInDoubt: Bool
    /// A code of the pack's sexes.
    public var sex: String
    public var language: String
  }

  /// By `dimension/code` of the instrument. What stands in neither list can't be known here.
  public struct ExpertReading: Hashable, Sendable {
    public var present: [String]
    public var absent: [String]
    public init(present: [String], absent: [String]) {
      self.present = present
      self.absent = absent
    }
  }

  public enum ExpertDecision: String, Hashable, Sendable, CaseIterable {
    case presumed
    case needsMoreInformation = "needs_more_information"
    case notPresumedNow = "not_presumed_now"
  }

  public struct ExpertConsent: Hashable, Sendable {
    public var purpose: String
    /// Codes of the kinds of data it must cover.
    public var kinds: [String]
    public init(purpose: String, kinds: [String]) {
      self.purpose = purpose
      self.kinds = kinds
    }
  }

  public struct ExpertReferral: Hashable, Sendable {
    public var need: String
    public var service: String
    public var urgency: String
    public var desk: String
    public init(need: String, service: String, urgency: String, desk: String) {
      self.need = need
      self.service = service
      self.urgency = urgency
      self.desk = desk
    }
  }

  public struct WrongDesk: Hashable, Sendable {
    public var desk: String
    public var why: LocalizedText
  }

  /// Another agency, made up, that answers referrals by script.
  public struct ScriptedDesk: Hashable, Sendable {
    public var code: String
    /// A code of the pack's agency kinds.
    public var kind: String
    public var name: LocalizedText
    /// What it does, one after another; the last one stands.
    public var answers: [Answer]
  }

  public enum Answer: Hashable, Sendable {
    case accept
    /// A code of the pack's decline reasons.
    case decline(String)
    case ask(LocalizedText)
  }
}

/// A passage that counts when it is reached.
public struct ExerciseStep: Hashable, Sendable {
  public enum Kind: String, Hashable, Sendable, CaseIterable { case good, unsafe }
  public var passage: String
  public var kind: Kind
  public var why: LocalizedText
}
