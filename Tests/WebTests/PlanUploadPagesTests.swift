import Accounts
import Basics
import HTTPTypes
import NationalPlan
import Records
import TestSupport
import Testing

@testable import Web

/// A plan's file through its page: looked at first, each finding at its line, stored whole or not at all.
@Suite struct PlanUploadPagesTests {
  @Test(arguments: TestEngine.available) func aFileIsCheckedThenStored(_ engine: Engine) async throws {
    try await withPlanHouse(engine) { house in
      #expect(try await house.secretary.get("/plan").contains("/plan/upload"))
      #expect(try await !house.worker.get("/plan").contains("/plan/upload"))
      #expect(try await house.worker.get("/plan/upload").status == .forbidden)
      let looked = try await house.upload(PlanHouse.file)
      #expect(looked.status == .ok && looked.contains("Sin errores. Todavía no se guardó nada."))
      #expect(
        looked.contains("Plan local ficticio")
          && looked.contains("Ejes: 1. Objetivos: 1. Indicadores: 1. Actividades: 1."))
      #expect(try await !house.worker.get("/plan").contains("Plan local ficticio"))
      // What was checked stands in the field: it is stored without choosing the file again, once.
      let form = try #require(house.secretary.forms(looked).first { $0.action == "/plan/upload" })
      let text = try #require(form.fields.first { $0.0 == "text" }?.1)
      let id = try #require(form.fields.first { $0.0 == "id" }?.1)
      #expect(text == PlanHouse.file)
      let kept = try await house.upload(text, ["id": id, "move": "keep"], typed: true)
      #expect(kept.location == "/plan/" + id)
      #expect(try await house.upload(text, ["id": id, "move": "keep"], typed: true).location == kept.location)
      let overview = try await house.worker.get(kept.location)
      #expect(overview.contains("Plan local ficticio") && overview.contains("Carchi"))
      #expect(try await house.worker.get(kept.location + "/activities/x1").contains("USD 1.250,50"))
      // The same version under another identifier is there already.
      let again = try await house.upload(PlanHouse.file)
      #expect(again.status == .conflict && again.contains("ya está guardada") && !again.contains("Sin errores"))
    }
  }

  @Test(arguments: TestEngine.available) func whatCanNotBeSoIsToldAtItsLine(_ engine: Engine) async throws {
    try await withPlanHouse(engine) { house in
      for (problem, right, wrong, line, says) in PlanHouse.spoilt {
        let text = PlanHouse.file.replacing(right, with: wrong)
        #expect(text != PlanHouse.file, "\(problem)")
        for move in ["check", "keep"] {
          let page = try await house.upload(text, ["move": move])
          #expect(page.status == .unprocessableContent && page.contains(says), "\(problem)")
          #expect(page.contains(">\(line)<"), "\(problem): \(page.text)")
          #expect(page.contains("No se guardó nada"), "\(problem)")
        }
      }
      #expect(try await !house.worker.get("/plan").contains("Plan local ficticio"))
      // Two versions on one day: the one before must have ended.
      let stored = try await house.upload(PlanHouse.file, ["move": "keep"])
      #expect(stored.status == .seeOther)
      let next = PlanHouse.file.replacing("version: 1", with: "version: 2")
        .replacing("from: 2020-01-01", with: "from: 2020-02-01")
      let both = try await house.upload(next)
      #expect(both.status == .unprocessableContent && both.contains("estarían vigentes dos versiones"))
      #expect(try await house.fill(stored.location, "/end", ["until": "2020-01-31"]).contains("fuera de las fechas"))
      let later = next.replacing("from: 2020-02-01\nuntil: 2024-12-31", with: "from: 2023-01-01\nuntil: 2024-12-31")
        .replacing("from: 2020-02-01", with: "from: 2023-02-01").replacing("2020-06-30", with: "2023-06-30")
      #expect(try await house.fill(stored.location, "/end", ["until": "2022-12-31"]).status == .seeOther)
      let second = try await house.upload(later, ["move": "keep"])
      #expect(second.status == .seeOther, "\(second.text)")
      // And the one before can't be drawn out into it.
      let long = try await house.fill(stored.location, "/end", ["until": "2023-01-01"])
      #expect(long.status == .unprocessableContent && long.contains("vigentes el mismo día"))
      #expect(try await house.worker.get(second.location).contains("Versión 1"))
    }
  }

  @Test(arguments: TestEngine.available) func whatCanNotBeReadIsRefusedClearly(_ engine: Engine) async throws {
    try await withPlanHouse(engine) { house in
      let cases: [(String, String)] = [
        ("", "Elija un archivo"), ("- a", "is missing"), ("code: [", "not well-formed YAML"),
        ("a: &x [1]\nb: *x", "anchors and aliases"), (String(repeating: "[", count: 50_000), "nested too deeply"),
        (PlanHouse.file.replacing("lead: mdt", with: "leed: mdt"), "leed"), ("x\u{0}y", "no es un archivo de texto"),
        ("code: <script>alert(1)</script>", "lower-case letters"),
        (String(repeating: "#", count: Plan.largestFile + 1), "demasiado grande"),
      ]
      for (text, says) in cases {
        let page = try await house.upload(text)
        #expect(page.status == .unprocessableContent && page.contains(says), "\(text.prefix(40)): \(page.status)")
        #expect(!page.contains("<script>alert"))
      }
      let huge = try await house.secretary.send(
        .post, "/plan/upload",
        headers: [.contentType: "multipart/form-data; boundary=x7x", .contentLength: "90000000"], body: [65])
      #expect(huge.status == .contentTooLarge)
      #expect(try await house.upload(PlanHouse.file, by: house.secretary).status == .ok)
    }
  }
}
