import Basics
import Foundation
import Testing

@Suite struct SpreadsheetTests {
  private func text(_ sheets: Spreadsheet.Sheet...) -> String {
    String(decoding: Spreadsheet(sheets: sheets).bytes, as: UTF8.self)
  }

  @Test func numbersAreNumbersAndTheHeadingStays() {
    let file = text(
      .init(
        name: "Personas",
        rows: [["Institución", "Personas"], [.text("SENAMI"), .count(12)], [.text(""), .number(0.5)]]))
    #expect(file.contains("<c r=\"B2\"><v>12</v></c>"))
    #expect(file.contains("<c r=\"B3\"><v>0.5</v></c>"))
    #expect(file.contains("<c r=\"A1\" s=\"1\" t=\"inlineStr\"><is><t xml:space=\"preserve\">Institución</t></is></c>"))
    #expect(file.contains("state=\"frozen\"") && file.contains("xl/styles.xml"))
    #expect(!file.contains("r=\"A3\""))
  }

  @Test func daysAreDays() throws {
    let day = try #require(CalendarDay("2026-12-01"))
    let noon = Moment(milliseconds: Int64(day.daysSince1970) * 86_400_000) + .hours(17)
    let cells: [Spreadsheet.Cell] = [.day(day), .minute(noon + .seconds(59), offsetFromUTC: .hours(-5))]
    // As every spreadsheet program counts: 1 January 2000 is 36526.
    #expect(try #require(CalendarDay("2000-01-01")).daysSince1970 + 25_569 == 36_526)
    for hasHeading in [true, false] {
      let file = text(.init(name: "Días", rows: [["Día", "Hora"], cells], hasHeading: hasHeading))
      #expect(file.contains("<c r=\"A2\" s=\"2\"><v>46357</v></c>"))
      #expect(file.contains("<c r=\"B2\" s=\"3\"><v>46357.5</v></c>"))
      #expect(file.contains("numFmtId=\"14\"") && file.contains("numFmtId=\"22\""))
    }
  }

  @Test func plainSheetsHaveNeither() {
    let file = text(.init(name: "survey", texts: [["type", "name"]]))
    #expect(!file.contains("frozen") && !file.contains("styles") && !file.contains(" s=\"1\""))
  }

  @Test func hostileTextIsText() {
    let file = text(
      .init(
        name: "a/b:c" + String(repeating: "x", count: 60),
        rows: [["=1+1", "<b>&\"\u{1}"], [.number(.nan), .number(.infinity)]]))
    #expect(file.contains("=1+1</t>") && file.contains("&lt;b&gt;&amp;&quot;</t>") && !file.contains("<f>"))
    #expect(file.contains("name=\"a b c" + String(repeating: "x", count: 26) + "\""))
    #expect(!file.contains("nan") && !file.contains("inf"))
  }

  @Test func whatPeopleTypedIsNoFormula() {
    for text in ["=cmd|' /C calc'!A0", "+1", "-1+2", "@SUM(1)", "\t=1", "\r=1", "\u{FEFF}=1", " =1"] {
      #expect(Spreadsheet.Cell.typed(text) == .text("'" + text), "\(text)")
    }
    for text in ["", "Rosa", "12-2007", "a=b", "'x"] { #expect(Spreadsheet.Cell.typed(text) == .text(text), "\(text)") }
    let bytes = Spreadsheet(sheets: [.init(name: "L", rows: [[.typed("=1+1")]], hasHeading: false)]).bytes
    let text = String(decoding: bytes, as: UTF8.self)
    #expect(text.contains("t=\"inlineStr\"") && text.contains("'=1+1") && !text.contains("<f>"))
  }
}
