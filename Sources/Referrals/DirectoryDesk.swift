import Accounts
import Basics
import CountryPack
import Records
import Synchronization

/// An entry of the directory: one service with its organisation and places, and who keeps it.
public struct DirectoryEntry: Hashable, Sendable {
  /// Holds exactly one service.
  public var directory: Directory
  public var service: DirectoryService
  /// The agency that edits and confirms it; `nil` while nobody does.
  public var owner: AgencyID?
  public var freshness: DirectoryFreshness
  public var revision: Int
}

/// The one way to the stored directory: to search it, keep one's own entries, and bring others' in.
///
/// Entries are content about organisations and not about persons: they are plain, and reading them is no audit entry.
/// The address of an undisclosed place is not stored at all.
public struct DirectoryDesk: Sendable {
  let office: Office
  let codes: DirectoryCodes
  /// The purpose of a consent on which nobody is referred.
  let beingFound: String?
  let terms: DirectoryTerms
  private let ready = ReadyDirectory()

  public init(_ office: Office, _ pack: CountryPack) {
    self.office = office
    codes = DirectoryCodes(pack)
    beingFound = pack.known?.purpose
    terms = DirectoryTerms(adultFrom: codes.adultFrom)
  }

  // MARK: Reading

  /// Services that answer, the best first, with the reasons. Whoever has to do with referrals may ask.
  ///
  /// Throws `Refusal.forbidden`.
  public func search(_ actor: Actor, _ query: DirectoryQuery) async throws -> [DirectoryMatch] {
    try actor.requireDirectory()
    return try await loaded().search.matches(query)
  }

  /// Which agency keeps which entry, those that nobody keeps left out.
  public func owners(_ actor: Actor) async throws -> [DirectoryServiceKey: AgencyID] {
    try actor.requireDirectory()
    return try await loaded().owners
  }

  /// The towns that places of the directory name, to measure distances from, by name. Undisclosed places name none.
  public func towns(_ actor: Actor) async throws -> [DirectoryTown] {
    try actor.requireDirectory()
    return try await loaded().towns
  }

  /// The whole directory, to be handed on.
  public func directory(_ actor: Actor) async throws -> Directory {
    try actor.requireDirectory()
    return try await loaded().directory
  }

  /// Throws `Refusal`: `.forbidden`, `.notFound`.
  public func entry(_ actor: Actor, _ service: DirectoryServiceKey) async throws -> DirectoryEntry {
    try actor.requireDirectory()
    let stored = try await office.database.read { try DirectoryRecords.entry(service, $0) }
    guard let stored else { throw Refusal.notFound }
    return try shown(stored)
  }

  /// Entries of all agencies, and of nobody, that nobody has confirmed lately or that nobody keeps; for who brings
  /// directories in. Those nobody keeps come first, then the longest unconfirmed.
  public func unkept(_ actor: Actor) async throws -> [DirectoryEntry] {
    try actor.require(.importDirectory)
    let stored = try await office.database.read { try DirectoryRecords.all($0) }
    return try stored.map(shown).filter { $0.service.status != .defunct && ($0.owner == nil || !$0.freshness.holds) }
      .sorted { Self.order($0) < Self.order($1) }
  }

  private static func order(_ entry: DirectoryEntry) -> (Int, Int, String) {
    (entry.owner == nil ? 0 : 1, entry.service.confirmedOn?.daysSince1970 ?? 0, entry.service.key.description)
  }

  /// The own agency's entries, those first whose confirmation is missing or ends soonest.
  public func own(_ actor: Actor) async throws -> [DirectoryEntry] {
    try actor.requireReferrals()
    let stored = try await office.database.read { try DirectoryRecords.entries(of: actor.agency, $0) }
    return try stored.map(shown).sorted {
      ($0.service.confirmedOn?.daysSince1970 ?? 0, $0.service.key.description)
        < ($1.service.confirmedOn?.daysSince1970 ?? 0, $1.service.key.description)
    }
  }

  /// When an entry can be reached at its first place that is open, else when it opens first.
  public func opening(_ entry: DirectoryEntry, at moment: Moment) -> DirectoryOpening {
    let service = entry.service
    let all = service.sites.map { site in
      site.schedules.isEmpty
        ? service.schedules.isEmpty ? entry.directory.places[site.place]?.details?.schedules ?? [] : service.schedules
        : site.schedules
    }
    return codes.calendar.opening(all.isEmpty ? service.schedules : all.flatMap(\.self), at: moment)
  }

  /// What the own agency says of itself, for a new entry: as its entries say, or its name where there is none yet.
  public func organisation(_ actor: Actor) async throws -> DirectoryOrganisation {
    try actor.require(.keepDirectory)
    let organisations = try await own(actor).compactMap { $0.directory.organisations[$0.service.organisation] }
    if let known = organisations.first(where: { $0.name == actor.agencyName }) ?? organisations.first { return known }
    guard let key = DirectoryOrganisationKey(actor.agency.description) else { throw Refusal.notFound }
    return DirectoryOrganisation(key: key, name: actor.agencyName, description: "")
  }

