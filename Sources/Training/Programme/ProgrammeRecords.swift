import Basics
import Records

/// The queries about a cohort's changes, its agenda, trainers, budget and materials.
enum ProgrammeRecords {
  // MARK: Cohort and sessions

  /// Answers `false` when the cohort was changed since `revision`.
  static func update(_ cohort: Cohort, from revision: Int, at moment: Moment, _ transaction: any WriteTransaction)
    throws -> Bool
  {
    try transaction.execute(
      """
      UPDATE cohorts SET place = ?, province = ?, from_day = ?, until_day = ?, seats = ?, institutions = ?,
        revision = revision + 1, changed_at = ? WHERE id = ? AND revision = ? AND cancelled_at IS NULL
      """, cohort.place, cohort.province, cohort.from, cohort.until, cohort.seats,
      cohort.institutions.joined(separator: ","), moment, cohort.id, revision) == 1
  }

  static func cancel(_ cohort: CohortID, at moment: Moment, _ transaction: any WriteTransaction) throws -> Bool {
    try transaction.execute(
      """
      UPDATE cohorts SET cancelled_at = ?, revision = revision + 1, changed_at = ?
      WHERE id = ? AND cancelled_at IS NULL
      """, moment, moment, cohort) == 1
  }

  /// A session and its cohort, unless it was removed.
  static func session(_ id: TrainingSessionID, _ transaction: any ReadTransaction) throws
    -> (cohort: CohortID, session: TrainingSession)?
  {
    try transaction.row("SELECT * FROM training_sessions WHERE id = ? AND removed_at IS NULL", id).map {
      (try $0.get("cohort"), try TrainingRecords.session($0))
    }
  }

  static func update(
    _ session: TrainingSession, from revision: Int, at moment: Moment, _ transaction: any WriteTransaction
  ) throws -> Bool {
    try transaction.execute(
      """
      UPDATE training_sessions SET day = ?, title = ?, begins = ?, ends = ?, room = ?, revision = revision + 1,
        changed_at = ? WHERE id = ? AND revision = ? AND removed_at IS NULL
      """, session.day, session.title, session.begins, session.ends, session.room, moment, session.id, revision) == 1
  }

  static func remove(_ session: TrainingSessionID, at moment: Moment, _ transaction: any WriteTransaction) throws
    -> Bool
  {
    try transaction.execute(
      """
      UPDATE training_sessions SET removed_at = ?, revision = revision + 1, changed_at = ?
      WHERE id = ? AND removed_at IS NULL
      """, moment, moment, session) == 1
  }

  /// Those that were taken off, for calendars that still show them.
  static func removedSessions(_ cohort: CohortID, _ transaction: any ReadTransaction) throws -> [TrainingSession] {
    try transaction.rows("SELECT * FROM training_sessions WHERE cohort = ? AND removed_at IS NOT NULL", cohort)
      .map(TrainingRecords.session)
  }

  static func isMarked(_ session: TrainingSessionID, _ transaction: any ReadTransaction) throws -> Bool {
    try transaction.row("SELECT 1 AS marked FROM attendance WHERE session = ? LIMIT 1", session) != nil
  }

  // MARK: Agenda

  static func insert(_ point: AgendaPoint, _ cohort: CohortID, _ transaction: any WriteTransaction) throws {
    try transaction.execute(
      """
      INSERT INTO agenda_points (id, cohort, day, begins, ends, title, course, is_break, room, trainer, revision)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """, point.id, cohort, point.day, point.begins, point.ends, point.title, point.course, point.isBreak, point.room,
      point.trainer, point.revision)
  }

  static func points(_ cohort: CohortID, _ transaction: any ReadTransaction) throws -> [AgendaPoint] {
    try transaction.rows("SELECT * FROM agenda_points WHERE cohort = ? ORDER BY day, begins, ends, id", cohort)
      .map(point)
  }

  static func point(_ id: AgendaPointID, _ transaction: any ReadTransaction) throws
    -> (cohort: CohortID, point: AgendaPoint)?
  {
    try transaction.row("SELECT * FROM agenda_points WHERE id = ?", id).map { (try $0.get("cohort"), try point($0)) }
  }

