import Accounts
import Basics
import CountryPack
import Records
import Vault

extension CaseDesk {
  // MARK: Goals

  /// Writes down a goal, or changes it.
  ///
  /// - Parameters:
  ///   - goal: chosen by the form, so that a second click writes nothing more.
  ///   - revision: as the editor saw it; 0 for a new one.
  ///
  /// Throws `Refusal`: `.invalid` with the wrong fields, `.conflict` when somebody changed it meanwhile.
  public func putGoal(
    _ actor: Actor, _ id: CaseID, id goal: PlanGoalID, _ content: GoalContent, state: PlanGoal.State = .open,
    seen revision: Int
  ) async throws {
    try await plan(actor, id, revision == 0 ? "plan.goal_add" : "plan.goal_edit") { summary, now, transaction in
      let before = try PlanRecords.caseID(of: goal, transaction)
      guard before == nil || before == id else { throw Refusal.conflict }
      if before != nil, revision == 0 { return false }
      let problems = PlanRules.problems(content, pack)
      guard problems.isEmpty else { throw Refusal.fields(problems) }
      let blob = try sealed(
        content, .plan, at: SealedPlace.goal(summary, goal, revision: revision + 1), summary, for: actor, at: now,
        transaction)
      let row = PlanGoal(id: goal, state: state, revision: revision + 1)
      if revision == 0 {
        try PlanRecords.insert(
          row, of: id, agency: actor.agency, content: blob, by: actor.member, at: now, transaction)
      } else if try !PlanRecords.update(row, seen: revision, content: blob, by: actor.member, transaction) {
        throw Refusal(.conflict, Phrase("error.edited_meanwhile"))
      }
      try PlanRecords.raiseVersion(of: id, agency: actor.agency, transaction)
      return true
    }
  }

  // MARK: Actions

  /// Writes down an action for a goal, or changes one that is still to be done. As `putGoal`.
  public func putAction(
    _ actor: Actor, _ id: CaseID, for goal: PlanGoalID, id action: PlanActionID, _ request: ActionRequest,
    seen revision: Int
  ) async throws {
    try await plan(actor, id, revision == 0 ? "plan.action_add" : "plan.action_edit") { summary, now, transaction in
      guard try PlanRecords.caseID(of: goal, transaction) == id else { throw Refusal.notFound }
      let owner = try PlanRecords.caseID(of: action, transaction)
      guard owner == nil || owner == id else { throw Refusal.conflict }
      if owner != nil, revision == 0 { return false }
      let before = try PlanRecords.action(action, of: id, transaction)?.action
      let provider = try request.provider.map { try AgencyDesk.agency($0, transaction) != nil } ?? true
      let colleagues = try Colleagues.who(may: .readCase, in: actor.agency, office.root, transaction)
      let problems = PlanRules.problems(
        request, before: before?.due, providerExists: provider,
        responsibleExists: colleagues[request.responsible] != nil || before?.responsible == request.responsible,
        on: day(now))
      guard problems.isEmpty else { throw Refusal.fields(unique(problems)) }
      let row = PlanRecords.SealedAction(
        action: PlanAction(
          id: action, goal: goal, due: request.due, provider: request.provider, responsible: request.responsible,
          revision: revision + 1),
        content: try sealed(
          request.content, .plan, at: SealedPlace.action(summary, "content", action, revision: revision + 1), summary,
          for: actor, at: now, transaction))
      if revision == 0 {
        try PlanRecords.insert(row, of: id, agency: actor.agency, by: actor.member, at: now, transaction)
      } else if try !PlanRecords.update(row, seen: revision, by: actor.member, transaction) {
        throw Refusal(.conflict, Phrase(before?.done == nil ? "error.edited_meanwhile" : "error.action_done"))
      }
      try PlanRecords.raiseVersion(of: id, agency: actor.agency, transaction)
      return true
    }
  }

  /// Takes back an action that is not to be done after all, as long as it was not.
  public func removeAction(_ actor: Actor, _ id: CaseID, _ action: PlanActionID, seen revision: Int) async throws {
    try await plan(actor, id, "plan.action_remove") { _, _, transaction in
      guard try PlanRecords.remove(action, of: id, seen: revision, transaction) else {
        throw Refusal(.conflict, Phrase("error.edited_meanwhile"))
      }
      try PlanRecords.raiseVersion(of: id, agency: actor.agency, transaction)
      return true
    }
  }

