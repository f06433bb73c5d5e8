import Basics
import CountryPack
import Foundation

/// The Ecuador pack, read once, and mechanisms made for one question.
enum MechanismWorld {
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  private static let loaded = Result {
    MechanismTerms(try CountryPack.load(from: root.appending(path: "Packs/ecuador")))
  }
  static var terms: MechanismTerms { get throws { try loaded.get() } }

  static func shipped(_ name: String) throws -> Mechanism {
    let file = root.appending(path: "Packs/ecuador/mechanisms/\(name).yaml")
    return try read(String(contentsOf: file, encoding: .utf8))
  }

  static func read(_ text: String) throws -> Mechanism { try Mechanism.read(text, file: "m.yaml", terms: try terms) }

  static func name(_ text: String) -> LocalizedText { LocalizedText(es: text, en: text) }

  /// A sound mechanism of two steps, to be spoilt in one place. Line numbers are those of the text.
  static let sound = """
    code: small
    version: 2026-11-30
    name: {es: Pequeño, en: Small}
    text: {es: Dos pasos, en: Two steps}
    source: test
    certainty: decided
    provinces: [EC-U]
    needs: [housing]
    start: first
    forms:
      - {code: sheet, name: {es: Hoja, en: Sheet}}
    desks:
      - code: front
        name: {es: Frente, en: Front}
        kind: migration
        people: 1
        hours: always
        alternate: back
        source: test
        certainty: decided
      - code: back
        name: {es: Fondo, en: Back}
        kind: ngo
        people: 1
        hours: always
        source: test
        certainty: decided
    services:
      - code: beds
        name: {es: Camas, en: Beds}
        desk: back
        service: shelter
        needs: [housing]
        places: 3
        stay: {days: 10}
        source: test
        certainty: decided
    steps:
      - code: first
        name: {es: Primero, en: First}
        text: {es: Se recibe, en: It is received}
        desks: [front]
        within: {hours: 24}
        work: {minutes: 60}
        forms: [sheet]
        handover: {es: Con hoja, en: With sheet}
        next:
          - {to: second}
      - code: second
        name: {es: Segundo, en: Second}
        text: {es: Se da, en: It is given}
        services: [beds]
        within: {hours: 24}
        work: {minutes: 60}
        feedback: {es: Se avisa, en: They are told}
        ends: true
    arrivals:
      - {perYear: 200, needs: [housing], urgency: high, source: test, certainty: decided}
    """

  static func spoilt(_ from: String, _ to: String) throws -> Mechanism {
    try read(sound.replacingOccurrences(of: from, with: to))
  }

  static func line(of text: String, in whole: String = sound) -> Int {
    whole.components(separatedBy: text)[0].components(separatedBy: "\n").count
  }

  /// One desk, always open, with Poisson arrivals.
  static func desk(
    people: Int, perYear: Int, work: Int, _ spread: Mechanism.Duration.Spread, service: Mechanism.Service? = nil
  ) -> Mechanism {
    Mechanism(
      code: "queue", name: name("q"), text: name("q"), version: day, source: "test", certainty: .decided,
      provinces: ["EC-U"], needs: ["housing"], start: .init("only"),
      desks: [.init(code: "d", name: name("d"), kind: "ngo", people: people, source: "test", certainty: .decided)],
      services: service.map { [$0] } ?? [],
      steps: [
        .init(
          code: "only", name: name("s"), text: name("s"), desks: service == nil ? [.init("d")] : [],
          services: service.map { [.init($0.code)] } ?? [],
          within: .limit(.init(minutes: 120, counts: .calendar)), work: .init(mean: work, spread: spread), ends: true)
      ],
      arrivals: [
        .init(
          perYear: perYear, group: .init(needs: ["housing"]), urgency: "high", source: "test", certainty: .decided)
      ])
  }

  static let day = CalendarDay(daysSince1970: 20_787)

  /// A file that uses every key of the format.
  static let whole = """
    code: whole
    version: 2026-11-30
    name: {es: Entero, en: Whole}
    text: {es: Con todas las claves, en: With every key}
    from: 2026-12-01
    until: 2027-12-01
    source: test
    certainty: second_hand
    provinces: [EC-U, EC-C]
    needs: [housing, health]
    start: first
    holidays: [2026-12-24, 2026-02-13]
    forms:
      - {code: sheet, name: {es: Hoja, en: Sheet}}
      - {code: plan, name: {es: Plan, en: Plan}}
    desks:
      - code: front
        name: {es: Frente, en: Front}
        kind: migration
        provinces: [EC-C, EC-U]
        people: 3
        hours:
          - {days: [fri, mon], from: "07:05", until: "19:00"}
          - {days: [sat], from: "00:00", until: "24:00"}
        holidays: open
        outOfHours: back
        alternate: back
        source: test
        certainty: verified
      - code: back
        name: {es: Fondo, en: Back}
        kind: ngo
        people: 1
        hours: always
        holidays: closed
        source: test
        certainty: unverified
    services:
      - code: beds
        name: {es: Camas, en: Beds}
        desk: back
        service: shelter
        needs: [housing, health]
        ages: [18-29, 60+]
        sexes: [male, female]
        provinces: [EC-C]
        places: 3
        stay: {minutes: 90, spread: none}
        source: test
        certainty: decided
    steps:
      - code: first
        name: {es: Primero, en: First}
        text: {es: Se recibe, en: It is received}
        desks: [back, front]
        within: {days: 5, counts: working}
        law: formal-decision
        work: {minutes: 45, spread: wide}
        forms: [plan, sheet]
        handover: {es: Con hoja, en: With sheet}
        feedback: {es: Se avisa, en: They are told}
        next:
          - {to: second, needs: [housing], ages: [60+], sexes: [male], provinces: [EC-U], share: 7, when: {es: Si quiere, en: If wanted}}
          - {to: second}
      - code: second
        name: {es: Segundo, en: Second}
        text: {es: Se da, en: It is given}
        services: [beds]
        within: urgency
        work: {hours: 2, spread: moderate}
        ends: true
    arrivals:
      - {perYear: 200, needs: [housing], ages: [18-29], sexes: [female], provinces: [EC-C], urgency: high, source: test, certainty: decided}
    pattern:
      days: [1, 2, 3, 4, 5, 6, 7]
      hours: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23]
    """
}

extension Mechanism {
  /// What it says, wherever that stands in its file.
  var withoutLines: Mechanism {
    func bare(_ reference: Reference) -> Reference { Reference(reference.code) }
    var plain = self
    plain.needsLine = 1
    plain.start = bare(start)
    for place in forms.indices { plain.forms[place].line = 0 }
    for place in arrivals.indices { plain.arrivals[place].line = 0 }
    for place in desks.indices {
      plain.desks[place].line = 0
      plain.desks[place].outOfHours = desks[place].outOfHours.map(bare)
      plain.desks[place].alternate = desks[place].alternate.map(bare)
    }
    for place in services.indices {
      plain.services[place].line = 0
      plain.services[place].desk = bare(services[place].desk)
    }
    for place in steps.indices {
      plain.steps[place].line = 0
      plain.steps[place].desks = steps[place].desks.map(bare)
      plain.steps[place].services = steps[place].services.map(bare)
      plain.steps[place].law = steps[place].law.map(bare)
      plain.steps[place].forms = steps[place].forms.map(bare)
      for way in steps[place].next.indices { plain.steps[place].next[way].to = bare(steps[place].next[way].to) }
    }
    return plain
  }
}
