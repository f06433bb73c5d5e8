import Accounts
import Basics
import CountryPack
import Foundation
import Records
import TestSupport
import Vault

@testable import Identification

/// The house of screenings with a phone of the officer's in the field.
struct FieldHouse {
  let house: ScreeningHouse
  let phone: TestPhone

  var desk: FieldDesk { FieldDesk(house.office, house.pack) }
  var now: Moment { house.office.clock.now() }

  init(_ database: any Database) async throws {
    house = try await ScreeningHouse(database)
    let now = house.office.clock.now().milliseconds
    phone = TestPhone(now: now)
    try await enroll(phone, house.officer)
  }

  func enroll(_ phone: TestPhone, _ actor: Actor) async throws {
    let id = try id(phone)
    let enrolment = try await desk.enroll(actor, id, key: phone.publicKey, name: "Teléfono de campo")
    phone.member = enrolment.device.member.uuid
    phone.agencyKey = enrolment.agencyKey
    phone.epoch = enrolment.epoch
  }

  func id(_ phone: TestPhone) throws -> FieldDeviceID {
    guard let id = FieldDeviceID.inEitherForm(phone.device) else { throw Refusal.notFound }
    return id
  }

  /// The safety check answered so that the interview may begin.
  var safe: [String: String] { house.safe.mapValues(\.rawValue) }

  func content(
    topics: [String: [String: String]] = ["exploitation": ["EX01": "yes", "EX02": "yes", "EX03": "no"]],
    changes: (inout [String: Any]) -> Void = { _ in }
  ) -> [String: Any] { phone.content(safety: safe, topics: topics, note: "Sin descanso", changes: changes) }

  func interview(record: String = TestPhone.record(), danger: Bool = false) throws -> TestPhone.Signed {
    try phone.interview(content(), record: record, danger: danger)
  }

  @discardableResult
  func send(
    _ operations: [TestPhone.Signed], from phone: TestPhone? = nil, by way: FieldBatch.Way = .network
  ) async throws -> [FieldAnswer] {
    try await desk.receive(try FieldBatch(try (phone ?? self.phone).batch(operations), by: way))
  }

  /// The one operation in the inbox.
  func only(_ filter: FieldFilter = FieldFilter()) async throws -> FieldEntry {
    let entries = try await desk.inbox(house.supervisor, filter)
    guard entries.count == 1 else { throw Refusal(.conflict, Phrase("not one but \(entries.count)")) }
    return entries[0]
  }

  func actions() async throws -> [String] {
    try await house.office.database.read {
      try AuditLog.entries($0, limit: 5000).map(\.entry.action).filter { $0.hasPrefix("field.") }
    }
  }
}

func withField(_ engine: Engine, _ body: (FieldHouse) async throws -> Void) async throws {
  try await withStore(engine, AccountsSchema.migrations + ScreeningSchema.migrations + FieldSchema.migrations) {
    try await body(FieldHouse($0))
  }
}
