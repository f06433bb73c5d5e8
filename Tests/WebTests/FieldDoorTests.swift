import Accounts
import Basics
import CountryPack
import Foundation
import HTTPTypes
import Identification
import Records
import TestSupport
import Testing
import Vault

@testable import Web

/// An officer with a phone, a supervisor, and the site they talk to.
struct FieldSite {
  let house: WebHouse
  let officer: TestBrowser
  let supervisor: TestBrowser
  let phone: TestPhone

  init(_ house: WebHouse) async throws {
    self.house = house
    phone = TestPhone(now: house.desks.office.clock.now().milliseconds)
    try await house.join("ofelia", [.frontlineOfficer])
    try await house.join("sonia", [.supervisor])
    (officer, supervisor) = (TestBrowser(house), TestBrowser(house))
    for (browser, login) in [(officer, "ofelia"), (supervisor, "sonia")] {
      browser.acceptLanguage = "es"
      try await browser.signIn(login)
    }
  }

  static let app: HTTPFields = {
    var fields: HTTPFields = [.contentType: "application/json", .origin: "http://localhost:8080"]
    if let name = HTTPField.Name("X-Amparo") { fields[name] = "field" }
    return fields
  }()

  func enroll(_ browser: TestBrowser, _ headers: HTTPFields = app, key: [UInt8]? = nil) async throws
    -> TestBrowser.Page
  {
    let body = ["device": phone.device, "key": Base64URL.encode(key ?? phone.publicKey), "name": "Teléfono 7"]
    return try await browser.send(
      .post, "/campo/devices", headers: headers, body: Array(try JSONEncoder().encode(body)))
  }

  /// Enrols the phone as its app does.
  func enroll() async throws {
    let page = try await enroll(officer)
    #expect(page.status == .ok)
    let answer = try json(page)
    phone.member = answer["member"] as? String ?? ""
    phone.agencyKey = (answer["agencyKey"] as? String).flatMap { Base64URL.decode($0) } ?? []
    phone.epoch = answer["epoch"] as? Int ?? 0
  }

  func json(_ page: TestBrowser.Page) throws -> [String: Any] {
    #expect(page.headers[.contentType] == "application/json; charset=utf-8")
    return try #require(try JSONSerialization.jsonObject(with: Data(page.text.utf8)) as? [String: Any])
  }

  /// The sentence of a refusal.
  func problem(_ page: TestBrowser.Page) throws -> String { try json(page)["error"] as? String ?? "" }

  /// Sends as the app does: no cookie, nobody signed in.
  func sync(_ body: [UInt8], headers: HTTPFields = [.contentType: "application/json"]) async throws
    -> TestBrowser.Page
  {
    let browser = TestBrowser(house)
    browser.acceptLanguage = "en"
    return try await browser.send(.post, "/sync", headers: headers, body: body)
  }

  func outcomes(_ page: TestBrowser.Page) throws -> [String] {
    try #require(try json(page)["outcomes"] as? [[String: Any]]).map { $0["outcome"] as? String ?? "" }
  }

  func interview(record: String = TestPhone.record(), danger: Bool = false, note: String = "Sin descanso") throws
    -> TestPhone.Signed
  {
    let safe = Dictionary(
      uniqueKeysWithValues: house.desks.pack.safetyQuestions.map { ($0.code, $0.stopsOn == .yes ? "no" : "yes") })
    let content = phone.content(safety: safe, topics: ["exploitation": ["EX01": "yes", "EX02": "yes"]], note: note)
    return try phone.interview(content, record: record, danger: danger)
  }
}

func withFieldSite(_ engine: Engine, _ body: (FieldSite) async throws -> Void) async throws {
  try await withSite(engine) { try await body(FieldSite($0)) }
}

