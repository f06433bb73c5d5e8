import Basics
import Records

extension DirectoryKey: SQLConvertible {}

/// The queries about the directory, the only ones.
enum DirectoryRecords {
  /// An entry as it is stored.
  struct Stored: Hashable, Sendable {
    var service: DirectoryServiceKey
    var agency: AgencyID?
    /// One service with its organisation and places, as HSDS.
    var content: String
    /// Whether its owner edited or confirmed it, so that an import leaves it alone.
    var isKeptByOwner: Bool
    var changedAt: Moment
    var revision: Int
  }

  static func version(_ transaction: any ReadTransaction) throws -> Int {
    try transaction.value(Int.self, "SELECT version FROM directory_state WHERE id = 1") ?? 0
  }

  static func all(_ transaction: any ReadTransaction) throws -> [Stored] {
    try transaction.rows("SELECT * FROM directory_entries ORDER BY service").map(stored)
  }

  static func entry(_ service: DirectoryServiceKey, _ transaction: any ReadTransaction) throws -> Stored? {
    try transaction.row("SELECT * FROM directory_entries WHERE service = ?", service).map(stored)
  }

  static func entries(of agency: AgencyID, _ transaction: any ReadTransaction) throws -> [Stored] {
    try transaction.rows("SELECT * FROM directory_entries WHERE agency = ? ORDER BY service", agency).map(stored)
  }

  /// The entries that speak of an organisation or a place.
  static func entries(with part: String, _ transaction: any ReadTransaction) throws -> [Stored] {
    try transaction.rows(
      """
      SELECT directory_entries.* FROM directory_entries
      JOIN directory_parts ON directory_parts.service = directory_entries.service
      WHERE directory_parts.part = ? ORDER BY directory_entries.service
      """, part
    ).map(stored)
  }

  /// Stores an entry, new or changed, with what it speaks of.
  /// - Parameter revision: the one that was read; 0 for a new entry.
  /// - Returns: false when somebody else came first.
  static func store(_ entry: Stored, parts: [String], from revision: Int, _ transaction: any WriteTransaction) throws
    -> Bool
  {
    // First, so that two changes never cross: whoever has it goes on, the other waits.
    try transaction.execute("UPDATE directory_state SET version = version + 1 WHERE id = 1")
    if revision == 0 {
      guard try self.entry(entry.service, transaction) == nil else { return false }
      try transaction.execute(
        """
        INSERT INTO directory_entries (service, agency, content, kept_by_owner, changed_at, revision)
        VALUES (?, ?, ?, ?, ?, ?)
        """, entry.service, entry.agency, entry.content, entry.isKeptByOwner, entry.changedAt, entry.revision)
    } else {
      let changed = try transaction.execute(
        """
        UPDATE directory_entries SET agency = ?, content = ?, kept_by_owner = ?, changed_at = ?, revision = ?
        WHERE service = ? AND revision = ?
        """, entry.agency, entry.content, entry.isKeptByOwner, entry.changedAt, entry.revision, entry.service, revision)
      guard changed == 1 else { return false }
      try transaction.execute("DELETE FROM directory_parts WHERE service = ?", entry.service)
    }
    for part in parts {
      try transaction.execute("INSERT INTO directory_parts (part, service) VALUES (?, ?)", part, entry.service)
    }
    try WebhookQueue.noteDirectory(at: entry.changedAt, transaction)
    return true
  }

  // MARK: Shown to the public

  /// Who said that the public may read an entry: who kept it then, and when.
  struct Shown: Hashable, Sendable {
    var agency: AgencyID?
    var at: Moment
  }

  static func shown(_ transaction: any ReadTransaction) throws -> [DirectoryServiceKey: Shown] {
    try transaction.rows("SELECT service, agency, shown_at FROM directory_public").reduce(into: [:]) { all, row in
      all[try row.get("service")] = Shown(agency: try row.optional("agency"), at: try row.get("shown_at"))
    }
  }

  static func shown(_ service: DirectoryServiceKey, _ transaction: any ReadTransaction) throws -> Shown? {
    try transaction.row("SELECT agency, shown_at FROM directory_public WHERE service = ?", service).map {
      Shown(agency: try $0.optional("agency"), at: try $0.get("shown_at"))
    }
  }

  /// Also when it was said before: then by the agency of before.
  static func show(
    _ service: DirectoryServiceKey, _ shown: Shown, by member: MemberID, _ transaction: any WriteTransaction
  ) throws {
    try transaction.execute("UPDATE directory_state SET version = version + 1 WHERE id = 1")
    try transaction.execute(
      """
      INSERT INTO directory_public (service, agency, shown_by, shown_at) VALUES (?, ?, ?, ?)
      ON CONFLICT (service) DO UPDATE SET agency = excluded.agency, shown_by = excluded.shown_by,
        shown_at = excluded.shown_at
      """, service, shown.agency, member, shown.at)
  }

  static func hide(_ service: DirectoryServiceKey, _ transaction: any WriteTransaction) throws {
    try transaction.execute("UPDATE directory_state SET version = version + 1 WHERE id = 1")
    try transaction.execute("DELETE FROM directory_public WHERE service = ?", service)
  }

  // MARK: Drafts

  static func insert(_ draft: DirectoryDraft, _ content: String, _ transaction: any WriteTransaction) throws {
    try transaction.execute(
      "INSERT INTO directory_drafts (id, member, read_at, services, left_out, content) VALUES (?, ?, ?, ?, ?, ?)",
      draft.id, draft.by, draft.readAt, draft.services, draft.leftOut, content)
  }

  static func draft(_ id: DirectoryDraftID, _ transaction: any ReadTransaction) throws -> (
    draft: DirectoryDraft, content: String
  )? {
    try transaction.row("SELECT * FROM directory_drafts WHERE id = ?", id).map { row in
      (
        DirectoryDraft(
          id: try row.get("id"), by: try row.get("member"), readAt: try row.get("read_at"),
          services: try row.get("services"), leftOut: try row.get("left_out"), storedAt: try row.optional("stored_at")),
        try row.get("content")
      )
    }
  }

  /// - Returns: false when it was stored before.
  static func setStored(_ id: DirectoryDraftID, at now: Moment, _ transaction: any WriteTransaction) throws -> Bool {
    try transaction.execute(
      "UPDATE directory_drafts SET stored_at = ?, content = '' WHERE id = ? AND stored_at IS NULL", now, id) == 1
  }

  static func forgetDrafts(before moment: Moment, _ transaction: any WriteTransaction) throws {
    try transaction.execute("DELETE FROM directory_drafts WHERE read_at < ?", moment)
  }

  private static func stored(_ row: Row) throws -> Stored {
    Stored(
      service: try row.get("service"), agency: try row.optional("agency"), content: try row.get("content"),
      isKeptByOwner: try row.get("kept_by_owner"), changedAt: try row.get("changed_at"),
      revision: try row.get("revision"))
  }
}
