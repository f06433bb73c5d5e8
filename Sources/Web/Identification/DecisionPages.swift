import Accounts
import Basics
import CountryPack
import Identification

/// The steps after a decision: a supervisor's review, another body's paper, an appeal and its answer, the clock.
extension ScreeningPages {
  func addDecisions(to routes: Routes) {
    routes.get("/screenings/:screening/review") { try await review($0, $0.sheet) }
    routes.post("/screenings/:screening/review", saveReview)
    routes.get("/screenings/:screening/received") { try await received($0, $0.sheet) }
    routes.post("/screenings/:screening/received", saveReceived)
    routes.get("/screenings/:screening/appeal") { try await appeal($0, $0.sheet) }
    routes.post("/screenings/:screening/appeal", saveAppeal)
    routes.get("/screenings/:screening/appeal/answer") { try await answer($0, $0.sheet, byPaper: false) }
    routes.post("/screenings/:screening/appeal/answer") { try await saveAnswer($0, byPaper: false) }
    routes.get("/screenings/:screening/appeal/received") { try await answer($0, $0.sheet, byPaper: true) }
    routes.post("/screenings/:screening/appeal/received") { try await saveAnswer($0, byPaper: true) }
    routes.get("/screenings/:screening/clock") { try await clock($0, $0.sheet) }
    routes.post("/screenings/:screening/clock", saveClock)
  }

  // MARK: Review

  private func saveReview(_ visit: Visit) async throws -> Answer {
    let (actor, id) = (try visit.actor(), try visit.screening())
    return try await visit.attempt {
      let review: ReviewID = try FormReader(visit.form).id()
      let names = ["questions"] + visit.form.names(beginningWith: "q-")
      try await desk.review(
        actor, id, review, verdict: visit.form["verdict"] ?? "", reason: visit.form["reason"] ?? "",
        questions: Set(names.flatMap(visit.form.all)))
      return .goTo("/screenings/\(id)/result#decisions")
    } orShow: {
      try await review(visit, $0)
    }
  }

  private func review(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let (actor, words) = (try visit.actor(), visit.words)
    let file = try await desk.file(actor, visit.screening())
    let address = "/screenings/\(file.screening.id)"
    guard desk.may(actor, .review(.agrees), file) else { return try refused(address, sheet) }
    let open = desk.openQuestions(file)
    let next = shortest(file).filter(open.contains)
    let plan = desk.asked(file)
    func options(_ questions: [String]) -> [FormSheet.Option] {
      questions.map { FormSheet.Option($0, question($0, plan, visit.language)) }
    }
    let fields = [
      sheet.choices(
        "verdict", label: "identification.review.verdict",
        options: Review.Verdict.allCases.map {
          FormSheet.Option(
            $0.rawValue, words("identification.review." + $0.rawValue),
            hint: words("identification.review_hint." + $0.rawValue))
        }),
      sheet.area(
        "reason", label: "identification.result.reason", hint: "identification.review.reason_hint", rows: 3,
        optional: true),
      sheet.checks(
        "questions", label: "identification.review.questions",
        hint: next.isEmpty ? "identification.review.questions_below" : "identification.review.questions_hint",
        options: options(next), optional: true),
    ]
    let rest = open.filter { !next.contains($0) }
    let more = plan.topics.compactMap { topic -> [String: Any]? in
      let own = rest.filter { $0.hasPrefix(topic.code + "/") }
      guard !own.isEmpty else { return nil }
      var field = sheet.checks("q-" + topic.code, label: topic.dimension.name[visit.language], options: options(own))
      field["count"] = own.count
      return field
    }
    return .page(
      "identification/review",
      [
        "reference": file.screening.reference, "address": address,
        "decision": file.decisions.last.map { words("identification.decision." + $0.kind.rawValue) } ?? "",
        "decisionReason": file.decisions.last?.reason ?? "", "hasDecision": !file.decisions.isEmpty,
        "outcome": file.screening.outcome.map { words("identification.outcome." + $0.rawValue) } ?? "",
        "form": form(sheet, address + "/review", "identification.review.submit", fields, ReviewEntity.self),
        "more": more, "hasMore": !more.isEmpty,
      ] as [String: Any])
  }

  /// The smallest sets that could settle what is open, as `topic/indicator`.
  private func shortest(_ file: ScreeningFile) -> [String] {
    guard let result = file.result, let instrument = pack.instrument(result.report.instrument), instrument.scores else {
      return []
    }
    let asked = instrument.asked(file.sheet(instrument), countsAsChild: result.age.countsAsChild)
    return instrument.dimensions.flatMap { dimension in
      AssessmentRules.openQuestions(dimension, of: asked, file.sheet(instrument)).map { dimension.code + "/" + $0 }
    }
  }

