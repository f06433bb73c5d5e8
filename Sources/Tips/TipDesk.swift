import Accounts
import Basics
import CountryPack
import Records
import Synchronization
import Vault

/// Messages from the public to an agency: the way in and back for whoever writes (`TipSender`), the agency's desk
/// (`TipInbox`), who receives (`TipReceiving`), and how they end (`TipErasing`).
///
/// The content has a key of its own. It lies there twice: in the agency's drop box, and sealed under the code that whoever
/// wrote keeps. Both lie in boxes under the message's erasure key, so that destroying that erases every copy.
public struct TipDesk: Sendable {
  let office: Office
  let pack: CountryPack
  let arrivals = TipGate(.arrivals)
  let looks = TipGate(.looks)
  private let known = KnownReceivers()

  public init(_ office: Office, _ pack: CountryPack) {
    self.office = office
    self.pack = pack
  }

  // MARK: Who receives

  /// The agencies that receive messages, by name: what whoever writes chooses from. While the store can't be read, those
  /// of before: a form must not vanish with what was typed in it.
  public func receivers() async throws -> [TipReceiver] {
    do {
      let all = try await storedReceivers()
      known.keep(all)
      return all
    } catch DatabaseFailure.unavailable {
      guard let before = known.all else { throw DatabaseFailure.unavailable }
      return before
    }
  }

  private func storedReceivers() async throws -> [TipReceiver] {
    try await office.database.read { transaction in
      try TipRecords.settings(transaction).filter(\.isOpen).compactMap { setting in
        guard try AgencyDesk.publicKey(of: setting.agency, .casework, transaction) != nil else { return nil }
        return try AgencyDesk.agency(setting.agency, transaction).map { TipReceiver($0, setting) }
      }.sorted { ($0.name, $0.agency) < ($1.name, $1.agency) }
    }
  }

  // MARK: Coming in

  /// What a form carries from when it is shown to when it is sent.
  /// - Parameter moment: when it was shown; now, unless it takes the place of one that was there before.
  public func ticket(at moment: Moment? = nil) -> TipTicket { TipTicket(at: moment ?? office.clock.now(), office.root) }

  /// A ticket for a form that is shown again with what was typed: the same while it is good, else one that needs no
  /// waiting.
  public func ticket(after text: String) -> TipTicket {
    let now = office.clock.now()
    if let ticket = TipTicket(text, office.root), ticket.age(at: now) != .over { return ticket }
    return ticket(at: now - TipTicket.quickest)
  }

  /// A message that came in.
  public struct Arrival: Sendable {
    public var id: TipID
    /// To come back with; the same however often the form is sent.
    public var code: TipCode
    public var agencyName: String
    public var answerDays: Int
    /// Whether it had arrived before. What was changed in the form since is not in it.
    public var isAgain: Bool
  }

  /// Takes a message in from anybody, without a sign-in: sealed to the agency before it is stored.
  ///
  /// - Parameters:
  ///   - ticket: as it stood in the form.
  ///   - client: where it comes from, for slowing down a flood. It is written nowhere.
  ///   - isSuspicious: whether a field was filled that nobody sees; the form asks to be sent once more then.
  ///
  /// Throws `Refusal`: `.invalid` with the wrong fields, or to send it once more; `.tooMany` in a flood or when the desk
  /// is full; `.conflict` when the agency stopped receiving.
  public func send(_ letter: TipLetter, ticket text: String, client: String, isSuspicious: Bool = false) async throws
    -> Arrival
  {
    let (office, now) = (office, office.clock.now())
    let problems = TipRules.problems(letter, pack)
    guard problems.isEmpty else { throw Refusal.fields(problems) }
    guard let ticket = TipTicket(text, office.root), ticket.age(at: now) == .good, !isSuspicious else {
      throw Refusal(.invalid, Phrase("error.tip_once_more"))
    }
    let code = TipCode(form: ticket.form, office.root)
    if let before = try await arrived(code) { return before }
    guard arrivals.admit(client, letter.agency, at: now) else { throw Refusal(.tooMany, Phrase("error.tip_flood")) }
    do {
      return try await take(letter, code, at: now)
    } catch {
      // A second tap while the first is on its way finds the place taken: by the same message.
      if let before = try? await arrived(code) { return before }
      throw error
    }
  }

