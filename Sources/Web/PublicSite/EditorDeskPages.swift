import Accounts
import Basics
import CountryPack
import PublicSite

/// What is done with a text as a whole: its address, its end, taking it down, handing it to a colleague.
struct EditorDeskPages {
  let desks: Desks
  let cache: PublicCache
  let taken: Set<String>
  var desk: PublicSiteDesk { desks.publicSite }
  private var offset: Span { desks.pack.offsetFromUTC }

  func add(to routes: Routes) {
    add(to: routes, "address", addressFields) { visit, actor, screen in
      var reader = FormReader(visit.form)
      let slug = reader.text("slug", upTo: 80)
      let place =
        screen.text.kind == .page
        ? reader.value("place", or: "error.site_place", EditorWritePages.place) : screen.text.place
      try reader.check()
      try await desk.rename(
        actor, screen.text.id, slug: slug, place: place ?? screen.text.place, seen: try Clash.seen(visit), taken: taken)
    }
    add(to: routes, "end", endFields) { visit, actor, screen in
      var reader = FormReader(visit.form)
      let closes = reader.optional("closes", or: "error.site_moment") { LocalMoment.read($0, offset: offset) }
      try reader.check()
      try await desk.end(actor, screen.text.id, at: closes, seen: try Clash.seen(visit))
    }
    add(to: routes, "withdraw", withdrawFields, isDangerous: true) { visit, actor, screen in
      var reader = FormReader(visit.form)
      let reason = LocalizedText(es: reader.text("reason_es", upTo: 300), en: reader.text("reason_en", upTo: 300))
      try reader.check()
      try await desk.withdraw(actor, screen.text.id, reason: reason, seen: try Clash.seen(visit))
    }
    add(to: routes, "hand", handFields) { visit, actor, screen in
      var reader = FormReader(visit.form)
      let member = reader.optional("member", or: "error.choose") { MemberID($0) }
      let note = reader.text("note", upTo: 300, required: false)
      try reader.check()
      try await desk.hand(actor, screen.text.id, to: member, note: note, seen: try Clash.seen(visit))
    }
  }

  private typealias Fields = @Sendable (FormSheet, EditorScreen, [MemberID: String]) -> [FormSheet.Field]

  /// One form about a text: its page and what sending it does.
  private func add(
    to routes: Routes, _ name: String, _ fields: @escaping Fields, isDangerous: Bool = false,
    _ act: @escaping @Sendable (Visit, Actor, EditorScreen) async throws -> Void
  ) {
    let path = EditorPages.path + "/:text/" + name
    @Sendable func screen(_ visit: Visit, _ actor: Actor) async throws -> EditorScreen {
      EditorScreen(
        visit: visit, text: try await desk.text(actor, try visit.id("text")), names: try await desk.colleagues(actor))
    }
    @Sendable func page(_ visit: Visit, _ sheet: FormSheet, _ screen: EditorScreen) -> Answer {
      let key = name == "address" ? "move" : name
      return ProtectionSection.page(
        Heading(title: visit.words("site.\(key)"), lead: visit.words("site.\(key)_lead"), back: screen.back), [],
        form: sheet.view(
          action: screen.address("/" + name), submit: name == "withdraw" ? "site.withdraw" : "site.save",
          fields: [FormSheet(words: visit.words).hidden("revision", String(screen.text.revision))]
            + fields(sheet, screen, screen.names),
          cancel: screen.address(), isDangerous: isDangerous))
    }
    routes.get(path) { visit in page(visit, visit.sheet, try await screen(visit, try visit.actor())) }
    routes.post(path) { visit in
      let actor = try visit.actor()
      let before = try await screen(visit, actor)
      return try await visit.attempt {
        try await act(visit, actor, before)
        cache.forget()
        return .goTo(before.address())
      } orShow: { sheet in
        page(visit, sheet, try await screen(visit, actor))
      }
    }
  }

  private var addressFields: Fields {
    { sheet, screen, _ in
      let text = screen.text
      return [
        sheet.text(
          "slug", label: "site.slug", hint: text.kind.isNews ? "site.slug_hint_news" : "site.slug_hint",
          value: text.slug)
      ]
        + (text.kind == .page
          ? [
            sheet.text(
              "place", label: "site.place", hint: "site.place_hint", value: String(text.place), inputmode: "numeric")
          ] : [])
    }
  }

  private var endFields: Fields {
    let offset = offset
    return { sheet, screen, _ in
      [
        sheet.text(
          "closes", label: "site.closes", hint: "site.closes_hint",
          value: LocalMoment.written(screen.text.closes, offset: offset), type: "datetime-local", optional: true)
      ]
    }
  }

  private var withdrawFields: Fields {
    { sheet, _, _ in
      [
        sheet.area("reason_es", label: "site.reason_es", hint: "site.reason_hint", rows: 2),
        sheet.area("reason_en", label: "site.reason_en", rows: 2),
      ]
    }
  }

  private var handFields: Fields {
    { sheet, screen, names in
      [
        sheet.select(
          "member", label: "site.hand_to", hint: "site.hand_hint",
          options: names.sorted { ($0.value, $0.key) < ($1.value, $1.key) }.map { .init($0.key.description, $0.value) },
          value: screen.text.holder?.member.description ?? "", optional: true),
        sheet.area("note", label: "site.hand_note", value: screen.text.holder?.note ?? "", rows: 2, optional: true),
      ]
    }
  }
}
