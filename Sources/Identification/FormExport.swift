import Basics
import CountryPack

/// An instrument as an XLSForm, for the phones of those who work with ODK or Kobo: the same questions, skip logic and
/// languages, and for an instrument that scores the same rule as here.
///
/// Not carried: the pattern of all dimensions together and the two legal readings. A form advises; a person decides.
public struct FormExport {
  private let instrument: Instrument
  private let languages: [Language]
  private let refusal: LocalizedText?

  /// - Parameter languages: the first is the form's own.
  public init(_ instrument: Instrument, languages: [Language]) {
    self.instrument = instrument
    self.languages = languages
    refusal =
      instrument.scores
      ? nil
      : LocalizedText(
        es: "No se calcula ningún resultado. Decide una persona.", en: "No result is computed. A person decides.")
  }

  /// The file's content (.xlsx): the sheets survey, choices and settings.
  public var spreadsheet: [UInt8] {
    Spreadsheet(sheets: [
      .init(name: "survey", texts: survey), .init(name: "choices", texts: choices),
      .init(name: "settings", texts: settings),
    ]).bytes
  }

  // MARK: Sheets

  private struct Line {
    var type: String
    var name = ""
    var label: LocalizedText?
    var hint: LocalizedText?
    var relevant = ""
    var constraint = ""
    var calculation = ""
  }

  private static func heading(_ column: String, _ language: Language) -> String {
    let names = ["es": "Español", "en": "English"]
    return "\(column)::\(names[language.code] ?? language.code) (\(language.code))"
  }

  var survey: [[String]] {
    let header =
      ["type", "name"] + languages.map { Self.heading("label", $0) } + languages.map { Self.heading("hint", $0) }
      + ["relevant", "constraint", "calculation"]
    return [header]
      + lines.map { line in
        [line.type, line.name] + languages.map { line.label?[$0] ?? "" } + languages.map { line.hint?[$0] ?? "" }
          + [line.relevant, line.constraint, line.calculation]
      }
  }

  var choices: [[String]] {
    let answers: [(FourWayAnswer, LocalizedText)] = [
      (.yes, LocalizedText(es: "Sí", en: "Yes")), (.no, LocalizedText(es: "No", en: "No")),
      (.unknown, LocalizedText(es: "No se sabe", en: "Unknown")),
      (.notAsked, LocalizedText(es: "No se preguntó", en: "Not asked")),
    ]
    return [["list_name", "name"] + languages.map { Self.heading("label", $0) }]
      + answers.map { answer, text in ["answers", answer.rawValue] + languages.map { text[$0] } }
  }

  var settings: [[String]] {
    let language = languages.first ?? .spanish
    let heading = Self.heading("", language).replacing("::", with: "")
    return [
      ["form_title", "form_id", "version", "default_language"],
      [
        instrument.name[language], instrument.id, instrument.version.description.replacing("-", with: "") + "00",
        heading,
      ],
    ]
  }

  private var lines: [Line] {
    var lines = [
      Line(
        type: "note", name: "source",
        label: LocalizedText(es: "Fuente: \(instrument.source)", en: "Source: \(instrument.source)"),
        hint: LocalizedText(
          es: "\(instrument.certainty.rawValue). \(instrument.licence)",
          en: "\(instrument.certainty.rawValue). \(instrument.licence)")),
      Line(
        type: "integer", name: "age", label: LocalizedText(es: "Edad en años", en: "Age in years"),
        hint: LocalizedText(
          es: "Si hay duda, déjela vacía: se trata como menor de 18.",
          en: "If in doubt, leave it empty: treated as under 18."), constraint: ". >= 0 and . <= 120"),
      Line(
        type: "calculate", name: "counts_as_child", calculation: "if(${age} = '' or ${age} < 18, 'yes', 'no')"),
    ]
    for dimension in instrument.dimensions {
      lines.append(
        Line(
          type: "begin group", name: "topic_" + dimension.code, label: dimension.name,
          relevant: condition(dimension.relevant)))
      for indicator in instrument.indicators where indicator.dimension == dimension.code {
        lines.append(
          Line(
            type: "select_one answers", name: name(dimension.code, indicator.code), label: indicator.text,
            relevant: condition(indicator.relevant)))
      }
      lines.append(
        Line(type: "text", name: "note_" + dimension.code, label: LocalizedText(es: "Nota", en: "Note")))
      lines.append(Line(type: "end group"))
    }
    return lines + (refusal.map { [Line(type: "note", name: "result", label: $0)] } ?? verdict)
  }

