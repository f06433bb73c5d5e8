import Accounts
import Basics
import Casework
import CountryPack
import Identification
import Records
import Referrals
import Training
import Vault

/// The one way into practice: beginning an attempt with a ticket, going through its story, finishing it.
///
/// It holds the practice store and nothing of the live one. Everything else that somebody does in an attempt, they do at
/// the rooms' own desks, on the practice store.
public struct PracticeDesk: Sendable {
  /// Content that nobody touched for so long is erased.
  public static let keeps = Span.days(30)
  /// A story may be gone through in circles, but not for ever.
  static let longestPath = 500
  /// So many a person may begin within a day: each makes agencies of its own.
  static let mostInADay = 30

  let practice: PracticeOffice
  let seal: PracticeSeal
  let screenings: ScreeningDesk
  let cases: CaseDesk
  let referrals: ReferralDesk
  var office: Office { practice.office }
  var pack: CountryPack { practice.pack }

  /// - Parameters:
  ///   - office: the practice store; made with `office(…)`.
  ///   - seal: what tickets are sealed with.
  public init(_ office: Office, _ pack: CountryPack, seal: PracticeSeal) {
    practice = PracticeOffice(office: office, pack: pack)
    self.seal = seal
    screenings = ScreeningDesk(office, pack)
    cases = CaseDesk(
      office, pack, whenConsentEnds: ReferralDesk.consentEnded, whenCaseCloses: ReferralDesk.caseClosed)
    referrals = ReferralDesk(office, pack)
  }

  /// The office of a practice store: made-up members need no costly password, and see their own attempt's agencies only.
  public static func office(
    _ database: any Database, root: RootSecret, clock: Clock = .system, randomness: Randomness = .system
  ) -> Office {
    Office(
      database: database, root: root, clock: clock, randomness: randomness, passwordCost: .test,
      neighbours: { try PracticeRecords.neighbours(of: $0, $1) })
  }

  // MARK: Beginning

  /// What a ticket is for, before it is used. Throws `Refusal` when it is none, too old, or its exercise is gone.
  public func exercise(of ticket: String) throws(Refusal) -> (ticket: PracticeTicket, exercise: Exercise) {
    guard let open = seal.open(ticket), let exercise = pack.exercise(open.exercise) else { throw Self.stale }
    guard practice.now < open.until else { throw Self.stale }
    return (open, exercise)
  }

  private static let stale = Refusal(.notFound, Phrase("error.practice_ticket"))

  /// Uses a ticket: makes the attempt with its agencies, or finds it again, and signs its member in.
  ///
  /// Throws `Refusal` `.notFound` when the ticket is none, was used, or is too old.
  public func begin(_ text: String, _ names: StageNames) async throws -> Token {
    let (ticket, exercise) = try exercise(of: text)
    let now = practice.now
    let entry = AuditEntry(
      at: now, doer: .visitor, action: "practice.enter", objectKind: "attempt", objectID: ticket.attempt.description)
    try await office.database.write { transaction in
      try PracticeRecords.deleteTickets(endedBefore: now, transaction)
      guard try PracticeRecords.use(ticket.id, until: ticket.until, transaction) else { throw Self.stale }
      try transaction.record(entry)
    }
    let login = Self.login(ticket.attempt)
    let found = try await office.database.read { try PracticeRecords.attempt(ticket.attempt, $0) }
    if let found {
      guard found.person == ticket.person, found.exercise == exercise.id, !found.isErased else { throw Self.stale }
      try await office.database.write { transaction in
        try PracticeRecords.touch(found.id, at: now, transaction)
        try transaction.record(entry)
      }
    } else {
      let own = try await office.database.read { try PracticeRecords.attempts(of: ticket.person, $0) }
      guard own.count(where: { $0.begunAt + .days(1) > now }) < Self.mostInADay else {
        throw Refusal(.tooMany, Phrase("error.practice_many"))
      }
      try await stage(ticket, exercise, login, names)
    }
    try await eraseIdle()
    return try await practice.signIn(login)
  }

  static func login(_ attempt: AttemptID) -> String { "a-\(attempt)" }

  private func stage(_ ticket: PracticeTicket, _ exercise: Exercise, _ login: String, _ names: StageNames) async throws
  {
    let (language, code, now) = (ticket.language, Attempt.code(ticket.attempt), practice.now)
    let own = try await practice.makeAgency(
      "\(names.agency) · \(code)", kind: exercise.audience.first ?? "", province: exercise.province, login: login,
      member: names.member, roles: [.frontlineOfficer, .caseWorker, .referralDesk], language: language)
    var desks: [StagedDesk] = []
    for (index, desk) in exercise.desks.enumerated() {
      let (name, login) = (desk.name[language], "d\(index)-\(ticket.attempt)")
      let made = try await practice.makeAgency(
        "\(name) · \(code)", kind: desk.kind, province: exercise.province, login: login, member: name,
        roles: [.referralDesk], language: language)
      desks.append(StagedDesk(attempt: ticket.attempt, code: desk.code, agency: made.agency, login: login))
    }
    let attempt = Attempt(
      id: ticket.attempt, exercise: exercise.id, language: language, person: ticket.person, group: ticket.group,
      agency: own.agency, member: own.member, begunAt: now, touchedAt: now,
      path: [exercise.story(language)?.start ?? ""], isErased: false)
    try await office.database.write { [desks] transaction in
      try PracticeRecords.insert(attempt, transaction)
      for desk in desks { try PracticeRecords.insert(desk, transaction) }
      try transaction.record(
        AuditEntry(
          at: now, doer: .visitor, action: "practice.begin", objectKind: "attempt", objectID: attempt.id.description))
    }
  }

