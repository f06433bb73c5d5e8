import Accounts
import Basics
import CountryPack
import Records

/// The one way to campaigns and events: planned, told, counted, published.
///
/// Campaigns are about institutions and audiences and never about persons: every member reads them, and reading is no audit
/// entry. Every write asks for `keepCampaigns`, is judged by `CampaignCheck`, and can be sent twice without doing anything
/// twice. The public comes in by `published`, `publishedFile` and `destination`, which know no actor and count nobody.
public struct CampaignDesk: Sendable {
  let office: Office
  let pack: CountryPack
  let checkFile: MaterialCheck

  /// - Parameter checkFile: judges files of materials; no file is kept that did not pass it.
  public init(_ office: Office, _ pack: CountryPack, checkFile: @escaping MaterialCheck) {
    self.office = office
    self.pack = pack
    self.checkFile = checkFile
  }

  var today: CalendarDay { CalendarDay(office.clock.now(), offsetFromUTC: pack.offsetFromUTC) }

  // MARK: Reading

  /// Everything, in one state of the store.
  public func look(_ actor: Actor) async throws -> CampaignLook { try await look() }

  /// What the public may see.
  public func published() async throws -> CampaignLook { try await look().published(on: today) }

  private func look() async throws -> CampaignLook {
    let pack = pack
    return try await office.database.read { transaction in
      CampaignLook(
        campaigns: try CampaignRecords.campaigns(transaction),
        messages: try CampaignRecords.messages(transaction).mapValues { $0.filter { !$0.words.isEmpty } },
        events: try CampaignRecords.events(transaction), reach: try CampaignRecords.reach(transaction),
        money: try CampaignRecords.money(transaction), materials: try CampaignRecords.materials(transaction),
        office: try CampaignRecords.office(transaction),
        institutions: try NationalPlanDesk.book(pack, transaction))
    }
  }

  /// A campaign's message as it stands, the empty one of a language that was written and taken back too.
  public func message(_ actor: Actor, _ id: CampaignID, _ language: String) async throws -> CampaignMessage {
    try await office.database.read { transaction in
      try CampaignRecords.messages(transaction)[id]?.first { $0.language == language }
        ?? CampaignMessage(language: language, words: "")
    }
  }

  // MARK: Campaigns

  /// Adds a campaign (revision 0) or changes the one that was seen, all but where it stands. Sending the same again changes
  /// nothing.
  ///
  /// Throws `Refusal`: `.conflict` when it was changed meanwhile or its code is taken; `.invalid` with what
  /// `CampaignCheck` finds.
  public func put(_ actor: Actor, _ campaign: Campaign) async throws {
    let pack = pack
    try await write(actor, "campaign.put", "campaign", campaign.id.description) { transaction in
      let all = try CampaignRecords.campaigns(transaction)
      var wanted = campaign
      let there = all.first { $0.id == campaign.id }
      if let there {
        (wanted.state, wanted.doneOn, wanted.result) = (there.state, there.doneOn, there.result)
        wanted.code = there.code
        if Self.bare(wanted) == Self.bare(there) { return false }
      } else {
        (wanted.state, wanted.doneOn, wanted.result) = (.planned, nil, "")
      }
      if all.contains(where: { $0.code == wanted.code && $0.id != wanted.id }) {
        throw Refusal.fields([FieldProblem("code", "error.campaign_code_taken")])
      }
      guard PlanCode.isOne(wanted.code) else { throw Refusal.fields([FieldProblem("code", "error.plan_code")]) }
      let book = try NationalPlanDesk.book(pack, transaction)
      let check = CampaignCheck(pack, institutions: Set(book.institutions.keys))
      var findings: [CampaignFinding] = []
      var days: (CalendarDay, CalendarDay)?
      if let link = wanted.link {
        switch try Self.part(link, transaction) {
        case .activity(let from, let until): days = (from, until)
        case .objective: break
        case nil: findings.append(.init(.unknownPart, link.part))
        }
      }
      findings += check.findings(wanted, within: days)
      try Self.refuse(findings)
      guard try CampaignRecords.put(wanted, transaction) else { throw Self.meanwhile }
      return true
    }
  }

