import Accounts
import Basics
import CountryPack
import Identification

/// A whole sheet of paper typed in on one page: one key an answer, in the sheet's order.
extension ScreeningPages {
  func paperEntryPage(_ visit: Visit) async throws -> Answer { try await paperEntry(visit, visit.sheet) }

  func savePaperEntry(_ visit: Visit) async throws -> Answer {
    let (actor, id) = (try visit.actor(), try visit.screening())
    return try await visit.attempt {
      try await desk.enter(actor, id, read(visit.form))
      guard visit.form["then"] == "finish" else { return .goTo("/screenings/\(id)") }
      try await desk.finish(actor, id)
      return .goTo("/screenings/\(id)/result")
    } orShow: {
      try await paperEntry(visit, $0)
    }
  }

  private func read(_ form: Form) throws -> PaperEntry {
    func typed(_ name: String) throws -> String { try form.one(name) ?? "" }
    func seen(_ name: String) throws -> Int {
      guard let seen = Int(try typed("r-" + name)), seen >= 0 else { throw RefusedRequest.malformed }
      return seen
    }
    var topics: [String: PaperEntry.Topic] = [:]
    for name in form.names(beginningWith: "n-") {
      let code = String(name.dropFirst(2))
      topics[code] = PaperEntry.Topic(answers: [:], note: try typed(name), seen: try seen("topic-" + code))
    }
    for name in form.names(beginningWith: "a-") {
      let parts = name.dropFirst(2).split(separator: ".", maxSplits: 1).map(String.init)
      guard parts.count == 2, topics[parts[0]] != nil else { throw RefusedRequest.malformed }
      topics[parts[0]]?.answers[parts[1]] = try typed(name)
    }
    let safety = try form.names(beginningWith: "s-").map { (String($0.dropFirst(2)), try typed($0)) }
    return PaperEntry(
      language: try typed("language"), interpreter: try typed("interpreter"), askedOn: try typed("asked_on"),
      askedBy: try typed("asked_by"), aboutSeen: try seen("about"),
      safety: Dictionary(safety) { first, _ in first }, safetySeen: try seen("safety"), reason: try typed("reason"),
      topics: topics)
  }

  private func paperEntry(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let (actor, words, language) = (try visit.actor(), visit.words, visit.language)
    let file = try await desk.file(actor, visit.screening())
    let screening = file.screening
    let address = "/screenings/\(screening.id)"
    let isOpen = [.safetyCheck, .safetyStopped, .inProgress].contains(screening.status)
    guard isOpen, screening.member == actor.member, actor.may(.conductScreening) else {
      if let refusal = sheet.refusal { throw refusal }
      return .goTo(address)
    }
    let head = [
      sheet.text(
        "language", label: "identification.start.language", value: file.about.language, optional: true),
      sheet.choices(
        "interpreter", label: "identification.start.interpreter", hint: "identification.start.interpreter_hint",
        options: Screening.Interpreter.allCases.map {
          FormSheet.Option($0.rawValue, words("identification.interpreter." + $0.rawValue))
        }, value: screening.interpreter.rawValue),
      sheet.text(
        "asked_on", label: "identification.paper.asked_on", value: file.about.askedOn?.description ?? "", type: "date",
        optional: true),
      sheet.text(
        "asked_by", label: "identification.paper.asked_by", hint: "identification.paper.asked_by_hint",
        value: file.about.askedBy ?? "", optional: true),
    ]
    let safety = pack.safetyQuestions.map { question in
      key(
        sheet, PaperEntry.safetyField(question.code), question.text[language],
        file.safety.value.answers[question.code], words)
    }
    let reason = sheet.area(
      "reason", label: "identification.paper.reason", hint: "identification.safety.go_on_hint",
      value: file.safety.value.goneOn.last?.reason ?? "", rows: 2, optional: true)
    let plan = desk.plan(file)
    let groups = plan.topics.map { topic in
      let part = file.topic(topic.code)
      return (
        name: topic.dimension.name[language], condition: topic.dimension.relevant.inWords(words),
        instrument: topic.instrument.name[language],
        rows: topic.indicators.map {
          key(
            sheet, PaperEntry.field(topic.code, $0.code), $0.text[language], part.value.answers[$0.code], words,
            code: $0.code, condition: $0.relevant.inWords(words))
        }, note: note(sheet, topic.code, part.value.note, words), code: topic.code, revision: part.revision
      )
    }
    let overall = file.topic(ScreeningPlan.overall)
    let last = note(sheet, ScreeningPlan.overall, overall.value.note, words)
    let fields = head + safety + [reason] + groups.flatMap { $0.rows + [$0.note] } + [last]
    var form = sheet.view(action: address + "/paper", submit: "identification.paper.submit", fields: fields)
    form["head"] = head
    form["safety"] = safety
    form["reason"] = [reason]
    form["last"] = [last]
    form["seen"] =
      ([("about", file.aboutRevision), ("safety", file.safety.revision), ("topic-overall", overall.revision)]
      + groups.map { ("topic-" + $0.code, $0.revision) })
      .map { ["name": "r-" + $0.0, "value": String($0.1)] }
    form["groups"] = groups.map {
      [
        "name": $0.name, "condition": $0.condition, "instrument": $0.instrument, "rows": $0.rows, "notes": [$0.note],
      ] as [String: Any]
    }
    return .page(
      "identification/paper-entry",
      ["reference": screening.reference, "address": address, "form": form] as [String: Any])
  }

  private func note(_ sheet: FormSheet, _ topic: String, _ value: String, _ words: Words) -> FormSheet.Field {
    sheet.area(
      PaperEntry.noteField(topic),
      label: topic == ScreeningPlan.overall ? "identification.topic.overall_note" : "identification.topic.note",
      value: value, rows: 1, optional: true)
  }

  /// A place for one sign.
  private func key(
    _ sheet: FormSheet, _ name: String, _ label: String, _ answer: FourWayAnswer?, _ words: Words, code: String = "",
    condition: String = ""
  ) -> FormSheet.Field {
    let sign =
      switch answer {
      case .yes: words("identification.paper.yes")
      case .no: "n"
      case .unknown: "?"
      case .notAsked, nil: ""
      }
    var field = sheet.text(name, label: label, value: sign, optional: true)
    field["code"] = code
    field["condition"] = condition
    return field
  }
}
