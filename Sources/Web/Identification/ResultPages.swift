import Accounts
import Basics
import CountryPack
import Identification

/// The explained result, and the decision a person makes on it.
extension ScreeningPages {
  func resultPage(_ visit: Visit) async throws -> Answer { try await result(visit, visit.sheet) }

  func decide(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let id: ScreeningID = try visit.id("screening")
    return try await visit.attempt {
      let decision: DecisionID = try FormReader(visit.form).id()
      try await desk.decide(
        actor, id, decision, kind: visit.form["decision"] ?? "", reason: visit.form["reason"] ?? "")
      return .goTo("/screenings/\(id)/result#decisions")
    } orShow: {
      try await result(visit, $0)
    }
  }

  private func result(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let actor = try visit.actor()
    let file = try await desk.file(actor, visit.id("screening"))
    let screening = file.screening
    let address = "/screenings/\(screening.id)"
    guard let result = file.result, screening.finishedAt != nil else { return .goTo(address) }
    let words = visit.words
    let isOwn = screening.member == actor.member && actor.may(.conductScreening)
    let kinds = Decision.Kind.allCases.filter { desk.may(actor, .decide($0), file) }
    let names = try await desks.members.names(actor)
    let instrument = pack.instrument(result.report.instrument)
    let rule = instrument?.combination.flatMap(pack.combination).flatMap { combination in
      (result.age.countsAsChild ? combination.child : combination.adult).first { $0.pattern == result.report.pattern }
    }
    var model: [String: Any] = [
      "address": address, "reference": screening.reference, "status": status(screening, words).view,
      "outcome": words("identification.outcome." + result.report.assessment.rawValue),
      "meaning": words("identification.meaning." + result.report.assessment.rawValue),
      "isFound": result.report.assessment == .indicatorsFound,
      "protection": protection(result.report.readings.protection, words),
      "national": national(result.report.readings.national, visit),
      "dimensions": dimensions(file, result, instrument, visit), "isScored": result.report.refusal == nil,
      "observed": observed(result, visit.language), "hasObserved": !result.observed.isEmpty,
      "said": said(result, instrument, visit),
      "pattern": rule?.name[visit.language] ?? words("identification.pattern." + result.report.pattern),
      "patternCertainty": rule.map { words("identification.certainty." + $0.certainty.rawValue) } ?? "",
      "instrument": instrument?.name[visit.language] ?? result.report.instrument,
      "version": visit.dates.day(result.report.instrumentVersion), "source": instrument?.source ?? "",
      "certainty": words("identification.certainty." + result.report.instrumentCertainty),
      "day": visit.dates.day(result.day),
      "isOlder": instrument.map { $0.version != result.report.instrumentVersion } ?? true,
      "decisions": history(file, names, visit), "hasDecisions": !file.decisions.isEmpty || !file.reviews.isEmpty,
      "mayDecide": !kinds.isEmpty, "mayReopen": isOwn, "bodies": bodies(file, visit),
      "steps": nextSteps(file, actor, words), "isAppealed": screening.appealSince != nil,
      "reviewed": screening.review.map { words("identification.reviewed." + $0.rawValue) } ?? "",
      "isDanger": screening.dangerSince != nil,
      "mayOpenCase": actor.may(.openCase) && screening.attachedCase == nil,
      "openCase": "/cases/new?screening=\(screening.id)",
    ]
    if let refusal = result.report.refusal {
      model["refusal"] = words("identification.refusal." + refusal.rawValue)
    }
    model["consent"] = consent(file, names, visit)
    model["case"] = screening.attachedCase.map { "/cases/\($0)" }
    model["clock"] = clockView(file, visit)
    model["more"] = askedForMore(file, names, visit)
    if !kinds.isEmpty { model["form"] = decisionForm(sheet, address, kinds, words) }
    return .page("identification/result", model)
  }

