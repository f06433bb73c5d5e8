import Accounts
import Basics
import CountryPack
import Foundation
import Records
import TestSupport
import Testing

@testable import Casework

@Suite struct HtcdsTests {
  private static let all = ExportDesk.kinds

  private func exported(_ town: Town, _ kinds: Set<DataKind> = all) async throws -> HtcdsExport {
    try await ExportDesk(town.desk).htcds(town.worker, ExportRequest(purpose: "coordination", kinds: kinds))
  }

  /// What two exports can be compared by: the names of records are new each time.
  private func comparable(_ export: HtcdsExport) -> [[String: String]] {
    export.records.map { $0.filter { !["amparo_RecordID", "amparo_NotExported"].contains($0.key) } }
      .sorted { "\($0.sorted { $0.key < $1.key })" < "\($1.sorted { $0.key < $1.key })" }
  }

  private func takeIn(_ town: Town, _ table: ImportTable, _ bytes: [UInt8]) async throws -> CaseImport {
    let desk = ImportDesk(town.office, town.pack)
    let source = ImportDesk.Source(bytes: bytes, table: table)
    let report = try await desk.look(town.worker, table, .htcds())
    #expect(report.problems == [], "\(report.problems.prefix(3))")
    let begun = try await desk.begin(town.worker, .random(), source, .htcds(), .allOrNothing)
    return try await desk.run(town.worker, begun.id, source, .htcds())
  }

  /// CSV as a plain reader of RFC 4180 has it.
  private func table(csv text: String) -> ImportTable {
    var (rows, row, cell, quoted): ([[String]], [String], String, Bool) = ([], [], "", false)
    var rest = text.dropFirst()[...]
    while let letter = rest.popFirst() {
      if quoted {
        if letter == "\"", rest.first == "\"" {
          cell.append(letter)
          rest = rest.dropFirst()
        } else if letter == "\"" {
          quoted = false
        } else {
          cell.append(letter)
        }
      } else if letter == "\"" {
        quoted = true
      } else if letter == "," || letter == "\r\n" {
        row.append(cell)
        cell = ""
        if letter == "\r\n" {
          rows.append(row)
          row = []
        }
      } else {
        cell.append(letter)
      }
    }
    return ImportTable(
      header: rows[0],
      rows: rows.dropFirst().enumerated().map { ImportTable.Row(line: $0.offset + 2, cells: $0.element) })
  }

  @Test(arguments: TestEngine.available) func whatGoesOutComesInAndGoesOutTheSame(_ engine: Engine) async throws {
    var dice = SeededGenerator(seed: testSeed("htcds"))
    try await withTown(engine) { first in
      for _ in 0..<40 { try await randomCase(first, &dice) }
      for kinds in [Self.all, []] {
        let out = try await exported(first, kinds)
        #expect(out.records.count == 40)
        for isJSON in [false, true] {
          try await withTown(engine) { second in
            let bytes = isJSON ? try out.json : Array(out.csv.utf8)
            let read = isJSON ? try Htcds.table(json: bytes) : table(csv: out.csv)
            let done = try await takeIn(second, read, bytes)
            #expect(done.opened == 40)
            let back = try await exported(second, kinds)
            #expect(comparable(back) == comparable(out), "JSON: \(isJSON), kinds: \(kinds.count)")
          }
        }
      }
    }
  }

