import Basics
import CountryPack

/// Compares what was done in an exercise with the expert's key. Pure and total: whatever was done, there is a score.
///
/// Four answers stay four: an indicator that is there and was not asked is missed, one that was answered “no” is denied,
/// and a “no” where nobody can know is a guess.
public enum ExerciseRules {
  /// - Parameter hours: within how many hours each urgency wants its answer, by its code.
  public static func score(_ deeds: ExerciseDeeds, _ exercise: Exercise, hours: [String: Int]) -> ExerciseScore {
    let used = instrument(deeds, exercise)
    let points =
      safety(deeds, exercise) + indicators(deeds, exercise, used) + [decision(deeds, exercise)]
      + opening(deeds, exercise) + consents(deeds, exercise) + referrals(deeds, exercise, hours)
      + steps(deeds, exercise)
    return ExerciseScore(instrument: used, points: points)
  }

  /// Of the sets of questions an expert may use, the one with the most answers.
  static func instrument(_ deeds: ExerciseDeeds, _ exercise: Exercise) -> String? {
    exercise.instruments.enumerated().compactMap { index, id -> (id: String, answered: Int, order: Int)? in
      guard exercise.readings[id] != nil, let answers = deeds.answers[id] else { return nil }
      return (id, answers.values.count { $0 != .notAsked }, -index)
    }.max { ($0.answered, $0.order) < ($1.answered, $1.order) }?.id
  }

  static func safety(_ deeds: ExerciseDeeds, _ exercise: Exercise) -> [ExercisePoint] {
    var points = exercise.safety.sorted { $0.key < $1.key }.map { question, honest in
      let given = deeds.firstSafety[question] ?? .notAsked
      return ExercisePoint(
        .safety, question, given == honest ? .right : given == .notAsked ? .missed : .wrong,
        codes: [honest.rawValue, given.rawValue])
    }
    if deeds.wentOnUnsafe { points.append(ExercisePoint(.safety, "went_on", .unsafe)) }
    return points
  }

  /// In the set of questions that leads, what was not found counts as missed. In the others that were used beside it,
  /// what was answered is judged and nothing is asked for.
  static func indicators(_ deeds: ExerciseDeeds, _ exercise: Exercise, _ used: String?) -> [ExercisePoint] {
    guard let leading = used ?? exercise.instruments.first else { return [] }
    let others = exercise.instruments.filter { $0 != leading && deeds.answers[$0] != nil }
    return ([leading] + others).flatMap { id -> [ExercisePoint] in
      guard let key = exercise.readings[id] else { return [] }
      let (answers, present) = (deeds.answers[id] ?? [:], Set(key.present))
      let asked = answers.filter { $0.value != .notAsked && !present.contains($0.key) }.keys.sorted()
      return (key.present + asked).compactMap { indicator in
        let (answer, isPresent) = (answers[indicator] ?? .notAsked, present.contains(indicator))
        let verdict = verdict(answer, isPresent: isPresent, isAbsent: key.absent.contains(indicator))
        guard let verdict, verdict != .missed || id == leading else { return nil }
        return ExercisePoint(
          .indicator, "\(id):\(indicator)", verdict, codes: [answer.rawValue], isPresent: isPresent)
      }
    }
  }

  /// The whole table: what an answer is worth against what an expert finds; `nil` where there is nothing to say.
  static func verdict(_ answer: FourWayAnswer, isPresent: Bool, isAbsent: Bool) -> ExercisePoint.Verdict? {
    switch (answer, isPresent, isAbsent) {
    case (.yes, true, _): .right
    case (.no, true, _): .denied
    case (.unknown, true, _), (.notAsked, true, _): .missed
    case (.yes, false, _): .falseAlarm
    case (.no, false, true): .right
    case (.no, false, false): .guessed
    case (.unknown, false, _), (.notAsked, false, _): nil
    }
  }

  static func decision(_ deeds: ExerciseDeeds, _ exercise: Exercise) -> ExercisePoint {
    let verdict: ExercisePoint.Verdict =
      deeds.decision == nil ? .missed : deeds.decision == exercise.decision.rawValue ? .right : .wrong
    return ExercisePoint(
      .decision, "decision", verdict, codes: [exercise.decision.rawValue] + [deeds.decision].compactMap(\.self))
  }

  static func opening(_ deeds: ExerciseDeeds, _ exercise: Exercise) -> [ExercisePoint] {
    guard let kind = exercise.caseKind else {
      return deeds.caseKinds.isEmpty ? [] : [ExercisePoint(.opening, "case", .unneeded, codes: deeds.caseKinds)]
    }
    guard !deeds.caseKinds.isEmpty else { return [ExercisePoint(.opening, "case", .missed, codes: [kind])] }
    return [
      ExercisePoint(
        .opening, "case", deeds.caseKinds.contains(kind) ? .right : .wrong, codes: [kind] + deeds.caseKinds)
    ]
  }

