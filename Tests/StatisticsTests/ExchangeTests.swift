import Basics
import Foundation
import Testing

@testable import Statistics

/// Records go to CTDC's columns and come back as facts; the tables that UNODC asks for hide what is small.
@Suite struct ExchangeTests {
  private func table(_ text: String) throws -> FactTable {
    var parts = [Array(text.utf8)]
    var reader = try DelimitedReader { parts.isEmpty ? [] : parts.removeFirst() }
    return try FactTable(&reader)
  }

  private static let facts = """
    year,sex,age_band,form,sector,destination,recruiter
    2024,female,12-17,sexual,sexual_venue,ec,partner
    2024,male,18-29,labour,agriculture,pe,stranger
    2025,female,60+,labour,domestic,ec,parent
    2025,other,doubt,begging,begging,unknown,friend
    2025,not_said,0-11,servile_union,,several,
    unknown,,,organs,agriculture,,unknown
    """

  private func lines(_ bytes: [UInt8]) -> [[String]] {
    String(decoding: bytes, as: UTF8.self).split(separator: "\r\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
  }

  private func cell(_ lines: [[String]], _ row: Int, _ column: String) -> String? {
    lines[0].firstIndex(of: column).map { lines[row][$0] }
  }

  @Test(arguments: CTDCRelease.all) func recordsStandInTheColumnsOfTheRelease(_ release: CTDCRelease) throws {
    let lines = lines(try release.csv(CodedFacts(table(Self.facts)), CTDCCrosswalk()))
    #expect(lines[0] == release.columns && lines.count == 7)
    #expect(lines.dropFirst().allSatisfy { $0.count == release.columns.count })
    let none = release.missing
    #expect((1...6).map { cell(lines, $0, "yearOfRegistration") } == ["2024", "2024", "2025", "2025", "2025", none])
    #expect(
      (1...6).map { cell(lines, $0, "gender") } == [release.woman, release.man, release.woman, none, none, none])
    // 18 to 29 spans three of CTDC's bands and 0 to 11 two; an age in doubt is none.
    #expect((1...6).map { cell(lines, $0, "ageBroad") } == ["9--17", none, "48+", none, none, none])
    let country = release.countries == .threeLetters ? ["ECU", "PER", "ECU"] : ["EC", "PE", "EC"]
    #expect((1...6).map { cell(lines, $0, "CountryOfExploitation") } == country + [none, none, none])
    #expect((1...6).map { cell(lines, $0, "isForcedLabour") } == [none, "1", "1", none, none, none])
    #expect((1...6).map { cell(lines, $0, "isSexualExploit") } == ["1", none, none, none, none, none])
    // A sector of labour is told only of labour exploitation.
    let farming = release.code == "synthetic_2026" ? "sectorOfLabourAgriculture" : "typeOfLabourAgriculture"
    #expect((1...6).map { cell(lines, $0, farming) } == [none, "1", none, none, none, none])
    #expect(cell(lines, 1, "recruiterRelationIntimatePartner") == "1")
    #expect(cell(lines, 3, "recruiterRelationFamily") == "1")
    // What is not held stays empty, in every row.
    for column in release.columns where column.hasPrefix("means") || column == "citizenship" {
      #expect((1...6).allSatisfy { cell(lines, $0, column) == none }, "\(column)")
    }
    // Folded in the newer ones; where begging belongs there nobody has verified.
    if release.code == "kanon_2020" {
      #expect(cell(lines, 5, "isForcedMarriage") == "1" && cell(lines, 4, "typeOfLabourBegging") == "1")
      #expect((1...5).map { cell(lines, $0, "majorityStatus") } == ["Minor", "Adult", "Adult", "-99", "Minor"])
    } else {
      #expect(cell(lines, 5, "isOtherExploit") == "1" && cell(lines, 4, "isOtherExploit") == "")
    }
  }

