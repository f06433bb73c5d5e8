import Accounts
import Basics
import Casework
import CountryPack
import NationalPlan
import Records
import Releases
import Statistics
import Training

/// What an indicator shows of another room's work, as that room's own protected table lets it be shown.
struct LiveFigure: Hashable, Sendable {
  struct Row: Hashable, Sendable {
    /// A code of the pack's forms of exploitation, or `unknown` and the like.
    var code: String
    /// `nil` is hidden, not nought.
    var count: Int?
  }

  var measure: LiveMeasure
  /// `nil` is hidden.
  var count: Int?
  /// Of how many, where it is a share.
  var of: Int?
  var rows: [Row] = []
  /// Counts from 1 to one below it are not shown.
  var threshold: Int
}

/// Where indicators take live figures from. It counts nothing itself but certificates, and shows nothing that did not
/// pass a protected table: cases are the analysts' table, people trained, screenings and referrals the map of needs.
struct LiveDesk: Sendable {
  let desks: Desks

  /// Throws `Refusal.forbidden` without `readCounts`.
  func figure(_ actor: Actor, _ measure: LiveMeasure) async throws -> LiveFigure {
    try actor.require(.readCounts)
    let threshold = desks.needs.rule.smallest
    switch measure {
    case .casesByForm: return try await cases(actor)
    case .certificatesValid: return try await certificates()
    case .referralsInTime: return Self.inTime(try await desks.needs.map(actor).total, threshold: threshold)
    case .trainedPeople:
      return LiveFigure(
        measure: measure, count: try await desks.needs.map(actor).total.trained, threshold: threshold)
    case .screenings:
      return LiveFigure(
        measure: measure, count: try await desks.needs.map(actor).total.screenings, threshold: threshold)
    }
  }

  private func cases(_ actor: Actor) async throws -> LiveFigure {
    let threshold = desks.pack.statistics.threshold
    guard let table = try await desks.tables.table(actor, TableChoice(rows: .form, protection: .suppress)) else {
      return LiveFigure(measure: .casesByForm, count: 0, threshold: threshold)
    }
    return LiveFigure(
      measure: .casesByForm, count: table.count(nil),
      rows: table.rows.map { .init(code: $0, count: table.count($0)) }, threshold: threshold)
  }

  static func inTime(_ total: NeedCell, threshold: Int) -> LiveFigure {
    var well: Int?
    if let all = total.referrals, let troubled = total.troubled { well = all - troubled }
    // A difference can be small where neither number is: it is hidden like any other small count.
    if let found = well, (1..<threshold).contains(found) { well = nil }
    return LiveFigure(
      measure: .referralsInTime, count: well, of: well == nil ? nil : total.referrals, threshold: threshold)
  }

  private func certificates() async throws -> LiveFigure {
    let day = CalendarDay(desks.office.clock.now(), offsetFromUTC: desks.pack.offsetFromUTC)
    let counts = try await desks.office.database.read { try CertificateCounts.valid(on: day, $0) }
    return Self.certificates(counts, threshold: desks.pack.statistics.threshold)
  }

  static func certificates(_ counts: [AgencyID: Int], threshold: Int) -> LiveFigure {
    let agencies = counts.keys.map(\.description).sorted()
    guard !agencies.isEmpty else { return LiveFigure(measure: .certificatesValid, count: 0, threshold: threshold) }
    let cube = CountCube(axes: [.init(column: "agency", codes: agencies)]) { place in
      AgencyID(agencies[place[0]]).flatMap { counts[$0] } ?? 0
    }
    return LiveFigure(
      measure: .certificatesValid, count: ProtectedCube.protect([cube], threshold: threshold)[0][nil],
      threshold: threshold)
  }
}

/// A live figure on an indicator's page.
struct LiveSection {
  let desks: Desks
  let visit: Visit
  let actor: Actor

  init(_ desks: Desks, _ visit: Visit, _ actor: Actor) {
    self.desks = desks
    self.visit = visit
    self.actor = actor
  }

  private func text(_ count: Int?, _ threshold: Int) -> String {
    count.map { PlanScreen.grouped(String($0), visit.language) }
      ?? visit.words("plan.fewer_than", ["number": String(threshold)])
  }

  func section(_ measure: LiveMeasure) async throws -> ProtectionSection {
    let words = visit.words
    let name = words("plan.measure.\(measure.rawValue)")
    guard actor.may(.readCounts) else {
      return ProtectionSection(title: name, anchor: "live", empty: words("plan.live_not_yours"))
    }
    let figure = try await LiveDesk(desks: desks).figure(actor, measure)
    var number = text(figure.count, figure.threshold)
    if let all = figure.of {
      number = words("plan.done_of", ["done": number, "all": PlanScreen.grouped(String(all), visit.language)])
    }
    return ProtectionSection(
      title: name, anchor: "live", lead: words("plan.live_says.\(measure.rawValue)"),
      definitions: Definitions([
        (words("plan.live_now"), number), (words("plan.day"), visit.dates.day(visit.dates.today)),
      ]),
      table: figure.rows.isEmpty
        ? nil
        : DataTable(
          caption: name, columns: [words("plan.form"), words("plan.live_now")],
          rows: figure.rows.map { [.text(form($0.code)), .number(text($0.count, figure.threshold))] }),
      paragraphs: [words("plan.live_protected", ["number": String(figure.threshold)])])
  }

  private func form(_ code: String) -> String { FactTerms(visit).code(.form, code) }
}
