import Accounts
import Basics
import CountryPack
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Records
import TestSupport
import Testing
import Vault

@testable import Web

/// A browser for tests: keeps cookies, follows redirects when told, fills forms as they stand on the page.
///
///     let browser = TestBrowser(house)
///     try await browser.signIn("ana")
///     var page = try await browser.get("/members")
///     page = try await browser.submit(page, ["name": "…"])       // the page's first form with a text button; csrf and
///     #expect(page.status == .seeOther)                          // hidden fields are taken from the page
final class TestBrowser {
  struct Page {
    var status: HTTPResponse.Status
    var headers: HTTPFields
    var text: String
    var bytes: [UInt8] = []
    var location: String { headers[.location] ?? "" }
    func contains(_ text: String) -> Bool { self.text.contains(text) }
  }

  typealias Respond = @Sendable (Request, PageContext) async throws -> Response

  private let respond: Respond
  var cookies: [String: String] = [:]
  var acceptLanguage: String?

  init(_ site: Site) { respond = Self.respond(site) }

  /// One of several at the same house.
  init(_ house: WebHouse) { respond = house.respond }

  static func respond(_ site: Site) -> Respond {
    let responder = site.responder
    return { try await responder.respond(to: $0, context: $1) }
  }

  func get(_ path: String, headers: HTTPFields = [:]) async throws -> Page {
    try await send(.get, path, headers: headers)
  }

  /// Sends a form's fields as they are given, with the content type of a form.
  func post(_ path: String, _ fields: [(String, String)], headers: HTTPFields = [:]) async throws -> Page {
    let body = fields.map { Form.encoded($0.0) + "=" + Form.encoded($0.1) }.joined(separator: "&")
    var all = headers
    if all[.contentType] == nil { all[.contentType] = "application/x-www-form-urlencoded" }
    return try await send(.post, path, headers: all, body: Array(body.utf8))
  }

  func send(_ method: HTTPRequest.Method, _ path: String, headers: HTTPFields = [:], body: [UInt8] = []) async throws
    -> Page
  {
    var fields = headers
    if !cookies.isEmpty {
      fields[.cookie] = cookies.map { "\($0.key)=\($0.value)" }.sorted().joined(separator: "; ")
    }
    fields[.acceptLanguage] = acceptLanguage
    let request = Request(
      head: HTTPRequest(method: method, scheme: "http", authority: "localhost:8080", path: path, headerFields: fields),
      body: RequestBody(buffer: ByteBuffer(bytes: body)))
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    let context = PageContext(source: Source(logger: logger), remoteAddress: "192.0.2.1")
    let response = try await respond(request, context)
    for cookie in response.headers[values: .setCookie] {
      let pair = cookie.split(separator: ";")[0].split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      cookies[String(pair[0])] = pair[1].isEmpty ? nil : String(pair[1])
    }
    let writer = BodyText()
    try await response.body.write(writer)
    return Page(status: response.status, headers: response.headers, text: writer.text, bytes: writer.bytes)
  }

  /// Sends a form of a page: its fields as they stand there, and those given instead or in addition.
  /// - Parameter action: which form, by where it is sent; without it, the first that is not the sign-out form.
  func submit(_ page: Page, _ fields: [String: String] = [:], action: String? = nil, further: [(String, String)] = [])
    async throws -> Page
  {
    let form = try #require(forms(page).first { action == nil ? $0.action != "/sign-out" : $0.action == action })
    let further = fields.map { ($0.key, $0.value) } + further
    let kept = form.fields.filter { field in !further.contains { $0.0 == field.0 } }
    return try await post(form.action, kept + further)
  }

  func signIn(_ login: String, password: String = WebHouse.password) async throws {
    let page = try await submit(try await get("/sign-in"), ["login": login, "password": password])
    #expect(page.status == .seeOther, "sign-in of \(login)")
  }

