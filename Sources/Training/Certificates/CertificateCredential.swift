import Basics
import Foundation

/// What a certificate says, as an Open Badges 3.0 credential.
///
/// The texts of `document` are version 1 of a form that never changes: the QR code carries the facts and the signature,
/// and whoever reads it builds the same document again (`CompactCredential`, and `certificates.js` in the browser). A
/// change of wording is a new version beside this one.
///
/// Rules: 1EdTech Open Badges 3.0; W3C Verifiable Credentials 2.0. The subject is a random `urn:uuid:`: a hash of an
/// identity number would be guessed in seconds.
public struct CertificateCredential: Hashable, Sendable {
  /// Where the installation is reached, for example `https://amparo.example.org`.
  public var address: String
  public var agency: AgencyID
  public var agencyName: String
  public var number: CertificateID
  /// 16 random bytes that stand for the person and say nothing about them.
  public var subject: [UInt8]
  /// The phase's code in the pack.
  public var phase: String
  public var course: LocalizedText
  public var place: String
  public var from: CalendarDay
  public var until: CalendarDay
  public var attended: Int
  public var held: Int
  /// Seconds since 1970.
  public var validFrom: Int64
  /// `nil`: for good.
  public var validUntil: Int64?
  /// The name printed on it.
  public var name: String

  public init(
    address: String, agency: AgencyID, agencyName: String, number: CertificateID, subject: [UInt8], phase: String,
    course: LocalizedText, place: String, from: CalendarDay, until: CalendarDay, attended: Int, held: Int,
    validFrom: Int64, validUntil: Int64? = nil, name: String
  ) {
    // The compact form parts its fields by line ends.
    func line(_ text: String) -> String { text.split(whereSeparator: \.isNewline).joined(separator: " ") }
    self.address = line(address)
    self.agency = agency
    self.agencyName = line(agencyName)
    self.number = number
    self.subject = subject
    self.phase = line(phase)
    self.course = LocalizedText(es: line(course[.spanish]), en: line(course[.english]))
    self.place = line(place)
    self.from = from
    self.until = until
    self.attended = attended
    self.held = held
    self.validFrom = validFrom
    self.validUntil = validUntil
    self.name = line(name)
  }

  public static let contexts = [
    "https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    // Names the type of the revocation list.
    "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json",
  ]

  public var id: String { Self.id(number, at: address) }
  public var issuer: String { address + "/issuers/" + agency.description }
  public var subjectID: String { "urn:uuid:" + UUIDText.write(subject) }

  static func id(_ number: CertificateID, at address: String) -> String { address + "/certificate/\(number)" }

  /// Where the dated, signed list of withdrawn certificates is.
  static func revocationList(at address: String) -> String { address + "/certificates/revoked.json" }

  /// The credential without a proof.
  public var document: JSONValue {
    let (spanish, english) = (course[.spanish], course[.english])
    let document: JSONValue = [
      "@context": .array(Self.contexts.map(JSONValue.string)),
      "id": .string(id), "type": ["VerifiableCredential", "OpenBadgeCredential"],
      "name": "Certificado de asistencia · Certificate of attendance",
      "issuer": ["id": .string(issuer), "type": ["Profile"], "name": .string(agencyName)],
      "validFrom": .string(Timestamp.write(validFrom)),
      "credentialSubject": [
        "id": .string(subjectID), "type": ["AchievementSubject"],
        "identifier": [
          [
            "type": "IdentityObject", "hashed": .bool(false), "identityHash": .string(name), "identityType": "name",
          ]
        ], "activityStartDate": .string("\(from)T00:00:00Z"), "activityEndDate": .string("\(until)T00:00:00Z"),
        "narrative": .string(
          "Asistió a \(attended) de \(held) sesiones. Attended \(attended) of \(held) sessions. \(place)."),
        "achievement": [
          "id": .string(issuer + "#" + phase), "type": ["Achievement"], "achievementType": "CertificateOfCompletion",
          "name": .string(spanish), "description": .string(spanish + " · " + english),
          "criteria": [
            "narrative": "Asistencia a las sesiones del curso. Attendance at the sessions of the course."
          ],
        ],
      ],
      "credentialStatus": [
        "id": .string(Self.revocationList(at: address)), "type": "1EdTechRevocationList",
      ],
    ]
    return document.with("validUntil", validUntil.map { .string(Timestamp.write($0)) })
  }
}

/// Times as credentials write them: whole seconds of UTC.
enum Timestamp {
  /// - Parameter seconds: since 1970.
  static func write(_ seconds: Int64) -> String {
    let day = CalendarDay(daysSince1970: Int((seconds - modulo(seconds, 86_400)) / 86_400))
    let left = modulo(seconds, 86_400)
    func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : String(number) }
    return "\(day)T\(two(left / 3600)):\(two(left / 60 % 60)):\(two(left % 60))Z"
  }

  /// Reads `yyyy-mm-ddThh:mm:ssZ`; `nil` for anything else.
  static func read(_ text: String) -> Int64? {
    let letters = Array(text.utf8)
    guard letters.count == 20, letters[10] == UInt8(ascii: "T"), letters[13] == UInt8(ascii: ":"),
      letters[16] == UInt8(ascii: ":"), letters[19] == UInt8(ascii: "Z"),
      let day = CalendarDay(String(text.prefix(10)))
    else { return nil }
    func two(_ place: Int, below limit: Int64) -> Int64? {
      let (high, low) = (Int64(letters[place]) - 48, Int64(letters[place + 1]) - 48)
      guard (0...9).contains(high), (0...9).contains(low), high * 10 + low < limit else { return nil }
      return high * 10 + low
    }
    guard let hour = two(11, below: 24), let minute = two(14, below: 60), let second = two(17, below: 60) else {
      return nil
    }
    return Int64(day.daysSince1970) * 86_400 + hour * 3600 + minute * 60 + second
  }

  private static func modulo(_ value: Int64, _ divisor: Int64) -> Int64 {
    let rest = value % divisor
    return rest < 0 ? rest + divisor : rest
  }
}

extension Moment {
  /// Whole seconds since 1970, rounded down.
  var seconds: Int64 { milliseconds >= 0 ? milliseconds / 1000 : (milliseconds - 999) / 1000 }
}

/// RFC 9562's text form of sixteen bytes.
enum UUIDText {
  /// Sixteen random bytes marked as version 4.
  static func random(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    bytes[6] = bytes[6] & 0x0F | 0x40
    bytes[8] = bytes[8] & 0x3F | 0x80
    return bytes
  }

  static func write(_ bytes: [UInt8]) -> String {
    let digits = Array(bytes.hexadecimal)
    return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(digits[$0]) }.joined(separator: "-")
  }
}

extension Identifier {
  /// The sixteen bytes it stands for.
  var sixteenBytes: [UInt8] {
    var (high, low): (UInt64, UInt64) = (0, 0)
    for letter in description.utf8 {
      high = high << 5 | low >> 59
      low = low << 5 | UInt64(Self.digits.firstIndex(of: letter) ?? 0)
    }
    return withUnsafeBytes(of: high.bigEndian, Array.init) + withUnsafeBytes(of: low.bigEndian, Array.init)
  }

  init(sixteenBytes bytes: some Collection<UInt8>) {
    let bytes = Array(bytes)
    func half(_ range: Range<Int>) -> UInt64 { bytes[range].reduce(0) { $0 << 8 | UInt64($1) } }
    self.init(bytes: (half(0..<8), half(8..<16)))
  }

  private static var digits: [UInt8] { Array("0123456789abcdefghjkmnpqrstvwxyz".utf8) }
}
