import Basics
import CountryPack
import NationalPlan
import Statistics

/// What the public sees of campaigns, and the media kit. Nothing here knows who reads.
struct PublicCampaignPages: PublicRoom {
  var publicPages: [PublicPage] {
    [
      PublicPage(path: "campaigns", menu: "campaigns.title", make: list),
      PublicPage(path: "campaigns/:campaign", make: campaign),
      PublicPage(path: "media-kit", menu: "campaigns.kit", isAtFoot: true, make: kit),
    ]
  }

  func publicEntries(_ visit: PublicVisit) async throws -> [PublicEntry] {
    let look = try await visit.desks.campaigns.published()
    let screen = CampaignScreen(visit, look)
    let kit = visit.pack.mediaKit
    let said = kit.advice.map { $0.text[visit.language] } + kit.wording.map { $0.use[visit.language] }
    return [
      PublicEntry(
        path: "media-kit", title: visit.words("campaigns.kit"), description: visit.words("campaigns.kit_lead"),
        text: said.joined(separator: "\n")),
      PublicEntry(
        path: "campaigns", title: visit.words("campaigns.title"), description: visit.words("campaigns.public_lead"),
        text: ""),
    ]
      + look.campaigns.map { one in
        let words = (look.messages[one.id] ?? []).map(\.words)
        return PublicEntry(
          path: "campaigns/\(one.code)", title: one.name[visit.language], description: one.aim[visit.language],
          text: (words + [screen.audiences(one.audiences), screen.places(one)]).joined(separator: "\n"))
      }
  }

  // MARK: Campaigns

  private func list(_ visit: PublicVisit) async throws -> PublicAnswer {
    let screen = CampaignScreen(visit, try await visit.desks.campaigns.published())
    let campaigns = screen.look.campaigns.map { one in
      [
        "name": one.name[visit.language], "aim": one.aim[visit.language],
        "address": visit.address("campaigns/\(one.code)"), "time": screen.time(one), "places": screen.places(one),
      ]
    }
    return .page(
      "public/campaigns",
      [
        "campaigns": campaigns, "hasCampaigns": !campaigns.isEmpty, "events": events(screen.look.events, screen),
        "hasEvents": !screen.look.events.isEmpty, "kit": visit.address("media-kit"),
      ] as [String: Any],
      PublicAbout(title: visit.words("campaigns.title"), description: visit.words("campaigns.public_lead")))
  }

  private func events(_ events: [CampaignEvent], _ screen: CampaignScreen) -> [[String: Any]] {
    events.map { event in
      [
        "name": event.name[screen.language], "day": screen.dates.day(event.day), "iso": event.day.description,
        "place": "\(event.place), \(screen.province(event.province))", "kind": screen.term(.eventKinds, event.kind),
        "lead": screen.institution(event.lead, on: event.day),
      ]
    }
  }

  private func campaign(_ visit: PublicVisit) async throws -> PublicAnswer {
    let screen = CampaignScreen(visit, try await visit.desks.campaigns.published())
    guard let one = screen.look.campaigns.first(where: { $0.code == visit.part("campaign") }) else {
      throw Refusal.notFound
    }
    let summary = screen.summary(screen.look.reach(of: one.id))
    let messages = (screen.look.messages[one.id] ?? []).map { message in
      [
        "code": message.language, "name": screen.term(.languages, message.language),
        "lines": message.words.split(separator: "\n").map(String.init),
      ] as [String: Any]
    }
    let events = events(screen.look.events(of: one.id), screen)
    let materials = screen.look.materials.filter { $0.campaign == one.id }.map { material($0, screen, visit) }
    var model: [String: Any] = [
      "name": one.name[visit.language], "aim": one.aim[visit.language],
      "facts": Definitions([
        (visit.words("campaigns.audiences"), screen.audiences(one.audiences)),
        (visit.words("campaigns.channels"), screen.channels(one.channels)),
        (visit.words("plan.where"), screen.places(one)), (visit.words("plan.time_term"), screen.time(one)),
        (visit.words("plan.lead"), screen.institution(one.lead, on: one.until)),
        (
          visit.words("plan.partners"),
          one.partners.map { screen.institution($0, on: one.until) }.joined(separator: ", ")
        ),
      ]).view, "messages": messages, "hasMessages": !messages.isEmpty, "events": events, "hasEvents": !events.isEmpty,
      "materials": materials, "hasMaterials": !materials.isEmpty, "warnings": screen.warnings(summary),
      "all": visit.address("campaigns"),
    ]
    model["reach"] = screen.totals(summary, hidingBelow: visit.pack.statistics.threshold)?.view
    return .page(
      "public/campaign", model, PublicAbout(title: one.name[visit.language], description: one.aim[visit.language]))
  }

