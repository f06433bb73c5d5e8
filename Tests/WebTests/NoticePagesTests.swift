import Accounts
import Basics
import CountryPack
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Records
import Synchronization
import TestSupport
import Testing

@testable import Web

/// A clock that a test can move.
private final class NoticeClock: Sendable {
  private let moment = Mutex(Moment(milliseconds: 1_790_000_000_000))
  var clock: Clock { Clock { self.moment.withLock { $0 } } }
  func move(_ span: Span) { moment.withLock { $0 = $0 + span } }
}

/// Takes letters for tests.
private final class Postbag: LetterCarrier {
  private let kept = Mutex<[Letter]>([])
  var letters: [Letter] { kept.withLock { $0 } }

  func carry(
    _ letters: [Letter], begin: @Sendable (Int) async -> Bool, done: @Sendable (Int, LetterFailure?) async -> Void
  ) async {
    for (index, letter) in letters.enumerated() where await begin(index) {
      kept.withLock { $0.append(letter) }
      await done(index, nil)
    }
  }
}

/// Reads a stream until it has seen so many messages, then goes away as a browser does.
private final class StreamReader: ResponseBodyWriter, Sendable {
  struct Gone: Error {}
  private let heard: Mutex<String>
  private let most: Int
  private let limit: ContinuousClock.Instant

  init(most: Int) {
    heard = Mutex("")
    self.most = most
    limit = .now + .seconds(600)
  }

  var text: String { heard.withLock { $0 } }

  func write(_ buffer: ByteBuffer) async throws {
    let text = heard.withLock { heard -> String in
      heard += String(buffer: buffer)
      return heard
    }
    if text.components(separatedBy: "\n\n").count > most || .now > limit { throw Gone() }
  }

  func finish(_ trailingHeaders: HTTPFields?) async throws {}
}

@Suite struct NoticePagesTests {
  private func tell(_ house: WebHouse, _ kind: NoticeKind, _ member: MemberID) async throws {
    let now = house.desks.office.clock.now()
    let id = ReferralID.random()
    try await house.desks.office.database.write { transaction in
      try NoticeBoard.post(
        kind, about: .referral(id), event: id.description, to: [member], at: now, transaction)
      try transaction.record(.test(at: now))
    }
  }

  private func browser(_ house: WebHouse, _ login: String) async throws -> TestBrowser {
    let browser = TestBrowser(house)
    try await browser.signIn(login)
    return browser
  }

  @Test(arguments: TestEngine.available) func theInboxCountsAndLeadsOn(_ engine: Engine) async throws {
    let time = NoticeClock()
    try await withSite(engine, clock: time.clock) { house in
      let member = try await house.join("mesa", [.referralDesk])
      let browser = try await browser(house, "mesa")
      #expect(try await browser.get("/notices").contains("Todavía no hay avisos"))
      try await tell(house, .arrivedUrgent, member)
      time.move(.minutes(1))
      try await tell(house, .consentEnded, member)
      let home = try await browser.get("/")
      #expect(home.contains("data-notices=\"/notices/stream\"") && home.contains("Avisos: 2 sin leer"))
      var page = try await browser.get("/notices")
      #expect(page.contains("Llegó una derivación urgente") && page.contains("Tiene 2 avisos sin leer."))
      let first = try #require(page.text.range(of: "El consentimiento acabó"))
      let second = try #require(page.text.range(of: "Llegó una derivación urgente"))
      #expect(first.lowerBound < second.lowerBound)
      let action = try #require(browser.forms(page).first { $0.action.hasSuffix("/open") }?.action)
      let opened = try await browser.submit(page, action: action)
      #expect(opened.status == .seeOther && opened.location.hasPrefix("/referrals/"))
      page = try await browser.get("/notices")
      #expect(page.contains("Tiene un aviso sin leer."))
      // Another member's notice, and one that is none.
      let other = try await self.browser(house, "ana")
      let tag = other.forms(try await other.get("/notices/settings")).flatMap(\.fields).first { $0.0 == "csrf" }?.1
      #expect(try await other.post(action, [("csrf", tag ?? "")]).status == .notFound)
      // What comes after the page was shown stays unread.
      time.move(.minutes(1))
      try await tell(house, .asked, member)
      #expect(try await browser.submit(page, action: "/notices/read").location == "/notices")
      page = try await browser.get("/notices")
      #expect(page.contains("Tiene un aviso sin leer."))
      browser.cookies["amparo-language"] = "en"
      #expect(try await browser.get("/notices").contains("You have one unread notice."))
    }
  }

