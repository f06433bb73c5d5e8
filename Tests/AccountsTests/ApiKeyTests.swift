import Basics
import Foundation
import Records
import TestSupport
import Testing
import Vault

@testable import Accounts

@Suite struct ApiKeyTests {
  private func make(
    _ house: House, _ rights: Set<ApiRight>, by maker: Actor, days: Int = 30, id: MemberID = .random()
  ) async throws -> (key: ApiKey, secret: ApiSecret) {
    try await ApiKeyDesk(house.office).make(maker, id: id, name: "Registro", rights: rights, days: days)
  }

  @Test(arguments: TestEngine.available) func aKeyActsWithItsOwnNarrowRoleOnly(_ engine: Engine) async throws {
    try await withHouse(engine) { house in
      let ana = try await house.actor("ana")
      for right in ApiRight.allCases {
        let made = try await make(house, [right], by: ana)
        let actor = try await ApiKeyDesk(house.office).actor(made.secret.exposedText, client: "192.0.2.1")
        #expect(actor.agency == ana.agency && actor.member == made.key.id && actor.name == "Registro")
        // Who answers or sends must see what there is.
        let further: Set<ApiRight> = [.answer, .send].contains(right) ? [.read] : []
        #expect(Set(ApiRight.allCases.filter { $0.isHeld(by: actor) }) == further.union([right]))
        #expect(actor.roles.isSubset(of: Role.programs))
        for permission in [Permission.manageKeys, .manageMembers, .readCase, .readReferralEnvelopes, .readAuditLog] {
          #expect(!actor.may(permission), "\(right) \(permission)")
        }
        // Only who opens or seals holds the agency's key.
        let opens = actor.keyring.newestEpoch(.casework).flatMap { actor.keyring.agencyKey(.casework, epoch: $0) }
        #expect((opens != nil) == [.answer, .send].contains(right), "\(right)")
        #expect(actor.keyring.newestEpoch(.training) == nil)
      }
    }
  }

  @Test(arguments: TestEngine.available) func theSecretIsNowhereInTheStore(_ engine: Engine) async throws {
    try await withHouse(engine) { house in
      let made = try await make(house, [.answer], by: try await house.actor("ana"))
      let secret = made.secret.exposedText
      for (table, rows) in try await wholeContent(of: house.office.database, engine) {
        for row in rows {
          #expect(!row.contains(secret) && !row.contains(String(secret.dropFirst("amparo_".count))), "\(table)")
          #expect(!row.contains("Registro"), "\(table)")
        }
      }
      #expect("\(made.secret)" == "[sealed]")
    }
  }

  @Test(arguments: TestEngine.available) func anEndedKeyOpensNothingAndTheAgencysKeyChanges(_ engine: Engine)
    async throws
  {
    try await withHouse(engine) { house in
      let (desk, ana) = (ApiKeyDesk(house.office), try await house.actor("ana"))
      let made = try await make(house, [.answer], by: ana)
      let before = try await desk.actor(made.secret.exposedText, client: "here")
      try await desk.end(ana, made.key.id)
      try await desk.end(ana, made.key.id)
      await expect(.notSignedIn) { _ = try await desk.actor(made.secret.exposedText, client: "here") }
      let after = try await house.actor("ana")
      #expect(after.keyring.newestEpoch(.casework) == (before.keyring.newestEpoch(.casework) ?? 0) + 1)
      let keys = try await desk.keys(after)
      #expect(keys.count == 1 && keys[0].endedAt != nil && keys[0].usedAt != nil)
      // What it held is gone from the store as well.
      let wraps = try await house.office.database.read { try AccountsRecords.wraps(made.key.id, $0).count }
      #expect(wraps == 0)
    }
  }

  @Test(arguments: TestEngine.available) func aKeyRunsOutByItself(_ engine: Engine) async throws {
    try await withHouse(engine) { house in
      let desk = ApiKeyDesk(house.office)
      let made = try await make(house, [.send], by: try await house.actor("ana"), days: 1)
      #expect(try await desk.endThoseThatRanOut() == 0)
      house.time.move(.days(1))
      await expect(.notSignedIn) { _ = try await desk.actor(made.secret.exposedText, client: "here") }
      #expect(try await desk.endThoseThatRanOut() == 1)
      #expect(try await desk.endThoseThatRanOut() == 0)
      let ana = try await house.actor("ana")
      #expect(try await desk.keys(ana).first?.endedAt != nil)
      #expect(ana.keyring.newestEpoch(.casework) == 2)
    }
  }

