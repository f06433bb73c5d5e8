import Accounts
import Basics
import CountryPack
import Foundation
import Identification
import Records
import TestSupport
import Vault

@testable import Casework

/// A clock that a test can move.
final class MovingClock: @unchecked Sendable {
  // @unchecked Sendable: the lock guards its only variable.
  private let lock = NSLock()
  // 2007-11-05 17:00 in Quito.
  private var moment = Moment(milliseconds: 1_194_300_000_000)
  func move(_ span: Span) { lock.withLock { moment = moment + span } }
  var now: Moment { lock.withLock { moment } }
  var clock: Clock { Clock { self.now } }
}

/// Three agencies with their people, and the desk in front of them.
struct Town {
  static let password = "una frase larga y buena"
  static let pack = Result {
    try CountryPack.load(
      from: URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Packs/ecuador"))
  }

  let office: Office
  let pack: CountryPack
  let time: MovingClock
  /// Of the first agency.
  let worker: Actor, officer: Actor, secondOfficer: Actor, supervisor: Actor, referralDesk: Actor, coordinator: Actor
  /// Case workers of two others.
  let north: Actor, south: Actor
  var desk: CaseDesk { CaseDesk(office, pack) }

  init(_ database: any Database) async throws {
    pack = try Self.pack.get()
    let time = MovingClock()
    self.time = time
    let office = Office(
      database: database, root: .random(), clock: time.clock, randomness: .seeded(11), passwordCost: .test)
    self.office = office
    let agencies = AgencyDesk(office)
    let members = MembersDesk(office)
    func signIn(_ login: String) async throws -> Actor {
      let signIn = SignInDesk(office)
      guard case .signedIn(let token) = try await signIn.signIn(login: login, password: Self.password, client: "t"),
        let actor = try await signIn.actor(for: token)
      else { throw Refusal.notFound }
      return actor
    }
    func join(_ inviter: Actor, _ login: String, _ role: Role) async throws -> Actor {
      let link = try await members.invite(inviter, name: "Colega \(login)", login: login, roles: [role])
      _ = try await members.accept(link, password: Self.password)
      return try await signIn(login)
    }
    _ = try await agencies.setUp(
      name: "Casa Canario", kind: "ngo", province: "EC-P", administrator: "Ana", login: "ana", password: Self.password)
    let ana = try await signIn("ana")
    worker = try await join(ana, "worker", .caseWorker)
    officer = try await join(ana, "officer", .frontlineOfficer)
    secondOfficer = try await join(ana, "officer2", .frontlineOfficer)
    supervisor = try await join(ana, "supervisor", .supervisor)
    referralDesk = try await join(ana, "desk", .referralDesk)
    coordinator = try await join(ana, "coordinator", .coordinator)
    func other(_ name: String, _ login: String) async throws -> Actor {
      let made = try await agencies.create(
        .console, name: name, kind: "ngo", province: "EC-O", administrator: name, login: login + "admin")
      _ = try await members.accept(made.invitation, password: Self.password)
      return try await join(try await signIn(login + "admin"), login, .caseWorker)
    }
    north = try await other("Casa del Norte", "north")
    south = try await other("Casa del Sur", "south")
  }

  /// Another member of the first agency.
  func join(_ login: String, _ role: Role) async throws -> Actor {
    let (members, signIn) = (MembersDesk(office), SignInDesk(office))
    func actor(_ login: String) async throws -> Actor {
      guard case .signedIn(let token) = try await signIn.signIn(login: login, password: Self.password, client: "t"),
        let actor = try await signIn.actor(for: token)
      else { throw Refusal.notFound }
      return actor
    }
    let link = try await members.invite(
      try await actor("ana"), name: "Colega \(login)", login: login, roles: [role])
    _ = try await members.accept(link, password: Self.password)
    return try await actor(login)
  }

  func opening(_ given: String = "Rosa", _ surnames: String = "Quispe Andrade") -> CaseOpening {
    CaseOpening(
      person: .new(
        .random(), PersonIdentity(givenNames: given, surnames: surnames, birth: .year(1980)), SafeContact()),
      kind: "trafficking", province: "EC-P", form: "begging", sex: "female")
  }

  @discardableResult
  func opened(_ actor: Actor? = nil, _ request: CaseOpening? = nil) async throws -> CaseSummary {
    try await desk.open(actor ?? worker, id: .random(), request ?? opening())
  }

  func consent(
    to recipient: AgencyID, _ kinds: Set<DataKind> = [.identity, .needs], days: Int = 30, purpose: String = "assistance"
  ) -> ConsentRequest {
    ConsentRequest(
      purpose: purpose, recipient: recipient, kinds: kinds, until: desk.today.adding(days: days), decidedBy: .person,
      language: .spanish, explained: ConsentRequest.allExplained)
  }

  /// Gives a consent and shares all it names.
  @discardableResult
  func shared(_ id: CaseID, to recipient: AgencyID, _ kinds: Set<DataKind>, days: Int = 30) async throws -> ConsentID {
    let consent = ConsentID.random()
    try await desk.giveConsent(worker, id, id: consent, self.consent(to: recipient, kinds, days: days))
    try await share(id, kinds, to: recipient, on: consent)
    return consent
  }

  /// Closes a case as two people do.
  func close(
    _ id: CaseID, reason: String = "moved", summary: String = "", leavingOpen: Bool = false, with desk: CaseDesk? = nil
  ) async throws {
    let (desk, proposal) = (desk ?? self.desk, ClosingProposalID.random())
    try await desk.proposeClosing(
      worker, id, id: proposal, reason: reason, summary: summary, leavingOpen: leavingOpen)
    try await desk.answerClosing(supervisor, id, proposal, approves: true, words: "")
  }

  func share(_ id: CaseID, _ kinds: Set<DataKind>, to recipient: AgencyID, on consent: ConsentID, held: Bool = false)
    async throws
  {
    let (now, root, worker, wall) = (time.now, office.root, worker, pack.dataProtection.wall)
    try await office.database.write {
      try CaseAccess.share(
        id, kinds: kinds, to: recipient, on: consent, held: held, wall: wall, root: root, by: worker, at: now, $0)
      try $0.record(.test())
    }
  }
}

func withTown(_ engine: Engine, _ body: (Town) async throws -> Void) async throws {
  try await withStore(
    engine, AccountsSchema.migrations + ScreeningSchema.migrations + CaseworkSchema.migrations + ImportSchema.migrations
  ) { try await body(Town($0)) }
}

/// The refusal a piece of work ends with; `nil` when it succeeds.
func refusal(_ work: () async throws -> Void) async throws -> Refusal? {
  do {
    try await work()
    return nil
  } catch let refusal as Refusal { return refusal }
}

extension Refusal {
  var wrongFields: Set<String> { Set(fields.map(\.field)) }
}