  /// Marks an action as done, with what came of it, and connects it to the service that was given.
  ///
  /// Throws `Refusal.conflict` when it was done already.
  public func finishAction(_ actor: Actor, _ id: CaseID, _ action: PlanActionID, _ result: ActionResult) async throws {
    try await plan(actor, id, "plan.action_finish") { summary, now, transaction in
      guard let before = try PlanRecords.action(action, of: id, transaction)?.action else { throw Refusal.notFound }
      var problems = PlanRules.problems(result, pack, on: day(now))
      var service: ServiceRecordID?
      switch result.service {
      case .none: break
      case .existing(let existing):
        service = existing
        if try CareRecords.caseID(ofService: existing, transaction) != id {
          problems.append(FieldProblem("service", "error.unknown_code"))
        }
      case .new(let new, let code):
        service = new
        if problems.isEmpty, try CareRecords.caseID(ofService: new, transaction) == nil {
          let words = try openContent(before, summary, actor, at: now, transaction)
          let detail = ServiceDetail(note: result.words, providerName: words?.providerName ?? "")
          try CareRecords.insert(
            ServiceRecord(
              id: new, service: code, day: result.done, provider: before.provider, outcome: result.outcome,
              recordedBy: actor.member), of: id, agency: actor.agency,
            detail: try sealed(
              detail == ServiceDetail() ? nil : detail, .narrative, at: SealedPlace.detail(summary, new), summary,
              for: actor, at: now, transaction), at: now, transaction)
          try transaction.record(entry(actor, "service.add", id, at: now))
        }
      }
      guard problems.isEmpty else { throw Refusal.fields(unique(problems)) }
      let words = try sealed(
        result.words.isEmpty ? nil : result.words, .plan,
        at: SealedPlace.action(summary, "result", action, revision: 1), summary, for: actor, at: now, transaction)
      guard
        try PlanRecords.finish(
          action, on: result.done, outcome: result.outcome, result: words, service: service, transaction)
      else { throw Refusal(.conflict, Phrase("error.action_done")) }
      return true
    }
  }

  private func openContent(
    _ action: PlanAction, _ summary: CaseSummary, _ actor: Actor, at now: Moment, _ transaction: any ReadTransaction
  ) throws -> ActionContent? {
    guard let blob = try PlanRecords.action(action.id, of: summary.id, transaction)?.content,
      let key = try RecordKeys.open(
        CaseAccess.subject(.plan, summary), DataKind.plan.rawValue, for: actor, at: now, transaction)
    else { return nil }
    return try key.openValue(
      ActionContent.self, blob, at: SealedPlace.action(summary, "content", action.id, revision: action.revision))
  }

  // MARK: Agreeing and signing

  /// Writes down that the plan as it is was agreed with the person.
  ///
  /// - Parameters:
  ///   - mark: chosen by the form, so that a second click writes nothing more.
  ///   - way: a code of `agreement-ways`.
  ///   - version: of the plan that was agreed; a plan that changed meanwhile is another one.
  public func agreePlan(
    _ actor: Actor, _ id: CaseID, id mark: PlanMarkID, way: String, day agreed: CalendarDay, note: String,
    version: Int
  ) async throws {
    try await plan(actor, id, "plan.agree") { summary, now, transaction in
      if let before = try PlanRecords.caseID(of: mark, transaction) {
        guard before == id else { throw Refusal.conflict }
        return false
      }
      let problems = PlanRules.problemsOfAgreement(way: way, day: agreed, note: note, pack, on: day(now))
      guard problems.isEmpty else { throw Refusal.fields(problems) }
      let plan = try readPlan(of: summary, key: nil, transaction)
      if let obstacle = PlanRules.obstacleToAgreement(plan) { throw Refusal(.conflict, obstacle) }
      guard plan.version == version else { throw Refusal(.conflict, Phrase("error.plan_changed")) }
      let sealedNote = try sealed(
        note.isEmpty ? nil : note, .plan, at: SealedPlace.mark(summary, mark), summary, for: actor, at: now,
        transaction)
      try PlanRecords.insert(
        PlanRecords.SealedMark(
          mark: PlanMark(
            id: mark, kind: .agreed, version: version, day: agreed, way: way, madeBy: actor.member, madeAt: now),
          note: sealedNote), of: id, agency: actor.agency, transaction)
      let key = try RecordKeys.openOrCreate(
        CaseAccess.subject(.plan, summary), DataKind.plan.rawValue, for: actor, at: now, transaction)
      try keepPlanVersion(
        try readPlan(of: summary, key: key, transaction), summary, for: actor, at: now, transaction)
      return true
    }
  }

