import Accounts
import Basics
import CountryPack
import Records
import Vault

/// A trainer's desk for what a cohort needs: trainers, money, materials, calendars.
public struct OrganisingDesk: Sendable {
  let training: TrainingOffice
  private var office: Office { training.office }
  private var pack: CountryPack { training.pack }

  public init(_ office: Office, _ pack: CountryPack) { training = TrainingOffice(office, pack) }

  // MARK: Trainers

  /// One trainer as a page shows them.
  public struct TrainerRow: Sendable {
    public var trainer: Trainer
    /// `nil` without the key of its time.
    public var identity: TrainerIdentity?
    public var isOfCohort: Bool
  }

  /// Everybody who trains for the agency; those of the cohort are marked. Reading their names is an entry in the audit
  /// log.
  public func trainers(_ actor: Actor, _ cohort: CohortID) async throws -> [TrainerRow] {
    try actor.require(.manageTraining)
    let training = self.training
    return try await office.database.write { transaction in
      _ = try training.owned(actor, cohort, transaction)
      let own = try ProgrammeRecords.trainers(of: cohort, transaction)
      try training.note(actor, "trainers.read", "cohort", cohort.description, transaction)
      return try ProgrammeRecords.trainers(actor.agency, transaction).map { sealed in
        let id = sealed.trainer.id
        return TrainerRow(
          trainer: sealed.trainer,
          identity: try training.open(
            sealed.identity, epoch: sealed.epoch, of: actor.agency, ("trainers", id.description), column: "identity",
            for: actor), isOfCohort: own.contains(id))
      }
    }
  }

  /// The colleagues who may train, by name.
  public func colleagues(_ actor: Actor) async throws -> [MemberID: String] {
    try actor.require(.manageTraining)
    let root = office.root
    return try await office.database.read {
      try Colleagues.who(may: .manageTraining, in: actor.agency, root, $0)
    }
  }

  /// Adds a new trainer, a colleague or somebody from outside, and gives them the cohort.
  public func addTrainer(_ actor: Actor, id: TrainerID, to cohort: CohortID, _ typed: NewTrainer) async throws {
    try actor.require(.manageTraining)
    let (training, now) = (self.training, office.clock.now())
    try await office.database.write { transaction in
      _ = try training.changeable(actor, cohort, transaction)
      if let existing = try ProgrammeRecords.trainer(id, transaction) {
        guard existing.agency == actor.agency else { throw Refusal.notFound }
        return
      }
      let all = try ProgrammeRecords.trainers(actor.agency, transaction).map(\.trainer)
      var problems: [FieldProblem] = []
      var identity = TrainerIdentity(
        name: CohortRules.line(typed.name, 2...120) ?? "",
        organisation: CohortRules.line(typed.organisation, 0...120) ?? "")
      var member: MemberID?
      if typed.member.isEmpty {
        if identity.name.isEmpty { problems.append(FieldProblem("name", "error.training_participant_name")) }
      } else {
        let colleagues = try Colleagues.who(may: .manageTraining, in: actor.agency, training.office.root, transaction)
        member = MemberID(typed.member)
        if let member, let name = colleagues[member] {
          identity = TrainerIdentity(name: name, organisation: "")
          if all.contains(where: { $0.member == member }) {
            problems.append(FieldProblem("member", "error.training_trainer_known"))
          }
        } else {
          problems.append(FieldProblem("member", "error.training_trainer"))
        }
      }
      let (by, at) = try chain(actor, typed, all, &problems, transaction)
      guard problems.isEmpty else { throw Refusal.fields(problems) }
      let (blob, epoch) = try training.seal(
        identity, of: actor.agency, table: "trainers", column: "identity", row: id.description, transaction)
      try ProgrammeRecords.insert(
        .init(
          trainer: Trainer(id: id, agency: actor.agency, member: member, trainedBy: by, trainedAt: at), identity: blob,
          epoch: epoch), at: now, transaction)
      try ProgrammeRecords.assign(id, to: cohort, transaction)
      try training.note(actor, "trainer.add", "trainer", id.description, transaction)
    }
  }

  /// Says who trained a trainer and at which cohort.
  public func setTraining(_ actor: Actor, of id: TrainerID, _ typed: NewTrainer) async throws {
    try actor.require(.manageTraining)
    let training = self.training
    try await office.database.write { transaction in
      guard var trainer = try ProgrammeRecords.trainer(id, transaction), trainer.agency == actor.agency else {
        throw Refusal.notFound
      }
      let all = try ProgrammeRecords.trainers(actor.agency, transaction).map(\.trainer)
      var problems: [FieldProblem] = []
      (trainer.trainedBy, trainer.trainedAt) = try chain(actor, typed, all, &problems, transaction)
      if let by = trainer.trainedBy, ProgrammeRules.closesCircle(id, trainedBy: by, all) {
        problems.append(FieldProblem("trainedBy", "error.training_circle"))
      }
      guard problems.isEmpty else { throw Refusal.fields(problems) }
      try ProgrammeRecords.setTraining(trainer, transaction)
      try training.note(actor, "trainer.chain", "trainer", id.description, transaction)
    }
  }

