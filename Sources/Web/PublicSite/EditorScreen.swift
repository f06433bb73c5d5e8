import Accounts
import Basics
import CountryPack
import PublicSite

/// One text as its editors' pages show it.
struct EditorScreen {
  let visit: Visit
  let text: SiteText
  /// Colleagues of the own agency by name.
  let names: [MemberID: String]

  var words: Words { visit.words }
  var now: Moment { visit.dates.now }

  static func address(_ id: SiteTextID, _ rest: String = "") -> String { EditorPages.path + "/\(id)" + rest }
  func address(_ rest: String = "") -> String { Self.address(text.id, rest) }

  var back: HomeSection.Link { .init(address: address(), label: text.title) }

  func languageName(_ language: Language) -> String { visit.frame.screen.words(language)("common.language") }

  func standing(_ language: Language) -> SiteRules.Standing { SiteRules.standing(text, language, at: now) }

  func who(_ member: MemberID) -> String { names[member] ?? words("site.other_agency") }

  /// Where a language stands, in a word with its shape.
  func status(_ language: Language) -> Status { Self.status(standing(language), visit) }

  static func status(_ standing: SiteRules.Standing, _ visit: Visit) -> Status {
    let tone: Status.Tone =
      switch standing.state {
      case .draft: .open
      case .scheduled: .active
      case .live: .done
      case .ended, .withdrawn: .ended
      }
    return Status(text: visit.words("site.state.\(standing.state.rawValue)"), tone: tone)
  }

  /// What else is to know of a language.
  func facts(_ language: Language) -> [String] {
    let standing = standing(language)
    var facts: [String] = []
    if let newest = text.newest(language) {
      facts.append(words("site.version", ["number": String(newest.number)]))
      if let shown = text.version(standing.shown?.version), shown.number < newest.number, standing.state == .live {
        facts.append(words("site.newer_draft", ["number": String(shown.number)]))
      }
    }
    if let pending = standing.pending {
      facts.append(words("site.opens_at", ["moment": visit.dates.moment(pending.opens)]))
    }
    if let behind = text.behind(language) {
      facts.append(
        words("site.behind", ["translated": String(behind.translated), "newest": String(behind.newest)]))
    }
    return facts
  }

  /// A version as readers would find it.
  func rendered(_ version: SiteVersion) -> [String: Any] {
    Self.rendered(SiteWords(version), version.language, visit)
  }

  static func rendered(_ written: SiteWords, _ language: Language, _ visit: Visit) -> [String: Any] {
    var view: [String: Any] = [
      "lang": language.code, "heading": written.title, "summary": written.summary,
      "html": Markdown.html(written.body, droppingTitle: true),
    ]
    view["press"] = written.press.map { press($0, visit.words, visit.dates, isWaiting: true) }
    return view
  }

  /// Whom journalists may ask.
  ///
  /// - Parameter isWaiting: shows until when nothing may be published, where that is still to come.
  static func press(_ press: PressDetails, _ words: Words, _ dates: Dates, isWaiting: Bool) -> [String: Any] {
    var view: [String: Any] = ["office": press.office]
    if !press.address.isEmpty { view["place"] = press.address }
    if !press.phone.isEmpty {
      view["phone"] = [
        "number": press.phone, "dial": press.phone.filter { $0.isNumber || $0 == "+" },
      ]
    }
    if !press.mail.isEmpty { view["mail"] = press.mail }
    if isWaiting, let embargo = press.embargo, embargo > dates.now {
      view["embargo"] = words("site.embargo_until", ["moment": dates.moment(embargo)])
    }
    return view
  }
}
