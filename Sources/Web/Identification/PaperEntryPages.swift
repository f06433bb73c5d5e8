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
      try await desk.enter(actor, id, readPaper(visit.form))
      guard visit.form["then"] == "finish" else { return .goTo("/screenings/\(id)") }
      try await desk.finish(actor, id)
      return .goTo("/screenings/\(id)/result")
    } orShow: {
      try await paperEntry(visit, $0)
    }
  }

  private func readPaper(_ form: Form) throws -> PaperEntry {
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
    let groups = plan.topics.map { topic -> Group in
      let part = file.topic(topic.code)
      let rows = topic.indicators.map { indicator in
        key(
          sheet, PaperEntry.field(topic.code, indicator.code), indicator.text[language],
          part.value.answers[indicator.code], words, code: indicator.code,
          condition: indicator.relevant.inWords(words))
      }
      return Group(
        code: topic.code, revision: part.revision, rows: rows, note: note(sheet, topic.code, part.value.note, words),
        view: [
          "name": topic.dimension.name[language], "condition": topic.dimension.relevant.inWords(words),
          "instrument": topic.instrument.name[language],
        ])
    }
    let overall = file.topic(ScreeningPlan.overall)
    let last = note(sheet, ScreeningPlan.overall, overall.value.note, words)
    var fields: [FormSheet.Field] = head + safety + [reason]
    for group in groups { fields += group.rows + [group.note] }
    fields.append(last)
    var form = sheet.view(action: address + "/paper", submit: "identification.paper.submit", fields: fields)
    form["head"] = head
    form["safety"] = safety
    form["reason"] = [reason]
    form["last"] = [last]
    var seen: [(String, Int)] = [("about", file.aboutRevision), ("safety", file.safety.revision)]
    seen.append(("topic-" + ScreeningPlan.overall, overall.revision))
    for group in groups { seen.append(("topic-" + group.code, group.revision)) }
    form["seen"] = seen.map { ["name": "r-" + $0.0, "value": String($0.1)] }
    form["groups"] = groups.map { group in
      group.view.merging(["rows": group.rows, "notes": [group.note]]) { $1 }
    }
    return .page(
      "identification/paper-entry",
      ["reference": screening.reference, "address": address, "form": form] as [String: Any])
  }

  /// One topic of the sheet.
  private struct Group {
    var code: String
    var revision: Int
    var rows: [FormSheet.Field]
    var note: FormSheet.Field
    var view: [String: Any]
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
