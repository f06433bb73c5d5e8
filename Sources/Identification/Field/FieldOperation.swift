import Basics
import Foundation

/// One piece of work that a phone did without network, as the phone signed it.
public struct FieldOperation: Hashable, Sendable {
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// A finished interview, sealed.
    case screening
    /// Someone is in danger: holds nothing sealed, so that nobody waits for a key.
    case danger
  }

  /// What work lists may show of it before it is opened.
  public struct Header: Hashable, Sendable {
    /// ISO 3166-2.
    public var province: String?
    public var ageGroup: Screening.AgeGroup?
    public var isDanger: Bool
    public var language: Language
  }

  /// 16 random bytes that name it on its phone.
  public var op: [UInt8]
  public var device: FieldDeviceID
  public var member: MemberID
  /// Counts up from 1 on the phone.
  public var sequence: Int
  public var kind: Kind
  public var record: ScreeningID
  /// Names the phone's own line of work on the record.
  public var branch: [UInt8]
  /// The revision of the server's that the line began at, and of the line's that this one follows.
  public var trunk: Int
  public var base: Int
  /// By the phone's clock.
  public var clientTime: Moment
  /// Of the agency's key that it is sealed to.
  public var epoch: Int
  public var header: Header
  /// A `FieldEnvelope`; `nil` for a danger.
  public var sealed: [UInt8]?
  /// What the envelope is bound to: the record and the operation as they were written.
  public var context: String

  /// The only version of the format so far.
  public static let schema = 1
  /// Bytes that one operation may have.
  public static let largest = 1 << 20

  /// Reads what was signed. `nil` for anything that is not exactly in the format.
  public init?(_ body: [UInt8]) {
    guard body.count <= Self.largest, let written = try? JSONDecoder().decode(Written.self, from: Data(body)),
      written.schema == Self.schema, let op = Self.name(written.op), let branch = Self.name(written.branch),
      let device = FieldDeviceID.inEitherForm(written.device), let member = MemberID.inEitherForm(written.member),
      let record = ScreeningID.inEitherForm(written.record), let kind = Kind(rawValue: written.kind),
      written.seq >= 1, written.trunk >= 0, written.base >= 0, (1...1_000_000).contains(written.epoch),
      let clientTime = Moment(fieldTime: written.clientTime), let language = Language(written.header.language)
    else { return nil }
    if let province = written.header.province, province.wholeMatch(of: /[A-Z]{2}-[A-Z0-9]{1,3}/) == nil { return nil }
    let ageGroup = written.header.ageGroup.map(Screening.AgeGroup.init(rawValue:))
    if let ageGroup, ageGroup == nil { return nil }
    switch (kind, written.sealed) {
    case (.screening, .some(let text)):
      guard let bytes = Base64URL.decode(text) else { return nil }
      sealed = bytes
    case (.danger, nil): sealed = nil
    case (.screening, nil), (.danger, .some): return nil
    }
    self.op = op
    self.device = device
    self.member = member
    sequence = written.seq
    self.kind = kind
    self.record = record
    self.branch = branch
    (trunk, base, epoch) = (written.trunk, written.base, written.epoch)
    self.clientTime = clientTime
    header = Header(
      province: written.header.province, ageGroup: ageGroup ?? nil, isDanger: written.header.danger || kind == .danger,
      language: language)
    context = written.record + "/" + written.op
  }

  private static func name(_ text: String) -> [UInt8]? {
    Base64URL.decode(text).flatMap { $0.count == 16 ? $0 : nil }
  }

  private struct Written: Decodable {
    var op: String
    var device: String
    var member: String
    var seq: Int
    var kind: String
    var record: String
    var branch: String
    var trunk: Int
    var base: Int
    var schema: Int
    var clientTime: Int64
    var epoch: Int
    var header: Header
    var sealed: String?

    struct Header: Decodable {
      var province: String?
      var ageGroup: String?
      var danger: Bool
      var language: String
    }
  }
}

/// Operations of one phone as they come in together: over the network, or as a file that someone carries.
public struct FieldBatch: Hashable, Sendable {
  public struct Signed: Hashable, Sendable {
    /// Empty when it was not even base64url.
    public var body: [UInt8]
    public var signature: [UInt8]
  }

  /// How it came. What is carried was sealed up hours or days before, so that its age says nothing about a clock.
  public enum Way: String, Hashable, Sendable, CaseIterable { case network, courier }

  public var device: FieldDeviceID
  /// By the phone's clock.
  public var sentAt: Moment
  public var operations: [Signed]
  public var way: Way

  /// Operations that one request may bring.
  public static let most = 100

  public enum Problem: Error, Hashable, Sendable {
    /// Not in the format, or cut off.
    case malformed
    case tooMany
  }

  /// Reads the JSON of a request or of a courier's file.
  public init(_ json: [UInt8], by way: Way) throws(Problem) {
    guard let written = try? JSONDecoder().decode(Written.self, from: Data(json)),
      let device = FieldDeviceID.inEitherForm(written.device), let sentAt = Moment(fieldTime: written.sentAt)
    else { throw .malformed }
    guard way == .courier || written.operations.count <= Self.most else { throw .tooMany }
    self.device = device
    self.sentAt = sentAt
    self.way = way
    operations = written.operations.map {
      Signed(body: Base64URL.decode($0.body) ?? [], signature: Base64URL.decode($0.signature) ?? [])
    }
  }

  private struct Written: Decodable {
    var device: String
    var sentAt: Int64
    var operations: [Operation]

    struct Operation: Decodable {
      var body: String
      var signature: String
    }
  }
}

extension Moment {
  /// A phone's time: from 1970 to the year 9999, however wrong its clock is.
  init?(fieldTime milliseconds: Int64) {
    guard (0...253_402_300_799_999).contains(milliseconds) else { return nil }
    self.init(milliseconds: milliseconds)
  }
}
