import Accounts
import Basics
import CountryPack
import Foundation
import HTTPTypes
import Records
import Referrals
import TestSupport
import Testing

@testable import Web

/// A mechanism designed on the screen, by people who never see its file.
@Suite struct MechanismDesignPagesTests {
  private struct House {
    let house: WebHouse
    let trainer: TestBrowser
    let coordinator: TestBrowser

    init(_ house: WebHouse) async throws {
      self.house = house
      for (login, role) in [
        ("trainer", Role.trainer), ("coordinator", .coordinator), ("supervisor", .supervisor), ("worker", .caseWorker),
      ] { try await house.join(login, [role]) }
      trainer = TestBrowser(house)
      coordinator = TestBrowser(house)
      try await trainer.signIn("trainer")
      try await coordinator.signIn("coordinator")
    }

    func browser(_ login: String) async throws -> TestBrowser {
      let browser = TestBrowser(house)
      try await browser.signIn(login)
      return browser
    }

    /// Begins through the page; the address of the design.
    func begun(
      _ browser: TestBrowser, _ name: String, from: String = "nothing", purpose: String = "exercise"
    ) async throws -> String {
      let page = try await browser.get("/mechanisms/design")
      let sent = try await browser.submit(
        page, ["name_es": name, "from": from, "provinces": "EC-U", "purpose": purpose], action: "/mechanisms/design")
      #expect(sent.status == .seeOther, "\(sent.text.prefix(2000))")
      return sent.location
    }

    /// Fills one form of a design and sends it.
    @discardableResult
    func fill(
      _ browser: TestBrowser, _ address: String, _ fields: [String: String] = [:], further: [(String, String)] = [],
      status: HTTPResponse.Status = .seeOther
    ) async throws -> TestBrowser.Page {
      let page = try await browser.get(address)
      #expect(page.status == .ok, "\(address)")
      let sent = try await browser.submit(page, fields, action: address, further: further)
      #expect(sent.status == status, "\(address): \(sent.text.suffix(3000))")
      return sent
    }

    func press(_ browser: TestBrowser, _ base: String, _ thing: String, _ how: String) async throws -> TestBrowser.Page
    {
      let page = try await browser.get(base)
      let form = try #require(
        browser.forms(page).first { form in form.fields.contains { $0 == ("thing", thing) } }, "\(thing)")
      return try await browser.post(form.action, form.fields + [("how", how)])
    }

