import Accounts
import Basics
import Casework
import CountryPack
import Foundation
import HTTPTypes
import Records
import Referrals
import TestSupport
import Testing

@testable import Web

/// A sending and a receiving agency, and a program of each.
private struct ApiHouse {
  let house: WebHouse
  let receiver: AgencyID
  /// Of the receiving agency: reads, answers.
  let desk: String
  /// Of the sending agency: everything.
  let sender: String
  let caseID: CaseID

  init(_ house: WebHouse) async throws {
    self.house = house
    let desks = house.desks
    try await house.join("worker", [.caseWorker])
    let made = try await desks.agencies.create(
      .console, name: "Casa Luna", kind: "ngo", province: "EC-O", administrator: "Berta", login: "berta")
    receiver = made.agency
    _ = try await desks.members.accept(made.invitation, password: WebHouse.password)
    desk = try await Self.key(house, "berta", [.read, .answer])
    sender = try await Self.key(house, "ana", Set(ApiRight.allCases))
    caseID = .random()
    let worker = try await house.actor("worker")
    try await desks.cases.open(
      worker, id: caseID,
      CaseOpening(
        person: .new(.random(), PersonIdentity(givenNames: "NOMBRE-SECRETO"), SafeContact(how: "teléfono")),
        kind: "trafficking", province: "EC-P", ageBand: "18-29", narrative: "RELATO-SECRETO"))
    let today = CalendarDay(desks.office.clock.now(), offsetFromUTC: desks.pack.offsetFromUTC)
    try await desks.cases.giveConsent(
      worker, caseID, id: .random(),
      ConsentRequest(
        purpose: "assistance", recipient: receiver, kinds: [.contact, .needs], until: today.adding(days: 90),
        decidedBy: .person, language: .spanish, explained: ConsentRequest.allExplained))
  }

  static func key(_ house: WebHouse, _ login: String, _ rights: Set<ApiRight>) async throws -> String {
    try await house.desks.apiKeys.make(
      try await house.actor(login), id: .random(), name: "Registro \(login)", rights: rights, days: 30
    ).secret.exposedText
  }

  struct Answer {
    var page: TestBrowser.Page
    var value: ApiValue
    var status: Int { page.status.code }
    var type: String { value["type"]?.string ?? "" }
  }

  func ask(
    _ method: HTTPRequest.Method, _ path: String, _ key: String? = nil, _ body: ApiValue? = nil,
    headers: HTTPFields = [:]
  ) async throws -> Answer {
    try await send(method, path, key, body?.json ?? [], headers: headers)
  }

  func send(
    _ method: HTTPRequest.Method, _ path: String, _ key: String?, _ body: [UInt8], headers: HTTPFields = [:]
  ) async throws -> Answer {
    let browser = TestBrowser(house)
    browser.acceptLanguage = "en"
    var fields = headers
    if let key { fields[.authorization] = "Bearer " + key }
    if !body.isEmpty, fields[.contentType] == nil { fields[.contentType] = "application/json" }
    let page = try await browser.send(
      method, path.hasPrefix("/api") ? path : Api.root + path, headers: fields, body: body)
    #expect(page.headers[.setCookie] == nil)
    let answer = Answer(page: page, value: ApiValue(json: Array(page.text.utf8)) ?? .null)
    if page.status.code >= 400, method != .head {
      #expect(page.headers[.contentType] == "application/problem+json", "\(path)")
      #expect(answer.value["status"] == .integer(Int64(page.status.code)), "\(path)")
      #expect(answer.type.hasPrefix("urn:amparo:problem:") && answer.value["detail"]?.string?.isEmpty == false)
    }
    return answer
  }

  func request(_ id: ReferralID = .random(), _ further: [String: ApiValue] = [:]) -> ApiValue {
    .object(
      [
        "id": .string(id.description), "case": .string(caseID.description), "to": .string(receiver.description),
        "need": "shelter", "purpose": "assistance", "urgency": "high", "language": "Kichwa",
        "safe_contact": "CONTACTO-SECRETO", "word": "Una familia de tres",
      ].merging(further) { $1 })
  }
}

private func withApi(_ engine: Engine, _ body: (ApiHouse) async throws -> Void) async throws {
  try await withSite(engine) { try await body(ApiHouse($0)) }
}

