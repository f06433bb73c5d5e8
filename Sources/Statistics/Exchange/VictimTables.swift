/// The tables that UNODC asks states for, from coded facts, protected together: victims detected by year as women, men,
/// girls and boys, by form, by form and profile, within a country or across a border, by country; and SDG 16.2.2.
///
/// What UNODC's questionnaire covers is verified (victims by age, sex, form of exploitation, citizenship); the wording of
/// its questions beyond the first two is not, nor are the classes of form that SDG 16.2.2 asks for. So forms are those of
/// the country's own list, and what our facts do not hold (citizenship, offences, persons suspected, prosecuted and
/// convicted, repatriation) is named as not held instead of being guessed.
public enum VictimTables {
  /// The columns that are read; those missing leave their tables out.
  public static let columns = ["year", "sex", "age_band", "form", "crossed_border", "destination", "origin"]

  /// What is asked for and stands in no coded fact.
  public static let notHeld = [
    "citizenship", "offences", "suspected", "prosecuted", "convicted", "repatriation",
  ]

  /// Women, men, girls and boys; `other` for who is neither; unknown where sex or age is.
  public static let profile = "profile"
  /// Child or adult.
  public static let majority = "age_group"

  /// - Parameters:
  ///   - facts: one row a person, so that each counts once.
  ///   - ages: the years of each band of age where its code does not say them.
  ///   - threshold: counts from 1 to one below it are hidden, and what would give them back.
  /// - Throws: `FactFileProblem` without years or without anything to count by them.
  public static func questionnaire(
    _ facts: FactTable, ages: [String: ClosedRange<Int>] = [:], threshold: Int
  ) throws -> TableDocument {
    try protected(
      facts, ages, threshold,
      [
        ("victims by profile", ["year", profile]), ("victims by form", ["year", "form"]),
        ("victims by form and profile", ["form", profile]),
        ("victims within a country or across a border", ["year", "crossed_border"]),
        ("victims by country of exploitation", ["destination"]), ("victims by country of recruitment", ["origin"]),
      ])
  }

  /// The counts behind SDG 16.2.2: by year, and within each by sex, by age group, by form.
  public static func sdg(
    _ facts: FactTable, ages: [String: ClosedRange<Int>] = [:], threshold: Int
  ) throws -> TableDocument {
    try protected(
      facts, ages, threshold,
      [
        ("SDG 16.2.2 by sex", ["year", "sex"]), ("SDG 16.2.2 by age", ["year", majority]),
        ("SDG 16.2.2 by form", ["year", "form"]),
      ])
  }

  private static func protected(
    _ facts: FactTable, _ ages: [String: ClosedRange<Int>], _ threshold: Int, _ wanted: [(String, [String])]
  ) throws -> TableDocument {
    guard facts.column("year") != nil else {
      throw FactFileProblem("the facts have no column “year”; these tables are by year")
    }
    guard facts.rowCount > 0 else { throw FactFileProblem("the facts have no row; there is nothing to count") }
    let derived = FactTable(columns: facts.columns + self.derived(facts, ages))
    let names = Set(derived.columns.map(\.name))
    let tables = try wanted.filter { names.isSuperset(of: $0.1) }.map { title, axes in
      TableDocument.Table(try CountCube(derived, by: axes), title: title, measure: "persons")
    }
    guard !tables.isEmpty else {
      throw FactFileProblem("the facts have none of the columns sex, age_band, form, crossed_border")
    }
    // Suppression needs no chance: the seed decides nothing.
    return try TableProtection.release(
      TableDocument(tables: tables), method: .suppress, threshold: threshold, seed: 0)
  }

  private static func derived(_ facts: FactTable, _ ages: [String: ClosedRange<Int>]) -> [FactColumn] {
    guard let age = facts.column("age_band") else { return [] }
    let groups = age.recoded(majority) { code in
      guard let years = ages[code] ?? AgeBand.years(code), let group = AgeBand.majority(years) else {
        return FactCodes.notAsked.contains(code) ? "" : "unknown"
      }
      return group.rawValue
    }
    guard let sex = facts.column("sex") else { return [groups] }
    var profiles = FactColumn(name: profile, codes: ["", "women", "men", "girls", "boys", "other", "unknown"])
    profiles.cells = (0..<facts.rowCount).map { row in
      switch (sex.code(at: row), groups.code(at: row)) {
      case ("female", "adult"): 1
      case ("male", "adult"): 2
      case ("female", "child"): 3
      case ("male", "child"): 4
      case (let sex, _) where FactCodes.category(sex).isMissing || sex == "not_said": 6
      case ("female", _), ("male", _): 6
      default: 5
      }
    }
    return [groups, profiles]
  }
}