  static func update(_ point: AgendaPoint, from revision: Int, _ transaction: any WriteTransaction) throws -> Bool {
    try transaction.execute(
      """
      UPDATE agenda_points SET day = ?, begins = ?, ends = ?, title = ?, course = ?, is_break = ?, room = ?,
        trainer = ?, revision = revision + 1 WHERE id = ? AND revision = ?
      """, point.day, point.begins, point.ends, point.title, point.course, point.isBreak, point.room, point.trainer,
      point.id, revision) == 1
  }

  static func delete(_ point: AgendaPointID, _ transaction: any WriteTransaction) throws {
    try transaction.execute("DELETE FROM agenda_points WHERE id = ?", point)
  }

  static func deletePoints(_ cohort: CohortID, _ transaction: any WriteTransaction) throws {
    try transaction.execute("DELETE FROM agenda_points WHERE cohort = ?", cohort)
  }

  private static func point(_ row: Row) throws -> AgendaPoint {
    AgendaPoint(
      id: try row.get("id"), day: try row.get("day"), begins: try row.get("begins"), ends: try row.get("ends"),
      title: try row.get("title"), course: try row.optional("course"), isBreak: try row.get("is_break"),
      room: try row.get("room"), trainer: try row.optional("trainer"), revision: try row.get("revision"))
  }

  // MARK: Trainers

  struct SealedTrainer {
    var trainer: Trainer
    var identity: [UInt8]
    var epoch: Int
  }

  static func insert(_ sealed: SealedTrainer, at moment: Moment, _ transaction: any WriteTransaction) throws {
    let trainer = sealed.trainer
    try transaction.execute(
      """
      INSERT INTO trainers (id, agency, member, identity, epoch, trained_by, trained_at, made_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      """, trainer.id, trainer.agency, trainer.member, sealed.identity, sealed.epoch, trainer.trainedBy,
      trainer.trainedAt, moment)
  }

  static func trainers(_ agency: AgencyID, _ transaction: any ReadTransaction) throws -> [SealedTrainer] {
    try transaction.rows("SELECT * FROM trainers WHERE agency = ? ORDER BY made_at, id", agency).map(trainer)
  }

  static func trainer(_ id: TrainerID, _ transaction: any ReadTransaction) throws -> Trainer? {
    try transaction.row("SELECT * FROM trainers WHERE id = ?", id).map { try trainer($0).trainer }
  }

  static func setTraining(_ trainer: Trainer, _ transaction: any WriteTransaction) throws {
    try transaction.execute(
      "UPDATE trainers SET trained_by = ?, trained_at = ? WHERE id = ?", trainer.trainedBy, trainer.trainedAt,
      trainer.id)
  }

  static func trainers(of cohort: CohortID, _ transaction: any ReadTransaction) throws -> Set<TrainerID> {
    Set(
      try transaction.rows("SELECT trainer FROM cohort_trainers WHERE cohort = ?", cohort).map {
        try $0.get("trainer", as: TrainerID.self)
      })
  }

  static func assign(_ trainer: TrainerID, to cohort: CohortID, _ transaction: any WriteTransaction) throws {
    try transaction.execute(
      "INSERT INTO cohort_trainers (cohort, trainer) VALUES (?, ?) ON CONFLICT (cohort, trainer) DO NOTHING", cohort,
      trainer)
  }

  static func release(_ trainer: TrainerID, from cohort: CohortID, _ transaction: any WriteTransaction) throws {
    try transaction.execute("DELETE FROM cohort_trainers WHERE cohort = ? AND trainer = ?", cohort, trainer)
    try transaction.execute(
      "UPDATE agenda_points SET trainer = NULL, revision = revision + 1 WHERE cohort = ? AND trainer = ?", cohort,
      trainer)
  }

  private static func trainer(_ row: Row) throws -> SealedTrainer {
    SealedTrainer(
      trainer: Trainer(
        id: try row.get("id"), agency: try row.get("agency"), member: try row.optional("member"),
        trainedBy: try row.optional("trained_by"), trainedAt: try row.optional("trained_at")),
      identity: try row.get("identity"), epoch: try row.get("epoch"))
  }

  // MARK: Budget and materials

