import Accounts
import Basics
import Casework
import CountryPack
import Foundation
import Records
import Releases
import Vault
import Web

/// A protected table of three columns of live cases, asked for at the desk as a page does: counted in the memory that
/// catches up with the store, protected as a cube, ready to be shown.
enum BenchTables {
  struct Measured {
    /// The first table after a start reads all facts.
    var first: Double
    var table: Samples
    /// With one case changed before each.
    var changed: Samples
    /// Each person once.
    var persons: Samples
    /// The same counts, asked of the store.
    var store: Samples
  }

  static func measure(cases: Int, pack: CountryPack, samples: Int) async throws -> Measured {
    let folder = FileManager.default.temporaryDirectory.appending(path: "amparo-tables-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let database = try SQLiteDatabase(path: folder.appending(path: "tables.sqlite").path)
    try await database.migrate(Desks.migrations)
    let desks = Desks(Office(database: database, root: .random(), passwordCost: .test), pack)
    _ = try await desks.agencies.setUp(
      name: "Casa inventada", kind: "ngo", province: "EC-P", administrator: "Ana", login: "ana",
      password: House.password)
    let link = try await desks.members.invite(
      try await signedIn("ana", desks), name: "Analista", login: "analista", roles: [.analyst])
    _ = try await desks.members.accept(link, password: House.password)
    let actor = try await signedIn("analista", desks)
    try await fill(database, pack, cases, actor)
    let choice = TableChoice(rows: .province, columns: .form, layers: .ageBand)
    let begin = ContinuousClock.now
    _ = try await desks.tables.table(actor, choice)
    let first = milliseconds(begin.duration(to: .now))
    let table = try await timed(samples) { _ in _ = try await desks.tables.table(actor, choice) }
    var changes: [Double] = []
    for index in 0..<samples {
      try await touch(database, pack, index)
      let start = ContinuousClock.now
      _ = try await desks.tables.table(actor, choice)
      changes.append(milliseconds(start.duration(to: .now)))
    }
    var persons = choice
    persons.measure = .persons
    let asked = persons
    let everyone = try await timed(samples) { _ in _ = try await desks.tables.table(actor, asked) }
    let store = try await timed(max(5, samples / 10)) { _ in
      _ = try await database.read { try FactBook.counts(by: choice.axes, $0) }
    }
    await database.close()
    return Measured(first: first, table: table, changed: Samples(changes), persons: everyone, store: store)
  }

  private static func signedIn(_ login: String, _ desks: Desks) async throws -> Actor {
    guard
      case .signedIn(let token) = try await desks.signIn.signIn(
        login: login, password: House.password, client: "bench"), let actor = try await desks.signIn.actor(for: token)
    else { throw Failure("the made-up member can't sign in") }
    return actor
  }

  /// Rows of made-up cases, without content: tables read none.
  private static func fill(
    _ database: any Database, _ pack: CountryPack, _ cases: Int, _ actor: Actor
  ) async throws {
    let provinces = pack.provinces.map(\.iso)
    let forms = (pack.lists[.exploitation] ?? []).map(\.code)
    let ages = (pack.lists[.ageBands] ?? []).map(\.code)
    for start in stride(from: 0, to: cases, by: 50_000) {
      try await database.write { transaction in
        var generator = SeededGenerator(seed: UInt64(start) + 1)
        func skewed(_ codes: [String]) -> String {
          let x = Double.random(in: 0..<1, using: &generator)
          return codes[Int(x * x * Double(codes.count))]
        }
        var persons: [[any SQLBindable]] = []
        var rows: [[any SQLBindable]] = []
        // In their order, as an import writes them: each page of the indices is touched once.
        let end = min(cases, start + 50_000)
        let people = (start..<end).map { _ in PersonID.random() }.sorted()
        let ids = (start..<end).map { _ in CaseID.random() }.sorted()
        for number in start..<end {
          let person = people[number - start]
          persons.append([person, actor.agency, actor.member, 0, 1])
          rows.append([
            ids[number - start], actor.agency, "B\(number)", person, "trafficking", "open", "2024-0\(1 + number % 9)",
            skewed(provinces), skewed(forms), skewed(ages), number.isMultiple(of: 3) ? "male" : "female", actor.member,
            number, 1,
          ])
        }
        try transaction.insert(into: "persons", ["id", "agency", "made_by", "made_at", "tag_rule"], persons)
        try transaction.insert(
          into: "cases",
          [
            "id", "agency", "code", "person", "kind", "status", "month", "province", "form", "age_band", "sex",
            "opened_by", "opened_at", "revision",
          ], rows)
        try transaction.record(entry)
      }
    }
    try await database.write { transaction in
      try transaction.execute(
        """
        INSERT INTO case_facts (case_id, agency, year, kind, province, form, age_band, sex, status, screened, assisted,
          crossed_border, sector, origin, destination, recruiter)
        SELECT id, agency, substr(month, 1, 4), kind, province, form, age_band, sex, status, 'no', 'not_asked',
          'not_asked', 'not_asked', 'not_asked', 'not_asked', 'not_asked' FROM cases
        """)
      try transaction.record(entry)
    }
  }

  /// As a desk leaves it after an edit.
  private static func touch(_ database: any Database, _ pack: CountryPack, _ index: Int) async throws {
    let province = pack.provinces[index % pack.provinces.count].iso
    try await database.write { transaction in
      try transaction.execute("UPDATE fact_changes SET number = number + 1")
      try transaction.execute(
        """
        UPDATE case_facts SET province = ?, change = (SELECT number FROM fact_changes)
        WHERE case_id = (SELECT id FROM cases WHERE code = ?)
        """, province, "B\(index)")
      try transaction.record(entry)
    }
  }

  private static var entry: AuditEntry {
    AuditEntry(at: Moment(milliseconds: 0), doer: .system("bench"), action: "bench.fill", objectKind: "bench")
  }
}
