import Accounts
import Basics
import Casework
import CountryPack
import Records
import Statistics

/// Where the tables for international questionnaires are asked for: from all agencies' facts, each person once, protected
/// by the pack's threshold.
public struct ExchangeDesk: Sendable {
  let office: Office
  let pack: CountryPack
  let memory: FactMemory

  public init(_ office: Office, _ pack: CountryPack, _ memory: FactMemory = FactMemory()) {
    self.office = office
    self.pack = pack
    self.memory = memory
  }

  /// The questionnaire's tables; `nil` when there is no case. Throws `Refusal.forbidden`.
  public func questionnaire(_ actor: Actor) async throws -> TableDocument? {
    try await tables(actor) { try VictimTables.questionnaire($0, ages: $1, threshold: $2) }
  }

  /// SDG 16.2.2, with rates where the pack counts the people of the year and the group. Throws `Refusal.forbidden`.
  public func sdg(_ actor: Actor) async throws -> SDGSeries? {
    try await tables(actor) { try VictimTables.sdg($0, ages: $1, threshold: $2) }.map {
      try SDGSeries($0) { year, column, code in
        guard let population = Int(year).flatMap(pack.population(year:)) else { return nil }
        return code.map { population.people(column, codes: [$0]) } ?? population.people()
      }
    }
  }

  private func tables(
    _ actor: Actor, _ make: @escaping @Sendable (FactTable, [String: ClosedRange<Int>], Int) throws -> TableDocument
  ) async throws -> TableDocument? {
    try actor.require(.readCounts)
    let columns = VictimTables.columns.compactMap { FactField(rawValue: $0) }
    let counts = try await office.database.read { try memory.counts(by: columns, measure: .persons, $0) }
    guard !counts.isEmpty else { return nil }
    return try make(
      FactTable(columns: columns.map(\.rawValue), counts), CTDCCrosswalk.ages(pack), pack.statistics.threshold)
  }
}

extension CTDCCrosswalk {
  /// With the pack's own lists: what years its bands of age span, and which flag each form has.
  public init(_ pack: CountryPack) {
    let forms = (pack.lists[.exploitation] ?? []).compactMap { term in
      term.details["ctdc"].flatMap { $0.isEmpty ? nil : (term.code, $0) }
    }
    self.init(ages: Self.ages(pack), forms: Dictionary(forms) { first, _ in first })
  }

  static func ages(_ pack: CountryPack) -> [String: ClosedRange<Int>] {
    (pack.lists[.ageBands] ?? []).reduce(into: [:]) { ages, term in
      guard let youngest = term.details["youngest"].flatMap({ Int($0) }),
        let oldest = term.details["oldest"].flatMap({ Int($0) }), youngest <= oldest
      else { return }
      ages[term.code] = youngest...oldest
    }
  }
}
