import Accounts
import Basics
import CountryPack
import Identification
import Records
import Vault

/// What is needed to open a case. What is left out is carried over from the screening.
public struct CaseOpening: Hashable, Sendable {
  public enum PersonChoice: Hashable, Sendable {
    case new(PersonID, PersonIdentity, SafeContact)
    /// A person the agency helps or helped before.
    case existing(PersonID)
  }

  public var person: PersonChoice
  /// A code of `case-kinds`.
  public var kind: String
  public var province: String?
  public var form: String?
  /// Not needed when the birth is known.
  public var ageBand: String?
  public var sex: String?
  public var narrative: String?
  public var needs: Needs
  public var health: String
  public var legal: String

  public init(
    person: PersonChoice, kind: String, province: String? = nil, form: String? = nil, ageBand: String? = nil,
    sex: String? = nil, narrative: String? = nil, needs: Needs = Needs(), health: String = "", legal: String = ""
  ) {
    self.person = person
    self.kind = kind
    self.province = province
    self.form = form
    self.ageBand = ageBand
    self.sex = sex
    self.narrative = narrative
    self.needs = needs
    self.health = health
    self.legal = legal
  }
}

/// What a screening already knows, so that nothing is typed twice.
public struct CarriedFacts: Hashable, Sendable {
  public var province: String
  public var ageBand: String?
  public var sex: String?
  public var form: String?
  /// The language the person speaks, as it was typed.
  public var language: String
  public var notes: String

  init(_ carried: CarriedOver, _ pack: CountryPack) {
    province = carried.province
    ageBand = PersonRules.ageBand(carried.age, pack)
    sex = carried.sex
    form = carried.exploitation
    language = carried.language
    notes = carried.notes
  }
}

extension CaseDesk {
  /// What a case opened from a screening would take over, to fill its form with. Reading it is in the audit log.
  public func carried(_ actor: Actor, from screening: ScreeningID) async throws -> CarriedFacts {
    try actor.require(.openCase)
    return try await office.database.write {
      CarriedFacts(try ScreeningDesk(office, pack).carryOver(screening, for: actor, $0), pack)
    }
  }

  /// Opens a case, for a new person or one the agency knows.
  ///
  /// - Parameters:
  ///   - id: chosen by the form, so that a second click opens nothing more.
  ///   - screening: where it comes from. One screening opens one case.
  ///
  /// Throws `Refusal`: `.invalid` with all wrong fields, `.conflict` when the screening has a case already.
  @discardableResult
  public func open(
    _ actor: Actor, id: CaseID, from screening: ScreeningID? = nil, _ request: CaseOpening
  ) async throws -> CaseSummary {
    try actor.require(.openCase)
    let now = office.clock.now()
    let screenings = ScreeningDesk(office, pack)
    return try await office.database.write { transaction in
      if let before = try CaseRecords.summary(id, transaction) {
        guard before.agency == actor.agency, before.openedBy == actor.member else { throw Refusal.conflict }
        return before
      }
      if let screening, try CaseRecords.isTaken(screening, transaction) {
        throw Refusal(.conflict, Phrase("error.screening_has_case"))
      }
      let carried = try screening.map { CarriedFacts(try screenings.carryOver($0, for: actor, transaction), pack) }
      let (person, isNew) = try self.person(request.person, actor, transaction)
      var summary = CaseSummary(
        id: id, agency: actor.agency, code: try freshCode(transaction), person: person,
        facts: try facts(request, carried, at: now), status: .open, month: day(now).monthOnly, screening: screening,
        openedBy: actor.member, openedAt: now, revision: 1)
      if isNew {
        try PersonRecords.insert(person, agency: actor.agency, by: actor.member, at: now, transaction)
      } else {
        // One person's contents are bound to one name, whoever owns them now.
        summary.origin = try PersonRecords.origin(person, transaction)
        if summary.facts.sex == nil || request.ageBand == nil {
          try fillFromPerson(&summary, actor, at: now, transaction)
        }
      }
      if summary.facts.ageBand.isEmpty {
        throw Refusal.fields([FieldProblem("age_band", "error.age_band_needed")])
      }
      try CaseRecords.insert(summary, transaction)
      try putFirstContents(request, carried, summary, actor, at: now, transaction)
      if !isNew { try encodeAnew([person], actor, at: now, transaction) }
      if let screening { try screenings.attach(screening, to: id, for: actor, transaction) }
      try transaction.record(entry(actor, "case.open", id, at: now))
      return summary
    }
  }

