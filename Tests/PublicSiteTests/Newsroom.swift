import Accounts
import Basics
import CountryPack
import Foundation
import Records
import Synchronization
import TestSupport
import Vault

@testable import PublicSite

/// A clock that a test sets.
final class TestClock: Sendable {
  private let moment: Mutex<Moment>
  init(_ moment: Moment) { self.moment = Mutex(moment) }
  var now: Moment { moment.withLock { $0 } }
  func pass(_ span: Span) { moment.withLock { $0 = $0 + span } }
  var clock: Clock { Clock { self.now } }
}

/// Two agencies with a press officer and a coordinator in one, a coordinator in the other, and colleagues who may not.
struct Newsroom {
  static let password = "una frase larga y buena"
  static let pack = Result {
    try CountryPack.load(
      from: URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Packs/ecuador").standardized)
  }

  let office: Office
  let clock: TestClock
  let writer: Actor, coordinator: Actor, elsewhere: Actor, worker: Actor, administrator: Actor
  let desk: PublicSiteDesk

  init(_ database: any Database) async throws {
    clock = TestClock(Moment(milliseconds: 1_790_000_000_000))
    let office = Office(
      database: database, root: .random(), clock: clock.clock, randomness: .seeded(3), passwordCost: .test)
    self.office = office
    desk = PublicSiteDesk(office, try Self.pack.get())
    let (members, agencies) = (MembersDesk(office), AgencyDesk(office))
    func signIn(_ login: String) async throws -> Actor {
      let signIn = SignInDesk(office)
      guard case .signedIn(let token) = try await signIn.signIn(login: login, password: Self.password, client: "t"),
        let actor = try await signIn.actor(for: token)
      else { throw Refusal.notFound }
      return actor
    }
    _ = try await agencies.setUp(
      name: "Casa Canario", kind: "ngo", province: "EC-P", administrator: "Ana", login: "ana", password: Self.password)
    let ana = try await signIn("ana")
    func join(_ head: Actor, _ login: String, _ role: Role) async throws -> Actor {
      let link = try await members.invite(head, name: "Colega \(login)", login: login, roles: [role])
      _ = try await members.accept(link, password: Self.password)
      return try await signIn(login)
    }
    let made = try await agencies.create(
      .console, name: "Casa del Norte", kind: "ngo", province: "EC-O", administrator: "Nora", login: "nora")
    _ = try await members.accept(made.invitation, password: Self.password)
    administrator = ana
    writer = try await join(ana, "prensa", .pressOfficer)
    coordinator = try await join(ana, "coordina", .coordinator)
    worker = try await join(ana, "caso", .caseWorker)
    elsewhere = try await join(try await signIn("nora"), "norte", .coordinator)
  }

  static let words = SiteWords(title: "Uno", summary: "Una frase.", body: "Texto *uno*.")

  /// A news item in Spanish, as a draft, and its version.
  func begun(_ slug: String = "uno", _ kind: SiteText.Kind = .news, _ words: SiteWords = words) async throws
    -> (SiteTextID, SiteVersionID)
  {
    let (id, version) = (SiteTextID.random(), SiteVersionID.random())
    try await desk.begin(writer, .init(id: id, kind: kind, slug: slug), .spanish, version: version, words)
    return (id, version)
  }

  /// The same, public since now.
  func published(_ slug: String = "uno", _ kind: SiteText.Kind = .news) async throws -> (SiteTextID, SiteVersionID) {
    let (id, version) = try await begun(slug, kind)
    try await desk.publish(writer, id, release: .random(), .init(.spanish, version), seen: 1)
    return (id, version)
  }

  /// How many entries the audit log has of an action.
  func entries(_ action: String) async throws -> Int {
    try await office.database.read {
      try $0.value(Int.self, "SELECT COUNT(*) FROM audit_entries WHERE action = ?", action) ?? 0
    }
  }
}

func withNewsroom(_ engine: Engine, _ body: (Newsroom) async throws -> Void) async throws {
  try await withStore(engine, AccountsSchema.migrations + PublicSiteSchema.migrations) {
    try await body(try await Newsroom($0))
  }
}

/// The refusal a piece of work ends with; `nil` when it succeeds.
func refusal(_ work: () async throws -> Void) async throws -> Refusal? {
  do {
    try await work()
    return nil
  } catch let refusal as Refusal { return refusal }
}
