import Accounts
import Basics
import CountryPack
import Foundation
import HTTPTypes
import NationalPlan
import Records
import Referrals
import TestSupport
import Testing
import Training

@testable import Web

/// What the rooms show the public, and how whoever keeps a thing lets it be shown.
@Suite struct PublicRoomsTests {
  private func signedIn(_ house: PublicHouse, _ role: Role) async throws -> TestBrowser {
    let browser = TestBrowser(house.house)
    try await browser.signIn(role.rawValue)
    return browser
  }

  /// A page as it is now, and not as it was a moment ago.
  private func look(_ house: PublicHouse, _ path: String) async throws -> TestBrowser.Page {
    house.house.site.publicCache.forget()
    return try await TestBrowser(house.house).get(path)
  }

  // MARK: Services

  @Test(arguments: TestEngine.available) func aServiceIsFoundByPlaceAndNeedAndCalled(_ engine: Engine) async throws {
    try await withPublicHouse(engine) { house in
      let all = try await look(house, "/es/services")
      #expect(all.status == .ok && all.contains("Servicios a los que puede llamar") && all.contains("1 servicio"))
      #expect(all.contains("href=\"tel:0000000041\"") && all.contains("Oficina") == false)
      #expect(all.contains("Quito, Pichincha") && all.contains("lunes a miércoles · 08:00–16:30"))
      #expect(all.contains("La institución confirmó estos datos el"))
      // The number that is verified, who says so and since when; one that is not confirmed says so, and one of which two
      // sources say different things is not there.
      #expect(
        all.contains("tel:1800335486") && all.contains("ministeriodelinterior.gob.ec") && all.contains("30 jul 2024"))
      #expect(all.contains("tel:911\"") && all.contains("La institución todavía no lo confirmó"))
      #expect(!all.contains("tel:171\""))
      #expect(all.contains("href=\"/es/services/ec-p\"") && all.contains("href=\"/es/services/all/legal\""))
      // Without a script, and kept: each choice is an address.
      let narrowed = try await look(house, "/es/services/ec-p/legal")
      #expect(
        narrowed.status == .ok && narrowed.contains("en Pichincha") && narrowed.contains("Asesoría legal ficticia"))
      #expect(narrowed.headers[.cacheControl]?.contains("public") == true)
      let none = try await look(house, "/es/services/ec-g")
      #expect(none.status == .ok && none.contains("No hay un servicio publicado para lo que eligió"))
      #expect(none.contains("tel:1800335486") && none.contains("href=\"/es/services\""))
      for path in ["ec-zz", "EC-P", "ec-p/nada", "ec-p/legal/0", "ec-p/legal/01", "ec-p/legal/2", "ec-p/legal/x"] {
        #expect(try await look(house, "/es/services/\(path)").status == .notFound, "\(path)")
      }
      let one = try await look(house, "/es/service/oficina")
      #expect(one.contains("Calle Ficticia 12, Quito") && one.contains("A cualquier persona"))
      #expect(!one.contains("cama") && !one.contains("canario.example.org"))
      let english = try await look(house, "/en/services/ec-p")
      #expect(english.contains("Services in Pichincha") && english.contains("1 service<"))
    }
  }

  @Test(arguments: TestEngine.available) func whoKeepsAnEntryLooksFirstAndLetsItBeRead(_ engine: Engine) async throws {
    try await withPublicHouse(engine) { house in
      let desk = try await signedIn(house, .referralDesk)
      let silent = "/directory/services/callado"
      let entry = try await desk.get(silent)
      #expect(entry.contains("El público no lee esta entrada") && entry.contains(silent + "/public"))
      let page = try await desk.get(silent + "/public")
      #expect(page.contains("Consultorio CENTINELA") && page.contains("Calle CENTINELA 5"))
      // What stays behind is not in what one looks at either.
      #expect(!page.contains("CENTINELA-MESA") && !page.contains("tiene un refugio") && !page.contains("cama"))
      #expect(try await look(house, "/es/service/callado").status == .notFound)
      let shown = try await desk.submit(page, action: silent + "/public")
      #expect(shown.status == .seeOther && shown.location == silent + "/public")
      #expect(try await look(house, "/es/service/callado").contains("Calle CENTINELA 5"))
      #expect(try await desk.get(silent + "/edit").contains("lo que guarde aquí lo lee cualquiera"))
      let again = try await desk.get(silent + "/public")
      #expect(again.contains("El público lee esta entrada desde el"))
      #expect(try await desk.submit(again, action: silent + "/public").status == .seeOther)
      #expect(try await look(house, "/es/service/callado").status == .notFound)

      // A shelter has no button, and a form that was made by hand changes nothing.
      let shelter = "/directory/services/refugio/public"
      let refused = try await desk.get(shelter)
      #expect(refused.contains("Esta entrada tiene un lugar reservado") && !refused.contains("action=\"\(shelter)\""))
      let tag = try #require(desk.forms(again).lazy.flatMap(\.fields).first { $0.0 == "csrf" }?.1)
      let forced = try await desk.post(shelter, [("csrf", tag), ("revision", "1"), ("show", "yes")])
      #expect(forced.status == .unprocessableContent && forced.contains("lugar reservado"))
      #expect(try await look(house, "/es/service/refugio").status == .notFound)

      // Others read that it is public and have no button.
      let worker = try await signedIn(house, .caseWorker)
      #expect(try await worker.get("/directory/services/oficina").contains("El público lee esta entrada"))
      #expect(try await worker.get("/directory/services/oficina/public").status == .forbidden)
      let stale = try await desk.post(
        "/directory/services/callado/public", [("csrf", tag), ("revision", "9"), ("show", "yes")])
      #expect(stale.status == .conflict)
    }
  }

  @Test func manyServicesStandOnPagesThatStaySmall() async throws {
    try await withPublicHouse(.sqlite) { house in
      let organisation = DirectoryOrganisation(
        key: try #require(DirectoryOrganisationKey("muchos")), name: "Muchos", description: "Ficticia")
      let services = try (0..<80).map { number in
        var service = DirectoryService(
          key: try #require(DirectoryServiceKey("s\(number)")), organisation: organisation.key,
          name: "Servicio ficticio \(number < 10 ? "0" : "")\(number)")
        service.needs = ["legal"]
        service.area = .country
        service.phones = [DirectoryPhone("000 000 01\(number)")]
        return service
      }
      let coordinator = try await house.house.actor(Role.coordinator.rawValue)
      let all = Directory(organisations: [organisation], places: [], services: services)
      _ = try await house.desks.directory.bring(coordinator, all, isDryRun: false)
      for service in services {
        try await house.desks.directory.show(coordinator, service.key, toPublic: true, revision: 1)
      }
      let first = try await look(house, "/es/services")
      #expect(first.contains("81 servicios") && first.text.utf8.count < 50_000, "\(first.text.utf8.count)")
      #expect(first.contains("href=\"/es/services/all/any/2\"") && first.contains("Página 1 de 4"))
      let last = try await look(house, "/es/services/all/any/4")
      #expect(last.status == .ok && last.contains("Servicio ficticio 79") && !last.contains("Servicio ficticio 50"))
      #expect(try await look(house, "/es/services/all/any/5").status == .notFound)
      // What is in the province stands first.
      let near = try await look(house, "/es/services/ec-p/legal").text
      let (office, other) = (near.range(of: "Asesoría legal ficticia"), near.range(of: "Servicio ficticio 00"))
      #expect(try #require(office).lowerBound < #require(other).lowerBound)
    }
  }

  // MARK: Courses

  @Test(arguments: TestEngine.available) func aCourseIsAnnouncedReadAndTakenBack(_ engine: Engine) async throws {
    try await withPublicHouse(engine) { house in
      let page = try await look(house, "/es/courses")
      #expect(page.contains("Curso ficticio.") && page.contains("Ibarra, casa comunal, Imbabura"))
      #expect(page.contains("Hay cupos.") && page.contains("href=\"tel:0000000044\"") && page.contains("Casa Canario"))
      #expect(try await look(house, "/en/courses").contains("A fictional course."))

      let trainer = try await signedIn(house, .trainer)
      let address = "/training/\(house.cohort)/announcement"
      #expect(try await trainer.get("/training/\(house.cohort)").contains(address))
      let form = try await trainer.get(address)
      #expect(form.contains("El público lee este anuncio"))
      let wrong = try await trainer.submit(
        form, ["spanish": "Escrito antes", "phone": "", "email": "nadie"], action: address)
      #expect(
        wrong.status == .unprocessableContent && wrong.contains("Escrito antes") && wrong.contains("f-email-error"))
      let saved = try await trainer.submit(
        form, ["spanish": "Otro texto <b>fino</b>", "english": "", "phone": "", "email": "cursos@canario.example.org"],
        action: address)
      #expect(saved.status == .seeOther)
      let changed = try await look(house, "/en/courses")
      #expect(changed.contains("Otro texto &lt;b&gt;fino&lt;/b&gt;") && changed.contains("lang=\"es\""))
      #expect(changed.contains("mailto:cursos@canario.example.org") && !changed.contains("tel:0000000044"))
      // Somebody who had the form open.
      let late = try await trainer.submit(form, ["spanish": "Tarde", "phone": "000 000 0044"], action: address)
      #expect(late.status == .conflict && late.contains("Tarde"))
      let close = try await trainer.submit(try await trainer.get(address), action: address + "/close")
      #expect(close.status == .seeOther)
      #expect(try await look(house, "/es/courses").contains("Ahora no hay un curso abierto"))
      let worker = try await signedIn(house, .caseWorker)
      #expect(try await worker.get(address).status == .forbidden)
    }
  }

  // MARK: Figures, certificates

  @Test func figuresStandAsPrintedWithWhatCanNotBeSo() async throws {
    try await withPublicHouse(.sqlite) { house in
      let page = try await look(house, "/es/figures")
      for figure in house.desks.pack.figures {
        let value = FigureView.value(figure, house.house.site.screen.words(.spanish))
        #expect(page.contains("<p class=\"figure-value\">\(Screen.escaped(value))</p>"), "\(figure.id)")
        #expect(page.contains(Screen.escaped(figure.sourceName[.spanish])), "\(figure.id)")
        if let note = figure.note { #expect(page.contains(Screen.escaped(note[.spanish])), "\(figure.id)") }
      }
      #expect(page.contains("no puede ser como está impreso") && page.contains("Qué no es una cifra"))
      #expect(page.contains("de 1 a menos de 10 se ocultan") && page.contains("Todavía no se publicó una tabla"))
      for link in ["/open-data", "/open-data/overview", "/open-records"] {
        #expect(page.contains("href=\"\(link)?in=es\""), "\(link)")
        #expect(try await TestBrowser(house.house).get(link).status == .ok, "\(link)")
      }
      #expect(try await look(house, "/en/figures").contains("What a figure is not"))
    }
  }

  @Test func aCertificateIsExplainedAndChecked() async throws {
    try await withPublicHouse(.sqlite) { house in
      let page = try await look(house, "/es/certificates")
      #expect(page.contains("Qué es un certificado") && page.contains("href=\"/certificate?in=es\""))
      for link in ["/certificate", "/verify"] {
        #expect(try await TestBrowser(house.house).get(link).status == .ok, "\(link)")
      }
    }
  }

  // MARK: The plan

  @Test(arguments: TestEngine.available) func thePlanSaysWhatIsDoneAndWhatIsLate(_ engine: Engine) async throws {
    try await withPublicHouse(engine) { house in
      let plan = try await look(house, "/es/plan")
      #expect(plan.contains("Plan ficticio") && plan.contains("1 de 2 actividades hechas"))
      #expect(plan.contains("1 actividad atrasada") && plan.contains("href=\"/es/plan/late\""))
      #expect(plan.contains("USD 12.500,75") && plan.contains("Fondo ficticio"))
      #expect(plan.contains("href=\"/es/plan/year/2026\"") && plan.contains("href=\"/es/plan/axis/a\""))
      let axis = try await look(house, "/es/plan/axis/a")
      #expect(axis.contains("Taller ficticio") && axis.contains("Guía ficticia") && axis.contains("Sucumbíos"))
      #expect(axis.contains("Ministerio") && axis.contains(">120<"))
      #expect(axis.contains("El público lo lee en las tablas publicadas"))
      let late = try await look(house, "/es/plan/late")
      #expect(late.contains("Guía ficticia") && !late.contains("Taller ficticio") && late.contains("Atrasada"))
      let year = try await look(house, "/en/plan/year/2026")
      #expect(year.contains("The plan in 2026") && year.contains("Fictional workshop"))
      for path in ["axis/b", "objective/z", "objective/a.1/2", "late/2", "late/0", "year/2020", "year/02026", "x"] {
        #expect(try await look(house, "/es/plan/\(path)").status == .notFound, "\(path)")
      }
    }
  }

  @Test func aLargePlanIsReadInSmallPages() async throws {
    try await withPublicHouse(.sqlite) { house in
      let secretary = try await house.house.actor(Role.coordinator.rawValue)
      var plan = Plan(
        code: "grande", version: 1, name: PublicHouse.both("Plan grande", "A large plan"),
        from: house.today.adding(days: -400), until: house.today.adding(days: 400), source: "ficticio",
        axes: [
          PlanAxis(code: "a", name: PublicHouse.both("Eje", "Axis"), source: "ficticio", certainty: .decided)
        ],
        objectives: [PlanObjective(code: "a.1", axis: "a", name: PublicHouse.both("Objetivo", "Objective"))])
      plan.activities = (0..<1000).map { number in
        PlanActivity(
          code: "x\(number)", objective: "a.1",
          name: PublicHouse.both("Actividad ficticia número \(number)", "Fictional activity number \(number)"),
          lead: "mdt", provinces: ["EC-P", "EC-U", "EC-E"], from: house.today.adding(days: -300 + number % 50),
          until: house.today.adding(days: -100 + number % 50))
      }
      try await house.desks.plans.keep(secretary, plan, as: .random())
      // The one that came into force later is the one in force.
      for path in ["plan", "plan/axis/a", "plan/objective/a.1", "plan/objective/a.1/25", "plan/late", "plan/year/2026"]
      {
        let page = try await look(house, "/es/\(path)")
        #expect(page.status == .ok && page.text.utf8.count < 50_000, "\(path): \(page.text.utf8.count)")
      }
      #expect(try await look(house, "/es/plan/objective/a.1/26").status == .notFound)
      #expect(try await look(house, "/es/plan/axis/a").contains("href=\"/es/plan/objective/a.1\""))
      #expect(try await look(house, "/es/plan/year/2026").contains("Se muestran 40 de 1000"))
    }
  }

  @Test func withoutAPlanInForceThePageSaysWhatToDo() async throws {
    try await withSite(.sqlite, clock: PublicHouse.clock) { house in
      let page = try await TestBrowser(house).get("/es/plan")
      #expect(page.status == .ok && page.contains("Ahora no hay un plan nacional vigente"))
      #expect(try await TestBrowser(house).get("/es/plan/late").status == .notFound)
      #expect(try await TestBrowser(house).get("/es/services").contains("Todavía no hay servicios publicados"))
      #expect(try await TestBrowser(house).get("/en/courses").contains("There is no open course now"))
    }
  }
}
