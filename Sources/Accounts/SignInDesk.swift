import Basics
import Foundation
import Records
import Vault

/// Signing in and out, and who a session's token stands for.
public struct SignInDesk: Sendable {
  /// Nothing asked for so long ends a session.
  public static let idle = Span.minutes(15)
  /// And so does this, whatever was asked.
  public static let longest = Span.hours(12)
  /// A token is replaced by a new one when it is older.
  public static let tokenAge = Span.minutes(30)
  /// How long the old token still works after the new one was first used: for requests already on their way.
  public static let renewalGrace = Span.minutes(1)

  private let office: Office

  public init(_ office: Office) { self.office = office }

  public enum Answer: Sendable {
    case signedIn(Token)
    /// The password was right; the six digits (or one of the printed codes) are still missing.
    case secondFactorNeeded
  }

  /// Signs a member in.
  ///
  /// A wrong login, a wrong password and a member who left give the same answer after the same work.
  /// - Parameters:
  ///   - secondFactor: the six digits or a printed code; asked for only when the member has one.
  ///   - client: where the request comes from (an address); only a keyed tag of it is kept.
  ///
  /// Throws `Refusal`: `.invalid` with the key `error.sign_in`, or `.tooMany`.
  public func signIn(login typed: String, password: String, secondFactor: String? = nil, client: String) async throws
    -> Answer
  {
    let now = office.clock.now()
    let tag = office.root.tag("attempts", [Array((Login(typed)?.text ?? "").utf8), Array(client.utf8)])
    try await countTry(tag, now)
    let loginTag = Login(typed)?.tag(office.root)
    let found = try await office.database.read { transaction in
      try loginTag.flatMap { try AccountsRecords.credentials(loginTag: $0, transaction) }
    }
    // An unknown login costs as much as a known one.
    let key = try await stretch(
      password, salt: found?.salt ?? Array(office.root.tag("no-such-login", [loginTag ?? []]).prefix(16)),
      cost: found?.cost ?? office.passwordCost)
    guard let found, equalInConstantTime(key.verifier, found.verifier) else {
      try await refuse(found?.id, now)
      throw Refusal(.invalid, Phrase("error.sign_in"))
    }
    if let sealed = found.sealedOneTimeSecret {
      guard let secondFactor, !secondFactor.isEmpty else {
        // Neither a failure nor a success: tries with wrong digits stay counted.
        try await office.database.keepBooks { try SessionRecords.forgive(tag, $0) }
        return .secondFactorNeeded
      }
      guard try await accepts(secondFactor, sealed, found, now) else {
        try await refuse(found.id, now)
        throw Refusal(.invalid, Phrase("error.second_factor"))
      }
    }
    let keys = try MemberKeys.open(found.keysByPassword, under: key, member: found.id.description)
    let token = Token()
    let session = SessionRecords.Session(
      signIn: token.hash, member: found.id, keys: try keys.sealed(under: token, member: found.id.description),
      renewedAt: now, seenAt: now,
      until: now + Self.longest)
    let entry = AuditEntry(
      at: now, doer: .member(found.id, agency: found.agency, session: token.hash), action: "member.sign_in",
      objectKind: "member", objectID: found.id.description)
    try await office.database.write { transaction in
      // The password may have been changed, or the member have left, while it was being stretched.
      guard let loginTag, try AccountsRecords.credentials(loginTag: loginTag, transaction)?.verifier == found.verifier
      else { throw Refusal(.invalid, Phrase("error.sign_in")) }
      try SessionRecords.insert(session, tokenHash: token.hash, transaction)
      try SessionRecords.setFailures(tag, 0, at: now, transaction)
      try SessionRecords.deleteEnded(before: now - Self.idle, now: now, transaction)
      try transaction.record(entry)
    }
    return .signedIn(token)
  }

  /// Who a token stands for, with the keys opened; `nil` when the session ended or there never was one.
  ///
  /// - Parameter isActivity: whether somebody did something; what a page asks by itself must not keep a session alive.
  public func actor(for token: Token, isActivity: Bool = true) async throws -> Actor? {
    let now = office.clock.now()
    let root = office.root
    guard
      let (session, member, agency, wraps) = try await office.database.read({
        transaction -> (SessionRecords.Session, Member, Agency?, [(slot: Keyring.Slot, wrap: [UInt8])])? in
        guard let session = try SessionRecords.session(token.hash, transaction),
          now < session.until, now < session.seenAt + Self.idle,
          let member = try AccountsRecords.member(session.member, root, transaction), member.status == .active
        else { return nil }
        return (
          session, member, try AccountsRecords.agency(member.agency, transaction),
          try AccountsRecords.wraps(member.id, transaction)
        )
      })
    else { return nil }
    let own = try MemberKeys.open(session.keys, under: token, member: member.id.description)
    // Once a minute is often enough for a quarter of an hour's limit.
    if isActivity, session.seenAt + .minutes(1) < now || session.replaces != nil {
      try await office.database.keepBooks { transaction in
        try SessionRecords.touch(token.hash, at: now, transaction)
        if let before = session.replaces {
          try SessionRecords.confirm(token.hash, before: before, ends: now + Self.renewalGrace, transaction)
        }
      }
    }
    return Actor(
      member: member.id, agency: member.agency, roles: member.roles, language: member.language,
      name: member.profile.name, agencyName: agency?.name ?? "", session: session.signIn,
      keyring: Keyring(own: own, agency: member.agency, member: member.id, wraps: wraps))
  }

