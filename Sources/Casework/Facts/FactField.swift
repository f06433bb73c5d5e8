import Basics
import CountryPack
import Records

/// The columns of a case's facts: one coded row a case, coarse by design, without identity.
///
/// Nothing in them is finer than a year, a province and a band of age, and no column says what another one says more
/// finely: there is no month beside the year and no region beside the province, because sums over the one would give
/// back what a release hides of the other. A cell is a code of the column's list, or one of the ways in which there is
/// none: `unknown` (somebody asked, nobody knows) and `not_asked`.
public enum FactField: String, Hashable, Sendable, CaseIterable, Codable {
  /// The year in which the case was opened.
  case year
  /// A code of `case-kinds`.
  case kind
  /// ISO 3166-2: where the case was opened.
  case province
  /// A code of `exploitation`.
  case form
  /// A code of `age-bands`.
  case ageBand = "age_band"
  /// A code of `sexes`.
  case sex
  /// `open` or `closed`.
  case status
  /// `yes` when the case began with an interview in this system, else `no`.
  case screened
  /// `yes` when a service was written down. That none was is not a no.
  case assisted
  /// Whether a border was crossed on the way, over all happenings written down: one yes is a yes, one unknown without a
  /// yes leaves it unknown.
  case crossedBorder = "crossed_border"
  /// A code of `sectors` for where the person was exploited; `several` when happenings name different ones.
  case sector
  /// A code of `countries`: where the person was recruited; `several` likewise.
  case origin
  /// A code of `countries`: where the person was exploited; `several` likewise.
  case destination
  /// A code of `perpetrator-relations`: what whoever recruited the person was to them; `several` likewise.
  case recruiter

  /// The pack's list of its codes; `nil` for years, provinces and the codes of this room.
  public var list: PackList? {
    switch self {
    case .kind: .caseKinds
    case .form: .exploitation
    case .ageBand: .ageBands
    case .sex: .sexes
    case .sector: .sectors
    case .origin, .destination: .countries
    case .recruiter: .perpetratorRelations
    case .year, .province, .status, .screened, .assisted, .crossedBorder: nil
    }
  }

  /// The codes that do not come from the pack.
  public var ownCodes: [String] {
    switch self {
    case .status: CaseStatus.allCases.map(\.rawValue)
    case .screened, .crossedBorder: ["yes", "no"]
    case .assisted: ["yes"]
    case .sector, .origin, .destination, .recruiter: [FactField.several]
    default: []
    }
  }

  /// What stands there when a case's happenings name different codes.
  public static let several = "several"

  /// Changes when a column's meaning does, so that a published table says by which code book it was counted.
  public static let bookVersion = 1
}

/// Written as its name where it is a key of JSON.
extension FactField: CodingKeyRepresentable {}

/// What a table of facts counts.
public enum FactMeasure: String, Hashable, Sendable, CaseIterable, Codable {
  case cases
  /// Each person once: by the first of their cases that fits the table's filter. What is left of an erased case counts as
  /// one person.
  case persons
}

/// So many cases, or persons, with the same codes in the columns asked for.
public struct FactCount: Hashable, Sendable {
  /// In the order of the columns asked for.
  public var codes: [String]
  public var count: Int

  public init(codes: [String], count: Int) {
    self.codes = codes
    self.count = count
  }
}

/// Where the figures' rooms read facts: coded columns of all agencies, no key, no content.
public enum FactBook {
  /// Counts all cases, those of erased ones that stayed for figures included, by some columns.
  ///
  /// - Parameters:
  ///   - fields: each once; none counts everything.
  ///   - filter: the codes a case must have, by column; `unknown` and `not_asked` are codes here.
  ///   - agency: only cases that it opened; `nil` for those of all.
  public static func counts(
    by fields: [FactField], where filter: [FactField: Set<String>] = [:], measure: FactMeasure = .cases,
    agency: AgencyID? = nil, _ transaction: any ReadTransaction
  ) throws -> [FactCount] {
    try FactRecords.counts(by: fields, where: filter, measure: measure, agency: agency, transaction)
  }

  /// The codes of a column that occur.
  public static func codes(of field: FactField, _ transaction: any ReadTransaction) throws -> [String] {
    try FactRecords.counts(by: [field], where: [:], measure: .cases, transaction).map { $0.codes[0] }.sorted()
  }
}
