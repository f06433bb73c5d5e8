import Accounts
import Basics
import Records

/// A service as anybody may read it: what one needs to call it, go there and be let in.
///
/// An entry with an undisclosed place never becomes one, wherever else it is given: its name, telephone or hours could
/// lead there. What else the directory knows stays behind: desks for referrals, how many beds are free, what the
/// organisation says of itself (which may say that it keeps a shelter), and who confirmed it.
public struct PublicService: Hashable, Sendable {
  /// Why an entry can't be shown.
  public enum Obstacle: String, Hashable, Sendable, CaseIterable {
    case undisclosedPlace = "undisclosed_place"
    /// Nobody can call what is no longer offered.
    case notOffered = "not_offered"
  }

  /// Holds exactly this service, its organisation's name and its places.
  public let directory: Directory
  public let service: DirectoryService
  public let organisation: String

  /// `nil` when something stands in the way.
  ///
  /// - Parameter entry: with exactly one service.
  public init?(_ entry: Directory) {
    guard entry.services.count == 1, let full = entry.services.first, Self.obstacle(entry) == nil,
      let keeper = entry.organisations[full.organisation]
    else { return nil }
    var service = full
    (service.desks, service.capacities, service.confirmedBy) = ([], [], nil)
    let places = entry.places.values.filter { if case .postal = $0.site { false } else { true } }
    let kept = Set(places.map(\.key))
    service.sites = full.sites.filter { kept.contains($0.place) }
    self.service = service
    organisation = keeper.name
    directory = Directory(
      organisations: [DirectoryOrganisation(key: keeper.key, name: keeper.name, description: "")], places: places,
      services: [service])
  }

  public static func obstacle(_ entry: Directory) -> Obstacle? {
    if entry.places.values.contains(where: \.isUndisclosed) { return .undisclosedPlace }
    let isOffered = entry.services.allSatisfy { $0.status == .active || $0.status == .temporarilyClosed }
    return isOffered ? nil : .notOffered
  }

  public var places: [DirectoryPlace] { service.sites.compactMap { directory.places[$0.place] } }

  /// Whether somebody in a province can use it: it says so, or one of its places is there, or it says neither and has no
  /// place, as a telephone has none.
  public func serves(_ province: String) -> Bool {
    if let covers = service.area.covers(province) { return covers }
    let named = Set(places.compactMap(\.province))
    return named.isEmpty || named.contains(province)
  }
}

/// Whether the public reads an entry, for its page in the house.
public struct DirectoryShowing: Hashable, Sendable {
  public var entry: DirectoryEntry
  /// What the public reads or would read; `nil` when something stands in the way.
  public var preview: PublicService?
  public var obstacle: PublicService.Obstacle?
  /// Since when it is shown; `nil` while it is not.
  public var since: Moment?
  public var mayChange: Bool
}

extension DirectoryDesk {
  // MARK: For the public

  /// The public's entrance: the services that anybody may read, by name. It asks for no actor and answers nothing that
  /// was not marked by whoever keeps it, nothing undisclosed and nothing that is no longer offered.
  public func publicServices() async throws -> [PublicService] { try await loaded().open }

  /// How old what a service says is today.
  public func freshness(_ service: PublicService) -> DirectoryFreshness {
    let today = CalendarDay(office.clock.now(), offsetFromUTC: .minutes(codes.calendar.offsetMinutes))
    return DirectoryFreshness(service.service.confirmedOn, on: today, terms)
  }

  // MARK: For whoever keeps an entry

  /// Whether the public reads an entry, and what it reads or would read.
  ///
  /// Throws `Refusal`: `.forbidden`, `.notFound`.
  public func showing(_ actor: Actor, _ service: DirectoryServiceKey) async throws -> DirectoryShowing {
    try actor.requireDirectory()
    let (stored, mark) = try await office.database.read { transaction in
      (try DirectoryRecords.entry(service, transaction), try DirectoryRecords.shown(service, transaction))
    }
    guard let stored else { throw Refusal.notFound }
    let entry = try shown(stored)
    let preview = PublicService(entry.directory)
    // A mark of an agency that no longer keeps the entry is none: whoever keeps it now has not looked at it.
    let holds = preview != nil && mark.map { $0.agency == stored.agency } == true
    return DirectoryShowing(
      entry: entry, preview: preview, obstacle: PublicService.obstacle(entry.directory),
      since: holds ? mark?.at : nil, mayChange: Self.mayShow(actor, stored))
  }

  /// Lets the public read an entry as it is and will be, or no longer. Doing it again changes nothing.
  ///
  /// - Parameter revision: the entry's on the page that was looked at.
  ///
  /// Throws `Refusal`: `.notFound`; `.forbidden` unless one keeps the entry, or brings directories in and nobody keeps
  /// it; `.conflict` when it was changed since; `.invalid` for an undisclosed place and for what is no longer offered.
  public func show(
    _ actor: Actor, _ service: DirectoryServiceKey, toPublic isShown: Bool, revision: Int
  ) async throws {
    try actor.requireDirectory()
    let (now, codes) = (office.clock.now(), codes)
    try await office.database.write { transaction in
      guard let stored = try DirectoryRecords.entry(service, transaction) else { throw Refusal.notFound }
      guard Self.mayShow(actor, stored) else { throw Refusal.forbidden }
      let mark = try DirectoryRecords.shown(service, transaction)
      guard isShown else {
        // What must go, goes: also from a page that is old.
        guard mark != nil else { return }
        try DirectoryRecords.hide(service, transaction)
        return try transaction.record(Self.audit("directory.hide", service, actor, now))
      }
      if let obstacle = PublicService.obstacle(try DirectoryContent(stored, codes).directory) {
        throw Refusal(.invalid, Phrase("error.directory_\(obstacle.rawValue)"))
      }
      if let mark, mark.agency == stored.agency { return }
      guard stored.revision == revision else { throw Refusal.conflict }
      try DirectoryRecords.show(service, .init(agency: stored.agency, at: now), by: actor.member, transaction)
      try transaction.record(Self.audit("directory.show", service, actor, now))
    }
  }

  private static func mayShow(_ actor: Actor, _ stored: DirectoryRecords.Stored) -> Bool {
    guard let owner = stored.agency else { return actor.may(.importDirectory) }
    return actor.may(.keepDirectory) && owner == actor.agency
  }
}
