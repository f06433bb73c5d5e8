import Accounts
import Basics
import Foundation
import HTTPTypes
import Records
import TestSupport
import Testing

@testable import Web

/// A supervisor who brings forms in, an officer who fills them in, and a case worker who may read all.
private struct FormRoom {
  let house: WebHouse
  let supervisor: TestBrowser
  let officer: TestBrowser
  let worker: TestBrowser

  init(_ house: WebHouse, language: String = "es") async throws {
    self.house = house
    var browsers: [TestBrowser] = []
    for (login, role) in [("sonia", Role.supervisor), ("ofelia", .frontlineOfficer), ("wilma", .caseWorker)] {
      try await house.join(login, [role])
      let browser = TestBrowser(house)
      browser.acceptLanguage = language
      try await browser.signIn(login)
      _ = try await browser.get("/language/\(language)?to=%2F")
      browsers.append(browser)
    }
    (supervisor, officer, worker) = (browsers[0], browsers[1], browsers[2])
  }

  static func spreadsheet(_ survey: [[String]], choices: [[String]] = []) -> [UInt8] {
    Spreadsheet(sheets: [
      .init(name: "survey", texts: survey), .init(name: "choices", texts: choices),
      .init(
        name: "settings",
        texts: [
          ["form_title", "form_id", "version", "default_language"], ["Ficha <hogar>", "hogar", "3", "Español (es)"],
        ]),
    ]).bytes
  }

  static let form = spreadsheet(
    [
      [
        "type", "name", "label::Español (es)", "label::English (en)", "relevant", "constraint",
        "constraint_message::Español (es)", "required", "calculation", "choice_filter", "appearance",
      ],
      ["begin group", "about", "Sobre la persona", "About the person"],
      ["text", "who", "Nombre", "Name", "", "", "", "yes", "", "", "multiline"],
      ["select_one province", "province", "Provincia", "Province"],
      ["select_one canton", "canton", "Cantón", "Canton", "", "", "", "", "", "province = ${province}"],
      ["integer", "age", "Edad de ${who}", "Age of ${who}", "", ". <= 120", "No más de 120 años", "yes"],
      ["text", "guardian", "Quién le cuida", "Who cares", "${age} < 18", "", "", "yes"],
      ["decimal", "pay", "Pago", "Pay"], ["date", "since", "Desde", "Since"], ["time", "at", "Hora", "Hour"],
      ["select_multiple province", "been", "Ha estado en", "Has been in"],
      ["acknowledge", "told", "Se le informó", "Was told"], ["end group"],
      ["begin repeat", "child", "Hijo o hija", "Child"], ["text", "child_name", "Nombre", "Name", "", "", "", "yes"],
      ["end repeat"], ["calculate", "children", "", "", "", "", "", "", "count(${child})"],
      ["note", "bye", "Gracias, ${who}", "Thank you, ${who}"],
    ],
    choices: [
      ["list_name", "name", "label::Español (es)", "label::English (en)", "province"],
      ["province", "p", "Pichincha", "Pichincha"], ["province", "g", "Guayas", "Guayas"],
      ["canton", "quito", "Quito", "Quito", "p"], ["canton", "duran", "Durán", "Durán", "g"],
    ])

  func upload(_ file: [UInt8], by browser: TestBrowser? = nil, page: String = "/forms/new") async throws
    -> TestBrowser.Page
  {
    let browser = browser ?? supervisor
    let shown = try await browser.get(page)
    let fields = try #require(browser.forms(shown).first { $0.action == "/forms/new" }).fields
    var body: [UInt8] = []
    for (name, value) in fields where name != "file" {
      body += Array("--x7x\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n".utf8)
    }
    body += Array(
      "--x7x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f.xlsx\"\r\nContent-Type: application/octet-stream\r\n\r\n"
        .utf8)
    body += file + Array("\r\n--x7x--\r\n".utf8)
    return try await browser.send(
      .post, "/forms/new", headers: [.contentType: "multipart/form-data; boundary=x7x"], body: body)
  }

