import Accounts
import Basics
import CountryPack
import Foundation
import Records
import TestSupport
import Testing
import Vault

@testable import Identification

@Suite struct FieldOpeningTests {
  @Test(arguments: TestEngine.available) func anInterviewOfTheFieldBecomesAScreening(_ engine: Engine) async throws {
    try await withField(engine) { field in
      let (desk, house) = (field.desk, field.house)
      let record = TestPhone.record()
      let content = field.content(topics: [
        "observation": ["UN01": "yes", "UN02": "not_asked"],
        "exploitation": ["EX01": "yes", "EX02": "yes", "EX03": "no"],
        "deceptive_recruitment": ["DR01": "yes", "DR02": "yes"], "overall": [:],
      ])
      try await field.send([field.phone.interview(content, record: record)])
      house.time.move(.hours(2))
      // Nothing that was said stands in the store before or after.
      let sealed = try await wholeContent(of: house.office.database, engine).values.joined()
      #expect(!sealed.contains { $0.contains("Sin descanso") || $0.contains("kichwa") })
      let entry = try await field.only()
      let id = try await desk.open(house.supervisor, entry.id)
      #expect(id == ScreeningID.inEitherForm(record))
      let file = try await house.desk.file(house.officer, id)
      #expect(file.screening.member == house.officer.member && file.screening.status == .finished)
      #expect(file.screening.outcome == .indicatorsFound && file.screening.answered == 6)
      #expect(file.about == .init(age: .years(25), language: "kichwa"))
      #expect(file.screening.sex == "female" && file.screening.exploitation == "labour")
      #expect(file.screening.interpreter == .yes && file.screening.secondsSpent == 1200)
      #expect(file.topic("exploitation").value.answers == ["EX01": .yes, "EX02": .yes, "EX03": .no])
      #expect(file.topic("observation").value.answers == ["UN01": .yes])
      #expect(file.topic("overall").value.note == "Sin descanso")
      #expect(ScreeningResult(file, house.pack, on: try #require(file.result).day) == file.result)
      // Each answer of the safety check keeps the time that the phone wrote down, and the interviewer.
      let begun = Moment(milliseconds: field.phone.clock) - .minutes(30)
      #expect(file.safety.value.answers == house.safe)
      #expect(Set(try #require(file.safety.value.given).keys) == Set(house.safe.keys))
      #expect(file.safety.value.given?.values.allSatisfy { $0 == .init(at: begun, by: house.officer.member) } == true)
      #expect(file.screening.begunAt == begun)
      #expect(file.screening.finishedAt == Moment(milliseconds: field.phone.clock) - .minutes(1))
      // Opened twice it is the same; the envelope is empty, and the screening goes on as any other.
      #expect(try await desk.open(house.officer, entry.id) == id)
      let left = try await house.office.database.read { try FieldRecords.body(entry.id, $0) }
      #expect(left == nil)
      try await house.desk.decide(house.officer, id, .random(), kind: "presumed", reason: "Coincide")
      #expect(try await house.actions(id).first == "screening.from_field")
      #expect(try await field.actions().last == "field.open")
      let after = try await wholeContent(of: house.office.database, engine).values.joined()
      #expect(!after.contains { $0.contains("Sin descanso") || $0.contains("kichwa") })
    }
  }

  @Test(arguments: TestEngine.available) func onlyWhoMayOpensIt(_ engine: Engine) async throws {
    try await withField(engine) { field in
      let (desk, house) = (field.desk, field.house)
      try await field.send([field.interview()])
      let id = try await field.only().id
      for (actor, count) in [(house.officer, 1), (house.worker, 1), (house.colleague, 0), (house.stranger, 0)] {
        #expect(try await desk.inbox(actor).count == count)
      }
      #expect(await refusal { _ = try await desk.open(house.colleague, id) }?.kind == .notFound)
      #expect(await refusal { _ = try await desk.open(house.stranger, id) }?.kind == .notFound)
      #expect(try await desk.openAll(house.officer) == (opened: 1, left: 0))
      #expect(try await desk.openAll(house.officer) == (opened: 0, left: 0))
    }
  }

  @Test(arguments: TestEngine.available) func aClockOffByTwoYearsChangesNoOrder(_ engine: Engine) async throws {
    try await withField(engine) { field in
      let (phone, now) = (field.phone, field.now)
      for years in [-2, 2] {
        phone.clockOffset = Int64(years) * 365 * 86_400_000
        let record = TestPhone.record()
        try await field.send([field.phone.interview(field.content(), record: record)])
        let entry = try #require(try await field.desk.inbox(field.house.officer, FieldFilter(states: [.waiting])).first)
        #expect(entry.clientTime == Moment(milliseconds: phone.clock) && entry.receivedAt == now)
        #expect(entry.skew == Span(milliseconds: -phone.clockOffset) && entry.happenedAt == now)
        let id = try await field.desk.open(field.house.officer, entry.id)
        let file = try await field.house.desk.file(field.house.officer, id)
        #expect(file.screening.begunAt == now - .minutes(30) && file.screening.finishedAt == now - .minutes(1))
        #expect(file.safety.value.given?.values.allSatisfy { $0.at == now - .minutes(30) } == true)
      }
      // What a courier brings is put right by what the phone's clock was off when it last told its time.
      try await field.send([field.interview()], by: .courier)
      #expect(try await field.desk.inbox(field.house.officer, FieldFilter(states: [.waiting])).first?.happenedAt == now)
    }
  }

