import Basics
import Records
import Vault

/// The keys whose destruction erases. They are the one table of the store that its backup leaves out: they have a backup
/// of their own, of which only the newest is kept, so that a copy of the store from before an erasure opens nothing of
/// what was erased.
public enum ErasureKeys {
  /// The table a backup of the store must leave out.
  public static let table = "record_erasure_keys"

  public struct Entry: Hashable, Sendable {
    /// Whose key it is: a kind and a random identifier.
    public var subject: String
    /// `nil` when the subject was erased.
    public var secret: [UInt8]?
    public init(subject: String, secret: [UInt8]?) {
      self.subject = subject
      self.secret = secret
    }
  }

  /// All keys in the order of their subjects, page by page.
  /// - Parameter subject: the last one seen; empty to begin.
  public static func page(after subject: String, limit: Int = 5000, _ transaction: any ReadTransaction) throws
    -> [Entry]
  {
    try ErasureKeyRecords.page(after: subject, limit: limit, transaction)
  }

  /// Puts keys of a backup back. What was erased here or there is erased afterwards, with its wraps.
  public static func put(_ entries: [Entry], _ transaction: any WriteTransaction) throws {
    for entry in entries { try ErasureKeyRecords.put(entry, transaction) }
  }

  /// The subjects of one kind, for example `case`, that were erased.
  public static func erased(_ kind: String, _ transaction: any ReadTransaction) throws -> [String] {
    try ErasureKeyRecords.erased(kind, transaction).map { String($0.dropFirst(kind.count + 1)) }
  }

  /// The key of a subject, made now if there never was one: for what must be erased with the subject in every copy of the
  /// store though no record key seals it. `nil` once the subject was erased.
  public static func openOrMake(_ subject: RecordSubject, _ transaction: any WriteTransaction) throws -> ErasureKey? {
    try ErasureKeyRecords.openOrMake(subject.description, transaction)
  }

  /// The keys of many subjects, by one query for each 500; those who were erased are left out.
  public static func keys(of subjects: [RecordSubject], _ transaction: any ReadTransaction) throws
    -> [RecordSubject: ErasureKey]
  {
    let names = subjects.map(\.description)
    var keys: [String: ErasureKey] = [:]
    for start in stride(from: 0, to: names.count, by: 500) {
      let some = Array(names[start..<min(names.count, start + 500)])
      keys.merge(try ErasureKeyRecords.keys(some, transaction)) { first, _ in first }
    }
    return subjects.reduce(into: [:]) { $0[$1] = keys[$1.description] }
  }

  /// Boxes the wraps of a store that is older than these keys. Needs no key of anybody.
  /// - Returns: how many were boxed.
  public static func boxOlder(_ database: any Database, at now: Moment) async throws -> Int {
    var all = 0
    while try await !database.read({ try ErasureKeyRecords.unboxed(limit: 1, $0) }).isEmpty {
      all += try await database.write { transaction in
        let wraps = try ErasureKeyRecords.unboxed(limit: 2000, transaction)
        for wrap in wraps {
          guard let key = try ErasureKeyRecords.openOrMake(wrap.subject, transaction) else { continue }
          let context = ErasureKeyRecords.context(wrap.subject, wrap.kind, wrap.recipient, wrap.basis)
          try ErasureKeyRecords.setBoxed(
            wrap.subject, wrap.kind, wrap.recipient, wrap.basis, try key.seal(wrap.sealed, context: context),
            transaction)
        }
        try transaction.record(
          AuditEntry(
            at: now, doer: .system("upgrade"), action: "installation.box_keys", objectKind: "installation"))
        return wraps.count
      }
    }
    return all
  }
}
