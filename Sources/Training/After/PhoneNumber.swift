/// A telephone number as a gateway takes it: a plus sign and 8 to 15 digits (ITU-T E.164).
public struct PhoneNumber: Hashable, Sendable {
  public let text: String

  /// Reads what people type: spaces, dots, dashes and brackets don't matter; `00` stands for the plus sign; a number
  /// without either is of the country, with or without its leading 0.
  ///
  /// `nil` for anything else.
  public init?(_ typed: String, callingCode: String) {
    guard typed.utf8.count <= 64 else { return nil }
    var digits = typed.filter { !" .-()/\u{A0}".contains($0) }
    if digits.hasPrefix("+") {
      digits.removeFirst()
    } else if digits.hasPrefix("00") {
      digits.removeFirst(2)
    } else {
      digits = callingCode + (digits.hasPrefix("0") ? String(digits.dropFirst()) : digits)
    }
    guard (8...15).contains(digits.utf8.count), digits.utf8.allSatisfy({ (48...57).contains($0) }),
      !digits.hasPrefix("0")
    else { return nil }
    text = "+" + digits
  }
}
