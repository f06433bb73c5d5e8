import Accounts
import Basics
import CountryPack
import Records
import Vault

extension CaseDesk {
  /// Proposes that a case be closed. Nothing changes until another person approves it.
  ///
  /// - Parameters:
  ///   - proposal: chosen by the form, so that a second click proposes nothing more.
  ///   - reason: a code of `closure-reasons`.
  ///   - leavingOpen: close although something is still to be done; it stays in the file, undone.
  ///
  /// Throws `Refusal`: `.invalid` with the wrong fields, `.conflict` when it is closed or a proposal waits already.
  public func proposeClosing(
    _ actor: Actor, _ id: CaseID, id proposal: ClosingProposalID, reason: String, summary text: String,
    leavingOpen: Bool = false
  ) async throws {
    try actor.require(.closeCase)
    let now = office.clock.now()
    try await office.database.write { transaction in
      let summary = try own(id, for: .close, actor, transaction)
      if let before = try ClosingRecords.caseID(of: proposal, transaction) {
        guard before == id else { throw Refusal.conflict }
        return
      }
      _ = try ClosingRules.next(
        .propose, from: try closingState(summary, transaction), by: closingStanding(actor))
      let problems = ClosingRules.problems(
        reason: reason, summary: text, open: try ClosingRecords.leftOpen(of: id, transaction).total,
        isLeft: leavingOpen, pack, on: day(now))
      guard problems.isEmpty else { throw Refusal.fields(problems) }
      let sealed = try sealed(
        text.isEmpty ? nil : text, .narrative, at: SealedPlace.proposal(summary, "summary", proposal), summary,
        for: actor, at: now, transaction)
      let new = ClosingProposal(id: proposal, reason: reason, proposedBy: actor.member, proposedAt: now)
      guard try ClosingRecords.insert(new, of: id, agency: actor.agency, summary: sealed, transaction) else {
        throw Refusal(.conflict, Phrase("error.closing_proposed"))
      }
      try transaction.record(entry(actor, "closing.propose", id, at: now))
    }
  }

  /// Takes an own proposal back. Doing it again is told as `.conflict`.
  public func takeClosingBack(_ actor: Actor, _ id: CaseID, _ proposal: ClosingProposalID) async throws {
    try actor.require(.closeCase)
    try await answer(actor, id, proposal, .takeBack, .takenBack, words: "")
  }

  /// Approves or refuses another person's proposal. With the approval the case is closed, and what nobody has taken on
  /// ends in the same transaction.
  ///
  /// - Parameter words: needed for a no, so that who proposed knows what is missing.
  ///
  /// Throws `Refusal`: `.invalid`, or `.conflict` for an own proposal and for one that was answered meanwhile.
  public func answerClosing(
    _ actor: Actor, _ id: CaseID, _ proposal: ClosingProposalID, approves: Bool, words: String
  ) async throws {
    try actor.require(.approveClosing)
    let problems = ClosingRules.problems(words, areNeeded: !approves)
    guard problems.isEmpty else { throw Refusal.fields(problems) }
    try await answer(
      actor, id, proposal, approves ? .approve : .refuse, approves ? .approved : .refused, words: words)
  }

  private func answer(
    _ actor: Actor, _ id: CaseID, _ proposal: ClosingProposalID, _ move: ClosingMove,
    _ answer: ClosingProposal.Answer, words: String
  ) async throws {
    let now = office.clock.now()
    try await office.database.write { transaction in
      let summary = try own(id, for: move == .takeBack ? .close : .answerClosing, actor, transaction)
      guard
        let stored = try ClosingRecords.proposals(of: id, transaction).first(where: { $0.proposal.id == proposal })?
          .proposal
      else { throw Refusal.notFound }
      let state = try ClosingRules.next(
        move, from: try closingState(summary, transaction), by: closingStanding(actor))
      let sealed = try sealed(
        words.isEmpty ? nil : words, .narrative, at: SealedPlace.proposal(summary, "words", proposal), summary,
        for: actor, at: now, transaction)
      guard try ClosingRecords.answer(proposal, answer, words: sealed, by: actor.member, at: now, transaction) else {
        throw Refusal(.conflict, Phrase("error.closing_not_proposed"))
      }
      if move != .takeBack { try ClosingRecords.confirm(id, by: actor.member, at: now, transaction) }
      guard state == .closed else {
        try transaction.record(entry(actor, "closing.\(move.rawValue)", id, at: now))
        return
      }
      let number = (try ClosingRecords.closures(of: id, transaction).first?.closure.number ?? 0) + 1
      let closure = Closure(
        number: number, reason: stored.reason, closedAt: now, closedBy: actor.member, proposal: proposal)
      guard try ClosingRecords.close(id, closure, transaction) else {
        throw Refusal(.conflict, Phrase("error.case_closed"))
      }
      try TaskRecords.refresh(id, transaction)
      try TransferDesk.caseClosed(id, actor.doer, now, transaction)
      try whenCaseCloses(id, actor.doer, now, transaction)
      try transaction.record(entry(actor, "case.close", id, at: now))
    }
  }

