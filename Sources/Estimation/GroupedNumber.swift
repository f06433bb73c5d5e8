import Basics

/// Whole numbers as people read them: groups of three, with a comma in English and a hard blank in Spanish.
public enum GroupedNumber {
  public static func text(_ number: Double, _ language: Language) -> String {
    guard number.isFinite, abs(number) < 1e15 else { return language == .spanish ? "sin fin" : "no end" }
    let digits = Array(String(Int(number.rounded())))
    let separator = language == .spanish ? "\u{00A0}" : ","
    return digits.enumerated().map { place, digit in
      (place > 0 && (digits.count - place) % 3 == 0 ? separator : "") + String(digit)
    }.joined()
  }
}
