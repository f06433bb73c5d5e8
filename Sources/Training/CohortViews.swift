import Accounts
import Basics
import CountryPack
import Records
import Vault

/// A cohort with the counts a work list shows.
public struct CohortSummary: Hashable, Sendable {
  public var cohort: Cohort
  public var sessions: [TrainingSession]
  public var enrolled: Int
  public var waiting: Int
  /// How many enrolled people answered the test before, and after.
  public var answeredBefore: Int
  public var answeredAfter: Int
}

/// One line of a cohort's list.
public struct ParticipantRow: Sendable {
  public var participant: Participant
  /// `nil` when the trainer was never given the key of that time.
  public var identity: ParticipantIdentity?
  /// The personal link.
  public var link: Token
  public var attendance: [TrainingSessionID: Attendance]
  public var answered: Set<TestOccasion>
  public var earnsCertificate: Bool
  public var certificate: Certificate?
}

/// What stands on a certificate beside the name.
public struct CertificatePaper: Hashable, Sendable {
  public var certificate: Certificate
  public var cohort: Cohort
  public var agency: String
}

/// How a class did before and after.
public struct ClassResult: Hashable, Sendable {
  /// Facility: the mean mark of everybody who answered the question; `nil` when nobody did.
  public struct Item: Hashable, Sendable {
    public var question: String
    public var pre: Double?
    public var post: Double?
  }

  public var enrolled: Int
  public var answeredBefore: Int
  public var answeredAfter: Int
  public var paired: PairedResult
  public var items: [Item]

  /// - Parameter marks: by occasion, participant and question. Only complete tests count.
  public init(questions: [String], enrolled: Int, marks: [TestOccasion: [ParticipantID: [String: Double]]]) {
    func complete(_ occasion: TestOccasion) -> [ParticipantID: [String: Double]] {
      (marks[occasion] ?? [:]).filter { answers in questions.allSatisfy { answers.value[$0] != nil } }
    }
    let (pre, post) = (complete(.pre), complete(.post))
    func scores(_ tests: [ParticipantID: [String: Double]]) -> [ParticipantID: Double] {
      tests.mapValues { answers in questions.compactMap { answers[$0] }.reduce(0, +) / Double(max(1, questions.count)) }
    }
    func facility(_ tests: [ParticipantID: [String: Double]], _ question: String) -> Double? {
      tests.isEmpty ? nil : tests.values.compactMap { $0[question] }.stableMean
    }
    self.enrolled = enrolled
    (answeredBefore, answeredAfter) = (pre.count, post.count)
    paired = PairedResult(pre: scores(pre), post: scores(post))
    items = questions.map { Item(question: $0, pre: facility(pre, $0), post: facility(post, $0)) }
  }
}

extension TrainingOffice {
  func summary(_ cohort: Cohort, _ transaction: any ReadTransaction) throws -> CohortSummary {
    let answered = try TrainingRecords.answered(in: cohort.id, transaction)
    return CohortSummary(
      cohort: cohort, sessions: try TrainingRecords.sessions(cohort.id, transaction),
      enrolled: try TrainingRecords.count(cohort.id, .enrolled, transaction),
      waiting: try TrainingRecords.count(cohort.id, .waiting, transaction),
      answeredBefore: answered[.pre]?.count ?? 0, answeredAfter: answered[.post]?.count ?? 0)
  }

  /// - Parameter marks: those of the class, as `TrainingRecords.marks(of:)` reads them.
  func result(
    _ cohort: Cohort, marks: [TestOccasion: [ParticipantID: [String: Double]]], _ transaction: any ReadTransaction
  ) throws -> ClassResult {
    ClassResult(
      questions: cohort.questions, enrolled: try TrainingRecords.count(cohort.id, .enrolled, transaction), marks: marks)
  }

  func rows(_ cohort: Cohort, for actor: Actor, _ transaction: any ReadTransaction) throws -> [ParticipantRow] {
    let sessions = try TrainingRecords.sessions(cohort.id, transaction)
    let attendance = try TrainingRecords.attendance(cohort.id, transaction)
    let answered = try TrainingRecords.answered(in: cohort.id, transaction)
    let certificates = try TrainingRecords.certificates(cohort.id, transaction)
    let percent = pack.training.phase(cohort.phase)?.minimumAttendance ?? 100
    return try TrainingRecords.participants(cohort.id, transaction).map { sealed in
      let id = sealed.participant.id
      return ParticipantRow(
        participant: sealed.participant, identity: try identity(sealed, for: actor), link: link(id),
        attendance: attendance[id] ?? [:],
        answered: Set(TestOccasion.allCases.filter { answered[$0]?.contains(id) == true }),
        earnsCertificate: sealed.participant.status == .enrolled
          && CohortRules.earnsCertificate(
            sessions, marks: attendance[id] ?? [:], minimumPercent: percent, on: today),
        certificate: certificates[id])
    }
  }

  func paper(_ certificate: Certificate, _ transaction: any ReadTransaction) throws -> CertificatePaper? {
    guard let cohort = try TrainingRecords.cohort(certificate.cohort, transaction),
      let agency = try AgencyDesk.agency(certificate.agency, transaction)
    else { return nil }
    return CertificatePaper(certificate: certificate, cohort: cohort, agency: agency.name)
  }
}
