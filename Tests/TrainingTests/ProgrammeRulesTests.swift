import Basics
import CountryPack
import Foundation
import TestSupport
import Testing

@testable import Training

private func cohort(_ institutions: [String] = ["senami", "mte-sti"]) -> Cohort {
  Cohort(
    id: .random(), agency: .random(), phase: "quito-1", place: "Ibarra, Casa; sala 2", province: "EC-I",
    from: day("2026-12-01"), until: day("2026-12-04"), seats: 30, institutions: institutions, questions: [])
}

@Suite struct MoneyTests {
  @Test(arguments: [
    ("0", 0), ("1250", 125_000), ("1250.5", 125_050), ("1250,50", 125_050), ("0.01", 1), ("0,1", 10),
    ("100000000", 10_000_000_000),
  ]) func isReadExactly(_ text: String, _ cents: Int64) { #expect(Money(text)?.cents == cents) }

  @Test(arguments: [
    "", "-1", "1.250", "1.2.3", "1,250.00", ".5", "5.", "1e3", "１２", " 5", "100000000.01", "1000000000", "NaN",
  ]) func anythingElseIsNoAmount(_ text: String) { #expect(Money(text) == nil) }

  @Test func isWrittenAsItIsRead() {
    var dice = SeededGenerator(seed: testSeed("programme"))
    for _ in 0..<2000 {
      let money = Money(cents: Int64.random(in: 0...10_000_000_000, using: &dice))
      #expect(Money(money.description) == money)
    }
    // What a binary fraction would get wrong.
    #expect((0..<10).map { _ in Money(cents: 10) }.reduce(.zero, +).description == "1.00")
    #expect(Money(cents: -105).description == "-1.05")
  }

  @Test func timesAreStrict() {
    #expect(TimeOfDay("08:30")?.minutes == 510)
    for wrong in ["8:30", "24:00", "08:60", "08.30", "08:3", "", "０８:30", "-1:30"] { #expect(TimeOfDay(wrong) == nil) }
    for minutes in 0..<1440 {
      #expect(TimeOfDay(minutes: minutes).flatMap { TimeOfDay($0.description) }?.minutes == minutes)
    }
    #expect(TimeOfDay(minutes: 1440) == nil)
  }
}

@Suite struct CalendarFileTests {
  @Test func everyLineHoldsWhatTheRuleAllows() {
    var dice = SeededGenerator(seed: testSeed("programme"))
    let pieces = ["á", "ñ", ";", ",", "\\", "\n", "日", "👩‍🏫", "a", " ", "\u{7}", "\r", "BEGIN:VEVENT", "\""]
    for _ in 0..<300 {
      let text = (0..<Int.random(in: 0...120, using: &dice)).map { _ in pieces.randomElement(using: &dice) ?? "" }
        .joined()
      let event = CalendarFile.Event(
        uid: "x@amparo", sequence: 0, changedAt: Moment(milliseconds: 0),
        time: .days(day("2026-12-31"), day("2026-12-31")),
        summary: text, location: text, isCancelled: false)
      let file = CalendarFile(name: text, events: [event]).text
      #expect(file.hasSuffix("END:VCALENDAR\r\n"))
      let bytes = Array(file.utf8)
      for (place, byte) in bytes.enumerated() where byte == 10 { #expect(bytes[place - 1] == 13) }
      for (place, byte) in bytes.enumerated() where byte == 13 { #expect(bytes[place + 1] == 10) }
      #expect(bytes.split(separator: 10).allSatisfy { $0.count <= 76 })
      // Unfolded, the text comes back, and nothing of it became a line of its own.
      // Byte by byte: characters may join across a fold.
      var unfolded: [[UInt8]] = [[]]
      for (place, byte) in bytes.enumerated() where byte != 13 {
        if byte == 10 {
          if bytes.dropFirst(place + 1).first != 32 { unfolded.append([]) }
        } else if byte != 32 || place == 0 || bytes[place - 1] != 10 {
          unfolded[unfolded.count - 1].append(byte)
        }
      }
      #expect(unfolded.count { $0 == Array("BEGIN:VEVENT".utf8) } == 1)
      let summary = String(
        decoding: unfolded.first { $0.starts(with: "SUMMARY:".utf8) }?.dropFirst(8) ?? [], as: UTF8.self)
      var (read, isEscaped) = ("", false)
      for scalar in summary.unicodeScalars {
        if isEscaped {
          read.unicodeScalars.append(scalar == "n" ? "\n" : scalar)
          isEscaped = false
        } else if scalar == "\\" {
          isEscaped = true
        } else {
          read.unicodeScalars.append(scalar)
        }
      }
      #expect(Array(read.unicodeScalars) == text.unicodeScalars.filter { $0 == "\n" || $0.value >= 32 })
    }
  }

  @Test func sessionsComeAtTheirTimeAndStayTheSame() {
    var group = cohort()
    let session = TrainingSession(
      id: .random(), day: day("2026-12-01"), title: "1. Entender, mañana", begins: TimeOfDay("08:30"),
      ends: TimeOfDay("12:00"), room: "Sala 2")
    func text(_ sessions: [TrainingSession], _ removed: [TrainingSession] = []) -> String {
      CalendarFile(
        name: "x",
        events: CalendarFile.events(
          group, title: "Fase", sessions: sessions, removed: removed, province: "Imbabura", offsetFromUTC: .hours(-5))
      ).text.replacingOccurrences(of: "\r\n ", with: "")
    }
    let planned = text([session])
    #expect(planned.contains("UID:session-\(session.id)@amparo\r\n"))
    #expect(planned.contains("DTSTART:20261201T133000Z\r\nDTEND:20261201T170000Z\r\n"))
    #expect(planned.contains("SUMMARY:Fase: 1. Entender\\, mañana\r\n"))
    #expect(planned.contains("LOCATION:Sala 2\\, Ibarra\\, Casa\\; sala 2\\, Imbabura\r\n"))
    #expect(planned.contains("SEQUENCE:0\r\n") && planned.contains("STATUS:CONFIRMED"))
    // Without sessions, the days of the cohort: the end is the day after.
    #expect(text([]).contains("DTSTART;VALUE=DATE:20261201\r\nDTEND;VALUE=DATE:20261205\r\n"))
    #expect(text([session], [session]).contains("STATUS:CANCELLED"))
    (group.isCancelled, group.revision) = (true, 3)
    #expect(text([session]).contains("STATUS:CANCELLED") && text([session]).contains("SEQUENCE:2\r\n"))
  }
}

@Suite struct RegistrationListTests {
  let pack: CountryPack
  init() throws { pack = try CountryPack.load(from: ecuador) }

  private func list(_ text: String, _ group: Cohort = cohort()) throws -> RegistrationList {
    try RegistrationList(text, group, pack)
  }

  private func refusal(_ text: String) -> String? {
    do throws(Refusal) {
      _ = try RegistrationList(text, cohort(), pack)
      return nil
    } catch { return error.fields.first?.phrase.key }
  }

  @Test(arguments: [
    "nombre;cargo;institución;provincia\nAna Pérez;Oficial;senami;Imbabura\n",
    "name,post,institution,province\r\nAna Pérez,Oficial,National Secretariat of Migration (SENAMI),EC-I\r\n",
    "\u{FEFF}NOMBRE\tCARGO\tINSTITUCION\tPROVINCIA\rAna Pérez\tOficial\tSecretaria nacional del migrante (senami)\timbabura",
    "\n\n provincia ; cargo ; Nombres y Apellidos ; Entidad \n EC-I ; Oficial ; Ana  Pérez ; SENAMI \n;;;\n\n",
    "nombre;cargo;institucion;provincia\n\"Ana Pérez\";\"Oficial\";senami;EC-I",
  ]) func theWaysListsAreWritten(_ text: String) throws {
    let list = try list(text)
    #expect(list.lines.count == 1)
    let line = try #require(list.lines.first)
    #expect(line.problems.isEmpty)
    #expect((line.person.name, line.person.post) == ("Ana Pérez", "Oficial"))
    #expect((line.person.institution, line.person.province) == ("senami", "EC-I"))
  }

  @Test func oldSpreadsheetsKeepTheirAccents() throws {
    let text = "nombre;cargo\nMuñoz Ñáñez, José;Inspección\n"
    let latin = try #require(text.data(using: .windowsCP1252))
    let wide = try #require(text.data(using: .utf16))
    for bytes in [Array(text.utf8), [0xEF, 0xBB, 0xBF] + Array(text.utf8), Array(latin), Array(wide)] {
      let read = try list(CSVText.text(bytes), cohort(["senami"]))
      #expect(read.lines.map(\.person.name) == ["Muñoz Ñáñez, José"])
      #expect(read.lines.first?.person.institution == "senami")
    }
    #expect(CSVText.text([]) == "" && !CSVText.text((0...255).map { UInt8($0) }).isEmpty)
  }

  @Test func whatIsMissingIsSaidByLine() throws {
    let found = try list(
      """
      nombre;cargo;institución;provincia;sexo;correo
      Ana;Oficial;senami;EC-I;Mujer;a@b
      ;Oficial;senami;EC-I;;
      Eva;Oficial;mintur;EC-I;;
      Luz;Oficial;senami;Atlántida;f;
      Sol;"Oficial;senami;EC-I;;
      Paz;Oficial;senami;EC-I;;;;;
      ana;Otra;senami;EC-I;quizás;
      """)
    #expect(found.unused == ["correo"])
    #expect(found.lines.map(\.number) == Array(2...8))
    #expect(
      found.lines.map { $0.problems.map(\.field) } == [
        [], ["name"], ["institution"], ["province"], ["list"], ["list"], ["sex"],
      ])
    #expect(found.lines[0].person.sex == "female")
  }

  @Test func namesThatComeTwiceAreFound() throws {
    let found = try list("nombre;institución\nAna Pérez;senami\nEva;senami\nANA  PEREZ;senami\n")
    #expect(found.lines.map(\.double) == [.no, .no, .line(2)])
  }

  @Test func noListIsRefused() {
    #expect(refusal("") == "error.training_list_empty")
    #expect(refusal("\n;;\n") == "error.training_list_empty")
    #expect(refusal("nombre;cargo\n") == "error.training_list_empty")
    #expect(refusal("Ana;Oficial\nEva;Oficial\n") == "error.training_list_header")
    #expect(refusal("nombre\n" + String(repeating: "Ana\n", count: 2001)) == "error.training_list_long")
  }

  @Test func hostileListsAreNoTrouble() throws {
    var dice = SeededGenerator(seed: testSeed("programme"))
    let pieces = ["\"", ";", ",", "\t", "\n", "\r", "=1+1", "nombre", "á", "\u{0}", "\u{202E}", "👩", " ", "x"]
    for _ in 0..<500 {
      let text = (0..<Int.random(in: 0...60, using: &dice)).map { _ in pieces.randomElement(using: &dice) ?? "" }
        .joined()
      _ = try? list("nombre;cargo\n" + text)
      _ = try? list(text)
    }
    let names = try list("nombre;institución\na\u{202E}b;senami\n" + String(repeating: "x", count: 500) + ";senami\n")
    #expect(names.lines.allSatisfy { $0.problems.map(\.field) == ["name"] })
  }

  @Test func whatGoesOutIsNoFormula() {
    for start in ["=", "+", "-", "@", "\t", "\r", "＝"] {
      let field = CSVText.field(start + "HYPERLINK(\"http://x\")", ";")
      #expect(field.hasPrefix("'") || field.hasPrefix("\"'"), "\(field)")
    }
    #expect(CSVText.file([["a;b", "c\"d", "e"]], separator: ";") == "\u{FEFF}\"a;b\";\"c\"\"d\";e\r\n")
  }
}

@Suite struct TraineeRulesTests {
  private func participant(_ cohort: CohortID, _ trainee: TraineeID? = nil) -> Participant {
    Participant(
      id: .random(), cohort: cohort, agency: .random(), institution: "senami", province: "EC-P", status: .enrolled,
      registeredAt: Moment(milliseconds: 0), trainee: trainee)
  }

  @Test func whoMayBeOneIsProposedOnce() {
    let cohorts = (0..<3).map { _ in CohortID.random() }
    let people = cohorts.map { participant($0) }
    func tags(_ names: [UInt8?], _ documents: [UInt8?]) -> [TraineeID: TraineeRules.Tags] {
      Dictionary(
        uniqueKeysWithValues: zip(people, zip(names, documents)).map {
          ($0.trainee, .init(name: $1.0.map { [$0] }, document: $1.1.map { [100, $0] }))
        })
    }
    func pairs(_ names: [UInt8?], _ documents: [UInt8?] = [nil, nil, nil], apart: Set<TraineeRules.Names> = []) -> Int {
      TraineeRules.pairs(people, tags: tags(names, documents), apart: apart).count
    }
    #expect(pairs([1, 2, 3]) == 0)
    #expect(pairs([1, 1, 2]) == 1)
    #expect(pairs([1, 1, 1]) == 2)
    #expect(pairs([nil, nil, nil]) == 0)
    // Two numbers that differ are two people; one number is one person, whatever the names.
    #expect(pairs([1, 1, 2], [5, 6, nil]) == 0)
    #expect(pairs([1, 2, 3], [5, nil, 5]) == 1)
    #expect(pairs([1, 1, 3], [5, 5, nil]) == 1)
    let ids = [people[0].trainee, people[1].trainee].sorted()
    #expect(pairs([1, 1, 2], apart: [.init(one: ids[0], other: ids[1])]) == 0)
    // Two of one class are two people.
    let twins = [participant(cohorts[0]), participant(cohorts[0])]
    let same = Dictionary(uniqueKeysWithValues: twins.map { ($0.trainee, TraineeRules.Tags(name: [1], document: nil)) })
    #expect(TraineeRules.pairs(twins, tags: same, apart: []).isEmpty)
  }

  @Test func nobodyTrainsThemselves() {
    let ids = (0..<4).map { _ in TrainerID.random() }
    let all = ids.enumerated().map { index, id in
      Trainer(id: id, agency: .random(), trainedBy: index > 0 ? ids[index - 1] : nil)
    }
    #expect(ProgrammeRules.closesCircle(ids[0], trainedBy: ids[3], all))
    #expect(ProgrammeRules.closesCircle(ids[0], trainedBy: ids[0], all))
    #expect(!ProgrammeRules.closesCircle(ids[3], trainedBy: ids[0], all))
  }

  @Test func theAgendaBecomesHalfDaysAndPoints() throws {
    let agenda = try #require(try CountryPack.load(from: ecuador).training.agenda("three-days"))
    let plan = ProgrammeRules.plan(agenda, from: day("2026-12-30"), .english) { (0, UInt64($0)) }
    #expect(
      plan.sessions.map { "\($0.day) \($0.begins?.description ?? "")–\($0.ends?.description ?? "") \($0.title)" } == [
        "2026-12-30 08:30–12:00 1. Understanding, morning", "2026-12-30 13:15–16:20 1. Understanding, afternoon",
        "2026-12-31 08:30–12:15 2. Finding, morning", "2026-12-31 13:30–16:55 2. Finding, afternoon",
        "2027-01-01 08:30–12:00 3. Standing by, and passing on without letting go, morning",
        "2027-01-01 13:00–16:45 3. Standing by, and passing on without letting go, afternoon",
      ])
    #expect(plan.points.count == agenda.items.count)
    #expect(Set(plan.points.map(\.id.description) + plan.sessions.map(\.id.description)).count == plan.points.count + 6)
    // Every point that is no break lies within a session of its day.
    for point in plan.points where !point.isBreak {
      #expect(
        plan.sessions.contains {
          $0.day == point.day && $0.begins.map { $0 <= point.begins } == true
            && $0.ends.map { point.ends <= $0 } == true
        })
    }
  }
}