  @Test(arguments: TestEngine.available) func whatThePackDoesNotKnowStaysSealed(_ engine: Engine) async throws {
    try await withField(engine) { field in
      let (desk, house) = (field.desk, field.house)
      typealias Change = (inout [String: Any]) -> Void
      func set(_ key: String, _ value: Any) -> Change { { $0[key] = value } }
      func about(_ key: String, _ value: Any) -> Change {
        { content in
          var about = content["about"] as? [String: Any] ?? [:]
          about[key] = value
          content["about"] = about
        }
      }
      let wrong: [(Change, String)] = [
        (set("topics", ["exploitation": ["answers": ["EX99": "yes"], "note": ""]]), "exploitation/EX99"),
        (set("topics", ["sleep": ["answers": [:] as [String: String], "note": ""]]), "sleep"),
        (set("topics", ["exploitation": ["answers": ["EX01": "maybe"], "note": ""]]), "exploitation/EX01"),
        (set("topics", ["exploitation": ["answers": [:] as [String: String], "note": "\u{7}"]]), "exploitation"),
        (set("topics", ["María Chimbo <b>": ["answers": [:] as [String: String], "note": ""]]), "?"),
        (set("safety", ["answers": ["private_place": "yes", "wrong_one": "yes"]]), "safety/wrong_one"),
        (about("province", "EC-ZZ"), "about/province"), (about("age", "130"), "about/age"),
        (about("sex", "x"), "about/sex"), (about("exploitation", "none"), "about/exploitation"),
        (about("questions", "everything"), "about/questions"), (about("interpreter", "maybe"), "about/interpreter"),
        (about("language", String(repeating: "k", count: 101)), "about/language"),
        (set("begunAt", -1), "begunAt"), (set("finishedAt", Int64.max), "finishedAt"),
        (set("secondsSpent", -4), "secondsSpent"),
      ]
      let unreadable: [Change] = [set("schema", 2), set("begunAt", "x"), set("about", NSNull()), { $0 = [:] }]
      let all = wrong.map(\.0) + unreadable
      try await field.send(try all.map { try field.phone.interview(field.content(changes: $0)) })
      let entries = try await desk.inbox(house.officer, FieldFilter(limit: 100))
        .sorted { $0.id < $1.id }
      #expect(entries.count == all.count)
      var places: [String] = []
      for entry in entries {
        let refusal = try #require(await refusal { _ = try await desk.open(house.officer, entry.id) })
        #expect(refusal.kind == .invalid)
        places.append(refusal.phrase.values["place"] ?? refusal.phrase.key)
      }
      #expect(places.sorted() == (wrong.map(\.1) + unreadable.map { _ in "error.field_unreadable" }).sorted())
      #expect(try await desk.counts(house.officer).waiting == all.count)
      #expect(try await house.desk.list(house.supervisor).isEmpty)
      // Sealed to another record, or not sealed at all.
      let moved = try field.phone.interview(field.content()) { $0["record"] = TestPhone.record() }
      let open = try field.phone.interview(field.content()) { $0["sealed"] = Base64URL.encode(Array("{}".utf8)) }
      try await field.send([moved, open])
      #expect(try await desk.openAll(house.supervisor) == (opened: 0, left: all.count + 2))
      try await desk.discard(house.supervisor, entries[0].id, reason: "Ilegible")
      #expect(await refusal { _ = try await desk.open(house.officer, entries[0].id) }?.kind == .conflict)
    }
  }

