import Basics
import Records

public enum TipMessageEntity {}
public typealias TipMessageID = Identifier<TipMessageEntity>

/// Where a message from the public stands.
public enum TipState: String, Hashable, Sendable, CaseIterable, SQLConvertible {
  /// It lies at the desk, unread.
  case received
  /// Somebody at the desk read it.
  case read
  /// Somebody at the desk is looking into it.
  case working
  /// The desk asked something, and waits for whoever wrote.
  case asked
  /// The desk answered.
  case answered
  case closed
  /// Who wrote took it back: its content is gone.
  case withdrawn

  /// Whether the desk still has to do with it.
  public var isOpen: Bool { self != .closed && self != .withdrawn }
}

/// Whether the agency that reads may hand the message on. Who wrote decides, before and afterwards.
public enum TipPassing: String, Hashable, Sendable, CaseIterable, SQLConvertible {
  /// To nobody, unless they are asked first.
  case nobody
  /// To another that helps, never to one that investigates.
  case helpers
  case anybody
}

/// With what the desk closed a message. Whoever wrote is not shown it.
public enum TipOutcome: String, Hashable, Sendable, CaseIterable, SQLConvertible {
  case helped
  case lookedInto = "looked_into"
  case handedOn = "handed_on"
  case notEnough = "not_enough"
  case otherMatter = "other_matter"
  case misuse
}

/// About whom somebody writes.
public enum TipAbout: String, Hashable, Sendable, Codable, CaseIterable {
  case me, other
}

/// What somebody tells: class P2, sealed on arrival. Only what happened must be there.
public struct TipContent: Hashable, Sendable, Codable {
  public var about: TipAbout?
  public var what: String
  public var place: String
  public var when: String
  public var children: FourWayAnswer

  public init(
    about: TipAbout? = nil, what: String, place: String = "", when: String = "", children: FourWayAnswer = .notAsked
  ) {
    self.about = about
    self.what = what
    self.place = place
    self.when = when
    self.children = children
  }
}

/// How whoever wrote may be reached, if they want to be: P2, sealed apart, so that it can be destroyed alone.
public struct TipContact: Hashable, Sendable, Codable {
  public var way: String
  public var safeTimes: String
  public var isEmpty: Bool { way.isEmpty && safeTimes.isEmpty }

  public init(way: String = "", safeTimes: String = "") {
    self.way = way
    self.safeTimes = safeTimes
  }
}

/// A form that was filled in, on its way to one agency.
public struct TipLetter: Hashable, Sendable {
  public var agency: AgencyID
  /// ISO 3166-2.
  public var province: String?
  /// Whether somebody is in danger now.
  public var danger: FourWayAnswer
  public var passing: TipPassing
  public var language: Language
  public var content: TipContent
  public var contact: TipContact

  public init(
    to agency: AgencyID, province: String? = nil, danger: FourWayAnswer = .notAsked, passing: TipPassing = .nobody,
    language: Language = .spanish, content: TipContent, contact: TipContact = TipContact()
  ) {
    self.agency = agency
    self.province = province
    self.danger = danger
    self.passing = passing
    self.language = language
    self.content = content
    self.contact = contact
  }
}

/// What of a message is plain: class P1. The day and not the hour; nothing of where it came from.
public struct Tip: Hashable, Sendable {
  public var id: TipID
  /// Who reads it now.
  public var agency: AgencyID
  public var province: String?
  public var day: CalendarDay
  public var danger: FourWayAnswer
  public var state: TipState
  /// Whether there is something of whoever wrote that the desk has not opened.
  public var isUnread: Bool
  public var passing: TipPassing
  /// In which whoever wrote reads.
  public var language: Language
  public var outcome: TipOutcome?
  /// When it was closed or taken back.
  public var endedOn: CalendarDay?
  /// The case that the desk says it belongs to.
  public var caseID: CaseID?
  public var hasContact: Bool
  /// Counts up with every change of these.
  public var revision: Int
}

/// One piece of the conversation.
public struct TipMessage: Hashable, Sendable {
  public enum Kind: String, Hashable, Sendable, CaseIterable, SQLConvertible {
    // Of whoever wrote.
    case addition
    // Of the desk.
    case answer, question, closing
    /// The desk handed the message on to the agency named.
    case passed
  }

  public var id: TipMessageID
  public var kind: Kind
  /// Whose desk it was; for `passed` the one it went to; for an addition the one that it was for.
  public var agency: AgencyID
  public var agencyName: String
  public var day: CalendarDay
  /// Empty for `passed`.
  public var words: String

  public var isFromSender: Bool { kind == .addition }
}

/// A message opened, by the desk or by who wrote it.
public struct TipThread: Hashable, Sendable {
  public var tip: Tip
  public var agencyName: String
  /// In how many days the desk says that it answers; `nil` when it receives no messages any more.
  public var answerDays: Int?
  public var content: TipContent
  /// Empty when none was left, or it was taken back.
  public var contact: TipContact
  public var messages: [TipMessage]
}

/// An agency that receives messages from the public, and says so itself.
public struct TipReceiver: Hashable, Sendable {
  public var agency: AgencyID
  public var name: String
  /// A code of the pack's agency kinds.
  public var kind: String
  public var isOpen: Bool
  /// ISO 3166-2; empty for the whole country.
  public var provinces: Set<String>
  /// In how many days it answers as a rule. Its own word: nobody else promises it.
  public var answerDays: Int
  /// 0 when nothing was ever said.
  public var revision: Int

  public init(
    agency: AgencyID, name: String, kind: String, isOpen: Bool = false, provinces: Set<String> = [],
    answerDays: Int = 5, revision: Int = 0
  ) {
    self.agency = agency
    self.name = name
    self.kind = kind
    self.isOpen = isOpen
    self.provinces = provinces
    self.answerDays = answerDays
    self.revision = revision
  }
}
