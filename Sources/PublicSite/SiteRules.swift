import Basics
import Foundation

/// What editors may do with a text, and what readers see of it at a moment. Pure: the moment is always given.
public enum SiteRules {
  // MARK: What readers see

  /// Where a text stands in one language.
  public enum State: String, Hashable, Sendable, CaseIterable {
    /// Written, and nothing of it was ever public or is about to be.
    case draft
    /// Not public yet, and it will be without anybody's doing.
    case scheduled
    case live
    /// Its end has come.
    case ended
    case withdrawn
  }

  /// The state of a text in one language at a moment.
  public struct Standing: Hashable, Sendable {
    public var state: State
    /// What readers see, or saw last.
    public var shown: SiteRelease?
    /// What will replace it at its moment.
    public var pending: SiteRelease?
    public var withdrawal: SiteWithdrawal?
    public var wasPublic: Bool { shown != nil || withdrawal != nil }

    public init(
      state: State, shown: SiteRelease? = nil, pending: SiteRelease? = nil, withdrawal: SiteWithdrawal? = nil
    ) {
      self.state = state
      self.shown = shown
      self.pending = pending
      self.withdrawal = withdrawal
    }
  }

  public static func standing(_ text: SiteText, _ language: Language, at now: Moment) -> Standing {
    let all = text.releases.filter { $0.language == language && $0.cancelledAt == nil }
    let withdrawal = text.withdrawals.max { $0.at < $1.at }
    // What was released before the text was taken down stays down.
    let standing = all.filter { release in withdrawal.map { release.at > $0.at } ?? true }
    let order: (SiteRelease, SiteRelease) -> Bool = { ($0.opens, $0.at) < ($1.opens, $1.at) }
    let shown = standing.filter { $0.opens <= now }.max(by: order)
    let pending = standing.filter { $0.opens > now }.min(by: order)
    let was = all.contains { release in withdrawal.map { release.opens <= $0.at } == true }
    let state: State =
      if shown != nil {
        text.closes.map { $0 <= now } == true ? .ended : .live
      } else if was {
        .withdrawn
      } else {
        pending == nil ? .draft : .scheduled
      }
    return Standing(state: state, shown: shown, pending: pending, withdrawal: was ? withdrawal : nil)
  }

  /// Every language of a text with where it stands.
  public static func standings(_ text: SiteText, at now: Moment) -> [Language: Standing] {
    text.languages.reduce(into: [:]) { $0[$1] = standing(text, $1, at: now) }
  }

  /// A text as readers find it; `nil` when they do not.
  public static func published(_ text: SiteText, _ language: Language, at now: Moment) -> PublishedText? {
    let standing = standing(text, language, at: now)
    guard standing.state == .live, let shown = standing.shown, let version = text.version(shown.version) else {
      return nil
    }
    // All that was ever public in this language, also before it was taken down and came back.
    let opened = text.releases.filter { $0.language == language && $0.cancelledAt == nil && $0.opens <= now }
      .sorted { ($0.opens, $0.at) < ($1.opens, $1.at) }
    let first = opened.first?.opens ?? shown.opens
    let said = opened.filter { $0.kind == .correction || $0.kind == .update }
    return PublishedText(
      id: text.id, kind: text.kind, slug: text.slug, place: text.place, language: language,
      languages: text.languages.filter { Self.standing(text, $0, at: now).state == .live }, title: version.title,
      summary: version.summary, body: version.body, press: version.press, published: first,
      updated: said.last?.opens ?? first,
      notes: said.reversed().filter { !$0.note.isEmpty }.map { .init(kind: $0.kind, words: $0.note, at: $0.opens) })
  }

  /// What stands at a text's address.
  ///
  /// - Parameter written: the languages that editors write.
  public static func look(
    _ text: SiteText, _ language: Language, written: [Language] = [.spanish, .english], at now: Moment
  ) -> PublicLook {
    if let found = published(text, language, at: now) { return .text(found) }
    let all = standings(text, at: now)
    // Until a language of a page that was taken over is published, the pack's words stand in it. In one that editors
    // don't write they stand until anything is: nobody would correct them.
    let isWritten = written.contains(language)
    if text.packPage != nil, !standing(text, language, at: now).wasPublic,
      (isWritten ? [.draft, .scheduled, .live] : [.draft, .scheduled]).contains(whole(text, at: now).state)
    {
      return .unknown
    }
    let live = text.languages.filter { all[$0]?.state == .live }
    if let first = live.first, let title = published(text, first, at: now)?.title {
      return .elsewhere(live, title: title)
    }
    if let withdrawal = all.values.compactMap(\.withdrawal).first {
      return .withdrawn(reason: withdrawal.reason[language], at: withdrawal.at)
    }
    return all.values.contains { $0.state == .ended } ? .ended : .unknown
  }

  // MARK: What editors may do

  public enum Move: String, Hashable, Sendable, CaseIterable {
    case write
    /// Makes a version public, now or later.
    case publish
    /// Takes back what is not public yet.
    case cancel
    /// Says when it comes down.
    case end
    case withdraw
    /// Changes the address.
    case rename
  }

