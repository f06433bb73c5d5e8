import Basics
import Casework
import Foundation
import Records
import Statistics
import TestSupport
import Testing

@testable import Releases

@Suite struct ReleaseDeskTests {
  @Test(arguments: TestEngine.available) func aReleaseNeedsFourEyesAndNeverChanges(_ engine: Engine) async throws {
    try await withHall(engine) { hall in
      try await hall.fill([("begging", "EC-P", 31), ("sexual", "EC-P", 27)])
      let desk = hall.releases
      #expect(try await refusal { try await hall.drafted("abc", TableChoice(), by: hall.worker) } == .forbidden)
      let id = try await hall.drafted("casos-2007", TableChoice(rows: .form, filter: [.year: ["2007"]]))
      // A second click drafts nothing more; the address is taken now.
      try await desk.draft(
        hall.analyst, id: id, slug: "casos-2007", title: ReleaseText(es: "x", en: "x"), choice: TableChoice())
      #expect(
        try await refusal { try await hall.drafted("casos-2007", TableChoice()) }?.fields.map(\.field) == ["slug"])
      #expect(try await hall.open.releases().isEmpty)
      #expect(try await refusal { _ = try await hall.open.newest("casos-2007") } == .notFound)

      try await desk.check(hall.supervisor, id, seen: 1)
      // Neither who drafted nor who checked it; a supervisor may not publish at all.
      #expect(
        try await refusal { try await desk.publish(hall.analyst, id, seen: 2, names: Hall.names) }?.kind == .conflict)
      #expect(
        try await refusal { try await desk.publish(hall.supervisor, id, seen: 2, names: Hall.names) } == .forbidden)
      #expect(
        try await refusal { try await desk.publish(hall.coordinator, id, seen: 1, names: Hall.names) }?.kind
          == .conflict)
      // What was frozen goes out, whatever happened to the cases since.
      try await hall.fill([("labour", "EC-P", 40)])
      try await desk.publish(hall.coordinator, id, seen: 2, names: Hall.names)
      let open = try await hall.open.release("casos-2007", version: "v1")
      #expect(open.table?.cell(nil)?.count == 58)
      #expect(open.table?.cell("begging")?.share == 0.5345)
      #expect(open.table?.cell("begging")?.of == 58)
      #expect(try await hall.open.newest("casos-2007").address == "/open-data/casos-2007/v1")
      for wrong in ["v0", "v2", "1", "v01", "v1x"] {
        #expect(try await refusal { _ = try await hall.open.release("casos-2007", version: wrong) } == .notFound)
      }
      let again = try await hall.open.release("casos-2007", version: "v1")
      #expect(again.release.document == open.release.document)
    }
  }

  @Test(arguments: TestEngine.available) func exactNumbersAreNoRelease(_ engine: Engine) async throws {
    try await withHall(engine) { hall in
      let found = try await refusal { try await hall.drafted("abc", TableChoice(protection: .inside)) }
      #expect(found?.fields.map(\.field) == ["protection"])
    }
  }

  @Test(arguments: TestEngine.available) func whatIsLeftOverIsRefused(_ engine: Engine) async throws {
    try await withHall(engine) { hall in
      // Each of the three tables is harmless alone.
      try await hall.fill([
        ("begging", "EC-P", 40), ("sexual", "EC-P", 4), ("begging", "EC-O", 30), ("sexual", "EC-O", 20),
      ])
      try await hall.published("all", TableChoice(rows: .province))
      let part = try await hall.drafted("part", TableChoice(rows: .province, filter: [.form: ["begging"]]))
      let report = try await hall.releases.report(hall.analyst, part)
      #expect(report.check?.isSafe == false)
      #expect(
        report.check?.findings.contains {
          $0.kind == .recoverable && $0.least == 4
            && $0.conditions == [
              .init(column: "form", codes: ["sexual"]), .init(column: "province", codes: ["EC-P"]),
            ]
        } == true)
      #expect(try await refusal { try await hall.releases.check(hall.analyst, part, seen: 1) }?.kind == .invalid)
      // Withdrawn is not forgotten.
      let all = try #require(try await hall.releases.releases(hall.analyst).ledger.first)
      try await hall.releases.withdraw(
        hall.coordinator, all.id, seen: all.revision, because: ReleaseText(es: "Error", en: "Error"))
      #expect(try await refusal { try await hall.releases.check(hall.analyst, part, seen: 1) }?.kind == .invalid)
      // Rounded it tells nothing exact.
      let rounded = try await hall.drafted(
        "rounded", TableChoice(rows: .province, filter: [.form: ["begging"]], protection: .round))
      try await hall.releases.check(hall.analyst, rounded, seen: 1)
    }
  }

  @Test(arguments: TestEngine.available) func whatWasPublishedInTheMeantimeCounts(_ engine: Engine) async throws {
    try await withHall(engine) { hall in
      try await hall.fill([
        ("begging", "EC-P", 40), ("sexual", "EC-P", 4), ("begging", "EC-O", 30), ("sexual", "EC-O", 20),
      ])
      let part = try await hall.drafted("part", TableChoice(rows: .province, filter: [.form: ["begging"]]))
      try await hall.releases.check(hall.analyst, part, seen: 1)
      try await hall.published("all", TableChoice(rows: .province))
      #expect(
        try await refusal { try await hall.releases.publish(hall.coordinator, part, seen: 2, names: Hall.names) }?.kind
          == .invalid)
    }
  }

  @Test(arguments: TestEngine.available) func oneCaseMoreIsSeenByTheLedger(_ engine: Engine) async throws {
    try await withHall(engine) { hall in
      try await hall.fill([("begging", "EC-P", 31), ("sexual", "EC-P", 27)])
      try await hall.published("first", TableChoice(rows: .form))
      try await hall.fill([("begging", "EC-P", 1)])
      let second = try await hall.drafted("second", TableChoice(rows: .form))
      let report = try await hall.releases.report(hall.analyst, second)
      #expect(Set(report.check?.findings.map(\.kind) ?? []) == [.difference])
      #expect(try await refusal { try await hall.releases.check(hall.analyst, second, seen: 1) }?.kind == .invalid)
      try await hall.fill([("begging", "EC-P", 20)])
      try await hall.releases.check(hall.analyst, second, seen: 1)
    }
  }

  @Test(arguments: TestEngine.available) func aCorrectionIsAVersionAndAWithdrawalSaysWhy(_ engine: Engine) async throws
  {
    try await withHall(engine) { hall in
      try await hall.fill([("begging", "EC-P", 31), ("sexual", "EC-P", 27)])
      let first = try await hall.published("casos", TableChoice(rows: .form))
      let next = ReleaseID.random()
      func correct(_ note: String) async throws {
        try await hall.releases.correct(
          hall.coordinator, first, id: next, title: ReleaseText(es: "T", en: "T"),
          note: ReleaseText(es: note, en: note),
          protection: .suppress)
      }
      #expect(
        Set(try await refusal { try await correct("") }?.fields.map(\.field) ?? []) == ["note_es", "note_en"])
      try await correct("El título")
      #expect(
        try await refusal {
          try await hall.releases.correct(
            hall.analyst, first, id: .random(), title: ReleaseText(es: "T", en: "T"),
            note: ReleaseText(es: "x", en: "x"), protection: .round)
        }?.kind == .conflict)
      try await hall.releases.check(hall.coordinator, next, seen: 1)
      try await hall.releases.sendBack(hall.analyst, next, seen: 2, because: ReleaseText(es: "Falta", en: "Missing"))
      try await hall.releases.check(hall.coordinator, next, seen: 3)
      try await hall.releases.publish(hall.analyst, next, seen: 4, names: Hall.names)
      let old = try await hall.open.release("casos", version: "v1")
      #expect(!old.isNewest && old.table != nil && old.versions.map(\.version) == [2, 1])
      let new = try await hall.open.release("casos", version: "v2")
      #expect(new.table?.correction?.es == "El título")
      #expect(
        try await refusal {
          try await hall.releases.withdraw(hall.analyst, next, seen: 5, because: ReleaseText(es: "", en: "x"))
        }?.fields.map(\.field) == ["reason_es"])
      try await hall.releases.withdraw(
        hall.analyst, next, seen: 5, because: ReleaseText(es: "Mal contado", en: "Miscounted"))
      let gone = try await hall.open.release("casos", version: "v2")
      #expect(gone.table == nil && gone.release.reason.es == "Mal contado")
      #expect(try await hall.open.releases().map(\.version) == [2])
    }
  }

  @Test(arguments: TestEngine.available) func filesSayWhatThePageSays(_ engine: Engine) async throws {
    try await withHall(engine) { hall in
      try await hall.fill([("begging", "EC-P", 31), ("sexual", "EC-O", 27), ("labour", "EC-O", 2)])
      try await hall.published("casos", TableChoice(rows: .form, columns: .province))
      let open = try await hall.open.release("casos", version: "v1")
      let table = try #require(open.table)
      let lines = table.csv.components(separatedBy: "\r\n").dropLast()
      #expect(
        lines[0]
          == "form,form_es,form_en,province,province_es,province_en,count,hidden,share,share_of,share_low_95,"
          + "share_high_95")
      #expect(
        lines[1]
          == "#x_form+code,#x_form+name+i_es,#x_form+name+i_en,#adm1+code,#adm1+name+i_es,#adm1+name+i_en,"
          + "#x_cases+num,#x_hidden,#x_share+num,#x_denominator+num,#x_share+min+num,#x_share+max+num")
      #expect(lines.count == 2 + table.cells.count)
      // No number from 1 to 9 stands anywhere.
      for cell in table.cells { #expect(cell.count.map { $0 == 0 || $0 >= 10 } != false) }
      for line in lines.dropFirst(2) where line.contains(",yes,") { #expect(line.contains(",,yes,,")) }
      #expect(try OpenTable(json: try #require(open.release.document)) == table)
      #expect(try table.json == open.release.document)
      #expect(!table.spreadsheet(.spanish, source: "Fuente").bytes.isEmpty)
    }
  }
}