  /// Signs the agreed plan off, as somebody who answers for the work and did not write the agreement down.
  public func signPlan(_ actor: Actor, _ id: CaseID, id mark: PlanMarkID, version: Int) async throws {
    try await plan(actor, id, "plan.sign", move: .approvePlan) { summary, now, transaction in
      if let before = try PlanRecords.caseID(of: mark, transaction) {
        guard before == id else { throw Refusal.conflict }
        return false
      }
      let plan = try readPlan(of: summary, key: nil, transaction)
      guard plan.version == version else { throw Refusal(.conflict, Phrase("error.plan_changed")) }
      if let obstacle = PlanRules.obstacleToSignature(plan, by: actor.member) { throw Refusal(.conflict, obstacle) }
      try PlanRecords.insert(
        PlanRecords.SealedMark(
          mark: PlanMark(
            id: mark, kind: .signed, version: version, day: day(now), madeBy: actor.member, madeAt: now)), of: id,
        agency: actor.agency, transaction)
      return true
    }
  }

  /// What all changes of a plan have in common: the permission, the case, the due day, the entry.
  /// - Parameter change: whether it changed something.
  private func plan(
    _ actor: Actor, _ id: CaseID, _ action: String, move: CaseMove = .edit,
    _ change: @escaping @Sendable (CaseSummary, Moment, any WriteTransaction) throws -> Bool
  ) async throws {
    try actor.require(move == .approvePlan ? .approvePlan : .editCase)
    let now = office.clock.now()
    try await office.database.write { transaction in
      let summary = try own(id, for: move, actor, transaction)
      guard try change(summary, now, transaction) else { return }
      try TaskRecords.refresh(id, transaction)
      try transaction.record(entry(actor, action, id, at: now))
    }
  }

  // MARK: Reading, within a file

  func readPlan(of summary: CaseSummary, key: RecordKey?, _ transaction: any ReadTransaction) throws -> AssistancePlan {
    func open<Value: Decodable>(_ blob: [UInt8]?, _ address: FieldAddress) throws -> Value? {
      guard let blob, let key else { return nil }
      return try key.openValue(Value.self, blob, at: address)
    }
    return AssistancePlan(
      version: try PlanRecords.version(of: summary.id, transaction),
      goals: try PlanRecords.goals(of: summary.id, transaction).map { sealed in
        var goal = sealed.goal
        goal.content = try open(sealed.content, SealedPlace.goal(summary, goal.id, revision: goal.revision))
        return goal
      },
      actions: try PlanRecords.actions(of: summary.id, transaction).map { sealed in
        var action = sealed.action
        action.content = try open(
          sealed.content, SealedPlace.action(summary, "content", action.id, revision: action.revision))
        action.result = try open(sealed.result, SealedPlace.action(summary, "result", action.id, revision: 1))
        return action
      },
      marks: try PlanRecords.marks(of: summary.id, transaction).map { sealed in
        var mark = sealed.mark
        mark.note = try open(sealed.note, SealedPlace.mark(summary, mark.id))
        return mark
      })
  }
}

extension SealedPlace {
  static func goal(_ summary: CaseSummary, _ id: PlanGoalID, revision: Int) -> FieldAddress {
    field(summary, "case_goals", "content", id.description, revision: revision)
  }
  static func action(_ summary: CaseSummary, _ column: String, _ id: PlanActionID, revision: Int) -> FieldAddress {
    field(summary, "case_actions", column, id.description, revision: revision)
  }
  static func mark(_ summary: CaseSummary, _ id: PlanMarkID) -> FieldAddress {
    field(summary, "case_plan_marks", "note", id.description)
  }
}
