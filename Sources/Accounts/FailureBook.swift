import Basics
import Records
import Vault

/// Failed tries at something that needs no sign-in, counted by place and slowed down by `Throttle`.
///
///     let book = FailureBook(office, purpose: "sync")
///     if try await book.isPausing("203.0.113.7") { … }
public struct FailureBook: Sendable {
  private let office: Office
  private let purpose: String
  private let free: Int

  /// - Parameters:
  ///   - purpose: what is tried; each has books of its own.
  ///   - free: how many failures count for nothing, before those that `Throttle` lets pass.
  public init(_ office: Office, purpose: String, free: Int = 0) {
    self.office = office
    self.purpose = purpose
    self.free = free
  }

  /// Whether whoever tries from this place has to wait.
  public func isPausing(_ place: String) async throws -> Bool {
    let (now, tag, free) = (office.clock.now(), tag(place), free)
    return try await office.database.read { transaction in
      guard let (count, last) = try SessionRecords.counted(tag, transaction), last + Throttle.memory > now else {
        return false
      }
      return last + Throttle.pause(afterFailures: count - free) > now
    }
  }

  /// One more failure from this place. Only a keyed tag of the place is kept.
  public func count(_ place: String) async throws {
    let (now, tag) = (office.clock.now(), tag(place))
    try await office.database.keepBooks { transaction in
      let (count, last) = try SessionRecords.failures(tag, at: now, transaction)
      try SessionRecords.setFailures(tag, last + Throttle.memory <= now ? 1 : count + 1, at: now, transaction)
    }
  }

  private func tag(_ place: String) -> [UInt8] { office.root.tag("attempts/" + purpose, [Array(place.utf8)]) }
}
