import Basics
import CSimilarity
import Foundation
import InventedPeople
@testable import Linkage
import Testing

private let secret = Array("a secret for these tests".utf8)
private let day = CalendarDay(daysSince1970: 20_000)

func encoded(_ name: String, _ people: [InventedPerson], _ schema: LinkageSchema) throws -> EncodedList {
  var encoder = try RecordEncoder(schema, secret: secret)
  let columns = try encoder.columns(in: InventedPeople.header)
  var list = EncodedList(name: name, purpose: "test", created: day, expires: day, schema: schema, secret: secret)
  for (place, person) in people.enumerated() { list.append("\(name)\(place)", encoder.encode(person.values, columns)) }
  return list
}

@Suite struct PairTests {
  /// Against comparing every pair plainly, at several lengths.
  @Test(arguments: [[], [.fold], [.balance], [.rule90]] as [[LinkageSchema.Hardening]])
  func candidatesAgreeWithPlainComparison(_ hardening: [LinkageSchema.Hardening]) async throws {
    let schema = try Schemas.named("es-1", hardening)
    var invented = InventedPeople(seed: 3)
    let (a, b, _) = invented.twoLists(150)
    let lists = [try encoded("a", a, schema), try encoded("b", Array(b.prefix(141)), schema)]
    let words = schema.finalBits / 64
    for threshold in [0.6, 0.75] {
      var expected: [CandidatePair] = []
      for first in 0..<lists[0].count {
        for second in 0..<lists[1].count {
          let left = lists[0].filters[(first * words)..<((first + 1) * words)]
          let right = lists[1].filters[(second * words)..<((second + 1) * words)]
          let both = zip(left, right).reduce(0) { $0 + ($1.0 & $1.1).nonzeroBitCount }
          let ones = (left + right).reduce(0) { $0 + $1.nonzeroBitCount }
          let score = 2 * Double(both) / Double(ones)
          if score >= threshold {
            expected.append(CandidatePair(firstList: 0, first: first, secondList: 1, second: second, score: score))
          }
        }
      }
      let found = try await PairSearch.candidates(lists, threshold: threshold)
      let order = found.sorted { ($0.first, $0.second) < ($1.first, $1.second) }
      #expect(order.map { [$0.first, $0.second] } == expected.map { [$0.first, $0.second] })
      for (one, other) in zip(order, expected) { #expect(abs(one.score - other.score) < 1e-12) }
    }
  }

  /// Only pairs that all comparisons find, with their scores, the surest of them all, and most of the links.
  @Test func blockingLosesLittleAndInventsNothing() async throws {
    let schema = try Schemas.named("es-1")
    var invented = InventedPeople(seed: 12)
    let (a, b, _) = invented.twoLists(1500)
    let lists = [try encoded("a", a, schema), try encoded("b", b, schema)]
    let all = try await PairSearch.candidates(lists, threshold: 0.73)
    let some = try await PairSearch.candidates(lists, threshold: 0.73, blocking: FilterBlocking())
    #expect(Set(some).isSubset(of: Set(all)))
    #expect(
      some.map { [$0.first, $0.second] }
        == some.map { [$0.first, $0.second] }.sorted { $0.lexicographicallyPrecedes($1) })
    #expect(all.filter { $0.score > 0.95 }.allSatisfy(Set(some).contains))
    let (links, kept) = (Set(PairSolver.groups(all)), Set(PairSolver.groups(some)))
    #expect(Double(kept.intersection(links).count) >= 0.97 * Double(links.count), "\(kept.count) of \(links.count)")
    #expect(try await PairSearch.candidates(lists, threshold: 0.73, blocking: FilterBlocking()) == some)
    let blocking = FilterBlocking()
    #expect(blocking.chance(differing: 0) == 1 && blocking.chance(differing: 1) == 0)
    #expect(blocking.chance(differing: 0.1) > blocking.chance(differing: 0.2))
  }

  /// The special instructions give what the plain ones give.
  @Test(arguments: [1, 7, 8, 9, 16, 32, 64]) func instructionsAgree(_ words: Int) {
    var generator = SeededGenerator(seed: UInt64(words))
    let blocks = 37
    let filters = (0..<(blocks * 8 * words)).map { _ in generator.next() & generator.next() }
    let filter = (0..<words).map { _ in generator.next() & generator.next() }
    let limits = (0..<(blocks * 8)).map { _ in Int64(generator.next() % UInt64(words * 26)) << 16 }
    var (found, distances) = ([UInt32](repeating: 0, count: blocks * 8), [UInt32](repeating: 0, count: blocks * 8))
    var (plain, plainDistances) = (found, distances)
    let count = amparo_near(filter, words, min(words, 8), filters, limits, 1, 2, blocks - 2, &found, &distances)
    let plainCount = amparo_near_portable(
      filter, words, words, filters, limits, 1, 2, blocks - 2, &plain, &plainDistances)
    #expect(count == plainCount && count > 0)
    #expect(found == plain && distances == plainDistances)
  }

