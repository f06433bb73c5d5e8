import Basics
import Records

/// Puts messages about events into the queue, in the transaction in which the event becomes true: a message is sent for
/// nothing that did not happen, and none is forgotten.
enum WebhookQueue {
  static func note(_ event: ReferralEvent, of id: ReferralID, _ transaction: any WriteTransaction) throws {
    guard let kind = WebhookEvent(event.move),
      let referral = try ReferralRecords.referral(id, transaction)
    else { return }
    let (from, to) = (referral.from.agency, referral.to.agency)
    let agencies: Set<AgencyID> =
      switch kind {
      case .arrived, .replied: [to]
      case .answered: [from]
      default: [from, to]
      }
    for agency in agencies.sorted() {
      try add(kind, event.id.description, id, to: agency, at: event.at, transaction)
    }
  }

  /// The clock has told the supervisors of whoever has it in hand: it is late.
  static func noteOverdue(_ id: ReferralID, to agency: AgencyID, at now: Moment, _ transaction: any WriteTransaction)
    throws
  {
    try add(.overdue, id.description, id, to: agency, at: now, transaction)
  }

  /// However many entries change before anybody is told, one message says so.
  static func noteDirectory(at now: Moment, _ transaction: any WriteTransaction) throws {
    for webhook in try WebhookRecords.toldOfDirectory(transaction) {
      let name = Identifier<WebhookMessage>.random().description
      try WebhookRecords.insert(message(.directory, name, nil, webhook, at: now), transaction)
    }
  }

  private static func add(
    _ event: WebhookEvent, _ name: String, _ referral: ReferralID, to agency: AgencyID, at now: Moment,
    _ transaction: any WriteTransaction
  ) throws {
    for webhook in try WebhookRecords.told(event, agency, transaction) {
      try WebhookRecords.insert(message(event, name, referral, webhook, at: now), transaction)
    }
  }

  private static func message(
    _ event: WebhookEvent, _ name: String, _ referral: ReferralID?, _ webhook: WebhookID, at now: Moment
  ) -> WebhookMessage {
    let kind = event == .overdue ? "late" : "msg"
    return WebhookMessage(
      id: "\(kind)_\(name)_\(webhook)", webhook: webhook, event: event, referral: referral, at: now, since: now,
      tries: 0,
      nextAt: now)
  }
}

extension WebhookEvent {
  /// What a move is told as; `nil` for what only concerns one desk's own work.
  init?(_ move: ReferralMove) {
    switch move {
    case .send: self = .arrived
    case .accept, .decline, .ask: self = .answered
    case .reply: self = .replied
    case .complete, .interrupt, .handBack, .closeOutside, .withdraw, .revoke, .caseClosed, .expire: self = .ended
    default: return nil
    }
  }
}

extension Moment {
  /// As RFC 3339 writes it, in UTC with thousandths.
  public var timestamp: String { HSDSTime.text(self) }
}
