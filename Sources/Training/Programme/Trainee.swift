import Accounts
import Basics
import Records
import Vault

public enum TraineeEntity {}
/// A person across cohorts. Everybody who registers starts as one of their own.
public typealias TraineeID = Identifier<TraineeEntity>

/// One participant as counts need it: no name, so no key is needed.
public struct Participation: Hashable, Sendable {
  public var participant: Participant
  /// The phase's code.
  public var phase: String
  public var from: CalendarDay
  public var until: CalendarDay
}

/// People told from attendances.
public struct PeopleCount: Hashable, Sendable {
  /// Distinct people.
  public var people: Int
  /// Each time one of them took part.
  public var participations: Int

  public init(_ participations: some Collection<Participation>) {
    people = Set(participations.map(\.participant.trainee)).count
    self.participations = participations.count
  }
}

extension TrainingOffice {
  /// The tag by which the same name is found again within a cohort.
  func cohortNameTag(_ cohort: CohortID, _ name: String) -> [UInt8] {
    office.root.tag("participant-name", [Array(cohort.description.utf8), CohortRules.comparable(name)])
  }

  /// The tag by which the same name is found again: words in any order, without accents and particles.
  func nameTag(_ agency: AgencyID, _ name: String) -> [UInt8] {
    let words = BlindIndex.words(name).sorted().joined(separator: " ")
    return office.root.tag("trainee-name", [Array(agency.description.utf8), Array(words.utf8)])
  }

  /// The tag by which the same identity number is found again; the number itself is never kept.
  func documentTag(_ agency: AgencyID, _ document: String) -> [UInt8]? {
    document.isEmpty
      ? nil : office.root.tag("trainee-document", [Array(agency.description.utf8), Array(document.utf8)])
  }

  /// Everybody who took part in a cohort of the agency and did not withdraw: one entry for each time.
  func participations(_ agency: AgencyID, _ transaction: any ReadTransaction) throws -> [Participation] {
    try TraineeRecords.participations(agency, transaction)
  }
}
