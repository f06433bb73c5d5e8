import Basics
import Crypto
import Foundation

/// Reading, sealing and checking the audit log: a Merkle log (RFC 6962) whose size and root are signed now and
/// then as checkpoints (C2SP tlog-checkpoint, a signed note), kept in the store and, by the caller, outside of it.
public enum AuditLog {
  /// The first schema step of every store.
  public static let migrations = [AuditLogRecords.migration]

  /// Entries after a sequence number, oldest first.
  /// - Parameters:
  ///   - sequence: the last one already seen; −1 to begin.
  ///   - limit: at most so many.
  public static func entries(_ transaction: any ReadTransaction, after sequence: Int = -1, limit: Int = 1000) throws
    -> [NumberedAuditEntry]
  {
    try transaction.rows("SELECT * FROM audit_entries WHERE sequence > ? ORDER BY sequence LIMIT ?", sequence, limit)
      .map(AuditLogRecords.numbered)
  }

  /// Entries about one thing, oldest first.
  public static func entries(_ transaction: any ReadTransaction, objectKind: String, objectID: String) throws
    -> [NumberedAuditEntry]
  {
    try transaction.rows(
      "SELECT * FROM audit_entries WHERE object_kind = ? AND object_id = ? ORDER BY sequence", objectKind, objectID
    ).map(AuditLogRecords.numbered)
  }

  public static func tree(_ transaction: any ReadTransaction) throws -> MerkleTree {
    try AuditLogRecords.head(transaction)
  }

  /// Signs the log as it stands and keeps the note in the store; answers it, to be kept elsewhere too.
  @discardableResult
  public static func sign(_ database: any Database, with signer: CheckpointSigner) async throws -> Checkpoint {
    let tree = try await database.read { try AuditLogRecords.head($0) }
    let checkpoint = try signer.sign(size: tree.size, root: tree.root)
    try await database.keepBooks {
      try $0.execute(
        // What was signed once is not replaced: it may be what shows that the log was rewritten since.
        "INSERT INTO audit_checkpoints (size, note) VALUES (?, ?) ON CONFLICT (size) DO NOTHING",
        checkpoint.size, checkpoint.note)
    }
    return checkpoint
  }

  /// The newest note kept in the store, to see whether a root secret is the store's own.
  public static func newestNote(_ transaction: any ReadTransaction) throws -> String? {
    try transaction.value(String.self, "SELECT note FROM audit_checkpoints ORDER BY size DESC LIMIT 1")
  }

  /// Reads the whole log and names what does not hold.
  ///
  /// - Parameters:
  ///   - publicKey: the Ed25519 key of the checkpoints.
  ///   - kept: notes kept outside of the store; they find a log that was cut or rewritten together with its own notes.
  public static func verify(_ database: any Database, publicKey: Curve25519.Signing.PublicKey, kept: [String] = [])
    async throws -> AuditReport
  {
    let (stored, head) = try await database.read { transaction in
      let notes = try transaction.rows("SELECT note FROM audit_checkpoints ORDER BY size").map {
        try $0.get("note", as: String.self)
      }
      return (notes, try? AuditLogRecords.head(transaction))
    }
    var examiner = AuditExaminer(notes: stored + kept, publicKey: publicKey)
    var last = -1
    while true {
      let after = last
      let rows = try await database.read {
        try $0.rows("SELECT * FROM audit_entries WHERE sequence > ? ORDER BY sequence LIMIT 2000", after)
      }
      guard !rows.isEmpty else { break }
      for row in rows {
        last = try row.get("sequence")
        examiner.examine(row, sequence: last)
      }
    }
    return examiner.finish(head: head)
  }
}

/// What `AuditLog.verify` found.
public struct AuditReport: Hashable, Sendable {
  public enum Finding: Hashable, Sendable {
    /// The entry's fields do not give its stored hash: it was edited, or swapped with another.
    case altered(sequence: Int)
    /// No entry has this number, though later ones or a signature show that there was one.
    case missing(sequence: Int)
    /// All fields agree with their hashes, but the log as a whole is not the one that was signed at `size`;
    /// what changed lies at or after `from`.
    case rewritten(from: Int, signedAt: Int)
    /// The stored head is not that of the entries.
    case wrongHead
    /// A note's signature does not hold.
    case badSignature(line: Int)
  }

  /// How many entries were read.
  public var entries: Int
  /// How many valid signatures cover them, and up to which size.
  public var checkpoints: Int
  public var signedUpTo: Int
  public var root: [UInt8]
  public var findings: [Finding]
  public var isIntact: Bool { findings.isEmpty }
}

/// Walks over the log once, in order.
struct AuditExaminer {
  private var tree = MerkleTree()
  private var findings: [AuditReport.Finding] = []
  private var entries = 0
  /// The number that the next entry must have.
  private var next = 0
  private var signed: [Int: Set<[UInt8]>] = [:]
  private var lastAgreed = 0
  private var rewrittenReported = false

  init(notes: [String], publicKey: Curve25519.Signing.PublicKey) {
    for (index, note) in notes.enumerated() {
      guard let checkpoint = Checkpoint(note: note, verifiedBy: publicKey) else {
        findings.append(.badSignature(line: index + 1))
        continue
      }
      signed[checkpoint.size, default: []].insert(checkpoint.root)
    }
    compare()
  }

  mutating func examine(_ row: Row, sequence: Int) {
    entries += 1
    if sequence > next {
      for missing in next..<min(sequence, next + 1000) { findings.append(.missing(sequence: missing)) }
      // Without the missing leaves no later root can agree; go on with the fields only.
      rewrittenReported = true
    }
    next = sequence &+ 1
    let stored = (try? row.bytes("leaf")) ?? []
    let computed = (try? AuditLogRecords.numbered(row)).map { AuditLogRecords.leaf($0.entry, sequence: sequence) }
    if computed != stored { findings.append(.altered(sequence: sequence)) }
    guard next == tree.size + 1 else { return }
    tree.append(leafHash: stored.count == 32 ? stored : [UInt8](repeating: 0, count: 32))
    compare()
  }

  private mutating func compare() {
    guard let roots = signed[tree.size] else { return }
    if roots == [tree.root] {
      lastAgreed = tree.size
    } else if !rewrittenReported {
      findings.append(.rewritten(from: lastAgreed, signedAt: tree.size))
      rewrittenReported = true
    }
  }

  mutating func finish(head: MerkleTree?) -> AuditReport {
    let claimed = max(signed.keys.max() ?? 0, head?.size ?? 0)
    if claimed > next, next >= 0 {
      for missing in next..<min(claimed, next &+ 1000) { findings.append(.missing(sequence: missing)) }
    } else if head != tree, !findings.contains(where: { if case .missing = $0 { true } else { false } }) {
      findings.append(.wrongHead)
    }
    return AuditReport(
      entries: entries, checkpoints: signed.count, signedUpTo: signed.keys.max() ?? 0, root: tree.root,
      findings: findings)
  }
}
