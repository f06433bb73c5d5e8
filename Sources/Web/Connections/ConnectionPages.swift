import Accounts
import Basics
import Hummingbird
import Referrals

/// An agency's programs: their keys, and the addresses that are told of events (`WebhookPages`).
struct ConnectionPages: RoomPages {
  static let path = "/connections"
  let desks: Desks

  let navigation = [NavigationEntry(path: Self.path, key: "connections.title", permission: .manageKeys)]

  func add(to routes: Routes) {
    routes.get("/connections", list)
    routes.get("/connections/keys/new") { visit in
      try visit.actor().require(.manageKeys)
      return makePage(visit, visit.sheet)
    }
    routes.post("/connections/keys/new", make)
    routes.get("/connections/keys/:key/end") { visit in try await endPage(visit, visit.sheet) }
    routes.post("/connections/keys/:key/end", end)
  }

  // MARK: The list

  private func list(_ visit: Visit) async throws -> Answer {
    let (actor, words) = (try visit.actor(), visit.words)
    let keys = try await desks.apiKeys.keys(actor)
    let webhooks = try await desks.webhooks.webhooks(actor)
    let now = desks.office.clock.now()
    var model: [String: Any] = [
      "heading": Heading(title: words("connections.title"), lead: words("connections.lead")).view,
      "hasNoKeys": keys.isEmpty, "hasNoWebhooks": webhooks.isEmpty,
    ]
    if !keys.isEmpty { model["keys"] = table(keys, visit, now) }
    if !webhooks.isEmpty { model["webhooks"] = WebhookPages.table(webhooks, visit) }
    return .page("connections/list", model)
  }

  private func table(_ keys: [ApiKey], _ visit: Visit, _ now: Moment) -> [String: Any] {
    let (words, dates) = (visit.words, visit.dates)
    return DataTable(
      caption: words("connections.keys.title"),
      columns: ["name", "rights", "used", "until", "actions"].map { words("connections.keys.\($0)") },
      rows: keys.map { key in
        let isLive = key.isLive(at: now)
        let ended = key.endedAt.map { words("connections.keys.ended", ["day": dates.day(of: $0)]) }
        return [
          .text(key.name), .lines(rights(key.rights, words)),
          .text(key.usedAt.map { dates.day(of: $0) } ?? words("connections.keys.never")),
          .lines(
            [dates.day(of: key.expiresAt)]
              + [ended ?? (isLive ? nil : words("connections.keys.ran_out"))].compactMap(\.self)),
          isLive
            ? .link(words("connections.keys.end_link"), address: "\(Self.path)/keys/\(key.id)/end")
            : .text(""),
        ]
      }
    ).view
  }

  private func rights(_ rights: Set<ApiRight>, _ words: Words) -> [String] {
    ApiRight.allCases.filter(rights.contains).map { words("api.right.\($0.rawValue)") }
  }

  // MARK: Making one

  private func makePage(_ visit: Visit, _ sheet: FormSheet) -> Answer {
    let words = visit.words
    let rights = ApiRight.allCases.map {
      FormSheet.Option(
        $0.rawValue, words("api.right.\($0.rawValue)"), hint: words("connections.keys.right_what.\($0.rawValue)"))
    }
    return .page(
      "connections/form",
      [
        "heading": Heading(
          title: words("connections.keys.new"), lead: words("connections.keys.new_lead"),
          back: HomeSection.Link(address: Self.path, label: words("connections.title"))
        ).view,
        "form": sheet.view(
          action: "/connections/keys/new", submit: "connections.keys.make",
          fields: [
            sheet.hidden("id", MemberID.random().description),
            sheet.text("name", label: "connections.keys.name", hint: "connections.keys.name_hint"),
            sheet.checks("rights", label: "connections.keys.rights", options: rights),
            sheet.text(
              "days", label: "connections.keys.days", hint: "connections.keys.days_hint", value: "180",
              inputmode: "numeric"),
          ], cancel: Self.path),
      ])
  }

  private func make(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    try actor.require(.manageKeys)
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      let id: MemberID = try reader.id()
      let name = reader.text("name", upTo: 80)
      let rights = reader.values("rights", or: "error.api_key_rights") { ApiRight(rawValue: $0) }
      let days = reader.value("days", or: "error.api_key_days") { Int($0) }
      try reader.check()
      let made = try await desks.apiKeys.make(actor, id: id, name: name, rights: rights, days: days ?? 0)
      return secretPage(
        visit, title: "connections.keys.made", lead: "connections.keys.made_lead", secret: made.secret.exposedText)
    } orShow: { sheet in
      makePage(visit, sheet)
    }
  }

  // MARK: Ending one

  private func endPage(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let id: MemberID = try visit.id("key")
    guard let key = try await desks.apiKeys.keys(try visit.actor()).first(where: { $0.id == id }) else {
      throw Refusal.notFound
    }
    let words = visit.words
    return .page(
      "connections/form",
      [
        "heading": Heading(
          title: words("connections.keys.end", ["name": key.name]), lead: words("connections.keys.end_lead"),
          back: HomeSection.Link(address: Self.path, label: words("connections.title"))
        ).view,
        "form": sheet.view(
          action: "\(Self.path)/keys/\(id)/end", submit: "connections.keys.end_submit", fields: [], cancel: Self.path,
          isDangerous: true),
      ])
  }

  private func end(_ visit: Visit) async throws -> Answer {
    let (actor, id): (Actor, MemberID) = (try visit.actor(), try visit.id("key"))
    return try await visit.attempt {
      try await desks.apiKeys.end(actor, id)
      return .goTo(Self.path)
    } orShow: {
      try await endPage(visit, $0)
    }
  }
}

/// The page that shows a secret, once.
func secretPage(_ visit: Visit, title: String, lead: String, secret: String) -> Answer {
  .page(
    "connections/secret",
    [
      "title": visit.words(title), "lead": visit.words(lead), "secret": secret, "back": ConnectionPages.path,
    ])
}
