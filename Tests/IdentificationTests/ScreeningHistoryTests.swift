import Accounts
import Basics
import CountryPack
import Records
import TestSupport
import Testing

@testable import Identification

@Suite struct ScreeningHistoryTests {
  @Test(arguments: TestEngine.available) func twoInterviewsOfThePersonAreCompared(_ engine: Engine) async throws {
    try await withScreenings(engine) { house in
      let first = try await house.inProgress()
      try await house.desk.save(
        house.officer, first, topic: "exploitation", ["EX01": .yes, "EX02": .no, "EX03": .unknown], note: "", seen: 0)
      try await house.desk.finish(house.officer, first)
      house.time.move(.days(3))
      let second = ScreeningID.random()
      try await house.desk.begin(house.officer, second, ScreeningHouse.form, after: first)
      try await house.desk.answerSafety(house.officer, second, house.safe, seen: 0)
      try await house.desk.save(
        house.officer, second, topic: "exploitation", ["EX01": .yes, "EX02": .yes], note: "", seen: 0)
      try await house.desk.finish(house.officer, second)
      #expect(try await house.desk.ofTheSamePerson(house.officer, second).map(\.id) == [first])
      #expect(try await house.desk.ofTheSamePerson(house.officer, first).map(\.id) == [second])
      let (before, after, comparison) = try await house.desk.compare(house.officer, second, with: first)
      #expect(before.screening.id == first && after.screening.id == second)
      #expect(comparison.changes.map(\.code) == ["EX02", "EX03"])
      #expect(comparison.changes.map(\.before) == [.no, .unknown])
      #expect(comparison.changes.map(\.after) == [.yes, .notAsked])
      #expect(comparison.shifts == [.init(dimension: "exploitation", before: .insufficient, after: .positive)])
      #expect(comparison.onlyBefore.isEmpty && comparison.onlyAfter.isEmpty)
      // Whichever is asked for, the earlier one stands first.
      #expect(try await house.desk.compare(house.officer, first, with: second).2 == comparison)
      #expect(try await house.actions(first).suffix(2) == ["screening.read", "screening.read"])
    }
  }

  @Test(arguments: TestEngine.available) func onlyOneWhoMaySeeBothCompares(_ engine: Engine) async throws {
    try await withScreenings(engine) { house in
      let (first, other) = (try await house.inProgress(), try await house.inProgress())
      let second = ScreeningID.random()
      try await house.desk.begin(house.officer, second, ScreeningHouse.form, after: first)
      // Not of the same person.
      #expect(
        await refusal { _ = try await house.desk.compare(house.officer, second, with: other) }?.kind == .notFound)
      for actor in [house.colleague, house.stranger] {
        #expect(await refusal { _ = try await house.desk.compare(actor, second, with: first) }?.kind == .notFound)
        #expect(
          await refusal {
            try await house.desk.begin(actor, .random(), ScreeningHouse.form, after: first)
          } != nil)
      }
      #expect(try await house.desk.compare(house.supervisor, second, with: first).2.changes.isEmpty)
    }
  }

  /// Every answer changed shows, none else does, and turning the two round turns each change round.
  @Test(arguments: TestEngine.available) func theComparisonIsExact(_ engine: Engine) async throws {
    try await withScreenings(engine) { house in
      let seed = testSeed("comparison")
      var generator = SeededGenerator(seed: seed)
      let id = try await house.inProgress()
      let file = try await house.desk.file(house.officer, id)
      let topics = house.desk.plan(file).topics
      for round in 0..<200 {
        var (before, after) = (file, file)
        var expected: Set<String> = []
        for topic in topics {
          var (then, now) = (ScreeningFile.Topic(), ScreeningFile.Topic())
          for indicator in topic.indicators {
            let answers = (
              FourWayAnswer.allCases.randomElement(using: &generator) ?? .no,
              FourWayAnswer.allCases.randomElement(using: &generator) ?? .no
            )
            then.answers[indicator.code] = answers.0 == .notAsked ? nil : answers.0
            now.answers[indicator.code] = answers.1 == .notAsked ? nil : answers.1
            if answers.0 != answers.1 { expected.insert(topic.code + "/" + indicator.code) }
          }
          before.topics[topic.code] = ScreeningFile.Part(revision: 1, value: then)
          after.topics[topic.code] = ScreeningFile.Part(revision: 1, value: now)
        }
        let forward = ScreeningComparison(before: before, after: after, house.pack).changes
        let back = ScreeningComparison(before: after, after: before, house.pack).changes
        #expect(Set(forward.map { $0.topic + "/" + $0.code }) == expected, "seed \(seed) round \(round)")
        #expect(
          forward.map { .init(topic: $0.topic, code: $0.code, before: $0.after, after: $0.before) } == back,
          "seed \(seed) round \(round)")
      }
    }
  }

  @Test(arguments: TestEngine.available) func anInterviewIsHandedOver(_ engine: Engine) async throws {
    try await withScreenings(engine) { house in
      let id = try await house.inProgress()
      #expect(Set(try await house.desk.mayTakeOver(house.officer, id).map { $0.name }) == ["carlos", "wilma"])
      #expect(
        await refusal { try await house.desk.handOver(house.colleague, id, to: house.colleague.member) }?.kind
          == .notFound)
      for wrong in [house.supervisor.member, house.stranger.member, .random()] {
        #expect(await refusal { try await house.desk.handOver(house.officer, id, to: wrong) }?.kind == .invalid)
      }
      try await house.desk.handOver(house.officer, id, to: house.colleague.member)
      #expect(await refusal { _ = try await house.desk.file(house.officer, id) }?.kind == .notFound)
      try await house.desk.save(
        house.colleague, id, topic: "exploitation", ["EX01": .yes], note: "", seen: 0)
      try await house.desk.handOver(house.supervisor, id, to: house.officer.member)
      try await house.desk.handOver(house.supervisor, id, to: house.officer.member)
      #expect(try await house.desk.summary(house.officer, id).member == house.officer.member)
      #expect(try await house.actions(id).count { $0 == "screening.hand_over" } == 2)
    }
  }

  @Test(arguments: TestEngine.available) func onlyTimeAtWorkCounts(_ engine: Engine) async throws {
    try await withScreenings(engine) { house in
      let id = try await house.inProgress()
      house.time.move(.minutes(10))
      try await house.desk.save(house.officer, id, topic: "exploitation", ["EX01": .yes], note: "", seen: 0)
      house.time.move(.hours(3))
      try await house.desk.save(house.officer, id, topic: "exploitation", ["EX01": .no], note: "", seen: 1)
      house.time.move(.minutes(2))
      try await house.desk.save(house.officer, id, topic: "exploitation", ["EX01": .yes], note: "", seen: 2)
      #expect(try await house.desk.summary(house.officer, id).secondsSpent == 12 * 60)
    }
  }

  @Test func afterALongPauseSafetyIsAskedAgain() {
    let saved = Moment(milliseconds: 1_000_000_000)
    for status in Screening.Status.allCases {
      #expect(SafetyRules.isDueAgain(status, lastSaved: saved, now: saved + .minutes(60)) == false)
      #expect(SafetyRules.isDueAgain(status, lastSaved: saved, now: saved + .minutes(61)) == (status == .inProgress))
    }
  }
}
