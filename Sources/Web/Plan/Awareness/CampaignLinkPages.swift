import Accounts
import Basics
import Documents
import Hummingbird
import NationalPlan

/// Short addresses for posters, with their QR codes. Nothing is kept of who uses them, nor that anybody did.
struct CampaignLinkPages {
  static let path = CampaignPages.path + "/links"
  let desks: Desks
  let settings: SiteSettings
  var desk: CampaignDesk { desks.campaigns }

  func add(to routes: Routes) {
    routes.list(Self.path, list)
    routes.get(Self.path + "/new") { visit in try await form(visit, visit.sheet, nil) }
    routes.post(Self.path + "/new") { visit in try await save(visit, nil) }
    routes.get(Self.path + "/:code") { visit in try await page(visit, visit.sheet) }
    routes.post(Self.path + "/:code") { visit in try await save(visit, visit.part("code")) }
    routes.get(Self.path + "/:code/qr.svg") { visit in
      let code = try await code(visit)
      let svg = try QRCode(whole(code)).svg(label: whole(code))
      return .file(svg, name: "amparo-\(code).svg", type: "image/svg+xml")
    }
    routes.get(Self.path + "/:code/qr.png") { visit in
      let code = try await code(visit)
      return .file(try QRCode(whole(code)).png(pixelsPerModule: 16), name: "amparo-\(code).png", type: "image/png")
    }
  }

  private func whole(_ code: String) -> String { settings.publicAddress + "/c/" + code }

  private func link(_ visit: Visit) async throws -> (Actor, ShortLink) {
    let actor = try visit.actor()
    guard let one = try await desk.links(actor).first(where: { $0.code == visit.part("code") }) else {
      throw Refusal.notFound
    }
    return (actor, one)
  }

  private func code(_ visit: Visit) async throws -> String { try await link(visit).1.code }

  private func list(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let screen = CampaignScreen(visit, try await desk.look(actor))
    let words = visit.words
    let rows = try await desk.links(actor).map { one in
      WorkRow(
        title: "/c/\(one.code)", address: Self.path + "/\(one.code)", facts: [one.title, one.target],
        status: Status(
          text: words(one.isEnded ? "campaigns.link_ended" : "campaigns.link_live"), tone: one.isEnded ? .ended : .done)
      )
    }
    return ProtectionSection.page(
      Heading(
        title: words("campaigns.links"), lead: words("campaigns.links_lead"),
        next: actor.may(.keepCampaigns)
          ? .init(address: Self.path + "/new", label: words("campaigns.link_new")) : nil),
      [
        ProtectionSection(
          title: words("campaigns.links"), anchor: "links", rows: rows, empty: words("campaigns.no_links"))
      ],
      further: ["tabs": screen.tabs("/links")])
  }

  private func fields(_ sheet: FormSheet, _ one: ShortLink?, target: String) -> [FormSheet.Field] {
    var fields = [sheet.seen(one?.revision ?? 0)]
    if one == nil { fields.append(sheet.text("code", label: "campaigns.short", hint: "campaigns.short_hint")) }
    fields += [
      sheet.text(
        "target", label: "campaigns.target", hint: "campaigns.target_hint", value: one?.target ?? target),
      sheet.text("title", label: "campaigns.link_title", hint: "campaigns.link_title_hint", value: one?.title ?? ""),
    ]
    if let one { fields.append(sheet.tick("ended", label: "campaigns.end_tick", value: one.isEnded)) }
    return fields
  }

  private func form(_ visit: Visit, _ sheet: FormSheet, _ one: ShortLink?) async throws -> Answer {
    try visit.actor().require(.keepCampaigns)
    return ProtectionSection.page(
      Heading(
        title: visit.words("campaigns.link_new"), lead: visit.words("campaigns.links_lead"),
        back: .init(address: Self.path, label: visit.words("campaigns.links"))), [],
      form: sheet.view(
        action: Self.path + "/new", submit: "plan.save",
        fields: fields(sheet, nil, target: visit.query["target"] ?? ""),
        cancel: Self.path))
  }

  /// The address in large letters with its code, to look at and to take along.
  private func page(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let (actor, one) = try await link(visit)
    let qr = try QRCode(whole(one.code))
    var model: [String: Any] = [
      "title": one.title,
      "heading": Heading(
        title: one.title, lead: visit.words("campaigns.leads_to", ["target": one.target]),
        back: .init(address: Self.path, label: visit.words("campaigns.links"))
      ).view, "address": whole(one.code), "isEnded": one.isEnded, "side": qr.size + 2 * QRCode.quietZone,
      "path": qr.path, "svg": Self.path + "/\(one.code)/qr.svg", "png": Self.path + "/\(one.code)/qr.png",
    ]
    if actor.may(.keepCampaigns) {
      model["form"] = sheet.view(
        action: Self.path + "/\(one.code)", submit: "plan.save", fields: fields(sheet, one, target: ""),
        cancel: Self.path)
    }
    return .page("campaigns/link", model)
  }

  private func save(_ visit: Visit, _ code: String?) async throws -> Answer {
    let actor = try visit.actor()
    try actor.require(.keepCampaigns)
    if code != nil { _ = try await link(visit) }
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      let revision = reader.value("revision", or: "error.unknown_code") { Int($0) }
      let code = code ?? reader.text("code", upTo: 60)
      let target = reader.text("target", upTo: 200)
      let title = reader.text("title", upTo: 160)
      try reader.check()
      try await desk.put(
        actor,
        ShortLink(
          code: code, target: target, title: title, isEnded: reader.isTicked("ended"), revision: revision ?? 0))
      return .goTo(Self.path + "/\(code)")
    } orShow: {
      if code == nil { return try await form(visit, $0, nil) }
      return try await page(visit, $0)
    }
  }
}
