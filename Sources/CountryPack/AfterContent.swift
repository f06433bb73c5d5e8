import Basics
import Foundation

/// What a pack says about the time after a course: when to ask again, when somebody counts as competent, what a need
/// is, and what changed since.
public struct AfterContent: Hashable, Sendable {
  public var plan: FollowUpPlan
  public var competence: CompetenceRule
  public var needs: NeedThresholds
  /// The oldest first.
  public var changes: [LessonChange]
}

/// When people are asked again, and how much.
public struct FollowUpPlan: Hashable, Sendable {
  public struct Round: Hashable, Sendable {
    /// Days after the course's last day.
    public var day: Int
    /// How long it can be answered, in days from `day` on.
    public var openDays: Int

    public init(day: Int, openDays: Int) {
      self.day = day
      self.openDays = openDays
    }
  }

  /// In the order of their days; none begins before the one before has ended.
  public var rounds: [Round]
  /// How many questions a round asks.
  public var questions: Int
  /// How many of them are drawn from the test whatever the person answered there.
  public var anchors: Int
  /// The country's calling code without its plus sign.
  public var callingCode: String

  public init(rounds: [Round], questions: Int, anchors: Int, callingCode: String) {
    self.rounds = rounds
    self.questions = questions
    self.anchors = anchors
    self.callingCode = callingCode
  }
}

/// From when on somebody counts as competent, and how long an answer says so.
public struct CompetenceRule: Hashable, Sendable {
  /// Percent of the full mark.
  public var percent: Int
  /// For how many days the last round counts; every other one counts until the next has ended.
  public var lastDays: Int

  public init(percent: Int, lastDays: Int) {
    self.percent = percent
    self.lastDays = lastDays
  }
}

/// When the need map calls for training.
public struct NeedThresholds: Hashable, Sendable {
  /// Counts from 1 to one below it are not shown.
  public var smallest: Int
  /// How many days of work are looked at.
  public var days: Int
  public var casesPerPerson: Int
  public var troublePercent: Int
  /// An interview that is unfinished after so many days has no result.
  public var screeningDays: Int
  /// The course's code by the reason: `untrained`, `screenings`, `referrals`, `load`.
  public var courses: [String: String]

  public init(
    smallest: Int, days: Int, casesPerPerson: Int, troublePercent: Int, screeningDays: Int, courses: [String: String]
  ) {
    self.smallest = smallest
    self.days = days
    self.casesPerPerson = casesPerPerson
    self.troublePercent = troublePercent
    self.screeningDays = screeningDays
    self.courses = courses
  }
}

/// Something in the law, the institutions or the protocol that a lesson now tells differently.
public struct LessonChange: Hashable, Sendable {
  public var date: CalendarDay
  /// The lesson's id.
  public var lesson: String
  public var sentence: LocalizedText
  public var source: String
  public var certainty: Certainty

  public init(date: CalendarDay, lesson: String, sentence: LocalizedText, source: String, certainty: Certainty) {
    self.date = date
    self.lesson = lesson
    self.sentence = sentence
    self.source = source
    self.certainty = certainty
  }
}

extension PackLoader {
  func after(_ training: TrainingContent) -> AfterContent {
    let head = yaml("training/follow-up.yaml")
    head?.allow("rounds", "questions", "anchors", "callingCode", "competence", "needs")
    let rounds = (head?.child("rounds")?.items ?? []).map { item in
      item.allow("day", "openDays")
      return (
        item, FollowUpPlan.Round(day: item.number("day", in: 1...3650), openDays: item.number("openDays", in: 1...365))
      )
    }
    if rounds.isEmpty { head?.note("there must be at least one of the “rounds”") }
    for (before, next) in zip(rounds, rounds.dropFirst()) where next.1.day < before.1.day + before.1.openDays {
      next.0.note("a round begins after the one before has ended")
    }
    let questions = head?.number("questions", in: 1...10) ?? 1
    let anchors = head?.number("anchors", in: 0...10) ?? 0
    if anchors > questions { head?.child("anchors")?.note("“anchors” can't be more than “questions”") }
    let code = head?.text("callingCode") ?? ""
    if !code.isEmpty, !(1...3).contains(code.utf8.count) || !code.utf8.allSatisfy({ (48...57).contains($0) }) {
      head?.child("callingCode")?.note("“callingCode” is one to three digits without the plus sign")
    }
    let competence = head?.child("competence")
    competence?.allow("percent", "lastDays")
    return AfterContent(
      plan: FollowUpPlan(rounds: rounds.map(\.1), questions: questions, anchors: anchors, callingCode: code),
      competence: CompetenceRule(
        percent: competence?.number("percent", in: 1...100) ?? 100,
        lastDays: competence?.number("lastDays", in: 1...3650) ?? 1),
      needs: needs(head?.child("needs"), training), changes: changes(training))
  }

  private func needs(_ item: YAMLReader?, _ training: TrainingContent) -> NeedThresholds {
    item?.allow("smallest", "days", "casesPerPerson", "troublePercent", "screeningDays", "courses")
    let reasons = ["untrained", "screenings", "referrals", "load"]
    let courses = item?.child("courses")
    courses?.allow("untrained", "screenings", "referrals", "load")
    var codes: [String: String] = [:]
    for reason in reasons {
      let code = courses?.text(reason) ?? ""
      if !code.isEmpty, !training.courses.contains(where: { $0.code == code }) {
        courses?.child(reason)?.note("there is no course “\(code)”")
      }
      codes[reason] = code
    }
    return NeedThresholds(
      smallest: item?.number("smallest", in: 3...1000) ?? 3, days: item?.number("days", in: 30...3650) ?? 30,
      casesPerPerson: item?.number("casesPerPerson", in: 1...10_000) ?? 1,
      troublePercent: item?.number("troublePercent", in: 1...100) ?? 1,
      screeningDays: item?.number("screeningDays", in: 1...365) ?? 1, courses: codes)
  }

  private func changes(_ training: TrainingContent) -> [LessonChange] {
    let head = yaml("training/changes.yaml")
    head?.allow("changes")
    return (head?.child("changes")?.items ?? []).compactMap { item in
      item.allow("date", "lesson", "sentence", "source", "certainty")
      let lesson = item.text("lesson")
      if !lesson.isEmpty, training.lesson(lesson) == nil {
        item.child("lesson")?.note("there is no lesson “\(lesson)”")
      }
      let change = (
        sentence: item.localized("sentence", languages), source: item.text("source"),
        certainty: item.value("certainty", or: Certainty.unverified)
      )
      return item.day("date").map {
        LessonChange(
          date: $0, lesson: lesson, sentence: change.sentence, source: change.source, certainty: change.certainty)
      }
    }.sorted { ($0.date, $0.lesson) < ($1.date, $1.lesson) }
  }
}
