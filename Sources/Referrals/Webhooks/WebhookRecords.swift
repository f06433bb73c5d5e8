import Basics
import Foundation
import Records
import Vault

/// The queries about webhooks, the only ones.
enum WebhookRecords {
  /// What is sealed of a webhook.
  struct Target: Codable, Sendable {
    var address: String
    var secret: String
  }

  // MARK: Webhooks

  static func insert(
    _ webhook: Webhook, agency: AgencyID, target: [UInt8], by member: MemberID, _ transaction: any WriteTransaction
  ) throws {
    try transaction.execute(
      "INSERT INTO webhooks (id, agency, target, state, made_by, made_at) VALUES (?, ?, ?, ?, ?, ?)", webhook.id,
      agency,
      target, webhook.state, member, webhook.madeAt)
    for event in webhook.events.sorted(by: { $0.rawValue < $1.rawValue }) {
      try transaction.execute("INSERT INTO webhook_events (webhook, event) VALUES (?, ?)", webhook.id, event)
    }
  }

  static func exists(_ id: WebhookID, _ transaction: any ReadTransaction) throws -> Bool {
    try transaction.row("SELECT 1 AS found FROM webhooks WHERE id = ?", id) != nil
  }

  /// An agency's webhooks but those taken away, the newest first.
  static func webhooks(of agency: AgencyID, _ root: RootSecret, _ transaction: any ReadTransaction) throws -> [Webhook]
  {
    try transaction.rows(
      "SELECT * FROM webhooks WHERE agency = ? AND state <> 'removed' ORDER BY made_at DESC, id", agency
    ).map { try webhook($0, root, transaction) }
  }

  static func webhook(_ id: WebhookID, of agency: AgencyID, _ root: RootSecret, _ transaction: any ReadTransaction)
    throws -> Webhook?
  {
    try transaction.row("SELECT * FROM webhooks WHERE id = ? AND agency = ? AND state <> 'removed'", id, agency).map {
      try webhook($0, root, transaction)
    }
  }

  /// Whose a webhook is and what is sealed of it, while it is on.
  static func target(_ id: WebhookID, _ root: RootSecret, _ transaction: any ReadTransaction) throws -> Target? {
    try transaction.value([UInt8].self, "SELECT target FROM webhooks WHERE id = ? AND state = 'on'", id).map {
      try open($0, id, root)
    }
  }

  /// - Returns: false when it had this state already.
  static func setState(_ id: WebhookID, _ state: Webhook.State, _ transaction: any WriteTransaction) throws -> Bool {
    let changed = try transaction.execute("UPDATE webhooks SET state = ? WHERE id = ? AND state <> ?", state, id, state)
    // What waits is not told later, when nobody expects it any more; each can be sent again by hand.
    if state != .on {
      try transaction.execute(
        "UPDATE webhook_messages SET next_at = NULL WHERE webhook = ? AND next_at IS NOT NULL", id)
    }
    return changed == 1
  }

  static func seal(_ target: Target, _ id: WebhookID, _ root: RootSecret) throws -> [UInt8] {
    try root.seal(
      Array(try JSONEncoder().encode(target)), purpose: "webhook", context: Array(id.description.utf8))
  }

  private static func open(_ blob: [UInt8], _ id: WebhookID, _ root: RootSecret) throws -> Target {
    let bytes = try root.open(blob, purpose: "webhook", context: Array(id.description.utf8))
    return try JSONDecoder().decode(Target.self, from: Data(bytes))
  }

  private static func webhook(_ row: Row, _ root: RootSecret, _ transaction: any ReadTransaction) throws -> Webhook {
    let id: WebhookID = try row.get("id")
    // It was right when it was registered; tests may have registered a local one.
    guard let address = WebhookAddress(try open(try row.get("target"), id, root).address, allowsLocal: true) else {
      throw DatabaseFailure.malformed(column: "target")
    }
    let events = try transaction.rows("SELECT event FROM webhook_events WHERE webhook = ?", id).map {
      try $0.get("event", as: WebhookEvent.self)
    }
    return Webhook(
      id: id, address: address, events: Set(events), state: try row.get("state"), madeAt: try row.get("made_at"))
  }

  // MARK: The queue

  /// The webhooks of an agency that are told of an event.
  static func told(_ event: WebhookEvent, _ agency: AgencyID, _ transaction: any ReadTransaction) throws -> [WebhookID]
  {
    try transaction.rows(
      """
      SELECT webhooks.id FROM webhooks JOIN webhook_events ON webhook_events.webhook = webhooks.id
      WHERE webhooks.agency = ? AND webhooks.state = 'on' AND webhook_events.event = ? ORDER BY webhooks.id
      """, agency, event
    ).map { try $0.get("id") }
  }

