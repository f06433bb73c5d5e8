import Basics
import CountryPack

/// What was counted at one stage, in one unit, by one institution. Only numbers of one series stand in one line: another
/// institution may have counted the same cases again.
public struct ProsecutionSeries: Hashable, Sendable, Comparable {
  public var stage: ProsecutionStage
  public var unit: ProsecutionUnit
  public var institution: String

  public init(stage: ProsecutionStage, unit: ProsecutionUnit, institution: String) {
    (self.stage, self.unit, self.institution) = (stage, unit, institution)
  }

  public static func < (lhs: Self, rhs: Self) -> Bool { lhs.rank < rhs.rank }
  private var rank: (Int, Int, String) {
    (
      ProsecutionStage.allCases.firstIndex(of: stage) ?? 0, ProsecutionUnit.allCases.firstIndex(of: unit) ?? 0,
      institution
    )
  }
}

/// What is known of one cell of a table. No figure at all means that nobody asked.
public struct ProsecutionFigure: Hashable, Sendable {
  public var answer: ProsecutionAnswer
  /// Of the newest source.
  public var number: Int?
  /// What other sources say, where they say something else.
  public var others: [Int] = []
  /// Whether it was added up from parts because no source gives the whole.
  public var isSum = false
  /// Whether in it, or in a part of it, sources disagree.
  public var isDisputed = false
  /// Whether it, or a part of it, rests on an unverified source.
  public var isUnverified = false
  /// The counts that it is made of.
  public var ids: [String] = []
}

/// Counts in tables. Pure: what is stored in, figures out.
public struct ProsecutionBook: Sendable {
  public let series: [ProsecutionSeries]
  /// Whole years and spans of years, oldest first.
  public let periods: [ProsecutionPeriod]
  private let terms: ProsecutionTerms
  private let cells: [ProsecutionCell: ProsecutionFigure]

  /// - Parameter counts: without withdrawn ones.
  public init(_ counts: [(id: String, count: ProsecutionCount)], terms: ProsecutionTerms) {
    self.terms = terms
    cells = Dictionary(grouping: counts) { $0.count.cell }.mapValues { same in
      Self.figure(same.sorted { Self.isNewer($0, $1) })
    }
    series = Set(
      counts.map {
        ProsecutionSeries(stage: $0.count.cell.stage, unit: $0.count.cell.unit, institution: $0.count.cell.institution)
      }
    ).sorted()
    periods = Set(
      counts.compactMap { one in
        let period = one.count.cell.period
        return ProsecutionPeriod(year: period.year, lastYear: period.lastYear)
      }
    ).sorted()
  }

  public init(_ stored: [StoredProsecution], terms: ProsecutionTerms) {
    self.init(stored.filter { !$0.isWithdrawn }.map { ($0.id.description, $0.count) }, terms: terms)
  }

  private static func isNewer(
    _ lhs: (id: String, count: ProsecutionCount), _ rhs: (id: String, count: ProsecutionCount)
  ) -> Bool {
    func rank(_ one: (id: String, count: ProsecutionCount)) -> (Int, Int, Int, String) {
      let source = one.count.source
      // A number goes before the word that there is none.
      return (
        one.count.answer == .counted ? 1 : 0, (source.day ?? source.readOn).daysSince1970,
        source.readOn.daysSince1970, one.id
      )
    }
    return rank(lhs) > rank(rhs)
  }

  private static func figure(_ counts: [(id: String, count: ProsecutionCount)]) -> ProsecutionFigure {
    let first = counts[0].count
    let numbers = counts.compactMap { $0.count.answer == .counted ? $0.count.number : nil }
    let others = Set(numbers).subtracting(first.number.map { [$0] } ?? []).sorted()
    return ProsecutionFigure(
      answer: first.answer, number: first.number, others: others, isDisputed: !others.isEmpty,
      isUnverified: first.source.certainty == .unverified, ids: counts.map(\.id))
  }

  // MARK: Figures

  /// What is known of an offence in a period; `nil` when nothing was asked. Where no source gives the whole, what it is
  /// made of is added up along the first way in which it was parted.
  public func figure(_ series: ProsecutionSeries, _ period: ProsecutionPeriod, offence: String) -> ProsecutionFigure? {
    figure(
      ProsecutionCell(
        period: period, institution: series.institution, stage: series.stage, unit: series.unit, offence: offence))
  }

  public func figure(_ cell: ProsecutionCell) -> ProsecutionFigure? { figure(cell, from: 0) }

  private func figure(_ cell: ProsecutionCell, from dimension: Int) -> ProsecutionFigure? {
    let own = cells[cell]
    if own?.number != nil { return own }
    for next in dimension..<5 {
      let parts = parts(of: cell, next).compactMap { figure($0, from: next + 1) }.filter { $0.number != nil }
      guard !parts.isEmpty else { continue }
      return ProsecutionFigure(
        answer: .counted, number: parts.reduce(0) { $0 + ($1.number ?? 0) }, isSum: true,
        isDisputed: parts.contains(where: \.isDisputed), isUnverified: parts.contains(where: \.isUnverified),
        ids: parts.flatMap(\.ids))
    }
    return own
  }

  /// The parts of a cell by offence, quarter, outcome, sex or age.
  private func parts(of cell: ProsecutionCell, _ dimension: Int) -> [ProsecutionCell] {
    func parts(_ codes: [String], _ path: WritableKeyPath<ProsecutionCell, String>) -> [ProsecutionCell] {
      codes.map { code in
        var part = cell
        part[keyPath: path] = code
        return part
      }
    }
    switch dimension {
    case 0: return parts(terms.parts(of: cell.offence), \.offence)
    case 1:
      guard cell.period.quarter == 0, !cell.period.isSpan else { return [] }
      return (1...4).compactMap { quarter in
        ProsecutionPeriod(year: cell.period.year, quarter: quarter).map { period in
          var part = cell
          part.period = period
          return part
        }
      }
    case 2: return cell.outcome.isEmpty ? parts(terms.outcomes(of: cell.stage).map(\.code), \.outcome) : []
    case 3: return cell.sex.isEmpty ? parts(terms.sexes.map(\.code), \.sex) : []
    default: return cell.age.isEmpty ? parts(ProsecutionCell.ages, \.age) : []
    }
  }

  /// The offences of which a series says something.
  public func offences(of series: ProsecutionSeries) -> [String] {
    terms.offences.map(\.code).filter { code in periods.contains { figure(series, $0, offence: code) != nil } }
  }
}