  @Test(arguments: CTDCRelease.all) func whatIsWrittenComesBackAsFacts(_ release: CTDCRelease) throws {
    let written = try release.csv(CodedFacts(table(Self.facts)), CTDCCrosswalk())
    let file = try table(String(decoding: written, as: UTF8.self))
    #expect(CTDCRelease.of(header: file.columns.map(\.name)) == release)
    let facts = release.facts(file)
    func codes(_ name: String) -> [String]? {
      facts.column(name).map { column in (0..<facts.rowCount).map { column.code(at: $0) } }
    }
    let none = release.missing.isEmpty ? "" : "unknown"
    #expect(codes("year") == ["2024", "2024", "2025", "2025", "2025", none])
    #expect(codes("sex") == ["female", "male", "female", none, none, none])
    #expect(codes("destination") == ["ec", "pe", "ec", none, none, none])
    #expect(codes("recruiter") == ["partner", "other", "family", "friend", "", ""])
    let forms = try #require(codes("form"))
    #expect(Array(forms.prefix(3)) == ["sexual", "labour", "labour"])
    #expect(
      Array(forms.suffix(3))
        == (release.code == "kanon_2020" ? ["begging", "servile_union", "organs"] : ["", "other", "other"]))
    // The facts are facts: they can be counted.
    let cube = try CountCube(facts, by: ["year", "sex"])
    #expect(cube["2024", "female"] == 1 && cube[nil, nil] == 6)
  }

  @Test func severalFormsOfAPersonAreSeveral() throws {
    let file = try table(
      "yearOfRegistration,gender,citizenship,isForcedLabour,isSexualExploit,isOtherExploit\n2024,Woman,COL,1,1,\n"
        + "2024,Man,VEN,,1,1\n")
    let facts = CTDCRelease.synthetic2026.facts(file)
    let form = try #require(facts.column("form"))
    #expect((0..<2).map { form.code(at: $0) } == ["several", "sexual"])
    #expect(facts.column("citizenship").map { c in (0..<2).map { c.code(at: $0) } } == ["co", "ve"])
  }

  @Test func factsWithoutAPlaceThereAreRefused() throws {
    let facts = try CodedFacts(table("colour\nred\nred\n"))
    #expect(throws: FactFileProblem.self) { try CTDCRelease.synthetic2026.csv(facts, CTDCCrosswalk()) }
    #expect(CTDCRelease.of(header: ["id", "form", "year"]) == nil)
  }

  // MARK: Tables for UNODC

  private func people(_ counts: [(String, Int)]) throws -> FactTable {
    try table(
      "year,sex,age_band,form,crossed_border\n" + counts.flatMap { Array(repeating: $0 + "\n", count: $1) }.joined())
  }

  @Test func womenMenGirlsAndBoysAreCountedAndSmallCountsAreHidden() throws {
    let facts = try people([
      ("2024,female,30-59,sexual,no", 40), ("2024,male,18-29,labour,yes", 25), ("2024,female,0-11,begging,no", 30),
      ("2024,male,12-17,begging,no", 21), ("2024,female,doubt,sexual,", 12), ("2025,male,60+,labour,no", 3),
    ])
    let document = try VictimTables.questionnaire(facts, threshold: 10)
    let table = try #require(document.tables.first { $0.dimensions.map(\.column) == ["year", "profile"] })
    func count(_ at: [String?]) -> Int? { table.cells.first { $0.at == at }?.count }
    #expect(count(["2024", "women"]) == 40 && count(["2024", "girls"]) == 30 && count(["2024", "boys"]) == 21)
    // In doubt is neither woman nor girl.
    #expect(count(["2024", "unknown"]) == 12)
    #expect(count(["2025", "men"]) == nil && document.protection?.threshold == 10)
    let audit = try ReleaseAudit(document, threshold: 10)
    #expect(audit.safe, "\(audit.says)")
    #expect(!document.csv.contains(",3,no"))
    #expect(throws: FactFileProblem.self) {
      try VictimTables.questionnaire(self.table("sex\nfemale\n"), threshold: 10)
    }
  }

  @Test func ratesAreEmptyUntilAPopulationIsKnown() throws {
    let facts = try people([
      ("2024,female,30-59,sexual,no", 40), ("2024,male,18-29,labour,yes", 25), ("2024,female,0-11,begging,no", 30),
      ("2025,male,60+,labour,no", 60),
    ])
    let document = try VictimTables.sdg(facts, threshold: 10)
    let bare = try SDGSeries(document)
    #expect(bare.lines.allSatisfy { $0.rate == nil } && bare.lines.contains { $0.by == "total" && $0.count == 95 })
    let series = try SDGSeries(document) { year, by, code in
      year == "2024"
        ? ["total": 1_000_000, "sex": code == "female" ? 500_000 : nil, "form": 1_000_000][by] ?? nil : nil
    }
    func line(_ year: String, _ by: String, _ code: String) -> SDGSeries.Line? {
      series.lines.first { $0.year == year && $0.by == by && $0.code == code }
    }
    #expect(line("2024", "sex", "female")?.rate == 14 && line("2024", "sex", "male")?.rate == nil)
    #expect(line("2024", "form", "sexual")?.rate == 4 && line("2025", "total", "")?.rate == nil)
    #expect(line("2024", "total", "")?.rate == 9.5)
    let csv = series.csv.split(separator: "\r\n").map(String.init)
    #expect(csv[1].hasPrefix("#date+year") && csv.contains("2024,total,,95,no,1000000,9.5"))
    #expect(csv.contains("2025,total,,60,no,,"))
  }

  @Test(arguments: [("0-11", 0...11), ("9--17", 9...17), ("60+", 60...150), ("48+", 48...150)])
  func bandsOfAgeSayTheirYears(_ code: String, _ years: ClosedRange<Int>) { #expect(AgeBand.years(code) == years) }

  @Test(arguments: ["doubt", "", "17-12", "0-11-12", "x-y", "+", "200+", "0-400"])
  func whatIsNoBandSaysNothing(_ code: String) { #expect(AgeBand.years(code) == nil) }
}