  // MARK: Keeping one's own

  /// Stores an own entry, new or changed. What it says of its organisation and places then holds for the agency's other
  /// entries too. Doing it again changes nothing.
  ///
  /// - Parameters:
  ///   - entry: holds exactly one service.
  ///   - revision: the entry's on the page the actor looked at; 0 for a new one.
  ///
  /// Throws `Refusal`: `.forbidden` for another agency's, `.conflict` when somebody was faster or an organisation or
  /// place is another agency's to describe, `.invalid` for what could not be imported either.
  @discardableResult
  public func save(_ actor: Actor, _ entry: Directory, revision: Int) async throws -> DirectoryEntry {
    try actor.require(.keepDirectory)
    let (now, codes) = (office.clock.now(), codes)
    let content = try DirectoryContent(checking: entry, codes)
    let stored = try await office.database.write { transaction in
      let before = try DirectoryRecords.entry(content.service.key, transaction)
      if let before {
        guard before.agency == actor.agency else { throw Refusal.forbidden }
        if before.content == content.text, before.isKeptByOwner { return before }
      }
      guard before?.revision ?? 0 == revision else { throw Refusal(.conflict, Phrase("error.directory_edited")) }
      let stored = DirectoryRecords.Stored(
        service: content.service.key, agency: actor.agency, content: content.text, isKeptByOwner: true,
        changedAt: now, revision: revision + 1)
      guard try DirectoryRecords.store(stored, parts: content.parts, from: revision, transaction) else {
        throw Refusal.conflict
      }
      try Self.carry(content, of: actor.agency, at: now, codes, transaction)
      try transaction.record(Self.audit("directory.edit", content.service.key, actor, now))
      return stored
    }
    return try shown(stored)
  }

  /// Says that all of an own entry is so today. Doing it again on the same day changes nothing.
  ///
  /// Throws `Refusal`: `.notFound`, `.forbidden` for another agency's, `.conflict` when the entry is no longer the one
  /// that was looked at.
  @discardableResult
  public func confirm(_ actor: Actor, _ service: DirectoryServiceKey, revision: Int) async throws -> DirectoryEntry {
    let today = CalendarDay(office.clock.now(), offsetFromUTC: .minutes(codes.calendar.offsetMinutes))
    return try await change(actor, service, revision, "directory.confirm") {
      // Who confirmed it elsewhere before is not who says so now.
      if $0.confirmedOn != today { ($0.confirmedOn, $0.confirmedBy) = (today, nil) }
    }
  }

  /// Says how much room an own service has now. Saying the same again within a few minutes, as a second click does,
  /// changes nothing.
  ///
  /// Throws `Refusal` as `confirm` does; `.invalid` when more is free than there is.
  @discardableResult
  public func count(
    _ actor: Actor, _ service: DirectoryServiceKey, unit: String, available: Int, maximum: Int?, revision: Int
  ) async throws -> DirectoryEntry {
    let now = office.clock.now()
    guard (0...100_000).contains(available), maximum.map({ (0...100_000).contains($0) && available <= $0 }) ?? true
    else {
      throw Refusal.fields([FieldProblem("available", "error.directory_count")])
    }
    return try await change(actor, service, revision, "directory.count") { service in
      let before = service.capacities.first { $0.unit == unit }
      if let before, before.available == available, before.maximum == maximum,
        before.updated > now - .minutes(Self.sameCountMinutes), before.updated <= now
      {
        return
      }
      let note = before?.note
      service.capacities.removeAll { $0.unit == unit }
      service.capacities.append(
        DirectoryCapacity(unit: unit, available: available, maximum: maximum, note: note, updated: now))
    }
  }

  /// For how long the same count counts as the same click.
  private static let sameCountMinutes = 5

  private func change(
    _ actor: Actor, _ key: DirectoryServiceKey, _ revision: Int, _ action: String,
    _ body: @escaping @Sendable (inout DirectoryService) -> Void
  ) async throws -> DirectoryEntry {
    try actor.require(.keepDirectory)
    let (now, codes) = (office.clock.now(), codes)
    let stored = try await office.database.write { transaction in
      guard var stored = try DirectoryRecords.entry(key, transaction) else { throw Refusal.notFound }
      guard stored.agency == actor.agency else { throw Refusal.forbidden }
      let before = try DirectoryContent(stored, codes)
      var service = before.service
      body(&service)
      if service == before.service, stored.isKeptByOwner { return stored }
      guard stored.revision == revision else { throw Refusal.conflict }
      let content = try DirectoryContent(checking: before.directory.replacing(service), codes)
      (stored.content, stored.isKeptByOwner, stored.changedAt) = (content.text, true, now)
      stored.revision = revision + 1
      guard try DirectoryRecords.store(stored, parts: content.parts, from: revision, transaction) else {
        throw Refusal.conflict
      }
      try transaction.record(Self.audit(action, key, actor, now))
      return stored
    }
    return try shown(stored)
  }