  /// The text of a question named `topic/indicator`.
  func question(_ name: String, _ plan: ScreeningPlan, _ language: Language) -> String {
    let parts = name.split(separator: "/", maxSplits: 1).map(String.init)
    guard parts.count == 2 else { return name }
    return plan.topic(parts[0])?.indicators.first { $0.code == parts[1] }?.text[language] ?? parts[1]
  }

  // MARK: Another body's decision

  private func saveReceived(_ visit: Visit) async throws -> Answer {
    let (actor, id) = (try visit.actor(), try visit.screening())
    return try await visit.attempt {
      let decision: DecisionID = try FormReader(visit.form).id()
      try await desk.recordDecision(
        actor, id, decision, kind: visit.form["decision"] ?? "", paper(visit.form), reason: visit.form["reason"] ?? "")
      return .goTo("/screenings/\(id)/result#decisions")
    } orShow: {
      try await received(visit, $0)
    }
  }

  private func received(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let (actor, words) = (try visit.actor(), visit.words)
    let file = try await desk.file(actor, visit.screening())
    let address = "/screenings/\(file.screening.id)"
    let kinds = Decision.Kind.allCases.filter { desk.may(actor, .record($0), file) }
    guard !kinds.isEmpty else { return try refused(address, sheet) }
    let fields =
      [
        sheet.choices(
          "decision", label: "identification.received.decision",
          options: kinds.map { FormSheet.Option($0.rawValue, words("identification.decision." + $0.rawValue)) })
      ] + paperFields(sheet, visit) + [reason(sheet, "identification.received.reason_hint")]
    return step(
      file, title: "identification.received.title", lead: "identification.received.lead",
      form(sheet, address + "/received", "identification.received.submit", fields, DecisionEntity.self), visit)
  }

  private func paper(_ form: Form) -> ReceivedDecision {
    ReceivedDecision(
      body: form["body"] ?? "", decidedOn: form["decided_on"] ?? "", receivedOn: form["received_on"] ?? "",
      document: form["document"] ?? "")
  }

  private func paperFields(_ sheet: FormSheet, _ visit: Visit) -> [FormSheet.Field] {
    [
      sheet.select(
        "body", label: "identification.received.body",
        options: pack.identification.bodies.map { FormSheet.Option($0.code, name($0, visit)) }),
      sheet.text("decided_on", label: "identification.received.decided_on", type: "date"),
      sheet.text(
        "received_on", label: "identification.received.received_on", value: visit.dates.today.description, type: "date"),
      sheet.text("document", label: "identification.received.document", hint: "identification.received.document_hint"),
    ]
  }

  /// A body with how sure we are that it may decide.
  func name(_ body: IdentificationBody, _ visit: Visit) -> String {
    body.name[visit.language] + " · " + visit.words("identification.certainty." + body.certainty.rawValue)
  }

  // MARK: Appeal

  private func saveAppeal(_ visit: Visit) async throws -> Answer {
    let (actor, id) = (try visit.actor(), try visit.screening())
    return try await visit.attempt {
      let appeal: AppealID = try FormReader(visit.form).id()
      try await desk.appeal(
        actor, id, appeal, side: visit.form["side"] ?? "", grounds: visit.form["grounds"] ?? "")
      return .goTo("/screenings/\(id)")
    } orShow: {
      try await appeal(visit, $0)
    }
  }

  private func appeal(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let (actor, words) = (try visit.actor(), visit.words)
    let file = try await desk.file(actor, visit.screening())
    let address = "/screenings/\(file.screening.id)"
    guard desk.may(actor, .appeal, file) else { return try refused(address, sheet) }
    let fields = [
      sheet.choices(
        "side", label: "identification.appeal.side",
        options: Appeal.Side.allCases.map {
          FormSheet.Option($0.rawValue, words("identification.appeal_side." + $0.rawValue))
        }),
      sheet.area(
        "grounds", label: "identification.appeal.grounds", hint: "identification.appeal.grounds_hint", rows: 4),
    ]
    return step(
      file, title: "identification.appeal.title", lead: "identification.appeal.lead",
      form(sheet, address + "/appeal", "identification.appeal.submit", fields, AppealEntity.self), visit)
  }

  private func saveAnswer(_ visit: Visit, byPaper: Bool) async throws -> Answer {
    let (actor, id) = (try visit.actor(), try visit.screening())
    return try await visit.attempt {
      let decision: DecisionID = try FormReader(visit.form).id()
      try await desk.answerAppeal(
        actor, id, decision, ruling: visit.form["ruling"] ?? "", received: byPaper ? paper(visit.form) : nil,
        reason: visit.form["reason"] ?? "")
      return .goTo("/screenings/\(id)/result#decisions")
    } orShow: {
      try await answer(visit, $0, byPaper: byPaper)
    }
  }

