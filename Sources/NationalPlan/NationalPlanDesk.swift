import Accounts
import Basics
import CountryPack
import Records

/// The one way to stored plans: to take one over from the pack, edit it, add what happened, and read it.
///
/// Plans are about institutions and never about persons: every member reads them, and reading is no audit entry. Every
/// write asks for `keepPlan` and is judged by `PlanCheck` with the change already in it.
public struct NationalPlanDesk: Sendable {
  let office: Office
  let pack: CountryPack
  /// Of the office's store, and of no other.
  let memory: PlanMemory

  public init(_ office: Office, _ pack: CountryPack, _ memory: PlanMemory = PlanMemory()) {
    self.office = office
    self.pack = pack
    self.memory = memory
  }

  var today: CalendarDay { CalendarDay(office.clock.now(), offsetFromUTC: pack.offsetFromUTC) }

  // MARK: Reading

  /// Every stored version of every plan, without its parts.
  public func plans(_ actor: Actor) async throws -> [StoredPlan] {
    try await office.database.read { try NationalPlanRecords.heads($0) }
  }

  /// The plans of the pack that nobody has taken over yet.
  public func offered(_ actor: Actor) async throws -> [Plan] {
    let stored = Set(try await plans(actor).map { [$0.head.code, String($0.head.version)] })
    return PlanShelf.plans(pack).filter { !stored.contains([$0.code, String($0.version)]) }
  }

  /// One version with everything that hangs on it, in one state of the store.
  ///
  /// - Parameters:
  ///   - isWhole: without it, activities come without result, evidence, partners and single amounts.
  ///   - activity: the code of one that comes whole all the same.
  ///
  /// Throws `Refusal.notFound`.
  public func look(
    _ actor: Actor, _ id: StoredPlanID, isWhole: Bool = true, activity: String? = nil
  ) async throws -> PlanLook {
    let (pack, memory) = (pack, memory)
    return try await office.database.read { transaction in
      let heads = try NationalPlanRecords.heads(transaction)
      guard let stored = heads.first(where: { $0.id == id }) else { throw Refusal.notFound }
      var plan = stored.head
      let revisions = try NationalPlanRecords.fill(&plan, id, isWhole: isWhole, memory: memory, transaction)
      if let activity, !isWhole { try NationalPlanRecords.complete(&plan, activity, in: id, transaction) }
      var past = isWhole ? try NationalPlanRecords.past(plan, transaction) : PlanPast()
      let meetings = try MeetingRecords.meetings(upTo: plan, transaction)
      for (version, meeting) in meetings where version != id { past.meetings[meeting.id] = version }
      return PlanLook(
        id: id, plan: plan,
        versions: heads.filter { $0.head.code == plan.code }.sorted { $0.head.version > $1.head.version },
        institutions: try Self.book(pack, transaction), revisions: revisions,
        meetings: meetings.map(\.meeting), decisions: try MeetingRecords.decisions(upTo: plan, transaction),
        money: try NationalPlanRecords.money(id, transaction), past: past)
    }
  }

  /// The version that is in force today with what earlier ones finished, for the command line of whoever keeps the
  /// installation.
  ///
  /// - Parameter code: of a plan; `nil` for the national one.
  ///
  /// Throws `Refusal.notFound` when there is none.
  public func inForce(
    _ code: String?
  ) async throws -> (plan: Plan, institutions: InstitutionBook) {
    let (pack, today) = (pack, today)
    return try await office.database.read { transaction in
      let fitting = try NationalPlanRecords.heads(transaction).filter { stored in
        stored.head.isInForce(on: today)
          && (code.map { stored.head.code == $0 } ?? (stored.head.level == .national))
      }
      // An old plan whose end nobody knows does not stand in the way of a newer one.
      guard let stored = fitting.max(by: { $0.head.from < $1.head.from }) else { throw Refusal.notFound }
      var plan = stored.head
      _ = try NationalPlanRecords.fill(&plan, stored.id, isWhole: true, transaction)
      plan.activities += try NationalPlanRecords.past(plan, transaction).activities
      return (plan, try Self.book(pack, transaction))
    }
  }

  /// What happened after a moment to a version and to those before it, oldest first.
  public func changes(_ actor: Actor, _ id: StoredPlanID, since: Moment) async throws -> [PlanChange] {
    try await office.database.read { transaction in
      guard let stored = try NationalPlanRecords.head(id, transaction) else { throw Refusal.notFound }
      return try NationalPlanRecords.changes(upTo: stored.head, since: since, transaction)
    }
  }

