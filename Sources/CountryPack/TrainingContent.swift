import Basics
import Foundation

/// What a pack teaches: its programme, in phases, and the lessons and questions they use.
///
/// The files' texts are kept as they are; `Training` reads the Markdown and the GIFT, and checks them.
public struct TrainingContent: Hashable, Sendable {
  public var programme: TrainingProgramme
  public var courses: [TrainingCourse]
  public var lessons: [TrainingLesson]
  /// The form at the end of each day.
  public var feedback: FeedbackForm

  public func phase(_ code: String) -> TrainingPhase? { programme.phases.first { $0.code == code } }
  public func course(_ code: String) -> TrainingCourse? { courses.first { $0.code == code } }
  public func lesson(_ id: String) -> TrainingLesson? { lessons.first { $0.id == id } }
}

public struct TrainingProgramme: Hashable, Sendable {
  public var code: String
  public var name: LocalizedText
  public var source: String
  public var certainty: Certainty
  public var phases: [TrainingPhase]
}

/// One phase of a programme: for whom it is and what it uses.
public struct TrainingPhase: Hashable, Sendable {
  public var code: String
  public var name: LocalizedText
  /// Codes of the institutions whose staff it is for.
  public var institutions: [String]
  /// The lesson's id.
  public var lesson: String
  /// How many questions are drawn for the test before and after.
  public var testQuestions: Int
  /// The share of sessions, in percent, at which somebody must be present for a certificate of attendance.
  public var minimumAttendance: Int
}

/// A course: lessons in the order in which they are taught.
public struct TrainingCourse: Hashable, Sendable {
  public var code: String
  public var name: LocalizedText
  /// In the room, breaks not counted.
  public var minutes: Int
  /// The lessons' ids.
  public var lessons: [String]
  public var groupworkMinutes: Int
}

public struct TrainingLesson: Hashable, Sendable {
  /// The name of its files: `training/lessons/<id>.<language>.md`, `training/questions/<id>.<language>.gift`.
  public var id: String
  public var title: LocalizedText
  /// Reading time.
  public var minutes: Int
  /// Markdown.
  public var text: LocalizedText
  /// GIFT.
  public var questions: LocalizedText

  /// Where its questions in a language stand, relative to the pack's folder.
  public func questionsFile(_ language: Language) -> String { "training/questions/\(id).\(language).gift" }
  public func textFile(_ language: Language) -> String { "training/lessons/\(id).\(language).md" }
}

extension PackLoader {
  func training(institutions: Set<String>) -> TrainingContent {
    let head = yaml("training/programme.yaml")
    head?.allow("code", "name", "source", "certainty", "lessons", "phases")
    var lessons = (head?.child("lessons")?.items ?? []).map(lesson)
    let courses = courses(&lessons)
    for (index, lesson) in lessons.enumerated() where lessons[..<index].contains(where: { $0.id == lesson.id }) {
      head?.child("lessons")?.note("the lesson “\(lesson.id)” stands twice")
    }
    let phases = (head?.child("phases")?.items ?? []).map { item in
      item.allow("code", "name", "institutions", "lesson", "testQuestions", "minimumAttendance")
      for code in item.texts("institutions") where !institutions.contains(code) {
        item.child("institutions")?.note("“\(code)” is not in agencies.csv")
      }
      if item.texts("institutions").isEmpty { item.note("a phase is for at least one of the “institutions”") }
      if !lessons.contains(where: { $0.id == item.text("lesson") }) {
        item.child("lesson")?.note("there is no lesson “\(item.text("lesson"))”")
      }
      return TrainingPhase(
        code: item.text("code"), name: item.localized("name", languages), institutions: item.texts("institutions"),
        lesson: item.text("lesson"), testQuestions: item.number("testQuestions", in: 1...50),
        minimumAttendance: item.number("minimumAttendance", in: 1...100))
    }
    for (index, phase) in phases.enumerated() where phases[..<index].contains(where: { $0.code == phase.code }) {
      head?.child("phases")?.note("the phase “\(phase.code)” stands twice")
    }
    return TrainingContent(
      programme: TrainingProgramme(
        code: head?.text("code") ?? "", name: head?.localized("name", languages) ?? LocalizedText(es: "", en: ""),
        source: head?.text("source") ?? "",
        certainty: head?.value("certainty", or: Certainty.unverified) ?? .unverified,
        phases: phases),
      courses: courses, lessons: lessons, feedback: feedback())
  }

  /// The courses; their lessons are added to the others.
  private func courses(_ lessons: inout [TrainingLesson]) -> [TrainingCourse] {
    let head = yaml("training/courses.yaml")
    head?.allow("courses")
    var courses: [TrainingCourse] = []
    for item in head?.child("courses")?.items ?? [] {
      item.allow("code", "minutes", "name", "lessons", "groupworkMinutes")
      let own = (item.child("lessons")?.items ?? []).map(lesson)
      lessons += own
      courses.append(
        TrainingCourse(
          code: item.text("code"), name: item.localized("name", languages),
          minutes: item.number("minutes", in: 1...2000),
          lessons: own.map(\.id), groupworkMinutes: item.number("groupworkMinutes", in: 0...600)))
    }
    return courses
  }

  private func lesson(_ item: YAMLReader) -> TrainingLesson {
    item.allow("id", "minutes")
    var lesson = TrainingLesson(
      id: item.text("id"), title: LocalizedText(es: "", en: ""), minutes: item.number("minutes", in: 1...240),
      text: LocalizedText(es: "", en: ""), questions: LocalizedText(es: "", en: ""))
    // The id becomes part of a file's name.
    guard lesson.id.utf8.allSatisfy({ (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }) else {
      item.child("id")?.note("“id” holds small letters, digits and dashes only")
      return lesson
    }
    lesson.text = texts(lesson.textFile)
    lesson.title = title(lesson)
    lesson.questions = texts(lesson.questionsFile)
    return lesson
  }

  /// The first line of its text, after “# ”.
  private func title(_ lesson: TrainingLesson) -> LocalizedText {
    var titles: [Language: String] = [:]
    for language in languages {
      let first = lesson.text[language].split(separator: "\n", maxSplits: 1).first ?? ""
      if !first.hasPrefix("# ") { note(lesson.textFile(language), 1, "a lesson begins with “# ” and its title") }
      titles[language] = first.drop { $0 == "#" }.trimmingCharacters(in: .whitespaces)
    }
    return LocalizedText(titles) ?? LocalizedText(es: "", en: "")
  }

  private func texts(_ file: (Language) -> String) -> LocalizedText {
    var texts: [Language: String] = [:]
    for language in languages {
      let text = contents(file(language)) ?? ""
      if text.utf8.count > 1_000_000 { note(file(language), 0, "the file is larger than one megabyte") }
      texts[language] = text
    }
    return LocalizedText(texts) ?? LocalizedText(es: "", en: "")
  }
}

extension YAMLReader {
  /// A whole number within limits; what is not one is noted.
  func number(_ key: String, in range: ClosedRange<Int>) -> Int {
    let written = text(key)
    if let number = Int(written), range.contains(number) { return number }
    if !written.isEmpty {
      child(key)?.note("“\(key)” must be a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return range.lowerBound
  }
}
