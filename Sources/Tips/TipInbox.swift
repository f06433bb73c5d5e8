import Accounts
import Basics
import CountryPack
import Records
import Vault

/// The agency's side: what came, what to do next, answering.
extension TipDesk {
  /// What lies at a desk.
  public struct Inbox: Sendable {
    public var tips: [Tip]
    /// By state, all of this agency's own.
    public var counts: [TipState: Int]
    public var unread: Int
    public var unreadDanger: Int
    /// Whether the agency receives messages.
    public var isOpen: Bool
    public var answerDays: Int
  }

  public static let pageSize = 25

  /// Codes and days; needs no key and opens nothing. What to do first stands first.
  public func inbox(_ actor: Actor, open: Bool = true, offset: Int = 0, limit: Int = pageSize) async throws -> Inbox {
    try actor.require(.answerTips)
    return try await office.database.read { transaction in
      let setting = try TipRecords.setting(actor.agency, transaction)
      let waiting = try TipRecords.waiting(actor.agency, transaction)
      return Inbox(
        tips: try TipRecords.list(actor.agency, open: open, limit: limit, offset: offset, transaction),
        counts: try TipRecords.counts(actor.agency, transaction), unread: waiting.all, unreadDanger: waiting.danger,
        isOpen: setting?.isOpen == true, answerDays: setting?.answerDays ?? 0)
    }
  }

  /// Opens a message. The entry of the audit log is committed before anything is shown.
  ///
  /// Throws `Refusal`: `.notFound` for another agency's, `.noBasis` for a member without the agency's key of that time.
  public func read(_ actor: Actor, _ id: TipID) async throws -> TipThread {
    try actor.require(.answerTips)
    let now = office.clock.now()
    return try await office.database.write { transaction in
      let (before, sealed) = try Self.own(id, actor, transaction)
      var tip = before
      try NoticeBoard.read(.tip(id), by: actor.member, at: now, transaction)
      try transaction.record(Self.entry("tip.read", id, by: actor, at: now))
      guard let sealed else { throw Refusal(.noBasis, Phrase("error.tip_withdrawn")) }
      let key = try Self.key(of: tip, sealed, actor, transaction)
      if let state = TipRules.state(after: .open, from: tip.state), state != tip.state || tip.isUnread {
        (tip.state, tip.isUnread, tip.revision) = (state, false, tip.revision + 1)
        guard try TipRecords.update(tip, from: before.revision, transaction) else { throw Refusal.conflict }
      }
      return try Self.thread(tip, sealed, key, transaction)
    }
  }

  /// What is plain of a message, with nothing opened.
  public func tip(_ actor: Actor, _ id: TipID) async throws -> Tip {
    try actor.require(.answerTips)
    return try await office.database.read { try Self.own(id, actor, $0).0 }
  }

  /// Says that somebody looks into it, also into one that was closed too soon.
  public func take(_ actor: Actor, _ id: TipID, revision: Int) async throws {
    try await change(actor, id, .take, "tip.take", revision: revision) { tip, _, _ in
      (tip.outcome, tip.endedOn) = (nil, nil)
      return true
    }
  }

  /// Answers, or asks something.
  ///
  /// - Parameters:
  ///   - isQuestion: whether whoever wrote is to answer.
  ///   - message: chosen by the form, so that it is said once.
  public func answer(
    _ actor: Actor, _ id: TipID, _ words: String, isQuestion: Bool, message: TipMessageID, revision: Int
  ) async throws {
    if let phrase = TipRules.problem(inMessage: words) { throw Refusal.fields([FieldProblem("words", phrase)]) }
    let day = day(office.clock.now())
    try await change(
      actor, id, isQuestion ? .ask : .answer, isQuestion ? "tip.ask" : "tip.answer", revision: revision,
      done: message
    ) { tip, sealed, transaction in
      let key = try Self.key(of: tip, sealed, actor, transaction)
      return try Self.add(
        isQuestion ? .question : .answer, words, id: message, to: tip, key, on: day, transaction)
    }
  }

  /// Closes it.
  /// - Parameter words: for whoever wrote; may be empty.
  public func close(
    _ actor: Actor, _ id: TipID, _ outcome: TipOutcome, words: String, message: TipMessageID, revision: Int
  ) async throws {
    if !words.isEmpty, let phrase = TipRules.problem(inMessage: words) {
      throw Refusal.fields([FieldProblem("words", phrase)])
    }
    let day = day(office.clock.now())
    try await change(actor, id, .close, "tip.close", revision: revision, done: message) { tip, sealed, transaction in
      (tip.outcome, tip.endedOn, tip.isUnread) = (outcome, day, false)
      let key = try Self.key(of: tip, sealed, actor, transaction)
      return try Self.add(.closing, words.isEmpty ? nil : words, id: message, to: tip, key, on: day, transaction)
    }
  }

