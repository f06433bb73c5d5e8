import Accounts
import Basics
import Casework
import CountryPack
import Foundation
import Records
import Vault
import Web

/// A demonstration with many more cases in one agency, opened through the desk like any other.
struct House {
  static let login = "rosa"
  static let password = "canario-azul-2007"

  let data: URL
  private let desks: Desks
  private let actor: Actor
  private let database: any Database

  struct Measured {
    var list: Samples
    var bareList: Samples
    var workList: Samples
    var file: Samples
    var search: Samples
  }

  init(program: String, pack: CountryPack, cases: Int) async throws {
    data = FileManager.default.temporaryDirectory.appending(path: "amparo-bench-\(UUID().uuidString)")
    // Filled in memory, where no write waits for a disk; measured on the disk.
    let quick = URL(filePath: "/dev/shm").appending(path: data.lastPathComponent)
    try run(program, ["demo", "--prepare-only", "--cases", "0", "--data", quick.path])
    try await Self.fill(quick, pack, cases)
    try FileManager.default.copyItem(at: quick, to: data)
    try FileManager.default.removeItem(at: quick)
    (desks, actor, database) = try await Self.open(data, pack)
  }

  func remove() { try? FileManager.default.removeItem(at: data) }

  static func open(
    _ data: URL, _ pack: CountryPack, login: String = House.login
  ) async throws -> (Desks, Actor, any Database) {
    let text = try String(contentsOf: data.appending(path: "secret/root"), encoding: .utf8)
    guard let root = [UInt8](hexadecimal: text.filter { !$0.isWhitespace }).flatMap(RootSecret.init(bytes:)) else {
      throw Failure("the root secret can't be read")
    }
    let database = try SQLiteDatabase(path: data.appending(path: "amparo.sqlite").path)
    let desks = Desks(Office(database: database, root: root), pack)
    guard
      case .signedIn(let token) = try await desks.signIn.signIn(login: login, password: password, client: "bench"),
      let actor = try await desks.signIn.actor(for: token)
    else { throw Failure("the made-up member can't sign in") }
    return (desks, actor, database)
  }

  private static func fill(_ data: URL, _ pack: CountryPack, _ cases: Int) async throws {
    let (desks, actor, database) = try await open(data, pack)
    var people = MadeUpNames(seed: 2007)
    let provinces = pack.provinces.map(\.iso)
    let forms = (pack.lists[.exploitation] ?? []).map(\.code)
    let start = ContinuousClock.now
    for index in 0..<cases {
      let identity = people.next()
      try await desks.cases.open(
        actor, id: .random(),
        CaseOpening(
          person: .new(.random(), identity, SafeContact()), kind: "trafficking",
          province: provinces[index % provinces.count], form: forms[index % forms.count], ageBand: "18-29",
          narrative: "Relato inventado para medir."))
      if (index + 1).isMultiple(of: 10_000) {
        let seconds = milliseconds(start.duration(to: .now)) / 1000
        print(String(format: "  %d cases opened, %.0f a second", index + 1, Double(index + 1) / seconds))
      }
    }
    await database.close()
  }

  func measure(samples: Int) async throws -> Measured {
    let page = try await desks.cases.list(actor)
    let ids = page.rows.map(\.summary.id)
    var cursors: [CaseCursor?] = [nil]
    for _ in 0..<40 {
      guard let next = try await desks.cases.workList(actor, after: cursors[cursors.count - 1]).next else { break }
      cursors.append(next)
    }
    var people = MadeUpNames(seed: 2007)
    let names = (0..<50).map { _ in people.next() }.map { misspelt($0.givenNames) + " " + $0.surnames }
    let agency = actor.agency
    return Measured(
      list: try await timed(samples) { _ = try await desks.cases.list(actor, after: cursors[$0 % cursors.count]) },
      bareList: try await timed(samples) { _ in
        _ = try await database.read { try BenchRecords.page(agency, $0) }
      },
      workList: try await timed(samples) {
        _ = try await desks.cases.workList(actor, after: cursors[$0 % cursors.count])
      },
      file: try await timed(samples) { _ = try await desks.cases.file(actor, ids[$0 % ids.count]) },
      search: try await timed(samples / 4) { _ = try await desks.cases.search(actor, name: names[$0 % names.count]) })
  }

  /// One letter dropped, as a tired hand does.
  private func misspelt(_ name: String) -> String {
    var letters = Array(name)
    if letters.count > 4 { letters.remove(at: 3) }
    return String(letters)
  }
}

struct Failure: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

func run(_ program: String, _ arguments: [String]) throws {
  let process = Process()
  process.executableURL = URL(filePath: program)
  process.arguments = arguments
  process.standardOutput = FileHandle.nullDevice
  try process.run()
  process.waitUntilExit()
  guard process.terminationStatus == 0 else { throw Failure("\(arguments[0]) ended with \(process.terminationStatus)") }
}

/// Names that nobody has, many and varied enough that an index has something to tell apart.
struct MadeUpNames {
  private var generator: SeededGenerator
  private static let syllables = [
    "ma", "ro", "sa", "li", "ta", "ne", "ju", "ca", "lo", "vi", "de", "pa", "ño", "ri", "zu",
  ]

  init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

  mutating func next() -> PersonIdentity {
    PersonIdentity(
      givenNames: word() + " " + word(), surnames: word() + " " + word(), sex: "female",
      birth: .year(1960 + Int.random(in: 0..<40, using: &generator)))
  }

  private mutating func word() -> String {
    (0..<3).map { _ in Self.syllables[Int.random(in: 0..<Self.syllables.count, using: &generator)] }.joined()
      .capitalized
  }
}