  @Test(arguments: TestEngine.available) func eachChoosesHowToBeTold(_ engine: Engine) async throws {
    try await withSite(engine) { house in
      try await house.join("mesa", [.referralDesk])
      let browser = try await browser(house, "mesa")
      let form = try await browser.get("/notices/settings")
      #expect(form.contains("Llegó una derivación urgente") && !form.contains("Le preguntan algo"))
      #expect(form.contains("Este servidor no envía correo."))
      let wrong = try await browser.submit(
        form, ["quiet": "yes", "from": "20:00", "until": "20:00", "daily": "siete"], action: "/notices/settings")
      #expect(wrong.status == .unprocessableContent)
      #expect(wrong.contains("f-until-error") && wrong.contains("f-daily-error"))
      let saved = try await browser.submit(
        form,
        [
          "arrived": "page", "quiet": "yes", "from": "21:00", "until": "05:30", "daily": "08:15", "browser": "yes",
          "through": "consent_ended",
        ],
        action: "/notices/settings")
      #expect(saved.location == "/notices")
      // The tab that was open before is told.
      #expect(try await browser.submit(form, action: "/notices/settings").status == .conflict)
      let choices = try await house.desks.notices.choices(house.actor("mesa"))
      #expect(choices.way(.arrived) == .page && choices.quiet?.until.description == "05:30")
      #expect(choices.showsInBrowser && choices.dailyAt.description == "08:15")
      // Whose box is not ticked waits, urgent or not.
      #expect(choices.waiting == [.arrivedUrgent, .tipUrgent])
      #expect(choices.offsetFromUTC == house.desks.pack.offsetFromUTC)
    }
  }

