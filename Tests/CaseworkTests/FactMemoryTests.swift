import Accounts
import Basics
import CountryPack
import Records
import TestSupport
import Testing

@testable import Casework

@Suite struct FactMemoryTests {
  private static let questions: [(fields: [FactField], filter: [FactField: Set<String>])] = [
    ([], [:]), ([.province], [:]), ([.form, .province, .ageBand], [:]), ([.sex], [.province: ["EC-P", "EC-O"]]),
    ([.status, .sector], [.form: ["begging", "unknown"]]), ([.province], [.year: ["1999"]]), ([.form], [.sex: []]),
    ([.origin, .destination], [.status: ["open"]]),
  ]

  /// Whatever is asked, memory says what the store says.
  private func expectTheSame(_ memory: FactMemory, _ town: Town, _ note: Comment) async throws {
    for (fields, filter) in Self.questions {
      for measure in FactMeasure.allCases {
        let (kept, stored) = try await town.office.database.read { transaction in
          (
            try memory.counts(by: fields, where: filter, measure: measure, transaction),
            try FactBook.counts(by: fields, where: filter, measure: measure, transaction)
          )
        }
        #expect(kept == stored, note)
      }
    }
    let (kept, stored) = try await town.office.database.read {
      (try memory.codes(of: .province, $0), try FactBook.codes(of: .province, $0))
    }
    #expect(kept == stored, note)
  }

  @Test(arguments: TestEngine.available) func memorySaysWhatTheStoreSaysAfterEveryChange(_ engine: Engine) async throws
  {
    try await withTown(engine) { town in
      let memory = FactMemory()
      try await expectTheSame(memory, town, "nothing yet")
      let one = try await town.opened()
      let other = try await town.opened(nil, town.opening("Rosa Elena"))
      try await expectTheSame(memory, town, "two cases")
      var facts = one.facts
      facts.province = "EC-O"
      facts.form = nil
      try await town.desk.edit(town.worker, one.id, .facts(facts), seen: 1)
      try await expectTheSame(memory, town, "edited")
      let event = ExploitationEventID.random()
      try await town.desk.putEvent(
        town.worker, one.id, id: event,
        EventAccount(EventCodes(stage: .exploitation, country: "co", sector: "mining", crossing: .yes)), seen: 0)
      try await expectTheSame(memory, town, "an event")
      try await town.desk.removeEvent(town.worker, one.id, event, seen: 1)
      try await expectTheSame(memory, town, "no event any more")

      let (kept, gone) = try await town.desk.compare(town.supervisor, one.id, other.id)
      let merge = PersonMergeID.random()
      try await town.desk.merge(
        town.supervisor, id: merge,
        MergeRequest(
          kept: one.id, gone: other.id, choices: [:],
          seen: [kept.identity.revision, kept.contact.revision, gone.identity.revision, gone.contact.revision]))
      try await expectTheSame(memory, town, "joined")
      try await town.desk.undoMerge(town.supervisor, merge)
      try await expectTheSame(memory, town, "parted")
      try await town.close(other.id, leavingOpen: true)
      try await expectTheSame(memory, town, "closed")

      // One goes and another comes: as many rows as before.
      let (database, pack, now) = (town.office.database, town.pack, town.time.now)
      try await database.write {
        try Erasing.erase(one, pack, database.engine, by: .system("test"), at: now, hook: { _, _, _, _ in }, $0)
      }
      try await town.opened(nil, town.opening("Ana Lucía"))
      try await expectTheSame(memory, town, "one erased, one opened")
      try await expectTheSame(FactMemory(), town, "from the beginning")
      let filled = FactMemory()
      try await database.read { try filled.fill($0) }
      try await expectTheSame(filled, town, "filled before")
    }
  }

  /// What was written and undone never gets into memory, and an older look at the store gets its own answer.
  @Test(arguments: TestEngine.available) func aTransactionGetsItsOwnState(_ engine: Engine) async throws {
    try await withTown(engine) { town in
      let memory = FactMemory()
      try await town.opened()
      try await expectTheSame(memory, town, "before")
      struct Undone: Error {}
      await #expect(throws: Undone.self) {
        try await town.office.database.write { transaction in
          try transaction.execute("UPDATE cases SET province = 'EC-W'")
          try FactRecords.refresh(try transaction.rows("SELECT id FROM cases").map { try $0.get("id") }, transaction)
          #expect(try memory.counts(by: [.province], transaction).map(\.codes) == [["EC-W"]])
          throw Undone()
        }
      }
      try await expectTheSame(memory, town, "after what was undone")
      let counts = try await town.office.database.read { try memory.counts(by: [.province], $0) }
      #expect(counts.map(\.codes) == [["EC-P"]])
    }
  }

  @Test(arguments: TestEngine.available) func everyChangeHasANumberOfItsOwn(_ engine: Engine) async throws {
    try await withTown(engine) { town in
      func numbers() async throws -> [Int] {
        try await town.office.database.read {
          try $0.rows("SELECT change FROM case_facts ORDER BY change").map { try $0.get("change") }
        }
      }
      let one = try await town.opened()
      try await town.opened()
      let before = try await numbers()
      #expect(before.count == 2 && before[0] > 0 && before[0] < before[1])
      var facts = one.facts
      facts.province = "EC-O"
      try await town.desk.edit(town.worker, one.id, .facts(facts), seen: 1)
      #expect(try await numbers().last ?? 0 > before[1])
    }
  }
}