  private func chain(
    _ actor: Actor, _ typed: NewTrainer, _ all: [Trainer], _ problems: inout [FieldProblem],
    _ transaction: any ReadTransaction
  ) throws -> (TrainerID?, CohortID?) {
    let (by, at) = (TrainerID(typed.trainedBy), CohortID(typed.trainedAt))
    if !typed.trainedBy.isEmpty, !all.contains(where: { $0.id == by }) {
      problems.append(FieldProblem("trainedBy", "error.training_trainer"))
    }
    if !typed.trainedAt.isEmpty {
      let cohort = try at.flatMap { try TrainingRecords.cohort($0, transaction) }
      if cohort?.agency != actor.agency { problems.append(FieldProblem("trainedAt", "error.training_cohort")) }
    }
    return (by, at)
  }

  /// Gives a trainer the cohort, or takes it from them.
  public func assign(_ actor: Actor, _ trainer: TrainerID, to cohort: CohortID, _ isGiven: Bool) async throws {
    try actor.require(.manageTraining)
    let training = self.training
    try await office.database.write { transaction in
      _ = try training.changeable(actor, cohort, transaction)
      guard try ProgrammeRecords.trainer(trainer, transaction)?.agency == actor.agency else { throw Refusal.notFound }
      if isGiven {
        try ProgrammeRecords.assign(trainer, to: cohort, transaction)
      } else {
        try ProgrammeRecords.release(trainer, from: cohort, transaction)
      }
      try training.note(
        actor, isGiven ? "trainer.assign" : "trainer.release", "trainer", trainer.description, transaction)
    }
  }

  // MARK: Budget

  /// A cohort's budget with its totals.
  public struct Budget: Sendable {
    public var lines: [BudgetLine]
    public var planned: Money { lines.map(\.planned).reduce(.zero, +) }
    public var spent: Money { lines.compactMap(\.spent).reduce(.zero, +) }
  }

  public func budget(_ actor: Actor, _ cohort: CohortID) async throws -> Budget {
    try actor.require(.manageTraining)
    let training = self.training
    return try await office.database.read { transaction in
      _ = try training.owned(actor, cohort, transaction)
      return Budget(lines: try ProgrammeRecords.lines(cohort, transaction).map { try open($0, for: actor) })
    }
  }

  private func open(_ sealed: ProgrammeRecords.SealedLine, for actor: Actor) throws -> BudgetLine {
    var line = sealed.line
    if let note = sealed.note, let epoch = sealed.epoch {
      line.note =
        try training.open(
          note, epoch: epoch, of: actor.agency, ("budget_lines", line.id.description), column: "note", for: actor)
        ?? ""
    }
    return line
  }

  private func seal(_ line: BudgetLine, _ agency: AgencyID, _ transaction: any ReadTransaction) throws
    -> ProgrammeRecords.SealedLine
  {
    guard !line.note.isEmpty else { return .init(line: line, note: nil, epoch: nil) }
    let (blob, epoch) = try training.seal(
      line.note, of: agency, table: "budget_lines", column: "note", row: line.id.description, transaction)
    return .init(line: line, note: blob, epoch: epoch)
  }

  public func addLine(_ actor: Actor, id: BudgetLineID, to cohort: CohortID, _ typed: NewBudgetLine) async throws {
    try actor.require(.manageTraining)
    let (training, now) = (self.training, office.clock.now())
    var line = try ProgrammeRules.checked(typed, pack)
    line.id = id
    try await office.database.write { [line] transaction in
      _ = try training.owned(actor, cohort, transaction)
      if let existing = try ProgrammeRecords.line(id, transaction) {
        guard existing.cohort == cohort else { throw Refusal.notFound }
        return
      }
      try ProgrammeRecords.insert(try seal(line, actor.agency, transaction), cohort, at: now, transaction)
      try training.note(actor, "budget.add", "budget_line", id.description, transaction)
    }
  }

  public func edit(_ actor: Actor, _ id: BudgetLineID, revision: Int, _ typed: NewBudgetLine) async throws {
    try actor.require(.manageTraining)
    let training = self.training
    var line = try ProgrammeRules.checked(typed, pack)
    line.id = id
    try await office.database.write { [line] transaction in
      guard let found = try ProgrammeRecords.line(id, transaction) else { throw Refusal.notFound }
      _ = try training.owned(actor, found.cohort, transaction)
      guard try ProgrammeRecords.update(try seal(line, actor.agency, transaction), from: revision, transaction) else {
        throw Refusal(.conflict, Phrase("error.training_changed_meanwhile"))
      }
      try training.note(actor, "budget.edit", "budget_line", id.description, transaction)
    }
  }

