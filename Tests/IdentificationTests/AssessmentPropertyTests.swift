import Basics
import CountryPack
import TestSupport
import Testing

@testable import Identification

/// The whole sheet and not one dimension of it: what must hold of every result that a screen shows.
@Suite struct AssessmentPropertyTests {
  private let pack: CountryPack
  private let scored: [Instrument]

  init() throws {
    pack = try CountryPack.load(from: ecuador)
    scored = pack.instruments.filter(\.scores)
  }

  private func assess(_ sheet: AnswerSheet, _ instrument: Instrument, _ age: Age = .years(30)) -> Assessment {
    AssessmentRules.assess(sheet, instrument, instrument.combination.flatMap(pack.combination), age: age)
  }

  private func key(_ indicator: Indicator) -> IndicatorKey {
    IndicatorKey(dimension: indicator.dimension, code: indicator.code)
  }

  /// A sheet of few answers, so that results of all three kinds come up.
  private func sheet(_ instrument: Instrument, _ generator: inout SeededGenerator) -> AnswerSheet {
    var sheet = AnswerSheet()
    let yes = Int.random(in: 0...14, using: &generator)
    let open = Int.random(in: 0...3, using: &generator)
    for indicator in instrument.indicators {
      let place = Int.random(in: 0..<100, using: &generator)
      sheet[key(indicator)] =
        place < yes
        ? .yes : open == 0 || place >= yes + 20 * open ? .no : place.isMultiple(of: 2) ? .unknown : .notAsked
    }
    return sheet
  }

  private func rank(_ outcome: Outcome) -> Int {
    switch outcome {
    case .indicatorsNotFound: 0
    case .notEnoughInformation: 1
    case .indicatorsFound: 2
    }
  }

  /// The outcome against an oracle that tries, for every dimension, the worst and the best that the open answers allow.
  @Test func theWholeResultAgainstTheBestAndTheWorstFuture() throws {
    let seed = testSeed("whole result")
    var generator = SeededGenerator(seed: seed)
    var seen: [Outcome: Int] = [:]
    #expect(scored.count >= 2)
    for round in 0..<1500 {
      let instrument = try #require(scored.randomElement(using: &generator))
      let sheet = sheet(instrument, &generator)
      func positive(_ counted: Set<FourWayAnswer>) -> Bool {
        instrument.dimensions.contains { dimension in
          let own = instrument.indicators.filter { $0.dimension == dimension.code && counted.contains(sheet[key($0)]) }
          let (s, m, w) = (
            own.count { $0.strength == .strong }, own.count { $0.strength == .medium },
            own.count { $0.strength == .weak }
          )
          return s >= 2 || (s >= 1 && m + w >= 1) || m >= 3 || (m >= 2 && w >= 1)
        }
      }
      let expected: Outcome =
        positive([.yes])
        ? .indicatorsFound
        : positive([.yes, .unknown, .notAsked]) ? .notEnoughInformation : .indicatorsNotFound
      #expect(assess(sheet, instrument).outcome == expected, "seed \(seed) round \(round)")
      seen[expected, default: 0] += 1
    }
    #expect(Outcome.allCases.allSatisfy { (seen[$0] ?? 0) > 50 }, "seed \(seed): \(seen)")
  }

