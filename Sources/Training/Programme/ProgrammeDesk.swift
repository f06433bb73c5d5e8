import Accounts
import Basics
import CountryPack
import Records

/// A trainer's desk for planning: what a cohort is, its sessions and its agenda.
public struct ProgrammeDesk: Sendable {
  let training: TrainingOffice
  private var office: Office { training.office }
  private var pack: CountryPack { training.pack }

  public init(_ office: Office, _ pack: CountryPack) { self.init(TrainingOffice(office, pack)) }
  init(_ training: TrainingOffice) { self.training = training }

  // MARK: The cohort

  /// Changes place, days, seats and institutions. Who waits moves up when there are more seats.
  ///
  /// - Parameter revision: the one that was seen. Throws `.conflict` when somebody was faster.
  public func edit(_ actor: Actor, _ id: CohortID, revision: Int, _ typed: NewCohort) async throws {
    try actor.require(.manageTraining)
    let (training, now) = (self.training, office.clock.now())
    try await office.database.write { transaction in
      var cohort = try training.changeable(actor, id, transaction)
      var typed = typed
      typed.phase = cohort.phase
      let new = try CohortRules.checked(typed, training.pack)
      let people = try TrainingRecords.participants(id, transaction).map(\.participant).filter {
        $0.status != .withdrawn
      }
      let problems = ProgrammeRules.problems(
        new,
        sessions: try TrainingRecords.sessions(id, transaction).map(\.day)
          + ProgrammeRecords.points(id, transaction).map(\.day),
        institutions: Set(people.map(\.institution)), enrolled: people.count { $0.status == .enrolled })
      guard problems.isEmpty, let from = new.from, let until = new.until, let seats = new.seats else {
        throw Refusal.fields(problems)
      }
      (cohort.place, cohort.province, cohort.from, cohort.until) = (new.place, new.province, from, until)
      (cohort.seats, cohort.institutions) = (seats, new.institutions)
      guard try ProgrammeRecords.update(cohort, from: revision, at: now, transaction) else {
        throw Refusal(.conflict, Phrase("error.training_changed_meanwhile"))
      }
      try training.moveUp(cohort, actor, transaction)
      try training.note(actor, "cohort.edit", "cohort", id.description, transaction)
    }
  }

  /// Calls a cohort off. Registered people see it; what was answered and marked stays. Asked again, it changes nothing.
  public func cancel(_ actor: Actor, _ id: CohortID) async throws {
    try actor.require(.manageTraining)
    let (training, now) = (self.training, office.clock.now())
    try await office.database.write { transaction in
      _ = try training.owned(actor, id, transaction)
      guard try ProgrammeRecords.cancel(id, at: now, transaction) else {
        return try training.note(actor, "cohort.cancel_again", "cohort", id.description, transaction)
      }
      try training.note(actor, "cohort.cancel", "cohort", id.description, transaction)
    }
  }

  // MARK: Sessions

  public func addSession(_ actor: Actor, id: TrainingSessionID, to cohort: CohortID, _ typed: NewSession) async throws {
    try actor.require(.manageTraining)
    let (training, now) = (self.training, office.clock.now())
    try await office.database.write { transaction in
      let cohort = try training.changeable(actor, cohort, transaction)
      if let existing = try TrainingRecords.cohort(of: id, transaction) {
        guard existing == cohort.id else { throw Refusal.notFound }
        return
      }
      var session = try ProgrammeRules.checked(typed, cohort)
      (session.id, session.changedAt) = (id, now)
      try TrainingRecords.insert(session, cohort: cohort.id, transaction)
      try training.note(actor, "session.add", "training_session", id.description, transaction)
    }
  }

  /// Moves or renames a session. Its marks stay.
  public func edit(_ actor: Actor, _ id: TrainingSessionID, revision: Int, _ typed: NewSession) async throws {
    try actor.require(.manageTraining)
    let (training, now) = (self.training, office.clock.now())
    try await office.database.write { transaction in
      guard let found = try ProgrammeRecords.session(id, transaction) else { throw Refusal.notFound }
      var session = try ProgrammeRules.checked(typed, try training.changeable(actor, found.cohort, transaction))
      session.id = id
      guard try ProgrammeRecords.update(session, from: revision, at: now, transaction) else {
        throw Refusal(.conflict, Phrase("error.training_changed_meanwhile"))
      }
      try training.note(actor, "session.edit", "training_session", id.description, transaction)
    }
  }

  /// Takes a session off. Throws `.conflict` once somebody was marked in it.
  public func remove(_ actor: Actor, _ id: TrainingSessionID) async throws {
    try actor.require(.manageTraining)
    let (training, now) = (self.training, office.clock.now())
    try await office.database.write { transaction in
      guard let found = try ProgrammeRecords.session(id, transaction) else { throw Refusal.notFound }
      _ = try training.changeable(actor, found.cohort, transaction)
      if try ProgrammeRecords.isMarked(id, transaction) {
        throw Refusal(.conflict, Phrase("error.training_session_marked"))
      }
      guard try ProgrammeRecords.remove(id, at: now, transaction) else { throw Refusal.conflict }
      try training.note(actor, "session.remove", "training_session", id.description, transaction)
    }
  }

