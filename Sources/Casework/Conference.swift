import Basics
import Records

public enum ConferenceEntity {}
public enum ConferenceDecisionEntity {}
public typealias ConferenceID = Identifier<ConferenceEntity>
public typealias ConferenceDecisionID = Identifier<ConferenceDecisionEntity>

/// A meeting about one case, of colleagues and of agencies that the person lets take part. Agenda, minutes and decisions
/// are sealed under `conference`; days and who was asked are plain.
public struct Conference: Hashable, Sendable {
  public enum State: String, Hashable, Sendable, CaseIterable, SQLConvertible { case planned, held, cancelled }

  public var id: ConferenceID
  public var state: State
  /// When it is, or was held.
  public var day: CalendarDay
  public var plannedBy: MemberID
  public var revision: Int
  /// Colleagues of the owning agency.
  public var members: [Seat<MemberID>] = []
  /// Other agencies.
  public var guests: [Seat<AgencyID>] = []
  /// `nil` for readers without the key.
  public var content: ConferenceContent?
  public var minutes: String?
  public var decisions: [ConferenceDecision] = []

  /// One that was asked to come.
  public struct Seat<Who: Hashable & Sendable>: Hashable, Sendable {
    public var who: Who
    /// On what an agency takes part; `nil` for colleagues.
    public var consent: ConsentID?
    /// `nil` until it was held.
    public var attended: Bool?

    public init(_ who: Who, consent: ConsentID? = nil, attended: Bool? = nil) {
      self.who = who
      self.consent = consent
      self.attended = attended
    }
  }
}

/// Sealed.
public struct ConferenceContent: Hashable, Sendable, Codable {
  /// What is to be talked about.
  public var agenda: String
  /// Hour and place, or how to join.
  public var place: String

  public init(agenda: String, place: String = "") {
    self.agenda = agenda
    self.place = place
  }
}

/// What was decided: somebody does something by a day.
public struct ConferenceDecision: Hashable, Sendable {
  public var id: ConferenceDecisionID
  public var due: CalendarDay
  public var done: CalendarDay?
  /// The colleague of the owning agency who sees to it.
  public var owner: MemberID
  /// The agency that does it; `nil` for the owning one.
  public var agency: AgencyID?
  /// Sealed.
  public var words: String?
  public var result: String?
}

/// What is written down when a conference is planned.
public struct ConferenceRequest: Hashable, Sendable {
  public var day: CalendarDay
  public var members: Set<MemberID>
  public var guests: Set<AgencyID>
  public var content: ConferenceContent

  public init(day: CalendarDay, members: Set<MemberID>, guests: Set<AgencyID> = [], _ content: ConferenceContent) {
    self.day = day
    self.members = members
    self.guests = guests
    self.content = content
  }
}

/// What is written down when it was held.
public struct ConferenceReport: Hashable, Sendable {
  public var day: CalendarDay
  /// Who came.
  public var members: Set<MemberID>
  public var guests: Set<AgencyID>
  public var minutes: String

  public init(day: CalendarDay, members: Set<MemberID>, guests: Set<AgencyID> = [], minutes: String) {
    self.day = day
    self.members = members
    self.guests = guests
    self.minutes = minutes
  }
}

/// A decision to be written down.
public struct ConferenceDecisionRequest: Hashable, Sendable {
  public var words: String
  public var owner: MemberID
  public var agency: AgencyID?
  public var due: CalendarDay

  public init(_ words: String, owner: MemberID, agency: AgencyID? = nil, due: CalendarDay) {
    self.words = words
    self.owner = owner
    self.agency = agency
    self.due = due
  }
}

/// A conference that another agency asks to: a code and a day, nothing that names a person.
public struct ConferenceInvitation: Hashable, Sendable {
  public var id: ConferenceID
  public var caseID: CaseID
  public var code: CaseCode
  public var day: CalendarDay
  /// The agency that asks.
  public var agency: AgencyID
}
