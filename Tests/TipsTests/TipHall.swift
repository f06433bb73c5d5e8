import Accounts
import Basics
import CountryPack
import Foundation
import Records
import Synchronization
import TestSupport
import Vault

@testable import Tips

/// A clock that a test can move.
final class TipClock: Sendable {
  // 2026-12-01 15:20 in Quito.
  private let moment = Mutex(Moment(milliseconds: 1_796_156_400_000))
  var clock: Clock { Clock { self.moment.withLock { $0 } } }
  var now: Moment { moment.withLock { $0 } }
  func move(_ span: Span) { moment.withLock { $0 = $0 + span } }
}

/// Three agencies: one that helps, with a whole desk; another that helps; and the police.
struct TipHall {
  static let password = "una frase larga y buena"
  static let pack = Result {
    try CountryPack.load(
      from: URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Packs/ecuador"))
  }

  let office: Office
  let pack: CountryPack
  let time: TipClock
  let engine: Engine
  let desk: TipDesk
  let administrator: Actor, reader: Actor, supervisor: Actor, worker: Actor, north: Actor, police: Actor

  init(_ database: any Database, _ engine: Engine) async throws {
    let (time, pack) = (TipClock(), try Self.pack.get())
    let office = Office(database: database, root: .random(), clock: time.clock, passwordCost: .test)
    (self.office, self.pack, self.time, self.engine) = (office, pack, time, engine)
    desk = TipDesk(office, pack)
    let (agencies, members) = (AgencyDesk(office), MembersDesk(office))
    func signIn(_ login: String) async throws -> Actor {
      let signIn = SignInDesk(office)
      guard case .signedIn(let token) = try await signIn.signIn(login: login, password: Self.password, client: "t"),
        let actor = try await signIn.actor(for: token)
      else { throw Refusal.notFound }
      return actor
    }
    func join(_ login: String, _ role: Role, by head: Actor) async throws -> Actor {
      let link = try await members.invite(head, name: "Colega", login: login, roles: [role])
      _ = try await members.accept(link, password: Self.password)
      return try await signIn(login)
    }
    func agency(_ name: String, _ kind: String, _ login: String) async throws -> Actor {
      let made = try await agencies.create(
        .console, name: name, kind: kind, province: "EC-P", administrator: "Jefa", login: login)
      _ = try await members.accept(made.invitation, password: Self.password)
      return try await join(login + "desk", .supervisor, by: try await signIn(login))
    }
    _ = try await agencies.setUp(
      name: "Casa Canario", kind: "ngo", province: "EC-P", administrator: "Ana", login: "ana", password: Self.password)
    administrator = try await signIn("ana")
    reader = try await join("desk", .referralDesk, by: administrator)
    supervisor = try await join("super", .supervisor, by: administrator)
    worker = try await join("worker", .caseWorker, by: administrator)
    north = try await agency("Casa del Norte", "ngo", "nora")
    police = try await agency("Policía inventada", "police", "paco")
  }

  func open(_ actor: Actor, _ provinces: Set<String> = [], days: Int = 3, isOpen: Bool = true) async throws {
    let seen = try await desk.settings(actor).first { $0.agency == actor.agency }
    try await desk.receive(
      actor,
      TipReceiver(
        agency: actor.agency, name: "", kind: "", isOpen: isOpen, provinces: provinces, answerDays: days,
        revision: seen?.revision ?? 0))
  }

  static let content = TipContent(
    about: .other, what: "Las encierran en la bodega Azulejo", place: "Barrio Quimera", when: "cada noche",
    children: .unknown)

  func letter(
    to actor: Actor? = nil, danger: FourWayAnswer = .notAsked, passing: TipPassing = .nobody,
    contact: TipContact = TipContact()
  ) -> TipLetter {
    TipLetter(
      to: (actor ?? reader).agency, province: "EC-P", danger: danger, passing: passing, content: Self.content,
      contact: contact)
  }

  /// Sends a form that was shown a while ago.
  @discardableResult
  func send(_ letter: TipLetter, from client: String = "203.0.113.77") async throws -> TipDesk.Arrival {
    try await desk.send(letter, ticket: ticket().text, client: client)
  }

  func ticket() -> TipTicket { desk.ticket(at: time.now - .minutes(3)) }

  /// How many entries the audit log has of an action.
  func entries(_ action: String) async throws -> Int {
    try await office.database.read {
      try $0.value(Int.self, "SELECT COUNT(*) FROM audit_entries WHERE action = ?", action) ?? 0
    }
  }

  /// Everything the store holds, as one text.
  func everything() async throws -> String {
    try await wholeContent(of: office.database, engine).sorted { $0.key < $1.key }.flatMap(\.value)
      .joined(separator: "\n")
  }

  /// Tells the desk's unread notices.
  func unread(_ actor: Actor) async throws -> [NoticeKind] {
    try await NoticeDesk(office, offsetFromUTC: pack.offsetFromUTC).inbox(actor, limit: 1000).notices
      .filter(\.isUnread).map(\.kind)
  }
}

func withTipHall(_ engine: Engine, _ body: (TipHall) async throws -> Void) async throws {
  try await withStore(engine, AccountsSchema.migrations + TipSchema.migrations) {
    try await body(try await TipHall($0, engine))
  }
}

/// The refusal a piece of work ends with; `nil` when it succeeds.
func refusal(_ work: () async throws -> Void) async throws -> Refusal? {
  do {
    try await work()
    return nil
  } catch let refusal as Refusal { return refusal }
}

/// A store that can be away for a while.
final class AbsentStore: Database {
  private let behind: any Database
  private let away = Mutex(false)
  var isAway: Bool {
    get { away.withLock { $0 } }
    set { away.withLock { $0 = newValue } }
  }

  init(_ behind: any Database) { self.behind = behind }

  var engine: Engine { behind.engine }

  private func present() throws { if isAway { throw DatabaseFailure.unavailable } }

  func read<Result: Sendable>(_ work: @escaping @Sendable (any ReadTransaction) throws -> Result) async throws -> Result
  {
    try present()
    return try await behind.read(work)
  }

  func write<Result: Sendable>(_ work: @escaping @Sendable (any WriteTransaction) throws -> Result) async throws
    -> Result
  {
    try present()
    return try await behind.write(work)
  }

  func keepBooks<Result: Sendable>(_ work: @escaping @Sendable (any WriteTransaction) throws -> Result) async throws
    -> Result
  {
    try present()
    return try await behind.keepBooks(work)
  }

  func migrate(_ migrations: [Migration]) async throws { try await behind.migrate(migrations) }
  func close() async { await behind.close() }
}
