import Accounts
import Basics
import CountryPack
import Records
import TestSupport
import Vault

@testable import NationalPlan

/// One agency with the committee's secretary, a case worker, a trainer and an analyst.
struct PlanHall {
  static let password = "una frase larga y buena"

  let office: Office
  let pack: CountryPack
  let administrator: Actor, secretary: Actor, worker: Actor, analyst: Actor, press: Actor
  var desk: NationalPlanDesk { NationalPlanDesk(office, pack) }

  init(_ database: any Database, _ pack: CountryPack) async throws {
    // 2021-03-15 17:00 in Quito.
    let office = Office(
      database: database, root: .random(), clock: Clock { Moment(milliseconds: 1_615_845_600_000) },
      randomness: .seeded(5), passwordCost: .test)
    (self.office, self.pack) = (office, pack)
    let members = MembersDesk(office)
    func signIn(_ login: String) async throws -> Actor {
      let signIn = SignInDesk(office)
      guard case .signedIn(let token) = try await signIn.signIn(login: login, password: Self.password, client: "t"),
        let actor = try await signIn.actor(for: token)
      else { throw Refusal.notFound }
      return actor
    }
    _ = try await AgencyDesk(office).setUp(
      name: "Casa Canario", kind: "ngo", province: "EC-P", administrator: "Ana", login: "ana", password: Self.password)
    let ana = try await signIn("ana")
    func join(_ role: Role) async throws -> Actor {
      let link = try await members.invite(ana, name: "Colega", login: role.rawValue, roles: [role])
      _ = try await members.accept(link, password: Self.password)
      return try await signIn(role.rawValue)
    }
    administrator = ana
    secretary = try await join(.coordinator)
    worker = try await join(.caseWorker)
    analyst = try await join(.analyst)
    press = try await join(.pressOfficer)
  }

  /// Stores the plan of the tests.
  func kept(_ plan: Plan = PlanFixture.plan) async throws -> StoredPlanID {
    let id = StoredPlanID.random()
    try await desk.keep(secretary, plan, as: id)
    return id
  }

  /// How many entries the audit log has of an action.
  func entries(_ action: String) async throws -> Int {
    try await office.database.read {
      try $0.value(Int.self, "SELECT COUNT(*) FROM audit_entries WHERE action = ?", action) ?? 0
    }
  }
}

func withPlanHall(_ engine: Engine, _ body: (PlanHall) async throws -> Void) async throws {
  let pack = try PlanFixture.pack.get()
  try await withStore(
    engine,
    AccountsSchema.migrations + NationalPlanSchema.migrations + ProsecutionSchema.migrations
      + CampaignSchema.migrations
  ) { try await body(try await PlanHall($0, pack)) }
}

/// The refusal a piece of work ends with; `nil` when it succeeds.
func refusal(_ work: () async throws -> Void) async throws -> Refusal? {
  do {
    try await work()
    return nil
  } catch let refusal as Refusal { return refusal }
}
