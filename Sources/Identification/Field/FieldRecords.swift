import Basics
import Records

/// One operation from the field as the inbox shows it: codes, times and states, nothing that is sealed.
public struct FieldEntry: Hashable, Sendable {
  public var id: FieldOperationID
  public var device: FieldDeviceID
  public var agency: AgencyID
  public var member: MemberID
  public var kind: FieldOperation.Kind
  public var record: ScreeningID
  /// ISO 3166-2, where the phone knew it.
  public var province: String?
  public var ageGroup: Screening.AgeGroup?
  /// By the phone's clock.
  public var clientTime: Moment
  public var sentAt: Moment
  /// By the server's clock, which orders.
  public var receivedAt: Moment
  /// By how much the phone's clock was behind; `nil` when it is not known.
  public var skew: Span?
  public var way: FieldBatch.Way
  public var state: FieldState
  /// What its phone was told first.
  public var outcome: FieldOutcome
  public var cause: FieldReason?
  public var decidedAt: Moment?
  public var decidedBy: MemberID?
  /// The screening it became.
  public var screening: ScreeningID?
  /// Since when it alerts, and until when it did.
  public var dangerSince: Moment?
  public var dangerSettledAt: Moment?
  public var dangerSettledBy: MemberID?
  /// Whether the danger stands on a screening now, and is settled there.
  public var isDangerCarried: Bool

  /// Whether supervisors must see to it here.
  public var isAlarm: Bool { dangerSince != nil && dangerSettledAt == nil && !isDangerCarried }
  /// When it happened, by the server's clock as far as the phone's is known to be off.
  public var happenedAt: Moment { FieldRules.rightTime(clientTime, skew: skew, receivedAt: receivedAt) }
}

extension FieldOperation.Kind: SQLConvertible {}
extension FieldBatch.Way: SQLConvertible {}
extension FieldState: SQLConvertible {}
extension FieldOutcome: SQLConvertible {}
extension FieldReason: SQLConvertible {}

/// The queries about what came from the field. Each names the agency or the phone whose rows it may see.
enum FieldRecords {
  /// What is kept of an operation when it comes in.
  struct Arrival {
    var entry: FieldEntry
    var operation: FieldOperation
    var signed: FieldBatch.Signed
    var hash: [UInt8]
    var receipt: FieldReceipt
  }

  static func insert(_ arrival: Arrival, _ transaction: any WriteTransaction) throws {
    let (entry, operation) = (arrival.entry, arrival.operation)
    try transaction.execute(
      """
      INSERT INTO field_operations (id, device, op, agency, member, sequence, kind, record, branch, trunk, base, epoch,
        province, age_group, language, client_time, sent_at, received_at, skew, way, hash, body, signature, outcome,
        cause, receipt, receipt_signature, state, danger_since, danger_carried)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """, entry.id, entry.device, operation.op, entry.agency, entry.member, operation.sequence, entry.kind,
      entry.record, operation.branch, operation.trunk, operation.base, operation.epoch, entry.province,
      entry.ageGroup, operation.header.language, entry.clientTime, entry.sentAt, entry.receivedAt,
      entry.skew?.milliseconds, entry.way, arrival.hash, arrival.signed.body, arrival.signed.signature, entry.outcome,
      entry.cause, arrival.receipt.body, arrival.receipt.signature, entry.state, entry.dangerSince,
      entry.isDangerCarried)
  }

  /// What came before under this name from this phone.
  static func earlier(_ op: [UInt8], _ device: FieldDeviceID, _ transaction: any ReadTransaction) throws -> (
    hash: [UInt8], receipt: FieldReceipt
  )? {
    try transaction.row(
      "SELECT hash, receipt, receipt_signature FROM field_operations WHERE device = ? AND op = ?", device, op
    ).map {
      (
        try $0.get("hash"),
        FieldReceipt(body: try $0.get("receipt"), signature: try $0.get("receipt_signature"))
      )
    }
  }

