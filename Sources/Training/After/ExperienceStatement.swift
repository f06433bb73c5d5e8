import Basics
import Foundation

/// One statement of what somebody did in a training, as other learning systems read it. Nothing in it is null.
///
/// Source: xAPI 1.0.3, part two ("Statement data").
public struct ExperienceStatement: Hashable, Sendable, Encodable {
  public struct Account: Hashable, Sendable, Encodable {
    public var homePage: String
    /// Random; says nothing about the person.
    public var name: String
  }

  public struct Agent: Hashable, Sendable, Encodable {
    public var objectType = "Agent"
    public var account: Account
  }

  public struct Verb: Hashable, Sendable, Encodable {
    public var id: String
    public var display: [String: String]
  }

  public struct Activity: Hashable, Sendable, Encodable {
    public struct Definition: Hashable, Sendable, Encodable {
      public var type: String
      public var name: [String: String]
      public var interactionType: String?
    }
    public var objectType = "Activity"
    public var id: String
    public var definition: Definition
  }

  public struct Score: Hashable, Sendable, Encodable {
    /// −1 to 1.
    public var scaled: Double
  }

  public struct Result: Hashable, Sendable, Encodable {
    public var score: Score?
    public var success: Bool?
    public var completion: Bool?
  }

  public struct Context: Hashable, Sendable, Encodable {
    public struct Activities: Hashable, Sendable, Encodable {
      public var parent: [Activity]?
      public var grouping: [Activity]?
    }
    public var registration: String
    public var contextActivities: Activities?
    public var platform = "Amparo"
  }

  /// The same act gives the same id each time it is told, so that telling it twice changes nothing.
  public var id: String
  public var actor: Agent
  public var verb: Verb
  public var object: Activity
  public var result: Result?
  public var context: Context
  /// UTC.
  public var timestamp: String
}

/// Statements as a file that a learning record store takes in one request.
public enum ExperienceFile {
  public static func bytes(_ statements: [ExperienceStatement]) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return Array(try encoder.encode(statements))
  }
}

/// What is told of a cohort, before it is put into statements.
struct CohortExperience {
  struct Answer: Hashable {
    var question: String
    var mark: Double
    var at: Moment
  }

  /// One person: what they did, with when.
  struct Learner {
    var account: String
    var participant: ParticipantID
    var registeredAt: Moment
    var sessions: [(session: TrainingSession, at: Moment)]
    var tests: [TestOccasion: [Answer]]
    var rounds: [Int: [Answer]]
    /// Which rounds were answered to their end.
    var wholeRounds: Set<Int>
  }

  var cohort: Cohort
  var title: [String: String]
  var questions: [String: GiftQuestion]
  var learners: [Learner]
  /// From which share a test after the course is passed, in percent.
  var passPercent: Int
}

/// Puts a cohort into statements: pure.
struct ExperienceWriter {
  /// The public address; accounts and activities are named below it.
  let home: String
  /// Makes an identifier that is the same for the same parts.
  let identifier: ([String]) -> UUID
  /// No statement is later.
  let now: Moment

  private static let verbs = "http://adlnet.gov/expapi/verbs/"
  private static let activities = "http://adlnet.gov/expapi/activities/"
  private static let words = [
    "registered": ["es": "se inscribió", "en": "registered"], "attended": ["es": "asistió", "en": "attended"],
    "answered": ["es": "respondió", "en": "answered"], "completed": ["es": "completó", "en": "completed"],
    "scored": ["es": "obtuvo", "en": "scored"], "passed": ["es": "aprobó", "en": "passed"],
    "failed": ["es": "no aprobó", "en": "failed"],
  ]

  func statements(_ experience: CohortExperience) -> [ExperienceStatement] {
    let course = activity("cohorts/\(experience.cohort.id)", "course", experience.title)
    return experience.learners.flatMap { learner -> [ExperienceStatement] in
      let teller = Teller(writer: self, learner: learner, course: course)
      var told = [teller.tell("registered", course, at: learner.registeredAt, isCourse: true)]
      told += learner.sessions.map { held in
        teller.tell(
          "attended", activity("sessions/\(held.session.id)", "meeting", ["es": held.session.title]), at: held.at)
      }
      for occasion in TestOccasion.allCases {
        guard let answers = learner.tests[occasion] else { continue }
        let name =
          occasion == .pre
          ? ["es": "Prueba inicial", "en": "Test before"] : ["es": "Prueba final", "en": "Test after"]
        let test = activity("cohorts/\(experience.cohort.id)/tests/\(occasion.rawValue)", "assessment", name)
        told += teller.answers(answers, in: test, experience)
        if answers.count == experience.cohort.questions.count {
          told += teller.end(answers, of: test, passPercent: occasion == .post ? experience.passPercent : nil)
        }
      }
      for (day, answers) in learner.rounds.sorted(by: { $0.key < $1.key }) {
        let round = activity(
          "cohorts/\(experience.cohort.id)/follow-ups/\(day)", "assessment",
          ["es": "Seguimiento a los \(day) días", "en": "Follow-up after \(day) days"])
        told += teller.answers(answers, in: round, experience)
        if learner.wholeRounds.contains(day) {
          told += teller.end(answers, of: round, passPercent: experience.passPercent)
        }
      }
      return told
    }
  }

