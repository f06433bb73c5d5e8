import Accounts
import Basics
import CountryPack
import Foundation
import Records
import TestSupport
import Testing

@testable import Identification

extension ScreeningHouse {
  /// An interview that is finished, with a decision of its interviewer.
  fileprivate func decided(_ kind: Decision.Kind, by officer: Actor? = nil) async throws -> ScreeningID {
    let (officer, id) = (officer ?? self.officer, ScreeningID.random())
    try await desk.begin(officer, id, Self.form)
    try await desk.answerSafety(officer, id, safe, seen: 0)
    try await desk.save(officer, id, topic: "exploitation", ["EX01": .yes, "EX02": .unknown], note: "", seen: 0)
    try await desk.finish(officer, id)
    time.move(.minutes(1))
    try await desk.decide(officer, id, .random(), kind: kind.rawValue, reason: "Lo dicho")
    time.move(.minutes(1))
    return id
  }

  fileprivate func paper(
    body: String = "prosecution", decidedOn: String = "2008-01-09", receivedOn: String = "2008-01-10",
    document: String = "FGE-17"
  ) -> ReceivedDecision {
    ReceivedDecision(body: body, decidedOn: decidedOn, receivedOn: receivedOn, document: document)
  }
}

@Suite struct DecisionDeskTests {
  @Test(arguments: TestEngine.available) func aSupervisorAsksForMoreAndThenAgrees(_ engine: Engine) async throws {
    try await withScreenings(engine) { house in
      let (desk, id) = (house.desk, try await house.decided(.presumed))
      var waiting = ScreeningFilter()
      waiting.awaitsReview = true
      #expect(try await desk.list(house.supervisor, waiting).map(\.id) == [id])
      func review(_ actor: Actor, _ verdict: String, _ reason: String, _ asks: Set<String> = []) async -> Refusal? {
        await refusal { try await desk.review(actor, id, .random(), verdict: verdict, reason: reason, questions: asks) }
      }
      #expect(await review(house.officer, "agrees", "")?.kind == .forbidden)
      #expect(await review(house.worker, "agrees", "")?.kind == .forbidden)
      #expect(await review(house.stranger, "agrees", "")?.kind == .notFound)
      #expect(await review(house.supervisor, "perhaps", "x")?.fields.map(\.field) == ["verdict"])
      #expect(await review(house.supervisor, "disagrees", " ")?.fields.map(\.field) == ["reason"])
      #expect(await review(house.supervisor, "asks_more", "Falta")?.fields.map(\.field) == ["questions"])
      #expect(
        await review(house.supervisor, "asks_more", "Falta", ["exploitation/EX01"])?.fields.map(\.field) == [
          "questions"
        ])
      let first = ReviewID.random()
      for _ in 0..<2 {
        try await desk.review(
          house.supervisor, id, first, verdict: "asks_more", reason: "Falta saber del pago",
          questions: ["exploitation/EX03", "exploitation/EX02"])
      }
      var file = try await desk.file(house.officer, id)
      #expect(file.reviews.map(\.content.questions) == [["exploitation/EX02", "exploitation/EX03"]])
      #expect(file.screening.review == .asksMore && file.screening.status == .decided)
      #expect(file.reviews[0].decision == file.decisions[0].id)
      var more = ScreeningFilter(ofTheAgency: false)
      more.onlyAskedForMore = true
      #expect(try await desk.list(house.officer, more).map(\.id) == [id])
      // Asked and finished anew, it waits for a review again.
      try await desk.reopen(house.officer, id)
      try await desk.finish(house.officer, id)
      #expect(try await desk.list(house.officer, more).isEmpty)
      #expect(try await desk.list(house.supervisor, waiting).map(\.id) == [id])
      house.time.move(.minutes(1))
      try await desk.review(house.second, id, .random(), verdict: "agrees", reason: "")
      file = try await desk.file(house.officer, id)
      #expect(file.reviews.map(\.verdict) == [.asksMore, .agrees])
      #expect(file.reviews.map(\.member) == [house.supervisor.member, house.second.member])
      #expect(try await desk.list(house.supervisor, waiting).isEmpty)
      // Another decision is another thing to review.
      try await desk.decide(house.supervisor, id, .random(), kind: "needs_more_information", reason: "x")
      #expect(await review(house.supervisor, "agrees", "")?.kind == .forbidden)
      #expect(try await desk.list(house.second, waiting).map(\.id) == [id])
      #expect(try await house.actions(id).count { $0 == "screening.review" } == 2)
    }
  }

  /// Who handed an interview over interviewed all the same.
  @Test(arguments: TestEngine.available) func nobodyReviewsTheOwnInterviewNotEvenAfterHandingItOver(_ engine: Engine)
    async throws
  {
    try await withScreenings(engine) { house in
      let id = ScreeningID.random()
      try await house.desk.begin(house.stranger, id, ScreeningHouse.form)
      try await house.desk.answerSafety(house.stranger, id, house.safe, seen: 0)
      try await house.desk.finish(house.stranger, id)
      func review(_ actor: Actor) async -> Refusal? {
        await refusal { try await house.desk.review(actor, id, .random(), verdict: "agrees", reason: "") }
      }
      #expect(await review(house.stranger)?.kind == .forbidden)
      #expect(await review(house.neighbour) == nil)
      let link = try await MembersDesk(house.office).invite(
        house.actor("olga"), name: "vera", login: "vera", roles: [.caseWorker])
      _ = try await MembersDesk(house.office).accept(link, password: "una frase larga y buena")
      let vera = try await house.actor("vera")
      try await house.desk.handOver(house.neighbour, id, to: vera.member)
      #expect(await review(house.stranger)?.kind == .forbidden)
      #expect(await review(house.neighbour) == nil)
    }
  }

  @Test(arguments: TestEngine.available) func onlyABodyOfThePackIdentifiesFormally(_ engine: Engine) async throws {
    try await withScreenings(engine) { house in
      var house = house
      let desk = house.desk
      // The shelter presumes; formally it can only keep what a body decided.
      let sheltered = try await house.decided(.presumed, by: house.stranger)
      func formal(_ actor: Actor, _ id: ScreeningID) async -> Refusal? {
        await refusal {
          try await desk.decide(actor, id, .random(), kind: "formally_identified", reason: "x")
        }
      }
      #expect(await formal(house.neighbour, sheltered)?.kind == .forbidden)
      #expect(try await desk.file(house.neighbour, sheltered).ownBody == nil)
      func record(_ paper: ReceivedDecision, _ actor: Actor? = nil) async -> Refusal? {
        await refusal {
          try await desk.recordDecision(
            actor ?? house.neighbour, sheltered, .random(), kind: "formally_identified", paper, reason: "Dice el oficio"
          )
        }
      }
      #expect(await record(house.paper(body: "canario"))?.fields.map(\.field) == ["body"])
      #expect(await record(house.paper(decidedOn: "2008-01-12"))?.fields.map(\.field) == ["decided_on", "received_on"])
      #expect(await record(house.paper(receivedOn: "2008-01-08"))?.fields.map(\.field) == ["received_on"])
      #expect(await record(house.paper(document: ""))?.fields.map(\.field) == ["document"])
      #expect(await record(house.paper(), house.officer)?.kind == .forbidden)
      #expect(await record(house.paper()) == nil)
      let file = try await desk.file(house.neighbour, sheltered)
      let kept = try #require(file.decisions.last)
      #expect(kept.isReceived && kept.body == "prosecution" && kept.document == "FGE-17")
      #expect(kept.decidedOn == CalendarDay("2008-01-09") && kept.receivedOn == CalendarDay("2008-01-10"))
      #expect(file.screening.isDecisionReceived && file.screening.decision == .formallyIdentified)
      // From now on the shelter undoes nothing from the side.
      #expect(
        await refusal {
          try await desk.decide(house.neighbour, sheltered, .random(), kind: "not_presumed_now", reason: "x")
        }?.kind == .forbidden)
      #expect(try await house.actions(sheltered).contains("screening.decision_received"))
      // The police are a body, and who interviewed does not decide.
      let id = try await house.decided(.presumed)
      #expect(await formal(house.officer, id)?.kind == .forbidden)
      #expect(await formal(house.supervisor, id) == nil)
      let own = try #require(try await desk.file(house.supervisor, id).decisions.last)
      #expect(!own.isReceived && own.body == "police")
      // Without the pack's word nobody is one.
      house.pack.identification.bodies = []
      let other = try await house.decided(.presumed)
      #expect(
        await refusal {
          try await house.desk.decide(house.supervisor, other, .random(), kind: "formally_identified", reason: "x")
        }?.kind == .forbidden)
    }
  }

  @Test(arguments: TestEngine.available) func aNoIsAppealedAndAnsweredBySomebodyElse(_ engine: Engine) async throws {
    try await withScreenings(engine) { house in
      let (desk, id) = (house.desk, try await house.decided(.notPresumedNow))
      func appeal(_ actor: Actor, _ side: String = "person", _ grounds: String = "No me preguntaron") async -> Refusal?
      {
        await refusal { try await desk.appeal(actor, id, .random(), side: side, grounds: grounds) }
      }
      #expect(await appeal(house.colleague)?.kind == .notFound)
      #expect(await appeal(house.officer, "nobody", " ")?.fields.map(\.field) == ["side", "grounds"])
      // At any time: also while the interview is taken up again.
      try await desk.reopen(house.officer, id)
      #expect(await appeal(house.worker) == nil)
      #expect(await appeal(house.officer)?.kind == .conflict)
      try await desk.finish(house.officer, id)
      #expect(
        await refusal {
          try await desk.decide(house.officer, id, .random(), kind: "not_presumed_now", reason: "x")
        }?.phrase.key == "error.appeal_is_open")
      var filter = ScreeningFilter()
      filter.onlyAppeals = true
      #expect(try await desk.list(house.supervisor, filter).map(\.id) == [id])
      let answer = DecisionID.random()
      func ruling(_ actor: Actor, _ ruling: String, _ reason: String = "Otra lectura") async -> Refusal? {
        await refusal { try await desk.answerAppeal(actor, id, answer, ruling: ruling, reason: reason) }
      }
      #expect(await ruling(house.officer, "presumed")?.kind == .forbidden)
      #expect(await ruling(house.supervisor, "not_identified_formally")?.phrase.key == "error.appeal_worsens")
      #expect(await ruling(house.supervisor, "not_presumed_now")?.phrase.key == "error.appeal_worsens")
      #expect(await ruling(house.supervisor, "", " ")?.fields.map(\.field) == ["ruling", "reason"])
      #expect(await ruling(house.supervisor, "presumed") == nil)
      #expect(await ruling(house.supervisor, "presumed") == nil)
      var file = try await desk.file(house.officer, id)
      #expect(file.decisions.map(\.kind) == [.notPresumedNow, .presumed])
      #expect(file.appeals.map(\.stands) == [false] && file.appeals[0].answer == answer)
      #expect(file.appeals[0].grounds == "No me preguntaron" && file.screening.appealSince == nil)
      #expect(file.screening.status == .decided && file.screening.decision == .presumed)
      // A formal no stands after an appeal by another supervisor, and can be appealed again.
      house.time.move(.minutes(1))
      try await desk.decide(house.supervisor, id, .random(), kind: "not_identified_formally", reason: "No alcanza")
      #expect(await appeal(house.officer, "helper") == nil)
      #expect(
        await refusal {
          try await desk.answerAppeal(house.supervisor, id, .random(), ruling: "stands", reason: "x")
        }?.kind == .forbidden)
      let stands = DecisionID.random()
      for _ in 0..<2 {
        try await desk.answerAppeal(house.second, id, stands, ruling: "stands", reason: "Se revisó todo")
      }
      file = try await desk.file(house.officer, id)
      #expect(file.appeals.map(\.stands) == [false, true] && file.appeals[1].reason == "Se revisó todo")
      #expect(file.screening.decision == .notIdentifiedFormally)
      #expect(await appeal(house.officer, "guardian") == nil)
      #expect(try await house.actions(id).count { $0 == "screening.appeal_answer" } == 2)
    }
  }

  /// What another body refused, only that body's answer changes; whoever asks meanwhile keeps all help.
  @Test(arguments: TestEngine.available) func anotherBodysNoIsAnsweredByItsPaper(_ engine: Engine) async throws {
    try await withScreenings(engine) { house in
      let (desk, id) = (house.desk, try await house.decided(.presumed, by: house.stranger))
      try await desk.recordDecision(
        house.neighbour, id, .random(), kind: "not_identified_formally", house.paper(), reason: "Dice el oficio")
      try await desk.appeal(house.stranger, id, .random(), side: "person", grounds: "Hay más")
      #expect(
        await refusal {
          try await desk.answerAppeal(house.neighbour, id, .random(), ruling: "presumed", reason: "x")
        }?.kind == .forbidden)
      // Pressing on with a decision beside the appeal does not work either.
      #expect(
        await refusal {
          try await desk.recordDecision(
            house.neighbour, id, .random(), kind: "not_identified_formally", house.paper(), reason: "x")
        }?.phrase.key == "error.appeal_is_open")
      house.time.move(.minutes(1))
      try await desk.answerAppeal(
        house.neighbour, id, .random(), ruling: "stands", received: house.paper(document: "FGE-18"), reason: "Ratifica")
      var file = try await desk.file(house.stranger, id)
      #expect(file.decisions.map(\.document) == ["", "FGE-17", "FGE-18"])
      #expect(file.appeals.map(\.answer) == [file.decisions[2].id])
      house.time.move(.minutes(1))
      try await desk.appeal(house.stranger, id, .random(), side: "representative", grounds: "Otra vez")
      try await desk.answerAppeal(
        house.neighbour, id, .random(), ruling: "formally_identified", received: house.paper(document: "FGE-19"),
        reason: "Revoca")
      file = try await desk.file(house.stranger, id)
      #expect(file.screening.decision == .formallyIdentified && file.screening.isDecisionReceived)
    }
  }

  @Test(arguments: TestEngine.available) func theClockRunsFromThePresumption(_ engine: Engine) async throws {
    try await withScreenings(engine) { house in
      var house = house
      house.pack.identification.clock = DecisionTerm(
        days: 5, counts: .calendar, warnDays: 1, extendDays: 3, source: "x", certainty: .decided)
      let (desk, id) = (house.desk, try await house.decided(.presumed))
      let start = try #require(try await desk.summary(house.officer, id).clockSince)
      func alarm() async throws -> DecisionClock.Alarm? {
        let list = try await desk.list(house.supervisor)
        return try await desk.clocks(house.supervisor, list)[id]?.alarm
      }
      func move(_ actor: Actor, _ move: String, _ event: ClockEventID = .random()) async -> Refusal? {
        await refusal { try await desk.moveClock(actor, id, event, move: move, reason: "Falta un peritaje") }
      }
      #expect(try await alarm() == .running)
      #expect(await move(house.officer, "suspend")?.kind == .forbidden)
      #expect(await move(house.supervisor, "stop")?.fields.map(\.field) == ["move"])
      #expect(await move(house.supervisor, "resume")?.phrase.key == "error.clock_not_now")
      let event = ClockEventID.random()
      #expect(await move(house.supervisor, "suspend", event) == nil)
      #expect(await move(house.supervisor, "suspend", event) == nil)
      house.time.move(.days(30))
      #expect(try await alarm() == .suspended)
      #expect(await move(house.supervisor, "resume") == nil)
      #expect(try await alarm() == .running)
      house.time.move(.days(6))
      #expect(try await alarm() == .overdue)
      #expect(await move(house.supervisor, "extend") == nil)
      #expect(await move(house.supervisor, "extend")?.phrase.key == "error.clock_not_now")
      let file = try await desk.file(house.supervisor, id)
      #expect(file.clock.map(\.move) == [.suspend, .resume, .extend])
      #expect(file.clock.allSatisfy { $0.reason == "Falta un peritaje" })
      #expect(desk.clock(file)?.alarm == (try await alarm()))
      var filter = ScreeningFilter()
      filter.onClock = true
      #expect(try await desk.list(house.supervisor, filter).map(\.id) == [id])
      // A decision in between does not start it anew; the formal one ends it.
      try await desk.decide(house.officer, id, .random(), kind: "needs_more_information", reason: "x")
      #expect(try await desk.summary(house.officer, id).clockSince == start)
      try await desk.decide(house.supervisor, id, .random(), kind: "formally_identified", reason: "x")
      #expect(try await alarm() == nil)
      #expect(try await desk.list(house.supervisor, filter).isEmpty)
      #expect(
        try await house.actions(id).filter { $0.contains("clock") }
          == ["screening.clock_suspend", "screening.clock_resume", "screening.clock_extend"])
    }
  }

  /// Neither a review nor an appeal is part of the interview: its pauses and its time stay as they were.
  @Test(arguments: TestEngine.available) func whatSupervisorsDoIsNoInterviewTime(_ engine: Engine) async throws {
    try await withScreenings(engine) { house in
      let (desk, id) = (house.desk, try await house.decided(.notPresumedNow))
      try await desk.reopen(house.officer, id)
      let before = try await desk.summary(house.officer, id)
      house.time.move(.minutes(5))
      try await desk.appeal(house.worker, id, .random(), side: "person", grounds: "x")
      let after = try await desk.summary(house.officer, id)
      #expect(after.touchedAt == before.touchedAt && after.secondsSpent == before.secondsSpent)
    }
  }
}