  // MARK: The rule

  private var verdict: [Line] {
    var lines: [Line] = []
    for dimension in instrument.dimensions {
      let code = dimension.code
      for (prefix, counted) in [("yes", "= 'yes'"), ("reach", "!= 'no'")] {
        for strength in [IndicatorStrength.strong, .medium, .weak] {
          let names = instrument.indicators.filter { $0.dimension == code && $0.strength == strength }
            .map { indicator in
              // A skipped question is no longer within reach.
              let asked = [dimension.relevant, indicator.relevant].map(condition).filter { !$0.isEmpty }
              let tests = ["${\(name(code, indicator.code))} \(counted)"] + asked.map { "(\($0))" }
              return "if(\(tests.joined(separator: " and ")), 1, 0)"
            }
          lines.append(
            Line(
              type: "calculate", name: "\(prefix)_\(strength.rawValue)_\(code)",
              calculation: names.isEmpty ? "0" : names.joined(separator: " + ")))
        }
      }
      func isPositive(_ prefix: String) -> String {
        func count(_ strength: String) -> String { "${\(prefix)_\(strength)_\(code)}" }
        let (s, m, w) = (count("strong"), count("medium"), count("weak"))
        return "(\(s) >= 1 and \(s) + \(m) + \(w) >= 2) or (\(m) >= 2 and \(s) + \(m) + \(w) >= 3)"
      }
      lines.append(
        Line(
          type: "calculate", name: "state_" + code,
          calculation: "if(\(isPositive("yes")), 'positive', if(\(isPositive("reach")), 'insufficient', 'negative'))"))
    }
    func any(_ state: String) -> String {
      instrument.dimensions.map { "${state_\($0.code)} = '\(state)'" }.joined(separator: " or ")
    }
    lines.append(
      Line(
        type: "calculate", name: "assessment",
        calculation: "if(\(any("positive")), 'indicators_found', "
          + "if(\(any("insufficient")), 'not_enough_information', 'indicators_not_found'))"))
    let results: [(Outcome, LocalizedText)] = [
      (.indicatorsFound, LocalizedText(es: "Se encontraron indicadores", en: "Indicators found")),
      (.notEnoughInformation, LocalizedText(es: "Falta información", en: "Not enough information")),
      (.indicatorsNotFound, LocalizedText(es: "No se encontraron indicadores", en: "Indicators not found")),
    ]
    for (outcome, text) in results {
      lines.append(
        Line(
          type: "note", name: "result_" + outcome.rawValue, label: text,
          hint: LocalizedText(es: "Aconseja; decide una persona.", en: "It advises; a person decides."),
          relevant: "${assessment} = '\(outcome.rawValue)'"))
    }
    return lines
  }

  private func condition(_ relevance: Relevance) -> String {
    let groups = relevance.groups.map { group in
      group.map { condition in
        switch condition {
        case .child(let isChild): "${counts_as_child} = '\(isChild ? "yes" : "no")'"
        case .answer(let dimension, let code, is: let answer, let isEqual):
          answered(name(dimension, code), answer, isEqual)
        }
      }.joined(separator: " and ")
    }
    return groups.count > 1 ? groups.map { "(\($0))" }.joined(separator: " or ") : groups.first ?? ""
  }

  /// On a form a question without an answer is empty; here that is "not asked".
  private func answered(_ name: String, _ answer: FourWayAnswer, _ isEqual: Bool) -> String {
    let written = "${\(name)} \(isEqual ? "=" : "!=") '\(answer.rawValue)'"
    guard answer == .notAsked else { return written }
    return isEqual ? "(\(written) or ${\(name)} = '')" : "(\(written) and ${\(name)} != '')"
  }

  /// The code, or with its dimension where the code stands in several.
  private func name(_ dimension: String, _ code: String) -> String {
    let isUnique = instrument.indicators.count { $0.code == code } == 1
    return isUnique ? code : dimension + "_" + code
  }
}
