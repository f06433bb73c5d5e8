import Accounts
import Basics
import CountryPack
import Identification

/// The safety check, going on against it, and the danger button.
extension ScreeningPages {
  func safetyPage(_ visit: Visit) async throws -> Answer {
    try await safety(visit, visit.sheet, reason: visit.sheet)
  }

  func answerSafety(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let id: ScreeningID = try visit.id("screening")
    if visit.form["then"] == "danger" { return try await danger(actor, id) }
    return try await visit.attempt {
      let (given, seen) = try answers(visit.form)
      // The two pages are one check: what the other page asks keeps its answers.
      let whole = try await kept(actor, id).merging(given) { $1 }
      let verdict = try await desk.answerSafety(actor, id, whole, seen: seen)
      return .goTo("/screenings/\(id)" + next(after: verdict, isConsent: isConsentPage(visit), whole))
    } orShow: {
      try await safety(visit, $0, reason: visit.sheet)
    }
  }

  /// The answers that stand; after a long pause those of the agreement's explanations only: they are asked anew.
  private func kept(_ actor: Actor, _ id: ScreeningID) async throws -> [String: FourWayAnswer] {
    let file = try await desk.file(actor, id)
    guard isSafetyDue(file.screening) else { return file.safety.value.answers }
    let told = Set(pack.safetyQuestions.filter(\.isTold).map(\.code))
    return file.safety.value.answers.filter { told.contains($0.key) }
  }

  /// What stops comes first and stays on its page; then the agreement; then the interview.
  private func next(after verdict: SafetyVerdict, isConsent: Bool, _ answers: [String: FourWayAnswer]) -> String {
    let agreement = Set(pack.safetyQuestions.filter { !$0.mayGoOn }.map(\.code))
    let codes: [String]
    switch verdict {
    case .clear: return ""
    case .stopped(let found):
      return agreement.isSuperset(of: found) ? "/safety?part=consent#verdict" : "/safety#verdict"
    case .open(let found): codes = found
    }
    if isConsent { return agreement.isDisjoint(with: codes) ? "/safety#verdict" : "/safety?part=consent#verdict" }
    let isAsked = agreement.allSatisfy { answers[$0] != nil }
    return isAsked && agreement.isDisjoint(with: codes) ? "/safety#verdict" : "/safety?part=consent"
  }

  private func isConsentPage(_ visit: Visit) -> Bool { (visit.form["part"] ?? visit.query["part"]) == "consent" }

  func goOn(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let id: ScreeningID = try visit.id("screening")
    return try await visit.attempt {
      try await desk.goOn(actor, id, reason: visit.form["reason"] ?? "")
      return .goTo("/screenings/\(id)")
    } orShow: {
      try await safety(visit, visit.sheet, reason: $0)
    }
  }

  func reportDanger(_ visit: Visit) async throws -> Answer {
    try await danger(visit.actor(), visit.id("screening"))
  }

  func danger(_ actor: Actor, _ id: ScreeningID) async throws -> Answer {
    try await desk.reportDanger(actor, id)
    return .goTo("/screenings/\(id)/danger")
  }

  func dangerPage(_ visit: Visit) async throws -> Answer { try await danger(visit, visit.sheet) }

  func settleDanger(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let id: ScreeningID = try visit.id("screening")
    return try await visit.attempt {
      try await desk.settleDanger(actor, id, reason: visit.form["reason"] ?? "")
      return .goTo("/screenings/\(id)")
    } orShow: {
      try await danger(visit, $0)
    }
  }

  /// The four-way answers of a form (`a-<code>`) and the revision it saw.
  func answers(_ form: Form) throws -> (answers: [String: FourWayAnswer], seen: Int) {
    var answers: [String: FourWayAnswer] = [:]
    for name in form.names(beginningWith: "a-") {
      guard let answer = try form.one(name).flatMap(FourWayAnswer.init(rawValue:)) else {
        throw RefusedRequest.malformed
      }
      answers[String(name.dropFirst(2))] = answer
    }
    guard let seen = form["seen"].flatMap(Int.init), seen >= 0 else { throw RefusedRequest.malformed }
    return (answers, seen)
  }