  /// Stores a message that may come in.
  private func take(_ letter: TipLetter, _ code: TipCode, at now: Moment) async throws -> Arrival {
    guard let codeKey = code.key(office.root) else { throw Refusal.notFound }
    let (id, key) = (office.randomness.identifier(TipEntity.self), RecordKey.random())
    let day = day(now)
    return try await office.database.write { transaction in
      guard let setting = try TipRecords.setting(letter.agency, transaction), setting.isOpen,
        let agency = try AgencyDesk.agency(letter.agency, transaction),
        let (epoch, publicKey) = try AgencyDesk.publicKey(of: letter.agency, .casework, transaction)
      else { throw Refusal(.conflict, Phrase("error.tip_closed_desk")) }
      let waiting = try TipRecords.waiting(letter.agency, transaction)
      guard waiting.all < TipRules.mostWaiting else { throw Refusal(.tooMany, Phrase("error.tip_full")) }
      let tip = Tip(
        id: id, agency: letter.agency, province: letter.province, day: day, danger: letter.danger, state: .received,
        isUnread: true, passing: letter.passing, language: letter.language, hasContact: !letter.contact.isEmpty,
        revision: 1)
      let box = try TipBox(making: id, hasContact: tip.hasContact, transaction)
      let sealed = TipRecords.Sealed(
        epoch: epoch, agencyKey: try box.seal(key.dropped(to: publicKey, at: TipBox.agencyKey(id)), for: "agency"),
        codeKey: try box.seal(key.sealed(under: codeKey, at: TipBox.codeKey(id)), for: "code"),
        content: try key.sealValue(letter.content, at: TipBox.content(id)),
        contact: tip.hasContact
          ? try box.sealContact(key.sealValue(letter.contact, at: TipBox.contact(id))) : nil)
      try TipRecords.insert(tip, sealed, codeTag: code.tag(office.root), transaction)
      try Self.tell(tip, waitingBefore: waiting, at: now, transaction)
      try transaction.record(Self.entry("tip.arrive", id, at: now))
      return Arrival(
        id: id, code: code, agencyName: agency.name, answerDays: setting.answerDays, isAgain: false)
    }
  }

  /// The message that a form made before; `nil` when it made none, or one that was taken back.
  private func arrived(_ code: TipCode) async throws -> Arrival? {
    let tag = code.tag(office.root)
    return try await office.database.read { transaction in
      guard let (tip, _) = try TipRecords.tip(codeTag: tag, transaction) else { return nil }
      return Arrival(
        id: tip.id, code: code, agencyName: try AgencyDesk.agency(tip.agency, transaction)?.name ?? "",
        answerDays: try TipRecords.setting(tip.agency, transaction)?.answerDays ?? 0, isAgain: true)
    }
  }

  // MARK: Parts

  func day(_ now: Moment) -> CalendarDay { CalendarDay(now, offsetFromUTC: pack.offsetFromUTC) }

  /// Tells the desk that something lies there, with nothing of what. While something lies unread already, once an hour at
  /// most: a flood of messages makes no flood of notices.
  static func tell(
    _ tip: Tip, waitingBefore: (all: Int, danger: Int), at now: Moment, _ transaction: any WriteTransaction
  ) throws {
    let isUrgent = tip.danger == .yes
    let lies = isUrgent ? waitingBefore.danger : waitingBefore.all
    let hour = hour(of: now)
    let kind: NoticeKind = isUrgent ? .tipUrgent : .tipArrived
    let event =
      lies == 0 ? "\(tip.id)/\(tip.revision)" : "tips/\(tip.agency)/\(kind.rawValue)/\(hour.milliseconds)"
    try NoticeBoard.post(
      kind, about: .tip(tip.id), event: event, to: try Audience.who(may: .answerTips, in: tip.agency, transaction),
      at: hour, transaction)
  }

