import Basics

/// How long files are kept, which terms of the data law run, and what stands behind the wall.
public struct DataProtectionContent: Hashable, Sendable {
  /// In the order in which they are tried.
  public var schedules: [RetentionSchedule]
  /// An erased case's coded row stays for figures where at least so many cases agree in all of it.
  public var keepFactsFrom: Int
  /// Within what time a request of the person is answered.
  public var requests: CountedTerm
  /// Who is told of a breach, and within what time.
  public var breach: [BreachNotice]
  public var wall: AssistanceWall
  public var emergency: EmergencyTerm

  public func schedule(_ code: String) -> RetentionSchedule? { schedules.first { $0.code == code } }
}

/// How long a kind of closed case is kept.
public struct RetentionSchedule: Hashable, Sendable {
  public var code: String
  /// Codes of `case-kinds`; empty for any.
  public var kinds: Set<String>
  /// Codes of `closure-reasons`; empty for any.
  public var reasons: Set<String>
  /// From the day of closing on.
  public var months: Int
  /// Cases closed on these days.
  public var from: CalendarDay?
  public var until: CalendarDay?
  public var source: String
  public var certainty: Certainty

  public init(
    code: String, kinds: Set<String> = [], reasons: Set<String> = [], months: Int, from: CalendarDay? = nil,
    until: CalendarDay? = nil, source: String, certainty: Certainty
  ) {
    self.code = code
    self.kinds = kinds
    self.reasons = reasons
    self.months = months
    self.from = from
    self.until = until
    self.source = source
    self.certainty = certainty
  }
}

/// A number of days, counted one way or the other.
public struct CountedTerm: Hashable, Sendable {
  public var days: Int
  public var counts: DecisionTerm.Counting
  /// With so many days left, or fewer, it warns.
  public var warnDays: Int
  public var source: String
  public var certainty: Certainty

  public init(days: Int, counts: DecisionTerm.Counting, warnDays: Int, source: String, certainty: Certainty) {
    self.days = days
    self.counts = counts
    self.warnDays = warnDays
    self.source = source
    self.certainty = certainty
  }

  /// The last day of a term that begins to count on the day after `start`.
  public func due(from start: CalendarDay, holidays: Set<CalendarDay>) -> CalendarDay {
    guard counts == .working else { return start.adding(days: days) }
    var (day, left) = (start, days)
    while left > 0 {
      day = day.adding(days: 1)
      // 1970-01-01 was a Thursday: 5 and 6 are Saturday and Sunday.
      let place = ((day.daysSince1970 + 3) % 7 + 7) % 7
      if place < 5, !holidays.contains(day) { left -= 1 }
    }
    return day
  }
}

/// Someone who is told of a breach.
public struct BreachNotice: Hashable, Sendable {
  public var code: String
  public var name: LocalizedText
  public var term: CountedTerm
}

/// Which agencies are not given which kinds of data, unless the person's consent names them apart.
public struct AssistanceWall: Hashable, Sendable {
  /// Codes of `agency-kinds`.
  public var agencyKinds: Set<String>
  /// Codes of `data-kinds`.
  public var dataKinds: Set<String>

  public init(agencyKinds: Set<String>, dataKinds: Set<String>) {
    self.agencyKinds = agencyKinds
    self.dataKinds = dataKinds
  }
}

/// For how long a file is opened in an emergency, and within how many days that is reviewed.
public struct EmergencyTerm: Hashable, Sendable {
  public var hours: Int
  public var reviewDays: Int

  public init(hours: Int, reviewDays: Int) {
    self.hours = hours
    self.reviewDays = reviewDays
  }
}

extension PackLoader {
  func dataProtection(_ lists: [PackList: [Term]]) -> DataProtectionContent {
    let head = yaml("data-protection.yaml")
    head?.allow("schedules", "keepFactsFrom", "requests", "breach", "wall", "emergency")
    func known(_ item: YAMLReader, _ key: String, _ list: PackList) -> Set<String> {
      let codes = Set((lists[list] ?? []).map(\.code))
      let written = item.texts(key)
      for code in written where !codes.contains(code) {
        item.child(key)?.note("“\(code)” is not in lists/\(list.rawValue).csv")
      }
      return Set(written)
    }
    var seen: Set<String> = []
    let schedules = (head?.child("schedules")?.items ?? []).map { item in
      item.allow("code", "kinds", "reasons", "months", "from", "until", "source", "certainty")
      let schedule = RetentionSchedule(
        code: item.text("code"), kinds: known(item, "kinds", .caseKinds),
        reasons: known(item, "reasons", .closureReasons), months: item.number("months", in: 1...1200),
        from: item.optionalDay("from"), until: item.optionalDay("until"), source: item.text("source"),
        certainty: item.value("certainty", or: .unverified))
      if !schedule.code.isEmpty, !seen.insert(schedule.code).inserted {
        item.child("code")?.note("“\(schedule.code)” stands here twice")
      }
      if let from = schedule.from, let until = schedule.until, until < from {
        item.note("“until” lies before “from”")
      }
      return schedule
    }
    let breach = (head?.child("breach")?.items ?? []).map { item in
      item.allow("code", "name", "days", "counts", "warnDays", "source", "certainty")
      return BreachNotice(code: item.text("code"), name: item.localized("name", languages), term: term(item))
    }
    let requests = head?.child("requests").map { item in
      item.allow("days", "counts", "warnDays", "source", "certainty")
      return term(item)
    }
    let wall = head?.child("wall").map { item in
      item.allow("agencyKinds", "dataKinds", "source", "certainty")
      _ = (item.text("source"), item.value("certainty", or: Certainty.unverified))
      return AssistanceWall(
        agencyKinds: known(item, "agencyKinds", .agencyKinds), dataKinds: known(item, "dataKinds", .dataKinds))
    }
    let emergency = head?.child("emergency").map { item in
      item.allow("hours", "reviewDays", "source", "certainty")
      _ = (item.text("source"), item.value("certainty", or: Certainty.unverified))
      return EmergencyTerm(hours: item.number("hours", in: 1...72), reviewDays: item.number("reviewDays", in: 1...30))
    }
    return DataProtectionContent(
      schedules: schedules, keepFactsFrom: head?.number("keepFactsFrom", in: 2...1000) ?? 1000,
      requests: requests
        ?? CountedTerm(days: 1, counts: .calendar, warnDays: 0, source: "", certainty: .unverified), breach: breach,
      wall: wall ?? AssistanceWall(agencyKinds: [], dataKinds: []),
      emergency: emergency ?? EmergencyTerm(hours: 1, reviewDays: 1))
  }

  private func term(_ item: YAMLReader) -> CountedTerm {
    CountedTerm(
      days: item.number("days", in: 1...366), counts: item.value("counts", or: .calendar),
      warnDays: item.number("warnDays", in: 0...365), source: item.text("source"),
      certainty: item.value("certainty", or: .unverified))
  }
}
