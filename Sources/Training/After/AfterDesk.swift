import Accounts
import Basics
import CountryPack
import Foundation
import Records
import Vault

/// A cohort after its course, as the trainer sees it without any name.
public struct AfterOverview: Sendable {
  public var cohort: Cohort
  public var results: [FollowUpResult]
  public var changes: [Refresher]
  /// How many left a telephone number.
  public var phones: Int
}

/// One person of a round, with the name.
public struct FollowUpRow: Sendable {
  /// Counted from 1 in the order of registration: what stands on the paper sheet instead of a name.
  public var number: Int
  public var participant: Participant
  /// `nil` when the trainer was never given the key of that time.
  public var identity: ParticipantIdentity?
  public var link: Token
  public var states: [FollowUpState]
  public var hasPhone: Bool
}

/// One sheet of paper, or one form at the keyboard: a number and the questions of that person.
public struct FollowUpSheet: Hashable, Sendable {
  public var number: Int
  public var participant: ParticipantID
  public var state: FollowUpState
  public var questions: [FollowUpQuestion]
  public var marks: [String: Double]
}

/// A message to one number.
public struct OutgoingMessage: Hashable, Sendable {
  public var phone: String
  public var message: TextMessage
}

/// A round that is open, or opens within a week, and how many have not answered it.
public struct FollowUpReminder: Hashable, Sendable {
  public var cohort: Cohort
  public var result: FollowUpResult
}

/// A trainer's desk for the time after a course.
public struct AfterDesk: Sendable {
  let training: TrainingOffice
  var office: Office { training.office }

  public init(_ office: Office, _ pack: CountryPack) { training = TrainingOffice(office, pack) }

  /// Who answered, in numbers, and what remains. No names.
  public func overview(_ actor: Actor, _ id: CohortID) async throws -> AfterOverview {
    try actor.require(.manageTraining)
    let training = self.training
    return try await office.database.read { transaction in
      let cohort = try training.owned(actor, id, transaction)
      return AfterOverview(
        cohort: cohort, results: training.results(try training.classRounds(cohort, transaction), cohort),
        changes: training.today > cohort.until
          ? RefresherRules.changes(
            since: cohort.until, taught: try AfterRecords.versions(of: id, transaction), pack: training.pack,
            on: training.today) : [],
        phones: try AfterRecords.phones(of: id, transaction).count)
    }
  }

  /// The agency's rounds that are open with somebody still silent, or open within `days` days; the first to end first.
  public func reminders(_ actor: Actor, within days: Int = 7) async throws -> [FollowUpReminder] {
    try actor.require(.manageTraining)
    let training = self.training
    return try await office.database.read { transaction in
      let (today, plan) = (training.today, training.pack.after.plan)
      return try TrainingRecords.cohorts(of: actor.agency, transaction).flatMap { cohort -> [FollowUpReminder] in
        let near = plan.rounds.contains {
          FollowUpRules.opens($0, cohort.until) <= today.adding(days: days)
            && FollowUpRules.closes($0, cohort.until) >= today
        }
        guard near else { return [] }
        return training.results(try training.classRounds(cohort, transaction), cohort).filter {
          $0.opens <= today.adding(days: days) && !$0.isOver && $0.answered < $0.asked
        }.map { FollowUpReminder(cohort: cohort, result: $0) }
      }.sorted { ($0.result.closes, $0.cohort.id) < ($1.result.closes, $1.cohort.id) }
    }
  }

  /// Everybody who is asked, with names and links. Reading them is an entry in the audit log.
  public func people(_ actor: Actor, _ id: CohortID) async throws -> [FollowUpRow] {
    try actor.require(.manageTraining)
    let (training, now) = (self.training, office.clock.now())
    return try await office.database.write { transaction in
      let cohort = try training.owned(actor, id, transaction)
      try transaction.record(
        AuditEntry(at: now, doer: actor.doer, action: "follow_up.read", objectKind: "cohort", objectID: id.description))
      let phones = try AfterRecords.phones(of: id, transaction)
      return try training.classRounds(cohort, transaction).map { person in
        FollowUpRow(
          number: person.number, participant: person.sealed.participant,
          identity: try training.identity(person.sealed, for: actor), link: training.link(person.sealed.participant.id),
          states: person.rounds.map(\.state), hasPhone: phones[person.sealed.participant.id] != nil)
      }
    }
  }

  /// A message for everybody with a number whose round is open and not answered. Taking the numbers out is an entry in
  /// the audit log.
  ///
  /// - Parameter text: makes the message from the personal link's secret part.
  public func messages(
    _ actor: Actor, _ id: CohortID, text: @escaping @Sendable (_ link: Token, _ until: CalendarDay) -> String
  ) async throws -> [OutgoingMessage] {
    try actor.require(.manageTraining)
    let (training, now) = (self.training, office.clock.now())
    return try await office.database.write { transaction in
      let cohort = try training.owned(actor, id, transaction)
      try transaction.record(
        AuditEntry(
          at: now, doer: actor.doer, action: "follow_up.messages", objectKind: "cohort", objectID: id.description))
      let phones = try AfterRecords.phones(of: id, transaction)
      return try training.classRounds(cohort, transaction).compactMap { person in
        let participant = person.sealed.participant
        guard let sealed = phones[participant.id], let open = person.rounds.first(where: { $0.state == .open }) else {
          return nil
        }
        guard let phone = try training.phone(sealed, of: participant, for: actor) else { throw Refusal.forbidden }
        return OutgoingMessage(
          phone: phone, message: TextMessage(text(training.link(participant.id), open.closes)))
      }
    }
  }

