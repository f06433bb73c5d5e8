import Basics
import Records
import TestSupport
import Testing
import Vault

@testable import Accounts

@Suite struct RecordKeysTests {
  private let subject = RecordSubject("case", CaseID.random())
  private let address = FieldAddress(tenant: "t", table: "cases", column: "narrative", row: "r", revision: 1)

  private struct Two {
    var house: House
    var ana: Actor
    var other: Actor
  }

  private func withTwo(_ engine: Engine, _ body: (Two) async throws -> Void) async throws {
    try await withHouse(engine) { house in
      let made = try await house.agencies.create(
        .console, name: "Otra casa", kind: "ngo", province: "EC-O", administrator: "Olga", login: "olga")
      _ = try await house.members.accept(made.invitation, password: House.password)
      try await body(Two(house: house, ana: try await house.actor("ana"), other: try await house.actor("olga")))
    }
  }

  private func open(_ two: Two, _ actor: Actor, _ kind: String = "narrative") async throws -> RecordKey? {
    let (now, subject) = (two.house.office.clock.now(), subject)
    return try await two.house.office.database.read {
      try RecordKeys.open(subject, kind, for: actor, at: now, $0)
    }
  }

  private func write(_ two: Two, _ work: @escaping @Sendable (any WriteTransaction, Moment) throws -> Void) async throws
  {
    let now = two.house.office.clock.now()
    try await two.house.office.database.write {
      try work($0, now)
      try $0.record(.test())
    }
  }

