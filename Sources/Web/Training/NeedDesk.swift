import Accounts
import Basics
import Casework
import CountryPack
import Identification
import Records
import Referrals
import Statistics
import Training

/// Puts together, from the rooms' counts, what is known of staff and work. Only counts of coded columns, no key.
public struct NeedDesk: Sendable {
  private let office: Office
  private let pack: CountryPack
  private let after: AfterDesk
  private let evidence: EvidenceDesk

  public init(_ office: Office, _ pack: CountryPack, _ after: AfterDesk, _ evidence: EvidenceDesk) {
    self.office = office
    self.pack = pack
    self.after = after
    self.evidence = evidence
  }

  public var rule: NeedRule {
    NeedRule(
      smallest: pack.after.needs.smallest, casesPerPerson: pack.after.needs.casesPerPerson,
      troublePercent: pack.after.needs.troublePercent)
  }

  /// Staff against work by province and kind of institution, small counts hidden.
  ///
  /// An agency and a participant's institution meet in their kind: the pack names institutions, agencies join by themselves.
  /// Cases count that are open or were opened in that time, where the person is found; referrals at the desk that has to answer, screenings where they are held.
  public func map(_ actor: Actor) async throws -> NeedMap {
    guard actor.may(.readCounts) || actor.may(.manageTraining) else { throw Refusal.forbidden }
    let agencies = try await AgencyDesk(office).directory(actor)
    let kinds = Dictionary(agencies.map { ($0.id, $0.kind) }) { first, _ in first }
    let (now, pack, after) = (office.clock.now(), pack, after)
    let since = now - .days(pack.after.needs.days)
    let firstMonth = CalendarDay(since, offsetFromUTC: pack.offsetFromUTC).monthOnly
    let facts = try await office.database.read { transaction in
      var facts = try after.staff(transaction).compactMap { staff -> NeedFact? in
        guard let kind = pack.institution(staff.institution)?.kind else { return nil }
        let measure: NeedFact.Measure =
          switch staff.state {
          case .competent: .competent
          case .lapsed: .lapsed
          case .unknown: .unknown
          }
        return NeedFact(province: staff.province, kind: kind, measure, staff.count)
      }
      facts += try CaseCounts.facts(transaction).filter { $0.status == .open || $0.month >= firstMonth }.compactMap {
        fact in
        kinds[fact.agency].map { NeedFact(province: fact.facts.province, kind: $0, .cases, fact.count) }
      }
      facts += try ReferralFacts.facts(since: since, now: now, transaction).compactMap { fact in
        kinds[fact.to].map {
          NeedFact(
            province: fact.province, kind: $0, fact.isTroubled ? .referralsTroubled : .referralsWell, fact.count)
        }
      }
      facts += try ScreeningCounts.facts(
        since: since, unfinished: now - .days(pack.after.needs.screeningDays), transaction
      ).compactMap { fact in
        kinds[fact.agency].map {
          NeedFact(
            province: fact.province, kind: $0, fact.hasResult ? .screeningsWithResult : .screeningsWithout, fact.count)
        }
      }
      return facts
    }
    return NeedMap(facts, rule: rule)
  }

  /// Referrals of the agencies that agreed, in equal times before and after their staff were first trained. An agency
  /// counts once a month has passed since; half a year at most.
  public func behaviour(_ actor: Actor) async throws -> BehaviourEvidence {
    guard actor.may(.readCounts) || actor.may(.manageTraining) else { throw Refusal.forbidden }
    let (evidence, offset, smallest) = (evidence, pack.offsetFromUTC, rule.smallest)
    let today = CalendarDay(office.clock.now(), offsetFromUTC: offset)
    @Sendable func start(_ day: CalendarDay) -> Moment {
      Moment(milliseconds: Int64(day.daysSince1970) * 86_400_000) - offset
    }
    return try await office.database.read { transaction in
      let agencies = try evidence.trained(transaction).compactMap { since -> BehaviourEvidence.Agency? in
        let days = min(180, today.daysSince1970 - since.until.daysSince1970 - 1)
        guard days >= 30 else { return nil }
        let next = since.until.adding(days: 1)
        return BehaviourEvidence.Agency(
          before: try ReferralFacts.sent(
            by: since.agency, from: start(since.from.adding(days: -days)), until: start(since.from), transaction),
          after: try ReferralFacts.sent(
            by: since.agency, from: start(next), until: start(next.adding(days: days)), transaction), days: days)
      }
      return BehaviourEvidence(agencies, smallest: smallest)
    }
  }
}
