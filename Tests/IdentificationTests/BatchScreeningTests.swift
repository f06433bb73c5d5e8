import Basics
import CountryPack
import Foundation
import TestSupport
import Testing

@testable import Identification

/// The quick reader says what the one with every check says.
@Suite struct BatchScreeningTests {
  private let pack: CountryPack
  private let day = CalendarDay(daysSince1970: 20_000)
  init() throws { pack = try CountryPack.load(from: ecuador) }

  private func read(_ line: String, _ batch: inout BatchScreening, number: Int = 7) -> (String, Bool) {
    var out: [UInt8] = []
    let isRight = Array(line.utf8).withUnsafeBytes { batch.read($0, number: number, to: &out) }
    return (String(decoding: out, as: UTF8.self), isRight)
  }

  @Test(arguments: ["ilo-adult-labour", "ilo-child-labour"])
  func randomAnswersGiveTheSameReport(_ id: String) throws {
    let seed = testSeed("batch")
    var generator = SeededGenerator(seed: seed)
    let instrument = try #require(pack.instrument(id))
    #expect(CompiledInstrument(instrument, pack, on: day) != nil)
    var batch = BatchScreening(pack, instrument, age: nil, on: day)
    for round in 0..<600 {
      var answers: [String: String] = [:]
      let share = Double.random(in: 0...1, using: &generator)
      for indicator in instrument.indicators where Double.random(in: 0...1, using: &generator) < share {
        let answer = FourWayAnswer.allCases.randomElement(using: &generator) ?? .no
        answers[indicator.dimension + "/" + indicator.code] = answer.rawValue
      }
      let age =
        [Age.inDoubt, .years(0), .years(17), .years(18), .years(120)].randomElement(using: &generator) ?? .inDoubt
      let written =
        if case .years(let years) = age, Bool.random(using: &generator) { String(years) } else { "\"\(age)\"" }
      let answersJSON = String(decoding: try JSONEncoder().encode(answers), as: UTF8.self)
        .replacingOccurrences(of: "\\/", with: "/")
      let line =
        Bool.random(using: &generator)
        ? "{\"answers\":\(answersJSON),\"age\":\(written)}"
        : " { \"age\" : \(written) , \"answers\" : \(answersJSON) } "
      let report = try ScreenReport(
        AnswerSheet(answers, for: instrument), instrument, age: age, pack: pack, on: day
      ).json
      let (text, isRight) = read(line, &batch)
      #expect(text == "{\"line\":7," + report.dropFirst() + "\n", "seed \(seed) round \(round)")
      #expect(isRight)
    }
  }

  @Test(arguments: [
    ("", "JSON object"), ("[]", "JSON object"), ("{", "JSON object"), (#"{"age":25}"#, "“answers” is missing"),
    (#"{"answers":{}}"#, "“age” is missing"), (#"{"age":-1,"answers":{}}"#, "0 to 120"),
    (#"{"age":121,"answers":{}}"#, "0 to 120"), (#"{"age":true,"answers":{}}"#, "“age” must"),
    (#"{"age":25.5,"answers":{}}"#, "“age” must"), (#"{"age":"x","answers":{}}"#, "0 to 120"),
    (#"{"age":25,"answers":{"XX":"yes"}}"#, "“XX” is not an indicator"),
    (#"{"age":25,"answers":{"DR01":"maybe"}}"#, "maybe"), (#"{"age":25,"answers":{"DR01":1}}"#, "object of texts"),
    (#"{"age":25,"answers":{"DR01":"yes","recruitment/DR01":"no"}}"#, "twice"),
    (#"{"age":25,"answers":{},"name":"x"}"#, "“name” is not a known key"),
    (#"{"age":25,"answers":{},"instrument":"none"}"#, "no instrument “none”"),
    (#"{"age":25,"answers":{}} x"#, "JSON object"), ("\u{0}", "JSON object"),
  ]) func whatIsWrongIsSaidInItsPlace(_ line: String, _ message: String) throws {
    var batch = BatchScreening(pack, try #require(pack.instrument("ilo-adult-labour")), age: nil, on: day)
    let (text, isRight) = read(line, &batch, number: 120)
    #expect(!isRight)
    #expect(text.hasPrefix("{\"line\":120,\"error\":\""))
    #expect(text.contains(message), "\(text)")
    #expect(text.hasSuffix("\"}\n"))
  }

  @Test func aLineMayNameItselfAndItsInstrument() throws {
    var batch = BatchScreening(pack, try #require(pack.instrument("ilo-adult-labour")), age: .years(25), on: day)
    #expect(read(#"{"id":"a-1","answers":{}}"#, &batch).0.hasPrefix(#"{"line":7,"id":"a-1","assessment":"#))
    #expect(
      read(#"{"id":"niña\n","answers":{}}"#, &batch).0.hasPrefix("{\"line\":7,\"id\":\"niña\\n\",\"assessment\":"))
    let other = read(#"{"instrument":"short-interview","answers":{"S16":"yes","S16A":"yes"}}"#, &batch)
    #expect(other.1)
    #expect(other.0.contains(#""observed":["S16","S16A"]"#))
    #expect(other.0.contains(#""refusal":"guided""#))
  }

  /// Sets that refuse or skip are read one by one, with the same words.
  @Test func whatCanNotBePreparedIsReadOneByOne() throws {
    for id in ["ilo-adult-sexual", "short-interview", "unodc-observation"] {
      let instrument = try #require(pack.instrument(id))
      #expect(CompiledInstrument(instrument, pack, on: day) == nil)
      var batch = BatchScreening(pack, instrument, age: .years(30), on: day)
      let report = try ScreenReport(AnswerSheet(), instrument, age: .years(30), pack: pack, on: day).json
      #expect(read(#"{"answers":{}}"#, &batch).0 == "{\"line\":7," + report.dropFirst() + "\n")
    }
  }
}
