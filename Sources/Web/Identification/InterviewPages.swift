import Accounts
import Basics
import CountryPack
import Identification

/// The interview, one topic a page, and the whole record of it.
extension ScreeningPages {
  func topicPage(_ visit: Visit) async throws -> Answer { try await topic(visit, visit.sheet) }

  func saveTopic(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let id: ScreeningID = try visit.id("screening")
    let then = visit.form["then"] ?? "next"
    let address = "/screenings/\(id)"
    return try await visit.attempt {
      var codes: [String] = []
      do {
        let (answers, seen) = try answers(visit.form)
        codes =
          try await desk.save(
            actor, id, topic: visit.part("topic"), answers, note: visit.form["note"] ?? "", seen: seen)
          + [ScreeningPlan.overall]
      } catch {
        // Whatever is wrong with the form, a danger is reported.
        if then == "danger" { return try await danger(actor, id) }
        throw error
      }
      switch then {
      case "danger": return try await danger(actor, id)
      case "pause": return .goTo(address)
      case "finish":
        try await desk.finish(actor, id)
        return .goTo(address + "/result")
      default:
        let step = then == "back" ? -1 : 1
        guard let index = codes.firstIndex(of: visit.part("topic")).map({ $0 + step }), codes.indices.contains(index)
        else { return .goTo(address) }
        return .goTo(address + "/topics/\(codes[index])")
      }
    } orShow: {
      try await topic(visit, $0)
    }
  }

  func finish(_ visit: Visit) async throws -> Answer {
    let id: ScreeningID = try visit.id("screening")
    try await desk.finish(try visit.actor(), id)
    return .goTo("/screenings/\(id)/result")
  }

  func reopen(_ visit: Visit) async throws -> Answer {
    let id: ScreeningID = try visit.id("screening")
    try await desk.reopen(try visit.actor(), id)
    return .goTo("/screenings/\(id)")
  }

  /// The topics' codes in order, the note on the whole at the end.
  private func topics(_ plan: ScreeningPlan) -> [String] { plan.topics.map(\.code) + [ScreeningPlan.overall] }

  func name(_ topic: String, _ plan: ScreeningPlan, _ visit: Visit) -> String {
    plan.topic(topic)?.dimension.name[visit.language] ?? visit.words("identification.topic.overall")
  }

  private func topic(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let actor = try visit.actor()
    let file = try await desk.file(actor, visit.id("screening"))
    let (screening, plan, code) = (file.screening, desk.asked(file), visit.part("topic"))
    let address = "/screenings/\(screening.id)"
    let codes = topics(plan)
    guard let index = codes.firstIndex(of: code) else { throw Refusal.notFound }
    guard screening.status == .inProgress, screening.member == actor.member, actor.may(.conductScreening) else {
      return .goTo(address)
    }
    if isSafetyDue(screening) { return .goTo(address + "/safety") }
    let topic = plan.topic(code)
    let part = file.topic(code)
    let fields =
      (topic.map { desk.questions($0.code, file) } ?? []).map { indicator in
        var field = sheet.fourWay(
          "a-" + indicator.code, label: indicator.text[visit.language],
          value: part.value.answers[indicator.code] ?? .notAsked)
        if !indicator.relevant.isAlways { field["relevant"] = indicator.relevant.onPage }
        return field
      } + [
        sheet.area(
          "note",
          label: code == ScreeningPlan.overall ? "identification.topic.overall_note" : "identification.topic.note",
          hint: "identification.topic.note_hint", value: part.value.note, rows: 4, optional: true)
      ]
    var form = sheet.view(action: address + "/topics/\(code)", submit: "identification.topic.next", fields: fields)
    form["seen"] = part.revision
    return .page(
      "identification/topic",
      [
        "form": form, "address": address, "name": name(code, plan, visit),
        "phase": topic.map { visit.words("identification.phase." + $0.dimension.phase) } ?? "",
        "isObservation": topic?.instrument.kind == .observation, "isOverall": topic == nil,
        "refusal": topic.flatMap { refusal($0.instrument, visit.words) } ?? "",
        "isRefused": topic.map { $0.instrument.kind != .observation && !$0.instrument.scores } ?? false,
        "number": index + 1, "count": codes.count, "answered": answeredCount(plan, file), "asked": plan.questionCount,
        "isFirst": index == 0, "isLast": index == codes.count - 1,
        "steps": codes.enumerated().map { number, step in
          [
            "number": number + 1, "address": address + "/topics/\(step)", "name": name(step, plan, visit),
            "isCurrent": step == code, "isDone": isDone(step, plan, file),
          ] as [String: Any]
        },
      ] as [String: Any])
  }

