import Accounts
import Basics
import Casework
import CountryPack
import Foundation
import Hummingbird
import Vault

/// What a person opens with a receipt, without an account: what is held, who opened it, what can be asked for and taken
/// back. The pages say as little as they can about what they are of: a look may happen on a shared telephone.
struct MinePages: RoomPages {
  let desks: Desks
  let settings: SiteSettings
  private var desk: ReceiptDesk { desks.receipts }

  static let pages = GuestPages(
    path: "/mine", templates: ["mine/door", "mine/form", "mine/print", "mine/record"],
    texts: [
      "mine.", "casework.basis.", "casework.consent.state.", "casework.known.ends", "casework.known.only_call",
      "casework.unknown", "casework.withdraw.keeps", "casework.withdraw.loses", "error.receipt_many_requests",
      "error.receipt_not_consent", "error.receipt_over", "error.receipt_unknown", "error.receipt_wait",
      "protection.days_calendar", "protection.days_working",
      // The paper that leads here.
      "receipt.paper.",
    ], cookie: "amparo-mine-language")

  func add(to routes: Routes) {
    routes.get("/mine") { visit in try await start(visit) }
    routes.post("/mine", enter)
    routes.post("/mine/leave", leave)
    routes.get("/mine/print") { visit in try await show(visit, "mine/print") }
    routes.get("/mine/record.json", file)
    routes.get("/mine/ask/:kind") { visit in try await ask(visit, visit.sheet) }
    routes.post("/mine/ask/:kind", send)
    routes.get("/mine/consents/:consent", withdrawal)
    routes.post("/mine/consents/:consent", withdraw)
  }

  // MARK: Coming and going

  private var cookie: LookCookie {
    LookCookie(name: "amparo-mine", path: "/mine", minutes: ReceiptRules.sessionMinutes, settings: settings)
  }

  private func start(_ visit: Visit) async throws -> Answer {
    if let look = cookie.look(visit), let record = try await desk.record(look) {
      return .page("mine/record", MineView(record: record, visit: visit).model)
    }
    return door(visit, visit.sheet)
  }

  private func door(_ visit: Visit, _ sheet: FormSheet) -> Answer {
    .page(
      "mine/door",
      [
        "heading": Heading(title: visit.words("mine.door.title"), lead: visit.words("mine.door.lead")).view,
        "isOver": visit.query["over"] != nil,
        "form": sheet.view(
          action: "/mine", submit: "mine.door.submit",
          fields: [
            sheet.text("code", label: "mine.door.code", hint: "mine.door.code_hint"),
            sheet.text("word", label: "mine.door.word", hint: "mine.door.word_hint", type: "password"),
          ]),
      ])
  }

  private func enter(_ visit: Visit) async throws -> Answer {
    try await visit.attempt {
      var reader = FormReader(visit.form)
      let code = reader.text("code", upTo: 60)
      let word = reader.text("word", upTo: 80)
      try reader.check()
      let look = try await desk.enter(code: code, word: word, client: visit.context.client)
      return cookie.begin(look)
    } orShow: {
      door(visit, $0)
    }
  }

  private func leave(_ visit: Visit) async throws -> Answer {
    if let look = cookie.look(visit) { try await desk.leave(look) }
    return cookie.end()
  }

  // MARK: Looking

  private func show(_ visit: Visit, _ template: String) async throws -> Answer {
    guard let look = cookie.look(visit), let record = try await desk.record(look) else { return .goTo("/mine?over=1") }
    return .page(template, MineView(record: record, visit: visit).model)
  }

  private func file(_ visit: Visit) async throws -> Answer {
    guard let look = cookie.look(visit), let record = try await desk.record(look) else { return .goTo("/mine?over=1") }
    return .file(
      try MineView(record: record, visit: visit).json, name: "amparo-mine.json", type: "application/json; charset=utf-8"
    )
  }

  // MARK: Asking

  /// Whatever is asked for after the look is over begins again at the door.
  private func orDoor(_ work: () async throws -> Answer) async throws -> Answer {
    do { return try await work() } catch let refusal as Refusal where refusal.kind == .notSignedIn {
      return .goTo("/mine?over=1")
    }
  }

