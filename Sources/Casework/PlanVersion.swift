import Accounts
import Basics
import Records
import Vault

/// A plan as it was when it was agreed with the person. Sealed under `plan`; never changed.
public struct PlanVersion: Hashable, Sendable, Codable {
  public struct Goal: Hashable, Sendable, Codable {
    public var words: String
    public var need: String?
    public var state: PlanGoal.State
    public var actions: [Action]
  }

  public struct Action: Hashable, Sendable, Codable {
    public var words: String
    public var provider: AgencyID?
    public var providerName: String
    public var responsible: MemberID
    public var due: CalendarDay
    public var done: CalendarDay?
  }

  public var version: Int
  public var goals: [Goal]

  init(_ plan: AssistancePlan) {
    version = plan.version
    goals = plan.goals.map { goal in
      Goal(
        words: goal.content?.words ?? "", need: goal.content?.need, state: goal.state,
        actions: plan.actions(of: goal.id).map { action in
          Action(
            words: action.content?.words ?? "", provider: action.provider,
            providerName: action.content?.providerName ?? "", responsible: action.responsible, due: action.due,
            done: action.done)
        })
    }
  }
}

extension CaseDesk {
  /// Keeps the plan as it is, to be read when it is another one. A version that was agreed twice is kept once.
  func keepPlanVersion(
    _ plan: AssistancePlan, _ summary: CaseSummary, for actor: Actor, at now: Moment,
    _ transaction: any WriteTransaction
  ) throws {
    let address = SealedPlace.planVersion(summary, plan.version)
    let content = try sealed(PlanVersion(plan), .plan, at: address, summary, for: actor, at: now, transaction)
    try PlanRecords.keep(version: plan.version, of: summary.id, agency: summary.agency, content, at: now, transaction)
  }

  /// The versions of a case's plan that were agreed, the newest first; for who can read the plan. The reading is an entry
  /// of the history, committed before anything is shown.
  ///
  /// Throws `Refusal`: `.notFound` as `file`, `.noBasis` for an agency that was not given the plan.
  public func planVersions(_ actor: Actor, _ id: CaseID) async throws -> [PlanVersion] {
    let file = try await file(actor, id)
    guard file.plan != nil else { throw Refusal(.noBasis, Phrase("error.no_basis")) }
    let now = office.clock.now()
    return try await office.database.read { transaction in
      let bases = try ConsentRecords.consents(of: id, transaction)
        .filter { $0.recipient == actor.agency && $0.state(at: now) == .live }
      guard let key = try keys(file.summary, bases, actor, at: now, transaction)[.plan] else { return [] }
      return try PlanRecords.versions(of: id, transaction).map { version, content in
        try key.openValue(PlanVersion.self, content, at: SealedPlace.planVersion(file.summary, version))
      }
    }
  }
}

extension SealedPlace {
  static func planVersion(_ summary: CaseSummary, _ version: Int) -> FieldAddress {
    field(summary, "case_plan_versions", "content", summary.id.description, revision: version)
  }
}
