import Basics

/// The fictional case load of 2007: its shares agree with the police figures that were published for that year
/// (forced begging 38.3 %, Pichincha 24.7 %, El Oro 18.5 %, Orellana 11.1 % of 81 cases). Both margins are exact;
/// which form met which province is made up.
public enum CaseLoad {
  /// How many cases the year had.
  public static let yearOf2007 = 81

  /// The morning on which the members join, before the first case.
  static let beginning = Moment(milliseconds: 1_167_656_400_000)

  /// Cases by form of exploitation, codes of the pack.
  static let forms: [(code: String, cases: Int)] = [
    ("begging", 31), ("sexual", 27), ("labour", 12), ("servile_union", 4), ("recruitment_crime", 3),
    ("illegal_adoption", 2), ("other", 2),
  ]

  /// Cases by province, ISO 3166-2.
  static let provinces: [(code: String, cases: Int)] = [
    ("EC-P", 20), ("EC-O", 15), ("EC-D", 9), ("EC-G", 8), ("EC-M", 5), ("EC-A", 4), ("EC-E", 4), ("EC-U", 4),
    ("EC-C", 3), ("EC-I", 3), ("EC-L", 3), ("EC-R", 2), ("EC-T", 1),
  ]

  /// One fictional case as the figures see it.
  public struct Entry: Hashable, Sendable {
    public var form: String
    public var province: String
  }

  /// So many cases; every 81 of them have both margins exactly.
  public static func entries(_ count: Int, using generator: inout some RandomNumberGenerator) -> [Entry] {
    var entries: [Entry] = []
    while entries.count < count {
      let forms = forms.flatMap { Array(repeating: $0.code, count: $0.cases) }.shuffled(using: &generator)
      let provinces = provinces.flatMap { Array(repeating: $0.code, count: $0.cases) }.shuffled(using: &generator)
      entries += zip(forms, provinces).map(Entry.init)
    }
    return Array(entries.prefix(count))
  }
}
