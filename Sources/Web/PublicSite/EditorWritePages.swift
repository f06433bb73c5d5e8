import Accounts
import Basics
import CountryPack
import PublicSite

/// Writing: something new, the next version, and a translation beside its original. Each can be looked at before it is
/// kept, with what readers will get.
struct EditorWritePages {
  let desks: Desks
  let taken: Set<String>
  var desk: PublicSiteDesk { desks.publicSite }

  func add(to routes: Routes) {
    routes.get(EditorPages.path + "/new") { visit in
      try visit.actor().require(.keepSite)
      return newPage(visit, visit.sheet, visit.query["kind"].flatMap(SiteText.Kind.init) ?? .news)
    }
    routes.post(EditorPages.path + "/new", begin)
    routes.get(EditorPages.path + "/:text/write/:language") { visit in
      let (actor, text, language) = try await asked(visit)
      return page(visit, visit.sheet, actor, text, language)
    }
    routes.post(EditorPages.path + "/:text/write/:language", write)
  }

  // MARK: Something new

  private func newPage(_ visit: Visit, _ sheet: FormSheet, _ kind: SiteText.Kind) -> Answer {
    let words = visit.words
    let language = language(sheet.typed["language"] ?? visit.language.code) ?? .spanish
    var fields = [
      sheet.hidden("id", SiteTextID.random().description), sheet.hidden("version", SiteVersionID.random().description),
      sheet.hidden("kind", kind.rawValue),
      sheet.choices(
        "language", label: "site.language", hint: "site.language_hint",
        options: desks.pack.languages.map { .init($0.code, visit.frame.screen.words($0)("common.language")) },
        value: language.code),
    ]
    fields += wordFields(sheet, kind, nil, visit)
    fields.append(
      sheet.text(
        "slug", label: "site.slug", hint: kind.isNews ? "site.slug_hint_news" : "site.slug_hint", optional: true))
    if kind == .page {
      fields.append(
        sheet.text("place", label: "site.place", hint: "site.place_hint", value: "100", inputmode: "numeric"))
    }
    return .page(
      "public-site/write",
      model(
        visit, sheet, Heading(title: words("site.begin.\(kind.rawValue)"), back: back(visit)),
        action: EditorPages.path + "/new", fields, language, kind, cancel: EditorPages.path))
  }