  /// Says where a campaign stands and what came of it.
  ///
  /// Throws `Refusal`: `.notFound`, `.conflict`; `.invalid` for what is done without a day, or a day to come.
  public func report(
    _ actor: Actor, _ id: CampaignID, _ state: ActivityState, doneOn: CalendarDay?, result: String, seen revision: Int
  ) async throws {
    let today = today
    try await write(actor, "campaign.report", "campaign", id.description) { transaction in
      guard var one = try CampaignRecords.campaigns(transaction).first(where: { $0.id == id }) else {
        throw Refusal.notFound
      }
      if (one.state, one.doneOn, one.result) == (state, doneOn, result) { return false }
      guard (state == .done) == (doneOn != nil), doneOn.map({ $0 <= today && $0 >= one.from }) != false else {
        throw Refusal.fields([FieldProblem("done_on", "error.campaign_done_on")])
      }
      (one.state, one.doneOn, one.result, one.revision) = (state, doneOn, result, revision)
      guard revision > 0, try CampaignRecords.put(one, transaction) else { throw Self.meanwhile }
      return true
    }
  }

  /// Writes what a campaign says in a language; empty words take it back.
  ///
  /// Throws `Refusal`: `.notFound`, `.conflict`, `.invalid` for a language that the pack does not list.
  public func put(_ actor: Actor, _ message: CampaignMessage, of id: CampaignID) async throws {
    let check = CampaignCheck(pack)
    try await write(actor, "campaign.message", "campaign", id.description) { transaction in
      guard try CampaignRecords.campaigns(transaction).contains(where: { $0.id == id }) else { throw Refusal.notFound }
      let there = try CampaignRecords.messages(transaction)[id]?.first { $0.language == message.language }
      if there?.words ?? "" == message.words { return false }
      try Self.refuse(check.findings(message))
      guard try CampaignRecords.put(message, of: id, transaction) else { throw Self.meanwhile }
      return true
    }
  }

  // MARK: Events

  /// Adds an event (revision 0) or changes the one that was seen.
  ///
  /// Throws `Refusal`: `.notFound` for a campaign that is not there, `.conflict`, `.invalid`.
  public func put(_ actor: Actor, _ event: CampaignEvent) async throws {
    let (pack, today) = (pack, today)
    try await write(actor, "campaign.event", "campaign_event", event.id.description) { transaction in
      let there = try CampaignRecords.events(transaction).first { $0.id == event.id }
      if let there, Self.bare(there) == Self.bare(event) { return false }
      var campaign: Campaign?
      if let id = event.campaign {
        campaign = try CampaignRecords.campaigns(transaction).first { $0.id == id }
        if campaign == nil { throw Refusal.notFound }
      }
      let book = try NationalPlanDesk.book(pack, transaction)
      let check = CampaignCheck(pack, institutions: Set(book.institutions.keys))
      let reach = try CampaignRecords.reach(transaction).filter { $0.subject == .event(event.id) }
      try Self.refuse(check.findings(event, of: campaign, counted: reach, today: today))
      guard try CampaignRecords.put(event, transaction) else { throw Self.meanwhile }
      return true
    }
  }

  // MARK: Counts and amounts

  /// Adds how far something went. Sending the same again changes nothing.
  ///
  /// Throws `Refusal`: `.notFound` for a campaign or event that is not there, `.invalid`.
  public func add(_ actor: Actor, _ reach: Reach) async throws {
    let (check, today) = (CampaignCheck(pack), today)
    try await write(actor, "campaign.reach", "campaign_entry", reach.id.description) { transaction in
      let (audiences, begin, isHeld) = try Self.subject(reach.subject, transaction)
      if reach.unit == .people, !isHeld { throw Refusal.fields([FieldProblem("number", "error.campaign_not_held")]) }
      var reach = reach
      // With one audience there is nothing to tell apart.
      if reach.audience.isEmpty, audiences.count == 1 { reach.audience = audiences[0] }
      try Self.refuse(check.findings(reach, among: audiences, since: begin, today: today))
      guard reach.number <= Reach.most else { throw Refusal.fields([FieldProblem("number", "error.campaign_number")]) }
      return try CampaignRecords.insert(reach, transaction)
    }
  }