  /// The webhooks that are told of the directory and have no message about it that nobody has begun to send.
  static func toldOfDirectory(_ transaction: any ReadTransaction) throws -> [WebhookID] {
    try transaction.rows(
      """
      SELECT webhooks.id FROM webhooks JOIN webhook_events ON webhook_events.webhook = webhooks.id
      WHERE webhooks.state = 'on' AND webhook_events.event = ? AND NOT EXISTS (
        SELECT 1 FROM webhook_messages WHERE webhook_messages.webhook = webhooks.id
          AND webhook_messages.event = webhook_events.event AND webhook_messages.tries = 0
          AND webhook_messages.next_at IS NOT NULL)
      ORDER BY webhooks.id
      """, WebhookEvent.directory
    ).map { try $0.get("id") }
  }

  static func insert(_ message: WebhookMessage, _ transaction: any WriteTransaction) throws {
    try transaction.execute(
      """
      INSERT INTO webhook_messages (id, webhook, event, referral, at, since, tries, next_at) VALUES (?, ?, ?, ?, ?, ?, 0, ?)
      ON CONFLICT (id) DO NOTHING
      """, message.id, message.webhook, message.event, message.referral, message.at, message.since, message.nextAt)
  }

  static func isAnyDue(at now: Moment, _ transaction: any ReadTransaction) throws -> Bool {
    try transaction.row("SELECT 1 AS found FROM webhook_messages WHERE next_at <= ? LIMIT 1", now) != nil
  }

  /// Messages whose time has come, the longest waiting first.
  static func due(at now: Moment, limit: Int, _ transaction: any ReadTransaction) throws -> [WebhookMessage] {
    try transaction.rows("SELECT * FROM webhook_messages WHERE next_at <= ? ORDER BY next_at, id LIMIT ?", now, limit)
      .map(message)
  }

  /// Counts a try and puts the next one off to the end of the lease.
  /// - Returns: false when another server has taken it.
  static func lease(_ message: WebhookMessage, until: Moment, _ transaction: any WriteTransaction) throws -> Bool {
    try transaction.execute(
      "UPDATE webhook_messages SET tries = ?, next_at = ? WHERE id = ? AND tries = ? AND next_at = ?",
      message.tries + 1,
      until, message.id, message.tries, message.nextAt) == 1
  }

  /// Keeps how a try ended.
  /// - Returns: false when the message is no longer the one that was tried.
  static func settle(_ message: WebhookMessage, _ transaction: any WriteTransaction) throws -> Bool {
    try transaction.execute(
      "UPDATE webhook_messages SET next_at = ?, delivered_at = ?, outcome = ? WHERE id = ? AND tries = ?",
      message.nextAt,
      message.deliveredAt, message.outcome?.code, message.id, message.tries) == 1
  }

  /// Lets a message that is over be sent once more, as if it were new.
  /// - Returns: false when it waits already.
  static func again(_ id: String, at now: Moment, _ transaction: any WriteTransaction) throws -> Bool {
    try transaction.execute(
      """
      UPDATE webhook_messages SET tries = 0, since = ?, next_at = ?, delivered_at = NULL WHERE id = ? AND next_at IS NULL
      """, now, now, id) == 1
  }

  /// The last messages of a webhook, the newest first.
  static func messages(of webhook: WebhookID, limit: Int, _ transaction: any ReadTransaction) throws -> [WebhookMessage]
  {
    try transaction.rows(
      "SELECT * FROM webhook_messages WHERE webhook = ? ORDER BY at DESC, id LIMIT ?", webhook, limit
    ).map(message)
  }

  static func message(_ id: String, of webhook: WebhookID, _ transaction: any ReadTransaction) throws -> WebhookMessage?
  {
    try transaction.row("SELECT * FROM webhook_messages WHERE id = ? AND webhook = ?", id, webhook).map(message)
  }

  static func forget(before moment: Moment, _ transaction: any WriteTransaction) throws {
    try transaction.execute("DELETE FROM webhook_messages WHERE next_at IS NULL AND since < ?", moment)
  }

  private static func message(_ row: Row) throws -> WebhookMessage {
    WebhookMessage(
      id: try row.get("id"), webhook: try row.get("webhook"), event: try row.get("event"),
      referral: try row.optional("referral"), at: try row.get("at"), since: try row.get("since"),
      tries: try row.get("tries"), nextAt: try row.optional("next_at"), deliveredAt: try row.optional("delivered_at"),
      outcome: try row.optional("outcome", as: String.self).flatMap { WebhookOutcome(code: $0) })
  }
}
