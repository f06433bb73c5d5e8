import Accounts
import Basics
import CountryPack
import Records

/// Versions of a plan: taken over from the pack or a file, ended, followed by the next.
extension NationalPlanDesk {
  /// Takes a plan of the pack over into the store, where it can be edited. Doing it again changes nothing.
  ///
  /// - Parameters:
  ///   - id: chosen by the form.
  ///   - code: of a plan that `offered` names.
  ///
  /// Throws `Refusal`: `.notFound` for a plan the pack does not have, `.conflict` when this version is stored already,
  /// `.invalid` when two versions would be in force on one day.
  public func takeOver(_ actor: Actor, id: StoredPlanID, code: String, version: Int) async throws {
    try actor.require(.keepPlan)
    guard let plan = PlanShelf.plans(pack).first(where: { $0.code == code && $0.version == version }) else {
      throw Refusal.notFound
    }
    try await keep(actor, plan, as: id)
  }

  /// What the check finds in a plan that was read from a file, with what is stored beside it: a dry run of `keep`, which
  /// finds nothing in what was stored under this identifier before.
  ///
  /// Throws `Refusal`: `.forbidden`; `.conflict` when this version is stored already.
  public func findings(_ actor: Actor, _ plan: Plan, as id: StoredPlanID) async throws -> [PlanFinding] {
    try actor.require(.keepPlan)
    let (pack, today) = (pack, today)
    return try await office.database.read { transaction in
      let there = try NationalPlanRecords.head(id, transaction)?.head
      if there?.code == plan.code, there?.version == plan.version { return [] }
      return try Self.findings(plan, pack, today, transaction)
    }
  }

  private static func findings(
    _ plan: Plan, _ pack: CountryPack, _ today: CalendarDay, _ transaction: any ReadTransaction
  ) throws -> [PlanFinding] {
    let versions = try NationalPlanRecords.heads(transaction).map(\.head).filter { $0.code == plan.code }
    guard !versions.contains(where: { $0.version == plan.version }) else {
      throw Refusal(.conflict, Phrase("error.plan_taken"))
    }
    let institutions = Set(try book(pack, transaction).institutions.keys)
    var plan = plan
    plan.began = versions.map(\.from).reduce(plan.from, min)
    // Where an earlier version stands in the way, the line is that of the file's own plan.
    let overlaps = PlanCheck.versions(versions + [plan]).map { finding in
      var finding = finding
      finding.line = max(1, plan.line)
      return finding
    }
    return PlanCheck(plan, pack: pack, institutions: institutions, today: today).findings + overlaps
  }

  /// Stores a plan that was read from a file, whole or not at all. Doing it again changes nothing.
  ///
  /// Throws `Refusal`: `.conflict` when this version is stored already, `.invalid` with what `findings` finds.
  public func keep(_ actor: Actor, _ plan: Plan, as id: StoredPlanID) async throws {
    try actor.require(.keepPlan)
    let (now, today, randomness, pack) = (office.clock.now(), today, office.randomness, pack)
    try await office.database.write { transaction in
      if let there = try NationalPlanRecords.head(id, transaction) {
        guard there.head.code == plan.code, there.head.version == plan.version else { throw Refusal.conflict }
        return
      }
      try Self.refuse(try Self.findings(plan, pack, today, transaction))
      try NationalPlanRecords.insert(
        plan, id, by: actor.member, at: now, entryID: { randomness.identifier(PlanEntryEntity.self) }, transaction)
      try record(actor, .taken, plan.code, id, at: now, transaction)
    }
  }

