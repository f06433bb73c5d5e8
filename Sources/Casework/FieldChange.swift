import Basics
import CountryPack

/// What stands in one field, so that a page can show it in the reader's words.
public enum FieldValue: Hashable, Sendable {
  case text(String)
  case codes(PackList, [String])
  case province(String)

  public var isEmpty: Bool {
    switch self {
    case .text(let text), .province(let text): text.isEmpty
    case .codes(_, let codes): codes.isEmpty
    }
  }
}

/// A field of a file: the key of its label, and what stands in it.
public struct FileField: Hashable, Sendable {
  public var label: String
  public var value: FieldValue

  init(_ label: String, _ value: FieldValue) {
    self.label = label
    self.value = value
  }
}

/// One field that was changed.
public struct FieldChange: Hashable, Sendable {
  /// The key of the field's label.
  public var label: String
  public var old: FieldValue
  public var new: FieldValue

  /// The fields of a part that differ; a part that was not there before has empty ones.
  public static func between(_ old: [FileField], _ new: [FileField]) -> [FieldChange] {
    let before = Dictionary(old.map { ($0.label, $0.value) }) { first, _ in first }
    return new.compactMap { field in
      let value = before[field.label] ?? .text("")
      guard value != field.value, !(value.isEmpty && field.value.isEmpty) else { return nil }
      return FieldChange(label: field.label, old: value, new: field.value)
    }
  }
}

extension CaseChange {
  /// What stands in each field of the part, in the order of its form.
  public var fields: [FileField] {
    switch self {
    case .facts(let facts): facts.fields
    case .identity(let identity): identity.fields
    case .contact(let contact): contact.fields
    case .narrative(let text): [FileField("casework.file.narrative", .text(text))]
    case .needs(let needs): needs.fields
    case .health(let text): [FileField("casework.file.health", .text(text))]
    case .legal(let text): [FileField("casework.file.legal", .text(text))]
    }
  }
}

extension CaseFacts {
  var fields: [FileField] {
    [
      FileField("casework.facts.kind", .codes(.caseKinds, [kind])),
      FileField("casework.facts.form", .codes(.exploitation, form.map { [$0] } ?? [])),
      FileField("casework.facts.province", .province(province)),
      FileField("casework.facts.age_band", .codes(.ageBands, [ageBand])),
      FileField("casework.person.sex", .codes(.sexes, sex.map { [$0] } ?? [])),
    ]
  }
}

extension PersonIdentity {
  var fields: [FileField] {
    [
      FileField("casework.person.given_names", .text(givenNames)),
      FileField("casework.person.surnames", .text(surnames)),
      FileField("casework.person.other_names", .text(otherNames)),
      FileField("casework.person.sex", .codes(.sexes, sex.map { [$0] } ?? [])),
      FileField("casework.person.birth", .text(birth.text)),
      FileField("casework.person.document_kind", .codes(.documentKinds, documentKind.map { [$0] } ?? [])),
      FileField("casework.person.document_number", .text(documentNumber)),
      FileField("casework.person.nationality", .text(nationality)),
    ]
  }
}

extension SafeContact {
  var fields: [FileField] {
    [
      FileField("casework.contact.how", .text(how)), FileField("casework.contact.when", .text(when)),
      FileField("casework.contact.not_with", .text(notWith)),
    ]
  }
}

extension Needs {
  var fields: [FileField] {
    [FileField("casework.file.needs", .codes(.needs, codes)), FileField("casework.needs_note", .text(note))]
  }
}

extension SafetyPlan {
  var fields: [FileField] {
    [
      FileField("casework.safety_plan.signs", .text(signs)), FileField("casework.safety_plan.places", .text(places)),
      FileField("casework.safety_plan.people", .text(people)), FileField("casework.safety_plan.signal", .text(signal)),
      FileField("casework.safety_plan.belongings", .text(belongings)),
    ]
  }
}
