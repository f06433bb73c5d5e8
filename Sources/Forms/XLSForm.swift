import Basics

/// A text of a form by the languages of its columns.
public struct FormText: Hashable, Sendable {
  /// By the language's code; what stands in a column without a language, by the empty text.
  public var texts: [String: String] = [:]

  public var isEmpty: Bool { texts.isEmpty }

  /// In the asked language, else in the form's own, else in whatever there is.
  public func text(_ language: Language, or own: String) -> String { text(code: language.code, or: own) }

  /// The same for a language that the form names in its own way.
  public func text(code: String, or own: String) -> String {
    texts[code] ?? texts[own] ?? texts[""] ?? texts.sorted { $0.key < $1.key }.first?.value ?? ""
  }
}

/// A ministry's own form, read from an XLSForm.
///
///     let form = try XLSForm(FormSheets(spreadsheet: bytes))
///
/// Source: xlsform.org; the parts that are not carried out are listed in `gaps`.
public struct XLSForm: Hashable, Sendable {
  public struct Language: Hashable, Sendable {
    /// The code in brackets, else the whole name in small letters.
    public var code: String
    public var name: String
  }

  public struct Choice: Hashable, Sendable {
    public var name: String
    public var label: FormText
    /// What further columns say of it, for choice filters.
    public var columns: [String: String]
  }

  /// An expression as it was written and as it is carried out.
  public struct Rule: Hashable, Sendable {
    public var written: String
    public var expression: FormExpression
  }

  public struct Node: Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
      case text, integer, decimal, date, time, dateTime, note, calculate, acknowledge, hidden
      case one(String)
      case many(String)
      case range(from: Double, to: Double, step: Double)
      /// When the filling was begun, when it was last saved, and the day it was begun.
      case start, end, today
      case group, repetition
      /// Of a type that is not carried out; never asked, and empty wherever it is referred to.
      case notSupported(String)
    }

    public var kind: Kind
    public var name: String
    public var row: Int
    public var label = FormText()
    public var hint = FormText()
    public var relevant: Rule?
    public var constraint: Rule?
    public var constraintMessage = FormText()
    public var required: Rule?
    public var requiredMessage = FormText()
    public var calculation: Rule?
    public var choiceFilter: Rule?
    public var repeatCount: Rule?
    /// What stands in it before anybody answers.
    public var initial = ""
    /// The group or repetition it stands in.
    public var parent: Int?
    /// The repetitions around it, from outside in.
    public var repeats: [Int] = []
    /// The index after the last node inside of it.
    public var end = 0

    public var list: String? {
      switch kind {
      case .one(let list), .many(let list): list
      default: nil
      }
    }

    /// Whether it is a question that someone answers.
    public var isAsked: Bool {
      switch kind {
      case .text, .integer, .decimal, .date, .time, .dateTime, .acknowledge, .one, .many, .range: calculation == nil
      default: false
      }
    }
  }

  public var title = ""
  public var id = ""
  public var version = ""
  /// In the order of their columns.
  public var languages: [Language] = []
  /// The code of the form's own language; empty when its columns name none.
  public var language = ""
  /// In the order of the survey; what is inside of a group follows it.
  public var nodes: [Node] = []
  public var lists: [String: [Choice]] = [:]
  /// What the form asks for and is not carried out.
  public var gaps: [FormGap] = []
  /// In which order the nodes are computed, so that each comes after all that it rests on.
  var order: [Int] = []
  var places: [String: Int] = [:]

  /// The node of a name.
  public func node(_ name: String) -> Node? { places[name].map { nodes[$0] } }

  /// Throws `FormProblem` with the sheet and the row for a form that contradicts itself.
  public init(_ sheets: FormSheets) throws(FormProblem) {
    var reader = FormReading(sheets)
    try reader.read()
    self = reader.form
    try settleOrder()
  }

  init() {}
}
