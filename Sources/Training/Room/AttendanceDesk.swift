import Accounts
import Basics
import CountryPack
import Records
import Vault

/// The desk of the roll-call: by touch, by numbers from a signature sheet, and by the participants' own phones.
public struct AttendanceDesk: Sendable {
  let training: TrainingOffice
  private var office: Office { training.office }

  init(_ training: TrainingOffice) { self.training = training }

  /// One session's list, with names. Gives numbers to those who have none; reading it is an entry in the audit log.
  public func rollCall(_ actor: Actor, _ session: TrainingSessionID) async throws -> RollCall {
    try actor.require(.manageTraining)
    let training = self.training
    return try await office.database.write { transaction in
      let (cohort, held) = try training.session(actor, session, transaction)
      try training.note(actor, "cohort.read", "cohort", cohort.id.description, transaction)
      let marks = try TrainingRecords.attendance(cohort.id, transaction)
      let arrivals = try RoomRecords.arrivals(session, transaction)
      let byPerson = Dictionary(uniqueKeysWithValues: arrivals.map { ($0.participant, $0) })
      let devices = Dictionary(grouping: arrivals.compactMap(\.device)) { $0 }.mapValues(\.count)
      let people = try training.numbered(cohort, for: actor, transaction).map { person in
        let (id, arrival) = (person.participant.id, byPerson[person.participant.id])
        return RollCall.Person(
          participant: person.participant, number: person.number, identity: person.identity,
          mark: marks[id]?[session].map { RollMark($0, isLate: arrival?.isLate ?? false) },
          arrival: arrival.flatMap { arrival in arrival.device.map { (arrival.at, devices[$0] ?? 1) } },
          code: training.badge(person.number, id), link: training.link(id))
      }
      return RollCall(
        cohort: cohort, session: held,
        day: try TrainingRecords.sessions(cohort.id, transaction).filter { $0.day == held.day },
        people: people, lateFrom: try RoomRecords.lateFrom(session, transaction))
    }
  }

  /// Everybody with number, badge code and personal link, for cards to hand out.
  public func badges(_ actor: Actor, _ id: CohortID) async throws -> [(
    number: Int, identity: ParticipantIdentity?, institution: String, code: String, link: Token
  )] {
    try actor.require(.manageTraining)
    let training = self.training
    return try await office.database.write { transaction in
      let cohort = try training.owned(actor, id, transaction)
      try training.note(actor, "cohort.read", "cohort", cohort.id.description, transaction)
      return try training.numbered(cohort, for: actor, transaction).map { person in
        let id = person.participant.id
        return (
          person.number, person.identity, person.participant.institution, training.badge(person.number, id),
          training.link(id)
        )
      }
    }
  }

  /// Marks what was changed on the roll-call's page. Whatever a phone marked meanwhile stays, where the page did not
  /// change it.
  ///
  /// - Parameter restPresent: marks everybody present who has no mark yet.
  public func mark(
    _ actor: Actor, _ session: TrainingSessionID, _ changes: [ParticipantID: RollChange], restPresent: Bool = false
  ) async throws {
    try actor.require(.manageTraining)
    let training = self.training
    let changes = changes.filter { $0.value.from != $0.value.to }
    guard !changes.isEmpty || restPresent else { return }
    try await office.database.write { transaction in
      let (cohort, _) = try training.session(actor, session, transaction)
      let enrolled = try TrainingRecords.participants(cohort.id, transaction).map(\.participant)
        .filter { $0.status == .enrolled }.map(\.id)
      guard changes.keys.allSatisfy(Set(enrolled).contains) else { throw Refusal.notFound }
      for (participant, change) in changes { try training.set(change.to, session, participant, transaction) }
      if restPresent {
        for participant in enrolled where changes[participant] == nil {
          guard try RoomRecords.mark(session, participant, transaction) == nil else { continue }
          try training.set(.present, session, participant, transaction)
        }
      }
      try training.note(actor, "attendance.mark", "training_session", session.description, transaction)
    }
  }

  /// Marks by the numbers of a signature sheet.
  ///
  /// - Parameter restAbsent: marks everybody absent who is not in the list and has no mark yet.
  ///
  /// Throws `Refusal` with what was not understood beside the field `numbers`; then nothing is marked.
  public func mark(_ actor: Actor, _ session: TrainingSessionID, numbers typed: String, restAbsent: Bool) async throws
    -> Int
  {
    try actor.require(.manageTraining)
    let training = self.training
    return try await office.database.write { transaction in
      let (cohort, _) = try training.session(actor, session, transaction)
      let enrolled = Set(
        try TrainingRecords.participants(cohort.id, transaction).map(\.participant)
          .filter { $0.status == .enrolled }.map(\.id))
      let numbers = try RoomRecords.numbers(cohort.id, transaction).filter { enrolled.contains($0.key) }
      let list = NumberList(typed, known: Set(numbers.values))
      if !list.wrong.isEmpty {
        throw Refusal.fields([
          FieldProblem(
            "numbers", Phrase("error.training_numbers", ["tokens": list.wrong.prefix(8).joined(separator: ", ")]))
        ])
      }
      if list.marks.isEmpty { throw Refusal.fields([FieldProblem("numbers", "error.missing")]) }
      for (participant, number) in numbers {
        if let mark = list.marks[number] {
          try training.set(mark, session, participant, transaction)
        } else if try restAbsent && RoomRecords.mark(session, participant, transaction) == nil {
          try training.set(.absent, session, participant, transaction)
        }
      }
      try training.note(actor, "attendance.mark", "training_session", session.description, transaction)
      return list.marks.count
    }
  }

  /// From now on whoever marks by phone counts as late; or not any more.
  public func countLate(_ actor: Actor, _ session: TrainingSessionID, _ isOn: Bool) async throws {
    try actor.require(.manageTraining)
    let training = self.training
    try await office.database.write { transaction in
      _ = try training.session(actor, session, transaction)
      let now = training.office.clock.now()
      try RoomRecords.set(lateFrom: isOn ? now : nil, session, transaction)
      try training.note(actor, "attendance.late", "training_session", session.description, transaction)
    }
  }
}

extension TrainingOffice {
  func set(
    _ mark: RollMark?, _ session: TrainingSessionID, _ participant: ParticipantID, _ transaction: any WriteTransaction
  ) throws {
    let now = office.clock.now()
    try TrainingRecords.set(mark?.attendance, session: session, participant: participant, at: now, transaction)
    if let mark, mark.attendance == .present {
      try RoomRecords.arrive(session, participant, isLate: mark == .late, device: nil, at: now, transaction)
    }
  }
}
