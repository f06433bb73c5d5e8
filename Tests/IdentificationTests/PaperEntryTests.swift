import Accounts
import Basics
import CountryPack
import Foundation
import Records
import TestSupport
import Testing

@testable import Identification

@Suite struct PaperEntryTests {
  @Test func oneSignIsOneAnswer() {
    let signs: [FourWayAnswer: [String]] = [
      .yes: ["s", "S", "y", "1", "sí", " s "], .no: ["n", "N", "2", "no"], .unknown: ["?", "¿", "3"],
      .notAsked: ["", " ", "-", "4"],
    ]
    #expect(Set(signs.keys) == Set(FourWayAnswer.allCases))
    for (answer, typed) in signs { for sign in typed { #expect(PaperEntry.answer(sign) == answer, "\(sign)") } }
    for sign in ["x", "5", "ss", "sn", "0", "\u{0}", "yess"] { #expect(PaperEntry.answer(sign) == nil, "\(sign)") }
  }

  private func entry(_ house: ScreeningHouse, _ id: ScreeningID, _ change: (inout PaperEntry) -> Void = { _ in })
    async throws -> PaperEntry
  {
    let file = try await house.desk.file(house.officer, id)
    let topics = house.desk.plan(file).topics.map(\.code) + [ScreeningPlan.overall]
    var entry = PaperEntry(
      language: "shuar", interpreter: "no", askedOn: "2008-01-09", askedBy: "M. Quishpe", aboutSeen: file.aboutRevision,
      safety: house.safe.mapValues { $0 == .yes ? "s" : "n" }, safetySeen: file.safety.revision, reason: "",
      topics: Dictionary(
        uniqueKeysWithValues: topics.map { ($0, .init(answers: [:], note: "", seen: file.topic($0).revision)) }))
    change(&entry)
    return entry
  }

  private func begun(_ house: ScreeningHouse) async throws -> ScreeningID {
    let id = ScreeningID.random()
    try await house.desk.begin(house.officer, id, ScreeningHouse.form)
    return id
  }

  @Test(arguments: TestEngine.available) func aWholeSheetIsKeptAtOnce(_ engine: Engine) async throws {
    try await withScreenings(engine) { house in
      let (desk, id) = (house.desk, try await begun(house))
      let typed = try await entry(house, id) {
        $0.topics["exploitation"]?.answers = ["EX01": "s", "EX02": "n", "EX03": "?", "EX04": ""]
        $0.topics["exploitation"]?.note = "Sin descanso"
        $0.topics["observation"]?.answers = ["UN01": "1"]
        $0.topics["overall"]?.note = "Al final"
      }
      house.time.move(.minutes(5))
      try await desk.enter(house.officer, id, typed)
      var file = try await desk.file(house.officer, id)
      #expect(file.screening.status == .inProgress && file.screening.answered == 4)
      #expect(file.topic("exploitation").value.answers == ["EX01": .yes, "EX02": .no, "EX03": .unknown])
      #expect(file.topic("exploitation").value.note == "Sin descanso" && file.topic("overall").value.note == "Al final")
      #expect(file.safety.value.answers == house.safe && file.about.language == "shuar")
      #expect(file.about.askedOn == CalendarDay("2008-01-09") && file.about.askedBy == "M. Quishpe")
      #expect(file.screening.interpreter == .no)
      // Typing is no interviewing.
      #expect(file.screening.secondsSpent == 0)
      // One entry for all of it; the same again is nothing.
      try await desk.enter(house.officer, id, typed)
      #expect(try await house.actions(id).count { $0 == "screening.paper" } == 1)
      // A correction of the start keeps who asked.
      try await desk.correct(house.officer, id, ScreeningHouse.form, seen: file.aboutRevision)
      file = try await desk.file(house.officer, id)
      #expect(file.about.askedBy == "M. Quishpe" && file.about.language == "kichwa")
    }
  }

  @Test(arguments: TestEngine.available) func whateverIsWrongIsNamedAndNothingIsKept(_ engine: Engine) async throws {
    try await withScreenings(engine) { house in
      let (desk, id) = (house.desk, try await begun(house))
      func problems(_ change: (inout PaperEntry) -> Void) async throws -> [String]? {
        let typed = try await entry(house, id, change)
        return await refusal { try await desk.enter(house.officer, id, typed) }?.fields.map(\.field)
      }
      let named = try await problems {
        $0.interpreter = "perhaps"
        $0.askedOn = "2008-02-31"
        $0.topics["exploitation"]?.answers = ["EX01": "x", "EX02": "s", "EX03": "ss"]
        $0.topics["exploitation"]?.note = "a\u{0}"
        $0.safety["private_place"] = "q"
        $0.reason = "x"
      }
      #expect(
        Set(named ?? []) == [
          "interpreter", "asked_on", "s-private_place", "n-exploitation", "a-exploitation.EX01", "a-exploitation.EX03",
        ])
      #expect(try await problems { $0.askedOn = "2030-01-01" } == ["asked_on"])
      #expect(try await problems { $0.topics["exploitation"]?.answers["DR01"] = "s" } == ["answer"])
      #expect(try await problems { $0.topics["nothing"] = .init(answers: [:], note: "", seen: 0) } == ["answer"])
      #expect(try await problems { $0.safety["nothing"] = "s" } == ["answer"])
      // What asked to stop wants its reason; without agreement there is nothing to keep.
      #expect(try await problems { $0.safety["private_place"] = "n" } == ["reason"])
      #expect(try await problems { $0.safety["agrees_to_talk"] = "?" } == ["s-agrees_to_talk", "reason"])
      #expect(
        try await problems {
          $0.safety["agrees_to_talk"] = ""
          $0.reason = "x"
        } == ["s-agrees_to_talk"])
      let file = try await desk.file(house.officer, id)
      #expect(file.topics.isEmpty && file.safety.revision == 0 && file.screening.status == .safetyCheck)
      let stopped = try await entry(house, id) {
        $0.safety["private_place"] = "n"
        $0.reason = "Se pasó a otra sala"
      }
      try await desk.enter(house.officer, id, stopped)
      let after = try await desk.file(house.officer, id)
      #expect(after.screening.status == .inProgress)
      #expect(after.safety.value.goneOn.map(\.reason) == ["Se pasó a otra sala"])
    }
  }

  @Test(arguments: TestEngine.available) func aSheetNeverOverwritesWhatWasSavedMeanwhile(_ engine: Engine) async throws
  {
    try await withScreenings(engine) { house in
      let (desk, id) = (house.desk, try await house.inProgress())
      let typed = try await entry(house, id) { $0.topics["exploitation"]?.answers = ["EX01": "n"] }
      try await desk.save(house.officer, id, topic: "exploitation", ["EX01": .yes], note: "", seen: 0)
      #expect(
        await refusal { try await desk.enter(house.officer, id, typed) }?.phrase.key == "error.screening_stale")
      #expect(try await desk.file(house.officer, id).about.language == "kichwa")
      for actor in [house.colleague, house.stranger] {
        #expect(await refusal { try await desk.enter(actor, id, typed) }?.kind == .notFound)
      }
      #expect(await refusal { try await desk.enter(house.supervisor, id, typed) }?.kind == .forbidden)
      try await desk.finish(house.officer, id)
      let late = try await entry(house, id)
      #expect(await refusal { try await desk.enter(house.officer, id, late) }?.kind == .conflict)
    }
  }
}
