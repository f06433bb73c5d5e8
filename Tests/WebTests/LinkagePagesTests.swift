import Accounts
import Basics
import Foundation
import HTTPTypes
import Linkage
import Records
import TestSupport
import Testing

@testable import Web

/// A list is encoded and encodings are compared, and the server keeps nothing of either.
@Suite struct LinkagePagesTests {
  private static let encodePath = "/statistics/linkage/encode"
  private static let comparePath = "/statistics/linkage/compare"
  private static let shelters = """
    nombres;apellido1;apellido2;fecha_nacimiento;sexo;nacionalidad
    Ma. Fernanda;Zambrano;Loor;1990-05-12;F;ECU
    Rosa;Quispe;Tipán;1984-02-03;F;ECU
    Jessica;Vera;Cedeño;1999-11-30;F;COL
    """
  private static let police = """
    given,surname1,surname2,birth,sex,nationality
    Maria Fernanda,Zambrano,Loor,1990-05-12,F,ECU
    Jessica,Vera,Cedeno,1999-11-30,F,COL
    Carlos,Chimbo,Sisa,1970-01-09,M,ECU
    """

  private func coordinator(_ house: WebHouse) async throws -> TestBrowser {
    try await house.join("coco", [.coordinator])
    let browser = TestBrowser(house)
    try await browser.signIn("coco")
    return browser
  }

  /// Sends a form with files as a browser does.
  private func send(
    _ browser: TestBrowser, _ path: String, _ fields: [String: String], _ files: [String: String]
  ) async throws -> TestBrowser.Page {
    let page = try await browser.get(path)
    #expect(page.status == .ok && !page.contains("⟦"))
    let form = try #require(browser.forms(page).first { $0.action == path })
    let mark = "----raya"
    var body = ""
    let kept = form.fields.filter { field in fields[field.0] == nil && !LinkagePages.fileNames.contains(field.0) }
    for (name, value) in kept.filter({ $0.0 != "people" }) + fields.map({ ($0.key, $0.value) }) {
      body += "--\(mark)\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n"
    }
    for (name, content) in files {
      body +=
        "--\(mark)\r\nContent-Disposition: form-data; name=\"\(name)\"; filename=\"a\"\r\n\r\n\(content)\r\n"
    }
    return try await browser.send(
      .post, path, headers: [.contentType: "multipart/form-data; boundary=\(mark)"],
      body: Array((body + "--\(mark)--\r\n").utf8))
  }

  private func encode(
    _ browser: TestBrowser, _ people: String, _ list: String, secret: String = "canario azul en la rama",
    purpose: String = "estimación 2027"
  ) async throws -> TestBrowser.Page {
    try await send(
      browser, Self.encodePath, ["secret": secret, "list": list, "purpose": purpose], ["people": people])
  }