@Suite struct FieldDoorTests {
  @Test(arguments: TestEngine.available) func aPhoneIsEnrolledAndSends(_ engine: Engine) async throws {
    try await withFieldSite(engine) { field in
      let page = try await field.enroll(field.officer)
      let answer = try field.json(page)
      #expect(
        Set(answer.keys) == [
          "device", "member", "agency", "agencyName", "agencyKey", "epoch", "receiptKey", "pack", "serverTime",
        ])
      #expect(answer["device"] as? String == field.phone.device && answer["agencyName"] as? String == "Casa Canario")
      #expect(MemberID.fromUUID(answer["member"] as? String ?? "") != nil)
      #expect((answer["agencyKey"] as? String).flatMap { Base64URL.decode($0) }?.count == 32)
      let receiptKey = try #require((answer["receiptKey"] as? String).flatMap { Base64URL.decode($0) })
      #expect(receiptKey == (try field.house.desks.office.root.receiptKey.publicKey))
      try await field.enroll()
      #expect(try await field.enroll(field.officer, key: TestPhone(now: 0).publicKey).status == .conflict)
      let (interview, danger) = (try field.interview(), try field.phone.danger())
      let sent = try await field.sync(try field.phone.batch([interview, danger]))
      #expect(sent.status == .ok && sent.headers[.setCookie] == nil)
      let outcomes = try #require(try field.json(sent)["outcomes"] as? [[String: Any]])
      #expect(outcomes.map { $0["op"] as? String } == [interview.op, danger.op])
      #expect(outcomes.allSatisfy { $0["outcome"] as? String == "applied" && $0["reason"] is NSNull })
      #expect(outcomes[0]["says"] as? String == "Received and kept.")
      let receipt = try #require(outcomes[0]["receipt"] as? [String: String])
      let body = try #require(Base64URL.decode(receipt["body"] ?? ""))
      let signature = try #require(Base64URL.decode(receipt["signature"] ?? ""))
      #expect(FieldSignature.isReceipt(body, signature, by: receiptKey))
      #expect(try field.outcomes(try await field.sync(try field.phone.batch([interview]))) == ["replayed"])
    }
  }

  @Test(arguments: TestEngine.available) func onlyTheAppOfAMemberEnrols(_ engine: Engine) async throws {
    try await withFieldSite(engine) { field in
      let stranger = TestBrowser(field.house)
      stranger.acceptLanguage = "en"
      var page = try await field.enroll(stranger)
      #expect(page.status == .unauthorized)
      #expect(try field.problem(page) != "")
      #expect(try await field.enroll(field.supervisor).status == .forbidden)
      var headers = FieldSite.app
      headers[.origin] = "https://evil.example"
      #expect(try await field.enroll(field.officer, headers).status == .forbidden)
      headers[.origin] = nil
      #expect(try await field.enroll(field.officer, headers).status == .forbidden)
      headers = FieldSite.app
      headers[try #require(HTTPField.Name("X-Amparo"))] = nil
      #expect(try await field.enroll(field.officer, headers).status == .forbidden)
      headers = FieldSite.app
      headers[.contentType] = "text/plain"
      page = try await field.enroll(field.officer, headers)
      #expect(page.status == .unsupportedMediaType)
      #expect(try await field.enroll(field.officer, key: [1]).status == .unprocessableContent)
      for body in ["", "{", "[]", "{\"device\":\"x\",\"key\":\"\",\"name\":\"\"}", String(repeating: "[", count: 4000)]
      {
        page = try await field.officer.send(.post, "/campo/devices", headers: FieldSite.app, body: Array(body.utf8))
        #expect(page.status == .badRequest, "\(body.prefix(20))")
        #expect(try field.problem(page).hasPrefix("La solicitud"))
      }
      page = try await field.officer.send(
        .post, "/campo/devices", headers: FieldSite.app, body: [UInt8](repeating: 32, count: 5000))
      #expect(page.status == .contentTooLarge)
      #expect(try await field.officer.send(.put, "/campo/devices").status == .methodNotAllowed)
      #expect(try await field.officer.get("/sync").status == .methodNotAllowed)
    }
  }

  @Test(arguments: TestEngine.available) func whatIsTooLongOrBrokenIsRefusedAsAWhole(_ engine: Engine) async throws {
    try await withFieldSite(engine) { field in
      try await field.enroll()
      let good = try field.phone.batch([field.interview()])
      for length in stride(from: 0, to: good.count, by: 97) {
        #expect(try await field.sync(Array(good.prefix(length))).status == .badRequest)
      }
      #expect(try await field.sync([0xFF, 0xFE, 0]).status == .badRequest)
      #expect(try await field.sync(Array(String(repeating: "[", count: 500_000).utf8)).status == .badRequest)
      #expect(
        try await field.sync([UInt8](repeating: 32, count: FieldDoor.largestBatch + 1)).status == .contentTooLarge)
      let many = try (0...100).map { _ in try field.phone.danger() }
      let page = try await field.sync(try field.phone.batch(many))
      #expect(page.status == .contentTooLarge)
      #expect(try field.problem(page) != "")
      let actor = try await field.house.actor("sonia")
      #expect(try await field.house.desks.field.inbox(actor).isEmpty)
      #expect(try field.outcomes(try await field.sync(good)) == ["applied"])
    }
  }

  @Test(arguments: TestEngine.available) func strangersWaitAndColleaguesDoNot(_ engine: Engine) async throws {
    try await withFieldSite(engine) { field in
      try await field.enroll()
      let stranger = TestPhone(now: field.phone.now)
      stranger.member = field.phone.member
      var tries = 0
      var page = try await field.sync(try stranger.batch([stranger.danger()]))
      // The first pauses are short: a slow machine may take longer than they last.
      while page.status != .tooManyRequests, tries < 12 {
        #expect(try field.outcomes(page) == ["rejected"])
        page = try await field.sync(try stranger.batch([stranger.danger()]))
        tries += 1
      }
      #expect(tries >= 5 && page.status == .tooManyRequests && page.headers[.retryAfter] != nil)
      // From the same address, a phone of the house is heard.
      #expect(try field.outcomes(try await field.sync(try field.phone.batch([field.phone.danger()]))) == ["applied"])
      // Always another phone: after many, strangers wait together.
      var refused = 0
      for _ in 0..<110 {
        let other = TestPhone(now: field.phone.now)
        other.member = field.phone.member
        if try await field.sync(try other.batch([other.danger()])).status == .tooManyRequests { refused += 1 }
      }
      #expect(refused > 0)
      #expect(try field.outcomes(try await field.sync(try field.phone.batch([field.phone.danger()]))) == ["applied"])
    }
  }
}
