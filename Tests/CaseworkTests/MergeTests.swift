import Accounts
import Basics
import Records
import TestSupport
import Testing

@testable import Casework

@Suite struct MergeTests {
  /// A person with some cases, and consents to share them with other agencies, some held back.
  private struct Made {
    var cases: [CaseSummary] = []
    var consents: [(case: CaseID, consent: ConsentID, to: AgencyID)] = []
  }

  private func made(_ town: Town, _ dice: inout SeededGenerator) async throws -> Made {
    func one(_ list: [String]) -> String { list.randomElement(using: &dice) ?? "" }
    let identity = PersonIdentity(
      givenNames: one(["Rosa", "Rosita", "Luz"]), surnames: one(["Quispe", "Quishpe Lema", ""]),
      otherNames: one(["", "Chabela"]), sex: one(["female", "male"]),
      birth: [Birth.unknown, .year(1980), .year(1984)].randomElement(using: &dice) ?? .unknown,
      documentNumber: one(["", "123"]), nationality: one(["", "colombiana"]))
    let contact = SafeContact(how: one(["", "099"]))
    let person = PersonID.random()
    var made = Made()
    for number in 0..<Int.random(in: 1...3, using: &dice) {
      let request = CaseOpening(
        person: number == 0 ? .new(person, identity, contact) : .existing(person), kind: "trafficking",
        province: "EC-P", ageBand: "18-29", sex: one(["female", "male"]))
      let summary = try await town.opened(nil, request)
      made.cases.append(summary)
      for other in [town.north, town.south] where Int.random(in: 0..<3, using: &dice) > 0 {
        let consent = ConsentID.random()
        let kinds: Set<DataKind> = Bool.random(using: &dice) ? [.identity, .contact] : [.identity, .needs]
        try await town.desk.giveConsent(
          town.worker, summary.id, id: consent, town.consent(to: other.agency, kinds))
        try await town.share(
          summary.id, kinds, to: other.agency, on: consent, held: Bool.random(using: &dice))
        made.consents.append((summary.id, consent, other.agency))
      }
    }
    return made
  }

  /// Everything that joining touches, as the owner and the other agencies see it, and as it stands in the store.
  private func state(_ town: Town, _ cases: [CaseID]) async throws -> [String] {
    var lines: [String] = []
    for id in cases {
      for actor in [town.worker, town.north, town.south] {
        do {
          let file = try await town.desk.file(actor, id)
          lines.append("\(id) \(file.summary) \(file.kinds.sorted()) \(file.identity as Any) \(file.contact as Any)")
        } catch let refusal as Refusal { lines.append("\(id) \(refusal.kind)") }
      }
    }
    lines += try await town.office.database.read { transaction in
      try [
        "SELECT subject || data_kind || recipient || basis || held AS line FROM record_key_wraps ORDER BY 1",
        "SELECT person || tag AS line FROM person_tags ORDER BY 1",
        "SELECT id || COALESCE(merged_into, '') AS line FROM persons ORDER BY 1",
      ].flatMap { try transaction.rows($0).map { try $0.get("line", as: String.self) } }
    }
    let content = try await wholeContent(of: town.office.database, town.office.database.engine)
    return lines + (content["person_contents"] ?? []) + (content["cases"] ?? [])
  }

