import Statistics
import Testing

@Suite struct Facts {
  private func facts(_ text: String, _ columns: [String]? = nil, _ filter: [String: Set<Statistics.Category>] = [:])
    throws
    -> FactTable
  {
    var reader = try reader(text)
    return try FactTable(&reader, columns: columns, where: filter)
  }

  @Test func spreadsheetsFilesAreRead() throws {
    let table = try facts(
      "\u{FEFF}id;form;province\r\n1;\"begging; forced\";EC-P\r\n2;  sexual ;\"a \"\"b\"\" c\"\r\n")
    #expect(table.rowCount == 2)
    #expect(table.columns.map(\.name) == ["form", "province"])
    #expect(table.columns[0].code(at: 0) == "begging; forced")
    #expect(table.columns[0].code(at: 1) == "sexual")
    #expect(table.columns[1].code(at: 1) == "a \"b\" c")
  }

  @Test(arguments: [
    ("id,form\n1,a\n2,b\n1,c\n", 4, "“1” stands in an earlier line"), ("id,form\n1,a,b\n", 2, "3 fields"),
    ("form,form\na,b\n", 1, "stands twice"), ("a\n\u{0}\n", 2, "zero byte"),
    ("id,form\n1;a\n", 2, "1 fields"), ("form\n\"a\"b\n", 2, "closed quotation mark"),
    ("form\n\"a\nb\"\n", 2, "not seen"), ("form\n\u{202E}a\n", 2, "not seen"), ("form\na\u{1B}[2J\n", 2, "not seen"),
  ]) func aMistakeIsNamedWithItsLine(_ text: String, _ line: Int, _ words: String) throws {
    let problem = #expect(throws: FactFileProblem.self) { try facts(text) }
    #expect(problem?.line == line)
    #expect(problem?.message.contains(words) == true, "\(problem?.message ?? "")")
  }

  @Test func mixedEncodingsAreRefusedWithTheLine() throws {
    var chunks = [Array("form\nbegging\nni".utf8) + [0xF1] + Array("o\n".utf8)]
    var reader = try DelimitedReader { chunks.isEmpty ? [] : chunks.removeFirst() }
    let problem = #expect(throws: FactFileProblem.self) { try FactTable(&reader) }
    #expect(problem?.line == 3)
    #expect(problem?.message.contains("UTF-8") == true)
  }

  @Test func unknownColumnsAndCodesAreNamedWithTheKnownOnes() throws {
    let text = "form,province\na,EC-P\n"
    #expect(throws: FactFileProblem(line: 1, "there is no column “sex”: use form, province")) {
      try facts(text, ["sex"])
    }
    let problem = #expect(throws: FactFileProblem.self) { try facts(text, ["form"], ["province": [.code("EC-O")]]) }
    #expect(problem?.message.contains("EC-P") == true)
  }

  @Test func theFourAnswersStayApart() throws {
    let table = try facts("consent,x\nyes,1\nno,1\nunknown,1\n-99,1\n,1\nnot_asked,1\nno,1\n")
    let cube = try CountCube(table, by: ["consent"])
    #expect(cube.axes[0].codes == ["no", "yes", "unknown", "not_asked"])
    #expect(cube.counts == [2, 1, 2, 2, 7])
    let shown = TableDocument.Table(cube, measure: "cases", shares: true)
    #expect(shown.cells[0].of == 3)
    #expect(shown.cells[0].share == 0.6667)
    #expect(shown.cells[2].share == nil)
    #expect(shown.denominator?.contains("consent is known") == true)
  }

  @Test func everyTotalIsTheSumOfItsCells() throws {
    var generator = SystemRandomNumberGenerator()
    let rows = (0..<500).map { _ in (0..<3).map { _ in ["a", "b", "c", ""].randomElement(using: &generator) ?? "" } }
    let table = try facts("x,y,z\n" + rows.map { $0.joined(separator: ",") }.joined(separator: "\n"))
    let cube = try CountCube(table, by: ["x", "y", "z"])
    for (x, y, z) in [("a", "b", nil), ("a", nil, nil), (nil, "c", "b"), (nil, nil, nil)]
      as [(String?, String?, String?)]
    {
      let expected = rows.count { ($0[0] == x || x == nil) && ($0[1] == y || y == nil) && ($0[2] == z || z == nil) }
      #expect(cube[x, y, z] == expected)
    }
    let (read, hidden, _) = try TableDocument.Table(cube).cube()
    #expect(read == cube)
    #expect(hidden.isEmpty)
  }

  @Test func marginsThatDisagreeAreNamed() throws {
    var table = TableDocument.Table(try CountCube(facts("x,y\na,b\na,c\n"), by: ["x", "y"]))
    let place = try #require(table.cells.firstIndex { $0.at == ["a", nil] })
    table.cells[place].count = 3
    let problem = #expect(throws: FactFileProblem.self) { try table.cube() }
    #expect(problem?.message.contains("margins disagree: the total at (a, total) is given as 3") == true)
  }
}
