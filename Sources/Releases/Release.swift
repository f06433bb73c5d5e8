import Basics
import Casework
import Records
import Statistics

public enum ReleaseEntity {}
public typealias ReleaseID = Identifier<ReleaseEntity>

/// A name in the address of open data: lower-case letters, digits and dashes, `casos-2007`.
public struct ReleaseSlug: Hashable, Sendable, LosslessStringConvertible, SQLConvertible {
  public let description: String

  /// `nil` unless it has 3 to 60 letters of the kind, begins with a letter and ends with no dash.
  public init?(_ description: String) {
    let letters = Array(description.utf8)
    guard (3...60).contains(letters.count), let first = letters.first, (97...122).contains(first),
      letters.last != UInt8(ascii: "-"), !description.contains("--"),
      letters.allSatisfy({ (97...122).contains($0) || (48...57).contains($0) || $0 == UInt8(ascii: "-") })
    else { return nil }
    self.description = description
  }
}

public enum ReleaseState: String, Hashable, Sendable, CaseIterable, SQLConvertible {
  /// Only its choices stand; its numbers are those of today.
  case draft
  /// Passed the attack; its numbers are frozen and wait for somebody else.
  case checked
  case published
  case withdrawn
  case discarded
}

/// A text in the two languages in which open data are published.
public struct ReleaseText: Hashable, Sendable, Codable {
  public var es: String
  public var en: String

  public init(es: String, en: String) {
    self.es = es
    self.en = en
  }

  public subscript(language: Language) -> String { language == .english ? en : es }
  public var isEmpty: Bool { es.isEmpty && en.isEmpty }

  /// What is wrong with it where both languages are asked for, beside the fields `<field>_es` and `<field>_en`.
  func problems(_ field: String) -> [FieldProblem] {
    [("es", es), ("en", en)].compactMap { language, text in
      let name = "\(field)_\(language)"
      if text.isEmpty { return FieldProblem(name, "error.missing") }
      return text.count > 300 ? FieldProblem(name, Phrase("error.too_long", ["most": "300"])) : nil
    }
  }
}

/// One version of a table for the public: what it shows, where it stands, who saw to it.
public struct Release: Hashable, Sendable {
  public var id: ReleaseID
  public var slug: ReleaseSlug
  /// Counted from 1; a correction is a version of its own.
  public var version: Int
  public var state: ReleaseState
  /// Goes up with every move, so that nobody decides on what they did not see.
  public var revision: Int
  public var title: ReleaseText
  /// What was corrected since the version before; empty in the first.
  public var note: ReleaseText
  public var choice: TableChoice
  public var draftedBy: MemberID
  public var draftedAt: Moment
  public var checkedBy: MemberID?
  /// The day whose facts were counted.
  public var countedOn: CalendarDay?
  public var publishedBy: MemberID?
  public var publishedAt: Moment?
  public var withdrawnAt: Moment?
  /// Why it was withdrawn, or sent back by whoever looked at it.
  public var reason: ReleaseText
  /// The frozen table, as JSON of `TableDocument`; from `checked` on.
  public var table: String?
  /// What the public reads, byte for byte; from `published` on.
  public var document: String?

  public var address: String { "/open-data/\(slug)/v\(version)" }
}
