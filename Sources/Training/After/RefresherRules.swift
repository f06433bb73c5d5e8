import Basics
import CountryPack
import Vault

/// What a cohort was taught and what changed since: pure.
public enum RefresherRules {
  /// The version of a lesson's text: the same text gives the same bytes.
  public static func version(_ lesson: TrainingLesson) -> [UInt8] {
    sha256(
      lesson.text.languages.flatMap { language in
        // A zero stands in no text, so no two lists of texts give the same bytes.
        Array(language.code.utf8) + [0] + Array(lesson.text[language].utf8) + [0]
      })
  }

  /// The versions of what a phase teaches today.
  public static func versions(_ phase: String, _ training: TrainingContent) -> [String: [UInt8]] {
    Dictionary(
      (training.phase(phase).map { training.lessons(taughtIn: $0) } ?? []).map { ($0.id, version($0)) }
    ) { first, _ in first }
  }

  /// What changed since a course, the newest first. Changes that are dated in the future are not told yet.
  ///
  /// - Parameters:
  ///   - ended: the course's last day.
  ///   - taught: the version of each lesson when the cohort was opened; empty when nobody kept it.
  public static func changes(
    since ended: CalendarDay, taught: [String: [UInt8]], pack: CountryPack, on today: CalendarDay
  ) -> [Refresher] {
    let told = pack.after.changes.filter { $0.date > ended && $0.date <= today }
    var found = told.map {
      Refresher(
        lesson: $0.lesson, on: $0.date, sentence: $0.sentence, source: $0.source, certainty: $0.certainty)
    }
    found += pack.legalTexts.compactMap { law in
      guard let from = law.from, from > ended, from <= today else { return nil }
      return Refresher(
        lesson: nil, on: from, sentence: law.summary, law: law.name, source: law.source, certainty: law.certainty)
    }
    let silent = taught.keys.sorted().filter { id in
      guard let lesson = pack.training.lesson(id), !told.contains(where: { $0.lesson == id }) else { return false }
      return version(lesson) != taught[id]
    }
    found += silent.map { Refresher(lesson: $0, on: nil, sentence: nil, source: nil, certainty: nil) }
    let long = CalendarDay(daysSince1970: 0)
    return found.sorted { ($1.on ?? long, $0.lesson ?? "") < ($0.on ?? long, $1.lesson ?? "") }
  }
}

/// One thing that somebody was taught otherwise.
public struct Refresher: Hashable, Sendable {
  /// Where it is taught now; `nil` for a law that no lesson is named for.
  public var lesson: String?
  /// `nil` when the lesson's text is another and nobody wrote down why.
  public var on: CalendarDay?
  public var sentence: LocalizedText?
  /// The law's name.
  public var law: LocalizedText?
  public var source: String?
  public var certainty: Certainty?
}
