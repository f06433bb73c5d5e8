import Basics
import Records

/// A member's own inbox and how the member wants to be told; for who keeps the installation, how mail stands.
///
///     let page = try await NoticeDesk(office, offsetFromUTC: pack.offsetFromUTC).inbox(actor)
public struct NoticeDesk: Sendable {
  public static let pageSize = 50

  private let office: Office
  private let offset: Span

  /// - Parameter offsetFromUTC: what the members' clocks show beyond UTC.
  public init(_ office: Office, offsetFromUTC: Span) {
    self.office = office
    offset = offsetFromUTC
  }

  // MARK: The inbox

  public struct Page: Hashable, Sendable {
    /// Newest first.
    public var notices: [Notice]
    public var unread: Int
    public var total: Int
  }

  public func inbox(_ actor: Actor, offset: Int = 0, limit: Int = pageSize) async throws -> Page {
    let member = actor.member
    return try await office.database.read { transaction in
      Page(
        notices: try NoticeRecords.list(member, limit: limit, offset: max(0, offset), transaction),
        unread: try NoticeRecords.unread(member, transaction), total: try NoticeRecords.count(member, transaction))
    }
  }

  /// How many are unread, for every page's frame.
  public func unread(_ actor: Actor) async throws -> Int {
    let member = actor.member
    return try await office.database.read { try NoticeRecords.unread(member, $0) }
  }

  /// Marks one as read and answers what it is about. Doing it again changes nothing.
  ///
  /// Throws `Refusal.notFound` for one that is not the actor's.
  public func open(_ actor: Actor, _ id: NoticeID) async throws -> NoticeSubject {
    let (now, member) = (office.clock.now(), actor.member)
    return try await office.database.keepBooks { transaction in
      guard let notice = try NoticeRecords.notice(id, of: member, transaction) else { throw Refusal.notFound }
      if notice.isUnread { try NoticeRecords.setRead(id, of: member, at: now, transaction) }
      return notice.about
    }
  }

  /// Marks as read what came up to a moment: what came after the page was shown stays unread.
  public func readAll(_ actor: Actor, upTo moment: Moment) async throws {
    let (now, member) = (office.clock.now(), actor.member)
    try await office.database.keepBooks {
      try NoticeRecords.setAllRead(of: member, upTo: min(moment, now), at: now, $0)
    }
  }

  // MARK: Choices

  public func choices(_ actor: Actor) async throws -> NoticeChoices {
    let member = actor.member
    let stored = try await office.database.read { try NoticeRecords.choices([member], $0)[member] }
    return stored ?? NoticeChoices(offsetFromUTC: offset)
  }

  /// Stores what the member chose. What is unread and has not been mailed follows the new choice at once.
  ///
  /// - Parameter choices: with the revision that the page showed.
  ///
  /// Throws `Refusal.conflict` when it was changed meanwhile.
  public func choose(_ actor: Actor, _ choices: NoticeChoices) async throws {
    let (now, member) = (office.clock.now(), actor.member)
    var chosen = choices
    chosen.offsetFromUTC = offset
    let kept = chosen
    try await office.database.write { transaction in
      guard try NoticeRecords.store(kept, of: member, from: choices.revision, transaction) else {
        throw Refusal.conflict
      }
      let isReachable = try !MailAddressRecords.reachable([member], transaction).isEmpty
      for notice in try NoticeRecords.unmailed(of: member, since: now - .days(30), transaction) {
        let due = isReachable ? NoticeRules.mailAt(notice.kind, happened: notice.at, kept) : nil
        try NoticeRecords.setMail(notice.id, at: due, isSilent: kept.way(notice.kind) == .silent, transaction)
      }
      let next = try NoticeRecords.nextMail(of: member, transaction)
      try OutboxRecords.replan(member, at: next, now: now, transaction)
      try transaction.record(
        AuditEntry(
          at: now, doer: actor.doer, action: "member.notices_choose", objectKind: "member",
          objectID: member.description))
    }
  }

  // MARK: Live

  /// How one member's inbox stands, for a page that is open.
  public struct Standing: Hashable, Sendable {
    public var unread: Int
    /// When the newest unread one came.
    public var newest: Moment?
    /// Whether the browser may show that it came.
    public var shows: Bool

    public init(unread: Int, newest: Moment?, shows: Bool) {
      self.unread = unread
      self.newest = newest
      self.shows = shows
    }
  }

  /// How things stand for all who watch, in one look at the store.
  ///
  /// - Parameter watchers: sign-ins (`Actor.session`) and whose they are.
  /// - Returns: nothing for a sign-in that has ended.
  public func standings(_ watchers: [(session: [UInt8], member: MemberID)]) async throws -> [[UInt8]: Standing] {
    let now = office.clock.now()
    return try await office.database.read { transaction in
      var found: [[UInt8]: Standing] = [:]
      var rest = watchers[...]
      while !rest.isEmpty {
        let some = rest.prefix(200)
        rest = rest.dropFirst(200)
        let living = try SessionRecords.living(some.map(\.session), at: now, transaction)
        let members = Array(Set(some.filter { living.contains($0.session) }.map(\.member))).sorted()
        let unread = try NoticeRecords.standings(members, transaction)
        let choices = try NoticeRecords.choices(members, transaction)
        for watcher in some where living.contains(watcher.session) {
          let state = unread[watcher.member]
          found[watcher.session] = Standing(
            unread: state?.0 ?? 0, newest: state?.1,
            shows: choices[watcher.member].map { NoticeRules.showsInBrowser(at: now, $0) } ?? false)
        }
      }
      return found
    }
  }

  // MARK: How mail stands

  /// Numbers, and no address. Throws `Refusal.forbidden` for who does not keep the installation running.
  public func mail(_ actor: Actor) async throws -> OutboxOverview {
    try actor.require(.manageInstallation)
    let now = office.clock.now()
    let today = Moment(CalendarDay(now, offsetFromUTC: offset), .midnight, offsetFromUTC: offset)
    return try await office.database.read { try OutboxRecords.overview(at: now, today: today, $0) }
  }

  /// Tries everything that failed now, after a mail server was repaired.
  /// - Returns: how many.
  @discardableResult
  public func retryMail(_ actor: Actor) async throws -> Int {
    try actor.require(.manageInstallation)
    let now = office.clock.now()
    return try await office.database.write { transaction in
      try transaction.record(
        AuditEntry(at: now, doer: actor.doer, action: "mail.retry", objectKind: "installation", objectID: ""))
      return try OutboxRecords.retryAll(at: now, transaction)
    }
  }
}
