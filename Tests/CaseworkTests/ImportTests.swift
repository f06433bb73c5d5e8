import Accounts
import Basics
import CountryPack
import Foundation
import Records
import TestSupport
import Testing

@testable import Casework

/// A register of made-up rows.
func register(_ count: Int, spoiling wrong: Set<Int> = []) -> ImportDesk.Source {
  let header = ["Nombres", "Apellidos", "Nacimiento", "Sexo", "Cédula", "Relato", "Necesidades", "Fecha de ingreso"]
  let rows = (0..<count).map { row in
    ImportTable.Row(
      line: row + 2,
      cells: [
        "Rosa \(row)", "Quispe", wrong.contains(row) ? "31/02/1990" : "28/02/1990", row % 2 == 0 ? "F" : "Masculino",
        "P\(row)", "Relato de prueba \(row)", "housing; Ayuda legal", "05/03/2007",
      ])
  }
  let table = ImportTable(header: header, rows: rows)
  return ImportDesk.Source(
    bytes: Array(rows.map { $0.cells.joined(separator: ",") }.joined(separator: "\n").utf8), table: table)
}

let registerMapping: ImportMapping = {
  var mapping = ColumnMapping.suggestion(for: register(1).table.header)
  mapping.fixed = ["kind": "trafficking", "province": "EC-P"]
  return .columns(mapping)
}()

@Suite struct ImportTests {
  private func desk(_ town: Town) -> ImportDesk { ImportDesk(town.office, town.pack, batchSize: 1000) }

