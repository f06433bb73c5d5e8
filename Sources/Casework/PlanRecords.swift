import Basics
import Records

/// The queries about assistance plans.
enum PlanRecords {
  // MARK: The plan's version

  static func version(of id: CaseID, _ transaction: any ReadTransaction) throws -> Int {
    try transaction.value(Int.self, "SELECT version FROM case_plans WHERE case_id = ?", id) ?? 0
  }

  /// The plan is another one from now on.
  static func raiseVersion(of id: CaseID, agency: AgencyID, _ transaction: any WriteTransaction) throws {
    try transaction.execute(
      """
      INSERT INTO case_plans (case_id, agency, version) VALUES (?, ?, 1)
      ON CONFLICT (case_id) DO UPDATE SET version = case_plans.version + 1
      """, id, agency)
  }

  // MARK: Goals

  struct SealedGoal {
    var goal: PlanGoal
    var content: [UInt8]
  }

  static func caseID(of id: PlanGoalID, _ transaction: any ReadTransaction) throws -> CaseID? {
    try transaction.value(CaseID.self, "SELECT case_id FROM case_goals WHERE id = ?", id)
  }

  static func insert(
    _ goal: PlanGoal, of id: CaseID, agency: AgencyID, content: [UInt8]?, by member: MemberID, at now: Moment,
    _ transaction: any WriteTransaction
  ) throws {
    try transaction.execute(
      """
      INSERT INTO case_goals (id, case_id, agency, state, revision, content, recorded_by, recorded_at)
      VALUES (?, ?, ?, ?, 1, ?, ?, ?)
      """, goal.id, id, agency, goal.state, content, member, now)
  }

  /// Writes the revision after the one that was seen. Whether nobody was faster.
  static func update(
    _ goal: PlanGoal, seen revision: Int, content: [UInt8]?, by member: MemberID, _ transaction: any WriteTransaction
  ) throws -> Bool {
    try transaction.execute(
      """
      UPDATE case_goals SET state = ?, revision = revision + 1, content = ?, recorded_by = ?
      WHERE id = ? AND revision = ?
      """, goal.state, content, member, goal.id, revision) == 1
  }

  static func goals(of id: CaseID, _ transaction: any ReadTransaction) throws -> [SealedGoal] {
    try transaction.rows("SELECT * FROM case_goals WHERE case_id = ? ORDER BY recorded_at, id", id).map { row in
      SealedGoal(
        goal: PlanGoal(id: try row.get("id"), state: try row.get("state"), revision: try row.get("revision")),
        content: try row.get("content"))
    }
  }

  // MARK: Actions

  struct SealedAction {
    var action: PlanAction
    var content: [UInt8]?
    var result: [UInt8]?
  }

  static func action(_ id: PlanActionID, of caseID: CaseID, _ transaction: any ReadTransaction) throws -> SealedAction?
  {
    try transaction.row("SELECT * FROM case_actions WHERE id = ? AND case_id = ?", id, caseID).map(action)
  }

  static func caseID(of id: PlanActionID, _ transaction: any ReadTransaction) throws -> CaseID? {
    try transaction.value(CaseID.self, "SELECT case_id FROM case_actions WHERE id = ?", id)
  }

  static func insert(
    _ sealed: SealedAction, of id: CaseID, agency: AgencyID, by member: MemberID, at now: Moment,
    _ transaction: any WriteTransaction
  ) throws {
    let action = sealed.action
    try transaction.execute(
      """
      INSERT INTO case_actions (id, case_id, agency, goal, due_day, provider, responsible, revision, content,
        recorded_by, recorded_at) VALUES (?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?)
      """, action.id, id, agency, action.goal, action.due, action.provider, action.responsible, sealed.content, member,
      now)
  }

  /// Writes the revision after the one that was seen. Whether nobody was faster and it is still to be done.
  static func update(
    _ sealed: SealedAction, seen revision: Int, by member: MemberID, _ transaction: any WriteTransaction
  ) throws -> Bool {
    let action = sealed.action
    return try transaction.execute(
      """
      UPDATE case_actions SET due_day = ?, provider = ?, responsible = ?, revision = revision + 1, content = ?,
        recorded_by = ? WHERE id = ? AND revision = ? AND done_day IS NULL
      """, action.due, action.provider, action.responsible, sealed.content, member, action.id, revision) == 1
  }

  static func remove(
    _ id: PlanActionID, of caseID: CaseID, seen revision: Int, _ transaction: any WriteTransaction
  ) throws -> Bool {
    try transaction.execute(
      "DELETE FROM case_actions WHERE id = ? AND case_id = ? AND revision = ? AND done_day IS NULL", id, caseID,
      revision) == 1
  }

  /// Whether it was still to be done.
  static func finish(
    _ id: PlanActionID, on day: CalendarDay, outcome: String, result: [UInt8]?, service: ServiceRecordID?,
    _ transaction: any WriteTransaction
  ) throws -> Bool {
    try transaction.execute(
      """
      UPDATE case_actions SET done_day = ?, outcome = ?, result = ?, service = ? WHERE id = ? AND done_day IS NULL
      """, day, outcome, result, service, id) == 1
  }

  static func actions(of id: CaseID, _ transaction: any ReadTransaction) throws -> [SealedAction] {
    try transaction.rows(
      """
      SELECT * FROM case_actions WHERE case_id = ?
      ORDER BY CASE WHEN done_day IS NULL THEN 0 ELSE 1 END, due_day, id
      """, id
    ).map(action)
  }

  private static func action(_ row: Row) throws -> SealedAction {
    SealedAction(
      action: PlanAction(
        id: try row.get("id"), goal: try row.get("goal"), due: try row.get("due_day"),
        provider: try row.optional("provider"), responsible: try row.get("responsible"),
        done: try row.optional("done_day"), outcome: try row.optional("outcome"), service: try row.optional("service"),
        revision: try row.get("revision")), content: try row.optional("content"), result: try row.optional("result"))
  }

  // MARK: Agreements and signatures

  struct SealedMark {
    var mark: PlanMark
    var note: [UInt8]?
  }

  static func caseID(of id: PlanMarkID, _ transaction: any ReadTransaction) throws -> CaseID? {
    try transaction.value(CaseID.self, "SELECT case_id FROM case_plan_marks WHERE id = ?", id)
  }

  static func insert(
    _ sealed: SealedMark, of id: CaseID, agency: AgencyID, _ transaction: any WriteTransaction
  ) throws {
    let mark = sealed.mark
    try transaction.execute(
      """
      INSERT INTO case_plan_marks (id, case_id, agency, kind, version, day, way, note, made_by, made_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """, mark.id, id, agency, mark.kind, mark.version, mark.day, mark.way, sealed.note, mark.madeBy, mark.madeAt)
  }

  /// The newest first; of one moment the signature, which follows its agreement.
  static func marks(of id: CaseID, _ transaction: any ReadTransaction) throws -> [SealedMark] {
    try transaction.rows(
      "SELECT * FROM case_plan_marks WHERE case_id = ? ORDER BY made_at DESC, kind DESC, id DESC", id
    ).map {
      row in
      SealedMark(
        mark: PlanMark(
          id: try row.get("id"), kind: try row.get("kind"), version: try row.get("version"), day: try row.get("day"),
          way: try row.optional("way"), madeBy: try row.get("made_by"), madeAt: try row.get("made_at")),
        note: try row.optional("note"))
    }
  }
}
