import Basics
import Foundation
import Synchronization
import Vault

/// The questions of a cohort or a quiz as they were drawn: the same words before and after, whatever the bank becomes
/// meanwhile.
public struct QuestionPaper: Hashable, Sendable {
  public struct Entry: Hashable, Sendable {
    public var name: String
    /// Changes with every word of the question, in any language; equal where nothing was changed.
    public var version: String
    /// GIFT: the case above the question, where it has one, and the question.
    public var texts: LocalizedText
  }

  /// What a paper was drawn for.
  enum Owner: Hashable, Sendable {
    case cohort(CohortID)
    case quiz(QuizID)
  }

  public let entries: [Entry]
  private let questions: [Language: [String: GiftQuestion]]

  public var names: [String] { entries.map(\.name) }

  /// A question in the asked language, else in Spanish.
  public func question(_ name: String, _ language: Language) -> GiftQuestion? {
    questions[language]?[name] ?? questions[.spanish]?[name]
  }

  init(_ entries: [Entry]) {
    self.entries = entries
    questions = entries.reduce(into: [:]) { questions, entry in
      for language in entry.texts.languages {
        guard let read = try? GiftReader.read(entry.texts[language]).questions, var question = read.last else {
          continue
        }
        if read.count > 1 { question.caseText = read[0].stem }
        questions[language, default: [:]][entry.name] = question
      }
    }
  }
}

extension QuestionPaper.Entry {
  init(_ name: String, _ questions: [Language: GiftQuestion]) {
    var texts: [Language: String] = [:]
    for (language, question) in questions {
      let head = question.caseText.map { [GiftQuestion(stem: $0, body: .description)] } ?? []
      var question = question
      question.category = nil
      texts[language] = GiftWriter.write(head + [question])
    }
    self.init(name: name, texts: LocalizedText(texts) ?? LocalizedText(es: "", en: ""))
  }

  init(name: String, texts: LocalizedText) {
    let all = texts.languages.map { "\($0.code)\u{0}\(texts[$0])" }.joined(separator: "\u{0}")
    self.init(name: name, version: String(sha256(Array(all.utf8)).hexadecimal.prefix(16)), texts: texts)
  }
}

/// Papers that were read already: a paper never changes, and reading GIFT for each of five hundred phones would.
final class QuestionPapers: Sendable {
  private static let most = 200
  private let papers = Mutex<[QuestionPaper.Owner: QuestionPaper]>([:])

  func paper(_ owner: QuestionPaper.Owner, make: () throws -> QuestionPaper) rethrows -> QuestionPaper {
    if let known = papers.withLock({ $0[owner] }) { return known }
    let paper = try make()
    papers.withLock {
      if $0.count >= Self.most { $0.removeAll() }
      $0[owner] = paper
    }
    return paper
  }
}