  @Test func headingsAreRecognised() {
    guard case .columns(let mapping) = registerMapping else { return }
    #expect(
      mapping.columns == [
        "given_names": "Nombres", "surnames": "Apellidos", "birth": "Nacimiento", "sex": "Sexo",
        "document_number": "Cédula", "narrative": "Relato", "needs": "Necesidades", "opened": "Fecha de ingreso",
      ])
  }

  @Test(arguments: TestEngine.available) func aRegisterIsTakenInAndReadLikeAnyCase(_ engine: Engine) async throws {
    try await withTown(engine) { town in
      let (desk, source) = (desk(town), register(1203))
      let report = try await desk.look(town.worker, source.table, registerMapping)
      #expect(report.isSound && report.rows == 1203 && report.unused.isEmpty)
      let begun = try await desk.begin(town.worker, .random(), source, registerMapping, .allOrNothing)
      let done = try await desk.run(town.worker, begun.id, source, registerMapping)
      #expect(done.state == .finished && done.opened == 1203 && done.refused == 0)
      #expect(try await desk.find(town.worker, begun.id).state == .finished)
      let found = try await town.desk.search(town.worker, name: "rosa quispe", document: "P7").matches
      let match = try #require(found.first)
      #expect(match.identity.givenNames == "Rosa 7" && match.identity.sex == "male")
      let file = try await town.desk.file(town.worker, match.cases[0].id)
      #expect(file.narrative == Revised("Relato de prueba 7", revision: 1))
      #expect(file.needs?.value.codes == ["housing", "legal"])
      #expect(file.summary.month == CalendarMonth("2007-03") && file.summary.facts.ageBand == "12-17")
      let history = try await town.desk.history(town.worker, file.summary.id).map(\.action)
      #expect(history == ["case.read", "case.import"])
      // What was imported can be shared, edited and kept from others like what was typed.
      #expect(try await refusal { _ = try await town.desk.file(town.north, file.summary.id) } == .notFound)
      try await town.shared(file.summary.id, to: town.north.agency, [.identity])
      #expect(try await town.desk.file(town.north, file.summary.id).identity?.value.givenNames == "Rosa 7")
      try await town.desk.edit(town.worker, file.summary.id, .narrative("Otro"), seen: 1)
      // The same file again is known, unless it is asked for.
      let again = try await refusal {
        _ = try await desk.begin(town.worker, .random(), source, registerMapping, .allOrNothing)
      }
      #expect(again?.phrase.key == "error.import_before")
    }
  }

  @Test(arguments: TestEngine.available) func wrongRowsAreNamedAndAllOrTheGoodOnesAreKept(_ engine: Engine) async throws
  {
    try await withTown(engine) { town in
      let (desk, source) = (desk(town), register(40, spoiling: [3, 21]))
      let report = try await desk.look(town.worker, source.table, registerMapping)
      #expect(report.wrongRows == 2 && report.problems.map(\.line) == [5, 23])
      #expect(report.problems.allSatisfy { $0.column == "Nacimiento" && $0.phrase.key == "error.import_day" })
      let all = try await refusal {
        _ = try await desk.begin(town.worker, .random(), source, registerMapping, .allOrNothing)
      }
      #expect(all?.wrongFields == ["choice"] && all?.phrase.values["count"] == "2")
      #expect(try await town.desk.list(town.worker).rows.isEmpty)
      let begun = try await desk.begin(town.worker, .random(), source, registerMapping, .keepGoodRows)
      let done = try await desk.run(town.worker, begun.id, source, registerMapping)
      #expect(done.opened == 38 && done.refused == 2)
      let refused = try await desk.refused(town.worker, source.table, registerMapping)
      #expect(refused.map(\.row.line) == [5, 23])
    }
  }

  @Test(arguments: TestEngine.available) func whatStoppedGoesOnAndNoRowComesTwice(_ engine: Engine) async throws {
    try await withTown(engine) { town in
      let (desk, source) = (desk(town), register(1700))
      let begun = try await desk.begin(town.worker, .random(), source, registerMapping, .keepGoodRows)
      // Somebody pulls the plug after the first transaction.
      let run = Task {
        try await desk.run(town.worker, begun.id, source, registerMapping) { state in
          if state.done >= 1000 { withUnsafeCurrentTask { $0?.cancel() } }
        }
      }
      let stopped = await #expect(throws: ImportStopped.self) { try await run.value }
      #expect(stopped?.done == 1000 && stopped?.line == 1002)
      let half = try await desk.find(town.worker, begun.id)
      #expect(half.state == .running && half.done == 1000 && half.opened == 1000)
      // Beginning the same again finds the unfinished one; two who go on at once do it once.
      let same = try await desk.begin(town.worker, .random(), source, registerMapping, .keepGoodRows)
      #expect(same.id == begun.id)
      async let one = try? desk.run(town.worker, begun.id, source, registerMapping)
      async let two = try? desk.run(town.worker, begun.id, source, registerMapping)
      _ = await (one, two)
      if try await desk.find(town.worker, begun.id).state == .running {
        try await desk.run(town.worker, begun.id, source, registerMapping)
      }
      let done = try await desk.find(town.worker, begun.id)
      #expect(done.state == .finished && done.opened == 1700)
      let count = try await town.office.database.read { try $0.value(Int.self, "SELECT COUNT(*) FROM cases") }
      #expect(count == 1700)
    }
  }

  @Test(arguments: TestEngine.available) func anUnfinishedImportIsTakenBackButForWhatWasWorkedOn(_ engine: Engine)
    async throws
  {
    try await withTown(engine) { town in
      let (desk, source) = (desk(town), register(2100))
      let id = CaseImportID.random()
      try await desk.stage(town.worker, id, source)
      #expect(try await desk.file(town.worker, id) == source.bytes)
      #expect(try await refusal { _ = try await desk.file(town.north, id) } == .notFound)
      let begun = try await desk.begin(town.worker, id, source, registerMapping, .allOrNothing)
      #expect(begun.id == id)
      #expect(try await desk.mapping(town.worker, id) == registerMapping)
      let run = Task {
        try await desk.run(town.worker, id, source, registerMapping) { _ in withUnsafeCurrentTask { $0?.cancel() } }
      }
      await #expect(throws: ImportStopped.self) { try await run.value }
      let touched = RowIdentifiers(id, town.office.root)[4].case
      try await town.desk.edit(town.worker, touched, .narrative("Trabajado"), seen: 1)
      let undone = try await desk.undo(town.worker, id)
      #expect(undone.removed == 999 && undone.kept == [touched])
      #expect(try await town.desk.list(town.worker).rows.map(\.summary.id) == [touched])
      #expect(try await desk.find(town.worker, id).state == .undone)
      #expect(try await desk.file(town.worker, id) == nil)
      let left = try await town.office.database.read { transaction in
        try ["persons", "person_contents", "case_contents"].map { table in
          try transaction.value(Int.self, "SELECT COUNT(*) FROM \(table)") ?? 0
        }
      }
      #expect(left == [1, 1, 2])
    }
  }

  @Test(arguments: TestEngine.available) func whoMayNotOpenBringsNothingIn(_ engine: Engine) async throws {
    try await withTown(engine) { town in
      let (desk, source) = (desk(town), register(3))
      for actor in [town.supervisor, town.referralDesk, town.coordinator] {
        #expect(try await refusal { _ = try await desk.look(actor, source.table, registerMapping) } == .forbidden)
        #expect(try await refusal { _ = try await desk.stage(actor, .random(), source) } == .forbidden)
      }
      // An officer does not see a colleague's, nor does another agency.
      let begun = try await desk.begin(town.worker, .random(), source, registerMapping, .allOrNothing)
      for actor in [town.officer, town.north] {
        #expect(try await refusal { _ = try await desk.find(actor, begun.id) } == .notFound)
        #expect(try await refusal { _ = try await desk.run(actor, begun.id, source, registerMapping) } == .notFound)
        #expect(try await refusal { _ = try await desk.undo(actor, begun.id) } == .notFound)
        #expect(try await desk.list(actor).isEmpty)
      }
      // An officer's own are the officer's.
      let own = register(2, spoiling: [])
      let officers = try await desk.begin(town.officer, .random(), own, registerMapping, .allOrNothing, again: true)
      try await desk.run(town.officer, officers.id, own, registerMapping)
      #expect(try await town.desk.list(town.officer).rows.count == 2)
    }
  }

  @Test func cellsAreReadAsPeopleWriteThem() throws {
    let pack = try Town.pack.get()
    let header = ["n", "nac", "edad", "sexo", "prov", "forma", "tipo", "doc", "num", "cerrado", "motivo"]
    var mapping = ColumnMapping(
      columns: [
        "given_names": "n", "birth": "nac", "age": "edad", "sex": "sexo", "province": "prov", "form": "forma",
        "kind": "tipo", "document_kind": "doc", "document_number": "num", "closed": "cerrado",
        "closure_reason": "motivo",
      ], values: ["sex": ["H": "male"]])
    let day = try #require(CalendarDay("2007-11-05"))
    func read(_ cells: [String], _ mapping: ColumnMapping) -> Result<ImportedCase, ImportRowProblems> {
      var reader = ImportReader(mapping, header: header, pack, on: day)
      return reader.read(ImportTable.Row(line: 2, cells: cells))
    }
    let good = try read(
      [
        " Luz ", "", "16", "h", "pichincha", "Mendicidad", "Trata de personas", "CÉDULA", "1710034065", "1/2/2007",
        "goals_met",
      ], mapping
    ).get()
    #expect(good.identity.givenNames == "Luz" && good.facts.sex == "male" && good.facts.province == "EC-P")
    #expect(good.facts.ageBand == "12-17" && good.facts.form == "begging" && good.facts.kind == "trafficking")
    #expect(good.identity.documentKind == "cedula" && good.closed?.description == "2007-02-01")
    mapping.days = .monthFirst
    let wrong: [(cells: [String], fields: Set<String>)] = [
      (["", "", "16", "", "17", "", "trafficking", "", "", "", ""], ["given_names"]),
      (["Luz", "13/31/1990", "", "", "17", "", "trafficking", "", "", "", ""], ["birth"]),
      (["Luz", "1707", "", "", "17", "", "trafficking", "", "", "", ""], ["birth"]),
      (["Luz", "2008-01-01", "", "", "17", "", "trafficking", "", "", "", ""], ["birth"]),
      (["Luz", "", "131", "", "17", "", "trafficking", "", "", "", ""], ["age"]),
      (["Luz", "", "30", "x", "99", "y", "z", "w", "", "", ""], ["sex", "province", "form", "kind", "document_kind"]),
      (["Luz", "", "30", "", "17", "", "trafficking", "cedula", "1710034066", "", ""], ["document_number"]),
      (
        ["\u{202E}Luz", "", "30", "", "17", "", "trafficking", "", "a\u{200B}b", "", ""],
        ["given_names", "document_number"]
      ),
      (["Luz", "", "30", "", "17", "", "trafficking", "", "", "12/31/2007", ""], ["closed", "closure_reason"]),
      (["Luz", "", "30", "", "17", "", "trafficking", "", "", "", "goals_met"], ["closed"]),
    ]
    for (cells, fields) in wrong {
      guard case .failure(let problems) = read(cells, mapping) else {
        Issue.record("\(cells) was read")
        continue
      }
      #expect(Set(problems.problems.map(\.field)) == fields, "\(cells)")
    }
  }
}
