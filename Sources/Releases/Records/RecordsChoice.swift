import Basics
import Casework
import CountryPack
import Statistics

/// What a file of synthetic records is made of and how. One record stands for one person.
public struct RecordsChoice: Hashable, Sendable, Codable {
  public enum Method: String, Hashable, Sendable, CaseIterable, Codable {
    /// Each record is what at least k real persons have in common.
    case kanonymous
    /// From counts under differential privacy.
    case dp
  }

  /// In the order of the code book.
  public var columns: [FactField]
  /// The years of the cases, both included. Chosen and not read off the facts, so that they tell nothing.
  public var years: ClosedRange<Int>
  public var method: Method
  /// Used by `kanonymous`.
  public var k: Int
  /// Used by `dp`.
  public var epsilon: Double
  /// Used by `dp`.
  public var delta: Double
  /// Combinations of up to so many columns are looked after.
  public var length: Int

  public static let mostYears = 60
  public static let mostK = 1000

  public init(
    columns: [FactField], years: ClosedRange<Int>, method: Method = .kanonymous, k: Int = 10, epsilon: Double = 1,
    delta: Double = 0.0001, length: Int = 3
  ) {
    self.columns = FactField.allCases.filter { columns.contains($0) }
    self.years = years
    self.method = method
    self.k = k
    self.epsilon = epsilon
    self.delta = delta
    self.length = length
  }

  /// Reads a choice from the values of a form.
  ///
  /// Throws `Refusal` of the kind `.invalid` with the wrong fields: fewer than two columns, k below the pack's threshold,
  /// ε or δ above what the pack allows over all releases, a length above the columns.
  public init(_ values: (String) -> [String], _ pack: CountryPack) throws(Refusal) {
    var problems: [FieldProblem] = []
    func one<Value>(_ name: String, _ key: String, _ first: Value, _ parse: (String) -> Value?) -> Value {
      let given = values(name).filter { !$0.isEmpty }
      guard given.count <= 1, let value = given.isEmpty ? first : parse(given[0]) else {
        problems.append(FieldProblem(name, key))
        return first
      }
      return value
    }
    func decimal(_ text: String) -> Double? {
      let plain = text.replacing(",", with: ".")
      return plain.count <= 20 ? Double(plain).flatMap { $0.isFinite ? $0 : nil } : nil
    }
    let columns = values("columns").compactMap { FactField(rawValue: $0) }
    if columns.count != values("columns").count || Set(columns).count != columns.count {
      problems.append(FieldProblem("columns", "error.unknown_code"))
    } else if columns.count < 2 {
      problems.append(FieldProblem("columns", "error.records_columns"))
    }
    let year = { (text: String) -> Int?? in
      text.count == 4 ? Int(text).flatMap { (1900...2200).contains($0) ? $0 : nil }.map { .some($0) } : nil
    }
    let first = one("from", "error.records_year", Int?.none, year)
    let last = one("until", "error.records_year", Int?.none, year)
    for (name, value) in [("from", first), ("until", last)]
    where value == nil && !problems.contains(where: { $0.field == name }) {
      problems.append(FieldProblem(name, "error.records_year"))
    }
    if let first, let last, last < first || last - first >= Self.mostYears {
      problems.append(FieldProblem("until", "error.records_years"))
    }
    let method = one("method", "error.unknown_code", Method.kanonymous) { Method(rawValue: $0) }
    let threshold = pack.statistics.threshold
    let k = one("k", "error.unknown_code", threshold) { Int($0) }
    if method == .kanonymous, !(max(2, threshold)...Self.mostK).contains(k) {
      problems.append(
        FieldProblem("k", Phrase("error.records_k", ["least": String(max(2, threshold)), "most": String(Self.mostK)])))
    }
    let epsilon = one("epsilon", "error.records_epsilon_number", 1, decimal)
    let delta = one("delta", "error.records_delta", min(0.0001, pack.statistics.privacy?.delta ?? 0.0001), decimal)
    if method == .dp {
      guard let budget = pack.statistics.privacy else {
        throw Refusal.fields(problems + [FieldProblem("method", "error.records_no_budget")])
      }
      if !(epsilon >= 0.01 && epsilon <= budget.epsilon) {
        problems.append(
          FieldProblem("epsilon", Phrase("error.records_epsilon", ["most": RecordsLedger.text(budget.epsilon)])))
      }
      if !(delta > 1e-12 && delta <= budget.delta) { problems.append(FieldProblem("delta", "error.records_delta")) }
    }
    let length = one("length", "error.records_length", min(3, max(1, columns.count))) { Int($0) }
    if length < 1 || length > min(4, max(2, columns.count)) {
      problems.append(FieldProblem("length", "error.records_length"))
    }
    guard problems.isEmpty, let first, let last else { throw Refusal.fields(problems) }
    self.init(
      columns: columns, years: first...last, method: method, k: k, epsilon: epsilon, delta: delta, length: length)
  }

  /// What the calculation is asked for.
  public var synthesis: Synthesis.Method {
    switch method {
    case .kanonymous: return .wholeRecords(k: k)
    case .dp:
      var settings = PrivateCounts.Settings(epsilon: epsilon, delta: delta, length: length)
      // All code lists are the pack's, which anybody can read, and the years are chosen.
      settings.codesArePublic = true
      // What noise alone would make of empty combinations would be read as people: few of them are put up with.
      settings.fabrication = 0.2
      return .differentiallyPrivate(settings)
    }
  }

  /// The codes that anybody knows, by column.
  public func publicCodes(_ pack: CountryPack) -> [String: [String]] {
    columns.reduce(into: [:]) { lists, field in
      lists[field.rawValue] =
        field == .year ? years.map(String.init) : field.codes(pack) + [FactCode.unknown]
    }
  }
}
