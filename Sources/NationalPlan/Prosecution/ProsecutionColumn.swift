import Basics
import CountryPack
import Foundation

/// A column of a file of counts. Files name it by its code, or by what people call it in Spanish or English.
public enum ProsecutionColumn: String, Hashable, Sendable, CaseIterable {
  case period, institution, stage, unit, offence, outcome, sex, age, answer, value, document
  case documentDate = "document_date"
  case readOn = "read_on"
  case certainty
  case asPrinted = "as_printed"
  case note

  /// Whether a file can't do without it.
  public var isNeeded: Bool {
    switch self {
    case .period, .institution, .stage, .unit, .offence, .value, .document: true
    case .outcome, .sex, .age, .answer, .documentDate, .readOn, .certainty, .asPrinted, .note: false
    }
  }

  /// What the heading may be called beside the code; folded.
  private var otherNames: [String] {
    switch self {
    case .period: ["periodo", "ano", "year", "anio"]
    case .institution: ["institucion"]
    case .stage: ["etapa"]
    case .unit: ["unidad", "que se cuenta"]
    case .offence: ["delito", "offense"]
    case .outcome: ["resultado", "desenlace"]
    case .sex: ["sexo"]
    case .age: ["edad"]
    case .answer: ["respuesta"]
    case .value: ["valor", "numero", "cantidad", "number"]
    case .document: ["documento", "fuente", "source"]
    case .documentDate: ["fecha del documento", "fecha de documento", "document date"]
    case .readOn: ["leido el", "fecha de lectura", "read on"]
    case .certainty: ["certeza"]
    case .asPrinted: ["como esta impreso", "as printed"]
    case .note: ["nota"]
    }
  }

  public init?(heading: String) {
    let folded = Self.folded(heading)
    guard
      let found = Self.allCases.first(where: {
        Self.folded($0.rawValue) == folded || $0.otherNames.contains(folded)
      })
    else { return nil }
    self = found
  }

  /// Small letters without accents; `_` is a blank.
  static func folded(_ text: String) -> String {
    text.folding(options: [.diacriticInsensitive, .caseInsensitive, .widthInsensitive], locale: nil)
      .replacing("_", with: " ").split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }
}

/// Reads the words in a file's cells: codes, or names in any of the pack's languages.
struct ProsecutionWords {
  private let offences, outcomes, sexes, institutions: [String: String]

  init(_ terms: ProsecutionTerms, languages: [Language]) {
    func words(_ pairs: [(String, [String])]) -> [String: String] {
      // A name that two codes share names neither.
      var found: [String: String?] = [:]
      for (code, names) in pairs {
        for name in Set((names + [code]).map(ProsecutionColumn.folded)) {
          if let other = found[name], other != code { found[name] = .some(nil) } else { found[name] = code }
        }
      }
      // A code goes before a name.
      for (code, _) in pairs { found[ProsecutionColumn.folded(code)] = code }
      return found.compactMapValues { $0 }
    }
    func named(_ list: [Term]) -> [String: String] {
      words(list.map { term in (term.code, languages.map { term.name[$0] }) })
    }
    offences = named(terms.offences)
    outcomes = named(terms.outcomes)
    sexes = named(terms.sexes)
    var known: [(String, [String])] = [(ProsecutionCell.unknownInstitution, ["no se dice", "not said"])]
    for one in terms.institutions.institutions.values.sorted(by: { $0.code < $1.code }) {
      known.append((one.code, one.names.flatMap { name in languages.map { name.name[$0] } }))
    }
    institutions = words(known)
  }

  func offence(_ text: String) -> String { offences[ProsecutionColumn.folded(text)] ?? text }
  func outcome(_ text: String) -> String { outcomes[ProsecutionColumn.folded(text)] ?? text }
  func sex(_ text: String) -> String { sexes[ProsecutionColumn.folded(text)] ?? text }
  func institution(_ text: String) -> String { institutions[ProsecutionColumn.folded(text)] ?? text }

  private static let stages: [String: ProsecutionStage] = [
    "denuncias": .reports, "noticias del delito": .reports, "complaints": .reports, "investigaciones": .investigations,
    "procesamientos": .prosecutions, "personas procesadas": .prosecutions, "acusaciones": .prosecutions,
    "condenas": .convictions, "absoluciones": .acquittals, "otros finales": .otherEnds,
  ]

  func stage(_ text: String) -> ProsecutionStage? {
    let folded = ProsecutionColumn.folded(text)
    return ProsecutionStage.allCases.first { ProsecutionColumn.folded($0.rawValue) == folded } ?? Self.stages[folded]
  }

  func unit(_ text: String) -> ProsecutionUnit? {
    switch ProsecutionColumn.folded(text) {
    case "cases", "casos": .cases
    case "persons", "personas", "people": .persons
    default: nil
    }
  }

  func age(_ text: String) -> String {
    switch ProsecutionColumn.folded(text) {
    case "ninez", "menor de 18", "menores de 18", "children", "0-17": "child"
    case "adultos", "adultas", "adulto", "adults", "18+", "18 y mas": "adult"
    default: text
    }
  }

  func answer(_ text: String) -> ProsecutionAnswer? {
    switch ProsecutionColumn.folded(text) {
    case "counted", "contado", "": .counted
    case "not reported", "no informado", "sin dato", "s/d", "n/d": .notReported
    case "not kept", "no se registra": .notKept
    default: nil
    }
  }

  func certainty(_ text: String) -> Certainty? {
    switch ProsecutionColumn.folded(text) {
    case "verified", "verificado": .verified
    case "second hand", "de segunda mano": .secondHand
    case "unverified", "sin verificar": .unverified
    case "decided", "decision propia": .decided
    default: nil
    }
  }

  /// `true`, `false`, or `nil` for what is neither.
  func flag(_ text: String) -> Bool? {
    switch ProsecutionColumn.folded(text) {
    case "yes", "si", "1": true
    case "no", "0", "": false
    default: nil
    }
  }

  /// `2021-03-09`, or `9/3/2021` with the day first.
  func day(_ text: String) -> CalendarDay? {
    if let day = CalendarDay(text) { return day }
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 3, let day = parts[0], let month = parts[1], let year = parts[2] else { return nil }
    return CalendarDay(year: year, month: month, day: day)
  }
}
