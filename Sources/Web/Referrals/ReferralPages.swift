import Accounts
import Basics
import Casework
import CountryPack
import Hummingbird
import Referrals

/// Referrals: what waits for our desk, what we sent, and each one with its next step.
struct ReferralPages: RoomPages {
  let desks: Desks

  let navigation = [
    NavigationEntry(
      path: "/referrals", key: "referrals.title", permission: .readReferralEnvelopes, orElse: .sendReferral)
  ]

  static func address(_ id: ReferralID) -> String { "/referrals/\(id)" }

  func add(to routes: Routes) {
    routes.get("/referrals") { visit in
      let actor = try visit.actor()
      if actor.overseesReferrals { return try await list(visit, actor, .overview) }
      return actor.receivesReferrals ? try await list(visit, actor, .received) : .goTo("/referrals/sent")
    }
    routes.get("/referrals/sent") { visit in try await list(visit, try visit.actor(), .sent) }
    routes.list("/referrals/drafts", drafts)
    routes.get("/referrals/:referral") { visit in try await page(visit, visit.sheet) }
    routes.get("/referrals/:referral/print", printed)
    routes.get("/referrals/:referral/envelope.pdf", envelopePaper)
    routes.get("/referrals/:referral/:move", moveForm)
    routes.post("/referrals/:referral/:move", move)
    routes.get("/cases/:case/referrals/new") { visit in try await sendPage(visit, visit.sheet) }
    routes.post("/cases/:case/referrals/new") { visit in try await send(visit) }
    routes.get("/cases/:case/referrals/drafts/:draft") { visit in try await draft(visit, visit.sheet) }
    routes.post("/cases/:case/referrals/drafts/:draft", sendDraft)
    routes.post("/cases/:case/referrals/drafts/:draft/discard", discardDraft)
  }

  /// What waits for our desk, the nearest deadline first; for who oversees, what is late anywhere.
  func home(_ visit: Visit, _ actor: Actor) async throws -> HomeSection? {
    if actor.overseesReferrals {
      let late = try await desks.referrals.overdue(actor)
      return try await section(visit, actor, late, title: "referrals.home.late", empty: "referrals.home.none_late")
    }
    guard actor.may(.answerReferral) else { return nil }
    var waiting = try await desks.referrals.inbox(actor, .waiting)
    let duty = try await desks.duty.roster(actor)
    waiting.referrals = Self.ordered(waiting.referrals, for: actor, duty.now)
    var section = try await section(
      visit, actor, waiting, title: "referrals.home.waiting", empty: "referrals.home.none_waiting")
    if let first = waiting.referrals.first(where: { $0.state != .asked }) {
      section.next = HomeSection.Link(address: Self.address(first.id), label: visit.words("referrals.home.answer"))
    }
    return section
  }

  /// New ones come first to who is on duty, and after all else to who is not while somebody else is; nothing is hidden.
  static func ordered(_ referrals: [Referral], for actor: Actor, _ duty: DutyRoster.Duty) -> [Referral] {
    let isOnDuty: Bool
    switch duty {
    case .members(let members), .onCall(let members): isOnDuty = members.contains(actor.member)
    case .agency, .nobody, .everybody: return referrals
    }
    func isNew(_ referral: Referral) -> Bool { referral.state != .asked && referral.claimedBy == nil }
    return referrals.filter { isNew($0) == isOnDuty } + referrals.filter { isNew($0) != isOnDuty }
  }

  /// The first few of a list, for the home page.
  func section(_ visit: Visit, _ actor: Actor, _ page: ReferralPage, title: String, empty: String?) async throws
    -> HomeSection
  {
    let words = try await ReferralWords(visit, actor, desks)
    let all = HomeSection.Link(address: "/referrals", label: visit.words("referrals.home.all"))
    return HomeSection(
      title: title, rows: page.referrals.prefix(5).map(words.row), empty: empty,
      all: page.referrals.count > 5 ? all : nil, words: visit.words)
  }

  // MARK: Lists

