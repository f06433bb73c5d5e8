import Foundation

/// How names are written and said in Latin America: the words of a name, the sound of a word, and what a word may have
/// been before one typing error. Pure, so that a search, a comparison of two records and a count of persons use one rule.
///
///     SpokenName.words("María de la Cruz")                 // ["maria", "cruz"]
///     SpokenName.sound("gonzález") == SpokenName.sound("Gonsales")
///     SpokenName.soundsNear("kipse").contains(SpokenName.sound("Quispe"))   // two letters changed places
///
/// Our own rules: seseo, yeísmo, `b` = `v` = `w`, silent `h`, `c`/`k`/`qu`, soft `g` = `j` = `x` at the start of a word,
/// `m` before `b` and `p`, `sh` = `s`, doubled letters as one. Vowels are kept: a typing error is looked for apart.
public enum SpokenName {
  /// Words that join names and are left out or added as it comes.
  static let particles: Set<String> = [
    "de", "la", "del", "las", "los", "el", "y", "e", "da", "das", "do", "dos", "di", "van", "von",
  ]
  /// Particles written together with what follows: `Delacruz`, `Delosreyes`. `Delgado` is none.
  private static let joined = ["dela", "delas", "delos"]
  /// From so many letters on a word can have a typing error; in shorter ones everything is near everything.
  static let shortestWithError = 4

  /// The words of a name: without accents, in lower case, without particles unless there is nothing else.
  public static func words(_ name: String) -> [String] {
    let folded = name.folding(options: [.diacriticInsensitive, .caseInsensitive, .widthInsensitive], locale: nil)
    let all = folded.filter { !apostrophes.contains($0) }.split { !$0.isLetter }.map(String.init)
    let words = all.filter { !particles.contains($0) }
    return (words.isEmpty ? all : words).map(withoutJoinedParticle)
  }

  private static let apostrophes: Set<Character> = ["'", "’", "´", "`"]

  private static func withoutJoinedParticle(_ word: String) -> String {
    // The longest first: `delosreyes` begins with no `dela`, but `delasnieves` begins with both.
    for particle in joined.sorted(by: { $0.count > $1.count })
    where word.hasPrefix(particle) && word.count >= particle.count + 4 {
      return String(word.dropFirst(particle.count))
    }
    return word
  }

  /// How a word sounds: words of the same sound are one name, written differently.
  public static func sound(_ word: String) -> String {
    let folded = word.folding(options: [.diacriticInsensitive, .caseInsensitive], locale: nil)
    return String(decoding: sound(Array(folded.utf8)), as: UTF8.self)
  }

  /// The sounds of all words that one typing error can turn into this one: a letter too many, a letter missing, another
  /// letter, two letters that changed places. The word's own sound is not among them.
  public static func soundsNear(_ word: String) -> Set<String> {
    let folded = word.folding(options: [.diacriticInsensitive, .caseInsensitive], locale: nil)
    let letters = Array(folded.utf8)
    guard letters.count >= shortestWithError else { return [] }
    var near: Set<[UInt8]> = []
    var changed = letters
    for place in letters.indices {
      changed.remove(at: place)
      near.insert(sound(changed))
      changed = letters
      for letter in a...z where letter != letters[place] {
        changed[place] = letter
        near.insert(sound(changed))
      }
      changed[place] = letters[place]
      if place + 1 < letters.count {
        changed.swapAt(place, place + 1)
        near.insert(sound(changed))
        changed.swapAt(place, place + 1)
      }
    }
    for place in 0...letters.count {
      for letter in a...z {
        changed.insert(letter, at: place)
        near.insert(sound(changed))
        changed.remove(at: place)
      }
    }
    near.remove(sound(letters))
    return Set(near.map { String(decoding: $0, as: UTF8.self) })
  }

  private static let a = UInt8(ascii: "a")
  private static let z = UInt8(ascii: "z")
  private static let ch = UInt8(ascii: "#")

