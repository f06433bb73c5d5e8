import Basics
import Foundation
import Vault

/// The name a member signs in with, as it is compared: trimmed, in small letters, composed.
public struct Login: Hashable, Sendable {
  let text: String

  /// `nil` unless it is 3 to 100 letters, digits or the signs `. _ - @ +`.
  public init?(_ typed: String) {
    let text = typed.trimmingCharacters(in: .whitespacesAndNewlines).precomposedStringWithCompatibilityMapping
      .lowercased()
    guard (3...100).contains(text.count),
      text.allSatisfy({ $0.isLetter || $0.isNumber || "._-@+".contains($0) })
    else { return nil }
    self.text = text
  }

  /// What the store keeps: a keyed tag, so that a stolen store tells no names.
  func tag(_ root: RootSecret) -> [UInt8] { root.tag("login", [Array(text.utf8)]) }
}

/// A password that may be set: 12 to 256 characters, not the login, not one character over and over, not a row of
/// the keyboard. Length is what counts; no rule forces signs or digits (NIST SP 800-63B).
public struct NewPassword: Sendable {
  let text: String

  /// Throws a `Refusal` that stands beside the field `password`.
  public init(_ typed: String, login: Login?) throws(Refusal) {
    guard typed.count >= 12 else { throw .fields([FieldProblem("password", "error.password_short")]) }
    guard typed.utf8.count <= 1024, typed.count <= 256 else {
      throw .fields([FieldProblem("password", "error.password_long")])
    }
    let plain = typed.lowercased()
    let rows = ["1234567890123456", "qwertyuiopasdfgh", "abcdefghijklmnop", "contraseñacontraseña", "passwordpassword"]
    guard Set(plain).count >= 4, login.map({ $0.text.count < 5 || !plain.contains($0.text) }) != false,
      !rows.contains(where: { $0.hasPrefix(plain) || plain.hasPrefix($0.prefix(12)) })
    else { throw .fields([FieldProblem("password", "error.password_guessable")]) }
    text = typed
  }
}
