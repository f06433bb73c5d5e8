import Accounts
import Basics
import Records

/// What an import did, or would do.
public struct DirectoryIntake: Hashable, Sendable {
  public var added = 0
  public var changed = 0
  public var unchanged = 0
  /// Left as they are, because their owner edited or confirmed them.
  public var keptByOwner = 0
}

/// One entry of an import and what would become of it.
public struct DirectoryIntakeLine: Hashable, Sendable {
  public enum Outcome: String, Hashable, Sendable, CaseIterable {
    case added, changed, unchanged
    /// Left as it is, because its owner edited or confirmed it.
    case keptByOwner = "kept_by_owner"
  }

  public var service: DirectoryServiceKey
  public var name: String
  public var organisation: String
  public var outcome: Outcome
  /// What would change, or what the owner says otherwise than the file.
  public var parts: [DirectoryPart] = []
  /// The agency that would keep it.
  public var owner: AgencyID?
}

extension DirectoryDesk {
  /// Brings a directory in: all of it or nothing.
  ///
  /// What an owner has edited or confirmed stays, also what that owner says of an organisation or a place that other
  /// entries share. An entry whose organisation has the name of an agency becomes that agency's to keep. What is stored
  /// and not in the directory stays.
  ///
  /// - Parameter isDryRun: whether only to say what would be done.
  ///
  /// Throws `Refusal`: `.forbidden`, `.conflict`.
  public func bring(_ actor: Actor, _ directory: Directory, isDryRun: Bool) async throws -> DirectoryIntake {
    try actor.require(.importDirectory)
    let (now, codes) = (office.clock.now(), codes)
    if isDryRun {
      return try await office.database.read { try Plan(directory, at: now, codes, $0).intake }
    }
    return try await office.database.write { try Self.store(directory, by: actor, at: now, codes, $0) }
  }

  static func store(
    _ directory: Directory, by actor: Actor, at now: Moment, _ codes: DirectoryCodes,
    _ transaction: any WriteTransaction
  ) throws -> DirectoryIntake {
    let plan = try Plan(directory, at: now, codes, transaction)
    for (stored, parts, revision) in plan.writes {
      guard try DirectoryRecords.store(stored, parts: parts, from: revision, transaction) else {
        throw Refusal.conflict
      }
    }
    if !plan.writes.isEmpty { try transaction.record(audit("directory.import", nil, actor, now)) }
    return plan.intake
  }

  /// Says which agency keeps an entry, or that nobody does.
  ///
  /// Throws `Refusal`: `.forbidden`, `.notFound` for an unknown entry or agency, `.conflict`.
  @discardableResult
  public func assign(_ actor: Actor, _ service: DirectoryServiceKey, to agency: AgencyID?, revision: Int) async throws
    -> DirectoryEntry
  {
    try actor.require(.importDirectory)
    let (now, codes) = (office.clock.now(), codes)
    let stored = try await office.database.write { transaction in
      guard var stored = try DirectoryRecords.entry(service, transaction) else { throw Refusal.notFound }
      if let agency, try AgencyDesk.agency(agency, transaction) == nil { throw Refusal.notFound }
      if stored.agency == agency { return stored }
      guard stored.revision == revision else { throw Refusal.conflict }
      // Whoever keeps it next has not looked at it yet.
      (stored.agency, stored.isKeptByOwner, stored.changedAt) = (agency, false, now)
      stored.revision = revision + 1
      let parts = try DirectoryContent(stored, codes).parts
      guard try DirectoryRecords.store(stored, parts: parts, from: revision, transaction) else {
        throw Refusal.conflict
      }
      try transaction.record(Self.audit("directory.assign", service, actor, now))
      return stored
    }
    return try shown(stored)
  }

  /// What an import writes, worked out against what is stored.
  struct Plan {
    var intake = DirectoryIntake()
    /// Each entry of the file, and those others that would say the same of what they share.
    var lines: [DirectoryIntakeLine] = []
    var writes: [(stored: DirectoryRecords.Stored, parts: [String], revision: Int)] = []

