import Accounts
import Basics
import CountryPack
import Records

/// One time that somebody took part, as counts need it.
public struct AnnexEntry: Hashable, Sendable {
  public var participation: Participation
  /// Sessions at which the person was present.
  public var attendances: Int

  public init(_ participation: Participation, attendances: Int) {
    self.participation = participation
    self.attendances = attendances
  }
}

/// One distinct person. Whoever took part several times is counted where they were the last time.
public struct AnnexPerson: Hashable, Sendable {
  public var institution: String
  public var province: String
  /// `nil` when it was left open every time.
  public var sex: String?
  public var participations: Int
  public var attendances: Int
}

/// A cohort of the annex: how many, and what it changed.
public struct AnnexCohort: Hashable, Sendable {
  public var cohort: Cohort
  public var people: Int
  public var attendances: Int
  public var result: ClassResult
  /// The latest round that was due.
  public var followUp: FollowUpResult?
}

/// What a donor's report counts: distinct people against times, unprotected. Show it through `Statistics` only.
public struct DonorAnnex: Sendable {
  public var people: [AnnexPerson]
  /// By phase: distinct people, and how often they were present. Whoever took part in two phases stands in both.
  public var phases: [String: (people: Int, attendances: Int)]
  public var cohorts: [AnnexCohort]

  public init(_ entries: [AnnexEntry], cohorts: [AnnexCohort]) {
    let byPerson = Dictionary(grouping: entries, by: \.participation.participant.trainee)
    people = byPerson.sorted { $0.key < $1.key }.compactMap { _, times in
      let ordered = times.sorted {
        ($0.participation.from, $0.participation.participant.registeredAt, $0.participation.participant.id)
          < ($1.participation.from, $1.participation.participant.registeredAt, $1.participation.participant.id)
      }
      guard let last = ordered.last?.participation.participant else { return nil }
      return AnnexPerson(
        institution: last.institution, province: last.province,
        sex: ordered.compactMap(\.participation.participant.sex).last, participations: times.count,
        attendances: times.reduce(0) { $0 + $1.attendances })
    }
    phases = Dictionary(grouping: entries, by: \.participation.phase).mapValues { times in
      (Set(times.map(\.participation.participant.trainee)).count, times.reduce(0) { $0 + $1.attendances })
    }
    self.cohorts = cohorts
  }
}

extension AfterDesk {
  /// Everybody who took part in the agency's cohorts that fall into a time. No names.
  ///
  /// - Parameters:
  ///   - from: cohorts that ended before are left out.
  ///   - until: cohorts that began after are left out.
  public func annex(_ actor: Actor, from: CalendarDay?, until: CalendarDay?) async throws -> DonorAnnex {
    try actor.require(.manageTraining)
    let training = self.training
    return try await office.database.read { transaction in
      var entries: [AnnexEntry] = []
      var cohorts: [AnnexCohort] = []
      let participations = Dictionary(
        grouping: try training.participations(actor.agency, transaction), by: \.participant.cohort)
      for cohort in try TrainingRecords.cohorts(of: actor.agency, transaction)
      where cohort.from <= training.today && from.map({ cohort.until >= $0 }) ?? true
        && until.map({ cohort.from <= $0 }) ?? true
      {
        let attendance = try TrainingRecords.attendance(cohort.id, transaction)
        let marks = try TrainingRecords.marks(of: cohort.id, transaction)
        let people = try training.classRounds(cohort, marks: marks, transaction)
        let asked = Set(people.map(\.sealed.participant.id))
        let here = (participations[cohort.id] ?? []).filter { asked.contains($0.participant.id) }.map { person in
          AnnexEntry(person, attendances: attendance[person.participant.id]?.values.count { $0 == .present } ?? 0)
        }
        entries += here
        cohorts.append(
          AnnexCohort(
            cohort: cohort, people: Set(here.map(\.participation.participant.trainee)).count,
            attendances: here.reduce(0) { $0 + $1.attendances },
            result: try training.result(cohort, marks: marks, transaction),
            followUp: training.results(people, cohort).last(where: \.isDue)))
      }
      return DonorAnnex(entries, cohorts: cohorts)
    }
  }
}
