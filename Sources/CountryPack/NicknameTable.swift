import Basics

/// A short or pet name and the names it stands for. It finds people and decides nothing.
struct Nickname {
  let nickname: String
  let names: [String]
}

/// The nicknames of a pack by sound, in both directions.
public struct NicknameTable: Hashable, Sendable {
  private let others: [String: Set<String>]

  init(_ nicknames: [Nickname]) {
    var formal: [String: Set<String>] = [:]
    var short: [String: Set<String>] = [:]
    for entry in nicknames {
      let nickname = SpokenName.words(entry.nickname).map(SpokenName.sound)
      for name in entry.names.flatMap(SpokenName.words).map(SpokenName.sound) {
        for nickname in nickname {
          formal[nickname, default: []].insert(name)
          short[name, default: []].insert(nickname)
        }
      }
    }
    // Pepe is found for José, José for Pepe, and Chepe for Pepe; but not Héctor for Alberto, who are both called Tito.
    others = Set(formal.keys).union(short.keys).reduce(into: [:]) { others, sound in
      let names = formal[sound] ?? []
      others[sound] = names.union(short[sound] ?? []).union(names.flatMap { short[$0] ?? [] }).subtracting([sound])
    }
  }

  /// The sounds of the names that may be meant by a name of this sound.
  public func others(_ sound: String) -> Set<String> { others[sound] ?? [] }
}