@Suite struct ApiTests {
  @Test(arguments: TestEngine.available) func aReferralGoesThereAndBackByProgramsAlone(_ engine: Engine) async throws {
    try await withApi(engine) { api in
      let recipients = try await api.ask(.get, "/cases/\(api.caseID)/recipients", api.sender)
      #expect(recipients.value["contents"]?.list?.first?["agency"]?["id"]?.string == api.receiver.description)
      let id = ReferralID.random()
      for _ in 0..<2 {
        let sent = try await api.ask(.post, "/referrals", api.sender, api.request(id))
        #expect(sent.status == 201 && sent.page.headers[.location] == "/api/v1/referrals/\(id)", "\(sent.page.text)")
        #expect(sent.value["state"] == "sent" && sent.value["case"]?.string == api.caseID.description)
      }
      // The desk's program sees codes; what is sealed it opens with a POST, and then it is seen.
      let list = try await api.ask(.get, "/referrals?filter=waiting", api.desk)
      #expect(list.value["contents"]?.list?.count == 1 && list.value["next"] == nil)
      let coded = try await api.ask(.get, "/referrals/\(id)", api.desk)
      #expect(coded.value["referral"]?["state"] == "sent" && coded.value["referral"]?["case"] == nil)
      #expect(!coded.page.contains("SECRETO") && !list.page.contains("SECRETO"))
      let opened = try await api.ask(.post, "/referrals/\(id)/open", api.desk)
      #expect(opened.value["envelope"]?["safe_contact"] == "CONTACTO-SECRETO", "\(opened.page.text)")
      #expect(opened.value["referral"]?["state"] == "seen" && !opened.page.contains("NOMBRE-SECRETO"))
      guard let revision = opened.value["referral"]?["revision"] else { throw Refusal.notFound }
      let request = UUID().uuidString.lowercased()
      for _ in 0..<2 {
        let accepted = try await api.ask(
          .post, "/referrals/\(id)/accept", api.desk,
          ["request": .string(request), "revision": revision, "note": "Hay lugar"])
        #expect(accepted.status == 200 && accepted.value["referral"]?["state"] == "accepted", "\(accepted.page.text)")
        #expect(accepted.value["referral"]?["claim"] == "own")
      }
      let stale = try await api.ask(
        .post, "/referrals/\(id)/complete", api.desk,
        ["request": .string(UUID().uuidString.lowercased()), "revision": 1, "outcome": "provided"])
      #expect(stale.status == 409 && stale.type == "urn:amparo:problem:conflict")
      // The sender's program reads that it was answered; people read the note.
      let answered = try await api.ask(.get, "/referrals?side=sent&filter=accepted", api.sender)
      #expect(answered.value["contents"]?.list?.first?["id"]?.string == id.description)
      let view = try await api.house.desks.referrals.view(try await api.house.actor("worker"), id)
      #expect(view.events.contains { $0.note == "Hay lugar" })
    }
  }

  @Test(arguments: TestEngine.available) func withoutAConsentNothingIsSent(_ engine: Engine) async throws {
    try await withApi(engine) { api in
      let other = try await api.ask(
        .post, "/referrals", api.sender, api.request(.random(), ["purpose": "repatriation"]))
      #expect([403, 422].contains(other.status), "\(other.page.text)")
      let foreign = try await api.ask(
        .post, "/referrals", api.sender, api.request(.random(), ["case": .string(CaseID.random().description)]))
      #expect(foreign.status == 404)
    }
  }

  @Test func eachRightOpensItsOwnDoorsOnly() async throws {
    try await withApi(.sqlite) { api in
      for right in ApiRight.allCases {
        let key = try await ApiHouse.key(api.house, "ana", [right])
        for operation in Api.operations where !operation.isOpen {
          let path = operation.path.replacing("{referral}", with: ReferralID.random().description)
            .replacing("{case}", with: CaseID.random().description).replacing("{service}", with: "nothing")
          let answer = try await api.ask(operation.method, path, key, operation.method == .post ? [:] : nil)
          let may =
            operation.right == nil || operation.right == right
            || (operation.right == .read && [.answer, .send].contains(right))
          #expect((answer.status == 403) == !may, "\(right) \(operation.name): \(answer.status)")
          #expect(answer.status < 500 && answer.status != 401)
        }
      }
    }
  }

  @Test func whoHasNoKeyGetsNothing() async throws {
    try await withApi(.sqlite) { api in
      let wrong = ["", "Basic YTpi", "Bearer", "Bearer x", "bearer amparo_" + String(repeating: "A", count: 43)]
      for header in wrong {
        let answer = try await api.ask(.get, "/key", headers: header.isEmpty ? [:] : [.authorization: header])
        #expect(answer.status == 401 && answer.page.headers[.wwwAuthenticate]?.hasPrefix("Bearer") == true, "\(header)")
      }
      // A member's session is of no use, not even with the administrator's cookies.
      let browser = TestBrowser(api.house)
      try await browser.signIn("ana")
      #expect(try await browser.get("/api/v1/key").status == .unauthorized)
      #expect(try await browser.get("/api").status == .ok)
    }
  }