  private func activity(
    _ path: String, _ type: String, _ name: [String: String], interaction: String? = nil
  ) -> ExperienceStatement.Activity {
    .init(
      id: home + "/xapi/" + path,
      definition: .init(type: Self.activities + type, name: name, interactionType: interaction))
  }

  /// Tells what one person did.
  private struct Teller {
    let writer: ExperienceWriter
    let learner: CohortExperience.Learner
    let course: ExperienceStatement.Activity

    func tell(
      _ verb: String, _ object: ExperienceStatement.Activity, at moment: Moment,
      result: ExperienceStatement.Result? = nil, in parent: ExperienceStatement.Activity? = nil, isCourse: Bool = false
    ) -> ExperienceStatement {
      let activities =
        isCourse
        ? nil
        : ExperienceStatement.Context.Activities(
          parent: [parent ?? course], grouping: parent == nil ? nil : [course])
      return ExperienceStatement(
        id: text(writer.identifier(["statement", learner.participant.description, verb, object.id])),
        actor: .init(account: .init(homePage: writer.home, name: learner.account)),
        verb: .init(id: ExperienceWriter.verbs + verb, display: ExperienceWriter.words[verb] ?? [:]), object: object,
        result: result,
        context: .init(
          registration: text(writer.identifier(["registration", learner.participant.description])),
          contextActivities: activities), timestamp: ExperienceWriter.text(min(moment, writer.now)))
    }

    func answers(
      _ answers: [CohortExperience.Answer], in test: ExperienceStatement.Activity, _ experience: CohortExperience
    ) -> [ExperienceStatement] {
      answers.map { answer in
        let question = experience.questions[answer.question]
        let object = writer.activity(
          "\(test.id.dropFirst(writer.home.count + 6))/questions/\(answer.question)", "cmi.interaction",
          ["es": question?.stem.text ?? answer.question], interaction: question?.interactionType ?? "other")
        return tell(
          "answered", object, at: answer.at,
          result: .init(score: .init(scaled: max(-1, min(1, answer.mark))), success: answer.mark >= 1), in: test)
      }
    }

    /// Completed, and either passed or failed, or only scored where there is nothing to pass.
    func end(_ answers: [CohortExperience.Answer], of test: ExperienceStatement.Activity, passPercent: Int?)
      -> [ExperienceStatement]
    {
      let share = max(-1, min(1, answers.map(\.mark).stableMean))
      guard let last = answers.map(\.at).max() else { return [] }
      let isPassed = passPercent.map { Int((share * 100).rounded()) >= $0 }
      return [
        tell("completed", test, at: last, result: .init(score: .init(scaled: share), completion: true)),
        tell(
          isPassed.map { $0 ? "passed" : "failed" } ?? "scored", test, at: last,
          result: .init(score: .init(scaled: share), success: isPassed)),
      ]
    }

    private func text(_ id: UUID) -> String { id.uuidString.lowercased() }
  }

  /// `2008-03-10T14:23:20.000Z`.
  static func text(_ moment: Moment) -> String {
    let day = CalendarDay(moment, offsetFromUTC: .seconds(0))
    let inDay = moment.milliseconds - Int64(day.daysSince1970) * 86_400_000
    let (seconds, milliseconds) = (inDay / 1000, inDay % 1000)
    func padded(_ number: Int64, _ width: Int = 2) -> String {
      String(repeating: "0", count: max(0, width - String(number).count)) + String(number)
    }
    return "\(day)T\(padded(seconds / 3600)):\(padded(seconds / 60 % 60)):\(padded(seconds % 60))."
      + padded(milliseconds, 3) + "Z"
  }
}

extension GiftQuestion {
  /// What xAPI calls its type.
  var interactionType: String {
    switch body {
    case .trueFalse: "true-false"
    case .choice: "choice"
    case .short: "fill-in"
    case .numeric: "numeric"
    case .matching: "matching"
    case .ordering: "sequencing"
    case .description, .essay: "other"
    }
  }
}