  /// One more yes in place of a no, an unknown or nothing: no result is taken back, neither is the protection's.
  @Test func oneMoreYesNeverTakesAResultBack() throws {
    let seed = testSeed("one more yes of a sheet")
    var generator = SeededGenerator(seed: seed)
    for round in 0..<400 {
      let instrument = try #require(scored.randomElement(using: &generator))
      let age: Age = round.isMultiple(of: 2) ? .years(30) : .years(15)
      let combination = instrument.combination.flatMap(pack.combination)
      let sheet = sheet(instrument, &generator)
      let before = assess(sheet, instrument, age)
      let protection = AssessmentRules.readings(before, combination, age: age, penalText: nil).protection
      for indicator in instrument.indicators where sheet[key(indicator)] != .yes {
        var more = sheet
        more[key(indicator)] = .yes
        let after = assess(more, instrument, age)
        #expect(rank(after.outcome) >= rank(before.outcome), "seed \(seed) round \(round) \(indicator.code)")
        let now = AssessmentRules.readings(after, combination, age: age, penalText: nil).protection
        #expect(
          protection.result != .indicatorsFound || now.result == .indicatorsFound,
          "seed \(seed) round \(round) \(indicator.code)")
      }
    }
  }

  @Test func theOrderOfQuestionsAndOfAnswersDoesNotMatter() throws {
    let seed = testSeed("order of a sheet")
    var generator = SeededGenerator(seed: seed)
    for round in 0..<300 {
      let instrument = try #require(scored.randomElement(using: &generator))
      let sheet = sheet(instrument, &generator)
      var shuffled = instrument
      shuffled.indicators.shuffle(using: &generator)
      shuffled.dimensions.shuffle(using: &generator)
      var again = AnswerSheet()
      for indicator in shuffled.indicators { again[key(indicator)] = sheet[key(indicator)] }
      let (one, other) = (assess(sheet, instrument), assess(again, shuffled))
      #expect(one.outcome == other.outcome && one.pattern == other.pattern, "seed \(seed) round \(round)")
      func states(_ assessment: Assessment) -> [String: Finding] {
        assessment.dimensions.reduce(into: [:]) { $0[$1.code] = $1.state }
      }
      #expect(states(one) == states(other), "seed \(seed) round \(round)")
    }
  }

  /// Unknown and not asked weigh the same, and neither is a no: with them in a no's place a result of nothing found must
  /// become one of not enough information as soon as a yes could still turn it.
  @Test func unknownIsNeitherANoNorAYes() throws {
    let seed = testSeed("unknown of a sheet")
    var generator = SeededGenerator(seed: seed)
    var turned = 0
    for round in 0..<600 {
      let instrument = try #require(scored.randomElement(using: &generator))
      let sheet = sheet(instrument, &generator)
      var (swapped, blank, no) = (sheet, sheet, sheet)
      for indicator in instrument.indicators {
        switch sheet[key(indicator)] {
        case .unknown: (swapped[key(indicator)], no[key(indicator)]) = (.notAsked, .no)
        case .notAsked: (swapped[key(indicator)], no[key(indicator)]) = (.unknown, .no)
        case .no: blank[key(indicator)] = .unknown
        case .yes: break
        }
      }
      let result = assess(sheet, instrument)
      #expect(assess(swapped, instrument).outcome == result.outcome, "seed \(seed) round \(round)")
      // A no closes, so with every open answer a no nothing is left open.
      #expect(assess(no, instrument).outcome != .notEnoughInformation, "seed \(seed) round \(round)")
      // With nothing denied, nothing is ever “not found”.
      #expect(assess(blank, instrument).outcome != .indicatorsNotFound, "seed \(seed) round \(round)")
      if assess(no, instrument).outcome != result.outcome { turned += 1 }
    }
    #expect(turned > 100, "seed \(seed): the property was hardly tried")
  }

  /// The smallest set for a dimension of the real instruments, against trying every set of its open questions.
  @Test func theSmallestSetOfTheRealInstrumentsAgainstEverySet() throws {
    let seed = testSeed("smallest set")
    var generator = SeededGenerator(seed: seed)
    var sizes: [Int: Int] = [:]
    for round in 0..<300 {
      let instrument = try #require(scored.randomElement(using: &generator))
      let dimension = try #require(instrument.dimensions.randomElement(using: &generator))
      let own = instrument.indicators.filter { $0.dimension == dimension.code }
      var sheet = AnswerSheet()
      // At most twelve open ones, so that every set of them can be tried.
      let open = Set(own.shuffled(using: &generator).prefix(Int.random(in: 0...12, using: &generator)).map(\.code))
      for indicator in own where !open.contains(indicator.code) {
        sheet[key(indicator)] = Int.random(in: 0..<6, using: &generator) == 0 ? .yes : .no
      }
      let asked = AssessmentRules.openQuestions(dimension, of: instrument, sheet)
      let candidates = own.filter { open.contains($0.code) }
      var smallest: Int?
      for choice in 0..<(1 << candidates.count) where choice.nonzeroBitCount < smallest ?? .max {
        var trial = sheet
        for (place, indicator) in candidates.enumerated() where choice >> place & 1 == 1 {
          trial[key(indicator)] = .yes
        }
        if AssessmentRules.finding(dimension, of: instrument, trial).state == .positive {
          smallest = choice.nonzeroBitCount
        }
      }
      // Positive already, or beyond reach: there is nothing to ask.
      #expect(asked.count == smallest ?? 0, "seed \(seed) round \(round)")
      #expect(open.isSuperset(of: asked), "seed \(seed) round \(round)")
      sizes[asked.count, default: 0] += 1
    }
    #expect([0, 1, 2].allSatisfy { (sizes[$0] ?? 0) > 5 }, "seed \(seed): \(sizes)")
  }
}
