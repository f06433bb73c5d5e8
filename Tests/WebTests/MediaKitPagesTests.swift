import Accounts
import Basics
import CountryPack
import Foundation
import HTTPTypes
import NationalPlan
import Records
import TestSupport
import Testing

@testable import Web

/// What the public sees of campaigns: the published ones, the media kit with its files, short addresses for posters.
@Suite struct MediaKitPagesTests {
  typealias House = CampaignPagesTests.House

  private func upload(
    _ house: House, _ fields: [String: String], _ bytes: [UInt8]?, isPublic: Bool = true
  ) async throws -> TestBrowser.Page {
    let address = "/campaigns/materials/new"
    let page = try await house.press.get(address)
    var all = try #require(house.press.forms(page).first { $0.action == address }).fields.filter { $0.0 != "file" }
    let typed = [
      "code": "afiche", "title_es": "Afiche de terminales", "title_en": "Poster for terminals",
      "about_es": "Una terminal de noche", "about_en": "A terminal at night", "language": "es",
      "rights": "Casa Canario, CC BY 4.0",
    ].merging(fields) { $1 }
    all = all.filter { typed[$0.0] == nil } + typed.map { ($0.key, $0.value) }
    if isPublic { all.append(("public", "yes")) }
    var body: [UInt8] = []
    for (name, value) in all {
      body += Array("--x7x\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n".utf8)
    }
    body += Array("--x7x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\"\r\n\r\n".utf8)
    body += (bytes ?? []) + Array("\r\n--x7x--\r\n".utf8)
    return try await house.press.send(
      .post, address, headers: [.contentType: "multipart/form-data; boundary=x7x"], body: body)
  }

  @Test func fewPeopleAreNotCountedInPublic() async throws {
    try await CampaignPagesTests.withHouse(.sqlite) { house in
      let address = try await house.planned(isPublic: true)
      let threshold = house.house.desks.pack.statistics.threshold
      _ = try await house.fill(
        address + "/reach", ["number": "7", "unit": "people", "method": "door", "source": "Entrada"])
      _ = try await house.fill(
        address + "/reach", ["number": "6", "unit": "broadcasts", "method": "broadcast_log", "source": "Radio"])
      let reader = TestBrowser(house.house)
      house.house.site.publicCache.forget()
      let page = try await reader.get("/es/campaigns/radio-frontera")
      #expect(page.contains("menos de \(threshold), u oculto") && !page.contains(">7<") && page.contains(">6<"))
      // From the threshold on they are, and members see every number.
      #expect(try await house.press.get(address).contains("7 personas"))
      _ = try await house.fill(
        address + "/reach", ["number": "20", "unit": "people", "method": "door", "source": "Entrada"])
      house.house.site.publicCache.forget()
      #expect(try await reader.get("/es/campaigns/radio-frontera").contains(">27<"))
    }
  }

  @Test(arguments: TestEngine.available) func onlyPublicCampaignsArePublished(_ engine: Engine) async throws {
    try await CampaignPagesTests.withHouse(engine) { house in
      let address = try await house.planned(isPublic: true)
      var other = house.campaign
      (other["code"], other["name_es"]) = ("interna", "Campaña interna")
      _ = try await house.fill("/campaigns/new", other, further: House.choices)
      _ = try await house.fill(address + "/messages/qu", ["words": "Yuyaylla"])
      _ = try await house.workshop(address, on: 5, isOpen: true)
      let closed = try await house.workshop(address, on: -3)
      _ = try await house.fill(
        closed + "/report", ["state": "held", "number": "24", "method": "door", "source": "Entrada principal"])
      _ = try await house.fill(
        address + "/money", ["kind": "spent", "source": "Fondo secreto", "amount": "7771,35", "currency": "USD"])
      let reader = TestBrowser(house.house)
      let list = try await reader.get("/es/campaigns")
      #expect(list.status == .ok && list.contains("Radio en la frontera") && !list.contains("Campaña interna"))
      #expect(list.contains("Taller para periodistas") && list.contains("href=\"/es/campaigns/radio-frontera\""))
      let page = try await reader.get("/es/campaigns/radio-frontera")
      #expect(page.contains("<div lang=\"qu\"><p>Yuyaylla</p></div>") && page.contains("Personas"))
      #expect(page.contains("Auditorio municipal"))
      // Neither money, nor who says so, nor a way in.
      for hidden in ["7.771,35", "Fondo secreto", "Entrada principal", "/edit", "csrf"] {
        #expect(!page.contains(hidden))
      }
      #expect(page.headers[.setCookie] == nil && reader.cookies.isEmpty)
      #expect(page.text.utf8.count < 50_000)
      #expect(try await reader.get("/en/campaigns/radio-frontera").contains("Radio at the border"))
      #expect(try await reader.get("/es/campaigns/interna").status == .notFound)
      #expect(try await reader.get("/es/campaigns/nada").status == .notFound)
      // Taken back, it is gone.
      let edit = try await house.press.get(address + "/edit")
      let form = try #require(house.press.forms(edit).first { $0.action == address + "/edit" })
      let kept = form.fields.filter { $0.0 != "public" }
      #expect(try await house.press.post(address + "/edit", kept).status == .seeOther)
      house.house.site.publicCache.forget()
      #expect(try await reader.get("/es/campaigns/radio-frontera").status == .notFound)
    }
  }

