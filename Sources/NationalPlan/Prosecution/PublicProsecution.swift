import Basics
import Statistics

/// Counts as anybody may read them. Small numbers, and those from which one could be worked out, are not in it at all.
///
/// Only years and whole offences with their parts go out: no sex, no age, no outcome, no quarter. So the only sums that a
/// reader knows are those of one line, and each line is protected as a table of its own.
public struct PublicProsecution: Hashable, Sendable {
  /// Why a line is not shown.
  public enum Reason: String, Hashable, Sendable, CaseIterable {
    /// Sources disagree, or parts make more than their whole.
    case disagree
    /// Nobody has seen the source.
    case unverified
    /// It spans years that stand for themselves as well: the difference would be a number of one year.
    case overlaps
    case notReported = "not_reported"
  }

  public struct Part: Hashable, Sendable {
    public var offence: String
    /// `nil` when it is hidden.
    public var number: Int?
  }

  public struct Line: Hashable, Sendable {
    public var series: ProsecutionSeries
    public var period: ProsecutionPeriod
    /// An offence that is no part of another one.
    public var offence: String
    /// Set when nothing of the line is shown.
    public var withheld: Reason?
    /// `nil` when it is hidden or withheld.
    public var total: Int?
    /// What the total is parted into; what a source does not tell apart stands under the whole's own code. Empty where
    /// nothing is told apart.
    public var parts: [Part] = []
    /// Where what is shown was read, each once; none of a line that is withheld.
    public var sources: [ProsecutionSource] = []
  }

  public let lines: [Line]
  /// Counts from 1 to one below it are hidden.
  public let threshold: Int

  /// - Parameters:
  ///   - counts: without withdrawn ones.
  ///   - threshold: at least 2.
  public init(_ counts: [(id: String, count: ProsecutionCount)], terms: ProsecutionTerms, threshold: Int) {
    self.threshold = threshold
    let book = ProsecutionBook(counts, terms: terms)
    let sources = Dictionary(counts.map { ($0.id, $0.count.source) }) { first, _ in first }
    lines = book.series.flatMap { series in
      terms.wholeOffences.flatMap { offence in
        let told = book.periods.filter { book.figure(series, $0, offence: offence) != nil }
        return told.map { period in
          var line = Line(series: series, period: period, offence: offence)
          if period.isSpan, told.contains(where: { Self.overlap($0, period) }) {
            line.withheld = .overlaps
          } else {
            Self.fill(&line, book, terms, threshold, sources)
          }
          return line
        }
      }
    }
  }

  private static func overlap(_ one: ProsecutionPeriod, _ other: ProsecutionPeriod) -> Bool {
    one != other && one.year <= other.lastYear && other.year <= one.lastYear
  }

  private static func fill(
    _ line: inout Line, _ book: ProsecutionBook, _ terms: ProsecutionTerms, _ threshold: Int,
    _ sources: [String: ProsecutionSource]
  ) {
    guard let whole = book.figure(line.series, line.period, offence: line.offence) else { return }
    guard let total = whole.number else {
      line.withheld = .notReported
      return
    }
    let parts = terms.parts(of: line.offence).compactMap { code in
      book.figure(line.series, line.period, offence: code).flatMap { figure in
        figure.number.map { (code: code, number: $0, figure: figure) }
      }
    }
    let all = [whole] + parts.map(\.figure)
    if all.contains(where: \.isUnverified) { line.withheld = .unverified }
    let rest = total - parts.reduce(0) { $0 + $1.number }
    if rest < 0 || all.contains(where: \.isDisputed) { line.withheld = .disagree }
    guard line.withheld == nil else { return }
    line.sources = Set(all.flatMap(\.ids).compactMap { sources[$0] }).sorted { $0.document < $1.document }
    var counts = parts.map { ($0.code, $0.number) }
    if rest > 0 || parts.isEmpty { counts.append((line.offence, rest)) }
    let cube = CountCube(axes: [.init(column: "offence", codes: counts.map(\.0))]) { counts[$0[0]].1 }
    let safe = ProtectedCube.protect([cube], threshold: threshold)[0]
    line.total = safe[nil]
    if !parts.isEmpty { line.parts = counts.map { Part(offence: $0.0, number: safe[$0.0]) } }
  }
}
