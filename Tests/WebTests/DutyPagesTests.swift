import Accounts
import Basics
import Casework
import HTTPTypes
import Records
import Referrals
import TestSupport
import Testing

@testable import Web

/// A supervisor keeps the desk's roster on one page; everybody of the desk reads it.
@Suite struct DutyPagesTests {
  @Test(arguments: TestEngine.available) func theRosterIsKeptAndRead(_ engine: Engine) async throws {
    try await withSite(engine) { house in
      let desk = try await house.join("desk", [.referralDesk])
      try await house.join("chief", [.supervisor])
      let (chief, reader) = (TestBrowser(house), TestBrowser(house))
      try await chief.signIn("chief")
      try await reader.signIn("desk")
      #expect(try await reader.get("/referrals").contains("Esta mesa no lleva turnos"))
      var page = try await chief.get("/referrals/duty")
      let shifts = "/referrals/duty/shifts"
      let wrong = try await chief.submit(page, ["from": "25:00"], action: shifts)
      #expect(wrong.status == .unprocessableContent)
      #expect(wrong.contains("f-member-error") && wrong.contains("f-days-error") && wrong.contains("f-from-error"))
      // All days around the clock: whenever this runs, the desk is on duty.
      let days = (0..<7).map { ("days", String($0)) }
      let added = try await chief.submit(
        page, ["member": desk.description, "from": "00:00", "until": "00:00"], action: shifts, further: days)
      #expect(added.location == "/referrals/duty")
      page = try await chief.get("/referrals/duty")
      #expect(page.contains("De turno ahora: Colega desk.") && page.contains("00:00–00:00"))
      #expect(try await reader.get("/referrals").contains("Usted está de turno."))
      let read = try await reader.get("/referrals/duty")
      #expect(read.contains("De turno ahora: Colega desk.") && !read.contains(shifts))

      let changes = "/referrals/duty/changes"
      let past = try await chief.submit(page, ["from_day": "2020-01-01", "until_day": "2020-01-02"], action: changes)
      #expect(past.status == .unprocessableContent && past.contains("f-until-day-error"))
      let today = house.desks.cases.today
      let free = try await chief.submit(
        page,
        [
          "from_day": today.adding(days: -1).description, "from_time": "00:00",
          "until_day": today.adding(days: 2).description, "until_time": "00:00",
        ], action: changes)
      #expect(free.location == "/referrals/duty")
      page = try await chief.get("/referrals/duty")
      #expect(page.contains("Nadie está de turno ahora."))
      let outside = try await chief.submit(
        page, ["kind": "own", "on_call": desk.description], action: "/referrals/duty/out-of-hours")
      #expect(outside.location == "/referrals/duty")
      page = try await chief.get("/referrals/duty")
      #expect(page.contains("Se puede llamar a: Colega desk."))
      let removal = try #require(chief.forms(page).first { $0.action.hasPrefix(changes + "/") }).action
      #expect(try await chief.submit(page, action: removal).location == "/referrals/duty")
      #expect(try await chief.get("/referrals/duty").contains("De turno ahora: Colega desk."))
      for path in ["shifts", "changes", "out-of-hours"] {
        let csrf = try #require(reader.forms(read).first?.fields.first { $0.0 == "csrf" }?.1)
        #expect(try await reader.post("/referrals/duty/\(path)", [("csrf", csrf)]).status == .forbidden)
      }
    }
  }

  @Test(arguments: TestEngine.available) func anotherAgencyIsAskedAndAnswers(_ engine: Engine) async throws {
    try await withSite(engine) { house in
      try await house.join("chief", [.supervisor])
      let made = try await house.desks.agencies.create(
        .console, name: "Casa Luna", kind: "ngo", province: "EC-O", administrator: "Berta", login: "berta")
      _ = try await house.desks.members.accept(made.invitation, password: WebHouse.password)
      let token = try await house.desks.members.invite(
        try await house.actor("berta"), name: "Jefa Luna", login: "luna", roles: [.supervisor])
      _ = try await house.desks.members.accept(token, password: WebHouse.password)
      let (chief, luna) = (TestBrowser(house), TestBrowser(house))
      try await chief.signIn("chief")
      try await luna.signIn("luna")
      let asked = try await chief.submit(
        try await chief.get("/referrals/duty"), ["kind": "agency", "other": made.agency.description],
        action: "/referrals/duty/out-of-hours")
      #expect(asked.location == "/referrals/duty")
      #expect(try await chief.get("/referrals/duty").contains("Todavía no ha aceptado."))
      let page = try await luna.get("/referrals/duty")
      #expect(page.contains("Casa Canario pide que su mesa atienda"))
      let action = try #require(luna.forms(page).first { $0.action.hasPrefix("/referrals/duty/answers/") }).action
      #expect(try await luna.submit(page, ["agrees": "yes"], action: action).location == "/referrals/duty")
      #expect(try await chief.get("/referrals/duty").contains("Fuera de horario atiende Casa Luna."))
    }
  }
}
