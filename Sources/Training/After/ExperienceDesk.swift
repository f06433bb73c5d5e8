import Accounts
import Basics
import CountryPack
import Foundation
import Records
import Vault

extension AfterDesk {
  /// Everything of a cohort that other learning systems take: statements without names, under opaque accounts.
  ///
  /// Asked again, it tells the same acts under the same identifiers. Handing them out is an entry in the audit log.
  ///
  /// - Parameters:
  ///   - principal: a trainer of the cohort's agency, or the machine's own command line.
  ///   - home: the public address, without a path.
  public func statements(_ principal: Principal, _ id: CohortID, home: String) async throws -> [ExperienceStatement] {
    try principal.require(.manageTraining)
    let (training, now) = (self.training, office.clock.now())
    return try await office.database.write { transaction in
      let cohort: Cohort
      switch principal {
      case .member(let actor): cohort = try training.owned(actor, id, transaction)
      case .console:
        guard let found = try TrainingRecords.cohort(id, transaction) else { throw Refusal.notFound }
        cohort = found
      }
      try transaction.record(
        AuditEntry(
          at: now, doer: principal.doer, action: "cohort.export", objectKind: "cohort", objectID: id.description))
      let writer = ExperienceWriter(
        home: home, identifier: { training.office.root.uuid("xapi", $0) }, now: now)
      return writer.statements(try training.experience(cohort, transaction))
    }
  }
}

extension TrainingOffice {
  func experience(_ cohort: Cohort, _ transaction: any ReadTransaction) throws -> CohortExperience {
    let sessions = try TrainingRecords.sessions(cohort.id, transaction)
    let presences = try AfterRecords.presences(cohort.id, transaction)
    let tests = try AfterRecords.testAnswers(cohort.id, transaction)
    let rounds = try AfterRecords.answers(of: cohort.id, transaction)
    let asked = try classRounds(cohort, transaction)
    let whole = Dictionary(
      asked.map { person in
        (
          person.sealed.participant.id,
          Set(person.rounds.filter { $0.state == .answered }.map(\.round.day))
        )
      }, uniquingKeysWith: { first, _ in first })
    let phase = pack.training.phase(cohort.phase)?.name
    let title = Dictionary(uniqueKeysWithValues: (phase?.languages ?? []).map { ($0.code, phase?[$0] ?? "") })
    return CohortExperience(
      cohort: cohort, title: title.isEmpty ? ["es": cohort.phase] : title,
      questions: try questions(names(cohort), cohort, .spanish, transaction),
      learners: try TrainingRecords.participants(cohort.id, transaction).map(\.participant).filter {
        $0.status == .enrolled
      }.map { participant in
        CohortExperience.Learner(
          account: participant.trainee.description, participant: participant.id,
          registeredAt: participant.registeredAt,
          sessions: sessions.compactMap { session in
            presences[participant.id]?[session.id].map { (session, $0) }
          },
          tests: tests[participant.id] ?? [:],
          rounds: (rounds[participant.id] ?? [:]).mapValues { answers in
            answers.map { CohortExperience.Answer(question: $0.question, mark: $0.mark, at: $0.at) }
          }, wholeRounds: whole[participant.id] ?? [])
      }, passPercent: pack.after.competence.percent)
  }
}

extension RootSecret {
  /// A name-based UUID that only this installation can make, the same for the same parts (layout of RFC 4122, version 5).
  func uuid(_ purpose: String, _ parts: [String]) -> UUID {
    var bytes = Array(tag(purpose, parts.map { Array($0.utf8) }).prefix(16))
    bytes[6] = bytes[6] & 0x0F | 0x50
    bytes[8] = bytes[8] & 0x3F | 0x80
    return NSUUID(uuidBytes: bytes) as UUID
  }
}
