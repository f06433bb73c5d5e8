import Basics

/// A file that was looked at and may be published.
public struct MaterialFile: Hashable, Sendable {
  public var contentType: String
  /// How a file's name ends, without the point.
  public var ending: String
  public var bytes: [UInt8]

  public init(contentType: String, ending: String, bytes: [UInt8]) {
    self.contentType = contentType
    self.ending = ending
    self.bytes = bytes
  }

  /// In bytes: it travels over telephones with little data.
  public static let largest = 5 * 1024 * 1024
}

/// Judges a file by its content and takes from it what nobody should learn. Throws `Refusal` with the field `file`.
public typealias MaterialCheck = @Sendable ([UInt8]) throws -> MaterialFile

/// A poster, a radio spot's script, a guide: a file of this site or a link to another.
public struct CampaignMaterial: Hashable, Sendable, Identifiable {
  /// What is known of its file.
  public struct File: Hashable, Sendable {
    public var contentType: String
    public var ending: String
    /// In bytes.
    public var size: Int

    public init(contentType: String, ending: String, size: Int) {
      self.contentType = contentType
      self.ending = ending
      self.size = size
    }
  }

  public enum Content: Hashable, Sendable {
    case file(File)
    /// An address that begins with `https://`.
    case link(String)
  }

  public var id: CampaignMaterialID
  /// How it is called in addresses; unique.
  public var code: String
  public var campaign: CampaignID?
  public var title: LocalizedText
  /// What is to be seen or heard in it, for who can't see or hear it.
  public var about: LocalizedText
  /// A code of `languages`.
  public var language: String
  /// Who holds the rights, and what others may do with it.
  public var rights: String
  public var content: Content
  /// Whether it stands in the media kit.
  public var isPublic: Bool
  public var revision: Int

  public init(
    id: CampaignMaterialID, code: String, campaign: CampaignID? = nil, title: LocalizedText, about: LocalizedText,
    language: String, rights: String, content: Content, isPublic: Bool = false, revision: Int = 0
  ) {
    self.id = id
    self.code = code
    self.campaign = campaign
    self.title = title
    self.about = about
    self.language = language
    self.rights = rights
    self.content = content
    self.isPublic = isPublic
    self.revision = revision
  }

  /// `poster-frontera.pdf`; `nil` for a link.
  public var fileName: String? {
    guard case .file(let file) = content else { return nil }
    return "\(code).\(file.ending)"
  }
}

/// A short address of this site that leads to another page of it: `/c/radio`. Nobody counts who comes.
public struct ShortLink: Hashable, Sendable {
  public var code: String
  /// A path of this site.
  public var target: String
  public var title: String
  public var isEnded: Bool
  public var revision: Int

  public init(code: String, target: String, title: String, isEnded: Bool = false, revision: Int = 0) {
    self.code = code
    self.target = target
    self.title = title
    self.isEnded = isEnded
    self.revision = revision
  }

  /// Whether it is a path of this site that a short address may lead to: 1 to 200 letters, digits and `-._~/`, never to
  /// another short address.
  public static func isTarget(_ path: String) -> Bool {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    return path.hasPrefix("/") && (2...200).contains(path.utf8.count) && parts.count > 1 && !path.hasSuffix("/")
      && parts.dropFirst().allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." } && parts[1] != "c"
      && path.utf8.allSatisfy { byte in
        (97...122).contains(byte) || (65...90).contains(byte) || (48...57).contains(byte) || "-._~/".utf8.contains(byte)
      }
  }

  /// Short enough to be typed from a poster: 2 to 20 lower-case letters, digits and hyphens.
  public static func isCode(_ text: String) -> Bool {
    PlanCode.isOne(text) && (2...20).contains(text.utf8.count) && !text.contains(".")
  }
}

/// How the press reaches the office that answers it. An office, never a person.
public struct PressOffice: Hashable, Sendable {
  public var name: LocalizedText
  public var phone: String
  public var mail: String
  /// When somebody answers.
  public var hours: LocalizedText
  public var revision: Int

  public init(name: LocalizedText, phone: String, mail: String, hours: LocalizedText, revision: Int = 0) {
    self.name = name
    self.phone = phone
    self.mail = mail
    self.hours = hours
    self.revision = revision
  }
}
