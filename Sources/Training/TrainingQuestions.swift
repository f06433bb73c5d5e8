import Basics
import CountryPack
import Foundation

/// The questions of one lesson, in every language of the pack, matched by their names.
public struct QuestionBank: Hashable, Sendable {
  /// In the order of the Spanish file.
  public let names: [String]
  private let questions: [Language: [String: GiftQuestion]]

  public func question(_ name: String, _ language: Language) -> GiftQuestion? {
    questions[language]?[name] ?? questions[.spanish]?[name]
  }

  /// Reads and compares the files of a lesson.
  ///
  /// Throws `PackProblems`: a file that is no GIFT, a question without a name, one that a language lacks or asks
  /// differently.
  public init(_ lesson: TrainingLesson) throws(PackProblems) {
    var problems: [PackProblem] = []
    var banks: [Language: [String: GiftQuestion]] = [:]
    var order: [String] = []
    for language in lesson.questions.languages.sorted(by: { a, b in a == .spanish || (b != .spanish && a < b) }) {
      let place = lesson.questionsFile(language)
      do {
        let file = try GiftReader.read(lesson.questions[language])
        var bank: [String: GiftQuestion] = [:]
        for (question, line) in zip(file.questions, file.lines) where question.isMarkable {
          guard let name = question.name, name.utf8.allSatisfy({ $0 > 32 && $0 < 127 && $0 != UInt8(ascii: ",") })
          else {
            problems.append(PackProblem(file: place, line: line, "the question needs a name like “::palermo-1::”"))
            continue
          }
          if bank.updateValue(question, forKey: name) != nil {
            problems.append(PackProblem(file: place, line: line, "the question “\(name)” stands twice"))
          }
          if language == .spanish { order.append(name) }
          if let original = banks[.spanish]?[name], !question.isAsked(like: original) {
            problems.append(
              PackProblem(file: place, line: line, "“\(name)” differs from the Spanish in type, answers or weights"))
          }
        }
        banks[language] = bank
        for name in order where bank[name] == nil {
          problems.append(PackProblem(file: place, line: 0, "the question “\(name)” is missing"))
        }
        for name in bank.keys.sorted() where !order.contains(name) {
          problems.append(PackProblem(file: place, line: 0, "the question “\(name)” has no Spanish original"))
        }
      } catch {
        problems += error.problems.map { PackProblem(file: place, line: $0.line, $0.message) }
      }
    }
    guard problems.isEmpty else { throw PackProblems(problems: problems) }
    names = order
    questions = banks
  }
}

extension GiftQuestion {
  /// Whether two languages ask the same: an answer is stored by its place, so the places must agree.
  func isAsked(like other: GiftQuestion) -> Bool {
    switch (body, other.body) {
    case (.trueFalse(let mine, _, _), .trueFalse(let theirs, _, _)): mine == theirs
    case (.choice(let single, let mine), .choice(let otherSingle, let theirs)):
      single == otherSingle && mine.map(\.weight) == theirs.map(\.weight)
    case (.numeric(let mine, _), .numeric(let theirs, _)):
      mine.map(\.target) == theirs.map(\.target) && mine.map(\.weight) == theirs.map(\.weight)
    case (.matching(let mine), .matching(let theirs)): mine.count == theirs.count
    case (.ordering(let mine, let mark), .ordering(let theirs, let otherMark)):
      mine.count == theirs.count && mark == otherMark
    case (.short, .short): true
    default: false
    }
  }
}

extension TrainingContent {
  /// What is wrong in the lessons and questions, beyond what reading the pack finds.
  public func checkContent() -> [PackProblem] {
    var problems: [PackProblem] = []
    for lesson in lessons {
      do {
        let bank = try QuestionBank(lesson)
        for phase in programme.phases where phase.lesson == lesson.id && phase.testQuestions > bank.names.count {
          problems.append(
            PackProblem(
              file: lesson.questionsFile(.spanish), line: 0,
              "the phase “\(phase.code)” draws \(phase.testQuestions) questions, but there are \(bank.names.count)"))
        }
      } catch { problems += error.problems }
    }
    return problems
  }
}