  // MARK: The agenda

  /// A cohort's points, in order.
  public func agenda(_ actor: Actor, _ id: CohortID) async throws -> [AgendaPoint] {
    try actor.require(.manageTraining)
    let training = self.training
    return try await office.database.read { transaction in
      _ = try training.owned(actor, id, transaction)
      return try ProgrammeRecords.points(id, transaction)
    }
  }

  /// Takes an agenda of the pack over, day after day from a day on: its half days become sessions, its points the
  /// agenda. Throws `.conflict` when the cohort has an agenda already.
  ///
  /// - Parameters:
  ///   - request: the identifier of this taking over; asked twice, it is done once.
  ///   - language: the language in which sessions and points are written down.
  public func takeAgenda(
    _ actor: Actor, request: AgendaPointID, for cohort: CohortID, _ code: String, from day: CalendarDay?,
    _ language: Language
  ) async throws {
    try actor.require(.manageTraining)
    guard let agenda = pack.training.agenda(code) else {
      throw Refusal.fields([FieldProblem("agenda", "error.training_agenda")])
    }
    let (training, now) = (self.training, office.clock.now())
    try await office.database.write { transaction in
      let cohort = try training.changeable(actor, cohort, transaction)
      guard let day, cohort.from <= day, day.adding(days: agenda.days.count - 1) <= cohort.until else {
        throw Refusal.fields([
          FieldProblem("day", Phrase("error.training_agenda_days", ["count": String(agenda.days.count)]))
        ])
      }
      let plan = ProgrammeRules.plan(agenda, from: day, language) {
        training.bytes("agenda", request.description, $0)
      }
      let known = try ProgrammeRecords.points(cohort.id, transaction)
      if let first = plan.points.first?.id, known.contains(where: { $0.id == first }) { return }
      guard known.isEmpty else { throw Refusal(.conflict, Phrase("error.training_agenda_taken")) }
      for var session in plan.sessions {
        session.changedAt = now
        try TrainingRecords.insert(session, cohort: cohort.id, transaction)
      }
      for point in plan.points { try ProgrammeRecords.insert(point, cohort.id, transaction) }
      try training.note(actor, "agenda.take", "cohort", cohort.id.description, transaction)
    }
  }

  /// Empties the agenda, and takes off the sessions in which nobody was marked.
  public func clearAgenda(_ actor: Actor, _ cohort: CohortID) async throws {
    try actor.require(.manageTraining)
    let (training, now) = (self.training, office.clock.now())
    try await office.database.write { transaction in
      let cohort = try training.changeable(actor, cohort, transaction)
      try ProgrammeRecords.deletePoints(cohort.id, transaction)
      for session in try TrainingRecords.sessions(cohort.id, transaction)
      where try !ProgrammeRecords.isMarked(session.id, transaction) {
        _ = try ProgrammeRecords.remove(session.id, at: now, transaction)
      }
      try training.note(actor, "agenda.clear", "cohort", cohort.id.description, transaction)
    }
  }

  public func addPoint(_ actor: Actor, id: AgendaPointID, to cohort: CohortID, _ typed: NewAgendaPoint) async throws {
    try actor.require(.manageTraining)
    let training = self.training
    try await office.database.write { transaction in
      let cohort = try training.changeable(actor, cohort, transaction)
      if let existing = try ProgrammeRecords.point(id, transaction) {
        guard existing.cohort == cohort.id else { throw Refusal.notFound }
        return
      }
      var point = try checked(typed, cohort, transaction)
      point.id = id
      try ProgrammeRecords.insert(point, cohort.id, transaction)
      try training.note(actor, "agenda.add", "agenda_point", id.description, transaction)
    }
  }

  public func edit(_ actor: Actor, _ id: AgendaPointID, revision: Int, _ typed: NewAgendaPoint) async throws {
    try actor.require(.manageTraining)
    let training = self.training
    try await office.database.write { transaction in
      guard let found = try ProgrammeRecords.point(id, transaction) else { throw Refusal.notFound }
      var point = try checked(typed, try training.changeable(actor, found.cohort, transaction), transaction)
      point.id = id
      guard try ProgrammeRecords.update(point, from: revision, transaction) else {
        throw Refusal(.conflict, Phrase("error.training_changed_meanwhile"))
      }
      try training.note(actor, "agenda.edit", "agenda_point", id.description, transaction)
    }
  }

  public func remove(_ actor: Actor, _ id: AgendaPointID) async throws {
    try actor.require(.manageTraining)
    let training = self.training
    try await office.database.write { transaction in
      guard let found = try ProgrammeRecords.point(id, transaction) else { throw Refusal.notFound }
      _ = try training.changeable(actor, found.cohort, transaction)
      try ProgrammeRecords.delete(id, transaction)
      try training.note(actor, "agenda.remove", "agenda_point", id.description, transaction)
    }
  }

  private func checked(_ typed: NewAgendaPoint, _ cohort: Cohort, _ transaction: any ReadTransaction) throws
    -> AgendaPoint
  {
    try ProgrammeRules.checked(
      typed, cohort, pack.training, trainers: try ProgrammeRecords.trainers(of: cohort.id, transaction))
  }
}
