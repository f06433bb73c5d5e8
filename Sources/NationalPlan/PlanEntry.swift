import Accounts
import Basics
import Records

/// An amount or a value as it was entered, with what a page needs to strike it. One that is struck stays to be seen and
/// counts nowhere: it is in no `Plan`.
public struct PlanEntry: Hashable, Sendable, Identifiable {
  public enum Content: Hashable, Sendable {
    case money(PlanMoney)
    case value(PlanValue)
  }

  public var id: PlanEntryID
  /// The version under which it was entered.
  public var plan: StoredPlanID
  /// The code of its activity or indicator.
  public var part: String
  public var content: Content
  public var isStruck: Bool
}

extension NationalPlanDesk {
  /// The amounts of an activity in a version, struck ones too, by day.
  public func amounts(_ actor: Actor, of activity: String, in id: StoredPlanID) async throws -> [PlanEntry] {
    try await office.database.read { try NationalPlanRecords.amounts(of: activity, in: id, $0) }
  }

  /// What an indicator was found at in a version and those before it, struck ones too, by day.
  ///
  /// Throws `Refusal.notFound` without that version.
  public func values(_ actor: Actor, of indicator: String, upTo id: StoredPlanID) async throws -> [PlanEntry] {
    try await office.database.read { transaction in
      guard let plan = try NationalPlanRecords.head(id, transaction)?.head else { throw Refusal.notFound }
      return try NationalPlanRecords.values(of: indicator, upTo: plan, transaction)
    }
  }

  /// Throws `Refusal.notFound` unless it was entered under this version.
  public func entry(_ actor: Actor, _ entry: PlanEntryID, in id: StoredPlanID) async throws -> PlanEntry {
    try await office.database.read { transaction in
      guard let found = try NationalPlanRecords.entry(entry, in: id, transaction) else { throw Refusal.notFound }
      return found
    }
  }

  /// Takes an amount or a value that was entered by mistake out of every sum. Doing it again changes nothing.
  ///
  /// Throws `Refusal`: `.forbidden`; `.notFound` unless it was entered under this version.
  public func strike(_ actor: Actor, _ entry: PlanEntryID, in id: StoredPlanID) async throws {
    try actor.require(.keepPlan)
    let now = office.clock.now()
    try await office.database.write { transaction in
      guard let found = try NationalPlanRecords.entry(entry, in: id, transaction) else { throw Refusal.notFound }
      guard try NationalPlanRecords.strike(found, transaction) else { return }
      try record(actor, .struck, found.part, id, at: now, transaction)
    }
  }
}
