import Accounts
import Basics
import CountryPack
import Foundation
import Records
import TestSupport
import Testing

@testable import Identification

@Suite struct FieldDangerTests {
  @Test(arguments: TestEngine.available) func aDangerAlertsBeforeTheInterviewIsThere(_ engine: Engine) async throws {
    try await withField(engine) { field in
      let (desk, house, record) = (field.desk, field.house, TestPhone.record())
      try await field.send([field.interview()])
      house.time.move(.minutes(1))
      let told = field.now
      let danger = try field.phone.danger(record: record) {
        $0["header"] = ["province": NSNull(), "ageGroup": NSNull(), "danger": true, "language": "es"] as [String: Any]
      }
      #expect(try await field.send([danger, danger]).map(\.outcome) == [.applied, .replayed])
      // Told again while it is not settled, it is the same danger.
      try await field.send([field.phone.danger(record: record)])
      house.time.move(.minutes(1))
      try await field.send([field.interview()])
      let inbox = try await desk.inbox(house.supervisor)
      #expect(inbox.count == 4 && inbox[0].isAlarm && inbox[0].dangerSince == told && inbox[0].province == nil)
      #expect(try await desk.counts(house.supervisor).alarms == 1)
      #expect(await refusal { _ = try await desk.open(house.officer, inbox[0].id) }?.kind == .conflict)
      #expect(
        await refusal { try await desk.settleDanger(house.officer, inbox[0].id, reason: "x") }?.kind == .forbidden)
      #expect(
        await refusal { try await desk.settleDanger(house.supervisor, inbox[0].id, reason: "") }?.kind == .invalid)
      #expect(
        await refusal { try await desk.settleDanger(house.supervisor, inbox[1].id, reason: "x") }?.kind == .conflict)
      // The interview comes, says danger again, and is opened: the danger stands on it.
      try await field.send([field.interview(record: record, danger: true)])
      let entry = try #require(
        try await desk.inbox(house.officer, FieldFilter(states: [.waiting])).first { $0.record.uuid == record })
      #expect(!entry.isAlarm)
      let id = try await desk.open(house.officer, entry.id)
      let file = try await house.desk.file(house.supervisor, id)
      #expect(file.screening.dangerSince == told && file.screening.status == .finished)
      #expect(file.dangers.map(\.reportedBy) == [house.officer.member] && file.dangers[0].settledAt == nil)
      #expect(try await desk.counts(house.supervisor).alarms == 0)
      #expect(
        await refusal { try await desk.settleDanger(house.supervisor, inbox[0].id, reason: "x") }?.kind == .conflict)
      #expect(try await house.desk.list(house.supervisor).first?.id == id)
      try await house.desk.settleDanger(house.supervisor, id, reason: "Llegó la policía")
      // A danger told later stops the screening itself.
      house.time.move(.hours(1))
      try await field.send([field.phone.danger(record: record)])
      #expect(try await house.desk.summary(house.officer, id).dangerSince == field.now)
      #expect(try await desk.counts(house.supervisor).alarms == 0)
      #expect(try await house.actions(id).last == "screening.danger")
    }
  }

  @Test(arguments: TestEngine.available) func whatWasSettledIsTakenOver(_ engine: Engine) async throws {
    try await withField(engine) { field in
      let (desk, house, record) = (field.desk, field.house, TestPhone.record())
      try await field.send([field.phone.danger(record: record)])
      let alarm = try await field.only(FieldFilter(onlyAlarms: true))
      house.time.move(.minutes(20))
      try await desk.settleDanger(house.supervisor, alarm.id, reason: "Está en el albergue")
      try await desk.settleDanger(house.supervisor, alarm.id, reason: "Otra vez")
      let settledAt = field.now
      #expect(try await desk.entry(house.supervisor, alarm.id).dangerReason == "Está en el albergue")
      // The interview repeats what was told and settled; a new word of danger alerts again.
      let content = field.content {
        $0["danger"] = ["at": field.phone.clock]
        $0["stopped"] = true
        $0["finishedAt"] = NSNull()
      }
      try await field.send([field.phone.interview(content, record: record, danger: true)])
      #expect(try await desk.counts(house.supervisor).alarms == 0)
      house.time.move(.minutes(1))
      try await field.send([field.phone.danger(record: record)])
      #expect(try await desk.counts(house.supervisor).alarms == 1)
      let id = try await desk.open(
        house.officer, try #require(try await desk.inbox(house.officer, FieldFilter(states: [.waiting])).first).id)
      let file = try await house.desk.file(house.officer, id)
      #expect(file.dangers.map(\.reason) == ["Está en el albergue", ""])
      #expect(file.dangers.map(\.settledAt) == [settledAt, nil])
      #expect(file.dangers[0].settledBy == house.supervisor.member)
      #expect(file.screening.dangerSince == field.now && file.screening.status == .safetyStopped)
    }
  }

  @Test(arguments: TestEngine.available) func aDangerInTheHeaderOrInsideAlertsToo(_ engine: Engine) async throws {
    try await withField(engine) { field in
      let (desk, house) = (field.desk, field.house)
      try await field.send([field.interview(danger: true)])
      let plain = try await field.only(FieldFilter(onlyAlarms: true))
      #expect(plain.kind == .screening && plain.state == .waiting)
      let id = try await desk.open(house.officer, plain.id)
      #expect(try await house.desk.summary(house.officer, id).dangerSince == plain.receivedAt)
      // Sealed only: it alerts when it is opened.
      let content = field.content { $0["danger"] = ["at": field.phone.clock] }
      try await field.send([field.phone.interview(content)])
      let inside = try await field.only(FieldFilter(states: [.waiting]))
      #expect(!inside.isAlarm)
      let other = try await desk.open(house.officer, inside.id)
      #expect(try await house.desk.summary(house.officer, other).dangerSince == inside.receivedAt)
    }
  }

  /// The safety check decides about the state as it does on the page.
  @Test(arguments: TestEngine.available) func theStateIsWhatTheSafetyCheckSays(_ engine: Engine) async throws {
    try await withField(engine) { field in
      let questions = field.house.pack.safetyQuestions.filter { !$0.isTold }
      let mayGoOn = try #require(questions.first { $0.mayGoOn })
      let mustNot = try #require(questions.first { !$0.mayGoOn })
      func status(_ changed: [String: String], goesOn: Bool = false, _ change: (inout [String: Any]) -> Void = { _ in })
        async throws -> Screening.Status
      {
        let answers = field.safe.merging(changed) { $1 }
        let content = field.content {
          $0["safety"] =
            [
              "answers": answers,
              "goneOn": goesOn ? [["at": field.phone.clock, "reason": "Lo pidió la persona"] as [String: Any]] : [],
            ] as [String: Any]
          change(&$0)
        }
        let record = TestPhone.record()
        try await field.send([field.phone.interview(content, record: record)])
        let entry = try #require(
          try await field.desk.inbox(field.house.officer, FieldFilter(states: [.waiting])).first)
        let id = try await field.desk.open(field.house.officer, entry.id)
        let file = try await field.house.desk.file(field.house.officer, id)
        #expect(file.safety.value.goneOn.map(\.by) == (goesOn ? [field.house.officer.member] : []))
        #expect((file.result != nil) == (file.screening.status == .finished))
        return file.screening.status
      }
      #expect(try await status([:]) == .finished)
      #expect(try await status([:]) { $0["finishedAt"] = NSNull() } == .inProgress)
      #expect(try await status([mayGoOn.code: "unknown"]) == .safetyCheck)
      #expect(
        try await status([mayGoOn.code: mayGoOn.stopsOn.rawValue]) { $0["finishedAt"] = NSNull() } == .safetyStopped)
      #expect(try await status([mayGoOn.code: "unknown"], goesOn: true) == .finished)
      #expect(
        try await status([mustNot.code: mustNot.stopsOn.rawValue], goesOn: true) { $0["finishedAt"] = NSNull() }
          == .safetyStopped)
      #expect(
        try await status([:]) {
          $0["stopped"] = true
          $0["finishedAt"] = NSNull()
        } == .safetyStopped)
    }
  }
}
