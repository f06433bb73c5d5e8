import Accounts
import Basics
import Casework
import CountryPack
import HTTPTypes
import Referrals

/// Referrals of the own agency: lists, one, its envelope, the moves of both sides, and sending one.
enum ReferralOperations {
  static let all: [ApiOperation] = [list, coded, open] + answers + [send] + senders + [recipients, suggestions]

  private static let referral = ApiField("referral", .id)

  // MARK: Reading

  private static let filters: [ReferralFilter] = [
    .all, .waiting, .new, .mine, .overdue, .escalated, .unanswered, .accepted, .ended, .news,
  ]

  private static let list = ApiOperation(
    method: .get, path: "/referrals", name: "listReferrals", tag: "referrals", right: .read,
    query: [
      ApiField("side", .oneOf(ReferralDesk.Side.allCases.map(\.rawValue))),
      ApiField("filter", .oneOf(filters.map(\.rawValue))), ApiField("cursor", .cursor),
      ApiField("limit", .integer(1...200)),
    ], answer: "Referrals"
  ) { call in
    let actor = try call.actor()
    let found = try await call.desks.referrals.listing(
      actor, ReferralDesk.Side(rawValue: call.text("side")) ?? .received,
      ReferralFilter(rawValue: call.text("filter")) ?? .all, after: ReferralPlace(call.text("cursor")),
      limit: call.integer("limit", or: 50))
    let values = ReferralValues(actor, now: call.desks.office.clock.now())
    return ApiAnswer(
      .fields([
        "contents": .list(found.referrals.map(values.value)), "next": found.next.map { .string($0.description) },
      ]))
  }

  private static let coded = ApiOperation(
    method: .get, path: "/referrals/{referral}", name: "getReferral", tag: "referrals", right: .read,
    parts: [referral], answer: "ReferralDetail"
  ) { call in try await detail(call, try call.id("referral")) }

  private static func detail(_ call: ApiCall, _ id: ReferralID) async throws -> ApiAnswer {
    let actor = try call.actor()
    let found = try await call.desks.referrals.coded(actor, id)
    let values = ReferralValues(actor, now: call.desks.office.clock.now())
    return ApiAnswer([
      "referral": values.value(found.referral), "events": .list(found.events.map(values.value)),
      "moves": values.moves(found.options),
    ])
  }

  // MARK: The desk that receives

  /// Opening is no reading by the way: it makes a referral seen, so it is asked for with a POST.
  private static let open = ApiOperation(
    method: .post, path: "/referrals/{referral}/open", name: "openReferral", tag: "desk", right: .answer,
    parts: [referral], answer: "OpenedReferral"
  ) { call in
    let actor = try call.actor()
    let view = try await call.desks.referrals.view(actor, try call.id("referral"))
    return ApiAnswer(ReferralValues(actor, now: call.desks.office.clock.now()).value(view))
  }

  private static let note = ApiField("note", .text(most: 1000))
  private static let neededNote = ApiField("note", .text(most: 1000, isNeeded: true), isRequired: true)
  private static let outcome = ApiField("outcome", .code([.outcomes]), isRequired: true)

  private static let answers: [ApiOperation] = [
    move("claim", "claimReferral", "desk", .answer) { _ in .claim },
    move("release", "releaseReferral", "desk", .answer) { _ in .release },
    move("ask", "askAboutReferral", "desk", .answer, [neededNote]) { .ask($0.text("note")) },
    move("accept", "acceptReferral", "desk", .answer, [note]) { .accept(note: $0.text("note")) },
    move(
      "decline", "declineReferral", "desk", .answer,
      [ApiField("reason", .code([.declineReasons]), isRequired: true), ApiField("suggested", .id), note]
    ) {
      .decline(
        reason: $0.text("reason"), suggested: AgencyID($0.text("suggested")), note: $0.text("note"))
    },
    move("begin", "beginService", "desk", .answer) { _ in .begin },
    move("complete", "completeReferral", "desk", .answer, [outcome, note]) {
      .complete(outcome: $0.text("outcome"), note: $0.text("note"))
    },
    move(
      "interrupt", "interruptReferral", "desk", .answer,
      [ApiField("reason", .code([.interruptionReasons]), isRequired: true), note]
    ) { .interrupt(reason: $0.text("reason"), note: $0.text("note")) },
    move(
      "hand-back", "handBackReferral", "desk", .answer,
      [outcome, ApiField("remaining", .code([.needs, .services]), isRequired: true), note]
    ) {
      .handBack(outcome: $0.text("outcome"), remaining: $0.text("remaining"), note: $0.text("note"))
    },
  ]

  // MARK: The agency that sends

  private static let senders: [ApiOperation] = [
    move("reply", "replyToQuestion", "sender", .send, [neededNote]) { .reply($0.text("note")) },
    move("withdraw", "withdrawReferral", "sender", .send, [note]) { .withdraw(note: $0.text("note")) },
  ]

