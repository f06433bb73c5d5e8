import Basics
import Testing

@testable import PublicSite

/// Every state, move and moment.
@Suite struct SiteRulesTests {
  static let day = Span.days(1)
  static let begin = Moment(milliseconds: 1_770_000_000_000)
  static let member = MemberID(bytes: (1, 1))
  static let agency = AgencyID(bytes: (1, 2))

  static func version(_ language: Language, _ number: Int, press: PressDetails? = nil) -> SiteVersion {
    SiteVersion(
      id: SiteVersionID(bytes: (language == .spanish ? 10 : 20, UInt64(number))), language: language, number: number,
      title: "T\(number)", summary: "S", body: "B\(number)", press: press, writer: member, agency: agency,
      writtenAt: begin)
  }

  static func release(
    _ number: Int, of version: SiteVersion, opens: Moment, kind: SiteRelease.Kind = .first, note: String = "",
    at: Moment? = nil, cancelled: Moment? = nil
  ) -> SiteRelease {
    SiteRelease(
      id: SiteReleaseID(bytes: (3, UInt64(number))), language: version.language, version: version.id, opens: opens,
      kind: kind, note: note, by: member, at: at ?? opens, cancelledAt: cancelled)
  }

  static func text(
    _ releases: [SiteRelease] = [], closes: Moment? = nil, withdrawn: [Moment] = [], packPage: String? = nil
  ) -> SiteText {
    var text = SiteText(
      id: SiteTextID(bytes: (4, 4)), kind: packPage == nil ? .news : .page, slug: "uno", packPage: packPage,
      closes: closes)
    text.versions = [version(.spanish, 1), version(.spanish, 2), version(.english, 1)]
    text.releases = releases
    text.withdrawals = withdrawn.map { SiteWithdrawal(at: $0, reason: LocalizedText(es: "r", en: "r"), by: member) }
    return text
  }

  /// What each state allows, written out a second time.
  private static let table: [SiteRules.Move: (open: Set<SiteRules.State>, pending: Set<SiteRules.State>)] = [
    .write: (Set(SiteRules.State.allCases), Set(SiteRules.State.allCases)),
    .publish: (Set(SiteRules.State.allCases), []),
    .cancel: ([], Set(SiteRules.State.allCases)),
    .end: ([.live], Set(SiteRules.State.allCases)),
    .withdraw: ([.live, .ended], [.live, .ended]),
    .rename: ([.draft, .scheduled], [.draft, .scheduled]),
  ]

  @Test(arguments: SiteRules.Move.allCases) func everyStateAllowsWhatTheTableSays(_ move: SiteRules.Move) throws {
    let row = try #require(Self.table[move])
    for state in SiteRules.State.allCases {
      #expect(SiteRules.allows(move, state, isPending: false) == row.open.contains(state), "\(move) \(state)")
      #expect(SiteRules.allows(move, state, isPending: true) == row.pending.contains(state), "\(move) \(state) pending")
    }
  }

  @Test func aReleaseOpensAtItsMomentAndNotBefore() {
    let (one, two) = (Self.version(.spanish, 1), Self.version(.spanish, 2))
    let text = Self.text(
      [
        Self.release(1, of: one, opens: Self.begin + Self.day, at: Self.begin),
        Self.release(2, of: two, opens: Self.begin + .days(3), kind: .wording, at: Self.begin + .days(2)),
      ], closes: Self.begin + .days(5))
    let moments: [(Span, SiteRules.State, String?, Bool)] = [
      (.hours(0), .scheduled, nil, true), (Span(milliseconds: Self.day.milliseconds - 1), .scheduled, nil, true),
      (Self.day, .live, "B1", true), (Span(milliseconds: Self.day.milliseconds + 1), .live, "B1", true),
      (Span(milliseconds: 3 * Self.day.milliseconds - 1), .live, "B1", true), (.days(3), .live, "B2", false),
      (Span(milliseconds: 5 * Self.day.milliseconds - 1), .live, "B2", false), (.days(5), .ended, nil, false),
      (.days(500), .ended, nil, false),
    ]
    for (after, state, body, isPending) in moments {
      let now = Self.begin + after
      let standing = SiteRules.standing(text, .spanish, at: now)
      #expect(standing.state == state && (standing.pending != nil) == isPending, "\(after)")
      #expect(SiteRules.published(text, .spanish, at: now)?.body == body, "\(after)")
      #expect(SiteRules.standing(text, .english, at: now).state == .draft)
      #expect(SiteRules.published(text, .english, at: now) == nil)
    }
  }