  /// Lets the agency's other entries say the same of what they share; nobody else's are touched.
  private static func carry(
    _ content: DirectoryContent, of agency: AgencyID, at now: Moment, _ codes: DirectoryCodes,
    _ transaction: any WriteTransaction
  ) throws {
    for part in content.parts {
      for var other in try DirectoryRecords.entries(with: part, transaction) where other.service != content.service.key
      {
        let old = try DirectoryContent(other, codes)
        let new = DirectoryContent(old.directory.taking(partsOf: content.directory), old.service, codes)
        if new.text == old.text { continue }
        guard other.agency == agency else { throw Refusal(.conflict, Phrase("error.directory_shared")) }
        let revision = other.revision
        (other.content, other.changedAt, other.revision) = (new.text, now, revision + 1)
        guard try DirectoryRecords.store(other, parts: new.parts, from: revision, transaction) else {
          throw Refusal.conflict
        }
      }
    }
  }

  // MARK: In memory

  func loaded() async throws -> ReadyDirectory.Content {
    let (ready, codes) = (ready, codes)
    let known = ready.content.withLock { $0 }
    let fresh = try await office.database.read { transaction in
      let version = try DirectoryRecords.version(transaction)
      return known?.version == version
        ? nil : (version, try DirectoryRecords.all(transaction), try DirectoryRecords.shown(transaction))
    }
    guard let (version, stored, shown) = fresh else { return known ?? .empty }
    // Only what has changed is read anew: a count of beds must not cost a whole directory.
    var read: [DirectoryServiceKey: ReadyDirectory.Entry] = [:]
    for one in stored {
      if let before = known?.read[one.service], before.text == one.content {
        read[one.service] = before
      } else {
        read[one.service] = .init(text: one.content, directory: try DirectoryContent(one, codes).directory)
      }
    }
    let entries = stored.compactMap { read[$0.service]?.directory }
    let directory = Directory(
      organisations: entries.flatMap(\.organisations.values), places: entries.flatMap(\.places.values),
      services: entries.flatMap(\.services))
    let content = ReadyDirectory.Content(
      version: version, directory: directory,
      search: DirectorySearch(directory, calendar: codes.calendar, terms: terms),
      owners: Dictionary(uniqueKeysWithValues: stored.compactMap { one in one.agency.map { (one.service, $0) } }),
      towns: DirectoryTown.all(directory),
      open: stored.compactMap { one in
        guard let mark = shown[one.service], mark.agency == one.agency else { return nil }
        return read[one.service].flatMap { PublicService($0.directory) }
      }.sorted { ($0.service.name, $0.service.key) < ($1.service.name, $1.service.key) }, read: read)
    ready.content.withLock { held in
      if held.map({ $0.version < version }) ?? true { held = content }
    }
    return content
  }

  func shown(_ stored: DirectoryRecords.Stored) throws -> DirectoryEntry {
    let content = try DirectoryContent(stored, codes)
    let today = CalendarDay(office.clock.now(), offsetFromUTC: .minutes(codes.calendar.offsetMinutes))
    return DirectoryEntry(
      directory: content.directory, service: content.service, owner: stored.agency,
      freshness: DirectoryFreshness(content.service.confirmedOn, on: today, terms), revision: stored.revision)
  }

  static func audit(_ action: String, _ service: DirectoryServiceKey?, _ actor: Actor, _ now: Moment) -> AuditEntry {
    AuditEntry(
      at: now, doer: actor.doer, action: action, objectKind: service == nil ? "directory" : "directory_entry",
      objectID: service?.description ?? "")
  }
}

/// The directory as this server holds it, made again when the store's version has moved on.
final class ReadyDirectory: Sendable {
  struct Entry: Sendable {
    var text: String
    var directory: Directory
  }

  struct Content: Sendable {
    var version: Int
    var directory: Directory
    var search: DirectorySearch
    var owners: [DirectoryServiceKey: AgencyID] = [:]
    var towns: [DirectoryTown] = []
    /// What anybody may read.
    var open: [PublicService] = []
    var read: [DirectoryServiceKey: Entry] = [:]

    static let empty = Content(
      version: 0, directory: Directory(),
      search: DirectorySearch(Directory(), calendar: DirectoryCalendar(offsetMinutes: 0)))
  }

  let content = Mutex<Content?>(nil)
}
