import Accounts
import Basics
import CountryPack
import Records
import Vault

/// A trainer's desk: cohorts, sessions, participants, attendance, results, certificates.
public struct CohortDesk: Sendable {
  let training: TrainingOffice
  private var office: Office { training.office }
  private var pack: CountryPack { training.pack }

  public init(_ office: Office, _ pack: CountryPack) { training = TrainingOffice(office, pack) }

  /// Opens a cohort and draws its questions. Asked again with the same id it answers as if just done.
  public func open(_ actor: Actor, id: CohortID, _ typed: NewCohort) async throws -> Cohort {
    try actor.require(.manageTraining)
    let new = try CohortRules.checked(typed, pack)
    guard let phase = pack.training.phase(new.phase), let bank = training.bank(new.phase), let from = new.from,
      let until = new.until, let seats = new.seats
    else { throw Refusal.fields([FieldProblem("phase", "error.training_phase")]) }
    let (now, link, randomness) = (office.clock.now(), training.link(id), office.randomness)
    return try await office.database.write { transaction in
      if let existing = try TrainingRecords.cohort(id, transaction) {
        guard existing.agency == actor.agency else { throw Refusal.notFound }
        return existing
      }
      let own = new.includesOwnQuestions ? try QuestionRecords.own(actor.agency, transaction) : []
      let paper = bank.drawPaper(phase.testQuestions, with: own, using: randomness)
      let cohort = Cohort(
        id: id, agency: actor.agency, phase: phase.code, place: new.place, province: new.province, from: from,
        until: until, seats: seats, institutions: new.institutions, questions: paper.names)
      try TrainingRecords.insert(cohort, linkHash: link.hash, by: actor.member, at: now, transaction)
      try QuestionRecords.keep(paper, for: .cohort(id), transaction)
      try AfterRecords.keep(RefresherRules.versions(cohort.phase, pack.training), of: id, transaction)
      try transaction.record(entry(actor, "cohort.open", "cohort", id.description, now))
      return cohort
    }
  }

  /// The agency's cohorts with their counts: no names, so no key is needed.
  public func cohorts(_ actor: Actor) async throws -> [CohortSummary] {
    try actor.require(.manageTraining)
    let training = self.training
    return try await office.database.read { transaction in
      try TrainingRecords.cohorts(of: actor.agency, transaction).map { try training.summary($0, transaction) }
    }
  }

  /// One cohort with its counts.
  public func cohort(_ actor: Actor, _ id: CohortID) async throws -> CohortSummary {
    try actor.require(.manageTraining)
    let training = self.training
    return try await office.database.read { transaction in
      try training.summary(try training.owned(actor, id, transaction), transaction)
    }
  }

  /// The registration link of a cohort, to print on a poster.
  public func link(_ actor: Actor, _ id: CohortID) async throws -> Token {
    _ = try await cohort(actor, id)
    return training.link(id)
  }

  /// A session of which no more is known than its day and title.
  public func addSession(
    _ actor: Actor, id: TrainingSessionID, to cohort: CohortID, day: CalendarDay?, title: String
  ) async throws {
    try await ProgrammeDesk(training).addSession(actor, id: id, to: cohort, NewSession(day: day, title: title))
  }

  /// Registers somebody by hand.
  public func register(_ actor: Actor, id: ParticipantID, in cohort: CohortID, _ typed: NewParticipant) async throws
    -> Registration
  {
    try actor.require(.manageTraining)
    let training = self.training
    return try await office.database.write { transaction in
      let cohort = try training.owned(actor, cohort, transaction)
      return try training.register(
        id, typed, in: cohort, doer: actor.doer, action: "participant.register", transaction)
    }
  }

  /// Everybody of a cohort, with names. Reading them is an entry in the audit log.
  public func participants(_ actor: Actor, _ id: CohortID) async throws -> [ParticipantRow] {
    try actor.require(.manageTraining)
    let (training, now) = (self.training, office.clock.now())
    return try await office.database.write { transaction in
      let cohort = try training.owned(actor, id, transaction)
      try transaction.record(entry(actor, "cohort.read", "cohort", id.description, now))
      return try training.rows(cohort, for: actor, transaction)
    }
  }

  /// Takes somebody off the list; the first who waits moves up in the same transaction.
  public func withdraw(_ actor: Actor, _ participant: ParticipantID) async throws {
    try actor.require(.manageTraining)
    let now = office.clock.now()
    try await office.database.write { transaction in
      let person = try own(actor, participant, transaction).participant
      guard person.status != .withdrawn else {
        throw Refusal(.conflict, Phrase("error.training_already_withdrawn"))
      }
      guard try TrainingRecords.set(.withdrawn, participant, from: person.status, transaction) else {
        throw Refusal.conflict
      }
      try transaction.record(entry(actor, "participant.withdraw", "participant", participant.description, now))
      let next = try TrainingRecords.participants(person.cohort, transaction).first {
        $0.participant.status == .waiting
      }
      if person.status == .enrolled, let next = next?.participant.id,
        try TrainingRecords.set(.enrolled, next, from: .waiting, transaction)
      {
        try transaction.record(entry(actor, "participant.move_up", "participant", next.description, now))
      }
    }
  }

