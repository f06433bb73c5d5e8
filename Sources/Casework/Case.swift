import Basics
import CountryPack
import Foundation
import Records

public enum CaseStatus: String, Hashable, Sendable, Codable, CaseIterable, SQLConvertible {
  case open
  case closed
}

/// The kinds of content that are sealed and shared apart from one another, codes of the pack's `data-kinds`.
public enum DataKind: String, Hashable, Sendable, Codable, CaseIterable, Comparable, SQLConvertible {
  case identity, contact, narrative, needs, health, legal
  /// What was done to the person, where and when, and by whom as the person tells it.
  case exploitation
  /// What may happen to the person, and what was agreed for that.
  case safety
  /// What the person wants to reach, and who does what for it.
  case plan
  /// Agenda, minutes and decisions of conferences about the case.
  case conference
  /// Where the person is kept safe.
  case protection

  /// Identity and safe contact belong to the person and serve all of the person's cases.
  public var belongsToPerson: Bool { self == .identity || self == .contact }

  public static func < (lhs: Self, rhs: Self) -> Bool { order(lhs) < order(rhs) }
  private static func order(_ kind: Self) -> Int { allCases.firstIndex(of: kind) ?? 0 }
}

/// What people call a case by: eight letters without meaning, `K7M3-2QX9`, that can be read over a telephone.
public struct CaseCode: Hashable, Sendable, LosslessStringConvertible, SQLConvertible {
  private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
  /// The eight letters as they are stored.
  let letters: String

  /// Reads a code as people type it: case, spaces and dashes don't matter; `O` is read as 0, `I` and `L` as 1.
  public init?(_ description: String) {
    let letters = Self.normalised(description)
    guard letters.count == 8, letters.allSatisfy(Self.alphabet.contains) else { return nil }
    self.letters = letters
  }

  public static func random(using randomness: Randomness) -> CaseCode {
    let number = randomness.next()
    let letters = (0..<8).map { alphabet[Int(number >> (UInt64($0) * 5) & 31)] }
    return CaseCode(letters: String(letters))
  }

  private init(letters: String) { self.letters = letters }

  public var description: String { letters.prefix(4) + "-" + letters.suffix(4) }

  public var sqlValue: SQLValue { .text(letters) }

  /// The beginning of a code, ready to be compared; `nil` when no code can begin so.
  static func prefix(_ text: String) -> String? {
    let letters = normalised(text)
    return (1...8).contains(letters.count) && letters.allSatisfy(alphabet.contains) ? letters : nil
  }

  private static func normalised(_ text: String) -> String {
    String(
      text.uppercased().filter { $0 != "-" && !$0.isWhitespace }.map {
        $0 == "O" ? "0" : ($0 == "I" || $0 == "L") ? "1" : $0
      })
  }
}

/// The coded part of a case that people set: it needs no key and feeds the figures.
public struct CaseFacts: Hashable, Sendable {
  /// A code of `case-kinds`.
  public var kind: String
  /// ISO 3166-2.
  public var province: String
  /// A code of `exploitation`; `nil` while nobody knows.
  public var form: String?
  /// A code of `age-bands`.
  public var ageBand: String
  /// A code of `sexes`; `nil` while nobody asked.
  public var sex: String?

  public init(kind: String, province: String, form: String? = nil, ageBand: String, sex: String? = nil) {
    self.kind = kind
    self.province = province
    self.form = form
    self.ageBand = ageBand
    self.sex = sex
  }

  /// What the pack does not know.
  func problems(_ pack: CountryPack) -> [FieldProblem] {
    var problems: [FieldProblem] = []
    func check(_ list: PackList, _ code: String?, _ field: String) {
      if let code, pack.term(list, code) == nil { problems.append(FieldProblem(field, "error.unknown_code")) }
    }
    check(.caseKinds, kind, "kind")
    if pack.province(iso: province) == nil { problems.append(FieldProblem("province", "error.unknown_code")) }
    check(.exploitation, form, "form")
    check(.ageBands, ageBand, "age_band")
    check(.sexes, sex, "sex")
    return problems
  }
}

/// A case as work lists and figures see it: codes and dates, no content.
public struct CaseSummary: Hashable, Sendable {
  public var id: CaseID
  /// The agency that owns it.
  public var agency: AgencyID
  public var code: CaseCode
  public var person: PersonID
  public var facts: CaseFacts
  public var status: CaseStatus
  /// When it was opened.
  public var month: CalendarMonth
  public var screening: ScreeningID?
  public var openedBy: MemberID
  public var openedAt: Moment
  public var closedAt: Moment?
  /// A code of `closure-reasons`.
  public var closureReason: String?
  /// The earliest open follow-up of an open case.
  public var due: CalendarDay?
  public var revision: Int
  /// The agency under whose name the content was sealed, when another one owns the case now: a case that changes hands
  /// is not sealed anew.
  public var origin: AgencyID?

  /// What the addresses of sealed content are bound to.
  var tenant: AgencyID { origin ?? agency }

  public func isOverdue(on day: CalendarDay) -> Bool { due.map { $0 < day } == true }
}

/// A sealed part of a file with the revision that an edit must name; 0 while nothing was written.
public struct Revised<Value: Sendable & Hashable>: Hashable, Sendable {
  public var value: Value
  public var revision: Int
  public init(_ value: Value, revision: Int) {
    self.value = value
    self.revision = revision
  }
}

/// What the person needs: codes of the pack's `needs` and words.
public struct Needs: Hashable, Sendable, Codable {
  public var codes: [String]
  public var note: String
  public init(codes: [String] = [], note: String = "") {
    self.codes = codes
    self.note = note
  }
}
