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
}
