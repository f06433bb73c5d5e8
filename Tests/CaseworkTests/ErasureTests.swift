import Accounts
import Basics
import CountryPack
import Foundation
import Records
import TestSupport
import Testing
import Vault

@testable import Casework

@Suite struct RetentionRulesTests {
  private let schedules = [
    RetentionSchedule(code: "error", reasons: ["opened_in_error"], months: 1, source: "s", certainty: .decided),
    RetentionSchedule(
      code: "old", kinds: ["trafficking"], months: 12, until: CalendarDay("2006-12-31"), source: "s",
      certainty: .verified),
    RetentionSchedule(
      code: "new", kinds: ["trafficking"], months: 24, from: CalendarDay("2007-01-01"), source: "s",
      certainty: .unverified),
  ]

  @Test func theFirstThatFitsCounts() throws {
    let (old, new) = (try #require(CalendarDay("2006-12-31")), try #require(CalendarDay("2007-01-01")))
    func code(_ kind: String, _ reason: String?, _ day: CalendarDay) -> String? {
      RetentionRules.schedule(kind: kind, reason: reason, closed: day, schedules)?.code
    }
    #expect(code("trafficking", "opened_in_error", new) == "error")
    #expect(code("trafficking", "moved", old) == "old")
    #expect(code("trafficking", nil, new) == "new")
    // Where none fits, the case is kept.
    #expect(code("child_labour", "moved", new) == nil)
    #expect(
      RetentionRules.due(closed: try #require(CalendarDay("2007-01-31")), schedules[0])
        == CalendarDay("2007-02-28"))
  }

  @Test(arguments: CaseStatus.allCases, ErasureGround.allCases) func aHoldBeatsEverything(
    _ status: CaseStatus, _ ground: ErasureGround
  ) throws {
    let day = try #require(CalendarDay("2007-11-05"))
    for isHeld in [true, false] {
      for isGranted in [true, false] {
        for due in [nil, day.adding(days: -1), day, day.adding(days: 1)] {
          let may: Bool
          do {
            try RetentionRules.requireErasable(
              status: status, isHeld: isHeld, ground: ground, due: due, isGranted: isGranted, on: day)
            may = true
          } catch { may = false }
          let isDue = due.map { $0 <= day } == true
          #expect(may == (!isHeld && status == .closed && (ground == .term ? isDue : isGranted)))
        }
      }
    }
  }

  @Test func codesStayOnlyWhereTheySingleNobodyOut() {
    let facts = CaseFacts(kind: "trafficking", province: "EC-P", form: "begging", ageBand: "18-29", sex: "female")
    #expect(RetentionRules.kept(facts, alike: 5, coarse: 9, from: 5) == facts)
    let coarse = RetentionRules.kept(facts, alike: 4, coarse: 5, from: 5)
    #expect(coarse?.form == nil && coarse?.sex == nil && coarse?.ageBand == "18-29")
    #expect(RetentionRules.kept(facts, alike: 4, coarse: 4, from: 5) == nil)
  }

  @Test func workingDaysSkipWeekendsAndHolidays() throws {
    let friday = try #require(CalendarDay("2007-11-02"))
    let term = CountedTerm(days: 2, counts: .working, warnDays: 1, source: "s", certainty: .verified)
    #expect(term.due(from: friday, holidays: []) == CalendarDay("2007-11-06"))
    #expect(term.due(from: friday, holidays: [try #require(CalendarDay("2007-11-05"))]) == CalendarDay("2007-11-07"))
    let calendar = CountedTerm(days: 15, counts: .calendar, warnDays: 1, source: "s", certainty: .verified)
    #expect(calendar.due(from: friday, holidays: []) == CalendarDay("2007-11-17"))
  }
}

@Suite struct ErasureTests {
  static let words = ["zarcillo", "colibrí azul", "quinde", "tórtola"]

