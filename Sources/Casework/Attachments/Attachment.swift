import Accounts
import Basics
import Foundation
import Records
import Vault

public enum AttachmentEntity {}
public typealias AttachmentID = Identifier<AttachmentEntity>

/// What a file is, as its content shows. Its name says nothing.
public enum AttachmentFormat: String, Hashable, Sendable, Codable, CaseIterable {
  case jpeg, png, webp, pdf, text

  public var contentType: String {
    switch self {
    case .jpeg: "image/jpeg"
    case .png: "image/png"
    case .webp: "image/webp"
    case .pdf: "application/pdf"
    case .text: "text/plain; charset=utf-8"
    }
  }

  /// How the name of a copy ends.
  public var ending: String {
    switch self {
    case .jpeg: "jpg"
    case .png, .webp, .pdf: rawValue
    case .text: "txt"
    }
  }

  public var isImage: Bool {
    switch self {
    case .jpeg, .png, .webp: true
    case .pdf, .text: false
    }
  }
}

/// A photograph or a document of a case, without its content.
public struct Attachment: Hashable, Sendable {
  public var id: AttachmentID
  /// Under whose key it lies: who was given this kind of data was given its files.
  public var kind: DataKind
  public var format: AttachmentFormat
  /// What it is, as somebody wrote it.
  public var title: String
  /// In bytes, as it is kept.
  public var size: Int
  /// Of an image, in pixels.
  public var width: Int?
  public var height: Int?
  public var addedBy: MemberID
  public var addedAt: Moment
}

/// The files of a case that a reader may open.
public struct AttachmentList: Hashable, Sendable {
  public var summary: CaseSummary
  /// The newest first.
  public var attachments: [Attachment]
  public var mayEdit: Bool
  public var isShared: Bool
}

/// What is written down when a file is added.
public struct AttachmentRequest: Hashable, Sendable {
  /// `nil` when none was chosen.
  public var kind: DataKind?
  public var title: String
  public var bytes: [UInt8]

  public init(kind: DataKind?, title: String, bytes: [UInt8]) {
    self.kind = kind
    self.title = title
    self.bytes = bytes
  }
}

/// How many files a case has, how large they may be, and of which kinds of data. Our own decisions: a photograph of a
/// telephone and a scanned file of thirty pages fit; a disk of the smallest server holds a thousand full cases.
public enum AttachmentRules {
  /// In bytes.
  public static let largest = 10 * 1024 * 1024
  public static let mostOfCase = 100
  /// In bytes, counted in whole parts.
  public static let largestOfCase = 100 * 1024 * 1024

  /// A file's kind says with whom it is shared. Where a person is kept safe has a page of its own and no files; how to
  /// reach the person is a few words.
  public static let kinds: [DataKind] = DataKind.allCases.filter { $0 != .contact && $0 != .protection }
}

/// What of a file is sealed under the record's key, beside its content.
struct AttachmentHeader: Codable {
  var title: String
  var format: AttachmentFormat
  var size: Int
  var width: Int?
  var height: Int?
  /// The key of the parts: destroyed with this header, so that a deleted file's parts open nowhere.
  var key: Data
  /// SHA-256 of the content.
  var digest: Data
  var parts: Int
}

/// A file's content in parts, each sealed by itself under a key of its own, so that no long work with keys is done
/// while the store waits.
struct SealedParts {
  /// A part's padding fills it to exactly 256 KiB.
  static let partSize = 256 * 1024 - 1

  var key: [UInt8]
  var parts: [[UInt8]]

  /// Throws `VaultFailure` when sealing fails.
  init(sealing bytes: [UInt8], of id: AttachmentID, tenant: AgencyID) throws {
    key = randomBytes(32)
    guard let recordKey = RecordKey(bytes: key) else { throw VaultFailure.malformed }
    let count = max(1, (bytes.count + Self.partSize - 1) / Self.partSize)
    parts = try (0..<count).map { number in
      let part = bytes[(number * Self.partSize)..<min(bytes.count, (number + 1) * Self.partSize)]
      return try recordKey.seal(Array(part), at: Self.address(id, tenant: tenant, number: number, of: count))
    }
  }

  /// Throws `VaultFailure.cannotOpen` unless all parts are there, in order and as they were sealed.
  static func open(_ parts: [[UInt8]], _ header: AttachmentHeader, of id: AttachmentID, tenant: AgencyID) throws
    -> [UInt8]
  {
    guard parts.count == header.parts, let key = RecordKey(bytes: Array(header.key)) else {
      throw VaultFailure.cannotOpen
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(header.size)
    for (number, part) in parts.enumerated() {
      bytes += try key.open(part, at: address(id, tenant: tenant, number: number, of: parts.count))
    }
    guard sha256(bytes) == Array(header.digest) else { throw VaultFailure.cannotOpen }
    return bytes
  }

  private static func address(_ id: AttachmentID, tenant: AgencyID, number: Int, of count: Int) -> FieldAddress {
    FieldAddress(
      tenant: tenant.description, table: "case_attachment_parts", column: "of-\(count)", row: id.description,
      revision: number)
  }
}