  @Test(arguments: TestEngine.available) func listsAreEncodedComparedAndEstimated(_ engine: Engine) async throws {
    try await withSite(engine) { house in
      let browser = try await coordinator(house)
      let steps = try await browser.get("/statistics/linkage")
      #expect(steps.contains("Una codificación no es anónima") && steps.contains(Self.encodePath))
      #expect(!steps.contains("⟦"))
      let (a, b) = (
        try await encode(browser, Self.shelters, "albergues"), try await encode(browser, Self.police, "policia")
      )
      #expect(a.status == .ok && a.headers[.contentDisposition]?.contains("albergues.clk") == true)
      #expect(a.contains("# purpose: estimación 2027") && a.contains("never to be published"))
      #expect(!a.contains("Zambrano") && !a.contains("canario"))
      let encoded = try EncodedList(text: a.text)
      #expect(encoded.count == 3 && encoded.schema.hasPrefix("es-1"))
      let found = try await send(browser, Self.comparePath, [:], ["first": a.text, "second": b.text])
      #expect(found.status == .ok && !found.contains("⟦"))
      for words in [
        "6 registros son 4 personas distintas; 2 de ellas", "estimación 2027", "albergues + policia", "Sirve hasta",
      ] { #expect(found.contains(words), "\(words)") }
      #expect(found.contains("albergues,policia,count\n1,0,1\n0,1,1\n1,1,2"))
      let estimate = try await browser.submit(found, action: "/statistics/estimate")
      #expect(estimate.status == .seeOther && estimate.location.hasPrefix("/statistics/estimate/"))
      // Names, secret, purpose and encodings stay out of the store; that it was done is in it.
      let content = try await wholeContent(of: house.desks.office.database, engine).values.joined().joined()
      for word in ["Zambrano", "canario azul", "estimación 2027", String(a.text.suffix(40).prefix(20))] {
        #expect(!content.contains(word), "\(word)")
      }
      #expect(content.contains("linkage.encode") && content.contains("linkage.compare"))
    }
  }

  @Test func aSampleIsJudgedAndGoesOnToTheEstimate() async throws {
    try await withSite(.sqlite) { house in
      let browser = try await coordinator(house)
      let (a, b) = (
        try await encode(browser, Self.shelters, "albergues").text,
        try await encode(browser, Self.police, "policia").text
      )
      let found = try await send(browser, Self.comparePath, ["with_sample": "yes"], ["first": a, "second": b])
      let address = try found.link("/statistics/linkage/sample/[0-9a-z]{26}")
      let page = try await browser.get(address)
      #expect(page.status == .ok && !page.contains("⟦") && !page.contains("Zambrano"))
      #expect(page.contains("albergues 1 y policia 1") || page.contains("albergues 2 y policia 1"), "\(page.text)")
      #expect(page.contains("Personas en dos listas o más: 2 de 2 registros. Con rivales: 0."))
      let empty = try await browser.submit(page, action: address)
      #expect(empty.status == .unprocessableContent && empty.contains("Juzgue al menos un enlace"))
      let pairs = Set(page.text.matches(of: /name="(pair[0-9]+)"/).map { String($0.1) })
      #expect(!pairs.isEmpty)
      let verdicts = Dictionary(uniqueKeysWithValues: pairs.map { ($0, "same") })
      let rates = try await browser.submit(page, verdicts, action: address)
      #expect(rates.status == .ok && rates.contains("Enlaces equivocados") && !rates.contains("⟦"))
      let estimate = try await browser.submit(rates, action: "/statistics/estimate")
      #expect(estimate.status == .seeOther && estimate.location.hasPrefix("/statistics/estimate/"))
      // Nobody else's, and gone when told so.
      try await house.join("otra", [.analyst])
      let other = TestBrowser(house)
      try await other.signIn("otra")
      #expect(try await other.get(address).location == "/statistics/linkage?over=1")
      _ = try await browser.submit(page, action: address + "/forget")
      #expect(try await browser.get(address).location == "/statistics/linkage?over=1")
      #expect(try await browser.get("/statistics/linkage?over=1").contains("Esa muestra ya no está"))
    }
  }

  @Test func whatDoesNotFitIsRefusedBeforeAnyComparison() async throws {
    try await withSite(.sqlite) { house in
      let browser = try await coordinator(house)
      let a = try await encode(browser, Self.shelters, "albergues").text
      let secret = try await encode(browser, Self.police, "policia", secret: "otro secreto muy distinto").text
      let purpose = try await encode(browser, Self.police, "policia", purpose: "otra cosa").text
      let late = a.replacing("# list: albergues", with: "# list: otra").replacing(
        /# expires: [0-9\-]+/, with: "# expires: 2020-01-01")
      for (second, sentence) in [
        (secret, "secretos distintos"), (purpose, "solo para lo suyo"), (late, "vencieron"), (a, "se llaman"),
        ("nombre,apellido\nRosa,Quispe\n", "no es un archivo de codificaciones"), ("", "Elija un archivo"),
      ] {
        let page = try await send(browser, Self.comparePath, [:], ["first": a, "second": second])
        #expect(page.status == .unprocessableContent && page.contains(sentence), "\(sentence)")
        #expect(!page.contains("registros son"), "\(sentence)")
      }
      let threshold = try await send(browser, Self.comparePath, ["threshold": "7"], ["first": a, "second": a])
      #expect(threshold.contains("entre 0,5 y 1"))
    }
  }

  @Test func mistakesInAListStandBesideTheirFieldWithoutWhatStoodThere() async throws {
    try await withSite(.sqlite) { house in
      let browser = try await coordinator(house)
      for (people, list, secret, sentence) in [
        ("", "a", "canario azul en la rama", "Elija un archivo"),
        (Self.shelters, "a b", "canario azul en la rama", "letras sin tildes"),
        (Self.shelters, "a", "corto", "al menos 16 caracteres"),
        ("nombres;sexo\nRosa;F\n", "a", "canario azul en la rama", "Línea 1: falta la columna"),
        (
          "id,given,surname1,birth\n1,Rosa,Quispe,\n1,Luz,Tipán,\n", "a", "canario azul en la rama",
          "Línea 3: este id está dos veces"
        ),
        ("given,surname1,birth\nRosa,Quispe\n", "a", "canario azul en la rama", "Línea 2: no es una tabla CSV"),
        ("given,surname1,birth\n", "a", "canario azul en la rama", "la lista no tiene a nadie"),
      ] {
        let page = try await encode(browser, people, list, secret: secret)
        #expect(page.status == .unprocessableContent && page.contains(sentence), "\(sentence)")
        #expect(!page.contains("Quispe") && !page.contains(secret), "\(sentence)")
      }
      let over = try await send(
        browser, Self.encodePath,
        ["secret": "canario azul en la rama", "list": "a", "purpose": "p", "expires": "2020-01-01"],
        ["people": Self.shelters])
      #expect(over.contains("Elija un día desde hoy"))
    }
  }
}
