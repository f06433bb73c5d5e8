import Accounts
import Basics
import CountryPack
import Records
import Vault

/// Cases of an import, sealed before the transaction that stores them: there only rows are written.
struct PreparedCases: Sendable {
  /// In the order of their identifiers, and so of most indices: entries that come in order fill the pages of an index.
  private(set) var cases: [PreparedCase]
  /// Of all of them, in the order of their index.
  private(set) var tags: [PersonRecords.PersonTag]

  init(_ cases: [PreparedCase]) {
    self.cases = cases.sorted { $0.summary.id < $1.summary.id }
    tags = cases.flatMap { prepared in
      prepared.tags.map { PersonRecords.PersonTag(tag: $0, person: prepared.summary.person) }
    }.sorted { ($0.tag, $0.person) < ($1.tag, $1.person) }
  }

  /// Leaves those out that are in the store already.
  mutating func remove(_ there: Set<CaseID>) {
    guard !there.isEmpty else { return }
    self = PreparedCases(cases.filter { !there.contains($0.summary.id) })
  }

  /// Gives a new code to cases whose code another case has already.
  mutating func renameTaken(using randomness: Randomness, _ transaction: any ReadTransaction) throws {
    for _ in 0..<20 {
      var seen = try ImportRecords.takenCodes(cases.map(\.summary.code), transaction)
      let taken = cases.indices.filter { !seen.insert(cases[$0].summary.code).inserted }
      if taken.isEmpty { return }
      for index in taken { cases[index].summary.code = .random(using: randomness) }
    }
    throw Refusal.conflict
  }
}

/// A case, its person and their keys.
struct PreparedCase: Sendable {
  struct Content: Sendable {
    var kind: DataKind
    var sealed: [UInt8]
  }

  var summary: CaseSummary
  var tags: Set<Int>
  var contents: [Content] = []
  var closure: [UInt8]?
  var events: [ExploitationRecords.SealedEvent] = []
  var perpetrators: [ExploitationRecords.SealedPerpetrator] = []
  var keys: [FreshKeys.Subject] = []
}

/// The identifiers of the rows of an import: a row's are always the same, so that it is never taken in twice.
///
/// Their first 32 bits count up through the import, one step for a thousand rows, so that in each of a dozen indices new
/// entries lie side by side, and a batch's beside those of the batch before: each on a page of its own made a large
/// register's import wait for the disk. The other 96 bits are a row's own.
struct RowIdentifiers: Sendable {
  /// How many rows have identifiers that begin alike.
  private static let neighbours = 1_000

  private let id: CaseImportID
  private let root: RootSecret
  /// What all begin with.
  private let shared: [UInt8]

  init(_ id: CaseImportID, _ root: RootSecret) {
    self.id = id
    self.root = root
    shared = Self.bytes("case-import-rows", 0, id, root)
  }

  private static func bytes(_ name: String, _ number: Int, _ id: CaseImportID, _ root: RootSecret) -> [UInt8] {
    root.tag(name, [Array(id.description.utf8), Array(String(number).utf8)])
  }

  subscript(row: Int) -> (case: CaseID, person: PersonID) {
    let (own, step) = (Self.bytes("case-import", row, id, root), row / Self.neighbours)
    let place = [UInt8(truncatingIfNeeded: step >> 8), UInt8(truncatingIfNeeded: step)]
    func number(_ bytes: some Sequence<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
    return (
      CaseID(bytes: (number(shared[0..<2] + place + own[0..<4]), number(own[4..<12]))),
      PersonID(bytes: (number(shared[2..<4] + place + own[16..<20]), number(own[20..<28])))
    )
  }
}

/// Seals the cases of one import, row by row.
struct CasePreparing: Sendable {
  let office: Office
  let pack: CountryPack
  let actor: Actor
  let identifiers: RowIdentifiers
  let keys: FreshKeys
  let index: BlindIndex
  let now: Moment

  init(office: Office, pack: CountryPack, actor: Actor, id: CaseImportID, keys: FreshKeys, now: Moment) {
    self.office = office
    self.pack = pack
    self.actor = actor
    identifiers = RowIdentifiers(id, office.root)
    self.keys = keys
    index = BlindIndex(root: office.root, agency: actor.agency.description)
    self.now = now
  }

  func prepare(_ imported: ImportedCase, row: Int) throws -> PreparedCase {
    let (caseID, person) = identifiers[row]
    // A case whose closing alone is known was open on that day.
    let openedAt = (imported.opened ?? imported.closed).map { moment($0) } ?? now
    var facts = imported.facts
    facts.sex = imported.identity.sex
    let summary = CaseSummary(
      id: caseID, agency: actor.agency, code: .random(using: office.randomness), person: person, facts: facts,
      status: imported.closed == nil ? .open : .closed,
      month: CalendarDay(openedAt, offsetFromUTC: pack.offsetFromUTC).monthOnly, screening: nil, openedBy: actor.member,
      openedAt: openedAt, closedAt: imported.closed.map { moment($0) }, closureReason: imported.closureReason,
      revision: 1)
    var prepared = PreparedCase(summary: summary, tags: imported.identity.tags(index))
    var personKeys = keys.subject(RecordSubject("person", person))
    var caseKeys = keys.subject(RecordSubject("case", caseID))
    func key(_ kind: DataKind) throws -> RecordKey {
      try kind.belongsToPerson ? personKeys.key(kind.rawValue) : caseKeys.key(kind.rawValue)
    }
    func add(_ value: some Encodable, _ kind: DataKind) throws {
      let address = SealedPlace.content(summary, kind, revision: 1)
      prepared.contents.append(.init(kind: kind, sealed: try key(kind).sealValue(value, at: address)))
    }
    try add(imported.identity, .identity)
    if !imported.contact.isEmpty { try add(imported.contact, .contact) }
    if !imported.narrative.isEmpty { try add(imported.narrative, .narrative) }
    if imported.needs != Needs() { try add(imported.needs, .needs) }
    if !imported.health.isEmpty { try add(imported.health, .health) }
    if !imported.legal.isEmpty { try add(imported.legal, .legal) }
    if !imported.closureSummary.isEmpty {
      prepared.closure = try key(.narrative).sealValue(
        imported.closureSummary, at: SealedPlace.closure(summary, number: 1))
    }
    for account in imported.events {
      let event = ExploitationEventID.random()
      var sealed = ExploitationRecords.SealedEvent(
        event: ExploitationEvent(id: event, codes: account.codes, revision: 1, recordedBy: actor.member))
      sealed.detail = try key(.exploitation).sealValue(
        account.detail, at: SealedPlace.event(summary, "detail", event, revision: 1))
      if !account.words.isEmpty {
        sealed.words = try key(.narrative).sealValue(
          account.words, at: SealedPlace.event(summary, "words", event, revision: 1))
      }
      prepared.events.append(sealed)
    }
    for account in imported.perpetrators {
      let note = PerpetratorID.random()
      prepared.perpetrators.append(
        ExploitationRecords.SealedPerpetrator(
          note: PerpetratorNote(id: note, codes: account.codes, revision: 1, recordedBy: actor.member),
          detail: try key(.exploitation).sealValue(
            account.detail, at: SealedPlace.perpetrator(summary, note, revision: 1))))
    }
    prepared.keys = [personKeys, caseKeys]
    return prepared
  }

  /// Noon of a day in the country, so that no zone moves it to another; of today, now.
  private func moment(_ day: CalendarDay) -> Moment {
    min(now, Moment(milliseconds: Int64(day.daysSince1970) * 86_400_000 + 43_200_000) - pack.offsetFromUTC)
  }
}
