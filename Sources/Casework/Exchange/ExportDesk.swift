import Accounts
import Basics
import CountryPack
import Records

/// What is taken out, what for, and for whom.
public struct ExportRequest: Hashable, Sendable {
  /// A code of `purposes`.
  public var purpose: String
  /// The agency it is for; `nil` when it stays the own agency's.
  public var recipient: AgencyID?
  /// The kinds of content that go along with the coded part; none as a rule.
  public var kinds: Set<DataKind>

  public init(purpose: String, recipient: AgencyID? = nil, kinds: Set<DataKind> = []) {
    self.purpose = purpose
    self.recipient = recipient
    self.kinds = kinds
  }
}

/// Where cases are taken out as a file for another system.
public struct ExportDesk: Sendable {
  /// What can go along. Where a person is kept safe, and what may happen to them, never does.
  public static let kinds: Set<DataKind> = [
    .identity, .contact, .narrative, .needs, .health, .legal, .exploitation,
  ]

  private let cases: CaseDesk

  public init(_ cases: CaseDesk) { self.cases = cases }

  /// The agency's cases as records of HTCDS 2.0: those that the actor may read, each read through its own file, so that
  /// whatever is closed to the actor there stays closed here. Records are named anew in every export, so that two
  /// exports can't be laid side by side.
  ///
  /// For another agency a live basis must name it and the purpose, case by case, and only the kinds it covers go along.
  /// Each case has an entry in the audit log, committed before anything is answered.
  ///
  /// Throws `Refusal` `.invalid` for an unknown purpose, recipient or kind.
  public func htcds(_ actor: Actor, _ request: ExportRequest) async throws -> HtcdsExport {
    try actor.require(.readCase)
    let now = cases.office.clock.now()
    try await check(actor, request)
    var writer = HtcdsWriter(cases.pack, agency: actor.agencyName, kinds: request.kinds)
    var (records, withoutBasis): ([[String: String]], Int) = ([], 0)
    var entries: [AuditEntry] = []
    var names: Set<String> = []
    var cursor: CaseCursor?
    repeat {
      let page = try await cases.workList(actor, CaseFilter(), after: cursor)
      for row in page.rows {
        let file: CaseFile
        do { file = try await cases.file(actor, row.summary.id) } catch let refusal as Refusal
          where [.notFound, .forbidden, .noBasis].contains(refusal.kind)
        {
          writer.leave("closed_to_you")
          continue
        }
        let (allowed, basis) = Self.basis(file, request, at: now)
        guard let allowed else {
          withoutBasis += 1
          continue
        }
        var name = ""
        repeat { name = String(CaseID.random().description.suffix(10)) } while !names.insert(name).inserted
        records.append(writer.record(file, named: name, allowed: allowed, at: now))
        entries.append(
          cases.entry(actor, "case.export", row.summary.id, at: now, purpose: request.purpose, consent: basis))
      }
      cursor = page.next
    } while cursor != nil
    try await record(entries, actor, request, at: now)
    // By the random names: the order of the list would say when each was opened.
    records.sort { ($0["amparo_RecordID"] ?? "") < ($1["amparo_RecordID"] ?? "") }
    return HtcdsExport(records: records, leftOut: writer.leftOut, withoutBasis: withoutBasis)
  }

  private func check(_ actor: Actor, _ request: ExportRequest) async throws {
    var problems: [FieldProblem] = []
    if cases.pack.term(.purposes, request.purpose) == nil {
      problems.append(FieldProblem("purpose", "error.unknown_code"))
    }
    if !request.kinds.isSubset(of: Self.kinds) { problems.append(FieldProblem("kinds", "error.unknown_code")) }
    if let recipient = request.recipient {
      let isThere = try await cases.office.database.read { try AgencyDesk.agency(recipient, $0) } != nil
      if !isThere { problems.append(FieldProblem("recipient", "error.unknown_recipient")) }
    }
    guard problems.isEmpty else { throw Refusal.fields(problems) }
  }

  /// The kinds that may go along, and on what; no kinds at all when the case must stay.
  private static func basis(_ file: CaseFile, _ request: ExportRequest, at now: Moment) -> (Set<DataKind>?, ConsentID?)
  {
    guard let recipient = request.recipient, recipient != file.summary.agency else { return (file.kinds, nil) }
    let live = file.consents.filter {
      $0.recipient == recipient && $0.purpose == request.purpose && $0.state(at: now) == .live
    }
    guard let first = live.first else { return (nil, nil) }
    return (live.reduce(into: Set<DataKind>()) { $0.formUnion($1.kinds) }.intersection(file.kinds), first.id)
  }

  private func record(_ entries: [AuditEntry], _ actor: Actor, _ request: ExportRequest, at now: Moment) async throws {
    let whole = AuditEntry(
      at: now, doer: actor.doer, action: "case_export.htcds", objectKind: "case_export",
      objectID: request.recipient?.description ?? "", purpose: request.purpose)
    for start in stride(from: 0, to: max(1, entries.count), by: 500) {
      let some = Array(entries[start..<min(start + 500, entries.count)])
      try await cases.office.database.write { transaction in
        try transaction.record(start == 0 ? some + [whole] : some)
      }
    }
  }
}
