import Basics
import Foundation
import TestSupport
import Testing

@testable import Web

@Suite struct ScreenTests {
  let screen: Screen
  var words: Words { screen.words(.spanish) }

  init() throws { screen = try Screen.load() }

  private func render(_ part: String, _ values: [String: Any]) throws -> String {
    try screen.render(part, FramedModel(model: values, frame: ["csrf": "tag", "title": "outside"]), .spanish)
  }

  @Test func aWorkRowShowsWhatThereIs() throws {
    let row = WorkRow(
      title: "AM-7K2", address: "/cases/x", facts: ["Pichincha", "25–29 & más"],
      status: Status(text: "Abierto", tone: .active), due: ("Vencida hace 2 h", true), holder: "Casa <Canario>",
      action: "Abrir")
    let html = try render("parts/work-row", row.view)
    for text in [
      "AM-7K2", "Pichincha", "25–29 &amp; más", "◐", "Abierto", "due over", "Vencida hace 2 h",
      "Casa &lt;Canario&gt;", ">Abrir</a>", "href=\"/cases/x\"",
    ] { #expect(html.contains(text), "\(text)") }
    let bare = try render("parts/work-row", WorkRow(title: "AM-1", address: "/cases/y").view)
    #expect(!bare.contains("class=\"due") && !bare.contains("class=\"holder") && !bare.contains("button"))
  }

  @Test func aTableNamesItsColumnsInEveryCell() throws {
    let table = DataTable(
      caption: "Casos", columns: ["Provincia", "Casos", ""],
      rows: [
        [.link("Pichincha", address: "/p"), .number("20"), .bar(24.69)],
        [
          .link("<b>'&\"", address: "/\"><script>"), .text("</td>"),
          .status(Status(text: "<i>", tone: .open)),
        ],
      ],
      total: [.text("Total"), .number("81"), .text("")])
    let html = try render("parts/table", table.view)
    for text in [
      "<caption>Casos</caption>", "<th scope=\"row\"><a href=\"/p\">Pichincha</a></th>",
      "<td data-label=\"Casos\" class=\"number\">20</td>", "width=\"24.7\"", "<tfoot>", "81",
      "<a href=\"/&quot;&gt;&lt;script&gt;\">&lt;b&gt;&#39;&amp;&quot;</a>",
      "<td data-label=\"Casos\">&lt;/td&gt;</td>",
      "○</span> &lt;i&gt;</span>",
    ] { #expect(html.contains(text), "\(text)") }
    for markup in ["<b>", "<i>", "<script>"] { #expect(!html.contains(markup), "\(markup)") }
  }

  @Test func everyKindOfFieldShowsValueAndError() throws {
    let typed = Form(["name": "Ana \"A\"", "notes": "\nuno\n  dos\n", "one": "b", "age": "no"])
    let refusal = Refusal.fields(["name", "notes", "one", "age"].map { FieldProblem($0, "error.missing") })
    let sheet = FormSheet(words: words, typed: typed, refusal: refusal)
    let options = [FormSheet.Option("a", "Uno"), FormSheet.Option("b", "Dos", hint: "pista")]
    let fields = [
      sheet.text("name", label: "common.done"), sheet.area("notes", label: "Notas", hint: "Pista propia"),
      sheet.select("one", label: "Elegir", options: options), sheet.fourWay("age", label: "¿Menor de 18?"),
      sheet.checks("many", label: "Varios", options: options, optional: true), sheet.hidden("id", "fresh"),
      sheet.text("password", label: "Clave", value: "secreta", type: "password"),
    ]
    let html = try render("parts/form", sheet.view(action: "/x", submit: "common.done", fields: fields))
    for text in [
      "value=\"Ana &quot;A&quot;\"", "<textarea id=\"f-notes\" name=\"notes\"", ">\n\nuno\n  dos\n</textarea>",
      "<option value=\"b\" selected>Dos</option>", "value=\"no\" checked", "id=\"f-age\"", "Pista propia",
      "aria-describedby=\"f-notes-hint f-notes-error\"", "<a href=\"#f-name\">Listo: Falta este dato.</a>",
      "name=\"csrf\" value=\"tag\"", "name=\"id\" value=\"fresh\"", "<small>pista</small>",
    ] { #expect(html.contains(text), "\(text)") }
    #expect(!html.contains("secreta"))
  }

  @Test func stepsTabsAndPages() throws {
    let steps = try render("parts/steps", Steps(names: ["Uno", "Dos", "Tres"], current: 1).view)
    #expect(steps.contains("aria-current=\"step\">Dos") && steps.contains("✓"))
    let tabs = Tabs(items: [("Ficha", "/a"), ("Plan", "/b")], current: "/b")
    #expect(try render("parts/tabs", tabs.view).contains("<a href=\"/b\" aria-current=\"page\">Plan</a>"))
    let heading = Heading(title: "Caso", back: .init(address: "/cases", label: "Casos"))
    let html = try render("parts/heading", heading.view)
    #expect(html.contains("<h1>Caso</h1>") && html.contains("← Casos") && !html.contains("lead"))
  }

  @Test func timesReadAsPeopleSayThem() {
    let now = Moment(milliseconds: 1_795_574_400_000)  // 2026-11-25T02:40:00Z
    let dates = Dates(words: words, offset: .hours(-5), now: now)
    #expect(dates.moment(now) == "24 nov 2026, 21:40")
    #expect(dates.due(now + .hours(3)).text == "Vence en 3 h")
    #expect(dates.due(now - .hours(2)).text == "Vencida hace 2 h" && dates.due(now - .hours(2)).isOver)
    #expect(dates.due(now + .minutes(40)).text == "Vence en 40 min")
    #expect(dates.due(now + .days(2)).text == "Vence en 2 días")
    #expect(dates.ago(now - .seconds(5)) == "hace un momento")
    #expect(dates.ago(now - .days(60)) == "hace 60 días" && dates.ago(now - .days(7000)) == "25 sep 2007")
    // Before 1970 too.
    #expect(dates.moment(Moment(milliseconds: -60_000)) == "31 dic 1969, 18:59")
  }

  @Test func whatIsTypedComesThroughTheWire() throws {
    var generator = SeededGenerator(seed: testSeed("form"))
    let letters: [Character] = ["a", "ñ", "é", "&", "=", "+", "%", " ", "\n", "\t", "🧭", "<", "\"", "'", "/", "ʼ", "漢"]
    for _ in 0..<200 {
      let text = String(
        (0..<Int.random(in: 0...30, using: &generator)).compactMap { _ in letters.randomElement(using: &generator) })
      let form = try Form(encoded: "a=1&" + Form.encoded(text) + "=" + Form.encoded(text))
      #expect(form.all(text).last == text)
    }
    #expect(try Form(encoded: "a=1%0D%0A2&b&c=&=x")["a"] == "1\n2")
    #expect(throws: RefusedRequest.self) { try Form(encoded: "a=1&a=2").one("a") }
  }

  @Test func namesStandInAListAsInADictionary() {
    let names = [
      "Zamora", "échale", "Carchi", "Cañar", "Ángel", "Canzone", "Esmeraldas", "Andes", "Ñaupa", "Napo", "Orellana",
    ]
    #expect(
      names.sorted { $0.listOrder < $1.listOrder } == [
        "Andes", "Ángel", "Canzone", "Cañar", "Carchi", "échale", "Esmeraldas", "Napo", "Ñaupa", "Orellana", "Zamora",
      ])
    #expect("CAN\u{303}AR".listOrder == "Cañar".listOrder)
  }
}