  @Test(arguments: TestEngine.available) func noBasisNoKey(_ engine: Engine) async throws {
    try await withTwo(engine) { two in
      let (subject, root) = (subject, two.house.office.root)
      try await write(two) { transaction, now in
        _ = try RecordKeys.create(subject, kinds: ["narrative", "health"], for: two.ana, at: now, transaction)
      }
      let sealed = try #require(try await open(two, two.ana)).seal([1, 2, 3], at: address)
      #expect(try await open(two, two.other) == nil)
      await #expect(throws: Refusal.self) {
        try await write(two) { transaction, now in
          try RecordKeys.grant(
            subject, kinds: ["narrative"], to: two.ana.agency, on: .init(id: "c"), root: root, by: two.other, at: now,
            transaction)
        }
      }
      try await write(two) { transaction, now in
        try RecordKeys.grant(
          subject, kinds: ["narrative"], to: two.other.agency, on: .init(id: "c1", until: now + .days(1)), held: true,
          root: root, by: two.ana, at: now, transaction)
      }
      #expect(try await open(two, two.other) == nil)
      try await write(two) { transaction, _ in
        try RecordKeys.release(subject, to: two.other.agency, basis: "c1", root: root, transaction)
      }
      #expect(try #require(try await open(two, two.other)).open(sealed, at: address) == [1, 2, 3])
      #expect(try await open(two, two.other, "health") == nil)
      try await write(two) { transaction, _ in
        try RecordKeys.hold(subject, to: two.other.agency, basis: "c1", root: root, transaction)
      }
      #expect(try await open(two, two.other) == nil)
      #expect(try await open(two, two.ana) != nil)
      try await write(two) { transaction, _ in
        try RecordKeys.release(subject, to: two.other.agency, basis: "c1", root: root, transaction)
      }
      #expect(try #require(try await open(two, two.other)).open(sealed, at: address) == [1, 2, 3])
      two.house.time.move(.days(1))
      #expect(try await open(two, two.other) == nil)
      #expect(try await open(two, two.ana) != nil)
    }
  }

  @Test(arguments: TestEngine.available) func whatIsRevokedOrTamperedWithOpensNothing(_ engine: Engine) async throws {
    try await withTwo(engine) { two in
      let (subject, root) = (subject, two.house.office.root)
      try await write(two) { transaction, now in
        _ = try RecordKeys.create(subject, kinds: ["narrative"], for: two.ana, at: now, transaction)
        try RecordKeys.grant(
          subject, kinds: ["narrative"], to: two.other.agency, on: .init(id: "c1", until: now + .days(1)), root: root,
          by: two.ana, at: now, transaction)
      }
      #expect(try await open(two, two.other) != nil)
      // Prolonged, moved to another kind, or lent to another basis by editing the row: it no longer opens.
      for (edit, undo) in [
        ("expires_at = expires_at + 1", "expires_at = expires_at - 1"),
        ("data_kind = 'health'", "data_kind = 'narrative'"),
        ("basis = 'c2'", "basis = 'c1'"),
      ] {
        try await write(two) { transaction, _ in
          try transaction.execute("UPDATE record_key_wraps SET \(edit) WHERE basis <> ''")
        }
        #expect(try await open(two, two.other) == nil, "\(edit)")
        #expect(try await open(two, two.other, "health") == nil, "\(edit)")
        try await write(two) { transaction, _ in
          try transaction.execute("UPDATE record_key_wraps SET \(undo) WHERE basis <> ''")
        }
      }
      #expect(try await open(two, two.other) != nil)
      try await write(two) { transaction, _ in try RecordKeys.revoke(subject, basis: "c1", transaction) }
      #expect(try await open(two, two.other) == nil)
      try await write(two) { transaction, _ in try RecordKeys.destroy(subject, transaction) }
      #expect(try await open(two, two.ana) == nil)
    }
  }

  @Test(arguments: TestEngine.available) func aRestoredMembersOlderGrantsStillHold(_ engine: Engine) async throws {
    try await withTwo(engine) { two in
      let subject = subject
      let worker = try await two.house.join("berta", [.caseWorker])
      let berta = try await two.house.actor("berta")
      try await write(two) { transaction, now in
        _ = try RecordKeys.create(subject, kinds: ["narrative"], for: berta, at: now, transaction)
      }
      let link = try await two.house.members.restore(two.ana, worker)
      _ = try await two.house.members.accept(link, password: "otra frase larga y buena")
      #expect(try await open(two, two.ana) != nil)
      let back = try await two.house.actor("berta", password: "otra frase larga y buena")
      #expect(try await open(two, back) != nil)
    }
  }

  @Test(arguments: TestEngine.available) func aListOpensItsKeysAtOnceAndNoOthers(_ engine: Engine) async throws {
    try await withTwo(engine) { two in
      let subjects = (0..<30).map { _ in RecordSubject("person", PersonID.random()) }
      try await write(two) { transaction, now in
        for (index, subject) in subjects.enumerated() where index != 7 {
          _ = try RecordKeys.create(subject, kinds: ["identity", "contact"], for: two.ana, at: now, transaction)
        }
        try RecordKeys.grant(
          subjects[3], kinds: ["identity"], to: two.other.agency, on: .init(id: "c1"), root: two.house.office.root,
          by: two.ana, at: now, transaction)
      }
      func open(_ actor: Actor, _ subjects: [RecordSubject]) async throws -> [RecordSubject: RecordKey] {
        let now = two.house.office.clock.now()
        return try await two.house.office.database.read {
          try RecordKeys.open(subjects, "identity", for: actor, at: now, $0)
        }
      }
      let keys = try await open(two.ana, subjects + [subjects[0]])
      #expect(Set(keys.keys) == Set(subjects).subtracting([subjects[7]]))
      #expect(Set(try await open(two.other, subjects).keys) == [subjects[3]])
      #expect(try await open(two.ana, []).isEmpty)
      let now = two.house.office.clock.now()
      let one = try await two.house.office.database.read {
        try RecordKeys.open(subjects[3], "identity", for: two.other, at: now, $0)
      }
      let sealed = try #require(keys[subjects[3]]).seal([4, 2], at: address)
      #expect(try #require(one).open(sealed, at: address) == [4, 2])
      #expect(throws: VaultFailure.cannotOpen) { try keys[subjects[4]]?.open(sealed, at: address) }
    }
  }

  @Test(arguments: TestEngine.available) func aKeyIsNeverReplacedNorHandedOn(_ engine: Engine) async throws {
    try await withTwo(engine) { two in
      let (subject, root) = (subject, two.house.office.root)
      try await write(two) { transaction, now in
        _ = try RecordKeys.create(subject, kinds: ["narrative"], for: two.ana, at: now, transaction)
        try RecordKeys.grant(
          subject, kinds: ["narrative"], to: two.other.agency, on: .init(id: "c1", until: now + .days(1)), root: root,
          by: two.ana, at: now, transaction)
      }
      let sealed = try #require(try await open(two, two.ana)).seal([7], at: address)
      try await write(two) { transaction, now in
        _ = try RecordKeys.create(subject, kinds: ["narrative"], for: two.ana, at: now, transaction)
      }
      #expect(try #require(try await open(two, two.ana)).open(sealed, at: address) == [7])
      // The other agency reads on a consent until tomorrow: it can't give itself or a third more.
      for (basis, until) in [("c2", nil), ("c1", Moment(milliseconds: .max / 2)), ("", nil)] {
        await #expect(throws: Refusal.self) {
          try await write(two) { transaction, now in
            try RecordKeys.grant(
              subject, kinds: ["narrative"], to: two.other.agency, on: .init(id: basis, until: until), root: root,
              by: two.other, at: now, transaction)
          }
        }
      }
      await #expect(throws: Refusal.self) {
        try await write(two) { transaction, now in
          try RecordKeys.grant(
            subject, kinds: ["narrative"], to: two.other.agency, on: .init(id: ""), root: root, by: two.ana, at: now,
            transaction)
        }
      }
    }
  }

  @Test(arguments: TestEngine.available) func aWrapThatDoesNotOpenDoesNotHideOneThatDoes(_ engine: Engine) async throws
  {
    try await withTwo(engine) { two in
      let (subject, root) = (subject, two.house.office.root)
      try await write(two) { transaction, now in
        _ = try RecordKeys.create(subject, kinds: ["narrative"], for: two.ana, at: now, transaction)
        for basis in ["c1", "c2"] {
          try RecordKeys.grant(
            subject, kinds: ["narrative"], to: two.other.agency, on: .init(id: basis), root: root, by: two.ana, at: now,
            transaction)
        }
        // Signed as it stands, but nothing that this agency's key opens.
        let stranger = WrapContext(
          purpose: "record/casework", subject: subject.description, dataKind: "narrative",
          recipient: two.other.agency.description, epoch: 1, basis: "c1")
        let foreign = try RecordKey.random().wrapped(
          to: ExchangeKey().publicKey, context: stranger, grantor: two.ana.keyring.own)
        try transaction.execute(
          "UPDATE record_key_wraps SET sealed = ?, signature = ? WHERE basis = 'c1'", foreign.sealed, foreign.signature)
      }
      #expect(try await open(two, two.other) != nil)
    }
  }

  /// Whoever can write the store swaps the agency's public key for one of their own, to read what is stored next.
  @Test(arguments: TestEngine.available) func aSwappedAgencyKeyIsNotUsed(_ engine: Engine) async throws {
    try await withTwo(engine) { two in
      let subject = subject
      await #expect(throws: Refusal.self) {
        try await write(two) { transaction, now in
          try transaction.execute(
            "UPDATE agency_keys SET public_key = ? WHERE agency = ?", ExchangeKey().publicKey, two.ana.agency)
          _ = try RecordKeys.create(subject, kinds: ["narrative"], for: two.ana, at: now, transaction)
        }
      }
    }
  }
}
