import Basics
import Crypto
import Foundation

/// A phone in the field as the server sees it: a key of its own, and what it seals, signs and sends. It is put together
/// from the contract and not from the server's code, so that both must agree on every byte.
public final class TestPhone: @unchecked Sendable {
  // @unchecked Sendable: a test uses each phone from one task at a time.
  public let device = UUID().uuidString.lowercased()
  private let key = Curve25519.Signing.PrivateKey()
  private var sequence = 0
  /// What the enrolment told.
  public var member = ""
  public var agencyKey: [UInt8] = []
  public var epoch = 1
  /// By how much its clock is wrong.
  public var clockOffset: Int64 = 0
  private let time: () -> Int64
  public var now: Int64 { time() }

  /// - Parameter now: asked for whenever the phone looks at its clock.
  public init(now: @escaping @autoclosure () -> Int64) { time = now }

  public var publicKey: [UInt8] { Array(key.publicKey.rawRepresentation) }
  public var clock: Int64 { now + clockOffset }

  /// One operation, signed.
  public struct Signed: Sendable {
    public var op: String
    public var record: String
    public var body: [UInt8]
    public var signature: [UInt8]
  }

  public static func record() -> String { UUID().uuidString.lowercased() }

  /// An interview, sealed and signed.
  /// - Parameter changes: applied to the operation's fields before they are signed.
  public func interview(
    _ content: [String: Any], record: String = record(), op: String = opName(), danger: Bool = false,
    changes: (inout [String: Any]) -> Void = { _ in }
  ) throws -> Signed {
    let sealed = try seal(content, context: record + "/" + op)
    return try sign(kind: "screening", record: record, op: op, sealed: sealed, danger: danger, changes: changes)
  }

  public func danger(
    record: String = record(), op: String = opName(), changes: (inout [String: Any]) -> Void = { _ in }
  ) throws -> Signed {
    try sign(kind: "danger", record: record, op: op, sealed: nil, danger: true, changes: changes)
  }

  public static func opName() -> String { Base64URL.encode((0..<16).map { _ in UInt8.random(in: 0...255) }) }

  /// The JSON of `POST /sync` and of a courier's file.
  public func batch(_ operations: [Signed], changes: (inout [String: Any]) -> Void = { _ in }) throws -> [UInt8] {
    var batch: [String: Any] = [
      "device": device, "sentAt": clock,
      "operations": operations.map {
        ["body": Base64URL.encode($0.body), "signature": Base64URL.encode($0.signature)]
      },
    ]
    changes(&batch)
    return Array(try JSONSerialization.data(withJSONObject: batch))
  }

  /// The same bytes signed by this phone.
  public func sign(_ body: [UInt8]) throws -> [UInt8] {
    Array(try key.signature(for: Array("amparo/field/1\n".utf8) + body))
  }

  public func seal(_ content: [String: Any], context: String) throws -> [UInt8] {
    let json = Array(try JSONSerialization.data(withJSONObject: content))
    let length = UInt32(json.count)
    var plain = [UInt8(length >> 24), UInt8(length >> 16 & 255), UInt8(length >> 8 & 255), UInt8(length & 255)] + json
    while plain.count % 1024 != 0 { plain.append(0) }
    let suite = HPKE.Ciphersuite(kem: .Curve25519_HKDF_SHA256, kdf: .HKDF_SHA256, aead: .AES_GCM_256)
    var sender = try HPKE.Sender(
      recipientKey: try Curve25519.KeyAgreement.PublicKey(rawRepresentation: agencyKey), ciphersuite: suite,
      info: Data("amparo/field/1".utf8))
    return [3] + Array(sender.encapsulatedKey) + Array(try sender.seal(plain, authenticating: Array(context.utf8)))
  }

  private func sign(
    kind: String, record: String, op: String, sealed: [UInt8]?, danger: Bool,
    changes: (inout [String: Any]) -> Void
  ) throws -> Signed {
    sequence += 1
    var operation: [String: Any] = [
      "op": op, "device": device, "member": member, "seq": sequence, "kind": kind, "record": record,
      "branch": Self.opName(), "trunk": 0, "base": 0, "schema": 1, "clientTime": clock, "epoch": epoch,
      "header": ["province": "EC-P", "ageGroup": "adult", "danger": danger, "language": "es"] as [String: Any],
      "sealed": sealed.map { Base64URL.encode($0) } ?? NSNull() as Any,
    ]
    changes(&operation)
    let body = Array(try JSONSerialization.data(withJSONObject: operation))
    return Signed(op: op, record: record, body: body, signature: try sign(body))
  }

  /// What lies in an envelope.
  /// - Parameters:
  ///   - safety: the answers of the safety check.
  ///   - topics: by topic, the answers.
  public func content(
    safety: [String: String], topics: [String: [String: String]] = [:], note: String = "",
    changes: (inout [String: Any]) -> Void = { _ in }
  ) -> [String: Any] {
    let begun = clock - 30 * 60_000
    var content: [String: Any] = [
      "schema": 1, "pack": "2026-11-01",
      "about": [
        "age": "25", "language": "kichwa", "sex": "female", "exploitation": "labour", "interpreter": "yes",
        "questions": "guided", "province": "EC-P",
      ],
      "safety": [
        "answers": safety, "given": safety.mapValues { _ in begun }, "goneOn": [] as [Any],
      ] as [String: Any],
      "topics": topics.mapValues { ["answers": $0, "note": note] as [String: Any] }, "begunAt": begun,
      "finishedAt": clock - 60_000, "secondsSpent": 1200, "danger": NSNull(), "stopped": false,
    ]
    changes(&content)
    return content
  }
}
