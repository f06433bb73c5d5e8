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
}