  private func kind(_ visit: Visit) throws -> DataRequest.Kind {
    guard let kind = DataRequest.Kind(rawValue: visit.part("kind")), DataRequest.Kind.askedByPaper.contains(kind) else {
      throw Refusal.notFound
    }
    return kind
  }

  private func ask(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let kind = try kind(visit)
    guard let look = cookie.look(visit), try await desk.record(look) != nil else { return .goTo("/mine?over=1") }
    let (words, term) = (visit.words, desks.pack.dataProtection.requests)
    return .page(
      "mine/form",
      [
        "heading": Heading(
          title: words("mine.ask.\(kind.rawValue)"),
          lead: words(
            "mine.ask.\(kind.rawValue)_lead",
            ["days": words("protection.days_\(term.counts.rawValue)", ["days": String(term.days)])]),
          back: HomeSection.Link(address: "/mine", label: words("mine.back"))
        ).view,
        "form": sheet.view(
          action: "/mine/ask/\(kind.rawValue)", submit: "mine.ask.submit",
          fields: [
            sheet.hidden("id", DataRequestID.random().description),
            sheet.area(
              "words", label: "mine.ask.words", hint: "mine.ask.words_hint", rows: 5, optional: kind != .correct),
          ], cancel: "/mine"),
      ])
  }

  private func send(_ visit: Visit) async throws -> Answer {
    let kind = try kind(visit)
    guard let look = cookie.look(visit) else { return .goTo("/mine?over=1") }
    return try await orDoor {
      try await visit.attempt {
        var reader = FormReader(visit.form)
        let id: DataRequestID = try reader.id()
        let words = reader.text("words", upTo: ReceiptRules.requestLength, required: false)
        try reader.check()
        try await desk.ask(look, id: id, kind, words: words)
        return .goTo("/mine#requests")
      } orShow: {
        try await ask(visit, $0)
      }
    }
  }

  private func withdrawal(_ visit: Visit) async throws -> Answer {
    guard let look = cookie.look(visit) else { return .goTo("/mine?over=1") }
    return try await orDoor {
      let id: ConsentID = try visit.id("consent")
      let (consent, effect, agency) = try await desk.effectOfWithdrawal(look, id)
      guard consent.basis == .consent else { return .goTo("/mine/ask/restrict") }
      let (words, terms) = (visit.words, CaseTerms(visit: visit))
      var sentences: [String] = []
      if !effect.loses.isEmpty {
        sentences.append(words("casework.withdraw.loses", ["agency": agency, "kinds": terms.kinds(effect.loses)]))
      }
      if !effect.keeps.isEmpty {
        sentences.append(words("casework.withdraw.keeps", ["agency": agency, "kinds": terms.kinds(effect.keeps)]))
      }
      if consent.purpose == desks.pack.known?.purpose { sentences.append(words("casework.known.ends")) }
      sentences += [
        words("mine.withdraw.no_loss", ["agency": agency]), words("mine.withdraw.read_before"),
        words("mine.withdraw.again"),
      ]
      return .page(
        "mine/form",
        [
          "heading": Heading(
            title: words("mine.withdraw.title"), lead: words("mine.withdraw.lead", ["agency": agency]),
            back: HomeSection.Link(address: "/mine", label: words("mine.back"))
          ).view, "sentences": sentences, "hasSentences": true,
          "form": visit.sheet.view(
            action: "/mine/consents/\(id)", submit: "mine.withdraw.submit",
            fields: [visit.sheet.hidden("id", DataRequestID.random().description)], cancel: "/mine", isDangerous: true),
        ] as [String: Any])
    }
  }

  private func withdraw(_ visit: Visit) async throws -> Answer {
    guard let look = cookie.look(visit) else { return .goTo("/mine?over=1") }
    return try await orDoor {
      let request: DataRequestID = try FormReader(visit.form).id()
      try await desk.withdraw(look, try visit.id("consent"), id: request)
      return .goTo("/mine#shares")
    }
  }
}
