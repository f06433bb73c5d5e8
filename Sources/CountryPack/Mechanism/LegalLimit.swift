import Basics

/// A time within which a law or a protocol wants something done. Only a verified one decides; any other informs.
public struct LegalLimit: Hashable, Sendable {
  public var code: String
  public var name: LocalizedText
  public var limit: Mechanism.TimeLimit
  public var from: CalendarDay?
  /// The first day on which it no longer holds.
  public var until: CalendarDay?
  public var source: String
  public var certainty: Certainty

  public init(
    code: String, name: LocalizedText, limit: Mechanism.TimeLimit, from: CalendarDay? = nil,
    until: CalendarDay? = nil, source: String, certainty: Certainty
  ) {
    self.code = code
    self.name = name
    self.limit = limit
    self.from = from
    self.until = until
    self.source = source
    self.certainty = certainty
  }

  public var decides: Bool { certainty == .verified }

  public func isInForce(on day: CalendarDay) -> Bool {
    from.map { $0 <= day } != false && until.map { day < $0 } != false
  }
}

extension PackLoader {
  func limits() -> [LegalLimit] {
    var seen: Set<String> = []
    return (yaml("limits.yaml")?.items ?? []).map { item in
      item.allow("code", "name", "within", "from", "until", "source", "certainty")
      let limit = LegalLimit(
        code: item.text("code"), name: item.localized("name", languages),
        limit: item.timeLimit("within") ?? Mechanism.TimeLimit(minutes: 1, counts: .calendar),
        from: item.optionalDay("from"), until: item.optionalDay("until"), source: item.text("source"),
        certainty: item.value("certainty", or: .unverified))
      if !limit.code.isEmpty, !seen.insert(limit.code).inserted {
        item.child("code")?.note("“\(limit.code)” stands here twice")
      }
      if let from = limit.from, let until = limit.until, until < from { item.note("“until” lies before “from”") }
      return limit
    }
  }
}

extension YAMLReader {
  /// `{hours: 24}` or `{days: 5, counts: working}`; calendar time where nothing else is said.
  func timeLimit(_ key: String) -> Mechanism.TimeLimit? {
    guard let child = child(key) else { return nil }
    child.allow("minutes", "hours", "days", "counts")
    guard let minutes = child.minutes(upTo: 5_256_000) else { return nil }
    let counts: DecisionTerm.Counting = child.has("counts") ? child.value("counts", or: .calendar) : .calendar
    return Mechanism.TimeLimit(minutes: minutes, counts: counts)
  }

  /// The one of `minutes`, `hours`, `days` that stands here, in minutes.
  func minutes(upTo most: Int) -> Int? {
    let units = [("minutes", 1), ("hours", 60), ("days", 1440)].filter { has($0.0) }
    guard units.count == 1, let (key, factor) = units.first else {
      note("one of “minutes”, “hours” or “days” must stand here")
      return nil
    }
    return number(key, in: 1...(most / factor)) * factor
  }
}
