import Accounts
import Basics
import CountryPack
import Identification
import Records
import TestSupport
import Testing

@testable import Casework

@Suite struct CaseClockRulesTests {
  private let start = CalendarDay("2007-11-05") ?? CalendarDay(daysSince1970: 0)

  private func terms(_ days: Int = 30, extend: Int = 0, acts: Bool = true, byDocument: Bool = false)
    -> CaseClock.Terms
  {
    CaseClock.Terms(
      days: days, counts: .calendar, warnDays: 5, extendDays: extend, acts: acts, isByDocument: byDocument)
  }

  private func clock(
    _ terms: CaseClock.Terms, _ events: [(CaseClockMove, Int, Int?)] = [], ended: Int? = nil
  ) -> CaseClock {
    CaseClock(
      id: .random(), kind: "reflection", start: start, terms: terms, member: .random(),
      ended: ended.map { start.adding(days: $0) }, revision: 1,
      events: events.map { move, day, days in
        CaseClockEvent(
          id: .random(), move: move, day: start.adding(days: day), days: days, member: .random(),
          at: Moment(milliseconds: Int64(day)))
      })
  }

  /// Every move from every state, for the four ways in which a period may be extended, written out by hand.
  @Test func everyMoveFromEveryState() {
    for (extend, byDocument) in [(0, false), (10, false), (0, true), (10, true)] {
      let terms = terms(extend: extend, byDocument: byDocument)
      for extensions in 0...2 {
        let mayExtend = byDocument || extend > 0 && extensions == 0
        let expected: [CaseClockRules.State: [CaseClockMove: CaseClockRules.State]] = [
          .running(extensions: extensions): [.suspend: .suspended(extensions: extensions), .end: .ended].merging(
            mayExtend ? [.extend: .running(extensions: extensions + 1)] : [:]
          ) { $1 },
          .suspended(extensions: extensions): [.resume: .running(extensions: extensions), .end: .ended].merging(
            mayExtend ? [.extend: .suspended(extensions: extensions + 1)] : [:]
          ) { $1 }, .ended: [:],
        ]
        for (state, allowed) in expected {
          for move in CaseClockMove.allCases {
            do {
              #expect(try CaseClockRules.next(move, from: state, terms) == allowed[move])
            } catch {
              #expect(allowed[move] == nil && error.phrase.key == "error.clock_not_now", "\(move) from \(state)")
            }
          }
        }
      }
    }
  }