  private static let send = ApiOperation(
    method: .post, path: "/referrals", name: "sendReferral", tag: "sender", right: .send,
    body: [
      ApiField("id", .newID, isRequired: true), ApiField("case", .id, isRequired: true),
      ApiField("to", .id, isRequired: true), ApiField("need", .code([.needs, .services]), isRequired: true),
      ApiField("purpose", .code([.purposes]), isRequired: true),
      ApiField("urgency", .code([.urgencies]), isRequired: true), ApiField("language", .text(most: 60)),
      ApiField("safe_contact", .text(most: 300)), ApiField("word", .text(most: 600)),
    ], status: .created, answer: "Referral"
  ) { call in
    let actor = try call.actor()
    let sent = try await call.desks.referrals.send(
      actor, id: try call.id("id"),
      NewReferral(
        caseID: try call.id("case"), to: try call.id("to"), need: call.text("need"), purpose: call.text("purpose"),
        urgency: call.text("urgency"), language: call.text("language"), safeContact: call.text("safe_contact"),
        word: call.text("word")))
    return ApiAnswer(
      ReferralValues(actor, now: call.desks.office.clock.now()).value(sent), location: "/referrals/\(sent.id)")
  }

  private static let recipients = ApiOperation(
    method: .get, path: "/cases/{case}/recipients", name: "listRecipients", tag: "sender", right: .send,
    parts: [ApiField("case", .id)], answer: "Recipients"
  ) { call in
    let list = try await call.desks.referrals.recipients(try call.actor(), try call.id("case")).list
    return ApiAnswer([
      "contents": .list(
        list.map {
          .fields([
            "agency": GeneralOperations.value($0.agency), "purpose": .string($0.purpose),
            "kinds": .texts($0.kinds.map(\.rawValue).sorted()), "until": $0.until.map { .string($0.timestamp) },
          ])
        })
    ])
  }

  /// What is asked of a person's situation goes in a body and not in an address, which proxies write down.
  private static let suggestions = ApiOperation(
    method: .post, path: "/cases/{case}/suggestions", name: "suggestDesks", tag: "sender", right: .send,
    parts: [ApiField("case", .id)],
    body: [
      ApiField("need", .code([.needs, .services]), isRequired: true), ApiField("province", .province),
      ApiField("age_band", .code([.ageBands])), ApiField("sex", .code([.sexes])), ApiField("language", .language),
      ApiField("children", .oneOf(["yes", "no", "unknown"])), ApiField("limit", .integer(1...100)),
    ], answer: "Suggestions"
  ) { call in
    let (actor, id): (Actor, CaseID) = (try call.actor(), try call.id("case"))
    let facts = try await call.desks.directory.situation(actor, of: id).facts
    var query = DirectoryQuery(now: call.desks.office.clock.now())
    query.needs = [call.text("need")]
    query.province = call.optional("province") ?? facts.province
    query.person.age = DirectoryQuestion.ages(call.optional("age_band") ?? facts.ageBand, call.desks.pack)
    query.person.sex = call.optional("sex") ?? facts.sex
    query.person.exploitation = facts.form.map { [$0] } ?? []
    query.person.withChildren = call.optional("children").flatMap { FourWayAnswer(rawValue: $0) } ?? .notAsked
    query.language = call.optional("language").flatMap { Language($0) }
    query.limit = call.integer("limit", or: 20)
    let found = try await call.desks.directory.suggestions(actor, for: id, query)
    return ApiAnswer(["contents": .list(found.map(value))])
  }

  private static func value(_ suggestion: DeskSuggestion) -> ApiValue {
    let match = suggestion.match
    let (way, agency): (String, AgencyID?) =
      switch suggestion.way {
      case .agreed(let agency): ("agreed", agency)
      case .notAgreed(let agency): ("not_agreed", agency)
      case .own: ("own", nil)
      case .outside: ("outside", nil)
      }
    let (verdict, reasons): (String, [String]) =
      switch match.eligibility {
      case .fits: ("fits", [])
      case .ask(let criteria): ("ask", criteria.map(\.rawValue))
      case .excluded(let criteria): ("excluded", criteria.map(\.rawValue))
      }
    return .fields([
      "service": DirectoryOperations.value(match), "way": .string(way),
      "agency": agency.map { .string($0.description) }, "eligibility": .string(verdict), "reasons": .texts(reasons),
      "ahead_of_next_by": match.aheadOfNextBy.map { .string($0.code) },
      "kilometres": match.kilometres.map { .number($0) },
    ])
  }

  // MARK: Moves

  /// An operation that makes a move. Sent again with the same `request`, it changes nothing and answers how things stand.
  private static func move(
    _ path: String, _ name: String, _ tag: String, _ right: ApiRight, _ fields: [ApiField] = [],
    _ act: @escaping @Sendable (ApiCall) throws -> ReferralAct
  ) -> ApiOperation {
    ApiOperation(
      method: .post, path: "/referrals/{referral}/" + path, name: name, tag: tag, right: right, parts: [referral],
      body: [
        ApiField("request", .newID, isRequired: true),
        ApiField("revision", .integer(1...1_000_000_000), isRequired: true),
      ] + fields, answer: "ReferralDetail"
    ) { call in
      let (actor, id): (Actor, ReferralID) = (try call.actor(), try call.id("referral"))
      try await call.desks.referrals.make(
        try act(call), actor, id, event: try call.id("request"), revision: call.integer("revision", or: 0))
      return try await detail(call, id)
    }
  }
}
