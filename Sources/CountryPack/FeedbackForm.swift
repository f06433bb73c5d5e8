import Basics

/// The short form that participants fill in at the end of a day.
public struct FeedbackForm: Hashable, Sendable {
  public struct Question: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable, CaseIterable {
      /// One of 1 to 5.
      case scale
      /// A free text.
      case text
    }
    public var code: String
    public var kind: Kind
    public var text: LocalizedText
  }

  public var questions: [Question]
  /// What 1 stands for, and 5.
  public var low: LocalizedText
  public var high: LocalizedText

  /// The values of a scale.
  public static let scale = 1...5

  public var scales: [Question] { questions.filter { $0.kind == .scale } }
  public var texts: [Question] { questions.filter { $0.kind == .text } }
}

extension PackLoader {
  func feedback() -> FeedbackForm {
    let head = yaml("training/feedback.yaml")
    head?.allow("questions", "low", "high")
    let questions = (head?.child("questions")?.items ?? []).map { item in
      item.allow("code", "kind", "text")
      return FeedbackForm.Question(
        code: item.text("code"), kind: item.value("kind", or: .scale), text: item.localized("text", languages))
    }
    if questions.isEmpty { head?.note("a feedback form has at least one of the “questions”") }
    for (index, question) in questions.enumerated()
    where questions[..<index].contains(where: { $0.code == question.code }) {
      head?.child("questions")?.note("the question “\(question.code)” stands twice")
    }
    let nothing = LocalizedText(es: "", en: "")
    return FeedbackForm(
      questions: questions, low: head?.localized("low", languages) ?? nothing,
      high: head?.localized("high", languages) ?? nothing)
  }
}
