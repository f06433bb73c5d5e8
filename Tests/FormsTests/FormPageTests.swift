import Basics
import Testing

@testable import Forms

@Suite struct FormPageTests {
  private static let day = CalendarDay(daysSince1970: 20_000)

  private func household() throws -> XLSForm {
    try form([
      ["type", "name", "label", "relevant", "repeat_count"],
      ["text", "first", "First"], ["calculate", "sum"],
      ["begin group", "g", "Group"], ["text", "a", "A"], ["begin group", "inner", "Inner"],
      ["text", "b", "B", "${a} = 'x'"], ["end group"], ["end group"],
      ["begin repeat", "child", "Child of ${first}"], ["text", "name", "Name"],
      ["begin repeat", "toy", "Toy"], ["text", "what", "What"], ["end repeat"],
      ["note", "after", "Bye ${name}"], ["end repeat"],
      ["begin repeat", "fixed", "Fixed", "", "2"], ["integer", "n", "N"], ["end repeat"],
    ])
  }

  @Test func eachGroupAndEachTimeIsAPage() throws {
    let form = try household()
    var filling = FormFilling()
    filling.counts = ["child": 2, "toy~2": 0]
    let run = try FormRun(form, filling, today: Self.day)
    let pages = run.pages
    #expect(pages.map(\.id) == ["1", "2", "3", "4-1", "5-1", "6-1-1", "7-1", "4-2", "5-2", "7-2", "9-1", "9-2"])
    #expect(pages[2].content == .count(try #require(form.places["child"])))
    // The inner heading is left out while nothing below it is asked.
    #expect(pages[1].nodes.map { form.nodes[$0].name } == ["a"])
    filling.answers["a"] = "x"
    let more = try FormRun(form, filling, today: Self.day).pages
    #expect(more[1].nodes.map { form.nodes[$0].name } == ["a", "inner", "b"])
    // Each is found again by its name, with everything that could stand on it.
    for page in pages {
      let found = try #require(form.page(page.id))
      #expect(found.context == page.context && found.group == page.group)
      #expect(Set(found.nodes).isSuperset(of: page.nodes))
    }
    let child = try #require(form.places["child"])
    let (toy, fixed) = (try #require(form.places["toy"]), try #require(form.places["fixed"]))
    #expect(form.countPage(child, []) == "3" && form.countPage(toy, [2]) == "5-2" && form.countPage(fixed, []) == nil)
  }

  @Test(arguments: ["", "0", "01", "-1", "1-1", "4", "4-0", "4-51", "4-1-1", "6-1", "8", "99", "x", "4-01", "1.0"])
  func aNameThatIsNoPageIsNone(_ id: String) throws { #expect(try household().page(id) == nil) }

  @Test func longGroupsArePartedAndNothingIsLost() throws {
    let questions = (1...45).map { ["text", "q\($0)", "Q"] }
    for rows in [questions, [["begin group", "g", "G"]] + questions + [["end group"]]] {
      let form = try form([["type", "name", "label"]] + rows)
      let pages = try FormRun(form, FormFilling(), today: Self.day).pages
      #expect(pages.map { $0.nodes.count } == [20, 20, 5])
      #expect(pages.flatMap(\.nodes).map { form.nodes[$0].name } == (1...45).map { "q\($0)" })
    }
  }

  @Test func labelsHoldAnswersAndChoicesTheirLabels() throws {
    let form = try form(
      [
        ["type", "name", "label::Español (es)", "label::English (en)"], ["select_one l", "q", "¿Q?", "Q?"],
        ["select_multiple l", "m", "M", "M"], ["note", "n", "Dijo ${q} y ${ m }", "Said ${q} and ${ m }"],
      ],
      choices: [
        ["list_name", "name", "label::Español (es)", "label::English (en)"], ["l", "yes", "Sí", "Yes"],
        ["l", "no", "No", "No"],
      ])
    var filling = FormFilling()
    filling.answers = ["q": "yes", "m": "yes no"]
    var run = try FormRun(form, filling, today: Self.day)
    let note = try #require(form.places["n"])
    #expect(try run.words(form.nodes[note].label, note, [], "es") == "Dijo Sí y Sí, No")
    #expect(try run.words(form.nodes[note].label, note, [], "en") == "Said Yes and Yes, No")
    #expect(run.shown(1, [], "en") == "Yes, No")
    var empty = try FormRun(form, FormFilling(), today: Self.day)
    #expect(try empty.words(form.nodes[note].label, note, [], "es") == "Dijo … y …")
    #expect(form.code(for: .english) == "en" && form.code(for: .spanish) == "es")
  }

  @Test func aLanguageWithoutACodeIsKnownByItsName() throws {
    let form = try form([
      ["type", "name", "label::Kichwa", "label::Español", "label::English"], ["text", "a", "k", "e", "i"],
    ])
    #expect(form.language == "kichwa" && form.code(for: .spanish) == "español" && form.code(for: .english) == "english")
  }

  @Test func aPackedFolderIsReadLikeASpreadsheet() throws {
    func part(_ name: String, _ text: String) -> HostileArchive.Part { .init(name: name, bytes: Array(text.utf8)) }
    let parts = [
      part("form/survey.csv", "type,name,label\nselect_one l,a,A\n"), part("form/choices.csv", "list_name,name\nl,x\n"),
      part("form/media/notes.csv", "a\n"), part("__MACOSX/form/survey.csv", "x"),
    ]
    let form = try XLSForm(try FormSheets(file: HostileArchive(parts: parts).bytes))
    #expect(form.nodes.map(\.name) == ["a"] && form.lists["l"]?.count == 1 && form.gaps.isEmpty)
    let two = parts + [part("other/survey.csv", "type,name\ntext,a\n")]
    #expect(problem { _ = try FormSheets(file: HostileArchive(parts: two).bytes) } == "the file holds several forms")
    #expect(problem { _ = try FormSheets(file: Array("type,name".utf8)) } == "this is not an .xlsx file")
    #expect(try XLSForm(FormSheets(file: sheets([["type", "name"], ["text", "a"]]).file)).nodes.count == 1)
  }

  /// A short file can point at one long text again and again.
  @Test func oneLongTextInEveryCellIsRefused() {
    let cells = (0..<200).map { "<c r=\"\(Spreadsheet.column($0))ROW\" t=\"s\"><v>0</v></c>" }.joined()
    let rows = (1...100).map { "<row r=\"\($0)\">\(cells.replacing("ROW", with: String($0)))</row>" }.joined()
    let long = "<sst><si><t>\(String(repeating: "x", count: 10_000))</t></si></sst>"
    let parts = book("<worksheet><sheetData>\(rows)</sheetData></worksheet>", strings: long)
    let found = problem { _ = try FormSheets(file: HostileArchive(parts: parts).bytes) }
    #expect(found == "sheet survey, row 5: the sheet's texts are together larger than 8 MB")
  }
}

extension FormSheets {
  /// As a file, for reading it again.
  fileprivate var file: [UInt8] {
    let rows = (sheets["survey"] ?? []).map { row in (0...5).map { row.cells[$0] ?? "" } }
    return Spreadsheet(sheets: [.init(name: "survey", texts: rows)]).bytes
  }
}
