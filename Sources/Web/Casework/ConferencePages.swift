import Accounts
import Basics
import Casework
import CountryPack

/// Case conferences: planning one, who came and what was said, and what was decided.
struct ConferencePages {
  let desks: Desks

  func add(to routes: Routes) {
    routes.get("/cases/:case/conferences/new") { visit in
      .goTo("/cases/\(try visit.id("case") as CaseID)/conferences/\(ConferenceID.random())/edit?new=yes")
    }
    routes.get("/cases/:case/conferences/:conference", page)
    routes.get("/cases/:case/conferences/:conference/edit") { visit in try await planPage(visit, visit.sheet) }
    routes.post("/cases/:case/conferences/:conference/edit", plan)
    routes.get("/cases/:case/conferences/:conference/hold") { visit in try await holdPage(visit, visit.sheet) }
    routes.post("/cases/:case/conferences/:conference/hold", hold)
    routes.get("/cases/:case/conferences/:conference/cancel") { visit in try await cancelPage(visit, visit.sheet) }
    routes.post("/cases/:case/conferences/:conference/cancel", cancel)
    routes.get("/cases/:case/conferences/:conference/decide") { visit in try await decidePage(visit, visit.sheet) }
    routes.post("/cases/:case/conferences/:conference/decide", decide)
    routes.get("/cases/:case/decisions/:decision") { visit in try await finishPage(visit, visit.sheet) }
    routes.post("/cases/:case/decisions/:decision", finish)
  }

  private func conference(_ view: CaseFileView, _ visit: Visit) throws(Refusal) -> Conference {
    let id: ConferenceID = try visit.id("conference")
    guard let conference = view.file.conferences.first(where: { $0.id == id }) else { throw .notFound }
    return conference
  }

  /// The view and the conference, when the move is possible now.
  private func editable(_ visit: Visit, _ sheet: FormSheet, for move: ConferenceMove) async throws
    -> (CaseFileView, Conference)
  {
    let view = try await CaseFileView.editable(visit, desks)
    let conference = try conference(view, visit)
    // A form that was refused is shown again with why.
    if !sheet.wasSent { _ = try ConferenceRules.next(move, from: conference.state) }
    return (view, conference)
  }

  private func page(_ visit: Visit) async throws -> Answer {
    let view = try await CaseFileView.read(visit, desks)
    let conference = try conference(view, visit)
    let words = visit.words
    let moves = view.file.moves.contains(.edit) ? ConferenceRules.moves(from: conference.state) : []
    let own = "\(view.address)/conferences/\(conference.id)"
    let next: HomeSection.Link? =
      moves.contains(.hold)
      ? HomeSection.Link(address: own + "/hold", label: words("casework.conference.hold"))
      : moves.contains(.decide)
        ? HomeSection.Link(address: own + "/decide", label: words("casework.conference.decide")) : nil
    let links =
      moves.contains(.change)
      ? ["edit", "cancel"].map {
        HomeSection.Link(address: "\(own)/\($0)", label: words("casework.conference.\($0)"))
      } : []
    return .page(
      "casework/conference",
      [
        "heading": Heading(title: view.name(conference), back: view.back, next: next).view,
        "title": view.name(conference), "status": view.status(conference).view,
        "facts": view.definitions(conference).view, "minutes": conference.minutes,
        "rows": conference.decisions.map { view.row($0).view }, "hasRows": !conference.decisions.isEmpty,
        "isHeld": conference.state == .held, "links": links.map(\.view),
      ] as [String: Any?])
  }

  // MARK: Planning