  // MARK: Parts

  /// Adds an objective (revision 0) or changes the one that was seen. Sending the same again changes nothing.
  ///
  /// Throws `Refusal`: `.notFound`, `.conflict` when it was changed meanwhile, `.invalid` for a new one whose code is
  /// taken and with what `PlanCheck` finds.
  public func put(_ actor: Actor, _ objective: PlanObjective, in id: StoredPlanID, seen revision: Int) async throws {
    try await change(actor, id, .objective, objective.code, isThere: { $0.objectives.contains(objective) }) {
      plan, transaction in
      if revision == 0, plan.objectives.contains(where: { $0.code == objective.code }) {
        throw Self.taken(objective.code)
      }
      plan.objectives.removeAll { $0.code == objective.code }
      plan.objectives.append(objective)
      return { try NationalPlanRecords.put(objective, in: id, revision: revision, $0) }
    }
  }

  /// Adds an indicator or changes one. Its values stay: they are added by `add`.
  public func put(_ actor: Actor, _ indicator: PlanIndicator, in id: StoredPlanID, seen revision: Int) async throws {
    @Sendable func bare(_ one: PlanIndicator) -> PlanIndicator {
      var one = one
      one.values = []
      return one
    }
    let wanted = bare(indicator)
    try await change(actor, id, .indicator, indicator.code, isThere: { $0.indicators.map(bare).contains(wanted) }) {
      plan, _ in
      if revision == 0, plan.indicators.contains(where: { $0.code == wanted.code }) { throw Self.taken(wanted.code) }
      plan.indicators.removeAll { $0.code == wanted.code }
      plan.indicators.append(wanted)
      return { try NationalPlanRecords.put(wanted, in: id, revision: revision, $0) }
    }
  }

  /// Adds an activity or changes one. Its money stays: it is added by `add`.
  public func put(_ actor: Actor, _ activity: PlanActivity, in id: StoredPlanID, seen revision: Int) async throws {
    @Sendable func bare(_ one: PlanActivity) -> PlanActivity {
      var one = one
      one.money = []
      return one
    }
    let wanted = bare(activity)
    try await change(actor, id, .activity, activity.code, isThere: { $0.activities.map(bare).contains(wanted) }) {
      plan, _ in
      if revision == 0, plan.activities.contains(where: { $0.code == wanted.code }) { throw Self.taken(wanted.code) }
      plan.activities.removeAll { $0.code == wanted.code }
      plan.activities.append(wanted)
      return { try NationalPlanRecords.put(wanted, in: id, revision: revision, $0) }
    }
  }

  /// Says where an activity stands, what came of it and where that can be seen.
  ///
  /// Throws `Refusal`: `.notFound`, `.conflict`; `.invalid` for what is done without a day, or on a day to come.
  public func report(
    _ actor: Actor, _ code: String, in id: StoredPlanID, _ state: ActivityState, doneOn: CalendarDay?, result: String,
    evidence: String, seen revision: Int
  ) async throws {
    let isThere: @Sendable (Plan) -> Bool = { plan in
      plan.activities.contains {
        $0.code == code && $0.state == state && $0.doneOn == doneOn && $0.result == result && $0.evidence == evidence
      }
    }
    try await change(actor, id, .progress, code, state: state, isThere: isThere) { plan, _ in
      guard let place = plan.activities.firstIndex(where: { $0.code == code }) else { throw Refusal.notFound }
      plan.activities[place].state = state
      plan.activities[place].doneOn = doneOn
      plan.activities[place].result = result
      plan.activities[place].evidence = evidence
      let activity = plan.activities[place]
      return { try NationalPlanRecords.put(activity, in: id, revision: revision, $0) }
    }
  }

  /// Adds what an indicator stood at on a day. Sending the same again changes nothing.
  ///
  /// Throws `Refusal`: `.notFound`; `.invalid` for a day to come, and for one that has a value: which of two it stood at
  /// nobody could say.
  public func add(
    _ actor: Actor, _ value: PlanValue, _ entry: PlanEntryID, to indicator: String, in id: StoredPlanID
  ) async throws {
    try await change(actor, id, .value, indicator, isThere: { _ in false }) { plan, transaction in
      guard let place = plan.indicators.firstIndex(where: { $0.code == indicator }) else { throw Refusal.notFound }
      // A second click brings what is there already: it is no second value of its day.
      if try NationalPlanRecords.entry(entry, in: id, transaction) != nil { return { _ in false } }
      plan.indicators[place].values.append(value)
      return { try NationalPlanRecords.insert(value, entry, of: indicator, in: id, $0) }
    }
  }

