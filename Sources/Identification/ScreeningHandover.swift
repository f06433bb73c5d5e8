import Accounts
import Basics
import CountryPack
import Records

extension ScreeningDesk {
  /// Throws `Refusal` `.noBasis` when what was said in an interview may not go to another agency on a consent given at a
  /// moment: the person refused since. A consent given later than the refusal is the person's newer word.
  ///
  /// Inside the caller's transaction, for who shares what came from the interview; tells nothing of it.
  public func requireSharing(
    _ id: ScreeningID, since consent: Moment, for actor: Actor, _ transaction: any ReadTransaction
  ) throws {
    guard let screening = try ScreeningRecords.screening(id, agency: actor.agency, transaction) else { return }
    let safety = try open(screening, for: actor, at: office.clock.now(), transaction).safety.value
    for question in SafetyRules.refusals(pack.safetyQuestions, safety.answers)
    where safety.given?[question.code].map({ $0.at > consent }) ?? true {
      throw Refusal(.noBasis, Phrase("error.sharing_refused_since"))
    }
  }

  /// Who of the agency may take an interview over: whoever may conduct screenings and has not left, without the one
  /// who conducts it. By name, for the interviewer and for those who decide.
  public func mayTakeOver(_ actor: Actor, _ id: ScreeningID) async throws -> [(id: MemberID, name: String)] {
    try requireAny(actor)
    let root = office.root
    return try await office.database.read { transaction in
      let screening = try load(id, for: actor, transaction)
      return try Colleagues.who(may: .conductScreening, in: actor.agency, root, transaction)
        .filter { $0.key != screening.member }.map { (id: $0.key, name: $0.value) }
        .sorted { $0.name < $1.name }
    }
  }

  /// Hands an interview over to another officer of the agency, at any point. Everything said so far goes with it; the
  /// agency's key opens it already, so nothing is sealed anew.
  ///
  /// Again to the same officer changes nothing. Throws `Refusal`: `.forbidden` unless the actor conducts it or may
  /// decide, `.fields` when that member may not conduct screenings, `.noBasis` when the person's answers refuse it. An
  /// open danger outweighs that: somebody must be able to take it over.
  public func handOver(_ actor: Actor, _ id: ScreeningID, to member: MemberID) async throws {
    try requireAny(actor)
    let root = office.root
    try await sitting(actor, id, "screening.hand_over") { sitting in
      let standing = Standing(actor, sitting.screening)
      guard standing.isInterviewer || standing.decides || sitting.screening.member == member else {
        throw Refusal.forbidden
      }
      if sitting.screening.member == member { return sitting.changes = false }
      if sitting.screening.dangerSince == nil {
        try SafetyRules.requireSharing(pack.safetyQuestions, sitting.file.safety.value.answers)
      }
      let may = try Colleagues.who(may: .conductScreening, in: actor.agency, root, sitting.transaction)
      guard may[member] != nil else {
        throw Refusal.fields([FieldProblem("member", "error.screening_code")])
      }
      try DecisionRecords.insertHand(id, sitting.screening.member, at: sitting.now, sitting.transaction)
      sitting.screening.member = member
    }
  }
}
