import Accounts
import Basics
import Records
import Synchronization
import TestSupport
import Testing
import Vault

@testable import Referrals

/// A receiver that writes down what it was sent and answers as it is told.
private final class Receiver: Sendable {
  private let state = Mutex<(posts: [WebhookCourier.Post], answer: WebhookOutcome)>(([], .answered(204)))
  var posts: [WebhookCourier.Post] { state.withLock { $0.posts } }
  func answer(_ outcome: WebhookOutcome) { state.withLock { $0.answer = outcome } }
  func take(_ post: WebhookCourier.Post) -> WebhookOutcome {
    state.withLock {
      $0.posts.append(post)
      return $0.answer
    }
  }
}

extension World {
  fileprivate var webhooks: WebhookDesk { WebhookDesk(office) }

  fileprivate func courier(_ receiver: Receiver) -> WebhookCourier {
    WebhookCourier(office) { receiver.take($0) }
  }

  fileprivate func register(_ actor: Actor, _ events: Set<WebhookEvent> = Set(WebhookEvent.allCases)) async throws -> (
    id: WebhookID, secret: WebhookSecret
  ) {
    let id = WebhookID.random()
    return (
      id,
      try await webhooks.register(actor, id: id, address: "https://hooks.example.org/amparo?key=CLAVE", events: events)
    )
  }
}

@Suite struct WebhookTests {
  // MARK: Pure parts

  @Test(arguments: [
    "8.8.8.8", "1.1.1.1", "190.152.0.1", "172.15.255.255", "172.32.0.0", "100.128.0.0", "198.20.0.0", "223.255.255.255",
  ]) func publicAddresses(_ text: String) throws {
    #expect(try #require(NetworkAddress(text)).isPublic)
  }

  @Test(arguments: [
    "0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1", "127.255.255.254", "169.254.169.254", "172.16.0.1",
    "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.168.1.1", "198.18.0.1", "198.19.255.255", "198.51.100.7",
    "203.0.113.9", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255",
  ]) func addressesThatMustNotBeReached(_ text: String) throws {
    #expect(!(try #require(NetworkAddress(text)).isPublic))
  }

  @Test func ofIPv6OnlyWhatIsForGeneralUse() throws {
    func address(_ start: [UInt8], _ end: [UInt8] = []) throws -> NetworkAddress {
      try #require(
        NetworkAddress(bytes: start + [UInt8](repeating: 0, count: 16 - start.count - end.count) + end))
    }
    for (start, end) in [([0x26, 0x06, 0x47, 0x00], [1]), ([0x2a, 0x00, 0x14, 0x50], [0x0e]), ([0x28, 0x00], [1])]
      as [([UInt8], [UInt8])]
    {
      #expect(try address(start, end).isPublic, "\(start)")
    }
    let closed: [([UInt8], [UInt8])] = [
      ([], []), ([], [1]), ([], [0xff, 0xff, 8, 8, 8, 8]), ([], [8, 8, 8, 8]), ([0, 0x64, 0xff, 0x9b], [8, 8, 8, 8]),
      ([0xfe, 0x80], [1]), ([0xfc], [1]), ([0xfd, 1], [1]), ([0xff, 2], [1]), ([0x20, 0x02, 127, 0, 0, 1], []),
      ([0x20, 0x01, 0, 0], [1]), ([0x20, 0x01, 0x0d, 0xb8], [1]), ([0x3f, 0xff], [1]),
    ]
    for (start, end) in closed { #expect(try !address(start, end).isPublic, "\(start) \(end)") }
    #expect(NetworkAddress(bytes: [1, 2, 3]) == nil)
  }

  @Test func onlyPublicHttpsIsRegistered() {
    for good in ["https://hooks.example.org", "https://hooks.example.org:8443/a?b=c", " https://EXAMPLE.org/x "] {
      #expect(WebhookAddress(good) != nil, "\(good)")
    }
    for wrong in [
      "", "http://example.org/", "ftp://example.org/", "https://", "https://localhost/", "https://a.localhost/",
      "https://intranet/", "https://printer.local/", "https://db.internal/x", "https://127.0.0.1/", "https://10.0.0.1/",
      "https://2130706433/", "https://0x7f.1/", "https://[::1]/", "https://user@example.org/",
      "https://user:word@example.org/", "https://example.org/#part", "https://example.org/a b",
      "https://example.org\\@x/",
      "https://exam\u{ef}ple.org/", "https://example.org:0/", "https://example.org:99999/", "javascript:alert(1)",
      "https://example.org/" + String(repeating: "x", count: 500),
    ] {
      #expect(WebhookAddress(wrong) == nil, "\(wrong)")
    }
    #expect(WebhookAddress("http://localhost:8099/x", allowsLocal: true)?.port == 8099)
  }

