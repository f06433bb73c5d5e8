import Accounts
import Basics
import CountryPack
import Records

/// The one way to what editors write for the public, and for the public the one way to read what is published.
///
/// Editors are the members with `keepSite`, of whichever agency: there is one public site.
public struct PublicSiteDesk: Sendable {
  let office: Office
  let pack: CountryPack

  public init(_ office: Office, _ pack: CountryPack) {
    self.office = office
    self.pack = pack
  }

  // MARK: The public's entrance

  /// Everything that is public now in a language: pages by their place, then news, newest first.
  public func published(_ language: Language) async throws -> [PublishedText] {
    let now = office.clock.now()
    return try await office.database.read { transaction in
      try PublicSiteRecords.opened(now, transaction).compactMap { SiteRules.published($0, language, at: now) }
    }.sorted {
      if $0.kind.isNews != $1.kind.isNews { return !$0.kind.isNews }
      if !$0.kind.isNews { return ($0.place, $0.slug) < ($1.place, $1.slug) }
      return ($1.published, $0.slug) < ($0.published, $1.slug)
    }
  }

  /// The slugs at which a page of the pack stands no longer, in a language.
  public func spoken(_ language: Language) async throws -> Set<String> {
    let (now, written) = (office.clock.now(), pack.languages)
    return try await office.database.read { transaction in
      Set(
        try PublicSiteRecords.opened(now, transaction).filter {
          SiteRules.look($0, language, written: written, at: now) != .unknown
        }.map(\.slug))
    }
  }

  /// What stands at an address now.
  ///
  /// - Parameter isNews: whether the address is among the news.
  public func look(slug: String, isNews: Bool, _ language: Language) async throws -> PublicLook {
    let (now, written) = (office.clock.now(), pack.languages)
    return try await office.database.read { transaction in
      guard let text = try PublicSiteRecords.text(slug: slug, transaction), text.kind.isNews == isNews else {
        return .unknown
      }
      return SiteRules.look(text, language, written: written, at: now)
    }
  }

  // MARK: Reading, for editors

  /// Every text, without the bodies of its versions.
  ///
  /// Throws `Refusal.forbidden` without `keepSite`, as everything that follows.
  public func texts(_ actor: Actor) async throws -> [SiteText] {
    try actor.require(.keepSite)
    return try await office.database.read { try PublicSiteRecords.texts($0) }
  }

  /// The pages of the pack that nobody has taken over.
  public func offered(_ actor: Actor) async throws -> [SitePage] {
    let taken = Set(try await texts(actor).map(\.slug))
    return pack.sitePages.filter { !taken.contains($0.slug) }
  }

  /// One text with all its versions.
  public func text(_ actor: Actor, _ id: SiteTextID) async throws -> SiteText {
    try actor.require(.keepSite)
    return try await office.database.read { transaction in
      guard let text = try PublicSiteRecords.text(id, transaction) else { throw Refusal.notFound }
      return text
    }
  }

  /// The colleagues of the own agency who may write, by name.
  public func colleagues(_ actor: Actor) async throws -> [MemberID: String] {
    try actor.require(.keepSite)
    let root = office.root
    return try await office.database.read { try Colleagues.who(may: .keepSite, in: actor.agency, root, $0) }
  }

  // MARK: Writing

  /// What begins a text.
  public struct Beginning: Hashable, Sendable {
    public var id: SiteTextID
    public var kind: SiteText.Kind
    public var slug: String
    public var place: Int
    public init(id: SiteTextID, kind: SiteText.Kind, slug: String, place: Int = 0) {
      self.id = id
      self.kind = kind
      self.slug = slug
      self.place = place
    }
  }

  /// Begins a page, a news item or a press note with its first version, as a draft. Sending it again changes nothing.
  ///
  /// - Parameter taken: parts of addresses that other rooms have.
  ///
  /// Throws `Refusal` `.invalid` for an address that is taken or none, and for words that are missing or too long.
  public func begin(
    _ actor: Actor, _ beginning: Beginning, _ language: Language, version: SiteVersionID, _ words: SiteWords,
    taken: Set<String> = []
  ) async throws {
    let shipped = Set(pack.sitePages.map(\.slug))
    try await write(actor, "site.begun", beginning.id) { now, transaction in
      if try PublicSiteRecords.text(beginning.id, transaction) != nil { return false }
      var problems = SiteRules.problems(words, of: beginning.kind)
      problems += try Self.problems(
        slug: beginning.slug, taken.union(shipped), beginning.id, transaction)
      guard problems.isEmpty else { throw Refusal.fields(problems) }
      try PublicSiteRecords.insert(
        SiteText(
          id: beginning.id, kind: beginning.kind, slug: beginning.slug, place: beginning.place, original: language),
        transaction)
      try PublicSiteRecords.insert(
        Self.version(version, language, 1, words, nil, actor, now), of: beginning.id, transaction)
      return true
    }
  }

