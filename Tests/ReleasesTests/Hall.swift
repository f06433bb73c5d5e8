import Accounts
import Basics
import Casework
import CountryPack
import Foundation
import Identification
import Records
import TestSupport
import Vault

@testable import Releases

/// One agency with an analyst, a coordinator and a supervisor, and cases to count.
struct Hall {
  static let password = "una frase larga y buena"
  static let pack = Result {
    try CountryPack.load(
      from: URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Packs/ecuador"))
  }
  static let names = OpenTable.Names(
    column: { ReleaseText(es: $0.rawValue, en: $0.rawValue) }, code: { ReleaseText(es: $1, en: $1) },
    measure: { ReleaseText(es: $0.rawValue, en: $0.rawValue) },
    denominator: { field, _ in ReleaseText(es: field.rawValue, en: field.rawValue) },
    says: { ReleaseText(es: $0.rawValue, en: $0.rawValue) })

  let office: Office
  let pack: CountryPack
  let worker: Actor, analyst: Actor, coordinator: Actor, supervisor: Actor
  var tables: TableDesk { TableDesk(office, pack) }
  var releases: ReleaseDesk { ReleaseDesk(office, pack) }
  var open: OpenDataDesk { OpenDataDesk(office) }

  init(_ database: any Database) async throws {
    pack = try Self.pack.get()
    // 2007-11-05 17:00 in Quito.
    let office = Office(
      database: database, root: .random(), clock: Clock { Moment(milliseconds: 1_194_300_000_000) },
      randomness: .seeded(5), passwordCost: .test)
    self.office = office
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
    worker = try await join(.caseWorker)
    analyst = try await join(.analyst)
    coordinator = try await join(.coordinator)
    supervisor = try await join(.supervisor)
  }

  /// Opens so many cases of a form in a province.
  func fill(_ counts: [(form: String?, province: String, count: Int)]) async throws {
    let desk = CaseDesk(office, pack)
    let people = counts.flatMap { form, province, count in
      (0..<count).map { number in
        (
          identity: PersonIdentity(givenNames: "Persona \(number)", birth: .year(1980)),
          facts: CaseFacts(
            kind: "trafficking", province: province, form: form, ageBand: "18-29",
            sex: number.isMultiple(of: 2) ? "female" : "male")
        )
      }
    }
    _ = try await desk.seed(worker, people, at: office.clock.now())
  }

  @discardableResult
  func drafted(_ slug: String, _ choice: TableChoice, by actor: Actor? = nil) async throws -> ReleaseID {
    let id = ReleaseID.random()
    try await releases.draft(
      actor ?? analyst, id: id, slug: slug, title: ReleaseText(es: "Título", en: "Title"), choice: choice)
    return id
  }

  /// Drafts, checks and publishes with the four eyes it needs.
  @discardableResult
  func published(_ slug: String, _ choice: TableChoice) async throws -> ReleaseID {
    let id = try await drafted(slug, choice)
    try await releases.check(analyst, id, seen: 1)
    try await releases.publish(coordinator, id, seen: 2, names: Self.names)
    return id
  }
}

func withHall(_ engine: Engine, _ body: (Hall) async throws -> Void) async throws {
  try await withStore(
    engine,
    AccountsSchema.migrations + ScreeningSchema.migrations + CaseworkSchema.migrations + ReleaseSchema.migrations
  ) { try await body(Hall($0)) }
}

/// The refusal a piece of work ends with; `nil` when it succeeds.
func refusal(_ work: () async throws -> Void) async throws -> Refusal? {
  do {
    try await work()
    return nil
  } catch let refusal as Refusal { return refusal }
}
