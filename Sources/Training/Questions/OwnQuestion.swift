import Basics
import CountryPack
import Foundation
import Vault

/// A question that an agency wrote itself, beside those of the pack.
public struct OwnQuestion: Hashable, Sendable {
  /// Its GIFT name, one of a kind in the agency.
  public var name: String
  /// Stands for the name in addresses.
  public var id: String { String(sha256(Array(name.utf8)).hexadecimal.prefix(12)) }
  /// From 1; every change is a new one, and the old ones stay.
  public var revision: Int
  /// A code of the pack's courses.
  public var course: String
  /// GIFT; Spanish, and English where it was written.
  public var texts: LocalizedText
  /// No longer drawn. Cohorts that were given it keep it.
  public var isRetired: Bool
  public var savedAt: Moment
}

extension QuestionBank {
  /// Draws a paper: every question has the same chance, the agency's own as those of the bank.
  /// - Parameter own: retired ones are never drawn.
  func drawPaper(_ count: Int, with own: [OwnQuestion], using random: some RandomNumberGenerator) -> QuestionPaper {
    var random = random
    let own = own.filter { !$0.isRetired }
    // Places of the pool below the own questions' number stand for these.
    let chosen = (0..<(own.count + names.count)).shuffled(using: &random).prefix(count).filter { $0 < own.count }
      .sorted()
    let drawn = paper(draw(count - chosen.count, using: &random)).entries
    return QuestionPaper(drawn + chosen.map { QuestionPaper.Entry(own[$0]) })
  }

  /// The named questions, the bank's before the own; names that neither has are left out.
  func paper(_ names: [String], with own: [OwnQuestion]) -> QuestionPaper {
    QuestionPaper(paper(names).entries + own.filter { names.contains($0.name) }.map { QuestionPaper.Entry($0) })
  }
}

extension QuestionPaper.Entry {
  init(_ own: OwnQuestion) { self.init(name: own.name, texts: own.texts) }
}

/// What a file of questions would change.
public struct QuestionImport: Hashable, Sendable {
  public enum Change: String, Hashable, Sendable { case new, changed, same }
  public var questions: [(name: String, change: Change)] { names.map { ($0, changes[$0] ?? .same) } }
  var names: [String]
  var changes: [String: Change]

  public func count(_ change: Change) -> Int { changes.values.count { $0 == change } }
}

/// What an agency's own questions must be: pure.
public enum OwnQuestionRules {
  public static let mostQuestions = 1000

  /// Reads questions as they were typed or uploaded, in the order of the Spanish text.
  ///
  /// - Parameter english: may be empty: then the Spanish is asked in both languages.
  ///
  /// Throws `QuestionProblems`, each with its language as the file.
  public static func read(spanish: String, english: String) throws(QuestionProblems) -> [QuestionPaper.Entry] {
    var files = [QuestionBank.File(.spanish, spanish, place: "es")]
    if !english.allSatisfy(\.isWhitespace) { files.append(QuestionBank.File(.english, english, place: "en")) }
    let bank = try QuestionBank(files: files)
    guard !bank.names.isEmpty else {
      var problems = QuestionProblems()
      problems.add("es", GiftProblem(line: 1, .nothingToMark))
      throw problems
    }
    return bank.paper(bank.names).entries
  }

  /// What saving these would change.
  static func compare(_ entries: [QuestionPaper.Entry], _ course: String, with own: [OwnQuestion]) -> QuestionImport {
    let known = Dictionary(own.map { ($0.name, $0) }) { _, last in last }
    return QuestionImport(
      names: entries.map(\.name),
      changes: entries.reduce(into: [:]) { changes, entry in
        guard let old = known[entry.name] else { return changes[entry.name] = .new }
        let isSame = old.texts == entry.texts && old.course == course && !old.isRetired
        changes[entry.name] = isSame ? .same : .changed
      })
  }
}