    init(
      _ directory: Directory, at now: Moment, _ codes: DirectoryCodes, _ transaction: any ReadTransaction
    ) throws {
      let stored = Dictionary(uniqueKeysWithValues: try DirectoryRecords.all(transaction).map { ($0.service, $0) })
      let kept = try stored.values.filter(\.isKeptByOwner).map { try DirectoryContent($0, codes).directory }
      let owners = Directory(
        organisations: kept.flatMap(\.organisations.values), places: kept.flatMap(\.places.values),
        services: kept.flatMap(\.services))
      let agencies = try Self.agencies(directory, transaction)
      for service in directory.services {
        let before = stored[service.key]
        if let before, before.isKeptByOwner {
          intake.keptByOwner += 1
          let old = try DirectoryContent(before, codes)
          lines.append(
            line(old, .keptByOwner, DirectoryPart.differences(old.directory, directory.only(service)), before.agency))
          continue
        }
        let single = directory.only(service).taking(partsOf: owners)
        let name = single.organisations[service.organisation]?.name ?? ""
        try add(DirectoryContent(checking: single, codes), before, agencies[name], at: now, codes)
      }
      // Others that nobody keeps say the same of what they share.
      let brought = Set(directory.services.map(\.key))
      for other in stored.values.sorted(by: { $0.service < $1.service })
      where !other.isKeptByOwner && !brought.contains(other.service) {
        let old = try DirectoryContent(other, codes)
        let new = DirectoryContent(
          old.directory.taking(partsOf: directory).taking(partsOf: owners), old.service, codes)
        if new.text != old.text { try add(new, other, nil, at: now, codes) }
      }
    }

    private mutating func add(
      _ content: DirectoryContent, _ before: DirectoryRecords.Stored?, _ agency: AgencyID?, at now: Moment,
      _ codes: DirectoryCodes
    ) throws {
      let owner = before?.agency ?? agency
      if let before, before.content == content.text, before.agency == owner {
        intake.unchanged += 1
        lines.append(line(content, .unchanged, [], owner))
        return
      }
      if let before {
        intake.changed += 1
        let old = try DirectoryContent(before, codes).directory
        lines.append(line(content, .changed, DirectoryPart.differences(old, content.directory), owner))
      } else {
        intake.added += 1
        lines.append(line(content, .added, [], owner))
      }
      let revision = before?.revision ?? 0
      writes.append(
        (
          DirectoryRecords.Stored(
            service: content.service.key, agency: owner, content: content.text, isKeptByOwner: false, changedAt: now,
            revision: revision + 1), content.parts, revision
        ))
    }

    private func line(
      _ content: DirectoryContent, _ outcome: DirectoryIntakeLine.Outcome, _ parts: [DirectoryPart], _ owner: AgencyID?
    ) -> DirectoryIntakeLine {
      let service = content.service
      return DirectoryIntakeLine(
        service: service.key, name: service.name,
        organisation: content.directory.organisations[service.organisation]?.name ?? "", outcome: outcome,
        parts: parts, owner: owner)
    }

    /// The agencies by the names of the directory's organisations.
    private static func agencies(_ directory: Directory, _ transaction: any ReadTransaction) throws -> [String:
      AgencyID]
    {
      let names = Set(directory.organisations.values.map(\.name))
      var found: [String: AgencyID] = [:]
      for agency in try AgencyDesk.all(transaction) where names.contains(agency.name) { found[agency.name] = agency.id }
      return found
    }
  }
}

/// One entry as text and as values.
struct DirectoryContent {
  let directory: Directory
  let service: DirectoryService
  let text: String

  /// What the entry speaks of and others may speak of too.
  var parts: [String] {
    let places = Set(service.sites.map { "place:" + $0.place.description })
    return ["organisation:" + service.organisation.description] + places.sorted()
  }

  /// Of values that were checked before.
  init(_ directory: Directory, _ service: DirectoryService, _ codes: DirectoryCodes) {
    self.directory = directory
    self.service = service
    text = String(decoding: directory.hsds(codes), as: UTF8.self)
  }

  /// Of values from outside: they must be one service that comes back the same when it is read again.
  ///
  /// Throws `Refusal.invalid`.
  init(checking directory: Directory, _ codes: DirectoryCodes) throws {
    let reading = Directory.read(json: directory.hsds(codes), codes)
    guard reading.isSound, directory.services.count == 1, let service = directory.services.first,
      reading.directory == directory
    else { throw Refusal(.invalid, Phrase("error.check_fields")) }
    self.init(directory, service, codes)
  }

  /// Of what is stored, also under an earlier pack whose codes are gone.
  ///
  /// Throws `DatabaseFailure.malformed`.
  init(_ stored: DirectoryRecords.Stored, _ codes: DirectoryCodes) throws {
    var codes = codes
    codes.acceptsOthers = true
    let reading = Directory.read(json: Array(stored.content.utf8), codes)
    guard reading.isSound, let service = reading.directory.services.first, service.key == stored.service else {
      throw DatabaseFailure.malformed(column: "content")
    }
    directory = reading.directory
    self.service = service
    text = stored.content
  }
}
