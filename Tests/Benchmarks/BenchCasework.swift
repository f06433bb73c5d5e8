import Accounts
import Basics
import Casework
import CountryPack
import Foundation
import Records
import Vault
import Web

/// One agency's register, from small to large, on both engines: finding a person whose name was mistyped, opening a file,
/// the work list.
struct BenchCasework {
  private let desks: Desks
  private let actor: Actor
  private var ids: [CaseID] = []
  private static let password = "una frase larga y buena"

  struct Measured {
    var search: Samples
    var surname: Samples
    var file: Samples
    var list: Samples
    var workList: Samples
    /// How many of the people looked for were among the answers, in a hundred.
    var found: Double
  }

  static func measure(_ options: Bench.Options, _ pack: CountryPack, into table: inout FigureTable) async throws {
    for engine in Engine.allCases where engine == .sqlite || options.postgreSQL != nil {
      var results: [(size: Int, measured: Measured)] = []
      for size in options.registers {
        let measured = try await withRegister(engine, options, pack, size) { try await $0.measure(options.samples) }
        results.append((size, measured))
        let name = "\(engine.rawValue), \(size) cases: "
        table.add(name + "name with a typing error", measured.search, goal: 50)
        table.add(name + "  of whom were found", value: measured.found, unit: "%", goal: 99, isMore: true)
        table.add(name + "one mistyped surname", measured.surname)
        table.add(name + "opening a file", measured.file, goal: 30)
        table.add(name + "list with names", measured.list, goal: 25)
        table.add(name + "work list, narrowed", measured.workList, goal: 25)
      }
      if let small = results.first, let large = results.last, results.count > 1 {
        for (name, part) in [
          ("search", \Measured.search), ("file", \.file), ("list", \.list), ("work list", \.workList),
        ] {
          table.add(
            "\(engine.rawValue): growth of the \(name) from \(small.size) to \(large.size)",
            value: large.measured[keyPath: part].percentile(0.99) / small.measured[keyPath: part].percentile(0.99),
            unit: "×")
        }
      }
    }
  }

  // MARK: A register

  private static func withRegister<Result>(
    _ engine: Engine, _ options: Bench.Options, _ pack: CountryPack, _ size: Int,
    _ work: (BenchCasework) async throws -> Result
  ) async throws -> Result {
    try await BenchStore.use(server: engine == .postgresql ? options.postgreSQL : nil, connections: 2) { store in
      let database = try await store.open()
      let register = try await BenchCasework(database, pack, size)
      try await store.settle("VACUUM ANALYZE")
      let result = try await work(register)
      await database.close()
      return result
    }
  }

  private init(_ database: any Database, _ pack: CountryPack, _ size: Int) async throws {
    try await database.migrate(Desks.migrations)
    let desks = Desks(Office(database: database, root: .random()), pack)
    let members = desks.members
    self.desks = desks
    func signIn(_ login: String) async throws -> Actor {
      guard
        case .signedIn(let token) = try await desks.signIn.signIn(
          login: login, password: Self.password, client: "bench"),
        let actor = try await desks.signIn.actor(for: token)
      else { throw Failure("the made-up member can't sign in") }
      return actor
    }
    _ = try await desks.agencies.setUp(
      name: "Casa de medir", kind: "ngo", province: "EC-P", administrator: "Ana", login: "ana", password: Self.password)
    let link = try await members.invite(
      try await signIn("ana"), name: "Colega", login: "worker", roles: [.caseWorker])
    _ = try await members.accept(link, password: Self.password)
    actor = try await signIn("worker")
    try await fill(size)
  }

  private mutating func fill(_ size: Int) async throws {
    var people = CommonNames(seed: 2007)
    let provinces = desks.pack.provinces.map(\.iso)
    let forms = (desks.pack.lists[.exploitation] ?? []).map(\.code)
    let kinds = (desks.pack.lists[.caseKinds] ?? []).map(\.code)
    let start = ContinuousClock.now
    let begin = desks.office.clock.now()
    while ids.count < size {
      let first = ids.count
      let batch = (first..<min(first + 1_000, size)).map { number in
        (
          people.next(),
          CaseFacts(
            kind: kinds[number * number % 7 % kinds.count], province: provinces[number * 7 % provinces.count],
            form: number % 9 == 0 ? nil : forms[number % forms.count], ageBand: "18-29", sex: "female")
        )
      }
      ids += try await desks.cases.seed(actor, batch, at: begin + .minutes(first / 1_000)).map(\.id)
      if ids.count.isMultiple(of: 100_000) {
        let seconds = milliseconds(start.duration(to: .now)) / 1000
        print(String(format: "  %d cases filled in, %.0f a second", ids.count, Double(ids.count) / seconds))
      }
    }
  }

  // MARK: Measuring

