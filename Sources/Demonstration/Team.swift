import Accounts
import Basics
import Vault

/// The made-up members, signed in, by their logins.
struct Team {
  private(set) var agencies: [Agency] = []
  private var actors: [String: Actor] = [:]

  /// Throws `Refusal.notFound` for a login that nobody has.
  func actor(_ login: String) throws(Refusal) -> Actor {
    guard let actor = actors[login] else { throw .notFound }
    return actor
  }

  func agency(_ place: MadeUpAgency.Place) throws(Refusal) -> AgencyID {
    guard let made = MadeUpAgency.all.first(where: { $0.place == place }) else { throw .notFound }
    return try actor(made.head.login).agency
  }

  /// The agency's first member with a role.
  func actor(_ place: MadeUpAgency.Place, _ role: Role) throws(Refusal) -> Actor {
    guard let made = MadeUpAgency.all.first(where: { $0.place == place }),
      let member = made.everyone.first(where: { $0.roles.contains(role) })
    else { throw .notFound }
    return try actor(member.login)
  }

  /// Takes every agency in and has every member join and sign in, one a minute.
  static func assemble(_ office: Office, _ time: HistoryClock) async throws -> Team {
    var team = Team()
    let agencies = AgencyDesk(office)
    let members = MembersDesk(office)
    var now = office.clock.now()
    func tick() {
      now = now + .minutes(1)
      time.set(now)
    }
    for (index, made) in MadeUpAgency.all.enumerated() {
      tick()
      if index == 0 {
        _ = try await agencies.setUp(
          name: made.name, kind: made.kind, province: made.province, administrator: made.head.name,
          login: made.head.login, password: Demonstration.password)
      } else {
        let system = try team.actor(MadeUpAgency.all[0].head.login)
        let invitation = try await agencies.create(
          .member(system), name: made.name, kind: made.kind, province: made.province, administrator: made.head.name,
          login: made.head.login
        ).invitation
        tick()
        _ = try await members.accept(invitation, password: Demonstration.password)
      }
      try await team.signIn(made.head.login, office)
      for member in made.members {
        tick()
        let invitation = try await members.invite(
          try team.actor(made.head.login), name: member.name, login: member.login, roles: member.roles)
        tick()
        _ = try await members.accept(invitation, password: Demonstration.password)
        try await team.signIn(member.login, office)
      }
    }
    team.agencies = try await agencies.agencies(.console)
    return team
  }

  private mutating func signIn(_ login: String, _ office: Office) async throws {
    let desk = SignInDesk(office)
    guard
      case .signedIn(let token) = try await desk.signIn(
        login: login, password: Demonstration.password, client: "demonstration"),
      let actor = try await desk.actor(for: token)
    else { throw Refusal.notFound }
    actors[login] = actor
  }

  /// Everyone signs out: no session is left behind.
  mutating func goHome(_ office: Office) async throws {
    for login in actors.keys.sorted() { try await SignInDesk(office).signOut(try actor(login)) }
    actors = [:]
  }
}