  private static func isVowel(_ letter: UInt8?) -> Bool {
    switch letter {
    case UInt8(ascii: "a"), UInt8(ascii: "e"), UInt8(ascii: "i"), UInt8(ascii: "o"), UInt8(ascii: "u"): true
    default: false
    }
  }

  /// Letters in, sounds out, byte by byte: a search asks it thousands of times.
  private static func sound(_ word: [UInt8]) -> [UInt8] {
    var sounds: [UInt8] = []
    sounds.reserveCapacity(word.count)
    var place = 0
    while place < word.count {
      let letter = word[place]
      let (sound, length) = heard(letter, word, place, isFirst: sounds.isEmpty)
      place += length
      guard var sound else { continue }
      let next = place < word.count ? word[place] : nil
      // Zambrano, Zanbrano; the next letter as it is written.
      if sound == UInt8(ascii: "n"), let next, [UInt8(ascii: "b"), UInt8(ascii: "v"), UInt8(ascii: "p")].contains(next)
      {
        sound = UInt8(ascii: "m")
      }
      if sounds.last != sound { sounds.append(sound) }
    }
    return sounds
  }

  /// The sound that begins at a place, if any, and how many letters it takes.
  private static func heard(_ letter: UInt8, _ word: [UInt8], _ place: Int, isFirst: Bool) -> (UInt8?, Int) {
    let next: UInt8? = place + 1 < word.count ? word[place + 1] : nil
    let third: UInt8? = place + 2 < word.count ? word[place + 2] : nil
    func isSoft(_ vowel: UInt8?) -> Bool { vowel == UInt8(ascii: "e") || vowel == UInt8(ascii: "i") }
    // Jessica, Yessica, Iesica; Javier, Xavier; Génesis, Jénesis, Yénesis.
    let first = isFirst ? UInt8(ascii: "y") : UInt8(ascii: "j")
    switch letter {
    case UInt8(ascii: "h"): return (nil, 1)
    case UInt8(ascii: "v"), UInt8(ascii: "w"): return (UInt8(ascii: "b"), 1)
    case UInt8(ascii: "x") where isFirst: return (first, 1)
    case UInt8(ascii: "z"), UInt8(ascii: "x"): return (UInt8(ascii: "s"), 1)
    case UInt8(ascii: "s") where next == UInt8(ascii: "h"): return (UInt8(ascii: "s"), 2)
    case UInt8(ascii: "c") where next == UInt8(ascii: "h"): return (ch, 2)
    case UInt8(ascii: "c"):
      return (isSoft(next) || next == UInt8(ascii: "y") ? UInt8(ascii: "s") : UInt8(ascii: "k"), 1)
    case UInt8(ascii: "q"): return (UInt8(ascii: "k"), next == UInt8(ascii: "u") && isVowel(third) ? 2 : 1)
    case UInt8(ascii: "g") where isSoft(next): return (first, 1)
    case UInt8(ascii: "g") where next == UInt8(ascii: "u") && isSoft(third): return (letter, 2)
    case UInt8(ascii: "j"): return (first, 1)
    case UInt8(ascii: "l") where next == letter: return (UInt8(ascii: "y"), 2)
    case UInt8(ascii: "p") where next == UInt8(ascii: "h"): return (UInt8(ascii: "f"), 2)
    case UInt8(ascii: "p") where isFirst && next == UInt8(ascii: "s"): return (nil, 1)
    case UInt8(ascii: "y"), UInt8(ascii: "i"):
      // A consonant before a vowel at the start and between vowels; else a vowel: Maira, Mayra; Yadira, Iadira.
      let isBetween = isFirst || isVowel(place > 0 ? word[place - 1] : nil)
      return (isVowel(next) && (isBetween || letter == UInt8(ascii: "y")) ? UInt8(ascii: "y") : UInt8(ascii: "i"), 1)
    default: return (letter, 1)
    }
  }
}
