import Accounts
import Basics
import Records
import Vault

/// What whoever wrote does with the code, without an account. The code is the only key of this side.
extension TipDesk {
  /// Begins a look by code.
  ///
  /// - Parameter client: where it comes from, for slowing down who guesses. It is written nowhere, and a wrong code leaves
  ///   nothing in the store.
  ///
  /// Throws `Refusal`: `.tooMany`, or `.invalid`, the same for a code that never was, one whose message was taken back and
  /// one that was erased.
  public func enter(code typed: String, client: String) async throws -> (look: TipLook, thread: TipThread) {
    let now = office.clock.now()
    try admit(client, at: now)
    guard let code = TipCode(typed), let thread = try await read(code, "tip.look", at: now) else {
      throw Refusal.fields([FieldProblem("code", "error.tip_unknown")])
    }
    return (try TipLook(code, at: now, office.root), thread)
  }

  /// The message again, after something was done.
  ///
  /// Throws `Refusal` `.notSignedIn` when the look is over.
  public func thread(_ look: String, client: String) async throws -> TipThread {
    let now = office.clock.now()
    try admit(client, at: now)
    guard let code = TipLook.code(look, at: now, office.root), let thread = try await read(code, "tip.look", at: now)
    else { throw Self.over }
    return thread
  }

  /// Adds something.
  ///
  /// - Parameter message: chosen by the form, so that it is added once.
  ///
  /// Throws `Refusal`: `.invalid`, `.tooMany` after many additions without a word of the desk, `.notSignedIn`.
  public func add(_ words: String, id message: TipMessageID, _ look: String, client: String) async throws {
    let day = day(office.clock.now())
    if let phrase = TipRules.problem(inMessage: words) { throw Refusal.fields([FieldProblem("words", phrase)]) }
    try await change(look, .add, "tip.add", client) { tip, key, now, transaction in
      guard try Self.add(.addition, words, id: message, to: tip, key, on: day, transaction) else { return false }
      let waiting = try TipRecords.waiting(tip.agency, transaction)
      tip.isUnread = true
      // What was closed is the desk's again.
      (tip.outcome, tip.endedOn) = (nil, nil)
      try Self.tell(tip, waitingBefore: waiting, at: now, transaction)
      return true
    }
  }

  /// Destroys how whoever wrote may be reached. What the desk read, it has read.
  public func forgetContact(_ look: String, client: String) async throws {
    try await change(look, .forgetContact, "tip.forget_contact", client) { tip, _, _, transaction in
      guard tip.hasContact else { return false }
      tip.hasContact = false
      try TipBox.destroyContact(tip.id, transaction)
      try TipRecords.forgetContact(tip.id, transaction)
      return true
    }
  }

  /// Says whether the desk may hand the message on.
  public func setPassing(_ passing: TipPassing, _ look: String, client: String) async throws {
    try await change(look, .setPassing, "tip.passing", client) { tip, _, _, _ in
      guard tip.passing != passing else { return false }
      tip.passing = passing
      return true
    }
  }

  /// Takes the message back: its keys are destroyed at once, and the code works no more. The desk sees that there was one.
  public func withdraw(_ look: String, client: String) async throws {
    let day = day(office.clock.now())
    try await change(look, .withdraw, "tip.withdraw", client) { tip, _, now, transaction in
      try Self.empty(&tip, at: now, transaction)
      tip.endedOn = day
      return true
    }
  }

  /// Destroys what anybody wrote. The caller stores what is plain.
  static func empty(_ tip: inout Tip, at now: Moment, _ transaction: any WriteTransaction) throws {
    try TipBox.destroy(tip.id, hadContact: tip.hasContact, transaction)
    try TipRecords.empty(tip.id, transaction)
    (tip.isUnread, tip.hasContact) = (false, false)
    try NoticeBoard.settle(.tip(tip.id), [.tipArrived, .tipUrgent], at: hour(of: now), transaction)
  }

  // MARK: Parts

  private static let over = Refusal(.notSignedIn, Phrase("error.tip_over"))

  private func admit(_ client: String, at now: Moment) throws {
    guard looks.admit(client, nil, at: now) else { throw Refusal(.tooMany, Phrase("error.tip_wait")) }
  }

  /// A look leaves its entry before anything is shown.
  private func read(_ code: TipCode, _ action: String, at now: Moment) async throws -> TipThread? {
    let office = office
    let tag = code.tag(office.root)
    // Who guesses writes nothing.
    guard try await office.database.read({ try TipRecords.tip(codeTag: tag, $0) != nil }) else { return nil }
    return try await office.database.write { transaction in
      guard let (tip, sealed, key) = try Self.open(code, office, transaction) else { return nil }
      try transaction.record(Self.entry(action, tip.id, at: now))
      return try Self.thread(tip, sealed, key, transaction)
    }
  }

  private static func open(_ code: TipCode, _ office: Office, _ transaction: any ReadTransaction) throws -> (
    Tip, TipRecords.Sealed, RecordKey
  )? {
    guard let (tip, sealed) = try TipRecords.tip(codeTag: code.tag(office.root), transaction), let sealed,
      let codeKey = code.key(office.root)
    else { return nil }
    let blob = try TipBox(tip.id, transaction).open(sealed.codeKey, for: "code")
    return (tip, sealed, try RecordKey(opening: blob, under: codeKey, at: TipBox.codeKey(tip.id)))
  }

  /// Makes a move. `body` answers false when it was made before.
  private func change(
    _ look: String, _ move: TipMove, _ action: String, _ client: String,
    _ body: @escaping @Sendable (inout Tip, RecordKey, Moment, any WriteTransaction) throws -> Bool
  ) async throws {
    let (office, now) = (office, office.clock.now())
    try admit(client, at: now)
    guard let code = TipLook.code(look, at: now, office.root) else { throw Self.over }
    try await office.database.write { transaction in
      guard let (before, _, key) = try Self.open(code, office, transaction),
        let state = TipRules.state(after: move, from: before.state)
      else { throw Self.over }
      var tip = before
      (tip.state, tip.revision) = (state, before.revision + 1)
      guard try body(&tip, key, now, transaction) else { return }
      guard try TipRecords.update(tip, from: before.revision, transaction) else { throw Refusal.conflict }
      try transaction.record(Self.entry(action, tip.id, at: now))
    }
    if move == .withdraw || move == .forgetContact {
      // It is erased by now; what the engine could not clear at once it clears at its next checkpoint or vacuum.
      try? await office.database.leaveNoTraces(of: ErasureKeys.table)
    }
  }
}