  /// Why nothing is computed from an instrument, in a sentence; `nil` where something is.
  func refusal(_ instrument: Instrument, _ words: Words) -> String? {
    switch instrument.kind {
    case .observation: words("identification.refusal.observation_list")
    case .guided: words("identification.refusal.guided")
    case .scored: instrument.scores ? nil : words("identification.refusal.strengths_not_verified")
    }
  }

  /// How many of the questions that are asked have an answer.
  private func answeredCount(_ plan: ScreeningPlan, _ file: ScreeningFile) -> Int {
    plan.topics.reduce(0) { total, topic in
      let answers = file.topic(topic.code).value.answers
      return total + topic.indicators.count { answers[$0.code] != nil }
    }
  }

  /// Whether every question of a topic has an answer; for the overall note, whether there is one.
  private func isDone(_ code: String, _ plan: ScreeningPlan, _ file: ScreeningFile) -> Bool {
    let part = file.topic(code).value
    guard let topic = plan.topic(code) else { return !part.note.isEmpty }
    return topic.indicators.allSatisfy { part.answers[$0.code] != nil }
  }

  /// What was said and noted, for whoever may read it; for the interviewer, where to go on.
  func record(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let file = try await desk.file(actor, visit.id("screening"))
    let (screening, plan, words) = (file.screening, desk.asked(file), visit.words)
    let address = "/screenings/\(screening.id)"
    let isOwn = screening.member == actor.member && actor.may(.conductScreening)
    if isOwn, screening.status == .safetyCheck { return .goTo(address + "/safety") }
    let names = try await desks.members.names(actor)
    let codes = topics(plan)
    let next = codes.first { !isDone($0, plan, file) } ?? ScreeningPlan.overall
    func facts() -> [[String: String]] {
      let sex = screening.sex.flatMap { pack.term(.sexes, $0) }
      let form = screening.exploitation.flatMap { pack.term(.exploitation, $0) }
      let age: String =
        if case .years(let years) = file.about.age { String(years) } else { words("identification.age_group.doubt") }
      return [
        ("identification.start.province", province(screening, visit.language)), ("identification.start.age", age),
        ("identification.start.sex", sex?.name[visit.language] ?? ""),
        ("identification.start.language", file.about.language),
        ("identification.start.interpreter", words("identification.interpreter." + screening.interpreter.rawValue)),
        ("identification.start.exploitation", form?.name[visit.language] ?? ""),
        ("identification.paper.asked_on", file.about.askedOn.map(visit.dates.day) ?? ""),
        ("identification.paper.asked_by", file.about.askedBy ?? ""),
        ("identification.record.begun", visit.dates.moment(screening.begunAt)),
        ("identification.record.by", names[screening.member] ?? ""),
        (
          "identification.record.spent",
          screening.secondsSpent < 60
            ? "" : words("identification.record.minutes", ["minutes": String(screening.secondsSpent / 60)])
        ),
      ].filter { !$0.1.isEmpty }.map { ["label": words($0.0), "value": $0.1] }
    }
    func answered(_ code: String, _ answer: FourWayAnswer) -> [String] {
      (plan.topic(code)?.indicators ?? []).filter { file.topic(code).value.answers[$0.code] == answer }
        .map { $0.text[visit.language] }
    }
    var model: [String: Any] = [
      "address": address, "id": screening.id.description, "reference": screening.reference,
      "status": status(screening, words).view, "facts": facts(),
      "isOwn": isOwn, "isInProgress": screening.status == .inProgress, "isStopped": screening.status == .safetyStopped,
      "mayCorrect": isOwn && screening.status == .inProgress, "hasResult": screening.finishedAt != nil,
      "isInterview": isOwn && (screening.status == .inProgress || screening.status == .safetyStopped),
      "maySeeSafety": screening.status == .safetyStopped || screening.status == .safetyCheck,
      "answered": answeredCount(plan, file), "asked": plan.questionCount, "next": address + "/topics/\(next)",
      "isDanger": screening.dangerSince != nil,
      "topics": codes.map { code in
        let (yes, unknown) = (answered(code, .yes), answered(code, .unknown))
        return [
          "name": name(code, plan, visit), "address": address + "/topics/\(code)", "yes": yes, "hasYes": !yes.isEmpty,
          "unknown": unknown, "hasUnknown": !unknown.isEmpty, "no": answered(code, .no).count,
          "note": file.topic(code).value.note, "hasNote": !file.topic(code).value.note.isEmpty,
          "count": plan.topic(code)?.indicators.count ?? 0, "answered": file.topic(code).value.answers.count,
          "asks": plan.topic(code) != nil, "mayAnswer": isOwn && screening.status == .inProgress,
        ] as [String: Any]
      },
      "goneOn": file.safety.value.goneOn.map {
        ["when": visit.dates.moment($0.at), "who": names[$0.by] ?? "", "reason": $0.reason]
      },
      "wentOn": !file.safety.value.goneOn.isEmpty,
      "dangers": file.dangers.map {
        [
          "when": visit.dates.moment($0.reportedAt), "who": names[$0.reportedBy] ?? "",
          "settled": $0.settledAt.map(visit.dates.moment) ?? "", "by": $0.settledBy.flatMap { names[$0] } ?? "",
          "reason": $0.reason, "isSettled": $0.settledAt != nil,
        ] as [String: Any]
      },
      "hadDanger": !file.dangers.isEmpty,
    ]
    model["case"] = screening.attachedCase.map { "/cases/\($0)" }
    model["consent"] = consent(file, names, visit)
    model["others"] = try await others(visit, actor, screening)
    model["mayType"] = isOwn && (screening.status == .inProgress || screening.status == .safetyStopped)
    model["more"] = askedForMore(file, names, visit)
    model["mayReopen"] = isOwn && screening.finishedAt != nil
    model["isAppealed"] = screening.appealSince != nil
    model["mayAppeal"] = desk.may(actor, .appeal, file)
    model["mayHandOver"] = isOwn || actor.may(.decideIdentification)
    return .page("identification/record", model)
  }

