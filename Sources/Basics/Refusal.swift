/// Why the system did not do what it was asked, in a form that becomes one clear sentence for a person.
///
/// Rules and desks throw it; the page turns `phrase` into the reader's language through the string
/// catalogs, the API and the command line likewise. It never carries personal data.
public struct Refusal: Error, Hashable, Sendable {
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// What was typed can't be accepted as it stands (422).
    case invalid
    /// Nobody is signed in, or the sign-in has ended (401).
    case notSignedIn
    /// The actor's role does not allow it (403).
    case forbidden
    /// There is no such thing, or it is not the actor's to know of (404).
    case notFound
    /// Someone was faster, or the thing has moved on (409).
    case conflict
    /// A live consent or another legal basis is missing (403).
    case noBasis
    /// Too many tries in a short time (429).
    case tooMany
    /// The store can't be reached just now (503).
    case unavailable
    /// The disk is full (507).
    case storageFull
  }

  public var kind: Kind
  public var phrase: Phrase
  /// What is wrong beside which form field.
  public var fields: [FieldProblem]

  public init(_ kind: Kind, _ phrase: Phrase, fields: [FieldProblem] = []) {
    self.kind = kind
    self.phrase = phrase
    self.fields = fields
  }

  /// A form whose named fields can't be accepted.
  public static func fields(_ problems: [FieldProblem]) -> Refusal {
    Refusal(.invalid, Phrase("error.check_fields"), fields: problems)
  }

  public static let notFound = Refusal(.notFound, Phrase("error.not_found"))
  public static let forbidden = Refusal(.forbidden, Phrase("error.forbidden"))
  public static let conflict = Refusal(.conflict, Phrase("error.conflict"))
}

/// What is wrong with one field of a form.
public struct FieldProblem: Hashable, Sendable {
  /// The field's name in the form.
  public var field: String
  public var phrase: Phrase
  public init(_ field: String, _ phrase: Phrase) {
    self.field = field
    self.phrase = phrase
  }
  public init(_ field: String, _ key: String) { self.init(field, Phrase(key)) }
}

/// A sentence of the string catalogs: its key and the values that fill its `{name}` places.
public struct Phrase: Hashable, Sendable {
  public var key: String
  public var values: [String: String]
  public init(_ key: String, _ values: [String: String] = [:]) {
    self.key = key
    self.values = values
  }
}
