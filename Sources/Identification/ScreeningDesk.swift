import Accounts
import Basics
import CountryPack
import Records
import Vault

/// The one way to screenings: beginning, the safety check, the interview, its result and the decision.
///
/// Officers see the screenings they conduct; whoever may `.readScreenings` sees all of the agency.
public struct ScreeningDesk: Sendable {
  let office: Office
  let pack: CountryPack

  public init(_ office: Office, _ pack: CountryPack) {
    self.office = office
    self.pack = pack
  }

  // MARK: What a case takes over

  /// What a case takes over from a screening, inside the caller's transaction; records that it was read.
  ///
  /// Throws `Refusal`: `.notFound` when it is not the actor's to see, `.noBasis` when its key can't be opened, or the
  /// person's answers keep what was said from being handed on.
  public func carryOver(_ id: ScreeningID, for actor: Actor, _ transaction: any WriteTransaction) throws -> CarriedOver
  {
    let screening = try load(id, for: actor, transaction)
    let file = try open(screening, for: actor, at: office.clock.now(), transaction)
    try SafetyRules.requireSharing(pack.safetyQuestions, file.safety.value.answers)
    try transaction.record(entry("screening.read", actor, id))
    return CarriedOver(
      screening: id, province: screening.province, age: file.about.age, sex: screening.sex,
      exploitation: screening.exploitation, language: file.about.language, interpreter: screening.interpreter,
      instrument: screening.instrument, instrumentVersion: screening.instrumentVersion, outcome: screening.outcome,
      decision: screening.decision,
      notes: (plan(file).topics.map(\.code) + [ScreeningPlan.overall]).compactMap { file.topics[$0]?.value.note }
        .filter { !$0.isEmpty }.joined(separator: "\n\n"))
  }

  /// Ties a screening to the case opened from it, once, inside the caller's transaction.
  ///
  /// Again to the same case changes nothing. Throws `Refusal`: `.notFound`, or `.conflict` when it belongs to another.
  public func attach(
    _ id: ScreeningID, to caseID: CaseID, for actor: Actor, _ transaction: any WriteTransaction
  ) throws {
    let screening = try load(id, for: actor, transaction)
    if screening.attachedCase == caseID { return }
    guard
      try ScreeningRecords.attach(id, agency: actor.agency, to: caseID, at: office.clock.now(), transaction)
    else { throw Refusal(.conflict, Phrase("error.screening_attached")) }
    try transaction.record(entry("screening.attach", actor, id))
  }

  // MARK: Work lists

  /// Screenings without anything that names a person: dangers first, then the newest.
  public func list(_ actor: Actor, _ filter: ScreeningFilter = ScreeningFilter()) async throws -> [Screening] {
    try requireAny(actor)
    let own = !filter.ofTheAgency || !actor.may(.readScreenings)
    return try await office.database.read {
      try ScreeningRecords.list(filter, agency: actor.agency, member: own ? actor.member : nil, $0)
    }
  }

  /// The codes and states of one screening; reading them needs no entry.
  public func summary(_ actor: Actor, _ id: ScreeningID) async throws -> Screening {
    try requireAny(actor)
    return try await office.database.read { try load(id, for: actor, $0) }
  }

  /// A screening with all that was said; records `screening.read` before it answers.
  public func file(_ actor: Actor, _ id: ScreeningID) async throws -> ScreeningFile {
    try requireAny(actor)
    let now = office.clock.now()
    return try await office.database.write { transaction in
      let file = try open(try load(id, for: actor, transaction), for: actor, at: now, transaction)
      try transaction.record(entry("screening.read", actor, id))
      return file
    }
  }

  /// The topics of a screening, in the order in which they are asked.
  public func plan(_ file: ScreeningFile) -> ScreeningPlan {
    ScreeningPlan(pack, age: file.about.age, questions: file.screening.questions)
  }

  /// The topics and questions that the answers given so far leave to ask; what they skip is left out.
  public func asked(_ file: ScreeningFile) -> ScreeningPlan { plan(file).asked(file) }