  private func begin(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    try actor.require(.keepSite)
    guard let kind = try visit.form.one("kind").flatMap(SiteText.Kind.init) else { throw RefusedRequest.malformed }
    if visit.form["preview"] != nil {
      return newPage(visit, FormSheet(words: visit.words, typed: visit.form), kind)
    }
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      let id: SiteTextID = try reader.id()
      let version: SiteVersionID = try reader.id("version")
      let language = reader.value("language", or: "error.choose", language)
      let written = read(&reader, kind)
      let slug = reader.text("slug", upTo: 80, required: false)
      let place = kind == .page ? reader.value("place", or: "error.site_place", Self.place) : 0
      try reader.check()
      guard let language, let place else { throw RefusedRequest.malformed }
      try await desk.begin(
        actor,
        .init(id: id, kind: kind, slug: slug.isEmpty ? SiteRules.slug(of: written.title) : slug, place: place),
        language, version: version, written, taken: taken)
      return .goTo(EditorScreen.address(id))
    } orShow: {
      newPage(visit, $0, kind)
    }
  }

  static func place(_ text: String) -> Int? { Int(text).flatMap { (1...9999).contains($0) ? $0 : nil } }

  private func language(_ code: String) -> Language? { desks.pack.languages.first { $0.code == code } }

  private func back(_ visit: Visit) -> HomeSection.Link {
    .init(address: EditorPages.path, label: visit.words("site.title"))
  }

  // MARK: The next version

  private func asked(_ visit: Visit) async throws -> (Actor, SiteText, Language) {
    let actor = try visit.actor()
    let text = try await desk.text(actor, try visit.id("text"))
    guard let language = language(visit.part("language")) else { throw Refusal.notFound }
    return (actor, text, language)
  }

  private func page(_ visit: Visit, _ sheet: FormSheet, _ actor: Actor, _ text: SiteText, _ language: Language)
    -> Answer
  {
    let screen = EditorScreen(visit: visit, text: text, names: [actor.member: actor.name])
    let (words, newest) = (visit.words, text.newest(language))
    let original = language == text.original ? nil : text.newest(text.original)
    // After a clash the next click keeps this version above the colleague's; both stay.
    let isLate = sheet.refusal?.kind == .conflict
    let seen = String(newest?.number ?? 0)
    var fields = [
      sheet.hidden("version", SiteVersionID.random().description),
      isLate ? FormSheet(words: words).hidden("seen", seen) : sheet.hidden("seen", seen),
    ]
    fields += wordFields(sheet, text.kind, newest ?? original.map(Self.blank), visit)
    if let original {
      let says = sheet.typed["seen"] == nil || sheet.typed["says"] != nil
      fields.append(
        sheet.tick(
          "says", label: words("site.says", ["number": String(original.number)]), hint: "site.says_hint", value: says))
    }
    let name = screen.languageName(language)
    var view = model(
      visit, sheet,
      Heading(
        title: words(newest == nil ? "site.translate_into" : "site.write_in", ["language": name]),
        eyebrow: text.title, back: screen.back),
      action: screen.address("/write/\(language)"), fields, language, text.kind, cancel: screen.address())
    if let original {
      var side = screen.rendered(original)
      side["source"] = original.body
      side["title"] = words(
        "site.original", ["language": screen.languageName(text.original), "number": String(original.number)])
      view["original"] = side
    }
    if isLate, let newest {
      view["clash"] = [
        "sentence": words(
          "site.clash", ["number": String(newest.number), "moment": visit.dates.moment(newest.writtenAt)]),
        "source": newest.body, "address": screen.address("/versions/\(newest.id)"),
      ]
    }
    return .page("public-site/write", view)
  }

  /// What a translation begins with: whom to ask stays the same.
  private static func blank(_ original: SiteVersion) -> SiteVersion {
    var blank = original
    (blank.title, blank.summary, blank.body) = ("", "", "")
    return blank
  }

  private func write(_ visit: Visit) async throws -> Answer {
    let (actor, text, language) = try await asked(visit)
    if visit.form["preview"] != nil {
      return page(visit, FormSheet(words: visit.words, typed: visit.form), actor, text, language)
    }
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      let version: SiteVersionID = try reader.id("version")
      let seen = reader.value("seen", or: "error.unknown_code") { Int($0) }
      let written = read(&reader, text.kind)
      try reader.check()
      guard let seen, seen >= 0 else { throw RefusedRequest.malformed }
      try await desk.write(
        actor, text.id, language, version: version, written, seen: seen, saysOriginal: reader.isTicked("says"))
      return .goTo(EditorScreen.address(text.id))
    } orShow: { sheet in
      page(visit, sheet, actor, try await desk.text(actor, text.id), language)
    }
  }

  // MARK: Fields

  private func wordFields(_ sheet: FormSheet, _ kind: SiteText.Kind, _ version: SiteVersion?, _ visit: Visit)
    -> [FormSheet.Field]
  {
    var fields = [
      sheet.text("title", label: "site.text_title", value: version?.title ?? ""),
      sheet.area("summary", label: "site.summary", hint: "site.summary_hint", value: version?.summary ?? "", rows: 2),
      sheet.area("body", label: "site.body", hint: "site.body_hint", value: version?.body ?? "", rows: 18),
    ]
    guard kind == .pressNote else { return fields }
    let press = version?.press
    fields += [
      sheet.text("office", label: "site.office", hint: "site.office_hint", value: press?.office ?? ""),
      sheet.text("phone", label: "site.phone", value: press?.phone ?? "", type: "tel", optional: true),
      sheet.text("mail", label: "site.mail", value: press?.mail ?? "", type: "email", optional: true),
      sheet.text("address", label: "site.address", value: press?.address ?? "", optional: true),
      sheet.text(
        "embargo", label: "site.embargo", hint: "site.embargo_hint",
        value: LocalMoment.written(press?.embargo, offset: desks.pack.offsetFromUTC), type: "datetime-local",
        optional: true),
    ]
    return fields
  }

  private func read(_ reader: inout FormReader, _ kind: SiteText.Kind) -> SiteWords {
    let offset = desks.pack.offsetFromUTC
    var words = SiteWords(
      title: reader.text("title", upTo: SiteRules.longestTitle),
      summary: reader.text("summary", upTo: SiteRules.longestSummary),
      body: reader.text("body", upTo: SiteRules.longestBody))
    guard kind == .pressNote else { return words }
    words.press = PressDetails(
      office: reader.text("office", upTo: 200), address: reader.text("address", upTo: 200, required: false),
      phone: reader.text("phone", upTo: 60, required: false),
      mail: reader.optional("mail", or: "error.site_mail") {
        $0.wholeMatch(of: /[^@\s<>"']+@[^@\s<>"']+/) == nil ? nil : $0
      }
        ?? "",
      embargo: reader.optional("embargo", or: "error.site_moment") { LocalMoment.read($0, offset: offset) })
    return words
  }

  private func model(
    _ visit: Visit, _ sheet: FormSheet, _ heading: Heading, action: String, _ fields: [FormSheet.Field],
    _ language: Language, _ kind: SiteText.Kind, cancel: String
  ) -> [String: Any] {
    var form = sheet.view(action: action, submit: "site.keep", fields: fields, cancel: cancel)
    form["also"] = ["name": "preview", "label": visit.words("site.preview")]
    var model: [String: Any] = ["title": heading.title, "heading": heading.view, "form": form]
    if sheet.typed["preview"] != nil {
      // Read without complaint: what is looked at may be half written.
      var reader = FormReader(sheet.typed)
      let written = read(&reader, kind)
      model["preview"] = EditorScreen.rendered(written, language, visit)
    }
    return model
  }
}