  /// A closed case that is full of words, whose time has run out.
  private func full(_ town: Town) async throws -> CaseSummary {
    let (desk, words) = (town.desk, Self.words)
    var opening = town.opening(words[0], words[1])
    (opening.narrative, opening.health, opening.legal) = (words[2], words[3], words[0])
    opening.needs = Needs(codes: ["legal"], note: words[1])
    let summary = try await town.opened(nil, opening)
    try await desk.edit(town.worker, summary.id, .narrative(words[2] + " otra vez"), seen: 1)
    try await desk.planFollowUp(town.worker, summary.id, id: .random(), due: desk.today, note: words[3])
    try await desk.editProtection(town.worker, summary.id, ProtectedItems(shelter: words[0]), seen: 0)
    try await town.shared(summary.id, to: town.north.agency, [.identity, .needs])
    try await town.close(summary.id, reason: "opened_in_error", summary: words[1], leavingOpen: true)
    return summary
  }

  private func protection(_ town: Town) -> DataProtectionDesk { DataProtectionDesk(town.office, town.pack) }

  @Test(arguments: TestEngine.available) func erasingTakesTwoAndLeavesNothing(_ engine: Engine) async throws {
    try await withTown(engine) { town in
      let desk = protection(town)
      let summary = try await full(town)
      let id = summary.id
      // Not due yet, then due.
      #expect(
        try await refusal { try await desk.propose(town.worker, id, id: .random(), ground: .term) }?.phrase.key
          == "error.erase_not_due")
      #expect(try await desk.running(town.supervisor, within: 31).map(\.summary.id) == [id])
      #expect(try await desk.running(town.supervisor, within: 3).isEmpty)
      town.time.move(.days(32))
      // A hold comes before it, and is shown.
      let hold = HoldID.random()
      try await desk.hold(town.supervisor, id, id: hold, reason: "Oficio 12 de la Fiscalía")
      #expect(
        try await refusal { try await desk.propose(town.worker, id, id: .random(), ground: .term) }?.phrase.key
          == "error.case_held")
      #expect(try await desk.running(town.supervisor, within: 0).first?.isHeld == true)
      #expect(try await desk.holds(town.supervisor, id).first?.reason == "Oficio 12 de la Fiscalía")
      try await desk.liftHold(town.supervisor, id, hold, reason: "Ya no hace falta")
      // One proposes, another confirms.
      let proposal = try await desk.propose(town.supervisor, id, id: .random(), ground: .term)
      #expect(proposal.schedule == "opened_in_error")
      #expect(try await refusal { try await desk.confirm(town.supervisor, proposal.id) }?.kind == .forbidden)
      #expect(try await refusal { try await desk.confirm(town.worker, proposal.id) }?.kind == .forbidden)
      try await desk.decline(town.supervisor, proposal.id)
      let again = try await desk.propose(town.worker, id, id: .random(), ground: .term)
      #expect(try await refusal { try await desk.confirm(town.north, again.id) }?.kind == .forbidden)
      try await desk.confirm(town.supervisor, again.id)
      #expect(try await refusal { try await desk.confirm(town.supervisor, again.id) }?.kind == .conflict)