  /// The roll-call of one session. `nil` takes a mark back: not marked.
  public func mark(_ actor: Actor, _ session: TrainingSessionID, _ marks: [ParticipantID: Attendance?]) async throws {
    try actor.require(.manageTraining)
    guard !marks.isEmpty else { return }
    let now = office.clock.now()
    try await office.database.write { transaction in
      // A session that was taken off has no roll.
      guard let cohort = try ProgrammeRecords.session(session, transaction)?.cohort else { throw Refusal.notFound }
      _ = try training.owned(actor, cohort, transaction)
      let known = Set(
        try TrainingRecords.participants(cohort, transaction).map(\.participant).filter { $0.status == .enrolled }
          .map(\.id))
      for (participant, mark) in marks {
        guard known.contains(participant) else { throw Refusal.notFound }
        try TrainingRecords.set(mark, session: session, participant: participant, at: now, transaction)
      }
      try transaction.record(entry(actor, "attendance.mark", "training_session", session.description, now))
    }
  }

  /// How the class did. Marks only, no names.
  public func results(_ actor: Actor, _ id: CohortID) async throws -> ClassResult {
    try actor.require(.manageTraining)
    return try await office.database.read { transaction in
      let cohort = try training.owned(actor, id, transaction)
      return try training.result(cohort, marks: try TrainingRecords.marks(of: id, transaction), transaction)
    }
  }

  // MARK: Certificates

  /// Issues the certificate of attendance. Asked again for the same person, it answers the one that exists.
  public func issueCertificate(_ actor: Actor, id: CertificateID, for participant: ParticipantID) async throws
    -> Certificate
  {
    try actor.require(.manageTraining)
    let (training, now) = (self.training, office.clock.now())
    return try await office.database.write { transaction in
      let sealed = try own(actor, participant, transaction)
      if let existing = try TrainingRecords.certificate(of: participant, transaction) { return existing }
      guard try TrainingRecords.certificate(id, transaction) == nil,
        let cohort = try TrainingRecords.cohort(sealed.participant.cohort, transaction)
      else { throw Refusal.conflict }
      let sessions = try TrainingRecords.sessions(cohort.id, transaction)
      let marks = try TrainingRecords.attendance(cohort.id, transaction)[participant] ?? [:]
      let phase = training.pack.training.phase(cohort.phase)
      let percent = phase?.minimumAttendance ?? 100
      guard sealed.participant.status == .enrolled,
        CohortRules.earnsCertificate(sessions, marks: marks, minimumPercent: percent, on: training.today)
      else { throw Refusal(.conflict, Phrase("error.training_attendance_rule", ["percent": String(percent)])) }
      guard let name = try training.identity(sealed, for: actor)?.name else { throw Refusal.forbidden }
      let certificate = Certificate(
        id: id, participant: participant, cohort: cohort.id, agency: cohort.agency, issuedOn: training.today,
        validUntil: phase?.validForMonths.map { training.today.adding(months: $0) },
        attended: sessions.count { marks[$0.id] == .present }, held: sessions.count,
        code: training.code(id, name: name))
      try TrainingRecords.insert(certificate, by: actor.member, at: now, transaction)
      try transaction.record(entry(actor, "certificate.issue", "certificate", id.description, now))
      return certificate
    }
  }

  /// A certificate with the name, to print. Reading it is an entry in the audit log.
  public func certificate(_ actor: Actor, _ id: CertificateID) async throws -> (
    paper: CertificatePaper, identity: ParticipantIdentity
  ) {
    try actor.require(.manageTraining)
    let (training, now) = (self.training, office.clock.now())
    return try await office.database.write { transaction in
      guard let certificate = try TrainingRecords.certificate(id, transaction) else { throw Refusal.notFound }
      let sealed = try own(actor, certificate.participant, transaction)
      try transaction.record(entry(actor, "certificate.read", "certificate", id.description, now))
      guard let identity = try training.identity(sealed, for: actor),
        let paper = try training.paper(certificate, transaction)
      else { throw Refusal.forbidden }
      return (paper, identity)
    }
  }

  // MARK: Only one's own

  private func own(_ actor: Actor, _ id: ParticipantID, _ transaction: any ReadTransaction) throws
    -> TrainingRecords.Sealed
  {
    guard let sealed = try TrainingRecords.participant(id, transaction), sealed.participant.agency == actor.agency
    else {
      throw Refusal.notFound
    }
    return sealed
  }

  private func entry(_ actor: Actor, _ action: String, _ kind: String, _ id: String, _ now: Moment) -> AuditEntry {
    AuditEntry(at: now, doer: actor.doer, action: action, objectKind: kind, objectID: id)
  }
}

extension CohortDesk {
  /// The questions a cohort was given, in a language.
  public func questions(_ cohort: Cohort, _ language: Language) async throws -> [GiftQuestion] {
    let training = self.training
    return try await training.office.database.read { transaction in
      let paper = try training.paper(cohort, transaction)
      return cohort.questions.compactMap { paper.question($0, language) }
    }
  }
}
