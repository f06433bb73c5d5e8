import Accounts
import Basics
import Casework
import CountryPack
import Foundation
import HTTPTypes
import NationalPlan
import Records
import Releases
import Statistics
import TestSupport
import Testing
import Training

@testable import Web

/// A plan through its pages: taken over, filled, followed, met about, reported on, handed to donors.
@Suite struct NationalPlanPagesTests {
  /// 15 June 2026, noon in Quito: a year's report must not depend on the day the tests run.
  private static let june = Clock.fixed(Moment(milliseconds: 1_781_542_800_000))

  @Test(arguments: TestEngine.available) func aPlanIsTakenOverFilledAndFollowed(_ engine: Engine) async throws {
    try await withPlanHouse(engine) { house in
      let address = try await house.filled()
      var overview = try await house.worker.get(address)
      #expect(overview.status == .ok && overview.contains("Prevención y promoción de derechos"))
      #expect(overview.contains("Atrasado: 2") && overview.contains("Sucumbíos"))
      // Since when: it should have begun ninety days ago, and twenty-nine.
      #expect(overview.contains("Días de atraso: 90") && overview.contains("Días de atraso: 29"))
      // Who answers today for what the ministry before it took on.
      #expect(overview.contains("Ministerio de Desarrollo Humano"))
      #expect(!overview.contains(address + "/activities/new"))
      let reported = try await house.fill(
        address, "/activities/1.1.a/progress",
        ["state": "done", "done_on": house.day(-31), "result": "Dos talleres", "evidence": "Acta 4"])
      #expect(reported.location == address + "/activities/1.1.a")
      let activity = try await house.worker.get(address + "/activities/1.1.a")
      #expect(activity.contains("Dos talleres") && activity.contains("Acta 4") && activity.contains("Hecha"))
      let year = house.today.adding(days: -31).year
      let told = try await house.worker.get(address + "/report/\(year)")
      #expect(told.contains("Resultado: Dos talleres") && told.contains("Evidencia: Acta 4"))
      overview = try await house.worker.get(address)
      #expect(overview.contains("Atrasado: 1") && overview.contains("1 de 2"))
      // Each row of the progress leads to the activities it counts.
      for rest in ["axis=prevencion", "province=EC-U"] {
        #expect(overview.contains("\(address)/activities?\(rest)\""))
      }
      let due = house.today.adding(days: 60)
      let quarter = "quarter=\(due.year)-\((due.month + 2) / 3)"
      #expect(overview.contains("\(address)/activities?\(quarter)\""))
      let ending = try await house.worker.get(address + "/activities?" + quarter)
      #expect(ending.contains("Taller 1.1.b"))
      #expect(!(try await house.worker.get(address + "/activities?quarter=1999-1").contains("Taller 1.1.b")))
      let list = try await house.worker.get(address + "/activities?state=late")
      #expect(list.contains("Taller 1.1.b") && !list.contains("Taller 1.1.a"))
      let gantt = try await house.worker.get(address + "/gantt")
      #expect(gantt.contains("<svg") && gantt.contains("▲") && gantt.contains("Las mismas actividades en una tabla"))
      #expect(!gantt.contains("style="))
      #expect(try await house.worker.get(address + "/indicators").contains("meta 30,5"))
      #expect(try await house.secretary.get("/").contains("Taller 1.1.b"))
    }
  }