  /// An instrument on paper, to fill in by hand where there is neither device nor power.
  func paperSheet(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    guard actor.may(.conductScreening) || actor.may(.readScreenings) else { throw Refusal.forbidden }
    guard let instrument = pack.instrument(visit.part("instrument")) else { throw Refusal.notFound }
    let language = visit.language
    return .page(
      "identification/sheet",
      [
        "name": instrument.name[language], "version": visit.dates.day(instrument.version),
        "source": instrument.source, "licence": instrument.licence,
        "certainty": visit.words("identification.certainty." + instrument.certainty.rawValue),
        "safety": pack.safetyQuestions.map { $0.text[language] },
        "interpreters": Screening.Interpreter.allCases.map {
          visit.words("identification.interpreter." + $0.rawValue)
        },
        "dimensions": instrument.dimensions.map { dimension in
          [
            "name": dimension.name[language],
            "indicators": instrument.indicators.filter { $0.dimension == dimension.code }
              .map { ["code": $0.code, "text": $0.text[language], "condition": $0.relevant.inWords(visit.words)] },
            "condition": dimension.relevant.inWords(visit.words),
          ] as [String: Any]
        },
        "refusal": refusal(instrument, visit.words) ?? "", "isRefused": !instrument.scores,
      ])
  }
}

extension Relevance {
  /// The conditions as the page's script reads them: `S03=yes&S04!=no|S05=yes`.
  var onPage: String {
    groups.map { group in
      group.map { condition in
        switch condition {
        case .answer(_, let code, is: let answer, let isEqual): "\(code)\(isEqual ? "=" : "!=")\(answer.rawValue)"
        case .child: ""
        }
      }.joined(separator: "&")
    }.joined(separator: "|")
  }

  /// The conditions for a reader of the paper sheet; empty when it is always asked.
  func inWords(_ words: Words) -> String {
    guard !isAlways else { return "" }
    let written = groups.map { group in
      group.map { condition in
        switch condition {
        case .child(let isChild): words(isChild ? "identification.sheet.if_child" : "identification.sheet.if_adult")
        case .answer(_, let code, is: let answer, let isEqual):
          "\(code) \(isEqual ? "=" : "≠") \(words("common.answer.\(answer.rawValue)"))"
        }
      }.joined(separator: words("identification.sheet.and"))
    }.joined(separator: words("identification.sheet.or"))
    return words("identification.sheet.only_if", ["condition": written])
  }
}
