import Basics
import Records

/// The queries about the files of cases.
enum AttachmentRecords {
  struct Sealed {
    var id: AttachmentID
    var caseID: CaseID
    var kind: DataKind
    var blob: [UInt8]
    var addedBy: MemberID
    var addedAt: Moment

    init(_ row: Row) throws {
      id = try row.get("id")
      caseID = try row.get("case_id")
      kind = try row.get("kind")
      blob = try row.get("sealed")
      addedBy = try row.get("added_by")
      addedAt = try row.get("added_at")
    }
  }

  static func insert(
    _ id: AttachmentID, of caseID: CaseID, agency: AgencyID, _ kind: DataKind, header: [UInt8], parts: [[UInt8]],
    by member: MemberID, at now: Moment, _ transaction: any WriteTransaction
  ) throws {
    try transaction.execute(
      """
      INSERT INTO case_attachments (id, case_id, agency, kind, parts, sealed, added_by, added_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      """, id, caseID, agency, kind, parts.count, header, member, now)
    for (number, part) in parts.enumerated() {
      try transaction.execute(
        "INSERT INTO case_attachment_parts (attachment, number, sealed) VALUES (?, ?, ?)", id, number, part)
    }
  }

  static func attachment(_ id: AttachmentID, _ transaction: any ReadTransaction) throws -> Sealed? {
    try transaction.row("SELECT * FROM case_attachments WHERE id = ?", id).map(Sealed.init)
  }

  /// The newest first.
  static func attachments(of id: CaseID, _ transaction: any ReadTransaction) throws -> [Sealed] {
    try transaction.rows("SELECT * FROM case_attachments WHERE case_id = ? ORDER BY added_at DESC, id DESC", id)
      .map(Sealed.init)
  }

  static func parts(of id: AttachmentID, _ transaction: any ReadTransaction) throws -> [[UInt8]] {
    try transaction.rows("SELECT sealed FROM case_attachment_parts WHERE attachment = ? ORDER BY number", id)
      .map { try $0.get("sealed") }
  }

  /// How many files a case has, and how many parts they take.
  static func size(of id: CaseID, _ transaction: any ReadTransaction) throws -> (count: Int, parts: Int) {
    guard
      let row = try transaction.row(
        """
        SELECT COUNT(*) AS number, CAST(COALESCE(SUM(parts), 0) AS BIGINT) AS parts FROM case_attachments
        WHERE case_id = ?
        """, id)
    else { return (0, 0) }
    return (try row.get("number"), try row.get("parts"))
  }

  /// Whether there was one.
  static func delete(_ id: AttachmentID, of caseID: CaseID, _ transaction: any WriteTransaction) throws -> Bool {
    guard try attachment(id, transaction)?.caseID == caseID else { return false }
    try transaction.execute("DELETE FROM case_attachment_parts WHERE attachment = ?", id)
    return try transaction.execute("DELETE FROM case_attachments WHERE id = ?", id) == 1
  }
}
