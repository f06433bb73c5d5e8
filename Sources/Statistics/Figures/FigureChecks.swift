import Basics
import Foundation

/// What about published figures can't be so as printed. It never says "wrong": a figure can be right and its print not.
public enum FigureChecks {
  /// - Parameter today: nothing can be dated later; `nil` leaves that out.
  public static func findings(_ figures: [Figure], today: CalendarDay? = nil) -> [FigureFinding] {
    figures.flatMap { attainable($0) + dates($0, today: today) } + wholes(figures) + lists(figures)
      + contradictions(figures)
  }

  // MARK: One figure

  private static func attainable(_ figure: Figure) -> [FigureFinding] {
    let value = figure.value
    switch figure.unit {
    case .count:
      if value.decimals > 0, value.digits % value.scale != 0 {
        return [
          FigureFinding(
            figure.id, .attainableShare, because: "\(figure.unitText) come whole and \(value.text) is not",
            Phrase("figures.reason.not_whole", ["value": value.text]))
        ]
      }
      guard let n = figure.n, value.digits / value.scale > n else { return [] }
      return [
        FigureFinding(
          figure.id, .partsExceedWhole, because: "\(value.text) of \(n) is more than the whole",
          Phrase("figures.reason.above_whole", ["value": value.text, "n": String(n)]))
      ]
    case .share(let per):
      if value.digits > per * value.scale {
        return [
          FigureFinding(
            figure.id, .partsExceedWhole, because: "\(value.text) is more than all, which is \(per)",
            Phrase("figures.reason.above_all", ["value": value.text, "per": String(per)]))
        ]
      }
      guard let n = figure.n, !value.isLowerBound else { return [] }
      if n == 0 {
        return [
          FigureFinding(
            figure.id, .attainableShare, because: "nothing has a share of 0", Phrase("figures.reason.of_nothing"))
        ]
      }
      guard !AttainableShare.isAttainable(value, of: n, per: per) else { return [] }
      let neighbours = AttainableShare.neighbours(value, of: n, per: per).map { count in
        (count, AttainableShare.printed(count, of: n, per: per, decimals: value.decimals))
      }
      let beside = neighbours.map { "\($0) of \(n) is \($1)" }
      return [
        FigureFinding(
          figure.id, .attainableShare,
          because: "no whole count of \(n) gives \(value.text): \(beside.joined(separator: " and "))",
          Phrase(
            "figures.reason.unattainable",
            [
              "n": String(n), "value": value.text,
              "beside": neighbours.map { "\($0)/\(n) = \($1)" }.joined(separator: ", "),
            ]))
      ]
    }
  }

  private static func dates(_ figure: Figure, today: CalendarDay?) -> [FigureFinding] {
    var reasons: [(says: String, phrase: Phrase)] = []
    func add(_ says: String, _ key: String, _ values: [String: String]) {
      reasons.append((says, Phrase("figures.reason." + key, values)))
    }
    func date(_ text: String, _ what: String) -> PrintedDate? {
      guard !text.isEmpty else { return nil }
      guard let date = PrintedDate(text) else {
        add("\(what) “\(text)” is no date of the calendar", "no_date", ["date": text])
        return nil
      }
      if date.last < date.first { add("\(what) “\(text)” ends before it begins", "ends_first", ["date": text]) }
      if let today, date.first > today { add("\(what) “\(text)” has not come yet", "not_come", ["date": text]) }
      return date
    }
    let period = date(figure.period, "the period")
    let source = date(figure.sourceDate, "the source's date")
    let read = date(figure.readOn, "the day it was read")
    let newer = date(figure.olderThan, "the newer date")
    if let period, let source, source.last < period.first {
      add(
        "a source of \(figure.sourceDate) can't report on \(figure.period)", "source_before",
        ["source": figure.sourceDate, "period": figure.period])
    }
    if let source, let newer, source.first > newer.last {
      add(
        "its source is dated \(figure.sourceDate), and the text calls what it gives for \(figure.olderThan) more recent",
        "older", ["source": figure.sourceDate, "newer": figure.olderThan])
    }
    if let read, let source, read.last < source.first {
      add(
        "it was read on \(figure.readOn), before its source of \(figure.sourceDate)", "read_first",
        ["read": figure.readOn, "source": figure.sourceDate])
    }
    return reasons.map { FigureFinding(figure.id, .impossibleDate, because: $0.says, $0.phrase) }
  }

  // MARK: Several figures