  private func measure(_ samples: Int) async throws -> Measured {
    var people = CommonNames(seed: 2007)
    var dice = SeededGenerator(seed: 7)
    let looked = (0..<samples).map { _ in people.next() }
    let typed = looked.map { person -> String in
      let (given, surnames) = (SpokenName.words(person.givenNames), SpokenName.words(person.surnames))
      var words = Bool.random(using: &dice) ? [given[0], surnames[0]] : given + surnames
      let wrong = words.indices.filter { words[$0].count > 4 }.randomElement(using: &dice) ?? 0
      words[wrong] = mistyped(words[wrong], &dice)
      return words.joined(separator: " ")
    }
    let surnames = looked.map { mistyped(SpokenName.words($0.surnames)[0], &dice) }
    let provinces = desks.pack.provinces.map(\.iso)
    let forms = (desks.pack.lists[.exploitation] ?? []).map(\.code)
    var cursors: [CaseCursor?] = [nil]
    for _ in 0..<20 {
      guard let next = try await desks.cases.workList(actor, after: cursors[cursors.count - 1]).next else { break }
      cursors.append(next)
    }
    var found = 0
    for (person, name) in zip(looked, typed) {
      let answer = try await desks.cases.search(actor, name: name)
      if answer.isCut || answer.matches.contains(where: { $0.identity == person }) { found += 1 }
    }
    return Measured(
      search: try await timed(samples) { _ = try await desks.cases.search(actor, name: typed[$0]) },
      surname: try await timed(samples / 4) { _ = try await desks.cases.search(actor, name: surnames[$0]) },
      file: try await timed(samples) { _ = try await desks.cases.file(actor, ids[$0 * 7919 % ids.count]) },
      list: try await timed(samples) { _ = try await desks.cases.list(actor, after: cursors[$0 % cursors.count]) },
      workList: try await timed(samples) { number in
        let filter = CaseFilter(
          status: number % 2 == 0 ? .open : nil, kind: number % 5 == 0 ? "trafficking" : nil,
          form: number % 3 == 0 ? forms[number % forms.count] : nil, province: provinces[number % provinces.count])
        _ = try await desks.cases.workList(actor, filter)
      }, found: 100 * Double(found) / Double(samples))
  }

  /// One letter forgotten, doubled, exchanged or swapped.
  private func mistyped(_ word: String, _ dice: inout SeededGenerator) -> String {
    var letters = Array(word)
    guard letters.count > 4 else { return word }
    let place = Int.random(in: 1..<(letters.count - 1), using: &dice)
    switch Int.random(in: 0..<4, using: &dice) {
    case 0: letters.remove(at: place)
    case 1: letters.insert("r", at: place)
    case 2: letters[place] = letters[place] == "a" ? "e" : "a"
    default: letters.swapAt(place, place + 1)
    }
    return String(letters)
  }
}

/// Names as unevenly frequent as real ones: of a thousand people seventy have the commonest given name, fifteen the
/// commonest surname.
struct CommonNames {
  private var generator: SeededGenerator
  private let given: [String]
  private let surnames: [String]
  private let givenWeights: [Double]
  private let surnameWeights: [Double]

  init(seed: UInt64) {
    var words = SeededGenerator(seed: 1)
    let syllables = ["ma", "ro", "sa", "li", "ta", "ne", "ju", "ca", "lo", "vi", "de", "pa", "ño", "ri", "zu", "qui"]
    func list(_ count: Int, _ length: Int) -> [String] {
      (0..<count).map { _ in
        (0..<length).map { _ in syllables.randomElement(using: &words) ?? "" }.joined().capitalized
      }
    }
    given = list(400, 3)
    surnames = list(4_000, 4)
    givenWeights = Self.sums(400, shift: 3)
    surnameWeights = Self.sums(4_000, shift: 11)
    generator = SeededGenerator(seed: seed)
  }

  private static func sums(_ count: Int, shift: Int) -> [Double] {
    var sum = 0.0
    return (0..<count).map { rank in
      sum += 1 / Double(rank + shift)
      return sum
    }
  }

  mutating func next() -> PersonIdentity {
    let given = pick(given, givenWeights) + " " + pick(given, givenWeights)
    let surnames = pick(surnames, surnameWeights) + " " + pick(surnames, surnameWeights)
    return PersonIdentity(
      givenNames: given, surnames: surnames, sex: "female",
      birth: .year(1960 + Int.random(in: 0..<40, using: &generator)))
  }

  private mutating func pick(_ names: [String], _ sums: [Double]) -> String {
    let place = Double.random(in: 0..<(sums.last ?? 1), using: &generator)
    var (low, high) = (0, sums.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if sums[middle] > place { high = middle } else { low = middle + 1 }
    }
    return names[low]
  }
}
