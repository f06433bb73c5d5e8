import Basics
import CountryPack
import Testing

@testable import Identification

/// `Tests/Forms/run` converts the forms and compares their verdicts; here is what needs no converter.
@Suite struct FormExportTests {
  private let pack: CountryPack
  init() throws { pack = try CountryPack.load(from: ecuador) }

  @Test func everyInstrumentBecomesAFormWithItsReferencesInOrder() throws {
    for instrument in pack.instruments {
      let survey = FormExport(instrument, languages: pack.languages).survey
      let columns = survey[0]
      #expect(columns.contains("label::Español (es)") && columns.contains("label::English (en)"))
      #expect(survey.allSatisfy { $0.count == columns.count })
      let isQuestion = { (row: [String]) in row[0] == "select_one answers" }
      #expect(survey.count(where: isQuestion) == instrument.indicators.count)
      var seen: Set<String> = []
      for row in survey.dropFirst() {
        for cell in row[2...] {
          for match in cell.matches(of: /\$\{([^}]*)\}/) {
            #expect(seen.contains(String(match.1)), "\(instrument.id) \(row[1])")
          }
        }
        guard !row[1].isEmpty else { continue }
        #expect(row[1].wholeMatch(of: /[A-Za-z_][A-Za-z0-9_.-]*/) != nil, "\(row[1])")
        #expect(seen.insert(row[1]).inserted, "\(instrument.id) \(row[1])")
      }
      #expect(seen.contains("assessment") == instrument.scores)
    }
  }

  @Test func columnsAreLettered() {
    #expect(
      [0, 1, 25, 26, 51, 52, 701, 702].map(Spreadsheet.column) == ["A", "B", "Z", "AA", "AZ", "BA", "ZZ", "AAA"])
  }

  @Test func theFileIsAnArchiveAndAlwaysTheSame() throws {
    let instrument = try #require(pack.instrument("short-interview"))
    let bytes = FormExport(instrument, languages: pack.languages).spreadsheet
    #expect(Array(bytes.prefix(4)) == [0x50, 0x4b, 3, 4])
    #expect(bytes == FormExport(instrument, languages: pack.languages).spreadsheet)
    #expect(!String(decoding: bytes, as: UTF8.self).contains(" & "))
  }
}