  /// A fresh token in place of one that is older than `tokenAge`; `nil` while the old one is young enough.
  ///
  /// The old one goes on working until the fresh one is first used, and `renewalGrace` longer: neither a second request
  /// at the same time nor an answer lost on the way signs the member out.
  public func renewed(_ token: Token, for actor: Actor) async throws -> Token? {
    let now = office.clock.now()
    let fresh = Token()
    let keys = try actor.keyring.own.sealed(under: fresh, member: actor.member.description)
    return try await office.database.keepBooks { transaction in
      guard var session = try SessionRecords.session(token.hash, transaction),
        session.renewedAt + Self.tokenAge <= now, now + Self.renewalGrace < session.until,
        try !SessionRecords.hasSuccessor(token.hash, since: now - .seconds(10), transaction)
      else { return nil }
      session.keys = keys
      session.replaces = token.hash
      session.renewedAt = now
      session.seenAt = now
      try SessionRecords.insert(session, tokenHash: fresh.hash, transaction)
      return fresh
    }
  }

  public func signOut(_ actor: Actor) async throws {
    let entry = AuditEntry(
      at: office.clock.now(), doer: actor.doer, action: "member.sign_out", objectKind: "member",
      objectID: actor.member.description)
    try await office.database.write { transaction in
      try SessionRecords.delete(signIn: actor.session, transaction)
      try transaction.record(entry)
    }
  }

  // MARK: Second factor

  /// A new secret for an authenticator application; nothing is stored until `confirmSecondFactor`.
  public func newSecondFactor() -> [UInt8] { randomBytes(20) }

  /// Turns the second factor on after its first digits were typed correctly; answers eight printed codes, shown once.
  public func confirmSecondFactor(_ actor: Actor, secret: [UInt8], digits: String) async throws -> [String] {
    let now = office.clock.now()
    guard let factor = OneTimePassword(secret: secret),
      let step = factor.matchingStep(digits, secondsSince1970: now.milliseconds / 1000, used: 0)
    else { throw Refusal.fields([FieldProblem("digits", "error.second_factor")]) }
    let codes = (0..<8).map { _ in String(RecoveryCode().exposedText.suffix(11)) }
    let sealed = try office.root.seal(secret, purpose: "totp", context: Array(actor.member.description.utf8))
    let hashes = codes.map { codeHash($0, actor.member) }
    let entry = AuditEntry(
      at: now, doer: actor.doer, action: "member.second_factor_on", objectKind: "member",
      objectID: actor.member.description)
    try await office.database.write { transaction in
      try AccountsRecords.setSecondFactor(actor.member, sealedSecret: sealed, used: step, codes: hashes, transaction)
      try transaction.record(entry)
    }
    return codes
  }

  private func accepts(_ typed: String, _ sealed: [UInt8], _ found: AccountsRecords.Credentials, _ now: Moment)
    async throws -> Bool
  {
    let secret = try office.root.open(sealed, purpose: "totp", context: Array(found.id.description.utf8))
    let step = OneTimePassword(secret: secret)?.matchingStep(
      typed, secondsSince1970: now.milliseconds / 1000, used: found.oneTimeUsed)
    let hash = codeHash(typed, found.id)
    let entry = AuditEntry(
      at: now, doer: .system("sign-in"), action: "member.second_factor_used", objectKind: "member",
      objectID: found.id.description)
    return try await office.database.write { transaction in
      let accepted =
        try step.map { try AccountsRecords.useStep(found.id, $0, transaction) }
        ?? AccountsRecords.useCode(found.id, hash, transaction)
      if accepted { try transaction.record(entry) }
      return accepted
    }
  }

  private func codeHash(_ code: String, _ member: MemberID) -> [UInt8] {
    let plain = code.lowercased().filter { $0.isLetter || $0.isNumber }
    return office.root.tag("second-factor", [Array(member.description.utf8), Array(plain.utf8)])
  }

  // MARK: Failed tries

  /// Counts a try before it is made, so that a hundred at once are a hundred tries; throws while a pause lasts.
  private func countTry(_ tag: [UInt8], _ now: Moment) async throws {
    let isPausing = try await office.database.keepBooks { transaction in
      var (count, last) = try SessionRecords.failures(tag, at: now, transaction)
      if last + Throttle.memory <= now { count = 0 }
      if last + Throttle.pause(afterFailures: count) > now { return true }
      try SessionRecords.setFailures(tag, count + 1, at: now, transaction)
      return false
    }
    if isPausing { throw Refusal(.tooMany, Phrase("error.sign_in_wait")) }
  }

  private func refuse(_ member: MemberID?, _ now: Moment) async throws {
    let entry = AuditEntry(
      at: now, doer: .visitor, action: "member.sign_in", objectKind: "member", objectID: member?.description ?? "",
      decision: .denied)
    try await office.database.write { try $0.record(entry) }
  }

  private func stretch(_ password: String, salt: [UInt8], cost: PasswordCost) async throws -> PasswordKey {
    // Longer input than any password that can be set is not worth the work.
    let bounded = password.utf8.count <= 1024 ? password : ""
    return try await PasswordStretcher.shared.run {
      try PasswordKey(password: bounded, salt: salt, root: office.root, cost: cost)
    }
  }
}

/// One password at a time: each takes tens of megabytes, and a flood of sign-ins must not take them all.
struct PasswordStretcher: Sendable {
  static let shared = PasswordStretcher()
  private let queue = DispatchQueue(label: "amparo.passwords")

  func run<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
      queue.async { continuation.resume(with: Swift.Result { try work() }) }
    }
  }
}
