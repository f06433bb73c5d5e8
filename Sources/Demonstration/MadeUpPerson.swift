import Basics
import Casework

/// A person nobody is: names put together by chance, document numbers of a province that does not exist, telephone
/// numbers that nobody has.
struct MadeUpPerson {
  var identity: PersonIdentity
  var contact: SafeContact
  var age: Int
  var narrative: String
  var needs: Needs
  var health: String

  private static let women = [
    "Abigail", "Blanca", "Carmen", "Daysi", "Esther", "Flor", "Gabriela", "Hilda", "Isabel", "Jenny", "Katerine",
    "Lourdes", "Mónica", "Narcisa", "Ofelia", "Patricia", "Raquel", "Sisa", "Tamia", "Verónica", "Yolanda", "Zoila",
  ]
  private static let men = [
    "Alberto", "Benigno", "César", "Darwin", "Edison", "Fausto", "Geovanny", "Héctor", "Ítalo", "Jairo", "Kléver",
    "Leonardo", "Manuel", "Néstor", "Oswaldo", "Patricio", "Rumiñahui", "Segundo", "Telmo", "Vicente", "Wilson",
  ]
  private static let surnames = [
    "Aguinda", "Bermeo", "Caiza", "Chango", "Dávila", "Endara", "Farinango", "Guaranda", "Hidalgo", "Illescas",
    "Jácome", "Lema", "Morocho", "Narváez", "Ordóñez", "Pilataxi", "Quinatoa", "Remache", "Shiguango", "Tenorio",
    "Ushiña", "Vargas", "Yumbo", "Zambrano", "Ñacato", "Carvajal", "Cuesta", "Mina", "Preciado", "Quiñónez",
  ]

  /// Ages and shares are made up; begging touched children most.
  private static let ages: [String: ClosedRange<Int>] = [
    "begging": 7...62, "sexual": 15...34, "labour": 13...48, "servile_union": 14...27, "recruitment_crime": 14...22,
    "illegal_adoption": 1...9,
  ]

  /// What happened, in few and sober words: enough to try the screens with.
  private static let stories: [String: [String]] = [
    "begging": [
      "La trajeron desde su comunidad para pedir caridad en la ciudad. Entregaba todo lo recibido a quien la trajo.",
      "Pasaba el día en un semáforo con dos niños. Una persona recogía el dinero cada noche.",
      "Le ofrecieron trabajo en una tienda; al llegar le hicieron pedir limosna en la calle.",
    ],
    "sexual": [
      "Le ofrecieron un empleo de mesera. Al llegar le quitaron los documentos y le dijeron que debía el viaje.",
      "Conoció por mensajes a alguien que le prometió estudios. La llevó a otra ciudad y no la dejaba salir sola.",
    ],
    "labour": [
      "Trabajaba en una finca sin descanso ni pago. Le descontaban la comida y el alojamiento.",
      "Trabajaba en una casa desde la madrugada hasta la noche. No podía llamar a su familia.",
    ],
    "servile_union": ["La familia recibió dinero por la unión. No podía salir de la casa ni decidir sobre sus cosas."],
    "recruitment_crime": ["Lo obligaban a llevar paquetes. Lo amenazaron con hacer daño a su hermana si se negaba."],
    "illegal_adoption": ["Fue entregado a una pareja con papeles que no eran suyos."],
  ]

  private static let needCodes: [String: [String]] = [
    "begging": ["housing", "food_clothing", "schooling", "family"],
    "sexual": ["safety", "health", "emotional", "legal"],
    "labour": ["income", "legal", "housing"],
  ]

  init(form: String, on day: CalendarDay, using dice: inout SeededGenerator) {
    let isMale =
      switch form {
      case "sexual", "servile_union": Int.random(in: 0..<12, using: &dice) == 0
      case "labour", "recruitment_crime": Int.random(in: 0..<3, using: &dice) > 0
      default: Int.random(in: 0..<5, using: &dice) < 2
      }
    func one(_ list: [String]) -> String { list.randomElement(using: &dice) ?? "" }
    age = Int.random(in: Self.ages[form] ?? 10...50, using: &dice)
    // Sometimes only the year is known, and sometimes not even that.
    let birthday = day.adding(days: -age * 366 - Int.random(in: 1...300, using: &dice))
    let certainty = Int.random(in: 0..<10, using: &dice)
    let birth: Birth = certainty < 6 ? .day(birthday) : .year(birthday.year)
    let hasPaper = age > 12 && Int.random(in: 0..<3, using: &dice) > 0
    let isForeign = form != "begging" && Int.random(in: 0..<6, using: &dice) == 0
    identity = PersonIdentity(
      givenNames: one(isMale ? Self.men : Self.women), surnames: one(Self.surnames) + " " + one(Self.surnames),
      sex: isMale ? "male" : "female", birth: birth,
      // Never an identity card: a number that holds may be somebody's.
      documentKind: hasPaper ? (isForeign ? "foreign_id" : "passport") : nil,
      documentNumber: hasPaper ? "99" + String(Int.random(in: 10_000_000...99_999_999, using: &dice)) : "",
      nationality: isForeign ? (isMale ? "colombiano" : "colombiana") : (isMale ? "ecuatoriano" : "ecuatoriana"))
    age = birth.ages(on: day)?.lowerBound ?? age
    contact = SafeContact(
      how: "099 000 0" + String(Int.random(in: 100...999, using: &dice)),
      when: one(["por la mañana", "después de las 17:00"]),
      notWith: one(["no dejar mensaje con otra persona", "solo si contesta ella misma o él mismo", ""]))
    narrative = one(Self.stories[form] ?? ["Pidió ayuda por cuenta propia. Contó lo ocurrido a grandes rasgos."])
    needs = Needs(
      codes: Self.needCodes[form] ?? ["safety", "emotional"],
      note: one(["Prefiere hablar con una mujer.", "Quiere avisar a su familia.", ""]))
    health = one(["Control general pendiente.", "", ""])
  }
}