  /// Parts of a whole that stands in the file too.
  private static func wholes(_ figures: [Figure]) -> [FigureFinding] {
    let byID = Dictionary(figures.map { ($0.id, $0) }) { first, _ in first }
    let groups = Dictionary(grouping: figures.filter { !$0.partOf.isEmpty }, by: \.partOf)
    return groups.sorted { $0.key < $1.key }.flatMap { id, parts -> [FigureFinding] in
      guard let whole = byID[id], !whole.value.isLowerBound, whole.unit == .count else { return [] }
      let counts = parts.filter { $0.unit == .count }
      let larger = counts.filter { $0.value.value > whole.value.value }.map { part in
        FigureFinding(
          part.id, .partsExceedWhole, because: "it is \(part.value.text) of a whole of \(whole.value.text) (\(id))",
          Phrase("figures.reason.part_above", ["value": part.value.text, "whole": whole.value.text, "id": id]))
      }
      // Parts of one list are taken to exclude one another; parts of different lists are not added up.
      let sums = Dictionary(grouping: counts, by: \.list).sorted { $0.key < $1.key }.compactMap { _, list in
        let sum = list.reduce(0) { $0 + $1.value.value }
        return list.count > 1 && larger.isEmpty && sum > whole.value.value
          ? FigureFinding(
            id, .partsExceedWhole,
            because: "its parts \(named(list)) make \(Int(sum)), more than \(whole.value.text)",
            Phrase(
              "figures.reason.parts_above",
              ["parts": named(list), "sum": String(Int(sum)), "whole": whole.value.text])) : nil
      }
      return larger + sums
    }
  }

  /// Shares of one list: never above 100, and 100 when the list is exhaustive, within what rounding allows.
  private static func lists(_ figures: [Figure]) -> [FigureFinding] {
    let shares = figures.filter {
      $0.unit == .share(per: 100) && !$0.list.isEmpty && $0.value.digits <= 100 * $0.value.scale
    }
    return Dictionary(grouping: shares, by: \.list).sorted { $0.key < $1.key }.compactMap { _, list in
      guard list.count > 1, let first = list.first, Set(list.map(\.n)).count == 1 else { return nil }
      let least = list.reduce(0) { $0 + max(0, $1.value.digits * 2 - 1) * (2_000_000_000 / (2 * $1.value.scale)) }
      let most = list.reduce(0) { $0 + ($1.value.digits * 2 + 1) * (2_000_000_000 / (2 * $1.value.scale)) }
      let all = 100 * 2_000_000_000
      if list.contains(where: \.isExhaustive), !(least...most).contains(all) {
        return FigureFinding(
          first.id, .sharesOfWhole,
          because:
            "the shares of all parts, \(named(list)), make \(sum(list)) and not 100, by more than rounding allows",
          Phrase("figures.reason.shares_not_all", ["parts": named(list), "sum": sum(list)]))
      }
      return least > all
        ? FigureFinding(
          first.id, .partsExceedWhole, because: "the shares \(named(list)) make \(sum(list)), more than the whole",
          Phrase("figures.reason.shares_above", ["parts": named(list), "sum": sum(list)]))
        : nil
    }
  }

  /// The same thing, counted in the same way, by two sources that leave no common value.
  private static func contradictions(_ figures: [Figure]) -> [FigureFinding] {
    struct Subject: Hashable {
      var unit: FigureUnit
      var words: [String]
    }
    let placed = figures.filter { !$0.source.isEmpty && !$0.period.isEmpty && !$0.population.isEmpty }
    let groups = Dictionary(grouping: placed) { figure in
      Subject(
        unit: figure.unit, words: [figure.population, figure.place, figure.period, figure.kind].map { $0.lowercased() })
    }
    return groups.values.flatMap { same in
      same.flatMap { figure -> [FigureFinding] in
        guard
          let other = same.first(where: { other in
            other.source != figure.source && !other.value.range.overlaps(figure.value.range)
          })
        else { return [] }
        return [
          FigureFinding(
            figure.id, .sourcesContradict,
            because:
              "\(figure.source) gives \(figure.value.text) and \(other.source) gives \(other.value.text) (\(other.id)) "
              + "for the same population, place and period",
            Phrase(
              "figures.reason.contradict",
              [
                "source": figure.source, "value": figure.value.text, "other_source": other.source,
                "other": other.value.text,
              ]))
        ]
      }
    }.sorted { $0.id < $1.id }
  }

  private static func named(_ list: [Figure]) -> String { list.map(\.value.text).joined(separator: " + ") }

  private static func sum(_ list: [Figure]) -> String {
    let decimals = list.map(\.value.decimals).max() ?? 0
    let scale = (0..<decimals).reduce(1) { product, _ in product * 10 }
    let total = list.reduce(0) { $0 + $1.value.digits * (scale / $1.value.scale) }
    guard decimals > 0 else { return String(total) }
    let fraction = String(total % scale)
    return "\(total / scale)." + String(repeating: "0", count: decimals - fraction.count) + fraction
  }
}