  /// Whether a move is open.
  ///
  /// - Parameters:
  ///   - state: in the language that is meant; of the whole text for `.end`, `.withdraw` and `.rename` (`whole`).
  ///   - isPending: whether a version waits for its moment.
  public static func allows(_ move: Move, _ state: State, isPending: Bool) -> Bool {
    switch move {
    case .write: true
    // Two that wait would leave nobody sure which comes.
    case .publish: !isPending
    case .cancel: isPending
    case .end: state == .live || isPending
    case .withdraw: state == .live || state == .ended
    // An address that was public is linked to.
    case .rename: state == .draft || state == .scheduled
    }
  }

  /// Where a text stands as a whole: as in the language in which it is furthest.
  public static func whole(_ text: SiteText, at now: Moment) -> (state: State, isPending: Bool) {
    let all = standings(text, at: now).values
    let order: [State] = [.live, .ended, .withdrawn, .scheduled, .draft]
    return (order.first { state in all.contains { $0.state == state } } ?? .draft, all.contains { $0.pending != nil })
  }

  // MARK: What can't be so

  /// What an editor wants made public.
  public struct Publication: Hashable, Sendable {
    public var language: Language
    public var version: SiteVersionID
    /// `nil` for now.
    public var opens: Moment?
    public var closes: Moment?
    /// `nil` for the first time.
    public var kind: SiteRelease.Kind?
    public var note: String

    public init(
      _ language: Language, _ version: SiteVersionID, opens: Moment? = nil, closes: Moment? = nil,
      kind: SiteRelease.Kind? = nil, note: String = ""
    ) {
      self.language = language
      self.version = version
      self.opens = opens
      self.closes = closes
      self.kind = kind
      self.note = note
    }
  }

  /// What is wrong with a publication, beside the fields of its form.
  public static func problems(_ wish: Publication, of text: SiteText, at now: Moment) -> [FieldProblem] {
    var problems: [FieldProblem] = []
    let opens = wish.opens ?? now
    if opens < now { problems.append(FieldProblem("opens", "error.site_past")) }
    if let closes = wish.closes, closes <= opens { problems.append(FieldProblem("closes", "error.site_closes")) }
    if let embargo = text.version(wish.version)?.press?.embargo, opens < embargo {
      problems.append(FieldProblem("opens", "error.site_embargo"))
    }
    if standing(text, wish.language, at: now).wasPublic {
      switch wish.kind {
      case nil, .first: problems.append(FieldProblem("kind", "error.choose"))
      case .correction where wish.note.isEmpty: problems.append(FieldProblem("note", "error.site_note"))
      default: break
      }
    }
    return problems
  }

  /// Small letters without accents, digits and dashes; a letter first, so that a year is none.
  public static func isSlug(_ text: String) -> Bool {
    text.utf8.count >= 2 && text.utf8.count <= 80 && text.wholeMatch(of: /[a-z][a-z0-9]*(-[a-z0-9]+)*/) != nil
  }

  /// An address made of a title: “Qué es la trata” becomes `que-es-la-trata`. Empty when no letter is in it.
  public static func slug(of title: String) -> String {
    let plain = title.folding(options: [.diacriticInsensitive, .caseInsensitive], locale: Locale(identifier: "es"))
      .lowercased()
    let pieces = plain.split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }.drop { $0.first?.isLetter != true }
    var slug = ""
    for piece in pieces where slug.utf8.count + piece.utf8.count < 70 { slug += (slug.isEmpty ? "" : "-") + piece }
    return slug
  }

  public static let longestTitle = 150
  public static let longestSummary = 240
  public static let longestBody = 60_000

  /// What is wrong with words that are about to be kept.
  public static func problems(_ words: SiteWords, of kind: SiteText.Kind) -> [FieldProblem] {
    var problems: [FieldProblem] = []
    func check(_ field: String, _ text: String, _ most: Int) {
      if text.isEmpty { problems.append(FieldProblem(field, "error.missing")) }
      if text.count > most { problems.append(FieldProblem(field, Phrase("error.too_long", ["most": String(most)]))) }
    }
    check("title", words.title, longestTitle)
    check("summary", words.summary, longestSummary)
    check("body", words.body, longestBody)
    guard kind == .pressNote else { return problems }
    check("office", words.press?.office ?? "", 200)
    if let press = words.press, press.address.isEmpty, press.phone.isEmpty, press.mail.isEmpty {
      problems.append(FieldProblem("phone", "error.site_contact"))
    }
    return problems
  }
}

/// The words of a version that is about to be kept.
public struct SiteWords: Hashable, Sendable {
  public var title: String
  public var summary: String
  public var body: String
  public var press: PressDetails?

  public init(title: String, summary: String, body: String, press: PressDetails? = nil) {
    self.title = title
    self.summary = summary
    self.body = body
    self.press = press
  }

  public init(_ version: SiteVersion) {
    self.init(title: version.title, summary: version.summary, body: version.body, press: version.press)
  }
}
