import Accounts
import Basics
import Hummingbird
import Vault

/// The colleagues of an agency: who is there, inviting, restoring, leaving.
struct MemberPages: RoomPages {
  let desks: Desks
  let settings: SiteSettings

  let navigation = [
    NavigationEntry(path: "/members", key: "accounts.members.title", permission: .manageMembers)
  ]

  func add(to routes: Routes) {
    routes.list("/members", list)
    routes.get("/members/invite") { visit in
      try visit.actor().require(.manageMembers)
      return invitePage(visit, visit.sheet)
    }
    routes.post("/members/invite", invite)
    routes.get("/members/:member/restore") { visit in try await confirmPage(visit, visit.sheet, .restore) }
    routes.post("/members/:member/restore") { visit in try await act(visit, .restore) }
    routes.get("/members/:member/leave") { visit in try await confirmPage(visit, visit.sheet, .leave) }
    routes.post("/members/:member/leave") { visit in try await act(visit, .leave) }
  }

  func home(_ visit: Visit, _ actor: Actor) async throws -> HomeSection? {
    guard actor.may(.manageMembers) else { return nil }
    let active = try await desks.members.members(actor).filter { $0.status == .active }
    let words = visit.words
    let label = words("accounts.members.invite")
    return HomeSection(
      title: "accounts.members.title",
      rows: [
        WorkRow(
          title: words(
            active.count == 1 ? "accounts.home.alone" : "accounts.home.members", ["count": String(active.count)]),
          address: "/members")
      ],
      next: active.count == 1 ? HomeSection.Link(address: "/members/invite", label: label) : nil, words: words)
  }

  private func list(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let members = try await desks.members.members(actor)
      .sorted { ($0.status.rawValue, $0.profile.name) < ($1.status.rawValue, $1.profile.name) }
    let words = visit.words
    let rows = members.map { member in
      [
        "name": member.profile.name, "login": member.profile.login, "roles": roleNames(member.roles, words),
        "status": Status(
          text: words("accounts.members.\(member.status.rawValue)"), tone: member.status == .active ? .done : .ended
        ).view,
        "second": words(member.hasSecondFactor ? "common.answer.yes" : "common.answer.no"),
        "canChange": member.status == .active && member.id != actor.member, "id": member.id.description,
      ] as [String: Any]
    }
    return .page("accounts/members", ["rows": rows]).listing([
      ListSheet.Part(
        title: words("accounts.members.title"),
        columns: [
          "accounts.members.name", "accounts.sign_in.login", "accounts.account.roles", "accounts.second.title",
          "accounts.members.status",
        ],
        rows: members.map { member in
          [
            .typed(member.profile.name), .typed(member.profile.login), .typed(roleNames(member.roles, words)),
            .typed(words(member.hasSecondFactor ? "common.answer.yes" : "common.answer.no")),
            .typed(words("accounts.members.\(member.status.rawValue)")),
          ]
        })
    ])
  }

  private func invite(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    try actor.require(.manageMembers)
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      let name = reader.text("name", upTo: 120)
      let login = reader.text("login", upTo: 100)
      let roles = reader.values("roles", or: "error.roles") { Role(rawValue: $0) }
      if roles.isEmpty { reader.refuse("roles", "error.roles") }
      try reader.check()
      let token = try await desks.members.invite(actor, name: name, login: login, roles: roles)
      return linkPage(visit, token, name: name)
    } orShow: { sheet in
      invitePage(visit, sheet)
    }
  }

  private func invitePage(_ visit: Visit, _ sheet: FormSheet) -> Answer {
    let words = visit.words
    let roles = Role.allCases.filter { $0 != .systemAdministrator }.map {
      FormSheet.Option(
        $0.rawValue, words("accounts.role.\($0.rawValue)"), hint: words("accounts.role_what.\($0.rawValue)"))
    }
    let fields = [
      sheet.text("name", label: "accounts.members.name"),
      sheet.text("login", label: "accounts.sign_in.login", hint: "accounts.members.login_hint"),
      sheet.checks("roles", label: "accounts.account.roles", hint: "accounts.members.roles_hint", options: roles),
    ]
    return .page(
      "accounts/invite",
      [
        "form": sheet.view(
          action: "/members/invite", submit: "accounts.members.invite_submit", fields: fields, cancel: "/members")
      ])
  }

  private func linkPage(_ visit: Visit, _ token: Token, name: String) -> Answer {
    .page(
      "accounts/invitation-link",
      [
        "link": settings.publicAddress + "/invitation/" + token.exposedText, "name": name,
        "days": String(MembersDesk.invitationLife.milliseconds / 86_400_000), "back": "/members",
      ])
  }

  // MARK: Restoring and leaving

  private enum Move: String {
    case restore
    case leave
  }

  private func colleague(_ visit: Visit) async throws -> Member {
    let members = try await desks.members.members(visit.actor())
    let id: MemberID = try visit.id("member")
    guard let member = members.first(where: { $0.id == id && $0.status == .active }) else { throw Refusal.notFound }
    return member
  }

  private func confirmPage(_ visit: Visit, _ sheet: FormSheet, _ move: Move) async throws -> Answer {
    let member = try await colleague(visit)
    let words = visit.words
    return .page(
      "accounts/confirm-member",
      [
        "heading": words("accounts.\(move.rawValue).heading", ["name": member.profile.name]),
        "sentence": words("accounts.\(move.rawValue).sentence"),
        "form": sheet.view(
          action: "/members/\(member.id)/\(move.rawValue)", submit: "accounts.\(move.rawValue).submit", fields: [],
          cancel: "/members", isDangerous: move == .leave),
      ])
  }

  private func act(_ visit: Visit, _ move: Move) async throws -> Answer {
    let actor = try visit.actor()
    let member = try await colleague(visit)
    return try await visit.attempt {
      switch move {
      case .restore:
        return linkPage(visit, try await desks.members.restore(actor, member.id), name: member.profile.name)
      case .leave:
        try await desks.members.leave(actor, member.id)
        return .goTo("/members")
      }
    } orShow: { sheet in
      try await confirmPage(visit, sheet, move)
    }
  }
}

/// Roles as people call them, in the order of the table.
func roleNames(_ roles: Set<Role>, _ words: Words) -> String {
  Role.allCases.filter(roles.contains).map { words("accounts.role.\($0.rawValue)") }.joined(separator: ", ")
}
