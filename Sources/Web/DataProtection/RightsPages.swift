import Accounts
import Basics
import Casework
import CountryPack

/// A person's rights over the data of one case: what was asked, holds, restriction, and how long it is kept.
struct RightsPages: CaseFileRoom {
  let desks: Desks

  func add(to routes: Routes) {
    routes.get("/cases/:case/rights", page)
    routes.get("/cases/:case/rights/requests/new") { visit in try await newRequest(visit, visit.sheet) }
    routes.post("/cases/:case/rights/requests/new", record)
    routes.get("/cases/:case/rights/requests/:request") { visit in try await requestPage(visit, visit.sheet) }
    routes.post("/cases/:case/rights/requests/:request", answer)
    routes.get("/cases/:case/rights/holds/new") { visit in try await holdForm(visit, visit.sheet) }
    routes.post("/cases/:case/rights/holds/new", hold)
    routes.get("/cases/:case/rights/holds/:hold") { visit in try await liftForm(visit, visit.sheet) }
    routes.post("/cases/:case/rights/holds/:hold", lift)
    routes.get("/cases/:case/rights/restriction") { visit in try await restrictionForm(visit, visit.sheet) }
    routes.post("/cases/:case/rights/restriction", liftRestriction)
    routes.get("/cases/:case/rights/erasure") { visit in try await proposalForm(visit, visit.sheet) }
    routes.post("/cases/:case/rights/erasure", propose)
  }

  // MARK: In the file

  func section(of file: CaseFile, _ visit: Visit, _ actor: Actor) async throws -> CaseFileSection? {
    let rights = try await desks.protection.rights(actor, file.summary.id)
    let address = "/cases/\(file.summary.id)/rights"
    var rows = rights.requests.filter { $0.answer == nil }.map { request in
      WorkRow(
        title: visit.words("protection.request.kind_\(request.kind.rawValue)"),
        address: address + "/requests/\(request.id)", due: CaseTerms(visit: visit).due(request.due))
    }
    if let since = rights.restrictedSince {
      rows.append(
        WorkRow(
          title: visit.words("protection.restriction.live", ["day": visit.dates.day(of: since)]), address: address,
          status: Status(text: visit.words("protection.restriction.short"), tone: .urgent)))
    }
    if rights.isHeld {
      rows.append(
        WorkRow(
          title: visit.words("protection.hold.row"), address: address,
          status: Status(text: visit.words("protection.hold.live"), tone: .open)))
    }
    return CaseFileSection(
      anchor: "rights", title: visit.words("protection.rights.title"), rows: rows,
      empty: visit.words("protection.rights.nothing"),
      links: [.init(address: address, label: visit.words("protection.rights.open"))])
  }

  // MARK: The page

  private func back(_ summary: CaseSummary, _ visit: Visit) -> HomeSection.Link {
    HomeSection.Link(
      address: "/cases/\(summary.id)/rights", label: visit.words("protection.rights.title"))
  }