  /// Whether an operation of the record was first and still counts.
  static func isCommitted(_ record: ScreeningID, _ agency: AgencyID, _ transaction: any ReadTransaction) throws -> Bool
  {
    try transaction.row(
      """
      SELECT 1 AS found FROM field_operations
      WHERE record = ? AND agency = ? AND kind = 'screening' AND state IN ('waiting', 'opened') LIMIT 1
      """, record, agency) != nil
  }

  static func count(of device: FieldDeviceID, since: Moment, _ transaction: any ReadTransaction) throws -> Int {
    try transaction.value(
      Int.self, "SELECT COUNT(*) AS number FROM field_operations WHERE device = ? AND received_at > ?", device, since)
      ?? 0
  }

  /// The operations about one record that ever alerted, oldest first.
  static func dangers(of record: ScreeningID, _ agency: AgencyID, _ transaction: any ReadTransaction) throws
    -> [FieldEntry]
  {
    try transaction.rows(
      """
      SELECT * FROM field_operations WHERE record = ? AND agency = ? AND danger_since IS NOT NULL
      ORDER BY danger_since, id
      """, record, agency
    ).map(entry)
  }

  static func entry(_ id: FieldOperationID, agency: AgencyID, _ transaction: any ReadTransaction) throws -> FieldEntry?
  {
    try transaction.row("SELECT * FROM field_operations WHERE id = ? AND agency = ?", id, agency).map(entry)
  }

  /// What the phone signed; `nil` once it was opened or discarded.
  static func body(_ id: FieldOperationID, _ transaction: any ReadTransaction) throws -> [UInt8]? {
    try transaction.row("SELECT body FROM field_operations WHERE id = ?", id)?.optional("body")
  }

  static func reasons(_ id: FieldOperationID, _ transaction: any ReadTransaction) throws -> (
    decision: [UInt8]?, danger: [UInt8]?
  ) {
    let row = try transaction.row("SELECT reason, danger_reason FROM field_operations WHERE id = ?", id)
    return (try row?.optional("reason"), try row?.optional("danger_reason"))
  }

  private static let alarm = "danger_since IS NOT NULL AND danger_settled_at IS NULL AND danger_carried = 0"

  /// Dangers that nobody has settled first, the oldest of them at the top; then the newest.
  static func list(_ filter: FieldFilter, agency: AgencyID, member: MemberID?, _ transaction: any ReadTransaction)
    throws
    -> [FieldEntry]
  {
    var (conditions, values): ([String], [any SQLBindable]) = (["agency = ?"], [agency])
    if let member {
      conditions.append("member = ?")
      values.append(member)
    }
    if filter.onlyAlarms { conditions.append(alarm) }
    if !filter.states.isEmpty {
      let states = filter.states.sorted { $0.rawValue < $1.rawValue }
      let wanted = "state IN (\(states.map { _ in "?" }.joined(separator: ", ")))"
      conditions.append(filter.withAlarms ? "(\(wanted) OR (\(alarm)))" : wanted)
      values += states as [any SQLBindable]
    }
    return try transaction.rows(
      """
      SELECT * FROM field_operations WHERE \(conditions.joined(separator: " AND "))
      ORDER BY CASE WHEN \(alarm) THEN 0 ELSE 1 END, CASE WHEN \(alarm) THEN danger_since END,
        received_at DESC, sequence DESC, id
      LIMIT ? OFFSET ?
      """, values + [filter.limit, filter.offset]
    ).map(entry)
  }

