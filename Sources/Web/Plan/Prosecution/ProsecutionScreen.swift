import Accounts
import Basics
import CountryPack
import NationalPlan

/// Counts of justice in the words of the reader, for members and for the public.
struct ProsecutionScreen {
  static let path = "/plan/prosecution"

  /// Where a member reads them: as they are, or as anybody may.
  static func address(for actor: Actor, _ language: Language) -> String {
    actor.may(.readCounts) ? path : "/\(language)/justice"
  }

  let words: Words
  let dates: Dates
  let terms: ProsecutionTerms

  init(_ words: Words, _ dates: Dates, _ terms: ProsecutionTerms) {
    (self.words, self.dates, self.terms) = (words, dates, terms)
  }

  init(_ visit: Visit, _ terms: ProsecutionTerms) { self.init(visit.words, visit.dates, terms) }

  var language: Language { words.language }

  static func address(_ id: ProsecutionCountID, _ rest: String = "") -> String {
    "\(path)/\(id)" + (rest.isEmpty ? "" : "/" + rest)
  }

  static func address(_ stage: ProsecutionStage) -> String { path + "/stages/" + stage.rawValue }

  // MARK: Names

  func stage(_ stage: ProsecutionStage) -> String { words("prosecution.stage.\(stage.rawValue)") }
  func unit(_ unit: ProsecutionUnit) -> String { words("prosecution.unit.\(unit.rawValue)") }
  func answer(_ answer: ProsecutionAnswer) -> String { words("prosecution.answer.\(answer.rawValue)") }
  func certainty(_ certainty: Certainty) -> String { words("plan.certainty.\(certainty.rawValue)") }
  func offence(_ code: String) -> String { terms.offence(code)?.name[language] ?? code }

  func outcome(_ code: String) -> String {
    code.isEmpty ? words("prosecution.all") : terms.outcome(code)?.name[language] ?? code
  }

  func sex(_ code: String) -> String {
    code.isEmpty ? words("prosecution.all") : terms.sexes.first { $0.code == code }?.name[language] ?? code
  }

  func age(_ code: String) -> String {
    ProsecutionCell.ages.contains(code) ? words("prosecution.age.\(code)") : words("prosecution.all")
  }

  /// As it was called at the end of the period.
  func institution(_ code: String, _ period: ProsecutionPeriod?) -> String {
    if code == ProsecutionCell.unknownInstitution { return words("prosecution.institution_unknown") }
    let end = period?.endsBefore?.adding(days: -1) ?? dates.today
    return terms.institutions.name(code, on: min(end, dates.today))[language]
  }

  /// `2021`, `T3 2021`, `2011–2012`; said to be provisional while it is not over.
  func period(_ period: ProsecutionPeriod) -> String {
    var text = period.isSpan ? "\(period.year)–\(period.lastYear)" : String(period.year)
    if period.quarter > 0 {
      text = words("plan.quarter", ["number": String(period.quarter), "year": String(period.year)])
    }
    guard let end = period.endsBefore, end > dates.today else { return text }
    return words("prosecution.provisional", ["period": text])
  }

  /// `Condenas (personas)`; with who counted where another series of those shown is called the same.
  func short(_ series: ProsecutionSeries, among all: some Sequence<ProsecutionSeries>, _ last: ProsecutionPeriod?)
    -> String
  {
    if all.contains(where: { $0 != series && ($0.stage, $0.unit) == (series.stage, series.unit) }) {
      return self.series(series, last)
    }
    return "\(stage(series.stage)) (\(unit(series.unit).lowercasedFirst))"
  }

  /// `Condenas (personas), Fiscalía…`.
  func series(_ series: ProsecutionSeries, _ last: ProsecutionPeriod?) -> String {
    words(
      "prosecution.series",
      [
        "stage": stage(series.stage), "unit": unit(series.unit).lowercasedFirst,
        "institution": institution(series.institution, last),
      ])
  }

  /// What a cell is a count of, beside its stage: only what was parted.
  func facts(_ cell: ProsecutionCell) -> [String] {
    [period(cell.period), unit(cell.unit), institution(cell.institution, cell.period), offence(cell.offence)]
      + (cell.outcome.isEmpty ? [] : [outcome(cell.outcome)]) + (cell.sex.isEmpty ? [] : [sex(cell.sex)])
      + (cell.age.isEmpty ? [] : [age(cell.age)])
  }

  // MARK: Numbers

  func number(_ number: Int) -> String { PlanScreen.grouped(String(number), language) }

  func value(_ count: ProsecutionCount) -> String {
    count.answer == .counted ? number(count.number ?? 0) : answer(count.answer)
  }

  /// A figure with all that must be said beside it. Nothing at all is “not asked”, which is not nought.
  func figure(_ figure: ProsecutionFigure?) -> String {
    guard let figure else { return words("prosecution.not_asked") }
    guard let number = figure.number else { return answer(figure.answer) }
    var text = self.number(number)
    if figure.isSum { text = words("prosecution.sum", ["number": text]) }
    if !figure.others.isEmpty {
      let others = figure.others.map { self.number($0) }.joined(separator: ", ")
      text = words("prosecution.disputed", ["number": text, "others": others])
    } else if figure.isDisputed {
      text = words("prosecution.disputed_part", ["number": text])
    }
    return figure.isUnverified ? words("prosecution.unverified", ["number": text]) : text
  }

  func source(_ source: ProsecutionSource) -> String {
    let day = source.day.map { words("prosecution.source_day", ["day": dates.day($0)]) } ?? ""
    return [source.document, day, certainty(source.certainty)].filter { !$0.isEmpty }.joined(separator: ", ")
  }

  /// Several sources, each once, in one line.
  func sources(_ sources: [ProsecutionSource]) -> String {
    let all = Set(sources.map(source)).sorted()
    guard !all.isEmpty else { return words("prosecution.no_sources") }
    return words("prosecution.sources", ["sources": all.joined(separator: "; ")])
  }

  func row(_ stored: StoredProsecution) -> WorkRow {
    let status: Status? =
      stored.isWithdrawn
      ? Status(text: words("prosecution.withdrawn"), tone: .ended)
      : stored.count.source.certainty == .unverified
        ? Status(text: certainty(.unverified), tone: .open) : nil
    return WorkRow(
      title: words(
        "prosecution.row", ["stage": stage(stored.count.cell.stage), "value": value(stored.count)]),
      address: Self.address(stored.id), facts: facts(stored.count.cell) + [source(stored.count.source)], status: status)
  }

  /// The institutions to choose from: every one that ever was, because letters are old; by its name of today.
  var institutionOptions: [FormSheet.Option] {
    let known = terms.institutions.institutions.keys.map { FormSheet.Option($0, institution($0, nil)) }
      .sorted { ($0.label.listOrder, $0.value) < ($1.label.listOrder, $1.value) }
    return known
      + [FormSheet.Option(ProsecutionCell.unknownInstitution, words("prosecution.institution_unknown"))]
  }
}
