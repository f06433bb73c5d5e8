import Basics

/// Invented Ecuadorian people and what agencies' registers make of them: for measuring linkage, never for a store.
/// Names are drawn one by one from lists with falling frequency; families, villages and fashions are missing, so that
/// figures from here rank methods and do not foretell a field.
public struct InventedPerson: Hashable, Sendable {
  public var given: [String]
  public var surnames: [String]
  public var birth: (year: Int, month: Int, day: Int) { (birthCode / 10_000, birthCode / 100 % 100, birthCode % 100) }
  var birthCode: Int
  public var sex: String
  public var nationality: String

  /// In the order of `InventedPeople.header` after the id.
  public var values: [String] {
    [
      given.joined(separator: " "), surnames.first ?? "", surnames.count > 1 ? surnames[1] : "",
      birthCode == 0 ? "" : "\(Self.padded(birth.year, 4))-\(Self.padded(birth.month, 2))-\(Self.padded(birth.day, 2))",
      sex, nationality,
    ]
  }

  private static func padded(_ number: Int, _ width: Int) -> String {
    String(repeating: "0", count: max(0, width - String(number).count)) + String(number)
  }
}

public struct InventedPeople {
  public static let header = ["given", "surname1", "surname2", "birth", "sex", "nationality"]

  private var generator: SeededGenerator

  public init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

  public mutating func person() -> InventedPerson {
    let isWoman = chance(0.62)
    let names = isWoman ? Self.women : Self.men
    var given = [zipf(names)]
    if chance(0.85) {
      let second = zipf(names)
      if second != given[0] { given.append(second) }
    }
    let foreign = chance(0.25)
    return InventedPerson(
      given: given, surnames: [zipf(Self.surnames), zipf(Self.surnames)],
      birthCode: (1960 + Int(uniform() * 50)) * 10_000 + (1 + Int(uniform() * 12)) * 100 + 1 + Int(uniform() * 28),
      sex: isWoman ? "F" : "M", nationality: foreign ? (chance(0.6) ? "VEN" : "COL") : "ECU")
  }

  /// A person as a register wrote them down.
  ///
  /// - Parameter noise: 1 is a busy desk; 0.5 a careful one; 2 a bad one.
  public mutating func recorded(_ person: InventedPerson, noise: Double = 1) -> InventedPerson {
    var record = person
    func happens(_ share: Double) -> Bool { chance(share * noise) }
    if record.given.count > 1 {
      if happens(0.10) {
        record.given = [record.given[0]]
      } else if happens(0.03) {
        record.given = [record.given[1]]
      } else if happens(0.02) {
        record.given.swapAt(0, 1)
      }
    }
    if happens(0.05), let short = Self.nicknames[record.given.joined(separator: " ")] ?? Self.nicknames[record.given[0]]
    {
      record.given =
        Self.nicknames[record.given.joined(separator: " ")] != nil ? [short] : [short] + record.given.dropFirst()
    }
    if happens(0.08) { record.surnames = [record.surnames[0]] } else if happens(0.02) { record.surnames.swapAt(0, 1) }
    for place in record.given.indices where happens(0.05) { record.given[place] = misspelt(record.given[place]) }
    for place in record.surnames.indices where happens(0.06) {
      record.surnames[place] = misspelt(record.surnames[place])
    }
    if happens(0.03), record.surnames.count > 1 { record.surnames[0] = "de " + record.surnames[0] }
    let (year, month, day) = record.birth
    if happens(0.03) {
      record.birthCode = 0
    } else if happens(0.03) {
      record.birthCode = year * 10_000 + 101
    } else if happens(0.03), day <= 12 {
      record.birthCode = year * 10_000 + day * 100 + month
    } else if happens(0.04) {
      record.birthCode = (year + (chance(0.5) ? 1 : -1)) * 10_000 + month * 100 + day
    } else if happens(0.04) {
      record.birthCode = year * 10_000 + month * 100 + 1 + Int(uniform() * 28)
    }
    if happens(0.01) { record.sex = "" }
    if happens(0.03) { record.nationality = "" }
    return record
  }

