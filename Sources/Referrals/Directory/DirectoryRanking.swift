import Basics

/// Why a service stands where it stands.
///
/// There are no points that add up: the criteria are asked one after the other, and the first that tells two services
/// apart decides. So a desk can read why one stands before another, and disagree.
public enum DirectoryCriterion: Int, Hashable, Sendable, CaseIterable, Comparable {
  /// Whether it takes the person.
  case eligibility
  /// Whether it is there for the province.
  case area
  /// Whether there is room.
  case vacancy
  /// Whether it can be reached now.
  case opening
  /// How far away, in four steps: to 25 km, to 100 km, to 300 km or not known, further.
  case nearness
  case language
  /// Whether its owner confirmed the entry lately.
  case freshness
  case cost
  /// The kilometres themselves.
  case distance
  /// Name and key: only so that the order is always the same.
  case name

  public static func < (lhs: Self, rhs: Self) -> Bool { lhs.rawValue < rhs.rawValue }

  public var code: String {
    switch self {
    case .eligibility: "eligibility"
    case .area: "area"
    case .vacancy: "vacancy"
    case .opening: "opening"
    case .nearness: "nearness"
    case .language: "language"
    case .freshness: "freshness"
    case .cost: "cost"
    case .distance: "distance"
    case .name: "name"
    }
  }
}

/// One place of the answer: a service, at one of its places, and how it stands by each criterion.
public struct DirectoryMatch: Hashable, Sendable {
  public var service: DirectoryService
  public var organisation: DirectoryOrganisation
  /// The nearest of its places where distance counts, else the first.
  public var place: DirectoryPlace?
  /// `nil` where it is not known, and always for an undisclosed place.
  public var kilometres: Double?
  public var eligibility: EligibilityVerdict
  /// Whether it is there for the province asked for; `nil` when not asked or not stated.
  public var coversProvince: Bool?
  public var vacancy: DirectoryVacancy
  public var opening: DirectoryOpening
  /// Whether the language asked for is spoken; `nil` when not asked or not stated.
  public var speaks: Bool?
  public var freshness: DirectoryFreshness
  /// From 0, best, to 3 by each criterion that grades.
  public var grades: [DirectoryCriterion: Int]
  /// What put it before the next one; `nil` for the last.
  public var aheadOfNextBy: DirectoryCriterion?
}

/// The grades of one service in one number, the most important criterion in the highest bits.
struct DirectoryGrades: Hashable, Comparable {
  private(set) var packed: UInt32 = 0

  static let graded: [DirectoryCriterion] = [
    .eligibility, .area, .vacancy, .opening, .nearness, .language, .freshness, .cost,
  ]

  mutating func set(_ criterion: DirectoryCriterion, _ grade: Int) {
    let shift = Self.shift(criterion)
    packed = packed & ~(3 << shift) | UInt32(min(3, max(0, grade))) << shift
  }

  subscript(criterion: DirectoryCriterion) -> Int { Int(packed >> Self.shift(criterion) & 3) }

  private static func shift(_ criterion: DirectoryCriterion) -> UInt32 { UInt32(14 - 2 * criterion.rawValue) }

  static func < (lhs: Self, rhs: Self) -> Bool { lhs.packed < rhs.packed }

  var all: [DirectoryCriterion: Int] {
    Dictionary(uniqueKeysWithValues: Self.graded.map { ($0, self[$0]) })
  }

  /// The first criterion by which the other one differs.
  func difference(from other: Self) -> DirectoryCriterion? { Self.graded.first { self[$0] != other[$0] } }

  static func eligibility(_ verdict: EligibilityVerdict) -> Int {
    switch verdict {
    case .fits: 0
    case .ask: 1
    case .excluded: 3
    }
  }

  static func area(_ covers: Bool?, asked: Bool) -> Int {
    guard asked else { return 0 }
    return covers.map { $0 ? 0 : 3 } ?? 1
  }

  static func vacancy(_ vacancy: DirectoryVacancy) -> Int {
    switch vacancy {
    case .free: 0
    case .notStated: 1
    case .old(let number, _): number > 0 ? 1 : 2
    case .full: 3
    }
  }

  static func opening(_ state: DirectoryCalendar.State) -> Int {
    switch state {
    case .open: 0
    case .notStated: 1
    case .holiday: 2
    case .closed: 3
    }
  }

  static func nearness(_ kilometres: Double?, asked: Bool) -> Int {
    guard asked else { return 0 }
    return kilometres.map { $0 <= 25 ? 0 : $0 <= 100 ? 1 : $0 <= 300 ? 2 : 3 } ?? 2
  }

  static func freshness(_ freshness: DirectoryFreshness) -> Int {
    switch freshness {
    case .confirmed, .due: 0
    case .stale: 1
    case .neverConfirmed: 2
    }
  }

  static func cost(_ isFree: Bool?) -> Int { isFree.map { $0 ? 0 : 2 } ?? 1 }
}