  private func page(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let (words, dates) = (visit.words, visit.dates)
    let rights = try await desks.protection.rights(actor, try visit.id("case"))
    let holds = actor.may(.readCase) ? try await desks.protection.holds(actor, rights.summary.id) : []
    let names = try await desks.members.names(actor)
    let address = "/cases/\(rights.summary.id)/rights"
    let mayProtect = actor.may(.protectData)
    let requests = rights.requests.map { request in
      WorkRow(
        title: words("protection.request.kind_\(request.kind.rawValue)"), address: address + "/requests/\(request.id)",
        facts: [words("protection.request.asked", ["day": dates.day(request.askedOn)])],
        status: request.answer.map {
          Status(text: words("protection.request.answer_\($0.rawValue)"), tone: $0 == .granted ? .done : .ended)
        }, due: request.answer == nil ? CaseTerms(visit: visit).due(request.due) : nil)
    }
    var erasureLinks: [HomeSection.Link] = []
    if rights.summary.status == .closed, !rights.isHeld, !rights.isProposed,
      rights.due.map({ $0 <= dates.today }) == true, actor.may(.closeCase) || mayProtect
    {
      erasureLinks.append(.init(address: address + "/erasure", label: words("protection.erasure.propose")))
    }
    let keeping: String
    if rights.summary.status == .open {
      keeping = words("protection.keeping.open")
    } else if let schedule = rights.schedule, let due = rights.due {
      keeping = words(
        "protection.keeping.until",
        ["day": dates.day(due), "schedule": DataProtectionPages.schedule(schedule, words), "source": schedule.source])
    } else {
      keeping = words("protection.keeping.none")
    }
    var sections = [
      ProtectionSection(
        title: words("protection.request.title"), anchor: "requests", rows: requests,
        empty: words("protection.request.none"),
        links: actor.may(.editCase)
          ? [.init(address: address + "/requests/new", label: words("protection.request.new"))] : [])
    ]
    if let since = rights.restrictedSince {
      sections.append(
        ProtectionSection(
          title: words("protection.restriction.title"), anchor: "restriction",
          lead: words("protection.restriction.live", ["day": dates.day(of: since)]),
          links: mayProtect
            ? [.init(address: address + "/restriction", label: words("protection.restriction.lift"))] : []))
    }
    sections += [
      ProtectionSection(
        title: words("protection.keeping.title"), anchor: "keeping",
        lead: rights.isProposed ? words("protection.keeping.proposed") : keeping, links: erasureLinks),
      ProtectionSection(
        title: words("protection.hold.title"), anchor: "holds",
        table: holds.isEmpty
          ? nil
          : DataTable(
            caption: words("protection.hold.title"),
            columns: ["placed", "reason", "lifted", "state"].map { words("protection.hold.\($0)") },
            rows: holds.map { hold in
              [
                .text([dates.day(of: hold.placedAt), names[hold.placedBy]].compactMap { $0 }.joined(separator: ", ")),
                .text(hold.reason ?? ""),
                .text(
                  [hold.liftedAt.map { dates.day(of: $0) }, hold.liftedBy.flatMap { names[$0] }, hold.liftReason]
                    .compactMap { $0 }.joined(separator: ", ")),
                hold.isLive && mayProtect
                  ? .link(words("protection.hold.lift"), address: address + "/holds/\(hold.id)")
                  : .text(words(hold.isLive ? "protection.hold.live" : "protection.hold.ended")),
              ]
            }), empty: words("protection.hold.none"),
        links: mayProtect ? [.init(address: address + "/holds/new", label: words("protection.hold.place"))] : []),
    ]
    return ProtectionSection.page(
      Heading(
        title: words("protection.rights.title"), lead: words("protection.rights.lead"),
        back: .init(
          address: "/cases/\(rights.summary.id)",
          label: words("casework.case", ["code": rights.summary.code.description]))), sections)
  }

  // MARK: Requests

