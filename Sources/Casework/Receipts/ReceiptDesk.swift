import Accounts
import Basics
import CountryPack
import Foundation
import Records
import Vault

/// The person's own view: papers with a code, looking by code and word, and what a person asks for or takes back.
///
/// Nothing here needs a key, because nothing that is sealed is shown. What a person writes is sealed to the agency.
public struct ReceiptDesk: Sendable {
  /// When another agency opened what it was given by a referral: answered by the room of referrals.
  public typealias ReferralReads =
    @Sendable (CaseID, any ReadTransaction) throws -> [(consent: ConsentID, agency: AgencyID, at: Moment)]

  private let cases: CaseDesk
  private let referralReads: ReferralReads
  private var office: Office { cases.office }
  private let clients: FailureBook

  public init(_ cases: CaseDesk, referralReads: @escaping ReferralReads = { _, _ in [] }) {
    self.cases = cases
    self.referralReads = referralReads
    // A whole shelter may look from one address.
    clients = FailureBook(cases.office, purpose: "receipt", free: 10)
  }

  // MARK: The paper

  /// Makes a receipt; one that was given before stops working. The code is answered once and kept nowhere.
  ///
  /// - Parameter word: chosen by the person, to be remembered and not written down.
  ///
  /// Throws `Refusal`: `.invalid` for a word that is too short or easy to read off the paper.
  public func make(_ actor: Actor, _ id: CaseID, word: String) async throws -> (Receipt, code: ReceiptCode) {
    let (now, root, code) = (office.clock.now(), office.root, ReceiptCode())
    let plain = ReceiptCode.plain(word)
    guard ReceiptRules.wordLength.contains(plain.count), TextRules.isPlain(word), Set(plain).count > 2 else {
      throw Refusal.fields([FieldProblem("word", "error.receipt_word")])
    }
    let receipt = ReceiptID.random()
    return try await office.database.write { transaction in
      // At any time, as withdrawing: a closed case is still the person's.
      let summary = try cases.own(id, for: .withdrawConsent, actor, transaction)
      try ReceiptRecords.end(of: id, at: now, transaction)
      let made = Receipt(
        id: receipt, caseID: id, agency: summary.agency, madeBy: actor.member, madeAt: now,
        expiresAt: now + .days(ReceiptRules.days), wrongWords: 0)
      try ReceiptRecords.insert(
        made, tag: code.tag(root), verifier: code.verifier(word: word, root), transaction)
      try transaction.record(cases.entry(actor, "receipt.make", id, at: now))
      return (made, code)
    }
  }

  /// The newest receipt of a case, the case it is of, and the language in which the person was last told what they
  /// consent to; `nil` when nobody has asked them yet.
  public func receipt(_ actor: Actor, _ id: CaseID) async throws -> (CaseSummary, Receipt?, spoken: Language?) {
    try await office.database.read { transaction in
      (
        try cases.own(id, for: .withdrawConsent, actor, transaction),
        try ReceiptRecords.newest(of: id, transaction),
        try ConsentRecords.consents(of: id, transaction).lazy.compactMap(\.language).first
      )
    }
  }

  /// Takes the receipt back: it works no more, and who is looking by it sees nothing more.
  public func end(_ actor: Actor, _ id: CaseID) async throws {
    let now = office.clock.now()
    try await office.database.write { transaction in
      _ = try cases.own(id, for: .withdrawConsent, actor, transaction)
      try ReceiptRecords.end(of: id, at: now, transaction)
      try transaction.record(cases.entry(actor, "receipt.end", id, at: now))
    }
  }

  // MARK: Looking

  /// Begins a look by code and word.
  ///
  /// - Parameter client: the place it comes from, for slowing down who guesses.
  ///
  /// Throws `Refusal`: `.tooMany`, or `.invalid`, the same for a code that never was, one that works no more and a wrong
  /// word.
  public func enter(code typed: String, word: String, client: String) async throws -> Token {
    if try await clients.isPausing(client) { throw Refusal(.tooMany, Phrase("error.receipt_wait")) }
    let (now, root, token) = (office.clock.now(), office.root, Token())
    let isIn = try await {
      guard let code = ReceiptCode(typed) else { return false }
      let verifier = code.verifier(word: word, root)
      return try await office.database.write { transaction in
        guard let (receipt, known) = try ReceiptRecords.receipt(tag: code.tag(root), transaction),
          receipt.works(at: now)
        else {
          try transaction.record(visit("receipt.refuse", nil, at: now, .denied))
          return false
        }
        guard equalInConstantTime(verifier, known) else {
          let wrong = receipt.wrongWords + 1
          try ReceiptRecords.setWrongWords(receipt.id, wrong, transaction)
          if wrong >= ReceiptRules.mostWrongWords {
            try ReceiptRecords.end(of: receipt.caseID, at: now, transaction)
          }
          try transaction.record(visit("receipt.refuse", receipt.caseID, at: now, .denied))
          return false
        }
        try ReceiptRecords.setWrongWords(receipt.id, 0, transaction)
        try ReceiptRecords.insertSession(
          token.hash, receipt.id, until: now + .minutes(ReceiptRules.sessionMinutes), at: now, transaction)
        try transaction.record(visit("receipt.enter", receipt.caseID, at: now))
        return true
      }
    }()
    guard isIn else {
      try await clients.count(client)
      throw Refusal(.invalid, Phrase("error.receipt_unknown"))
    }
    return token
  }