  @Test func whatWasCancelledNeverOpens() {
    let text = Self.text([
      Self.release(
        1, of: Self.version(.spanish, 1), opens: Self.begin + Self.day, at: Self.begin, cancelled: Self.begin)
    ])
    for days in 0..<5 {
      #expect(SiteRules.standing(text, .spanish, at: Self.begin + .days(days)).state == .draft)
      #expect(SiteRules.look(text, .spanish, at: Self.begin + .days(days)) == .unknown)
    }
  }

  @Test func aWithdrawalTakesEverythingDownUntilANewRelease() {
    let (one, two) = (Self.version(.spanish, 1), Self.version(.spanish, 2))
    var text = Self.text(
      [
        Self.release(1, of: one, opens: Self.begin), Self.release(2, of: Self.version(.english, 1), opens: Self.begin),
        // It waited when the text was taken down.
        Self.release(3, of: two, opens: Self.begin + .days(9), kind: .update, at: Self.begin + .hours(1)),
      ], withdrawn: [Self.begin + Self.day])
    let later = Self.begin + .days(2)
    for moment in [later, Self.begin + .days(10)] {
      for language in [Language.spanish, .english] {
        #expect(SiteRules.standing(text, language, at: moment).state == .withdrawn)
        #expect(SiteRules.look(text, language, at: moment) == .withdrawn(reason: "r", at: Self.begin + Self.day))
      }
    }
    // Before it, all stood as it was.
    #expect(SiteRules.whole(text, at: later).state == .withdrawn)
    text.releases.append(Self.release(4, of: two, opens: Self.begin + .days(3), kind: .correction, note: "n"))
    #expect(SiteRules.published(text, .spanish, at: Self.begin + .days(4))?.body == "B2")
    // The other language stays down.
    #expect(SiteRules.standing(text, .english, at: Self.begin + .days(4)).state == .withdrawn)
    #expect(SiteRules.look(text, .english, at: Self.begin + .days(4)) == .elsewhere([.spanish], title: "T2"))
  }

  @Test func notesStandNewestFirstAndOnlyWhatIsSaidMovesTheDay() throws {
    let (one, two) = (Self.version(.spanish, 1), Self.version(.spanish, 2))
    let text = Self.text([
      Self.release(1, of: one, opens: Self.begin),
      Self.release(2, of: two, opens: Self.begin + .days(1), kind: .correction, note: "decía 2, son 3"),
      Self.release(3, of: one, opens: Self.begin + .days(2), kind: .update, note: "nueva fecha"),
      Self.release(4, of: two, opens: Self.begin + .days(3), kind: .wording, note: "nadie lo lee"),
    ])
    let found = try #require(SiteRules.published(text, .spanish, at: Self.begin + .days(4)))
    #expect(found.notes.map(\.words) == ["nueva fecha", "decía 2, son 3"])
    #expect(found.published == Self.begin && found.updated == Self.begin + .days(2) && found.body == "B2")
  }

  @Test func aPageOfThePackStandsUntilItsLanguageIsPublished() {
    var text = Self.text(packPage: "uno")
    #expect(SiteRules.look(text, .spanish, at: Self.begin) == .unknown)
    text.releases = [Self.release(1, of: Self.version(.spanish, 1), opens: Self.begin)]
    #expect(SiteRules.look(text, .english, at: Self.begin) == .unknown)
    text.closes = Self.begin + .days(1)
    #expect(SiteRules.look(text, .english, at: Self.begin + .days(2)) == .ended)
    text.closes = nil
    text.withdrawals = [SiteWithdrawal(at: Self.begin, reason: LocalizedText(es: "r", en: "r"), by: Self.member)]
    #expect(SiteRules.look(text, .english, at: Self.begin) == .withdrawn(reason: "r", at: Self.begin))
  }