  /// The address of a filling that the officer has begun, the form taken into use before.
  func begun() async throws -> String {
    let version = try await upload(Self.form).location
    _ = try await supervisor.submit(try await supervisor.get(version), action: version + "/adopt")
    let begun = try await officer.submit(try await officer.get("/forms"))
    return begun.location.replacingOccurrences(of: "?begun=1", with: "")
  }
}

private func withForms(_ engine: Engine, language: String = "es", _ body: (FormRoom) async throws -> Void) async throws
{
  try await withSite(engine) { try await body(FormRoom($0, language: language)) }
}

@Suite struct OwnFormPagesTests {
  @Test(arguments: TestEngine.available) func aFormIsShownBeforeItIsTakenIntoUse(_ engine: Engine) async throws {
    try await withForms(engine) { room in
      #expect(try await room.officer.get("/forms").contains("no usa ningún formulario propio"))
      let sent = try await room.upload(FormRoom.form)
      #expect(sent.status == .seeOther && sent.location.hasPrefix("/forms/versions/"))
      var page = try await room.supervisor.get(sent.location)
      for words in [
        "Ficha &lt;hogar&gt;", "Por revisar", "Español (es), English (en)", "appearance", "multiline", "Quién le cuida",
        "solo si: ${age} &lt; 18", "Poner en uso", "Desechar",
      ] { #expect(page.contains(words), "\(words)") }
      #expect(try await room.supervisor.get("/").contains("Ficha &lt;hogar&gt;"))
      #expect(try await !room.officer.get("/forms").contains("Ficha"))
      page = try await room.supervisor.submit(page, action: sent.location + "/adopt")
      #expect(page.location == sent.location)
      #expect(try await room.officer.get("/forms").contains("Ficha &lt;hogar&gt;"))
      #expect(try await room.officer.get("/screenings").contains("href=\"/forms\""))
      // A newer version from the form's page.
      let form = try #require(
        try await room.officer.get("/forms").text.firstMatch(of: /href="(\/forms\/[0-9a-z]{26})"/)
      ).1
      let again = try await room.upload(FormRoom.form, page: "/forms/new?form=\(form.split(separator: "/")[1])")
      #expect(try await room.supervisor.get(again.location).contains("Reemplazará a la versión en uso"))
      #expect(
        try await room.supervisor.submit(room.supervisor.get(again.location), action: again.location + "/discard")
          .location == "/forms")
      page = try await room.supervisor.submit(room.supervisor.get(sent.location), action: sent.location + "/retire")
      #expect(try await room.supervisor.get(page.location).contains("Fuera de uso"))
      #expect(try await room.officer.get(String(form)).contains("Ya nadie puede empezar"))
    }
  }

  @Test(arguments: TestEngine.available) func anOfficerFillsAFormInPageByPage(_ engine: Engine) async throws {
    try await withForms(engine) { room in
      let (officer, address) = (room.officer, try await room.begun())
      let first = address + "/pages/1"
      #expect(try await officer.get(address + "?begun=1").location == first)
      var page = try await officer.get(first)
      #expect(page.contains("Página 1 de 4") && page.contains("Sobre la persona") && page.contains("Edad de …"))
      #expect(page.contains("Las opciones dependen de otra respuesta") && !page.contains("Quién le cuida"))
      let open = page
      // Wrong and missing answers are kept and named beside the field.
      func send(_ fields: [String: String], then: String, from: TestBrowser.Page) async throws -> TestBrowser.Page {
        try await officer.submit(from, fields.merging(["then": then]) { $1 }, action: first)
      }
      page = try await send(["q2": "p", "q4": "ciento"], then: "next", from: page)
      #expect(page.location == first + "?check=1")
      page = try await officer.get(page.location)
      #expect(page.contains("Escriba un número entero") && page.contains("Falta este dato"))
      #expect(page.contains("value=\"ciento\""))
      // Now the choices of the province are there.
      #expect(page.contains("Quito") && !page.contains("Durán"))
      page = try await send(["q1": "Ñusta", "q4": "130", "q3": "quito"], then: "next", from: page)
      #expect(try await officer.get(page.location).contains("No más de 120 años"))
      // Under age: a further question appears on the same page before it goes on.
      page = try await send(
        ["q4": "15", "q6": "12,5", "q7": "2026-05-01", "q8": "08:30", "q10": "yes"], then: "next",
        from: try await officer.get(first))
      #expect(page.location == first + "?more=1")
      page = try await officer.get(page.location)
      #expect(page.contains("hay algo más en esta página") && page.contains("Quién le cuida"))
      #expect(page.contains("Edad de Ñusta") && page.contains("value=\"12.5\""))
      page = try await officer.submit(
        page, ["q5": "=2+3", "then": "next"], action: first, further: [("q9", "p"), ("q9", "g")])
      #expect(page.location == address + "/pages/2")
      // The very first page, still open elsewhere, is stale; what was typed stays.
      page = try await send(["q1": "Otra"], then: "next", from: open)
      #expect(page.status == .conflict && page.contains("se guardó en otro lugar") && page.contains("Otra"))
      page = try await officer.get(address + "/pages/2")
      #expect(page.contains("¿Cuántas veces se llena “Hijo o hija”?"))
      page = try await officer.submit(page, ["count": "x", "then": "next"], action: address + "/pages/2")
      #expect(page.status == .unprocessableContent && page.contains("de 0 a 50"))
      page = try await officer.submit(page, ["count": "1", "then": "pause"], action: address + "/pages/2")
      #expect(page.location == address)
      #expect(try await officer.get("/").contains("Seguir"))
      // Going on where it was left; one more child from the last one's page, pressed twice.
      page = try await officer.get(address)
      #expect(page.contains(address + "/pages/3-1") && page.contains("Ñusta"))
      let child = try await officer.get(address + "/pages/3-1")
      #expect(child.contains("Agregar otra vez: Hijo o hija") && child.contains("1 de 1"))
      for _ in 1...2 {
        page = try await officer.submit(child, ["q12": "Inti", "then": "add"], action: address + "/pages/3-1")
        #expect(page.location == address + "/pages/3-2")
      }
      page = try await officer.submit(
        try await officer.get(page.location), ["q12": "", "then": "next"], action: address + "/pages/3-2")
      #expect(page.location == address + "/pages/3-2?check=1")
      page = try await officer.submit(
        try await officer.get(page.location), ["q12": "", "then": "back"], action: address + "/pages/3-2")
      #expect(page.location == address + "/pages/3-1")
      page = try await officer.submit(try await officer.get(address), action: address + "/finish")
      #expect(page.location == address + "/pages/3-2?check=all")
      page = try await officer.submit(
        try await officer.get(page.location), ["q12": "Killa", "then": "next"], action: address + "/pages/3-2")
      let last = try await officer.get(page.location)
      #expect(last.contains("Gracias, Ñusta"))
      for _ in 1...2 {
        page = try await officer.submit(last, ["then": "finish"], action: address + "/pages/4")
        #expect(page.location == address)
      }
      page = try await officer.get(address)
      for words in ["Terminado", "Killa", "Pichincha, Guayas", "children", "=2+3", "12.5", "1 may 2026", "Imprimir"] {
        #expect(page.contains(words), "\(words)")
      }
      #expect(!page.contains("Cambiar"))
      #expect(try await officer.get(first).location == address)
      let taken = try Workbook(try await officer.get("/forms.xlsx").bytes)
      #expect(taken.sheets.map(\.records.count) == [1, 0])
      #expect(taken.sheets[0].column("Terminó").allSatisfy { if case .date? = $0 { true } else { false } })
    }
  }

  @Test(arguments: TestEngine.available) func answersAreTakenAlongByThoseWhoMayReadThem(_ engine: Engine) async throws {
    try await withForms(engine) { room in
      let address = try await room.begun()
      let first = address + "/pages/1"
      var page = try await room.officer.submit(
        try await room.officer.get(first), ["q1": "=HYPERLINK(1)", "q4": "30", "then": "next"], action: first)
      page = try await room.officer.submit(
        try await room.officer.get(page.location), ["count": "0", "then": "next"], action: address + "/pages/2")
      #expect(page.location == address + "/pages/4")
      page = try await room.officer.submit(
        try await room.officer.get(page.location), ["then": "finish"], action: address + "/pages/4")
      #expect(page.location == address)
      let form = try #require(
        try await room.worker.get(address).text.firstMatch(of: /class="back" href="(\/forms\/[0-9a-z]+)"/)
      ).1
      let link = try #require(
        try await room.worker.get(String(form)).text.firstMatch(
          of: /href="(\/forms\/versions\/[0-9a-z]+\/answers.csv)"/)
      ).1
      let file = try await room.worker.get(String(link))
      #expect(file.text.hasPrefix("\u{FEFF}Referencia;Empezado;Terminado;who;province;canton;age;"))
      #expect(file.contains(";'=HYPERLINK(1);"))
      #expect(file.headers[.contentDisposition] == "attachment; filename=\"formulario-respuestas.csv\"")
      #expect(try await room.officer.get(String(link)).status == .forbidden)
      #expect(try await !room.officer.get(String(form)).contains("answers.csv"))
      #expect(try await room.supervisor.get(address).contains("HYPERLINK"))
      // Who manages forms without holding the screenings reads nothing that was answered.
      let administrator = TestBrowser(room.house)
      try await administrator.signIn("ana")
      #expect(try await administrator.get("/forms").contains("Ficha"))
      #expect(try await administrator.get(String(form)).status == .ok)
      #expect(try await administrator.get(address).status == .forbidden)
      #expect(try await administrator.get(String(link)).status == .forbidden)
    }
  }

  @Test(arguments: ["es", "en"]) func aFileThatCanNotBeUsedIsNamedInOneSentence(_ language: String) async throws {
    try await withForms(.sqlite, language: language) { room in
      let isSpanish = language == "es"
      let cases: [([UInt8], String)] = [
        (
          FormRoom.spreadsheet([["type", "name", "relevant"], ["text", "a", "${nobody} = 1"]]),
          isSpanish
            ? "No se puede usar este archivo: hoja survey, fila 2, columna relevant: no existe “nobody”."
            : "This file can&#39;t be used: sheet survey, row 2, column relevant: there is no “nobody”."
        ),
        (
          FormRoom.spreadsheet([["type", "name"], ["begin group", "g"]]),
          isSpanish ? "hoja survey, fila 2: “g” no se cierra" : "sheet survey, row 2: “g” is not closed"
        ), (Array("%PDF-1.4\u{0}\u{1}".utf8), isSpanish ? "no es un archivo .xlsx" : "this is not an .xlsx file"),
        (Array(FormRoom.form.prefix(700)), isSpanish ? "dañado o incompleto" : "damaged or incomplete"),
        (
          [UInt8](repeating: 0x50, count: (4 << 20) + 1),
          isSpanish ? "el archivo pesa más de 4 MB" : "the file is larger than 4 MB"
        ), ([], isSpanish ? "Elija un archivo" : "Choose a file"),
      ]
      for (file, sentence) in cases {
        let page = try await room.upload(file)
        #expect(page.status == .unprocessableContent && page.contains(sentence), "\(sentence)")
      }
      #expect(try await room.upload([UInt8](repeating: 0, count: 5 << 20)).status == .contentTooLarge)
      #expect(try await !room.supervisor.get("/forms").contains("/forms/versions/"))
    }
  }

  @Test func whoMayNotSeesNoUpload() async throws {
    try await withForms(.sqlite, language: "en") { room in
      #expect(try await !room.officer.get("/forms").contains("/forms/new"))
      #expect(try await room.officer.get("/forms/new").status == .forbidden)
      #expect(try await TestBrowser(room.house).get("/forms").location.hasPrefix("/sign-in"))
      let sent = try await room.upload(FormRoom.form)
      for path in [sent.location, sent.location + "/answers.csv"] {
        #expect(try await room.officer.get(path).status == .forbidden, "\(path)")
      }
      // A file from somebody who is not signed in is not even read.
      let stranger = TestBrowser(room.house)
      let answer = try await stranger.send(
        .post, "/forms/new", headers: [.contentType: "multipart/form-data; boundary=x7x"],
        body: [UInt8](repeating: 0x2d, count: 2 << 20))
      #expect(answer.status == .forbidden)
      let english = try await room.officer.get("/forms")
      #expect(english.contains("Own forms") && !english.contains("⟦"))
    }
  }
}
