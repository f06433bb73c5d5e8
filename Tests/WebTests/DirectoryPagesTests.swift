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

/// The directory through its pages: found, confirmed, counted, edited, brought in.
@Suite struct DirectoryPagesTests {
  /// `ana`'s house is Casa Canario, which the fictional directory has two services of; another agency, who oversees.
  private struct House {
    let house: WebHouse
    let desk: TestBrowser
    let worker: TestBrowser
    let stranger: TestBrowser
    let coordinator: TestBrowser
    let file: [UInt8]

    init(_ house: WebHouse) async throws {
      self.house = house
      file = Array(try Data(contentsOf: WebHouse.packFolder.appendingPathComponent("directory/demonstration.json")))
      try await house.join("desk", [.referralDesk])
      try await house.join("worker", [.caseWorker])
      try await house.join("coordinator", [.coordinator])
      let made = try await house.desks.agencies.create(
        .console, name: "Casa del Manglar, Machala", kind: "ngo", province: "EC-O", administrator: "Berta",
        login: "berta")
      _ = try await house.desks.members.accept(made.invitation, password: WebHouse.password)
      let token = try await house.desks.members.invite(
        try await house.actor("berta"), name: "Mesa", login: "stranger", roles: [.referralDesk])
      _ = try await house.desks.members.accept(token, password: WebHouse.password)
      desk = try await Self.browser(house, "desk")
      worker = try await Self.browser(house, "worker")
      stranger = try await Self.browser(house, "stranger")
      coordinator = try await Self.browser(house, "coordinator")
    }

    private static func browser(_ house: WebHouse, _ login: String) async throws -> TestBrowser {
      let browser = TestBrowser(house)
      try await browser.signIn(login)
      return browser
    }

    /// - Parameter isConfirmed: whether with the confirmations of the file.
    func bring(isConfirmed: Bool = true) async throws {
      let read = Directory.read(json: file, DirectoryCodes(house.desks.pack)).directory
      let services = read.services.map { service in
        var service = service
        if !isConfirmed { service.confirmedOn = nil }
        return service
      }
      let directory = Directory(
        organisations: Array(read.organisations.values), places: Array(read.places.values), services: services)
      _ = try await house.desks.directory.bring(try await house.actor("coordinator"), directory, isDryRun: false)
    }

    /// Sends a file as a browser does.
    func upload(_ bytes: [UInt8], id: DirectoryDraftID, keepGood: Bool = false) async throws -> TestBrowser.Page {
      let page = try await coordinator.get("/directory/import")
      let form = coordinator.forms(page).first { $0.action == "/directory/import" }
      let tag = try #require(form?.fields.first { $0.0 == "csrf" }?.1)
      let mark = "----raya"
      var fields = ["csrf": tag, "id": id.description]
      if keepGood { fields["keep_good"] = "yes" }
      let head = fields.map {
        "--\(mark)\r\nContent-Disposition: form-data; name=\"\($0.key)\"\r\n\r\n\($0.value)\r\n"
      }.joined()
      let part = "--\(mark)\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.json\"\r\n\r\n"
      let body = Array((head + part).utf8) + bytes + Array("\r\n--\(mark)--\r\n".utf8)
      return try await coordinator.send(
        .post, "/directory/import", headers: [.contentType: "multipart/form-data; boundary=\(mark)"], body: body)
    }
  }

  private func withHouse(_ engine: Engine, _ body: (House) async throws -> Void) async throws {
    try await withSite(engine) { try await body(House($0)) }
  }

  private let shelter = "/directory/services/demo-service-canario-acogida"

  @Test(arguments: TestEngine.available) func servicesAreFoundByNeedAndPlace(_ engine: Engine) async throws {
    try await withHouse(engine) { house in
      #expect(try await house.worker.get("/directory").contains("Servicios: 0"))
      try await house.bring()
      let all = try await house.worker.get("/directory")
      #expect(all.contains("Servicios: 13") && all.contains("Acogida para varones adultos, Guayas"))
      let boy = try await house.worker.get("/directory?need=shelter&province=EC-P&age=12-17&sex=male&town=Quito")
      #expect(boy.status == .ok && boy.contains("Los que atienden a otras personas"))
      let at = try #require(boy.text.range(of: "Los que atienden a otras personas"))
      #expect(boy.text[at.upperBound...].contains("Acogida para varones adultos, Guayas"))
      #expect(!boy.text[..<at.lowerBound].contains("Acogida para varones adultos, Guayas"))
      let legal = try await house.worker.get("/directory?need=legal&town=Quito")
      #expect(legal.contains("km en línea recta"))
      // What can't be read is as if it had not been asked, and nothing of it comes back unescaped.
      let odd = try await house.worker.get("/directory?need=%3Cb%3E&age=x&town=x&words=%3Cscript%3E")
      #expect(odd.status == .ok && !odd.contains("<script>a") && !odd.contains("<b>"))
      let service = try await house.worker.get(shelter)
      #expect(service.contains("Lugar reservado · Pichincha") && service.contains("no se guarda en el sistema"))
      #expect(service.contains("Casa Canario") && service.contains("4 libres"))
      #expect(!service.contains(shelter + "/confirm") && !service.contains(shelter + "/owner"))
      #expect(try await house.worker.get("/directory/services/no-hay").status == .notFound)
      #expect(try await house.worker.get("/directory/services/%2e%2e").status == .notFound)
    }
  }

