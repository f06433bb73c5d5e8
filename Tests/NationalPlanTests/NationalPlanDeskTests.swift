import Accounts
import Basics
import CountryPack
import Records
import TestSupport
import Testing

@testable import NationalPlan

@Suite struct NationalPlanDeskTests {
  @Test(arguments: TestEngine.available) func aPlanOfThePackIsTakenOverOnceByWhoMay(_ engine: Engine) async throws {
    try await withPlanHall(engine) { hall in
      #expect(try await hall.desk.offered(hall.worker).map(\.code) == ["pacta-2019", "plan-2006"])
      let id = StoredPlanID.random()
      for actor in [hall.worker, hall.analyst, hall.administrator] {
        #expect(
          try await refusal { try await hall.desk.takeOver(actor, id: id, code: "pacta-2019", version: 1) }
            == .forbidden)
      }
      #expect(
        try await refusal { try await hall.desk.takeOver(hall.secretary, id: id, code: "nada", version: 1) }
          == .notFound)
      for _ in 0..<2 { try await hall.desk.takeOver(hall.secretary, id: id, code: "pacta-2019", version: 1) }
      #expect(try await hall.entries("plan.taken") == 1)
      #expect(
        try await refusal {
          try await hall.desk.takeOver(hall.secretary, id: .random(), code: "pacta-2019", version: 1)
        }?.kind == .conflict)
      #expect(try await hall.desk.offered(hall.worker).map(\.code) == ["plan-2006"])
      // What was stored is what the pack says.
      let look = try await hall.desk.look(hall.worker, id)
      var shipped = try #require(PlanShelf.plans(hall.pack).first { $0.code == "pacta-2019" })
      shipped.line = 0
      for place in shipped.axes.indices { shipped.axes[place].line = 0 }
      #expect(look.plan == shipped)
    }
  }

  @Test(arguments: TestEngine.available) func aWholePlanComesBackAsItWasStored(_ engine: Engine) async throws {
    try await withPlanHall(engine) { hall in
      var plan = PlanFixture.plan
      plan.activities[1].partners = ["mies", "oim"]
      plan.activities[1].provinces = ["EC-P", "EC-U"]
      plan.activities[0].state = .done
      plan.activities[0].doneOn = PlanFixture.day("2020-06-01")
      plan.activities[0].result = "Hecho"
      plan.activities[0].evidence = "Acta 1"
      let id = try await hall.kept(plan)
      let look = try await hall.desk.look(hall.worker, id)
      #expect(look.plan == plan)
      #expect(look.money.totals.map(\.budget) == [Money(cents: 375_150)])
      #expect(look.revisions["x1"] == 1)
      let one = try await hall.desk.look(hall.worker, id, isWhole: false, activity: "x1").plan.activities
      #expect(one.first { $0.code == "x1" } == plan.activities[0])
      #expect(one.first { $0.code == "x2" }?.money.isEmpty == true)
      let short = try await hall.desk.look(hall.worker, id, isWhole: false)
      #expect(short.plan.activities.map(\.code) == plan.activities.map(\.code))
      #expect(
        PlanProgress(short.plan, on: PlanFixture.day("2021-01-01")).all
          == PlanProgress(plan, on: PlanFixture.day("2021-01-01")).all)
      #expect(try await refusal { _ = try await hall.desk.look(hall.worker, .random()) } == .notFound)
    }
  }

  /// What is kept in memory says what the store says after every change, and nothing of a change that was undone.
  @Test(arguments: TestEngine.available) func memorySaysWhatTheStoreSays(_ engine: Engine) async throws {
    try await withPlanHall(engine) { hall in
      let (desk, id) = (hall.desk, try await hall.kept())
      func expectTheSame(_ note: Comment) async throws {
        let kept = try await desk.look(hall.worker, id, isWhole: false)
        let read = try await NationalPlanDesk(hall.office, hall.pack).look(hall.worker, id, isWhole: false)
        #expect(kept.plan == read.plan && kept.revisions == read.revisions, note)
      }
      try await expectTheSame("the first time")
      try await desk.report(
        hall.secretary, "x1", in: id, .underWay, doneOn: nil, result: "R", evidence: "", seen: 1)
      try await expectTheSame("a state")
      var activity = try #require(PlanFixture.plan.activities.first { $0.code == "x2" })
      activity.provinces = ["EC-C"]
      try await desk.put(hall.secretary, activity, in: id, seen: 1)
      try await expectTheSame("a province")
      activity.code = "x9"
      try await desk.put(hall.secretary, activity, in: id, seen: 0)
      try await expectTheSame("one more")
      struct Undone: Error {}
      await #expect(throws: Undone.self) {
        try await hall.office.database.write { transaction in
          try transaction.execute("UPDATE plan_activities SET state = 'dropped', revision = revision + 1")
          throw Undone()
        }
      }
      try await expectTheSame("after what was undone")
      #expect(
        try await desk.look(hall.worker, id, isWhole: false).plan.activities.allSatisfy { $0.state != .dropped })
    }
  }

  @Test(arguments: TestEngine.available) func everyWriteAsksForThePermission(_ engine: Engine) async throws {
    try await withPlanHall(engine) { hall in
      let id = try await hall.kept()
      let (desk, plan, day) = (hall.desk, PlanFixture.plan, PlanFixture.day("2021-01-01"))
      let meeting = PlanMeeting(id: .random(), day: day, title: "Reunión", minutes: "")
      let before = try await hall.desk.look(hall.worker, id).plan
      for actor in [hall.worker, hall.analyst, hall.administrator] {
        let writes: [() async throws -> Void] = [
          { try await desk.keep(actor, plan, as: .random()) },
          { _ = try await desk.findings(actor, plan, as: .random()) },
          { try await desk.end(actor, id, on: nil, seen: plan.until) },
          { try await desk.begin(actor, id: .random(), after: id, from: PlanFixture.day("2022-01-01")) },
          { try await desk.put(actor, plan.objectives[0], in: id, seen: 1) },
          { try await desk.put(actor, plan.indicators[0], in: id, seen: 1) },
          { try await desk.put(actor, plan.activities[0], in: id, seen: 1) },
          {
            try await desk.report(
              actor, "x1", in: id, .underWay, doneOn: nil, result: "", evidence: "", seen: 1)
          },
          { try await desk.add(actor, plan.indicators[0].values[0], .random(), to: "i1", in: id) },
          { try await desk.add(actor, plan.activities[0].money[0], .random(), to: "x1", in: id) },
          { try await desk.put(actor, meeting, in: id) },
          {
            try await desk.put(
              actor, PlanDecision(id: .random(), meeting: meeting.id, words: "x", owner: "mdt", due: day), in: id)
          },
          {
            try await desk.put(
              actor, ReportText(section: .foreword, language: .spanish, words: "x", revision: 0), of: 2021, in: id)
          },
          {
            try await desk.enter(actor, "nueva", .init(name: PlanFixture.both("X"), source: "ficticio"), .random())
          },
          {
            try await desk.name(
              actor, "mdt", .init(name: PlanFixture.both("X"), from: day, source: "ficticio"), .random())
          },
          {
            try await desk.succeed(
              actor, "mdt", .init(successor: "mies", kind: .merged, day: day, source: "ficticio"))
          },
        ]
        for write in writes { #expect(try await refusal(write) == .forbidden) }
      }
      #expect(try await hall.desk.look(hall.worker, id).plan == before)
    }
  }

  @Test(arguments: TestEngine.available) func whatTheCheckFindsIsRefusedBesideItsField(_ engine: Engine) async throws {
    try await withPlanHall(engine) { hall in
      let id = try await hall.kept()
      let desk = hall.desk
      func fields(_ spoil: (inout PlanActivity) -> Void) async throws -> [String]? {
        var activity = PlanFixture.plan.activities[0]
        spoil(&activity)
        let wrong = activity
        return try await refusal { try await desk.put(hall.secretary, wrong, in: id, seen: 1) }?.fields.map(\.field)
      }
      #expect(try await fields { $0.lead = "nadie" } == ["lead"])
      #expect(try await fields { $0.provinces = ["EC-ZZ"] } == ["provinces"])
      #expect(try await fields { $0.until = PlanFixture.day("2030-01-01") } == ["until"])
      #expect(try await fields { $0.dependsOn = ["x3"] } == ["depends_on"])
      #expect(try await fields { $0.objective = "zz" } == ["objective"])
      #expect(try await fields { $0.partners = ["nadie"] } == ["partners"])
      #expect(try await fields { $0.from = PlanFixture.day("2019-12-31") } == ["from"])
      var objective = PlanFixture.plan.objectives[0]
      objective.axis = "zz"
      let lost = objective
      #expect(
        try await refusal { try await desk.put(hall.secretary, lost, in: id, seen: 1) }?.fields.map(\.field)
          == ["axis"])
      let later = PlanValue(day: PlanFixture.day("2021-03-16"), value: PlanNumber(1), source: "x")
      #expect(
        try await refusal { try await desk.add(hall.secretary, later, .random(), to: "i1", in: id) }?.fields.map(
          \.field) == ["day"])
      var indicator = PlanFixture.plan.indicators[0]
      indicator.target = PlanNumber(1)
      let low = indicator
      #expect(
        try await refusal { try await desk.put(hall.secretary, low, in: id, seen: 1) }?.fields.map(\.field)
          == ["target"])
      let money = PlanMoney(
        kind: .spent, source: "x", currency: "ZZZ", amount: Money(cents: -1), day: PlanFixture.day("2021-01-01"))
      #expect(
        Set(
          try await refusal { try await desk.add(hall.secretary, money, .random(), to: "x1", in: id) }?.fields.map(
            \.field) ?? []) == ["amount", "currency"])
      #expect(try await hall.entries("plan.activity") == 0)
    }
  }

  @Test(arguments: TestEngine.available) func aStaleChangeAndASecondClickDoNothing(_ engine: Engine) async throws {
    try await withPlanHall(engine) { hall in
      let id = try await hall.kept()
      let desk = hall.desk
      var activity = PlanFixture.activity("x9", "a.1", "2021-02-01", "2021-05-01")
      activity.money = []
      let new = activity
      for _ in 0..<2 { try await desk.put(hall.secretary, new, in: id, seen: 0) }
      #expect(try await hall.entries("plan.activity") == 1)
      activity.canton = "Ibarra"
      let changed = activity
      #expect(
        try await refusal { try await desk.put(hall.secretary, changed, in: id, seen: 0) }?.fields.map(\.field)
          == ["code"])
      try await desk.put(hall.secretary, changed, in: id, seen: 1)
      activity.canton = "Otavalo"
      let late = activity
      #expect(try await refusal { try await desk.put(hall.secretary, late, in: id, seen: 1) }?.kind == .conflict)
      let entry = PlanEntryID.random()
      for _ in 0..<2 {
        try await desk.add(
          hall.secretary,
          PlanMoney(
            kind: .spent, source: "x", currency: "USD", amount: Money(cents: 500), day: PlanFixture.day("2021-01-01")),
          entry, to: "x9", in: id)
      }
      #expect(try await desk.look(hall.worker, id).plan.activities.first { $0.code == "x9" }?.money.count == 1)
      #expect(try await hall.entries("plan.money") == 1)
    }
  }

  @Test(arguments: TestEngine.available) func doneNeedsItsDay(_ engine: Engine) async throws {
    try await withPlanHall(engine) { hall in
      let id = try await hall.kept()
      func report(_ state: ActivityState, _ day: String?, seen: Int = 1) async throws -> Refusal? {
        try await refusal {
          try await hall.desk.report(
            hall.secretary, "x1", in: id, state, doneOn: day.map(PlanFixture.day), result: "R", evidence: "Acta",
            seen: seen)
        }
      }
      #expect(try await report(.done, nil)?.fields.map(\.field) == ["done_on"])
      #expect(try await report(.underWay, "2021-01-01")?.fields.map(\.field) == ["done_on"])
      #expect(try await report(.done, "2021-03-16")?.fields.map(\.field) == ["done_on"])
      #expect(try await report(.done, "2021-03-15") == nil)
      #expect(try await report(.done, "2021-03-15", seen: 1) == nil)
      #expect(try await report(.dropped, nil, seen: 1)?.kind == .conflict)
      let changes = try await hall.desk.changes(hall.worker, id, since: Moment(milliseconds: 0))
      // Both have the test's one moment: their order is open.
      #expect(Set(changes.map(\.kind)) == [.taken, .progress])
      #expect(changes.compactMap(\.state) == [.done])
    }
  }

  @Test(arguments: TestEngine.available) func theNextVersionEndsTheOneBefore(_ engine: Engine) async throws {
    try await withPlanHall(engine) { hall in
      let id = try await hall.kept()
      let next = StoredPlanID.random()
      let day = PlanFixture.day("2021-02-01")
      #expect(
        try await refusal {
          try await hall.desk.begin(hall.secretary, id: next, after: id, from: PlanFixture.day("2020-01-01"))
        }?.fields.map(\.field) == ["from"])
      for _ in 0..<2 { try await hall.desk.begin(hall.secretary, id: next, after: id, from: day) }
      let (old, new) = (
        try await hall.desk.look(hall.worker, id).plan, try await hall.desk.look(hall.worker, next).plan
      )
      #expect(old.until == PlanFixture.day("2021-01-31"))
      #expect(new.version == 2 && new.from == day && new.until == PlanFixture.plan.until)
      #expect(PlanCheck.versions([old, new]).isEmpty)
      #expect(PlanCheck(new, pack: hall.pack).errors == 0)
      #expect(
        try await refusal { try await hall.desk.begin(hall.secretary, id: .random(), after: id, from: day) }?.kind
          == .conflict)
    }
  }

  @Test(arguments: TestEngine.available) func meetingsKeepDecisionsWithTheirOwners(_ engine: Engine) async throws {
    try await withPlanHall(engine) { hall in
      let id = try await hall.kept()
      let desk = hall.desk
      let meeting = PlanMeeting(
        id: .random(), day: PlanFixture.day("2021-03-01"), title: "Comité", minutes: "Se revisó el plan.")
      for _ in 0..<2 { try await desk.put(hall.secretary, meeting, in: id) }
      var decision = PlanDecision(
        id: .random(), meeting: meeting.id, words: "Enviar la lista", owner: "mdt", due: PlanFixture.day("2021-03-10"),
        activity: "x1")
      let right = decision
      for _ in 0..<2 { try await desk.put(hall.secretary, right, in: id) }
      for spoil: (inout PlanDecision) -> Void in [
        { $0.owner = "nadie" }, { $0.due = PlanFixture.day("2021-02-28") }, { $0.activity = "zz" },
        { $0.doneOn = PlanFixture.day("2021-03-16") },
      ] {
        var wrong = right
        wrong.id = .random()
        spoil(&wrong)
        let sent = wrong
        #expect(try await refusal { try await desk.put(hall.secretary, sent, in: id) }?.fields.count == 1)
      }
      var look = try await desk.look(hall.worker, id)
      #expect(look.meetings.map(\.title) == ["Comité"])
      #expect(look.decisions.map { $0.isLate(on: PlanFixture.day("2021-03-15")) } == [true])
      decision.doneOn = PlanFixture.day("2021-03-12")
      decision.revision = 1
      let done = decision
      for _ in 0..<2 { try await desk.put(hall.secretary, done, in: id) }
      look = try await desk.look(hall.worker, id)
      #expect(look.decisions.map { $0.isLate(on: PlanFixture.day("2021-03-15")) } == [false])
      #expect(try await hall.entries("plan.decision_done") == 1)
      #expect(try await hall.entries("plan.meeting") == 1)
    }
  }

  @Test(arguments: TestEngine.available) func aNewNameLeavesThePastItsOwn(_ engine: Engine) async throws {
    try await withPlanHall(engine) { hall in
      let desk = hall.desk
      let old = try await desk.institutions(hall.worker).name("mdt", on: PlanFixture.day("2020-01-01"))
      let name = PlanInstitution.Name(
        name: LocalizedText(es: "Ministerio nuevo", en: "New ministry"), from: PlanFixture.day("2021-02-01"),
        source: "ficticio")
      let entry = PlanEntryID.random()
      for _ in 0..<2 { try await desk.name(hall.secretary, "mdt", name, entry) }
      let book = try await desk.institutions(hall.worker)
      #expect(book.name("mdt", on: PlanFixture.day("2021-01-31")) == old)
      #expect(book.name("mdt", on: PlanFixture.day("2021-02-01")) == name.name)
      #expect(book.findings.isEmpty)
      var earlier = name
      earlier.name = PlanFixture.both("Antes")
      earlier.from = PlanFixture.day("2021-01-01")
      let wrong = earlier
      #expect(
        try await refusal { try await desk.name(hall.secretary, "mdt", wrong, .random()) }?.fields.map(\.field)
          == ["from"])
      try await desk.succeed(
        hall.secretary, "mdt",
        .init(successor: "mdh", kind: .merged, day: PlanFixture.day("2022-01-01"), source: "ficticio"))
      #expect(
        try await refusal {
          try await desk.succeed(
            hall.secretary, "mdh",
            .init(successor: "mdt", kind: .merged, day: PlanFixture.day("2023-01-01"), source: "ficticio"))
        }?.fields.map(\.field) == ["successor"])
      #expect(try await desk.institutions(hall.worker).heirs("mdt", on: PlanFixture.day("2022-06-01")) == ["mdh"])
      #expect(try await hall.entries("plan.institution") == 2)
    }
  }

  @Test(arguments: TestEngine.available) func twoAreMergedIntoANewOne(_ engine: Engine) async throws {
    try await withPlanHall(engine) { hall in
      let (desk, secretary) = (hall.desk, hall.secretary)
      let id = try await hall.kept()
      let day = PlanFixture.day("2021-03-01")
      let name = PlanInstitution.Name(
        name: LocalizedText(es: "Ministerio unido (ficticio)", en: "United ministry (fictional)"), from: day,
        source: "ficticio")
      #expect(
        try await refusal { try await desk.name(secretary, "unido", name, .random()) } == .notFound)
      let entry = PlanEntryID.random()
      for _ in 0..<2 { try await desk.enter(secretary, "unido", name, entry) }
      for (code, field) in [("mdt", "code"), ("new", "code"), ("Dos Palabras", "code")] {
        #expect(
          try await refusal { try await desk.enter(secretary, code, name, .random()) }?.fields.map(\.field) == [field])
      }
      for code in ["mdt", "mintur"] {
        try await desk.succeed(
          secretary, code, .init(successor: "unido", kind: .merged, day: day, source: "ficticio"))
      }
      let book = try await desk.institutions(hall.worker)
      #expect(book.findings.isEmpty)
      #expect(book.heirs("mdt", on: day) == ["unido"] && book.heirs("mintur", on: day) == ["unido"])
      #expect(book.heirs("mdt", on: day.adding(days: -1)) == ["mdt"])
      // What names the old ones still does, and the new one can answer for something itself.
      #expect(try await desk.look(hall.worker, id).plan == PlanFixture.plan)
      var activity = PlanFixture.activity("x9", "a.1", "2021-04-01", "2021-05-01", lead: "unido")
      activity.money = []
      let new = activity
      try await desk.put(secretary, new, in: id, seen: 0)
      #expect(try await hall.entries("plan.institution") == 3)
      // Said by mistake, it is taken back; what the pack says is not.
      #expect(try await desk.enteredSuccessions(hall.worker, of: "mdt").map(\.successor) == ["unido"])
      #expect(
        try await refusal { try await desk.takeBack(hall.worker, "mdt", successor: "unido") } == .forbidden)
      for _ in 0..<2 { try await desk.takeBack(secretary, "mdt", successor: "unido") }
      let after = try await desk.institutions(hall.worker)
      #expect(after.heirs("mdt", on: day) == ["mdt"] && after.heirs("mintur", on: day) == ["unido"])
      #expect(try await hall.entries("plan.institution") == 4)
      let shipped = try #require(after.institutions.values.first { $0.code != "mintur" && !$0.successions.isEmpty })
      try await desk.takeBack(secretary, shipped.code, successor: shipped.successions[0].successor)
      #expect(try await desk.institutions(hall.worker).institutions[shipped.code] == shipped)
      #expect(try await hall.entries("plan.institution") == 4)
    }
  }

  @Test(arguments: TestEngine.available) func theReportsWordsAreKeptByLanguage(_ engine: Engine) async throws {
    try await withPlanHall(engine) { hall in
      let id = try await hall.kept()
      let text = ReportText(section: .foreword, language: .spanish, words: "Este año", revision: 0)
      for _ in 0..<2 { try await hall.desk.put(hall.secretary, text, of: 2021, in: id) }
      var other = text
      other.words = "Otra cosa"
      let stale = other
      #expect(try await refusal { try await hall.desk.put(hall.secretary, stale, of: 2021, in: id) }?.kind == .conflict)
      other.revision = 1
      let right = other
      try await hall.desk.put(hall.secretary, right, of: 2021, in: id)
      #expect(try await hall.desk.reportTexts(hall.worker, id, year: 2021).map(\.words) == ["Otra cosa"])
      #expect(try await hall.desk.reportTexts(hall.worker, id, year: 2020).isEmpty)
    }
  }
}