  // MARK: Hostile input

  @Test(arguments: [
    "?limit=0", "?limit=201", "?limit=x", "?limit=", "?limit", "?limit=+5", "?limit=5.0", "?limit=99999999999999999999",
    "?limit=5&limit=5", "?unknown=1", "?filter=nothing", "?side=SENT", "?cursor=1", "?cursor=%00", "?filter=%ff",
    "?filter=%", "?%00=1",
  ]) func parametersAreReadStrictly(_ query: String) async throws {
    try await withApi(.sqlite) { api in
      let answer = try await api.ask(.get, "/referrals" + query, api.desk)
      #expect(answer.status == 400 && answer.type == "urn:amparo:problem:malformed", "\(answer.page.text)")
    }
  }

  @Test(arguments: [
    "/nothing", "/", "/key/", "//key", "/referrals//open", "/referrals/x", "/referrals/%00", "/referrals/%2e%2e",
    "/referrals/%zz", "/services/a%20b", "/services/%F0%9F%98%80", "/api/v2/key", "/api/",
  ]) func addressesThatNameNothing(_ path: String) async throws {
    try await withApi(.sqlite) { api in
      let answer = try await api.ask(.get, path, api.sender)
      #expect(answer.status == 404 || (path == "/referrals//open" && answer.status == 405), "\(answer.status)")
    }
  }

  @Test func methodsThatAreNotThere() async throws {
    try await withApi(.sqlite) { api in
      for method in [.put, .delete, .patch, .options, .trace, .connect] as [HTTPRequest.Method] {
        let answer = try await api.ask(method, "/referrals", api.sender)
        #expect(answer.status == 405 && answer.page.headers[.allow] == "GET, HEAD, POST", "\(method)")
      }
      let head = try await api.ask(.head, "/key", api.sender)
      #expect(head.status == 200 && head.page.text.isEmpty)
    }
  }

  @Test func bodiesAreReadStrictly() async throws {
    try await withApi(.sqlite) { api in
      func status(_ text: String, _ type: String = "application/json") async throws -> (Int, String) {
        let answer = try await api.send(
          .post, "/referrals", api.sender, Array(text.utf8), headers: [.contentType: type])
        return (answer.status, answer.page.text)
      }
      for text in ["{", "{\"id\":}", "\u{feff}x", "nothing", "{\"a\":1e999}", "{}{}"] {
        #expect(try await status(text).0 == 400, "\(text)")
      }
      for text in ["[]", "null", "1", "\"x\"", "{}", "{\"id\":null}", "{\"id\":{}}"] {
        #expect(try await status(text).0 == 422, "\(text)")
      }
      for type in [
        "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
        "application/json; charset=latin1", "application/jsonp",
      ] {
        #expect(try await status("{}", type).0 == 415, "\(type)")
      }
      let large = "{\"word\":\"" + String(repeating: "x", count: ApiDoor.largestBody) + "\"}"
      #expect(try await status(large).0 == 413)
      let deep = String(repeating: "[", count: 30_000)
      #expect(try await status(deep).0 == 400)
      for (name, value) in [
        ("unknown", "x"), ("need", "nothing"), ("need", 1), ("case", "x"), ("to", .null), ("id", ""),
        ("word", "a\u{0}b"), ("word", .string(String(repeating: "x", count: 601))), ("urgency", ["high"]),
        ("language", true),
      ] as [(String, ApiValue)] {
        let answer = try await api.ask(.post, "/referrals", api.sender, api.request(.random(), [name: value]))
        #expect(answer.status == 422, "\(name): \(answer.page.text)")
        #expect(answer.value["errors"]?.list?.contains { $0["pointer"]?.string == "#/" + name } == true, "\(name)")
        #expect(!answer.page.contains("SECRETO"))
      }
      let revisions: [ApiValue] = [0, -1, "1", .number(1.5), true, .integer(.max), .null]
      for revision in revisions {
        let answer = try await api.ask(
          .post, "/referrals/\(ReferralID.random())/claim", api.desk,
          ["request": .string(UUID().uuidString.lowercased()), "revision": revision])
        #expect(answer.status == 422, "\(revision)")
      }
    }
  }

