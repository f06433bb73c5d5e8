import Basics
import Crypto
import Foundation
import Records
import TestSupport
import Testing
import Vault

@testable import Accounts

/// A clock that a test can move.
final class MovingClock: @unchecked Sendable {
  // @unchecked Sendable: the lock guards its only variable.
  private let lock = NSLock()
  private var moment = Moment(milliseconds: 1_200_000_000_000)
  func move(_ span: Span) { lock.withLock { moment = moment + span } }
  var clock: Clock { Clock { self.lock.withLock { self.moment } } }
}

/// An installation with one agency and its administrator.
struct House {
  let office: Office
  let time = MovingClock()
  let recovery: RecoveryCode
  let administratorID: MemberID
  static let password = "una frase larga y buena"

  var signIn: SignInDesk { SignInDesk(office) }
  var members: MembersDesk { MembersDesk(office) }
  var agencies: AgencyDesk { AgencyDesk(office) }

  init(_ database: any Database) async throws {
    office = Office(
      database: database, root: .random(), clock: time.clock, randomness: .seeded(7), passwordCost: .test)
    let made = try await AgencyDesk(office).setUp(
      name: "Casa Canario", kind: "ngo", province: "EC-P", administrator: "Ana Canario", login: "ana",
      password: Self.password)
    recovery = made.recovery
    administratorID = made.member
  }

  func actor(_ login: String, password: String = Self.password) async throws -> Actor {
    guard
      case .signedIn(let token) = try await signIn.signIn(login: login, password: password, client: "test"),
      let actor = try await signIn.actor(for: token)
    else { throw Refusal.notFound }
    return actor
  }

  func join(_ login: String, _ roles: Set<Role>, invitedBy inviter: Actor? = nil) async throws -> MemberID {
    let ana = if let inviter { inviter } else { try await actor("ana") }
    let token = try await members.invite(ana, name: "Colega \(login)", login: login, roles: roles)
    return try await members.accept(token, password: Self.password).member
  }
}

func withHouse(_ engine: Engine, _ body: (House) async throws -> Void) async throws {
  try await withStore(engine, AccountsSchema.migrations) { try await body(House($0)) }
}

private func refusal(_ work: () async throws -> Void) async -> Refusal? {
  do {
    try await work()
    return nil
  } catch { return error as? Refusal }
}

@Suite struct SignInTests {
  @Test(arguments: TestEngine.available) func nobodyLearnsWhoHasAnAccount(_ engine: Engine) async throws {
    try await withHouse(engine) { house in
      let gone = try await house.join("gone", [.caseWorker])
      try await house.members.leave(try await house.actor("ana"), gone)
      var answers: Set<String> = []
      for (login, password) in [
        ("ana", "falsa falsa falsa"), ("nadie", House.password), ("gone", House.password), ("", ""),
      ] {
        let answer = await refusal {
          _ = try await house.signIn.signIn(login: login, password: password, client: "x")
        }
        answers.insert(answer?.phrase.key ?? "signed in")
        #expect(answer?.kind == .invalid)
      }
      #expect(answers == ["error.sign_in"])
    }
  }

  @Test(arguments: TestEngine.available) func aStrangerElsewhereDoesNotLockTheMemberOut(_ engine: Engine) async throws {
    try await withHouse(engine) { house in
      for _ in 0..<5 {
        _ = await refusal { _ = try await house.signIn.signIn(login: "ana", password: "x", client: "stranger") }
      }
      let sixth = await refusal {
        _ = try await house.signIn.signIn(login: "ana", password: House.password, client: "stranger")
      }
      #expect(sixth?.kind == .tooMany)
      _ = try await house.actor("ana")
      house.time.move(.seconds(2))
      let later = await refusal {
        _ = try await house.signIn.signIn(login: "ana", password: House.password, client: "stranger")
      }
      #expect(later == nil)
    }
  }