  @Test func whatHappenedGivesTheState() {
    let terms = terms(byDocument: true)
    #expect(CaseClockRules.state(clock(terms)) == .running(extensions: 0))
    #expect(CaseClockRules.state(clock(terms, [(.suspend, 2, nil)])) == .suspended(extensions: 0))
    #expect(
      CaseClockRules.state(clock(terms, [(.suspend, 2, nil), (.extend, 3, 5)])) == .suspended(extensions: 1))
    #expect(
      CaseClockRules.state(clock(terms, [(.suspend, 2, nil), (.resume, 4, nil)])) == .running(extensions: 0))
    #expect(CaseClockRules.state(clock(terms, [(.end, 9, nil)], ended: 9)) == .ended)
    #expect(CaseClockRules.moves(clock(terms, [(.end, 9, nil)], ended: 9)).isEmpty)
  }

  @Test func itWarnsIsDueAndIsOver() {
    let clock = clock(terms(30))
    for (day, alarm, left) in [
      (0, TermClock.Alarm.running, 30), (24, .running, 6), (25, .warned, 5), (29, .warned, 1), (30, .due, 0),
      (31, .overdue, 0), (400, .overdue, 0),
    ] {
      let reading = CaseClockRules.reading(clock, holidays: [], on: start.adding(days: day))
      #expect(reading?.alarm == alarm && reading?.daysLeft == left, "day \(day)")
      #expect(reading?.due == start.adding(days: 30))
    }
    #expect(CaseClockRules.reading(self.clock(terms(), ended: 3), holidays: [], on: start) == nil)
  }

  /// Whatever is done to it and however long ago it was: what nobody has verified is never due.
  @Test func whatIsNotVerifiedOnlyInforms() {
    var random = SeededGenerator(seed: testSeed("whatIsNotVerifiedOnlyInforms"))
    for _ in 0..<300 {
      var events: [(CaseClockMove, Int, Int?)] = []
      var day = 0
      var one = clock(terms(extend: 20, acts: false))
      for _ in 0..<Int.random(in: 0...5, using: &random) {
        guard let move = CaseClockRules.moves(one).filter({ $0 != .end }).randomElement(using: &random) else { break }
        day += Int.random(in: 0...20, using: &random)
        events.append((move, day, move == .extend ? 20 : nil))
        one = clock(terms(extend: 20, acts: false), events)
      }
      let today = start.adding(days: Int.random(in: 0...500, using: &random))
      let alarm = CaseClockRules.reading(one, holidays: [], on: today)?.alarm
      #expect(alarm == .informs || alarm == .suspended)
      #expect(CaseClockRules.due(one, holidays: [], on: today) == nil)
    }
  }

  @Test func aPauseAndAnExtensionMoveTheEnd() {
    let paused = clock(terms(), [(.suspend, 10, nil), (.resume, 17, nil)])
    #expect(
      CaseClockRules.reading(paused, holidays: [], on: start.adding(days: 20))?.due == start.adding(days: 37))
    let waiting = clock(terms(), [(.suspend, 10, nil)])
    for day in [10, 50, 300] {
      let reading = CaseClockRules.reading(waiting, holidays: [], on: start.adding(days: day))
      #expect(reading?.due == nil && reading?.daysLeft == 21 && reading?.alarm == .suspended)
    }
    let longer = clock(terms(extend: 15), [(.extend, 3, 15)])
    let reading = CaseClockRules.reading(longer, holidays: [], on: start)
    #expect(reading?.due == start.adding(days: 45) && reading?.extendedBy == 15)
  }

  @Test func whatIsWrongIsSaidBesideItsField() throws {
    let pack = try Town.pack.get()
    func wrong(_ request: CaseClockRequest) -> [String: String] {
      Dictionary(
        CaseClockRules.problems(request, pack, on: start).map { ($0.field, $0.phrase.key) }
      ) { first, _ in first }
    }
    #expect(wrong(CaseClockRequest(kind: "reflection", start: start)).isEmpty)
    #expect(wrong(CaseClockRequest(kind: "leisure", start: start)) == ["kind": "error.unknown_code"])
    #expect(wrong(CaseClockRequest(kind: "hearing", start: start)) == ["days": "error.clock_days_needed"])
    #expect(wrong(CaseClockRequest(kind: "hearing", start: start, days: 9)) == ["document": "error.document_needed"])
    #expect(
      wrong(CaseClockRequest(kind: "hearing", start: start, days: 0, document: "x")) == ["days": "error.clock_days"])
    #expect(
      wrong(CaseClockRequest(kind: "hearing", start: start.adding(days: 1), days: 9, document: "Oficio")) == [
        "start": "error.day_future"
      ])
    // By the pack's own length it informs, by a document of the person's own it acts.
    #expect(CaseClockRules.terms(CaseClockRequest(kind: "reflection", start: start), pack)?.acts == false)
    let written = CaseClockRequest(kind: "reflection", start: start, days: 45, document: "Resolución 12")
    #expect(CaseClockRules.terms(written, pack)?.acts == true)
    #expect(CaseClockRules.terms(written, pack)?.days == 45)
    let clock = clock(terms(extend: 10), [(.suspend, -3, nil)])
    func wrong(_ change: CaseClockChange) -> [String: String] {
      Dictionary(
        CaseClockRules.problems(change, of: clock, on: start).map { ($0.field, $0.phrase.key) }
      ) { first, _ in first }
    }
    #expect(wrong(CaseClockChange(.end, day: start, reason: "-")) == ["reason": "error.clock_reason_needed"])
    #expect(wrong(CaseClockChange(.end, day: start.adding(days: 1), reason: "Sí")) == ["day": "error.day_future"])
    #expect(
      wrong(CaseClockChange(.end, day: start.adding(days: -4), reason: "Sí")) == ["day": "error.clock_day_before"])
    for days in [nil, 0, 11] {
      #expect(
        wrong(CaseClockChange(.extend, day: start, days: days, reason: "Sí")) == ["days": "error.clock_extend_days"])
    }
    #expect(wrong(CaseClockChange(.extend, day: start, days: 10, reason: "Sí")).isEmpty)
  }
}

