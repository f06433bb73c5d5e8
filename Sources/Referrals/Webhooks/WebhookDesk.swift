import Accounts
import Basics
import Records
import Vault

/// Where an agency's other systems are told of events: registering, switching, looking at what was delivered.
public struct WebhookDesk: Sendable {
  private let office: Office
  private let allowsLocal: Bool

  /// - Parameter allowsLocal: for tests: also http, and addresses of this machine.
  public init(_ office: Office, allowsLocal: Bool = false) {
    self.office = office
    self.allowsLocal = allowsLocal
  }

  /// The agency's webhooks, the newest first.
  public func webhooks(_ actor: Actor) async throws -> [Webhook] {
    try actor.require(.manageKeys)
    let root = office.root
    return try await office.database.read { try WebhookRecords.webhooks(of: actor.agency, root, $0) }
  }

  /// A webhook with its last messages, the newest first.
  ///
  /// Throws `Refusal`: `.forbidden`, `.notFound`.
  public func webhook(_ actor: Actor, _ id: WebhookID) async throws -> (webhook: Webhook, messages: [WebhookMessage]) {
    try actor.require(.manageKeys)
    let root = office.root
    return try await office.database.read { transaction in
      guard let webhook = try WebhookRecords.webhook(id, of: actor.agency, root, transaction) else {
        throw Refusal.notFound
      }
      return (webhook, try WebhookRecords.messages(of: id, limit: 100, transaction))
    }
  }

  /// Registers an address. The secret is answered once; it lies sealed by the installation, which must sign with it.
  ///
  /// - Parameter id: chosen by the form. Sent again, it registers nothing more: the secret can't be shown again.
  ///
  /// Throws `Refusal`: `.forbidden`, `.conflict` when it was registered already or the agency has as many as it may, or
  /// the wrong fields.
  public func register(_ actor: Actor, id: WebhookID, address typed: String, events: Set<WebhookEvent>) async throws
    -> WebhookSecret
  {
    try actor.require(.manageKeys)
    let (office, now, secret) = (office, office.clock.now(), WebhookSecret())
    var problems: [FieldProblem] = []
    let address = WebhookAddress(typed, allowsLocal: allowsLocal)
    if address == nil { problems.append(FieldProblem("address", "error.webhook_address")) }
    if events.isEmpty { problems.append(FieldProblem("events", "error.webhook_events")) }
    guard problems.isEmpty, let address else { throw Refusal.fields(problems) }
    let webhook = Webhook(id: id, address: address, events: events, state: .on, madeAt: now)
    let target = try WebhookRecords.seal(
      .init(address: address.text, secret: secret.exposedText), id, office.root)
    try await office.database.write { transaction in
      if try WebhookRecords.exists(id, transaction) { throw Refusal(.conflict, Phrase("error.webhook_made")) }
      guard try WebhookRecords.webhooks(of: actor.agency, office.root, transaction).count < Webhook.most else {
        throw Refusal(.conflict, Phrase("error.webhook_many"))
      }
      try WebhookRecords.insert(webhook, agency: actor.agency, target: target, by: actor.member, transaction)
      try transaction.record(Self.entry("webhook.register", id, actor.doer, now))
    }
    return secret
  }

  /// Switches a webhook on, off, or takes it away. What waited to be sent is dropped when it is not on. Doing it again
  /// changes nothing.
  ///
  /// Throws `Refusal`: `.forbidden`, `.notFound`.
  public func turn(_ actor: Actor, _ id: WebhookID, _ state: Webhook.State) async throws {
    try actor.require(.manageKeys)
    let (office, now) = (office, office.clock.now())
    try await office.database.write { transaction in
      guard let webhook = try WebhookRecords.webhook(id, of: actor.agency, office.root, transaction) else {
        throw Refusal.notFound
      }
      if webhook.state == state { return }
      guard try WebhookRecords.setState(id, state, transaction) else { return }
      try transaction.record(Self.entry("webhook.\(state.rawValue)", id, actor.doer, now))
    }
  }

  /// Sends a message that is over once more. One that waits is left as it is.
  ///
  /// Throws `Refusal`: `.forbidden`, `.notFound`, `.conflict` while the webhook is off.
  public func again(_ actor: Actor, _ id: WebhookID, message: String) async throws {
    try actor.require(.manageKeys)
    let (office, now) = (office, office.clock.now())
    try await office.database.write { transaction in
      guard let webhook = try WebhookRecords.webhook(id, of: actor.agency, office.root, transaction),
        try WebhookRecords.message(message, of: id, transaction) != nil
      else { throw Refusal.notFound }
      guard webhook.state == .on else { throw Refusal(.conflict, Phrase("error.webhook_off")) }
      guard try WebhookRecords.again(message, at: now, transaction) else { return }
      try transaction.record(Self.entry("webhook.again", id, actor.doer, now))
    }
  }

  static func entry(_ action: String, _ id: WebhookID, _ doer: AuditEntry.Doer, _ now: Moment) -> AuditEntry {
    AuditEntry(at: now, doer: doer, action: action, objectKind: "webhook", objectID: id.description)
  }
}
