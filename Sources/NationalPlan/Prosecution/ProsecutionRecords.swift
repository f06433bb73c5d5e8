import Accounts
import Basics
import CountryPack
import Records

extension ProsecutionStage: SQLConvertible {}
extension ProsecutionUnit: SQLConvertible {}
extension ProsecutionAnswer: SQLConvertible {}

/// The queries about counts of justice.
enum ProsecutionRecords {
  /// All of them, withdrawn ones too, by period and stage.
  static func counts(_ transaction: any ReadTransaction) throws -> [StoredProsecution] {
    try transaction.rows("SELECT * FROM prosecution_counts ORDER BY period, stage, entered_at, id").map(stored)
  }

  static func count(_ id: ProsecutionCountID, _ transaction: any ReadTransaction) throws -> StoredProsecution? {
    try transaction.row("SELECT * FROM prosecution_counts WHERE id = ?", id).map(stored)
  }

  /// What a count said before, newest first.
  static func versions(
    of stored: StoredProsecution, _ transaction: any ReadTransaction
  ) throws -> [ProsecutionVersion] {
    try transaction.rows("SELECT * FROM prosecution_versions WHERE count = ? ORDER BY revision DESC", stored.id).map {
      row in
      ProsecutionVersion(
        revision: try row.get("revision"), count: try count(row, stored.count.cell),
        replacedAt: try row.get("replaced_at"), member: try row.get("replaced_by"), agency: try row.get("agency"),
        why: try row.get("why"))
    }
  }

  private static func stored(_ row: Row) throws -> StoredProsecution {
    let text: String = try row.get("period")
    guard let period = ProsecutionPeriod(text) else { throw Refusal.notFound }
    let cell = ProsecutionCell(
      period: period, institution: try row.get("institution"), stage: try row.get("stage"), unit: try row.get("unit"),
      offence: try row.get("offence"), outcome: try row.get("outcome"), sex: try row.get("sex"), age: try row.get("age")
    )
    return StoredProsecution(
      id: try row.get("id"), count: try count(row, cell), revision: try row.get("revision"),
      isWithdrawn: try row.get("withdrawn"), enteredAt: try row.get("entered_at"), agency: try row.get("agency"))
  }

  private static func count(_ row: Row, _ cell: ProsecutionCell) throws -> ProsecutionCount {
    let certainty: String = try row.get("certainty")
    return ProsecutionCount(
      cell: cell, answer: try row.get("answer"), number: try row.optional("number"),
      source: ProsecutionSource(
        document: try row.get("document"), day: try NationalPlanRecords.optionalDay(row, "document_day"),
        readOn: try NationalPlanRecords.day(row, "read_day"), certainty: Certainty(rawValue: certainty) ?? .unverified),
      note: try row.get("note"), isAsPrinted: try row.get("as_printed"))
  }

  // MARK: Writing

  private static func values(_ count: ProsecutionCount) -> [any SQLBindable] {
    [
      count.answer, count.number, count.source.document, count.source.day?.daysSince1970,
      count.source.readOn.daysSince1970, count.source.certainty.rawValue, count.isAsPrinted, count.note,
    ]
  }

  private static let columns = [
    "answer", "number", "document", "document_day", "read_day", "certainty", "as_printed", "note",
  ]

  static func insert(
    _ counts: [(id: ProsecutionCountID, count: ProsecutionCount)], by actor: Actor, at now: Moment,
    _ transaction: any WriteTransaction
  ) throws {
    try transaction.insert(
      into: "prosecution_counts",
      ["id", "period", "institution", "stage", "unit", "offence", "outcome", "sex", "age"] + columns
        + ["withdrawn", "revision", "entered_at", "entered_by", "agency"],
      counts.map { id, count in
        let cell = count.cell
        let first: [any SQLBindable] = [
          id, cell.period.description, cell.institution, cell.stage, cell.unit, cell.offence, cell.outcome, cell.sex,
          cell.age,
        ]
        let last: [any SQLBindable] = [false, 1, now, actor.member, actor.agency]
        return first + values(count) + last
      })
  }

  /// Keeps what a count said and puts what it says now. Answers whether nobody was faster.
  static func replace(
    _ stored: StoredProsecution, by count: ProsecutionCount, isWithdrawn: Bool, seen revision: Int, why: String,
    _ actor: Actor, at now: Moment, _ transaction: any WriteTransaction
  ) throws -> Bool {
    let assignments = columns.map { "\($0) = ?" }.joined(separator: ", ")
    let changed = try transaction.execute(
      """
      UPDATE prosecution_counts SET \(assignments), withdrawn = ?, revision = revision + 1
      WHERE id = ? AND revision = ?
      """, values(count) + ([isWithdrawn, stored.id, revision] as [any SQLBindable]))
    guard changed == 1 else { return false }
    try transaction.insert(
      into: "prosecution_versions",
      ["count", "revision"] + columns + ["replaced_at", "replaced_by", "agency", "why"],
      [
        ([stored.id, revision] as [any SQLBindable]) + values(stored.count)
          + ([now, actor.member, actor.agency, why] as [any SQLBindable])
      ])
    return true
  }

  static func hasImport(_ id: ProsecutionImportID, _ transaction: any ReadTransaction) throws -> Bool {
    try transaction.row("SELECT id FROM prosecution_imports WHERE id = ?", id) != nil
  }

  static func insert(
    _ id: ProsecutionImportID, rows: Int, by actor: Actor, at now: Moment, _ transaction: any WriteTransaction
  ) throws {
    try transaction.execute(
      "INSERT INTO prosecution_imports (id, imported_at, imported_by, lines) VALUES (?, ?, ?, ?)", id, now,
      actor.member,
      rows)
  }
}
