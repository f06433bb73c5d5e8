import Basics
import CountryPack
import Records

/// What the latest answers say of somebody who was trained.
public enum CompetenceState: String, Hashable, Sendable, CaseIterable {
  case competent
  case lapsed
  /// Nobody knows: the latest answer is too old, or there is none.
  case unknown
}

/// Whether somebody is still competent: pure.
public enum Competence {
  /// The test counts until the first round has ended, a round until the next one has, the last one so many days as the
  /// pack says. What is not answered again decays to unknown, never to competent.
  ///
  /// - Parameters:
  ///   - ended: the course's last day.
  ///   - post: the share of the test after, 0 to 1; `nil` when it was not handed in.
  ///   - rounds: the share of each round that was answered to its end, by the round's day.
  public static func state(
    ended: CalendarDay, post: Double?, rounds: [Int: Double], plan: FollowUpPlan, rule: CompetenceRule,
    on today: CalendarDay
  ) -> CompetenceState {
    let latest = plan.rounds.indices.last { rounds[plan.rounds[$0].day] != nil }
    let next = latest.map { $0 + 1 } ?? 0
    guard let share = latest.map({ rounds[plan.rounds[$0].day] }) ?? post else { return .unknown }
    let until =
      plan.rounds.indices.contains(next)
      ? FollowUpRules.closes(plan.rounds[next], ended)
      : ended.adding(days: (plan.rounds.last?.day ?? 0) + rule.lastDays)
    guard today <= until else { return .unknown }
    // A share such as two of three is compared in whole percent, rounded.
    return Int((share * 100).rounded()) >= rule.percent ? .competent : .lapsed
  }
}

/// How many trained people of an institution in a province are in a state. No names.
public struct StaffFact: Hashable, Sendable {
  /// ISO 3166-2.
  public var province: String
  /// A code of the pack's institutions.
  public var institution: String
  public var state: CompetenceState
  public var count: Int
}

extension AfterDesk {
  /// Trained people of every agency's courses by what their latest course says of them, each person once.
  public func staff(_ transaction: any ReadTransaction) throws -> [StaffFact] {
    let (plan, rule) = (training.pack.after.plan, training.pack.after.competence)
    var latest: [TraineeID: (ended: CalendarDay, at: Moment, participant: Participant, state: CompetenceState)] = [:]
    for cohort in try TrainingRecords.cohorts(transaction) where cohort.from <= training.today {
      for person in try training.classRounds(cohort, transaction) {
        let participant = person.sealed.participant
        let answered = person.rounds.filter { $0.state == .answered }
        let rounds = Dictionary(
          answered.map { ($0.round.day, Array($0.marks.values).stableMean) }, uniquingKeysWith: { first, _ in first })
        let state = Competence.state(
          ended: cohort.until, post: person.scores[.post], rounds: rounds, plan: plan, rule: rule, on: training.today)
        if let known = latest[participant.trainee], (known.ended, known.at) > (cohort.until, participant.registeredAt) {
          continue
        }
        latest[participant.trainee] = (cohort.until, participant.registeredAt, participant, state)
      }
    }
    var counts: [StaffFact: Int] = [:]
    for person in latest.values {
      counts[
        StaffFact(
          province: person.participant.province, institution: person.participant.institution, state: person.state,
          count: 1), default: 0] += 1
    }
    return counts.map { fact, count in
      StaffFact(province: fact.province, institution: fact.institution, state: fact.state, count: count)
    }.sorted { ($0.province, $0.institution, $0.state.rawValue) < ($1.province, $1.institution, $1.state.rawValue) }
  }
}