  public func remove(_ actor: Actor, _ id: BudgetLineID) async throws {
    try actor.require(.manageTraining)
    let training = self.training
    try await office.database.write { transaction in
      guard let found = try ProgrammeRecords.line(id, transaction) else { throw Refusal.notFound }
      _ = try training.owned(actor, found.cohort, transaction)
      try ProgrammeRecords.delete(id, transaction)
      try training.note(actor, "budget.remove", "budget_line", id.description, transaction)
    }
  }

  // MARK: Materials

  /// One line for each of the pack's material kinds.
  public func materials(_ actor: Actor, _ cohort: CohortID) async throws -> [MaterialLine] {
    try actor.require(.manageTraining)
    let training = self.training
    return try await office.database.read { transaction in
      _ = try training.owned(actor, cohort, transaction)
      let known = Dictionary(
        try ProgrammeRecords.materials(cohort, transaction).map { ($0.kind, $0) }
      ) { first, _ in first }
      return (training.pack.lists[.materialKinds] ?? []).map {
        known[$0.code] ?? MaterialLine(kind: $0.code, needed: nil, isReady: false)
      }
    }
  }

  public func setMaterials(_ actor: Actor, _ cohort: CohortID, _ lines: [MaterialLine]) async throws {
    try actor.require(.manageTraining)
    let training = self.training
    let checked = try ProgrammeRules.checked(lines, pack)
    try await office.database.write { transaction in
      _ = try training.owned(actor, cohort, transaction)
      for line in checked { try ProgrammeRecords.set(line, cohort, transaction) }
      try training.note(actor, "materials.set", "cohort", cohort.description, transaction)
    }
  }

  // MARK: Calendars

  private func link(_ member: MemberID, _ serial: Int) -> Token {
    office.root.token("training-calendar", [Array(member.description.utf8), Array(String(serial).utf8)])
  }

  /// The actor's own calendar link; `nil` before one was made.
  public func calendarLink(_ actor: Actor) async throws -> Token? {
    try actor.require(.manageTraining)
    return try await office.database.read { try ProgrammeRecords.calendar(of: actor.member, $0) }
      .map { link(actor.member, $0) }
  }

  /// Makes the actor's calendar link, or a new one: the one before stops working.
  public func renewCalendar(_ actor: Actor) async throws {
    try actor.require(.manageTraining)
    let training = self.training
    try await office.database.write { transaction in
      let serial = (try ProgrammeRecords.calendar(of: actor.member, transaction) ?? 0) + 1
      try ProgrammeRecords.setCalendar(
        actor.member, serial: serial, linkHash: link(actor.member, serial).hash, transaction)
      try training.note(actor, "calendar.renew", "member", actor.member.description, transaction)
    }
  }

  /// The calendar behind a trainer's link: the sessions of all of the agency's cohorts.
  public func calendar(_ link: Token, _ language: Language) async throws -> CalendarFile {
    let training = self.training
    return try await office.database.read { transaction in
      guard let owner = try ProgrammeRecords.calendarOwner(link.hash, transaction),
        try Colleagues.who(may: .manageTraining, in: owner.agency, training.office.root, transaction)[owner.member]
          != nil
      else { throw Refusal.notFound }
      let events = try TrainingRecords.cohorts(of: owner.agency, transaction).flatMap {
        try training.events($0, language, transaction)
      }
      return CalendarFile(name: training.pack.training.programme.name[language], events: events)
    }
  }

  /// The calendar behind a participant's link: the sessions of their cohort.
  public func calendar(seat link: Token, _ language: Language) async throws -> CalendarFile {
    let training = self.training
    return try await office.database.read { transaction in
      let cohort = try training.seat(link, transaction).cohort
      return CalendarFile(
        name: training.title(cohort, language), events: try training.events(cohort, language, transaction))
    }
  }
}

extension TrainingOffice {
  func title(_ cohort: Cohort, _ language: Language) -> String {
    pack.training.phase(cohort.phase)?.name[language] ?? cohort.phase
  }

  func events(_ cohort: Cohort, _ language: Language, _ transaction: any ReadTransaction) throws
    -> [CalendarFile.Event]
  {
    CalendarFile.events(
      cohort, title: title(cohort, language), sessions: try TrainingRecords.sessions(cohort.id, transaction),
      removed: try ProgrammeRecords.removedSessions(cohort.id, transaction),
      province: pack.province(iso: cohort.province)?.name[language] ?? "", offsetFromUTC: pack.offsetFromUTC)
  }
}