/// SDG 16.2.2 as rows: year, what it is broken down by, persons, and where a population is known the rate.
public struct SDGSeries: Sendable {
  public struct Line: Hashable, Sendable {
    public var year: String
    /// `total`, `sex`, `age_group` or `form`.
    public var by: String
    /// Empty for the total.
    public var code: String
    /// `nil` when hidden.
    public var count: Int?
    /// Of the same year and group; `nil` where it is not known. Forms are set against the whole population.
    public var population: Int?
    /// Per 100,000; `nil` where one of the two is.
    public var rate: Double? {
      guard let count, let population, population > 0 else { return nil }
      return Double(count) * 100_000 / Double(population)
    }
  }

  public private(set) var lines: [Line] = []

  /// - Parameters:
  ///   - document: what `VictimTables.sdg` made.
  ///   - population: how many people a year had, of a sex or an age group (`female`, `child`; `nil` for all).
  public init(
    _ document: TableDocument, population: (_ year: String, _ by: String, _ code: String?) -> Int? = { _, _, _ in nil }
  ) throws {
    var totals: Set<String> = []
    for table in document.tables {
      guard table.dimensions.count == 2, table.dimensions[0].column == "year" else { continue }
      let by = table.dimensions[1].column
      for cell in table.cells {
        guard let year = cell.at[0], !FactCodes.category(year).isMissing else { continue }
        guard let code = cell.at[1] else {
          if totals.insert(year).inserted {
            lines.append(
              Line(year: year, by: "total", code: "", count: cell.count, population: population(year, "total", nil)))
          }
          continue
        }
        let isMissing = FactCodes.category(code).isMissing
        lines.append(
          Line(
            year: year, by: by, code: code, count: cell.count,
            population: isMissing ? nil : population(year, by, by == "form" ? nil : code)))
      }
    }
    let order = ["total", "sex", VictimTables.majority, "form"]
    lines.sort {
      ($0.year, order.firstIndex(of: $0.by) ?? 9, $0.code) < ($1.year, order.firstIndex(of: $1.by) ?? 9, $1.code)
    }
  }

  /// Comma-separated with a second line of HXL hashtags, as the other tables have it. A hidden count is empty and says so;
  /// so does a rate without a population.
  public var csv: String {
    var rows = [
      ["year", "by", "code", "persons", "hidden", "population", "per_100000"],
      ["#date+year", "#x_by", "#x_code", "#affected+num", "#x_hidden", "#population+num", "#x_rate+num"],
    ]
    for line in lines {
      rows.append([
        line.year, line.by, line.code, line.count.map(String.init) ?? "", line.count == nil ? "yes" : "no",
        line.population.map(String.init) ?? "",
        line.rate.map { String(($0 * 1000).rounded() / 1000) } ?? "",
      ])
    }
    return rows.map { $0.joined(separator: ",") + "\r\n" }.joined()
  }
}

extension TableDocument {
  /// All tables one below the other as rows: table, the codes of both axes, persons, hidden; for a spreadsheet or another
  /// program. A second line of HXL hashtags.
  public var csv: String {
    var rows = [
      ["table", "rows", "row", "columns", "column", "persons", "hidden"],
      ["#x_table", "#x_rows", "#x_row+code", "#x_columns", "#x_column+code", "#affected+num", "#x_hidden"],
    ]
    for table in tables {
      let (first, second) = (table.dimensions.first?.column ?? "", table.dimensions.dropFirst().first?.column ?? "")
      for cell in table.cells {
        rows.append([
          table.title ?? "", first, cell.at.first.flatMap { $0 } ?? "total", second,
          second.isEmpty ? "" : cell.at.last.flatMap { $0 } ?? "total", cell.count.map(String.init) ?? "",
          cell.hidden == true ? "yes" : "no",
        ])
      }
    }
    return rows.map { $0.map(Self.field).joined(separator: ",") + "\r\n" }.joined()
  }

  /// A text that a spreadsheet takes for nothing but a text.
  private static func field(_ text: String) -> String {
    let safe = text.first.map { "=+-@".contains($0) } == true ? "'" + text : text
    guard safe.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return safe }
    return "\"" + safe.replacing("\"", with: "\"\"") + "\""
  }
}