  /// Opens a closed case again, at once. Unless a supervisor does it, one looks at it afterwards. What was shared before
  /// is not shared anew.
  ///
  /// - Parameter reason: what happened; needed.
  public func reopen(_ actor: Actor, _ id: CaseID, reason: String) async throws {
    try actor.require(.closeCase)
    let now = office.clock.now()
    let problems = ClosingRules.problems(reason, areNeeded: true)
    try await office.database.write { transaction in
      let summary = try own(id, for: .reopen, actor, transaction)
      let state = try ClosingRules.next(
        .reopen, from: try closingState(summary, transaction), by: closingStanding(actor))
      guard problems.isEmpty else { throw Refusal.fields(problems) }
      let number = try ClosingRecords.closures(of: id, transaction).first?.closure.number ?? 0
      let sealed = try sealed(
        reason, .narrative, at: SealedPlace.reopening(summary, number: number), summary, for: actor, at: now,
        transaction)
      guard
        try ClosingRecords.reopen(
          id, by: actor.member, reason: sealed, isUnconfirmed: state != .open, at: now, transaction)
      else { throw Refusal(.conflict, Phrase("error.case_open")) }
      try TaskRecords.refresh(id, transaction)
      try transaction.record(entry(actor, "case.reopen", id, at: now))
    }
  }

  /// A supervisor's word that a reopening was looked at.
  public func confirmReopening(_ actor: Actor, _ id: CaseID) async throws {
    try actor.require(.approveClosing)
    let now = office.clock.now()
    try await office.database.write { transaction in
      let summary = try own(id, for: .answerClosing, actor, transaction)
      _ = try ClosingRules.next(
        .confirm, from: try closingState(summary, transaction), by: closingStanding(actor))
      guard try ClosingRecords.confirm(id, by: actor.member, at: now, transaction) else {
        throw Refusal(.conflict, Phrase("error.reopening_seen"))
      }
      try transaction.record(entry(actor, "reopening.confirm", id, at: now))
    }
  }

  /// What waits for a supervisor of the agency, without what the actor did alone. Names nobody, needs no key.
  public func closingsToAnswer(_ actor: Actor) async throws -> [ClosingToAnswer] {
    guard actor.may(.approveClosing) else { return [] }
    return try await office.database.read {
      try ClosingRecords.toAnswer(actor.agency, limit: Self.pageSize, $0).filter { $0.member != actor.member }
    }
  }

  /// What a closing would leave undone now.
  public func leftOpen(_ actor: Actor, _ id: CaseID) async throws -> LeftOpen {
    try await office.database.read { transaction in
      _ = try own(id, for: .read, actor, transaction)
      return try ClosingRecords.leftOpen(of: id, transaction)
    }
  }

  // MARK: Reading, within a file

  private func closingStanding(_ actor: Actor) -> ClosingStanding {
    ClosingStanding(actor.member, proposes: actor.may(.closeCase), decides: actor.may(.approveClosing))
  }

  private func closingState(_ summary: CaseSummary, _ transaction: any ReadTransaction) throws -> ClosingState {
    Self.state(
      summary.status, try ClosingRecords.proposals(of: summary.id, transaction).map(\.proposal),
      try ClosingRecords.closures(of: summary.id, transaction).map(\.closure))
  }

  private static func state(_ status: CaseStatus, _ proposals: [ClosingProposal], _ closures: [Closure])
    -> ClosingState
  {
    guard status == .open else { return .closed }
    let reopener = closures.first.flatMap { $0.isUnconfirmed ? $0.reopenedBy : nil }
    if let waiting = proposals.first(where: { $0.answer == nil }) {
      return .proposed(by: waiting.proposedBy, reopenedBy: reopener)
    }
    return reopener.map { .reopened(by: $0) } ?? .open
  }

  func readClosing(
    _ file: inout CaseFile, _ keys: [DataKind: RecordKey], _ actor: Actor, _ transaction: any ReadTransaction
  ) throws {
    guard file.part != .receiver else { return }
    let summary = file.summary
    func open(_ blob: [UInt8]?, _ address: FieldAddress) throws -> String? {
      guard let blob, let key = keys[.narrative] else { return nil }
      return try key.openValue(String.self, blob, at: address)
    }
    let proposals = try ClosingRecords.proposals(of: summary.id, transaction).map { sealed in
      var proposal = sealed.proposal
      proposal.summary = try open(sealed.summary, SealedPlace.proposal(summary, "summary", proposal.id))
      proposal.words = try open(sealed.words, SealedPlace.proposal(summary, "words", proposal.id))
      return proposal
    }
    file.closures = try ClosingRecords.closures(of: summary.id, transaction).map { sealed in
      var closure = sealed.closure
      closure.summary =
        try closure.proposal.flatMap { id in proposals.first { $0.id == id }?.summary }
        ?? open(sealed.summary, SealedPlace.closure(summary, number: closure.number))
      closure.reopenReason = try open(sealed.reopenReason, SealedPlace.reopening(summary, number: closure.number))
      return closure
    }
    let state = Self.state(summary.status, proposals, file.closures)
    file.closing = Closing(state: state, proposals: proposals)
    file.closingMoves = ClosingRules.moves(from: state, by: closingStanding(actor))
  }
}

extension SealedPlace {
  static func closure(_ summary: CaseSummary, number: Int) -> FieldAddress {
    field(summary, "case_closures", "summary", summary.id.description, revision: number)
  }
  static func reopening(_ summary: CaseSummary, number: Int) -> FieldAddress {
    field(summary, "case_closures", "reopen_reason", summary.id.description, revision: number)
  }
  static func proposal(_ summary: CaseSummary, _ column: String, _ id: ClosingProposalID) -> FieldAddress {
    field(summary, "case_closing_proposals", column, id.description)
  }
}
