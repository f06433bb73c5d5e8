import Basics
import Records
import Vault

/// Sends what waits in the outbox. Any number of servers on one store may run one, and any of them may be killed in between.
///
/// A mail is held by one server at a time, for two minutes that it renews while it sends. It is marked as sent *after* the
/// mail server took it: killed between the two, the mail goes a second time with the same Message-ID, which mail servers
/// know for the same. Marked before, it would be lost instead; that a person learns twice that there is something new harms
/// nobody, that nobody learns it does.
///
///     let pass = try await MailSender(office, carrier: carrier, host: "amparo.example.org", write: …).run()
public struct MailSender: Sendable {
  /// What a mail has to say.
  public enum Content: Hashable, Sendable {
    /// So many new notices.
    case news(Int)
    case code(String)
  }

  /// Subject and text in a language.
  public typealias Write = @Sendable (Content, Language) -> (subject: String, text: String)

  /// What one run did.
  public struct Pass: Hashable, Sendable {
    public var sent = 0
    public var failed = 0
    /// Why the mail server can't be used now.
    public var trouble: LetterFailure?
  }

  private let office: Office
  private let carrier: any LetterCarrier
  private let host: String
  private let write: Write

  /// - Parameter host: the site's own, for the Message-ID.
  public init(_ office: Office, carrier: any LetterCarrier, host: String, write: @escaping Write) {
    self.office = office
    self.carrier = carrier
    self.host = host
    self.write = write
  }

  /// Sends everything that is due, until nothing is or the mail server can't be used.
  public func run() async throws -> Pass {
    var pass = Pass()
    while !Task.isCancelled, pass.trouble == nil {
      let now = office.clock.now()
      // Most looks find nothing: those hold up no writer.
      guard try await office.database.read({ try OutboxRecords.isAnyDue(at: now, $0) }) else { break }
      let lease = MailID.random().description
      let held = try await take(lease, at: now)
      guard !held.isEmpty else { continue }
      let tally = Tally(pass)
      await carry(held, lease, tally)
      pass = await tally.pass
      let done = await tally.done
      try await giveBack(held.map(\.mail.id).filter { !done.contains($0) }, lease)
      if done.isEmpty { break }
    }
    return pass
  }

  /// Deletes what nobody needs any more: old notices, mails that ended long ago.
  public func tidy() async throws {
    let now = office.clock.now()
    try await office.database.keepBooks {
      try NoticeRecords.deleteOlder(than: now - OutboxRules.noticeMemory, $0)
      try OutboxRecords.deleteEnded(before: now - OutboxRules.memory, $0)
    }
  }

  // MARK: Taking

  private struct Held: Sendable {
    var mail: Mail
    var letter: Letter
  }

  /// Takes what is due and writes it. What has nothing to say, or has to wait, is set aside in the same transaction.
  private func take(_ lease: String, at now: Moment) async throws -> [Held] {
    try await office.database.keepBooks { transaction in
      let mails = try OutboxRecords.take(lease, at: now, limit: OutboxRules.batch, transaction)
      return try mails.compactMap { mail in
        do { return try letter(for: mail, lease, at: now, transaction) } catch is VaultFailure {
          // Sealed under another secret: it can't go, and must not keep the others.
          _ = try OutboxRecords.end(mail.id, lease, .givenUp, failure: .content, at: now, transaction)
          return nil
        }
      }
    }
  }

  private func letter(
    for mail: Mail, _ lease: String, at now: Moment, _ transaction: any WriteTransaction
  ) throws -> Held? {
    func setAside() throws -> Held? {
      _ = try OutboxRecords.end(mail.id, lease, .needless, at: now, transaction)
      return nil
    }
    guard let (isActive, language) = try AudienceRecords.reader(mail.member, transaction), isActive,
      let stored = try MailAddressRecords.stored(mail.member, transaction)
    else { return try setAside() }
    let content: Content
    let sealed: [UInt8]?
    switch mail.matter {
    case .notices:
      try NoticeRecords.collect(mail.id, of: mail.member, at: now, transaction)
      let kinds = try NoticeRecords.unread(in: mail.id, transaction)
      sealed = stored.confirmedAt != nil && stored.refusedAt == nil ? stored.address : nil
      guard !kinds.isEmpty, sealed != nil else {
        let ended = try setAside()
        if sealed != nil { try goOn(mail.member, at: now, transaction) }
        return ended
      }
      let choices = try NoticeRecords.choices([mail.member], transaction)[mail.member] ?? NoticeChoices()
      if let later = NoticeRules.heldUntil(kinds, at: now, choices) {
        try OutboxRecords.release(lease, mail.id, tryAt: later, transaction)
        return nil
      }
      content = .news(kinds.count)
    case .addressCode:
      guard let box = mail.content, let until = stored.codeUntil, now < until else { return try setAside() }
      let bytes = try office.root.open(box, purpose: "mail-content", context: Array(mail.id.description.utf8))
      content = .code(String(decoding: bytes, as: UTF8.self))
      sealed = stored.pending
    }
    guard let sealed else { return try setAside() }
    let text = write(content, language)
    guard
      let letter = Letter(
        id: "\(mail.id)@\(host)", to: try MailAddressDesk.open(sealed, mail.member, office.root),
        subject: text.subject, text: text.text, at: now)
    else { return try setAside() }
    return Held(mail: mail, letter: letter)
  }

