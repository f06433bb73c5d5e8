import Accounts
import Basics
import CountryPack
import Records
import Vault

/// What a pasted list of events has in common.
public struct EventImport: Hashable, Sendable {
  /// Chosen by the form: the same list sent again brings nothing more.
  public var id: CampaignEntryID
  public var campaign: CampaignID?
  /// The code of the institution that answers for them.
  public var lead: String

  public init(id: CampaignEntryID, campaign: CampaignID?, lead: String) {
    self.id = id
    self.campaign = campaign
    self.lead = lead
  }
}

extension CampaignDesk {
  /// Brings a list of events in, all or none: those with people counted, or whose day is over, as held.
  ///
  /// Throws `Refusal`: `.notFound` for a campaign that is not there; `.invalid` with what is wrong in which line.
  public func bring(_ actor: Actor, _ list: EventImport, _ text: String) async throws {
    try actor.require(.keepCampaigns)
    let (pack, today, now) = (pack, today, office.clock.now())
    let read = EventLines(text, pack: pack)
    var problems = read.problems.map { Self.problem($0.line, $0.what.rawValue) }
    if read.lines.isEmpty, problems.isEmpty { problems.append(FieldProblem("lines", "error.missing")) }
    guard problems.isEmpty else { throw Refusal.fields(problems) }
    try await office.database.write { transaction in
      var campaign: Campaign?
      if let id = list.campaign {
        campaign = try CampaignRecords.campaigns(transaction).first { $0.id == id }
        if campaign == nil { throw Refusal.notFound }
      }
      let book = try NationalPlanDesk.book(pack, transaction)
      let check = CampaignCheck(pack, institutions: Set(book.institutions.keys))
      guard book.institutions[list.lead] != nil else { throw Refusal.fields([FieldProblem("lead", "error.choose")]) }
      var wrong: [FieldProblem] = []
      for line in read.lines {
        let (event, reach) = Self.event(line, list, today: today)
        var findings = check.findings(event, of: campaign, today: today)
        if let reach { findings += check.findings(reach, among: event.audiences, since: event.day, today: today) }
        // What a line alone can't show: its day is the only thing that may not fit.
        if findings.contains(where: \.problem.isError) {
          wrong.append(Self.problem(line.number, "day"))
          continue
        }
        guard try CampaignRecords.put(event, transaction) else { continue }
        if let reach { _ = try CampaignRecords.insert(reach, transaction) }
        try transaction.record(
          AuditEntry(
            at: now, doer: actor.doer, action: "campaign.event", objectKind: "campaign_event",
            objectID: event.id.description))
      }
      guard wrong.isEmpty else { throw Refusal.fields(wrong) }
    }
  }

  private static func problem(_ line: Int, _ what: String) -> FieldProblem {
    FieldProblem(
      "lines", Phrase("error.campaign_line_\(what)", ["line": String(line), "most": String(EventLines.most)]))
  }

  private static func event(
    _ line: EventLines.Line, _ list: EventImport, today: CalendarDay
  ) -> (CampaignEvent, Reach?) {
    let id: CampaignEventID = identifier(list.id, "event", line.number)
    let event = CampaignEvent(
      id: id, campaign: list.campaign, kind: line.kind, name: LocalizedText(es: line.name, en: line.name),
      audiences: [line.audience], province: line.province, place: line.place, day: line.day, lead: list.lead,
      state: line.people != nil || line.day < today ? .held : .planned)
    let reach = line.people.map { people in
      Reach(
        id: identifier(list.id, "reach", line.number), subject: .event(id), audience: line.audience, number: people,
        unit: .people, method: line.method, source: line.source, day: line.day)
    }
    return (event, reach)
  }

  /// The same for the same line of the same form, so that sending it twice brings it once.
  private static func identifier<Entity>(_ form: CampaignEntryID, _ kind: String, _ line: Int) -> Identifier<Entity> {
    let bytes = sha256(Array("\(form)/\(kind)/\(line)".utf8))
    func number(_ part: ArraySlice<UInt8>) -> UInt64 { part.reduce(0) { $0 << 8 | UInt64($1) } }
    return Identifier(bytes: (number(bytes[0..<8]), number(bytes[8..<16])))
  }
}
