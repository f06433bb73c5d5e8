import Accounts
import Basics
import CountryPack
import Records

/// Which agencies receive messages from the public. An agency's own supervisor says so, or who keeps the installation.
extension TipDesk {
  /// Every agency and whether it receives, for who keeps the installation; for a supervisor the own one.
  ///
  /// Throws `Refusal` `.forbidden`.
  public func settings(_ actor: Actor) async throws -> [TipReceiver] {
    guard actor.may(.manageAgencies) || actor.may(.leadDesk) else { throw Refusal.forbidden }
    return try await office.database.read { transaction in
      let known = Dictionary(try TipRecords.settings(transaction).map { ($0.agency, $0) }) { first, _ in first }
      return try AgencyDesk.all(transaction).filter { actor.may(.manageAgencies) || $0.id == actor.agency }
        .map { TipReceiver($0, known[$0.id]) }
    }
  }

  /// Says whether an agency receives messages, from where, and in how many days it answers. What lies there already stays.
  ///
  /// Throws `Refusal`: `.forbidden`, `.notFound`, `.conflict` when it was changed meanwhile, or the wrong fields.
  public func receive(_ actor: Actor, _ receiver: TipReceiver) async throws {
    guard actor.may(.manageAgencies) || actor.may(.leadDesk) else { throw Refusal.forbidden }
    guard actor.may(.manageAgencies) || receiver.agency == actor.agency else { throw Refusal.notFound }
    var problems: [FieldProblem] = []
    if !TipRules.answerDays.contains(receiver.answerDays) {
      problems.append(FieldProblem("answer_days", "error.tip_answer_days"))
    }
    if receiver.provinces.contains(where: { pack.province(iso: $0) == nil }) {
      problems.append(FieldProblem("provinces", "error.choose"))
    }
    guard problems.isEmpty else { throw Refusal.fields(problems) }
    let now = office.clock.now()
    try await office.database.write { transaction in
      guard try AgencyDesk.agency(receiver.agency, transaction) != nil else { throw Refusal.notFound }
      // Nobody would read what comes.
      if receiver.isOpen, try Audience.who(may: .answerTips, in: receiver.agency, transaction).isEmpty {
        throw Refusal.fields([FieldProblem("open", "error.tip_nobody")])
      }
      let there = try TipRecords.setting(receiver.agency, transaction)
      if let there, there.isOpen == receiver.isOpen, there.provinces == receiver.provinces,
        there.answerDays == receiver.answerDays
      {
        return
      }
      let setting = TipRecords.Setting(
        agency: receiver.agency, isOpen: receiver.isOpen, provinces: receiver.provinces,
        answerDays: receiver.answerDays, revision: receiver.revision)
      guard try TipRecords.put(setting, transaction) else {
        throw Refusal(.conflict, Phrase("error.tip_meanwhile"))
      }
      try transaction.record(
        AuditEntry(
          at: now, doer: actor.doer, action: receiver.isOpen ? "tip.receive" : "tip.stop", objectKind: "agency",
          objectID: receiver.agency.description))
    }
  }
}
