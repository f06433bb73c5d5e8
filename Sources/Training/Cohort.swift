import Basics
import CountryPack
import Records

public enum TrainingSessionEntity {}
public typealias TrainingSessionID = Identifier<TrainingSessionEntity>

/// A group of people who go through one phase of a programme together.
public struct Cohort: Hashable, Sendable {
  public var id: CohortID
  public var agency: AgencyID
  /// The phase's code in the pack.
  public var phase: String
  public var place: String
  /// ISO 3166-2.
  public var province: String
  public var from: CalendarDay
  public var until: CalendarDay
  public var seats: Int
  /// Codes of the institutions whose staff may register.
  public var institutions: [String]
  /// Names of the questions drawn when it was opened: the same before and after.
  public var questions: [String]
  /// Counts its edits, from 1.
  public var revision = 1
  /// When it was last changed; 1970 when it never was.
  public var changedAt = Moment(milliseconds: 0)
  /// It does not take place.
  public var isCancelled = false
}

/// What a trainer types to open a cohort.
public struct NewCohort: Hashable, Sendable {
  public var phase: String
  public var place: String
  public var province: String
  public var from: CalendarDay?
  public var until: CalendarDay?
  public var seats: Int?
  public var institutions: [String]
  /// Draw from the agency's own questions too.
  public var includesOwnQuestions: Bool

  public init(
    phase: String, place: String, province: String, from: CalendarDay?, until: CalendarDay?, seats: Int?,
    institutions: [String], includesOwnQuestions: Bool = false
  ) {
    self.includesOwnQuestions = includesOwnQuestions
    self.phase = phase
    self.place = place
    self.province = province
    self.from = from
    self.until = until
    self.seats = seats
    self.institutions = institutions
  }
}

/// One meeting of a cohort, in which the roll is called: half a day, as a rule.
public struct TrainingSession: Hashable, Sendable {
  public var id: TrainingSessionID
  public var day: CalendarDay
  public var title: String
  /// Both or neither is known.
  public var begins: TimeOfDay?
  public var ends: TimeOfDay?
  /// May be empty.
  public var room = ""
  /// Counts its edits, from 1.
  public var revision = 1
  public var changedAt = Moment(milliseconds: 0)
}

/// What the roll-call said of somebody. Not marked is the lack of any: a fourth thing.
public enum Attendance: String, Hashable, Sendable, CaseIterable {
  case present, absent, excused
}

/// Somebody who takes part, as far as no key is needed.
public struct Participant: Hashable, Sendable {
  public enum Status: String, Hashable, Sendable, CaseIterable {
    case enrolled
    /// All seats were taken; moves up when one becomes free.
    case waiting
    case withdrawn
  }

  public var id: ParticipantID
  public var cohort: CohortID
  public var agency: AgencyID
  /// A code of the cohort's institutions.
  public var institution: String
  public var province: String
  public var status: Status
  public var registeredAt: Moment
  /// A code of the pack's sexes; `nil` when it was not asked or left open.
  public var sex: String?
  /// The person who took part, the same across cohorts once a trainer said so. Its own row's otherwise.
  public var trainee: TraineeID

  init(
    id: ParticipantID, cohort: CohortID, agency: AgencyID, institution: String, province: String, status: Status,
    registeredAt: Moment, sex: String? = nil, trainee: TraineeID? = nil
  ) {
    self.id = id
    self.cohort = cohort
    self.agency = agency
    self.institution = institution
    self.province = province
    self.status = status
    self.registeredAt = registeredAt
    self.sex = sex
    self.trainee = trainee ?? TraineeID(lettersOf: id)
  }
}

/// Who a participant is: sealed to the agency's training key.
public struct ParticipantIdentity: Hashable, Sendable, Codable {
  public var name: String
  /// What the person does at the institution; may be empty.
  public var post: String
}

/// What somebody types to register.
public struct NewParticipant: Hashable, Sendable {
  public var name: String
  public var post: String
  public var institution: String
  public var province: String
  /// Says that somebody of the same name is another person.
  public var isAnother: Bool
  /// A code of the pack's sexes; empty when left open.
  public var sex: String
  /// A national identity number; only a keyed tag of it is kept. May be empty.
  public var document: String
  /// For the questions after the course; may be empty.
  public var phone: String

  public init(
    name: String, post: String, institution: String, province: String, isAnother: Bool = false, sex: String = "",
    document: String = "", phone: String = ""
  ) {
    self.name = name
    self.post = post
    self.institution = institution
    self.province = province
    self.isAnother = isAnother
    self.sex = sex
    self.document = document
    self.phone = phone
  }
}

/// When the test is answered.
public enum TestOccasion: String, Hashable, Sendable, CaseIterable { case pre, post }

/// Whether a test can be answered now.
public enum TestState: String, Hashable, Sendable {
  case open
  case answered
  /// Not yet: the first test comes first, or the course has not begun.
  case notYet = "not_yet"
  /// Its time is over.
  case closed
}

/// A certificate of attendance.
public struct Certificate: Hashable, Sendable {
  /// Its number, printed on it.
  public var id: CertificateID
  public var participant: ParticipantID
  public var cohort: CohortID
  public var agency: AgencyID
  public var issuedOn: CalendarDay
  /// The last day it holds; `nil`: for good.
  public var validUntil: CalendarDay?
  /// Sessions attended of sessions held.
  public var attended: Int
  public var held: Int
  /// Keyed over the number and the name, `xxxxx-xxxxx-xxxxx`: whoever changes the name has no code for it.
  public var code: String
}

extension TimeOfDay: SQLConvertible {}
extension Attendance: SQLConvertible {}
extension Participant.Status: SQLConvertible {}
extension TestOccasion: SQLConvertible {}
