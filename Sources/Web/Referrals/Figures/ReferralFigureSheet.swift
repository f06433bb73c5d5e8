import Basics
import Casework
import CountryPack
import Identification
import Referrals
import Statistics

/// The figures of one quarter as they may be shown: tables of counts, and how long first answers took.
struct ReferralFigureSheet: Sendable {
  /// The tables, in the order in which they stand on the page.
  enum Kind: String, Hashable, Sendable, CaseIterable {
    case funnel, desks, needs, provinces, reasons, outcomes, punctuality, overdue, series
  }

  /// The same referrals, counted by what each table shows.
  struct Cells: Sendable {
    /// By desk; none for one desk alone.
    var desks: [ReferralCell] = []
    var needs: [ReferralCell] = []
    var provinces: [ReferralCell] = []
    /// By stage, punctuality, reason and outcome.
    var course: [ReferralCell] = []
  }

  let quarter: CalendarQuarter
  /// Of those whose rows are counted from referrals; what has no row is left out.
  private(set) var tables: [Kind: ShownTable] = [:]
  /// How far accepted ones have come, the interviews by decision, the cases by status: what the funnel is made of.
  private(set) var stages: ShownTable?
  private(set) var interviews: ShownTable?
  private(set) var cases: ShownTable?
  let times: AnswerTimes
  /// How many answers must lie on either side of a time that is shown.
  let least: Int
  let isProtected: Bool

  static let noReason = "none"
  static let sent = "sent"
  static let late = "late"

  /// - Parameters:
  ///   - seed: decides the rounding of the series; `nil` leaves all counts exact.
  /// - Throws: `FactFileProblem` for a table that is too large.
  init(
    _ quarter: CalendarQuarter, _ cells: Cells, _ times: AnswerTimes, least: Int,
    series: [(quarter: CalendarQuarter, count: PunctualityCount)], overdue: [AgencyID: Int],
    interviews: [Decision.Kind?: Int], cases: [CaseStatus: Int], _ pack: CountryPack, _ seed: UInt64?
  ) throws {
    self.quarter = quarter
    self.times = times
    self.least = least
    isProtected = seed != nil
    let threshold = pack.statistics.threshold

    /// Protects tables of the same counts together, or leaves them exact.
    func shown(_ tables: [TableDocument.Table]) throws -> [ShownTable] {
      let open = TableDocument(tables: tables)
      guard let seed else { return try tables.map { try ShownTable($0, nil) } }
      return try TableProtection.release(open, method: .suppress, threshold: threshold, seed: seed).tables.map {
        try ShownTable($0, .suppress)
      }
    }
    func one(_ column: String, _ counts: [String: Int], _ order: [String]) throws -> ShownTable? {
      let codes = order.filter { counts[$0, default: 0] > 0 }
      guard !codes.isEmpty else { return nil }
      let cube = CountCube(axes: [.init(column: column, codes: codes)]) { counts[codes[$0[0]], default: 0] }
      return try shown([TableDocument.Table(cube, measure: column)]).first
    }

    if !cells.course.isEmpty {
      if !cells.desks.isEmpty { tables[.desks] = try shown([Coded(cells.desks, pack).table(.desk)]).first }
      let rows = try shown([Coded(cells.needs, pack).table(.need), Coded(cells.provinces, pack).table(.province)])
      (tables[.needs], tables[.provinces]) = (rows[0], rows[1])
      let course = try shown([.stage, .reason, .outcome, .punctuality].map(Coded(cells.course, pack).table))
      (stages, tables[.reasons], tables[.outcomes], tables[.punctuality]) = (
        course[0], course[1], course[2], course[3]
      )
      tables[.funnel] = stages
    }
    let desks = overdue.keys.map(\.description).sorted()
    tables[.overdue] = try one(
      "desk", Dictionary(uniqueKeysWithValues: overdue.map { ($0.key.description, $0.value) }), desks)
    self.interviews = try one(
      "decision",
      interviews.reduce(into: [:]) { $0[$1.key?.rawValue ?? Self.noReason, default: 0] += $1.value },
      Decision.Kind.allCases.map(\.rawValue) + [Self.noReason])
    self.cases = try one(
      "status", cases.reduce(into: [:]) { $0[$1.key.rawValue] = $1.value }, CaseStatus.allCases.map(\.rawValue))
    tables[.series] = try Self.series(series, threshold: threshold, base: pack.statistics.roundTo, seed)
  }

  /// Every quarter's count with how many of it were late. Rounded and not hidden where it is protected: a quarter that is
  /// hidden here could be looked up on the page of that quarter, and the other way round.
  private static func series(
    _ series: [(quarter: CalendarQuarter, count: PunctualityCount)], threshold: Int, base: Int, _ seed: UInt64?
  ) throws -> ShownTable? {
    guard series.contains(where: { $0.count.sent > 0 }) else { return nil }
    let axes: [CountCube.Axis] = [
      .init(column: "quarter", codes: series.map(\.quarter.description)),
      .init(column: "punctuality", codes: ["not_late", late]),
    ]
    let cube = CountCube(axes: axes) { place in
      let count = series[place[0]].count
      return place[1] == 0 ? count.sent - count.late : count.late
    }
    let open = TableDocument(tables: [TableDocument.Table(cube, measure: "referrals")])
    guard let seed else { return try ShownTable(open.tables[0], nil) }
    let rounded = try TableProtection.release(open, method: .round, threshold: threshold, base: base, seed: seed)
    return try ShownTable(rounded.tables[0], .round)
  }

