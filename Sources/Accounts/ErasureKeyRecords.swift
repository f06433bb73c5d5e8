import Records
import Vault

/// The queries about erasure keys: one for each subject that has record keys. A subject without a secret was erased.
enum ErasureKeyRecords {
  /// The key a subject's wraps are boxed under, made when it has none yet. `nil` when the subject was erased.
  static func openOrMake(_ subject: String, _ transaction: any WriteTransaction) throws -> ErasureKey? {
    if let row = try transaction.row("SELECT secret FROM record_erasure_keys WHERE subject = ?", subject) {
      return try row.optional("secret", as: [UInt8].self).flatMap(ErasureKey.init)
    }
    let key = ErasureKey.random()
    try transaction.execute(
      "INSERT INTO record_erasure_keys (subject, secret) VALUES (?, ?)", subject, key.exposedBytes)
    return key
  }

  /// The keys of subjects that have none; one that has, or was erased, is refused by the store.
  static func insert(_ keys: [(subject: String, key: ErasureKey)], _ transaction: any WriteTransaction) throws {
    try transaction.insert(
      into: ErasureKeys.table, ["subject", "secret"], keys.map { [$0.subject, $0.key.exposedBytes] })
  }

  static func key(_ subject: String, _ transaction: any ReadTransaction) throws -> ErasureKey? {
    try transaction.row("SELECT secret FROM record_erasure_keys WHERE subject = ?", subject)?
      .optional("secret", as: [UInt8].self).flatMap(ErasureKey.init)
  }

  static func keys(_ subjects: [String], _ transaction: any ReadTransaction) throws -> [String: ErasureKey] {
    guard !subjects.isEmpty else { return [:] }
    let marks = Array(repeating: "?", count: subjects.count).joined(separator: ", ")
    return try transaction.rows(
      "SELECT subject, secret FROM record_erasure_keys WHERE secret IS NOT NULL AND subject IN (\(marks))", subjects
    ).reduce(into: [:]) { keys, row in
      keys[try row.get("subject")] = try row.optional("secret", as: [UInt8].self).flatMap(ErasureKey.init)
    }
  }

  /// What remains says that there was something, and no more: a copy that is put back finds out what to erase again.
  static func destroy(_ subject: String, _ transaction: any WriteTransaction) throws {
    try transaction.execute(
      """
      INSERT INTO record_erasure_keys (subject, secret) VALUES (?, NULL)
      ON CONFLICT (subject) DO UPDATE SET secret = NULL
      """, subject)
  }

  static func page(after subject: String, limit: Int, _ transaction: any ReadTransaction) throws -> [ErasureKeys.Entry]
  {
    try transaction.rows(
      "SELECT subject, secret FROM record_erasure_keys WHERE subject > ? ORDER BY subject LIMIT ?", subject, limit
    ).map { ErasureKeys.Entry(subject: try $0.get("subject"), secret: try $0.optional("secret")) }
  }

  /// Puts a key where there is none; an erasure always wins, whichever side knows of it.
  static func put(_ entry: ErasureKeys.Entry, _ transaction: any WriteTransaction) throws {
    guard let secret = entry.secret else {
      try destroy(entry.subject, transaction)
      try transaction.execute("DELETE FROM record_key_wraps WHERE subject = ?", entry.subject)
      return
    }
    try transaction.execute(
      "INSERT INTO record_erasure_keys (subject, secret) VALUES (?, ?) ON CONFLICT (subject) DO NOTHING", entry.subject,
      secret)
  }

  /// Subjects of one kind that were erased.
  static func erased(_ kind: String, _ transaction: any ReadTransaction) throws -> [String] {
    try transaction.rows(
      "SELECT subject FROM record_erasure_keys WHERE secret IS NULL AND subject >= ? AND subject < ? ORDER BY subject",
      kind + "/", kind + "0"
    ).map { try $0.get("subject") }
  }

  /// Wraps that lie there as they did before there were erasure keys.
  static func unboxed(limit: Int, _ transaction: any ReadTransaction) throws -> [(
    subject: String, kind: String, recipient: String, basis: String, sealed: [UInt8]
  )] {
    try transaction.rows(
      """
      SELECT subject, data_kind, recipient, basis, sealed FROM record_key_wraps WHERE boxed = 0
      ORDER BY subject, data_kind, recipient, basis LIMIT ?
      """, limit
    ).map {
      (
        try $0.get("subject"), try $0.get("data_kind"), try $0.get("recipient"), try $0.get("basis"),
        try $0.get("sealed")
      )
    }
  }

  static func setBoxed(
    _ subject: String, _ kind: String, _ recipient: String, _ basis: String, _ sealed: [UInt8],
    _ transaction: any WriteTransaction
  ) throws {
    try transaction.execute(
      """
      UPDATE record_key_wraps SET sealed = ?, boxed = 1
      WHERE subject = ? AND data_kind = ? AND recipient = ? AND basis = ? AND boxed = 0
      """, sealed, subject, kind, recipient, basis)
  }

  /// What a wrap's box is bound to: its row.
  static func context(_ subject: String, _ kind: String, _ recipient: String, _ basis: String) -> [UInt8] {
    Array([subject, kind, recipient, basis].joined(separator: "\n").utf8)
  }
}
