import Basics
import CountryPack
import TestSupport
import Testing

@testable import Casework

@Suite struct NameMatchTests {
  private let table: NicknameTable
  init() throws { table = try Town.pack.get().nicknames }

  private let rosa = PersonIdentity(givenNames: "Rosa María", surnames: "González Vera", otherNames: "Chabela")

  private func match(_ typed: String, _ identity: PersonIdentity, needed: Int? = nil) -> NameMatch? {
    let words = SpokenName.words(typed).map { TypedWord($0, table) }
    return NameMatch(words, identity, needed: needed ?? words.count)
  }

  @Test func everyReasonIsSaid() {
    for (typed, reasons) in [
      ("Rosa", [MatchReason.sameName]), ("vera gonzalez", [.surnamesSwapped]), ("gonzalez vera ROSA", [.sameName]),
      ("rosa gonsales", [.soundsAlike]), ("rosa bera gonsales", [.surnamesSwapped, .soundsAlike]),
      ("chabela", [.otherName]), ("isabel", [.otherName, .nickname]), ("mary vera", [.nickname]),
      ("Rosita González", [.nickname]), ("rosa gonzlez", [.oneLetter]), ("rsoa vera", [.oneLetter]),
      ("rosa de la vera", [.sameName]), ("de la Rosa", [.sameName]),
    ] {
      #expect(match(typed, rosa)?.reasons == reasons, "\(typed)")
    }
    for typed in ["rosa quispe", "", "gonzlez vrea", "rsoa gonzlez", "pedro"] {
      #expect(match(typed, rosa) == nil, "\(typed)")
    }
    #expect(match("rosa elena gonzalez", rosa, needed: 2)?.reasons == [.partOfName])
  }

  @Test func nicknamesGoBothWays() {
    for (typed, given) in [
      ("Pepe", "José"), ("José", "Pepe"), ("Lupe", "Guadalupe"), ("guadalupe", "Lupita"), ("Chepe", "Pepe"),
      ("Paco", "Francisco"), ("Chela", "Marcela"), ("kike", "Enrique"), ("Nacho", "Ignacio"),
    ] {
      #expect(match(typed, PersonIdentity(givenNames: given))?.reasons == [.nickname], "\(typed) \(given)")
    }
    // Both may be called Tito; that makes them no namesakes.
    #expect(match("Héctor", PersonIdentity(givenNames: "Alberto")) == nil)
    #expect(match("Tito", PersonIdentity(givenNames: "Héctor")) != nil)
  }

  @Test func theBetterAgreementCostsLess() throws {
    let typed = [
      "rosa gonzález vera", "rosa vera gonzález", "rosa gonsales vera", "rosita gonzález vera", "rosa gonzlez vera",
    ]
    let costs = try typed.map { try #require(match($0, rosa)).cost }
    #expect(costs == costs.sorted() && Set(costs).count == costs.count)
  }

  /// Any person is found by any words of their name, in any order, written by ear and with one error in all.
  @Test func aPersonIsFoundAsTheirNameIsSaid() {
    var dice = SeededGenerator(seed: testSeed("names as they are said"))
    let given = ["José", "Guadalupe", "Yéssica", "Hernán", "Xavier", "Cecilia", "Wilson", "Guillermo", "Ana"]
    let family = ["González", "Quishpe", "Zambrano", "Chávez", "Muñoz", "Llerena", "Shiguango", "de la Cruz", "Vélez"]
    let byEar = [
      "José": "jose", "Yéssica": "jesica", "Hernán": "ernan", "Xavier": "javier",
      "Cecilia": "sesilia", "Wilson": "vilson", "Guillermo": "guiyermo", "González": "gonsales", "Quishpe": "kispe",
      "Zambrano": "sanbrano", "Chávez": "chabes", "Muñoz": "munos", "Llerena": "yerena", "Shiguango": "siguango",
    ]
    for _ in 0..<1_000 {
      func one(_ list: [String]) -> String { list.randomElement(using: &dice) ?? "" }
      let parts = [one(given), one(given), one(family), one(family)]
      let person = PersonIdentity(givenNames: parts[0] + " " + parts[1], surnames: parts[2] + " " + parts[3])
      var typed = Array(parts.shuffled(using: &dice).prefix(Int.random(in: 1...4, using: &dice)))
      for index in typed.indices where Bool.random(using: &dice) {
        typed[index] = byEar[typed[index]] ?? typed[index]
      }
      // One letter of one word is forgotten.
      if let long = typed.indices.filter({ typed[$0].count > 4 && !typed[$0].contains(" ") }).randomElement(
        using: &dice)
      {
        typed[long].remove(at: typed[long].index(typed[long].startIndex, offsetBy: 2))
      }
      let said = typed.joined(separator: " ")
      #expect(match(said, person) != nil, "\(said): \(person.displayName)")
    }
  }
}