  @Test(arguments: TestEngine.available) func undoingRestoresBothExactly(_ engine: Engine) async throws {
    var dice = SeededGenerator(seed: testSeed("joining and parting"))
    try await withTown(engine) { town in
      for _ in 0..<(engine == .sqlite ? 12 : 5) {
        town.time.move(.minutes(1))
        let (one, other) = (try await made(town, &dice), try await made(town, &dice))
        let cases = (one.cases + other.cases).map(\.id)
        let before = try await state(town, cases)
        let (kept, gone) = try await town.desk.compare(town.supervisor, one.cases[0].id, other.cases[0].id)
        let choices = MergeField.allCases.reduce(into: [MergeField: MergeSide]()) {
          $0[$1] = MergeSide.allCases.randomElement(using: &dice)
        }
        let id = PersonMergeID.random()
        let request = MergeRequest(
          kept: one.cases[0].id, gone: other.cases[0].id, choices: choices,
          seen: [kept.identity.revision, kept.contact.revision, gone.identity.revision, gone.contact.revision])
        for _ in 0..<2 { try await town.desk.merge(town.supervisor, id: id, request) }
        let (identity, contact) = MergeRules.joined(kept, gone, choices)
        for id in cases {
          let file = try await town.desk.file(town.worker, id)
          #expect(file.summary.person == kept.person && file.identity?.value == identity)
          #expect(file.contact?.value ?? SafeContact() == contact)
          #expect(try await town.desk.related(town.worker, id).ofPerson.count == cases.count - 1)
        }
        // Whoever could read the person before can read the joined one, on the same consents and no others.
        let wraps = try await town.office.database.read { transaction in
          try RecordKeyRecordsProbe.bases(of: gone.person, transaction)
        }
        #expect(wraps.isEmpty)
        try await town.desk.undoMerge(town.supervisor, id)
        #expect(try await state(town, cases) == before)
        #expect(
          try await refusal { try await town.desk.undoMerge(town.supervisor, id) }?.phrase.key == "error.merge_undone")
      }
    }
  }

  private func pair(_ town: Town) async throws -> (CaseSummary, CaseSummary) {
    (
      try await town.opened(nil, town.opening("Rosa", "Quispe Andrade")),
      try await town.opened(nil, town.opening("Rosita", "Quishpe"))
    )
  }

  private func merge(_ town: Town, _ one: CaseSummary, _ other: CaseSummary) async throws -> PersonMergeID {
    let (kept, gone) = try await town.desk.compare(town.supervisor, one.id, other.id)
    let id = PersonMergeID.random()
    try await town.desk.merge(
      town.supervisor, id: id,
      MergeRequest(
        kept: one.id, gone: other.id, choices: [:],
        seen: [kept.identity.revision, kept.contact.revision, gone.identity.revision, gone.contact.revision]))
    return id
  }

  @Test(arguments: TestEngine.available) func consentsFollowAndWithdrawingEndsThem(_ engine: Engine) async throws {
    try await withTown(engine) { town in
      let (one, other) = try await pair(town)
      let consent = try await town.shared(other.id, to: town.north.agency, [.identity])
      let held = ConsentID.random()
      try await town.desk.giveConsent(
        town.worker, other.id, id: held, town.consent(to: town.south.agency, [.identity]))
      try await town.share(other.id, [.identity], to: town.south.agency, on: held, held: true)
      let id = try await merge(town, one, other)
      #expect(try await town.desk.file(town.north, other.id).identity?.value.surnames == "Quispe Andrade")
      // Only the case that was shared: the person's other case stays closed.
      #expect(try await refusal { _ = try await town.desk.file(town.north, one.id) } == .notFound)
      #expect(try await refusal { _ = try await town.desk.file(town.south, other.id) } == .notFound)
      let root = town.office.root
      let south = town.south.agency
      try await town.office.database.write {
        try CaseAccess.release(other.id, to: south, on: held, root: root, $0)
        try $0.record(.test())
      }
      #expect(try await town.desk.file(town.south, other.id).identity != nil)
      // A consent withdrawn in between stays withdrawn after parting.
      _ = try await town.desk.withdrawConsent(town.worker, consent)
      #expect(try await refusal { _ = try await town.desk.file(town.north, other.id) } == .notFound)
      try await town.desk.undoMerge(town.supervisor, id)
      #expect(try await refusal { _ = try await town.desk.file(town.north, other.id) } == .notFound)
      #expect(try await town.desk.file(town.south, other.id).identity?.value.givenNames == "Rosita")
      let bases = try await town.office.database.read { transaction in
        try [one, other].flatMap { try RecordKeyRecordsProbe.bases(of: $0.person, transaction) }
      }
      #expect(bases == [held.description])
    }
  }

  @Test(arguments: TestEngine.available) func aPersonIsFoundByBothNamesUntilParted(_ engine: Engine) async throws {
    try await withTown(engine) { town in
      let (one, other) = try await pair(town)
      #expect(try await town.desk.doubles(town.supervisor, of: one.id).map(\.person) == [other.person])
      let id = try await merge(town, one, other)
      #expect(try await town.desk.search(town.worker, name: "rosita quishpe").matches.map(\.person) == [one.person])
      #expect(try await town.desk.search(town.worker, name: "rosa andrade").matches.first?.cases.count == 2)
      #expect(try await town.desk.doubles(town.supervisor, of: one.id).isEmpty)
      #expect(try await town.desk.merges(town.supervisor, of: other.id).map(\.cases) == [[other.id]])
      // Nobody opens a case for a record that went into another.
      #expect(
        try await refusal {
          try await town.opened(
            nil, CaseOpening(person: .existing(other.person), kind: "trafficking", province: "EC-P"))
        } == .notFound)
      let later = try await town.opened(
        nil, CaseOpening(person: .existing(one.person), kind: "trafficking", province: "EC-P"))
      try await town.desk.undoMerge(town.supervisor, id)
      #expect(try await town.desk.search(town.worker, name: "andrade").matches.first?.cases.count == 2)
      #expect(try await town.desk.search(town.worker, name: "rosita").matches.map(\.person).contains(other.person))
      #expect(try await town.desk.file(town.worker, later.id).summary.person == one.person)
      let actions = try await town.desk.history(town.supervisor, other.id).map(\.action)
      for action in ["person.merge", "person.unmerge", "person.compare"] { #expect(actions.contains(action)) }
    }
  }

  @Test(arguments: TestEngine.available) func whatChangedSinceIsNotThrownAway(_ engine: Engine) async throws {
    try await withTown(engine) { town in
      let (one, other) = try await pair(town)
      let third = try await town.opened(nil, town.opening("Rosa", "Kispe"))
      for actor in [town.worker, town.officer, town.referralDesk, town.coordinator] {
        #expect(try await refusal { _ = try await town.desk.compare(actor, one.id, other.id) } == .forbidden)
        #expect(try await refusal { _ = try await town.desk.doubles(actor, of: one.id) } == .forbidden)
      }
      let stale = MergeRequest(kept: one.id, gone: other.id, choices: [:], seen: [1, 1, 1, 0])
      #expect(
        try await refusal { try await town.desk.merge(town.supervisor, id: .random(), stale) }?.kind == .conflict)
      let abroad = try await town.opened(town.north, town.opening())
      #expect(try await refusal { _ = try await town.desk.compare(town.supervisor, one.id, abroad.id) } == .notFound)
      let first = try await merge(town, one, other)
      #expect(
        try await refusal { _ = try await town.desk.compare(town.supervisor, one.id, other.id) }?.phrase.key
          == "error.same_person")
      town.time.move(.minutes(1))
      let second = try await merge(town, one, third)
      // The newest goes first.
      #expect(
        try await refusal { try await town.desk.undoMerge(town.supervisor, first) }?.phrase.key
          == "error.merge_touched")
      #expect(try await refusal { try await town.desk.undoMerge(town.worker, second) } == .forbidden)
      #expect(try await refusal { try await town.desk.undoMerge(town.supervisor, .random()) } == .notFound)
      try await town.desk.undoMerge(town.supervisor, second)
      try await town.desk.undoMerge(town.supervisor, first)
      let again = try await merge(town, one, other)
      let file = try await town.desk.file(town.worker, one.id)
      var identity = try #require(file.identity)
      identity.value.nationality = "ecuatoriana"
      try await town.desk.edit(town.worker, one.id, .identity(identity.value), seen: identity.revision)
      #expect(
        try await refusal { try await town.desk.undoMerge(town.supervisor, again) }?.phrase.key
          == "error.merge_touched")
      #expect(try await town.desk.file(town.worker, other.id).identity?.value.nationality == "ecuatoriana")
    }
  }
}

private enum RecordKeyRecordsProbe {
  static func bases(of person: PersonID, _ transaction: any ReadTransaction) throws -> [String] {
    try transaction.rows(
      "SELECT basis FROM record_key_wraps WHERE subject = ? AND basis <> '' ORDER BY basis", "person/\(person)"
    ).map { try $0.get("basis") }
  }
}
