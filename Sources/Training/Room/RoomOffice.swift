import Accounts
import Basics
import CountryPack
import Foundation
import Records
import Vault

/// What the room's desks share: only one's own, and the numbers that paper and badges carry.
extension TrainingOffice {
  func session(_ actor: Actor, _ id: TrainingSessionID, _ transaction: any ReadTransaction) throws -> (
    cohort: Cohort, session: TrainingSession
  ) {
    guard let cohort = try TrainingRecords.cohort(of: id, transaction) else { throw Refusal.notFound }
    let own = try owned(actor, cohort, transaction)
    guard let session = try TrainingRecords.sessions(cohort, transaction).first(where: { $0.id == id }) else {
      throw Refusal.notFound
    }
    return (own, session)
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

extension TrainingOffice {
  func day(_ moment: Moment) -> CalendarDay { CalendarDay(moment, offsetFromUTC: pack.offsetFromUTC) }
}
