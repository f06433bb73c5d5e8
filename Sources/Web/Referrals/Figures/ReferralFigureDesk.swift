import Accounts
import Basics
import Casework
import CountryPack
import Identification
import Records
import Referrals
import Statistics
import Vault

/// Where it is asked how referrals go. An agency has the exact counts of its own desk, whose referrals it can count in
/// its list; of all desks nobody gets a count from here that did not pass the protection.
struct ReferralFigureDesk: Sendable {
  /// How many quarters a series goes back.
  static let series = 8

  let office: Office
  let pack: CountryPack

  init(_ office: Office, _ pack: CountryPack) {
    self.office = office
    self.pack = pack
  }

  /// The quarter of today.
  var today: CalendarQuarter {
    CalendarQuarter(CalendarDay(office.clock.now(), offsetFromUTC: pack.offsetFromUTC))
  }

  /// What was sent to the actor's own desk, exactly.
  ///
  /// Throws `Refusal.forbidden` to who does not work with what is referred to the agency.
  func own(_ actor: Actor, _ quarter: CalendarQuarter) async throws -> ReferralFigureSheet {
    guard actor.receivesReferrals else { throw Refusal.forbidden }
    let counted = try await counted(quarter, desk: actor.agency)
    return try ReferralFigureSheet(
      quarter, counted.cells, counted.times, least: 0, series: counted.series,
      overdue: counted.overdue.filter { $0.key == actor.agency }, interviews: [:], cases: [:], pack, nil)
  }

  /// What was sent to all desks, protected, and the way from the interview to the closed case.
  ///
  /// Throws `Refusal.forbidden` to who may not read counts.
  func all(_ actor: Actor, _ quarter: CalendarQuarter) async throws -> ReferralFigureSheet {
    try actor.require(.readCounts)
    let counted = try await counted(quarter, desk: nil)
    // The same figures are rounded the same way each time they are asked for: else asking often would average it out.
    let seed = office.root.tag("table-rounding", [Array("referrals/\(quarter)".utf8)]).prefix(8)
      .reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return try ReferralFigureSheet(
      quarter, counted.cells, counted.times, least: pack.statistics.threshold, series: counted.series,
      overdue: counted.overdue, interviews: counted.interviews, cases: counted.cases, pack, seed)
  }

  private struct Counted: Sendable {
    var cells = ReferralFigureSheet.Cells()
    var times = AnswerTimes([])
    var series: [(quarter: CalendarQuarter, count: PunctualityCount)] = []
    var overdue: [AgencyID: Int] = [:]
    var interviews: [Decision.Kind?: Int] = [:]
    var cases: [CaseStatus: Int] = [:]
  }

  private func counted(_ quarter: CalendarQuarter, desk: AgencyID?) async throws -> Counted {
    let (now, offset) = (office.clock.now(), pack.offsetFromUTC)
    return try await office.database.read { transaction in
      func span(_ quarter: CalendarQuarter) -> (from: Moment, until: Moment) {
        (quarter.begin(offsetFromUTC: offset), quarter.adding(1).begin(offsetFromUTC: offset))
      }
      let (from, until) = span(quarter)
      var counted = Counted()
      func cells(_ columns: Set<ReferralFigureColumn>) throws -> [ReferralCell] {
        try ReferralFigures.cells(by: columns, from: from, until: until, desk: desk, at: now, transaction)
      }
      counted.cells = ReferralFigureSheet.Cells(
        desks: desk == nil ? try cells([.desk]) : [], needs: try cells([.need]), provinces: try cells([.province]),
        course: try cells([.stage, .punctuality, .reason, .outcome]))
      counted.times = try ReferralFigures.times(from: from, until: until, desk: desk, transaction)
      counted.series = try (1 - Self.series...0).map { back in
        let one = quarter.adding(back)
        let (from, until) = span(one)
        return (one, try ReferralFigures.punctuality(from: from, until: until, desk: desk, at: now, transaction))
      }
      counted.overdue = try ReferralFigures.overdue(at: now, transaction)
      if desk == nil {
        counted.interviews = try ScreeningFigures.begun(from: from, until: until, transaction)
        counted.cases = try CaseOpenings.counts(from: from, until: until, months: quarter.months, transaction)
      }
      return counted
    }
  }
}
