import Basics
import Foundation
import Vault

/// The audit log's own tables and the bytes each entry is hashed over.
enum AuditLogRecords {
  static let migration = Migration(
    "records-001-audit-log",
    [
      """
      CREATE TABLE audit_entries (
        sequence INTEGER PRIMARY KEY, at INTEGER NOT NULL, doer TEXT NOT NULL, member TEXT, agency TEXT,
        session BLOB, action TEXT NOT NULL, object_kind TEXT NOT NULL, object_id TEXT NOT NULL,
        decision TEXT NOT NULL, purpose TEXT, consent TEXT, detail BLOB, leaf BLOB NOT NULL)
      """,
      "CREATE INDEX audit_entries_object ON audit_entries (object_kind, object_id)",
      "CREATE INDEX audit_entries_agency ON audit_entries (agency, sequence)",
      """
      CREATE TABLE audit_head (
        id INTEGER PRIMARY KEY CHECK (id = 1), size INTEGER NOT NULL, peaks BLOB NOT NULL)
      """,
      "INSERT INTO audit_head (id, size, peaks) VALUES (1, 0, '')",
      "CREATE TABLE audit_checkpoints (size INTEGER PRIMARY KEY, note TEXT NOT NULL)",
    ])

  /// The end of the log as one write transaction leaves it: read before its first entry, stored after its last, so that
  /// a hundred entries together cost little more than one.
  struct Tail {
    private var tree: MerkleTree?

    /// Whether anything was recorded.
    var isEmpty: Bool { tree == nil }

    /// Appends entries in the caller's transaction. The engines let one writer in at a time, so the sequence has no gap.
    mutating func append(_ entries: [AuditEntry], _ transaction: any WriteTransaction) throws {
      guard !entries.isEmpty else { return }
      var tree = try self.tree ?? head(transaction)
      var rows: [[any SQLBindable]] = []
      for entry in entries {
        let leaf = leaf(entry, sequence: tree.size)
        rows.append(values(entry, sequence: tree.size, leaf: leaf))
        tree.append(leafHash: leaf)
      }
      try transaction.insert(into: "audit_entries", columns, rows)
      self.tree = tree
    }

    /// Must be the last of the transaction.
    func store(_ transaction: any WriteTransaction) throws {
      guard let tree else { return }
      try transaction.execute(
        "UPDATE audit_head SET size = ?, peaks = ? WHERE id = 1", tree.size, tree.peaks.flatMap { $0 })
    }
  }

  private static let columns = [
    "sequence", "at", "doer", "member", "agency", "session", "action", "object_kind", "object_id", "decision",
    "purpose", "consent", "detail", "leaf",
  ]

  private static func values(_ entry: AuditEntry, sequence: Int, leaf: [UInt8]) -> [any SQLBindable] {
    let fields = Fields(entry)
    return [
      sequence, entry.at, fields.doer, fields.member, fields.agency, fields.session, entry.action, entry.objectKind,
      entry.objectID, entry.decision.rawValue, entry.purpose, entry.consent, entry.sealedDetail, leaf,
    ]
  }

  static func head(_ transaction: any ReadTransaction) throws -> MerkleTree {
    guard let row = try transaction.row("SELECT size, peaks FROM audit_head WHERE id = 1") else {
      throw DatabaseFailure.malformed(column: "audit_head")
    }
    let peaks: [UInt8] = try row.bytes("peaks")
    let nodes = stride(from: 0, to: peaks.count, by: 32).map { Array(peaks[$0..<min($0 + 32, peaks.count)]) }
    guard let tree = MerkleTree(size: try row.get("size"), peaks: nodes) else {
      throw DatabaseFailure.malformed(column: "peaks")
    }
    return tree
  }

  static func numbered(_ row: Row) throws -> NumberedAuditEntry {
    let doer: AuditEntry.Doer
    let name: String = try row.get("doer")
    switch name {
    case "member":
      doer = .member(try row.get("member"), agency: try row.get("agency"), session: try row.bytes("session"))
    case "visitor": doer = .visitor
    case _ where name.hasPrefix("system:"): doer = .system(String(name.dropFirst("system:".count)))
    default: throw DatabaseFailure.malformed(column: "doer")
    }
    // These columns are hashed for a member only; for others they must stay empty.
    if name != "member" {
      for column in ["member", "agency", "session"] {
        guard try row.optional(column, as: SQLValue.self) == nil else {
          throw DatabaseFailure.malformed(column: column)
        }
      }
    }
    guard let decision = AuditEntry.Decision(rawValue: try row.get("decision")) else {
      throw DatabaseFailure.malformed(column: "decision")
    }
    let entry = AuditEntry(
      at: try row.get("at"), doer: doer, action: try row.get("action"), objectKind: try row.get("object_kind"),
      objectID: try row.get("object_id"), decision: decision, purpose: try row.optional("purpose"),
      consent: try row.optional("consent"), sealedDetail: try row.optional("detail"))
    return NumberedAuditEntry(sequence: try row.get("sequence"), entry: entry, leaf: try row.bytes("leaf"))
  }

  static func leaf(_ entry: AuditEntry, sequence: Int) -> [UInt8] {
    MerkleTree.leafHash(canonicalBytes(entry, sequence: sequence))
  }

  /// Every field behind its length, so that no two entries share their bytes; a missing field differs from an empty one.
  static func canonicalBytes(_ entry: AuditEntry, sequence: Int) -> [UInt8] {
    let fields = Fields(entry)
    var bytes = Array("amparo/audit/1".utf8)
    func add(_ part: [UInt8]?) {
      guard let part else { return bytes.append(0) }
      bytes.append(1)
      withUnsafeBytes(of: UInt32(part.count).bigEndian) { bytes.append(contentsOf: $0) }
      bytes.append(contentsOf: part)
    }
    func add(_ part: String?) { add(part.map { Array($0.utf8) }) }
    add(String(sequence))
    add(String(entry.at.milliseconds))
    add(fields.doer)
    add(fields.member?.description)
    add(fields.agency?.description)
    add(fields.session)
    add(entry.action)
    add(entry.objectKind)
    add(entry.objectID)
    add(entry.decision.rawValue)
    add(entry.purpose)
    add(entry.consent?.description)
    add(entry.sealedDetail)
    return bytes
  }

  private struct Fields {
    var doer: String
    var member: MemberID?
    var agency: AgencyID?
    var session: [UInt8]?

    init(_ entry: AuditEntry) {
      switch entry.doer {
      case .member(let member, let agency, let session):
        doer = "member"
        self.member = member
        self.agency = agency
        self.session = session
      case .visitor: doer = "visitor"
      case .system(let name): doer = "system:" + name
      }
    }
  }
}

extension Row {
  /// Bytes; an empty text counts as no bytes (a literal `''` in a schema step).
  func bytes(_ name: String) throws -> [UInt8] {
    if case .text("") = try optional(name, as: SQLValue.self) ?? .null { return [] }
    return try get(name)
  }
}

extension SQLValue: SQLReadable {
  public static func fromSQL(_ value: SQLValue) -> SQLValue? { value }
}

/// An entry as it stands in the log.
public struct NumberedAuditEntry: Hashable, Sendable {
  /// Counts from 0 without gaps.
  public var sequence: Int
  public var entry: AuditEntry
  /// The stored leaf hash.
  public var leaf: [UInt8]
}