  /// What is held, for whoever looks. `nil` when the look is over.
  public func record(_ look: Token) async throws -> OwnRecord? {
    let now = office.clock.now()
    return try await office.database.read { transaction in
      guard let receipt = try ReceiptRecords.receipt(session: look.hash, at: now, transaction),
        let summary = try CaseRecords.summary(receipt.caseID, transaction)
      else { return nil }
      return try ownRecord(summary, receipt, at: now, transaction)
    }
  }

  /// The same for the case worker, to be printed and handed over.
  public func record(_ actor: Actor, _ id: CaseID) async throws -> OwnRecord {
    let now = office.clock.now()
    let record = try await office.database.read { transaction in
      let summary = try cases.own(id, for: .withdrawConsent, actor, transaction)
      return try ownRecord(summary, try ReceiptRecords.newest(of: id, transaction), at: now, transaction)
    }
    let entry = cases.entry(actor, "receipt.print", id, at: now)
    try await office.database.write { try $0.record(entry) }
    return record
  }

  /// Ends a look. Ending it again changes nothing.
  public func leave(_ look: Token) async throws {
    let now = office.clock.now()
    try await office.database.write { transaction in
      guard try ReceiptRecords.deleteSession(look.hash, transaction) else { return }
      try transaction.record(visit("receipt.leave", nil, at: now))
    }
  }

  // MARK: Asking and taking back

  /// Asks for something; it becomes a task of whoever gave the receipt.
  ///
  /// - Parameter request: chosen by the form, so that a second click asks nothing more.
  public func ask(_ look: Token, id request: DataRequestID, _ kind: DataRequest.Kind, words: String) async throws {
    let now = office.clock.now()
    guard words.unicodeScalars.count <= ReceiptRules.requestLength, TextRules.isPlain(words) else {
      throw Refusal.fields([
        FieldProblem("words", Phrase("error.text_too_long", ["limit": String(ReceiptRules.requestLength)]))
      ])
    }
    if kind == .correct, !words.contains(where: \.isLetter) {
      throw Refusal.fields([FieldProblem("words", "error.missing")])
    }
    try await office.database.write { transaction in
      let receipt = try here(look, at: now, transaction)
      if let before = try DataRequestRecords.request(request, agency: receipt.agency, transaction) {
        guard before.request.caseID == receipt.caseID else { throw Refusal.conflict }
        return
      }
      guard try DataRequestRecords.openByPaper(of: receipt.caseID, transaction) < ReceiptRules.mostOpenRequests else {
        throw Refusal(.tooMany, Phrase("error.receipt_many_requests"))
      }
      try add(request, kind, receipt, words: words, at: now, transaction)
      try transaction.record(visit("receipt.ask", receipt.caseID, at: now))
    }
  }

  /// What a withdrawal would take away, to be shown before.
  public func effectOfWithdrawal(_ look: Token, _ consent: ConsentID) async throws -> (
    Consent, ConsentEffect, agency: String
  ) {
    let now = office.clock.now()
    return try await office.database.read { transaction in
      let (found, all) = try mine(consent, try here(look, at: now, transaction), transaction)
      let name = try AgencyDesk.agency(found.recipient, transaction)?.name ?? ""
      return (found, cases.effect(ofEnding: found, among: all, at: now), name)
    }
  }

  /// Takes a consent back, now: what rests on it ends in the same transaction. Waiting for a case worker would leave
  /// content with an agency that the person may fear; what is ended by mistake can be given again. The case worker gets
  /// a task, to talk with the person.
  ///
  /// Other legal bases are no decision of the person's: for those `ask` to restrict.
  public func withdraw(_ look: Token, _ consent: ConsentID, id request: DataRequestID) async throws {
    let now = office.clock.now()
    try await office.database.write { transaction in
      let receipt = try here(look, at: now, transaction)
      let (found, _) = try mine(consent, receipt, transaction)
      guard found.basis == .consent else { throw Refusal(.conflict, Phrase("error.receipt_not_consent")) }
      guard try ConsentRecords.withdraw(consent, at: now, transaction) else { return }
      try CaseAccess.end(found.caseID, on: consent, transaction)
      try cases.whenConsentEnds(consent, found.caseID, .visitor, now, transaction)
      try add(request, .withdraw, receipt, words: "", at: now, transaction)
      try transaction.record(
        AuditEntry(
          at: now, doer: .visitor, action: "receipt.withdraw", objectKind: "case",
          objectID: found.caseID.description, purpose: found.purpose, consent: consent))
    }
  }