  private enum Kind: String { case received, sent, overview }

  private func list(_ visit: Visit, _ actor: Actor, _ kind: Kind) async throws -> Answer {
    let counts = try await desks.referrals.counts(actor)
    let filters: [ReferralFilter] =
      switch kind {
      case .received: [.waiting, .new, .mine, .overdue, .accepted, .ended]
      case .sent: [.all, .news, .overdue, .unanswered, .ended]
      case .overview: [.overdue, .waiting, .accepted, .ended]
      }
    let chosen = visit.query["show"].flatMap(ReferralFilter.init(rawValue:)).flatMap { filters.contains($0) ? $0 : nil }
    let filter = chosen ?? filters[0]
    let number = max(1, visit.query["page"].flatMap { Int($0) } ?? 1)
    var page =
      switch kind {
      case .received: try await desks.referrals.inbox(actor, filter, page: number - 1)
      case .sent: try await desks.referrals.outbox(actor, filter, page: number - 1)
      case .overview: try await desks.referrals.oversight(actor, filter, page: number - 1)
      }
    let duty = kind == .received && actor.may(.answerReferral) ? try await desks.duty.roster(actor) : nil
    if let duty, filter == .waiting { page.referrals = Self.ordered(page.referrals, for: actor, duty.now) }
    let (words, rows) = (visit.words, try await ReferralWords(visit, actor, desks))
    let path = kind == .sent ? "/referrals/sent" : "/referrals"
    var model: [String: Any] = [
      "heading": Heading(title: words("referrals.title"), lead: words("referrals.lead.\(kind.rawValue)")).view,
      "filters": filters.map { each in
        [
          "label": label(each, kind, counts, words), "address": "\(path)?show=\(each.rawValue)",
          "isCurrent": each == filter,
        ] as [String: Any]
      },
      "rows": page.referrals.map { rows.row($0).view }, "hasRows": !page.referrals.isEmpty,
      "empty": words("referrals.empty.\(filter.rawValue)"),
    ]
    if kind != .overview, !visit.frame.settings.isPractice {
      model["sheet"] = "/referrals/list.xlsx?show=\(filter.rawValue)" + (kind == .sent ? "&sent=1" : "")
    }
    if ReferralFigurePages.isOpen(to: actor), !visit.frame.settings.isPractice {
      model["figures"] = ReferralFigurePages.path
    }
    // In practice nobody keeps a roster.
    if let duty, !visit.frame.settings.isPractice {
      model["duty"] = DutyPages.sentence(duty.now, duty.names, try await names(actor), words)
      if case .members(let members) = duty.now, members.contains(actor.member) {
        model["onDuty"] = words("referrals.duty.yours")
      }
    }
    if kind != .overview { model["tabs"] = tabs(visit, actor, current: path) }
    if number > 1 { model["before"] = "\(path)?show=\(filter.rawValue)&page=\(number - 1)" }
    if page.hasMore { model["after"] = "\(path)?show=\(filter.rawValue)&page=\(number + 1)" }
    return .page("referrals/list", model)
  }

  /// A filter's name, with how many there are where somebody has to do something.
  private func label(_ filter: ReferralFilter, _ kind: Kind, _ counts: ReferralCounts, _ words: Words) -> String {
    let isSent = kind == .sent
    let count: Int? =
      switch filter {
      case .waiting: counts.waiting
      case .new: counts.new
      case .mine: counts.mine
      case .overdue: isSent ? counts.lateAnswers : counts.overdue
      case .accepted: counts.accepted
      case .news: counts.news
      case .unanswered: counts.unanswered
      case .escalated, .ended, .all: nil
      }
    let name = words("referrals.filter.\(filter.rawValue)")
    return count.map { "\(name) (\($0))" } ?? name
  }

  // MARK: One referral

