/// A random 128-bit name for one thing of one kind.
///
/// The phantom `Entity` keeps kinds apart: a `CaseID` is never a `PersonID`. The text form is 26
/// lower-case Crockford base-32 letters, safe in addresses and file names, and says nothing about the
/// thing or when it was made.
///
///     let id = CaseID.random(using: &generator)
///     CaseID(id.description) == id
public struct Identifier<Entity>: Hashable, Sendable, Codable, LosslessStringConvertible, Comparable {
  /// The 26 letters.
  public let description: String

  /// Reads the text form. `nil` when it is not exactly 26 letters of the alphabet, or holds more than 128 bits.
  public init?(_ description: String) {
    let letters = Array(description.utf8)
    guard letters.count == 26, letters.allSatisfy(Crockford.isLetter), letters[0] <= UInt8(ascii: "7") else {
      return nil
    }
    self.description = description
  }

  /// Makes the identifier that stands for the given sixteen bytes.
  public init(bytes: (UInt64, UInt64)) {
    description = Crockford.encode(high: bytes.0, low: bytes.1)
  }

  /// The identifier with the letters of another kind's, for a row that stands beside that thing.
  public init<Other>(lettersOf other: Identifier<Other>) { description = other.description }

  /// A fresh identifier from the given source of randomness.
  public static func random(using generator: inout some RandomNumberGenerator) -> Self {
    Self(bytes: (generator.next(), generator.next()))
  }

  /// A fresh identifier from the system's source of randomness.
  public static func random() -> Self {
    var system = SystemRandomNumberGenerator()
    return random(using: &system)
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let value = Self(text) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "not an identifier")
    }
    self = value
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }

  public static func < (lhs: Self, rhs: Self) -> Bool { lhs.description < rhs.description }
}

/// Crockford's base 32, lower case: no `i`, `l`, `o`, `u`, so that it survives being read aloud.
enum Crockford {
  static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)

  static func isLetter(_ byte: UInt8) -> Bool { alphabet.contains(byte) }

  static func encode(high: UInt64, low: UInt64) -> String {
    var letters = [UInt8](repeating: 0, count: 26)
    var high = high
    var low = low
    for index in stride(from: 25, through: 0, by: -1) {
      letters[index] = alphabet[Int(low & 31)]
      low = (low >> 5) | (high << 59)
      high >>= 5
    }
    return String(decoding: letters, as: UTF8.self)
  }
}

public enum AgencyEntity {}
public enum MemberEntity {}
public enum PersonEntity {}
public enum CaseEntity {}
public enum ScreeningEntity {}
public enum ConsentEntity {}
public enum ReferralEntity {}
public enum ServiceEntity {}
public enum CohortEntity {}
public enum ParticipantEntity {}
public enum DecisionEntity {}
public enum FollowUpEntity {}
public enum ReferralEventEntity {}
public enum CertificateEntity {}
public enum FieldDeviceEntity {}
public enum FieldOperationEntity {}
public enum TipEntity {}

public typealias AgencyID = Identifier<AgencyEntity>
public typealias MemberID = Identifier<MemberEntity>
public typealias PersonID = Identifier<PersonEntity>
public typealias CaseID = Identifier<CaseEntity>
public typealias ScreeningID = Identifier<ScreeningEntity>
public typealias ConsentID = Identifier<ConsentEntity>
public typealias ReferralID = Identifier<ReferralEntity>
public typealias ServiceRecordID = Identifier<ServiceEntity>
public typealias CohortID = Identifier<CohortEntity>
public typealias ParticipantID = Identifier<ParticipantEntity>
public typealias DecisionID = Identifier<DecisionEntity>
public typealias FollowUpID = Identifier<FollowUpEntity>
public typealias ReferralEventID = Identifier<ReferralEventEntity>
public typealias CertificateID = Identifier<CertificateEntity>
public typealias FieldDeviceID = Identifier<FieldDeviceEntity>
public typealias FieldOperationID = Identifier<FieldOperationEntity>
public typealias TipID = Identifier<TipEntity>
