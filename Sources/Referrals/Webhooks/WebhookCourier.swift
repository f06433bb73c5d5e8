import Accounts
import Basics
import Records
import Vault

/// Takes messages to where they belong. Any number of servers on one store may run one: who takes a message has it alone
/// for `WebhookPatience.lease`, and one that is killed in between leaves it to be tried again.
///
/// At least once, never surely once: a receiver that answers while the server is killed gets the message again under the
/// same `webhook-id`.
///
///     let courier = WebhookCourier(office) { post in await client.send(post) }
///     try await courier.run()
public struct WebhookCourier: Sendable {
  /// One request that is ready to be made.
  public struct Post: Hashable, Sendable {
    public var address: WebhookAddress
    public var headers: [String: String]
    public var body: [UInt8]
  }

  /// Makes one request and says how it ended; throws nothing.
  public typealias Send = @Sendable (Post) async -> WebhookOutcome

  /// So many at once.
  public static let batch = 20
  /// How often the server looks.
  public static let interval = Span.seconds(5)
  /// How long what was delivered or given up can be looked at.
  public static let memory = Span.days(30)

  private let office: Office
  private let allowsLocal: Bool
  private let send: Send

  /// - Parameter allowsLocal: for tests: also http, and addresses of this machine.
  public init(_ office: Office, allowsLocal: Bool = false, send: @escaping Send) {
    self.office = office
    self.allowsLocal = allowsLocal
    self.send = send
  }

  /// Tries everything that is due now.
  /// - Returns: how many messages it tried itself.
  @discardableResult
  public func run() async throws -> Int {
    var tried = 0
    while !Task.isCancelled {
      let now = office.clock.now()
      // Most looks find nothing: those hold up no writer.
      guard try await office.database.read({ try WebhookRecords.isAnyDue(at: now, $0) }) else { break }
      let mine = try await take(at: now)
      try await withThrowingTaskGroup(of: Void.self) { group in
        for message in mine { group.addTask { try await deliver(message) } }
        try await group.waitForAll()
      }
      tried += mine.count
      if mine.count < Self.batch { break }
    }
    return tried
  }

  /// Forgets what was delivered or given up long ago.
  public func tidy() async throws {
    let before = office.clock.now() - Self.memory
    try await office.database.keepBooks { try WebhookRecords.forget(before: before, $0) }
  }

  private func take(at now: Moment) async throws -> [WebhookMessage] {
    try await office.database.keepBooks { transaction in
      try WebhookRecords.due(at: now, limit: Self.batch, transaction).compactMap { message in
        guard try WebhookRecords.lease(message, until: now + WebhookPatience.lease, transaction) else { return nil }
        var mine = message
        mine.tries += 1
        return mine
      }
    }
  }

  private func deliver(_ message: WebhookMessage) async throws {
    let root = office.root
    let target = try await office.database.read { try WebhookRecords.target(message.webhook, root, $0) }
    var settled = message
    if let target, let secret = WebhookSecret(target.secret),
      let address = WebhookAddress(target.address, allowsLocal: allowsLocal)
    {
      settled.outcome = await send(post(message, address, secret))
    } else {
      // Switched off between the taking and now, or a local address where none is allowed any more.
      settled.outcome = target == nil ? nil : .notPublic
      if target == nil { settled.nextAt = nil }
    }
    try await settle(settled)
  }

  private func post(_ message: WebhookMessage, _ address: WebhookAddress, _ secret: WebhookSecret) -> Post {
    let (body, seconds) = (message.body, office.clock.now().milliseconds / 1000)
    return Post(
      address: address,
      headers: [
        "content-type": "application/json", "user-agent": "Amparo", "webhook-id": message.id,
        "webhook-timestamp": String(seconds),
        "webhook-signature": secret.signature(id: message.id, seconds: seconds, body: body),
      ], body: body)
  }

  private func settle(_ tried: WebhookMessage) async throws {
    let now = office.clock.now()
    var message = tried
    if message.outcome?.isDelivered == true {
      (message.deliveredAt, message.nextAt) = (now, nil)
    } else if message.outcome?.isGone == true {
      message.nextAt = nil
    } else if message.nextAt != nil {
      message.nextAt = WebhookPatience.next(after: message.tries, since: message.since, now: now)
    }
    let settled = message
    if settled.isGivenUp, settled.outcome != nil {
      try await office.database.write { transaction in
        guard try WebhookRecords.settle(settled, transaction),
          try WebhookRecords.setState(settled.webhook, .failed, transaction)
        else { return }
        try transaction.record(
          WebhookDesk.entry("webhook.failed", settled.webhook, .system("webhooks"), now))
      }
    } else {
      try await office.database.keepBooks { transaction in _ = try WebhookRecords.settle(settled, transaction) }
    }
  }
}
