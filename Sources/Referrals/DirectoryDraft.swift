import Accounts
import Basics
import Records

public enum DirectoryDraftEntity {}
public typealias DirectoryDraftID = Identifier<DirectoryDraftEntity>

/// A file with a directory that was read and waits to be stored, so that what it would change can be looked at first.
public struct DirectoryDraft: Hashable, Sendable {
  public var id: DirectoryDraftID
  public var by: MemberID
  public var readAt: Moment
  /// Services of the file, with those that were left out for their problems.
  public var services: Int
  public var leftOut: Int
  /// `nil` until it is stored.
  public var storedAt: Moment?
}

/// What storing a draft would do, and the version of the directory that was looked at.
public struct DirectoryPreview: Hashable, Sendable {
  public var draft: DirectoryDraft
  public var intake: DirectoryIntake
  public var lines: [DirectoryIntakeLine]
  public var version: Int
}

extension DirectoryDesk {
  /// How long a file that was read is kept.
  static let draftLife = Span.days(7)

  /// Keeps what was read of a file until it is stored; other drafts that are too old go. Doing it again changes nothing.
  ///
  /// - Parameters:
  ///   - reading: its good services are kept.
  ///   - id: the form holds it.
  ///
  /// Throws `Refusal`: `.forbidden`, `.conflict` for another member's draft.
  public func keep(_ actor: Actor, _ reading: DirectoryReading, id: DirectoryDraftID) async throws {
    try actor.require(.importDirectory)
    let now = office.clock.now()
    let draft = DirectoryDraft(
      id: id, by: actor.member, readAt: now, services: reading.serviceCount,
      leftOut: reading.serviceCount - reading.directory.services.count)
    let content = String(decoding: reading.directory.hsds(codes), as: UTF8.self)
    try await office.database.write { transaction in
      if let existing = try DirectoryRecords.draft(id, transaction) {
        guard existing.draft.by == actor.member else { throw Refusal.conflict }
        return
      }
      try DirectoryRecords.forgetDrafts(before: now - Self.draftLife, transaction)
      try DirectoryRecords.insert(draft, content, transaction)
      try transaction.record(Self.audit("directory.read", nil, actor, now))
    }
  }

  /// What storing a draft would do now.
  ///
  /// Throws `Refusal`: `.forbidden`, `.notFound`; for a draft that was stored the lines are empty.
  public func preview(_ actor: Actor, _ id: DirectoryDraftID) async throws -> DirectoryPreview {
    try actor.require(.importDirectory)
    let (now, codes) = (office.clock.now(), codes)
    return try await office.database.read { transaction in
      let (draft, content) = try Self.draft(id, of: actor, transaction)
      let version = try DirectoryRecords.version(transaction)
      guard draft.storedAt == nil else {
        return DirectoryPreview(draft: draft, intake: DirectoryIntake(), lines: [], version: version)
      }
      let plan = try Plan(Self.read(content, codes), at: now, codes, transaction)
      return DirectoryPreview(draft: draft, intake: plan.intake, lines: plan.lines, version: version)
    }
  }

  /// Stores a draft as it was looked at, all of it or nothing. Doing it again changes nothing.
  ///
  /// - Parameter version: of the directory in the preview.
  ///
  /// Throws `Refusal`: `.forbidden`, `.notFound`, `.conflict` when the directory has changed since the preview.
  public func store(_ actor: Actor, _ id: DirectoryDraftID, version: Int) async throws {
    try actor.require(.importDirectory)
    let (now, codes) = (office.clock.now(), codes)
    try await office.database.write { transaction in
      let (draft, content) = try Self.draft(id, of: actor, transaction)
      if draft.storedAt != nil { return }
      guard try DirectoryRecords.version(transaction) == version else {
        throw Refusal(.conflict, Phrase("error.directory_moved"))
      }
      _ = try Self.store(Self.read(content, codes), by: actor, at: now, codes, transaction)
      guard try DirectoryRecords.setStored(id, at: now, transaction) else { throw Refusal.conflict }
      // Storing nothing new is an entry too: somebody brought the file in.
      try transaction.record(Self.audit("directory.draft_stored", nil, actor, now))
    }
  }

  private static func draft(_ id: DirectoryDraftID, of actor: Actor, _ transaction: any ReadTransaction) throws -> (
    DirectoryDraft, String
  ) {
    guard let found = try DirectoryRecords.draft(id, transaction), found.draft.by == actor.member else {
      throw Refusal.notFound
    }
    return found
  }

  private static func read(_ content: String, _ codes: DirectoryCodes) -> Directory {
    Directory.read(json: Array(content.utf8), codes).directory
  }
}