  @Test func pausesGrowAndEndAfterThreeDays() {
    let since = Moment(milliseconds: 1_200_000_000_000)
    var (now, tries, pauses) = (since, 0, [Int64]())
    while true {
      tries += 1
      guard let next = WebhookPatience.next(after: tries, since: since, now: now) else { break }
      pauses.append((next - now).milliseconds)
      now = next
      #expect(tries < 50)
      if tries >= 50 { break }
    }
    #expect(Array(pauses.dropLast()) == pauses.dropLast().sorted() && pauses.first == 5000 && tries >= 8)
    #expect(now == since + .hours(72))
  }

  @Test func aMessageSaysNothingOfAnybody() {
    let referral = ReferralID.random()
    let message = WebhookMessage(
      id: "msg_1", webhook: .random(), event: .arrived, referral: referral, at: Moment(milliseconds: 1_200_000_000_123),
      since: Moment(milliseconds: 0), tries: 0)
    #expect(
      String(decoding: message.body, as: UTF8.self)
        == #"{"type":"referral.arrived","timestamp":"2008-01-10T21:20:00.123Z","data":{"referral":"\#(referral)"}}"#)
  }

  // MARK: What is told to whom

  @Test(arguments: TestEngine.available) func eachSideIsToldWhatConcernsIt(_ engine: Engine) async throws {
    try await withWorld(engine) { world in
      let sender = try await world.register(world.senderDesk)
      let receiver = try await world.register(world.chief)
      let sent = try await world.sent()
      _ = try await world.referrals.view(world.desk, sent.id)
      try await world.make(.ask("CANARIO-PREGUNTA"), world.desk, sent.id)
      try await world.make(.reply("CANARIO-RESPUESTA"), world.worker, sent.id)
      try await world.make(.accept(note: "CANARIO-SI"), world.desk, sent.id)
      try await world.make(.complete(outcome: "provided", note: ""), world.desk, sent.id)
      let told = Receiver()
      #expect(try await world.courier(told).run() == 6)
      #expect(try await world.courier(told).run() == 0)
      func events(_ actor: Actor, _ id: WebhookID) async throws -> [WebhookEvent] {
        try await world.webhooks.webhook(actor, id).messages.map(\.event).sorted { $0.rawValue < $1.rawValue }
      }
      #expect(try await events(world.senderDesk, sender.id) == [.answered, .answered, .ended])
      #expect(try await events(world.chief, receiver.id) == [.arrived, .ended, .replied])
      for post in told.posts {
        let text = String(decoding: post.body, as: UTF8.self)
        #expect(
          text.contains(sent.id.description) && !text.contains("CANARIO") && !text.contains(sent.caseID.description))
        #expect(post.address.text == "https://hooks.example.org/amparo?key=CLAVE")
        let id = try #require(post.headers["webhook-id"])
        let seconds = try #require(post.headers["webhook-timestamp"].flatMap { Int64($0) })
        #expect(!id.contains(".") && seconds == world.now.milliseconds / 1000)
        let right = [sender.secret, receiver.secret].filter {
          $0.signature(id: id, seconds: seconds, body: post.body) == post.headers["webhook-signature"]
        }
        #expect(right.count == 1)
      }
      #expect(Set(told.posts.compactMap { $0.headers["webhook-id"] }).count == 6)
    }
  }

  @Test(arguments: TestEngine.available) func anEndByConsentAndALateAnswerAreTold(_ engine: Engine) async throws {
    try await withWorld(engine) { world in
      let receiver = try await world.register(world.chief, [.overdue, .ended])
      let late = try await world.sent()
      world.time.move(.days(30))
      try await world.timekeeper.run()
      let revoked = try await world.sent()
      try await world.withdraw(revoked.consent)
      let messages = try await world.webhooks.webhook(world.chief, receiver.id).messages
      #expect(messages.filter { $0.event == .overdue }.map(\.referral) == [late.id])
      #expect(messages.contains { $0.event == .ended && $0.referral == revoked.id })
      #expect(!messages.contains { $0.event == .arrived })
    }
  }

  @Test(arguments: TestEngine.available) func whatIsRolledBackIsNotTold(_ engine: Engine) async throws {
    try await withWorld(engine) { world in
      _ = try await world.register(world.chief)
      let sent = try await world.sent()
      // Refused: nobody opened it yet.
      _ = await refusal { _ = try await world.make(.accept(note: ""), world.desk, sent.id) }
      let told = Receiver()
      #expect(try await world.courier(told).run() == 1)
    }
  }

  // MARK: Delivering

  @Test(arguments: TestEngine.available) func oneDeliveryHoweverManyServersLook(_ engine: Engine) async throws {
    try await withWorld(engine) { world in
      _ = try await world.register(world.chief, [.arrived])
      for _ in 0..<7 { _ = try await world.sent() }
      let told = Receiver()
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<4 { group.addTask { _ = try await world.courier(told).run() } }
        try await group.waitForAll()
      }
      #expect(told.posts.count == 7)
      #expect(Set(told.posts.compactMap { $0.headers["webhook-id"] }).count == 7)
    }
  }

  @Test(arguments: TestEngine.available) func aServerThatIsKilledLeavesItsMessageToBeTriedAgain(_ engine: Engine)
    async throws
  {
    try await withWorld(engine) { world in
      let hook = try await world.register(world.chief, [.arrived])
      _ = try await world.sent()
      let now = world.now
      // Taken by a server that is gone before it sends.
      try await world.office.database.keepBooks { transaction in
        for message in try WebhookRecords.due(at: now, limit: 9, transaction) {
          #expect(try WebhookRecords.lease(message, until: now + WebhookPatience.lease, transaction))
          #expect(try !WebhookRecords.lease(message, until: now + WebhookPatience.lease, transaction))
        }
      }
      let told = Receiver()
      #expect(try await world.courier(told).run() == 0)
      world.time.move(WebhookPatience.lease)
      #expect(try await world.courier(told).run() == 1)
      #expect(try await world.webhooks.webhook(world.chief, hook.id).messages.first?.deliveredAt != nil)
    }
  }

  @Test(arguments: TestEngine.available) func whatNobodyTakesIsTriedForThreeDaysAndThenSwitchedOff(_ engine: Engine)
    async throws
  {
    try await withWorld(engine) { world in
      let hook = try await world.register(world.chief, [.arrived])
      _ = try await world.sent()
      let told = Receiver()
      told.answer(.answered(500))
      var guardrail = 0
      while try await world.webhooks.webhook(world.chief, hook.id).webhook.state == .on, guardrail < 200 {
        _ = try await world.courier(told).run()
        world.time.move(.hours(1))
        guardrail += 1
      }
      #expect((72...80).contains(guardrail), "\(guardrail)")
      #expect(told.posts.count >= 8 && Set(told.posts.compactMap { $0.headers["webhook-id"] }).count == 1)
      let (webhook, messages) = try await world.webhooks.webhook(world.chief, hook.id)
      #expect(webhook.state == .failed)
      #expect(messages.first?.isGivenUp == true && messages.first?.outcome == .answered(500))
      // What happens while it is off is not told later; the one that was not taken is sent again by hand.
      _ = try await world.sent()
      let id = try #require(messages.first?.id)
      #expect(
        await refusal { try await world.webhooks.again(world.chief, hook.id, message: id) }?.kind == .conflict)
      try await world.webhooks.turn(world.chief, hook.id, .on)
      try await world.webhooks.again(world.chief, hook.id, message: id)
      try await world.webhooks.again(world.chief, hook.id, message: id)
      told.answer(.answered(200))
      #expect(try await world.courier(told).run() == 1)
      #expect(try await world.webhooks.webhook(world.chief, hook.id).messages.map(\.deliveredAt) == [world.now])
    }
  }

  @Test(arguments: TestEngine.available) func anAddressThatIsGoneIsSwitchedOffAtOnce(_ engine: Engine) async throws {
    try await withWorld(engine) { world in
      let hook = try await world.register(world.chief, [.arrived])
      _ = try await world.sent()
      let told = Receiver()
      told.answer(.answered(410))
      _ = try await world.courier(told).run()
      #expect(told.posts.count == 1)
      #expect(try await world.webhooks.webhook(world.chief, hook.id).webhook.state == .failed)
    }
  }

  // MARK: Keeping them

  @Test(arguments: TestEngine.available) func onlyWhoKeepsTheAgencysConnectionsMay(_ engine: Engine) async throws {
    try await withWorld(engine) { world in
      let hook = try await world.register(world.chief)
      for actor in [world.desk, world.worker, world.coordinator] {
        #expect(await refusal { _ = try await world.register(actor) }?.kind == .forbidden)
        #expect(await refusal { _ = try await world.webhooks.webhook(actor, hook.id) }?.kind == .forbidden)
      }
      // Another agency's is as if it were not there.
      let other = world.senderDesk
      #expect(await refusal { _ = try await world.webhooks.webhook(other, hook.id) }?.kind == .notFound)
      #expect(await refusal { try await world.webhooks.turn(other, hook.id, .off) }?.kind == .notFound)
      #expect(await refusal { try await world.webhooks.again(other, hook.id, message: "x") }?.kind == .notFound)
      let again = await refusal {
        _ = try await world.webhooks.register(
          world.chief, id: hook.id, address: "https://other.example.org/", events: [.ended])
      }
      #expect(again?.kind == .conflict)
    }
  }

  @Test(arguments: TestEngine.available) func addressAndSecretLieSealed(_ engine: Engine) async throws {
    try await withWorld(engine) { world in
      let hook = try await world.register(world.chief)
      for (table, rows) in try await wholeContent(of: world.office.database, engine) {
        for row in rows {
          #expect(!row.contains("hooks.example.org") && !row.contains(hook.secret.exposedText), "\(table)")
        }
      }
    }
  }
}