  /// The questions of one topic's page: those that earlier topics or the age skip are left out, and each carries only
  /// the conditions that the page itself still decides.
  public func questions(_ topic: String, _ file: ScreeningFile) -> [Indicator] {
    guard let topic = plan(file).topic(topic) else { return [] }
    let (answers, isChild) = (file.sheet(topic.instrument), file.about.age.countsAsChild)
    let asked = topic.instrument.asked(answers, countsAsChild: isChild)
    let kept = Set(asked.indicators.map { IndicatorKey(dimension: $0.dimension, code: $0.code) })
    return topic.indicators.compactMap { indicator in
      var indicator = indicator
      let left = indicator.relevant.onPage(topic.code, countsAsChild: isChild) {
        let key = IndicatorKey(dimension: $0, code: $1)
        return kept.contains(key) ? answers[key] : .notAsked
      }
      guard let left else { return nil }
      indicator.relevant = left
      return indicator
    }
  }

  /// The same from codes alone.
  public func plan(_ screening: Screening) -> ScreeningPlan {
    ScreeningPlan(pack, countsAsChild: screening.ageGroup != .adult, questions: screening.questions)
  }

  /// How many questions a screening has in all.
  public func questionCount(_ screening: Screening) -> Int { plan(screening).questionCount }

  // MARK: Loading and opening

  func requireAny(_ actor: Actor) throws(Refusal) {
    guard actor.may(.conductScreening) || actor.may(.readScreenings) else { throw .forbidden }
  }

  func load(_ id: ScreeningID, for actor: Actor, _ transaction: any ReadTransaction) throws -> Screening {
    try requireAny(actor)
    guard let screening = try ScreeningRecords.screening(id, agency: actor.agency, transaction),
      screening.member == actor.member || actor.may(.readScreenings)
    else { throw Refusal.notFound }
    return screening
  }

  func key(_ id: ScreeningID, for actor: Actor, at now: Moment, _ transaction: any ReadTransaction) throws -> RecordKey
  {
    guard let key = try RecordKeys.open(Self.subject(id), Self.kind, for: actor, at: now, transaction) else {
      throw Refusal(.noBasis, Phrase("error.no_basis"))
    }
    return key
  }

  func open(_ screening: Screening, for actor: Actor, at now: Moment, _ transaction: any ReadTransaction) throws
    -> ScreeningFile
  {
    let key = try key(screening.id, for: actor, at: now, transaction)
    let kind = try AgencyDesk.agency(screening.agency, transaction)?.kind
    return try ScreeningFile(
      screening, parts: try ScreeningRecords.parts(screening.id, transaction),
      history: try SealedHistory(screening.id, transaction),
      ownBody: kind.flatMap { pack.identification.body(kind: $0, on: day(now)) }?.code, key)
  }

  func day(_ moment: Moment) -> CalendarDay { CalendarDay(moment, offsetFromUTC: pack.offsetFromUTC) }

  func entry(_ action: String, _ actor: Actor, _ id: ScreeningID) -> AuditEntry {
    AuditEntry(
      at: office.clock.now(), doer: actor.doer, action: action, objectKind: "screening", objectID: id.description)
  }

  static let kind = "narrative"
  static func subject(_ id: ScreeningID) -> RecordSubject { RecordSubject("screening", id) }
}

/// Which screenings a work list shows.
public struct ScreeningFilter: Hashable, Sendable {
  /// All of the agency, for those who may read them; else only the actor's own.
  public var ofTheAgency: Bool
  /// Empty: in any state.
  public var statuses: Set<Screening.Status>
  public var onlyDangers: Bool
  public var onlyUnattached: Bool
  /// Only those whose newest decision is not a formal one and that nobody has reviewed as they stand now.
  public var awaitsReview = false
  /// Only those with an appeal that waits for its answer.
  public var onlyAppeals = false
  /// Only those of which a supervisor wants to know more.
  public var onlyAskedForMore = false
  /// Only those on which a formal decision is awaited, the longest first.
  public var onClock = false
  public var limit: Int
  public var offset: Int

  public init(
    ofTheAgency: Bool = true, statuses: Set<Screening.Status> = [], onlyDangers: Bool = false,
    onlyUnattached: Bool = false, limit: Int = 25, offset: Int = 0
  ) {
    self.ofTheAgency = ofTheAgency
    self.statuses = statuses
    self.onlyDangers = onlyDangers
    self.onlyUnattached = onlyUnattached
    self.limit = limit
    self.offset = offset
  }
}
