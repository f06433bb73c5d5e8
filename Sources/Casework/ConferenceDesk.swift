import Accounts
import Basics
import CountryPack
import Records
import Vault

extension CaseDesk {
  /// Plans a conference about a case, or changes one that is planned. The agencies that are asked can read its agenda,
  /// minutes and decisions from now on, as long as their consent holds.
  ///
  /// - Parameters:
  ///   - conference: chosen by the form, so that a second click plans nothing more.
  ///   - revision: as the editor saw it; 0 for a new one.
  ///
  /// Throws `Refusal`: `.invalid` with the wrong fields (an agency without a live consent that names conferences is
  /// one), `.conflict` when it was held, cancelled or changed meanwhile.
  public func putConference(
    _ actor: Actor, _ id: CaseID, id conference: ConferenceID, _ request: ConferenceRequest, seen revision: Int
  ) async throws {
    try await self.conference(actor, id, revision == 0 ? "conference.plan" : "conference.change") {
      summary, now, transaction in
      let owner = try ConferenceRecords.caseID(of: conference, transaction)
      guard owner == nil || owner == id else { throw Refusal.conflict }
      if owner != nil, revision == 0 { return false }
      let before = try stored(conference, of: id, transaction)
      guard owner != nil || revision == 0 else { throw Refusal.notFound }
      if let before {
        _ = try ConferenceRules.next(.change, from: before.state)
        guard before.revision == revision else { throw Refusal(.conflict, Phrase("error.edited_meanwhile")) }
      }
      let bases = try bases(of: id, at: now, transaction)
      let colleagues = try Colleagues.who(may: .readCase, in: actor.agency, office.root, transaction)
      let known = Set(colleagues.keys).union(before?.members.map(\.who) ?? [])
      let problems = ConferenceRules.problems(
        request, before: before?.day, colleagues: known, bases: bases, on: day(now))
      guard problems.isEmpty else { throw Refusal.fields(unique(problems)) }
      let new = Conference(
        id: conference, state: .planned, day: request.day, plannedBy: before?.plannedBy ?? actor.member,
        revision: revision + 1, members: request.members.sorted().map { .init($0) },
        guests: request.guests.sorted().map { .init($0, consent: bases[$0]) })
      let content = try sealed(
        request.content, .conference, at: SealedPlace.conference(summary, conference, revision: revision + 1), summary,
        for: actor, at: now, transaction)
      if before == nil {
        try ConferenceRecords.insert(new, of: id, agency: actor.agency, content: content, at: now, transaction)
      } else if try !ConferenceRecords.update(new, of: id, seen: revision, content: content, transaction) {
        throw Refusal(.conflict, Phrase("error.edited_meanwhile"))
      }
      for guest in request.guests.sorted() {
        guard let consent = bases[guest] else { continue }
        try CaseAccess.share(
          id, kinds: [.conference], to: guest, on: consent, wall: pack.dataProtection.wall, root: office.root,
          by: actor,
          at: now, transaction)
      }
      return true
    }
  }

  /// Writes down that it was held: who came, and what was said. An agency whose consent has ended can't have come.
  public func holdConference(
    _ actor: Actor, _ id: CaseID, _ conference: ConferenceID, _ report: ConferenceReport, seen revision: Int
  ) async throws {
    try await move(actor, id, conference, .hold, seen: revision) { before, summary, now, transaction in
      let problems = ConferenceRules.problems(
        report, of: before, bases: try bases(of: id, at: now, transaction), on: day(now))
      guard problems.isEmpty else { throw Refusal.fields(unique(problems)) }
      before.day = report.day
      for index in before.members.indices {
        before.members[index].attended = report.members.contains(before.members[index].who)
      }
      for index in before.guests.indices {
        before.guests[index].attended = report.guests.contains(before.guests[index].who)
      }
      return try sealed(
        report.minutes, .conference, at: SealedPlace.minutes(summary, conference), summary, for: actor, at: now,
        transaction)
    }
  }

  /// Takes back what was planned.
  public func cancelConference(_ actor: Actor, _ id: CaseID, _ conference: ConferenceID, seen revision: Int)
    async throws
  {
    try await move(actor, id, conference, .cancel, seen: revision) { _, _, _, _ in nil }
  }

  private func move(
    _ actor: Actor, _ id: CaseID, _ conference: ConferenceID, _ move: ConferenceMove, seen revision: Int,
    _ change: @escaping @Sendable (inout Conference, CaseSummary, Moment, any WriteTransaction) throws -> [UInt8]?
  ) async throws {
    try await self.conference(actor, id, "conference.\(move.rawValue)") { summary, now, transaction in
      guard var before = try stored(conference, of: id, transaction) else { throw Refusal.notFound }
      before.state = try ConferenceRules.next(move, from: before.state)
      guard before.revision == revision else { throw Refusal(.conflict, Phrase("error.edited_meanwhile")) }
      let minutes = try change(&before, summary, now, transaction)
      guard try ConferenceRecords.update(before, of: id, seen: revision, minutes: minutes, transaction) else {
        throw Refusal(.conflict, Phrase("error.edited_meanwhile"))
      }
      return true
    }
  }

  // MARK: Decisions

