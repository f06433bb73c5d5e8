import Basics

/// Everything of the public site that can be found, gathered from its rooms, once for all who search.
struct PublicCatalog: Sendable {
  let rooms: [any PublicRoom]
  let cache: PublicCache
  let screen: Screen

  func index(_ visit: PublicVisit) async throws -> PublicIndex {
    let isWhole = screen.languages.contains(visit.language)
    return try await cache.found.value(visit.language) {
      var entries: [PublicEntry] = []
      var seen: Set<String> = []
      for room in rooms {
        for entry in try await room.publicEntries(visit)
        // In a language of which there is only a part: what says that it is written in it.
        where (isWhole && entry.languages.isEmpty) || entry.languages.contains(visit.language) {
          if seen.insert(entry.path).inserted { entries.append(entry) }
        }
      }
      return PublicIndex(entries)
    }
  }
}
