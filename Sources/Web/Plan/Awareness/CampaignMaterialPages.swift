import Accounts
import Basics
import CountryPack
import HTTPTypes
import Hummingbird
import NIOCore
import NationalPlan

/// Posters, scripts, guides and links: added, described, put into the media kit; and the office that answers the press.
struct CampaignMaterialPages {
  static let path = CampaignPages.path + "/materials"
  static let newPath = path + "/new"
  let desks: Desks
  var desk: CampaignDesk { desks.campaigns }

  func add(to routes: Routes) {
    routes.list(Self.path, list)
    routes.get(Self.newPath) { visit in try await form(visit, visit.sheet, nil) }
    routes.post(Self.newPath, create)
    routes.get(Self.path + "/:material") { visit in try await edit(visit, visit.sheet) }
    routes.post(Self.path + "/:material", save)
    routes.get(Self.path + "/:material/file", file)
    routes.get(CampaignPages.path + "/press") { visit in try await pressPage(visit, visit.sheet) }
    routes.post(CampaignPages.path + "/press", press)
  }

  static func row(_ one: CampaignMaterial, _ screen: CampaignScreen) -> WorkRow {
    WorkRow(
      title: one.title[screen.language], address: "\(path)/\(one.id)",
      facts: [screen.term(.languages, one.language), what(one, screen.words)],
      status: Status(
        text: screen.words(one.isPublic ? "campaigns.in_kit" : "campaigns.not_in_kit"),
        tone: one.isPublic ? .done : .open))
  }

  /// `PDF, 340 KB`, `enlace`.
  static func what(_ one: CampaignMaterial, _ words: Words) -> String {
    switch one.content {
    case .link: words("campaigns.link")
    case .file(let file): file.ending.uppercased() + ", " + AttachmentPages.size(file.size, words)
    }
  }

  private func open(_ visit: Visit) async throws -> (Actor, CampaignScreen) {
    let actor = try visit.actor()
    try actor.require(.keepCampaigns)
    return (actor, CampaignScreen(visit, try await desk.look(actor)))
  }

  // MARK: Reading

  private func list(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let screen = CampaignScreen(visit, try await desk.look(actor))
    let words = visit.words
    return ProtectionSection.page(
      Heading(
        title: words("campaigns.materials"), lead: words("campaigns.materials_lead"),
        next: actor.may(.keepCampaigns)
          ? .init(address: Self.newPath, label: words("campaigns.material_new")) : nil),
      [
        ProtectionSection(
          title: words("campaigns.materials"), anchor: "materials",
          rows: screen.look.materials.map { Self.row($0, screen) }, empty: words("campaigns.no_materials"),
          links: [.init(address: "/\(visit.language)/media-kit", label: words("campaigns.kit"))])
      ], further: ["tabs": screen.tabs("/materials")])
  }