  struct SealedLine {
    var line: BudgetLine
    var note: [UInt8]?
    var epoch: Int?
  }

  static func insert(_ sealed: SealedLine, _ cohort: CohortID, at moment: Moment, _ transaction: any WriteTransaction)
    throws
  {
    let line = sealed.line
    try transaction.execute(
      """
      INSERT INTO budget_lines (id, cohort, kind, planned, spent, note, epoch, revision, made_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
      """, line.id, cohort, line.kind, line.planned.cents, line.spent?.cents, sealed.note, sealed.epoch, line.revision,
      moment)
  }

  static func update(_ sealed: SealedLine, from revision: Int, _ transaction: any WriteTransaction) throws -> Bool {
    let line = sealed.line
    return try transaction.execute(
      """
      UPDATE budget_lines SET kind = ?, planned = ?, spent = ?, note = ?, epoch = ?, revision = revision + 1
      WHERE id = ? AND revision = ?
      """, line.kind, line.planned.cents, line.spent?.cents, sealed.note, sealed.epoch, line.id, revision) == 1
  }

  static func delete(_ line: BudgetLineID, _ transaction: any WriteTransaction) throws {
    try transaction.execute("DELETE FROM budget_lines WHERE id = ?", line)
  }

  static func line(_ id: BudgetLineID, _ transaction: any ReadTransaction) throws -> (
    cohort: CohortID, sealed: SealedLine
  )? {
    try transaction.row("SELECT * FROM budget_lines WHERE id = ?", id).map { (try $0.get("cohort"), try line($0)) }
  }

  static func lines(_ cohort: CohortID, _ transaction: any ReadTransaction) throws -> [SealedLine] {
    try transaction.rows("SELECT * FROM budget_lines WHERE cohort = ? ORDER BY made_at, id", cohort).map(line)
  }

  private static func line(_ row: Row) throws -> SealedLine {
    SealedLine(
      line: BudgetLine(
        id: try row.get("id"), kind: try row.get("kind"), planned: Money(cents: try row.get("planned")),
        spent: try row.optional("spent").map(Money.init(cents:)), note: "", revision: try row.get("revision")),
      note: try row.optional("note"), epoch: try row.optional("epoch"))
  }

  static func materials(_ cohort: CohortID, _ transaction: any ReadTransaction) throws -> [MaterialLine] {
    try transaction.rows("SELECT * FROM cohort_materials WHERE cohort = ? ORDER BY kind", cohort).map {
      MaterialLine(kind: try $0.get("kind"), needed: try $0.optional("needed"), isReady: try $0.get("is_ready"))
    }
  }

  static func set(_ line: MaterialLine, _ cohort: CohortID, _ transaction: any WriteTransaction) throws {
    try transaction.execute(
      """
      INSERT INTO cohort_materials (cohort, kind, needed, is_ready) VALUES (?, ?, ?, ?)
      ON CONFLICT (cohort, kind) DO UPDATE SET needed = excluded.needed, is_ready = excluded.is_ready
      """, cohort, line.kind, line.needed, line.isReady)
  }

  // MARK: Calendar links

  static func calendar(of member: MemberID, _ transaction: any ReadTransaction) throws -> Int? {
    try transaction.value(Int.self, "SELECT serial FROM calendar_links WHERE member = ?", member)
  }

  static func setCalendar(
    _ member: MemberID, serial: Int, linkHash: [UInt8], _ transaction: any WriteTransaction
  ) throws {
    try transaction.execute(
      """
      INSERT INTO calendar_links (member, serial, link_hash) VALUES (?, ?, ?)
      ON CONFLICT (member) DO UPDATE SET serial = excluded.serial, link_hash = excluded.link_hash
      """, member, serial, linkHash)
  }

  /// Whom a calendar link was made for.
  static func calendarOwner(_ linkHash: [UInt8], _ transaction: any ReadTransaction) throws -> (
    member: MemberID, agency: AgencyID
  )? {
    try transaction.row(
      """
      SELECT members.id, members.agency FROM calendar_links JOIN members ON members.id = calendar_links.member
      WHERE calendar_links.link_hash = ?
      """, linkHash
    ).map { (try $0.get("id"), try $0.get("agency")) }
  }
}