  /// The forms of a page with their fields' present values.
  func forms(_ page: Page) -> [(action: String, fields: [(String, String)])] {
    page.text.matches(of: /<form[^>]*action="([^"]*)"[^>]*>(.*?)<\/form>/.dotMatchesNewlines()).map { form in
      var fields: [(String, String)] = []
      for input in form.2.matches(of: /<input([^>]*)>/) {
        let tag = String(input.1)
        guard let name = attribute("name", tag) else { continue }
        let mustBeChosen = ["radio", "checkbox"].contains(attribute("type", tag) ?? "")
        if !mustBeChosen || tag.contains(" checked") { fields.append((name, attribute("value", tag) ?? "on")) }
      }
      for area in form.2.matches(of: /<textarea([^>]*)>\n?(.*?)<\/textarea>/.dotMatchesNewlines()) {
        if let name = attribute("name", String(area.1)) { fields.append((name, plain(String(area.2)))) }
      }
      for select in form.2.matches(of: /<select([^>]*)>(.*?)<\/select>/.dotMatchesNewlines()) {
        guard let name = attribute("name", String(select.1)) else { continue }
        let chosen = select.2.firstMatch(of: /<option value="([^"]*)" selected/).map { plain(String($0.1)) }
        fields.append((name, chosen ?? ""))
      }
      return (plain(String(form.1)), fields)
    }
  }

  private func attribute(_ name: String, _ tag: String) -> String? {
    tag.range(of: " \(name)=\"").flatMap { start in
      tag[start.upperBound...].firstIndex(of: "\"").map { plain(String(tag[start.upperBound..<$0])) }
    }
  }

  private func plain(_ html: String) -> String {
    html.replacingOccurrences(of: "&quot;", with: "\"").replacingOccurrences(of: "&#39;", with: "'")
      .replacingOccurrences(of: "&lt;", with: "<").replacingOccurrences(of: "&gt;", with: ">")
      .replacingOccurrences(of: "&amp;", with: "&")
  }

  private struct Source: RequestContextSource { let logger: Logger }
}

/// Collects what a response writes.
private final class BodyText: ResponseBodyWriter {
  private(set) var text = ""
  private(set) var bytes: [UInt8] = []
  func write(_ buffer: ByteBuffer) async throws { bytes += Array(buffer.readableBytesView) }
  func finish(_ trailingHeaders: HTTPFields?) async throws { text = String(decoding: bytes, as: UTF8.self) }
}

/// An installation with one agency, its administrator `ana`, and a site.
struct WebHouse {
  static let password = "una frase larga y buena"
  static let pack = Result { try CountryPack.load(from: packFolder) }
  static var packFolder: URL {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Packs/ecuador")
  }

  let desks: Desks
  let site: Site
  /// What answers every browser of the house: putting eight hundred addresses together takes a while.
  let respond: TestBrowser.Respond

  init(_ database: any Database, settings: SiteSettings = SiteSettings(), clock: Clock = .system) async throws {
    let office = Office(database: database, root: .random(), clock: clock, passwordCost: .test)
    desks = Desks(office, try Self.pack.get())
    site = try Site(desks: desks, settings: settings)
    respond = TestBrowser.respond(site)
    _ = try await desks.agencies.setUp(
      name: "Casa Canario", kind: "ngo", province: "EC-P", administrator: "Ana Canario", login: "ana",
      password: Self.password)
  }

  func actor(_ login: String) async throws -> Actor {
    guard
      case .signedIn(let token) = try await desks.signIn.signIn(login: login, password: Self.password, client: "test"),
      let actor = try await desks.signIn.actor(for: token)
    else { throw Refusal.notFound }
    return actor
  }

  /// A colleague of `ana` with the given roles.
  @discardableResult
  func join(_ login: String, _ roles: Set<Role>) async throws -> MemberID {
    let token = try await desks.members.invite(actor("ana"), name: "Colega \(login)", login: login, roles: roles)
    return try await desks.members.accept(token, password: Self.password).member
  }
}

func withSite(
  _ engine: Engine, settings: SiteSettings = SiteSettings(), clock: Clock = .system,
  _ body: (WebHouse) async throws -> Void
) async throws {
  try await withStore(engine, Array(Desks.migrations.dropFirst(AuditLog.migrations.count))) {
    try await body(WebHouse($0, settings: settings, clock: clock))
  }
}