  /// A copy for members, also before it is public. Nothing in it may act.
  private func file(_ visit: Visit) async throws -> Answer {
    let (material, bytes) = try await desk.file(try visit.actor(), try visit.id("material"))
    guard case .file(let file) = material.content, let name = material.fileName else { throw Refusal.notFound }
    return .whole(
      Response(
        status: .ok,
        headers: [
          .contentType: file.contentType, .contentDisposition: "attachment; filename=\"\(name)\"",
          .contentLength: String(bytes.count), .contentSecurityPolicy: "default-src 'none'; sandbox",
        ], body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))))
  }

  // MARK: Adding and changing

  private func fields(
    _ sheet: FormSheet, _ screen: CampaignScreen, _ one: CampaignMaterial?, campaign: CampaignID?
  ) -> [FormSheet.Field] {
    [
      sheet.hidden("id", (one?.id ?? .random()).description), sheet.seen(one?.revision ?? 0),
      sheet.text("title_es", label: "campaigns.title_es", value: one?.title[.spanish] ?? ""),
      sheet.text("title_en", label: "campaigns.title_en", value: one?.title[.english] ?? ""),
      sheet.area(
        "about_es", label: "campaigns.about_es", hint: "campaigns.about_hint", value: one?.about[.spanish] ?? "",
        rows: 3
      ), sheet.area("about_en", label: "campaigns.about_en", value: one?.about[.english] ?? "", rows: 3),
      sheet.select(
        "language", label: "campaigns.language", options: screen.options(.languages), value: one?.language ?? ""),
      sheet.select(
        "campaign", label: "campaigns.of_campaign", options: screen.campaignOptions,
        value: (one?.campaign ?? campaign)?.description ?? "", optional: true),
      sheet.text("rights", label: "campaigns.rights", hint: "campaigns.rights_hint", value: one?.rights ?? ""),
      sheet.tick("public", label: "campaigns.kit_tick", hint: "campaigns.kit_hint", value: one?.isPublic ?? false),
    ]
  }

  private func form(_ visit: Visit, _ sheet: FormSheet, _ again: String?) async throws -> Answer {
    let (_, screen) = try await open(visit)
    let campaign = visit.query["campaign"].flatMap { CampaignID($0) }
    let form = sheet.view(
      action: Self.newPath, submit: "plan.save",
      fields: [
        sheet.text("code", label: "campaigns.code", hint: "campaigns.material_code_hint"),
        sheet.text("link", label: "campaigns.link_field", hint: "campaigns.link_hint", type: "url", optional: true),
      ] + fields(sheet, screen, nil, campaign: campaign), cancel: Self.path)
    return .page(
      "campaigns/material",
      [
        "title": visit.words("campaigns.material_new"),
        "heading": Heading(
          title: visit.words("campaigns.material_new"), lead: visit.words("campaigns.material_lead"),
          back: .init(address: Self.path, label: visit.words("campaigns.materials"))
        ).view, "form": form,
        "file": [
          "error": sheet.error("file"), "again": again,
          "hint": visit.words(
            "campaigns.file_hint", ["megabytes": String(MaterialFile.largest / 1_048_576)]),
        ].compactMapValues { $0 },
      ] as [String: Any])
  }

  private func create(_ visit: Visit) async throws -> Answer {
    let (actor, _) = try await open(visit)
    let bytes = visit.files["file"].flatMap { $0.isEmpty ? nil : $0 }
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      let code = reader.value("code", or: "error.plan_code") { PlanCode.isOne($0) ? $0 : nil } ?? ""
      let link = reader.text("link", upTo: 500, required: false)
      // One or the other: which of two would be the material?
      if bytes == nil, link.isEmpty { reader.refuse("file", "error.campaign_file_or_link") }
      if bytes != nil, !link.isEmpty { reader.refuse("link", "error.campaign_file_or_link") }
      let content: CampaignMaterial.Content =
        link.isEmpty ? .file(.init(contentType: "", ending: "", size: 0)) : .link(link)
      let material = try read(&reader, code: code, content: content, before: nil)
      try await desk.put(actor, material, bytes: bytes)
      return .goTo(Self.path + "/\(material.id)")
    } orShow: {
      // A browser does not put a file back into a form.
      let again = bytes != nil && $0.error("file") == nil ? visit.words("attachments.again") : nil
      return try await form(visit, $0, again)
    }
  }

  private func read(
    _ reader: inout FormReader, code: String, content: CampaignMaterial.Content, before: CampaignMaterial?
  ) throws -> CampaignMaterial {
    let id: CampaignMaterialID = try before?.id ?? reader.id()
    let revision = reader.value("revision", or: "error.unknown_code") { Int($0) }
    let material = CampaignMaterial(
      id: id, code: code, campaign: reader.optional("campaign", or: "error.choose") { CampaignID($0) },
      title: LocalizedText(es: reader.text("title_es", upTo: 200), en: reader.text("title_en", upTo: 200)),
      about: LocalizedText(es: reader.text("about_es", upTo: 1000), en: reader.text("about_en", upTo: 1000)),
      language: reader.text("language", upTo: 8), rights: reader.text("rights", upTo: 300), content: content,
      isPublic: reader.isTicked("public"), revision: revision ?? 0)
    try reader.check()
    return material
  }

  private func material(_ visit: Visit) async throws -> (Actor, CampaignScreen, CampaignMaterial) {
    let actor = try visit.actor()
    let screen = CampaignScreen(visit, try await desk.look(actor))
    let id: CampaignMaterialID = try visit.id("material")
    guard let one = screen.look.materials.first(where: { $0.id == id }) else { throw Refusal.notFound }
    return (actor, screen, one)
  }

  /// For all members what it is; for those who keep campaigns the form too.
  private func edit(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let (actor, screen, one) = try await material(visit)
    let words = visit.words
    var links: [HomeSection.Link] = []
    var target = ""
    switch one.content {
    case .link(let address):
      target = address
      links.append(.init(address: address, label: words("campaigns.link_open")))
    case .file: links.append(.init(address: Self.path + "/\(one.id)/file", label: words("campaigns.download")))
    }
    return ProtectionSection.page(
      Heading(
        title: one.title[visit.language], lead: one.about[visit.language], eyebrow: one.code,
        back: .init(address: Self.path, label: words("campaigns.materials"))),
      [
        ProtectionSection(
          title: words("campaigns.about"), anchor: "about",
          definitions: Definitions([
            (words("campaigns.what"), Self.what(one, words)), (words("campaigns.link"), target),
            (words("campaigns.language"), screen.term(.languages, one.language)),
            (words("campaigns.rights"), one.rights),
            (words("campaigns.kit"), words(one.isPublic ? "campaigns.in_kit" : "campaigns.not_in_kit")),
          ]), links: links)
      ],
      form: actor.may(.keepCampaigns)
        ? sheet.view(
          action: Self.path + "/\(one.id)", submit: "plan.save",
          fields: fields(sheet, screen, one, campaign: nil), cancel: Self.path) : nil)
  }

  private func save(_ visit: Visit) async throws -> Answer {
    try visit.actor().require(.keepCampaigns)
    let (actor, _, one) = try await material(visit)
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      let changed = try read(&reader, code: one.code, content: one.content, before: one)
      try await desk.put(actor, changed)
      return .goTo(Self.path + "/\(one.id)")
    } orShow: {
      try await edit(visit, $0)
    }
  }

  // MARK: The press office

  private func pressPage(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let (_, screen) = try await open(visit)
    let one = screen.look.office
    return ProtectionSection.form(
      Heading(
        title: visit.words("campaigns.press"), lead: visit.words("campaigns.press_lead"),
        back: .init(address: CampaignPages.path, label: visit.words("campaigns.title"))), sheet,
      action: CampaignPages.path + "/press", cancel: CampaignPages.path
    ) { sheet in
      [
        sheet.seen(one?.revision ?? 0),
        sheet.text("name_es", label: "campaigns.office_es", value: one?.name[.spanish] ?? ""),
        sheet.text("name_en", label: "campaigns.office_en", value: one?.name[.english] ?? ""),
        sheet.text("phone", label: "campaigns.phone", value: one?.phone ?? "", type: "tel", optional: true),
        sheet.text("mail", label: "campaigns.mail", value: one?.mail ?? "", type: "email", optional: true),
        sheet.text("hours_es", label: "campaigns.hours_es", value: one?.hours[.spanish] ?? "", optional: true),
        sheet.text("hours_en", label: "campaigns.hours_en", value: one?.hours[.english] ?? "", optional: true),
      ]
    }
  }

  private func press(_ visit: Visit) async throws -> Answer {
    let (actor, _) = try await open(visit)
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      let revision = reader.value("revision", or: "error.unknown_code") { Int($0) }
      let office = PressOffice(
        name: LocalizedText(es: reader.text("name_es", upTo: 160), en: reader.text("name_en", upTo: 160)),
        phone: reader.text("phone", upTo: 40, required: false), mail: reader.text("mail", upTo: 254, required: false),
        hours: LocalizedText(
          es: reader.text("hours_es", upTo: 160, required: false),
          en: reader.text("hours_en", upTo: 160, required: false)
        ), revision: revision ?? 0)
      try reader.check()
      try await desk.put(actor, office)
      return .goTo("/\(visit.language)/media-kit")
    } orShow: {
      try await pressPage(visit, $0)
    }
  }
}
