import Accounts
import Basics
import CountryPack
import Records
import Vault

/// Marking one's own attendance: the projector shows a code that changes every 20 seconds, the phone opens it.
///
/// Nothing is kept of a code: it is a keyed tag of the session and the time. Whoever opened a fresh one has five minutes
/// to say who they are, with a ticket that only works on the same phone.
public struct CheckInDesk: Sendable {
  /// How long one code stands on the projector.
  public static let period = Span.seconds(20)
  /// How many periods after its own a code still opens: a phone in bad light takes a while.
  static let grace: Int64 = 3
  static let ticketLife = Span.minutes(5)

  let training: TrainingOffice
  private var office: Office { training.office }
  /// Names that are not on the list, by phone and by address: a whole class may sit behind one, and mistypes.
  private let phones: FailureBook
  private let addresses: FailureBook

  init(_ training: TrainingOffice) {
    self.training = training
    phones = FailureBook(training.office, purpose: "check-in-phone", free: 5)
    addresses = FailureBook(training.office, purpose: "check-in-address", free: 95)
  }

  // MARK: On the projector

  /// What the projector shows: the code that is fresh now, and how many are marked present.
  public func projection(_ actor: Actor, _ session: TrainingSessionID) async throws -> (
    cohort: Cohort, session: TrainingSession, code: String, present: Int, enrolled: Int, lateFrom: Moment?
  ) {
    try actor.require(.manageTraining)
    let training = self.training
    let code = code(session, period: Self.period(office.clock.now()))
    return try await office.database.read { transaction in
      let (cohort, held) = try training.session(actor, session, transaction)
      let marks = try TrainingRecords.attendance(cohort.id, transaction)
      return (
        cohort, held, code, marks.values.count { $0[session] == .present },
        try TrainingRecords.count(cohort.id, .enrolled, transaction), try RoomRecords.lateFrom(session, transaction)
      )
    }
  }

  private static func period(_ moment: Moment) -> Int64 { moment.milliseconds / period.milliseconds }

  private func code(_ session: TrainingSessionID, period: Int64) -> String {
    training.letters(
      office.root.tag("check-in-code", [Array(session.description.utf8), Array(String(period).utf8)]), 12)
  }

  // MARK: On the phone

  /// What a phone finds behind a code.
  public struct Door: Sendable {
    public var cohort: Cohort
    public var session: TrainingSession
    /// Proves for a while, on this phone only, that a fresh code was opened. `nil`: the code is not fresh any more.
    public var ticket: String?
    /// The seat whose personal link this phone opened before, when it is of this cohort.
    public var seat: Int?
    /// The registration link, for whoever is in the room and not on the list. Only behind a fresh code.
    public var registration: Token?
    /// Who was marked from this phone already: their numbers and when.
    public var marked: [(number: Int, at: Moment)]
  }

  /// - Parameters:
  ///   - code: `nil` when the phone only comes back to see what it marked.
  ///   - device: the phone's own cookie.
  ///   - link: the personal link that was opened on it last.
  public func door(_ session: TrainingSessionID, code: String?, device: Token, link: Token?) async throws -> Door {
    let (training, now) = (self.training, office.clock.now())
    let current = Self.period(now)
    let isFresh =
      code.map { code in
        (current - Self.grace...current).contains {
          equalInConstantTime(Array(self.code(session, period: $0).utf8), Array(code.utf8))
        }
      } ?? false
    let ticket = isFresh ? self.ticket(session, device, until: now + Self.ticketLife) : nil
    let tag = deviceTag(session, device)
    return try await office.database.read { transaction in
      guard let id = try TrainingRecords.cohort(of: session, transaction),
        let cohort = try TrainingRecords.cohort(id, transaction),
        let held = try TrainingRecords.sessions(id, transaction).first(where: { $0.id == session })
      else { throw Refusal.notFound }
      let numbers = try RoomRecords.numbers(id, transaction)
      let known = try link.flatMap { try TrainingRecords.participant(linkHash: $0.hash, transaction) }
      let isHere = known?.cohort == id && known?.status == .enrolled
      return Door(
        cohort: cohort, session: held, ticket: ticket,
        seat: isHere ? known.map { numbers[$0.id] ?? 0 } : nil,
        registration: isFresh && CohortRules.isOpen(cohort, on: training.today) ? training.link(id) : nil,
        marked: try RoomRecords.arrivals(session, transaction).filter { $0.device == tag }.map {
          (numbers[$0.participant] ?? 0, $0.at)
        })
    }
  }

  /// How somebody says who they are.
  public enum Claim: Sendable {
    /// The personal link that was opened on this phone.
    case link(Token)
    /// The name as registered, or the code on the badge.
    case typed(String)
  }

