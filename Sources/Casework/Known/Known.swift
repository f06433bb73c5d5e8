import Basics
import Records

public enum KnownQuestionEntity {}
/// One question whether a person is known elsewhere.
public typealias KnownQuestionID = Identifier<KnownQuestionEntity>

/// Whom a question is about.
public enum KnownSubject: Hashable, Sendable {
  case person(of: CaseID)
  /// Somebody who has no case yet. What was typed is not kept.
  case typed(PersonIdentity)
}

/// What a question brings: with whom to talk. No name, no file, no number of people, no likeness.
public struct KnownAnswer: Hashable, Sendable {
  public var question: KnownQuestionID
  /// A code of the pack's reasons.
  public var reason: String
  public var askedBy: MemberID
  public var askedAt: Moment
  /// The agencies that may know the person, by name. That an agency is missing does not say that it doesn't.
  public var agencies: [Agency]

  public struct Agency: Hashable, Sendable {
    public var id: AgencyID
    public var name: String
  }
}

/// What an asked agency is told: that somebody asked about a person who may be theirs, and who that was.
public struct KnownNotice: Hashable, Sendable {
  public var question: KnownQuestionID
  public var from: KnownAnswer.Agency
  public var reason: String
  public var askedAt: Moment
}

/// How often a member asked, for the supervisor.
public struct KnownCount: Hashable, Sendable {
  public var member: MemberID
  public var asked: Int
  /// Of these, about people without a case.
  public var withoutCase: Int
  public var lastAsked: Moment
}
