import Accounts
import Basics
import CountryPack
import PublicSite

/// Making a version public, now or later, and taking back what waits.
struct EditorPublishPages {
  let desks: Desks
  let cache: PublicCache
  var desk: PublicSiteDesk { desks.publicSite }
  private var offset: Span { desks.pack.offsetFromUTC }

  func add(to routes: Routes) {
    let base = EditorPages.path + "/:text/"
    routes.get(base + "publish/:language") { visit in
      let asked = try await asked(visit)
      return publishPage(visit, visit.sheet, asked.screen, asked.language)
    }
    routes.post(base + "publish/:language", publish)
    routes.get(base + "cancel/:language") { visit in
      let asked = try await asked(visit)
      return try cancelPage(visit, visit.sheet, asked.screen, asked.language)
    }
    routes.post(base + "cancel/:language", cancel)
  }

  private func asked(_ visit: Visit) async throws -> (actor: Actor, screen: EditorScreen, language: Language) {
    let actor = try visit.actor()
    let text = try await desk.text(actor, try visit.id("text"))
    guard let language = desks.pack.languages.first(where: { $0.code == visit.part("language") }),
      text.newest(language) != nil
    else { throw Refusal.notFound }
    return (actor, EditorScreen(visit: visit, text: text, names: [actor.member: actor.name]), language)
  }

  // MARK: Publish

  private func publishPage(_ visit: Visit, _ sheet: FormSheet, _ screen: EditorScreen, _ language: Language) -> Answer {
    let (text, words) = (screen.text, visit.words)
    let (standing, newest) = (screen.standing(language), text.newest(language))
    // Always the newest: after a clash the page shows what is sent now.
    let plain = FormSheet(words: words)
    var fields = [
      sheet.hidden("release", SiteReleaseID.random().description),
      plain.hidden("version", newest?.id.description ?? ""), plain.hidden("revision", String(text.revision)),
    ]
    if standing.wasPublic {
      fields += [
        sheet.choices(
          "kind", label: "site.change",
          options: SiteRelease.Kind.changes.map {
            .init($0.rawValue, words("site.change.\($0.rawValue)"), hint: words("site.change_hint.\($0.rawValue)"))
          }),
        sheet.area("note", label: "site.note", hint: "site.note_hint", rows: 3, optional: true),
      ]
    }
    fields += [
      sheet.text(
        "opens", label: "site.opens", hint: "site.opens_hint",
        value: LocalMoment.written(newest?.press?.embargo.flatMap { $0 > screen.now ? $0 : nil }, offset: offset),
        type: "datetime-local", optional: true),
      sheet.text(
        "closes", label: "site.closes", hint: "site.closes_hint",
        value: LocalMoment.written(text.closes, offset: offset), type: "datetime-local", optional: true),
    ]
    let behind = text.behind(language).map {
      words("site.behind", ["translated": String($0.translated), "newest": String($0.newest)])
    }
    return ProtectionSection.page(
      Heading(
        title: words(standing.wasPublic ? "site.publish_change" : "site.publish"),
        lead: words(
          "site.publish_lead",
          [
            "number": String(newest?.number ?? 0), "language": screen.languageName(language),
            "title": newest?.title ?? "",
          ]),
        back: screen.back), [], notice: behind,
      form: sheet.view(
        action: screen.address("/publish/\(language)"), submit: "site.publish", fields: fields,
        cancel: screen.address()))
  }

  private func publish(_ visit: Visit) async throws -> Answer {
    let asked = try await asked(visit)
    let (actor, id, language) = (asked.actor, asked.screen.text.id, asked.language)
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      let release: SiteReleaseID = try reader.id("release")
      let version: SiteVersionID = try reader.id("version")
      let kind = reader.optional("kind", or: "error.choose", SiteRelease.Kind.init)
      let note = reader.text("note", upTo: 600, required: false)
      let opens = reader.optional("opens", or: "error.site_moment") { LocalMoment.read($0, offset: offset) }
      let closes = reader.optional("closes", or: "error.site_moment") { LocalMoment.read($0, offset: offset) }
      try reader.check()
      try await desk.publish(
        actor, id, release: release,
        .init(language, version, opens: opens, closes: closes, kind: kind, note: note), seen: try Clash.seen(visit))
      cache.forget()
      return .goTo(asked.screen.address())
    } orShow: { sheet in
      let screen = EditorScreen(visit: visit, text: try await desk.text(actor, id), names: asked.screen.names)
      return publishPage(visit, sheet, screen, language)
    }
  }

  // MARK: Take back

  private func cancelPage(_ visit: Visit, _ sheet: FormSheet, _ screen: EditorScreen, _ language: Language) throws
    -> Answer
  {
    let words = visit.words
    guard let pending = screen.standing(language).pending else { throw Refusal(.conflict, Phrase("error.site_opened")) }
    let plain = FormSheet(words: words)
    return ProtectionSection.page(
      Heading(
        title: words("site.cancel"),
        lead: words(
          "site.cancel_lead",
          ["language": screen.languageName(language), "moment": visit.dates.moment(pending.opens)]), back: screen.back),
      [],
      form: sheet.view(
        action: screen.address("/cancel/\(language)"), submit: "site.cancel",
        fields: [
          plain.hidden("release", pending.id.description), plain.hidden("revision", String(screen.text.revision)),
        ], cancel: screen.address()))
  }

  private func cancel(_ visit: Visit) async throws -> Answer {
    let asked = try await asked(visit)
    let (actor, id) = (asked.actor, asked.screen.text.id)
    return try await visit.attempt {
      let release: SiteReleaseID = try FormReader(visit.form).id("release")
      try await desk.cancel(actor, id, release, seen: try Clash.seen(visit))
      cache.forget()
      return .goTo(asked.screen.address())
    } orShow: { sheet in
      let screen = EditorScreen(visit: visit, text: try await desk.text(actor, id), names: asked.screen.names)
      return try cancelPage(visit, sheet, screen, asked.language)
    }
  }
}
