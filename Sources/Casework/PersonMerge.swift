import Basics
import Foundation

public enum PersonMergeEntity {}
public typealias PersonMergeID = Identifier<PersonMergeEntity>

/// Two records of one person become one: which record's word counts, field by field.
public enum MergeField: String, Hashable, Sendable, Codable, CaseIterable {
  case givenNames = "given_names"
  case surnames
  case otherNames = "other_names"
  case birth, sex
  /// Kind and number together.
  case document
  case nationality
  case contact
}

/// One of two records: the one that stays and the one that goes into it.
public enum MergeSide: String, Hashable, Sendable, Codable, CaseIterable { case kept, gone }

/// One record of a person as it is compared.
public struct PersonRecord: Hashable, Sendable {
  public var person: PersonID
  public var identity: Revised<PersonIdentity>
  /// Revision 0 while nothing was written.
  public var contact: Revised<SafeContact>
  /// The newest first.
  public var cases: [CaseSummary]
}

/// What joining two records makes of them. Pure.
public enum MergeRules {
  /// The joined person: each field from the record chosen for it, `kept` where nothing was chosen. Names that were not
  /// chosen become other names, so that the person is still found by them.
  public static func joined(_ kept: PersonRecord, _ gone: PersonRecord, _ choices: [MergeField: MergeSide]) -> (
    identity: PersonIdentity, contact: SafeContact
  ) {
    func from(_ field: MergeField) -> PersonRecord { choices[field] == .gone ? gone : kept }
    var identity = PersonIdentity(
      givenNames: from(.givenNames).identity.value.givenNames, surnames: from(.surnames).identity.value.surnames,
      otherNames: from(.otherNames).identity.value.otherNames, sex: from(.sex).identity.value.sex,
      birth: from(.birth).identity.value.birth, documentKind: from(.document).identity.value.documentKind,
      documentNumber: from(.document).identity.value.documentNumber,
      nationality: from(.nationality).identity.value.nationality)
    for other in [kept, gone].map(\.identity.value) {
      for name in [other.givenNames, other.surnames, other.otherNames] {
        add(name, to: &identity)
      }
    }
    return (identity, from(.contact).contact.value)
  }

  /// Adds what of a name the person would no longer be found by, while there is room.
  private static func add(_ name: String, to identity: inout PersonIdentity) {
    let known = Set(SpokenName.words(identity.allNames))
    guard !Set(SpokenName.words(name)).isSubset(of: known) else { return }
    let longer = [identity.otherNames, name].filter { !$0.isEmpty }.joined(separator: ", ")
    if TextRules.problem(longer, .name) == nil { identity.otherNames = longer }
  }

  /// The fields in which two records differ, for a page that asks about these only.
  public static func differing(_ one: PersonRecord, _ other: PersonRecord) -> [MergeField] {
    let (a, b) = (one.identity.value, other.identity.value)
    return MergeField.allCases.filter { field in
      switch field {
      case .givenNames: a.givenNames != b.givenNames
      case .surnames: a.surnames != b.surnames
      case .otherNames: a.otherNames != b.otherNames
      case .birth: a.birth != b.birth
      case .sex: a.sex != b.sex
      case .document: a.documentKind != b.documentKind || a.documentNumber != b.documentNumber
      case .nationality: a.nationality != b.nationality
      case .contact: one.contact.value != other.contact.value
      }
    }
  }
}

/// Two records that were joined.
public struct PersonMerge: Hashable, Sendable {
  public var id: PersonMergeID
  public var kept: PersonID
  public var gone: PersonID
  public var choices: [MergeField: MergeSide]
  public var madeBy: MemberID
  public var madeAt: Moment
  public var undoneBy: MemberID?
  public var undoneAt: Moment?
  /// The cases that came with the record that went.
  public var cases: [CaseID] = []
}

/// What a member decided on seeing two records side by side.
public struct MergeRequest: Hashable, Sendable {
  /// A case of the record that stays, and one of the record that goes into it.
  public var kept: CaseID
  public var gone: CaseID
  public var choices: [MergeField: MergeSide]
  /// The revisions of what was seen: identity and contact of the one, then of the other.
  public var seen: [Int]

  public init(kept: CaseID, gone: CaseID, choices: [MergeField: MergeSide], seen: [Int]) {
    self.kept = kept
    self.gone = gone
    self.choices = choices
    self.seen = seen
  }
}
