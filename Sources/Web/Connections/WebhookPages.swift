import Accounts
import Basics
import Hummingbird
import Referrals
import Vault

/// Addresses of an agency's other systems that are told of events: registering, the last messages, switching off and on.
struct WebhookPages: RoomPages {
  static let events = WebhookEvent.allCases
  private static let path = "/connections/webhooks"
  let desks: Desks

  func add(to routes: Routes) {
    routes.get("/connections/webhooks/new") { visit in
      try visit.actor().require(.manageKeys)
      return registerPage(visit, visit.sheet)
    }
    routes.post("/connections/webhooks/new", register)
    routes.get("/connections/webhooks/:webhook") { visit in try await page(visit) }
    routes.post("/connections/webhooks/:webhook/turn", turn)
    routes.post("/connections/webhooks/:webhook/again", again)
  }

  /// The agency's addresses, for the list of its connections.
  static func table(_ webhooks: [Webhook], _ visit: Visit) -> [String: Any] {
    let words = visit.words
    return DataTable(
      caption: words("connections.webhooks.title"),
      columns: ["address", "events", "state"].map { words("connections.webhooks.\($0)") },
      rows: webhooks.map { webhook in
        [
          // Whole only on its own page: an address may hold a key of the receiver's.
          .link(webhook.address.host, address: "\(path)/\(webhook.id)"),
          .lines(names(webhook.events, words)), .status(status(webhook.state, words)),
        ]
      }
    ).view
  }

  private static func names(_ events: Set<WebhookEvent>, _ words: Words) -> [String] {
    WebhookEvent.allCases.filter(events.contains).map { words("connections.event.\($0.code)") }
  }

  private static func status(_ state: Webhook.State, _ words: Words) -> Status {
    Status(
      text: words("connections.webhooks.is_\(state.rawValue)"),
      tone: state == .on ? .done : state == .failed ? .urgent : .ended)
  }

  // MARK: Registering

  private func registerPage(_ visit: Visit, _ sheet: FormSheet) -> Answer {
    let words = visit.words
    return .page(
      "connections/form",
      [
        "heading": Heading(
          title: words("connections.webhooks.new"), lead: words("connections.webhooks.new_lead"),
          back: HomeSection.Link(address: ConnectionPages.path, label: words("connections.title"))
        ).view,
        "form": sheet.view(
          action: Self.path + "/new", submit: "connections.webhooks.register",
          fields: [
            sheet.hidden("id", WebhookID.random().description),
            sheet.text(
              "address", label: "connections.webhooks.address", hint: "connections.webhooks.address_hint", type: "url"),
            sheet.checks(
              "events", label: "connections.webhooks.events",
              options: Self.events.map {
                .init($0.rawValue, words("connections.event.\($0.code)"), hint: $0.rawValue)
              }),
          ], cancel: ConnectionPages.path),
      ])
  }

  private func register(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    try actor.require(.manageKeys)
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      let id: WebhookID = try reader.id()
      let address = reader.text("address", upTo: 500)
      let events = reader.values("events", or: "error.webhook_events") { WebhookEvent(rawValue: $0) }
      try reader.check()
      let secret = try await desks.webhooks.register(actor, id: id, address: address, events: events)
      return secretPage(
        visit, title: "connections.webhooks.made", lead: "connections.webhooks.made_lead", secret: secret.exposedText)
    } orShow: { sheet in
      registerPage(visit, sheet)
    }
  }

  // MARK: One

  private func page(_ visit: Visit, _ problem: Refusal? = nil) async throws -> Answer {
    let (actor, id): (Actor, WebhookID) = (try visit.actor(), try visit.id("webhook"))
    let (webhook, messages) = try await desks.webhooks.webhook(actor, id)
    let words = visit.words
    let isOn = webhook.state == .on
    var model: [String: Any] = [
      "heading": Heading(
        title: webhook.address.host,
        back: HomeSection.Link(address: ConnectionPages.path, label: words("connections.title"))
      ).view,
      "facts": Definitions([
        (words("connections.webhooks.address"), webhook.address.text),
        (words("connections.webhooks.events"), Self.names(webhook.events, words).joined(separator: " · ")),
        (words("connections.webhooks.since"), visit.dates.moment(webhook.madeAt)),
      ]).view,
      "status": Self.status(webhook.state, words).view, "hasFailed": webhook.state == .failed,
      "turn": "\(Self.path)/\(id)/turn", "again": "\(Self.path)/\(id)/again", "isOn": isOn, "isOff": !isOn,
      "messages": messages.map { view($0, isOn, visit) }, "isEmpty": messages.isEmpty,
    ]
    model["problem"] = problem.map { words($0.phrase) }
    return .page("connections/webhook", model)
  }

  private func view(_ message: WebhookMessage, _ isOn: Bool, _ visit: Visit) -> [String: Any] {
    let (words, dates) = (visit.words, visit.dates)
    let status =
      if let delivered = message.deliveredAt {
        Status(text: words("connections.message.delivered", ["when": dates.moment(delivered)]), tone: .done)
      } else if let next = message.nextAt {
        Status(text: words("connections.message.waits", ["when": dates.moment(next)]), tone: .active)
      } else {
        Status(text: words("connections.message.given_up"), tone: .urgent)
      }
    var view: [String: Any] = [
      "event": words("connections.event.\(message.event.code)"), "at": dates.moment(message.at), "status": status.view,
      "tries": String(message.tries), "id": message.id, "canAgain": isOn && message.nextAt == nil,
    ]
    view["referral"] = message.referral?.description
    view["outcome"] = message.outcome.map { outcome in
      if case .answered(let status) = outcome {
        return words("connections.outcome.answered", ["status": String(status)])
      }
      return words("connections.outcome.\(outcome.code)")
    }
    return view
  }

  private func turn(_ visit: Visit) async throws -> Answer {
    let (actor, id): (Actor, WebhookID) = (try visit.actor(), try visit.id("webhook"))
    try actor.require(.manageKeys)
    guard let state = try visit.form.one("state").flatMap({ Webhook.State(rawValue: $0) }), state != .failed else {
      throw RefusedRequest.malformed
    }
    try await desks.webhooks.turn(actor, id, state)
    return .goTo(state == .removed ? ConnectionPages.path : "\(Self.path)/\(id)")
  }

  private func again(_ visit: Visit) async throws -> Answer {
    let (actor, id): (Actor, WebhookID) = (try visit.actor(), try visit.id("webhook"))
    try actor.require(.manageKeys)
    guard let message = try visit.form.one("message") else { throw RefusedRequest.malformed }
    do {
      try await desks.webhooks.again(actor, id, message: message)
      return .goTo("\(Self.path)/\(id)")
    } catch let refusal as Refusal where refusal.kind == .conflict {
      var answer = try await page(visit, refusal)
      answer.status = .conflict
      return answer
    }
  }
}
