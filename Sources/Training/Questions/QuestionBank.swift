import Basics
import CountryPack
import Foundation

/// Questions that a test can be drawn from, in one language or several, matched by their names.
///
/// A question named `name/…` belongs to the case that a description named `name` tells: the case stands above it
/// wherever it is asked, and a draw takes the questions of a case together.
public struct QuestionBank: Hashable, Sendable {
  /// One language's file.
  public struct File: Sendable {
    public var language: Language
    /// GIFT.
    public var text: String
    /// How problems name it.
    public var place: String

    public init(_ language: Language, _ text: String, place: String) {
      (self.language, self.text, self.place) = (language, text, place)
    }
  }

  /// In the order of the Spanish file.
  public let names: [String]
  private let questions: [Language: [String: GiftQuestion]]
  /// The names by lesson.
  private let lessons: [[String]]

  /// The questions of several lessons as one bank; a name that comes again is left out.
  public init(joining banks: [QuestionBank]) {
    var (lessons, questions, seen): ([[String]], [Language: [String: GiftQuestion]], Set<String>) = ([], [:], [])
    for bank in banks {
      lessons.append(bank.names.filter { seen.insert($0).inserted })
      for (language, known) in bank.questions {
        questions[language, default: [:]].merge(known) { first, _ in first }
      }
    }
    (self.lessons, self.questions) = (lessons, questions)
    names = lessons.flatMap(\.self)
  }

  /// A question in the asked language, else in Spanish.
  public func question(_ name: String, _ language: Language) -> GiftQuestion? {
    questions[language]?[name] ?? questions[.spanish]?[name]
  }

  /// Reads and compares the files of a lesson.
  ///
  /// Throws `PackProblems`: see `init(files:)`.
  public init(_ lesson: TrainingLesson) throws(PackProblems) {
    do {
      try self.init(
        files: lesson.questions.languages.map { File($0, lesson.questions[$0], place: lesson.questionsFile($0)) })
    } catch {
      throw PackProblems(
        problems: error.problems.map { PackProblem(file: $0.place, line: $0.problem.line, $0.problem.message) })
    }
  }

  /// Reads and compares the files of several languages, Spanish first of all.
  ///
  /// Throws `QuestionProblems`: a file that is no GIFT, a question without a name, one that a language lacks or asks
  /// differently.
  public init(files: [File]) throws(QuestionProblems) {
    var problems = QuestionProblems()
    var banks: [Language: [String: GiftQuestion]] = [:]
    var order: [String] = []
    for file in files.sorted(by: { $1.language != .spanish && ($0.language == .spanish || $0.language < $1.language) })
    {
      do {
        let bank = try Self.read(file, original: banks[.spanish], &order, &problems)
        banks[file.language] = bank
        for name in order where bank[name] == nil {
          problems.add(file.place, GiftProblem(line: 0, .missing, name))
        }
        for name in bank.keys.sorted() where !order.contains(name) {
          problems.add(file.place, GiftProblem(line: 0, .noOriginal, name))
        }
      } catch {
        for problem in error.problems { problems.add(file.place, problem) }
      }
    }
    guard problems.isEmpty else { throw problems }
    names = order
    questions = banks
    lessons = [order]
  }

  private static func read(
    _ file: File, original: [String: GiftQuestion]?, _ order: inout [String], _ problems: inout QuestionProblems
  ) throws(GiftProblems) -> [String: GiftQuestion] {
    let read = try GiftReader.read(file.text)
    var bank: [String: GiftQuestion] = [:]
    var cases: [String: GiftText] = [:]
    for (var question, line) in zip(read.questions, read.lines) {
      func note(_ fault: QuestionFault, _ name: String = "") {
        problems.add(file.place, GiftProblem(line: line, fault, name))
      }
      if case .description = question.body, let name = question.name { cases[name] = question.stem }
      guard question.isMarkable else { continue }
      guard let name = question.name, name.utf8.count <= 80,
        name.utf8.allSatisfy({ $0 > 32 && $0 < 127 && $0 != UInt8(ascii: ",") })
      else {
        note(.name)
        continue
      }
      question.caseText = caseName(name).flatMap { cases[$0] }
      if bank.updateValue(question, forKey: name) != nil { note(.nameTwice, name) }
      if file.language == .spanish { order.append(name) }
      guard let original = original?[name] else { continue }
      if !question.isAsked(like: original) {
        note(.differs, name)
      }
      if (original.caseText == nil) != (question.caseText == nil) {
        note(.caseInOneLanguage, name)
      }
    }
    return bank
  }

  private static func caseName(_ name: String) -> String? {
    name.lastIndex(of: "/").map { String(name[..<$0]) }
  }

  // MARK: Drawing

  /// Draws questions by chance and evenly: no lesson gives two more than another that has some left. Those of a case
  /// come together as far as their lesson's share allows; all in the order of the bank.
  public func draw(_ count: Int, using random: inout some RandomNumberGenerator) -> [String] {
    var shares = lessons.map { _ in 0 }
    var left = min(count, names.count)
    while left > 0 {
      let open = lessons.indices.filter { shares[$0] < lessons[$0].count }.shuffled(using: &random)
      for place in open.prefix(left) { shares[place] += 1 }
      left -= min(left, open.count)
    }
    return zip(lessons, shares).flatMap { draw($1, among: $0, using: &random) }
  }

  private func draw(_ count: Int, among names: [String], using random: inout some RandomNumberGenerator) -> [String] {
    let groups = Dictionary(grouping: names) { name in
      question(name, .spanish)?.caseText == nil ? name : Self.caseName(name) ?? name
    }
    var drawn: Set<String> = []
    let shuffled = groups.keys.sorted().shuffled(using: &random).compactMap { groups[$0] }
    for group in shuffled where drawn.count + group.count <= count { drawn.formUnion(group) }
    for group in shuffled where drawn.count < count {
      drawn.formUnion(group.filter { !drawn.contains($0) }.prefix(count - drawn.count))
    }
    return names.filter(drawn.contains)
  }

  /// The questions as they are now, to keep; names that the bank doesn't have are left out.
  func paper(_ names: [String]) -> QuestionPaper {
    QuestionPaper(
      names.filter(Set(self.names).contains).map { name in
        QuestionPaper.Entry(name, questions.compactMapValues { $0[name] })
      })
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
    var (problems, lessonOf): ([PackProblem], [String: String]) = ([], [:])
    for lesson in lessons {
      do {
        let bank = try QuestionBank(lesson)
        for name in bank.names {
          if let other = lessonOf.updateValue(lesson.id, forKey: name) {
            problems.append(
              PackProblem(
                file: lesson.questionsFile(.spanish), line: 0, "the question “\(name)” stands already in “\(other)”"))
          }
        }
      } catch { problems += error.problems }
    }
    for phase in programme.phases {
      let taught = Set(lessons(taughtIn: phase).map(\.id))
      let count = lessonOf.values.count(where: taught.contains)
      if phase.testQuestions > count {
        problems.append(
          PackProblem(
            file: "training/programme.yaml", line: 0,
            "the phase “\(phase.code)” draws \(phase.testQuestions) questions, but its lessons have \(count)"))
      }
    }
    return problems
  }
}
