import Basics
import CountryPack
import Forms
import TestSupport
import Testing

@testable import Identification

/// What goes out as a form comes back as the same form, and says the same.
@Suite struct FormImportTests {
  private let pack: CountryPack
  init() throws { pack = try CountryPack.load(from: ecuador) }

  private func imported(_ instrument: Instrument) throws -> XLSForm {
    try XLSForm(FormSheets(spreadsheet: FormExport(instrument, languages: pack.languages).spreadsheet))
  }

  @Test func everyInstrumentComesBackWhole() throws {
    #expect(pack.instruments.count == 10)
    for instrument in pack.instruments {
      let form = try imported(instrument)
      #expect(form.gaps.isEmpty, "\(instrument.id): \(form.gaps.map { $0.sentence(.english) })")
      #expect(form.id == instrument.id && form.title == instrument.name[.spanish] && form.language == "es")
      let survey = FormExport(instrument, languages: pack.languages).survey.dropFirst()
      #expect(form.nodes.map(\.name) == survey.filter { $0[0] != "end group" }.map { $0[1] })
      for (node, row) in zip(form.nodes, survey.filter { $0[0] != "end group" }) where !row[2].isEmpty {
        #expect(node.label.text(.english, or: "es") == row[3].trimmingSpace, "\(instrument.id) \(node.name)")
      }
    }
  }

  @Test func everyInstrumentGivesTheSameVerdict() throws {
    let seed = testSeed("forms: verdicts")
    var generator = SeededGenerator(seed: seed)
    for instrument in pack.instruments {
      let form = try imported(instrument)
      let combination = pack.combinations.first { $0.code == instrument.combination }
      for round in 0..<20 {
        let share = Double.random(in: 0...1, using: &generator)
        var (filling, sheet) = (FormFilling(), AnswerSheet())
        for indicator in instrument.indicators where Double.random(in: 0...1, using: &generator) < share {
          let answer = FourWayAnswer.allCases.randomElement(using: &generator) ?? .yes
          sheet[IndicatorKey(dimension: indicator.dimension, code: indicator.code)] = answer
          let isUnique = instrument.indicators.count { $0.code == indicator.code } == 1
          filling.answers[isUnique ? indicator.code : indicator.dimension + "_" + indicator.code] = answer.rawValue
        }
        let written = ["", "0", "17", "18", "40"].randomElement(using: &generator) ?? ""
        filling.answers["age"] = written
        let age = written.isEmpty ? Age.inDoubt : Age.years(Int(written) ?? 0)
        let expected = AssessmentRules.assess(sheet, instrument, combination, age: age)
        let run = try FormRun(form, filling, today: CalendarDay(daysSince1970: 20_000))
        let place = "\(instrument.id), seed \(seed), round \(round)"
        #expect(run.value("assessment") == (expected.refusal == nil ? expected.outcome.rawValue : ""), "\(place)")
        for dimension in expected.dimensions {
          #expect(run.value("state_" + dimension.code) == dimension.state.rawValue, "\(place) \(dimension.code)")
        }
        #expect(
          run.all.count { $0.value == "yes" && $0.key != "counts_as_child" } == expected.observed.count, "\(place)")
      }
    }
  }
}

extension String {
  fileprivate var trimmingSpace: String {
    String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
  }
}
