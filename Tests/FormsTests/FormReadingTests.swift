import Basics
import Foundation
import Testing

@testable import Forms

@Suite struct FormReadingTests {
  @Test func sharedAndRichTextsTruthsAndNumbersAreRead() throws {
    let sheet = """
      <worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="inlineStr"><is><t>required</t></is></c></row>
      <row r="3"><c r="A3" t="str"><v>integer</v></c><c r="B3" t="inlineStr"><is><r><t>a</t></r><r><t>ge</t></r></is></c><c r="C3" t="b"><v>1</v></c></row>
      <row r="4"><c r="A4" s="1"/></row></sheetData></worksheet>
      """
    let strings = "<sst><si><r><t>ty</t></r><r><t>pe</t></r><rPh><t>x</t></rPh></si><si><t>n&#97;me</t></si></sst>"
    let read = try FormSheets(spreadsheet: HostileArchive(parts: book(sheet, strings: strings)).bytes)
    let form = try XLSForm(read)
    #expect(form.nodes.map(\.name) == ["age"] && form.nodes[0].row == 3 && form.nodes[0].required != nil)
  }

  @Test func semicolonsQuotesAndAMarkAreReadFromTables() throws {
    let survey =
      "\u{feff}type;name;\"label::Español (es)\"\r\ntext;a;\"dos\nlíneas; y \"\"comillas\"\"\"\r\n;;\r\nnote;b;B\r\n"
    let read = try FormSheets(tables: ["survey": Array(survey.utf8)])
    let form = try XLSForm(read)
    #expect(form.nodes.map(\.row) == [2, 5])
    #expect(form.nodes[0].label.texts == ["es": "dos\nlíneas; y \"comillas\""])
    #expect(form.languages.map(\.code) == ["es"] && form.language == "es")
  }

  @Test func everythingOfAFormIsRead() throws {
    let form = try form(
      [
        [
          "type", "name", "label", "hint", "relevant", "constraint", "constraint message", "required", "calculation",
          "choice_filter", "appearance", "default",
        ],
        ["begin group", "g", "Group"],
        ["select_one yes_no", "q", "Q", "H"],
        ["select_multiple yes_no", "m", "M", "", "selected(${q}, 'yes')", "count-selected(.) < 2", "One", "yes"],
        ["end group"],
        ["begin_repeat", "r", "R"],
        ["text", "who", "Who", "", "", "", "", "", "", "", "multiline"],
        ["end repeat"],
        ["calculate", "n", "", "", "", "", "", "", "count(${r})"],
        ["geopoint", "where", "Where"],
        ["deviceid", "device"],
        ["text", "lookup", "", "", "", "", "", "", "instance('a')/root/item[x=1]"],
      ], choices: [["list_name", "name", "label"], ["yes_no", "yes", "Yes"], ["yes_no", "no", "No"]])
    #expect(form.nodes.map(\.name) == ["g", "q", "m", "r", "who", "n", "where", "device", "lookup"])
    #expect(form.nodes[0].end == 3 && form.nodes[3].end == 5 && form.nodes[4].repeats == [3])
    #expect(form.gaps.map { $0.place.row } == [7, 10, 11, 12])
    #expect(form.gaps.allSatisfy { $0.place.sheet == "survey" && !$0.sentence(.spanish).isEmpty })
    let document = try JSONEncoder().encode(form.document)
    let object = try #require(JSONSerialization.jsonObject(with: document) as? [String: Any])
    #expect(
      Set(object.keys) == [
        "id", "title", "version", "default_language", "languages", "questions", "choices", "not_supported",
      ])
  }

  @Test(arguments: [
    ([["text", "a"], ["text", "a"]], "row 3: the name “a” stands already in row 2"),
    ([["text", "a", "${b} = 1"]], "row 2, column relevant: there is no “b”"),
    ([["text", "a", "${b} = 1"], ["text", "b", "${a} = 1"]], "row 2: it rests on itself: a → b → a"),
    ([["begin group", "g", "${a} = 1"], ["text", "a"], ["end group"]], "row 2: it rests on itself: g → a → g"),
    ([["text", "a", "1 +"]], "row 2, column relevant: letter 4: the expression ends too early"),
    ([["text", "a", "1 ) 2"]], "row 2, column relevant: letter 3: “)” was not expected"),
    ([["text", "a", "if(1, 2)"]], "row 2, column relevant: letter 1: if() does not take 2 values"),
    ([["text", "a", "‘x’"]], "row 2, column relevant: letter 1: “‘” was not expected"),
    ([["select_one nothing", "a"]], "row 2: there is no list “nothing” in choices"),
    ([["begin group", "a"]], "row 2: “a” is not closed"),
    ([["end group"]], "row 2: “end group” without its beginning"),
    ([["begin group", "a"], ["end repeat"]], "row 3: “end repeat” does not close what row 2 opens"),
    ([["text", "2a"]], "row 2: “2a” can't be a name"), ([["text", ""]], "row 2: name is missing"),
    ([["", "a"]], "row 2: type is missing"),
  ]) func aContradictionIsNamedWithItsPlace(_ rows: [[String]], _ sentence: String) {
    #expect(problem { _ = try form([["type", "name", "relevant"]] + rows) } == "sheet survey, " + sentence)
  }

  @Test func aSheetThatIsMissingIsNamed() {
    #expect(problem { _ = try XLSForm(try FormSheets(tables: [:])) } == "the sheet survey is missing")
    #expect(
      problem { _ = try form([["type", "label"], ["text", "a"]]) } == "sheet survey, row 1: the column name is missing")
  }
}
