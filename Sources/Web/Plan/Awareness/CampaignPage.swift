import Accounts
import Basics
import CountryPack
import NationalPlan

/// One campaign: what it says, where it stands, what is missing, its events, counts, money and materials.
struct CampaignPage {
  let desks: Desks

  func page(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let screen = CampaignScreen(visit, try await desks.campaigns.look(actor))
    let id: CampaignID = try visit.id("campaign")
    guard let one = screen.look.campaign(id) else { throw Refusal.notFound }
    let mayKeep = actor.may(.keepCampaigns)
    let institutions = Set(screen.look.institutions.institutions.keys)
    let notices = CampaignCheck(desks.pack, institutions: institutions)
      .notices(one, in: screen.look, today: screen.today)
    var sections = [try await about(actor, one, screen, mayKeep)]
    if !notices.isEmpty {
      sections.insert(
        ProtectionSection(
          title: visit.words("campaigns.missing"), anchor: "missing", paragraphs: notices.map(screen.finding)), at: 0)
    }
    sections += [
      events(one, screen, mayKeep),
      CampaignEntryPages.reachSection(
        screen.look.reach(of: id), screen, add: mayKeep ? CampaignPages.address(one, "reach") : nil, mayKeep: mayKeep),
      CampaignEntryPages.moneySection(
        screen.look.money(of: id), screen.look.reach(of: id), screen,
        add: mayKeep ? CampaignPages.address(one, "money") : nil, mayKeep: mayKeep),
      materials(one, screen, mayKeep),
    ]
    return .page(
      "campaigns/campaign",
      [
        "title": one.name[visit.language],
        "heading": Heading(
          title: one.name[visit.language], lead: one.aim[visit.language], eyebrow: one.code,
          back: .init(address: CampaignPages.path, label: visit.words("campaigns.title")),
          next: mayKeep
            ? .init(address: CampaignPages.address(one, "state"), label: visit.words("campaigns.report")) : nil
        ).view, "messages": messages(one, screen), "hasMessages": screen.look.messages[id]?.isEmpty == false,
        "write": mayKeep ? write(one, screen) : [], "mayWrite": mayKeep, "sections": sections.map(\.view),
      ] as [String: Any])
  }

  private func about(
    _ actor: Actor, _ one: Campaign, _ screen: CampaignScreen, _ mayKeep: Bool
  ) async throws -> ProtectionSection {
    let words = screen.words
    var links: [HomeSection.Link] = []
    if mayKeep {
      links.append(.init(address: CampaignPages.address(one, "edit"), label: words("plan.edit")))
      links.append(
        .init(
          address: CampaignPages.path + "/links/new?target=/\(screen.language)/campaigns/\(one.code)",
          label: words("campaigns.link_new")))
    }
    var part = ""
    if let link = one.link, let plan = try? await desks.plans.look(actor, link.plan, isWhole: false) {
      let activity = plan.plan.activities.first { $0.code == link.part }
      let objective = plan.plan.objectives.first { $0.code == link.part }
      part = activity?.name[screen.language] ?? objective?.name[screen.language] ?? link.part
      let kind = activity == nil ? "objectives" : "activities"
      links.append(
        .init(address: PlanScreen.address(link.plan, "\(kind)/\(link.part)"), label: words("campaigns.part")))
    }
    if one.isPublic {
      links.append(
        .init(address: "/\(screen.language)/campaigns/\(one.code)", label: words("campaigns.public_address")))
    }
    return ProtectionSection(
      title: words("campaigns.about"), anchor: "about",
      definitions: Definitions([
        (words("plan.state_term"), screen.status(one).text),
        (words("plan.done_on"), one.doneOn.map(screen.dates.day) ?? ""), (words("plan.result"), one.result),
        (words("campaigns.audiences"), screen.audiences(one.audiences)),
        (words("campaigns.channels"), screen.channels(one.channels)),
        (words("plan.where"), screen.places(one)), (words("plan.time_term"), screen.time(one)),
        (words("plan.lead"), screen.institution(one.lead, on: one.until)),
        (
          words("plan.partners"),
          one.partners.map { screen.institution($0, on: one.until) }.joined(separator: ", ")
        ), (words("campaigns.part"), part),
        (words("campaigns.on_public_site"), words(one.isPublic ? "campaigns.yes" : "campaigns.no")),
      ]), links: links)
  }

  private func messages(_ one: Campaign, _ screen: CampaignScreen) -> [[String: Any]] {
    (screen.look.messages[one.id] ?? []).map { message in
      [
        "code": message.language, "name": screen.term(.languages, message.language),
        "lines": message.words.split(separator: "\n").map(String.init),
      ]
    }
  }

  /// A way to write in each language of the list.
  private func write(_ one: Campaign, _ screen: CampaignScreen) -> [[String: Any]] {
    screen.options(.languages).map { option in
      ["address": CampaignPages.address(one, "messages/\(option.value)"), "name": option.label]
    }
  }

  private func events(_ one: Campaign, _ screen: CampaignScreen, _ mayKeep: Bool) -> ProtectionSection {
    ProtectionSection(
      title: screen.words("campaigns.events"), anchor: "events",
      rows: screen.look.events(of: one.id).map { event in
        var row = screen.row(event, address: CampaignEventPages.address(event))
        if mayKeep, event.isUnreported(on: screen.today) { row.action = screen.words("campaigns.event_report") }
        return row
      }, empty: screen.words("campaigns.no_events"),
      links: mayKeep
        ? [
          .init(
            address: CampaignEventPages.path + "/new?campaign=\(one.id)", label: screen.words("campaigns.event_new"))
        ] : [])
  }

  private func materials(_ one: Campaign, _ screen: CampaignScreen, _ mayKeep: Bool) -> ProtectionSection {
    ProtectionSection(
      title: screen.words("campaigns.materials"), anchor: "materials",
      rows: screen.look.materials.filter { $0.campaign == one.id }.map { CampaignMaterialPages.row($0, screen) },
      empty: screen.words("campaigns.no_materials"),
      links: mayKeep
        ? [
          .init(
            address: CampaignMaterialPages.newPath + "?campaign=\(one.id)",
            label: screen.words("campaigns.material_new"))
        ] : [])
  }
}
