import Accounts
import Basics
import CountryPack
import Foundation
import Records
import TestSupport
import Testing
import Vault

@testable import Identification

@Suite struct ScreeningDeskTests {
  @Test(arguments: TestEngine.available) func fromTheSafetyCheckToADecision(_ engine: Engine) async throws {
    try await withScreenings(engine) { house in
      let (desk, id) = (house.desk, ScreeningID.random())
      try await desk.begin(house.officer, id, ScreeningHouse.form)
      #expect(try await desk.summary(house.officer, id).status == .safetyCheck)
      #expect(try await desk.answerSafety(house.officer, id, house.safe, seen: 0) == .clear)
      try await desk.save(
        house.officer, id, topic: "observation", ["UN01": .yes, "UN05": .unknown], note: "", seen: 0)
      try await desk.save(
        house.officer, id, topic: "exploitation", ["EX01": .yes, "EX02": .yes, "EX03": .no], note: "Sin descanso",
        seen: 0)
      try await desk.save(
        house.officer, id, topic: "deceptive_recruitment", ["DR01": .yes, "DR02": .yes, "DR04": .notAsked], note: "",
        seen: 0)
      let summary = try await desk.summary(house.officer, id)
      #expect(summary.answered == 7)
      #expect(desk.questionCount(summary) == 96)
      let result = try await desk.finish(house.officer, id)
      #expect(result.report.assessment == .indicatorsFound)
      #expect(result.observed == ["UN01"])
      let file = try await desk.file(house.officer, id)
      #expect(file.result == result)
      #expect(file.screening.outcome == .indicatorsFound)
      #expect(file.screening.pattern == "not_determined")
      #expect(file.topic("exploitation").value.note == "Sin descanso")
      #expect(file.about == .init(age: .years(25), language: "kichwa"))
      // The kept result is what the answers give.
      #expect(ScreeningResult(file, house.pack, on: result.day) == result)
      let decision = DecisionID.random()
      try await desk.decide(house.officer, id, decision, kind: "presumed", reason: "Lo dicho y lo visto coinciden")
      try await desk.decide(house.officer, id, decision, kind: "presumed", reason: "Lo dicho y lo visto coinciden")
      house.time.move(.minutes(1))
      try await desk.decide(house.supervisor, id, .random(), kind: "formally_identified", reason: "Revisado")
      let decided = try await desk.file(house.supervisor, id)
      #expect(decided.decisions.map(\.kind) == [.presumed, .formallyIdentified])
      #expect(decided.decisions.map(\.reason) == ["Lo dicho y lo visto coinciden", "Revisado"])
      #expect(decided.decisions.map(\.member) == [house.officer.member, house.supervisor.member])
      #expect(decided.screening.decision == .formallyIdentified)
      #expect(decided.screening.status == .decided)
      // From now on only who identifies formally decides.
      #expect(
        await refusal {
          try await desk.decide(house.officer, id, .random(), kind: "not_presumed_now", reason: "x")
        }?.kind == .forbidden)
      #expect(
        try await house.actions(id) == [
          "screening.begin", "screening.safety", "screening.answer", "screening.answer", "screening.answer",
          "screening.finish", "screening.read", "screening.decide", "screening.decide", "screening.read",
        ])
    }
  }

  @Test(arguments: TestEngine.available) func eachAnswerKeepsWhoEnteredItAndWhen(_ engine: Engine) async throws {
    try await withScreenings(engine) { house in
      let (desk, id) = (house.desk, ScreeningID.random())
      try await desk.begin(house.officer, id, ScreeningHouse.form)
      var answers = house.safe
      answers["told_kept"] = .no
      answers["told_use"] = .notAsked
      #expect(try await desk.answerSafety(house.officer, id, answers, seen: 0) == .clear)
      let first = try #require(try await desk.file(house.officer, id).safety.value.given)
      #expect(Set(first.keys) == Set(answers.keys).subtracting(["told_use"]))
      #expect(Set(first.values.map(\.by)) == [house.officer.member] && Set(first.values.map(\.at)).count == 1)
      house.time.move(.minutes(5))
      #expect(try await desk.answerSafety(house.officer, id, house.safe, seen: 1) == .clear)
      let second = try #require(try await desk.file(house.officer, id).safety.value.given)
      let changed = second.filter { $0.value != first[$0.key] }
      #expect(Set(changed.keys) == ["told_kept", "told_use"])
    }
  }

  /// Checks that were saved before this was kept still open.
  @Test func anOlderSafetyCheckIsRead() throws {
    let old = Data(#"{"answers":{"danger_now":"no"},"goneOn":[]}"#.utf8)
    let safety = try JSONDecoder().decode(ScreeningFile.Safety.self, from: old)
    #expect(safety.answers == ["danger_now": .no] && safety.given == nil)
  }

  @Test(arguments: TestEngine.available) func anUnsafeAnswerStopsAndAPersonDecidesToGoOn(_ engine: Engine) async throws
  {
    try await withScreenings(engine) { house in
      let (desk, id) = (house.desk, ScreeningID.random())
      try await desk.begin(house.officer, id, ScreeningHouse.form)
      // Nobody goes on before the questions were asked.
      #expect(await refusal { try await desk.goOn(house.officer, id, reason: "prisa") }?.kind == .conflict)
      var answers = house.safe
      answers["private_place"] = .no
      #expect(
        try await desk.answerSafety(house.officer, id, answers, seen: 0) == .stopped(["private_place"]))
      #expect(try await desk.summary(house.officer, id).status == .safetyStopped)
      #expect(
        await refusal {
          try await desk.save(house.officer, id, topic: "exploitation", ["EX01": .yes], note: "", seen: 0)
        }?.kind == .conflict)
      #expect(await refusal { try await desk.goOn(house.officer, id, reason: " ") }?.fields.map(\.field) == ["reason"])
      #expect(await refusal { try await desk.goOn(house.colleague, id, reason: "x") }?.kind == .notFound)
      #expect(await refusal { try await desk.goOn(house.worker, id, reason: "x") }?.kind == .forbidden)
      try await desk.goOn(house.officer, id, reason: "Nos mudamos a otra sala")
      try await desk.goOn(house.officer, id, reason: "Nos mudamos a otra sala")
      #expect(try await desk.file(house.officer, id).safety.value.goneOn.map(\.reason) == ["Nos mudamos a otra sala"])
      #expect(try await desk.summary(house.officer, id).status == .inProgress)
      // Without the person's agreement nobody goes on, whatever the reason.
      let other = ScreeningID.random()
      try await desk.begin(house.officer, other, ScreeningHouse.form)
      for (index, answer) in [FourWayAnswer.no, .unknown, .notAsked].enumerated() {
        answers["agrees_to_talk"] = answer
        answers["danger_now"] = .unknown
        try await desk.answerSafety(house.officer, other, answers, seen: index)
        #expect(
          await refusal { try await desk.goOn(house.supervisor, other, reason: "x") }?.phrase.key
            == "error.safety_must_be_settled")
      }
      answers = house.safe
      answers["danger_now"] = .unknown
      #expect(try await desk.answerSafety(house.officer, other, answers, seen: 3) == .open(["danger_now"]))
      #expect(try await desk.summary(house.officer, other).status == .safetyCheck)
      try await desk.goOn(house.supervisor, other, reason: "Se verificó por radio")
      #expect(try await desk.summary(house.officer, other).status == .inProgress)
    }
  }

  @Test(arguments: TestEngine.available) func foreignScreeningsDoNotExist(_ engine: Engine) async throws {
    try await withScreenings(engine) { house in
      let (desk, id) = (house.desk, try await house.inProgress())
      for actor in [house.colleague, house.stranger] {
        #expect(await refusal { _ = try await desk.file(actor, id) }?.kind == .notFound)
        #expect(await refusal { _ = try await desk.summary(actor, id) }?.kind == .notFound)
        #expect(await refusal { try await desk.reportDanger(actor, id) }?.kind == .notFound)
        #expect(
          await refusal {
            try await house.office.database.write { try desk.attach(id, to: .random(), for: actor, $0) }
          }?.kind == .notFound)
        #expect(
          await refusal {
            _ = try await house.office.database.write { try desk.carryOver(id, for: actor, $0) }
          }?.kind == .notFound)
        #expect(try await desk.list(actor).isEmpty)
        // Its name is taken all the same, and that tells nothing.
        #expect(
          await refusal {
            try await desk.begin(house.colleague, id, ScreeningHouse.form)
          }?.kind == .notFound)
      }
      #expect(await refusal { _ = try await desk.file(house.stranger, .random()) }?.kind == .notFound)
      #expect(try await desk.list(house.worker).map(\.id) == [id])
      #expect(try await desk.list(house.worker, ScreeningFilter(ofTheAgency: false)).isEmpty)
      #expect(try await desk.file(house.worker, id).screening.member == house.officer.member)
      #expect(
        await refusal {
          try await desk.save(house.worker, id, topic: "exploitation", [:], note: "x", seen: 0)
        }?.kind == .forbidden)
      #expect(
        await refusal { try await desk.begin(house.supervisor, .random(), ScreeningHouse.form) }?.kind == .forbidden)
    }
  }

  @Test(arguments: TestEngine.available) func twiceIsOnceAndStaleIsTold(_ engine: Engine) async throws {
    try await withScreenings(engine) { house in
      let (desk, id) = (house.desk, try await house.inProgress())
      try await desk.begin(house.officer, id, ScreeningHouse.form)
      func save(_ answer: FourWayAnswer, seen: Int) async throws {
        try await desk.save(house.officer, id, topic: "exploitation", ["EX01": answer], note: "", seen: seen)
      }
      try await save(.yes, seen: 0)
      try await save(.yes, seen: 0)
      #expect(await refusal { try await save(.no, seen: 0) }?.phrase.key == "error.screening_stale")
      #expect(try await desk.file(house.officer, id).topic("exploitation").revision == 1)
      try await save(.no, seen: 1)
      #expect(try await desk.file(house.officer, id).topic("exploitation").value.answers == ["EX01": .no])
      let first = try await desk.finish(house.officer, id)
      house.time.move(.days(1))
      #expect(try await desk.finish(house.officer, id) == first)
      try await desk.reopen(house.officer, id)
      try await desk.reopen(house.officer, id)
      let reopened = try await desk.summary(house.officer, id)
      #expect(reopened.outcome == nil)
      try await save(.yes, seen: 2)
      #expect(try await desk.finish(house.officer, id).day == first.day.adding(days: 1))
    }
  }

  @Test(arguments: TestEngine.available) func everyWrongFieldIsNamed(_ engine: Engine) async throws {
    try await withScreenings(engine) { house in
      let desk = house.desk
      let wrong = ScreeningForm(
        province: "EC-XX", age: "-3", sex: "x", exploitation: "x", language: "a\u{7}b", interpreter: "", questions: "y")
      #expect(
        await refusal { try await desk.begin(house.officer, .random(), wrong) }?.fields.map(\.field) == [
          "province", "age", "sex", "exploitation", "language", "interpreter", "questions",
        ])
      let id = try await house.inProgress()
      func save(_ answers: [String: FourWayAnswer], note: String, topic: String = "exploitation") async -> Refusal? {
        await refusal { try await desk.save(house.officer, id, topic: topic, answers, note: note, seen: 0) }
      }
      #expect(await save(["DR01": .yes], note: "")?.fields.map(\.field) == ["answer"])
      #expect(await save([:], note: String(repeating: "ñ", count: 20_001))?.fields.map(\.field) == ["note"])
      #expect(await save([:], note: "a\u{0}")?.fields.map(\.field) == ["note"])
      #expect(await save([:], note: "", topic: "nothing")?.kind == .notFound)
      #expect(await save(["EX01": .yes], note: "", topic: "overall")?.fields.map(\.field) == ["answer"])
      #expect(
        await save([:], note: String(repeating: "ñ", count: 20_000) + "\r\n", topic: "overall") == nil)
      #expect(
        await refusal {
          try await desk.answerSafety(house.officer, id, ["nothing": .yes], seen: 1)
        }?.fields.map(\.field) == ["safety"])
      _ = try await desk.finish(house.officer, id)
      #expect(
        await refusal {
          try await desk.decide(house.officer, id, .random(), kind: "guilty", reason: "")
        }?.fields.map(\.field) == ["decision", "reason"])
    }
  }

  @Test(arguments: TestEngine.available) func anAgeCorrectedBringsItsQuestionsAndKeepsTheAnswers(_ engine: Engine)
    async throws
  {
    try await withScreenings(engine) { house in
      let (desk, id) = (house.desk, try await house.inProgress())
      try await desk.save(
        house.officer, id, topic: "exploitation", ["EX01": .yes, "EX08": .yes], note: "", seen: 0)
      var form = ScreeningHouse.form
      form.age = "doubt"
      try await desk.correct(house.officer, id, form, seen: 1)
      let summary = try await desk.summary(house.officer, id)
      #expect(summary.instrument == "ilo-child-labour")
      #expect(summary.ageGroup == .doubt)
      let result = try await desk.finish(house.officer, id)
      #expect(result.report.instrument == "ilo-child-labour")
      #expect(!result.report.readings.protection.meansNeeded)
      #expect(try await desk.file(house.officer, id).topic("exploitation").value.answers["EX01"] == .yes)
      #expect(await refusal { try await desk.correct(house.officer, id, form, seen: 2) }?.kind == .conflict)
    }
  }

  @Test(arguments: TestEngine.available) func aDangerStopsAndStandsOnTop(_ engine: Engine) async throws {
    try await withScreenings(engine) { house in
      let (desk, id) = (house.desk, try await house.inProgress())
      try await desk.reportDanger(house.officer, id)
      try await desk.reportDanger(house.officer, id)
      house.time.move(.minutes(5))
      let later = try await house.inProgress()
      #expect(try await desk.list(house.supervisor).map(\.id) == [id, later])
      #expect(try await desk.list(house.supervisor, ScreeningFilter(onlyDangers: true)).map(\.id) == [id])
      #expect(try await desk.summary(house.officer, id).status == .safetyStopped)
      #expect(await refusal { try await desk.settleDanger(house.officer, id, reason: "x") }?.kind == .forbidden)
      try await desk.settleDanger(house.supervisor, id, reason: "Patrulla en el lugar")
      try await desk.settleDanger(house.supervisor, id, reason: "Patrulla en el lugar")
      let file = try await desk.file(house.supervisor, id)
      #expect(file.dangers.map(\.reason) == ["Patrulla en el lugar"])
      #expect(file.screening.dangerSince == nil)
      #expect(file.screening.status == .safetyStopped)
      #expect(try await desk.list(house.supervisor).map(\.id) == [later, id])
      #expect(
        try await house.actions(id).filter { $0.contains("danger") } == ["screening.danger", "screening.danger_settle"])
    }
  }

  @Test(arguments: TestEngine.available) func aCaseTakesItOverOnce(_ engine: Engine) async throws {
    try await withScreenings(engine) { house in
      let (desk, id) = (house.desk, try await house.inProgress())
      try await desk.save(house.officer, id, topic: "overall", [:], note: "Al final", seen: 0)
      try await desk.save(house.officer, id, topic: "exploitation", [:], note: "Primero", seen: 0)
      let over = try await house.office.database.write { try desk.carryOver(id, for: house.worker, $0) }
      #expect(over.notes == "Primero\n\nAl final")
      #expect(over.age == .years(25))
      #expect(over.language == "kichwa")
      #expect((over.province, over.sex, over.exploitation) == ("EC-P", "female", "labour"))
      #expect(try await house.actions(id).last == "screening.read")
      let (first, second) = (CaseID.random(), CaseID.random())
      func attach(_ caseID: CaseID) async -> Refusal? {
        await refusal {
          try await house.office.database.write { try desk.attach(id, to: caseID, for: house.worker, $0) }
        }
      }
      #expect(await attach(first) == nil)
      #expect(await attach(first) == nil)
      #expect(await attach(second)?.phrase.key == "error.screening_attached")
      #expect(try await desk.summary(house.officer, id).attachedCase == first)
      #expect(try await desk.list(house.worker, ScreeningFilter(onlyUnattached: true)).isEmpty)
    }
  }

  /// Everything a person said or an officer wrote is sealed: no word of it stands in any table.
  @Test(arguments: TestEngine.available) func noWordStandsInTheStore(_ engine: Engine) async throws {
    try await withScreenings(engine) { house in
      let (desk, id) = (house.desk, ScreeningID.random())
      var form = ScreeningHouse.form
      form.language = "CANARIO-idioma"
      form.age = "37"
      try await desk.begin(house.officer, id, form)
      try await desk.answerSafety(house.officer, id, ["private_place": .no], seen: 0)
      var answers = house.safe
      answers["help_at_hand"] = .unknown
      try await desk.answerSafety(house.officer, id, answers, seen: 1)
      try await desk.goOn(house.officer, id, reason: "CANARIO-razon")
      for (index, topic) in desk.plan(try await desk.file(house.officer, id)).topics.enumerated() {
        try await desk.save(
          house.officer, id, topic: topic.code,
          Dictionary(uniqueKeysWithValues: topic.indicators.map { ($0.code, .yes) }), note: "CANARIO-nota-\(index)",
          seen: 0)
      }
      try await desk.save(house.officer, id, topic: "overall", [:], note: "CANARIO-final", seen: 0)
      _ = try await desk.finish(house.officer, id)
      try await desk.decide(house.officer, id, .random(), kind: "presumed", reason: "CANARIO-decision")
      try await desk.review(house.supervisor, id, .random(), verdict: "disagrees", reason: "CANARIO-revision")
      try await desk.recordDecision(
        house.supervisor, id, .random(), kind: "not_identified_formally",
        ReceivedDecision(
          body: "prosecution", decidedOn: "2008-01-01", receivedOn: "2008-01-02", document: "CANARIO-oficio"),
        reason: "CANARIO-oficio-razon")
      for ruling in ["stands", "formally_identified"] {
        try await desk.appeal(house.officer, id, .random(), side: "person", grounds: "CANARIO-apelacion")
        try await desk.answerAppeal(
          house.supervisor, id, .random(), ruling: ruling,
          received: ReceivedDecision(
            body: "prosecution", decidedOn: "2008-01-01", receivedOn: "2008-01-02", document: "CANARIO-oficio"),
          reason: "CANARIO-respuesta")
      }
      try await desk.reportDanger(house.officer, id)
      try await desk.settleDanger(house.supervisor, id, reason: "CANARIO-peligro")
      let words = try await everythingStored(house.office.database)
      #expect(words.contains("indicators_found"))
      #expect(words.contains(id.description))
      for canary in ["CANARIO", "help_at_hand", "EX01", "UN01", "DR01", "\"37\""] {
        #expect(!words.contains(canary), "\(canary)")
      }
    }
  }

  private func everythingStored(_ database: any Database) async throws -> String {
    let tables: String =
      switch database.engine {
      case .sqlite: "SELECT name FROM sqlite_schema WHERE type = 'table'"
      case .postgresql: "SELECT CAST(tablename AS TEXT) AS name FROM pg_tables WHERE schemaname = current_schema()"
      }
    return try await database.read { transaction in
      let names = try transaction.rows(tables).map { try $0.get("name", as: String.self) }
      return try names.map { "\(try transaction.rows("SELECT * FROM \($0)").map(spelt))" }.joined()
    }
  }

  /// Blobs as text, so that a word inside of one is found.
  private func spelt(_ row: Row) -> String {
    Mirror(reflecting: row).children.compactMap { $0.value as? [SQLValue] }.joined().map { value in
      switch value {
      case .blob(let bytes): String(decoding: bytes, as: UTF8.self)
      case .text(let text): text
      default: "\(value)"
      }
    }.joined(separator: "|")
  }
}
