import Accounts
import Basics
import CountryPack
import Foundation
import Records
import TestSupport
import Testing
import Vault

@testable import Casework
@testable import Referrals

private let packFolder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent().appending(path: "Packs/ecuador")

/// A clock that a test can move.
final class MovingClock: @unchecked Sendable {
  // @unchecked Sendable: the lock guards its only variable.
  private let lock = NSLock()
  private var moment = Moment(milliseconds: 1_200_000_000_000)
  func move(_ span: Span) { lock.withLock { moment = moment + span } }
  var clock: Clock { Clock { self.lock.withLock { self.moment } } }
}

/// Three agencies that refer to one another, and one that only oversees.
struct World {
  static let password = "una frase larga y buena"

  let office: Office
  let time = MovingClock()
  let pack: CountryPack
  /// Sends: case worker, supervisor.
  var worker: Actor
  var senderDesk: Actor
  /// Receives: two of the desk, and a case worker.
  var desk: Actor
  var colleague: Actor
  /// Leads the receiving desk.
  var chief: Actor
  var reader: Actor
  /// Another agency's desk, who also works on cases.
  var third: Actor
  /// Sees codes and dates of all.
  var coordinator: Actor

  var referrals: ReferralDesk { ReferralDesk(office, pack) }
  var now: Moment { office.clock.now() }

  init(_ database: any Database) async throws {
    pack = try CountryPack.load(from: packFolder)
    office = Office(
      database: database, root: .random(), clock: time.clock, randomness: .seeded(7), passwordCost: .test)
    let staff = Staff(office: office)
    let sender = try await staff.found("Casa Canario", "ana")
    let receiver = try await staff.found("Casa Luna", "berta")
    let other = try await staff.found("Casa Mar", "carla")
    let committee = try await staff.found("Comité", "dora")
    worker = try await staff.join(sender, "worker", [.caseWorker])
    senderDesk = try await staff.join(sender, "senderdesk", [.supervisor])
    desk = try await staff.join(receiver, "desk", [.referralDesk])
    colleague = try await staff.join(receiver, "colleague", [.referralDesk])
    chief = try await staff.join(receiver, "chief", [.supervisor])
    reader = try await staff.join(receiver, "reader", [.caseWorker])
    third = try await staff.join(other, "third", [.referralDesk, .caseWorker])
    coordinator = try await staff.join(committee, "coordinator", [.coordinator])
  }

  private struct Staff {
    let office: Office

    func found(_ name: String, _ login: String) async throws -> Actor {
      let made = try await AgencyDesk(office).create(
        .console, name: name, kind: "ngo", province: "EC-P", administrator: login, login: login)
      _ = try await MembersDesk(office).accept(made.invitation, password: World.password)
      return try await actor(login)
    }

    func join(_ administrator: Actor, _ login: String, _ roles: Set<Role>) async throws -> Actor {
      let token = try await MembersDesk(office).invite(administrator, name: login, login: login, roles: roles)
      _ = try await MembersDesk(office).accept(token, password: World.password)
      return try await actor(login)
    }

    func actor(_ login: String) async throws -> Actor {
      let desk = SignInDesk(office)
      guard case .signedIn(let token) = try await desk.signIn(login: login, password: World.password, client: "test"),
        let actor = try await desk.actor(for: token)
      else { throw Refusal.notFound }
      return actor
    }
  }

  // MARK: Casework

  var cases: CaseDesk {
    CaseDesk(
      office, pack, whenConsentEnds: ReferralDesk.consentEnded, whenCaseCloses: ReferralDesk.caseClosed)
  }
  var today: CalendarDay { CalendarDay(now, offsetFromUTC: pack.offsetFromUTC) }

  /// A case of the worker's agency with something of each kind of data.
  func openCase(by actor: Actor? = nil) async throws -> CaseID {
    let id = CaseID.random()
    try await cases.open(
      actor ?? worker, id: id,
      CaseOpening(
        person: .new(.random(), PersonIdentity(givenNames: "CANARIO-NOMBRE"), SafeContact(how: "CANARIO-TELEFONO")),
        kind: "trafficking", province: "EC-P", ageBand: "18-29", narrative: "CANARIO-RELATO",
        needs: Needs(codes: ["housing"]), health: "CANARIO-SALUD", legal: "CANARIO-LEGAL"))
    return id
  }

  func consent(
    _ id: CaseID, to actor: Actor, purpose: String = "assistance", kinds: Set<DataKind> = [.contact, .needs, .health],
    until: CalendarDay? = nil, by owner: Actor? = nil
  ) async throws -> ConsentID {
    try await cases.giveConsent(
      owner ?? worker, id, id: .random(),
      ConsentRequest(
        purpose: purpose, recipient: actor.agency, kinds: kinds, until: until ?? today.adding(days: 365),
        decidedBy: .person, language: .spanish, explained: ConsentRequest.allExplained)
    ).id
  }

  var outside: OutsideDesk { OutsideDesk(referrals) }
  var timekeeper: ReferralTimekeeper { ReferralTimekeeper(office, pack) }

  func withdraw(_ consent: ConsentID) async throws { try await cases.withdrawConsent(worker, consent) }