  @Test(arguments: TestEngine.available) func theFirstOfARecordWinsAndTheOtherStandsBeside(_ engine: Engine)
    async throws
  {
    try await withField(engine) { field in
      let (desk, house, record) = (field.desk, field.house, TestPhone.record())
      let second = TestPhone(now: field.phone.now)
      try await field.enroll(second, house.officer)
      let content = field.content(topics: ["exploitation": ["EX01": "no"]])
      let answers = [
        try await field.send([field.interview(record: record)]),
        try await field.send([second.interview(content, record: record)], from: second),
      ].flatMap(\.self)
      #expect(answers.map(\.outcome) == [.applied, .conflict] && answers[1].reason == .recordKnown)
      #expect(answers[1].receipt != nil)
      let beside = try await field.only(FieldFilter(states: [.beside]))
      let copy = try await desk.open(house.worker, beside.id)
      let waiting = try await field.only(FieldFilter(states: [.waiting]))
      let first = try await desk.open(house.worker, waiting.id)
      #expect(first == ScreeningID.inEitherForm(record) && copy != first)
      #expect(try await house.desk.ofTheSamePerson(house.officer, first).map(\.id) == [copy])
      let (before, after, _) = try await house.desk.compare(house.officer, first, with: copy)
      #expect(before.topic("exploitation").value.answers["EX01"] != after.topic("exploitation").value.answers["EX01"])
      // What is a screening already, however it began, is first as well.
      let own = try await house.inProgress()
      let late = try field.interview(record: own.uuid)
      #expect(try await field.send([late]).map(\.outcome) == [.conflict])
      let foreign = ScreeningID.random()
      try await house.desk.begin(house.stranger, foreign, ScreeningHouse.form)
      #expect(try await field.send([field.interview(record: foreign.uuid)]).map(\.outcome) == [.conflict])
      #expect(try await desk.counts(house.supervisor).beside == 2)
      for entry in try await desk.inbox(house.officer, FieldFilter(states: [.beside])) {
        let opened = try await desk.open(house.officer, entry.id)
        #expect(try await house.desk.summary(house.officer, opened).first == (entry.record == own ? own : nil))
      }
      #expect(try await house.desk.summary(house.stranger, foreign).member == house.stranger.member)
    }
  }

  @Test(arguments: TestEngine.available) func whoLeftIsHeldAndASupervisorDecides(_ engine: Engine) async throws {
    try await withField(engine) { field in
      let (desk, house) = (field.desk, field.house)
      let (early, record) = (try field.interview(), TestPhone.record())
      let sealed = [try field.interview(record: record), try field.interview(record: record), try field.interview()]
      try await field.send([early])
      let administrator = try await house.administrator()
      try await MembersDesk(house.office).leave(administrator, house.officer.member)
      let answers = try await field.send(sealed + [early])
      #expect(answers.map(\.outcome) == [.held, .held, .held, .replayed])
      #expect(answers.map(\.reason) == [.memberLeft, .memberLeft, .memberLeft, nil])
      #expect(answers.allSatisfy { $0.receipt != nil })
      let supervisor = try await house.actor("sonia")
      let held = try await desk.inbox(supervisor, FieldFilter(states: [.held])).sorted { $0.id < $1.id }
      #expect(held.count == 3)
      #expect(await refusal { _ = try await desk.open(supervisor, held[0].id) }?.kind == .conflict)
      #expect(await refusal { try await desk.release(house.worker, held[0].id, reason: "x") }?.kind == .forbidden)
      #expect(await refusal { try await desk.release(supervisor, held[0].id, reason: " ") }?.kind == .invalid)
      for entry in held where entry.record.uuid == record {
        try await desk.release(supervisor, entry.id, reason: "Lo hizo antes de irse")
      }
      // Of two, the one that was released first is first now.
      var counts = try await desk.counts(supervisor)
      #expect((counts.waiting, counts.beside, counts.held) == (2, 1, 1))
      let third = try #require(held.first { $0.record.uuid != record })
      try await desk.discard(supervisor, third.id, reason: "No era suyo")
      counts = try await desk.counts(supervisor)
      #expect(counts.held == 0)
      let read = try await desk.entry(supervisor, third.id)
      #expect(read.reason == "No era suyo" && read.entry.state == .discarded)
      #expect(await refusal { try await desk.release(supervisor, third.id, reason: "x") }?.kind == .conflict)
      #expect(try await desk.openAll(supervisor) == (opened: 2, left: 0))
      let opened = try await house.desk.list(supervisor)
      #expect(opened.allSatisfy { $0.member == house.officer.member && $0.status == .finished } && opened.count == 2)
    }
  }

  @Test(arguments: TestEngine.available) func aRevokedPhoneIsHeld(_ engine: Engine) async throws {
    try await withField(engine) { field in
      let (desk, house) = (field.desk, field.house)
      try await desk.revoke(house.supervisor, try field.id(field.phone))
      let answers = try await field.send([field.interview(), field.phone.danger()])
      #expect(answers.map(\.outcome) == [.held, .held] && answers.allSatisfy { $0.reason == .deviceRevoked })
      // A danger alerts all the same: who has the phone may tell the truth.
      #expect(try await desk.counts(house.supervisor).alarms == 1)
      let entry = try await field.only(FieldFilter(onlyAlarms: true))
      try await desk.release(house.supervisor, entry.id, reason: "Era cierto")
      #expect(try await field.only(FieldFilter(onlyAlarms: true)).state == .noted)
    }
  }
}
