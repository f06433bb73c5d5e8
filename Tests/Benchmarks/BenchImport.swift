import Accounts
import Basics
import Casework
import CountryPack
import Foundation
import Records
import Vault
import Web

/// A register from a spreadsheet, read, judged, sealed, stored and recorded: as `amparo case import` does it, on a store
/// of its own, on both engines. Its people are called as in `BenchCasework`: how many share a name decides how many places of
/// the index a batch writes to.
enum BenchImport {
  private struct Measured {
    /// From the file's bytes to the last commit.
    var seconds: Double
    /// Reading and judging alone.
    var looking: Double
    var perSecond: Double
  }

  static func measure(_ options: Bench.Options, _ pack: CountryPack, into table: inout FigureTable) async throws {
    for engine in Engine.allCases where engine == .sqlite || options.postgreSQL != nil {
      var rates: [Double] = []
      for rows in options.registers {
        let measured = try await BenchStore.use(
          server: engine == .postgresql ? options.postgreSQL : nil, connections: 8
        ) { try await measure(rows: rows, pack, try await $0.open()) }
        rates.append(measured.perSecond)
        table.add(
          "\(engine.rawValue): import of \(rows) cases, sealed, recorded", value: measured.perSecond, unit: "/s",
          goal: engine == .sqlite ? 3000 : nil, isMore: true)
        table.add("  of that, reading and judging the file", value: measured.looking, unit: "s")
      }
      if let first = rates.first, let last = rates.last, rates.count > 1 {
        table.add("\(engine.rawValue): growth of the time a case takes", value: first / last, unit: "×")
      }
    }
  }

  private static func measure(rows: Int, _ pack: CountryPack, _ database: any Database) async throws -> Measured {
    try await database.migrate(Desks.migrations)
    let desks = Desks(Office(database: database, root: .random()), pack)
    _ = try await desks.agencies.setUp(
      name: "Casa", kind: "ngo", province: "EC-P", administrator: "Ana", login: "ana", password: House.password)
    guard
      case .signedIn(let first) = try await desks.signIn.signIn(login: "ana", password: House.password, client: "b"),
      let ana = try await desks.signIn.actor(for: first)
    else { throw Failure("the made-up administrator can't sign in") }
    let link = try await desks.members.invite(ana, name: "Rosa", login: "rosa", roles: [.caseWorker])
    _ = try await desks.members.accept(link, password: House.password)
    guard
      case .signedIn(let token) = try await desks.signIn.signIn(login: "rosa", password: House.password, client: "b"),
      let actor = try await desks.signIn.actor(for: token)
    else { throw Failure("the made-up member can't sign in") }
    let bytes = register(rows)
    let clock = ContinuousClock()
    let start = clock.now
    let source = ImportDesk.Source(bytes: bytes, table: try ImportFile.table(bytes))
    let mapping = ImportMapping.columns(ColumnMapping.suggestion(for: source.table.header))
    let begun = try await desks.imports.begin(actor, .random(), source, mapping, .allOrNothing)
    let looked = clock.now
    let done = try await desks.imports.run(actor, begun.id, source, mapping)
    let seconds = milliseconds(start.duration(to: clock.now)) / 1000
    guard done.opened == rows else { throw Failure("\(done.opened) of \(rows) rows came in") }
    await database.close()
    return Measured(
      seconds: seconds, looking: milliseconds(start.duration(to: looked)) / 1000, perSecond: Double(rows) / seconds)
  }

  private static func register(_ count: Int) -> [UInt8] {
    var people = CommonNames(seed: 2007)
    var text = "Nombres,Apellidos,Nacimiento,Sexo,Provincia,Forma de explotación,Tipo de caso,Relato,Fecha de ingreso\n"
    for row in 0..<count {
      let person = people.next()
      text +=
        "\(person.givenNames),\(person.surnames),\(person.birth.text),F,EC-P,Mendicidad,Trata de personas,"
        + "\"Relato inventado para medir, número \(row).\",\(1 + row % 28)/03/2020\n"
    }
    return Array(text.utf8)
  }
}
