import Accounts
import Basics
import Casework
import CountryPack
import Records
import Statistics

/// The figures of one page: tables of the same facts, protected beside each other, and the services that persons received.
public struct Overview: Sendable {
  /// Persons by year, form, province, and age and sex; cases by year.
  public var tables: [BuiltTable]
  public var services: [Service]
  /// What shares of services are taken of; `nil` when hidden.
  public var persons: Int?
  public var day: CalendarDay

  /// Persons who received a service; one may have several.
  public struct Service: Hashable, Sendable {
    public var code: String
    /// `nil` when hidden.
    public var count: Int?
  }

  public func table(_ rows: FactField, _ columns: FactField? = nil, _ measure: FactMeasure = .persons) -> BuiltTable? {
    tables.first { $0.choice.rows == rows && $0.choice.columns == columns && $0.choice.measure == measure }
  }
}

/// Where the overviews are asked for. Protected by the pack's threshold for everybody, also for an institution that may
/// read its own cases one by one: a page of figures is printed and forwarded to people who may not.
public struct OverviewDesk: Sendable {
  let office: Office
  let pack: CountryPack
  let memory: FactMemory

  public init(_ office: Office, _ pack: CountryPack, _ memory: FactMemory = FactMemory()) {
    self.office = office
    self.pack = pack
    self.memory = memory
  }

  /// All agencies' cases. `nil` when there is none. Throws `Refusal.forbidden`.
  public func everywhere(_ actor: Actor) async throws -> Overview? {
    try actor.require(.readCounts)
    return try await overview(agency: nil)
  }

  /// Cases that the actor's agency opened. For whoever reads counts, or reads those cases anyway.
  public func ofOwnAgency(_ actor: Actor) async throws -> Overview? {
    guard actor.may(.readCounts) || actor.may(.readCase) else { throw Refusal.forbidden }
    return try await overview(agency: actor.agency)
  }

  static let choices = [
    TableChoice(rows: .year, measure: .persons), TableChoice(rows: .year, measure: .cases),
    TableChoice(rows: .form, measure: .persons), TableChoice(rows: .province, measure: .persons),
    TableChoice(rows: .ageBand, columns: .sex, measure: .persons),
  ]

  private func overview(agency: AgencyID?) async throws -> Overview? {
    let day = CalendarDay(office.clock.now(), offsetFromUTC: pack.offsetFromUTC)
    let (counts, services) = try await office.database.read { transaction in
      (
        try Self.choices.map { choice in
          // Whose cases they are is not kept in memory.
          try agency.map {
            try FactBook.counts(by: choice.axes, measure: choice.measure, agency: $0, transaction)
          } ?? memory.counts(by: choice.axes, measure: choice.measure, transaction)
        }, try FactBook.services(agency: agency, transaction)
      )
    }
    guard counts.allSatisfy({ !$0.isEmpty }) else { return nil }
    let tables = try BuiltTable.together(zip(Self.choices, counts).map { ($0, $1) }, pack, day: day)
    let given = services.filter { $0.count > 0 }
    return Overview(
      tables: tables, services: try protected(given), persons: tables.first?.count(nil), day: day)
  }

  /// Small counts of services are hidden, and one more where its sum would tell them. Their total is not shown: it is no
  /// number of persons.
  private func protected(_ services: [FactCount]) throws -> [Overview.Service] {
    guard !services.isEmpty else { return [] }
    let codes = services.map { $0.codes[0] }
    let cube = CountCube(axes: [.init(column: "service", codes: codes)]) { services[$0[0]].count }
    let document = try TableProtection.release(
      TableDocument(tables: [TableDocument.Table(cube, measure: FactMeasure.persons.rawValue)]), method: .suppress,
      threshold: pack.statistics.threshold, seed: 0)
    return document.tables[0].cells.compactMap { cell in
      cell.at[0].map { Overview.Service(code: $0, count: cell.count) }
    }.sorted { ($0.count ?? 0, $1.code) > ($1.count ?? 0, $0.code) }
  }
}

extension BuiltTable {
  /// Several tables without filters, no column in two of the same measure: what one hides no other gives back, nor does
  /// any table that somebody asks for at the desk of tables.
  static func together(
    _ counted: [(choice: TableChoice, counts: [FactCount])], _ pack: CountryPack, day: CalendarDay
  ) throws -> [BuiltTable] {
    let tables = counted.map { choice, counts in
      let axes = choice.axes.enumerated().map { place, field in
        CountCube.Axis(column: field.rawValue, codes: field.sorted(Set(counts.map { $0.codes[place] }), pack))
      }
      let inner = Dictionary(counts.map { ($0.codes, $0.count) }) { $0 + $1 }
      let cube = CountCube(axes: axes) { place in inner[zip(axes, place).map { $0.codes[$1] }] ?? 0 }
      return TableDocument.Table(cube, measure: choice.measure.rawValue)
    }
    let document = try TableProtection.besideOthers(
      TableDocument(tables: tables), threshold: pack.statistics.threshold)
    return try zip(counted, document.tables).map { counted, table in
      try BuiltTable(
        counted.choice, TableDocument(tables: [table], protection: document.protection), day: day)
    }
  }
}
