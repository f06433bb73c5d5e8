import Accounts
import Basics
import Records
import Vault

extension CaseDesk {
  /// How many days ahead a consent's end is a task.
  public static let consentWarningDays = 14
  /// How many tasks a calendar holds at most.
  static let calendarLimit = 500

  /// What is due in the agency's open cases, the nearest first. Needs no key and leaves no entry: it names nobody.
  public func tasks(_ actor: Actor, _ filter: TaskFilter = TaskFilter(), after cursor: TaskCursor? = nil) async throws
    -> TaskPage
  {
    let opener = try opener(actor)
    return try await office.database.read { transaction in
      let tasks = try TaskRecords.page(
        actor.agency, opener: opener, filter, after: cursor, limit: Self.pageSize + 1, transaction)
      let page = Array(tasks.prefix(Self.pageSize))
      return TaskPage(tasks: page, next: tasks.count > Self.pageSize ? page.last.map(TaskCursor.init) : nil)
    }
  }

  /// The consents that end within two weeks, the nearest first, one page of them.
  public func endingConsents(_ actor: Actor, of member: MemberID? = nil) async throws -> [CaseTask] {
    let opener = try opener(actor)
    let now = office.clock.now()
    return try await office.database.read { transaction in
      try TaskRecords.endingConsents(
        actor.agency, opener: opener, member: member, after: now, until: now + .days(Self.consentWarningDays),
        limit: Self.pageSize, day: lastDay, transaction)
    }
  }

  /// The last day on which what ends at a moment holds.
  private func lastDay(_ until: Moment) -> CalendarDay { day(until - Span(milliseconds: 1)) }

  // MARK: Calendar

  private func link(_ member: MemberID, _ serial: Int) -> Token {
    office.root.token("case-calendar", [Array(member.description.utf8), Array(String(serial).utf8)])
  }

  /// The actor's own calendar link; `nil` when there is none.
  public func calendarLink(_ actor: Actor) async throws -> Token? {
    _ = try opener(actor)
    return try await office.database.read { transaction in
      try TaskRecords.calendar(of: actor.member, transaction).flatMap { $0.isOn ? link(actor.member, $0.serial) : nil }
    }
  }

  /// Makes the actor's calendar link, or a new one: the one before stops working.
  public func renewCalendar(_ actor: Actor) async throws {
    try await setCalendar(actor, "case_calendar.renew", on: true)
  }

  /// Ends the actor's calendar link.
  public func stopCalendar(_ actor: Actor) async throws {
    try await setCalendar(actor, "case_calendar.stop", on: false)
  }

  private func setCalendar(_ actor: Actor, _ action: String, on: Bool) async throws {
    _ = try opener(actor)
    let now = office.clock.now()
    try await office.database.write { transaction in
      let serial = (try TaskRecords.calendar(of: actor.member, transaction)?.serial ?? 0) + 1
      try TaskRecords.setCalendar(
        actor.member, serial: serial, linkHash: on ? link(actor.member, serial).hash : nil, transaction)
      try transaction.record(
        AuditEntry(
          at: now, doer: actor.doer, action: action, objectKind: "member", objectID: actor.member.description))
    }
  }

  /// What is due for whoever a calendar link was made for: case codes, kinds and days, nothing that names a person.
  ///
  /// Throws `Refusal.notFound` for a link that was never made or is no more, or whose owner left or works with cases
  /// no longer.
  public func calendar(_ link: Token) async throws -> [CaseTask] {
    let now = office.clock.now()
    let root = office.root
    return try await office.database.read { transaction in
      guard let owner = try TaskRecords.calendarOwner(link.hash, transaction) else { throw Refusal.notFound }
      let reads = try Colleagues.who(may: .readCase, in: owner.agency, root, transaction)[owner.member] != nil
      guard try reads || Colleagues.who(may: .openCase, in: owner.agency, root, transaction)[owner.member] != nil else {
        throw Refusal.notFound
      }
      // Officers have no tasks of their own: theirs are those of the cases they opened.
      let (opener, member) = reads ? (nil, owner.member) : (owner.member, nil)
      let tasks = try TaskRecords.page(
        owner.agency, opener: opener, TaskFilter(member: member, until: day(now).adding(days: 366)), after: nil,
        limit: Self.calendarLimit, transaction)
      return try tasks
        + TaskRecords.endingConsents(
          owner.agency, opener: opener, member: member, after: now, until: now + .days(366),
          limit: Self.calendarLimit, day: lastDay, transaction)
    }
  }
}
