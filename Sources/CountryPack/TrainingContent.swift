import Basics
import Foundation

/// What a pack teaches: its programme, in phases, and the courses, lessons and questions they use.
///
/// The files' texts are kept as they are; `Training` reads the Markdown and the GIFT, and checks them.
public struct TrainingContent: Hashable, Sendable {
  public var programme: TrainingProgramme
  public var courses: [TrainingCourse]
  public var lessons: [TrainingLesson]
  /// The form at the end of each day.
  public var feedback: FeedbackForm
  public var posts: [TrainingPost]
  public var agendas: [TrainingAgenda]

  public func phase(_ code: String) -> TrainingPhase? { programme.phases.first { $0.code == code } }
  public func course(_ code: String) -> TrainingCourse? { courses.first { $0.code == code } }
  public func lesson(_ id: String) -> TrainingLesson? { lessons.first { $0.id == id } }
  public func agenda(_ code: String) -> TrainingAgenda? { agendas.first { $0.code == code } }

  /// The phase's courses, in its order.
  public func courses(of phase: TrainingPhase) -> [TrainingCourse] { phase.courses.compactMap(course) }

  /// The lessons a phase teaches: those on its agenda, else all of its courses', else its one lesson.
  public func lessons(taughtIn phase: TrainingPhase) -> [TrainingLesson] {
    let planned = phase.agenda.flatMap(agenda)?.items.flatMap(\.lessons) ?? []
    let ids = planned.isEmpty ? courses(of: phase).flatMap(\.lessons) : planned
    return (ids.isEmpty ? [phase.lesson] : ids).compactMap(lesson)
  }
}

public struct TrainingProgramme: Hashable, Sendable {
  public var code: String
  public var name: LocalizedText
  public var source: String
  public var certainty: Certainty
  /// ISO 4217, for budgets.
  public var currency: String
  public var phases: [TrainingPhase]
}

/// One phase of a programme: for whom it is and what it uses.
public struct TrainingPhase: Hashable, Sendable {
  public var code: String
  public var name: LocalizedText
  public var audience: LocalizedText
  public var source: String
  /// How sure it is that the phase exists as it stands here.
  public var certainty: Certainty
  /// Codes of the institutions whose staff it is for.
  public var institutions: [String]
  /// ISO 3166-2 of where it is meant to take place; empty when open.
  public var provinces: [String]
  /// The id of the short reading it begins with.
  public var lesson: String
  /// Codes of its courses.
  public var courses: [String]
  /// Codes of the posts whose variants it uses.
  public var variants: [String]
  /// The agenda's code.
  public var agenda: String?
  /// How many questions are drawn for the test before and after.
  public var testQuestions: Int
  /// The share of sessions, in percent, at which somebody must be present for a certificate of attendance.
  public var minimumAttendance: Int
  /// For how many months a certificate holds, from the day it is issued; `nil`: for good.
  public var validForMonths: Int?
}

/// The texts of a course, each a folder of `training/`.
public enum CoursePart: String, Hashable, Sendable, CaseIterable {
  /// Objectives, content note, lessons.
  case opening = "courses"
  case slides
  case facilitator
  case handout = "handouts"
  case groupwork
  /// What the course means at each post.
  case variants
}

/// A course: lessons in the order in which they are taught, and what a room needs.
public struct TrainingCourse: Hashable, Sendable {
  public var code: String
  public var name: LocalizedText
  /// In the room, breaks not counted.
  public var minutes: Int
  /// The lessons' ids.
  public var lessons: [String]
  public var groupworkMinutes: Int
  /// Markdown.
  public var texts: [CoursePart: LocalizedText]

  public subscript(part: CoursePart) -> LocalizedText { texts[part] ?? LocalizedText(es: "", en: "") }

  /// Relative to the pack's folder.
  public func file(_ part: CoursePart, _ language: Language) -> String {
    "training/\(part.rawValue)/\(code).\(language).md"
  }

  /// Markdown of each slide: the text between lines of `---`.
  public func slides(_ language: Language) -> [String] {
    self[.slides][language].split(separator: "\n", omittingEmptySubsequences: false)
      .split { $0.trimmingCharacters(in: .whitespaces) == "---" }
      .map { $0.joined(separator: "\n").trimmingCharacters(in: .whitespacesAndNewlines) }
  }

  /// The sections of a text by their “## ” headings, in order.
  public func sections(_ part: CoursePart, _ language: Language) -> [(title: String, text: String)] {
    var sections: [(title: String, text: String)] = []
    for line in self[part][language].split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("## ") {
        sections.append((line.dropFirst(3).trimmingCharacters(in: .whitespaces), ""))
      } else if !sections.isEmpty {
        sections[sections.count - 1].text += line + "\n"
      }
    }
    return sections
  }
}

/// A post for which courses have a variant, for example labour inspection.
public struct TrainingPost: Hashable, Sendable {
  public var code: String
  public var name: LocalizedText
}

/// An agenda that a cohort can take over.
public struct TrainingAgenda: Hashable, Sendable {
  public struct Day: Hashable, Sendable {
    public var name: LocalizedText
    public var sessions: [Session]
  }

  /// Half a day, in which the roll is called once.
  public struct Session: Hashable, Sendable {
    public var name: LocalizedText
    public var items: [Item]

    /// From the first to the last item that is no break.
    public var from: TimeOfDay? { items.first { !$0.isBreak }?.from }
    public var until: TimeOfDay? { items.last { !$0.isBreak }?.until }
  }

  public struct Item: Hashable, Sendable {
    public var from: TimeOfDay
    public var until: TimeOfDay
    public var title: LocalizedText
    public var isBreak: Bool
    /// The course's code.
    public var course: String?
    /// The lessons' ids.
    public var lessons: [String]
    /// Whether it is the course's group exercise.
    public var isExercise: Bool
  }

  public var code: String
  public var name: LocalizedText
  /// Markdown: the agenda with its advice, as trainers read it; `nil` when it has no page of its own.
  public var text: LocalizedText?
  public var days: [Day]

  public var items: [Item] { days.flatMap(\.sessions).flatMap(\.items) }
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
