import Accounts
import Basics
import CountryPack
import Identification

/// Two interviews of the same person side by side, and handing an interview over.
extension ScreeningPages {
  /// The other interviews of the same person, for the record of one.
  func others(_ visit: Visit, _ actor: Actor, _ screening: Screening) async throws -> [[String: String]] {
    try await desk.ofTheSamePerson(actor, screening.id).map { other in
      [
        "name": visit.words("identification.row", ["reference": other.reference]),
        "address": "/screenings/\(other.id)", "when": visit.dates.moment(other.begunAt),
        "compare": "/screenings/\(screening.id)/compare/\(other.id)",
      ]
    }
  }

  func comparePage(_ visit: Visit) async throws -> Answer {
    let (words, language) = (visit.words, visit.language)
    let id: ScreeningID = try visit.id("screening")
    let (before, after, comparison) = try await desk.compare(
      try visit.actor(), id, with: try visit.id("earlier"))
    let plans = [desk.plan(after), desk.plan(before)]
    func name(_ topic: String) -> String {
      plans.compactMap { $0.topic(topic)?.dimension.name[language] }.first ?? topic
    }
    func text(_ change: ScreeningComparison.Change) -> String {
      plans.compactMap { $0.topic(change.topic)?.indicators.first { $0.code == change.code }?.text[language] }.first
        ?? change.code
    }
    func finding(_ finding: Finding?) -> String {
      finding.map { words("identification.finding." + $0.rawValue) } ?? words("identification.pattern.not_scored")
    }
    func outcome(_ file: ScreeningFile) -> String {
      file.screening.outcome.map { words("identification.outcome." + $0.rawValue) }
        ?? words("identification.status." + file.screening.status.rawValue)
    }
    return .page(
      "identification/compare",
      [
        "address": "/screenings/\(id)", "before": visit.dates.moment(before.screening.begunAt),
        "after": visit.dates.moment(after.screening.begunAt), "outcomeBefore": outcome(before),
        "outcomeAfter": outcome(after),
        "changes": comparison.changes.map {
          [
            "topic": name($0.topic), "text": text($0), "before": words("common.answer." + $0.before.rawValue),
            "after": words("common.answer." + $0.after.rawValue),
          ]
        },
        "hasChanges": !comparison.changes.isEmpty,
        "shifts": comparison.shifts.map {
          ["text": name($0.dimension), "before": finding($0.before), "after": finding($0.after)]
        },
        "hasShifts": !comparison.shifts.isEmpty,
        "onlyBefore": comparison.onlyBefore.map(name), "hasOnlyBefore": !comparison.onlyBefore.isEmpty,
        "onlyAfter": comparison.onlyAfter.map(name), "hasOnlyAfter": !comparison.onlyAfter.isEmpty,
      ])
  }

  func handOverPage(_ visit: Visit) async throws -> Answer { try await handOver(visit, visit.sheet) }

  func handOver(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let id: ScreeningID = try visit.id("screening")
    return try await visit.attempt {
      guard let member = visit.form["member"].flatMap({ MemberID($0) }) else {
        throw Refusal.fields([FieldProblem("member", "error.screening_code")])
      }
      try await desk.handOver(actor, id, to: member)
      // Whoever handed it over may no longer see it.
      return .goTo("/screenings")
    } orShow: {
      try await handOver(visit, $0)
    }
  }

  private func handOver(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let actor = try visit.actor()
    let screening = try await desk.summary(actor, visit.id("screening"))
    guard screening.member == actor.member || actor.may(.decideIdentification) else { throw Refusal.forbidden }
    let colleagues = try await desk.mayTakeOver(actor, screening.id)
    let address = "/screenings/\(screening.id)"
    return .page(
      "identification/hand-over",
      [
        "reference": screening.reference, "hasColleagues": !colleagues.isEmpty, "address": address,
        "form": sheet.view(
          action: address + "/hand-over", submit: "identification.hand_over.submit",
          fields: [
            sheet.select(
              "member", label: "identification.hand_over.member",
              options: colleagues.map { FormSheet.Option($0.id.description, $0.name) })
          ], cancel: address),
      ] as [String: Any])
  }
}