  @Test func whatCanNotBePublishedSoIsSaidBesideItsField() {
    let press = PressDetails(office: "o", mail: "a@b.example", embargo: Self.begin + .days(2))
    var text = Self.text()
    text.versions = [Self.version(.spanish, 1, press: press)]
    let id = text.versions[0].id
    func fields(_ wish: SiteRules.Publication, _ now: Moment = Self.begin) -> Set<String> {
      Set(SiteRules.problems(wish, of: text, at: now).map(\.field))
    }
    #expect(fields(.init(.spanish, id)) == ["opens"])
    #expect(fields(.init(.spanish, id, opens: Self.begin + .days(2))) == [])
    #expect(fields(.init(.spanish, id, opens: Span.days(3).after(Self.begin), closes: Self.begin)) == ["closes"])
    #expect(fields(.init(.spanish, id, opens: Self.begin), Self.begin + .days(3)) == ["opens"])
    text.releases = [Self.release(1, of: text.versions[0], opens: Self.begin)]
    let later = Self.begin + .days(3)
    #expect(fields(.init(.spanish, id), later) == ["kind"])
    #expect(fields(.init(.spanish, id, kind: .first), later) == ["kind"])
    #expect(fields(.init(.spanish, id, kind: .correction), later) == ["note"])
    #expect(fields(.init(.spanish, id, kind: .correction, note: "n"), later) == [])
    for kind in [SiteRelease.Kind.wording, .update] { #expect(fields(.init(.spanish, id, kind: kind), later) == []) }
  }

  @Test func wordsHaveTheirLengthsAndPressNotesTheirContact() {
    let plain = SiteWords(title: "T", summary: "S", body: "B")
    #expect(SiteRules.problems(plain, of: .news).isEmpty)
    #expect(SiteRules.problems(plain, of: .pressNote).map(\.field) == ["office"])
    var note = plain
    note.press = PressDetails(office: "Prensa")
    #expect(SiteRules.problems(note, of: .pressNote).map(\.field) == ["phone"])
    note.press?.mail = "a@b.example"
    #expect(SiteRules.problems(note, of: .pressNote).isEmpty)
    let long = SiteWords(
      title: String(repeating: "a", count: 151), summary: "", body: String(repeating: "a", count: 60_001))
    #expect(SiteRules.problems(long, of: .page).map(\.field) == ["title", "summary", "body"])
  }

  @Test(arguments: [
    ("senales", true), ("a1-b2", true), ("2026", false), ("Senales", false), ("señales", false), ("a", false),
    ("a--b", false), ("-a", false), ("a-", false), ("a/b", false), ("a.b", false), ("", false),
    (String(repeating: "a", count: 81), false),
  ]) func anAddressIsPlain(_ slug: String, _ isOne: Bool) { #expect(SiteRules.isSlug(slug) == isOne) }

  @Test(arguments: [
    ("¿Qué es la trata?", "que-es-la-trata"), ("2026: Año nuevo", "ano-nuevo"), ("¡!", ""), ("Ñandú Æ x", "nandu-x"),
  ]) func anAddressComesOfATitle(_ title: String, _ slug: String) { #expect(SiteRules.slug(of: title) == slug) }

  @Test func aTranslationKnowsThatItIsBehind() {
    var text = Self.text()
    text.versions = [Self.version(.spanish, 1)]
    #expect(text.behind(.english) == nil)
    var english = Self.version(.english, 1)
    english.source = text.versions[0].id
    text.versions.append(english)
    #expect(text.behind(.english) == nil && text.behind(.spanish) == nil)
    text.versions.append(Self.version(.spanish, 2))
    #expect(text.behind(.english)?.translated == 1 && text.behind(.english)?.newest == 2)
  }
}

extension Span {
  fileprivate func after(_ moment: Moment) -> Moment { moment + self }
}

@Suite struct VersionComparisonTests {
  @Test func linesAreMarked() {
    let found = VersionComparison(from: ["a", "b", "c"], to: ["a", "x", "c", "d"])
    #expect(found.lines.map { "\($0.mark) \($0.words)" } == ["same a", "removed b", "added x", "same c", "added d"])
    #expect(!found.isEqual && VersionComparison(from: ["a"], to: ["a"]).isEqual)
  }

  /// Whatever is compared: without what was added it is the first, without what was removed the second.
  @Test(arguments: 0..<200) func bothCanBeReadOutOfIt(_ seed: Int) {
    var generator = SeededGenerator(seed: UInt64(seed))
    func lines() -> [String] {
      (0..<Int.random(in: 0...12, using: &generator)).map { _ in String(Int.random(in: 0...4, using: &generator)) }
    }
    let (before, after) = (lines(), lines())
    let found = VersionComparison(from: before, to: after).lines
    #expect(found.filter { $0.mark != .added }.map(\.words) == before)
    #expect(found.filter { $0.mark != .removed }.map(\.words) == after)
  }
}