  /// The goal is 0.96 on 10,000 by 10,000, which `make bench` measures; here a tenth of it on an unseen seed.
  @Test func inventedPeopleAreFound() async throws {
    let schema = try Schemas.named("es-1")
    var invented = InventedPeople(seed: 77)
    let (a, b, truth) = invented.twoLists(1000)
    let lists = [try encoded("a", a, schema), try encoded("b", b, schema)]
    let groups = PairSolver.groups(try await PairSearch.candidates(lists, threshold: schema.threshold ?? 1))
    let found = Set(groups.map { "\($0.records[0].index)-\($0.records[1].index)" })
    let score = LinkageScore(found: found, truth: Set(truth.map { "\($0.0)-\($0.1)" }))
    #expect(score.f1 ?? 0 >= 0.96, "\(score)")
  }

  @Test func documentsComeBeforeEverything() async throws {
    let schema = try Schemas.named("es-1")
    var encoder = try RecordEncoder(schema, secret: secret)
    let columns = try encoder.columns(in: ["given", "surname1", "birth", "sex", "nationality", "cedula"])
    var lists: [EncodedList] = []
    for (name, rows) in [
      (
        "a",
        [["Rosa", "Vera", "1980-01-02", "F", "ECU", "1710034065"], ["Ana", "Mora", "1990-03-04", "F", "ECU", ""]]
      ),
      (
        "b",
        [["Luz", "Ponce", "1999-09-09", "F", "COL", "171003406-5"], ["Ana", "Mora", "1990-03-04", "F", "ECU", "123"]]
      ),
    ] {
      var list = EncodedList(name: name, purpose: "t", created: day, expires: day, schema: schema, secret: secret)
      for (place, row) in rows.enumerated() { list.append("\(place)", encoder.encode(row, columns)) }
      lists.append(list)
    }
    let pairs = try await PairSearch.candidates(lists, threshold: 0.9)
    #expect(pairs.map { [$0.first, $0.second] } == [[0, 0], [1, 1]] && pairs[0].score == 2 && pairs[1].score == 1)
  }

  @Test func groupsNeedEveryPair() {
    func pair(_ a: Int, _ i: Int, _ b: Int, _ j: Int, _ score: Double) -> CandidatePair {
      CandidatePair(firstList: a, first: i, secondList: b, second: j, score: score)
    }
    let whole = [pair(0, 0, 1, 0, 0.9), pair(0, 0, 2, 0, 0.8), pair(1, 0, 2, 0, 0.85)]
    #expect(PairSolver.groups(whole).map(\.records.count) == [3])
    #expect(PairSolver.groups(Array(whole.prefix(2))).map(\.records.count) == [2])
    // The better of two pairs that want the same record.
    let rivals = [pair(0, 0, 1, 0, 0.8), pair(0, 1, 1, 0, 0.9)]
    #expect(PairSolver.groups(rivals).map(\.records) == [[.init(list: 0, index: 1), .init(list: 1, index: 0)]])
    #expect(Overlap.histories(PairSolver.groups(whole), sizes: [2, 1, 3]) == [0, 1, 0, 0, 2, 0, 0, 1])
    #expect(PairSolver.groups(whole.reversed()) == PairSolver.groups(whole))
  }

  @Test func scoresAndSamples() throws {
    let score = LinkageScore(found: ["a", "b", "c"], truth: ["b", "c", "d", "e"])
    #expect(score.right == 2 && score.wrong == 1 && score.missed == 2 && score.f1 == 4.0 / 7)
    #expect(LinkageScore(found: [], truth: []).f1 == nil)
    #expect(ClericalSample.indices(of: 5, count: 9, seed: 1) == [0, 1, 2, 3, 4])
    let sample = ClericalSample.indices(of: 1000, count: 50, seed: 4)
    #expect(Set(sample).count == 50 && sample.allSatisfy { $0 < 1000 } && sample == sample.sorted())
    let rates = try #require(
      SampledErrorRates(
        links: .init(same: 95, looked: 100, whole: 500), below: .init(same: 5, looked: 100, whole: 1000)))
    #expect(rates.wrongly == (5, 100) && rates.missed == (10, 100))
    #expect(
      SampledErrorRates(links: .init(same: 0, looked: 0, whole: 0), below: .init(same: 1, looked: 1, whole: 1)) == nil)
  }

  @Test func aMixtureTellsTwoHillsApart() throws {
    var generator = SeededGenerator(seed: 8)
    var scores: [Double] = []
    for _ in 0..<2000 {
      let sum = (0..<12).reduce(0.0) { total, _ in total + Double.random(in: 0..<1, using: &generator) } - 6
      scores.append(0.88 + 0.05 * sum)
      scores.append(0.6 - 0.02 * log(Double.random(in: 1e-9..<1, using: &generator)))
    }
    let mixture = try #require(ScoreMixture(scores: scores, threshold: 0.75, floor: 0.6))
    #expect(abs(mixture.missedShare - 0.0047) < 0.005 && mixture.falseShare < 0.01, "\(mixture)")
    #expect(ScoreMixture(scores: [0.9, 0.8], threshold: 0.75, floor: 0.6) == nil)
  }
}