  /// Says when a version ends, or that nobody knows.
  ///
  /// - Parameters:
  ///   - day: its last day.
  ///   - seen: the last day it had when the form was shown.
  ///
  /// Throws `Refusal`: `.notFound`; `.conflict` when it was changed meanwhile; `.invalid` when activities would lie
  /// outside the plan or two versions be in force on one day.
  public func end(_ actor: Actor, _ id: StoredPlanID, on day: CalendarDay?, seen: CalendarDay?) async throws {
    try actor.require(.keepPlan)
    let (now, pack) = (office.clock.now(), pack)
    try await office.database.write { transaction in
      let heads = try NationalPlanRecords.heads(transaction)
      guard var plan = heads.first(where: { $0.id == id })?.head else { throw Refusal.notFound }
      if plan.until == day { return }
      guard plan.until == seen else { throw Refusal(.conflict, Phrase("error.edited_meanwhile")) }
      _ = try NationalPlanRecords.fill(&plan, id, isWhole: false, transaction)
      // What went on in the next version has lain outside this one since then.
      let outside = Set(PlanCheck(plan, pack: pack).findings.filter { $0.problem == .outsidePlan }.map(\.item))
      plan.until = day
      let others = heads.filter { $0.id != id && $0.head.code == plan.code }.map(\.head)
      let found = PlanCheck(plan, pack: pack).findings.filter {
        ($0.problem == .outsidePlan && !outside.contains($0.item))
          || ($0.problem == .datesInverted && $0.item == plan.code)
      }
      if let first = (found + PlanCheck.versions(others + [plan])).first {
        // Beside a plan's last day it has to be said which activity lies after it.
        let phrase =
          first.problem == .outsidePlan ? Phrase("error.plan_left_outside", ["item": first.item]) : first.phrase
        throw Refusal.fields([FieldProblem("until", phrase)])
      }
      try NationalPlanRecords.end(id, on: day, transaction)
      try record(actor, .end, plan.code, id, at: now, transaction)
    }
  }

  /// Begins the next version of a plan: a copy that is in force from a day on; the one before ends the day before.
  /// Values, meetings and decisions are not copied: the new version sees them where they are. What is late stays late:
  /// activities keep their dates.
  ///
  /// - Parameters:
  ///   - id: of the new version, chosen by the form.
  ///   - from: its first day; after the first day of the version it follows.
  ///
  /// Throws `Refusal`: `.notFound`; `.conflict` unless it follows the newest version; `.invalid` for the day.
  public func begin(_ actor: Actor, id: StoredPlanID, after earlier: StoredPlanID, from day: CalendarDay) async throws {
    try actor.require(.keepPlan)
    let (now, randomness) = (office.clock.now(), office.randomness)
    try await office.database.write { transaction in
      let heads = try NationalPlanRecords.heads(transaction)
      if heads.contains(where: { $0.id == id }) { return }
      guard let before = heads.first(where: { $0.id == earlier }) else { throw Refusal.notFound }
      guard !heads.contains(where: { $0.head.code == before.head.code && $0.head.version > before.head.version }) else {
        throw Refusal(.conflict, Phrase("error.plan_not_newest"))
      }
      guard day > before.head.from, before.head.until.map({ day <= $0 }) != false else {
        throw Refusal.fields([FieldProblem("from", "error.plan_version_day")])
      }
      var plan = before.head
      _ = try NationalPlanRecords.fill(&plan, earlier, isWhole: true, transaction)
      (plan.version, plan.from) = (before.head.version + 1, day)
      for place in plan.indicators.indices { plan.indicators[place].values = [] }
      // What was over before the new version begins stays with the one in which it was done.
      plan.activities.removeAll { $0.until < day && !$0.state.isOpen }
      let left = Set(plan.activities.map(\.code))
      for place in plan.activities.indices {
        plan.activities[place].dependsOn.removeAll { !left.contains($0) }
      }
      try NationalPlanRecords.end(earlier, on: day.adding(days: -1), transaction)
      try NationalPlanRecords.insert(
        plan, id, by: actor.member, at: now, entryID: { randomness.identifier(PlanEntryEntity.self) }, transaction)
      try record(actor, .taken, plan.code, id, at: now, transaction)
    }
  }
}
