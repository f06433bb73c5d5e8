import Accounts
import Basics
import Records

/// A place in a list of referrals, the newest first: behind this one. Written as text it is a cursor.
public struct ReferralPlace: Hashable, Sendable, LosslessStringConvertible {
  public var sentAt: Moment
  public var id: ReferralID

  public init(_ referral: Referral) { (sentAt, id) = (referral.sentAt, referral.id) }

  /// Reads the text form, for example `1200000000000-0abc…`; `nil` for anything else.
  public init?(_ description: String) {
    let parts = description.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 2, (1...15).contains(parts[0].utf8.count),
      parts[0].utf8.allSatisfy({ (48...57).contains($0) }), let time = Int64(parts[0]),
      let id = ReferralID(String(parts[1]))
    else { return nil }
    (sentAt, self.id) = (Moment(milliseconds: time), id)
  }

  public var description: String { "\(sentAt.milliseconds)-\(id)" }
}

extension ReferralDesk {
  /// Whose side a list is of.
  public enum Side: String, Hashable, Sendable, CaseIterable { case received, sent }

  /// Codes and dates of the own agency's referrals, the newest first, for programs: no key is needed.
  ///
  /// - Parameters:
  ///   - place: behind which one the list goes on; `nil` from the beginning.
  ///   - limit: 1...200.
  /// - Returns: the referrals, and where the list goes on; `nil` at its end.
  public func listing(
    _ actor: Actor, _ side: Side, _ filter: ReferralFilter, after place: ReferralPlace? = nil, limit: Int = 50
  ) async throws -> (referrals: [Referral], next: ReferralPlace?) {
    try actor.require(.readOwnReferrals)
    let (now, most) = (office.clock.now(), min(200, max(1, limit)))
    let scope: ReferralRecords.Scope = side == .sent ? .from(actor.agency) : .to(actor.agency)
    let found = try await office.database.read {
      try ReferralRecords.list(scope, filter, of: actor.member, after: place, at: now, limit: most + 1, $0)
    }
    let shown = Array(found.prefix(most))
    return (shown, found.count > most ? shown.last.map { ReferralPlace($0) } : nil)
  }

  /// Codes and dates of one referral of the own agency, its history without notes, and what this actor may do now. It
  /// opens nothing that is sealed and makes nothing seen.
  ///
  /// Throws `Refusal`: `.forbidden`, `.notFound`.
  public func coded(_ actor: Actor, _ id: ReferralID) async throws -> (
    referral: Referral, events: [ReferralEvent], options: [ReferralMove]
  ) {
    try actor.require(.readOwnReferrals)
    return try await office.database.read { transaction in
      guard let referral = try ReferralRecords.referral(id, transaction) else { throw Refusal.notFound }
      let stance = referral.stance(of: actor)
      guard stance.party == .sender || stance.party == .receiver else { throw Refusal.notFound }
      return (
        referral, try ReferralRecords.events(id, transaction).map(\.event),
        ReferralRules.options(in: referral.situation(for: actor), by: stance)
      )
    }
  }
}
