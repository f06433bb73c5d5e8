import Accounts
import Basics
import Records
import Vault

/// Which lines of a case's history are shown.
public struct HistoryFilter: Hashable, Sendable {
  public enum Show: String, Hashable, Sendable, CaseIterable {
    case all
    /// What was written.
    case changes
    /// Who looked.
    case readings
    /// What was given to others, on which basis.
    case sharing
  }

  public var show: Show
  /// Only what this member did.
  public var member: MemberID?
  /// From this day on, in the country's time.
  public var from: CalendarDay?
  /// Up to and including this day.
  public var until: CalendarDay?

  public init(
    _ show: Show = .all, member: MemberID? = nil, from: CalendarDay? = nil, until: CalendarDay? = nil
  ) {
    self.show = show
    self.member = member
    self.from = from
    self.until = until
  }

  /// Where an act of the audit log belongs.
  static func kind(_ action: String) -> Show {
    if action.hasSuffix(".read") { return .readings }
    if action.hasPrefix("consent.") || action.hasPrefix("restriction.") { return .sharing }
    return .changes
  }
}

/// One line of a case's history with the fields that it changed.
public struct HistoryLine: Hashable, Sendable {
  public var event: CaseEvent
  /// Whether it was read in an emergency.
  public var isEmergency: Bool
  /// Which parts of the file were changed.
  public var parts: [Part]

  public struct Part: Hashable, Sendable {
    /// `nil` for the coded part.
    public var kind: DataKind?
    /// Old and new; `nil` where this reader may not see them, or not here.
    public var fields: [FieldChange]?
  }
}

public struct HistoryPage: Hashable, Sendable {
  public static let size = 50
  public var lines: [HistoryLine]
  /// From 0.
  public var number: Int
  public var hasMore: Bool
}

extension DataProtectionDesk {
  /// What happened to a case, the newest first: who wrote what, from which to which words, and who saw it. For the agency
  /// that owns it. Looking at old words is a reading of the file, and an entry.
  ///
  /// Where the person is kept safe is not shown here: only that it was changed.
  ///
  /// - Parameter size: lines of a page. Each reading is a line of its own: whoever wants all asks once.
  public func history(
    _ actor: Actor, _ id: CaseID, _ filter: HistoryFilter = HistoryFilter(), page: Int = 0, size: Int = HistoryPage.size
  ) async throws -> HistoryPage {
    let names = try await MembersDesk(office).names(actor)
    let (now, number) = (office.clock.now(), min(max(0, page), 100_000))
    let found = try await office.database.read { transaction in
      let summary = try own(id, actor, transaction)
      let entries = try AuditLog.entries(transaction, objectKind: "case", objectID: id.description).reversed()
        .filter { matches($0.entry, filter) }
      let shown = entries.dropFirst(number * size).prefix(size)
      var agencies: [AgencyID: String] = [:]
      let changes = try changes(summary, actor, at: now, transaction)
      let lines = try shown.map { numbered -> HistoryLine in
        let entry = numbered.entry
        var event = CaseEvent(at: entry.at, action: entry.action, purpose: entry.purpose)
        let isEmergency = entry.purpose == Self.emergencyPurpose
        if isEmergency { event.purpose = nil }
        var parts: [HistoryLine.Part] = []
        if case .member(let member, let agency, _) = entry.doer {
          if agencies[agency] == nil { agencies[agency] = try AgencyDesk.agency(agency, transaction)?.name }
          event.agency = agency
          event.agencyName = agencies[agency]
          event.memberName = agency == actor.agency ? names[member] : nil
          if entry.action.hasSuffix(".edit") || entry.action == "assessment.add" {
            parts = changes[ChangeMark(at: entry.at, member: member)] ?? []
          }
        }
        return HistoryLine(event: event, isEmergency: isEmergency, parts: parts)
      }
      return HistoryPage(
        lines: lines, number: number, hasMore: entries.count > (number + 1) * size)
    }
    try await office.database.write { try $0.record(cases.entry(actor, "history.read", id, at: now)) }
    return found
  }

