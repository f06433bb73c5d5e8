import Basics
import Foundation
import Records
import TestSupport
import Testing
import Vault

@testable import Accounts

/// What happens when two things happen at once.
@Suite struct RaceTests {
  private func token(_ house: House, _ login: String = "ana") async throws -> Token {
    guard
      case .signedIn(let token) = try await house.signIn.signIn(login: login, password: House.password, client: "test")
    else { throw Refusal.notFound }
    return token
  }

  /// Runs all at once and answers how many succeeded; every failure must be a `Refusal`.
  private func succeeded(_ count: Int, _ work: @escaping @Sendable (Int) async throws -> Void) async throws -> Int {
    try await withThrowingTaskGroup(of: Int.self) { group in
      for number in 0..<count {
        group.addTask {
          do {
            try await work(number)
            return 1
          } catch is Refusal { return 0 }
        }
      }
      return try await group.reduce(0, +)
    }
  }

  @Test(arguments: TestEngine.available) func renewingSignsNobodyOut(_ engine: Engine) async throws {
    try await withHouse(engine) { house in
      let old = try await token(house)
      let begun = try #require(try await house.signIn.actor(for: old))
      func stay(_ token: Token, _ minutes: Int) async throws {
        for _ in 0..<minutes / 10 {
          house.time.move(.minutes(10))
          #expect(try await house.signIn.actor(for: token) != nil)
        }
      }
      try await stay(old, 30)
      // The answer with the new token is lost on the way: the old one goes on, and is renewed again.
      let lost = try #require(try await house.signIn.renewed(old, for: begun))
      #expect(try await house.signIn.renewed(old, for: begun) == nil)
      try await stay(old, 10)
      let fresh = try #require(try await house.signIn.renewed(old, for: begun))
      // A second request with the old token is under way while the new one is used.
      let actor = try #require(try await house.signIn.actor(for: fresh))
      #expect(actor.session == begun.session)
      #expect(try await house.signIn.actor(for: old) != nil)
      #expect(try await house.signIn.renewed(old, for: begun) == nil)
      house.time.move(SignInDesk.renewalGrace)
      #expect(try await house.signIn.actor(for: old) == nil)
      // Signing out ends all that goes back to this sign-in, and no other.
      let elsewhere = try await token(house)
      try await house.signIn.signOut(actor)
      for ended in [old, lost, fresh] { #expect(try await house.signIn.actor(for: ended) == nil) }
      #expect(try await house.signIn.actor(for: elsewhere) != nil)
    }
  }

  @Test(arguments: TestEngine.available) func aHundredGuessesAtOnceAreAHundredGuesses(_ engine: Engine) async throws {
    try await withHouse(engine) { house in
      let refused = Counter()
      _ = try await succeeded(30) { number in
        do {
          _ = try await house.signIn.signIn(login: number % 2 == 0 ? "ana" : " ANA", password: "x", client: "here")
        } catch let refusal as Refusal {
          if refusal.kind == .tooMany { refused.add() }
          throw refusal
        }
      }
      #expect(refused.value == 25)
    }
  }

  @Test(arguments: TestEngine.available) func whoLeavesWhileSigningInDoesNotComeIn(_ engine: Engine) async throws {
    try await withHouse(engine) { house in
      let luz = try await house.join("luz", [.analyst])
      let ana = try await house.actor("ana")
      // Passwords wait in one queue: the sign-in stands in it while the member leaves.
      let gate = DispatchSemaphore(value: 0)
      async let blocked: Void = PasswordStretcher.shared.run { gate.wait() }
      async let entered = succeeded(1) { _ in
        _ = try await house.signIn.signIn(login: "luz", password: House.password, client: "late")
      }
      try await Task.sleep(for: .milliseconds(300))
      try await house.members.leave(ana, luz)
      gate.signal()
      try await blocked
      #expect(try await entered == 0)
      let sessions = try await house.office.database.read {
        try $0.value(Int.self, "SELECT COUNT(*) FROM sessions WHERE member = ?", luz)
      }
      #expect(sessions == 0)
    }
  }

  @Test(arguments: TestEngine.available) func linksAndCodesWorkOnceAlsoAtOnce(_ engine: Engine) async throws {
    try await withHouse(engine) { house in
      let ana = try await house.actor("ana")
      let link = try await house.members.invite(ana, name: "Luz", login: "luz", roles: [.caseWorker])
      let joined = try await succeeded(5) { number in
        _ = try await house.members.accept(link, password: "la frase número \(number) de luz")
      }
      #expect(joined == 1)
      let recovered = try await succeeded(5) { number in
        _ = try await house.members.recover(
          login: "ana", code: house.recovery.exposedText, newPassword: "la frase número \(number) nueva")
      }
      #expect(recovered == 1)
    }
  }

  @Test(arguments: TestEngine.available) func oneAdministratorAlwaysStays(_ engine: Engine) async throws {
    try await withHouse(engine) { house in
      let made = try await house.agencies.create(
        .console, name: "Otra casa", kind: "ngo", province: "EC-O", administrator: "Olga", login: "olga")
      let olga = try await house.members.accept(made.invitation, password: House.password).member
      let eva = try await house.join("eva", [.agencyAdministrator], invitedBy: try await house.actor("olga"))
      let (first, second) = (try await house.actor("olga"), try await house.actor("eva"))
      let left = try await succeeded(2) { number in
        try await house.members.leave(number == 0 ? first : second, number == 0 ? eva : olga)
      }
      #expect(left == 1)
    }
  }

  @Test(arguments: TestEngine.available) func nobodyBecomesMoreByRestoring(_ engine: Engine) async throws {
    try await withHouse(engine) { house in
      _ = try await house.join("eva", [.agencyAdministrator])
      let (ana, eva) = (try await house.actor("ana"), try await house.actor("eva"))
      for work in [
        { _ = try await house.members.restore(eva, ana.member) }, { try await house.members.leave(eva, ana.member) },
      ] as [@Sendable () async throws -> Void] {
        #expect(try await succeeded(1) { _ in try await work() } == 0)
      }
      // The only one who keeps the system stays, even if another keeps the agency.
      #expect(try await succeeded(1) { _ in try await house.members.leave(ana, ana.member) } == 0)
      _ = try await house.members.restore(ana, eva.member)
    }
  }

  @Test(arguments: TestEngine.available) func aLinkOfSomeoneWhoLeftIsDead(_ engine: Engine) async throws {
    try await withHouse(engine) { house in
      let luz = try await house.join("luz", [.analyst])
      let ana = try await house.actor("ana")
      let link = try await house.members.restore(ana, luz)
      try await house.members.leave(ana, luz)
      #expect(try await succeeded(1) { _ in _ = try await house.members.accept(link, password: House.password) } == 0)
    }
  }

  /// Invited by a request that still held the keys of before: the newcomer would never get the new one.
  @Test(arguments: TestEngine.available) func nobodyIsInvitedWithoutTheNewestKey(_ engine: Engine) async throws {
    try await withHouse(engine) { house in
      let luz = try await house.join("luz", [.caseWorker])
      let before = try await house.actor("ana")
      try await house.members.leave(before, luz)
      let invited = try await succeeded(1) { _ in
        _ = try await house.members.invite(before, name: "Eva", login: "eva", roles: [.caseWorker])
      }
      #expect(invited == 0)
      let eva = try await house.join("eva", [.caseWorker], invitedBy: try await house.actor("ana"))
      let actor = try await house.actor("eva")
      #expect(actor.member == eva)
      // The older key came with the link: what was sealed before the newcomer joined opens too.
      for epoch in 1...2 { #expect(actor.keyring.agencyKey(.casework, epoch: epoch) != nil) }
    }
  }

  @Test(arguments: TestEngine.available) func theDigitsThatTurnItOnDoNotSignIn(_ engine: Engine) async throws {
    try await withHouse(engine) { house in
      let secret = house.signIn.newSecondFactor()
      let step = OneTimePassword.step(secondsSince1970: house.office.clock.now().milliseconds / 1000)
      let digits = try #require(OneTimePassword(secret: secret)).digits(step: step)
      _ = try await house.signIn.confirmSecondFactor(try await house.actor("ana"), secret: secret, digits: digits)
      let entered = try await succeeded(1) { _ in
        _ = try await house.signIn.signIn(
          login: "ana", password: House.password, secondFactor: digits, client: "test")
      }
      #expect(entered == 0)
      // Asking for the digits in between does not wipe out the wrong ones.
      for _ in 0..<5 {
        for typed in ["000000", nil] {
          _ = try? await house.signIn.signIn(
            login: "ana", password: House.password, secondFactor: typed, client: "guesser")
        }
      }
      await #expect(throws: Refusal(.tooMany, Phrase("error.sign_in_wait"))) {
        _ = try await house.signIn.signIn(login: "ana", password: House.password, client: "guesser")
      }
    }
  }

  @Test(arguments: TestEngine.available) func aBrokenKeyOfAnOldEpochBarsNobody(_ engine: Engine) async throws {
    try await withHouse(engine) { house in
      let ana = try await token(house)
      try await house.office.database.write {
        try $0.execute(
          "UPDATE agency_key_wraps SET wrap = ? WHERE scope = 'training'", [UInt8](repeating: 1, count: 81))
        try $0.record(.test())
      }
      let actor = try #require(try await house.signIn.actor(for: ana))
      #expect(actor.keyring.agencyKey(.training, epoch: 1) == nil)
      #expect(actor.keyring.agencyKey(.casework, epoch: 1) != nil)
    }
  }
}

private final class Counter: @unchecked Sendable {
  // @unchecked Sendable: the lock guards its only variable.
  private let lock = NSLock()
  private var count = 0
  func add() { lock.withLock { count += 1 } }
  var value: Int { lock.withLock { count } }
}
