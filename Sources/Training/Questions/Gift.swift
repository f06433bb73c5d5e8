/// How a text of a question is written. GIFT names it in brackets before the text.
public enum GiftFormat: String, Hashable, Sendable, CaseIterable {
  case moodle, html, markdown, plain
}

/// A text with its format. What a file leaves out is inherited from the question's stem.
public struct GiftText: Hashable, Sendable {
  public var text: String
  public var format: GiftFormat

  public init(_ text: String, _ format: GiftFormat = .moodle) {
    self.text = text
    self.format = format
  }

  /// The text as a page shows it: without the tags or signs of its format, which are never passed on.
  public var shown: String {
    switch format {
    case .plain: return text
    case .html, .moodle:
      guard text.contains("<") || text.contains("&") else { return text }
      var shown = text.replacing(#/<(br|p|li|div|tr)\b[^>]{0,200}>/#.ignoresCase(), with: " ")
        .replacing(#/<\/?[a-z][a-z0-9]{0,10}(\s[^>]{0,1000})?\/?>/#.ignoresCase(), with: "")
      for (entity, sign) in [("&nbsp;", " "), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&amp;", "&")] {
        shown = shown.replacing(entity, with: sign)
      }
      return shown.split(separator: " ").joined(separator: " ")
    case .markdown:
      return text.replacing(#/!?\[([^\]]{0,500})\]\([^)]{0,1000}\)/#) { $0.1 }
        .replacing(#/\*\*|__|`/#, with: "").replacing(#/(^|\s)[*_]([^*_\n]+)[*_]/#) { $0.1 + $0.2 }
    }
  }
}

/// One question of a GIFT file.
///
/// Source: Moodle's documentation of the GIFT format; the rules stand in `GiftReader`.
public struct GiftQuestion: Hashable, Sendable {
  public var name: String?
  /// The path of the last `$CATEGORY` line above it.
  public var category: String?
  /// What is asked. `_____` marks where the answer belongs, when it is not the end.
  public var stem: GiftText
  public var body: Body
  public var generalFeedback: GiftText?
  /// What this question and its neighbours are about, shown above it. The bank sets it; the format has no sign for it.
  public var caseText: GiftText?

  public init(
    name: String? = nil, category: String? = nil, stem: GiftText, body: Body, generalFeedback: GiftText? = nil
  ) {
    self.name = name
    self.category = category
    self.stem = stem
    self.body = body
    self.generalFeedback = generalFeedback
  }

  public enum Body: Hashable, Sendable {
    /// A text that asks nothing.
    case description
    /// A free text that a person marks.
    case essay
    case trueFalse(Bool, ifWrong: GiftText?, ifRight: GiftText?)
    /// One answer can be chosen (`isSingle`), or several. Single choices have at least one answer of weight 100.
    case choice(isSingle: Bool, [Choice])
    case short([Choice])
    case numeric([NumericAnswer], ifWrong: GiftText?)
    case matching([Pair])
    /// Steps, in their right order. Shown in another one.
    case ordering([GiftText], OrderingMark)
  }

  /// How an order is marked.
  public enum OrderingMark: String, Hashable, Sendable, CaseIterable {
    /// The share of steps that stand in their place.
    case eachPlace = "ABSOLUTE_POSITION"
    /// The full mark for the right order, else nothing.
    case allOrNothing = "ALL_OR_NOTHING"
  }

  /// An answer to choose, or that a short text is compared with.
  public struct Choice: Hashable, Sendable {
    public var text: GiftText
    /// Percent of the mark, −100...100, at most seven decimals.
    public var weight: Double
    public var feedback: GiftText?

    public init(_ text: GiftText, weight: Double, feedback: GiftText? = nil) {
      self.text = text
      self.weight = weight
      self.feedback = feedback
    }
  }

  public struct NumericAnswer: Hashable, Sendable {
    public enum Target: Hashable, Sendable {
      case value(Double, tolerance: Double)
      case range(Double, Double)
      /// Any number: `*`.
      case any
    }
    public var target: Target
    /// Percent of the mark, −100...100.
    public var weight: Double
    public var feedback: GiftText?

    public init(_ target: Target, weight: Double = 100, feedback: GiftText? = nil) {
      self.target = target
      self.weight = weight
      self.feedback = feedback
    }
  }

  /// Two texts that belong together. An empty `left` adds a right side that fits nowhere.
  public struct Pair: Hashable, Sendable {
    public var left: GiftText
    public var right: String

    public init(_ left: GiftText, _ right: String) {
      self.left = left
      self.right = right
    }
  }

  /// The type's name, as `amparo questions check` prints it.
  public var type: String {
    switch body {
    case .description: "description"
    case .essay: "essay"
    case .trueFalse: "true_false"
    case .choice(true, _): "single_choice"
    case .choice(false, _): "multiple_choice"
    case .short: "short_answer"
    case .numeric: "numeric"
    case .matching: "matching"
    case .ordering: "ordering"
    }
  }

  /// Whether the machine can mark it.
  public var isMarkable: Bool {
    switch body {
    case .description, .essay: false
    default: true
    }
  }
}

/// A file of questions, as read.
public struct GiftFile: Hashable, Sendable {
  public var questions: [GiftQuestion]
  /// Where each question begins, counted from 1.
  public var lines: [Int]
  /// The comment lines above or inside of each question, and, last, those after all.
  public var comments: [[String]]
  /// What was understood, but is better written otherwise.
  public var warnings: [GiftProblem]
}