  @Test func sentencesAreInTheReadersLanguageAndTypesAreNot() async throws {
    try await withApi(.sqlite) { api in
      let browser = TestBrowser(api.house)
      var types: Set<String> = []
      var details: Set<String> = []
      for language in ["es", "en", "fr, en;q=0.5"] {
        browser.acceptLanguage = language
        let page = try await browser.get("/api/v1/key")
        let value = try #require(ApiValue(json: Array(page.text.utf8)))
        types.insert(value["type"]?.string ?? "")
        details.insert(value["detail"]?.string ?? "")
      }
      #expect(types == ["urn:amparo:problem:unauthorized"] && details.count == 2)
      let page = try await api.ask(.get, "/key", headers: [.accept: "text/html"])
      #expect(page.status == 406)
    }
  }

  // MARK: The description

  @Test func everyAddressIsInTheDocumentAndEveryTextExists() async throws {
    try await withApi(.sqlite) { api in
      let document = try await api.ask(.get, "/openapi.json")
      #expect(document.status == 200 && document.value["openapi"] == "3.1.0")
      var described: Set<String> = []
      for (path, methods) in document.value["paths"]?.object ?? [:] {
        for method in methods.object?.keys ?? [:].keys {
          described.insert(
            "\(method.uppercased()) \(Api.root)" + path.replacing("{", with: ":").replacing("}", with: ""))
        }
      }
      let registered = api.house.site.registered.filter { $0.contains(" /api/") }
      #expect(described == Set(registered) && registered.count == Api.operations.count)
      #expect(Set(Api.operations.map(\.name)).count == Api.operations.count)
      #expect(!document.page.contains("⟦"))
      for language in ["es", "en"] {
        let browser = TestBrowser(api.house)
        browser.acceptLanguage = language
        let page = try await browser.get("/api")
        #expect(page.status == .ok && !page.contains("⟦"))
        for operation in Api.operations { #expect(page.contains(Api.root + operation.path), "\(operation.name)") }
      }
      // Each reference leads somewhere.
      for match in document.page.text.matches(of: /"\$ref":"#\/components\/(\w+)\/(\w+)"/) {
        #expect(document.value["components"]?[String(match.1)]?[String(match.2)] != nil, "\(match.2)")
      }
    }
  }

  /// What is answered has exactly the members that the document names: neither fewer than it requires nor any more.
  @Test func answersHaveTheMembersThatTheDocumentNames() async throws {
    try await withApi(.sqlite) { api in
      let schemas = try #require(
        try await api.ask(.get, "/openapi.json").value["components"]?["schemas"]?.object)
      let id = ReferralID.random()
      let sent = try await api.ask(.post, "/referrals", api.sender, api.request(id))
      let opened = try await api.ask(.post, "/referrals/\(id)/open", api.desk)
      let coded = try await api.ask(.get, "/referrals/\(id)", api.desk)
      let suggested = try await api.ask(
        .post, "/cases/\(api.caseID)/suggestions", api.sender, ["need": "shelter"])
      for (name, value) in [
        ("Referral", sent.value), ("OpenedReferral", opened.value), ("ReferralDetail", coded.value),
        ("Referrals", try await api.ask(.get, "/referrals", api.desk).value),
        ("Key", try await api.ask(.get, "/key", api.desk).value),
        ("Codes", try await api.ask(.get, "/codes", api.desk).value),
        ("Agencies", try await api.ask(.get, "/agencies", api.desk).value),
        ("Services", try await api.ask(.get, "/services", api.sender).value), ("Suggestions", suggested.value),
        ("Recipients", try await api.ask(.get, "/cases/\(api.caseID)/recipients", api.sender).value),
        ("Problem", try await api.ask(.get, "/key").value),
      ] { check(value, .object(["$ref": .string("#/components/schemas/\(name)")]), schemas, name) }
    }
  }

  private func check(_ value: ApiValue, _ schema: ApiValue, _ schemas: [String: ApiValue], _ path: String) {
    if let reference = schema["$ref"]?.string, let name = reference.split(separator: "/").last {
      guard let named = schemas[String(name)] else { return #expect(Bool(false), "\(path): no schema \(name)") }
      return check(value, named, schemas, path)
    }
    if let items = schema["items"] {
      for one in value.list ?? [] { check(one, items, schemas, path + "[]") }
      return
    }
    guard let properties = schema["properties"]?.object, let members = value.object else { return }
    for name in schema["required"]?.list?.compactMap(\.string) ?? [] {
      #expect(members[name] != nil, "\(path) has no \(name)")
    }
    for (name, member) in members {
      guard let property = properties[name] else {
        Issue.record("\(path).\(name) is not described")
        continue
      }
      check(member, property, schemas, path + "." + name)
    }
  }
}
