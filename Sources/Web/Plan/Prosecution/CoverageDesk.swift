import Accounts
import Basics
import Casework
import CountryPack
import NationalPlan
import Releases
import Statistics

/// What the country has of the three Ps, year by year: prevention, protection, prosecution, with its gaps.
struct Coverage: Sendable {
  enum Part: String, CaseIterable, Sendable {
    case prevention, protection, prosecution
  }

  /// Where a row's numbers come from: the column `takes` of the pack's `lists/coverage.csv`.
  enum Take: Hashable, Sendable {
    /// Nowhere: a gap that is shown as one.
    case nothing
    /// Activities of the plan in one of these axes: done of those due in the year.
    case plan([String])
    /// A live figure, which only has a today.
    case live(LiveMeasure)
    /// Persons recorded as victims, as SDG 16.2.2 counts them.
    case victims
    case cases
    case stage(ProsecutionStage, ProsecutionUnit)

    /// `nil` for a text that names nothing.
    init?(_ text: String) {
      let parts = text.split(separator: ":").map(String.init)
      switch (parts.first, parts.count) {
      case ("none", 1): self = .nothing
      case ("victims", 1): self = .victims
      case ("cases", 1): self = .cases
      case ("plan", 2): self = .plan(parts[1].split(separator: "|").map(String.init))
      case ("live", 2):
        guard let measure = LiveMeasure(rawValue: parts[1]) else { return nil }
        self = .live(measure)
      case ("stage", 3):
        guard let stage = ProsecutionStage(rawValue: parts[1]), let unit = ProsecutionUnit(rawValue: parts[2]) else {
          return nil
        }
        self = .stage(stage, unit)
      default: return nil
      }
    }

    /// How it is called in keys of texts.
    var kind: String {
      switch self {
      case .nothing: "none"
      case .plan: "plan"
      case .live: "live"
      case .victims: "victims"
      case .cases: "cases"
      case .stage: "stage"
      }
    }
  }

  enum Value: Hashable, Sendable {
    case number(Int)
    case share(done: Int, of: Int)
    /// Small, or hidden with a small one; its threshold.
    case hidden(Int)
    /// By institution.
    case figures([ProsecutionSeries: ProsecutionFigure])
  }

  enum Availability: String, Sendable {
    case available, partly, none
    case notYours = "not_yours"
  }

  struct Row: Sendable {
    var term: Term
    var part: Part
    var take: Take
    var values: [ProsecutionPeriod: Value] = [:]
    var today: Value?
    /// Whether the reader may not read such counts.
    var isNotYours = false

    /// Over the periods that are shown. What has only a today can't be set beside a year.
    func availability(_ periods: [ProsecutionPeriod]) -> Availability {
      if isNotYours { return .notYours }
      if today != nil { return .partly }
      let years = periods.filter { !$0.isSpan }
      let told = periods.count { period in
        guard case .figures(let figures) = values[period] else { return values[period] != nil }
        return figures.values.contains { $0.number != nil }
      }
      return told == 0 ? .none : years.allSatisfy { values[$0] != nil } && told >= years.count ? .available : .partly
    }
  }

  var rows: [Row]
  /// Years and spans of years of which anything is known, oldest first.
  var periods: [ProsecutionPeriod]
  var terms: ProsecutionTerms
}

/// Puts the table together. It counts nothing but the plan's own activities: persons, cases and live figures are the rooms'
/// protected tables, and counts of justice are shown as they were entered to who may read counts.
struct CoverageDesk: Sendable {
  let desks: Desks