  @Test(arguments: TestEngine.available) func theOwnerConfirmsAndCountsInOneTap(_ engine: Engine) async throws {
    try await withHouse(engine) { house in
      try await house.bring(isConfirmed: false)
      #expect(try await house.desk.get("/").contains("Entradas del directorio por confirmar"))
      let keep = try await house.desk.get("/directory/keep")
      #expect(keep.contains("Acogida para mujeres, Pichincha") && keep.contains("Apoyo psicosocial, Quito"))
      for service in [shelter, "/directory/services/demo-service-canario-apoyo"] {
        let page = try await house.desk.get(service)
        let confirmed = try await house.desk.submit(page, action: service + "/confirm")
        #expect(confirmed.status == .seeOther && confirmed.location == service)
      }
      #expect(try await !house.desk.get("/").contains("Entradas del directorio por confirmar"))
      let page = try await house.desk.get(shelter)
      #expect(page.contains("3 libres</button>") && page.contains("Sin cupo</button>") && page.contains("18 libres"))
      let tap = [("available", "3")]
      let first = try await house.desk.submit(page, action: shelter + "/count", further: tap)
      let second = try await house.desk.submit(page, action: shelter + "/count", further: tap)
      #expect(first.status == .seeOther && second.status == .seeOther)
      #expect(try await house.worker.get(shelter).contains("3 libres, contados"))
      // A stale page with another figure is told, and nothing is overwritten.
      let stale = try await house.desk.submit(page, action: shelter + "/count", further: [("available", "0")])
      #expect(stale.status == .conflict && stale.contains("Alguien cambió"))
      let wrong = try await house.desk.submit(
        try await house.desk.get(shelter), action: shelter + "/count", further: [("available", "99")])
      #expect(wrong.status == .unprocessableContent)
      #expect(try await house.worker.get(shelter).contains("3 libres, contados"))
    }
  }

