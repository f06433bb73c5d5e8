import Accounts
import Basics
import Casework
import CountryPack
import Identification
import Records
import Referrals
import Training

/// Seeing what somebody did in the work tool, through the rooms' own desks and with the attempt's own actor.
extension PracticeDesk {
  func deeds(_ actor: Actor, _ attempt: Attempt) async throws -> ExerciseDeeds {
    let desks = try await office.database.read { try PracticeRecords.desks(attempt.id, $0) }
    let codes = Dictionary(desks.map { ($0.agency, $0.code) }) { first, _ in first }
    var deeds = ExerciseDeeds(firstSafety: attempt.firstSafety ?? [:], path: attempt.path)
    try await readScreenings(&deeds, actor)
    try await readCases(&deeds, actor, codes)
    for referral in try await all(actor) {
      deeds.referrals.append(
        .init(
          desk: codes[referral.to.agency] ?? "", need: referral.need, urgency: referral.urgency))
    }
    return deeds
  }

  /// All screenings as one: a later answer stands for an earlier one.
  private func readScreenings(_ deeds: inout ExerciseDeeds, _ actor: Actor) async throws {
    let list = try await screenings.list(actor, ScreeningFilter(limit: 20)).sorted { $0.begunAt < $1.begunAt }
    for screening in list {
      let file = try await screenings.file(actor, screening.id)
      var instruments: [Instrument] = []
      for topic in screenings.plan(file).topics where !instruments.contains(where: { $0.id == topic.instrument.id }) {
        instruments.append(topic.instrument)
      }
      for instrument in instruments {
        let sheet = file.sheet(instrument)
        var answers = deeds.answers[instrument.id] ?? [:]
        for indicator in instrument.indicators {
          let key = IndicatorKey(dimension: indicator.dimension, code: indicator.code)
          if sheet[key] != .notAsked { answers[key.description] = sheet[key] }
        }
        deeds.answers[instrument.id] = answers
      }
      if let decision = file.decisions.last?.kind { deeds.decision = decision.rawValue }
      if case .stopped = SafetyRules.verdict(pack.safetyQuestions, file.safety.value.answers),
        !file.safety.value.goneOn.isEmpty
      {
        deeds.wentOnUnsafe = true
      }
    }
  }

  private func readCases(_ deeds: inout ExerciseDeeds, _ actor: Actor, _ codes: [AgencyID: String]) async throws {
    for row in try await cases.workList(actor).rows {
      let file = try await cases.file(actor, row.summary.id)
      deeds.caseKinds.append(row.summary.facts.kind)
      for consent in file.consents where consent.withdrawnAt == nil {
        deeds.consents.append(
          .init(
            purpose: consent.purpose, desk: codes[consent.recipient] ?? "", kinds: Set(consent.kinds.map(\.rawValue))))
      }
    }
  }

  /// What was sent and not taken back.
  private func all(_ actor: Actor) async throws -> [Referral] {
    try await referrals.outbox(actor, .all).referrals.filter { $0.state != .withdrawn }
  }
}
