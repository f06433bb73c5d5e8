import Basics
import CountryPack
import Foundation
import Testing

@testable import NationalPlan

private typealias Fixture = ProsecutionFixture

@Suite struct ProsecutionFileTests {
  private static let header = "period,institution,stage,unit,offence,value,document"
  private static let good = "2019,fge,prosecutions,persons,trafficking,12,Carta ficticia"

  private func read(_ bytes: [UInt8]) throws -> ProsecutionFile {
    ProsecutionFile(bytes, terms: try Fixture.terms(), languages: [.spanish, .english], today: Fixture.today)
  }

  private func read(_ lines: String...) throws -> ProsecutionFile {
    try read(Array((lines.joined(separator: "\n") + "\n").utf8))
  }

  @Test func aFileIsReadByItsHeadings() throws {
    let file = try read(Self.header, Self.good)
    #expect(file.findings == [] && file.rows.map(\.line) == [2])
    let count = try #require(file.rows.first?.count)
    #expect(count.cell == Fixture.cell("2019") && count.number == 12 && count.answer == .counted)
    #expect(count.source.readOn == Fixture.today && count.source.day == nil && count.source.certainty == .unverified)
  }

  @Test func asSpreadsheetsWriteItInSpanish() throws {
    let text = """
      \u{FEFF}Período;Institución;Etapa;Qué se cuenta;Delito;Respuesta;Cantidad;Documento;Fecha del documento;Certeza;Otra\r
      2019;Ministerio del Trabajo (inspectoría);Condenas;Personas;"COIP art. 91, texto original";;3;Carta ficticia;1/2/2021;Verificado;x\r
      2018;no se dice;absoluciones;casos;trafficking;no informado;;"Carta; ficticia";;;\r
      """
    let file = try read(Array(text.utf8))
    #expect(file.findings == [], "\(file.findings)")
    #expect(file.unused == ["Otra"] && file.rows.count == 2)
    let first = file.rows[0].count
    #expect(first.cell == Fixture.cell("2019", .convictions, offence: "coip-91-2014", institution: "mdt"))
    #expect(first.source.day == PlanFixture.day("2021-02-01") && first.source.certainty == .verified)
    #expect(file.rows[1].count.answer == .notReported && file.rows[1].count.number == nil)
    #expect(file.rows[1].count.source.document == "Carta; ficticia")
  }

  @Test func whatGoesOutComesInAgain() throws {
    let counts = [
      Fixture.count(
        Fixture.cell("2019-Q3", .convictions, outcome: "custodial", sex: "female", age: "child"), 0,
        note: "Con \"comillas\",\ny otra línea", isAsPrinted: true),
      Fixture.count(
        Fixture.cell("2011-2012", institution: "unknown"), nil, answer: .notKept, day: nil, certainty: .secondHand),
    ]
    let text = ProsecutionFile.lines(counts).map { line in
      line.map { "\"" + $0.replacing("\"", with: "\"\"") + "\"" }.joined(separator: ",") + "\n"
    }.joined()
    let file = try read(Array(text.utf8))
    #expect(file.findings == [] && file.rows.map(\.count) == counts)
  }

  @Test func anotherEncodingIsRefusedWithTheLine() throws {
    let latin =
      Array((Self.header + "\n2019,fge,prosecutions,persons,trafficking,12,Informaci").utf8) + [0xF3, 0x6E, 0x0A]
    let file = try read(latin)
    #expect(file.rows.isEmpty && file.findings.map(\.line) == [2])
    #expect(file.findings[0].says[.spanish].contains("Latin-1"))
    #expect(try read([0xFF, 0xFE, 0x70, 0x00]).findings[0].says[.english].contains("UTF-16"))
    #expect(try read([0x50, 0x4B, 0x03, 0x04, 0x00]).findings[0].says[.english].contains("no CSV"))
  }

  @Test func hostileFilesEndInOneSentence() throws {
    for bytes in [
      [], Array("   \n\n".utf8), Array(repeating: UInt8(ascii: "a"), count: ProsecutionFile.largest + 1),
      Array("a,b\n\"".utf8), Array("\"\"\"\"\"\n".utf8), Array(repeating: UInt8(ascii: "\""), count: 999),
      Array(repeating: UInt8(ascii: ","), count: 5000), [0x00, 0x01],
      Array((Self.header + ",document\n").utf8), Array((Self.header + ",fuente\n").utf8),
    ] {
      let file = try read(bytes)
      #expect(file.rows.isEmpty && !file.findings.isEmpty)
      #expect(file.findings.allSatisfy { $0.weight == .error && $0.problem == .unreadable })
    }
    let many = try read(
      Array((Self.header + "\n" + String(repeating: Self.good + "\n", count: ProsecutionFile.mostRows + 5)).utf8))
    #expect(many.rows.count <= ProsecutionFile.mostRows && many.findings.count == 1)
  }

  @Test func wrongCellsAreToldByLineAndColumn() throws {
    let file = try read(
      Self.header, Self.good, "20x9,fge,prosecutions,persons,trafficking,12,Carta",
      "2019,fge,nada,persons,trafficking,12,Carta", "2019,fge,prosecutions,gente,trafficking,12,Carta",
      "2019,fge,prosecutions,persons,trafficking,1.234,Carta", "2019,fge,prosecutions,persons", "", Self.good)
    #expect(
      file.findings.map { "\($0.line) \($0.field)" } == ["3 period", "4 stage", "5 unit", "6 value", "7 file"])
    #expect(file.rows.map(\.line) == [2, 9] && file.lines == 7)
    // What can be read and can't be so is the check's to say.
    let negative = try read(Self.header, "2019,fge,prosecutions,persons,trafficking,-3,Carta")
    #expect(negative.findings == [] && negative.rows.first?.count.number == -3)
    let missing = try read("period,institution,stage,unit,value,document", "2019,fge,prosecutions,persons,1,x")
    #expect(missing.findings.map(\.field) == ["offence"] && missing.rows.isEmpty)
    let long = try read(
      Self.header, "2019,fge,prosecutions,persons,trafficking,1," + String(repeating: "x", count: 301))
    #expect(long.findings.map(\.field) == ["document"])
  }

  @Test func numbersAreDigitsOnly() {
    #expect(ProsecutionFile.number("0") == 0 && ProsecutionFile.number("-7") == -7)
    for text in ["", "-", "1 000", "1.000", "1,5", "１２", "0x10", "1e3", "9999999999", "+5", "=1+1"] {
      #expect(ProsecutionFile.number(text) == nil, "\(text)")
    }
  }

  @Test func thePacksCountsAreSound() throws {
    let pack = try PlanFixture.pack.get()
    #expect(ProsecutionShelf.problems(pack, today: PlanFixture.day("2026-12-01")) == [])
    let counts = ProsecutionShelf.counts(pack)
    #expect(counts.map(\.number) == [187, 11, 5])
    #expect(counts.allSatisfy { !$0.source.document.isEmpty && $0.cell.institution == "unknown" })
    // Every offence but the first knows what it is a part of, or stands by itself.
    let terms = ProsecutionTerms(pack)
    #expect(terms.wholeOffences == ["trafficking", "related"])
    #expect(terms.outcomes.allSatisfy { $0.details["stage"].flatMap(ProsecutionStage.init(rawValue:)) != nil })
  }
}
