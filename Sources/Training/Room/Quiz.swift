import Basics

public enum QuizEntity {}
public typealias QuizID = Identifier<QuizEntity>

/// A quiz that runs in the room: everybody follows the same question.
public struct Quiz: Hashable, Sendable {
  public var id: QuizID
  public var cohort: CohortID
  /// The lesson's id whose questions are asked.
  public var lesson: String
  /// Names of the questions, in the order they are asked.
  public var questions: [String]
  /// How far it has come: 0 before the first question; then two for each question, asking and showing; then over.
  public var step: Int
  public var openedAt: Moment

  public var stage: QuizStage { QuizStage(step: step, questions: questions.count) }
}

/// What the room sees of a quiz.
public enum QuizStage: Hashable, Sendable {
  case waiting
  /// The question can be answered; counted from 0.
  case asking(Int)
  /// Nothing can be answered any more; the answers are shown.
  case showing(Int)
  case over

  init(step: Int, questions: Int) {
    switch step {
    case ...0: self = .waiting
    case (2 * questions + 1)...: self = .over
    default: self = step % 2 == 1 ? .asking((step - 1) / 2) : .showing((step - 1) / 2)
    }
  }
}

/// Which way a quiz goes: pure.
public enum QuizRules {
  public enum Move: String, Hashable, Sendable, CaseIterable {
    case next
    /// To the question before, as it was shown; from a question that is shown, back to asking it.
    case back
    case end
  }

  public static let mostQuestions = 50

  /// The step after a move; `nil` when there is none.
  public static func step(_ move: Move, from step: Int, questions: Int) -> Int? {
    let last = 2 * questions + 1
    guard (0...last).contains(step) else { return nil }
    switch move {
    case .next: return step < last ? step + 1 : nil
    case .back: return step > 0 ? step - 1 : nil
    case .end: return step < last ? last : nil
    }
  }
}

/// How the answers to one question fall, for the projector.
public struct QuizTally: Hashable, Sendable {
  /// For choices: how many chose each, by its place. For true or false: 0 is true, 1 is false.
  public var chosen: [Int]
  public var answered: Int
  /// The mean mark of those who answered.
  public var facility: Double?

  /// - Parameter answers: what was answered, with its mark; a response that can't be opened is `nil`.
  public init(_ question: GiftQuestion, _ answers: [(response: QuestionResponse?, mark: Double)]) {
    var chosen: [Int] =
      switch question.body {
      case .choice(_, let choices): [Int](repeating: 0, count: choices.count)
      case .trueFalse: [0, 0]
      default: []
      }
    for answer in answers {
      switch answer.response {
      case .chosen(let places): for place in places where chosen.indices.contains(place) { chosen[place] += 1 }
      case .trueFalse(let isTrue): if chosen.count == 2 { chosen[isTrue ? 0 : 1] += 1 }
      default: break
      }
    }
    self.chosen = chosen
    answered = answers.count
    facility = answers.isEmpty ? nil : answers.map(\.mark).stableMean
  }
}
