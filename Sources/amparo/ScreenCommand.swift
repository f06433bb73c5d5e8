import ArgumentParser
import Basics
import CountryPack
import Foundation
import Identification

struct Screen: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Read the answers of one screening and explain what they say.",
    discussion: """
      The answers are a JSON object. A key is <dimension>/<code> or <phase>/<code>, or the bare code where it is \
      unique; a value is yes, no, unknown or not_asked. What is left out was not asked.

        echo '{"DR01": "yes", "deceptive_recruitment/DR02": "yes"}' | \
      amparo screen --instrument ilo-adult-labour --age 25 --answers - --json

      With --batch FILE many are read, one JSON object a line, and one report a line comes back; a wrong line gives an \
      object with "line" and "error", and the command ends with 1. The object holds "answers", and where they differ \
      from the options "age" and "instrument"; its "id" is repeated.

        {"id": "a-1", "age": 25, "answers": {"EX01": "yes", "EX02": "no"}}

      Nothing is stored. A screening advises, a person decides.
      """)

  @Option(help: "The instrument's name, for example ilo-adult-labour.") var instrument: String
  @Option(help: "Whole years, or “doubt”: whoever may be under 18 is treated as a child.") var age: String?
  @Option(help: "A file with the answers, or - for standard input.") var answers: String?
  @Option(help: "A file of many screenings, one JSON object a line, or - for standard input.") var batch: String?
  @OptionGroup var pack: PackOption
  @Option(help: "Language of the explanation: es or en.") var language = "es"
  @Flag(help: "Print one JSON object instead of the explanation.") var json = false

  func validate() throws {
    if batch == nil, answers == nil { throw ValidationError("--answers or --batch is missing") }
    if batch != nil, answers != nil { throw ValidationError("--answers and --batch can't go together") }
    if batch == nil, age == nil { throw ValidationError("--age is missing") }
  }

  func run() async throws {
    let pack = try pack.load()
    guard let instrument = pack.instrument(instrument) else {
      let names = pack.instruments.map(\.id).joined(separator: ", ")
      throw CommandFailure(message: "there is no instrument “\(instrument)”: use one of \(names)")
    }
    let years = try age.map { (written: String) throws(CommandFailure) -> Age in
      guard let age = Age(written) else {
        throw CommandFailure(message: "--age must be whole years from 0 to 120, or doubt, not “\(written)”")
      }
      return age
    }
    let today = CalendarDay(Clock.system.now(), offsetFromUTC: pack.offsetFromUTC)
    if let batch {
      var reading = ScreenBatch(BatchScreening(pack, instrument, age: years, on: today))
      try reading.run(batch)
      if reading.wrong > 0 { throw CommandFailure(message: "\(batch): lines that are wrong: \(reading.wrong)") }
      return
    }
    guard let age = years, let answers else { return }
    guard let language = Language(language), pack.languages.contains(language) else {
      throw CommandFailure(message: "--language must be es or en")
    }
    let sheet: AnswerSheet
    do { sheet = try AnswerSheet(json: try read(answers), for: instrument) } catch let problem as AnswerProblem {
      throw CommandFailure(message: "\(answers == "-" ? "standard input" : answers): \(problem)")
    }
    let report = ScreenReport(sheet, instrument, age: age, pack: pack, on: today)
    print(json ? try report.json : ScreenExplanation(report, instrument, pack, language).text)
  }

  private func read(_ answers: String) throws -> Data { try WholeFile.read(answers, most: 50) }
}

/// A report in words, for a person at a terminal.
struct ScreenExplanation {
  let text: String

  init(_ report: ScreenReport, _ instrument: Instrument, _ pack: CountryPack, _ language: Language) {
    let spanish = language == .spanish
    func word(_ finding: Finding) -> String {
      switch finding {
      case .positive: spanish ? "con indicadores suficientes" : "enough indicators"
      case .negative: spanish ? "sin indicadores suficientes" : "not enough indicators"
      case .insufficient: spanish ? "falta información" : "more information needed"
      }
    }
    func word(_ outcome: Outcome) -> String {
      switch outcome {
      case .indicatorsFound: spanish ? "Se encontraron indicadores" : "Indicators found"
      case .indicatorsNotFound: spanish ? "No se encontraron indicadores" : "Indicators not found"
      case .notEnoughInformation: spanish ? "Falta información" : "Not enough information"
      }
    }
    func named(_ codes: [String]) -> [String] {
      instrument.indicators.filter { codes.contains($0.code) }.map { "    \($0.code) \($0.text[language])" }
    }
    var lines = [
      "\(instrument.name[language]) (\(instrument.version); \(instrument.certainty.rawValue))", word(report.assessment),
    ]
    for dimension in report.dimensions {
      let name = instrument.dimensions.first { $0.code == dimension.code }?.name[language] ?? dimension.code
      lines.append("  \(name): \(word(dimension.state))")
      lines += named(dimension.because)
    }
    if report.refusal != nil {
      lines.append(
        spanish
          ? "  No se calcula ningún resultado; decide una persona."
          : "  No result is computed; a person decides.")
      lines += named(report.observed)
    }
    let rules = pack.combinations.flatMap { $0.adult + $0.child }
    if let rule = rules.first(where: { $0.pattern == report.pattern }) { lines.append(rule.name[language]) }
    let protection = report.readings.protection
    lines.append((spanish ? "Protección (Palermo 3): " : "Protection (Palermo 3): ") + word(protection.result))
    let advice: [String: (String, String)] = [
      "assist_and_refer": ("Ofrezca asistencia y derive.", "Offer assistance and refer."),
      "ask_intended_purpose": ("Pregunte si se pretendía explotar.", "Ask whether exploitation was intended."),
      "ask_means": ("Pregunte cómo se logró.", "Ask how it was brought about."),
      "ask_open_questions": ("Complete las preguntas abiertas.", "Ask the open questions."),
      "read_and_decide": ("Lea lo que se dijo y decida.", "Read what was said and decide."),
      "offer_information": ("Ofrezca información y contactos de ayuda.", "Offer information and help contacts."),
    ]
    if let (es, en) = advice[protection.advice] { lines.append("  " + (spanish ? es : en)) }
    let national = report.readings.national
    if let text = pack.legalTexts.first(where: { $0.code == national.text }) {
      lines.append("\(text.name[language]) (\(text.certainty.rawValue); \(text.source))")
      lines.append("  " + text.summary[language])
    }
    lines.append(spanish ? "Decide una persona, con su razón." : "A person decides, with a reason.")
    self.text = lines.joined(separator: "\n")
  }
}