  /// Adds an amount that was budgeted or spent.
  public func add(_ actor: Actor, _ money: CampaignMoney) async throws {
    let check = CampaignCheck(pack)
    try await write(actor, "campaign.money", "campaign_entry", money.id.description) { transaction in
      _ = try Self.subject(money.subject, transaction)
      try Self.refuse(check.findings(money.money))
      return try CampaignRecords.insert(money, transaction)
    }
  }

  /// Takes a count or an amount that was entered by mistake out of every sum. It stays to be seen, struck.
  ///
  /// Throws `Refusal.notFound`.
  public func strike(_ actor: Actor, _ id: CampaignEntryID) async throws {
    try await write(actor, "campaign.strike", "campaign_entry", id.description) { transaction in
      let isThere =
        try CampaignRecords.reach(transaction).contains { $0.id == id }
        || CampaignRecords.money(transaction).contains { $0.id == id }
      guard isThere else { throw Refusal.notFound }
      return try CampaignRecords.strike(id, transaction)
    }
  }

  // MARK: One write

  /// - Parameter body: answers whether anything changed; then, and only then, it is an entry of the audit log.
  func write(
    _ actor: Actor, _ action: String, _ kind: String, _ id: String,
    _ body: @escaping @Sendable (any WriteTransaction) throws -> Bool
  ) async throws {
    try actor.require(.keepCampaigns)
    let now = office.clock.now()
    try await office.database.write { transaction in
      guard try body(transaction) else { return }
      try transaction.record(AuditEntry(at: now, doer: actor.doer, action: action, objectKind: kind, objectID: id))
    }
  }

  static let meanwhile = Refusal(.conflict, Phrase("error.edited_meanwhile"))

  static func refuse(_ findings: [CampaignFinding]) throws {
    let problems = findings.filter(\.problem.isError).map { finding in
      FieldProblem(finding.problem.field, Phrase("error.campaign_\(finding.problem.rawValue)", ["item": finding.item]))
    }
    if !problems.isEmpty { throw Refusal.fields(problems) }
  }

  private enum Part {
    case activity(CalendarDay, CalendarDay)
    case objective
  }

  private static func part(_ link: Campaign.Link, _ transaction: any ReadTransaction) throws -> Part? {
    guard var plan = try NationalPlanRecords.head(link.plan, transaction)?.head else { return nil }
    _ = try NationalPlanRecords.fill(&plan, link.plan, isWhole: false, transaction)
    if let activity = plan.activities.first(where: { $0.code == link.part }) {
      return .activity(activity.from, activity.until)
    }
    return plan.objectives.contains { $0.code == link.part } ? .objective : nil
  }

  /// The audiences and the first day of what an entry belongs to, and whether people can have been there.
  private static func subject(
    _ subject: CampaignSubject, _ transaction: any ReadTransaction
  ) throws -> (audiences: [String], begin: CalendarDay, isHeld: Bool) {
    switch subject {
    case .campaign(let id):
      guard let one = try CampaignRecords.campaigns(transaction).first(where: { $0.id == id }) else {
        throw Refusal.notFound
      }
      return (one.audiences, one.from, true)
    case .event(let id):
      guard let one = try CampaignRecords.events(transaction).first(where: { $0.id == id }) else {
        throw Refusal.notFound
      }
      return (one.audiences, one.day, one.state == .held)
    }
  }

  private static func bare(_ one: Campaign) -> Campaign {
    var one = one
    one.revision = 0
    return one
  }

  private static func bare(_ one: CampaignEvent) -> CampaignEvent {
    var one = one
    one.revision = 0
    return one
  }
}