    func design(_ login: String, _ base: String) async throws -> MechanismDesign {
      let id = try #require(MechanismVersionID(String(base.split(separator: "/")[1])))
      return try await house.desks.mechanisms.design(try await house.actor(login), id)
    }
  }

  private func withHouse(_ engine: Engine, _ body: (House) async throws -> Void) async throws {
    try await withSite(engine) { try await body(House($0)) }
  }

  @Test(arguments: TestEngine.available) func aGroupGetsFromNothingToNoFindings(_ engine: Engine) async throws {
    try await withHouse(engine) { house in
      let group = house.trainer
      let base = try await house.begun(group, "Grupo Uno (ficticio)")
      let empty = try await group.get(base)
      #expect(
        empty.contains("Llega un caso") && empty.contains("no tiene mesa")
          && empty.contains("\(base)/add/desks\">Arreglarlo"))
      try await house.fill(group, base + "/promise", further: [("needs", "housing")])

      for name in ["Turno", "Refugio", "Supervisión"] {
        let sent = try await house.fill(
          group, base + "/add/desks", ["name_es": name + " (ficticio)", "kind": "ngo"])
        #expect(sent.location.hasSuffix("/hours"))
      }
      try await house.fill(group, base + "/desks/turno-ficticio/hours", ["alternate": "supervision-ficticio"])
      try await house.fill(
        group, base + "/desks/refugio-ficticio/hours",
        [
          "hours": "weekly", "from_0": "8", "until_0": "17:30", "holidays": "closed",
          "out_of_hours": "turno-ficticio", "alternate": "supervision-ficticio",
        ], further: (0..<5).map { ("days_0", String($0)) })
      let whom = try await house.fill(
        group, base + "/add/services",
        ["name_es": "Alojamiento", "desk": "refugio-ficticio", "service": "shelter"], further: [("needs", "housing")])
      try await house.fill(group, whom.location, ["places": "5", "stay": "30", "stay_unit": "days"])

      let step = base + "/steps/llegada"
      try await house.fill(group, step + "/what", further: [("desks", "turno-ficticio")])
      try await house.fill(group, step + "/time", ["within": "limit", "limit": "24", "limit_unit": "hours"])
      try await house.fill(group, step + "/handover", ["handover_es": "Con la hoja, cuando la persona acepta"])
      let added = try await house.fill(
        group, base + "/add/steps", ["name_es": "Alojar", "text_es": "El refugio recibe a la persona"],
        further: [("services", "alojamiento")])
      #expect(added.location == base + "/steps/alojar")
      let open = try await group.get(added.location)
      #expect(open.contains("no tiene plazo") && open.contains("/steps/alojar/time"))
      try await house.fill(group, base + "/steps/alojar/time", ["within": "urgency"])
      try await house.fill(group, base + "/steps/alojar/handover", ["feedback_es": "El refugio llama a quien derivó"])
      try await house.fill(group, base + "/steps/alojar/end", ["ends": "yes"])

      let done = try await group.get(base)
      #expect(done.contains("Vacíos: 0") && !done.contains("class=\"findings\""))
      #expect(try await group.get(base + "/steps/alojar").contains("no encontró nada"))
      let design = try await house.design("trainer", base)
      #expect(design.check.findings.isEmpty)
      #expect(design.mechanism.steps.map { $0.next.map(\.to.code) } == [["alojar"], []])
      #expect(design.mechanism.desks[1].hours == .weekly([.init(days: [0, 1, 2, 3, 4], from: 480, until: 1050)]))
      // Where the other language stays empty, the same text stands.
      #expect(design.mechanism.steps[1].name[.english] == "Alojar")

      try await house.fill(group, base + "/add/arrivals", ["per_year": "120", "urgency": "high"])
      let version = String(base.dropLast("/design".count))
      #expect(try await group.get(version + "/simulate?cases=200").contains("<table"))
      let other = try await house.begun(house.coordinator, "Grupo Dos (ficticio)", from: "skeleton")
      let id = String(other.split(separator: "/")[1])
      #expect(try await group.get(base).contains(id))
      #expect(try await group.get("\(version)/compare/\(id)?cases=200").contains("Uno al lado del otro"))
      #expect(try await group.get(version + "/file").text.contains("code: grupo-uno-ficticio"))
    }
  }

  @Test(arguments: TestEngine.available) func theLaterIsToldAndLosesNothing(_ engine: Engine) async throws {
    try await withHouse(engine) { house in
      let (one, two) = (house.trainer, try await house.browser("trainer"))
      let base = try await house.begun(one, "Grupo", from: "skeleton")
      let step = base + "/steps/llegada"
      let seen = try await two.get(step + "/what")
      try await house.fill(one, step + "/time", ["within": "limit", "limit": "24", "limit_unit": "hours"])
      let told = try await two.submit(seen, ["text_es": "Lo que escribió la segunda <b>"], action: step + "/what")
      #expect(told.status == .conflict && told.contains("Otra persona cambió este mecanismo"))
      #expect(told.contains("Mientras tanto cambió: Paso «Llega un caso»: cambia (plazo)"))
      #expect(told.contains("Lo que escribió la segunda &lt;b&gt;") && !told.contains("segunda <b>"))
      #expect(try await two.submit(told, action: step + "/what").status == .seeOther)
      let both = try await house.design("trainer", base).mechanism.steps[0]
      #expect(both.text[.spanish] == "Lo que escribió la segunda <b>")
      #expect(both.within == .limit(.init(minutes: 1440, counts: .calendar)))

      // What the form is about is gone.
      let late = try await two.get(base + "/steps/servicio/handover")
      #expect(try await house.press(one, base, "step/servicio", "remove").status == .seeOther)
      let gone = try await two.submit(
        late, ["handover_es": "Cuando hay cupo"], action: base + "/steps/servicio/handover")
      #expect(gone.status == .conflict && gone.contains("Esto ya no está") && gone.contains("Cuando hay cupo"))
      // Taken back, it is there again, and the text finds its place.
      let page = try await one.get(base)
      #expect(page.contains("Deshacer el último cambio") && !page.contains("/steps/servicio\""))
      #expect(try await one.submit(page, action: base + "/undo").status == .seeOther)
      // Sent twice, one change is taken back.
      #expect(try await one.submit(page, action: base + "/undo").status == .seeOther)
      try await house.fill(two, base + "/steps/servicio/handover", ["handover_es": "Cuando hay cupo"])
      let mechanism = try await house.design("trainer", base).mechanism
      #expect(mechanism.steps.count == 5 && mechanism.steps[2].handover?[.spanish] == "Cuando hay cupo")
      #expect(mechanism.steps[0].within != nil)

      // A button on an old page does nothing to what moved meanwhile.
      let old = try await two.get(base)
      #expect(try await house.press(one, base, "step/cierre", "up").status == .seeOther)
      let form = try #require(two.forms(old).first { form in form.fields.contains { $0 == ("thing", "step/cierre") } })
      let refused = try await two.post(form.action, form.fields + [("how", "remove")])
      #expect(refused.status == .conflict && refused.contains("Otra persona cambió"))
      #expect(try await house.design("trainer", base).mechanism.steps.count == 5)
    }
  }

  @Test(arguments: TestEngine.available) func aFormSentTwiceCountsOnce(_ engine: Engine) async throws {
    try await withHouse(engine) { house in
      let base = try await house.begun(house.trainer, "Grupo", from: "skeleton")
      let page = try await house.trainer.get(base + "/add/forms")
      for _ in 0..<2 {
        let sent = try await house.trainer.submit(page, ["name_es": "Hoja"], action: base + "/add/forms")
        #expect(sent.status == .seeOther)
      }
      #expect(try await house.design("trainer", base).mechanism.forms.map(\.code) == ["hoja"])
    }
  }

  /// A file that uses every key, through every form as it stands: nothing of it changes.
  @Test(arguments: TestEngine.available) func formsSentAsTheyStandChangeNothing(_ engine: Engine) async throws {
    try await withHouse(engine) { house in
      let (desk, actor) = (house.house.desks.mechanisms, try await house.house.actor("trainer"))
      let terms = MechanismTerms(house.house.desks.pack)
      let id = MechanismVersionID.random()
      try await desk.bring(actor, id, Self.whole, for: .exercise)
      let before = try await desk.design(actor, id).mechanism
      let base = "/mechanisms/\(id)/design"
      let forms = [
        "about", "promise", "steps/first/what", "steps/first/time", "steps/first/handover", "steps/first/end",
        "steps/second/what", "steps/second/time", "steps/second/handover", "steps/second/end", "steps/first/ways/0",
        "steps/first/ways/1", "desks/front/who", "desks/front/hours", "desks/back/who", "desks/back/hours",
        "services/beds/what", "services/beds/whom", "forms/sheet", "arrivals/0",
      ]
      for form in forms {
        try await house.fill(house.trainer, base + "/" + form)
        let after = try await desk.design(actor, id).mechanism
        #expect(after.written(terms: terms) == before.written(terms: terms), "\(form)")
      }
      // In English too, where the other field is the Spanish one.
      house.trainer.acceptLanguage = "en"
      for form in forms { try await house.fill(house.trainer, base + "/" + form) }
      #expect(try await desk.design(actor, id).mechanism.written(terms: terms) == before.written(terms: terms))

      // One field edited is one thing changed.
      try await house.fill(house.trainer, base + "/services/beds/whom", ["places": "4"])
      let after = try await desk.design(actor, id).mechanism
      let changes = MechanismDifference.all(from: before, to: after)
      #expect(changes.map(\.parts) == [[.places]] && after.services[0].places == 4)
      var restored = after
      restored.services[0].places = before.services[0].places
      #expect(restored.written(terms: terms) == before.written(terms: terms))
    }
  }

  @Test(arguments: TestEngine.available) func whatIsSignedIsReadAndBegunAnew(_ engine: Engine) async throws {
    try await withHouse(engine) { house in
      let (keeper, signer) = (house.coordinator, try await house.browser("supervisor"))
      let base = try await house.begun(keeper, "Territorio (ficticio)", purpose: "territory")
      let version = String(base.dropLast("/design".count))
      let agency = try await house.house.actor("supervisor").agency.description
      try await house.fill(keeper, base + "/add/desks", ["agency": agency])
      let design = try await house.design("coordinator", base)
      #expect(design.mechanism.desks.map { $0.name[.spanish] } == ["Casa Canario"])
      let code = design.mechanism.desks[0].code
      #expect(try await keeper.get(version).contains(base))
      let named = try await keeper.submit(
        try await keeper.get(version), ["desk." + code: agency], action: version + "/name")
      #expect(named.status == .seeOther)
      #expect(try await signer.submit(try await signer.get(version), action: version + "/sign").status == .seeOther)

      let closed = try await keeper.get(base)
      #expect(closed.contains("ya firmó este texto") && closed.contains("/mechanisms/design?from="))
      #expect(!closed.contains("/add/steps") && !closed.contains("name=\"how\""))
      #expect(try await keeper.get(base + "/about").location == base)
      #expect(try await signer.get(base).status == .forbidden)
      let worker = try await house.browser("worker")
      for address in [base, base + "/about", base + "/add/steps", "/mechanisms/design"] {
        #expect([.forbidden, .notFound].contains(try await worker.get(address).status), "\(address)")
      }

      let page = try await keeper.get("/mechanisms/design?from=" + String(version.dropFirst("/mechanisms/".count)))
      let again = try await keeper.submit(page, action: "/mechanisms/design")
      #expect(again.status == .seeOther && again.location != base)
      #expect(try await house.design("coordinator", again.location).version.code == design.version.code)
      // A trainer makes exercises only.
      let trainers = try await house.trainer.submit(
        try await house.trainer.get("/mechanisms/design"),
        ["name_es": "X", "from": "nothing", "provinces": "EC-U", "purpose": "territory"], action: "/mechanisms/design")
      #expect(trainers.status == .forbidden)
    }
  }

  @Test(arguments: TestEngine.available) func hostileInputIsRefusedBesideItsField(_ engine: Engine) async throws {
    try await withHouse(engine) { house in
      let group = house.trainer
      let base = try await house.begun(group, "<script>alert(1)</script> &x *y: {", from: "skeleton")
      #expect(try await !group.get(base).contains("<script>alert"))
      try await house.fill(group, base + "/add/desks", ["name_es": "\"Mesa\" <i> , &a", "kind": "ngo"])
      let step = base + "/steps/llegada"
      let long = String(repeating: "ñ", count: 3000)
      for (address, fields, sentence) in [
        (step + "/what", ["name_es": "", "name_en": ""], "Falta este dato"),
        (step + "/what", ["text_es": long], "demasiado largo"),
        (step + "/what", ["desks": "nadie"], "Elija una opción"),
        (step + "/time", ["within": "limit", "limit": "-1"], "un número entero de 1 a"),
        (step + "/time", ["within": "limit", "limit": ""], "Falta este dato"),
        (step + "/time", ["within": "limit", "limit": "99999999999999999999999"], "como máximo"),
        (step + "/time", ["law": "inventada"], "Elija una opción"),
        (step + "/time", ["work": "31", "work_unit": "days"], "de 1 a 30"),
        (step + "/ways/add", ["to": ""], "Elija una opción"), (step + "/ways/0", ["share": "0"], "de 1 a 1000"),
        (base + "/promise", ["version": "2026-02-31"], "un día que exista"),
        (base + "/promise", ["from": "2026-02-02", "until": "2026-02-01"], "Termina antes de empezar"),
        (base + "/promise", ["holidays": "mañana"], "días que existan"),
        (base + "/desks/mesa-i-a/hours", ["hours": "weekly"], "al menos un horario"),
        (
          base + "/desks/mesa-i-a/hours",
          ["hours": "weekly", "days_0": "0", "from_0": "25:00", "until_0": "26:00"], "como 08:30"
        ),
        (
          base + "/desks/mesa-i-a/hours", ["hours": "weekly", "days_0": "0", "from_0": "17:00", "until_0": "08:00"],
          "después de abrir"
        ), (base + "/desks/mesa-i-a/hours", ["alternate": "nadie"], "Elija una opción"),
        (base + "/add/arrivals", ["per_year": "uno", "urgency": "high"], "un número entero"),
        (base + "/add/services", ["name_es": "S", "desk": "nadie", "service": "shelter"], "Elija una opción"),
      ] {
        let refused = try await house.fill(group, address, fields, status: .unprocessableContent)
        #expect(refused.contains(sentence), "\(address) \(fields.keys.sorted()): \(sentence)")
      }
      let before = try await house.design("trainer", base)
      #expect(before.version.revision == 2)

      // What no form of ours sends.
      let page = try await group.get(base)
      let form = try #require(group.forms(page).first { $0.action == base + "/arrange" })
      let plain = form.fields.filter { !["thing", "revision", "edit"].contains($0.0) }
      let (edit, revision) = (("edit", MechanismEditID.random().description), ("revision", "2"))
      for fields in [
        [edit, revision, ("thing", "step/nada"), ("how", "explode")], [edit, revision, ("how", "up")],
        [edit, ("thing", "step/llegada"), ("how", "up")], [revision, ("thing", "step/llegada"), ("how", "up")],
        [("edit", "x"), revision, ("thing", "step/llegada"), ("how", "up")],
        [edit, revision, revision, ("thing", "step/llegada"), ("how", "up")],
      ] { #expect(try await group.post(form.action, plain + fields).status == .badRequest, "\(fields)") }
      let gone = try await group.post(form.action, plain + [edit, revision, ("thing", "step/nada"), ("how", "up")])
      #expect(gone.status == .conflict && gone.contains("Eso ya no está"))
      #expect(try await group.post(form.action, [edit, revision]).status.code >= 400)
      for rest in [
        "/add/nada", "/steps/nada", "/steps/nada/what", "/steps/llegada/nada", "/steps/llegada/ways/99",
        "/steps/llegada/ways/-1", "/steps/..%2F..%2Fabout", "/desks/nada/who", "/services/nada/what", "/forms/nada",
        "/arrivals/0", "/arrivals/-1", "/arrivals/99999999999999999999",
      ] { #expect(try await group.get(base + rest).status == .notFound, "\(rest)") }
      #expect(try await group.get("/mechanisms/design?from=%3Cb%3E").status == .ok)
      #expect(try await house.design("trainer", base).mechanism == before.mechanism)
    }
  }

  static let whole = """
    # Un ejercicio (ficticio)
    code: whole
    version: 2026-11-30
    name: {es: Entero, en: Whole}
    text: {es: "Con todas\\nlas claves", en: With every key}
    from: 2026-12-01
    until: 2027-12-01
    source: " prueba, con espacio "
    certainty: second_hand
    provinces: [EC-U, EC-C]
    needs: [health, housing]
    start: first
    holidays: [2026-12-24, 2026-02-13]
    forms:
      - {code: sheet, name: {es: Hoja, en: Sheet}}
      - {code: plan, name: {es: Plan, en: Plan}}
    desks:
      - code: front
        name: {es: " Frente", en: Front}
        kind: migration
        provinces: [EC-C, EC-U]
        people: 3
        hours:
          - {days: [fri, mon], from: "07:05", until: "19:00"}
          - {days: [sat], from: "00:00", until: "24:00"}
        holidays: open
        outOfHours: back
        alternate: nobody
        source: prueba
        certainty: verified
      - code: back
        name: {es: Fondo, en: Back}
        kind: ngo
        people: 1
        hours: always
        holidays: closed
        source: prueba
        certainty: unverified
    services:
      - code: beds
        name: {es: Camas, en: Beds}
        desk: back
        service: shelter
        needs: [housing, health]
        ages: [60+, 18-29]
        sexes: [male, female]
        provinces: [EC-C]
        places: 3
        stay: {minutes: 90, spread: none}
        source: prueba
        certainty: decided
    steps:
      - code: first
        name: {es: Primero, en: First}
        text: {es: Se recibe, en: It is received}
        desks: [back, front, nobody]
        within: {days: 5, counts: working}
        law: formal-decision
        work: {minutes: 45, spread: wide}
        forms: [plan, sheet, missing]
        handover: {es: Con hoja, en: With sheet}
        feedback: {es: Se avisa, en: They are told}
        next:
          - {to: second, needs: [housing], ages: [60+], sexes: [male], provinces: [EC-U], share: 7,
             when: {es: Si quiere, en: If wanted}}
          - {to: nowhere}
      - code: second
        name: {es: Segundo, en: Second}
        text: {es: Se da, en: It is given}
        services: [beds, nothing]
        within: urgency
        work: {hours: 2, spread: moderate}
        ends: true
    arrivals:
      - {perYear: 200, needs: [housing], ages: [18-29], sexes: [female], provinces: [EC-C], urgency: high, source: prueba,
         certainty: decided}
    pattern:
      days: [1, 2, 3, 4, 5, 6, 7]
      hours: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23]
    """
}