  /// What came while a mail was under way gets the next one.
  private func goOn(_ member: MemberID, at now: Moment, _ transaction: any WriteTransaction) throws {
    guard let next = try NoticeRecords.nextMail(of: member, transaction) else { return }
    try OutboxRecords.want(member, at: max(next, now), queued: now, transaction)
  }

  // MARK: Sending

  /// Hands the letters over while the hold on them is renewed.
  private func carry(_ held: [Held], _ lease: String, _ tally: Tally) async {
    let (office, carrier) = (office, carrier)
    await withTaskGroup(of: Void.self) { group in
      group.addTask {
        while !Task.isCancelled {
          try? await Task.sleep(for: .seconds(30))
          if Task.isCancelled { return }
          _ = try? await office.database.keepBooks {
            try OutboxRecords.renew(lease, nil, at: office.clock.now(), $0)
          }
        }
      }
      await carrier.carry(
        held.map(\.letter),
        begin: { index in
          // Whoever was stopped for long may have lost it to another server.
          let (mail, now) = (held[index].mail.id, office.clock.now())
          return (try? await office.database.keepBooks { try OutboxRecords.renew(lease, mail, at: now, $0) == 1 })
            == true
        },
        done: { index, failure in
          let mail = held[index].mail
          await tally.note(mail.id, failure)
          // A program that stops must still write down what went.
          await Task { await self.write(mail, lease, failure) }.value
        })
      group.cancelAll()
    }
  }

  /// Stores how a mail ended. When even that fails, the hold runs out and the mail goes again, with the same Message-ID.
  private func write(_ mail: Mail, _ lease: String, _ failure: LetterFailure?) async {
    let now = office.clock.now()
    guard let failure else {
      _ = try? await office.database.keepBooks { transaction in
        if try OutboxRecords.end(mail.id, lease, .sent, at: now, transaction), mail.matter == .notices {
          try goOn(mail.member, at: now, transaction)
        }
      }
      return
    }
    let (state, tryAt) = OutboxRules.fate(of: mail, after: failure, at: now)
    guard state != .waiting else {
      _ = try? await office.database.keepBooks { try OutboxRecords.retry(mail.id, lease, failure, at: tryAt, $0) }
      return
    }
    _ = try? await office.database.write { transaction in
      guard try OutboxRecords.end(mail.id, lease, state, failure: failure, at: now, transaction) else {
        throw Refusal.conflict
      }
      if failure == .recipient, mail.matter == .notices {
        try MailAddressRecords.setRefused(mail.member, at: now, transaction)
      }
      try transaction.record(
        AuditEntry(
          at: now, doer: .system("mail"), action: "mail." + state.rawValue, objectKind: "member",
          objectID: mail.member.description))
    }
  }

  private func giveBack(_ ids: [MailID], _ lease: String) async throws {
    guard !ids.isEmpty else { return }
    let database = office.database
    try await Task {
      try await database.keepBooks { transaction in
        for id in ids { try OutboxRecords.release(lease, id, transaction) }
      }
    }.value
  }

  /// Counts what happened while letters are carried.
  private actor Tally {
    private(set) var pass: Pass
    private(set) var done: Set<MailID> = []
    init(_ pass: Pass) { self.pass = pass }

    func note(_ mail: MailID, _ failure: LetterFailure?) {
      done.insert(mail)
      if failure == nil { pass.sent += 1 } else { pass.failed += 1 }
      if let failure, !failure.isOfTheLetter { pass.trouble = failure }
    }
  }
}