  private func record(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let id: CaseID = try visit.id("case")
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      let request: DataRequestID = try reader.id()
      let kind = reader.value("kind", or: "error.unknown_code") { DataRequest.Kind(rawValue: $0) }
      let asked = reader.value("asked", or: "error.day") { CalendarDay($0) }
      let words = reader.text("words", upTo: 20_000, required: false)
      try reader.check()
      guard let kind, let asked else { throw RefusedRequest.malformed }
      try await desks.protection.record(actor, id, id: request, kind, askedOn: asked, words: words)
      return .goTo("/cases/\(id)/rights")
    } orShow: {
      try await newRequest(visit, $0)
    }
  }

  private func newRequest(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let actor = try visit.actor()
    guard actor.may(.editCase) else { throw Refusal.forbidden }
    let rights = try await desks.protection.rights(actor, try visit.id("case"))
    let words = visit.words
    let term = desks.pack.dataProtection.requests
    return CaseFormPage.answer(
      visit, rights.summary, title: "protection.request.new",
      lead: words(
        "protection.request.lead",
        ["days": words("protection.days_\(term.counts.rawValue)", ["days": String(term.days)]), "source": term.source]),
      back: back(rights.summary, visit),
      form: sheet.view(
        action: "/cases/\(rights.summary.id)/rights/requests/new", submit: "casework.save",
        fields: [
          sheet.hidden("id", DataRequestID.random().description),
          sheet.choices(
            "kind", label: "protection.request.what",
            options: DataRequest.Kind.asked.map {
              FormSheet.Option($0.rawValue, words("protection.request.kind_\($0.rawValue)"))
            }),
          sheet.text(
            "asked", label: "protection.request.asked_on", value: visit.dates.today.description, type: "date"),
          sheet.area("words", label: "protection.request.words", rows: 3, optional: true),
        ], cancel: "/cases/\(rights.summary.id)/rights"))
  }

  private func answer(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let id: CaseID = try visit.id("case")
    let (_, request) = try await desks.protection.request(actor, id, try visit.id("request"))
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      let reply = reader.value("answer", or: "error.unknown_code") { DataRequest.Reply(rawValue: $0) }
      let ground = reader.optional("ground", or: "error.unknown_code") { DataRequest.Ground(rawValue: $0) }
      let reason = reader.text("reason", upTo: 20_000, required: false)
      try reader.check()
      guard let reply else { throw RefusedRequest.malformed }
      try await desks.protection.answer(actor, request.id, reply, ground: ground, reason: reason)
      return .goTo("/cases/\(id)/rights")
    } orShow: {
      try await requestPage(visit, $0)
    }
  }

  private func requestPage(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let actor = try visit.actor()
    let (summary, request) = try await desks.protection.request(actor, try visit.id("case"), try visit.id("request"))
    let (words, dates) = (visit.words, visit.dates)
    let names = try await desks.members.names(actor)
    let kind = request.kind.rawValue
    var form: [String: Any]?
    if request.answer == nil, actor.may(.protectData) || !request.kind.isDecided {
      // Only who answers for the data refuses; whoever assists does what was asked and says so.
      let ground =
        actor.may(.protectData)
        ? [
          sheet.select(
            "ground", label: "protection.request.ground", hint: "protection.request.ground_hint",
            options: DataRequest.Ground.allCases.map {
              FormSheet.Option($0.rawValue, words("protection.request.ground_\($0.rawValue)"))
            }, optional: true)
        ] : []
      let replies = actor.may(.protectData) && request.kind != .withdraw ? DataRequest.Reply.allCases : [.granted]
      form = sheet.view(
        action: "/cases/\(summary.id)/rights/requests/\(request.id)", submit: "protection.request.submit",
        fields: [
          sheet.choices(
            "answer", label: "protection.request.answer", hint: "protection.request.effect_\(kind)",
            options: replies.map {
              FormSheet.Option($0.rawValue, words("protection.request.answer_\($0.rawValue)"))
            })
        ] + ground + [
          sheet.area(
            "reason", label: "protection.request.reason", hint: "protection.request.reason_hint", rows: 4,
            optional: true)
        ], cancel: "/cases/\(summary.id)/rights")
    }
    return ProtectionSection.page(
      Heading(
        title: words("protection.request.kind_\(kind)"),
        eyebrow: words("casework.case", ["code": summary.code.description]), back: back(summary, visit)),
      [
        ProtectionSection(
          title: words("protection.request.facts"), anchor: "facts",
          definitions: Definitions([
            (words("protection.request.asked_on"), dates.day(request.askedOn)),
            (words("protection.request.due"), dates.day(request.due)),
            (
              words(request.isByPaper ? "protection.request.by_paper" : "protection.request.recorded_by"),
              names[request.recordedBy] ?? ""
            ),
            (words("protection.request.words"), request.words ?? ""),
            (
              words("protection.request.answer"),
              request.answer.map { words("protection.request.answer_\($0.rawValue)") } ?? ""
            ),
            (
              words("protection.request.ground"),
              request.ground.map { words("protection.request.ground_\($0.rawValue)") } ?? ""
            ), (words("protection.request.reason"), request.reason ?? ""),
            (
              words("protection.request.answered"),
              [request.answeredAt.map { dates.day(of: $0) }, request.answeredBy.flatMap { names[$0] }]
                .compactMap { $0 }.joined(separator: ", ")
            ),
          ]))
      ], form: form)
  }

  // MARK: Holds

  private func hold(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let id: CaseID = try visit.id("case")
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      let hold: HoldID = try reader.id()
      let reason = reader.text("reason", upTo: 20_000)
      try reader.check()
      try await desks.protection.hold(actor, id, id: hold, reason: reason)
      return .goTo("/cases/\(id)/rights")
    } orShow: {
      try await holdForm(visit, $0)
    }
  }

  private func holdForm(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let actor = try visit.actor()
    try actor.require(.protectData)
    let rights = try await desks.protection.rights(actor, try visit.id("case"))
    return CaseFormPage.answer(
      visit, rights.summary, title: "protection.hold.place", lead: visit.words("protection.hold.lead"),
      back: back(rights.summary, visit),
      form: sheet.view(
        action: "/cases/\(rights.summary.id)/rights/holds/new", submit: "protection.hold.place",
        fields: [
          sheet.hidden("id", HoldID.random().description),
          sheet.area("reason", label: "protection.hold.reason", hint: "protection.hold.reason_hint", rows: 3),
        ], cancel: "/cases/\(rights.summary.id)/rights"))
  }

  private func lift(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let id: CaseID = try visit.id("case")
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      let reason = reader.text("reason", upTo: 20_000)
      try reader.check()
      try await desks.protection.liftHold(actor, id, try visit.id("hold"), reason: reason)
      return .goTo("/cases/\(id)/rights")
    } orShow: {
      try await liftForm(visit, $0)
    }
  }

  private func liftForm(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let actor = try visit.actor()
    try actor.require(.protectData)
    let rights = try await desks.protection.rights(actor, try visit.id("case"))
    let hold: HoldID = try visit.id("hold")
    return CaseFormPage.answer(
      visit, rights.summary, title: "protection.hold.lift", back: back(rights.summary, visit),
      form: sheet.view(
        action: "/cases/\(rights.summary.id)/rights/holds/\(hold)", submit: "protection.hold.lift",
        fields: [sheet.area("reason", label: "protection.hold.lift_reason", rows: 3)],
        cancel: "/cases/\(rights.summary.id)/rights"))
  }

  // MARK: Restriction and erasure

  private func liftRestriction(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let id: CaseID = try visit.id("case")
    return try await visit.attempt {
      try await desks.protection.liftRestriction(actor, id)
      return .goTo("/cases/\(id)/rights")
    } orShow: {
      try await restrictionForm(visit, $0)
    }
  }

  private func restrictionForm(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let actor = try visit.actor()
    try actor.require(.protectData)
    let rights = try await desks.protection.rights(actor, try visit.id("case"))
    return CaseFormPage.answer(
      visit, rights.summary, title: "protection.restriction.lift",
      lead: visit.words("protection.restriction.lift_lead"),
      back: back(rights.summary, visit),
      form: sheet.view(
        action: "/cases/\(rights.summary.id)/rights/restriction", submit: "protection.restriction.lift", fields: [],
        cancel: "/cases/\(rights.summary.id)/rights"))
  }

  private func propose(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let id: CaseID = try visit.id("case")
    return try await visit.attempt {
      let reader = FormReader(visit.form)
      try await desks.protection.propose(actor, id, id: try reader.id(), ground: .term)
      return .goTo("/cases/\(id)/rights")
    } orShow: {
      try await proposalForm(visit, $0)
    }
  }

  private func proposalForm(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let actor = try visit.actor()
    guard actor.may(.closeCase) || actor.may(.protectData) else { throw Refusal.forbidden }
    let rights = try await desks.protection.rights(actor, try visit.id("case"))
    return CaseFormPage.answer(
      visit, rights.summary, title: "protection.erasure.propose", lead: visit.words("protection.erasure.what_goes"),
      notice: rights.schedule?.certainty == .unverified ? visit.words("protection.schedule.unverified_warning") : nil,
      back: back(rights.summary, visit),
      form: sheet.view(
        action: "/cases/\(rights.summary.id)/rights/erasure", submit: "protection.erasure.propose",
        fields: [sheet.hidden("id", ErasureID.random().description)], cancel: "/cases/\(rights.summary.id)/rights",
        isDangerous: true))
  }
}
