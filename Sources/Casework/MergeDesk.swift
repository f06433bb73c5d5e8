import Accounts
import Basics
import CountryPack
import Records
import Vault

extension CaseDesk {
  // MARK: Seeing

  /// People of the agency who may be the person of a case: for whoever may join records.
  public func doubles(_ actor: Actor, of id: CaseID) async throws -> [PersonMatch] {
    try actor.require(.mergePersons)
    let now = office.clock.now()
    let (person, identity) = try await office.database.read { transaction in
      let summary = try own(id, for: .read, actor, transaction)
      return (summary.person, try record(of: summary, actor, at: now, transaction).identity.value)
    }
    return try await alreadyKnown(
      actor, givenNames: identity.givenNames, surnames: identity.surnames, document: identity.documentNumber
    ).matches.filter { $0.person != person && !$0.cases.isEmpty }
  }

  /// The case with a code, for joining its person with another's.
  ///
  /// Throws `Refusal` `.invalid` beside `code` when the actor may read no such case.
  public func caseForJoining(_ actor: Actor, code: String) async throws -> CaseID {
    try actor.require(.mergePersons)
    let found = try await office.database.read { transaction in
      try CaseCode(code).flatMap { try CaseRecords.of(code: $0, transaction) }
    }
    guard let found, mayRead(found, actor) else { throw Refusal.fields([FieldProblem("code", "error.link_no_case")]) }
    return found.id
  }

  /// The records of the persons of two cases, side by side. Looking at them is in the audit log of both cases.
  ///
  /// Throws `Refusal`: `.notFound` for a case that is not the actor's to know of, `.conflict` when both are of one
  /// person already.
  public func compare(_ actor: Actor, _ one: CaseID, _ other: CaseID) async throws -> (PersonRecord, PersonRecord) {
    try actor.require(.mergePersons)
    let now = office.clock.now()
    let pair = try await office.database.read { try records(one, other, actor, at: now, $0) }
    try await office.database.write { transaction in
      for id in [one, other] { try transaction.record(entry(actor, "person.compare", id, at: now)) }
    }
    return pair
  }

  private func records(
    _ one: CaseID, _ other: CaseID, _ actor: Actor, at now: Moment, _ transaction: any ReadTransaction
  ) throws -> (PersonRecord, PersonRecord) {
    let summaries = try [one, other].map { try own($0, for: .read, actor, transaction) }
    guard summaries[0].person != summaries[1].person else { throw Refusal(.conflict, Phrase("error.same_person")) }
    // What is sealed under two names can't become one record.
    guard summaries[0].tenant == summaries[1].tenant else {
      throw Refusal(.conflict, Phrase("error.merge_transferred"))
    }
    return (
      try record(of: summaries[0], actor, at: now, transaction),
      try record(of: summaries[1], actor, at: now, transaction)
    )
  }

  private func record(of summary: CaseSummary, _ actor: Actor, at now: Moment, _ transaction: any ReadTransaction)
    throws
    -> PersonRecord
  {
    let sealed = try ContentRecords.contents(summary, transaction)
    func open<Value: Decodable & Hashable & Sendable>(_ kind: DataKind) throws -> Revised<Value>? {
      guard let content = sealed[kind] else { return nil }
      let subject = RecordSubject("person", summary.person)
      guard let key = try RecordKeys.open(subject, kind.rawValue, for: actor, at: now, transaction) else {
        throw Refusal(.noBasis, Phrase("error.no_basis"))
      }
      let address = SealedPlace.content(summary, kind, revision: content.revision)
      return Revised(try key.openValue(Value.self, content.blob, at: address), revision: content.revision)
    }
    return PersonRecord(
      person: summary.person,
      identity: try open(.identity) ?? Revised(PersonIdentity(givenNames: ""), revision: 0),
      contact: try open(.contact) ?? Revised(SafeContact(), revision: 0),
      cases: try CaseRecords.of(persons: [summary.person], agency: summary.agency, transaction)[summary.person] ?? [])
  }

  // MARK: Joining

