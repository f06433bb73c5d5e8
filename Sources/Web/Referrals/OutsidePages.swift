import Accounts
import Basics
import CountryPack
import Hummingbird
import Referrals
import Vault

/// What a provider without an account opens with a code and a word: the envelope of one referral, and its answer.
///
/// The code never stands in an address: addresses are kept in logs and histories.
struct OutsidePages: RoomPages {
  let desks: Desks
  let settings: SiteSettings
  private var desk: OutsideDesk { desks.outside }

  func add(to routes: Routes) {
    routes.get("/r") { visit in try await start(visit, visit.sheet) }
    routes.post("/r", enter)
    routes.post("/r/leave", leave)
    routes.get("/r/:move") { visit in try await moveForm(visit, visit.sheet) }
    routes.post("/r/:move", move)
  }

  // MARK: Coming and going

  private var cookie: LookCookie {
    LookCookie(name: "amparo-referral", path: "/r", minutes: OutsideRules.lookMinutes, settings: settings)
  }

  private static let moves: [ReferralMove] = [.accept, .complete, .begin, .decline]

  private func start(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    if let look = cookie.look(visit), let view = try await desk.view(look) { return page(visit, view, sheet) }
    return door(visit, visit.sheet)
  }

  private func door(_ visit: Visit, _ sheet: FormSheet) -> Answer {
    .page(
      "referrals/outside-door",
      [
        "heading": Heading(
          title: visit.words("referrals.outside.door"), lead: visit.words("referrals.outside.door_lead")
        ).view,
        "isOver": visit.query["over"] != nil, "isDone": visit.query["done"] != nil,
        "form": sheet.view(
          action: "/r", submit: "referrals.outside.enter",
          fields: [
            sheet.text("code", label: "referrals.outside.code", hint: "referrals.outside.code_hint"),
            sheet.text(
              "word", label: "referrals.outside.word", hint: "referrals.outside.word_hint", type: "password",
              inputmode: "numeric"),
          ]),
      ])
  }

