import Accounts
import Basics
import Casework
import Foundation
import HTTPTypes
import Records
import TestSupport
import Testing

@testable import Web

@Suite struct TaskPagesTests {
  @Test(arguments: TestEngine.available) func whatIsDueIsListedByMemberAndAsACalendarWithoutNames(_ engine: Engine)
    async throws
  {
    try await withSite(engine) { house in
      try await house.join("worker", [.caseWorker])
      let supervisorID = try await house.join("supervisor", [.supervisor])
      try await house.join("officer", [.frontlineOfficer])
      try await house.join("coordinator", [.coordinator])
      let (cases, id) = (house.desks.cases, CaseID.random())
      let (worker, supervisor) = (try await house.actor("worker"), try await house.actor("supervisor"))
      let opened = try await cases.open(
        worker, id: id,
        CaseOpening(
          person: .new(
            .random(), PersonIdentity(givenNames: "Rosa", surnames: "Quispe", birth: .year(1980)), SafeContact()),
          kind: "trafficking", province: "EC-P", form: "labour"))
      try await cases.planFollowUp(worker, id, id: .random(), due: cases.today.adding(days: 2), note: "Llamar a la tía")
      try await cases.assess(
        supervisor, id, id: .random(),
        AssessmentRequest(
          .risk, level: "high", day: cases.today, content: AssessmentContent(answers: ["threats": .yes])), seen: 0)
      let browser = TestBrowser(house)
      try await browser.signIn("worker")
      let mine = try await browser.get("/cases/due")
      #expect(mine.contains("\(opened.code) · Seguimiento") && !mine.contains("Evaluar otra vez los riesgos"))
      let all = try await browser.get("/cases/due?who=all")
      #expect(all.contains("Evaluar otra vez los riesgos") && all.contains("Colega supervisor"))
      let hers = try await browser.get("/cases/due?who=all&member=\(supervisorID)")
      #expect(hers.contains("Evaluar otra vez los riesgos") && !hers.contains(" · Seguimiento"))
      #expect(try await browser.get("/").contains("\(opened.code) · Seguimiento"))
      #expect(try await browser.get("/cases").contains("href=\"/cases/due\""))
      for page in [mine, all, hers] { #expect(!page.contains("Quispe") && !page.contains("Llamar a la tía")) }
      #expect(try await browser.get("/cases/due?after=nonsense&member=x&who=y").status == .ok)

      let asked = try await browser.get("/cases/calendar")
      _ = try await browser.submit(asked, action: "/cases/calendar")
      let shown = try await browser.get("/cases/calendar")
      let path = String(try #require(shown.text.firstMatch(of: /\/calendar\/cases\/[A-Za-z0-9_-]{43}\.ics/)).0)
      // No cookie: the program that reads it is nobody's browser.
      let reader = TestBrowser(house)
      let calendar = try await reader.get(path)
      #expect(calendar.status == .ok && calendar.headers[.contentType]?.hasPrefix("text/calendar") == true)
      #expect(calendar.contains("SUMMARY:\(opened.code) · Seguimiento"))
      let due = cases.today.adding(days: 2).description.filter { $0 != "-" }
      #expect(calendar.contains("DTSTART;VALUE=DATE:\(due)"))
      for name in ["Quispe", "Rosa", "Llamar", "Colega"] { #expect(!calendar.contains(name), "\(name)") }
      _ = try await browser.submit(shown, action: "/cases/calendar/stop")
      #expect(try await reader.get(path).status == .notFound)
      #expect(try await reader.get("/calendar/cases/x.ics").status == .notFound)

      let officer = TestBrowser(house)
      try await officer.signIn("officer")
      #expect(try await officer.get("/cases/due").contains("No hay nada pendiente."))
      let coordinator = TestBrowser(house)
      try await coordinator.signIn("coordinator")
      #expect(try await coordinator.get("/cases/due").status == .forbidden)
      #expect(try await coordinator.get("/cases/calendar").status == .forbidden)
    }
  }
}
