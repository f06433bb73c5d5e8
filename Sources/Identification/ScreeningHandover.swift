import Accounts
import Basics
import Records

extension ScreeningDesk {
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
  /// decide, `.fields` when that member may not conduct screenings.
  public func handOver(_ actor: Actor, _ id: ScreeningID, to member: MemberID) async throws {
    try requireAny(actor)
    let root = office.root
    try await sitting(actor, id, "screening.hand_over") { sitting in
      let standing = Standing(actor, sitting.screening)
      guard standing.isInterviewer || standing.decides || sitting.screening.member == member else {
        throw Refusal.forbidden
      }
      if sitting.screening.member == member { return sitting.changes = false }
      let may = try Colleagues.who(may: .conductScreening, in: actor.agency, root, sitting.transaction)
      guard may[member] != nil else {
        throw Refusal.fields([FieldProblem("member", "error.screening_code")])
      }
      try DecisionRecords.insertHand(id, sitting.screening.member, at: sitting.now, sitting.transaction)
      sitting.screening.member = member
    }
  }
}
