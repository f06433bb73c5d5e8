import Accounts
import Basics
import CountryPack

/// Where an adopted mechanism sends a need at a moment, by when it is answered, and who steps in.
public struct MechanismRoute: Hashable, Sendable {
  /// A desk of the mechanism with the agency that signed for it.
  public struct Desk: Hashable, Sendable {
    public var code: String
    public var name: LocalizedText
    public var agency: AgencyID
  }

  /// Why an agency stands in it.
  public enum Role: String, Hashable, Sendable, CaseIterable {
    case responsible
    /// The responsible desk stays closed for longer than its time limit.
    case outOfHours = "out_of_hours"
    /// Takes over what was not answered in time.
    case alternate
  }

  /// Which version of which mechanism.
  public var version: MechanismVersionID
  public var code: String
  public var name: LocalizedText
  public var day: CalendarDay
  public var step: LocalizedText
  public var responsible: Desk
  /// Only while the responsible desk stays closed for longer than the time limit.
  public var outOfHours: Desk?
  /// Who takes over from the desk that answers now.
  public var alternate: Desk?
  public var limit: Mechanism.TimeLimit?

  /// Who takes what comes now.
  public var answering: Desk { outOfHours ?? responsible }

  /// The part of an agency in it; `nil` where it has none.
  public func role(of agency: AgencyID) -> Role? {
    if let outOfHours, outOfHours.agency == agency { return .outOfHours }
    if responsible.agency == agency { return .responsible }
    return alternate?.agency == agency ? .alternate : nil
  }

  /// Who takes over when an agency does not answer; never that agency itself.
  public func other(than agency: AgencyID) -> Desk? {
    [alternate, responsible].compactMap(\.self).first { $0.agency != agency }
  }
}

/// Reads routes out of adopted mechanisms: pure, so that it can be tried for every hour of a week.
struct MechanismGuide {
  /// What is asked: coded facts of a case.
  struct Question: Hashable, Sendable {
    /// A code of the pack's needs or services.
    var need: String
    /// ISO 3166-2.
    var province: String
    var age: String
    /// `nil` while nobody asked: only what takes everybody is promised then.
    var sex: String?
  }

  /// A version that holds, with the agencies behind its desks by their codes.
  struct Adopted: Hashable, Sendable {
    var version: MechanismVersionID
    var mechanism: Mechanism
    var agencies: [String: AgencyID]
  }

  let terms: MechanismTerms
  let offsetFromUTC: Span

  /// The first route of the mechanisms in their order; `nil` where none holds there or none promises the need.
  func route(_ question: Question, in adopted: [Adopted], at now: Moment) -> MechanismRoute? {
    let today = CalendarDay(now, offsetFromUTC: offsetFromUTC)
    for one in adopted {
      let mechanism = one.mechanism
      guard mechanism.provinces.contains(question.province), (mechanism.from ?? mechanism.version) <= today,
        mechanism.until.map({ today < $0 }) ?? true
      else { continue }
      if let route = route(question, one, at: now) { return route }
    }
    return nil
  }

  private func route(_ question: Question, _ one: Adopted, at now: Moment) -> MechanismRoute? {
    let mechanism = one.mechanism
    func desk(_ code: String?) -> (desk: Mechanism.Desk, named: MechanismRoute.Desk)? {
      guard let code, let desk = mechanism.desks.first(where: { $0.code == code }), let agency = one.agencies[code]
      else { return nil }
      return (desk, .init(code: code, name: desk.name, agency: agency))
    }
    for step in mechanism.steps {
      for reference in step.services {
        guard let service = mechanism.services.first(where: { $0.code == reference.code }), takes(service, question),
          let (responsible, named) = desk(service.desk.code)
        else { continue }
        let limit: Mechanism.TimeLimit? = if case .limit(let limit) = step.within { limit } else { nil }
        var route = MechanismRoute(
          version: one.version, code: mechanism.code, name: mechanism.name, day: mechanism.version, step: step.name,
          responsible: named, limit: limit)
        let holidays = terms.holidays.union(mechanism.holidays)
        if let other = desk(responsible.outOfHours?.code), stepsIn(other.desk, for: responsible, limit, holidays, now) {
          route.outOfHours = other.named
          route.alternate = desk(other.desk.alternate?.code)?.named ?? desk(responsible.alternate?.code)?.named
        } else {
          route.alternate = desk(responsible.alternate?.code)?.named
        }
        return route
      }
    }
    return nil
  }

  private func takes(_ service: Mechanism.Service, _ question: Question) -> Bool {
    let group = service.group
    func fits(_ codes: [String], _ code: String?) -> Bool { codes.isEmpty || code.map(codes.contains) ?? false }
    return (service.service == question.need || group.needs.contains(question.need)) && fits(group.ages, question.age)
      && fits(group.sexes, question.sex) && fits(group.provinces, question.province)
  }

  /// As in the simulation: the other desk takes it when this one is closed, stays closed until after the time limit, and
  /// the other one opens earlier.
  private func stepsIn(
    _ other: Mechanism.Desk, for desk: Mechanism.Desk, _ limit: Mechanism.TimeLimit?, _ holidays: Set<CalendarDay>,
    _ now: Moment
  ) -> Bool {
    let today = CalendarDay(now, offsetFromUTC: offsetFromUTC)
    let midnight = Moment(milliseconds: Int64(today.daysSince1970) * 86_400_000) - offsetFromUTC
    let time = (now - midnight).milliseconds
    func calendar(_ desk: Mechanism.Desk) -> DeskCalendar {
      DeskCalendar(desk.hours, holidays: desk.keepsHolidays ? holidays : [], start: today)
    }
    let own = calendar(desk)
    guard !own.isOpen(time) else { return false }
    let due = limit.map { (deadline($0, from: now, holidays) - midnight).milliseconds } ?? time
    return own.nextOpening(time) > due && calendar(other).nextOpening(time) < own.nextOpening(time)
  }

  /// When something sent at a moment is answered by a mechanism's time limit.
  func deadline(_ limit: Mechanism.TimeLimit, from sent: Moment, _ holidays: Set<CalendarDay>) -> Moment {
    WorkingCalendar(
      hours: .init(days: [0, 1, 2, 3, 4], from: 0, until: 1440), holidays: holidays, offsetFromUTC: offsetFromUTC
    ).add(.minutes(limit.minutes), to: sent, counting: limit.counts)
  }
}