  /// A referral with its envelope, history and next steps. `sheet` carries why a move was refused.
  func page(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let actor = try visit.actor()
    let view = try await desks.referrals.view(actor, try visit.id("referral"))
    let texts = try await ReferralWords(visit, actor, desks)
    var model = heading(view, visit, texts)
    model.merge(content(view, visit, texts)) { first, _ in first }
    model["events"] = history(view, texts)
    let thread = view.events.filter { [.ask, .reply].contains($0.move) }
    model["thread"] = thread.map { texts.event($0, view.referral) }
    model["hasThread"] = !thread.isEmpty
    var next = texts.next(view)
    if view.party == .sender, view.referral.state.isWaiting, view.referral.state != .asked {
      next += try await closed(view.referral.to, visit, actor)
    }
    model["nextSteps"] = next
    model["hasNextSteps"] = !next.isEmpty
    model["mechanism"] = mechanism(view, visit)
    model["message"] = sheet.message
    let hasRunOut = view.referral.state.isLive && view.referral.basisHasRunOut(at: desks.office.clock.now())
    if view.party == .receiver, view.referral.state == .revoked || hasRunOut {
      model["stop"] = visit.words("notices.stop")
    }
    let event = desks.office.randomness.identifier(ReferralEventEntity.self)
    // A code leads to the site of the work, where an exercise has no place.
    let isPractice = visit.frame.settings.isPractice
    let moves = Self.order.filter { view.options.contains($0) && !($0 == .giveCode && isPractice) }
    model["moves"] = moves.map { move in
      [
        "label": visit.words("referrals.move.\(move.rawValue)"),
        "address": "\(Self.address(view.referral.id))/\(move.rawValue)", "isDirect": Self.direct.contains(move),
        "isFirst": move == moves.first, "event": event.description,
        "revision": view.referral.revision,
      ] as [String: Any]
    }
    model["canWithdraw"] = view.options.contains(.withdraw)
    model["hasMoves"] = !moves.isEmpty
    let isUnanswered = view.referral.state.isWaiting && (view.referral.clockStep ?? .reminder) >= .sender
    let isOpenAgain = [.declined, .interrupted, .handedBack, .expired].contains(view.referral.state)
    if view.party == .sender, actor.may(.sendReferral), isOpenAgain || isUnanswered {
      // Whoever declined knows best who else; else whom the mechanism names.
      let other = view.referral.suggested ?? view.followed?.alternate
      let suggested = other.map { "?to=\($0.agency)" } ?? ""
      model["again"] = ["address": "/cases/\(view.referral.caseID)/referrals/new" + suggested]
    }
    return .page("referrals/referral", model)
  }

  /// That nobody of the receiving desk is on duty now, and who answers instead.
  private func closed(_ side: Referral.Side, _ visit: Visit, _ actor: Actor) async throws -> [String] {
    switch try await desks.duty.standing(actor, of: side.agency) {
    case .answers: []
    case .closed: [visit.words("referrals.duty.closed", ["agency": side.name])]
    case .elsewhere(let other):
      [
        visit.words(
          "referrals.duty.elsewhere", ["agency": side.name, "other": try await name(of: other, actor)])
      ]
    }
  }

  /// The mechanism that it was sent by.
  private func mechanism(_ view: ReferralView, _ visit: Visit) -> [String: Any]? {
    guard let followed = view.followed else { return nil }
    let words = visit.words
    var lines = [words("referrals.mechanism.\(followed.role.rawValue)", ["desk": followed.desk])]
    if followed.setsDeadline { lines.append(words("referrals.mechanism.deadline")) }
    if let other = followed.alternate { lines.append(words("referrals.mechanism.other", ["agency": other.name])) }
    return [
      "address": MechanismPages.address(followed.version), "lines": lines,
      "name": words(
        "referrals.mechanism.version", ["name": followed.name, "day": visit.dates.day(followed.day)]),
    ]
  }

  /// Moves that need nothing typed.
  static let direct: Set<ReferralMove> = [.claim, .release, .begin]

