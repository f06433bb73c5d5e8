import Accounts
import Basics
import CountryPack
import Foundation
import NationalPlan
import Records
import Web

/// A plan with thousands of activities as a browser meets it: overview, list, time line, money, the year's report.
enum BenchPlan {
  private static let activities = 5000
  /// Who keeps the plan in the demonstration.
  private static let login = "carlos"

  static func measure(_ options: Bench.Options, _ pack: CountryPack, into table: inout FigureTable) async throws {
    let house = try await House(program: options.program, pack: pack, cases: 0)
    defer { house.remove() }
    let (desks, secretary, database) = try await House.open(house.data, pack, login: login)
    let today = CalendarDay(desks.office.clock.now(), offsetFromUTC: pack.offsetFromUTC)
    let id = StoredPlanID.random()
    try await desks.plans.keep(secretary, invented(pack, today), as: id)
    let look = try await timed(min(options.samples, 100)) { _ in
      _ = try await desks.plans.look(secretary, id, isWhole: false)
    }
    table.add("plan of \(activities) activities, read for an overview", look)
    await database.close()
    let site = try await RunningSite(program: options.program, data: house.data)
    defer { site.stop() }
    let cookie = try site.signIn(login)
    let connection = try Connection(port: site.port)
    func page(_ rest: String) async throws -> Samples {
      try await timed(min(options.samples, 100)) { _ in
        let answer = try connection.get("/plan/\(id)" + rest, cookie: cookie)
        guard answer.status == 200 else { throw Failure("\(rest) answered \(answer.status)") }
      }
    }
    table.add("plan of \(activities) activities, overview page", try await page(""), goal: 50)
    table.add("its list of activities", try await page("/activities"), goal: 50)
    table.add("its time line", try await page("/gantt"), goal: 50)
    table.add("its money", try await page("/money"), goal: 50)
    table.add("one of its activities", try await page("/activities/a7"), goal: 50)
    table.add("the form of one", try await page("/activities/a7/edit"), goal: 50)
    table.add("what happened since the last meeting", try await page("/since"), goal: 50)
    table.add("the year's report as a page", try await page("/report/\(today.year)"), goal: 5000)
    table.add("the year's report as a PDF", try await page("/report/\(today.year)/pdf"), goal: 5000)
  }

  /// A fifth done, a fifth late, each with budget and, once begun, spending, all over the country.
  private static func invented(_ pack: CountryPack, _ today: CalendarDay) -> Plan {
    let begin = today.adding(days: -1500)
    let leads = pack.institutions.map(\.code)
    func both(_ text: String) -> LocalizedText { LocalizedText(es: text, en: text) }
    let axes = (0..<4).map {
      PlanAxis(code: "eje\($0)", name: both("Eje inventado \($0)"), source: "inventado", certainty: .decided)
    }
    let objectives = (0..<40).map {
      PlanObjective(code: "objetivo\($0)", axis: "eje\($0 % 4)", name: both("Objetivo inventado \($0)"))
    }
    let parts = (0..<activities).map { number in
      let from = begin.adding(days: number % 2000)
      let isDone = number % 5 == 0 && from.adding(days: 90) < today
      let money = [(PlanMoney.Kind.budget, 150_000 + number), (.spent, 90_000 + number)].map { kind, cents in
        PlanMoney(
          kind: kind, source: "Fondo inventado \(number % 7)", currency: "USD", amount: Money(cents: Int64(cents)),
          day: from)
      }.filter { $0.kind == .budget || $0.day <= today }
      return PlanActivity(
        code: "a\(number)", objective: "objetivo\(number % 40)",
        name: both("Actividad inventada número \(number) con un nombre de largo corriente"),
        lead: leads[number % leads.count], provinces: [pack.provinces[number % pack.provinces.count].iso], from: from,
        until: from.adding(days: 90), dependsOn: number >= 100 ? ["a\(number - 100)"] : [],
        state: isDone ? .done : from < today && number % 5 != 1 ? .underWay : .planned,
        doneOn: isDone ? from.adding(days: 80) : nil, result: isDone ? "Hecho" : "", money: money)
    }
    return Plan(
      code: "inventado", version: 1, name: both("Plan inventado para medir"), from: begin,
      until: begin.adding(days: 4000), source: "inventado", axes: axes, objectives: objectives, activities: parts)
  }
}