  /// A case with anything that a form can put into one.
  private func randomCase(_ town: Town, _ dice: inout SeededGenerator) async throws {
    let pack = town.pack
    func code(_ list: PackList) -> String { pack.lists[list]?.randomElement(using: &dice)?.code ?? "" }
    func maybe<Value>(_ value: @autoclosure () -> Value) -> Value? { Bool.random(using: &dice) ? value() : nil }
    func words() -> String {
      ["", "Una nota, con «comillas» \"y\" comas;", "=1+1", "'@casa", "Dos\nlíneas", "Ñandú 🌵", "+593 99 000 0000"]
        .randomElement(using: &dice) ?? ""
    }
    let births: [Birth] = [
      .unknown, .year(1980), .day(CalendarDay(daysSince1970: Int.random(in: 5000...9000, using: &dice))),
    ]
    let nations = ["", "Ecuador", "Colombia, Venezuela", "apátrida"]
    let identity = PersonIdentity(
      givenNames: "Rosa", surnames: maybe("Quispe de la Torre") ?? "", otherNames: words().replacing("\n", with: " "),
      sex: maybe(code(.sexes)),
      birth: births.randomElement(using: &dice) ?? .unknown, documentKind: maybe("passport"),
      documentNumber: maybe("AB-12") ?? "", nationality: nations.randomElement(using: &dice) ?? "")
    let opened = try await town.desk.open(
      town.worker, id: .random(),
      CaseOpening(
        person: .new(
          .random(), identity,
          SafeContact(how: words().replacing("\n", with: " "), when: "", notWith: maybe("Tío") ?? "")),
        kind: code(.caseKinds), province: pack.provinces.randomElement(using: &dice)?.iso,
        form: maybe(code(.exploitation)),
        ageBand: code(.ageBands), sex: identity.sex, narrative: words(),
        needs: Needs(codes: maybe([code(.needs)]) ?? [], note: words()), health: words(), legal: words()))
    for _ in 0..<Int.random(in: 0...3, using: &dice) {
      let stage = EventStage.allCases.randomElement(using: &dice) ?? .transit
      let crossing = FourWayAnswer.allCases.randomElement(using: &dice) ?? .unknown
      let dates = ["2006", "2006-03", "2006-03-09"].compactMap { RoughDate($0) }
      let province = maybe(pack.provinces.randomElement(using: &dice)?.iso) ?? nil
      let codes = EventCodes(
        stage: stage, country: province == nil ? maybe(code(.countries)) : "ec", province: province,
        form: maybe(code(.exploitation)), sector: maybe(code(.sectors)), transports: maybe([code(.transports)]) ?? [],
        crossing: crossing, crossingWay: crossing == .yes ? maybe(code(.crossings)) : nil)
      let detail = EventDetail(
        place: words().replacing("\n", with: " "), from: maybe(dates.randomElement(using: &dice)) ?? nil,
        means: Array(Set([code(.meansOfControl), code(.meansOfControl)])).sorted(), border: "")
      try await town.desk.putEvent(
        town.worker, opened.id, id: .random(), EventAccount(codes, detail: detail, words: words()), seen: 0)
    }
    if Bool.random(using: &dice) {
      try await town.desk.putPerpetrator(
        town.worker, opened.id, id: .random(),
        PerpetratorCodes(role: code(.perpetratorRoles), relation: maybe(code(.perpetratorRelations))),
        PerpetratorDetail(number: maybe(3)), seen: 0)
    }
    if Int.random(in: 0..<4, using: &dice) == 0 {
      try await town.close(opened.id, reason: code(.closureReasons), summary: words())
    }
  }

  @Test func filesOfOthersAreReadWithTheirSpellings() throws {
    let pack = try Town.pack.get()
    let day = try #require(CalendarDay("2007-11-05"))
    let header = [
      "prs_First_Name", "prs_Second_Name", "prs_Birthdate", "prs_Gender", "prs_Citizenship", "vic_Methods_of_Control",
      "vic_TypeOfExploitation", "vic_TraffickingStatus", "vic_RelationshipToTrafficker", "vic_ForcedLabourIndustry",
      "hte_Type", "hte_State", "cas_Status", "prs_MobilePhone", "spl_Objectives", "con_Consent",
    ]
    let reader = try HtcdsReader(header: header, fixed: [:], pack, on: day)
    func read(_ changes: [String: String] = [:]) -> Result<ImportedCase, ImportRowProblems> {
      let values = [
        "prs_First_Name": "Ana", "prs_Second_Name": "Pérez", "prs_Birthdate": "1985-04-01T00:00:00Z",
        "prs_Gender": "TransgenderFeminine", "prs_Citizenship": "EC;CO",
        "vic_Methods_of_Control": "DebtBondage  RestrictsMovement", "vic_TypeOfExploitation": "ForcedLabour;Servitude",
        "vic_TraffickingStatus": "ActualVictimOfTrafficking", "vic_RelationshipToTrafficker": "Unacquainted",
        "vic_ForcedLabourIndustry": "F_Construction", "hte_Type": "Exploitation", "hte_State": "Guayas",
        "cas_Status": "Active", "prs_MobilePhone": "'+593990000000", "spl_Objectives": "Estudiar",
        "con_Consent": "true",
      ].merging(changes) { $1 }
      return reader.read(ImportTable.Row(line: 2, cells: header.map { values[$0] ?? "" }))
    }
    // A type of exploitation that the country's list does not have is refused beside its column, not guessed.
    guard case .failure(let servitude) = read() else {
      Issue.record("servitude was read")
      return
    }
    #expect(servitude.problems.map { reader.column($0.field) } == ["vic_TypeOfExploitation"])
    let imported = try read(["vic_TypeOfExploitation": "ForcedLabour;ForcedBegging"]).get()
    #expect(imported.identity.givenNames == "Ana" && imported.identity.sex == "other")
    #expect(imported.identity.nationality == "Ecuador, Colombia" && imported.contact.how == "+593990000000")
    #expect(imported.facts.kind == "trafficking" && imported.facts.province == "EC-G")
    #expect(imported.facts.form == "labour" && Set(imported.events.compactMap(\.codes.form)) == ["begging"])
    #expect(Set(imported.events[0].detail.means) == ["debt", "movement"])
    #expect(imported.events[0].codes.sector == "construction")
    #expect(imported.perpetrators.first?.detail.words.contains("Unacquainted") == true)
    for (change, column) in [
      (["prs_Birthdate": "1985-04-31"], "prs_Birthdate"), (["hte_Type": "Holiday"], "hte_Type"),
      (["prs_Gender": "Purple"], "prs_Gender"), (["cas_Status": "Lost"], "cas_Status"),
      (["prs_First_Name": "", "prs_Second_Name": ""], "prs_First_Name"),
    ] {
      guard case .failure(let wrong) = read(["vic_TypeOfExploitation": "ForcedLabour"].merging(change) { $1 }) else {
        Issue.record("\(change) was read")
        continue
      }
      #expect(wrong.problems.map { reader.column($0.field) }.contains(column), "\(change): \(wrong.problems)")
    }
  }