  private func safety(_ visit: Visit, _ sheet: FormSheet, reason: FormSheet) async throws -> Answer {
    let actor = try visit.actor()
    let file = try await desk.file(actor, visit.id("screening"))
    let screening = file.screening
    let address = "/screenings/\(screening.id)"
    guard [.safetyCheck, .safetyStopped, .inProgress].contains(screening.status) else { return .goTo(address) }
    // After a long pause it is asked anew: the old answers do not stand there ready.
    let isAgain = isSafetyDue(screening)
    let given = isAgain ? [:] : file.safety.value.answers
    let told = Set(pack.safetyQuestions.filter(\.isTold).map(\.code))
    // What the person was told stays told.
    let shown = file.safety.value.answers.filter { !isAgain || told.contains($0.key) }
    let isConsent = isConsentPage(visit)
    func fields(_ belongs: (SafetyQuestion) -> Bool) -> [[String: Any]] {
      pack.safetyQuestions.filter(belongs).map { question in
        sheet.fourWay(
          "a-" + question.code, label: question.text[visit.language],
          hint: shown[question.code] == question.stopsOn ? question.advice[visit.language] : nil,
          value: shown[question.code] ?? .notAsked)
      }
    }
    let verdict = file.safety.revision == 0 || isAgain ? nil : SafetyRules.verdict(pack.safetyQuestions, given)
    let (stopping, open): ([String], [String]) =
      switch verdict {
      case .stopped(let codes): (codes, [])
      case .open(let codes): ([], codes)
      case .clear, nil: ([], [])
      }
    func named(_ codes: [String]) -> [[String: Any]] {
      pack.safetyQuestions.filter { codes.contains($0.code) }
        .map { ["text": $0.text[visit.language], "advice": $0.advice[visit.language]] }
    }
    // The agreement is asked on the next page: what is not asked there yet is no news here.
    let mustBeSettled = SafetyRules.mustBeSettled(pack.safetyQuestions, given)
    let isAsked = pack.safetyQuestions.allSatisfy { $0.mayGoOn || given[$0.code] != nil }
    let isOwn = screening.member == actor.member && actor.may(.conductScreening)
    let waits = screening.status != .inProgress && verdict != nil && (isOwn || actor.may(.decideIdentification))
    var model: [String: Any] = [
      "id": screening.id.description, "address": address, "action": address + "/safety", "isOwn": isOwn,
      "stopping": named(stopping), "isConsent": isConsent, "part": isConsent ? "consent" : "safety",
      "isStopped": !stopping.isEmpty, "openOnes": named(isAsked ? open : []), "isOpen": isAsked && !open.isEmpty,
      "isNext": !isConsent && !isAsked && file.safety.revision > 0 && !isAgain,
      "isDangerStop": screening.dangerSince != nil, "isAgain": isAgain,
      "questions": fields { $0.isConsent == isConsent },
      "seen": file.safety.revision, "problems": [] as [String], "mayGoOn": waits && mustBeSettled.isEmpty,
      "mustBeSettled": waits && isAsked ? named(mustBeSettled) : [],
      "isBlocked": waits && isAsked && !mustBeSettled.isEmpty, "mayEnd": isOwn && screening.status == .safetyStopped,
      "goOn": reason.view(
        action: address + "/go-on", submit: "identification.safety.go_on",
        fields: [
          reason.area(
            "reason", label: "identification.safety.go_on_reason", hint: "identification.safety.go_on_hint", rows: 3)
        ]),
    ]
    model["message"] = sheet.message
    return .page("identification/safety", model)
  }

  /// The person's agreement and what they were told before it: each answer, who entered it and when, in which language
  /// and through whom.
  func consent(_ file: ScreeningFile, _ names: [MemberID: String], _ visit: Visit) -> [String: Any] {
    let (safety, words) = (file.safety.value, visit.words)
    let answers = pack.safetyQuestions.filter { $0.isTold || !$0.mayGoOn }.map { question in
      var line = [
        "text": question.text[visit.language],
        "answer": words("common.answer." + (safety.answers[question.code] ?? .notAsked).rawValue),
      ]
      line["given"] = safety.given?[question.code].map { given in
        [names[given.by], visit.dates.moment(given.at)].compactMap { $0 }.joined(separator: ", ")
      }
      return line
    }
    return [
      "answers": answers, "isUntold": !SafetyRules.untold(pack.safetyQuestions, safety.answers).isEmpty,
      "facts": [
        ("identification.start.language", file.about.language),
        (
          "identification.start.interpreter", words("identification.interpreter." + file.screening.interpreter.rawValue)
        ),
      ].filter { !$0.1.isEmpty }.map { ["label": words($0.0), "value": $0.1] },
    ]
  }

  private func danger(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let actor = try visit.actor()
    let screening = try await desk.summary(actor, visit.id("screening"))
    let names = try await desks.members.names(actor)
    let language = visit.language
    let address = "/screenings/\(screening.id)"
    var model: [String: Any] = [
      "id": screening.id.description, "isReported": screening.dangerSince != nil,
      "when": screening.dangerSince.map(visit.dates.moment) ?? "", "who": names[screening.member] ?? "",
      "province": province(screening, language), "maySettle": actor.may(.decideIdentification),
      // Numbers that sources disagree about are never shown to someone in a hurry.
      "hotlines": pack.hotlines.filter { $0.certainty != .unverified }.map { line in
        [
          "name": line.name[language], "number": line.number, "dial": line.number.filter { !$0.isWhitespace },
          "certainty": visit.words("identification.certainty." + line.certainty.rawValue),
        ]
      },
      "settle": sheet.view(
        action: address + "/settled", submit: "identification.danger.settle",
        fields: [
          sheet.area(
            "reason", label: "identification.danger.settle_reason", hint: "identification.danger.settle_hint", rows: 3)
        ]),
    ]
    model["advice"] = pack.safetyQuestions.first { $0.code == "danger_now" }?.advice[language]
    return .page("identification/danger", model)
  }
}
