import HTTPTypes
import Records
import TestSupport
import Testing

@testable import Web

/// The forms of a plan: one from nothing, two people at once, codes that are taken, and what was entered by mistake.
@Suite struct PlanFormsTests {
  @Test(arguments: TestEngine.available) func aPlanIsWrittenFromNothing(_ engine: Engine) async throws {
    try await withPlanHouse(engine) { house in
      #expect(try await house.secretary.get("/plan").contains("href=\"/plan/new\""))
      #expect(!(try await house.worker.get("/plan").contains("/plan/new")))
      let page = try await house.secretary.get("/plan/new")
      let sound = [
        "code": "tulcan-2027", "name_es": "Plan cantonal ficticio", "name_en": "Fictional cantonal plan",
        "level": "canton", "canton": "Tulcán", "from": house.day(-10), "until": house.day(300), "source": "Ficticio",
        "axes": "Prevención | Prevention\nProtección | Protection",
      ]
      let wrong: [([String: String], String)] = [
        (["code": "Tulcán 2027"], "Letras minúsculas"), (["canton": ""], "Falta este dato"),
        (["level": "province"], "Falta este dato"), (["until": house.day(-11)], "Termina antes de empezar"),
        (["axes": ""], "al menos un eje"), (["axes": "Prevención"], "Línea 1"),
        (["axes_of": "pacta-2019"], "no las dos cosas"), (["source": ""], "Falta este dato"),
        (["source": "Ficticio\u{202E}"], "caracteres ocultos"),
      ]
      for (change, says) in wrong {
        let answer = try await house.secretary.submit(page, sound.merging(change) { $1 }, action: "/plan/new")
        #expect(answer.status == .unprocessableContent && answer.contains(says), "\(change)")
        #expect(answer.contains("Plan cantonal ficticio"), "\(change)")
      }
      let made = try await house.secretary.submit(page, sound, action: "/plan/new")
      #expect(made.status == .seeOther)
      #expect(try await house.secretary.submit(page, sound, action: "/plan/new").location == made.location)
      // An activity needs an objective: that is what comes next.
      let overview = try await house.secretary.get(made.location)
      #expect(overview.contains("Protección") && overview.contains("Tulcán"))
      #expect(overview.contains(made.location + "/objectives/new"))
      let objective = try await house.fill(
        made.location, "/objectives/new", ["code": "1.1", "axis": "eje-1", "name_es": "O", "name_en": "O"])
      #expect(objective.status == .seeOther)
      #expect(try await house.secretary.get(made.location).contains(made.location + "/activities/new"))
      let again = try await house.fill("", "/plan/new", sound)
      #expect(again.status == .unprocessableContent && again.contains("ya es de otro plan"))
      let other = try await house.fill(
        "", "/plan/new", sound.merging(["code": "otro", "axes": "", "axes_of": "pacta-2019"]) { $1 })
      #expect(try await house.worker.get(other.location).contains("Prevención y promoción de derechos"))
    }
  }

  /// Two people with the same page: the second sees what the first saved, and what is sent again counts, as it is said.
  @Test(arguments: TestEngine.available) func whoeverWasOvertakenSeesItAndDecides(_ engine: Engine) async throws {
    try await withPlanHouse(engine) { house in
      let address = try await house.filled()
      let action = address + "/activities/1.1.a/progress"
      let page = try await house.secretary.get(action)
      let first = try await house.secretary.submit(
        page, ["state": "under_way", "result": "De ella", "evidence": ""], action: action)
      #expect(first.status == .seeOther)
      let mine = ["state": "paused", "result": "Lo mío", "evidence": ""]
      let late = try await house.secretary.submit(page, mine, action: action)
      #expect(late.status == .conflict && late.contains("De ella") && late.contains("Lo mío"))
      #expect(late.contains("Lo que otra persona guardó") && late.contains("En marcha"))
      #expect(try await house.secretary.submit(late, mine, action: action).status == .seeOther)
      #expect(try await house.worker.get(address + "/activities/1.1.a").contains("Lo mío"))
    }
  }

  @Test(arguments: TestEngine.available) func aNewPartNeedsACodeOfItsOwn(_ engine: Engine) async throws {
    try await withPlanHouse(engine) { house in
      let address = try await house.filled()
      let again = try await house.fill(
        address, "/objectives/new", ["code": "1.1", "axis": "proteccion", "name_es": "Otro", "name_en": "Another"])
      #expect(again.status == .unprocessableContent && again.contains("ya existe en este plan"))
    }
  }

  @Test(arguments: TestEngine.available) func aMistakenMergerIsTakenBack(_ engine: Engine) async throws {
    try await withPlanHouse(engine) { house in
      let address = "/plan/institutions/mintur"
      let merged = try await house.fill(
        address, "",
        ["what": "merged", "from": house.day(-2), "successor": "mdt", "source": "Decreto ficticio"])
      #expect(merged.location == address)
      let back = try await house.secretary.get(address).link(address + "/back/mdt")
      #expect(!(try await house.worker.get(address).contains("/back/")))
      #expect(try await house.worker.get(back).status == .forbidden)
      let asked = try await house.secretary.get(back)
      #expect(try await house.secretary.submit(asked, action: back).location == address)
      #expect(try await house.worker.get(address).contains("Sigue como está"))
      #expect(try await house.secretary.get(back).status == .notFound)
      // What the country's pack says stays.
      #expect(!(try await house.secretary.get("/plan/institutions/mies").contains("/back/")))
    }
  }

  @Test(arguments: TestEngine.available) func aMistakenAmountIsStruckAndStaysToBeSeen(_ engine: Engine) async throws {
    try await withPlanHouse(engine) { house in
      let address = try await house.filled()
      _ = try await house.fill(
        address, "/activities/1.1.a/money",
        ["kind": "spent", "source": "Fondo", "amount": "12500", "currency": "USD", "day": house.day(-1)])
      let page = try await house.secretary.get(address + "/activities/1.1.a")
      let strike = try page.link(address + "/entries/[0-9a-z]{26}/strike")
      #expect(!(try await house.worker.get(address + "/activities/1.1.a").contains("/strike")))
      #expect(try await house.worker.get(strike).status == .forbidden)
      let asked = try await house.secretary.get(strike)
      #expect(asked.contains("USD 12.500,00"))
      #expect(
        try await house.secretary.submit(asked, action: strike).location == address + "/activities/1.1.a")
      #expect(try await house.worker.get(address + "/activities/1.1.a").contains("Anulado: no cuenta"))
      #expect(!(try await house.worker.get(address + "/money").contains("12.500")))
      #expect(try await house.worker.get(address + "/since").contains("Se anuló algo anotado por error"))
    }
  }
}