  /// Two lists that share some people, with the true pairs of rows.
  public mutating func twoLists(_ size: Int, shared: Double = 0.5, noise: Double = 1) -> (
    a: [InventedPerson], b: [InventedPerson], truth: [(Int, Int)]
  ) {
    var (a, b, truth): ([InventedPerson], [InventedPerson], [(Int, Int)]) = ([], [], [])
    for row in 0..<size {
      let person = person()
      a.append(recorded(person, noise: noise))
      let other = Double(row) < Double(size) * shared
      b.append(recorded(other ? person : self.person(), noise: noise))
      if other { truth.append((row, row)) }
    }
    var order = Array(b.indices)
    for place in order.indices.reversed() where place > 0 { order.swapAt(place, Int(uniform() * Double(place + 1))) }
    var at = [Int](repeating: 0, count: size)
    for (to, from) in order.enumerated() { at[from] = to }
    return (a, order.map { b[$0] }, truth.map { ($0.0, at[$0.1]) })
  }

  /// A population, some of whom come onto lists that find people independently; by list the people's numbers and records.
  public mutating func agencies(
    population: Int, chances: [Double], noise: Double = 1
  ) -> [[(person: Int, record: InventedPerson)]] {
    var lists = [[(person: Int, record: InventedPerson)]](repeating: [], count: chances.count)
    for number in 0..<population {
      let hits = chances.indices.filter { chance(chances[$0]) }
      guard !hits.isEmpty else { continue }
      let person = person()
      for list in hits { lists[list].append((number, recorded(person, noise: noise))) }
    }
    return lists
  }

  private mutating func uniform() -> Double { Double(generator.next() >> 11) * 0x1p-53 }
  private mutating func chance(_ share: Double) -> Bool { uniform() < share }

  /// Rank r is about 1 / (r + 8) as frequent: the commonest surname stands for about two in a hundred people.
  private mutating func zipf(_ names: [String]) -> String {
    let low = 8.0
    // low · (high / low)^u by halving the exponent, so that no library's last digit matters.
    var (from, to, rest) = (low, Double(names.count) + low, uniform())
    for _ in 0..<30 {
      let middle = (from * to).squareRoot()
      rest *= 2
      if rest >= 1 {
        from = middle
        rest -= 1
      } else {
        to = middle
      }
    }
    return names[min(names.count - 1, Int(from - low))]
  }

  private mutating func misspelt(_ name: String) -> String {
    var letters = Array(name)
    let swaps: [(Character, Character)] = [
      ("s", "z"), ("z", "s"), ("c", "s"), ("b", "v"), ("v", "b"), ("y", "i"), ("i", "y"), ("j", "g"), ("k", "c"),
    ]
    if chance(0.5) {
      let fitting = letters.indices.flatMap { place in
        swaps.filter { $0.0 == letters[place] }.map { (place, $0.1) }
      }
      if !fitting.isEmpty {
        let (place, letter) = fitting[Int(uniform() * Double(fitting.count))]
        letters[place] = letter
        return String(letters)
      }
    }
    let place = 1 + Int(uniform() * Double(max(1, letters.count - 1)))
    guard place < letters.count else { return name }
    switch Int(uniform() * 4) {
    case 0: letters.remove(at: place)
    case 1: letters.insert(letters[place], at: place)
    case 2: letters.swapAt(place, place - 1)
    default: letters[place] = Array("abcdefghijklmnopqrstuvwxyz")[Int(uniform() * 26)]
    }
    return String(letters)
  }

