import Basics
import Casework
import CountryPack
import Foundation
import Records
import Statistics
import TestSupport
import Testing

@testable import Releases

@Suite struct RecordsDeskTests {
  private static func text(_ text: String) -> ReleaseText { ReleaseText(es: text, en: text) }

  private static func choice(_ epsilon: Double? = nil) -> RecordsChoice {
    RecordsChoice(
      columns: [.sex, .form, .province], years: 2007...2007, method: epsilon == nil ? .kanonymous : .dp, k: 10,
      epsilon: epsilon ?? 1, delta: 0.0001, length: 2)
  }

  private func made(_ hall: Hall, _ choice: RecordsChoice) async throws -> MadeRecords {
    try await hall.records.begin(hall.analyst, choice).make { _ in }
  }

  @discardableResult
  private func kept(_ hall: Hall, _ slug: String, _ made: MadeRecords) async throws -> RecordsID {
    let id = RecordsID.random()
    try await hall.records.keep(
      hall.analyst, made, id: id, slug: slug, title: Self.text("Título"), note: Self.text(""))
    return id
  }

  @Test(arguments: TestEngine.available) func recordsNeedFourEyesAndStayAtTheirAddress(_ engine: Engine) async throws {
    try await withHall(engine) { hall in
      try await hall.fill([("begging", "EC-P", 40), ("sexual", "EC-O", 60), ("labour", "EC-P", 3)])
      for actor in [hall.worker, hall.supervisor] {
        #expect(try await refusal { _ = try await hall.records.begin(actor, Self.choice()) } == .forbidden)
      }
      let made = try await made(hall, Self.choice())
      #expect(made.report.realRecords == 103 && made.report.leaks(upTo: 2) == 0)
      let csv = String(decoding: made.csv, as: UTF8.self)
      #expect(csv.hasPrefix("province,form,sex\n") && !csv.contains("labour"))

      let id = try await kept(hall, "registros-2007", made)
      // A second click keeps nothing more; the address waits for its first version.
      try await hall.records.keep(
        hall.analyst, made, id: id, slug: "otra", title: Self.text("x"), note: Self.text(""))
      #expect(try await hall.records.releases(hall.analyst).atWork.count == 1)
      let taken = try await refusal { try await kept(hall, "registros-2007", made) }
      #expect(taken?.fields.map(\.field) == ["slug"])
      #expect(try await hall.openRecords.releases().isEmpty)

      let desk = hall.records
      #expect(try await refusal { try await desk.publish(hall.analyst, id, seen: 1) }?.kind == .conflict)
      #expect(try await refusal { try await desk.publish(hall.supervisor, id, seen: 1) } == .forbidden)
      #expect(try await refusal { try await desk.publish(hall.coordinator, id, seen: 2) }?.kind == .conflict)
      try await desk.publish(hall.coordinator, id, seen: 1)
      let open = try await hall.openRecords.release("registros-2007", version: "v1")
      #expect(try await hall.openRecords.file(open.release) == made.csv)
      #expect(try await hall.openRecords.newest("registros-2007").address == "/open-records/registros-2007/v1")
      for wrong in ["v0", "v2", "1", "v01"] {
        #expect(
          try await refusal { _ = try await hall.openRecords.release("registros-2007", version: wrong) } == .notFound)
      }
      let about = OpenRecordsAbout(open.release, rows: 90, names: Hall.names, address: "x", hall.pack)
      #expect(about.promise.k == 10 && about.columns.map(\.column) == ["province", "form", "sex"])
      #expect(try JSONDecoder().decode(OpenRecordsAbout.self, from: Data(about.json.utf8)) == about)

      // The next version says what was corrected; the first one stays and knows of it.
      let second = RecordsID.random()
      let bare = try await refusal {
        try await desk.keep(
          hall.coordinator, made, id: second, slug: "registros-2007", title: Self.text("T"), note: Self.text(""))
      }
      #expect(bare?.fields.map(\.field) == ["note_es", "note_en"])
      try await desk.keep(
        hall.coordinator, made, id: second, slug: "registros-2007", title: Self.text("T"), note: Self.text("Nota"))
      try await desk.publish(hall.analyst, second, seen: 1)
      #expect(try await !hall.openRecords.release("registros-2007", version: "v1").isNewest)

      try await desk.withdraw(hall.coordinator, second, seen: 2, because: Self.text("Mal hecho"))
      let gone = try await hall.openRecords.release("registros-2007", version: "v2")
      #expect(gone.release.state == .withdrawn && gone.release.reason.es == "Mal hecho")
      #expect(try await hall.openRecords.file(gone.release) == nil)
      #expect(try await refusal { _ = try await desk.file(hall.analyst, second) } == .notFound)
    }
  }

  @Test(arguments: TestEngine.available) func whatIsSpentAddsUpAndStaysSpent(_ engine: Engine) async throws {
    try await withHall(engine) { hall in
      try await hall.fill([("begging", "EC-P", 200), ("sexual", "EC-O", 200)])
      // The pack allows ε = 4 in all. Three are kept while nothing is spent yet.
      let budget = try #require(hall.pack.statistics.privacy)
      #expect(budget.epsilon == 4)
      let made = try await made(hall, Self.choice(1.5))
      #expect(made.report.privacy.epsilon == 1.5 && made.report.privacy.codesArePublic == true)
      var ids: [RecordsID] = []
      for slug in ["uno-dp", "dos-dp", "tres-dp"] { ids.append(try await kept(hall, slug, made)) }
      try await hall.records.publish(hall.coordinator, ids[0], seen: 1)
      try await hall.records.publish(hall.coordinator, ids[1], seen: 1)
      let over = try await refusal { try await hall.records.publish(hall.coordinator, ids[2], seen: 1) }
      #expect(over?.kind == .invalid && over?.phrase.key == "error.records_budget")
      #expect(try await hall.records.release(hall.analyst, ids[2]).release.state == .checked)
      // Withdrawn is not given back.
      try await hall.records.withdraw(hall.coordinator, ids[0], seen: 2, because: Self.text("x"))
      let spent = try await hall.records.releases(hall.analyst).spent
      #expect(spent.epsilon == 3 && abs(spent.delta - 0.0002) < 1e-12)
      #expect(try await refusal { try await hall.records.publish(hall.coordinator, ids[2], seen: 1) } != nil)
      #expect(
        try await refusal { _ = try await hall.records.begin(hall.analyst, Self.choice(1.5)) }?.phrase.key
          == "error.records_budget")
      // What is left can be used up to the last, and k-anonymous records spend nothing.
      let last = try await kept(hall, "ultimo-dp", try await self.made(hall, Self.choice(1)))
      try await hall.records.publish(hall.coordinator, last, seen: 1)
      let whole = try await kept(hall, "enteros", try await self.made(hall, Self.choice()))
      try await hall.records.publish(hall.coordinator, whole, seen: 1)
      #expect(try await hall.records.releases(hall.analyst).spent.left.epsilon == 0)
    }
  }

  @Test(arguments: TestEngine.available) func whatIsSentBackIsGone(_ engine: Engine) async throws {
    try await withHall(engine) { hall in
      try await hall.fill([("begging", "EC-P", 40)])
      let id = try await kept(hall, "registros", try await made(hall, Self.choice()))
      #expect(
        try await hall.records.release(hall.coordinator, id).moves == [.publish, .sendBack, .discard])
      try await hall.records.sendBack(hall.coordinator, id, seen: 1, because: Self.text("Pocas columnas"))
      let release = try await hall.records.release(hall.analyst, id)
      #expect(release.release.state == .discarded && release.moves.isEmpty)
      #expect(try await refusal { _ = try await hall.records.file(hall.analyst, id) } == .notFound)
      // Its address is free again.
      try await kept(hall, "registros", try await made(hall, Self.choice()))
    }
  }

  @Test(arguments: TestEngine.available) func tooFewPersonsAreRefusedBeforeAnything(_ engine: Engine) async throws {
    try await withHall(engine) { hall in
      try await hall.fill([("begging", "EC-P", 9)])
      #expect(
        try await refusal { _ = try await hall.records.begin(hall.analyst, Self.choice()) }?.fields.map(\.field)
          == ["k"])
      var earlier = Self.choice(1)
      earlier.years = 1999...2000
      #expect(
        try await refusal { _ = try await hall.records.begin(hall.analyst, earlier) }?.fields.map(\.field)
          == ["until"])
    }
  }

  @Test func aChoiceIsReadStrictly() throws {
    let pack = try Hall.pack.get()
    func wrong(_ changes: [String: [String]]) -> [String] {
      let values = ["columns": ["form", "sex"], "from": ["2007"], "until": ["2009"], "length": ["2"]]
        .merging(changes) { $1 }
      do {
        _ = try RecordsChoice({ values[$0] ?? [] }, pack)
        return []
      } catch { return error.fields.map(\.field) }
    }
    #expect(wrong([:]) == [])
    #expect(wrong(["columns": ["form"]]) == ["columns"] && wrong(["columns": ["form", "name"]]) == ["columns"])
    #expect(wrong(["columns": ["form", "form"]]) == ["columns"])
    #expect(wrong(["from": [""]]) == ["from"] && wrong(["until": ["2006"]]) == ["until"])
    #expect(wrong(["from": ["1900"], "until": ["1999"]]) == ["until"] && wrong(["from": ["07"]]) == ["from"])
    // Below the pack's threshold k protects less than a table does.
    #expect(wrong(["k": ["1"]]) == ["k"] && wrong(["k": ["9"]]) == ["k"] && wrong(["k": ["10"]]) == [])
    for epsilon in ["0", "-1", "nan", "inf", "4.5", "1e400", "mucho"] {
      #expect(wrong(["method": ["dp"], "epsilon": [epsilon]]) == ["epsilon"], "\(epsilon)")
    }
    #expect(wrong(["method": ["dp"], "epsilon": ["0,5"]]) == [])
    #expect(wrong(["method": ["dp"], "delta": ["0.5"]]) == ["delta"] && wrong(["method": ["x"]]) == ["method"])
    #expect(wrong(["length": ["3"]]) == ["length"] && wrong(["length": ["0"]]) == ["length"])
  }

  @Test func withoutABudgetNothingWithNoiseIsPublished() throws {
    let ledger = RecordsLedger([], budget: nil)
    #expect(throws: Refusal.self) { try ledger.require(epsilon: 0.1, delta: 0) }
    #expect(throws: Never.self) { try ledger.require(epsilon: 0, delta: 0) }
    #expect(RecordsLedger.text(0.5) == "0.5" && RecordsLedger.text(4) == "4" && RecordsLedger.text(0.0001) == "0.0001")
  }

  @Test(arguments: TestEngine.available) func aCalculationCanBeBrokenOff(_ engine: Engine) async throws {
    try await withHall(engine) { hall in
      try await hall.fill([("begging", "EC-P", 40)])
      let source = try await hall.records.begin(hall.analyst, Self.choice())
      #expect(source.persons == 40)
      #expect(throws: CancellationError.self) { try source.make { _ in throw CancellationError() } }
    }
  }
}
