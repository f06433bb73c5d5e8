import Accounts
import Basics
import Records
import Vault

/// Which part of the inbox is shown.
public struct FieldFilter: Hashable, Sendable {
  /// Empty: in any state.
  public var states: Set<FieldState>
  /// Only dangers that nobody has settled.
  public var onlyAlarms: Bool
  /// Dangers that nobody has settled as well, whatever their state.
  public var withAlarms: Bool
  public var limit: Int
  public var offset: Int

  public init(
    states: Set<FieldState> = [], onlyAlarms: Bool = false, withAlarms: Bool = false, limit: Int = 25, offset: Int = 0
  ) {
    self.states = states
    self.onlyAlarms = onlyAlarms
    self.withAlarms = withAlarms
    self.limit = limit
    self.offset = offset
  }
}

/// How much of the inbox waits for someone.
public struct FieldCounts: Hashable, Sendable {
  public var waiting = 0
  public var held = 0
  public var beside = 0
  public var alarms = 0

  public init() {}

  public var isEmpty: Bool { self == FieldCounts() }
}

extension FieldDesk {
  /// What came in, without anything that names a person: dangers that nobody has settled first, then the newest.
  /// Officers see their own, whoever reads interviews sees all of the agency.
  public func inbox(_ actor: Actor, _ filter: FieldFilter = FieldFilter()) async throws -> [FieldEntry] {
    try screenings.requireAny(actor)
    return try await office.database.read {
      try FieldRecords.list(filter, agency: actor.agency, member: own(actor), $0)
    }
  }

  public func counts(_ actor: Actor) async throws -> FieldCounts {
    try screenings.requireAny(actor)
    return try await office.database.read {
      try FieldRecords.counts(agency: actor.agency, member: own(actor), $0)
    }
  }

  /// One operation with the reasons that were written about it; records that they were read, where there are any.
  public func entry(_ actor: Actor, _ id: FieldOperationID) async throws -> (
    entry: FieldEntry, reason: String?, dangerReason: String?
  ) {
    try screenings.requireAny(actor)
    let now = office.clock.now()
    return try await office.database.write { transaction in
      let entry = try load(id, for: actor, transaction)
      let sealed = try FieldRecords.reasons(id, transaction)
      guard sealed.decision != nil || sealed.danger != nil else { return (entry, nil, nil) }
      let key = try reasonKey(entry, for: actor, at: now, transaction)
      try transaction.record(self.entry("field.read", actor.doer, id))
      return (
        entry, try sealed.decision.map { try key.openValue(String.self, $0, at: .field(entry, "reason")) },
        try sealed.danger.map { try key.openValue(String.self, $0, at: .field(entry, "danger_reason")) }
      )
    }
  }

  /// A supervisor's word that what was held may count. It is judged again as if it came in now.
  ///
  /// Throws `Refusal`: `.forbidden`, `.fields` without a reason, `.conflict` when it is not held.
  public func release(_ actor: Actor, _ id: FieldOperationID, reason typed: String) async throws {
    try await decide(actor, id, .release, "field.release", reason: typed)
  }

  /// A supervisor's word that it must not count: its content is erased for good, the receipt stays.
  ///
  /// Throws `Refusal`: `.forbidden`, `.fields` without a reason, `.conflict` once it is a screening.
  public func discard(_ actor: Actor, _ id: FieldOperationID, reason typed: String) async throws {
    try await decide(actor, id, .discard, "field.discard", reason: typed)
  }

  private func decide(_ actor: Actor, _ id: FieldOperationID, _ move: FieldMove, _ action: String, reason typed: String)
    async throws
  {
    try actor.require(.decideIdentification)
    let reason = try screenings.reason(typed)
    let now = office.clock.now()
    try await office.database.write { transaction in
      let entry = try load(id, for: actor, transaction)
      let state = try FieldRules.next(
        move, from: entry.state, entry.kind,
        isRecordKnown: try Self.isKnown(entry.record, entry.agency, transaction), by: standing(actor, entry))
      let key = try reasonKey(entry, for: actor, at: now, transaction)
      guard
        try FieldRecords.decide(
          entry, state, by: actor.member, reason: try key.sealValue(reason, at: .field(entry, "reason")), at: now,
          empties: state == .discarded, transaction)
      else { throw Refusal.conflict }
      try transaction.record(self.entry(action, actor.doer, id))
    }
  }

  /// A supervisor's word that a danger was seen to, and how. Again changes nothing.
  ///
  /// Throws `Refusal`: `.forbidden`, `.fields` without a reason, `.conflict` where no danger was told, or where it
  /// stands on a screening and is settled there.
  public func settleDanger(_ actor: Actor, _ id: FieldOperationID, reason typed: String) async throws {
    try actor.require(.decideIdentification)
    let reason = try screenings.reason(typed)
    let now = office.clock.now()
    try await office.database.write { transaction in
      let entry = try load(id, for: actor, transaction)
      _ = try FieldRules.next(
        .settleDanger, from: entry.state, entry.kind, isRecordKnown: false, by: standing(actor, entry))
      guard entry.dangerSince != nil, !entry.isDangerCarried else {
        throw Refusal(.conflict, Phrase("error.field_moved_on"))
      }
      if entry.dangerSettledAt != nil { return }
      let key = try reasonKey(entry, for: actor, at: now, transaction)
      guard
        try FieldRecords.settleDanger(
          entry, by: actor.member, reason: try key.sealValue(reason, at: .field(entry, "danger_reason")), at: now,
          transaction)
      else { throw Refusal.conflict }
      try transaction.record(self.entry("field.danger_settle", actor.doer, id))
    }
  }

  /// The key of what supervisors write about one operation.
  func reasonKey(_ entry: FieldEntry, for actor: Actor, at now: Moment, _ transaction: any WriteTransaction) throws
    -> RecordKey
  {
    try RecordKeys.openOrCreate(
      RecordSubject("field", entry.id), ScreeningDesk.kind, for: actor, at: now, transaction)
  }
}

extension FieldAddress {
  static func field(_ entry: FieldEntry, _ column: String) -> FieldAddress {
    FieldAddress(
      tenant: entry.agency.description, table: "field_operations", column: column, row: entry.id.description,
      revision: 1)
  }
}