  // MARK: What is computed from what is shown

  /// How many were sent in the quarter; `nil` when it is hidden.
  var sentCount: Int? { tables[.punctuality].map { $0.count(nil, nil) } ?? 0 }

  /// Of all whose time for a first answer has run out or who have one, the part answered within it; `nil` when a count it is
  /// made of is hidden, or there is none.
  var inTime: Share? {
    guard let table = tables[.punctuality] else { return nil }
    let codes: [ReferralPunctuality] = [.inTime, .late, .overdue, .never]
    let counts = codes.map { table.count($0.rawValue) }
    guard let first = counts[0], !counts.contains(nil) else { return nil }
    let all = counts.reduce(0) { $0 + ($1 ?? 0) }
    return all > 0 ? Share(count: first, denominator: all) : nil
  }

  /// Of what was answered in a row, the part that was accepted; `nil` likewise.
  func accepted(_ kind: Kind, _ row: String?) -> Share? {
    guard let table = tables[kind], let yes = table.count(row, ReferralAnswer.accepted.rawValue),
      let no = table.count(row, ReferralAnswer.declined.rawValue), yes + no > 0
    else { return nil }
    return Share(count: yes, denominator: yes + no)
  }

  /// The steps of the way and how many came so far, from what is shown; a step with a hidden part is hidden.
  var funnel: [(step: String, count: Int?)] {
    var steps: [(String, Int?)] = []
    if isProtected {
      func decided(_ kinds: [Decision.Kind]) -> Int? { interviews.map { $0.sum(kinds.map(\.rawValue)) } ?? 0 }
      steps += [
        ("interviews", interviews.map { $0.count(nil) } ?? 0),
        ("presumed", decided([.presumed, .formallyIdentified])), ("formal", decided([.formallyIdentified])),
        ("cases", cases.map { $0.count(nil) } ?? 0),
      ]
    }
    func stage(_ stages: [ReferralStage]) -> Int? { self.stages.map { $0.sum(stages.map(\.rawValue)) } ?? 0 }
    let taken: [ReferralStage] = [.accepted, .fellAway, .inService, .brokenOff, .completed]
    let declined = stages.map { $0.count(nil, ReferralAnswer.declined.rawValue) } ?? 0
    let accepted = stage(taken)
    steps += [
      ("sent", sentCount), ("answered", accepted.flatMap { yes in declined.map { yes + $0 } }), ("accepted", accepted),
      ("in_service", stage([.inService, .brokenOff, .completed])), ("completed", stage([.completed])),
    ]
    if isProtected { steps.append(("closed", cases.map { $0.count(CaseStatus.closed.rawValue) } ?? 0)) }
    return steps
  }
}

/// Cells as tables: what is asked by what was answered.
private struct Coded {
  typealias Column = ReferralFigureColumn

  private let cells: [ReferralCell]
  private let pack: CountryPack
  private let answers: [String]

  init(_ cells: [ReferralCell], _ pack: CountryPack) {
    self.cells = cells
    self.pack = pack
    let occur = Set(cells.map(\.answer))
    answers = ReferralAnswer.allCases.filter(occur.contains).map(\.rawValue)
  }

  private func code(_ column: Column, _ cell: ReferralCell) -> String {
    switch column {
    case .desk: cell.desk?.description ?? ""
    case .need: cell.need ?? ""
    case .province: cell.province ?? ""
    case .stage: cell.stage?.rawValue ?? ""
    case .reason: cell.reason ?? ReferralFigureSheet.noReason
    case .outcome: cell.outcome ?? ReferralFigureSheet.noReason
    case .punctuality: cell.punctuality?.rawValue ?? ""
    }
  }

  /// In which order codes stand; what is not in it comes last.
  private func order(_ column: Column) -> [String] {
    switch column {
    case .desk: []
    case .need: [PackList.services, .needs].flatMap { pack.lists[$0]?.map(\.code) ?? [] }
    case .province: pack.provinces.map(\.iso)
    case .stage: ReferralStage.allCases.map(\.rawValue)
    case .reason: pack.lists[.declineReasons]?.map(\.code) ?? []
    case .outcome: pack.lists[.outcomes]?.map(\.code) ?? []
    case .punctuality: ReferralPunctuality.allCases.map(\.rawValue)
    }
  }

  func table(_ column: Column) -> TableDocument.Table {
    let places = Dictionary(order(column).enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    let codes = Set(cells.map { code(column, $0) }).sorted {
      (places[$0] ?? Int.max, $0) < (places[$1] ?? Int.max, $1)
    }
    var counts: [[String]: Int] = [:]
    for cell in cells { counts[[code(column, cell), cell.answer.rawValue], default: 0] += cell.count }
    let cube = CountCube(axes: [
      .init(column: column.rawValue, codes: codes), .init(column: "answer", codes: answers),
    ]) { place in counts[[codes[place[0]], answers[place[1]]], default: 0] }
    return TableDocument.Table(cube, measure: "referrals")
  }
}