  /// What happened, the newest first: moves of people and steps of the clock.
  private func history(_ view: ReferralView, _ texts: ReferralWords) -> [[String: Any]] {
    let moves = view.events.map { (at: $0.at, line: texts.event($0, view.referral)) }
    let steps = view.steps.map { (at: $0.at, line: texts.step($0, view.referral, view.followed)) }
    return (moves + steps).enumerated().sorted { ($0.element.at, $0.offset) > ($1.element.at, $1.offset) }
      .map(\.element.line)
  }

  /// The order in which moves are offered, the one most likely wanted first; withdrawing stands apart.
  private static let order: [ReferralMove] = [
    .reply, .accept, .complete, .begin, .decline, .ask, .handBack, .interrupt, .claim, .handOver, .release,
    .giveCode, .closeOutside,
  ]

  /// The envelope on one sheet of paper.
  private func printed(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let view = try await desks.referrals.view(actor, try visit.id("referral"))
    guard view.envelope != nil else { throw Refusal(.noBasis, Phrase("error.referral_sealed")) }
    let texts = try await ReferralWords(visit, actor, desks)
    var model = heading(view, visit, texts)
    model.merge(content(view, visit, texts)) { first, _ in first }
    model["printedAt"] = visit.dates.moment(desks.office.clock.now())
    return .page("referrals/print", model)
  }

  func heading(_ view: ReferralView, _ visit: Visit, _ texts: ReferralWords) -> [String: Any] {
    let referral = view.referral
    let isSender = view.party == .sender && !texts.actor.overseesReferrals
    var model: [String: Any] = [
      "heading": Heading(
        title: texts.need(referral.need),
        lead: visit.words("referrals.route", ["from": referral.from.name, "to": referral.to.name]),
        back: HomeSection.Link(
          address: isSender ? "/referrals/sent" : "/referrals", label: visit.words("referrals.title"))
      ).view,
      "address": Self.address(referral.id), "status": texts.status(referral).view,
    ]
    if referral.state.isWaiting {
      let due = visit.dates.due(referral.dueAt)
      model["due"] = ["text": due.text, "isOver": due.isOver] as [String: Any]
      model["dueAt"] = visit.dates.moment(referral.dueAt)
    }
    model["holder"] = texts.holder(referral)
    if isSender || view.opensFile { model["file"] = "/cases/\(referral.caseID)" }
    model["opensFile"] = view.opensFile
    return model
  }

  /// What the envelope says, and until when an answer is owed.
  func facts(_ view: ReferralView, _ visit: Visit, _ texts: ReferralWords) -> [(term: String, value: String)] {
    let (referral, words, dates) = (view.referral, visit.words, visit.dates)
    var facts: [(term: String, value: String)] = []
    if let envelope = view.envelope {
      facts += [
        (words("referrals.word"), envelope.word), (words("referrals.safe_contact"), envelope.safeContact),
        (words("referrals.language"), envelope.language),
        (words("referrals.age_band"), envelope.ageBand.map { texts.term(.ageBands, $0) ?? $0 } ?? ""),
        (
          words("referrals.province"),
          envelope.province.map { desks.pack.province(iso: $0)?.name[visit.language] ?? $0 } ?? ""
        ),
      ]
    }
    facts += [
      (words("referrals.urgency"), texts.term(.urgencies, referral.urgency) ?? referral.urgency),
      (words("referrals.purpose"), texts.term(.purposes, referral.purpose) ?? referral.purpose),
      (words("referrals.sent_at"), dates.moment(referral.sentAt)),
      (words("referrals.due_at"), dates.moment(referral.dueAt)),
      (words("referrals.consent_until"), referral.basisUntil.map { dates.day(of: $0 - .seconds(1)) } ?? ""),
    ]
    return facts
  }

  private func content(_ view: ReferralView, _ visit: Visit, _ texts: ReferralWords) -> [String: Any] {
    let (referral, words) = (view.referral, visit.words)
    let facts = facts(view, visit, texts)
    var model: [String: Any] = ["facts": Definitions(facts).view]
    if view.envelope == nil {
      model["sealed"] = words(
        texts.actor.overseesReferrals
          ? "referrals.sealed_observer" : referral.state.isLive ? "referrals.sealed_basis" : "referrals.sealed_ended")
    }
    return model
  }
}

