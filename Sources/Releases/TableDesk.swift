import Accounts
import Basics
import Casework
import CountryPack
import Records
import Statistics
import Vault

/// Where tables of facts are asked for. Nobody gets a count from here that did not pass the protection, unless it is
/// asked for work inside the mechanism, by whoever may read counts anyway.
public struct TableDesk: Sendable {
  let office: Office
  let pack: CountryPack
  /// Of the office's store, and of no other.
  let memory: FactMemory

  public init(_ office: Office, _ pack: CountryPack, _ memory: FactMemory = FactMemory()) {
    self.office = office
    self.pack = pack
    self.memory = memory
  }

  /// Gets ready to count, when a server starts.
  ///
  /// Throws a `DatabaseFailure`.
  public func getReady() async throws { try await office.database.read { try memory.fill($0) } }

  /// Counts and protects; `nil` when no case fits.
  ///
  /// Throws `Refusal`: `.forbidden`, or `.invalid` when the table is too large.
  public func table(_ actor: Actor, _ choice: TableChoice) async throws -> BuiltTable? {
    try actor.require(.readCounts)
    return try await office.database.read { try table(choice, $0) }
  }

  func table(_ choice: TableChoice, _ transaction: any ReadTransaction) throws -> BuiltTable? {
    let counts = try memory.counts(
      by: choice.axes, where: choice.filter.mapValues { Set($0) }, measure: choice.measure, transaction)
    guard !counts.isEmpty else { return nil }
    let day = CalendarDay(office.clock.now(), offsetFromUTC: pack.offsetFromUTC)
    do {
      return try BuiltTable(choice, counts, pack, day: day, seed: seed(choice))
    } catch is FactFileProblem { throw Refusal.fields([FieldProblem("columns", "error.table_too_large")]) }
  }

  /// What can be chosen in each column: years that occur, the codes of the others.
  public func codes(_ actor: Actor) async throws -> [FactField: [String]] {
    try actor.require(.readCounts)
    let years = try await office.database.read { try memory.codes(of: .year, $0) }
    return FactField.allCases.reduce(into: [:]) { all, field in
      all[field] = field == .year ? years : field.codes(pack) + [FactCode.unknown, FactCode.notAsked]
    }
  }

  /// The same table is rounded the same way each time it is asked for: else asking often would average it out.
  private func seed(_ choice: TableChoice) -> UInt64 {
    office.root.tag("table-rounding", [Array(choice.subject.utf8)]).prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
  }
}