  @Test(arguments: TestEngine.available) func theMediaKitHoldsAdviceFiguresOfficeAndFiles(
    _ engine: Engine
  ) async throws {
    try await CampaignPagesTests.withHouse(engine) { house in
      let reader = TestBrowser(house.house)
      var page = try await reader.get("/es/media-kit")
      #expect(page.status == .ok && page.contains("Todavía no hay una oficina anotada"))
      // Each piece of advice with its source and how sure it is; figures as printed, and what can't be so beside them.
      let pack = house.house.desks.pack
      #expect(!pack.mediaKit.advice.isEmpty && !pack.mediaKit.wording.isEmpty)
      let english = try await reader.get("/en/media-kit")
      for advice in pack.mediaKit.advice {
        #expect(page.contains(Screen.escaped(advice.text[.spanish])))
        #expect(page.contains(Screen.escaped(advice.source[.spanish])))
        #expect(english.contains(Screen.escaped(advice.source[.english])))
      }
      #expect(!english.contains("decisión") && !english.contains("Protocolo"))
      #expect(page.contains("verificado en la fuente") && page.contains("sin verificar"))
      #expect(page.contains("33,4") && page.contains("▲"))
      for figure in pack.figures { #expect(page.contains(Screen.escaped(figure.sourceName[.spanish])), "\(figure.id)") }
      #expect(page.contains("1800 335486") && !page.contains(">171<"))
      #expect(page.contains("creativecommons.org/licenses/by/4.0"))
      #expect(page.text.utf8.count < 50_000)
      #expect(try await reader.get("/en/media-kit").contains("Reporting without harm"))

      let said = try await house.fill(
        "/campaigns/press",
        ["name_es": "Oficina ficticia", "name_en": "Fictional office", "mail": "prensa@example.org"])
      #expect(said.location == "/es/media-kit")
      let added = try await upload(house, [:], AttachmentPagesTests.pdf)
      #expect(added.status == .seeOther, "\(added.text)")
      _ = try await upload(house, ["code": "interno"], AttachmentPagesTests.pdf, isPublic: false)
      house.house.site.publicCache.forget()
      page = try await reader.get("/es/media-kit")
      #expect(page.contains("href=\"mailto:prensa@example.org\"") && page.contains("Oficina ficticia"))
      #expect(page.contains("href=\"/media-kit/files/afiche.pdf\"") && !page.contains("interno"))
      let file = try await reader.get("/media-kit/files/afiche.pdf")
      #expect(file.status == .ok && file.text == String(decoding: AttachmentPagesTests.pdf, as: UTF8.self))
      #expect(file.headers[.contentType] == "application/pdf" && file.headers[.xContentTypeOptions] == "nosniff")
      #expect(file.headers[.cacheControl]?.hasPrefix("public") == true && file.headers[.setCookie] == nil)
      #expect(file.headers[.contentDisposition] == "attachment; filename=\"afiche.pdf\"")
      #expect(file.headers[.contentSecurityPolicy] == "default-src 'none'; sandbox")
      // Who has it already reads it once.
      let tag = try #require(file.headers[.eTag])
      let known = try await reader.get("/media-kit/files/afiche.pdf", headers: [.ifNoneMatch: tag])
      #expect(known.status == .notModified && known.text.isEmpty)
      #expect(try await reader.get("/media-kit/files/interno.pdf").status == .notFound)
      #expect(try await reader.get("/media-kit/files/afiche").status == .notFound)
      // Members read what is not public; visitors don't.
      let copy = try await house.worker.get(added.location + "/file")
      #expect(copy.headers[.contentDisposition] == "attachment; filename=\"afiche.pdf\"")
      #expect(try await reader.get(added.location + "/file").status != .ok)
    }
  }

  @Test(arguments: TestEngine.available) func aMaterialIsAFileOrALinkAndPassesTheCheck(
    _ engine: Engine
  ) async throws {
    try await CampaignPagesTests.withHouse(engine) { house in
      let neither = try await upload(house, [:], nil)
      #expect(neither.status == .unprocessableContent && neither.contains("uno de los dos"))
      #expect(neither.contains("value=\"Afiche de terminales\""))
      let both = try await upload(house, ["link": "https://example.org/afiche"], AttachmentPagesTests.pdf)
      #expect(both.status == .unprocessableContent && both.contains("Elija el archivo otra vez"))
      let program = try await upload(house, [:], [0x4D, 0x5A, 0x90, 0, 3])
      #expect(program.status == .unprocessableContent && program.contains("f-file-error"))
      let acting = Array("%PDF-1.4\n1 0 obj <</JavaScript 1>> endobj\nstartxref\n9\n%%EOF\n".utf8)
      #expect(try await upload(house, [:], acting).status == .unprocessableContent)
      let large = try await upload(house, [:], [UInt8](repeating: 65, count: MaterialFile.largest + 1))
      #expect(large.status == .unprocessableContent && large.contains("hasta 5 MB"))
      let unsafe = try await upload(house, ["link": "javascript:alert(1)"], nil)
      #expect(unsafe.status == .unprocessableContent && unsafe.contains("empiece con https://"))
      let linked = try await upload(house, ["link": "https://example.org/afiche"], nil)
      #expect(linked.status == .seeOther)
      #expect(try await TestBrowser(house.house).get("/es/media-kit").contains("https://example.org/afiche"))
      let renamed = try await house.fill(linked.location, ["title_es": "Afiche nuevo"])
      #expect(renamed.location == linked.location)
      #expect(try await house.worker.get(linked.location).contains("Afiche nuevo"))
      #expect(!(try await house.worker.get(linked.location).contains("<form method=\"post\" action=\"/campaigns")))
    }
  }

  @Test(arguments: TestEngine.available) func aShortAddressLeadsOnAndLeavesNoTrace(_ engine: Engine) async throws {
    try await CampaignPagesTests.withHouse(engine) { house in
      let address = try await house.planned(isPublic: true)
      let offered = try await house.press.get(address).link("/campaigns/links/new\\?target=[^\"]+")
      let form = try await house.press.get(offered)
      #expect(form.contains("value=\"/es/campaigns/radio-frontera\""))
      let made = try await house.press.submit(
        form, ["code": "radio", "title": "Afiche"], action: "/campaigns/links/new")
      #expect(made.location == "/campaigns/links/radio")
      let page = try await house.worker.get(made.location)
      #expect(page.contains("http://localhost:8080/c/radio") && page.contains("<svg class=\"qr\""))
      #expect(!page.contains("name=\"target\""))
      let svg = try await house.worker.get("/campaigns/links/radio/qr.svg")
      #expect(svg.headers[.contentType]?.hasPrefix("image/svg+xml") == true && svg.contains("/c/radio"))
      let png = try await house.worker.get("/campaigns/links/radio/qr.png")
      #expect(png.headers[.contentType] == "image/png" && png.text.contains("PNG"))
      #expect(try await house.worker.get("/campaigns/links/nada/qr.png").status == .notFound)

      let reader = TestBrowser(house.house)
      for typed in ["radio", "Radio"] {
        let gone = try await reader.get("/c/\(typed)")
        #expect(gone.status == .seeOther && gone.location == "/es/campaigns/radio-frontera")
        #expect(gone.headers[.setCookie] == nil && reader.cookies.isEmpty)
      }
      #expect(try await reader.get("/c/nada").status == .notFound)
      #expect(try await reader.get("/c/" + String(repeating: "a", count: 400)).status == .notFound)
      for target in ["https://example.org", "//example.org", "/c/radio", "/es/../x"] {
        let wrong = try await house.fill(
          "/campaigns/links/new", ["code": "otra", "target": target, "title": "x"])
        #expect(wrong.status == .unprocessableContent && wrong.contains("f-target-error"), "\(target)")
      }
      let ended = try await house.fill(made.location, further: [("ended", "yes")])
      #expect(ended.location == made.location)
      #expect(try await reader.get("/c/radio").status == .notFound)
      #expect(try await house.worker.get(made.location).contains("ya no lleva a ninguna parte"))
    }
  }
}