  /// Removes every telephone number of a cohort.
  public func forgetPhones(_ actor: Actor, _ id: CohortID) async throws {
    try actor.require(.manageTraining)
    let (training, now) = (self.training, office.clock.now())
    try await office.database.write { transaction in
      _ = try training.owned(actor, id, transaction)
      guard try AfterRecords.forgetPhones(of: id, transaction) > 0 else { return }
      try transaction.record(
        AuditEntry(at: now, doer: actor.doer, action: "phone.forget", objectKind: "cohort", objectID: id.description))
    }
  }

  // MARK: On paper

  /// The sheets of the round that is open, by number and without names.
  public func sheets(_ actor: Actor, _ id: CohortID, round day: Int) async throws -> [FollowUpSheet] {
    try actor.require(.manageTraining)
    let training = self.training
    return try await office.database.read { transaction in
      let cohort = try training.owned(actor, id, transaction)
      return try training.classRounds(cohort, transaction).compactMap { person in
        guard let round = person.rounds.first(where: { $0.round.day == day }) else { throw Refusal.notFound }
        return FollowUpSheet(
          number: person.number, participant: person.sealed.participant.id, state: round.state,
          questions: round.questions, marks: round.marks)
      }
    }
  }

  /// Types in one sheet. What was answered before, by link or on paper, keeps its first answer.
  ///
  /// - Returns: whether anything was new.
  ///
  /// Throws `Refusal` `.notFound` for a number nobody has, `.conflict` when the round is not open.
  @discardableResult
  public func enter(
    _ actor: Actor, _ id: CohortID, round day: Int, number: Int, _ responses: [String: QuestionResponse],
    language: Language
  ) async throws -> Bool {
    try actor.require(.manageTraining)
    let training = self.training
    return try await office.database.write { transaction in
      let cohort = try training.owned(actor, id, transaction)
      guard let person = try training.classRounds(cohort, transaction).first(where: { $0.number == number }),
        let round = person.rounds.first(where: { $0.round.day == day })
      else { throw Refusal.notFound }
      if round.state == .answered { return false }
      guard round.state == .open else { throw Refusal(.conflict, Phrase("error.training_no_round")) }
      guard responses.keys.allSatisfy({ name in round.questions.contains { $0.name == name } }) else {
        throw Refusal(.invalid, Phrase("error.training_unknown_question"))
      }
      // A sheet is handed in whole: what is empty on it was answered with nothing.
      var all: [String: QuestionResponse?] = [:]
      for question in round.questions where round.marks[question.name] == nil {
        all.updateValue(responses[question.name], forKey: question.name)
      }
      return try training.answer(
        all, person.sealed.participant, cohort, round, by: .paper, doer: actor.doer, language, transaction)
    }
  }

  /// Questions in words, by their names.
  public func questions(_ names: [String], of cohort: Cohort, _ language: Language) async throws -> [String:
    GiftQuestion]
  {
    let training = self.training
    return try await office.database.read { try training.questions(names, cohort, language, $0) }
  }
}

/// One person of a class with all rounds.
struct ClassRounds {
  var number: Int
  var sealed: TrainingRecords.Sealed
  var scores: [TestOccasion: Double]
  var rounds: [FollowUpRound]
  var answers: [Int: [AfterRecords.Answer]]
}

extension TrainingOffice {
  /// Everybody who is asked after a course, numbered in the order of registration.
  /// - Parameter marks: those of the class, when they were read already.
  func classRounds(
    _ cohort: Cohort, marks: [TestOccasion: [ParticipantID: [String: Double]]]? = nil,
    _ transaction: any ReadTransaction
  ) throws -> [ClassRounds] {
    let attendance = try TrainingRecords.attendance(cohort.id, transaction)
    let marks = try marks ?? TrainingRecords.marks(of: cohort.id, transaction)
    let answers = try AfterRecords.answers(of: cohort.id, transaction)
    let bank = followUpBank(cohort)
    return try TrainingRecords.participants(cohort.id, transaction).enumerated().compactMap { index, sealed in
      let id = sealed.participant.id
      let own = marks.compactMapValues { $0[id] }
      guard sealed.participant.status == .enrolled,
        FollowUpRules.tookPart(attendance[id] ?? [:], answered: Set(own.keys))
      else { return nil }
      return ClassRounds(
        number: index + 1, sealed: sealed,
        scores: own.mapValues { $0.values.sorted().reduce(0, +) / Double(max(1, cohort.questions.count)) },
        rounds: rounds(id, cohort, bank, own, answers[id] ?? [:]), answers: answers[id] ?? [:])
    }
  }

  func results(_ people: [ClassRounds], _ cohort: Cohort) -> [FollowUpResult] {
    pack.after.plan.rounds.enumerated().map { index, round in
      FollowUpResult(
        round, ended: cohort.until,
        people: people.map { person in
          let given = person.answers[round.day] ?? []
          return FollowUpResult.Person(
            pre: person.scores[.pre], post: person.scores[.post], state: person.rounds[index].state,
            marks: given.map { (FollowUpQuestion($0.question, isAnchor: $0.isAnchor), $0.mark) },
            way: given.isEmpty ? nil : given.contains { $0.way == .paper } ? .paper : .link)
        }, on: today)
    }
  }

  /// A telephone number; `nil` when the actor was never given the key of that epoch.
  func phone(_ sealed: (phone: [UInt8], epoch: Int), of participant: Participant, for actor: Actor) throws -> String? {
    guard let key = actor.keyring.agencyKey(.training, epoch: sealed.epoch) else { return nil }
    let address = FieldAddress(
      tenant: participant.agency.description, table: "participant_phones", column: "phone",
      row: participant.id.description, revision: 1)
    return try JSONDecoder().decode(String.self, from: Data(try DropBox.open(sealed.phone, with: key, at: address)))
  }
}