  @Test(arguments: TestEngine.available) func whatCanNotBeSoIsSaidBesideItsField(_ engine: Engine) async throws {
    try await withPlanHouse(engine) { house in
      let address = try await house.filled()
      let cases: [(String, [String: String], String)] = [
        ("/activities/1.1.a/edit", ["until": house.day(-91)], "Termina antes de empezar"),
        ("/activities/1.1.a/edit", ["until": "2031-01-01"], "fuera de las fechas del plan"),
        ("/activities/1.1.a/edit", ["depends_on": "1.1.b"], "Se esperaría a sí misma: 1.1.b → 1.1.a → 1.1.b"),
        ("/activities/1.1.a/edit", ["lead": "nadie"], "Esa institución no se conoce"),
        ("/activities/1.1.a/edit", ["depends_on": "1.1.z"], "“1.1.z” no está en este plan"),
        ("/indicators/i.1/edit", ["target": "5"], "peor que la línea base"),
        ("/indicators/i.1/edit", ["target": "mucho"], "Escriba un número"),
        ("/indicators/i.1/edit", ["target": "1.250"], "¿Miles o decimales?"),
        ("/indicators/i.1/value", ["number": "1,250"], "¿Miles o decimales?"),
        (
          "/activities/1.1.a/money", ["kind": "spent", "source": "F", "amount": "-5", "currency": "USD"],
          "no puede ser negativo"
        ),
        (
          "/activities/1.1.a/money", ["kind": "spent", "source": "F", "amount": "5", "currency": "XXX"], "no se conoce"
        ),
        (
          "/activities/1.1.a/money", ["kind": "budget", "source": "F", "amount": "5", "currency": "ECS"],
          "no se usaba ese día"
        ),
        ("/activities/1.1.a/progress", ["state": "done", "done_on": ""], "necesita su día"),
        ("/activities/1.1.a/progress", ["state": "done", "done_on": house.day(1)], "está por venir"),
        ("/indicators/i.1/value", ["day": house.day(1), "number": "4"], "está por venir"),
        ("/end", ["until": house.day(1)], "“1.1.b” quedaría fuera de las fechas del plan"),
        ("/version", ["from": "2031-01-01"], "dentro de la versión"),
      ]
      for (rest, fields, says) in cases {
        let answer = try await house.fill(address, rest, fields)
        #expect(answer.status == .unprocessableContent, "\(rest) \(fields)")
        #expect(answer.contains(says), "\(rest) \(fields)")
      }
      #expect(try await house.secretary.get(address + "/activities/none/edit").status == .notFound)
    }
  }

