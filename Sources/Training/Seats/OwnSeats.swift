import Accounts
import Basics
import Records
import Vault

/// Whose account a seat is kept in, seen by whoever opens its link.
public enum SeatKeeper: Hashable, Sendable { case nobody, actor, another }

/// Members who take part themselves: they keep their seat in their account, and find it on their home page.
///
/// A seat is reached by its link alone, with or without an account. Keeping it changes nothing of that: whoever took
/// part without an account and gets one later keeps the seat then.
extension ParticipantDesk {
  /// Keeps a seat in the actor's account. Said twice it is done once.
  ///
  /// Throws `Refusal` `.notFound` for a link that leads nowhere, `.conflict` when another member keeps it.
  public func keep(_ link: Token, _ actor: Actor) async throws {
    let (training, now) = (self.training, training.office.clock.now())
    try await training.office.database.write { transaction in
      let participant = try training.seat(link, transaction).participant.id
      if try SeatRecords.member(of: participant, transaction) == actor.member { return }
      guard try SeatRecords.take(participant, actor.member, at: now, transaction) else {
        throw Refusal(.conflict, Phrase("error.training_seat_kept"))
      }
      try transaction.record(entry(actor, "seat.keep", participant, now))
    }
  }

  /// Takes a seat out of the actor's account; its link goes on working.
  public func letGo(_ link: Token, _ actor: Actor) async throws {
    let (training, now) = (self.training, training.office.clock.now())
    try await training.office.database.write { transaction in
      let participant = try training.seat(link, transaction).participant.id
      guard try SeatRecords.leave(participant, actor.member, transaction) else { return }
      try transaction.record(entry(actor, "seat.let_go", participant, now))
    }
  }

  public func keeper(_ link: Token, _ actor: Actor) async throws -> SeatKeeper {
    let training = self.training
    return try await training.office.database.read { transaction in
      let participant = try training.seat(link, transaction).participant.id
      guard let member = try SeatRecords.member(of: participant, transaction) else { return .nobody }
      return member == actor.member ? .actor : .another
    }
  }

  /// The actor's own seats, the newest first, each with its link.
  public func own(_ actor: Actor) async throws -> [(seat: Seat, link: Token)] {
    let training = self.training
    return try await training.office.database.read { transaction in
      try SeatRecords.seats(actor.member, transaction).compactMap { participant in
        let link = training.link(participant)
        // A seat that was given up leads nowhere.
        guard let seat = try? training.seat(link, transaction) else { return nil }
        return (seat, link)
      }
    }
  }

  private func entry(_ actor: Actor, _ action: String, _ participant: ParticipantID, _ now: Moment) -> AuditEntry {
    AuditEntry(
      at: now, doer: actor.doer, action: action, objectKind: "participant", objectID: participant.description)
  }
}