  private func matches(_ entry: AuditEntry, _ filter: HistoryFilter) -> Bool {
    let day = cases.day(entry.at)
    if let from = filter.from, day < from { return false }
    if let until = filter.until, day > until { return false }
    if let member = filter.member {
      guard case .member(member, _, _) = entry.doer else { return false }
    }
    return filter.show == .all || HistoryFilter.kind(entry.action) == filter.show
  }

  /// What one member changed at one moment: as the audit entry of the same transaction has them.
  struct ChangeMark: Hashable {
    var at: Moment
    var member: MemberID
  }

  private func changes(
    _ summary: CaseSummary, _ actor: Actor, at now: Moment, _ transaction: any ReadTransaction
  ) throws -> [ChangeMark: [HistoryLine.Part]] {
    let mayRead = actor.may(.readCase)
    var found: [ChangeMark: [HistoryLine.Part]] = [:]
    var facts = summary.facts
    for change in try HistoryRecords.facts(of: summary.id, transaction) {
      found[change.mark, default: []].append(
        HistoryLine.Part(kind: nil, fields: FieldChange.between(change.replaced.fields, facts.fields)))
      facts = change.replaced
    }
    let contents = try ContentRecords.contents(summary, transaction)
    let all = Dictionary(grouping: try HistoryRecords.contents(of: summary, transaction), by: \.kind)
    for (kind, changes) in all.sorted(by: { $0.key < $1.key }) {
      let key =
        mayRead && kind != .protection
        ? try RecordKeys.open(CaseAccess.subject(kind, summary), kind.rawValue, for: actor, at: now, transaction) : nil
      // Backwards from what stands there now: each change holds what it replaced.
      var newer = try key.flatMap { key in
        try contents[kind].map { try Self.fields(kind, $0.blob, key, summary, revision: $0.revision) }
      }
      for change in changes {
        var older: [FileField]? = []
        if let key, let replaced = change.replaced {
          older = try Self.fields(kind, replaced, key, summary, revision: change.revision - 1)
        }
        let fields = key == nil ? nil : FieldChange.between(older ?? [], newer ?? [])
        found[change.mark, default: []].append(HistoryLine.Part(kind: kind, fields: fields))
        newer = older
      }
    }
    return found
  }

  /// The fields of a part as it was sealed at a revision.
  private static func fields(
    _ kind: DataKind, _ blob: [UInt8], _ key: RecordKey, _ summary: CaseSummary, revision: Int
  ) throws -> [FileField] {
    let address = SealedPlace.content(summary, kind, revision: revision)
    func open<Value: Decodable>() throws -> Value { try key.openValue(Value.self, blob, at: address) }
    switch kind {
    case .identity: return CaseChange.identity(try open()).fields
    case .contact: return CaseChange.contact(try open()).fields
    case .narrative: return CaseChange.narrative(try open()).fields
    case .needs: return CaseChange.needs(try open()).fields
    case .health: return CaseChange.health(try open()).fields
    case .legal: return CaseChange.legal(try open()).fields
    case .safety: return try (open() as SafetyPlan).fields
    case .exploitation, .plan, .protection, .conference: return []
    }
  }

  /// A part of a file as somebody saw it at a revision, for showing two people who write it at once what each changed.
  /// `nil` where it was not kept.
  public func part(_ actor: Actor, _ id: CaseID, _ kind: DataKind, revision: Int) async throws -> [FileField]? {
    try actor.require(.editCase)
    let now = office.clock.now()
    return try await office.database.read { transaction in
      let summary = try own(id, actor, transaction)
      guard revision > 0 else { return [] }
      guard
        let key = try RecordKeys.open(
          CaseAccess.subject(kind, summary), kind.rawValue, for: actor, at: now, transaction),
        let blob = try HistoryRecords.contents(of: summary, transaction)
          .first(where: { $0.kind == kind && $0.revision == revision + 1 })?.replaced
      else { return nil }
      return try Self.fields(kind, blob, key, summary, revision: revision)
    }
  }
}
