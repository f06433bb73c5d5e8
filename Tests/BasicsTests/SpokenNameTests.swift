import Basics
import TestSupport
import Testing

@Suite struct SpokenNameTests {
  @Test func wordsAreFoldedAndParticlesLeftOut() {
    for (name, words) in [
      ("María de la Cruz", ["maria", "cruz"]), ("  JOSÉ   DEL  CARMEN ", ["jose", "carmen"]),
      ("Núñez-Peña", ["nunez", "pena"]), ("D'Angelo", ["dangelo"]), ("Delacruz", ["cruz"]),
      ("Delosreyes", ["reyes"]), ("Delasnieves", ["nieves"]), ("Delgado", ["delgado"]), ("Delia", ["delia"]),
      ("De la", ["de", "la"]), ("", []), ("—", []), ("Quishpe, Luz y Sol", ["quishpe", "luz", "sol"]),
      ("José 2", ["jose"]),
    ] {
      #expect(SpokenName.words(name) == words, "\(name)")
    }
  }

  @Test(arguments: [
    ("González", "Gonsales"), ("Vera", "Bera"), ("Wilson", "Vilson"), ("Yessica", "Jesica"), ("Jessica", "Iesica"),
    ("Hernán", "Ernan"), ("Quispe", "Kispe"), ("Quispe", "Quishpe"), ("Shiguango", "Siguango"),
    ("Guillermo", "Guiyermo"), ("Zambrano", "Sanbrano"), ("Cecilia", "Sesilia"), ("Sofía", "Sophia"),
    ("Ximena", "Jimena"), ("Xavier", "Javier"), ("Génesis", "Yenesis"), ("Gerson", "Yerson"), ("Jhon", "John"),
    ("Jhonny", "Yoni"), ("Mayra", "Maira"), ("Leidy", "Leydi"), ("Maya", "Maia"), ("Ruiz", "Ruis"),
    ("Ascencio", "Asensio"), ("Llerena", "Yerena"), ("Nathaly", "Natali"),
    ("Katherine", "Caterine"), ("Hugo", "Ugo"), ("Jefferson", "Yeferson"), ("Muñoz", "Munos"), ("Chávez", "Chabes"),
    ("Cyntia", "Sintia"), ("Xiomara", "Jiomara"), ("Lizbeth", "Lisbet"), ("Walter", "Valter"), ("Cruz", "Crus"),
  ])
  func namesThatSoundAlike(_ one: String, _ other: String) {
    #expect(SpokenName.sound(one) == SpokenName.sound(other), "\(one) \(other)")
  }

  @Test func namesThatDoNot() {
    for (one, other) in [
      ("Rosa", "Luis"), ("Chávez", "Cabezas"), ("Peña", "Peralta"), ("María", "Mario"), ("Gama", "Jama"),
      ("Lema", "Lima"), ("Caro", "Carlo"), ("Guerra", "Gerra"), ("Calle", "Cale"),
    ] {
      #expect(SpokenName.sound(one) != SpokenName.sound(other), "\(one) \(other)")
    }
  }

  @Test func aSoundOfASoundIsItself() {
    var dice = SeededGenerator(seed: testSeed("sounds of sounds"))
    for _ in 0..<2_000 {
      let word = Self.word(&dice)
      let sound = SpokenName.sound(word)
      #expect(sound == SpokenName.sound(word.uppercased()), "\(word)")
      #expect(!sound.contains("h") && !sound.contains("z") && !sound.contains("v"), "\(word)")
    }
  }

  /// Whatever single error turns a name into what was typed, the name is found; by the rule itself, letter by letter.
  @Test func everySingleTypingErrorIsNear() {
    var dice = SeededGenerator(seed: testSeed("typing errors"))
    for _ in 0..<3_000 {
      let name = Self.word(&dice)
      let typed = Self.mistyped(name, &dice)
      guard typed.count >= 4 else { continue }
      let (sound, heard) = (SpokenName.sound(name), SpokenName.sound(typed))
      #expect(sound == heard || SpokenName.soundsNear(typed).contains(sound), "\(name) typed as \(typed)")
    }
  }

  @Test func twoErrorsAreNot() {
    for (typed, name) in [("quspi", "quispe"), ("rosalba", "rosaura"), ("zambra", "zambrano"), ("ana", "eva")] {
      #expect(!SpokenName.soundsNear(typed).contains(SpokenName.sound(name)), "\(typed) \(name)")
    }
    #expect(SpokenName.soundsNear("ana").isEmpty)
    #expect(!SpokenName.soundsNear("rosa").contains(SpokenName.sound("rosa")))
  }

  private static func word(_ dice: inout SeededGenerator) -> String {
    String((0..<Int.random(in: 3...11, using: &dice)).map { _ in letter(&dice) })
  }

  private static func letter(_ dice: inout SeededGenerator) -> Character {
    Array("abcdefghijklmnopqrstuvwxyzaeioaeiolrns").randomElement(using: &dice) ?? "a"
  }

  private static func mistyped(_ name: String, _ dice: inout SeededGenerator) -> String {
    var letters = Array(name)
    let place = Int.random(in: letters.indices, using: &dice)
    switch Int.random(in: 0..<4, using: &dice) {
    case 0: letters.remove(at: place)
    case 1: letters.insert(letter(&dice), at: place)
    case 2: letters[place] = letter(&dice)
    default: if place + 1 < letters.count { letters.swapAt(place, place + 1) }
    }
    return String(letters)
  }
}
