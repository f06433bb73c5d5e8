import Accounts
import Basics
import CountryPack
import Foundation
import Records
import Vault

extension TrainingOffice {
  /// One of the actor's own agency's cohorts. Throws `Refusal.notFound` for any other.
  func owned(_ actor: Actor, _ id: CohortID, _ transaction: any ReadTransaction) throws -> Cohort {
    guard let cohort = try TrainingRecords.cohort(id, transaction), cohort.agency == actor.agency else {
      throw Refusal.notFound
    }
    return cohort
  }

  /// The same, for a change: a cohort that was cancelled stays as it is.
  func changeable(_ actor: Actor, _ id: CohortID, _ transaction: any ReadTransaction) throws -> Cohort {
    let cohort = try owned(actor, id, transaction)
    guard !cohort.isCancelled else { throw Refusal(.conflict, Phrase("error.training_cancelled")) }
    return cohort
  }

  func note(
    _ actor: Actor, _ action: String, _ kind: String, _ id: String, _ transaction: any WriteTransaction
  ) throws {
    try transaction.record(
      AuditEntry(at: office.clock.now(), doer: actor.doer, action: action, objectKind: kind, objectID: id))
  }

  /// As many of those who wait as there are seats move up, in the order of registration.
  func moveUp(_ cohort: Cohort, _ actor: Actor, _ transaction: any WriteTransaction) throws {
    var free = cohort.seats - (try TrainingRecords.count(cohort.id, .enrolled, transaction))
    for next in try TrainingRecords.participants(cohort.id, transaction).map(\.participant)
    where next.status == .waiting && free > 0 {
      guard try TrainingRecords.set(.enrolled, next.id, from: .waiting, transaction) else { continue }
      try note(actor, "participant.move_up", "participant", next.id.description, transaction)
      free -= 1
    }
  }

  /// The bytes of the nth thing that a request with this id makes: asked twice, it makes the same.
  func bytes(_ purpose: String, _ id: String, _ index: Int) -> (UInt64, UInt64) {
    let tag = sha256(Array("\(purpose)/\(id)/\(index)".utf8))
    func number(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
    return (number(tag[0..<8]), number(tag[8..<16]))
  }
}