  // MARK: Parts

  private func here(_ look: Token, at now: Moment, _ transaction: any ReadTransaction) throws -> Receipt {
    guard let receipt = try ReceiptRecords.receipt(session: look.hash, at: now, transaction) else {
      throw Refusal(.notSignedIn, Phrase("error.receipt_over"))
    }
    return receipt
  }

  private func mine(_ consent: ConsentID, _ receipt: Receipt, _ transaction: any ReadTransaction) throws -> (
    Consent, [Consent]
  ) {
    let all = try ConsentRecords.consents(of: receipt.caseID, transaction)
    guard let found = all.first(where: { $0.id == consent }) else { throw Refusal.notFound }
    return (found, all)
  }

  private func add(
    _ id: DataRequestID, _ kind: DataRequest.Kind, _ receipt: Receipt, words: String, at now: Moment,
    _ transaction: any WriteTransaction
  ) throws {
    var (sealed, epoch): ([UInt8]?, Int?) = (nil, nil)
    if !words.isEmpty {
      guard let key = try AgencyDesk.publicKey(of: receipt.agency, .casework, transaction) else {
        throw Refusal.notFound
      }
      sealed = try DropBox.Sealer(to: key.publicKey).seal(Array(words.utf8), at: Self.place(id, receipt.agency))
      epoch = key.epoch
    }
    let today = cases.day(now)
    try DataRequestRecords.insert(
      DataRequest(
        id: id, caseID: receipt.caseID, kind: kind, askedOn: today,
        due: cases.pack.dataProtection.requests.due(from: today, holidays: cases.pack.identification.holidays),
        recordedBy: receipt.madeBy, isByPaper: true),
      agency: receipt.agency, words: sealed, epoch: epoch, at: now, transaction)
  }

  /// Where the words stand that a person wrote with their paper.
  static func place(_ id: DataRequestID, _ agency: AgencyID) -> FieldAddress {
    FieldAddress(
      tenant: agency.description, table: "data_requests", column: "words", row: id.description, revision: 1)
  }

  private func visit(_ action: String, _ id: CaseID?, at now: Moment, _ decision: AuditEntry.Decision = .allowed)
    -> AuditEntry
  {
    AuditEntry(
      at: now, doer: .visitor, action: action, objectKind: "case", objectID: id?.description ?? "", decision: decision)
  }

  private func ownRecord(
    _ summary: CaseSummary, _ receipt: Receipt?, at now: Moment, _ transaction: any ReadTransaction
  ) throws -> OwnRecord {
    let (held, files) = try ReceiptRecords.held(summary, transaction)
    var reads: [ConsentID: [Moment]] = [:]
    var own: [Moment] = []
    let looks: Set = ["case.read", "protection.read", "attachment.read", "case.export"]
    for numbered in try AuditLog.entries(transaction, objectKind: "case", objectID: summary.id.description) {
      guard case .member(_, let agency, _) = numbered.entry.doer, looks.contains(numbered.entry.action) else {
        continue
      }
      if agency == summary.agency {
        own.append(numbered.entry.at)
      } else if let consent = numbered.entry.consent {
        reads[consent, default: []].append(numbered.entry.at)
      }
    }
    for read in try referralReads(summary.id, transaction) { reads[read.consent, default: []].append(read.at) }
    let shares = try ConsentRecords.consents(of: summary.id, transaction).map { consent in
      OwnRecord.Share(
        id: consent.id, recipient: try AgencyDesk.agency(consent.recipient, transaction)?.name ?? "",
        basis: consent.basis, purpose: consent.purpose, kinds: consent.kinds, givenAt: consent.givenAt,
        until: consent.until.map { cases.day($0 - Span(milliseconds: 1)) }, state: consent.state(at: now),
        withdrawnAt: consent.withdrawnAt,
        opened: (reads[consent.id] ?? []).sorted { $0.milliseconds > $1.milliseconds })
    }
    return OwnRecord(
      code: summary.code, agency: try AgencyDesk.agency(summary.agency, transaction)?.name ?? "",
      status: summary.status, openedOn: cases.day(summary.openedAt), held: held.sorted(), files: files, shares: shares,
      ownReads: own.count, lastOwnRead: own.last,
      requests: try DataRequestRecords.requests(of: summary.id, transaction).map(\.request).filter(\.isByPaper),
      expiresAt: receipt?.works(at: now) == true ? receipt?.expiresAt : nil)
  }
}