  private func decisionForm(
    _ sheet: FormSheet, _ address: String, _ kinds: [Decision.Kind], _ words: Words
  ) -> [String: Any] {
    sheet.view(
      action: address + "/result", submit: "identification.result.decide",
      fields: [
        sheet.choices(
          "decision", label: "identification.result.decision",
          options: kinds.map {
            FormSheet.Option(
              $0.rawValue, words("identification.decision." + $0.rawValue),
              hint: words("identification.decision_hint." + $0.rawValue))
          }),
        sheet.area("reason", label: "identification.result.reason", hint: "identification.result.reason_hint", rows: 4),
        sheet.hidden("id", desks.office.randomness.identifier(DecisionEntity.self).description),
      ])
  }

  private func protection(_ reading: Readings.Protection, _ words: Words) -> [String: Any] {
    [
      "result": words("identification.outcome." + reading.result.rawValue),
      "purpose": words("identification.element." + reading.purpose.rawValue),
      "means": reading.meansNeeded
        ? words("identification.element." + reading.means.rawValue) : words("identification.result.means_not_needed"),
      "advice": words("identification.advice." + reading.advice),
    ]
  }

  private func national(_ reading: Readings.National, _ visit: Visit) -> [String: Any] {
    let text = pack.legalTexts.first { $0.code == reading.text }
    var model: [String: Any] = [
      "note": visit.words("identification.national." + reading.note), "hasText": text != nil,
      "name": text?.name[visit.language] ?? "", "from": reading.textFrom.map(visit.dates.day) ?? "",
      "certainty": reading.certainty.map { visit.words("identification.certainty." + $0) } ?? "",
      "source": reading.source ?? "",
    ]
    model["summary"] = text?.summary[visit.language]
    return model
  }

  private func dimensions(
    _ file: ScreeningFile, _ result: ScreeningResult, _ instrument: Instrument?, _ visit: Visit
  ) -> [[String: Any]] {
    func text(_ dimension: String, _ code: String) -> [String: String] {
      let indicator = instrument?.indicators.first { $0.dimension == dimension && $0.code == code }
      return ["code": code, "text": indicator?.text[visit.language] ?? code]
    }
    return result.report.dimensions.map { finding in
      let dimension = instrument?.dimensions.first { $0.code == finding.code }
      let next: [String] =
        if let instrument, let dimension {
          AssessmentRules.openQuestions(
            dimension,
            of: instrument.asked(file.sheet(instrument), countsAsChild: result.age.countsAsChild),
            file.sheet(instrument))
        } else { [] }
      let tone: Status.Tone =
        switch finding.state {
        case .positive: .urgent
        case .insufficient: .active
        case .negative: .open
        }
      return [
        "name": dimension?.name[visit.language] ?? finding.code,
        "status": Status(text: visit.words("identification.finding." + finding.state.rawValue), tone: tone).view,
        "because": finding.because.map { text(finding.code, $0) }, "isPositive": finding.state == .positive,
        "ask": next.map { text(finding.code, $0) }, "isOpen": !next.isEmpty, "openCount": finding.open.count,
      ]
    }
  }

  /// Where nothing is computed, what was answered yes: topic by topic, supports apart from dangers.
  private func said(_ result: ScreeningResult, _ instrument: Instrument?, _ visit: Visit) -> [[String: Any]] {
    guard let instrument, instrument.kind != .observation, result.report.refusal != nil else { return [] }
    return instrument.dimensions.compactMap { dimension in
      let yes = instrument.indicators.filter {
        $0.dimension == dimension.code && result.report.observed.contains($0.code)
      }
      guard !yes.isEmpty else { return nil }
      func texts(_ isSupport: Bool) -> [String] {
        yes.filter { ($0.factor == .protective) == isSupport }.map { $0.text[visit.language] }
      }
      return [
        "name": dimension.name[visit.language], "yes": texts(false), "hasYes": !texts(false).isEmpty,
        "supports": texts(true), "hasSupports": !texts(true).isEmpty,
      ]
    }
  }

  private func observed(_ result: ScreeningResult, _ language: Language) -> [String] {
    let all = pack.instruments.filter { $0.kind == .observation }.flatMap(\.indicators)
    return result.observed.map { code in all.first { $0.code == code }?.text[language] ?? code }
  }
}