  /// What is needed, by purpose; then everything that covers more than anybody needs, or goes to a desk that can't help.
  static func consents(_ deeds: ExerciseDeeds, _ exercise: Exercise) -> [ExercisePoint] {
    let wrongDesks = Set(exercise.wrongDesks.map(\.desk))
    let useful = deeds.consents.filter { !wrongDesks.contains($0.desk) }
    var points = exercise.consents.map { needed in
      let given = useful.filter { $0.purpose == needed.purpose }
      guard !given.isEmpty else { return ExercisePoint(.consent, needed.purpose, .missed, codes: needed.kinds) }
      let lacking = given.map { Set(needed.kinds).subtracting($0.kinds) }.min { $0.count < $1.count } ?? []
      return ExercisePoint(
        .consent, needed.purpose, lacking.isEmpty ? .right : .tooNarrow, codes: lacking.sorted())
    }
    let excess = Set(exercise.tooMuch).intersection(deeds.consents.flatMap(\.kinds))
    if !excess.isEmpty { points.append(ExercisePoint(.consent, "kinds", .tooWide, codes: excess.sorted())) }
    let misdirected = Set(deeds.consents.map(\.desk)).intersection(wrongDesks)
    points += misdirected.sorted().map { ExercisePoint(.consent, $0, .wrong) }
    if exercise.consents.isEmpty, !useful.isEmpty {
      points.append(ExercisePoint(.consent, "consent", .unneeded, codes: Set(useful.map(\.purpose)).sorted()))
    }
    return points
  }

  /// One point for each need; of several desks that can answer it, the best attempt counts.
  static func referrals(_ deeds: ExerciseDeeds, _ exercise: Exercise, _ hours: [String: Int]) -> [ExercisePoint] {
    var needs: [String] = []
    for right in exercise.referrals where !needs.contains(right.need) { needs.append(right.need) }
    var points = needs.map { need in
      let rights = exercise.referrals.filter { $0.need == need }
      let verdicts = rights.flatMap { right in
        deeds.referrals.filter { $0.desk == right.desk }.map { verdict($0, right, hours) }
      }
      let best = verdicts.min { rank($0) < rank($1) } ?? .missed
      return ExercisePoint(.referral, need, best, codes: rights.map(\.desk))
    }
    // A referral to a desk that is right for another need is judged there.
    let right = Set(exercise.referrals.map(\.desk))
    let wrong = Set(exercise.wrongDesks.map(\.desk))
    for desk in Set(deeds.referrals.map(\.desk)).subtracting(right).sorted() {
      points.append(ExercisePoint(.referral, desk, wrong.contains(desk) ? .wrong : .unneeded))
    }
    return points
  }

  private static func verdict(
    _ sent: ExerciseDeeds.Referral, _ right: Exercise.ExpertReferral, _ hours: [String: Int]
  ) -> ExercisePoint.Verdict {
    guard sent.need == right.need || sent.need == right.service else { return .wrongService }
    guard sent.urgency != right.urgency else { return .right }
    return (hours[sent.urgency] ?? .max) > (hours[right.urgency] ?? .max) ? .tooSlow : .tooHasty
  }

  private static func rank(_ verdict: ExercisePoint.Verdict) -> Int {
    switch verdict {
    case .right: 0
    case .tooHasty: 1
    case .tooSlow: 2
    case .wrongService: 3
    default: 4
    }
  }

  static func steps(_ deeds: ExerciseDeeds, _ exercise: Exercise) -> [ExercisePoint] {
    let reached = Set(deeds.path)
    return exercise.steps.compactMap { step in
      switch (step.kind, reached.contains(step.passage)) {
      case (.good, true): ExercisePoint(.step, step.passage, .right)
      case (.good, false): ExercisePoint(.step, step.passage, .missed)
      case (.unsafe, true): ExercisePoint(.step, step.passage, .unsafe)
      case (.unsafe, false): nil
      }
    }
  }
}

/// How often a class missed each point, without a ranking: counted by persons, the first attempt each of them finished.
public struct ClassPoints: Hashable, Sendable {
  /// Fewer than these say nothing about a class.
  public static let fewestToJudge = 5

  public struct Row: Hashable, Sendable {
    public var key: String
    /// For how many it came up.
    public var judged: Int
    public var missed: Int
    public init(key: String, judged: Int, missed: Int) {
      self.key = key
      self.judged = judged
      self.missed = missed
    }
  }

  public var persons: Int
  /// Most often missed first.
  public var rows: [Row]

  public var isTooFewToJudge: Bool { persons < Self.fewestToJudge }

  public init(_ scores: [ExerciseScore]) {
    persons = scores.count
    var (judged, missed): ([String: Int], [String: Int]) = ([:], [:])
    for score in scores {
      for key in Set(score.points.map(\.key)) { judged[key, default: 0] += 1 }
      for key in Set(score.points.filter { !$0.verdict.isRight }.map(\.key)) { missed[key, default: 0] += 1 }
    }
    rows = judged.map { Row(key: $0.key, judged: $0.value, missed: missed[$0.key] ?? 0) }
      .sorted { ($1.missed, $0.key) < ($0.missed, $1.key) }
  }
}
