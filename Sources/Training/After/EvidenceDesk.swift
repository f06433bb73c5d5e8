import Accounts
import Basics
import CountryPack
import Records

/// An agency's agreement that its referrals are counted before and after its staff were trained.
public struct EvidenceConsent: Hashable, Sendable {
  public var agency: AgencyID
  /// As which institution of the pack, and where, its staff register for courses.
  public var institution: String
  public var province: String
  public var givenAt: Moment
}

/// When an agency's staff were first trained: the days before and after are compared.
public struct TrainedSince: Hashable, Sendable {
  public var agency: AgencyID
  public var from: CalendarDay
  public var until: CalendarDay
}

/// Where an agency's administrator agrees to be counted, and takes it back.
public struct EvidenceDesk: Sendable {
  private let training: TrainingOffice

  public init(_ office: Office, _ pack: CountryPack) { training = TrainingOffice(office, pack) }

  public func consent(_ actor: Actor) async throws -> EvidenceConsent? {
    try actor.require(.manageMembers)
    return try await training.office.database.read { try AfterRecords.consents($0).first { $0.agency == actor.agency } }
  }

  /// Agrees, or changes as which institution. From now on the agency's referrals count, all together with others'.
  public func give(_ actor: Actor, institution: String, province: String) async throws {
    try actor.require(.manageMembers)
    var problems: [FieldProblem] = []
    if training.pack.institution(institution) == nil {
      problems.append(FieldProblem("institution", "error.training_institution"))
    }
    if training.pack.province(iso: province) == nil {
      problems.append(FieldProblem("province", "error.training_province"))
    }
    guard problems.isEmpty else { throw Refusal.fields(problems) }
    let now = training.office.clock.now()
    let consent = EvidenceConsent(agency: actor.agency, institution: institution, province: province, givenAt: now)
    try await training.office.database.write { transaction in
      try AfterRecords.set(consent, by: actor.member, transaction)
      try transaction.record(
        AuditEntry(
          at: now, doer: actor.doer, action: "evidence.give", objectKind: "agency", objectID: actor.agency.description))
    }
  }

  /// Takes it back: with the next request nothing of the agency is counted.
  public func withdraw(_ actor: Actor) async throws {
    try actor.require(.manageMembers)
    let now = training.office.clock.now()
    try await training.office.database.write { transaction in
      guard try AfterRecords.removeConsent(actor.agency, transaction) else { return }
      try transaction.record(
        AuditEntry(
          at: now, doer: actor.doer, action: "evidence.withdraw", objectKind: "agency",
          objectID: actor.agency.description))
    }
  }

  /// The agencies that agreed and whose staff took part in a course that is over: the first of them.
  public func trained(_ transaction: any ReadTransaction) throws -> [TrainedSince] {
    let consents = try AfterRecords.consents(transaction)
    guard !consents.isEmpty else { return [] }
    var found: [AgencyID: TrainedSince] = [:]
    for cohort in try TrainingRecords.cohorts(transaction) where cohort.until < training.today {
      let people = try training.classRounds(cohort, transaction).map(\.sealed.participant)
      for consent in consents where found[consent.agency] == nil {
        let isTrained = people.contains { $0.institution == consent.institution && $0.province == consent.province }
        if isTrained {
          found[consent.agency] = TrainedSince(agency: consent.agency, from: cohort.from, until: cohort.until)
        }
      }
    }
    return found.values.sorted { $0.agency < $1.agency }
  }
}