  /// Writes down what was decided: it is a task of its owner from now on.
  ///
  /// - Parameter decision: chosen by the form, so that a second click writes nothing more.
  public func addDecision(
    _ actor: Actor, _ id: CaseID, _ conference: ConferenceID, id decision: ConferenceDecisionID,
    _ request: ConferenceDecisionRequest
  ) async throws {
    try await self.conference(actor, id, "conference.decide") { summary, now, transaction in
      guard let held = try stored(conference, of: id, transaction) else { throw Refusal.notFound }
      if let before = try ConferenceRecords.caseID(of: decision, transaction) {
        guard before == id else { throw Refusal.conflict }
        return false
      }
      _ = try ConferenceRules.next(.decide, from: held.state)
      let colleagues = try Colleagues.who(may: .readCase, in: actor.agency, office.root, transaction)
      let problems = ConferenceRules.problems(
        request, of: held, colleagues: Set(colleagues.keys), on: day(now))
      guard problems.isEmpty else { throw Refusal.fields(unique(problems)) }
      let words = try sealed(
        request.words, .conference, at: SealedPlace.decision(summary, "words", decision), summary, for: actor, at: now,
        transaction)
      try ConferenceRecords.insert(
        ConferenceDecision(id: decision, due: request.due, owner: request.owner, agency: request.agency),
        of: conference, case: id, agency: actor.agency, words: words, by: actor.member, at: now, transaction)
      return true
    }
  }

  /// Marks a decision as carried out.
  ///
  /// Throws `Refusal.conflict` when it was already.
  public func finishDecision(
    _ actor: Actor, _ id: CaseID, _ decision: ConferenceDecisionID, on done: CalendarDay, result: String
  ) async throws {
    try await conference(actor, id, "conference.decision_done") { summary, now, transaction in
      guard try ConferenceRecords.caseID(of: decision, transaction) == id else { throw Refusal.notFound }
      let problems = ConferenceRules.problemsOfResult(result, done: done, on: day(now))
      guard problems.isEmpty else { throw Refusal.fields(problems) }
      let words = try sealed(
        result.isEmpty ? nil : result, .conference, at: SealedPlace.decision(summary, "result", decision), summary,
        for: actor, at: now, transaction)
      guard try ConferenceRecords.finish(decision, on: done, result: words, transaction) else {
        throw Refusal(.conflict, Phrase("error.decision_done"))
      }
      return true
    }
  }

  /// What all changes have in common: the permission, the case, the tasks, the entry.
  /// - Parameter change: whether it changed something.
  private func conference(
    _ actor: Actor, _ id: CaseID, _ action: String,
    _ change: @escaping @Sendable (CaseSummary, Moment, any WriteTransaction) throws -> Bool
  ) async throws {
    try actor.require(.editCase)
    let now = office.clock.now()
    try await office.database.write { transaction in
      let summary = try own(id, for: .edit, actor, transaction)
      guard try change(summary, now, transaction) else { return }
      try TaskRecords.refresh(id, transaction)
      try transaction.record(entry(actor, action, id, at: now))
    }
  }

  private func stored(_ conference: ConferenceID, of id: CaseID, _ transaction: any ReadTransaction) throws
    -> Conference?
  {
    try ConferenceRecords.conferences(of: id, transaction).first { $0.conference.id == conference }?.conference
  }

  private func bases(of id: CaseID, at now: Moment, _ transaction: any ReadTransaction) throws
    -> [AgencyID: ConsentID]
  {
    let consents = try ConsentRecords.consents(of: id, transaction).filter(sharesContent)
    return Set(consents.map(\.recipient)).reduce(into: [:]) { bases, agency in
      bases[agency] = ConferenceRules.basis(of: agency, among: consents, at: now)?.id
    }
  }

  // MARK: Reading

  /// The conferences that other agencies ask the actor's agency to, the nearest first. Names nobody, needs no key.
  public func invitations(_ actor: Actor) async throws -> [ConferenceInvitation] {
    guard actor.may(.readCase) else { return [] }
    let now = office.clock.now()
    return try await office.database.read {
      try ConferenceRecords.invitations(of: actor.agency, from: day(now), at: now, limit: Self.pageSize, $0)
    }
  }

  /// Within a file: all for the owning agency; for another one those it was asked to, while its consent holds.
  func readConferences(
    _ file: inout CaseFile, _ keys: [DataKind: RecordKey], _ actor: Actor, _ transaction: any ReadTransaction
  ) throws {
    let summary = file.summary
    let isReceiver = file.part == .receiver
    let key = keys[.conference]
    if isReceiver, key == nil { return }
    func open<Value: Decodable>(_ blob: [UInt8]?, _ address: FieldAddress) throws -> Value? {
      guard let blob, let key else { return nil }
      return try key.openValue(Value.self, blob, at: address)
    }
    file.conferences = try ConferenceRecords.conferences(of: summary.id, transaction).compactMap { sealed in
      var conference = sealed.conference
      if isReceiver, !conference.guests.contains(where: { $0.who == actor.agency }) { return nil }
      // Content is written only while it is planned; holding and cancelling count one revision more.
      let revision = conference.state == .planned ? conference.revision : conference.revision - 1
      conference.content = try open(
        sealed.content, SealedPlace.conference(summary, conference.id, revision: revision))
      conference.minutes = try open(sealed.minutes, SealedPlace.minutes(summary, conference.id))
      for (index, decision) in sealed.decisions.enumerated() {
        let id = conference.decisions[index].id
        conference.decisions[index].words = try open(decision.words, SealedPlace.decision(summary, "words", id))
        conference.decisions[index].result = try open(decision.result, SealedPlace.decision(summary, "result", id))
      }
      return conference
    }
  }
}

extension SealedPlace {
  static func conference(_ summary: CaseSummary, _ id: ConferenceID, revision: Int) -> FieldAddress {
    field(summary, "case_conferences", "content", id.description, revision: revision)
  }
  static func minutes(_ summary: CaseSummary, _ id: ConferenceID) -> FieldAddress {
    field(summary, "case_conferences", "minutes", id.description)
  }
  static func decision(_ summary: CaseSummary, _ column: String, _ id: ConferenceDecisionID) -> FieldAddress {
    field(summary, "case_conference_decisions", column, id.description)
  }
}
