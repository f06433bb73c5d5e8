import Accounts
import Basics
import CountryPack
import Records

/// Earlier screenings of the same person, and what changed since.
extension ScreeningDesk {
  /// The other screenings of the same person that the actor may see, newest first: those of the same case, and those
  /// that were begun anew from one another.
  public func ofTheSamePerson(_ actor: Actor, _ id: ScreeningID) async throws -> [Screening] {
    try requireAny(actor)
    return try await office.database.read { try relatives(id, for: actor, $0) }
  }

  private func relatives(_ id: ScreeningID, for actor: Actor, _ transaction: any ReadTransaction) throws -> [Screening]
  {
    let screening = try load(id, for: actor, transaction)
    return try ScreeningRecords.related(screening, transaction)
      .filter { $0.id != id && ($0.member == actor.member || actor.may(.readScreenings)) }
  }

  /// Two screenings of the same person with what was said in both; records that each was read.
  ///
  /// Throws `Refusal.notFound` when they are not of the same person, or one is not the actor's to see.
  public func compare(_ actor: Actor, _ id: ScreeningID, with earlier: ScreeningID) async throws
    -> (before: ScreeningFile, after: ScreeningFile, ScreeningComparison)
  {
    try requireAny(actor)
    let now = office.clock.now()
    let files = try await office.database.write { transaction in
      guard try relatives(id, for: actor, transaction).contains(where: { $0.id == earlier }) else {
        throw Refusal.notFound
      }
      return try [earlier, id].map { id in
        let file = try open(try load(id, for: actor, transaction), for: actor, at: now, transaction)
        try transaction.record(entry("screening.read", actor, id))
        return file
      }.sorted { $0.screening.begunAt < $1.screening.begunAt }
    }
    guard let before = files.first, let after = files.last else { throw Refusal.notFound }
    return (before, after, ScreeningComparison(before: before, after: after, pack))
  }
}
