import Accounts
import Basics
import CountryPack
import Records
import Synchronization

/// Which version of which mechanism a referral followed, as it was when it was sent.
public struct FollowedMechanism: Hashable, Sendable {
  public var version: MechanismVersionID
  /// The mechanism's name in Spanish, the language in which it is signed.
  public var name: String
  public var day: CalendarDay
  /// The desk by whose name the receiving agency answers.
  public var desk: String
  public var role: MechanismRoute.Role
  /// Whether the mechanism's time limit, stricter than the pack's, set the deadline.
  public var setsDeadline: Bool
  /// Who takes over when nobody answers.
  public var alternate: Referral.Suggestion?
}

/// The adopted mechanisms, read once each: a version's text never changes.
final class AdoptedMechanisms: Sendable {
  private let read = Mutex<[MechanismVersionID: Mechanism]>([:])

  /// What holds now, the newest adopted first. A version that today's pack can't read any more guides nobody.
  func all(_ terms: MechanismTerms, _ transaction: any ReadTransaction) throws -> [MechanismGuide.Adopted] {
    let versions = try FollowedRecords.adopted(transaction)
    guard !versions.isEmpty else { return [] }
    return try versions.compactMap { id in
      guard let mechanism = try mechanism(id, terms, transaction) else { return nil }
      return .init(version: id, mechanism: mechanism, agencies: try MechanismRecords.agencies(id, transaction))
    }
  }

  private func mechanism(_ id: MechanismVersionID, _ terms: MechanismTerms, _ transaction: any ReadTransaction) throws
    -> Mechanism?
  {
    if let known = read.withLock({ $0[id] }) { return known }
    guard let stored = try MechanismRecords.version(id, transaction) else { return nil }
    let mechanism = try? Mechanism.read(stored.content, file: "", terms: terms)
    read.withLock { $0[id] = mechanism }
    return mechanism
  }
}

extension ReferralDesk {
  /// Where the adopted mechanism of a territory sends a need now; `nil` where none holds or none promises it.
  ///
  /// It advises: the sender chooses, and the person's consent decides.
  public func route(
    _ actor: Actor, need: String, province: String, age: String, sex: String?
  ) async throws -> MechanismRoute? {
    try actor.require(.sendReferral)
    let now = office.clock.now()
    let question = MechanismGuide.Question(need: need, province: province, age: age, sex: sex)
    return try await office.database.read { try self.route(question, at: now, $0) }
  }

  func route(_ question: MechanismGuide.Question, at now: Moment, _ transaction: any ReadTransaction) throws
    -> MechanismRoute?
  {
    let terms = MechanismTerms(pack)
    let adopted = try adopted.all(terms, transaction)
    return MechanismGuide(terms: terms, offsetFromUTC: pack.offsetFromUTC).route(question, in: adopted, at: now)
  }

  /// The earlier of the pack's deadline and the mechanism's, and whether it is the mechanism's.
  func deadline(_ due: Moment, _ route: MechanismRoute?, from sent: Moment, _ transaction: any ReadTransaction) throws
    -> (due: Moment, isMechanisms: Bool)
  {
    guard let route, let limit = route.limit else { return (due, false) }
    let terms = MechanismTerms(pack)
    let own = try adopted.all(terms, transaction).first { $0.version == route.version }?.mechanism.holidays ?? []
    let agreed = MechanismGuide(terms: terms, offsetFromUTC: pack.offsetFromUTC)
      .deadline(limit, from: sent, terms.holidays.union(own))
    return agreed < due ? (agreed, true) : (due, false)
  }

  /// Remembers what a referral to an agency of the route follows.
  func follow(
    _ route: MechanismRoute, _ referral: Referral, setsDeadline: Bool, _ transaction: any WriteTransaction
  ) throws {
    guard let role = route.role(of: referral.to.agency) else { return }
    let desk: MechanismRoute.Desk? =
      switch role {
      case .responsible: route.responsible
      case .outOfHours: route.outOfHours
      case .alternate: route.alternate
      }
    let alternate = try route.other(than: referral.to.agency).flatMap { other in
      // To itself nobody refers.
      other.agency == referral.from.agency
        ? nil
        : try AgencyDesk.agency(other.agency, transaction).map {
          Referral.Suggestion(agency: $0.id, name: $0.name)
        }
    }
    try FollowedRecords.insert(
      FollowedMechanism(
        version: route.version, name: route.name[.spanish], day: route.day, desk: desk?.name[.spanish] ?? "",
        role: role, setsDeadline: setsDeadline, alternate: alternate), of: referral.id, transaction)
  }
}