      // Gone for everybody, from lists and from the search.
      #expect(try await refusal { _ = try await town.desk.file(town.worker, id) } == .notFound)
      #expect(try await refusal { _ = try await town.desk.file(town.north, id) } == .notFound)
      #expect(try await town.desk.search(town.worker, name: Self.words[0]).matches.isEmpty)
      #expect(try await town.desk.list(town.worker).rows.isEmpty)
      let content = try await wholeContent(of: town.office.database, engine)
      for (table, rows) in content where !["audit_entries", "case_erasures", "record_erasure_keys"].contains(table) {
        #expect(!rows.contains { $0.contains(id.description) || $0.contains(summary.person.description) }, "\(table)")
      }
      // What stays says that there was something, and who decided; the log still holds.
      #expect(try await desk.erasures(town.supervisor, waiting: false).map(\.outcome).contains(.erased))
      let actions = try await town.office.database.read {
        try AuditLog.entries($0, objectKind: "case", objectID: id.description).map(\.entry.action)
      }
      #expect(actions.contains("case.erase") && actions.contains("case.open"))
    }
  }

  @Test(arguments: TestEngine.available) func aCopyOfBeforeOpensNothingWithoutTheErasureKey(_ engine: Engine)
    async throws
  {
    try await withTown(engine) { town in
      let desk = protection(town)
      let summary = try await full(town)
      let other = try await town.opened(nil, town.opening("Ana", "Otra"))
      let id = summary.id
      // What a backup of the store holds: everything but the erasure keys.
      let wraps = try await wraps(town)
      #expect(try await opens(town, summary))
      #expect(try await opens(town, other))
      town.time.move(.days(32))
      try await desk.confirm(
        town.supervisor, try await desk.propose(town.worker, id, id: .random(), ground: .term).id)
      // The old rows put back, with everybody's passwords and the root secret still there.
      try await town.office.database.write { transaction in
        for wrap in wraps { try wrap.put(transaction) }
        try transaction.record(.test())
      }
      #expect(try await !opens(town, summary))
      #expect(try await opens(town, other))
      // Nothing is ever sealed for it again either.
      #expect(
        try await refusal {
          let (worker, now) = (town.worker, town.time.now)
          try await town.office.database.write {
            _ = try RecordKeys.openOrCreate(
              RecordSubject("case", id), "narrative", for: worker, at: now, $0)
          }
        }?.kind == .noBasis)
    }
  }

  @Test(arguments: TestEngine.available) func noByteOfItStaysInTheStore(_ engine: Engine) async throws {
    try await withTown(engine) { town in
      let desk = protection(town)
      let summary = try await full(town)
      // Others around it, so that its rows lie among theirs.
      for number in 0..<30 { try await town.opened(nil, town.opening("Persona", "Número \(number)")) }
      let (id, person) = (summary.id.description, summary.person.description)
      let sealed = try await town.office.database.read { transaction in
        try [
          transaction.rows("SELECT sealed AS bytes FROM case_contents WHERE case_id = ?", id),
          transaction.rows("SELECT sealed AS bytes FROM person_contents WHERE person = ?", person),
          transaction.rows(
            "SELECT replaced AS bytes FROM case_content_changes WHERE case_id = ? AND replaced IS NOT NULL", id),
          transaction.rows("SELECT note AS bytes FROM case_follow_ups WHERE case_id = ?", id),
          transaction.rows("SELECT sealed AS bytes FROM record_key_wraps WHERE subject = ?", "case/" + id),
          transaction.rows("SELECT sealed AS bytes FROM record_key_wraps WHERE subject = ?", "person/" + person),
          transaction.rows("SELECT secret AS bytes FROM record_erasure_keys WHERE subject = ?", "case/" + id),
          transaction.rows("SELECT secret AS bytes FROM record_erasure_keys WHERE subject = ?", "person/" + person),
        ].flatMap(\.self).map { Array(try $0.get("bytes", as: [UInt8].self).prefix(28)) }
      }
      #expect(sealed.count > 15)
      func everything() async throws -> Data {
        var all = Data()
        if engine == .sqlite {
          let path = try #require(
            try await town.office.database.read {
              try $0.value(String.self, "SELECT file FROM pragma_database_list WHERE name = 'main'")
            })
          for file in [path, path + "-wal"] { all += FileManager.default.contents(atPath: file) ?? Data() }
        }
        for rows in try await wholeContent(of: town.office.database, engine).values {
          for row in rows { all += Data(row.utf8) }
        }
        return all
      }
      func found(_ data: Data) -> Int {
        sealed.count { data.range(of: Data($0)) != nil || data.range(of: Data($0.hexadecimal.utf8)) != nil }
      }
      #expect(try await found(everything()) == sealed.count)
      town.time.move(.days(32))
      try await desk.confirm(
        town.supervisor, try await desk.propose(town.worker, summary.id, id: .random(), ground: .term).id)
      #expect(try await found(everything()) == 0)
    }
  }

  /// Whether the worker's agency can open the narrative's key by the wraps that lie there.
  private func opens(_ town: Town, _ summary: CaseSummary) async throws -> Bool {
    let (worker, now) = (town.worker, town.time.now)
    return try await town.office.database.read {
      for kind in DataKind.allCases
      where try RecordKeys.open(CaseAccess.subject(kind, summary), kind.rawValue, for: worker, at: now, $0) != nil {
        return true
      }
      return false
    }
  }

  /// A wrap as a backup holds it.
  private struct Kept: Sendable {
    static let columns = [
      "subject", "data_kind", "recipient", "basis", "epoch", "expires_at", "held", "sealed", "signature", "grantor",
      "grantor_key", "granted_at", "boxed",
    ]
    var values: [SQLValue]

    func put(_ transaction: any WriteTransaction) throws {
      try transaction.execute(
        """
        INSERT INTO record_key_wraps (\(Self.columns.joined(separator: ", ")))
        VALUES (\(CaseRecords.marks(Self.columns.count))) ON CONFLICT DO NOTHING
        """, values)
    }
  }

  private func wraps(_ town: Town) async throws -> [Kept] {
    try await town.office.database.read { transaction in
      try transaction.rows("SELECT * FROM record_key_wraps").map { row in
        Kept(values: try Kept.columns.map { try row.optional($0, as: SQLValue.self) ?? .null })
      }
    }
  }

  @Test(arguments: TestEngine.available) func wrapsFromBeforeThereWereErasureKeysAreBoxedOnce(_ engine: Engine)
    async throws
  {
    try await withTown(engine) { town in
      let summary = try await full(town)
      // As an older version left them: unboxed, and no erasure key at all.
      try await town.office.database.write { transaction in
        for row in try transaction.rows(
          """
          SELECT w.subject, w.data_kind, w.recipient, w.basis, w.sealed, e.secret FROM record_key_wraps w
          JOIN record_erasure_keys e ON e.subject = w.subject
          """)
        {
          let (subject, kind): (String, String) = (try row.get("subject"), try row.get("data_kind"))
          let (recipient, basis): (String, String) = (try row.get("recipient"), try row.get("basis"))
          let context = Array([subject, kind, recipient, basis].joined(separator: "\n").utf8)
          let key = try #require(ErasureKey(bytes: try row.get("secret")))
          try transaction.execute(
            """
            UPDATE record_key_wraps SET sealed = ?, boxed = 0
            WHERE subject = ? AND data_kind = ? AND recipient = ? AND basis = ?
            """, try key.open(try row.get("sealed"), context: context), subject, kind, recipient, basis)
        }
        try transaction.execute("DELETE FROM record_erasure_keys")
        try transaction.record(.test())
      }
      #expect(try await opens(town, summary))
      #expect(try await ErasureKeys.boxOlder(town.office.database, at: town.time.now) > 0)
      #expect(try await ErasureKeys.boxOlder(town.office.database, at: town.time.now) == 0)
      #expect(try await opens(town, summary))
      let file = try await town.desk.file(town.worker, summary.id)
      #expect(file.narrative?.value.contains(Self.words[2]) == true)
    }
  }

  @Test(arguments: TestEngine.available) func aPersonWithAnotherCaseStays(_ engine: Engine) async throws {
    try await withTown(engine) { town in
      let desk = protection(town)
      let first = try await full(town)
      var second = town.opening()
      second.person = .existing(first.person)
      let other = try await town.opened(nil, second)
      town.time.move(.days(32))
      try await desk.confirm(
        town.supervisor, try await desk.propose(town.worker, first.id, id: .random(), ground: .term).id)
      #expect(try await town.desk.file(town.worker, other.id).identity?.value.givenNames == Self.words[0])
      #expect(try await refusal { _ = try await town.desk.file(town.worker, first.id) } == .notFound)
    }
  }

  @Test(arguments: TestEngine.available) func figuresKeepWhatSinglesNobodyOut(_ engine: Engine) async throws {
    try await withTown(engine) { town in
      let desk = protection(town)
      let counts = CountsDesk(town.office, town.pack)
      var ids: [CaseID] = []
      for number in 0..<6 {
        let summary = try await town.opened(nil, town.opening("Persona", "Número \(number)"))
        try await town.close(summary.id, reason: "opened_in_error")
        ids.append(summary.id)
      }
      func total() async throws -> Int {
        try await counts.facts(town.coordinator).reduce(0) { $0 + $1.count }
      }
      town.time.move(.days(32))
      for id in ids {
        try await desk.confirm(
          town.supervisor, try await desk.propose(town.worker, id, id: .random(), ground: .term).id)
      }
      // Six agreed in all codes: each that went was one of six or more with those already kept.
      #expect(try await total() == 6)
      // One alone singles a person out, and goes without a trace in the figures.
      var alone = town.opening("Sola", "Única")
      alone.province = "EC-W"
      let summary = try await town.opened(nil, alone)
      try await town.close(summary.id, reason: "opened_in_error")
      #expect(try await total() == 7)
      town.time.move(.days(32))
      try await desk.confirm(
        town.supervisor, try await desk.propose(town.worker, summary.id, id: .random(), ground: .term).id)
      #expect(try await total() == 6)
    }
  }
}