  @Test(arguments: TestEngine.available) func anAddressIsConfirmedAndMailSaysNothing(_ engine: Engine) async throws {
    let settings = SiteSettings(publicAddress: "https://amparo.example.org", sendsMail: true)
    try await withSite(engine, settings: settings) { house in
      let member = try await house.join("mesa", [.referralDesk])
      let browser = try await browser(house, "mesa")
      let bag = Postbag()
      let letters = try NoticeLetters(publicAddress: settings.publicAddress)
      let sender = MailSender(
        house.desks.office, carrier: bag, host: "amparo.example.org", write: letters.write)
      var page = try await browser.get("/account/mail")
      let wrong = try await browser.submit(
        page, ["address": "mesa@example.org\r\nBcc: x@example.org"], action: "/account/mail")
      #expect(wrong.status == .unprocessableContent && wrong.contains("f-address-error"))
      #expect(
        try await browser.submit(page, ["address": "mesa@example.org"], action: "/account/mail").status == .seeOther)
      page = try await browser.get("/account/mail")
      #expect(page.contains("Enviamos un código a mesa@example.org"))
      _ = try await sender.run()
      let code = try #require(bag.letters.first?.text.firstMatch(of: /[0-9a-z]{4}-[0-9a-z]{4}/)).0
      let no = try await browser.submit(page, ["code": "2222-2222"], action: "/account/mail/confirm")
      #expect(no.status == .unprocessableContent && no.contains("f-code-error"))
      #expect(
        try await browser.submit(page, ["code": String(code)], action: "/account/mail/confirm").location
          == "/notices/settings")
      #expect(try await browser.get("/notices/settings").contains("El correo va a mesa@example.org"))
      for kind in [NoticeKind.arrivedUrgent, .consentEnded] { try await tell(house, kind, member) }
      _ = try await sender.run()
      let letter = try #require(bag.letters.last)
      #expect(letter.subject == "Hay algo nuevo para usted en Amparo")
      #expect(
        letter.text == "Hay 2 avisos nuevos para usted en Amparo.\n\nhttps://amparo.example.org\n\n"
          + "Por seguridad, este correo no dice más.\n")
      #expect(try await browser.submit(page, action: "/account/mail/remove").location == "/account/mail")
      #expect(try await browser.get("/account/mail").contains("Todavía no hay una dirección"))
    }
  }

  @Test(arguments: TestEngine.available) func whoKeepsTheInstallationSeesHowMailStands(_ engine: Engine) async throws {
    try await withSite(engine, settings: SiteSettings(sendsMail: true)) { house in
      let member = try await house.join("mesa", [.referralDesk])
      let ana = try await browser(house, "ana")
      #expect(try await ana.get("/mail").contains("Esperan ahora"))
      #expect(!(try await ana.get("/")).contains("Correos que no salen"))
      try await house.desks.office.database.write { transaction in
        try transaction.execute(
          """
          INSERT INTO mail_outbox (id, member, matter, state, queued_at, try_at, attempts, failure)
          VALUES (?, ?, 'notices', 'waiting', 1, 1, 3, 'credentials')
          """, MailID.random(), member)
        try transaction.record(.test())
      }
      #expect(try await ana.get("/").contains("Correos que no salen: 1"))
      let page = try await ana.get("/mail")
      #expect(page.contains("El servidor de correo no acepta el usuario o la contraseña"))
      #expect(try await ana.submit(page, action: "/mail/retry").location == "/mail")
      let desk = try await browser(house, "mesa")
      #expect(try await desk.get("/mail").status == .forbidden)
    }
  }

  // MARK: Live

  /// Opens the stream of a signed-in browser.
  private func stream(_ house: WebHouse, _ browser: TestBrowser, last: String? = nil) async throws -> Response {
    var fields: HTTPFields = [
      .accept: "text/event-stream",
      .cookie: browser.cookies.map { "\($0.key)=\($0.value)" }.joined(separator: "; "),
    ]
    if let last, let name = HTTPField.Name("Last-Event-ID") { fields[name] = last }
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    let request = Request(
      head: HTTPRequest(
        method: .get, scheme: "http", authority: "localhost:8080", path: "/notices/stream", headerFields: fields),
      body: RequestBody(buffer: ByteBuffer()))
    return try await house.site.responder.respond(
      to: request, context: PageContext(source: StreamSource(logger: logger), remoteAddress: "192.0.2.1"))
  }

  private struct StreamSource: RequestContextSource { let logger: Logger }

  @Test(arguments: TestEngine.available) func anOpenPageHearsOfItLive(_ engine: Engine) async throws {
    try await withSite(engine) { house in
      let member = try await house.join("mesa", [.referralDesk])
      let browser = try await browser(house, "mesa")
      let response = try await stream(house, browser)
      #expect(response.status == .ok && response.headers[.contentType] == "text/event-stream; charset=utf-8")
      #expect(response.headers[.cacheControl] == "no-store" && response.headers[.contentSecurityPolicy] != nil)
      let reader = StreamReader(most: 3)
      let read = Task { try await response.body.write(reader) }
      while !reader.text.contains("\"unread\":0") { try await Task.sleep(for: .milliseconds(20)) }
      try await tell(house, .asked, member)
      await #expect(throws: StreamReader.Gone.self) { try await read.value }
      #expect(reader.text.hasPrefix("retry: 5000\n\n") && reader.text.contains("\"unread\":1"))
      // A page that left makes room.
      while await house.site.notices.count > 0 { try await Task.sleep(for: .milliseconds(20)) }
      // Who comes back and knows it is told nothing before something changes.
      let standing = try await house.desks.notices.standings([(session: try await house.actor("mesa").session, member)])
      let tag = try #require(standing.values.first).tag
      let again = try await stream(house, browser, last: tag)
      let second = StreamReader(most: 2)
      let later = Task { try await again.body.write(second) }
      while await house.site.notices.count == 0 { try await Task.sleep(for: .milliseconds(20)) }
      try await Task.sleep(for: .milliseconds(300))
      #expect(!second.text.contains("unread"))
      try await tell(house, .asked, member)
      try? await later.value
      #expect(second.text.contains("\"unread\":2") && !second.text.contains("\"unread\":1,"))
    }
  }

  @Test(arguments: TestEngine.available) func theStreamEndsWithTheSession(_ engine: Engine) async throws {
    try await withSite(engine) { house in
      try await house.join("mesa", [.referralDesk])
      let browser = try await browser(house, "mesa")
      let response = try await stream(house, browser)
      let reader = StreamReader(most: 2_000)
      let read = Task { try await response.body.write(reader) }
      while !reader.text.contains("unread") { try await Task.sleep(for: .milliseconds(20)) }
      #expect(try await browser.submit(try await browser.get("/account"), action: "/sign-out").status == .seeOther)
      try await read.value
      #expect(reader.text.hasSuffix("event: ended\ndata: {}\n\n"))
      #expect(await house.site.notices.count == 0)
      #expect(try await stream(house, browser).status == .noContent)
    }
  }

  @Test(arguments: TestEngine.available) func streamsAreFewAndAPageIsLedOn(_ engine: Engine) async throws {
    try await withSite(engine) { house in
      try await house.join("mesa", [.referralDesk])
      let browser = try await browser(house, "mesa")
      #expect(try await browser.get("/notices/stream").location == "/notices")
      var reading: [Task<Void, Never>] = []
      for count in 1...3 {
        let response = try await stream(house, browser)
        reading.append(Task { try? await response.body.write(StreamReader(most: 1000)) })
        while await house.site.notices.count < count { try await Task.sleep(for: .milliseconds(10)) }
      }
      // A fourth takes the place of the oldest: most likely a page that was left.
      let response = try await stream(house, browser)
      reading.append(Task { try? await response.body.write(StreamReader(most: 1000)) })
      await reading[0].value
      #expect(await house.site.notices.count == 3)
      for task in reading { task.cancel() }
      for task in reading { await task.value }
      while await house.site.notices.count > 0 { try await Task.sleep(for: .milliseconds(10)) }
    }
  }

  @Test(arguments: TestEngine.available) func aServerHoldsNoMoreThanItCan(_ engine: Engine) async throws {
    try await withSite(engine) { house in
      let feed = NoticeFeed(house.desks.notices, limits: .init(ofSession: 1, inAll: 2))
      let members = [MemberID.random(), .random(), .random()]
      let (watching, hasRoom) = await feed.watched(by: members)
      #expect(watching.map { $0 != nil } == [true, true, false] && !hasRoom)
      // Sessions that never were end at the first look.
      for await message in try #require(watching[0]) { #expect(message == .ended) }
    }
  }

  @Test func aStandingComesBackFromItsTag() {
    for standing in [
      NoticeDesk.Standing(unread: 0, newest: nil, shows: false),
      .init(unread: 12, newest: Moment(milliseconds: 1_790_000_000_000), shows: true),
    ] {
      #expect(NoticeDesk.Standing(tag: standing.tag) == standing)
    }
    for wrong in ["", "1.2", "-1.0.0", "a.b.c", String(repeating: "1", count: 80), "1.2.3.4\n"] {
      #expect(NoticeDesk.Standing(tag: wrong) == nil)
    }
  }
}

extension NoticeFeed {
  /// Each with a session of its own, all in one moment: no look at the store comes between.
  fileprivate func watched(by members: [MemberID]) -> (watching: [AsyncStream<Message>?], hasRoom: Bool) {
    let watching = members.enumerated().map { watch(session: [UInt8($0)], member: $1) }
    return (watching, hasRoom)
  }
}
