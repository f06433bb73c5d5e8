import Accounts
import Basics
import CountryPack
import Foundation
import Records
import Vault

/// What the room's desks share: only one's own, and the numbers that paper and badges carry.
extension TrainingOffice {
  func cohort(_ actor: Actor, _ id: CohortID, _ transaction: any ReadTransaction) throws -> Cohort {
    guard let cohort = try TrainingRecords.cohort(id, transaction), cohort.agency == actor.agency else {
      throw Refusal.notFound
    }
    return cohort
  }

  func session(_ actor: Actor, _ id: TrainingSessionID, _ transaction: any ReadTransaction) throws -> (
    cohort: Cohort, session: TrainingSession
  ) {
    guard let cohort = try TrainingRecords.cohort(of: id, transaction) else { throw Refusal.notFound }
    let own = try self.cohort(actor, cohort, transaction)
    guard let session = try TrainingRecords.sessions(cohort, transaction).first(where: { $0.id == id }) else {
      throw Refusal.notFound
    }
    return (own, session)
  }

  func entry(_ actor: Actor, _ action: String, _ kind: String, _ id: String) -> AuditEntry {
    AuditEntry(at: office.clock.now(), doer: actor.doer, action: action, objectKind: kind, objectID: id)
  }

  /// Somebody enrolled with number and name.
  struct Numbered {
    var participant: Participant
    var number: Int
    var identity: ParticipantIdentity?
  }

  /// Everybody enrolled, by number. Who has none yet gets the next one, in the order of the names: a number that stands
  /// on paper never changes.
  ///
  /// Reads names: the caller records it.
  func numbered(_ cohort: Cohort, for actor: Actor, _ transaction: any WriteTransaction) throws -> [Numbered] {
    var numbers = try RoomRecords.numbers(cohort.id, transaction)
    let people = try TrainingRecords.participants(cohort.id, transaction)
      .filter { $0.participant.status == .enrolled }
      .map { (participant: $0.participant, identity: try identity($0, for: actor)) }
    let unnumbered = people.filter { numbers[$0.participant.id] == nil }
      .map { (id: $0.participant.id, name: sortingName($0.identity)) }
      .sorted { ($0.name, $0.id) < ($1.name, $1.id) }
    var next = (numbers.values.max() ?? 0) + 1
    for person in unnumbered {
      try RoomRecords.insert(number: next, of: person.id, in: cohort.id, transaction)
      numbers[person.id] = next
      next += 1
    }
    return people.map {
      Numbered(participant: $0.participant, number: numbers[$0.participant.id] ?? 0, identity: $0.identity)
    }.sorted { $0.number < $1.number }
  }

  private func sortingName(_ identity: ParticipantIdentity?) -> String {
    // After every name: who is sealed comes last.
    identity.map { String(decoding: CohortRules.comparable($0.name), as: UTF8.self) } ?? "\u{10FFFF}"
  }

  // MARK: The short code of a badge

  /// `17-k4m`: the number and three letters that come from the root secret.
  func badge(_ number: Int, _ participant: ParticipantID) -> String {
    "\(number)-" + letters(office.root.tag("badge", [Array(participant.description.utf8)]), 3)
  }

  /// The number of a typed badge code; the letters are compared by whoever knows the participant.
  static func badgeNumber(_ typed: String) -> Int? {
    let digits = typed.trimmingPrefix { $0.isWhitespace }.prefix { $0.isASCII && $0.isNumber }
    return digits.count <= 4 ? Int(digits) : nil
  }

  func isBadge(_ typed: String, _ number: Int, _ participant: ParticipantID) -> Bool {
    func plain(_ text: String) -> [UInt8] { Array(text.lowercased().filter { $0.isLetter || $0.isNumber }.utf8) }
    return equalInConstantTime(plain(typed), plain(badge(number, participant)))
  }

  /// Crockford's letters of a tag, five bits each.
  func letters(_ tag: [UInt8], _ count: Int) -> String {
    let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz")
    return String(tag.prefix(count).map { alphabet[Int($0 & 31)] })
  }
}

// MARK: Sealing outside of a transaction

extension TrainingOffice {
  typealias SealingKey = (epoch: Int, publicKey: [UInt8])

  func sealingKey(_ agency: AgencyID, _ transaction: any ReadTransaction) throws -> SealingKey {
    guard let key = try AgencyDesk.publicKey(of: agency, .training, transaction) else { throw Refusal.notFound }
    return key
  }

  /// Seals the answers of one test: with one key exchange, since sealing costs more than all else.
  func sealed(
    _ responses: [String: QuestionResponse], of names: [String], with key: SealingKey, _ person: Participant,
    _ occasion: TestOccasion
  ) throws -> [String: [UInt8]] {
    let (sealer, encoder) = (try DropBox.Sealer(to: key.publicKey), JSONEncoder())
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
    return try DropBox.seal(
      Array(try encoder.encode(value)), to: key.publicKey,
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

  func day(_ moment: Moment) -> CalendarDay { CalendarDay(moment, offsetFromUTC: pack.offsetFromUTC) }
}
