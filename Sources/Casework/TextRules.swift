import Basics
import Foundation

/// What a typed text may be: not too long, and free of characters that hide or turn around what stands there.
enum TextRules {
  static let nameLength = 120
  static let lineLength = 300
  static let noteLength = 20_000

  enum Kind { case name, line, note }

  /// What is wrong with a text, if anything.
  static func problem(_ text: String, _ kind: Kind) -> Phrase? {
    let limit =
      switch kind {
      case .name: nameLength
      case .line: lineLength
      case .note: noteLength
      }
    // Counted in scalars: one letter can carry a thousand marks.
    if text.unicodeScalars.count > limit { return Phrase("error.text_too_long", ["limit": String(limit)]) }
    return hidden(text, kind)
  }

  /// Whether a text of several lines, however long, is free of characters that hide or turn around.
  static func isPlain(_ text: String) -> Bool { hidden(text, .note) == nil }

  private static func hidden(_ text: String, _ kind: Kind) -> Phrase? {
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x0A, 0x0D, 0x09: if kind != .note { return Phrase("error.text_control") }
      // The signs from 0x2400 on stand for control characters, as a form shows them.
      case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029, 0x2400...0x2426: return Phrase("error.text_control")
      // Marks and overrides of the writing direction, and characters without width.
      case 0x200B, 0x200E...0x200F, 0x202A...0x202E, 0x2060...0x2069, 0x061C, 0xFEFF, 0xE0000...0xE007F:
        return Phrase("error.text_direction")
      default: break
      }
    }
    return nil
  }

  static func problems(_ texts: [(field: String, text: String, kind: Kind)]) -> [FieldProblem] {
    texts.compactMap { field, text, kind in problem(text, kind).map { FieldProblem(field, $0) } }
  }
}
