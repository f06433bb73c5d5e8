import Accounts
import Basics
import CountryPack
import Records
import TestSupport
import Testing

@testable import Casework

@Suite struct FactTests {
  /// Every row of facts as it stands, and as it would be made anew from what it repeats.
  private func facts(_ town: Town) async throws -> (kept: [String], anew: [String]) {
    let columns = ["case_id", "agency"] + FactField.allCases.map(\.rawValue)
    let line = columns.map { "\($0)" }.joined(separator: " || '|' || ")
    return try await town.office.database.write { transaction in
      func lines() throws -> [String] {
        try transaction.rows("SELECT \(line) AS line FROM case_facts ORDER BY case_id").map { try $0.get("line") }
      }
      let kept = try lines()
      try transaction.execute("DELETE FROM case_facts")
      try transaction.execute(FactSchema.source)
      try transaction.record(.test())
      return (kept, try lines())
    }
  }

  private func counts(
    _ town: Town, _ fields: [FactField], where filter: [FactField: Set<String>] = [:], _ measure: FactMeasure = .cases
  ) async throws -> [[String]: Int] {
    try await town.office.database.read { transaction in
      Dictionary(
        uniqueKeysWithValues: try FactBook.counts(by: fields, where: filter, measure: measure, transaction).map {
          ($0.codes, $0.count)
        })
    }
  }

  @Test(arguments: TestEngine.available) func whateverIsDoneFactsSayWhatStandsInTheFile(_ engine: Engine) async throws {
    try await withTown(engine) { town in
      let one = try await town.opened()
      let other = try await town.opened(nil, town.opening("Rosa María"))
      #expect(
        try await counts(town, [.year, .form, .ageBand, .sex, .status, .screened, .assisted, .crossedBorder])
          == [["2007", "begging", "18-29", "female", "open", "no", "not_asked", "not_asked"]: 2])
      var facts = one.facts
      facts.province = "EC-O"
      facts.form = nil
      try await town.desk.edit(town.worker, one.id, .facts(facts), seen: 1)
      #expect(try await counts(town, [.province, .form]) == [["EC-O", "unknown"]: 1, ["EC-P", "begging"]: 1])

      let event = ExploitationEventID.random()
      func put(_ codes: EventCodes, _ id: ExploitationEventID, seen revision: Int) async throws {
        try await town.desk.putEvent(town.worker, one.id, id: id, EventAccount(codes), seen: revision)
      }
      try await put(EventCodes(stage: .exploitation, sector: "mining", crossing: .unknown), event, seen: 0)
      #expect(
        try await counts(town, [.crossedBorder, .sector, .destination], where: [.province: ["EC-O"]])
          == [["unknown", "mining", "unknown"]: 1])
      try await put(EventCodes(stage: .exploitation, country: "ec", sector: "mining", crossing: .no), event, seen: 1)
      let second = ExploitationEventID.random()
      try await put(EventCodes(stage: .exploitation, country: "co", sector: "mining", crossing: .yes), second, seen: 0)
      #expect(
        try await counts(town, [.crossedBorder, .sector, .destination], where: [.province: ["EC-O"]])
          == [["yes", "mining", "several"]: 1])
      try await town.desk.removeEvent(town.worker, one.id, second, seen: 1)
      #expect(try await counts(town, [.crossedBorder], where: [.province: ["EC-O"]]) == [["no"]: 1])
      let recruiter = PerpetratorID.random()
      try await town.desk.putPerpetrator(
        town.worker, one.id, id: recruiter, PerpetratorCodes(role: "recruiter", relation: nil), PerpetratorDetail(),
        seen: 0)
      #expect(try await counts(town, [.recruiter], where: [.province: ["EC-O"]]) == [["unknown"]: 1])
      try await town.desk.addService(
        town.worker, other.id, id: .random(),
        ServiceRequest(service: "legal", day: town.desk.today, provider: town.worker.agency))
      #expect(try await counts(town, [.assisted]) == [["yes"]: 1, ["not_asked"]: 1])
      try await town.close(other.id, leavingOpen: true)
      #expect(try await counts(town, [.status]) == [["open"]: 1, ["closed"]: 1])

      let state = try await self.facts(town)
      #expect(state.kept == state.anew && state.kept.count == 2)
    }
  }

  @Test(arguments: TestEngine.available) func joinedRecordsCountAsOnePersonUntilTheyAreParted(_ engine: Engine)
    async throws
  {
    try await withTown(engine) { town in
      let one = try await town.opened()
      let other = try await town.opened(nil, town.opening("Rosa Elena"))
      #expect(try await counts(town, [], .persons) == [[]: 2])
      let (kept, gone) = try await town.desk.compare(town.supervisor, one.id, other.id)
      let merge = PersonMergeID.random()
      try await town.desk.merge(
        town.supervisor, id: merge,
        MergeRequest(
          kept: one.id, gone: other.id, choices: [:],
          seen: [kept.identity.revision, kept.contact.revision, gone.identity.revision, gone.contact.revision]))
      #expect(try await counts(town, [], .persons) == [[]: 1])
      #expect(try await counts(town, []) == [[]: 2])
      // A person is counted once whatever the columns, and by the first case that fits.
      #expect(try await counts(town, [.province], .persons) == [["EC-P"]: 1])
      try await town.desk.undoMerge(town.supervisor, merge)
      #expect(try await counts(town, [], .persons) == [[]: 2])
      let state = try await self.facts(town)
      #expect(state.kept == state.anew)
    }
  }

  @Test(arguments: TestEngine.available) func anErasedCaseLeavesNoFactsButWhatSinglesNobodyOut(_ engine: Engine)
    async throws
  {
    try await withTown(engine) { town in
      // Five agree in all codes, one in none.
      var alike: [CaseSummary] = []
      for _ in 0..<5 { alike.append(try await town.opened()) }
      var lonely = town.opening()
      lonely.province = "EC-W"
      let single = try await town.opened(nil, lonely)
      let (database, pack, now) = (town.office.database, town.pack, town.time.now)
      for summary in [alike[0], single] {
        try await database.write {
          try Erasing.erase(summary, pack, database.engine, by: .system("test"), at: now, hook: { _, _, _, _ in }, $0)
        }
      }
      #expect(try await counts(town, [.province]) == [["EC-P"]: 5])
      #expect(try await counts(town, [.province, .sector]) == [["EC-P", "not_asked"]: 4, ["EC-P", "unknown"]: 1])
      let state = try await self.facts(town)
      #expect(state.kept == state.anew && state.kept.count == 4)
    }
  }

  @Test(arguments: TestEngine.available) func casesOfBeforeGetTheirFactsFromTheSchemaStep(_ engine: Engine) async throws
  {
    try await withTown(engine) { town in
      try await town.opened()
      let before = try await facts(town)
      #expect(before.kept == before.anew && before.kept.count == 1)
      #expect(FactSchema.migrations.flatMap(\.statements).contains(FactSchema.source))
    }
  }
}
