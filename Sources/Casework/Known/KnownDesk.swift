import Accounts
import Basics
import CountryPack
import Linkage
import Records
import Vault

/// “Is this person known to another agency?”, asked for one person at a time.
///
/// The answer is only with whom to talk; the asked agency learns only that somebody asked. A person is found only by an
/// agency that they agreed may find them. What was asked and how often stands in the audit log and with the supervisor.
public struct KnownDesk: Sendable {
  /// How far back a supervisor's count goes.
  public static let countedDays = 30

  private let cases: CaseDesk
  private let step: Duration
  private var office: Office { cases.office }

  /// - Parameter step: an answer comes after a whole number of these, so that its time does not tell whether anybody
  ///   was found.
  public init(_ cases: CaseDesk, step: Duration = .seconds(1)) { (self.cases, self.step) = (cases, step) }

  /// How it is asked here; `nil` where the country's pack does not have it.
  public var content: KnownContent? { cases.pack.known }

  // MARK: Asking

  /// Asks the other agencies about one person.
  ///
  /// - Parameters:
  ///   - id: chosen by the form: a second click asks nothing more and gets the same answer.
  ///   - reason: a code of the pack's reasons.
  ///
  /// Throws `Refusal`: `.invalid` with the wrong fields or when too little is known of the person, `.tooMany` beyond what
  /// a member or an agency may ask in a day, `.notFound` for a case that is not the actor's, or where nobody asks.
  public func ask(_ actor: Actor, id: KnownQuestionID, _ subject: KnownSubject, reason: String) async throws
    -> KnownAnswer
  {
    try actor.require(.askElsewhere)
    let started = ContinuousClock.now
    let now = office.clock.now()
    guard let encodings = try KnownEncodings(cases.pack, office.root) else { throw Refusal.notFound }
    if let before = try await answer(actor, id) { return before }
    if encodings.content.reason(reason) == nil {
      throw Refusal.fields([FieldProblem("reason", "error.answer_needed")])
    }
    do {
      // Looked at first, so that whoever asks too often does not even have the comparison made.
      try await office.database.read { try allow(actor, encodings.content, at: now, $0) }
      try await cases.encodeOutdated(actor, at: now)
      let hits = try await office.database.read { try self.hits(subject, encodings, actor, at: now, $0) }
      try await keep(actor, id, subject, reason, hits, encodings.content, at: now)
    } catch let refusal as Refusal where refusal.kind == .tooMany {
      let entry = AuditEntry(
        at: now, doer: actor.doer, action: "known.ask", objectKind: "question", decision: .denied)
      try await office.database.write { try $0.record(entry) }
      throw refusal
    }
    try await pause(since: started)
    guard let answer = try await answer(actor, id) else { throw Refusal.conflict }
    return answer
  }

  private func allow(_ actor: Actor, _ content: KnownContent, at now: Moment, _ transaction: any ReadTransaction) throws
  {
    let asked = try KnownRecords.asked(by: actor.member, of: actor.agency, since: now - .hours(24), transaction)
    guard asked.member < content.perMember, asked.agency < content.perAgency else {
      throw Refusal(.tooMany, Phrase("error.known_too_many"))
    }
  }

  /// Which agencies have a person so alike. Everybody who may be found is compared to the end.
  private func hits(
    _ subject: KnownSubject, _ encodings: KnownEncodings, _ actor: Actor, at now: Moment,
    _ transaction: any ReadTransaction
  ) throws -> Set<AgencyID> {
    let identity = try self.identity(subject, actor, at: now, transaction)
    // Whether too little is known does not hang on the secret: asked even where nobody was ever encoded.
    let trial = KnownEncodings.Opened(id: .random(), bytes: RootSecret.random().exposedBytes, key: .random())
    guard try encodings.encoded(identity, trial) != nil else {
      throw Refusal(.invalid, Phrase("error.known_too_little"))
    }
    let secrets = try encodings.live(at: now, transaction)
    let questions = try secrets.reduce(into: [KnownSecretID: (KnownEncodings.Opened, RecordEncoder.Encoded)]()) {
      if let encoded = try encodings.encoded(identity, $1) { $0[$1.id] = ($1, encoded) }
    }
    let neighbours = try office.neighbours.map { Set(try $0(actor.agency, transaction)) }
    let all = try KnownRecords.findable(
      by: actor.agency, purpose: encodings.content.purpose, at: now, transaction)
    let erasures = try ErasureKeys.keys(of: all.map { RecordSubject("person", $0.person) }, transaction)
    let alike = all.filter { encoding in
      guard let (secret, question) = questions[encoding.secret],
        let erasure = erasures[RecordSubject("person", encoding.person)],
        let other = encodings.opened(encoding, secret, erasure)
      else { return false }
      return KnownElsewhere.likeness(question, other) >= encodings.content.threshold
    }
    return try alike.reduce(into: []) { hits, encoding in
      guard neighbours?.contains(encoding.agency) != false,
        let consent = try ConsentRecords.consent(encoding.consent, transaction),
        try CaseAccess.shareable(consent, cases.pack.dataProtection.wall, transaction).contains(.identity)
      else { return }
      hits.insert(encoding.agency)
    }
  }