@Suite struct CaseClockDeskTests {
  @Test(arguments: TestEngine.available) func aClockGoesItsWholeWay(_ engine: Engine) async throws {
    try await withTown(engine) { town in
      let (desk, id) = (town.desk, try await town.opened().id)
      let clock = CaseClockID.random()
      let request = CaseClockRequest(
        kind: "residence_permit", start: desk.today.adding(days: -2), days: 30, document: "Visa 9 de la Cancillería")
      for _ in 0..<2 { try await desk.startClock(town.worker, id, id: clock, request) }
      #expect(
        try await refusal { try await desk.startClock(town.worker, id, id: .random(), request) }?.phrase.key
          == "error.clock_runs")
      var file = try await desk.file(town.worker, id)
      #expect(file.clocks.count == 1 && file.clocks[0].document == "Visa 9 de la Cancillería")
      #expect(file.summary.due == desk.today.adding(days: 28))
      #expect(try await desk.tasks(town.worker).tasks.map(\.kind) == [.clock])

      func change(_ move: CaseClockMove, _ days: Int? = nil, seen: Int, by actor: Actor) async throws {
        try await desk.moveClock(
          actor, id, clock, id: .random(),
          CaseClockChange(move, day: desk.today, days: days, reason: "Lo dijo la Cancillería"), seen: seen)
      }
      try await change(.suspend, seen: 1, by: town.supervisor)
      #expect(try await desk.file(town.worker, id).summary.due == nil)
      #expect(
        try await refusal { try await change(.suspend, seen: 2, by: town.worker) }?.phrase.key == "error.clock_not_now")
      #expect(
        try await refusal { try await change(.resume, seen: 1, by: town.worker) }?.phrase.key
          == "error.edited_meanwhile")
      town.time.move(.days(10))
      try await change(.resume, seen: 2, by: town.worker)
      try await change(.extend, 5, seen: 3, by: town.worker)
      file = try await desk.file(town.worker, id)
      #expect(file.clocks[0].events.map(\.member) == [town.supervisor, town.worker, town.worker].map(\.member))
      #expect(file.clocks[0].events.allSatisfy { $0.reason == "Lo dijo la Cancillería" })
      #expect(file.summary.due == desk.reading(file.clocks[0])?.due && file.summary.due != nil)
      try await change(.end, seen: 4, by: town.worker)
      file = try await desk.file(town.worker, id)
      #expect(file.clocks[0].ended == desk.today && file.summary.due == nil)
      #expect(
        try await desk.history(town.worker, id).map(\.action).filter { $0.hasPrefix("clock.") }
          == ["clock.end", "clock.extend", "clock.resume", "clock.suspend", "clock.start"])
      // Another one can begin now; by the pack's unverified length it informs and is no task.
      try await desk.startClock(
        town.worker, id, id: .random(), CaseClockRequest(kind: "reflection", start: desk.today.adding(days: -400)))
      file = try await desk.file(town.worker, id)
      #expect(file.summary.due == nil)
      #expect(file.clocks.first.flatMap { desk.reading($0)?.alarm } == .informs)
      #expect(try await desk.tasks(town.worker).tasks.isEmpty)
    }
  }

  @Test(arguments: TestEngine.available) func othersTouchNoClock(_ engine: Engine) async throws {
    try await withTown(engine) { town in
      let (desk, id) = (town.desk, try await town.opened(town.officer).id)
      let request = CaseClockRequest(kind: "reflection", start: desk.today)
      for (actor, kind) in [
        (town.officer, Refusal.Kind.forbidden), (town.coordinator, .forbidden), (town.north, .notFound),
      ] {
        #expect(try await refusal { try await desk.startClock(actor, id, id: .random(), request) }?.kind == kind)
      }
      let clock = CaseClockID.random()
      try await desk.startClock(town.worker, id, id: clock, request)
      let other = try await town.opened().id
      #expect(
        try await refusal {
          try await desk.moveClock(
            town.worker, other, clock, id: .random(), CaseClockChange(.end, day: desk.today, reason: "Sí"), seen: 1)
        } == .notFound)
      #expect(
        try await refusal { try await desk.startClock(town.worker, other, id: clock, request) }?.kind == .conflict)
      // Another agency that was given everything sees no clock: they are the owner's work.
      try await town.shared(id, to: town.north.agency, Set(DataKind.allCases))
      #expect(try await desk.file(town.north, id).clocks.isEmpty)
      try await town.close(id)
      #expect(
        try await refusal {
          try await desk.moveClock(
            town.worker, id, clock, id: .random(), CaseClockChange(.end, day: desk.today, reason: "Sí"), seen: 1)
        }?.phrase.key == "error.case_closed")
    }
  }

  /// Stood still and went on within one moment, as after a time that was set back: the last move counts.
  @Test(arguments: TestEngine.available) func movesOfOneMomentKeepTheirOrder(_ engine: Engine) async throws {
    try await withTown(engine) { town in
      let (desk, id, clock) = (town.desk, try await town.opened().id, CaseClockID.random())
      try await desk.startClock(
        town.worker, id, id: clock,
        CaseClockRequest(kind: "hearing", start: desk.today, days: 30, document: "Oficio ficticio 7"))
      for seen in 1...12 {
        let move = seen.isMultiple(of: 2) ? CaseClockMove.resume : .suspend
        try await desk.moveClock(
          town.worker, id, clock, id: .random(),
          CaseClockChange(move, day: desk.today, reason: "Lo dijo el juez"), seen: seen)
        let file = try await desk.file(town.worker, id)
        #expect(file.clocks[0].events.last?.move == move && file.clocks[0].events.count == seen)
        #expect((desk.reading(file.clocks[0])?.due == nil) == (move == .suspend))
      }
    }
  }
}
