import Basics
import CountryPack
import Foundation

/// One filled form: a value of each scale that was answered, and what was written.
public struct FeedbackAnswers: Hashable, Sendable {
  /// By the question's code; 1 to 5.
  public var values: [String: Int]
  /// By the question's code.
  public var texts: [String: String]

  public init(values: [String: Int], texts: [String: String] = [:]) {
    self.values = values
    self.texts = texts.filter { $0.value.contains { !$0.isWhitespace } }
  }

  /// A form on paper as it is typed: a digit for each scale, `-` for one left blank, then the text.
  ///
  ///     54-5 Más tiempo para el caso
  ///
  /// Throws `Refusal` `.invalid` when a scale has no answer of its own.
  public init(line: some StringProtocol, _ form: FeedbackForm) throws(Refusal) {
    guard line.utf8.count <= 4000 else { throw Refusal(.invalid, Phrase("error.training_feedback_line")) }
    var rest = line[...].drop(while: \.isWhitespace)
    var values: [String: Int] = [:]
    for question in form.scales {
      rest = rest.drop { $0.isWhitespace || ",;".contains($0) }
      guard let sign = rest.first else { throw Refusal(.invalid, Phrase("error.training_feedback_line")) }
      if let value = sign.wholeNumberValue, sign.isASCII, FeedbackForm.scale.contains(value) {
        values[question.code] = value
      } else if sign != "-" {
        throw Refusal(.invalid, Phrase("error.training_feedback_line"))
      }
      rest = rest.dropFirst()
    }
    // A sixth digit means that one was typed twice.
    guard rest.first.map(\.isNumber) != true else { throw Refusal(.invalid, Phrase("error.training_feedback_line")) }
    let text = rest.trimmingCharacters(in: .whitespaces)
    self.init(values: values, texts: form.texts.first.map { [$0.code: text] } ?? [:])
  }

  var isEmpty: Bool { values.isEmpty && texts.isEmpty }
}

/// What a day's forms say.
public struct FeedbackResult: Hashable, Sendable {
  /// With fewer forms nothing is shown: somebody could be recognised.
  public static let fewestToShow = 3
  /// With fewer the mean says little.
  public static let fewestToJudge = PairedResult.fewestToJudge

  public struct Scale: Hashable, Sendable {
    public var code: String
    /// How many chose 1, 2, 3, 4, 5.
    public var counts: [Int]
    public var answered: Int { counts.reduce(0, +) }
    public var mean: Double?
    /// The 95 % interval of the mean (Student's t), cut at 1 and 5; `nil` for fewer than two answers or all equal.
    public var interval: ClosedRange<Double>?

    public init(code: String, counts: [Int]) {
      self.code = code
      self.counts = counts
      let values = counts.enumerated().flatMap { [Double](repeating: Double($0 + 1), count: $1) }
      guard !values.isEmpty else { return }
      mean = values.stableMean
      let deviation = values.deviation
      guard values.count > 1, deviation > 0 else { return }
      let margin =
        StudentT.critical(0.95, df: Double(values.count - 1)) * deviation / Double(values.count).squareRoot()
      interval = max(1, values.stableMean - margin)...min(5, values.stableMean + margin)
    }
  }

  public var forms: Int
  /// Empty below `fewestToShow`.
  public var scales: [Scale]

  public init(_ form: FeedbackForm, counts: [String: [Int: Int]]) {
    let forms = counts[FeedbackDesk.everyForm]?[0] ?? 0
    self.forms = forms
    scales =
      forms < Self.fewestToShow
      ? []
      : form.scales.map { question in
        Scale(code: question.code, counts: FeedbackForm.scale.map { counts[question.code]?[$0] ?? 0 })
      }
  }
}