/// Referrals on the home page of whoever sees to them, beside those that wait for the desk.
struct ReferralHomeList: RoomPages {
  enum Kind: String {
    /// Late answers that the clock brought to who leads the desk.
    case escalated
    /// What nobody answers, for the agency that sent it: to look for another desk.
    case unanswered
    /// Answers that came back to the agency that sent.
    case news
  }

  let desks: Desks
  let kind: Kind

  func add(to routes: Routes) {}

  func home(_ visit: Visit, _ actor: Actor) async throws -> HomeSection? {
    guard actor.may(kind == .escalated ? .leadDesk : .sendReferral) else { return nil }
    let (page, next) =
      switch kind {
      case .escalated: (try await desks.referrals.escalated(actor), "referrals.home.lead")
      case .unanswered: (try await desks.referrals.outbox(actor, .unanswered), "referrals.home.other_desk")
      case .news: (try await desks.referrals.outbox(actor, .news), "referrals.home.read")
      }
    guard let first = page.referrals.first else { return nil }
    var section = try await ReferralPages(desks: desks).section(
      visit, actor, page, title: "referrals.home.\(kind.rawValue)", empty: nil)
    section.next = HomeSection.Link(address: ReferralPages.address(first.id), label: visit.words(next))
    return section
  }
}

/// The referrals of a case, in the case's own file.
extension ReferralPages: CaseFileRoom {
  func section(of file: CaseFile, _ visit: Visit, _ actor: Actor) async throws -> CaseFileSection? {
    guard actor.may(.sendReferral) || actor.may(.answerReferral) || actor.may(.readReferralEnvelopes) else {
      return nil
    }
    let words = try await ReferralWords(visit, actor, desks)
    let found = try await desks.referrals.ofCase(actor, file.summary.id)
    let canSend = actor.may(.sendReferral) && file.summary.status == .open
    let drafts = canSend ? try await draftRows(of: file.summary.id, visit, actor, words) : []
    return CaseFileSection(
      anchor: "referrals", title: visit.words("referrals.title"), rows: drafts + found.map(words.row),
      empty: visit.words("referrals.none"),
      links: canSend
        ? [
          HomeSection.Link(
            address: "/cases/\(file.summary.id)/referrals/new", label: visit.words("referrals.send.title"))
        ]
        : [])
  }

  func endsWithCase(_ file: CaseFile, _ visit: Visit, _ actor: Actor) async throws -> [String] {
    guard actor.may(.sendReferral) || actor.may(.answerReferral) || actor.may(.readReferralEnvelopes) else { return [] }
    let found = try await desks.referrals.ofCase(actor, file.summary.id)
    let drafts = actor.may(.sendReferral) ? try await desks.referrals.drafts(actor) : []
    let written = drafts.count { $0.caseID == file.summary.id }
    let waiting = found.count { Referral.State.waiting.contains($0.state) }
    let accepted = found.count { $0.state.isTakenOn }
    return [
      written > 0 ? visit.words("referrals.closing.drafts", ["count": String(written)]) : "",
      waiting > 0 ? visit.words("referrals.closing.end", ["count": String(waiting)]) : "",
      accepted > 0 ? visit.words("referrals.closing.go_on", ["count": String(accepted)]) : "",
    ].filter { !$0.isEmpty }
  }

  func endsWithConsent(_ consent: Consent, _ visit: Visit, _ actor: Actor) async throws -> [String] {
    guard actor.may(.sendReferral) || actor.may(.answerReferral) || actor.may(.readReferralEnvelopes) else { return [] }
    let words = try await ReferralWords(visit, actor, desks)
    return try await desks.referrals.ofCase(actor, consent.caseID)
      .filter { $0.consent == consent.id && Referral.State.live.contains($0.state) }
      .map { visit.words("referrals.withdraw.ends", ["referral": words.row($0).title]) }
  }
}