@Suite struct EncodedListTests {
  @Test func filesComeBackAsTheyWere() throws {
    var invented = InventedPeople(seed: 5)
    let people = (0..<20).map { _ in invented.person() }
    let list = try encoded("a", people, Schemas.named("es-1"))
    let back = try EncodedList(text: list.text)
    #expect(back.text == list.text && back.filters == list.filters && back.ids == list.ids)
    #expect(list.text.contains("never to be published"))
  }

  @Test func unequalListsAreRefusedBeforeAnyComparison() throws {
    let (first, second) = (try Schemas.named("es-1"), try Schemas.named("es-1", [.rule90]))
    let a = EncodedList(name: "a", purpose: "t", created: day, expires: day, schema: first, secret: secret)
    let schema = EncodedList(name: "b", purpose: "t", created: day, expires: day, schema: second, secret: secret)
    let key = EncodedList(
      name: "c", purpose: "t", created: day, expires: day, schema: first, secret: Array("quite another secret".utf8))
    let purpose = EncodedList(
      name: "d", purpose: "another", created: day, expires: day, schema: first, secret: secret)
    for (lists, today, words, spanish) in [
      ([a, schema], day, "different schemas", "esquemas distintos"),
      ([a, key], day, "different secrets", "secretos distintos"), ([a], day, "two lists", "al menos dos"),
      ([a, a], day, "called", "se llaman"), ([a, key], day.adding(days: 1), "expired", "vencieron"),
      ([a, purpose], day, "its own purpose only", "solo para lo suyo"),
    ] {
      do {
        try EncodedList.check(lists, today: today)
        Issue.record("accepted: \(words)")
      } catch {
        #expect(error.message.contains(words) && error.words[.spanish].contains(spanish), "\(error)")
      }
    }
    #expect(throws: LinkageProblem.self) { _ = try RecordEncoder(first, secret: [1, 2, 3]) }
  }

  @Test(arguments: 1...10 as ClosedRange<UInt64>) func damagedFilesAreOneSentence(_ seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    var invented = InventedPeople(seed: seed)
    let list = try encoded("a", (0..<3).map { _ in invented.person() }, Schemas.named("es-1"))
    let text = Array(list.text.utf8)
    for _ in 0..<60 {
      var bytes = text
      for _ in 0..<3 {
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<3, using: &generator) {
        case 0: bytes.remove(at: place)
        case 1: bytes[place] = UInt8.random(in: 0...255, using: &generator)
        default: bytes.insert(10, at: place)
        }
      }
      do { _ = try EncodedList(text: String(decoding: bytes, as: UTF8.self)) } catch {
        #expect(!error.message.isEmpty && !error.message.contains("\n"), "seed \(seed)")
      }
    }
  }

  @Test func otherDesksAreNamedAndNothingElse() async throws {
    let schema = try Schemas.named("es-1")
    var invented = InventedPeople(seed: 21)
    let people = (0..<30).map { _ in invented.person() }
    let desks = [
      KnownElsewhere.Desk(list: try encoded("a", Array(people.prefix(10)), schema), contact: "02 000 0001"),
      KnownElsewhere.Desk(list: try encoded("b", Array(people.suffix(25)), schema), contact: "02 000 0002"),
    ]
    let question = KnownElsewhere(desks, threshold: 0.73)
    #expect(try await question.contacts(for: encoded("q", [people[7]], schema), today: day).count == 2)
    #expect(try await question.contacts(for: encoded("q", [people[1]], schema), today: day) == ["02 000 0001"])
    #expect(try await question.contacts(for: encoded("q", [invented.person()], schema), today: day) == [])
    await #expect(throws: LinkageProblem.self) {
      _ = try await question.contacts(for: encoded("q", people, schema), today: day)
    }
  }

  @Test func hardenedFiltersDifferAndBalance() throws {
    var invented = InventedPeople(seed: 5)
    let people = (0..<10).map { _ in invented.person() }
    let balanced = try encoded("a", people, Schemas.named("es-1", [.balance]))
    #expect(balanced.bits == 2048)
    for row in 0..<10 {
      #expect(balanced.filters[(row * 32)..<((row + 1) * 32)].reduce(0) { $0 + $1.nonzeroBitCount } == 1024)
    }
    #expect(try encoded("a", people, Schemas.named("es-1", [.fold])).bits == 512)
    let salted = try encoded("a", people, Schemas.named("es-1", [.salt("sex")]))
    #expect(salted.filters != (try encoded("a", people, Schemas.named("es-1"))).filters)
  }
}
