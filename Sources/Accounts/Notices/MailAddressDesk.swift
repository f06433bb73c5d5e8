import Basics
import Records
import Vault

/// A member's own e-mail address: entered, confirmed by a code that is mailed to it, taken back. It lies sealed and is shown
/// to nobody else.
public struct MailAddressDesk: Sendable {
  /// How long a code holds: mail may come late.
  public static let codeLife = Span.hours(24)
  public static let mostTries = 5
  /// Codes that are mailed for one member in a day, so that nobody uses us to fill a stranger's mailbox.
  public static let mostCodes = 5

  private let office: Office
  private let offset: Span

  /// - Parameter offsetFromUTC: what the members' clocks show beyond UTC.
  public init(_ office: Office, offsetFromUTC: Span) {
    self.office = office
    offset = offsetFromUTC
  }

  /// How the member's address stands.
  public struct Own: Hashable, Sendable {
    public var address: MailAddress?
    /// Its mail server wants none of ours.
    public var isRefused: Bool
    /// Waits for its code.
    public var pending: MailAddress?
  }

  public func own(_ actor: Actor) async throws -> Own {
    let (root, member) = (office.root, actor.member)
    guard let stored = try await office.database.read({ try MailAddressRecords.stored(member, $0) }) else {
      return Own(address: nil, isRefused: false, pending: nil)
    }
    return Own(
      address: try stored.address.map { try Self.open($0, member, root) }, isRefused: stored.refusedAt != nil,
      pending: try stored.pending.map { try Self.open($0, member, root) })
  }

  /// Mails a code to an address. The one in use stays until the code is typed.
  ///
  /// Throws `Refusal`: the field `address`, or `.tooMany`.
  public func enter(_ actor: Actor, _ typed: String) async throws {
    guard let address = MailAddress(typed) else {
      throw Refusal.fields([FieldProblem("address", "error.mail_address")])
    }
    let (root, now, member) = (office.root, office.clock.now(), actor.member)
    let code = Self.freshCode()
    let mail = Mail(
      id: .random(), member: member, matter: .addressCode, content: nil, queuedAt: now, tryAt: now, attempts: 0)
    var sealed = mail
    sealed.content = try root.seal(Array(code.utf8), purpose: "mail-content", context: Array(mail.id.description.utf8))
    let pending = try root.seal(
      Array(address.description.utf8), purpose: "mail-address", context: Array(member.description.utf8))
    let (tag, letter) = (Self.tag(code, member, root), sealed)
    try await office.database.write { transaction in
      guard
        try OutboxRecords.count(.addressCode, of: member, since: now - .days(1), transaction) < Self.mostCodes
      else { throw Refusal(.tooMany, Phrase("error.mail_codes")) }
      try OutboxRecords.end(of: member, .addressCode, at: now, transaction)
      try MailAddressRecords.setPending(pending, code: tag, until: now + Self.codeLife, of: member, transaction)
      try OutboxRecords.insert(letter, transaction)
      try transaction.record(entry(actor, "member.mail_enter", now))
    }
  }

  /// Takes the pending address into use. Doing it again when it is in use changes nothing.
  ///
  /// Throws `Refusal`: the field `code`, or `.tooMany` after five wrong ones: then a new code is asked for.
  public func confirm(_ actor: Actor, code typed: String) async throws {
    let (root, now, member, offset) = (office.root, office.clock.now(), actor.member, offset)
    let tag = Self.tag(typed.lowercased().filter { $0.isLetter || $0.isNumber }, member, root)
    let answer = try await office.database.write { transaction -> Refusal? in
      guard let stored = try MailAddressRecords.stored(member, transaction), stored.pending != nil,
        let expected = stored.codeTag, let until = stored.codeUntil, now < until
      else {
        try transaction.record(entry(actor, "member.mail_confirm", now, .denied))
        return Refusal.fields([FieldProblem("code", "error.mail_code_over")])
      }
      guard stored.codeTries < Self.mostTries else {
        try transaction.record(entry(actor, "member.mail_confirm", now, .denied))
        return Refusal(.tooMany, Phrase("error.mail_code_tries"))
      }
      guard equalInConstantTime(tag, expected) else {
        try MailAddressRecords.countTry(member, transaction)
        try transaction.record(entry(actor, "member.mail_confirm", now, .denied))
        return Refusal.fields([FieldProblem("code", "error.mail_code")])
      }
      try MailAddressRecords.confirm(member, at: now, transaction)
      // From here on the choices count, and with them the country's clock.
      if try NoticeRecords.choices([member], transaction)[member] == nil {
        _ = try NoticeRecords.store(NoticeChoices(offsetFromUTC: offset), of: member, from: 0, transaction)
      }
      try transaction.record(entry(actor, "member.mail_confirm", now))
      return nil
    }
    if let answer { throw answer }
  }

  /// Deletes the address, the pending one too. Doing it again changes nothing.
  public func remove(_ actor: Actor) async throws {
    let (now, member) = (office.clock.now(), actor.member)
    try await office.database.write { transaction in
      try MailAddressRecords.delete(member, transaction)
      try OutboxRecords.end(of: member, nil, at: now, transaction)
      try transaction.record(entry(actor, "member.mail_remove", now))
    }
  }

  // MARK: Parts

  static func open(_ sealed: [UInt8], _ member: MemberID, _ root: RootSecret) throws -> MailAddress {
    let bytes = try root.open(sealed, purpose: "mail-address", context: Array(member.description.utf8))
    guard let address = MailAddress(String(decoding: bytes, as: UTF8.self)) else {
      throw DatabaseFailure.malformed(column: "address")
    }
    return address
  }

  /// Eight letters of an alphabet without lookalikes: 40 bits, five tries.
  private static func freshCode() -> String {
    let letters = Array("23456789abcdefghjkmnpqrstvwxyz")
    var code = ""
    // Bytes above the last whole multiple would favour the first letters.
    while code.count < 8 {
      for byte in randomBytes(16) where Int(byte) < 240 && code.count < 8 { code.append(letters[Int(byte) % 30]) }
    }
    return code
  }

  private static func tag(_ code: String, _ member: MemberID, _ root: RootSecret) -> [UInt8] {
    root.tag("mail-code", [Array(member.description.utf8), Array(code.utf8)])
  }

  private func entry(_ actor: Actor, _ action: String, _ now: Moment, _ decision: AuditEntry.Decision = .allowed)
    -> AuditEntry
  {
    AuditEntry(
      at: now, doer: actor.doer, action: action, objectKind: "member", objectID: actor.member.description,
      decision: decision)
  }
}
