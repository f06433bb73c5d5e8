import Basics
import Records

/// On what another agency may be given content of a case.
public enum LegalBasis: String, Hashable, Sendable, Codable, CaseIterable, SQLConvertible {
  /// The person's own decision, or who decides for a child.
  case consent
  case courtOrder = "court_order"
  case legalDuty = "legal_duty"
  case vitalInterest = "vital_interest"
}

/// Who decided about a consent.
public enum ConsentDecider: String, Hashable, Sendable, Codable, CaseIterable, SQLConvertible {
  case person
  case guardian
  /// A panel or authority that decides in a child's best interest, because a guardian may be the trafficker.
  case bestInterest = "best_interest"
}

/// What must be said before a consent is one (WHO's ten standards; no loss of services: our own rule).
public enum ConsentTopic: String, Hashable, Sendable, Codable, CaseIterable {
  case purpose, content, use
  case rightNotToAnswer = "right_not_to_answer"
  case rightToStop = "right_to_stop"
  case rightToRestrict = "right_to_restrict"
  case noLossOfServices = "no_loss_of_services"
}

/// One entry of the consent ledger: one purpose, one recipient, some kinds of data, until a moment.
public struct Consent: Hashable, Sendable {
  public var id: ConsentID
  public var caseID: CaseID
  /// The agency that recorded it and owns the case.
  public var agency: AgencyID
  public var basis: LegalBasis
  /// A code of `purposes`.
  public var purpose: String
  public var recipient: AgencyID
  public var kinds: Set<DataKind>
  /// When it ends by itself; consents always end.
  public var until: Moment?
  /// `nil` for bases other than consent.
  public var decidedBy: ConsentDecider?
  public var language: Language?
  public var interpreter: Bool
  public var readAloud: Bool
  public var witness: Bool
  /// Whether the person was told apart that this agency investigates, and agreed that it reads these notes.
  public var namesWall: Bool
  public var givenAt: Moment
  public var givenBy: MemberID
  public var withdrawnAt: Moment?

  public enum State: String, Hashable, Sendable, CaseIterable { case live, ended, withdrawn }

  /// Derived from the clock: nothing has to run for a consent to end.
  public func state(at now: Moment) -> State {
    if withdrawnAt != nil { return .withdrawn }
    return until.map { $0 <= now } == true ? .ended : .live
  }
}

/// What is written down when a consent or another basis is recorded.
public struct ConsentRequest: Hashable, Sendable {
  /// `nil` when none was chosen.
  public var basis: LegalBasis?
  public var purpose: String
  /// `nil` when none was chosen.
  public var recipient: AgencyID?
  public var kinds: Set<DataKind>
  /// The last day on which it holds, in the country's time.
  public var until: CalendarDay?
  public var decidedBy: ConsentDecider?
  /// The language it was explained in.
  public var language: Language?
  public var interpreter: Bool
  public var readAloud: Bool
  public var witness: Bool
  /// The person was told apart that the recipient investigates, and agreed that it reads what they tell to be helped.
  public var namesWall = false
  /// Whether each thing was explained; a topic that is missing was not answered.
  public var explained: [ConsentTopic: Bool]
  /// What the order, duty or emergency is written in: number, authority, date. Sealed.
  public var document: String

  public init(
    basis: LegalBasis? = .consent, purpose: String, recipient: AgencyID?, kinds: Set<DataKind>, until: CalendarDay?,
    decidedBy: ConsentDecider? = nil, language: Language? = nil, interpreter: Bool = false, readAloud: Bool = false,
    witness: Bool = false, explained: [ConsentTopic: Bool] = [:], document: String = ""
  ) {
    self.basis = basis
    self.purpose = purpose
    self.recipient = recipient
    self.kinds = kinds
    self.until = until
    self.decidedBy = decidedBy
    self.language = language
    self.interpreter = interpreter
    self.readAloud = readAloud
    self.witness = witness
    self.explained = explained
    self.document = document
  }

  /// Everything was explained.
  public static let allExplained = Dictionary(uniqueKeysWithValues: ConsentTopic.allCases.map { ($0, true) })
}

/// What an agency can no longer read once a consent is withdrawn.
public struct ConsentEffect: Hashable, Sendable {
  public var agency: AgencyID
  public var loses: Set<DataKind>
  /// Kinds that another live basis still gives this agency.
  public var keeps: Set<DataKind>
}