  private static let nicknames = [
    "maria jose": "majo", "maria fernanda": "mafer", "maria belen": "mabe", "francisco": "pancho", "jose": "pepe",
    "isabel": "chabela", "guadalupe": "lupe", "maria": "ma.", "luis": "lucho", "jesus": "chucho", "ignacio": "nacho",
    "rosario": "charo", "alejandra": "ale", "alejandro": "ale", "gabriela": "gaby", "fernanda": "fer", "daniel": "dani",
    "carolina": "caro", "mercedes": "meche", "dolores": "lola", "antonio": "toño", "enrique": "quique",
  ]
  private static let women = names(
    """
    maria ana rosa carmen gabriela jessica veronica diana karla mayra monica patricia elizabeth alexandra johanna \
    daniela mercedes blanca luz martha gloria andrea paola carolina fernanda jose belen cristina isabel guadalupe laura \
    lucia nancy narcisa norma olga pamela piedad raquel sandra silvia sofia susana tatiana teresa valeria vanessa victoria \
    viviana wendy ximena yolanda zoila alejandra angela angelica beatriz betty brenda camila cecilia clara dayana delia \
    dolores dora elena elsa emma erika esperanza esther estefania eugenia eva fanny flor francisca genesis gina grace \
    graciela ines irene ivonne jacqueline janeth jazmin juana julia karina katherine leonor leticia lidia liliana lorena \
    lourdes magdalena marcela margarita mariana maribel marisol mariuxi marlene melissa mercy michelle mirian nathaly \
    nelly nicole noemi nube pilar priscila rebeca rocio rosario ruth samantha sara shirley soledad sonia stefany ursula
    """)
  private static let men = names(
    """
    jose luis juan carlos angel jorge manuel victor segundo miguel pedro francisco cesar marco edison wilson david daniel \
    cristian diego fernando andres javier jaime julio roberto mario oscar hugo freddy kevin bryan jefferson anthony \
    alex alejandro alberto alfredo alonso antonio armando arturo augusto bolivar byron camilo danilo dario edgar eduardo \
    efrain elias enrique ernesto esteban fabian fausto felipe felix franklin gabriel galo gerardo german gilberto gonzalo \
    guillermo gustavo hector henry hernan homero humberto ignacio isaac ismael israel ivan jairo jesus jhon joel jonathan \
    joshua julian klever lenin leonardo leonel lorenzo lucas marcelo marcos martin mateo mauricio milton moises nelson \
    nestor nicolas omar orlando oswaldo pablo patricio paul rafael ramiro ramon raul rene ricardo rodrigo rolando ruben \
    santiago sebastian sergio simon stalin telmo tomas vicente vinicio walter washington wellington william xavier
    """)
  private static let surnames = names(
    """
    zambrano sanchez garcia rodriguez lopez vera cedeno gonzalez perez chavez flores torres ramirez moreira mendoza \
    castro espinoza morales macias alvarez romero herrera suarez vargas guerrero ortiz rivera jimenez reyes molina \
    salazar mero intriago delgado aguirre loor villacis velez ponce quishpe guaman tipan chicaiza toapanta yupanqui caiza \
    pilataxi simbana morocho quizhpe sarango cango medina ruiz martinez hernandez diaz gomez munoz rojas cruz ramos \
    gutierrez aguilar vasquez castillo mora navarrete benitez acosta bravo cabrera calderon cardenas carrion cevallos \
    cordova coronel davila duran endara enriquez erazo escobar estrada fajardo figueroa franco freire fuentes galarza \
    gallegos guevara haro heredia hidalgo hurtado ibarra iza jacome jaramillo jara lara leon lema limaico llerena luna \
    maldonado manosalvas marin mejia mena miranda montalvo montenegro montero mosquera naranjo nieto noboa nunez obando \
    ochoa ojeda ordonez orellana osorio pacheco padilla palacios palma paredes parra paz pazmino pena penafiel peralta \
    pincay pinto pita plaza portilla proano puente quezada quijije quimi quinonez quintero quiroz recalde rendon robles \
    rosado rosero ruales saltos samaniego sandoval santana santos segovia silva solis solorzano soto tapia tello teran \
    tigua tituana toala tobar tomala troya ubillus urbina valarezo valdez valencia valle vallejo vega velasco velasquez \
    viera villacres villafuerte villalba villamar villavicencio vinueza viteri yanez yepez zamora zapata zurita anchundia \
    alcivar alava alarcon albuja almeida altamirano andrade angulo aragundi arauz arboleda arce arellano arevalo arias \
    armijos arroyo arteaga avila ayala baez balseca barahona barcia barreiro barrera barreto barrezueta basantes batallas \
    becerra bermeo bermudez betancourt bonilla borja briones buenano burgos bustamante bustos caicedo calle campoverde \
    campuzano canar cando cantos carpio carranza carrasco carrera carvajal casanova castaneda catagua celi centeno chalen \
    chancay chango chasi chiluisa choez chuquimarca coello colcha collaguazo constante contreras cornejo correa cortez \
    criollo cuenca cueva cusme daquilema defaz dominguez duarte duque echeverria elizalde encalada escalante escudero
    """)

  private static func names(_ text: String) -> [String] { text.split { $0 == " " || $0 == "\n" }.map(String.init) }
}
