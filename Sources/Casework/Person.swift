import Basics
import Foundation
import Vault

/// When a person was born, as far as anyone knows.
public enum Birth: Hashable, Sendable, Codable {
  case day(CalendarDay)
  case year(Int)
  case unknown

  /// Reads `1990-02-28`, `1990` or nothing; `nil` for what is no day and no year.
  public init?(_ text: String) {
    let text = text.trimmingCharacters(in: .whitespaces)
    if text.isEmpty {
      self = .unknown
    } else if let day = CalendarDay(text) {
      self = .day(day)
    } else if text.count == 4, let year = Int(text) {
      self = .year(year)
    } else {
      return nil
    }
  }

  public var text: String {
    switch self {
    case .day(let day): day.description
    case .year(let year): String(year)
    case .unknown: ""
    }
  }

  /// The ages a person may have on a day; `nil` when nothing is known.
  public func ages(on day: CalendarDay) -> ClosedRange<Int>? {
    switch self {
    case .day(let birth): birth <= day ? birth.years(until: day)...birth.years(until: day) : nil
    case .year(let year): year <= day.year ? max(0, day.year - year - 1)...(day.year - year) : nil
    case .unknown: nil
    }
  }
}

/// Who a person is. Sealed under the person's `identity`.
public struct PersonIdentity: Hashable, Sendable, Codable {
  public var givenNames: String
  public var surnames: String
  /// Other names the person is known by.
  public var otherNames: String
  /// A code of `sexes`.
  public var sex: String?
  public var birth: Birth
  /// A code of `document-kinds`.
  public var documentKind: String?
  public var documentNumber: String
  public var nationality: String

  public init(
    givenNames: String, surnames: String = "", otherNames: String = "", sex: String? = nil, birth: Birth = .unknown,
    documentKind: String? = nil, documentNumber: String = "", nationality: String = ""
  ) {
    self.givenNames = givenNames
    self.surnames = surnames
    self.otherNames = otherNames
    self.sex = sex
    self.birth = birth
    self.documentKind = documentKind
    self.documentNumber = documentNumber
    self.nationality = nationality
  }

  public var displayName: String { [givenNames, surnames].filter { !$0.isEmpty }.joined(separator: " ") }

  /// All the names, to be found by.
  var allNames: String { [givenNames, surnames, otherNames].joined(separator: " ") }

  func tags(_ index: BlindIndex) -> Set<Int> {
    let names = index.tags(name: allNames)
    return BlindIndex.normalised(document: documentNumber).isEmpty
      ? names : names.union([index.tag(document: documentNumber)])
  }
}

/// How the person can be reached without danger. Sealed under the person's `contact`.
public struct SafeContact: Hashable, Sendable, Codable {
  public var how: String
  public var when: String
  /// Who must not answer, hear or read it.
  public var notWith: String

  public init(how: String = "", when: String = "", notWith: String = "") {
    self.how = how
    self.when = when
    self.notWith = notWith
  }

  var isEmpty: Bool { how.isEmpty && when.isEmpty && notWith.isEmpty }
}
