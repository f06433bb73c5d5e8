import Basics
import Foundation

/// What a person typed into a note: bounded, and without anything that is not text.
enum FreeText {
  /// In Unicode scalars.
  static let longest = 20_000

  /// The text with plain line ends and without blanks around it; what is wrong with it is added to `problems`.
  static func read(
    _ typed: String, _ field: String, limit: Int = longest, isRequired: Bool = false,
    _ problems: inout [FieldProblem]
  ) -> String {
    let text = typed.replacingOccurrences(of: "\r\n", with: "\n").trimmingCharacters(in: .whitespacesAndNewlines)
    if text.unicodeScalars.count > limit {
      problems.append(FieldProblem(field, Phrase("error.too_long", ["most": String(limit)])))
    } else if text.unicodeScalars.contains(where: {
      $0.properties.generalCategory == .control && $0 != "\n" && $0 != "\t"
    }) {
      problems.append(FieldProblem(field, "error.screening_control"))
    } else if isRequired, text.isEmpty {
      problems.append(FieldProblem(field, "error.missing"))
    }
    return text
  }
}
