import Basics
import CPostgreSQL
import Foundation

/// One connection of libpq and the queue on which all its calls run.
/// `@unchecked Sendable`: its mutable state is only touched on its own serial queue.
final class PostgreSQLConnection: @unchecked Sendable {
  private let url: String
  private let queue = DispatchQueue(label: "amparo.postgresql")
  private var handle: OpaquePointer?
  private var prepared: [String: String] = [:]
  /// Set when prepared statements no longer fit the schema: the next transaction begins on a fresh connection.
  private var isStale = false

  init(url: String) { self.url = url }

  deinit { PQfinish(handle) }

  /// Runs work on the connection's queue.
  func run<Result: Sendable>(_ work: @escaping @Sendable (PostgreSQLConnection) throws -> Result) async throws -> Result
  {
    try await withCheckedThrowingContinuation { continuation in
      queue.async { continuation.resume(with: Swift.Result { try work(self) }) }
    }
  }

  /// Begins a transaction. A connection that died while it lay idle (the server was started anew) is replaced first:
  /// nothing was asked on it yet.
  ///
  /// Throws `DatabaseFailure.unavailable`.
  func begin(_ sql: String) throws {
    let wasOpen = !isStale && PQstatus(handle) == CONNECTION_OK
    try connect()
    do { try command(sql) } catch DatabaseFailure.unavailable where wasOpen && PQstatus(handle) != CONNECTION_OK {
      try connect()
      try command(sql)
    }
  }

  /// Stores what the transaction did. A server answers `COMMIT` without an error also when it rolled back because a
  /// statement had failed; its tag tells.
  func commit() throws {
    let result = PQexec(handle, "COMMIT")
    defer { PQclear(result) }
    try check(result)
    guard String(cString: PQcmdStatus(result)) == "COMMIT" else { throw DatabaseFailure.statement("rolled back") }
  }

  /// Connects when there is no live connection. Throws `DatabaseFailure.unavailable`.
  func connect() throws {
    if !isStale, PQstatus(handle) == CONNECTION_OK { return }
    disconnect()
    handle = Self.opened(url)
    guard PQstatus(handle) == CONNECTION_OK else {
      disconnect()
      throw DatabaseFailure.unavailable
    }
    PQsetNoticeProcessor(handle, { _, _ in }, nil)
    do { try command(Self.settings) } catch {
      disconnect()
      throw error
    }
  }

  /// What the code relies on, whatever the server or the account has as its default.
  private static let settings = """
    SET client_min_messages = warning; SET synchronous_commit = on; SET lock_timeout = '20s'; SET bytea_output = hex;
    SET extra_float_digits = 1; SET standard_conforming_strings = on
    """

  /// Defaults that the address can override: a server that vanished is noticed in seconds, not in hours.
  private static func opened(_ url: String) -> OpaquePointer? {
    let options = [
      ("connect_timeout", "5"), ("keepalives_idle", "10"), ("keepalives_interval", "5"), ("keepalives_count", "3"),
      ("tcp_user_timeout", "20000"), ("client_encoding", "UTF8"), ("application_name", "amparo"), ("dbname", url),
    ]
    let texts = (options.map(\.0) + options.map(\.1)).map { strdup($0) }
    defer { texts.forEach { free($0) } }
    let names = texts.prefix(options.count).map { UnsafePointer($0) } + [nil]
    let values = texts.suffix(options.count).map { UnsafePointer($0) } + [nil]
    return PQconnectdbParams(names, values, 1)
  }

  func disconnect() {
    PQfinish(handle)
    handle = nil
    prepared = [:]
    isStale = false
  }

  /// Runs statements without values.
  func command(_ sql: String) throws {
    let result = PQexec(handle, sql)
    defer { PQclear(result) }
    try check(result)
  }

  struct Answer {
    var rows: [Row]
    var changed: Int
  }

  /// Runs one statement with `?` for its values; statements are prepared once per connection.
  func query(_ sql: String, _ values: [SQLValue]) throws -> Answer {
    let types = values.map(\.objectIdentifier)
    let name = try statementName(sql, types)
    let texts = values.map(\.parameter)
    let result = withParameters(texts) { pointers in
      PQexecPrepared(
        handle, name, Int32(values.count), pointers, texts.map { Int32($0?.bytes.count ?? 0) },
        texts.map { $0?.isBinary == true ? 1 : 0 }, 0)
    }
    defer { PQclear(result) }
    try check(result)
    return Answer(rows: try decoded(result), changed: Int(String(cString: PQcmdTuples(result))) ?? 0)
  }

  private func statementName(_ sql: String, _ types: [Oid]) throws -> String {
    let key = types.map(String.init).joined(separator: ",") + sql
    if let name = prepared[key] { return name }
    if prepared.count > 500 {
      try command("DEALLOCATE ALL")
      prepared = [:]
    }
    let name = "s\(prepared.count)"
    let result = PQprepare(handle, name, Statement.numbered(sql), Int32(types.count), types)
    defer { PQclear(result) }
    try check(result)
    prepared[key] = name
    return name
  }

