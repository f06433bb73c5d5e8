import Basics

/// What can be wrong with a question: one name for it, said in English for files and in the reader's language on pages.
public enum QuestionFault: String, Hashable, Sendable, CaseIterable {
  case unnamedCategory = "unnamed_category"
  case controlCharacter = "control_character"
  case unclosedName = "unclosed_name"
  case unopenedBrace = "unopened_brace"
  case unclosedBrace = "unclosed_brace"
  case noText = "no_text"
  case fewAnswers = "few_answers"
  case noAnswer = "no_answer"
  case noNumber = "no_number"
  case emptyAnswer = "empty_answer"
  case weight
  case backwardRange = "backward_range"
  case negativeTolerance = "negative_tolerance"
  case notANumber = "not_a_number"
  case noArrow = "no_arrow"
  case emptyRightSide = "empty_right_side"
  case fewPairs = "few_pairs"
  case emptyLeftSides = "empty_left_sides"
  case fewSteps = "few_steps"
  case stepTwice = "step_twice"
  // Warnings
  case ownTrueFalse = "own_true_false"
  case lowercaseTrueFalse = "lowercase_true_false"
  case allStepsShown = "all_steps_shown"
  case markedByPlace = "marked_by_place"
  // In a bank
  case name
  case nameTwice = "name_twice"
  case differs
  case caseInOneLanguage = "case_in_one_language"
  case missing
  case noOriginal = "no_original"
  case nothingToMark = "nothing_to_mark"

  /// The sentence, in English.
  /// - Parameter value: the word or name it is about; may be empty.
  public func message(_ value: String) -> String {
    switch self {
    case .unnamedCategory: "the category has no name"
    case .controlCharacter: "there is a control character"
    case .unclosedName: "the name is not closed by “::”"
    case .unopenedBrace: "“}” without a “{” before it; write \\{ or \\} for the sign itself"
    case .unclosedBrace: "“{” is not closed; write \\{ or \\} for the sign itself"
    case .noText: "the question has no text"
    case .fewAnswers: "a choice needs at least two answers"
    case .noAnswer: "there is no answer"
    case .noNumber: "there is no number after “#”"
    case .emptyAnswer: "an answer is empty"
    case .weight: "a weight lies between -100 and 100"
    case .backwardRange: "the range begins above its end"
    case .negativeTolerance: "a tolerance is never negative"
    case .notANumber: "“\(value)” is no number (decimals stand after a point)"
    case .noArrow: "a pair has no “->”"
    case .emptyRightSide: "a pair has nothing behind its “->”"
    case .fewPairs: "matching needs at least two pairs"
    case .emptyLeftSides: "every pair has an empty left side"
    case .fewSteps: "an order needs two to fifty steps, one a line"
    case .stepTwice: "a step stands twice"
    case .ownTrueFalse: "“\(value)” is ours: write TRUE or FALSE for others"
    case .lowercaseTrueFalse: "“\(value)” is a short answer: TRUE and FALSE are in capitals"
    case .allStepsShown: "all \(value) steps are shown, not some of them"
    case .markedByPlace: "the order is marked by the share of steps that stand in their place"
    case .name: "the question needs a name like “::palermo-1::”"
    case .nameTwice: "the question “\(value)” stands twice"
    case .differs: "“\(value)” differs from the Spanish in type, answers or weights"
    case .caseInOneLanguage: "the case above “\(value)” stands in one language only"
    case .missing: "the question “\(value)” is missing"
    case .noOriginal: "the question “\(value)” has no Spanish original"
    case .nothingToMark: "there is no question that can be marked"
    }
  }

  /// The same for a page, in the reader's language.
  public func phrase(_ value: String) -> Phrase { Phrase("training.gift.\(rawValue)", ["value": value]) }
}

/// What is wrong in a file of questions, and where.
public struct GiftProblem: Error, Hashable, Sendable, CustomStringConvertible {
  /// Counted from 1; 0 when the whole file is meant.
  public var line: Int
  public var fault: QuestionFault
  /// The word or name it is about; may be empty.
  public var value: String

  init(line: Int, _ fault: QuestionFault, _ value: String = "") {
    (self.line, self.fault, self.value) = (line, fault, value)
  }

  public var message: String { fault.message(value) }
  public var phrase: Phrase { fault.phrase(value) }
  public var description: String { "line \(line): \(message)" }
}

/// All that is wrong in a file of questions.
public struct GiftProblems: Error, Hashable, Sendable, CustomStringConvertible {
  public var problems: [GiftProblem]
  public var description: String { problems.map(\.description).joined(separator: "; ") }
}

/// What is wrong in the questions of several languages.
public struct QuestionProblems: Error, Hashable, Sendable {
  /// In the order of the files; each file by the name it was given.
  public var problems: [(place: String, problem: GiftProblem)] { places.indices.map { (places[$0], faults[$0]) } }
  private var places: [String] = []
  private var faults: [GiftProblem] = []

  init() {}

  var isEmpty: Bool { faults.isEmpty }

  mutating func add(_ place: String, _ problem: GiftProblem) {
    places.append(place)
    faults.append(problem)
  }
}