  func close(_ id: CaseID) async throws {
    let proposal = ClosingProposalID.random()
    try await cases.proposeClosing(worker, id, id: proposal, reason: "goals_met", summary: "")
    try await cases.answerClosing(senderDesk, id, proposal, approves: true, words: "")
  }

  // MARK: Referrals

  func request(_ id: CaseID, to actor: Actor, urgency: String = "high") -> NewReferral {
    NewReferral(
      caseID: id, to: actor.agency, need: "shelter", purpose: "assistance", urgency: urgency, language: "Kichwa",
      safeContact: "CANARIO-CONTACTO", word: "CANARIO-PALABRA")
  }

  /// A referral on a fresh case and consent.
  func sent() async throws -> Sent {
    let caseID = try await openCase()
    let consent = try await consent(caseID, to: desk)
    let id = ReferralID.random()
    try await referrals.send(worker, id: id, request(caseID, to: desk))
    return Sent(id: id, caseID: caseID, consent: consent)
  }

  struct Sent: Sendable {
    var id: ReferralID
    var caseID: CaseID
    var consent: ConsentID
  }

  /// Makes a move on the referral as it now stands.
  @discardableResult
  func make(_ act: ReferralAct, _ actor: Actor, _ id: ReferralID) async throws -> Referral {
    try await referrals.make(act, actor, id, event: .random(), revision: try await state(id).revision)
  }

  func state(_ id: ReferralID) async throws -> Referral {
    let found = try await office.database.read { try ReferralRecords.referral(id, $0) }
    return try #require(found)
  }

  /// Brings a fresh referral to a state that it can have once it was sent, by the shortest way.
  func reach(_ state: Referral.State) async throws -> Sent {
    let sent = try await sent()
    if state == .sent { return sent }
    if ![.withdrawn, .revoked, .endedWithCase, .expired, .closedOutside].contains(state) {
      _ = try await referrals.view(desk, sent.id)
    }
    if [.inService, .completed, .interrupted, .handedBack].contains(state) {
      try await make(.accept(note: ""), desk, sent.id)
    }
    switch state {
    case .sent, .seen, .draft, .discarded: break
    case .asked: try await make(.ask("CANARIO-PREGUNTA"), desk, sent.id)
    case .accepted: try await make(.accept(note: "CANARIO-SI"), desk, sent.id)
    case .declined:
      try await make(.decline(reason: "no_capacity", suggested: third.agency, note: "CANARIO-NO"), desk, sent.id)
    case .inService: try await make(.begin, desk, sent.id)
    case .completed: try await make(.complete(outcome: "provided", note: "CANARIO-FIN"), desk, sent.id)
    case .interrupted: try await make(.interrupt(reason: "person_left", note: "CANARIO-CORTE"), desk, sent.id)
    case .handedBack:
      try await make(
        .handBack(outcome: "partly_provided", remaining: "legal", note: "CANARIO-VUELTA"), desk, sent.id)
    case .withdrawn: try await make(.withdraw(note: ""), worker, sent.id)
    case .revoked: try await withdraw(sent.consent)
    case .endedWithCase: try await close(sent.caseID)
    case .expired:
      // The clock of this referral alone, as if its time had passed.
      let referral = try await self.state(sent.id)
      let now = now
      try await office.database.write {
        try ReferralDesk.end(referral, .expire, .system("referral clock"), now, $0)
      }
    case .closedOutside:
      try await markOutside(sent.id)
      try await make(.closeOutside(outcome: "provided", note: "CANARIO-FUERA"), worker, sent.id)
    }
    #expect(try await self.state(sent.id).state == state)
    return sent
  }

  /// As if a provider outside the system had been given a code.
  func markOutside(_ id: ReferralID) async throws {
    try await office.database.write {
      try $0.execute("UPDATE referrals SET outside = 1 WHERE id = ?", id)
      try $0.record(.test())
    }
  }

  // MARK: Keys

  /// Whether an actor's keys open the envelope, whatever any desk says.
  func opensEnvelope(_ actor: Actor, _ id: ReferralID) async throws -> Bool {
    let now = now
    return try await office.database.read {
      try RecordKeys.open(ReferralAccess.subject(id), "envelope", for: actor, at: now, $0) != nil
    }
  }

  /// Which kinds of a case an actor's keys open, whatever any desk says.
  func openKinds(_ actor: Actor, _ id: CaseID) async throws -> Set<DataKind> {
    let now = now
    return try await office.database.read { transaction in
      let summary = try #require(try CaseAccess.summary(id, transaction))
      return try Set(
        DataKind.allCases.filter {
          try RecordKeys.open(CaseAccess.subject($0, summary), $0.rawValue, for: actor, at: now, transaction) != nil
        })
    }
  }
}

func withWorld(_ engine: Engine, _ body: (World) async throws -> Void) async throws {
  try await withStore(
    engine,
    AccountsSchema.migrations + CaseworkSchema.migrations + ReferralSchema.migrations + MechanismSchema.migrations
      + ReferralLifeSchema.migrations
  ) { try await body(try await World($0)) }
}

func refusal(_ work: () async throws -> Void) async -> Refusal? {
  do {
    try await work()
    return nil
  } catch {
    if !(error is Refusal) { Issue.record("\(error)") }
    return error as? Refusal
  }
}