  private func withParameters<R>(
    _ parameters: [SQLValue.Parameter?], _ work: ([UnsafePointer<CChar>?]) -> R
  ) -> R {
    let total = parameters.reduce(0) { $0 + ($1?.bytes.count ?? 0) + 1 }
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: max(1, total)) { buffer in
      var pointers: [UnsafePointer<CChar>?] = []
      var offset = 0
      for parameter in parameters {
        guard let parameter else {
          pointers.append(nil)
          continue
        }
        pointers.append(buffer.baseAddress.map { UnsafePointer($0 + offset) })
        parameter.bytes.withUnsafeBytes { bytes in
          UnsafeMutableRawBufferPointer(buffer)[offset..<offset + bytes.count].copyBytes(from: bytes)
        }
        offset += parameter.bytes.count
        buffer[offset] = 0
        offset += 1
      }
      return work(pointers)
    }
  }

  private func decoded(_ result: OpaquePointer?) throws -> [Row] {
    let columns = PQnfields(result)
    guard columns > 0 else { return [] }
    let names = (0..<columns).map { String(cString: PQfname(result, $0)).lowercased() }
    let types = (0..<columns).map { PQftype(result, $0) }
    return try (0..<PQntuples(result)).map { row in
      Row(
        names: names,
        values: try (0..<columns).map { column in
          if PQgetisnull(result, row, column) == 1 { return .null }
          let bytes = UnsafeRawBufferPointer(
            start: PQgetvalue(result, row, column), count: Int(PQgetlength(result, row, column)))
          return try SQLValue(type: types[Int(column)], text: bytes, column: names[Int(column)])
        })
    }
  }

  private func check(_ result: OpaquePointer?) throws {
    switch PQresultStatus(result) {
    case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY: return
    default: break
    }
    guard let result, PQstatus(handle) == CONNECTION_OK else { throw DatabaseFailure.unavailable }
    func field(_ code: Character) -> String {
      PQresultErrorField(result, Int32(code.asciiValue ?? 0)).map { String(cString: $0) } ?? ""
    }
    let state = field("C")
    switch state {
    case "40001", "40P01": throw DatabaseFailure.contended
    case "53100": throw DatabaseFailure.storageFull
    // Shut down, starting, full, locked too long, a server that only copies another, a broken disk.
    case "57P01", "57P02", "57P03", "53300", "55P03", "25006", "58030": throw DatabaseFailure.unavailable
    // The schema changed under a prepared statement (another server brought it up to date).
    case "0A000" where field("M").contains("cached plan"), "26000":
      isStale = true
      throw DatabaseFailure.contended
    case _ where state.hasPrefix("08"): throw DatabaseFailure.unavailable
    // The constraint's name; the detail would quote values.
    case _ where state.hasPrefix("23"): throw DatabaseFailure.constraint(field("n") + " " + field("t"))
    default: throw DatabaseFailure.statement(state + " " + field("M"))
    }
  }
}

extension SQLValue {
  struct Parameter {
    var bytes: [UInt8]
    var isBinary = false
  }

  /// PostgreSQL's built-in type identifiers (`pg_type.dat`).
  fileprivate var objectIdentifier: Oid {
    switch self {
    case .null: 0
    case .integer: 20
    case .real: 701
    case .text: 25
    case .blob: 17
    }
  }

  fileprivate var parameter: Parameter? {
    switch self {
    case .null: nil
    case .integer(let number): Parameter(bytes: Array(String(number).utf8))
    case .real(let number): Parameter(bytes: Array("\(number)".utf8))
    case .text(let text): Parameter(bytes: Array(text.utf8))
    case .blob(let bytes): Parameter(bytes: bytes, isBinary: true)
    }
  }

  fileprivate init(type: Oid, text: UnsafeRawBufferPointer, column: String) throws {
    switch type {
    case 20, 21, 23, 1700:
      let digits = String(decoding: text, as: UTF8.self)
      if let whole = Int64(digits) {
        self = .integer(whole)
      } else if let number = Double(digits) {
        self = .real(number)
      } else {
        throw DatabaseFailure.malformed(column: column)
      }
    case 700, 701:
      guard let number = Double(String(decoding: text, as: UTF8.self)) else {
        throw DatabaseFailure.malformed(column: column)
      }
      self = .real(number)
    case 16: self = .integer(text.first == UInt8(ascii: "t") ? 1 : 0)
    case 17:
      guard let bytes = Self.hex(text) else { throw DatabaseFailure.malformed(column: column) }
      self = .blob(bytes)
    default: self = .text(String(decoding: text, as: UTF8.self))
    }
  }

  /// `\x` and two digits a byte.
  private static func hex(_ text: UnsafeRawBufferPointer) -> [UInt8]? {
    guard text.count >= 2, text.count % 2 == 0 else { return nil }
    func digit(_ byte: UInt8) -> UInt8 { byte < 58 ? byte - 48 : byte - 87 }
    return stride(from: 2, to: text.count, by: 2).map { digit(text[$0]) << 4 | digit(text[$0 + 1]) }
  }
}
