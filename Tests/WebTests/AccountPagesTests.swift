import Accounts
import Basics
import Foundation
import HTTPTypes
import Records
import TestSupport
import Testing
import Vault

@testable import Web

@Suite struct AccountPagesTests {
  @Test(arguments: TestEngine.available) func aWrongSignInKeepsTheLoginAndNotThePassword(_ engine: Engine) async throws
  {
    // The clock stands, so that the pause does not pass on a busy machine.
    try await withSite(engine, clock: .fixed(Moment(milliseconds: 1_795_000_000_000))) { house in
      let browser = TestBrowser(house)
      let form = try await browser.get("/sign-in")
      let wrong = try await browser.submit(form, ["login": "ana", "password": "secreta-equivocada"])
      #expect(wrong.status == .unprocessableContent)
      #expect(wrong.contains("value=\"ana\"") && !wrong.contains("secreta-equivocada"))
      #expect(wrong.contains("El usuario o la contraseña no son correctos."))
      // An unknown login gets the same page.
      let unknown = try await browser.submit(form, ["login": "nadie", "password": "secreta-equivocada"])
      #expect(unknown.status == wrong.status)
      #expect(unknown.text.replacingOccurrences(of: "nadie", with: "ana") == wrong.text)
      let empty = try await browser.submit(form)
      #expect(empty.status == .unprocessableContent && empty.contains("Falta este dato."))
      #expect(empty.contains("aria-describedby=\"f-login-error\"") && empty.contains("id=\"f-login-error\""))
      for _ in 0..<4 { _ = try await browser.submit(form, ["login": "ana", "password": "secreta-equivocada"]) }
      let waiting = try await browser.submit(form, ["login": "ana", "password": WebHouse.password])
      #expect(waiting.status == .tooManyRequests && waiting.contains("value=\"ana\""))
    }
  }

  @Test(arguments: TestEngine.available) func aSessionCannotBeFixedAndEnds(_ engine: Engine) async throws {
    try await withSite(engine) { house in
      let browser = TestBrowser(house)
      let planted = Token().exposedText
      browser.cookies["amparo-session"] = planted
      _ = try await browser.get("/")
      #expect(browser.cookies["amparo-session"] == nil)
      browser.cookies["amparo-session"] = planted
      try await browser.signIn("ana")
      let session = try #require(browser.cookies["amparo-session"])
      #expect(session != planted)
      _ = try await browser.submit(try await browser.get("/"), action: "/sign-out")
      #expect(browser.cookies["amparo-session"] == nil)
      // The old token opens nothing any more.
      browser.cookies["amparo-session"] = session
      #expect(try await browser.get("/members").location.hasPrefix("/sign-in"))
      #expect(try await browser.get("/sign-in?to=https://evil.example").contains("name=\"to\" value=\"/\""))
    }
  }