  private func plan(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let (id, conference) = (try visit.id("case") as CaseID, try visit.id("conference") as ConferenceID)
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      let day = reader.value("day", or: "error.day") { CalendarDay($0) }
      let place = reader.text("place", upTo: 300, required: false)
      let agenda = reader.text("agenda", upTo: 20_000)
      let members = reader.values("members", or: "error.unknown_code") { MemberID($0) }
      let guests = reader.values("guests", or: "error.unknown_code") { AgencyID($0) }
      let seen = try Clash.seen(visit)
      try reader.check()
      guard let day else { throw RefusedRequest.malformed }
      try await desks.cases.putConference(
        actor, id, id: conference,
        ConferenceRequest(
          day: day, members: members, guests: guests, ConferenceContent(agenda: agenda, place: place)), seen: seen)
      return .goTo("/cases/\(id)/conferences/\(conference)")
    } orShow: {
      try await planPage(visit, $0)
    }
  }

  private func planPage(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let view = try await CaseFileView.editable(visit, desks)
    let actor = try visit.actor()
    let id: ConferenceID = try visit.id("conference")
    let stored = view.file.conferences.first { $0.id == id }
    guard stored != nil || visit.query["new"] != nil else { throw Refusal.notFound }
    if let stored, !sheet.wasSent { _ = try ConferenceRules.next(.change, from: stored.state) }
    let clash = Clash(sheet, stored: stored?.revision ?? 0) {
      stored.map { view.definitions($0) } ?? Definitions([("", visit.words("casework.stored_none"))])
    }
    let colleagues = try await desks.cases.colleagues(actor).sorted { ($0.value, $0.key) < ($1.value, $1.key) }
    let guests = view.agencies.filter { agency, _ in
      ConferenceRules.basis(of: agency, among: view.file.consents, at: visit.dates.now) != nil
    }.sorted { ($0.value, $0.key) < ($1.value, $1.key) }
    var fields = [
      clash.revision,
      sheet.text(
        "day", label: "casework.conference.day",
        value: (stored?.day ?? visit.dates.today.adding(days: 7)).description, type: "date"),
      sheet.text(
        "place", label: "casework.conference.place", hint: "casework.conference.place_hint",
        value: stored?.content?.place ?? "", optional: true),
      sheet.area(
        "agenda", label: "casework.conference.agenda", hint: "casework.conference.agenda_hint",
        value: stored?.content?.agenda ?? "", rows: 4),
      sheet.checks(
        "members", label: "casework.conference.members",
        options: colleagues.map { FormSheet.Option($0.key.description, $0.value) },
        values: Set(stored?.members.map(\.who.description) ?? [actor.member.description])),
    ]
    if !guests.isEmpty {
      fields.append(
        sheet.checks(
          "guests", label: "casework.conference.guests", hint: "casework.conference.guests_hint",
          options: guests.map { FormSheet.Option($0.key.description, $0.value) },
          values: Set(stored?.guests.map(\.who.description) ?? []), optional: true))
    }
    return CaseFormPage.answer(
      visit, view.summary, title: stored == nil ? "casework.conference.new" : "casework.conference.edit",
      lead: visit.words(guests.isEmpty ? "casework.conference.lead_alone" : "casework.conference.lead"), clash: clash,
      form: sheet.view(
        action: "\(view.address)/conferences/\(id)/edit" + (stored == nil ? "?new=yes" : ""), submit: "casework.save",
        fields: fields, cancel: view.address + "#conferences"))
  }

  private func cancel(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let id: CaseID = try visit.id("case")
    return try await visit.attempt {
      try await desks.cases.cancelConference(
        actor, id, try visit.id("conference"), seen: try Clash.seen(visit))
      return .goTo("/cases/\(id)#conferences")
    } orShow: {
      try await cancelPage(visit, $0)
    }
  }

  private func cancelPage(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let (view, conference) = try await editable(visit, sheet, for: .cancel)
    let clash = Clash(sheet, stored: conference.revision) { view.definitions(conference) }
    let own = "\(view.address)/conferences/\(conference.id)"
    return CaseFormPage.answer(
      visit, view.summary, title: "casework.conference.cancel", lead: visit.words("casework.conference.cancel_lead"),
      clash: clash,
      form: sheet.view(
        action: own + "/cancel", submit: "casework.conference.cancel", fields: [clash.revision], cancel: own,
        isDangerous: true))
  }

  // MARK: Holding

  private func hold(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let (id, conference) = (try visit.id("case") as CaseID, try visit.id("conference") as ConferenceID)
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      let day = reader.value("day", or: "error.day") { CalendarDay($0) }
      let members = reader.values("members", or: "error.unknown_code") { MemberID($0) }
      let guests = reader.values("guests", or: "error.unknown_code") { AgencyID($0) }
      let minutes = reader.text("minutes", upTo: 20_000)
      let seen = try Clash.seen(visit)
      try reader.check()
      guard let day else { throw RefusedRequest.malformed }
      try await desks.cases.holdConference(
        actor, id, conference,
        ConferenceReport(day: day, members: members, guests: guests, minutes: minutes), seen: seen)
      return .goTo("/cases/\(id)/conferences/\(conference)")
    } orShow: {
      try await holdPage(visit, $0)
    }
  }

  private func holdPage(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let (view, conference) = try await editable(visit, sheet, for: .hold)
    let clash = Clash(sheet, stored: conference.revision) { view.definitions(conference) }
    let own = "\(view.address)/conferences/\(conference.id)"
    let (may, ended) = view.guests(of: conference)
    var fields = [
      clash.revision,
      sheet.text("day", label: "casework.conference.held_day", value: visit.dates.today.description, type: "date"),
      sheet.checks(
        "members", label: "casework.conference.came",
        options: conference.members.map { FormSheet.Option($0.who.description, view.members[$0.who] ?? "") },
        values: Set(conference.members.map(\.who.description))),
    ]
    if !may.isEmpty {
      fields.append(
        sheet.checks(
          "guests", label: "casework.conference.guests_came",
          options: may.map { FormSheet.Option($0.description, view.agencies[$0] ?? "") },
          values: Set(may.map(\.description)), optional: true))
    }
    fields.append(
      sheet.area("minutes", label: "casework.conference.minutes", hint: "casework.conference.minutes_hint", rows: 8))
    return CaseFormPage.answer(
      visit, view.summary, title: "casework.conference.hold", lead: conference.content?.agenda,
      notice: ended.isEmpty
        ? nil
        : visit.words(
          "casework.conference.ended",
          ["agencies": ended.compactMap { view.agencies[$0] }.sorted().joined(separator: ", ")]), clash: clash,
      form: sheet.view(action: own + "/hold", submit: "casework.save", fields: fields, cancel: own))
  }

  // MARK: Decisions

  private func decide(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let (id, conference) = (try visit.id("case") as CaseID, try visit.id("conference") as ConferenceID)
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      let decision: ConferenceDecisionID = try reader.id()
      let words = reader.text("words", upTo: 20_000)
      let owner = reader.value("owner", or: "error.unknown_code") { MemberID($0) }
      let agency = reader.optional("agency", or: "error.unknown_code") { AgencyID($0) }
      let due = reader.value("due", or: "error.day") { CalendarDay($0) }
      try reader.check()
      guard let owner, let due else { throw RefusedRequest.malformed }
      try await desks.cases.addDecision(
        actor, id, conference, id: decision, ConferenceDecisionRequest(words, owner: owner, agency: agency, due: due))
      return .goTo("/cases/\(id)/conferences/\(conference)")
    } orShow: {
      try await decidePage(visit, $0)
    }
  }

  private func decidePage(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let (view, conference) = try await editable(visit, sheet, for: .decide)
    let actor = try visit.actor()
    let colleagues = try await desks.cases.colleagues(actor).sorted { ($0.value, $0.key) < ($1.value, $1.key) }
    let there = conference.guests.filter { $0.attended == true }.map(\.who)
    let own = "\(view.address)/conferences/\(conference.id)"
    var fields = [
      sheet.hidden("id", ConferenceDecisionID.random().description),
      sheet.area("words", label: "casework.decision.words", hint: "casework.plan.action_hint", rows: 3),
      sheet.select(
        "owner", label: "casework.plan.responsible",
        options: colleagues.map { FormSheet.Option($0.key.description, $0.value) }, value: actor.member.description),
      sheet.text(
        "due", label: "casework.plan.due", value: visit.dates.today.adding(days: 14).description, type: "date"),
    ]
    if !there.isEmpty {
      fields.insert(
        sheet.select(
          "agency", label: "casework.decision.agency", hint: "casework.decision.agency_hint",
          options: there.map { FormSheet.Option($0.description, view.agencies[$0] ?? "") }, optional: true), at: 2)
    }
    return CaseFormPage.answer(
      visit, view.summary, title: "casework.conference.decide",
      back: HomeSection.Link(address: own, label: view.name(conference)),
      form: sheet.view(action: own + "/decide", submit: "casework.save", fields: fields, cancel: own))
  }

  private func finish(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let id: CaseID = try visit.id("case")
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      let done = reader.value("done", or: "error.day") { CalendarDay($0) }
      let result = reader.text("result", upTo: 20_000, required: false)
      try reader.check()
      guard let done else { throw RefusedRequest.malformed }
      try await desks.cases.finishDecision(actor, id, try visit.id("decision"), on: done, result: result)
      return .goTo("/cases/\(id)#conferences")
    } orShow: {
      try await finishPage(visit, $0)
    }
  }

  private func finishPage(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let view = try await CaseFileView.editable(visit, desks)
    let id: ConferenceDecisionID = try visit.id("decision")
    guard let decision = view.file.conferences.flatMap(\.decisions).first(where: { $0.id == id }) else {
      throw Refusal.notFound
    }
    if !sheet.wasSent, decision.done != nil { throw Refusal(.conflict, Phrase("error.decision_done")) }
    return CaseFormPage.answer(
      visit, view.summary, title: "casework.decision.finish", lead: decision.words,
      notice: view.terms.due(decision.due)?.text,
      form: sheet.view(
        action: "\(view.address)/decisions/\(id)", submit: "casework.follow_up.finish",
        fields: [
          sheet.text("done", label: "casework.follow_up.day", value: visit.dates.today.description, type: "date"),
          sheet.area("result", label: "casework.follow_up.result", rows: 4, optional: true),
        ], cancel: view.address + "#conferences"))
  }
}