  /// The person meant, and whether it is a new one.
  private func person(_ choice: CaseOpening.PersonChoice, _ actor: Actor, _ transaction: any ReadTransaction) throws
    -> (PersonID, Bool)
  {
    switch choice {
    case .new(let person, _, _):
      if try PersonRecords.exists(person, agency: actor.agency, transaction) { throw Refusal.conflict }
      return (person, true)
    case .existing(let person):
      let opener = try self.opener(actor)
      let cases = try CaseRecords.of(persons: [person], agency: actor.agency, transaction)[person] ?? []
      guard try PersonRecords.exists(person, agency: actor.agency, transaction),
        cases.contains(where: { opener == nil || $0.openedBy == opener })
      else { throw Refusal.notFound }
      return (person, false)
    }
  }

  /// The coded part, from what was typed, else from the screening; all that is wrong at once.
  private func facts(_ request: CaseOpening, _ carried: CarriedFacts?, at now: Moment) throws -> CaseFacts {
    var problems: [FieldProblem] = []
    var (band, sex): (String?, String?) = (nil, nil)
    var isNew = false
    if case .new(_, let identity, let contact) = request.person {
      problems += PersonRules.problems(identity, pack, on: day(now)) + PersonRules.problems(contact)
      band = PersonRules.ageBand(identity.birth, pack, on: day(now))
      sex = identity.sex
      isNew = true
    }
    let facts = CaseFacts(
      kind: request.kind, province: request.province ?? carried?.province ?? "", form: request.form ?? carried?.form,
      ageBand: band ?? request.ageBand ?? carried?.ageBand ?? "", sex: sex ?? request.sex ?? carried?.sex)
    problems += facts.problems(pack).filter { !($0.field == "age_band" && facts.ageBand.isEmpty) }
    if facts.ageBand.isEmpty, isNew { problems.append(FieldProblem("age_band", "error.age_band_needed")) }
    problems += TextRules.problems([
      ("narrative", request.narrative ?? "", .note), ("needs_note", request.needs.note, .note),
      ("health", request.health, .note), ("legal", request.legal, .note),
    ])
    problems += self.problems(request.needs)
    guard problems.isEmpty else { throw Refusal.fields(unique(problems)) }
    return facts
  }

  func problems(_ needs: Needs) -> [FieldProblem] {
    needs.codes.contains { pack.term(.needs, $0) == nil } ? [FieldProblem("needs", "error.unknown_code")] : []
  }

  /// Age and sex of a person who is known already.
  private func fillFromPerson(
    _ summary: inout CaseSummary, _ actor: Actor, at now: Moment, _ transaction: any ReadTransaction
  ) throws {
    guard let identity = try identities([summary], actor, at: now, transaction)[summary.person]?.value else { return }
    if summary.facts.sex == nil { summary.facts.sex = identity.sex }
    if let band = PersonRules.ageBand(identity.birth, pack, on: day(now)) { summary.facts.ageBand = band }
  }

  private func putFirstContents(
    _ request: CaseOpening, _ carried: CarriedFacts?, _ summary: CaseSummary, _ actor: Actor, at now: Moment,
    _ transaction: any WriteTransaction
  ) throws {
    func put(_ value: some Encodable, _ kind: DataKind) throws {
      try self.put(value, kind, seen: 0, keepsChange: false, summary, for: actor, at: now, transaction)
    }
    if case .new(let person, var identity, let contact) = request.person {
      identity.sex = identity.sex ?? summary.facts.sex
      try put(identity, .identity)
      if !contact.isEmpty { try put(contact, .contact) }
      let index = BlindIndex(root: office.root, agency: summary.agency.description)
      try PersonRecords.setTags(person, identity.tags(index), transaction)
    }
    let narrative = request.narrative ?? carried?.notes ?? ""
    if !narrative.isEmpty { try put(narrative, .narrative) }
    if request.needs != Needs() { try put(request.needs, .needs) }
    if !request.health.isEmpty { try put(request.health, .health) }
    if !request.legal.isEmpty { try put(request.legal, .legal) }
  }

  private func freshCode(_ transaction: any ReadTransaction) throws -> CaseCode {
    for _ in 0..<20 {
      let code = CaseCode.random(using: office.randomness)
      if try !CaseRecords.isCodeTaken(code, transaction) { return code }
    }
    throw Refusal.conflict
  }
}

/// One problem a field, the first.
func unique(_ problems: [FieldProblem]) -> [FieldProblem] {
  var seen: Set<String> = []
  return problems.filter { seen.insert($0.field).inserted }
}
