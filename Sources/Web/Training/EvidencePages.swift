import Accounts
import Basics
import CountryPack
import Hummingbird
import Training

/// Where an agency's administrator lets its referrals be counted before and after training, or takes that back.
struct EvidencePages: RoomPages {
  let desks: Desks

  let navigation = [
    NavigationEntry(path: "/training/evidence", key: "training.evidence.menu", permission: .manageMembers)
  ]

  func add(to routes: Routes) {
    routes.get("/training/evidence") { visit in try await page(visit, visit.sheet) }
    routes.post("/training/evidence", give)
    routes.post("/training/evidence/withdraw") { visit in
      try await desks.evidence.withdraw(visit.actor())
      return .goTo("/training/evidence")
    }
  }

  private func page(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let actor = try visit.actor()
    let consent = try await desks.evidence.consent(actor)
    let (words, language, pack) = (visit.words, visit.language, desks.pack)
    let agency = try await desks.agencies.directory(actor).first { $0.id == actor.agency }
    let institutions = pack.institutions.sorted {
      ($0.kind == agency?.kind ? 0 : 1, $0.name[language]) < ($1.kind == agency?.kind ? 0 : 1, $1.name[language])
    }
    let fields = [
      sheet.select(
        "institution", label: "training.evidence.institution", hint: "training.evidence.institution_hint",
        options: institutions.map { .init($0.code, $0.name[language]) }, value: consent?.institution ?? ""),
      sheet.select(
        "province", label: "training.person.province", options: pack.provinceOptions(language),
        value: consent?.province ?? agency?.province ?? ""),
    ]
    var model: [String: Any] = [
      "title": words("training.evidence.title"),
      "heading": Heading(
        title: words("training.evidence.title"), lead: words("training.evidence.lead"), eyebrow: actor.agencyName
      ).view,
      "form": sheet.view(
        action: "/training/evidence",
        submit: consent == nil ? "training.evidence.give" : "training.evidence.change", fields: fields),
      "status": Status(
        text: words(consent == nil ? "training.evidence.not_given" : "training.evidence.given"),
        tone: consent == nil ? .open : .done
      ).view,
    ]
    if let consent {
      model["since"] = words("training.evidence.since", ["day": visit.dates.day(of: consent.givenAt)])
      model["withdraw"] = sheet.view(
        action: "/training/evidence/withdraw", submit: "training.evidence.withdraw", fields: [], isDangerous: true)
    }
    return .page("training/evidence", model)
  }

  private func give(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    return try await visit.attempt {
      try await desks.evidence.give(
        actor, institution: visit.form["institution"] ?? "", province: visit.form["province"] ?? "")
      return .goTo("/training/evidence")
    } orShow: { sheet in
      try await page(visit, sheet)
    }
  }
}
