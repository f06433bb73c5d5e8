import Accounts
import Basics
import CountryPack
import Records

/// A trainer's desk for whole lists of people: looking at a list, registering it, taking it out again.
public struct RegistrationDesk: Sendable {
  let training: TrainingOffice
  private var office: Office { training.office }

  public init(_ office: Office, _ pack: CountryPack) { training = TrainingOffice(office, pack) }

  /// What became of a list.
  public struct Outcome: Hashable, Sendable {
    public var registered = 0
    public var waiting = 0
    public var skipped = 0
  }

  /// Reads a list and says of each line what would become of it. Stores nothing.
  public func look(_ actor: Actor, _ cohort: CohortID, _ text: String) async throws -> RegistrationList {
    try actor.require(.manageTraining)
    let training = self.training
    return try await office.database.read { transaction in
      try judged(text, try training.changeable(actor, cohort, transaction), [], transaction)
    }
  }

  /// Registers everybody of a list in one transaction, or nobody.
  ///
  /// - Parameters:
  ///   - request: the identifier of this list; sent twice, it is done once.
  ///   - choices: by line, what to do where the name stands elsewhere already.
  ///
  /// Throws `Refusal` `.invalid` beside `list` while a line has a problem or a needed choice is missing.
  public func register(
    _ actor: Actor, request: CohortID, in cohort: CohortID, _ text: String,
    choices: [Int: RegistrationList.Choice]
  ) async throws -> Outcome {
    try actor.require(.manageTraining)
    let training = self.training
    return try await office.database.write { transaction in
      let cohort = try training.changeable(actor, cohort, transaction)
      func id(_ line: RegistrationList.Line) -> ParticipantID {
        ParticipantID(bytes: training.bytes("list", request.description, line.number))
      }
      // Who came in by this very request is not a double of themselves.
      let raw = try RegistrationList(text, cohort, training.pack)
      let own = Set(raw.lines.map(id))
      let list = try judged(text, cohort, own, transaction)
      let wrong = list.lines.count { !$0.problems.isEmpty }
      if wrong > 0 {
        throw Refusal.fields([
          FieldProblem("list", Phrase("error.training_list_problems", ["count": String(wrong)]))
        ])
      }
      let open = list.lines.count { $0.double != .no && choices[$0.number] == nil }
      if open > 0 {
        throw Refusal.fields([
          FieldProblem("list", Phrase("error.training_list_doubles", ["count": String(open)]))
        ])
      }
      var outcome = Outcome()
      for line in list.lines {
        if line.double != .no, choices[line.number] == .skip {
          outcome.skipped += 1
          continue
        }
        var person = line.person
        person.isAnother = line.double != .no
        let made = try training.register(
          id(line), person, in: cohort, doer: actor.doer, action: "participant.register", transaction)
        if made.status == .waiting { outcome.waiting += 1 } else { outcome.registered += 1 }
      }
      try training.note(actor, "participant.register_list", "cohort", cohort.id.description, transaction)
      return outcome
    }
  }

  private func judged(
    _ text: String, _ cohort: Cohort, _ own: Set<ParticipantID>, _ transaction: any ReadTransaction
  ) throws -> RegistrationList {
    var list = try RegistrationList(text, cohort, training.pack)
    let taken = try TraineeRecords.nameTags(cohort.id, but: own, transaction)
    for place in list.lines.indices where list.lines[place].problems.isEmpty && list.lines[place].double == .no {
      if taken.contains(training.cohortNameTag(cohort.id, list.lines[place].person.name)) {
        list.lines[place].double = .registered
      }
    }
    return list
  }
}
