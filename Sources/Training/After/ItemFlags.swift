import Accounts
import Basics
import Records

/// What a trainer should know of a question before asking it again.
public enum ItemFlag: String, Hashable, Sendable, CaseIterable {
  /// Fewer than 10 answered: nothing is said.
  case tooFewToJudge = "too_few"
  /// Most got it wrong even after the course: the question, or the teaching.
  case tooHard = "too_hard"
  /// Nearly everybody knew it before the course: it shows no gain.
  case knownBefore = "known_before"
  /// Who did well in the rest got it right no more often.
  case doesNotDiscriminate = "does_not_discriminate"

  /// - Parameters:
  ///   - n: how many handed the test after in.
  ///   - pre: the mean mark before, 0 to 1; `nil` when nobody answered.
  ///   - post: likewise after.
  ///   - rest: the correlation with the rest of the test; `nil` when it can't be computed.
  public static func flags(n: Int, pre: Double?, post: Double?, rest: Double?) -> [ItemFlag] {
    guard n >= PairedResult.fewestToJudge else { return [.tooFewToJudge] }
    var flags: [ItemFlag] = []
    if let post, post < 0.3 { flags.append(.tooHard) }
    if let pre, pre > 0.9 { flags.append(.knownBefore) }
    // A correlation of few people says nothing.
    if n >= ItemAnalysis.fewestToJudge, let rest, rest < 0.1 { flags.append(.doesNotDiscriminate) }
    return flags
  }
}

/// How the questions of a class behaved.
public struct ItemReport: Hashable, Sendable {
  public var flags: [String: [ItemFlag]]
  /// How many handed the test after in.
  public var n: Int
  /// `nil` below 30 people, or when it can't be computed.
  public var alpha: Double?
  public var isTooFewForAlpha: Bool { n < ItemAnalysis.fewestToJudge }

  /// - Parameter marks: by occasion, participant and question. Only complete tests count.
  public init(questions: [String], marks: [TestOccasion: [ParticipantID: [String: Double]]], result: ClassResult) {
    let complete = (marks[.post] ?? [:]).filter { person in questions.allSatisfy { person.value[$0] != nil } }
      .sorted { $0.key < $1.key }
    n = complete.count
    let analysis = ItemAnalysis(
      names: questions, marks: questions.map { name in complete.map { $0.value[name] ?? 0 } },
      maxima: questions.map { _ in 1 })
    alpha = n < ItemAnalysis.fewestToJudge ? nil : analysis.alpha
    flags = Dictionary(
      zip(result.items, analysis.items).map { [n] item, figures in
        (
          item.question,
          ItemFlag.flags(n: n, pre: item.pre, post: item.post, rest: figures.correlationWithRest)
        )
      }, uniquingKeysWith: { first, _ in first })
  }
}

extension AfterDesk {
  /// How a class did, how its questions behaved, and the rounds of follow-up. No names.
  public func report(_ actor: Actor, _ id: CohortID) async throws -> (
    result: ClassResult, items: ItemReport, rounds: [FollowUpResult]
  ) {
    try actor.require(.manageTraining)
    let training = self.training
    return try await office.database.read { transaction in
      let cohort = try training.owned(actor, id, transaction)
      let marks = try TrainingRecords.marks(of: id, transaction)
      let result = try training.result(cohort, marks: marks, transaction)
      return (
        result, ItemReport(questions: cohort.questions, marks: marks, result: result),
        training.results(try training.classRounds(cohort, marks: marks, transaction), cohort)
      )
    }
  }
}