  /// Joins two records of one person. The cases, consents and keys of the record that goes follow into the one that
  /// stays; how both were before is kept, sealed, so that they can be parted again.
  ///
  /// - Parameter id: chosen by the form, so that a second click joins nothing more.
  ///
  /// Throws `Refusal`: `.notFound`, `.invalid` when the joined person breaks a rule, `.conflict` when one of the two was
  /// changed since it was seen.
  public func merge(_ actor: Actor, id: PersonMergeID, _ request: MergeRequest) async throws {
    try actor.require(.mergePersons)
    let (now, root) = (office.clock.now(), office.root)
    try await office.database.write { transaction in
      if try MergeRecords.merge(id, agency: actor.agency, transaction) != nil { return }
      let (kept, gone) = try records(request.kept, request.gone, actor, at: now, transaction)
      let revisions = [
        kept.identity.revision, kept.contact.revision, gone.identity.revision, gone.contact.revision,
      ]
      guard request.seen == revisions else { throw Refusal(.conflict, Phrase("error.edited_meanwhile")) }
      let (identity, contact) = MergeRules.joined(kept, gone, request.choices)
      let problems = PersonRules.problems(identity, pack, on: day(now)) + PersonRules.problems(contact)
      guard problems.isEmpty else { throw Refusal.fields(unique(problems)) }
      guard let summary = kept.cases.first else { throw Refusal.notFound }

      let merge = PersonMerge(
        id: id, kept: kept.person, gone: gone.person, choices: request.choices, madeBy: actor.member, madeAt: now)
      try MergeRecords.insert(merge, agency: actor.agency, transaction)
      try MergeRecords.keepContents(id, of: kept.person, transaction)
      try MergeRecords.keepCases(id, of: [kept.person, gone.person], transaction)
      if identity != kept.identity.value {
        try put(identity, .identity, seen: kept.identity.revision, summary, for: actor, at: now, transaction)
      }
      if contact != kept.contact.value {
        try put(contact, .contact, seen: kept.contact.revision, summary, for: actor, at: now, transaction)
      }
      try MergeRecords.keepRevisions(id, of: kept.person, transaction)
      try MergeRecords.moveCases(from: gone.person, to: kept.person, transaction)
      try CaseRecords.setPerson(
        kept.person, sex: identity.sex, ageBand: PersonRules.ageBand(identity.birth, pack, on: day(now)), transaction)
      try moveShares(
        of: gone.cases.map(\.id), from: gone.person, to: kept.person, root, actor, at: now, transaction)
      let index = BlindIndex(root: root, agency: actor.agency.description)
      try PersonRecords.setTags(kept.person, identity.tags(index), transaction)
      try PersonRecords.setTags(gone.person, [], transaction)
      try MergeRecords.setTarget(kept.person, of: gone.person, transaction)
      try encodeAnew([kept.person, gone.person], actor, at: now, transaction)
      for summary in kept.cases + gone.cases {
        try transaction.record(entry(actor, "person.merge", summary.id, at: now))
      }
    }
  }

  /// What other agencies hold of a person on the consents of some cases goes with these cases.
  private func moveShares(
    of cases: [CaseID], from: PersonID, to: PersonID, _ root: RootSecret, _ actor: Actor, at now: Moment,
    _ transaction: any WriteTransaction
  ) throws {
    let bases = try cases.flatMap { try ConsentRecords.consents(of: $0, transaction) }.map(\.id.description)
    try RecordKeys.move(
      bases: bases, kinds: DataKind.allCases.filter(\.belongsToPerson).map(\.rawValue),
      from: RecordSubject("person", from), to: RecordSubject("person", to), root: root, by: actor, at: now, transaction)
  }

  // MARK: Parting

  /// What was joined into the person of a case, the newest first.
  public func merges(_ actor: Actor, of id: CaseID) async throws -> [PersonMerge] {
    try actor.require(.mergePersons)
    return try await office.database.read { transaction in
      try MergeRecords.merges(into: try own(id, for: .read, actor, transaction).person, transaction)
    }
  }

  /// Parts two records that were joined: both are again what they were, with their cases, consents and keys. A case that
  /// was opened since stays with the record that stayed.
  ///
  /// Throws `Refusal`: `.notFound`, `.conflict` when it was undone before, when the person's identity or contact was
  /// changed since (also by another joining, which is undone first).
  public func undoMerge(_ actor: Actor, _ id: PersonMergeID) async throws {
    try actor.require(.mergePersons)
    let (now, root) = (office.clock.now(), office.root)
    try await office.database.write { transaction in
      guard let merge = try MergeRecords.merge(id, agency: actor.agency, transaction) else { throw Refusal.notFound }
      guard merge.undoneAt == nil else { throw Refusal(.conflict, Phrase("error.merge_undone")) }
      let newest = try MergeRecords.merges(into: merge.kept, transaction).first { $0.undoneAt == nil }
      guard newest?.id == id, try MergeRecords.target(of: merge.kept, transaction) == nil,
        try MergeRecords.isUntouched(id, merge.kept, transaction)
      else { throw Refusal(.conflict, Phrase("error.merge_touched")) }

      try moveShares(of: merge.cases, from: merge.kept, to: merge.gone, root, actor, at: now, transaction)
      for kind in try MergeRecords.restoreContents(id, of: merge.kept, transaction) {
        try RecordKeys.dropUnused(RecordSubject("person", merge.kept), kind.rawValue, transaction)
      }
      try MergeRecords.restoreCases(id, transaction)
      try MergeRecords.setTarget(nil, of: merge.gone, transaction)
      guard try MergeRecords.setUndone(id, by: actor.member, at: now, transaction) else {
        throw Refusal(.conflict, Phrase("error.merge_undone"))
      }
      let identities = try identities(
        of: [merge.kept, merge.gone], owner: actor.agency, actor, at: now, transaction)
      let index = BlindIndex(root: root, agency: actor.agency.description)
      for (person, identity) in identities {
        try PersonRecords.setTags(person, identity.value.tags(index), transaction)
      }
      try encodeAnew([merge.kept, merge.gone], actor, at: now, transaction)
      let cases = try CaseRecords.of(persons: [merge.kept, merge.gone], agency: actor.agency, transaction)
      for summary in cases.values.joined() {
        try transaction.record(entry(actor, "person.unmerge", summary.id, at: now))
      }
    }
  }
}
