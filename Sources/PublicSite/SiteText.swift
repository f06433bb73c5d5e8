import Basics

public enum SiteTextEntity {}
public enum SiteVersionEntity {}
public enum SiteReleaseEntity {}

public typealias SiteTextID = Identifier<SiteTextEntity>
public typealias SiteVersionID = Identifier<SiteVersionEntity>
public typealias SiteReleaseID = Identifier<SiteReleaseEntity>

/// Something that editors write for the public, with all that was ever written and published of it. Versions, releases and
/// withdrawals are only added: what readers see at a moment is worked out from them (`SiteRules`).
public struct SiteText: Hashable, Sendable, Identifiable {
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// Stays: what trafficking is, what to do.
    case page
    case news
    /// News with whom journalists may ask.
    case pressNote = "press_note"

    /// Whether it stands among the news.
    public var isNews: Bool { self != .page }
  }

  /// A colleague who has it now.
  public struct Holder: Hashable, Sendable {
    public var member: MemberID
    public var note: String
    public init(_ member: MemberID, note: String = "") {
      self.member = member
      self.note = note
    }
  }

  public var id: SiteTextID
  public var kind: Kind
  /// Its part of the address: `SiteRules.isSlug`.
  public var slug: String
  /// Where it stands among pages, smallest first.
  public var place: Int
  /// The page of the pack that it was before.
  public var packPage: String?
  /// The language it was first written in; the others are translations.
  public var original: Language
  /// When it comes down, in every language.
  public var closes: Moment?
  public var holder: Holder?
  public var revision: Int
  /// Oldest first.
  public var versions: [SiteVersion] = []
  public var releases: [SiteRelease] = []
  public var withdrawals: [SiteWithdrawal] = []

  public init(
    id: SiteTextID, kind: Kind, slug: String, place: Int = 0, packPage: String? = nil, original: Language = .spanish,
    closes: Moment? = nil, holder: Holder? = nil, revision: Int = 1
  ) {
    self.id = id
    self.kind = kind
    self.slug = slug
    self.place = place
    self.packPage = packPage
    self.original = original
    self.closes = closes
    self.holder = holder
    self.revision = revision
  }

  /// The languages in which anything was written.
  public var languages: [Language] { Set(versions.map(\.language)).sorted().reversed() }

  /// The newest version in a language.
  public func newest(_ language: Language) -> SiteVersion? {
    versions.filter { $0.language == language }.max { $0.number < $1.number }
  }

  public func version(_ id: SiteVersionID?) -> SiteVersion? { versions.first { $0.id == id } }

  /// The title that editors know it by.
  public var title: String { newest(original)?.title ?? slug }

  /// The version of the original that a translation says, and the newest one, when the translation is behind.
  public func behind(_ language: Language) -> (translated: Int, newest: Int)? {
    guard language != original, let own = newest(language), let source = newest(original) else { return nil }
    let translated = version(own.source)?.number ?? 0
    return translated < source.number ? (translated, source.number) : nil
  }
}

/// One state of the words in one language. Never changed.
public struct SiteVersion: Hashable, Sendable, Identifiable {
  public var id: SiteVersionID
  public var language: Language
  /// From 1 in each language.
  public var number: Int
  public var title: String
  /// One sentence.
  public var summary: String
  /// Markdown.
  public var body: String
  /// Of a press note.
  public var press: PressDetails?
  /// The version of the original that it says in another language.
  public var source: SiteVersionID?
  public var writer: MemberID
  public var agency: AgencyID
  public var writtenAt: Moment

  public init(
    id: SiteVersionID, language: Language, number: Int, title: String, summary: String, body: String,
    press: PressDetails? = nil, source: SiteVersionID? = nil, writer: MemberID, agency: AgencyID, writtenAt: Moment
  ) {
    self.id = id
    self.language = language
    self.number = number
    self.title = title
    self.summary = summary
    self.body = body
    self.press = press
    self.source = source
    self.writer = writer
    self.agency = agency
    self.writtenAt = writtenAt
  }
}

/// Whom journalists may ask, and from when on they may publish. An institution's own addresses, never a person's.
public struct PressDetails: Hashable, Sendable {
  public var office: String
  public var address: String
  public var phone: String
  public var mail: String
  /// Before it, nothing of the note is public.
  public var embargo: Moment?

  public init(office: String, address: String = "", phone: String = "", mail: String = "", embargo: Moment? = nil) {
    self.office = office
    self.address = address
    self.phone = phone
    self.mail = mail
    self.embargo = embargo
  }
}

/// That a version is public from a moment on.
public struct SiteRelease: Hashable, Sendable, Identifiable {
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    case first
    /// Nothing else is said than before: spelling, order, layout.
    case wording
    /// Something new is said.
    case update
    /// Something that was wrong is put right. What it was stands on the page.
    case correction

    /// Those a change after publication is asked for.
    public static let changes: [Kind] = [.wording, .update, .correction]
  }

  public var id: SiteReleaseID
  public var language: Language
  public var version: SiteVersionID
  public var opens: Moment
  public var kind: Kind
  /// What was corrected or is new, in the text's language.
  public var note: String
  public var by: MemberID
  public var at: Moment
  /// Taken back before it opened.
  public var cancelledAt: Moment?

  public init(
    id: SiteReleaseID, language: Language, version: SiteVersionID, opens: Moment, kind: Kind, note: String = "",
    by: MemberID, at: Moment, cancelledAt: Moment? = nil
  ) {
    self.id = id
    self.language = language
    self.version = version
    self.opens = opens
    self.kind = kind
    self.note = note
    self.by = by
    self.at = at
    self.cancelledAt = cancelledAt
  }
}

/// That a text was taken down for a reason that readers are told. Releases made before it count no longer.
public struct SiteWithdrawal: Hashable, Sendable {
  public var at: Moment
  public var reason: LocalizedText
  public var by: MemberID
  public init(at: Moment, reason: LocalizedText, by: MemberID) {
    self.at = at
    self.reason = reason
    self.by = by
  }
}

/// A text as readers find it at a moment in one language.
public struct PublishedText: Hashable, Sendable, Identifiable {
  /// A change that readers are told of.
  public struct Note: Hashable, Sendable {
    public var kind: SiteRelease.Kind
    public var words: String
    public var at: Moment
  }

  public var id: SiteTextID
  public var kind: SiteText.Kind
  public var slug: String
  public var place: Int
  public var language: Language
  /// The languages in which it is public now.
  public var languages: [Language]
  public var title: String
  public var summary: String
  public var body: String
  public var press: PressDetails?
  /// When it first became public in this language.
  public var published: Moment
  /// When something in it was last updated or corrected; new spelling does not count.
  public var updated: Moment
  /// Newest first.
  public var notes: [Note]
}

/// What stands at an address of the public site.
public enum PublicLook: Hashable, Sendable {
  case text(PublishedText)
  /// It is public, but not in this language.
  case elsewhere([Language], title: String)
  case withdrawn(reason: String, at: Moment)
  /// It was public and came down at its end.
  case ended
  /// Nothing of this name was ever public: the pack's page may stand there.
  case unknown
}
