import Accounts
import Basics
import CountryPack
import Hummingbird
import Vault

/// Agencies join, by whoever keeps the system.
struct AgencyPages: RoomPages {
  let desks: Desks
  let settings: SiteSettings

  let navigation = [
    NavigationEntry(path: "/agencies", key: "accounts.agencies.title", permission: .manageAgencies)
  ]

  func add(to routes: Routes) {
    routes.list("/agencies", list)
    routes.get("/agencies/new") { visit in
      try visit.actor().require(.manageAgencies)
      return newPage(visit, visit.sheet)
    }
    routes.post("/agencies/new", create)
  }

  func home(_ visit: Visit, _ actor: Actor) async throws -> HomeSection? {
    guard actor.may(.manageAgencies) else { return nil }
    let agencies = try await desks.agencies.agencies(.member(actor))
    let words = visit.words
    return HomeSection(
      title: "accounts.agencies.title",
      rows: [
        WorkRow(
          title: words(
            agencies.count == 1 ? "accounts.home.one_agency" : "accounts.home.agencies",
            ["count": String(agencies.count)]), address: "/agencies")
      ],
      next: HomeSection.Link(address: "/agencies/new", label: words("accounts.agencies.new")), words: words)
  }

  private func list(_ visit: Visit) async throws -> Answer {
    let agencies = try await desks.agencies.agencies(.member(visit.actor()))
    let rows = agencies.sorted { $0.name < $1.name }.map { agency in
      [
        "name": agency.name,
        "kind": desks.pack.term(.agencyKinds, agency.kind)?.name[visit.language] ?? agency.kind,
        "province": desks.pack.province(iso: agency.province)?.name[visit.language] ?? agency.province,
      ]
    }
    return .page("accounts/agencies", ["rows": rows]).listing([
      ListSheet.Part(
        title: visit.words("accounts.agencies.title"),
        columns: ["name", "kind", "province"].map { "accounts.agencies.\($0)" },
        rows: rows.map { row in ["name", "kind", "province"].map { .typed(row[$0] ?? "") } })
    ])
  }

  private func create(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    try actor.require(.manageAgencies)
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      let name = reader.text("agency", upTo: 160)
      let kind = reader.value("kind", or: "error.choose") { desks.pack.term(.agencyKinds, $0)?.code }
      let province = reader.value("province", or: "error.choose") { desks.pack.province(iso: $0)?.iso }
      let administrator = reader.text("name", upTo: 120)
      let login = reader.text("login", upTo: 100)
      try reader.check()
      let made = try await desks.agencies.create(
        .member(actor), name: name, kind: kind ?? "", province: province ?? "", administrator: administrator,
        login: login)
      return .page(
        "accounts/invitation-link",
        [
          "link": settings.publicAddress + "/invitation/" + made.invitation.exposedText, "name": administrator,
          "days": String(MembersDesk.invitationLife.milliseconds / 86_400_000), "back": "/agencies",
        ])
    } orShow: { sheet in
      newPage(visit, sheet)
    }
  }

  private func newPage(_ visit: Visit, _ sheet: FormSheet) -> Answer {
    let kinds = (desks.pack.lists[.agencyKinds] ?? []).map { FormSheet.Option($0.code, $0.name[visit.language]) }
    let provinces = desks.pack.provinces.map { FormSheet.Option($0.iso, $0.name[visit.language]) }
      .sorted { $0.label < $1.label }
    let fields = [
      sheet.text("agency", label: "accounts.agencies.name"),
      sheet.select("kind", label: "accounts.agencies.kind", options: kinds),
      sheet.select("province", label: "accounts.agencies.province", options: provinces),
      sheet.text("name", label: "accounts.agencies.administrator", hint: "accounts.agencies.administrator_hint"),
      sheet.text("login", label: "accounts.sign_in.login", hint: "accounts.members.login_hint"),
    ]
    return .page(
      "accounts/agency-new",
      [
        "form": sheet.view(
          action: "/agencies/new", submit: "accounts.agencies.submit", fields: fields, cancel: "/agencies")
      ])
  }
}