  // MARK: The media kit

  private func material(
    _ one: CampaignMaterial, _ screen: CampaignScreen, _ visit: PublicVisit
  ) -> [String: Any] {
    var address = ""
    switch one.content {
    case .link(let link): address = link
    case .file: address = OpenCampaignPages.files + "/" + (one.fileName ?? "")
    }
    return [
      "title": one.title[visit.language], "about": one.about[visit.language], "address": address,
      "language": screen.term(.languages, one.language), "what": CampaignMaterialPages.what(one, visit.words),
      "rights": one.rights,
    ]
  }

  private func kit(_ visit: PublicVisit) async throws -> PublicAnswer {
    let screen = CampaignScreen(visit, try await visit.desks.campaigns.published())
    let (words, language, pack) = (visit.words, visit.language, visit.pack)
    func certainty(_ source: String, _ certainty: Certainty) -> String {
      words("campaigns.kit_source", ["source": source, "certainty": words("plan.certainty.\(certainty.rawValue)")])
    }
    let materials = screen.look.materials.map { material($0, screen, visit) }
    var model: [String: Any] = [
      "advice": pack.mediaKit.advice.map {
        ["text": $0.text[language], "why": $0.why[language], "source": certainty($0.source[language], $0.certainty)]
      }, "hasAdvice": !pack.mediaKit.advice.isEmpty,
      "wording": pack.mediaKit.wording.map {
        [
          "avoid": $0.avoid[language], "use": $0.use[language], "why": $0.why[language],
          "source": certainty($0.source[language], $0.certainty),
        ]
      }, "hasWording": !pack.mediaKit.wording.isEmpty, "figures": figures(visit), "hasFigures": !pack.figures.isEmpty,
      "materials": materials, "hasMaterials": !materials.isEmpty,
      "licence": ["name": pack.statistics.licence.name[language], "address": pack.statistics.licence.address],
    ]
    let hotlines = pack.hotlines.filter(\.isPublic).map { line in
      [
        "name": line.name[language], "number": line.number, "dial": line.number.filter { !$0.isWhitespace },
        "verified": line.verifiedOn.map(visit.dates.day) ?? "",
      ]
    }
    (model["hotlines"], model["hasHotlines"]) = (hotlines, !hotlines.isEmpty)
    if let office = screen.look.office {
      var view: [String: Any] = ["name": office.name[language], "hours": office.hours[language]]
      if !office.phone.isEmpty {
        view["phone"] = ["number": office.phone, "dial": office.phone.filter { $0.isNumber || $0 == "+" }]
      }
      if !office.mail.isEmpty { view["mail"] = office.mail }
      model["office"] = view
    }
    return .page(
      "public/media-kit", model,
      PublicAbout(title: words("campaigns.kit"), description: words("campaigns.kit_lead")))
  }

  /// Each as printed; what can't be so is said beside it and nothing is mended.
  private func figures(_ visit: PublicVisit) -> [[String: Any]] {
    let registry = FigureRegistry(visit.pack, today: visit.dates.today)
    return visit.pack.figures.map { figure in
      [
        "label": figure.label[visit.language], "value": FigureView.value(figure, visit.words),
        "source": [figure.sourceName[visit.language], figure.sourceDate].filter { !$0.isEmpty }.joined(separator: ", "),
        "period": [figure.place, figure.period].filter { !$0.isEmpty }.joined(separator: ", "),
        "kind": visit.words("statistics.figures.kind_\(figure.kind.rawValue)"),
        "findings": (registry.findings[figure.id] ?? []).map { FigureView.sentence($0, visit.words) },
        "note": figure.note?[visit.language] ?? "",
      ] as [String: Any]
    }
  }
}
