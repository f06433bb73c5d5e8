import Basics
import CountryPack

/// What the answers of the safety check say: whether the interview may begin.
public enum SafetyVerdict: Hashable, Sendable {
  case clear
  /// These questions have no answer, or nobody knows. That is not a yes: a person settles them, or decides openly.
  case open([String])
  /// These answers stop the interview.
  case stopped([String])

  /// The state it leads to.
  public var status: Screening.Status {
    switch self {
    case .clear: .inProgress
    case .open: .safetyCheck
    case .stopped: .safetyStopped
    }
  }
}

/// How the safety check is read: pure and total.
public enum SafetyRules {
  public static func verdict(_ questions: [SafetyQuestion], _ answers: [String: FourWayAnswer]) -> SafetyVerdict {
    func answer(_ question: SafetyQuestion) -> FourWayAnswer { answers[question.code] ?? .notAsked }
    let questions = questions.filter { !$0.isTold }
    let stopping = questions.filter { answer($0) == $0.stopsOn }
    if !stopping.isEmpty { return .stopped(stopping.map(\.code)) }
    let open = questions.filter { answer($0) == .unknown || answer($0) == .notAsked }
    return open.isEmpty ? .clear : .open(open.map(\.code))
  }

  /// What the person has not been told yet of what an informed agreement needs: not yes means not told.
  public static func untold(_ questions: [SafetyQuestion], _ answers: [String: FourWayAnswer]) -> [SafetyQuestion] {
    questions.filter { $0.isTold && answers[$0.code] != .yes }
  }

  /// Which answers keep what was said from being handed on: a no to what sharing needs. What was not asked is no
  /// refusal; whoever shares asks for a consent of its own.
  public static func refusals(_ questions: [SafetyQuestion], _ answers: [String: FourWayAnswer]) -> [SafetyQuestion] {
    questions.filter { $0.isNeededToShare && answers[$0.code] == .no }
  }

  /// Throws `Refusal` `.noBasis` with one sentence when the person's answers keep what was said from being handed on.
  static func requireSharing(_ questions: [SafetyQuestion], _ answers: [String: FourWayAnswer]) throws(Refusal) {
    guard let first = refusals(questions, answers).first else { return }
    throw Refusal(.noBasis, Phrase(first.isTold ? "error.sharing_untold" : "error.sharing_refused"))
  }

  /// Whether safety must be asked about again before the interview goes on: after a long pause nobody knows who came
  /// in meanwhile.
  ///
  /// - Parameter lastSaved: when anything of the interview was last saved.
  public static func isDueAgain(_ status: Screening.Status, lastSaved: Moment, now: Moment) -> Bool {
    status == .inProgress && now - lastSaved > longestPause
  }

  public static let longestPause = Span.minutes(60)

  /// The questions that nobody may pass over, whatever the reason: without the person's agreement there is no
  /// interview.
  public static func mustBeSettled(_ questions: [SafetyQuestion], _ answers: [String: FourWayAnswer]) -> [String] {
    questions.filter { question in
      let answer = answers[question.code] ?? .notAsked
      return !question.mayGoOn && (answer == question.stopsOn || answer == .unknown || answer == .notAsked)
    }.map(\.code)
  }
}