  /// Marks somebody present, once: a mark that is there already stays, except that who was absent or excused has come.
  ///
  /// - Parameter client: the address it comes from.
  ///
  /// Throws `Refusal` `.conflict` for a ticket that is over, on another day than the session's, or for two people of one
  /// name; `.invalid` beside the field `who` for somebody who is not on the list; `.tooMany` when names are guessed.
  public func checkIn(
    _ session: TrainingSessionID, _ claim: Claim, ticket: String, device: Token, client: String
  ) async throws {
    guard case .typed = claim else { return try await mark(session, claim, ticket: ticket, device: device) }
    let phone = device.hash.hexadecimal
    let (tries, here) = (try await phones.isPausing(phone), try await addresses.isPausing(client))
    if tries || here { throw Refusal(.tooMany, Phrase("error.training_names_wait")) }
    do { try await mark(session, claim, ticket: ticket, device: device) } catch let refusal as Refusal {
      // Only who is on the list can be guessed; a ticket that is over tells nothing.
      if refusal.fields.contains(where: { $0.field == "who" }) {
        try await phones.count(phone)
        try await addresses.count(client)
      }
      throw refusal
    }
  }

  private func mark(_ session: TrainingSessionID, _ claim: Claim, ticket: String, device: Token) async throws {
    let (training, now) = (self.training, office.clock.now())
    guard isValid(ticket, session, device, at: now) else {
      throw Refusal(.conflict, Phrase("error.training_code_over"))
    }
    let tag = deviceTag(session, device)
    try await office.database.write { transaction in
      guard let id = try TrainingRecords.cohort(of: session, transaction),
        let held = try TrainingRecords.sessions(id, transaction).first(where: { $0.id == session })
      else { throw Refusal.notFound }
      guard held.day == training.today else { throw Refusal(.conflict, Phrase("error.training_not_today")) }
      let participant = try self.participant(claim, id, transaction)
      if try RoomRecords.mark(session, participant, transaction) != .present {
        let isLate = try RoomRecords.lateFrom(session, transaction).map { $0 <= now } ?? false
        try TrainingRecords.set(.present, session: session, participant: participant, at: now, transaction)
        try RoomRecords.arrive(session, participant, isLate: isLate, device: tag, at: now, transaction)
      } else {
        let isLate = try RoomRecords.arrivals(session, transaction).first { $0.participant == participant }?.isLate
        try RoomRecords.arrive(
          session, participant, isLate: isLate ?? false, device: tag, at: now, transaction)
      }
      try transaction.record(
        AuditEntry(
          at: now, doer: .visitor, action: "attendance.check_in", objectKind: "participant",
          objectID: participant.description))
    }
  }

  private func participant(_ claim: Claim, _ cohort: CohortID, _ transaction: any ReadTransaction) throws
    -> ParticipantID
  {
    let unknown = Refusal.fields([FieldProblem("who", "error.training_not_on_list")])
    switch claim {
    case .link(let link):
      guard let person = try TrainingRecords.participant(linkHash: link.hash, transaction), person.cohort == cohort,
        person.status == .enrolled
      else { throw unknown }
      return person.id
    case .typed(let typed):
      guard typed.utf8.count <= 1024 else { throw unknown }
      if let number = TrainingOffice.badgeNumber(typed) {
        guard let id = try RoomRecords.participant(number: number, in: cohort, transaction),
          training.isBadge(typed, number, id),
          try TrainingRecords.participant(id, transaction)?.participant.status == .enrolled
        else { throw unknown }
        return id
      }
      let tag = training.cohortNameTag(cohort, typed)
      let found = try RoomRecords.participants(nameTag: tag, in: cohort, transaction)
      guard let first = found.first else { throw unknown }
      guard found.count == 1 else {
        throw Refusal.fields([FieldProblem("who", "error.training_two_of_one_name")])
      }
      return first
    }
  }

  // MARK: Tickets

  private func ticket(_ session: TrainingSessionID, _ device: Token, until: Moment) -> String {
    let end = String(until.milliseconds)
    return end + "."
      + training.letters(
        office.root.tag("check-in-ticket", [Array(session.description.utf8), device.hash, Array(end.utf8)]), 24)
  }

  private func isValid(_ ticket: String, _ session: TrainingSessionID, _ device: Token, at now: Moment) -> Bool {
    guard ticket.utf8.count < 100, let end = ticket.split(separator: ".").first.flatMap({ Int64($0) }),
      end >= now.milliseconds, end <= (now + Self.ticketLife).milliseconds
    else { return false }
    let right = self.ticket(session, device, until: Moment(milliseconds: end))
    return equalInConstantTime(Array(ticket.utf8), Array(right.utf8))
  }

  /// Another tag in every session: nobody can be followed by it.
  private func deviceTag(_ session: TrainingSessionID, _ device: Token) -> [UInt8] {
    Array(office.root.tag("check-in-device", [Array(session.description.utf8), device.hash]).prefix(12))
  }
}