  static func counts(agency: AgencyID, member: MemberID?, _ transaction: any ReadTransaction) throws -> FieldCounts {
    var (condition, values): (String, [any SQLBindable]) = ("agency = ?", [agency])
    if let member {
      condition += " AND member = ?"
      values.append(member)
    }
    let rows = try transaction.rows(
      """
      SELECT state, CASE WHEN \(alarm) THEN 1 ELSE 0 END AS alarm, COUNT(*) AS number FROM field_operations
      WHERE \(condition) GROUP BY state, CASE WHEN \(alarm) THEN 1 ELSE 0 END
      """, values)
    return try rows.reduce(into: FieldCounts()) { counts, row in
      let number: Int = try row.get("number")
      if try row.get("alarm", as: Bool.self) { counts.alarms += number }
      switch try row.get("state", as: FieldState.self) {
      case .waiting: counts.waiting += number
      case .held: counts.held += number
      case .beside: counts.beside += number
      case .opened, .noted, .discarded: break
      }
    }
  }

  /// The receipts of a phone, in the order in which they were given; the newest when there are more.
  static func receipts(of device: FieldDeviceID, limit: Int, _ transaction: any ReadTransaction) throws -> [(
    op: [UInt8], outcome: FieldOutcome, cause: FieldReason?, receipt: FieldReceipt
  )] {
    try transaction.rows(
      "SELECT * FROM field_operations WHERE device = ? ORDER BY received_at DESC, sequence DESC LIMIT ?", device, limit
    ).reversed().map {
      (
        try $0.get("op"), try $0.get("outcome"), try $0.optional("cause"),
        FieldReceipt(body: try $0.get("receipt"), signature: try $0.get("receipt_signature"))
      )
    }
  }

  // MARK: Changes

  /// - Parameter empties: whether the body is no longer needed.
  /// - Returns: whether it still stood in the state it was loaded in.
  static func decide(
    _ entry: FieldEntry, _ state: FieldState, screening: ScreeningID? = nil, by member: MemberID, reason: [UInt8]?,
    at now: Moment, empties: Bool, _ transaction: any WriteTransaction
  ) throws -> Bool {
    if empties { try transaction.execute("UPDATE field_operations SET body = NULL WHERE id = ?", entry.id) }
    return try transaction.execute(
      """
      UPDATE field_operations SET state = ?, screening = ?, decided_at = ?, decided_by = ?,
        reason = COALESCE(?, reason)
      WHERE id = ? AND agency = ? AND state = ?
      """, state, screening, now, member, reason, entry.id, entry.agency, entry.state) == 1
  }

  /// - Returns: whether it was not settled before.
  static func settleDanger(
    _ entry: FieldEntry, by member: MemberID, reason: [UInt8], at now: Moment, _ transaction: any WriteTransaction
  ) throws -> Bool {
    try transaction.execute(
      """
      UPDATE field_operations SET danger_settled_at = ?, danger_settled_by = ?, danger_reason = ?
      WHERE id = ? AND agency = ? AND danger_settled_at IS NULL AND danger_carried = 0
      """, now, member, reason, entry.id, entry.agency) == 1
  }

  static func carryDanger(_ id: FieldOperationID, _ transaction: any WriteTransaction) throws {
    try transaction.execute("UPDATE field_operations SET danger_carried = 1 WHERE id = ?", id)
  }

  private static func entry(_ row: Row) throws -> FieldEntry {
    FieldEntry(
      id: try row.get("id"), device: try row.get("device"), agency: try row.get("agency"),
      member: try row.get("member"), kind: try row.get("kind"), record: try row.get("record"),
      province: try row.optional("province"), ageGroup: try row.optional("age_group"),
      clientTime: try row.get("client_time"), sentAt: try row.get("sent_at"), receivedAt: try row.get("received_at"),
      skew: try row.optional("skew", as: Int64.self).map(Span.init(milliseconds:)), way: try row.get("way"),
      state: try row.get("state"), outcome: try row.get("outcome"), cause: try row.optional("cause"),
      decidedAt: try row.optional("decided_at"), decidedBy: try row.optional("decided_by"),
      screening: try row.optional("screening"), dangerSince: try row.optional("danger_since"),
      dangerSettledAt: try row.optional("danger_settled_at"), dangerSettledBy: try row.optional("danger_settled_by"),
      isDangerCarried: try row.get("danger_carried"))
  }
}