  // MARK: The story

  /// The attempt of the one who is signed in. Throws `Refusal.notFound` for somebody without one.
  public func attempt(_ actor: Actor) async throws -> Attempt {
    guard let attempt = try await office.database.read({ try PracticeRecords.attempt(of: actor.agency, $0) }) else {
      throw Refusal.notFound
    }
    return attempt
  }

  public func exercise(of attempt: Attempt) throws(Refusal) -> Exercise {
    guard let exercise = pack.exercise(attempt.exercise) else { throw .notFound }
    return exercise
  }

  /// Takes a choice of the passage where the story stands.
  ///
  /// - Parameters:
  ///   - choice: its place among the passage's choices, from 0.
  ///   - seen: how many passages had been reached on the page that was shown. The same choice again changes nothing.
  ///
  /// Throws `Refusal`: `.conflict` when the story stands elsewhere or is finished, `.notFound` for no such choice.
  public func choose(_ actor: Actor, _ choice: Int, seen: Int) async throws {
    let attempt = try await attempt(actor)
    let exercise = try exercise(of: attempt)
    guard attempt.finishedAt == nil else { throw Refusal(.conflict, Phrase("error.practice_finished")) }
    let story = exercise.story(attempt.language)
    func target(after path: some Collection<String>) -> String? {
      let passage = Array(path).last.flatMap { story?.passage($0) } ?? story.flatMap { $0.passage($0.start) }
      return passage.flatMap { $0.links.indices.contains(choice) ? $0.links[choice].target : nil }
    }
    if attempt.path.count == seen + 1, target(after: attempt.path.prefix(seen)) == attempt.path.last { return }
    guard attempt.path.count == seen, seen < Self.longestPath else {
      throw Refusal(.conflict, Phrase("error.practice_elsewhere"))
    }
    guard let next = target(after: attempt.path) else { throw Refusal.notFound }
    let now = practice.now
    try await office.database.write { transaction in
      guard try PracticeRecords.setPath(attempt.id, attempt.path + [next], from: seen, at: now, transaction) else {
        throw Refusal(.conflict, Phrase("error.practice_elsewhere"))
      }
      try transaction.record(Self.entry("practice.choose", actor, attempt.id, now))
    }
  }

  // MARK: Finishing

  /// Compares what was done with what an expert would do, and keeps the points. Again, it answers the same.
  public func finish(_ actor: Actor) async throws -> ExerciseScore {
    let attempt = try await attempt(actor)
    if let score = attempt.score { return score }
    let exercise = try exercise(of: attempt)
    let hours = Dictionary(
      (pack.lists[.urgencies] ?? []).compactMap { term in
        term.details["hours"].flatMap(Int.init).map { (term.code, $0) }
      }
    ) { first, _ in first }
    let score = ExerciseRules.score(try await deeds(actor, attempt), exercise, hours: hours)
    let now = practice.now
    let isFirst = try await office.database.write { transaction in
      let isFirst = try PracticeRecords.finish(attempt.id, score, at: now, transaction)
      if isFirst { try transaction.record(Self.entry("practice.finish", actor, attempt.id, now)) }
      return isFirst
    }
    return isFirst ? score : try await self.attempt(actor).score ?? score
  }

  static func entry(_ action: String, _ actor: Actor, _ id: AttemptID, _ now: Moment) -> AuditEntry {
    AuditEntry(at: now, doer: actor.doer, action: action, objectKind: "attempt", objectID: id.description)
  }

  // MARK: Erasing

  /// Erases what nobody touched for `keeps`: a few at a time, whenever somebody begins. The points of finished attempts
  /// stay, for the class; an attempt that was never finished leaves nothing.
  public func eraseIdle(limit: Int = 5) async throws {
    let now = practice.now
    let old = try await office.database.read { try PracticeRecords.idle(since: now - Self.keeps, limit: limit, $0) }
    for attempt in old {
      try await office.database.write { transaction in
        let agencies = try PracticeRecords.desks(attempt.id, transaction).map(\.agency) + [attempt.agency]
        try PracticeErasureRecords.erase(agencies, office.database.engine, transaction)
        try PracticeRecords.deleteDesks(attempt.id, transaction)
        if attempt.finishedAt == nil {
          try PracticeRecords.delete(attempt.id, transaction)
        } else {
          try PracticeRecords.setErased(attempt.id, transaction)
        }
        try transaction.record(
          AuditEntry(
            at: now, doer: .system("practice"), action: "practice.erase", objectKind: "attempt",
            objectID: attempt.id.description))
      }
    }
  }
}
