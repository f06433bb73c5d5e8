import Accounts
import Basics
import Foundation
import Records
import Vault

/// What is sealed goes into the agency's drop box: whoever registers or answers has no key, and neither does the next
/// trainer's browser.
extension TrainingOffice {
  /// Seals one value inside of a transaction.
  func seal(
    _ value: some Encodable, of agency: AgencyID, table: String, column: String, row: String,
    _ transaction: any ReadTransaction
  ) throws -> (blob: [UInt8], epoch: Int) {
    let key = try sealingKey(agency, transaction)
    return (try sealed(value, with: key, of: agency, (table, row), column: column), key.epoch)
  }

  /// Who a participant is; `nil` when the actor was never given the key of that epoch.
  func identity(_ sealed: TrainingRecords.Sealed, for actor: Actor) throws -> ParticipantIdentity? {
    try open(
      sealed.identity, epoch: sealed.epoch, of: sealed.participant.agency,
      ("participants", sealed.participant.id.description), column: "identity", for: actor)
  }

  // MARK: Outside of a transaction, where everybody else would wait for it

  typealias SealingKey = (epoch: Int, publicKey: [UInt8])

  func sealingKey(_ agency: AgencyID, _ transaction: any ReadTransaction) throws -> SealingKey {
    guard let key = try AgencyDesk.publicKey(of: agency, .training, transaction) else { throw Refusal.notFound }
    return key
  }

  /// Seals the answers of one test.
  func sealed(
    _ responses: [String: QuestionResponse], of names: [String], with key: SealingKey, _ person: Participant,
    _ occasion: TestOccasion
  ) throws -> [String: [UInt8]] {
    let (sealer, encoder) = (try exchanges.sealer(to: key.publicKey), JSONEncoder())
    encoder.outputFormatting = [.sortedKeys]
    return try names.reduce(into: [:]) { sealed, name in
      sealed[name] = try sealer.seal(
        Array(try encoder.encode(responses[name])),
        at: FieldAddress(
          tenant: person.agency.description, table: "test_answers", column: "response",
          row: "\(person.id)/\(occasion.rawValue)/\(name)", revision: 1))
    }
  }

  func sealed(
    _ value: some Encodable, with key: SealingKey, of agency: AgencyID, _ place: (table: String, row: String),
    column: String = "response"
  ) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    return try exchanges.sealer(to: key.publicKey).seal(
      Array(try encoder.encode(value)),
      at: FieldAddress(tenant: agency.description, table: place.table, column: column, row: place.row, revision: 1))
  }

  func open<Value: Decodable>(
    _ sealed: [UInt8], epoch: Int, of agency: AgencyID, _ place: (table: String, row: String),
    column: String = "response", for actor: Actor
  ) throws -> Value? {
    guard let key = actor.keyring.agencyKey(.training, epoch: epoch) else { return nil }
    let bytes = try DropBox.open(
      sealed, with: key,
      at: FieldAddress(tenant: agency.description, table: place.table, column: column, row: place.row, revision: 1))
    return try JSONDecoder().decode(Value.self, from: Data(bytes))
  }
}