  @Test(arguments: TestEngine.available) func anotherAgencyReadsAndChangesNothing(_ engine: Engine) async throws {
    try await withHouse(engine) { house in
      try await house.bring()
      let mine = try await house.desk.get(shelter)
      let tag = try #require(
        house.stranger.forms(try await house.stranger.get("/directory/new")).lazy
          .flatMap(\.fields).first { $0.0 == "csrf" }?.1)
      #expect(try await house.stranger.get(shelter).status == .ok)
      #expect(try await house.stranger.get(shelter + "/edit").status == .forbidden)
      for (move, fields) in [
        ("confirm", [("revision", "1")]),
        ("count", [("revision", "1"), ("unit", "cama"), ("available", "0"), ("maximum", "18")]),
        ("edit", [("revision", "1"), ("name", "Otra")]), ("owner", [("revision", "1"), ("agency", "")]),
      ] {
        let answer = try await house.stranger.post(shelter + "/" + move, [("csrf", tag)] + fields)
        #expect(answer.status == .forbidden, "\(move)")
      }
      #expect(try await house.desk.get(shelter).text.contains("4 libres"))
      #expect(mine.contains(shelter + "/confirm") && !mine.contains(shelter + "/owner"))
    }
  }

  @Test(arguments: TestEngine.available) func anEntryIsEditedAndANewOneAdded(_ engine: Engine) async throws {
    try await withHouse(engine) { house in
      try await house.bring()
      let form = try await house.desk.get(shelter + "/edit")
      #expect(form.contains("Acogida para mujeres, Pichincha"))
      let wrong = try await house.desk.submit(
        form, ["youngest": "40", "oldest": "12", "alert": "Escrito antes", "email": "nadie"], action: shelter + "/edit")
      #expect(wrong.status == .unprocessableContent && wrong.contains("Escrito antes"))
      #expect(wrong.contains("f-oldest-error") && wrong.contains("f-email-error"))
      let saved = try await house.desk.submit(
        form, ["alert": "Sin agua hasta el lunes", "hours": "week", "monday": "8-12, 14-17"], action: shelter + "/edit")
      #expect(saved.status == .seeOther)
      let page = try await house.worker.get(shelter)
      #expect(page.contains("Sin agua hasta el lunes") && page.contains("lunes · 08:00–12:00"))
      // What the form does not ask is as it was.
      #expect(page.contains("4 libres") && page.contains("Mesa de derivaciones") && page.contains("Confirmado"))
      let again = try await house.desk.submit(form, ["alert": "Otra cosa"], action: shelter + "/edit")
      #expect(again.status == .conflict && again.contains("Otra cosa"))

      let new = try await house.desk.get("/directory/new")
      let fields = [
        "name": "Acogida de noche", "needs": "shelter", "place": "undisclosed", "province": "EC-P",
        "line": "CALLE-SECRETA 7", "city": "Quito", "position": "-0.2, -78.5",
      ]
      let made = try await house.desk.submit(new, fields, action: "/directory/new")
      #expect(made.status == .seeOther)
      #expect(try await house.desk.submit(new, fields, action: "/directory/new").location == made.location)
      let shown = try await house.worker.get(made.location)
      #expect(shown.contains("Acogida de noche") && shown.contains("Lugar reservado · Pichincha"))
      // What was typed beside a hidden place is kept nowhere, for its owner neither.
      for text in [
        shown.text, try await house.desk.get(made.location + "/edit").text,
        try await house.coordinator.get("/directory/export").text,
      ] { #expect(!text.contains("SECRETA")) }
    }
  }

  @Test(arguments: TestEngine.available) func aFileIsLookedAtBeforeItIsStored(_ engine: Engine) async throws {
    try await withHouse(engine) { house in
      #expect(try await house.desk.get("/directory/import").status == .forbidden)
      let id = DirectoryDraftID.random()
      let broken = try await house.upload(Array("{\"services\": [{\"id\": \"a\"}]}".utf8), id: id)
      #expect(broken.status == .unprocessableContent && broken.contains("“name” is missing"))
      let sent = try await house.upload(house.file, id: id)
      #expect(sent.location == "/directory/import/\(id)")
      let look = try await house.coordinator.get(sent.location)
      #expect(look.contains("Nuevas: 14.") && look.contains("Acogida para mujeres, Pichincha"))
      #expect(try await house.worker.get("/directory").contains("Servicios: 0"))
      let stored = try await house.coordinator.submit(look, action: sent.location)
      #expect(stored.status == .seeOther)
      #expect(try await house.coordinator.submit(look, action: sent.location).status == .seeOther)
      #expect(try await house.coordinator.get(sent.location).contains("Guardado en el directorio"))
      #expect(try await house.worker.get("/directory").contains("Servicios: 13"))
      // What it gives is what it took.
      let export = try await house.worker.get("/directory/export")
      let codes = DirectoryCodes(house.house.desks.pack)
      #expect(
        Directory.read(json: Array(export.text.utf8), codes).directory
          == Directory.read(json: house.file, codes).directory)
      // Another look, overtaken by an owner.
      let second = try await house.upload(house.file, id: .random())
      let old = try await house.coordinator.get(second.location)
      _ = try await house.desk.submit(try await house.desk.get(shelter), action: shelter + "/confirm")
      let late = try await house.coordinator.submit(old, action: second.location)
      #expect(late.status == .conflict && late.contains("Queda como dice su institución"))
    }
  }

  @Test(arguments: TestEngine.available) func theCoordinatorSaysWhoKeepsIt(_ engine: Engine) async throws {
    try await withHouse(engine) { house in
      try await house.bring()
      let address = "/directory/services/demo-service-minga-empleo"
      #expect(try await house.coordinator.get("/directory/keep").contains("Formación y empleo"))
      let page = try await house.coordinator.get(address)
      let agency = try await house.house.actor("stranger").agency
      let given = try await house.coordinator.submit(
        page, ["agency": agency.description], action: address + "/owner")
      #expect(given.status == .seeOther)
      #expect(try await house.stranger.get(address).contains(address + "/confirm"))
      #expect(try await house.desk.get(address).contains("Casa del Manglar, Machala"))
    }
  }
}