  /// Adds an amount to an activity's money.
  public func add(
    _ actor: Actor, _ money: PlanMoney, _ entry: PlanEntryID, to activity: String, in id: StoredPlanID
  ) async throws {
    try await change(actor, id, .money, activity, isThere: { _ in false }) { plan, _ in
      guard let place = plan.activities.firstIndex(where: { $0.code == activity }) else { throw Refusal.notFound }
      plan.activities[place].money.append(money)
      return { try NationalPlanRecords.insert(money, entry, of: activity, in: id, $0) }
    }
  }

  // MARK: One change

  typealias Store = (any WriteTransaction) throws -> Bool

  /// Loads the plan, puts a change into it, judges the whole, stores the part and records it, in one transaction.
  ///
  /// - Parameters:
  ///   - isThere: whether the plan says so already: then nothing is done.
  ///   - body: changes the plan and answers how the part is stored; storing answers whether anything changed.
  func change(
    _ actor: Actor, _ id: StoredPlanID, _ kind: PlanChange.Kind, _ part: String, state: ActivityState? = nil,
    isThere: @escaping @Sendable (Plan) -> Bool,
    _ body: @escaping @Sendable (inout Plan, any WriteTransaction) throws -> Store
  ) async throws {
    try actor.require(.keepPlan)
    let (now, today, pack) = (office.clock.now(), today, pack)
    try await office.database.write { transaction in
      guard var plan = try NationalPlanRecords.head(id, transaction)?.head else { throw Refusal.notFound }
      _ = try NationalPlanRecords.fill(&plan, id, isWhole: true, transaction)
      if isThere(plan) { return }
      let store = try body(&plan, transaction)
      let book = try Self.book(pack, transaction)
      let findings = PlanCheck(plan, pack: pack, institutions: Set(book.institutions.keys), today: today).findings
      // What stands wrong elsewhere since before must not keep anybody from putting this right.
      let circles = Set(PlanCheck.circles(plan.activities).filter { $0.contains(part) }.flatMap { $0 })
      try Self.refuse(findings.filter { $0.item == part || $0.problem == .waitsForItself && circles.contains($0.item) })
      guard try store(transaction) else {
        // An entry that a second click brings again is there already; a part was changed by somebody else.
        if kind == .value || kind == .money { return }
        throw Refusal(.conflict, Phrase("error.edited_meanwhile"))
      }
      try record(actor, kind, part, state: state, id, at: now, transaction)
    }
  }

  /// A new part whose code another one has.
  private static func taken(_ code: String) -> Refusal {
    Refusal.fields([FieldProblem("code", PlanProblem.twiceNamed.phrase(code))])
  }

  /// Throws what the check finds, beside the fields of the form that are meant.
  static func refuse(_ findings: [PlanFinding]) throws {
    let problems = findings.filter { $0.weight == .error }.map { FieldProblem($0.field, $0.phrase) }
    if !problems.isEmpty { throw Refusal.fields(problems) }
  }

  func record(
    _ actor: Actor, _ kind: PlanChange.Kind, _ part: String, state: ActivityState? = nil, _ id: StoredPlanID,
    at now: Moment, _ transaction: any WriteTransaction
  ) throws {
    try NationalPlanRecords.insert(
      PlanChange(plan: id, at: now, kind: kind, part: part, state: state),
      office.randomness.identifier(PlanEntryEntity.self), by: actor.agency, transaction)
    try transaction.record(
      AuditEntry(
        at: now, doer: actor.doer, action: "plan.\(kind.rawValue)", objectKind: "plan", objectID: id.description))
  }

  /// The pack's institutions with what was added to them here.
  static func book(_ pack: CountryPack, _ transaction: any ReadTransaction) throws -> InstitutionBook {
    InstitutionBook(pack).adding(try MeetingRecords.institutions(transaction))
  }
}

extension PlanProblem {
  /// The sentence beside a field.
  func phrase(_ item: String) -> Phrase { Phrase("error.plan_\(rawValue)", ["item": item]) }
}

extension PlanFinding {
  /// The sentence beside its field.
  var phrase: Phrase { problem.phrase(named.isEmpty ? item : named) }
}