  func coverage(_ actor: Actor) async throws -> Coverage {
    let mayRead = actor.may(.readCounts)
    let (counts, terms) = try await mayRead ? desks.prosecution.all(actor) : ([], desks.prosecution.published().terms)
    let book = ProsecutionBook(counts, terms: terms)
    var rows: [Coverage.Row] = []
    for term in desks.pack.lists[.coverage] ?? [] {
      guard let part = term.details["part"].flatMap(Coverage.Part.init(rawValue:)),
        let take = term.details["takes"].flatMap(Coverage.Take.init)
      else { continue }
      rows.append(Coverage.Row(term: term, part: part, take: take))
    }
    for (place, row) in rows.enumerated() {
      switch row.take {
      case .live, .victims, .cases, .stage: rows[place].isNotYours = !mayRead
      case .nothing, .plan: break
      }
      if rows[place].isNotYours { continue }
      switch row.take {
      case .nothing: break
      case .plan(let axes): rows[place].values = try await activities(actor, axes)
      case .live(let measure): rows[place].today = try await live(actor, measure)
      case .victims: rows[place].values = try await victims(actor)
      case .cases: rows[place].values = try await cases(actor)
      case .stage(let stage, let unit): rows[place].values = figures(book, stage, unit)
      }
    }
    let periods = Set(rows.flatMap(\.values.keys))
    return Coverage(rows: rows, periods: periods.sorted(), terms: terms)
  }

  private func figures(
    _ book: ProsecutionBook, _ stage: ProsecutionStage, _ unit: ProsecutionUnit
  ) -> [ProsecutionPeriod: Coverage.Value] {
    let offence = desks.pack.lists[.offences]?.first?.code ?? ""
    let series = book.series.filter { $0.stage == stage && $0.unit == unit }
    return book.periods.reduce(into: [:]) { values, period in
      var figures: [ProsecutionSeries: ProsecutionFigure] = [:]
      for one in series { figures[one] = book.figure(one, period, offence: offence) }
      if !figures.isEmpty { values[period] = .figures(figures) }
    }
  }

  /// Of the national plan in force in a year (the newest of them), what was due in it.
  private func activities(_ actor: Actor, _ axes: [String]) async throws -> [ProsecutionPeriod: Coverage.Value] {
    let this = CalendarDay(desks.office.clock.now(), offsetFromUTC: desks.pack.offsetFromUTC).year
    var values: [ProsecutionPeriod: Coverage.Value] = [:]
    let plans = try await desks.plans.plans(actor).filter { $0.head.level == .national }
    for stored in plans.sorted(by: { $0.head.from < $1.head.from }) {
      let plan = try await desks.plans.look(actor, stored.id, isWhole: false).plan
      let inAxes = Set(plan.objectives.filter { axes.contains($0.axis) }.map(\.code))
      let due = plan.activities.filter {
        inAxes.contains($0.objective) && $0.state != .dropped && $0.until.year <= this
      }
      for (year, all) in Dictionary(grouping: due, by: \.until.year) {
        guard let period = ProsecutionPeriod(year: year) else { continue }
        values[period] = .share(done: all.count { $0.state == .done }, of: all.count)
      }
    }
    return values
  }

  private func live(_ actor: Actor, _ measure: LiveMeasure) async throws -> Coverage.Value {
    let figure = try await LiveDesk(desks: desks).figure(actor, measure)
    guard let count = figure.count else { return .hidden(figure.threshold) }
    return figure.of.map { .share(done: count, of: $0) } ?? .number(count)
  }

  private func victims(_ actor: Actor) async throws -> [ProsecutionPeriod: Coverage.Value] {
    let lines = try await desks.exchange.sdg(actor)?.lines ?? []
    return protected(lines.filter { $0.by == "total" }.map { ($0.year, $0.count) })
  }

  private func cases(_ actor: Actor) async throws -> [ProsecutionPeriod: Coverage.Value] {
    guard let table = try await desks.tables.table(actor, TableChoice(rows: .year, protection: .suppress)) else {
      return [:]
    }
    return protected(table.rows.map { ($0, table.count($0)) })
  }

  private func protected(_ years: [(year: String, count: Int?)]) -> [ProsecutionPeriod: Coverage.Value] {
    years.reduce(into: [:]) { values, one in
      guard let period = ProsecutionPeriod(one.year) else { return }
      values[period] = one.count.map { .number($0) } ?? .hidden(desks.pack.statistics.threshold)
    }
  }
}