  private func identity(_ subject: KnownSubject, _ actor: Actor, at now: Moment, _ transaction: any ReadTransaction)
    throws -> PersonIdentity
  {
    switch subject {
    case .typed(let identity):
      let problems = PersonRules.problems(identity, cases.pack, on: cases.day(now))
      guard problems.isEmpty else { throw Refusal.fields(unique(problems)) }
      return identity
    case .person(let id):
      let summary = try cases.own(id, for: .read, actor, transaction)
      guard let identity = try cases.identities([summary], actor, at: now, transaction)[summary.person] else {
        throw Refusal(.noBasis, Phrase("error.no_basis"))
      }
      return identity.value
    }
  }

  private func keep(
    _ actor: Actor, _ id: KnownQuestionID, _ subject: KnownSubject, _ reason: String, _ hits: Set<AgencyID>,
    _ content: KnownContent, at now: Moment
  ) async throws {
    var caseID: CaseID?
    if case .person(let id) = subject { caseID = id }
    let question = KnownRecords.Question(
      id: id, agency: actor.agency, member: actor.member, caseID: caseID, reason: reason, askedAt: now)
    let entry = AuditEntry(
      at: now, doer: actor.doer, action: "known.ask", objectKind: caseID == nil ? "question" : "case",
      objectID: caseID?.description ?? id.description, purpose: content.purpose)
    try await office.database.write { transaction in
      // Somebody clicked twice.
      if try KnownRecords.question(id, transaction) != nil { return }
      try allow(actor, content, at: now, transaction)
      try KnownRecords.dropQuestions(askedBefore: now - .days(content.keepDays), transaction)
      try KnownRecords.insert(question, transaction)
      try transaction.record(entry)
      for agency in hits.sorted() {
        try KnownRecords.tell(agency, of: id, transaction)
        // On the asked side: that agency was told, by whom; no person and no case of either.
        try transaction.record(
          AuditEntry(
            at: now, doer: actor.doer, action: "known.tell", objectKind: "agency", objectID: agency.description,
            purpose: content.purpose))
      }
    }
  }

  /// Until a whole number of steps has gone by.
  private func pause(since started: ContinuousClock.Instant) async throws {
    guard step > .zero else { return }
    let steps = ((ContinuousClock.now - started) / step).rounded(.down) + 1
    try await Task.sleep(until: started + step * steps, clock: .continuous)
  }

  // MARK: Looking back

  /// What a question of the own agency brought; `nil` when there is none with this identifier.
  public func answer(_ actor: Actor, _ id: KnownQuestionID) async throws -> KnownAnswer? {
    try actor.require(.askElsewhere)
    return try await office.database.read { transaction in
      guard let question = try KnownRecords.question(id, transaction) else { return nil }
      guard question.agency == actor.agency, question.member == actor.member else { throw Refusal.conflict }
      return try answer(question, transaction)
    }
  }

  /// What was asked about the person of a case, the newest first.
  public func answers(_ actor: Actor, of id: CaseID) async throws -> [KnownAnswer] {
    try actor.require(.askElsewhere)
    return try await office.database.read { transaction in
      _ = try cases.own(id, for: .read, actor, transaction)
      return try KnownRecords.questions(of: id, transaction).map { try answer($0, transaction) }
    }
  }

  private func answer(_ question: KnownRecords.Question, _ transaction: any ReadTransaction) throws -> KnownAnswer {
    let agencies = try KnownRecords.told(of: question.id, transaction).compactMap { try agency($0, transaction) }
    return KnownAnswer(
      question: question.id, reason: question.reason, askedBy: question.member, askedAt: question.askedAt,
      agencies: agencies.sorted { ($0.name, $0.id) < ($1.name, $1.id) })
  }

  private func agency(_ id: AgencyID, _ transaction: any ReadTransaction) throws -> KnownAnswer.Agency? {
    try AgencyDesk.agency(id, transaction).map { KnownAnswer.Agency(id: $0.id, name: $0.name) }
  }

  /// How often each member of the own agency asked in the last 30 days, who asked most first.
  public func counts(_ actor: Actor) async throws -> [KnownCount] {
    try actor.require(.readAuditLog)
    let since = office.clock.now() - .days(Self.countedDays)
    return try await office.database.read { try KnownRecords.counts(of: actor.agency, since: since, $0) }
  }

  // MARK: Being asked

  /// Who asked about somebody who may be the own agency's, until a colleague has seen it.
  public func notices(_ actor: Actor) async throws -> [KnownNotice] {
    try actor.require(.readCase)
    return try await office.database.read { transaction in
      try KnownRecords.unseen(by: actor.agency, transaction).compactMap { question in
        try agency(question.agency, transaction).map {
          KnownNotice(question: question.id, from: $0, reason: question.reason, askedAt: question.askedAt)
        }
      }
    }
  }

  /// Takes a notice off the work list. Doing it again changes nothing.
  ///
  /// Throws `Refusal.notFound` for another agency's.
  public func see(_ actor: Actor, _ question: KnownQuestionID) async throws {
    try actor.require(.readCase)
    let now = office.clock.now()
    try await office.database.write { transaction in
      guard try KnownRecords.see(question, by: actor.member, of: actor.agency, at: now, transaction) else {
        throw Refusal.notFound
      }
      try transaction.record(
        AuditEntry(
          at: now, doer: actor.doer, action: "known.see", objectKind: "question", objectID: question.description))
    }
  }
}