  /// The answers to an appeal that the actor may give, or may record from another body's paper.
  func rulings(_ actor: Actor, _ file: ScreeningFile, byPaper: Bool) -> [(code: String, kind: Decision.Kind?)] {
    ([nil] + Decision.Kind.allCases.map(Optional.some)).filter { kind in
      let ruling: Ruling = kind.map(Ruling.replaced) ?? .stands
      return desk.may(actor, byPaper ? .recordAnswer(ruling) : .answer(ruling), file)
    }.map { ($0?.rawValue ?? "stands", $0) }
  }

  private func answer(_ visit: Visit, _ sheet: FormSheet, byPaper: Bool) async throws -> Answer {
    let (actor, words) = (try visit.actor(), visit.words)
    let file = try await desk.file(actor, visit.screening())
    let address = "/screenings/\(file.screening.id)"
    let rulings = rulings(actor, file, byPaper: byPaper)
    guard !rulings.isEmpty, let appeal = file.openAppeal else { return try refused(address, sheet) }
    let fields =
      [
        sheet.choices(
          "ruling", label: "identification.appeal.ruling",
          options: rulings.map { code, kind in
            FormSheet.Option(
              code, words(kind.map { "identification.decision." + $0.rawValue } ?? "identification.appeal.stands"),
              hint: words(
                kind.map { "identification.decision_hint." + $0.rawValue } ?? "identification.appeal.stands_hint"))
          })
      ] + (byPaper ? paperFields(sheet, visit) : []) + [reason(sheet, "identification.appeal.reason_hint")]
    return step(
      file, title: byPaper ? "identification.appeal.received" : "identification.appeal.answer",
      lead: "identification.appeal.answer_lead", quote: appeal.grounds,
      form(
        sheet, address + (byPaper ? "/appeal/received" : "/appeal/answer"), "identification.appeal.answer_submit",
        fields, DecisionEntity.self), visit)
  }

  // MARK: The clock

  private func saveClock(_ visit: Visit) async throws -> Answer {
    let (actor, id) = (try visit.actor(), try visit.screening())
    return try await visit.attempt {
      let event: ClockEventID = try FormReader(visit.form).id()
      try await desk.moveClock(
        actor, id, event, move: visit.form["move"] ?? "", reason: visit.form["reason"] ?? "")
      return .goTo("/screenings/\(id)/result#decisions")
    } orShow: {
      try await clock(visit, $0)
    }
  }

  private func clock(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let (actor, words) = (try visit.actor(), visit.words)
    let file = try await desk.file(actor, visit.screening())
    let address = "/screenings/\(file.screening.id)"
    let moves = DecisionClock.Move.allCases.filter { desk.may(actor, .clock($0), file) }
    guard !moves.isEmpty else { return try refused(address, sheet) }
    let days = String(pack.identification.clock?.extendDays ?? 0)
    let fields = [
      sheet.choices(
        "move", label: "identification.clock.move",
        options: moves.map {
          FormSheet.Option(
            $0.rawValue, words("identification.clock." + $0.rawValue),
            hint: words("identification.clock_hint." + $0.rawValue, ["days": days]))
        }),
      reason(sheet, "identification.clock.reason_hint"),
    ]
    return step(
      file, title: "identification.clock.title", lead: "identification.clock.lead",
      form(sheet, address + "/clock", "identification.clock.submit", fields, ClockEventEntity.self), visit)
  }

  // MARK: Shared

  private func reason(_ sheet: FormSheet, _ hint: String) -> FormSheet.Field {
    sheet.area("reason", label: "identification.result.reason", hint: hint, rows: 4)
  }

  private func form<Entity>(
    _ sheet: FormSheet, _ action: String, _ submit: String, _ fields: [FormSheet.Field], _: Entity.Type
  ) -> [String: Any] {
    let id = sheet.hidden("id", desks.office.randomness.identifier(Entity.self).description)
    let back = action.split(separator: "/").prefix(2).joined(separator: "/")
    return sheet.view(action: action, submit: submit, fields: fields + [id], cancel: "/\(back)/result")
  }

  private func step(
    _ file: ScreeningFile, title: String, lead: String, quote: String = "", _ form: [String: Any], _ visit: Visit
  ) -> Answer {
    .page(
      "identification/step",
      [
        "reference": file.screening.reference, "address": "/screenings/\(file.screening.id)",
        "name": visit.words(title), "lead": visit.words(lead), "quote": quote, "hasQuote": !quote.isEmpty,
        "decision": file.decisions.last.map { visit.words("identification.decision." + $0.kind.rawValue) } ?? "",
        "hasDecision": !file.decisions.isEmpty, "form": form,
      ] as [String: Any])
  }

  /// A page whose step is not to be made now leads back; what was sent and refused is said.
  private func refused(_ address: String, _ sheet: FormSheet) throws -> Answer {
    if let refusal = sheet.refusal { throw refusal }
    return .goTo(address)
  }
}

extension Visit {
  func screening() throws -> ScreeningID { try id("screening") }
}
