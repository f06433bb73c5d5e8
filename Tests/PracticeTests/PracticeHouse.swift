import Accounts
import Basics
import Casework
import CountryPack
import Foundation
import Identification
import Practice
import Records
import Referrals
import TestSupport
import Testing
import Vault

let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent()

/// The shipped pack with the tests' own exercise in place of its exercises.
let testPack = Result {
  let copy = FileManager.default.temporaryDirectory.appending(path: "pack-\(UUID())")
  try FileManager.default.copyItem(at: repository.appending(path: "Packs/ecuador"), to: copy)
  defer { try? FileManager.default.removeItem(at: copy) }
  let place = copy.appending(path: "training/exercises")
  try? FileManager.default.removeItem(at: place)
  try FileManager.default.copyItem(at: repository.appending(path: "Tests/Fixtures/exercises"), to: place)
  return try CountryPack.load(from: copy)
}

/// A practice store with a live office beside it that only gives tickets.
struct PracticeHouse {
  static let migrations =
    AccountsSchema.migrations + ScreeningSchema.migrations + CaseworkSchema.migrations + ReferralSchema.migrations
    + MechanismSchema.migrations
    + ReferralLifeSchema.migrations
    + ImportSchema.migrations + PracticeSchema.migrations
  let desk: PracticeDesk
  let door: PracticeDoor
  let office: Office
  let live: Office
  let pack: CountryPack

  init(_ database: any Database, clock: Clock = .system) throws {
    pack = try testPack.get()
    live = Office(database: database, root: .random(), clock: clock, passwordCost: .test)
    office = PracticeDesk.office(database, root: .random(), clock: clock)
    desk = PracticeDesk(office, pack, seal: PracticeSeal(live: live.root))
    door = PracticeDoor(address: "http://localhost:8081", desk: desk, live: live)
  }

  static let names = StageNames(agency: "Puesto de práctica", member: "Usted, en práctica")

  func ticket(
    _ visitor: PracticeDoor.Visitor, _ exercise: String = "night-bus", goingOnWith attempt: AttemptID? = nil
  ) async throws -> String {
    let address = try await door.entrance(exercise, for: visitor, language: .spanish, goingOnWith: attempt)
    return String(address.dropFirst("http://localhost:8081/begin/".count))
  }

  func begin(_ visitor: PracticeDoor.Visitor) async throws -> Actor {
    let token = try await desk.begin(try await ticket(visitor), Self.names)
    return try #require(try await SignInDesk(office).actor(for: token))
  }
}

func withPractice(
  _ engine: Engine, clock: Clock = .system, _ body: (PracticeHouse) async throws -> Void
) async throws {
  try await withStore(engine, PracticeHouse.migrations) { try await body(try PracticeHouse($0, clock: clock)) }
}