  @Test(arguments: TestEngine.available) func sessionsEnd(_ engine: Engine) async throws {
    try await withHouse(engine) { house in
      func token() async throws -> Token {
        guard
          case .signedIn(let token) = try await house.signIn.signIn(
            login: "ana", password: House.password, client: "test")
        else { throw Refusal.notFound }
        return token
      }
      let idle = try await token()
      house.time.move(.minutes(14))
      #expect(try await house.signIn.actor(for: idle) != nil)
      house.time.move(.minutes(14))
      #expect(try await house.signIn.actor(for: idle) != nil)
      house.time.move(.minutes(15))
      #expect(try await house.signIn.actor(for: idle) == nil)
      var busy = try await token()
      for _ in 0..<71 {
        house.time.move(.minutes(10))
        let actor = try #require(try await house.signIn.actor(for: busy))
        if let fresh = try await house.signIn.renewed(busy, for: actor) {
          #expect(try await house.signIn.actor(for: fresh) != nil)
          house.time.move(SignInDesk.renewalGrace)
          #expect(try await house.signIn.actor(for: busy) == nil)
          house.time.move(Span(milliseconds: -SignInDesk.renewalGrace.milliseconds))
          busy = fresh
        }
      }
      house.time.move(.minutes(10))
      #expect(try await house.signIn.actor(for: busy) == nil)
      let left = try await token()
      try await house.signIn.signOut(try #require(try await house.signIn.actor(for: left)))
      #expect(try await house.signIn.actor(for: left) == nil)
      #expect(try await house.signIn.actor(for: Token()) == nil)
    }
  }

  @Test(arguments: TestEngine.available) func theSecondFactorIsAskedOnceAndUsedOnce(_ engine: Engine) async throws {
    try await withHouse(engine) { house in
      let actor = try await house.actor("ana")
      let secret = house.signIn.newSecondFactor()
      let factor = try #require(OneTimePassword(secret: secret))
      func digits() -> String {
        factor.digits(step: OneTimePassword.step(secondsSince1970: house.office.clock.now().milliseconds / 1000))
      }
      #expect(
        await refusal { _ = try await house.signIn.confirmSecondFactor(actor, secret: secret, digits: "abc") } != nil)
      let codes = try await house.signIn.confirmSecondFactor(actor, secret: secret, digits: digits())
      // The digits that turned it on are used up.
      house.time.move(.seconds(30))
      func attempt(_ typed: String?) async throws -> SignInDesk.Answer {
        try await house.signIn.signIn(login: "ana", password: House.password, secondFactor: typed, client: "test")
      }
      guard case .secondFactorNeeded = try await attempt(nil) else {
        Issue.record("signed in without it")
        return
      }
      let now = digits()
      guard case .signedIn = try await attempt(now) else { return }
      #expect(await refusal { _ = try await attempt(now) }?.phrase.key == "error.second_factor")
      guard case .signedIn = try await attempt(codes[3].uppercased()) else { return }
      #expect(await refusal { _ = try await attempt(codes[3]) }?.phrase.key == "error.second_factor")
    }
  }

  /// RFC 6238, appendix B (SHA-1, eight digits).
  @Test(arguments: [
    (59, "94287082"), (1_111_111_109, "07081804"), (1_111_111_111, "14050471"), (1_234_567_890, "89005924"),
    (2_000_000_000, "69279037"), (20_000_000_000, "65353130"),
  ]) func digitsOfTheRFC(_ seconds: Int, _ digits: String) throws {
    let factor = try #require(OneTimePassword(secret: Array("12345678901234567890".utf8)))
    #expect(factor.digits(step: OneTimePassword.step(secondsSince1970: Int64(seconds)), count: 8) == digits)
  }

  @Test func pausesGrowAndEnd() {
    #expect((0..<5).allSatisfy { Throttle.pause(afterFailures: $0) == .seconds(0) })
    #expect(Throttle.pause(afterFailures: 5) == .seconds(1))
    #expect(Throttle.pause(afterFailures: 8) == .seconds(8))
    #expect(Throttle.pause(afterFailures: 1_000_000) == .minutes(15))
  }
}

