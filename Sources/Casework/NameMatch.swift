import Basics
import CountryPack

/// Why a person is shown as the answer to a name, the strongest first. An agreement, never a proof: a member decides.
public enum MatchReason: String, Hashable, Sendable, CaseIterable {
  case sameDocument = "same_document"
  case sameName = "same_name"
  case surnamesSwapped = "surnames_swapped"
  /// Found among the other names the person is known by.
  case otherName = "other_name"
  case nickname
  case soundsAlike = "sounds_alike"
  case oneLetter = "one_letter"
  /// Some of what was typed is not among the person's names.
  case partOfName = "part_of_name"
}

/// One word of a name as somebody typed it, with everything it may stand for.
struct TypedWord: Hashable, Sendable {
  let letters: String
  let sound: String
  /// Sounds of the names it is short for, or that are short for it.
  let nicknames: Set<String>
  /// Sounds one typing error away.
  let near: Set<String>

  init(_ letters: String, _ table: NicknameTable) {
    self.letters = letters
    sound = SpokenName.sound(letters)
    nicknames = table.others(sound)
    near = SpokenName.soundsNear(letters).subtracting(nicknames)
  }

  /// What can be found without a typing error.
  var sounds: [String] { [sound] + nicknames.sorted() }

  enum Agreement: Int, Comparable {
    case letters, sound, nickname, oneLetter
    static func < (lhs: Self, rhs: Self) -> Bool { lhs.rawValue < rhs.rawValue }
  }

  func agreement(_ word: NameMatch.Word) -> Agreement? {
    if word.letters == letters { return .letters }
    if word.sound == sound { return .sound }
    if nicknames.contains(word.sound) { return .nickname }
    return near.contains(word.sound) ? .oneLetter : nil
  }
}

/// How a typed name agrees with a person's names. Pure: no key, no store.
public struct NameMatch: Hashable, Sendable {
  public var reasons: [MatchReason]
  /// How many of the typed words were found.
  public var found: Int
  /// What the found words cost: 0 when each agrees letter by letter.
  public var cost: Int

  struct Word {
    var letters: String
    var sound: String
    init(_ letters: String) {
      self.letters = letters
      sound = SpokenName.sound(letters)
    }
  }

  /// `nil` when fewer than `needed` of the typed words are found with at most one typing error among them.
  init?(_ typed: [TypedWord], _ identity: PersonIdentity, needed: Int) {
    guard !typed.isEmpty else { return nil }
    let given = SpokenName.words(identity.givenNames).map(Word.init)
    let surnames = SpokenName.words(identity.surnames).map(Word.init)
    let own = given + surnames
    let others = SpokenName.words(identity.otherNames).map(Word.init)
    var hits: [(agreement: TypedWord.Agreement, isOther: Bool, place: Int)] = []
    for word in typed {
      let best = (own + others).enumerated().compactMap { place, own in word.agreement(own).map { ($0, place) } }
        .min { $0 < $1 }
      if let (agreement, place) = best { hits.append((agreement, place >= own.count, place)) }
    }
    // One typing error in all: of several, the others count as not found.
    let errors = hits.indices.filter { hits[$0].agreement == .oneLetter }
    for index in errors.dropFirst().reversed() { hits.remove(at: index) }
    guard hits.count >= max(1, needed) else { return nil }
    found = hits.count
    let surnamePlaces = hits.map(\.place).filter { $0 >= given.count && $0 < own.count }
    let isSwapped = surnamePlaces.count > 1 && surnamePlaces != surnamePlaces.sorted()
    var reasons: Set<MatchReason> = []
    for hit in hits {
      switch hit.agreement {
      case .letters: break
      case .sound: reasons.insert(.soundsAlike)
      case .nickname: reasons.insert(.nickname)
      case .oneLetter: reasons.insert(.oneLetter)
      }
      if hit.isOther { reasons.insert(.otherName) }
    }
    if isSwapped { reasons.insert(.surnamesSwapped) }
    if hits.count < typed.count { reasons.insert(.partOfName) }
    if reasons.isEmpty { reasons.insert(.sameName) }
    self.reasons = MatchReason.allCases.filter(reasons.contains)
    cost = hits.reduce(isSwapped ? 1 : 0) { $0 + 2 * $1.agreement.rawValue + ($1.isOther ? 1 : 0) }
  }
}