  @Test(arguments: TestEngine.available) func aSecondClickMakesNoSecondKey(_ engine: Engine) async throws {
    try await withHouse(engine) { house in
      let (ana, id) = (try await house.actor("ana"), MemberID.random())
      _ = try await make(house, [.read], by: ana, id: id)
      await expect(.conflict) { _ = try await make(house, [.read], by: ana, id: id) }
      // Nor does a key take a colleague's place.
      await expect(.conflict) { _ = try await make(house, [.read], by: ana, id: ana.member) }
      #expect(try await ApiKeyDesk(house.office).keys(ana).count == 1)
    }
  }

  @Test(arguments: TestEngine.available) func whatCantBeIsRefused(_ engine: Engine) async throws {
    try await withHouse(engine) { house in
      let (desk, ana) = (ApiKeyDesk(house.office), try await house.actor("ana"))
      for (name, rights, days) in [
        ("", [ApiRight.read], 30), (String(repeating: "x", count: 81), [.read], 30), ("Registro", [], 30),
        ("Registro", [.read], 0), ("Registro", [.read], 366), ("Registro", [.read], Int.max),
      ] {
        await expect(.invalid) {
          _ = try await desk.make(ana, id: .random(), name: name, rights: Set(rights), days: days)
        }
      }
      _ = try await house.join("rosa", [.caseWorker])
      let rosa = try await house.actor("rosa")
      await expect(.forbidden) { _ = try await make(house, [.read], by: rosa) }
      await expect(.forbidden) { _ = try await desk.keys(rosa) }
      // A program makes no keys, and nobody is invited as one.
      let program = try await desk.actor(
        try await make(house, [.answer], by: ana).secret.exposedText, client: "here")
      await expect(.forbidden) { _ = try await make(house, [.read], by: program) }
      await expect(.invalid) {
        _ = try await house.members.invite(ana, name: "Programa", login: "programa", roles: [.answeringProgram])
      }
    }
  }

  @Test(arguments: TestEngine.available) func aProgramIsNoColleague(_ engine: Engine) async throws {
    try await withHouse(engine) { house in
      let ana = try await house.actor("ana")
      let made = try await make(house, [.answer], by: ana)
      #expect(!(try await house.members.members(ana).contains { $0.id == made.key.id }))
      await expect(.notFound) { try await house.members.leave(ana, made.key.id) }
      await expect(.notFound) { _ = try await house.members.restore(ana, made.key.id) }
      let root = house.office.root
      let who = try await house.office.database.read {
        try Colleagues.who(may: .answerReferral, in: ana.agency, root, $0)
      }
      #expect(who[made.key.id] == nil)
      // Its name stands in histories all the same.
      #expect(try await house.members.names(ana)[made.key.id] == "Registro")
    }
  }

  @Test(arguments: TestEngine.available) func wrongSecretsWaitAndRightOnesDoNot(_ engine: Engine) async throws {
    try await withHouse(engine) { house in
      let desk = ApiKeyDesk(house.office, freeFailures: 3)
      let made = try await make(house, [.read], by: try await house.actor("ana"))
      // Five more are free, as wrong passwords are.
      for _ in 0..<8 {
        await expect(.notSignedIn) { _ = try await desk.actor(ApiSecret().exposedText, client: "192.0.2.7") }
      }
      await expect(.tooMany) { _ = try await desk.actor("amparo_x", client: "192.0.2.7") }
      await expect(.notSignedIn) { _ = try await desk.actor("amparo_x", client: "192.0.2.8") }
      _ = try await desk.actor(made.secret.exposedText, client: "192.0.2.7")
    }
  }

  @Test func theTextOfASecretIsReadStrictly() {
    let text = ApiSecret().exposedText
    #expect(ApiSecret(text)?.exposedText == text)
    for wrong in ["", "amparo_", String(text.dropLast()), text + "x", text.uppercased(), "x" + text, text + "\n"] {
      #expect(ApiSecret(wrong) == nil, "\(wrong.count)")
    }
  }

  private func expect(_ kind: Refusal.Kind, _ work: () async throws -> Void) async {
    do {
      try await work()
      Issue.record("not refused")
    } catch { #expect((error as? Refusal)?.kind == kind, "\(error)") }
  }
}