  @Test(arguments: TestEngine.available) func whatHasNoPlaceIsNamedAndWhatMayNotGoStays(_ engine: Engine) async throws {
    try await withTown(engine) { town in
      let shared = try await town.opened()
      var other = town.opening("Luz", "Chimbo")
      other.narrative = "Secreto"
      try await town.opened(nil, other)
      let consent = ConsentID.random()
      try await town.desk.giveConsent(
        town.worker, shared.id, id: consent, town.consent(to: town.north.agency, [.identity], purpose: "coordination"))
      let export = ExportDesk(town.desk)
      // Codes only, unless more is asked for.
      let coded = try await export.htcds(town.worker, ExportRequest(purpose: "coordination"))
      #expect(coded.records.count == 2 && !coded.csv.contains("Rosa") && !coded.csv.contains("Secreto"))
      #expect(coded.leftOut["identity"] == 2 && coded.leftOut["narrative"] == 1 && coded.leftOut["consents"] == 1)
      #expect(coded.records.contains { $0["amparo_NotExported"]?.contains("narrative") == true })
      #expect(coded.records.count { $0["con_Consent"] == "true" } == 1)
      // For another agency: the one case with a basis, with what the basis names.
      let request = ExportRequest(
        purpose: "coordination", recipient: town.north.agency, kinds: [.identity, .narrative])
      let given = try await export.htcds(town.worker, request)
      #expect(given.records.map { $0["prs_FirstName"] } == ["Rosa"] && given.withoutBasis == 1)
      let entries = try await town.office.database.read {
        try AuditLog.entries($0, objectKind: "case", objectID: shared.id.description)
      }
      #expect(entries.last?.entry.action == "case.export" && entries.last?.entry.consent == consent)
      #expect(entries.last?.entry.purpose == "coordination")
      let names = Set(coded.records.compactMap { $0["amparo_RecordID"] })
      #expect(names.isDisjoint(with: Set(given.records.compactMap { $0["amparo_RecordID"] })))
      try await town.desk.withdrawConsent(town.worker, consent)
      #expect(try await export.htcds(town.worker, request).records.isEmpty)
      // Another purpose, an unknown one, the reserved kind, and who may not read.
      for (purpose, kinds) in [("gossip", Set<DataKind>()), ("health", [.protection]), ("health", [.safety])] {
        let refused = try await refusal {
          _ = try await export.htcds(town.worker, ExportRequest(purpose: purpose, kinds: kinds))
        }
        #expect(refused?.kind == .invalid)
      }
      for actor in [town.officer, town.coordinator] {
        #expect(try await refusal { _ = try await export.htcds(actor, ExportRequest(purpose: "health")) } == .forbidden)
      }
      #expect(try await export.htcds(town.south, ExportRequest(purpose: "health")).records.isEmpty)
      // What comes in and has no place is named with its column.
      let table = ImportTable(
        header: ["prs_FirstName", "prs_Birthdate", "vic_TraffickingStatus", "spl_Objectives", "amparo_Province", "x"],
        rows: [
          ImportTable.Row(
            line: 2, cells: ["Ana", "1980-01-01", "ActualVictimOfTrafficking", "Estudiar", "EC-P", "algo"])
        ])
      let report = try await ImportDesk(town.office, town.pack).look(town.worker, table, .htcds())
      #expect(report.isSound && report.unused == ["vic_TraffickingStatus": 1, "spl_Objectives": 1, "x": 1])
    }
  }

  @Test func everyFieldOfTheStandardIsJudged() {
    #expect(Htcds.fields.count == 84 && Set(Htcds.fields.map(\.name)).count == 84)
    for column in Htcds.columns + Htcds.eventFields { #expect(Htcds.field(column)?.name == column) }
    #expect(Htcds.field("hte_Type_12")?.number == 12 && Htcds.field("prs_FirstName_2") == nil)
    for text in ["=1", "'=1", "''+", "@", "plain", "'quoted'", "-5", ""] {
      #expect(Htcds.fused(Htcds.defused(text)) == text)
      #expect(Htcds.defused(text).first.map { "=+-@".contains($0) } != true)
    }
  }
}