  @Test(arguments: TestEngine.available) func moneyMeetingsAndReport(_ engine: Engine) async throws {
    try await withPlanHouse(engine) { house in
      let address = try await house.filled()
      for (kind, amount) in [("budget", "12500,50"), ("spent", "1000")] {
        let page = try await house.secretary.get(address + "/activities/1.1.a/money")
        let form = try #require(house.secretary.forms(page).first { $0.action.hasSuffix("/money") })
        let given = ["kind": kind, "source": "Fondo ficticio", "amount": amount, "currency": "USD"]
        let fields = form.fields.filter { given[$0.0] == nil } + given.map { ($0.key, $0.value) }
        for _ in 0..<2 { #expect(try await house.secretary.post(form.action, fields).status == .seeOther) }
      }
      let money = try await house.worker.get(address + "/money")
      #expect(money.contains("USD 12.500,50") && money.contains("USD 1.000,00") && !money.contains("2.000,00"))
      let met = try await house.fill(
        address, "/meetings/new", ["title": "Comité", "day": house.day(-20), "minutes": "Se revisó.\nSe acordó."])
      #expect(met.location.hasPrefix(address + "/meetings/"))
      let rest = String(met.location.dropFirst(address.count))
      let decided = try await house.fill(
        address, rest + "/decide",
        ["words": "Enviar la lista", "owner": "mies", "due": house.day(-3), "activity": "1.1.b"])
      #expect(decided.status == .seeOther)
      let meeting = try await house.secretary.get(met.location)
      #expect(meeting.contains("Se revisó.") && meeting.contains("Enviar la lista") && meeting.contains("Atrasada"))
      let since = try await house.worker.get(address + "/since")
      #expect(since.contains("Comité") && since.contains("Enviar la lista") && since.contains("Se anotó dinero"))
      // On the day of the next meeting it is still told since the one before, unless another is chosen.
      let next = try await house.fill(address, "/meetings/new", ["title": "Sesión de hoy", "day": house.day(0)])
      let onTheDay = try await house.worker.get(address + "/since")
      #expect(onTheDay.contains("Desde “Comité”") && onTheDay.contains("Sesión de hoy"))
      let chosen = try #require(next.location.split(separator: "/").last)
      #expect(try await house.worker.get(address + "/since?meeting=\(chosen)").contains("Desde “Sesión de hoy”"))
      let link = try #require(meeting.text.firstMatch(of: /\/decisions\/[0-9a-z]{26}/)).0
      let done = try await house.fill(address, String(link), ["done_on": house.day(-1)])
      #expect(done.status == .seeOther)
      #expect(try await house.worker.get(address + "/since").contains("hecha el"))
      let year = house.today.year
      let wrote = try await house.fill(
        address, "/report/\(year)/edit", ["foreword_es": "Un año de trabajo", "foreword_en": "A year of work"])
      #expect(wrote.status == .seeOther)
      let report = try await house.worker.get(address + "/report/\(year)")
      #expect(
        report.contains("Un año de trabajo") && report.contains("Fondo ficticio") && !report.contains("A year of"))
      let paper = try await house.worker.get(address + "/report/\(year)/pdf")
      #expect(paper.status == .ok && paper.headers[.contentType] == "application/pdf")
      #expect(try await house.worker.get(address + "/report/1999").status == .notFound)
      let iati = try await house.fill(
        address, "/iati", ["reference": "XX-PRUEBA-1", "name": "Comité ficticio", "type": "10"])
      #expect(iati.status == .ok && iati.contains("<iati-activities version=\"2.03\"") && iati.contains("1000.00"))
      #expect(
        try await house.fill(address, "/iati", ["reference": "x", "name": "C", "type": "10"]).status
          == .unprocessableContent)
    }
  }

  @Test(arguments: TestEngine.available) func theNewVersionSeesWhatWasBefore(_ engine: Engine) async throws {
    try await withPlanHouse(engine, clock: Self.june) { house in
      let old = try await house.filled()
      _ = try await house.fill(
        old, "/indicators/i.1/value", ["day": house.day(-40), "number": "12", "source": "Acta 1"])
      let met = try await house.fill(
        old, "/meetings/new", ["title": "Reunión de antes", "day": house.day(-20), "minutes": "Se acordó."])
      let rest = String(met.location.dropFirst(old.count))
      let decided = try await house.fill(
        old, rest + "/decide", ["words": "Sigue abierta", "owner": "mies", "due": house.day(-3), "activity": "1.1.b"])
      #expect(decided.status == .seeOther)
      _ = try await house.fill(
        old, "/activities/1.1.a/progress",
        ["state": "done", "done_on": house.day(-31), "result": "Dos talleres", "evidence": "Acta 4"])
      let new = try await house.fill(old, "/version", ["from": house.day(-5)]).location
      #expect(new != old && new.hasPrefix("/plan/"))
      _ = try await house.fill(
        new, "/indicators/i.1/value", ["day": house.day(-1), "number": "14", "source": "Acta 2"])

      // The indicator has one history, the meeting one place, and the decision is still open.
      let indicator = try await house.worker.get(new + "/indicators/i.1")
      #expect(indicator.contains("Acta 1") && indicator.contains("Acta 2"))
      #expect(try await !house.worker.get(old + "/indicators/i.1").contains("Acta 2"))
      #expect(try await house.worker.get(new).contains("Abiertas: 1. Atrasadas: 1."))
      let meetings = try await house.worker.get(new + "/meetings")
      #expect(meetings.contains("Sigue abierta") && meetings.contains(old + rest) && !meetings.contains(new + rest))
      #expect(try await house.secretary.get(new + rest).status == .notFound)
      #expect(try await house.secretary.get(new + rest + "/edit").status == .notFound)

      // Since the last meeting, whichever version it happened to.
      let since = try await house.worker.get(new + "/since")
      #expect(since.contains("Reunión de antes") && since.contains("Taller 1.1.a") && since.contains("Sigue abierta"))
      #expect(since.contains(old + "/activities/1.1.a"))
      let link = try #require(
        try await house.secretary.get(old + rest).text.firstMatch(of: /\/decisions\/[0-9a-z]{26}/)
      ).0
      let done = try await house.fill(old, String(link), ["done_on": house.day(-2)])
      #expect(done.status == .seeOther)
      #expect(try await house.worker.get(new + "/since").contains("hecha el"))

      // What was done stays where it was done, and is in the report and in the donors' file of the new version.
      #expect(try await !house.worker.get(new + "/activities").contains("Taller 1.1.a"))
      let report = try await house.worker.get(new + "/report/\(house.today.year)")
      #expect(report.contains(old + "/activities/1.1.a") && report.contains("regía la versión 1"))
      #expect(report.contains(old + "/report/2026"))
      let iati = try await house.fill(new, "/iati", ["reference": "XX-1", "name": "C", "type": "10"])
      #expect(iati.contains("<iati-identifier>XX-1-pacta-2019:1.1.a<") && iati.contains(">14<") == false)
      // The project began with the first version.
      #expect(iati.contains("<activity-date iso-date=\"2019-11-01\" type=\"1\"/>"))
    }
  }

  @Test(arguments: TestEngine.available) func aMergerRewritesNothing(_ engine: Engine) async throws {
    try await withPlanHouse(engine, clock: Self.june) { house in
      let address = try await house.filled()
      for code in ["1.1.a", "1.1.b"] {
        let changed = try await house.fill(address, "/activities/\(code)/edit", ["lead": "mintur"])
        #expect(changed.status == .seeOther)
      }
      _ = try await house.fill(
        address, "/activities/1.1.a/progress", ["state": "done", "done_on": house.day(-31), "result": "R"])
      let met = try await house.fill(address, "/meetings/new", ["title": "Comité", "day": house.day(-25)]).location
      let rest = String(met.dropFirst(address.count))
      for (words, owner) in [("Decisión hecha", "mintur"), ("Decisión abierta", "mintur")] {
        _ = try await house.fill(address, rest + "/decide", ["words": words, "owner": owner, "due": house.day(9)])
      }
      let page = try await house.secretary.get(met)
      let first = try #require(
        page.text.firstMatch(of: /href="[^"]*(\/decisions\/[0-9a-z]{26})"[^>]*>\s*Decisión hecha/)?.1)
      _ = try await house.fill(address, String(first), ["done_on": house.day(-22)])
      let book = try await house.house.desks.plans.institutions(try await house.house.actor("worker"))
      let (then, now) = (
        book.name("mintur", on: house.today.adding(days: -31))[.spanish], book.name("dpe", on: house.today)[.spanish]
      )
      let merged = try await house.fill(
        "/plan/institutions/mintur", "",
        ["what": "merged", "from": house.day(-10), "successor": "dpe", "source": "ficticio"])
      #expect(merged.status == .seeOther)
      // One that the pack does not name can be entered, and be a successor from then on.
      let entered = try await house.fill(
        "/plan/institutions/new", "",
        ["code": "unido", "name_es": "Ministerio unido", "name_en": "United ministry", "source": "ficticio"])
      #expect(entered.location == "/plan/institutions/unido")
      #expect(try await house.secretary.get("/plan/institutions/mdt").contains("value=\"unido\""))
      let taken = try await house.fill(
        "/plan/institutions/new", "", ["code": "mdt", "name_es": "X", "name_en": "X", "source": "ficticio"])
      #expect(taken.status == .unprocessableContent && taken.contains("ya es de otra institución"))
      #expect(try await house.worker.get("/plan/institutions/new").status == .forbidden)

      let list = try await house.worker.get(address + "/activities?state=done")
      #expect(list.contains("<td>\(then)") || list.contains(">\(then)<"))
      #expect(!list.contains(">\(now)</td>"))
      let open = try await house.worker.get(address + "/activities?state=late")
      #expect(open.contains(">\(now)<") && open.contains("Taller 1.1.b"))
      // Whoever took over finds what it has to answer for.
      let held = try await house.worker.get(address + "/activities?lead=dpe")
      #expect(held.contains("Taller 1.1.a") && held.contains("Taller 1.1.b"))
      let overview = try await house.worker.get(address)
      #expect(overview.contains(">\(then)<") && overview.contains(">\(now)<"))
      let report = try await house.worker.get(address + "/report/\(house.today.year)")
      #expect(report.contains(then) && report.contains(now))
      let iati = try await house.fill(address, "/iati", ["reference": "XX-1", "name": "C", "type": "10"]).text
      let parts = iati.components(separatedBy: "<iati-activity ").dropFirst(2).map { $0 }
      let (a, b) = (
        try #require(parts.first { $0.contains(":1.1.a<") }), try #require(parts.first { $0.contains(":1.1.b<") })
      )
      #expect(a.contains(then) && !a.contains(now) && b.contains(now) && !b.contains(then))
      // The institution itself keeps its names and says what it became.
      let institution = try await house.worker.get("/plan/institutions/mintur")
      #expect(institution.contains(then) && institution.contains("Se unió a otra"))
    }
  }

  @Test(arguments: TestEngine.available) func anInstitutionsPastKeepsItsName(_ engine: Engine) async throws {
    try await withPlanHouse(engine) { house in
      let address = try await house.filled()
      _ = try await house.fill(
        address, "/activities/1.1.a/progress", ["state": "done", "done_on": house.day(-31)])
      let before = try await house.worker.get(address + "/activities/1.1.a")
      let path = "/plan/institutions/mdh"
      let renamed = try await house.fill(
        path, "",
        [
          "what": "name", "from": house.day(-10), "name_es": "Ministerio Ficticio", "name_en": "Fictional Ministry",
          "source": "ficticio",
        ])
      #expect(renamed.status == .seeOther)
      #expect(try await house.worker.get(path).contains("Ministerio Ficticio"))
      // What was done before has not changed; what is open is with whoever has it today.
      let after = try await house.worker.get(address + "/activities/1.1.a")
      #expect(after.contains("Ministerio Ficticio") == before.contains("Ministerio Ficticio"))
      #expect(try await house.worker.get(address + "/activities/1.1.b").contains("Ministerio Ficticio"))
      #expect(try await house.worker.get("/plan/institutions/nadie").status == .notFound)
      #expect(house.worker.forms(try await house.worker.get(path)).allSatisfy { $0.action != path })
    }
  }

  @Test(arguments: TestEngine.available) func liveIndicatorsEqualTheRoomsProtectedTables(_ engine: Engine) async throws
  {
    try await withPlanHouse(engine) { house in
      let address = try await house.filled()
      let desks = house.house.desks
      let live = LiveDesk(desks: desks)
      let actor = try await house.house.actor("secretary")
      // Nothing yet.
      for measure in LiveMeasure.allCases {
        #expect(try await live.figure(actor, measure).count == 0)
      }
      let people = [("begging", 31), ("sexual", 27), ("labour", 3)].flatMap { form, count in
        (0..<count).map { number in
          (
            identity: PersonIdentity(givenNames: "Canaria \(number)", birth: .year(1980)),
            facts: CaseFacts(kind: "trafficking", province: "EC-P", form: form, ageBand: "18-29", sex: "female")
          )
        }
      }
      _ = try await desks.cases.seed(
        try await house.house.actor("worker"), people, at: desks.office.clock.now())
      let table = try #require(
        try await desks.tables.table(actor, TableChoice(rows: .form, protection: .suppress)))
      let figure = try await live.figure(actor, .casesByForm)
      #expect(figure.count == table.count(nil))
      #expect(figure.rows.map(\.code) == table.rows)
      for row in figure.rows { #expect(row.count == table.count(row.code)) }
      #expect(figure.rows.first { $0.code == "labour" }?.count == nil)
      let map = try await desks.needs.map(actor)
      #expect(try await live.figure(actor, .screenings).count == map.total.screenings)
      #expect(try await live.figure(actor, .trainedPeople).count == map.total.trained)
      #expect(try await live.figure(actor, .referralsInTime).of == map.total.referrals)
      // The page shows the shown, and no small count; whoever may not count sees nothing of it.
      let page = try await house.secretary.get(address + "/indicators/i.1")
      #expect(page.contains("menos de 10") && !page.contains(">3<"))
      let other = try await house.worker.get(address + "/indicators/i.1")
      #expect(!other.contains(">31<") && other.contains("quien puede ver recuentos"))
      await #expect(throws: Refusal.forbidden) {
        _ = try await live.figure(try await house.house.actor("worker"), .casesByForm)
      }
    }
  }

  @Test func aSmallDifferenceIsHiddenToo() {
    func inTime(_ referrals: Int?, _ troubled: Int?) -> LiveFigure {
      LiveDesk.inTime(
        NeedCell(
          province: "", kind: "", trained: 0, competent: 0, cases: 0, referrals: referrals, troubled: troubled,
          screenings: 0, without: 0), threshold: 5)
    }
    for (referrals, troubled, count) in [(20, 6, 14), (20, 20, 0), (20, 0, 20), (20, 16, nil), (9, 5, nil), (5, 0, 5)] {
      #expect(inTime(referrals, troubled).count == count, "\(referrals) \(troubled)")
      #expect(inTime(referrals, troubled).of == (count == nil ? nil : referrals))
    }
    #expect(inTime(nil, 6).count == nil && inTime(20, nil).count == nil && inTime(20, nil).of == nil)
  }

  @Test func certificatesBelowTheThresholdAreHidden() {
    let (one, other) = (AgencyID.random(), AgencyID.random())
    #expect(LiveDesk.certificates([:], threshold: 10).count == 0)
    #expect(LiveDesk.certificates([one: 9], threshold: 10).count == nil)
    #expect(LiveDesk.certificates([one: 12], threshold: 10).count == 12)
    #expect(LiveDesk.certificates([one: 12, other: 30], threshold: 10).count == 42)
  }
}