  @Test(arguments: TestEngine.available) func whatWasTypedSurvivesTheSessionsEnd(_ engine: Engine) async throws {
    try await withSite(engine) { house in
      let browser = TestBrowser(house)
      try await browser.signIn("ana")
      let form = try await browser.get("/members/invite")
      // The session ends elsewhere while the form is being filled.
      let token = try #require(browser.cookies["amparo-session"].flatMap { Token($0) })
      try await house.desks.signIn.signOut(try #require(try await house.desks.signIn.actor(for: token)))
      let late = try await browser.submit(
        form, ["name": "Berta \"B\"", "login": "berta"], further: [("roles", "trainer"), ("roles", "analyst")])
      #expect(late.status == .unauthorized && late.contains("lo que escribió no se pierde"))
      let wrong = try await browser.submit(late, ["login": "ana", "password": "equivocada"])
      #expect(wrong.status == .unprocessableContent)
      let resumed = try await browser.submit(wrong, ["login": "ana", "password": WebHouse.password])
      #expect(resumed.status == .ok && resumed.contains("Enviar lo que escribí"))
      let made = try await browser.submit(resumed, action: "/members/invite")
      #expect(made.status == .ok && made.contains("/invitation/") && made.contains("Berta &quot;B&quot;"))
      #expect(try await browser.get("/members").status == .ok)
    }
  }

  @Test(arguments: TestEngine.available) func aColleagueIsInvitedJoinsAndLeaves(_ engine: Engine) async throws {
    try await withSite(engine) { house in
      let ana = TestBrowser(house)
      try await ana.signIn("ana")
      let form = try await ana.get("/members/invite")
      let wrong = try await ana.submit(form, ["name": "<b>Berta & co</b>", "login": "x"])
      #expect(wrong.status == .unprocessableContent && wrong.contains("&lt;b&gt;Berta &amp; co&lt;/b&gt;"))
      #expect(!wrong.contains("<b>Berta") && wrong.contains("Elija al menos una función."))
      let made = try await ana.submit(form, ["name": "Berta", "login": "berta", "roles": "case_worker"])
      let link = try #require(made.text.firstMatch(of: /http:\/\/localhost:8080(\/invitation\/[\w\-]{43})/)).1

      let berta = TestBrowser(house)
      let first = try await berta.get(String(link))
      let short = try await berta.submit(first, ["password": "corta", "again": "corta"])
      #expect(short.status == .unprocessableContent && !short.contains("value=\"corta\""))
      #expect(short.contains("Use al menos 12 caracteres"))
      let differs = try await berta.submit(first, ["password": WebHouse.password, "again": "otra"])
      #expect(differs.contains("Las dos contraseñas no son iguales."))
      let done = try await berta.submit(first, ["password": WebHouse.password, "again": WebHouse.password])
      let code = try #require(done.text.firstMatch(of: /<span class="code">([0-9a-z\-]{31})<\/span>/)).1
      #expect(
        try await berta.submit(first, ["password": WebHouse.password, "again": WebHouse.password]).status == .notFound)
      try await berta.signIn("berta")
      // The menu of an error page works.
      let forbidden = try await berta.get("/members")
      #expect(forbidden.status == .forbidden)
      #expect(try await berta.submit(forbidden, action: "/sign-out").status == .seeOther)
      try await berta.signIn("berta")

      let lost = TestBrowser(house)
      let recovery = try await lost.get("/recover")
      let other = "otra frase muy larga"
      let fields = ["login": "berta", "password": other, "again": other]
      let refused = try await lost.submit(recovery, fields.merging(["code": "k3wq"]) { $1 })
      #expect(refused.status == .unprocessableContent && !refused.contains(other))
      #expect(try await lost.submit(recovery, fields.merging(["code": String(code)]) { $1 }).contains("class=\"code\""))
      #expect(try await berta.get("/account").location.hasPrefix("/sign-in"))
      try await lost.signIn("berta", password: other)

      let list = try await ana.get("/members")
      let leave = try #require(
        list.text.matches(of: /\/members\/[a-z0-9]{26}\/leave/).map { String($0.0) }.first)
      let confirm = try await ana.get(leave)
      #expect(confirm.contains("¿Berta deja la institución?"))
      #expect(try await ana.submit(confirm).location == "/members")
      #expect(try await lost.get("/account").location.hasPrefix("/sign-in"))
    }
  }

  @Test(arguments: TestEngine.available) func theSecondStepIsTurnedOnAndAskedFor(_ engine: Engine) async throws {
    let now = Moment(milliseconds: 1_795_000_000_000)
    try await withSite(engine, clock: .fixed(now)) { house in
      let browser = TestBrowser(house)
      try await browser.signIn("ana")
      let page = try await browser.get("/account/second-step")
      let wrong = try await browser.submit(page, ["digits": "000000x"])
      #expect(wrong.status == .unprocessableContent)
      let letters = try #require(page.text.firstMatch(of: /<span class="code">([A-Z2-7 ]+)<\/span>/)).1
      #expect(wrong.contains(String(letters)), "the offered secret stays")
      let factor = try #require(OneTimePassword(secret: base32(String(letters))))
      let step = OneTimePassword.step(secondsSince1970: now.milliseconds / 1000)
      let codes = try await browser.submit(wrong, ["digits": factor.digits(step: step)])
      let code = try #require(codes.text.firstMatch(of: /<li class="code">([^<]+)<\/li>/)).1

      let other = TestBrowser(house)
      let half = try await other.submit(
        try await other.get("/sign-in"), ["login": "ana", "password": WebHouse.password])
      #expect(half.status == .ok && half.contains("name=\"second_factor\"") && half.contains("value=\"ana\""))
      #expect(other.cookies["amparo-session"] == nil && !half.contains(WebHouse.password))
      let bad = try await other.submit(half, ["password": WebHouse.password, "second_factor": "123"])
      #expect(bad.status == .unprocessableContent && bad.contains("name=\"second_factor\""))
      let good = try await other.submit(half, ["password": WebHouse.password, "second_factor": String(code)])
      #expect(good.status == .seeOther)
      #expect(try await other.get("/account").contains("Activado"))
    }
  }

  @Test(arguments: TestEngine.available) func anAgencyIsTakenIn(_ engine: Engine) async throws {
    try await withSite(engine) { house in
      let browser = TestBrowser(house)
      try await browser.signIn("ana")
      let form = try await browser.get("/agencies/new")
      let wrong = try await browser.submit(form, ["agency": "Mesa de Machala", "kind": "no-such", "province": "EC-O"])
      #expect(wrong.status == .unprocessableContent && wrong.contains("Elija una opción de la lista."))
      #expect(wrong.contains("value=\"Mesa de Machala\"") && wrong.contains("value=\"EC-O\" selected"))
      let made = try await browser.submit(wrong, ["kind": "ngo", "name": "Rosa", "login": "rosa"])
      #expect(made.status == .ok && made.contains("/invitation/"))
      #expect(try await browser.get("/agencies").contains("Mesa de Machala"))
      try await house.join("beto", [.caseWorker])
      let beto = TestBrowser(house)
      try await beto.signIn("beto")
      #expect(try await beto.get("/agencies").status == .forbidden)
      #expect(!(try await beto.get("/")).contains("href=\"/agencies\""))
    }
  }

  @Test(arguments: [DatabaseFailure.unavailable, .storageFull]) func theStoreThatWentAwayIsSaidSo(
    _ failure: DatabaseFailure
  ) async throws {
    let office = Office(database: LostStore(failure: failure), root: .random(), passwordCost: .test)
    let browser = TestBrowser(try Site(desks: Desks(office, try WebHouse.pack.get())))
    #expect(try await browser.get("/health").status == .serviceUnavailable)
    let front = try await browser.get("/es")
    #expect(front.contains("tel:911") && front.contains("tel:1800335486"))
    let form = try await browser.submit(try await browser.get("/sign-in"), ["login": "ana", "password": "secreta"])
    #expect(form.status.code == (failure == .unavailable ? 503 : 507))
    #expect(form.contains("No se guardó nada") && form.contains("value=\"ana\"") && !form.contains("secreta"))
    browser.cookies["amparo-session"] = Token().exposedText
    let page = try await browser.get("/members")
    #expect(page.status.code == (failure == .unavailable ? 503 : 507) && page.contains("No se guardó nada"))
  }

  private func base32(_ text: String) -> [UInt8] {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
    var (buffer, bits, bytes) = (0, 0, [UInt8]())
    for letter in text where letter != " " {
      buffer = (buffer << 5 | (alphabet.firstIndex(of: letter) ?? 0)) & 0xFFFF
      bits += 5
      if bits >= 8 {
        bits -= 8
        bytes.append(UInt8(buffer >> bits & 0xFF))
      }
    }
    return bytes
  }
}

/// A store that answers nothing any more.
private struct LostStore: Database {
  var failure: DatabaseFailure
  var engine: Engine { .sqlite }
  func read<Result: Sendable>(_ work: @escaping @Sendable (any ReadTransaction) throws -> Result) async throws -> Result
  {
    throw failure
  }
  func write<Result: Sendable>(_ work: @escaping @Sendable (any WriteTransaction) throws -> Result) async throws
    -> Result
  {
    throw failure
  }
  func keepBooks<Result: Sendable>(_ work: @escaping @Sendable (any WriteTransaction) throws -> Result) async throws
    -> Result
  {
    throw failure
  }
  func migrate(_ migrations: [Migration]) async throws { throw failure }
  func close() async {}
}