  /// Takes a page of the pack over, in the languages that editors write, as drafts: until one is published the pack's
  /// stands. Doing it again changes nothing.
  ///
  /// Throws `Refusal`: `.notFound` for a page the pack does not have, `.conflict` when it was taken over already.
  public func takeOver(_ actor: Actor, id: SiteTextID, _ slug: String) async throws {
    guard let page = pack.sitePages.first(where: { $0.slug == slug }) else {
      try actor.require(.keepSite)
      throw Refusal.notFound
    }
    let randomness = office.randomness
    try await write(actor, "site.taken", id) { now, transaction in
      if try PublicSiteRecords.text(id, transaction) != nil { return false }
      guard try !PublicSiteRecords.isTaken(slug, but: id, transaction) else {
        throw Refusal(.conflict, Phrase("error.site_taken"))
      }
      try PublicSiteRecords.insert(
        SiteText(id: id, kind: .page, slug: slug, place: page.place, packPage: slug), transaction)
      let first: SiteVersionID = randomness.identifier()
      for language in pack.languages.sorted(by: >) {
        let isFirst = language == .spanish
        try PublicSiteRecords.insert(
          Self.version(
            isFirst ? first : randomness.identifier(), language, 1,
            SiteWords(
              title: page.title[language], summary: page.summary[language], body: page.wholeBody(language)),
            isFirst ? nil : first, actor, now), of: id, transaction)
      }
      return true
    }
  }

  /// Keeps a new version. What was public stays public until one is published. Sending it again changes nothing.
  ///
  /// - Parameters:
  ///   - seen: the number of the version that was read, 0 for none.
  ///   - saysOriginal: of a translation: whether it says all that the newest version of the original says.
  ///
  /// Throws `Refusal`: `.notFound`; `.conflict` when somebody kept a version meanwhile; `.invalid` for its words.
  public func write(
    _ actor: Actor, _ id: SiteTextID, _ language: Language, version: SiteVersionID, _ words: SiteWords, seen: Int,
    saysOriginal: Bool = true
  ) async throws {
    guard pack.languages.contains(language) else { throw Refusal.notFound }
    try await write(actor, "site.written", id) { now, transaction in
      guard let text = try PublicSiteRecords.text(id, transaction) else { throw Refusal.notFound }
      if text.version(version) != nil { return false }
      let problems = SiteRules.problems(words, of: text.kind)
      guard problems.isEmpty else { throw Refusal.fields(problems) }
      let newest = text.newest(language)
      guard newest?.number ?? 0 == seen else { throw Refusal(.conflict, Phrase("error.site_meanwhile")) }
      let source =
        language == text.original ? nil : saysOriginal ? text.newest(text.original)?.id : newest?.source
      try PublicSiteRecords.insert(
        Self.version(version, language, seen + 1, words, source, actor, now), of: id, transaction)
      return true
    }
  }

  private static func version(
    _ id: SiteVersionID, _ language: Language, _ number: Int, _ words: SiteWords, _ source: SiteVersionID?,
    _ actor: Actor, _ now: Moment
  ) -> SiteVersion {
    SiteVersion(
      id: id, language: language, number: number, title: words.title, summary: words.summary, body: words.body,
      press: words.press, source: source, writer: actor.member, agency: actor.agency, writtenAt: now)
  }

  static func problems(
    slug: String, _ taken: Set<String>, _ id: SiteTextID, _ transaction: any ReadTransaction
  ) throws -> [FieldProblem] {
    if !SiteRules.isSlug(slug) { return [FieldProblem("slug", "error.site_slug")] }
    if try taken.contains(slug) || PublicSiteRecords.isTaken(slug, but: id, transaction) {
      return [FieldProblem("slug", "error.site_slug_taken")]
    }
    return []
  }

  /// One write with its permission and its audit entry; nothing is recorded where nothing was changed.
  func write(
    _ actor: Actor, _ action: String, _ id: SiteTextID,
    _ body: @escaping @Sendable (Moment, any WriteTransaction) throws -> Bool
  ) async throws {
    try actor.require(.keepSite)
    let now = office.clock.now()
    try await office.database.write { transaction in
      guard try body(now, transaction) else { return }
      try transaction.record(
        AuditEntry(
          at: now, doer: actor.doer, action: action, objectKind: "site_text", objectID: id.description))
    }
  }
}