  private func enter(_ visit: Visit) async throws -> Answer {
    try await visit.attempt {
      var reader = FormReader(visit.form)
      let code = reader.text("code", upTo: 60)
      let word = reader.text("word", upTo: 20)
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

  // MARK: One referral

  private func page(_ visit: Visit, _ view: OutsideView, _ sheet: FormSheet) -> Answer {
    let (referral, words) = (view.referral, visit.words)
    let moves = Self.moves.filter(view.options.contains)
    var model: [String: Any] = [
      "heading": Heading(
        title: need(referral.need, visit),
        lead: words("referrals.route", ["from": referral.from.name, "to": referral.to.name])
      ).view,
      "facts": Definitions(facts(view, visit)).view,
      "status": Status(
        text: words("referrals.state.\(referral.state.rawValue)"), tone: referral.state.isWaiting ? .open : .active
      ).view,
      "moves": moves.map { move in
        [
          "label": words("referrals.move.\(move.rawValue)"), "address": "/r/\(move.rawValue)",
          "isDirect": move == .begin, "isFirst": move == moves.first,
          "event": desks.office.randomness.identifier(ReferralEventEntity.self).description,
          "revision": referral.revision,
        ] as [String: Any]
      }, "hasMoves": !moves.isEmpty,
      "minutes": words("referrals.outside.minutes", ["minutes": String(OutsideRules.lookMinutes)]),
    ]
    if referral.state.isWaiting {
      let due = visit.dates.due(referral.dueAt)
      model["due"] = ["text": due.text, "isOver": due.isOver] as [String: Any]
      model["dueAt"] = visit.dates.moment(referral.dueAt)
    }
    model["message"] = sheet.message
    return .page("referrals/outside", model)
  }

  private func need(_ code: String, _ visit: Visit) -> String {
    (desks.pack.term(.services, code) ?? desks.pack.term(.needs, code))?.name[visit.language] ?? code
  }

  private func facts(_ view: OutsideView, _ visit: Visit) -> [(term: String, value: String)] {
    let (envelope, words, pack) = (view.envelope, visit.words, desks.pack)
    func term(_ list: PackList, _ code: String) -> String { pack.term(list, code)?.name[visit.language] ?? code }
    return [
      (words("referrals.word"), envelope.word), (words("referrals.safe_contact"), envelope.safeContact),
      (words("referrals.language"), envelope.language),
      (words("referrals.age_band"), envelope.ageBand.map { term(.ageBands, $0) } ?? ""),
      (
        words("referrals.province"),
        envelope.province.map { pack.province(iso: $0)?.name[visit.language] ?? $0 } ?? ""
      ),
      (words("referrals.urgency"), term(.urgencies, view.referral.urgency)),
      (words("referrals.purpose"), term(.purposes, view.referral.purpose)),
      (words("referrals.due_at"), visit.dates.moment(view.referral.dueAt)),
    ]
  }

  // MARK: Answering

  private func moveForm(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    guard let move = ReferralMove(rawValue: visit.part("move")), Self.moves.contains(move) else {
      throw Refusal.notFound
    }
    guard let look = cookie.look(visit), let view = try await desk.view(look) else { return .goTo("/r?over=1") }
    guard view.options.contains(move), move != .begin else {
      return sheet.wasSent ? page(visit, view, sheet) : .goTo("/r")
    }
    func options(_ list: PackList) -> [FormSheet.Option] {
      (desks.pack.lists[list] ?? []).map { FormSheet.Option($0.code, $0.name[visit.language]) }
    }
    var fields: [FormSheet.Field] =
      switch move {
      case .decline:
        [sheet.choices("reason", label: "referrals.decline.reason", options: options(.declineReasons))]
      case .complete:
        [sheet.choices("outcome", label: "referrals.complete.outcome", options: options(.outcomes))]
      default: []
      }
    fields += [
      sheet.area("note", label: "referrals.\(move.rawValue).note", rows: 4, optional: true),
      sheet.hidden("event", desks.office.randomness.identifier(ReferralEventEntity.self).description),
      sheet.hidden("revision", String(view.referral.revision)),
    ]
    return .page(
      "referrals/move",
      [
        "heading": Heading(
          title: visit.words("referrals.\(move.rawValue).title"), lead: need(view.referral.need, visit),
          back: HomeSection.Link(address: "/r", label: visit.words("referrals.back"))
        ).view,
        "notice": visit.words("referrals.outside.\(move.rawValue)"),
        "form": sheet.view(
          action: "/r/\(move.rawValue)", submit: "referrals.\(move.rawValue).submit", fields: fields, cancel: "/r"),
      ])
  }

  private func move(_ visit: Visit) async throws -> Answer {
    guard let move = ReferralMove(rawValue: visit.part("move")), Self.moves.contains(move) else {
      throw Refusal.notFound
    }
    guard let look = cookie.look(visit) else { return .goTo("/r?over=1") }
    do {
      let event: ReferralEventID = try FormReader(visit.form).id("event")
      guard let revision = try visit.form.one("revision").flatMap({ Int($0) }) else { throw Refusal.notFound }
      try await desk.make(act(move, visit.form), look, event: event, revision: revision)
      return .goTo([.decline, .complete].contains(move) ? "/r?done=1" : "/r")
    } catch {
      guard let refusal = Refusal(becauseOf: error) else { throw error }
      let sheet = FormSheet(words: visit.words, typed: visit.form, refusal: refusal)
      var answer: Answer
      switch refusal.kind {
      case .notSignedIn: return .goTo("/r?over=1")
      case .invalid, .unavailable, .storageFull: answer = try await moveForm(visit, sheet)
      case .conflict, .noBasis: answer = try await start(visit, sheet)
      default: throw error
      }
      answer.status = refusal.kind.status
      return answer
    }
  }

  private func act(_ move: ReferralMove, _ form: Form) -> ReferralAct {
    let note = form["note"] ?? ""
    return switch move {
    case .begin: .begin
    case .decline: .decline(reason: form["reason"] ?? "", suggested: nil, note: note)
    case .complete: .complete(outcome: form["outcome"] ?? "", note: note)
    default: .accept(note: note)
    }
  }
}
