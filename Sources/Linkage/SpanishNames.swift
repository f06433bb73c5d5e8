/// Names as Spanish speakers write and hear them, on bytes: without marks, in lower case, particles dropped, short
/// forms written out, and the consonants that are heard.
public struct SpanishNames: Sendable {
  private let particles: Set<[UInt8]>
  private let shortForms: [[UInt8]: [[UInt8]]]

  /// - Parameters:
  ///   - particles: words that are no part of the name (`de`, `la`, `del`, …).
  ///   - shortForms: nicknames and abbreviations with what they stand for (`mafer`: `maria fernanda`).
  public init(particles: [String], shortForms: [String: String]) {
    self.particles = Set(particles.map { Self.letters($0) })
    var forms: [[UInt8]: [[UInt8]]] = [:]
    for (short, long) in shortForms { forms[Self.letters(short)] = Self.words(long) }
    self.shortForms = forms
  }

  /// The words of a name in canonical form.
  ///
  /// `"Ma. de los Ángeles Peñafiel"` is `maria angeles penafiel`.
  public func canonical(_ name: String) -> [[UInt8]] {
    var result: [[UInt8]] = []
    for word in Self.words(name) where !particles.contains(word) {
      if let long = shortForms[word] { result += long } else { result.append(word) }
    }
    return result
  }

  /// The name's words in lower case without marks; anything that is no letter parts them.
  static func words(_ name: String) -> [[UInt8]] {
    var words: [[UInt8]] = []
    var word: [UInt8] = []
    for byte in folded(name) {
      if byte == 0 {
        if !word.isEmpty { words.append(word) }
        word.removeAll(keepingCapacity: true)
      } else {
        word.append(byte)
      }
    }
    if !word.isEmpty { words.append(word) }
    return words
  }

  private static func letters(_ word: String) -> [UInt8] { words(word).flatMap { $0 } }

  /// Letters a to z; 0 for everything else; nothing for marks on letters.
  private static func folded(_ text: String) -> [UInt8] {
    var text = text
    return text.withUTF8 { bytes in
      var result: [UInt8] = []
      result.reserveCapacity(bytes.count)
      var index = 0
      while index < bytes.count {
        let byte = bytes[index]
        switch byte {
        case 0x61...0x7A: result.append(byte)
        case 0x41...0x5A: result.append(byte | 0x20)
        case 0xC3 where index + 1 < bytes.count:
          index += 1
          result.append(latin(bytes[index]))
        case 0xCC, 0xCD: index += 1
        case 0x27, 0x60,
          0xC2 where byte != 0xC2:
          break
        case 0x80...0xBF: break
        case 0xC0...0xFF:
          // Another script or sign: a letter of its own class, so that such names differ at least by length.
          result.append(0)
        default: result.append(0)
        }
        index += 1
      }
      return result
    }
  }

  /// The second byte of a Latin-1 letter in UTF-8.
  private static func latin(_ byte: UInt8) -> UInt8 {
    switch byte | 0x20 {
    case 0xA0...0xA5: UInt8(ascii: "a")
    case 0xA7: UInt8(ascii: "c")
    case 0xA8...0xAB: UInt8(ascii: "e")
    case 0xAC...0xAF: UInt8(ascii: "i")
    case 0xB1: UInt8(ascii: "n")
    case 0xB2...0xB6: UInt8(ascii: "o")
    case 0xB9...0xBC: UInt8(ascii: "u")
    case 0xBD, 0xBF: UInt8(ascii: "y")
    default: 0
    }
  }

  /// How a canonical word sounds in Latin America: seseo, yeísmo, b as v, silent h, one letter a class.
  public static func sound(_ word: [UInt8]) -> [UInt8] {
    var sounds: [UInt8] = []
    sounds.reserveCapacity(word.count)
    func at(_ place: Int) -> UInt8 { place < word.count ? word[place] : 0 }
    func isSoft(_ letter: UInt8) -> Bool {
      letter == UInt8(ascii: "e") || letter == UInt8(ascii: "i") || letter == UInt8(ascii: "y")
    }
    var index = 0
    while index < word.count {
      let (letter, next) = (word[index], at(index + 1))
      var sound = letter
      switch letter {
      case UInt8(ascii: "p") where next == UInt8(ascii: "h"):
        sound = UInt8(ascii: "f")
        index += 1
      case UInt8(ascii: "c") where next == UInt8(ascii: "h"), UInt8(ascii: "s") where next == UInt8(ascii: "h"):
        sound = UInt8(ascii: "x")
        index += 1
      case UInt8(ascii: "h"):
        index += 1
        continue
      case UInt8(ascii: "q"):
        sound = UInt8(ascii: "k")
        if next == UInt8(ascii: "u") { index += 1 }
      case UInt8(ascii: "g"):
        if isSoft(next) {
          sound = UInt8(ascii: "j")
        } else if next == UInt8(ascii: "u") {
          // gue, gui are a hard g; gua is heard as w.
          if isSoft(at(index + 2)) {
            index += 1
          } else {
            sound = UInt8(ascii: "w")
            index += 1
          }
        }
      case UInt8(ascii: "c"): sound = isSoft(next) ? UInt8(ascii: "s") : UInt8(ascii: "k")
      case UInt8(ascii: "z"), UInt8(ascii: "x"): sound = UInt8(ascii: "s")
      case UInt8(ascii: "v"): sound = UInt8(ascii: "b")
      case UInt8(ascii: "l") where next == UInt8(ascii: "l"):
        sound = UInt8(ascii: "i")
        index += 1
      case UInt8(ascii: "y"): sound = UInt8(ascii: "i")
      default: break
      }
      if sounds.last != sound { sounds.append(sound) }
      index += 1
    }
    return sounds
  }

  /// The heard consonants alone, and a vowel only where the word begins with one.
  public static func consonants(_ word: [UInt8]) -> [UInt8] {
    let sounds = sound(word)
    var result: [UInt8] = []
    for (place, sound) in sounds.enumerated() {
      let isVowel = [0x61, 0x65, 0x69, 0x6F, 0x75].contains(sound)
      guard !isVowel || place == 0 else { continue }
      if result.last != sound { result.append(sound) }
    }
    return result
  }

  /// Whether ten digits are a sound Ecuadorian cédula: province 01 to 24 or 30, third digit below 6, modulus 10.
  public static func isCedula(_ text: String) -> Bool {
    let digits = text.utf8.compactMap { (0x30...0x39).contains($0) ? Int($0) - 0x30 : nil }
    guard digits.count == 10, text.utf8.count == 10, digits[2] < 6 else { return false }
    let province = digits[0] * 10 + digits[1]
    guard (1...24).contains(province) || province == 30 else { return false }
    let sum = digits.prefix(9).enumerated().reduce(0) { sum, part in
      let value = part.element * (part.offset % 2 == 0 ? 2 : 1)
      return sum + (value > 9 ? value - 9 : value)
    }
    return (10 - sum % 10) % 10 == digits[9]
  }
}
