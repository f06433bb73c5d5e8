import Accounts
import Basics
import CountryPack
import Foundation
import Records
import TestSupport
import Vault

@testable import Identification

/// A clock that a test can move.
final class MovingClock: @unchecked Sendable {
  // @unchecked Sendable: the lock guards its only variable.
  private let lock = NSLock()
  private var moment = Moment(milliseconds: 1_200_000_000_000)
  func move(_ span: Span) { lock.withLock { moment = moment + span } }
  var clock: Clock { Clock { self.lock.withLock { self.moment } } }
}

let ecuador = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent().appending(path: "Packs/ecuador")

/// A police agency, which may identify formally, with an officer, a colleague, a case worker and two supervisors; and a
/// shelter, which may not, with a supervisor who interviews as well and one who does not.
struct ScreeningHouse {
  let office: Office
  var pack: CountryPack
  let time = MovingClock()
  var officer: Actor
  var colleague: Actor
  var worker: Actor
  var supervisor: Actor
  var second: Actor
  var stranger: Actor
  var neighbour: Actor

  var desk: ScreeningDesk { ScreeningDesk(office, pack) }

  init(_ database: any Database) async throws {
    let password = Self.password
    let pack = try CountryPack.load(from: ecuador)
    let office = Office(
      database: database, root: .random(), clock: time.clock, randomness: .seeded(7), passwordCost: .test)
    _ = try await AgencyDesk(office).setUp(
      name: "SENAMI", kind: "police", province: "EC-P", administrator: "Ana", login: "ana", password: password)
    let other = try await AgencyDesk(office).create(
      .console, name: "Otra casa", kind: "ngo", province: "EC-O", administrator: "Olga", login: "olga")
    _ = try await MembersDesk(office).accept(other.invitation, password: password)
    func actor(_ login: String) async throws -> Actor { try await Self.actor(login, office) }
    func join(_ login: String, _ roles: Set<Role>, by administrator: String) async throws -> Actor {
      let link = try await MembersDesk(office).invite(
        actor(administrator), name: login, login: login, roles: roles)
      _ = try await MembersDesk(office).accept(link, password: password)
      return try await actor(login)
    }
    self.office = office
    self.pack = pack
    officer = try await join("ofelia", [.frontlineOfficer], by: "ana")
    colleague = try await join("carlos", [.frontlineOfficer], by: "ana")
    worker = try await join("wilma", [.caseWorker], by: "ana")
    supervisor = try await join("sonia", [.supervisor], by: "ana")
    second = try await join("sara", [.supervisor], by: "ana")
    neighbour = try await join("nora", [.supervisor], by: "olga")
    stranger = try await join("estela", [.supervisor, .caseWorker], by: "olga")
  }

  /// The actor of a login, signed in anew: with the keys as they are now.
  func actor(_ login: String) async throws -> Actor { try await Self.actor(login, office) }

  private static func actor(_ login: String, _ office: Office) async throws -> Actor {
    guard
      case .signedIn(let token) = try await SignInDesk(office).signIn(
        login: login, password: password, client: "test"),
      let actor = try await SignInDesk(office).actor(for: token)
    else { throw Refusal.notFound }
    return actor
  }

  func administrator() async throws -> Actor { try await actor("ana") }

  static let password = "una frase larga y buena"
  static let form = ScreeningForm(
    province: "EC-P", age: "25", sex: "female", exploitation: "labour", language: "kichwa", interpreter: "yes")

  /// Every safety question answered so that the interview may begin.
  var safe: [String: FourWayAnswer] {
    Dictionary(uniqueKeysWithValues: pack.safetyQuestions.map { ($0.code, $0.stopsOn == .yes ? .no : .yes) })
  }

  /// A screening whose safety check is done.
  func inProgress(_ form: ScreeningForm = form) async throws -> ScreeningID {
    let id = ScreeningID.random()
    try await desk.begin(officer, id, form)
    try await desk.answerSafety(officer, id, safe, seen: 0)
    return id
  }

  func actions(_ id: ScreeningID) async throws -> [String] {
    try await office.database.read {
      try AuditLog.entries($0, objectKind: "screening", objectID: id.description).map(\.entry.action)
    }
  }
}

func withScreenings(_ engine: Engine, _ body: (ScreeningHouse) async throws -> Void) async throws {
  try await withStore(engine, AccountsSchema.migrations + ScreeningSchema.migrations) {
    try await body(ScreeningHouse($0))
  }
}

func refusal(_ work: () async throws -> Void) async -> Refusal? {
  do {
    try await work()
    return nil
  } catch { return error as? Refusal ?? Refusal(.unavailable, Phrase("not a refusal: \(error)")) }
}