  /// The whole hour: entries and notices about whoever wrote say no more.
  static func hour(of now: Moment) -> Moment {
    Moment(milliseconds: TipFlood.hour(now, minutes: 60) * 3_600_000)
  }

  /// An entry of what whoever wrote did.
  static func entry(_ action: String, _ id: TipID, at now: Moment) -> AuditEntry {
    AuditEntry(at: hour(of: now), doer: .visitor, action: action, objectKind: "tip", objectID: id.description)
  }

  static func entry(_ action: String, _ id: TipID, by actor: Actor, at now: Moment) -> AuditEntry {
    AuditEntry(at: now, doer: actor.doer, action: action, objectKind: "tip", objectID: id.description)
  }

  /// A message opened with its key.
  static func thread(_ tip: Tip, _ sealed: TipRecords.Sealed, _ key: RecordKey, _ transaction: any ReadTransaction)
    throws -> TipThread
  {
    var names: [AgencyID: String] = [:]
    func name(_ agency: AgencyID) throws -> String {
      if let known = names[agency] { return known }
      let found = try AgencyDesk.agency(agency, transaction)?.name ?? ""
      names[agency] = found
      return found
    }
    let setting = try TipRecords.setting(tip.agency, transaction)
    var contact = TipContact()
    if let blob = sealed.contact, let box = try TipBox.openContact(blob, of: tip.id, transaction) {
      contact = try key.openValue(TipContact.self, box, at: TipBox.contact(tip.id))
    }
    return TipThread(
      tip: tip, agencyName: try name(tip.agency), answerDays: setting?.isOpen == true ? setting?.answerDays : nil,
      content: try key.openValue(TipContent.self, sealed.content, at: TipBox.content(tip.id)), contact: contact,
      messages: try TipRecords.pieces(tip.id, transaction).map { piece in
        TipMessage(
          id: piece.id, kind: piece.kind, agency: piece.agency, agencyName: try name(piece.agency), day: piece.day,
          words: try piece.sealed.map { blob in
            String(decoding: try key.open(blob, at: TipBox.words(piece.id)), as: UTF8.self)
          } ?? "")
      })
  }

  /// Adds a piece of the conversation, sealed. Answers false when it is there already.
  static func add(
    _ kind: TipMessage.Kind, _ words: String?, id: TipMessageID, to tip: Tip, _ key: RecordKey?, on day: CalendarDay,
    _ transaction: any WriteTransaction
  ) throws -> Bool {
    if let owner = try TipRecords.owner(of: id, transaction) {
      guard owner == tip.id else { throw Refusal.conflict }
      return false
    }
    let before = try TipRecords.pieces(tip.id, transaction)
    guard before.count < TipRules.mostMessages else { throw Refusal(.tooMany, Phrase("error.tip_long")) }
    if kind == .addition, before.count >= TipRules.mostAdditions,
      before.suffix(TipRules.mostAdditions).allSatisfy({ $0.kind == .addition })
    {
      throw Refusal(.tooMany, Phrase("error.tip_long"))
    }
    let sealed = try words.flatMap { words in try key?.seal(Array(words.utf8), at: TipBox.words(id)) }
    try TipRecords.insert(
      .init(id: id, kind: kind, agency: tip.agency, day: day, sealed: sealed), number: before.count + 1, of: tip.id,
      transaction)
    return true
  }
}

/// Who received messages when it was last read.
private final class KnownReceivers: Sendable {
  private let held = Mutex<[TipReceiver]?>(nil)
  var all: [TipReceiver]? { held.withLock { $0 } }
  func keep(_ all: [TipReceiver]) { held.withLock { $0 = all } }
}

extension TipReceiver {
  init(_ agency: Agency, _ setting: TipRecords.Setting?) {
    self.init(agency: agency.id, name: agency.name, kind: agency.kind)
    guard let setting else { return }
    (isOpen, provinces, answerDays, revision) = (
      setting.isOpen, setting.provinces, setting.answerDays, setting.revision
    )
  }
}