  /// The agencies that this message may be handed on to, as whoever wrote allows.
  public func successors(_ actor: Actor, of tip: Tip) async throws -> [TipReceiver] {
    try actor.require(.answerTips)
    let wall = pack.dataProtection.wall
    return try await receivers().filter {
      $0.agency != actor.agency && TipRules.mayPass(tip.passing, to: $0.kind, wall: wall)
    }
  }

  /// Hands a message on. The other agency reads it from now on, and this one no more; whoever wrote sees to whom.
  ///
  /// Throws `Refusal`: `.noBasis` where whoever wrote does not allow it, `.invalid` for an agency that receives none.
  public func pass(_ actor: Actor, _ id: TipID, to agency: AgencyID, message: TipMessageID, revision: Int) async throws
  {
    let (now, wall) = (office.clock.now(), pack.dataProtection.wall)
    let day = day(now)
    try await change(actor, id, .pass, "tip.pass", revision: revision, done: message) { tip, sealed, transaction in
      guard agency != actor.agency, let other = try AgencyDesk.agency(agency, transaction),
        try TipRecords.setting(agency, transaction)?.isOpen == true,
        let (epoch, publicKey) = try AgencyDesk.publicKey(of: agency, .casework, transaction)
      else { throw Refusal.fields([FieldProblem("agency", "error.choose")]) }
      guard TipRules.mayPass(tip.passing, to: other.kind, wall: wall) else {
        throw Refusal(.noBasis, Phrase("error.tip_may_not_pass"))
      }
      let key = try Self.key(of: tip, sealed, actor, transaction)
      let waiting = try TipRecords.waiting(agency, transaction)
      try NoticeBoard.settle(.tip(id), [.tipArrived, .tipUrgent], at: now, transaction)
      // The case that it was laid to is the former agency's.
      (tip.agency, tip.isUnread, tip.caseID) = (agency, true, nil)
      try TipRecords.setAgencyKey(
        id,
        try TipBox(id, transaction).seal(key.dropped(to: publicKey, at: TipBox.agencyKey(id)), for: "agency"),
        epoch: epoch, transaction)
      guard try Self.add(.passed, nil, id: message, to: tip, nil, on: day, transaction) else { return false }
      try Self.tell(tip, waitingBefore: waiting, at: now, transaction)
      return true
    }
  }

  /// Says to which case of the own agency it belongs; `nil` takes it back. The caller has asked whether there is one.
  public func link(_ actor: Actor, _ id: TipID, _ caseID: CaseID?, revision: Int) async throws {
    try await change(actor, id, .link, "tip.link", revision: revision) { tip, _, _ in
      guard tip.caseID != caseID else { return false }
      tip.caseID = caseID
      return true
    }
  }

  // MARK: Parts

  private static func own(_ id: TipID, _ actor: Actor, _ transaction: any ReadTransaction) throws -> (
    Tip, TipRecords.Sealed?
  ) {
    guard let found = try TipRecords.tip(id, transaction), found.0.agency == actor.agency else {
      throw Refusal.notFound
    }
    return found
  }

  private static func key(
    of tip: Tip, _ sealed: TipRecords.Sealed, _ actor: Actor, _ transaction: any ReadTransaction
  ) throws -> RecordKey {
    guard let agencyKey = actor.keyring.agencyKey(.casework, epoch: sealed.epoch) else {
      throw Refusal(.noBasis, Phrase("error.tip_key"))
    }
    let blob = try TipBox(tip.id, transaction).open(sealed.agencyKey, for: "agency")
    return try RecordKey(dropped: blob, with: agencyKey, at: TipBox.agencyKey(tip.id))
  }

  /// Makes a move of the desk. `body` answers false when there is nothing to do.
  /// - Parameter message: what the move would add; there already, the move was made before.
  private func change(
    _ actor: Actor, _ id: TipID, _ move: TipMove, _ action: String, revision: Int, done message: TipMessageID? = nil,
    _ body: @escaping @Sendable (inout Tip, TipRecords.Sealed, any WriteTransaction) throws -> Bool
  ) async throws {
    try actor.require(.answerTips)
    let now = office.clock.now()
    try await office.database.write { transaction in
      if let message, let owner = try TipRecords.owner(of: message, transaction) {
        guard owner == id else { throw Refusal.conflict }
        return
      }
      let (before, sealed) = try Self.own(id, actor, transaction)
      guard let sealed, let state = TipRules.state(after: move, from: before.state) else {
        throw Refusal(.conflict, Phrase(before.state == .withdrawn ? "error.tip_withdrawn" : "error.tip_move"))
      }
      guard before.revision == revision else { throw Refusal(.conflict, Phrase("error.tip_meanwhile")) }
      var tip = before
      (tip.state, tip.revision) = (state, revision + 1)
      guard try body(&tip, sealed, transaction) else { return }
      guard try TipRecords.update(tip, from: revision, transaction) else { throw Refusal.conflict }
      try transaction.record(Self.entry(action, id, by: actor, at: now))
    }
  }
}
