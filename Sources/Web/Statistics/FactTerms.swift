import Basics
import Casework
import CountryPack
import Releases
import Statistics

/// Columns and codes of facts in one language.
struct FactTerms: Sendable {
  let language: Language
  let words: Words
  let pack: CountryPack

  init(_ language: Language, _ words: Words, _ pack: CountryPack) {
    self.language = language
    self.words = words
    self.pack = pack
  }

  init(_ visit: Visit) { self.init(visit.language, visit.words, visit.frame.desks.pack) }

  func column(_ field: FactField) -> String { words("statistics.field." + field.rawValue) }
  func about(_ field: FactField) -> String { words("statistics.field_about." + field.rawValue) }

  func code(_ field: FactField, _ code: String) -> String {
    switch code {
    case FactCode.unknown: return words("statistics.unknown")
    case FactCode.notAsked: return words("casework.not_asked")
    case FactField.several: return words("statistics.several")
    default: break
    }
    switch field {
    case .year: return code
    case .province: return pack.province(iso: code)?.name[language] ?? code
    case .status: return words("casework.status." + code)
    case .screened, .assisted, .crossedBorder: return words("common.answer." + code)
    default: return field.list.flatMap { pack.term($0, code)?.name[language] } ?? code
    }
  }

  func measure(_ measure: FactMeasure) -> String { words("statistics.measure." + measure.rawValue) }

  /// `31` or `31 000`, as the language writes it: groups of three from ten thousand on.
  func number(_ number: Int) -> String { Self.number(number) }

  static func number(_ number: Int) -> String {
    guard number >= 10_000 else { return String(number) }
    let digits = String(number)
    return String(
      digits.enumerated().flatMap { place, digit -> [Character] in
        place > 0 && (digits.count - place).isMultiple(of: 3) ? ["\u{202f}", digit] : [digit]
      })
  }

  /// `38,3 %`; nothing where there is no share.
  func share(_ share: Share?) -> String {
    guard let perMille = share?.perMille else { return "–" }
    return "\(perMille / 10)" + words("statistics.decimal") + "\(perMille % 10) %"
  }

  /// `38,3 % (28,4–49,2)`: with the interval at 95 %; nothing where there is no share.
  func shareWithInterval(_ share: Share?) -> String {
    guard let share, let bounds = Interval.share(share.count, of: share.denominator) else { return self.share(share) }
    return "\(self.share(share)) (\(decimal(bounds.low * 100, 1))–\(decimal(bounds.high * 100, 1)))"
  }

  /// `0,65 (0,40–1,00)` for 100,000 people; nothing where there is no rate.
  func rate(_ rate: Rate?) -> String {
    guard let rate, let bounds = rate.interval else { return "–" }
    return "\(decimal(rate.value, 2)) (\(decimal(bounds.low, 2))–\(decimal(bounds.high, 2)))"
  }

  /// With so many decimals, as the language writes them.
  private func decimal(_ value: Double, _ places: Int) -> String {
    let scale = places == 1 ? 10 : 100
    let whole = Int((value * Double(scale)).rounded())
    let rest = String(whole % scale)
    return number(whole / scale) + words("statistics.decimal") + String(repeating: "0", count: places - rest.count)
      + rest
  }

  // MARK: Sentences

  /// Among whom rates are counted, who counted them, and how sure it is.
  func population(_ population: PackPopulation) -> String {
    words(
      "statistics.rates.population",
      [
        "name": population.name[language], "people": number(population.total), "source": population.source,
        "address": population.address,
        "certainty": words("statistics.rates.certainty_\(population.certainty.rawValue)"),
      ])
  }

  /// `Casos por forma de explotación y provincia; solo año 2007`.
  func title(_ choice: TableChoice) -> String {
    let columns = choice.axes.map { column($0).lowercasedFirst }
    let by = [columns.dropLast().joined(separator: ", "), columns.last ?? ""].filter { !$0.isEmpty }
      .joined(separator: words("statistics.and"))
    let only = choice.filter.sorted { $0.key.rawValue < $1.key.rawValue }.map { field, codes in
      column(field).lowercasedFirst + " " + codes.map { code(field, $0) }.joined(separator: words("statistics.or"))
    }
    let title = words("statistics.tables.by", ["measure": measure(choice.measure), "columns": by])
    return only.isEmpty
      ? title : words("statistics.tables.only", ["title": title, "conditions": only.joined(separator: "; ")])
  }

  func denominator(_ field: FactField, _ measure: FactMeasure) -> String {
    words(
      "statistics.tables.denominator",
      ["measure": self.measure(measure).lowercasedFirst, "column": column(field).lowercasedFirst])
  }

  func says(_ protection: TableChoice.Protection) -> String {
    let rules = pack.statistics
    return words(
      "statistics.protection_says." + protection.rawValue,
      ["threshold": String(rules.threshold), "most": String(rules.threshold - 1), "base": String(rules.roundTo)])
  }

  // MARK: The code book

  var allCodes: [FactField: [String]] {
    FactField.allCases.reduce(into: [:]) { $0[$1] = $1.codes(pack) }
  }

  /// What each column means and which codes it has.
  func dictionary(_ codes: [FactField: [String]]) -> DataTable {
    DataTable(
      caption: words("statistics.book.dictionary"),
      columns: ["column", "meaning", "codes"].map { words("statistics.book.\($0)") },
      rows: FactField.allCases.filter { codes[$0] != nil }.map { field in
        let shown = codes[field] ?? []
        return [
          .lines([column(field), field.rawValue]), .text(about(field)),
          .lines(
            field == .year
              ? [words("statistics.book.years")]
              : shown.count > 24
                ? [words("statistics.book.many", ["count": String(shown.count)])]
                : shown.map { "\($0): \(code(field, $0))" }),
        ]
      })
  }
}

extension OpenTable.Names {
  /// The words of both languages.
  init(_ screen: Screen, _ pack: CountryPack) {
    let (es, en) = (
      FactTerms(.spanish, screen.words(.spanish), pack), FactTerms(.english, screen.words(.english), pack)
    )
    @Sendable func both(_ text: (FactTerms) -> String) -> ReleaseText { ReleaseText(es: text(es), en: text(en)) }
    self.init(
      column: { field in both { $0.column(field) } }, code: { field, code in both { $0.code(field, code) } },
      measure: { measure in both { $0.measure(measure) } },
      denominator: { field, measure in both { $0.denominator(field, measure) } },
      says: { protection in both { $0.says(protection) } })
  }
}

extension Site {
  /// The words of the catalogs that open data take along.
  ///
  /// Throws `ScreenProblem` when the catalogs can't be read.
  public static func openDataNames(_ pack: CountryPack) throws -> OpenTable.Names {
    OpenTable.Names(try Screen.load(), pack)
  }
}

extension String {
  /// For a word within a sentence.
  var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}
