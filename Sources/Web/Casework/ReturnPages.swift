import Accounts
import Basics
import Casework
import CountryPack

/// A person's return: planning it, its steps one after the other, and giving it up.
struct ReturnPages {
  let desks: Desks
  /// After how many days one asks how it goes, where nothing else is agreed. Our own decision.
  private static let monitoring = [30, 90, 180]

  func add(to routes: Routes) {
    routes.get("/cases/:case/returns/new") { visit in try await planPage(visit, visit.sheet) }
    routes.post("/cases/:case/returns/new", plan)
    routes.get("/cases/:case/returns/:return", page)
    routes.get("/cases/:case/returns/:return/:move") { visit in try await stepPage(visit, visit.sheet) }
    routes.post("/cases/:case/returns/:return/:move", step)
  }

  // MARK: Planning

  private func plan(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let id: CaseID = try visit.id("case")
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      let new: PersonReturnID = try reader.id()
      let country = reader.text("country", upTo: 80)
      let departure = reader.value("departure", or: "error.day") { CalendarDay($0) }
      let receiver = reader.optional("receiver", or: "error.unknown_code") { AgencyID($0) }
      let name = reader.text("receiver_name", upTo: 120, required: false)
      let words = reader.text("words", upTo: 20_000)
      try reader.check()
      guard let departure else { throw RefusedRequest.malformed }
      try await desks.cases.planReturn(
        actor, id, id: new,
        ReturnRequest(
          country: country, departure: departure, receiver: receiver, ReturnContent(words: words, receiverName: name)))
      return .goTo("/cases/\(id)/returns/\(new)")
    } orShow: {
      try await planPage(visit, $0)
    }
  }

  private func planPage(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let view = try await CaseFileView.editable(visit, desks)
    let agencies = view.agencies.sorted { ($0.value, $0.key) < ($1.value, $1.key) }
    return CaseFormPage.answer(
      visit, view.summary, title: "casework.return.new", lead: visit.words("casework.return.lead"),
      form: sheet.view(
        action: view.address + "/returns/new", submit: "casework.save",
        fields: [
          sheet.hidden("id", PersonReturnID.random().description),
          sheet.select("country", label: "casework.return.country", options: view.terms.options(.countries)),
          sheet.area("words", label: "casework.return.words", hint: "casework.return.words_hint", rows: 4),
          sheet.text(
            "departure", label: "casework.return.departure", value: visit.dates.today.adding(days: 21).description,
            type: "date"),
          sheet.select(
            "receiver", label: "casework.return.receiver",
            options: agencies.map { FormSheet.Option($0.key.description, $0.value) }, optional: true),
          sheet.text(
            "receiver_name", label: "casework.return.receiver_name", hint: "casework.service.provider_name_hint",
            optional: true),
        ], cancel: view.address + "#returns"))
  }

  // MARK: One return

  private func stored(_ view: CaseFileView, _ visit: Visit) throws(Refusal) -> PersonReturn {
    let id: PersonReturnID = try visit.id("return")
    guard let stored = view.file.returns.first(where: { $0.id == id }) else { throw .notFound }
    return stored
  }

  private func page(_ visit: Visit) async throws -> Answer {
    let view = try await CaseFileView.read(visit, desks)
    let stored = try stored(view, visit)
    let own = "\(view.address)/returns/\(stored.id)"
    let moves = view.file.moves.contains(.edit) ? ReturnRules.moves(from: stored.state) : []
    func link(_ move: ReturnMove) -> HomeSection.Link {
      HomeSection.Link(address: "\(own)/\(move.rawValue)", label: visit.words("casework.return.move.\(move.rawValue)"))
    }
    return .page(
      "casework/return",
      [
        "heading": Heading(
          title: view.name(stored), back: view.back, next: moves.first { $0 != .cancel }.map(link)
        ).view, "title": view.name(stored), "steps": stored.state == .cancelled ? nil : view.steps(stored).view,
        "status": view.status(stored).view, "facts": view.definitions(stored).view, "lines": view.lines(stored),
        "hasLines": !stored.steps.isEmpty,
        "links": moves.filter { $0 == .cancel }.map { link($0).view },
      ] as [String: Any?])
  }

  private func move(_ visit: Visit) throws(Refusal) -> ReturnMove {
    guard let move = ReturnMove(rawValue: visit.part("move")) else { throw .notFound }
    return move
  }

  private func step(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let (id, planned) = (try visit.id("case") as CaseID, try visit.id("return") as PersonReturnID)
    let move = try move(visit)
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      let step: ReturnStepID = try reader.id()
      let day = reader.value("day", or: "error.day") { CalendarDay($0) }
      let words = reader.text("words", upTo: 20_000, required: false)
      let assessment = reader.optional("assessment", or: "error.unknown_code") { AssessmentID($0) }
      let days = reader.values("monitoring", or: "error.unknown_code") { Int($0) }
      let seen = try Clash.seen(visit)
      try reader.check()
      guard let day else { throw RefusedRequest.malformed }
      try await desks.cases.stepReturn(
        actor, id, planned, id: step,
        ReturnStepRequest(
          move, day: day, decidedBy: visit.form["decided_by"].flatMap { ConsentDecider(rawValue: $0) },
          way: PersonForm.code("way", &reader), assessment: assessment, words: words,
          monitoring: days.filter(Self.monitoring.contains).map { visit.dates.today.adding(days: $0) }), seen: seen,
        note: visit.words("casework.return.monitor"))
      return .goTo("/cases/\(id)/returns/\(planned)")
    } orShow: {
      try await stepPage(visit, $0)
    }
  }

  private func stepPage(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let view = try await CaseFileView.editable(visit, desks)
    let stored = try stored(view, visit)
    let move = try move(visit)
    if !sheet.wasSent { _ = try ReturnRules.next(move, from: stored.state) }
    let (words, own) = (visit.words, "\(view.address)/returns/\(stored.id)")
    let clash = Clash(sheet, stored: stored.revision) { view.definitions(stored) }
    var fields = [
      clash.revision, sheet.hidden("id", ReturnStepID.random().description),
      sheet.text("day", label: "casework.return.day", value: visit.dates.today.description, type: "date"),
    ]
    switch move {
    case .agree:
      let deciders = desks.cases.deciders(view.file)
      fields += [
        sheet.choices(
          "decided_by", label: "casework.consent.decided_by",
          hint: deciders.contains(.guardian) ? "casework.consent.decided_by_child" : nil,
          options: ConsentDecider.allCases.filter(deciders.contains).map {
            FormSheet.Option($0.rawValue, words("casework.decider.\($0.rawValue)"))
          }, value: deciders == [.person] ? ConsentDecider.person.rawValue : ""),
        sheet.choices("way", label: "casework.plan.way", options: view.terms.options(.agreementWays)),
      ]
    case .assess:
      let risks = view.file.assessments.filter { $0.kind == .risk }.prefix(5)
      fields.append(
        sheet.select(
          "assessment", label: "casework.return.assessment", hint: "casework.return.assessment_hint",
          options: risks.map {
            FormSheet.Option(
              $0.id.description, visit.dates.day($0.day) + ", " + view.terms.name(.assessmentLevels, $0.level))
          }, value: risks.first?.id.description ?? ""))
    case .confirm:
      fields.append(
        sheet.checks(
          "monitoring", label: "casework.return.monitoring", hint: "casework.return.monitoring_hint",
          options: Self.monitoring.map {
            FormSheet.Option(
              String($0),
              words("casework.return.in_days", ["days": String($0)]),
              hint: visit.dates.day(visit.dates.today.adding(days: $0)))
          }, values: Set(Self.monitoring.map(String.init)), optional: true))
    case .handOver, .cancel: break
    }
    fields.append(
      sheet.area(
        "words", label: "casework.return.step_words.\(move.rawValue)", rows: 4,
        optional: move == .agree || move == .assess))
    return CaseFormPage.answer(
      visit, view.summary, title: "casework.return.move.\(move.rawValue)",
      lead: words("casework.return.lead.\(move.rawValue)"), clash: clash,
      back: HomeSection.Link(address: own, label: view.name(stored)),
      form: sheet.view(
        action: "\(own)/\(move.rawValue)", submit: "casework.save", fields: fields, cancel: own,
        isDangerous: move == .cancel))
  }
}
