import Basics
import Casework
import CountryPack

/// What the rates of a table are rates of: for each of its cells the people among whom its cases could be.
///
/// A cell has a rate where its cases are of one year for which a population serves, and where the codes that say who
/// the people are (province, sex, age) are of one column that somebody counted. Everything else that a case must be,
/// such as the form of exploitation, narrows the cases and not the people.
public struct RateBase: Sendable {
  /// Why no cell of a table has a rate.
  public enum Gap: String, Hashable, Sendable, CaseIterable {
    /// The cases are of several years, or nobody said of which.
    case severalYears = "several_years"
    /// The pack has no population for the year.
    case noPopulation = "no_population"
    /// Nobody counted the people so, or not surely enough.
    case notCounted = "not_counted"
  }

  private let choice: TableChoice
  private let pack: CountryPack

  public init(_ choice: TableChoice, _ pack: CountryPack) {
    self.choice = choice
    self.pack = pack
  }

  /// The columns that say who the people are.
  static let columns: [FactField] = [.province, .sex, .ageBand]

  /// The people of a cell, its codes in the order of the table's axes, `nil` standing for a total.
  public func people(_ codes: [String?]) -> Int? {
    guard let population = population(codes) else { return nil }
    var asked: [(FactField, [String])] = []
    for field in Self.columns {
      if let axis = choice.axes.firstIndex(of: field) {
        if codes.indices.contains(axis), let code = codes[axis] { asked.append((field, [code])) }
      } else if let some = choice.filter[field] {
        asked.append((field, some))
      }
    }
    // Of two columns at once nobody counted the people.
    guard asked.count < 2 else { return nil }
    return asked.first.map { population.people($0.rawValue, codes: $1) } ?? population.people()
  }

  /// The population that serves a cell.
  public func population(_ codes: [String?] = []) -> PackPopulation? {
    let year: String?
    if let axis = choice.axes.firstIndex(of: .year) {
      year = codes.indices.contains(axis) ? codes[axis] : nil
    } else {
      let years = choice.filter[.year] ?? []
      year = years.count == 1 ? years[0] : nil
    }
    return year.flatMap { Int($0) }.flatMap { pack.population(year: $0) }
  }

  /// Every population that serves some cell of a table with these codes of its axes.
  public func populations(_ codes: [[String]]) -> [PackPopulation] {
    guard let axis = choice.axes.firstIndex(of: .year) else { return population().map { [$0] } ?? [] }
    var found: [PackPopulation] = []
    for year in codes.indices.contains(axis) ? codes[axis] : [] {
      if let one = Int(year).flatMap({ pack.population(year: $0) }), !found.contains(one) { found.append(one) }
    }
    return found
  }

  /// Why there is no rate; `nil` where some cell may have one.
  public func gap(_ codes: [[String]]) -> Gap? {
    let hasYear = choice.axes.contains(.year) || choice.filter[.year]?.count == 1
    guard hasYear else { return .severalYears }
    let populations = populations(codes)
    guard !populations.isEmpty else { return .noPopulation }
    let filtered = Self.columns.filter { choice.filter[$0] != nil && !choice.axes.contains($0) }
    guard filtered.count < 2 else { return .notCounted }
    if let field = filtered.first,
      populations.allSatisfy({ $0.people(field.rawValue, codes: choice.filter[field] ?? []) == nil })
    {
      return .notCounted
    }
    return nil
  }
}
