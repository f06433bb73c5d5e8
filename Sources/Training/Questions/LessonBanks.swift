import Basics
import CountryPack
import Synchronization

/// The questions of lessons, read once a process: a site has a dozen desks that draw from them, and reading them took
/// each of them as long as everything else at the start together.
enum LessonBanks {
  /// More lessons than a pack has; who reads pack after pack, as the pack's own tests do, keeps none of them for long.
  private static let most = 256
  private static let banks = Mutex<[LocalizedText: QuestionBank?]>([:])

  /// `nil` for a lesson whose questions don't hold; `amparo pack check` says why.
  static func bank(_ lesson: TrainingLesson) -> QuestionBank? {
    if let known = banks.withLock({ $0[lesson.questions] }) { return known }
    let read = try? QuestionBank(lesson)
    banks.withLock { banks in
      if banks.count >= most { banks.removeAll() }
      banks[lesson.questions] = .some(read)
    }
    return read
  }
}