@Suite struct MembersTests {
  @Test(arguments: TestEngine.available) func aLinkWorksOnceAndBringsTheKeysOfTheRoles(_ engine: Engine) async throws {
    try await withHouse(engine) { house in
      let ana = try await house.actor("ana")
      let token = try await house.members.invite(ana, name: "Luz Canario", login: "Luz", roles: [.caseWorker])
      #expect(
        await refusal { _ = try await house.members.accept(token, password: "corta") }?.fields.first?.field
          == "password")
      _ = try await house.members.accept(token, password: House.password)
      #expect(
        await refusal { _ = try await house.members.accept(token, password: House.password) }?.kind == .notFound)
      let luz = try await house.actor("luz")
      #expect(luz.keyring.agencyKey(.casework, epoch: 1) != nil)
      #expect(luz.keyring.agencyKey(.training, epoch: 1) == nil)
      let late = try await house.members.invite(ana, name: "Eva", login: "eva", roles: [.trainer])
      house.time.move(.days(8))
      #expect(await refusal { _ = try await house.members.accept(late, password: House.password) }?.kind == .notFound)
    }
  }

  @Test(arguments: TestEngine.available) func onlyAnAdministratorOfTheAgencyManagesIt(_ engine: Engine) async throws {
    try await withHouse(engine) { house in
      let luz = try await house.join("luz", [.caseWorker, .supervisor])
      let worker = try await house.actor("luz")
      #expect(await refusal { _ = try await house.members.members(worker) }?.kind == .forbidden)
      #expect(await refusal { _ = try await house.members.restore(worker, luz) }?.kind == .forbidden)
      #expect(await refusal { try await house.members.leave(worker, luz) }?.kind == .forbidden)
      let ana = try await house.actor("ana")
      let other = try await house.agencies.create(
        .member(ana), name: "Otra", kind: "police", province: "EC-O", administrator: "Rita", login: "rita")
      _ = try await house.members.accept(other.invitation, password: House.password)
      let rita = try await house.actor("rita")
      #expect(await refusal { try await house.members.leave(rita, luz) }?.kind == .notFound)
      #expect(await refusal { _ = try await house.members.restore(rita, luz) }?.kind == .notFound)
      #expect(
        await refusal {
          _ = try await house.agencies.create(
            .member(rita), name: "Más", kind: "ngo", province: "EC-P", administrator: "Eva", login: "eva")
        }?.kind == .forbidden)
      for (login, roles) in [("LUZ ", Set([Role.caseWorker])), ("nueva", []), ("nueva", [.systemAdministrator])] {
        #expect(
          await refusal { _ = try await house.members.invite(ana, name: "X", login: login, roles: roles) }?.kind
            == .invalid)
      }
    }
  }

  @Test(arguments: TestEngine.available) func whoLeavesLosesAccessAtOnceAndAllLaterKeys(_ engine: Engine) async throws {
    try await withHouse(engine) { house in
      let luz = try await house.join("luz", [.caseWorker])
      _ = try await house.join("eva", [.caseWorker])
      guard
        case .signedIn(let token) = try await house.signIn.signIn(
          login: "luz", password: House.password, client: "test")
      else { return }
      let ana = try await house.actor("ana")
      let open = try await house.members.invite(ana, name: "Tarde", login: "tarde", roles: [.trainer, .caseWorker])
      try await house.members.leave(ana, luz)
      #expect(try await house.signIn.actor(for: token) == nil)
      let wraps = try await house.office.database.read { try AccountsRecords.wraps(luz, $0).count }
      #expect(wraps == 0)
      let eva = try await house.actor("eva")
      #expect(eva.keyring.newestEpoch(.casework) == 2)
      #expect(eva.keyring.agencyKey(.casework, epoch: 1) != nil)
      #expect(try await house.actor("ana").keyring.newestEpoch(.casework) == 2)
      #expect(try await house.actor("ana").keyring.newestEpoch(.training) == 1)
      // An invitation sealed before knows the old key only: it ends.
      #expect(await refusal { _ = try await house.members.accept(open, password: House.password) }?.kind == .notFound)
      #expect(
        await refusal { try await house.members.leave(try await house.actor("ana"), house.administratorID) }?.phrase.key
          == "error.last_administrator")
    }
  }

  @Test(arguments: TestEngine.available) func aLostPasswordLosesNothing(_ engine: Engine) async throws {
    try await withHouse(engine) { house in
      let before = try await house.actor("ana")
      let key = try #require(before.keyring.agencyKey(.casework, epoch: 1)).publicKey
      let wrong = await refusal {
        _ = try await house.members.recover(
          login: "ana", code: RecoveryCode().exposedText, newPassword: "otra frase larga y buena")
      }
      let unknown = await refusal {
        _ = try await house.members.recover(
          login: "nadie", code: house.recovery.exposedText, newPassword: "otra frase larga y buena")
      }
      #expect(wrong == unknown)
      let next = try await house.members.recover(
        login: "ana", code: house.recovery.exposedText, newPassword: "otra frase larga y buena")
      #expect(await refusal { _ = try await house.actor("ana") } != nil)
      let ana = try await house.actor("ana", password: "otra frase larga y buena")
      #expect(ana.keyring.agencyKey(.casework, epoch: 1)?.publicKey == key)
      let used = await refusal {
        _ = try await house.members.recover(
          login: "ana", code: house.recovery.exposedText, newPassword: "una frase más, larga y buena")
      }
      #expect(used?.phrase.key == "error.recovery")
      #expect(next.exposedText != house.recovery.exposedText)

      // Lost the printed code as well: a colleague helps.
      let luz = try await house.join("luz", [.caseWorker], invitedBy: ana)
      let link = try await house.members.restore(ana, luz)
      _ = try await house.members.accept(link, password: "la nueva frase de luz…")
      #expect(await refusal { _ = try await house.actor("luz") } != nil)
      let back = try await house.actor("luz", password: "la nueva frase de luz…")
      #expect(back.keyring.agencyKey(.casework, epoch: 1)?.publicKey == key)
    }
  }

  @Test(arguments: TestEngine.available) func aStolenStoreTellsNoNames(_ engine: Engine) async throws {
    try await withHouse(engine) { house in
      _ = try await house.join("canario-login", [.caseWorker])
      for table in ["members", "invitations", "sessions", "audit_entries", "sign_in_attempts"] {
        for row in try await house.office.database.read({ try $0.rows("SELECT * FROM \(table)") }) {
          let text = "\(row)".lowercased()
          for canary in ["ana canario", "canario-login", "colega", House.password] { #expect(!text.contains(canary)) }
        }
      }
    }
  }

  @Test(arguments: TestEngine.available) func anInstallationIsSetUpOnce(_ engine: Engine) async throws {
    try await withHouse(engine) { house in
      let again = await refusal {
        _ = try await house.agencies.setUp(
          name: "Otra", kind: "ngo", province: "EC-P", administrator: "Eva", login: "eva", password: House.password)
      }
      #expect(again?.kind == .conflict)
      let report = try await AuditLog.verify(
        house.office.database, publicKey: try house.office.root.auditSigningKey.publicKey)
      #expect(report.isIntact)
    }
  }

  @Test func weakPasswordsAreRefused() throws {
    for weak in ["", "corta", "aaaaaaaaaaaaaaaa", "123456789012", "qwertyuiopas", "ana.moralesana.morales"] {
      #expect(throws: Refusal.self, "\(weak)") { try NewPassword(weak, login: Login("ana.morales")) }
    }
    _ = try NewPassword("tres tristes tigres", login: Login("ana.morales"))
  }
}
