import Basics
import Records
import Vault

/// What rooms and the store throw, in the command line's words: one sentence, no personal data.
enum Sentences {
  static func failure(_ error: any Error) -> CommandFailure? {
    switch error {
    case let failure as CommandFailure: failure
    case let refusal as Refusal: CommandFailure(message: sentence(refusal))
    case let failure as DatabaseFailure: CommandFailure(message: sentence(failure), code: 2)
    case is VaultFailure:
      CommandFailure(message: "sealed content can't be opened; is this the store's own root secret?", code: 2)
    default: nil
    }
  }

  static func sentence(_ refusal: Refusal) -> String {
    guard !refusal.fields.isEmpty else { return sentence(refusal.phrase) }
    return refusal.fields.map { "\($0.field): \(sentence($0.phrase))" }.joined(separator: "; ")
  }

  private static func sentence(_ phrase: Phrase) -> String {
    texts[phrase.key] ?? phrase.key.replacing("error.", with: "").replacing("_", with: " ")
  }

  private static func sentence(_ failure: DatabaseFailure) -> String {
    switch failure {
    case .unavailable: "the store can't be reached or is busy; nothing was stored, try again"
    case .storageFull: "the disk is full; nothing was stored"
    case .contended: "someone else was faster; nothing was stored, try again"
    case .wrongSchema(let step): "the store was written by another version (\(step)); use that version or a newer one"
    case .malformed(let column): "the store holds something unexpected in “\(column)”; run amparo audit verify"
    case .unaudited, .constraint, .statement: "the store refused the change; nothing was stored (\(failure))"
    }
  }

  private static let texts = [
    "error.agency_taken": "an agency of this name takes part already",
    "error.already_set_up": "this installation has been set up already; add agencies with amparo agency create",
    "error.conflict": "someone else was faster, or the thing has moved on",
    "error.forbidden": "the role of this member does not allow it",
    "error.invitation": "the link was used already, or is too old; invite again",
    "error.last_administrator": "an agency needs at least one administrator; invite another one first",
    "error.login": "a login has 3 to 100 letters, digits or the signs . _ - @ +",
    "error.login_taken": "this login is in use; choose another",
    "error.name": "a name is missing or too long",
    "error.not_found": "there is no such thing in this agency",
    "error.password_guessable": "this password is easy to guess; use several words that don't belong together",
    "error.password_long": "a password has at most 256 characters",
    "error.password_short": "a password has at least 12 characters; several words are best",
    "error.roles": "name at least one role; an agency can't make system administrators",
    "error.second_factor": "the digits or the printed code are wrong",
    "error.sign_in": "the login or the password is wrong",
    "error.sign_in_wait": "too many wrong tries; wait a little and try again",
  ]
}
