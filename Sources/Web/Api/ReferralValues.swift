import Accounts
import Basics
import CountryPack
import Referrals

/// Referrals as programs see them: codes and dates, and where a key opens it, the envelope.
struct ReferralValues {
  let actor: Actor
  let now: Moment

  init(_ actor: Actor, now: Moment) {
    self.actor = actor
    self.now = now
  }

  func value(_ referral: Referral) -> ApiValue {
    let isOurs = referral.from.agency == actor.agency
    let claim = referral.claimedBy == nil ? "nobody" : referral.claimedBy == actor.member ? "own" : "other"
    return .fields([
      "id": .string(referral.id.description), "side": isOurs ? "sent" : "received",
      // The receiving agency knows the case by its referral only.
      "case": isOurs ? .string(referral.caseID.description) : nil, "from": value(referral.from),
      "to": value(referral.to), "need": .string(referral.need), "purpose": .string(referral.purpose),
      "urgency": .string(referral.urgency), "state": .string(referral.state.rawValue),
      "sent_at": time(referral.sentAt), "due_at": time(referral.dueAt),
      "is_overdue": .bool(referral.isOverdue(at: now)),
      "opened_at": referral.openedAt.map(time), "answered_at": referral.answeredAt.map(time),
      "begun_at": referral.begunAt.map(time), "completed_at": referral.completedAt.map(time),
      "ended_at": referral.endedAt.map(time), "claim": .string(claim),
      "decline_reason": referral.declineReason.map { .string($0) },
      "suggested": referral.suggested.map { ["id": .string($0.agency.description), "name": .string($0.name)] },
      "outcome": referral.outcome.map { .string($0) },
      "interruption_reason": referral.interruptReason.map { .string($0) },
      "remaining_need": referral.remainingNeed.map { .string($0) }, "is_outside": .bool(referral.isOutside),
      "revision": .integer(Int64(referral.revision)),
    ])
  }

  func value(_ event: ReferralEvent) -> ApiValue {
    // To whom it was handed inside a desk is that desk's own.
    let code = event.move == .handOver ? nil : event.code
    return .fields([
      "id": .string(event.id.description), "at": time(event.at), "move": .string(event.move.rawValue),
      "state": .string(event.state.rawValue), "agency": event.agency.map { .string($0.description) },
      "code": code.map { .string($0) }, "revision": .integer(Int64(event.revision)), "has_note": .bool(event.hasNote),
      "note": event.note.map { .string($0) },
    ])
  }

  func value(_ envelope: Envelope) -> ApiValue {
    .fields([
      "age_band": envelope.ageBand.map { .string($0) }, "province": envelope.province.map { .string($0) },
      "language": .string(envelope.language), "safe_contact": .string(envelope.safeContact),
      "word": .string(envelope.word),
    ])
  }

  func value(_ view: ReferralView) -> ApiValue {
    .fields([
      "referral": value(view.referral), "events": .list(view.events.map(value)), "moves": moves(view.options),
      "envelope": view.envelope.map(value),
    ])
  }

  func moves(_ options: [ReferralMove]) -> ApiValue { .texts(options.map(\.rawValue)) }

  private func value(_ side: Referral.Side) -> ApiValue {
    ["id": .string(side.agency.description), "name": .string(side.name), "province": .string(side.province)]
  }

  private func time(_ moment: Moment) -> ApiValue { .string(moment.timestamp) }
}
