import Basics

/// A period that runs for a person while they are assisted: reflection, a permit, measures of protection.
public struct CaseClockTerm: Hashable, Sendable {
  public var code: String
  public var name: LocalizedText
  /// What it is for, in a sentence.
  public var note: LocalizedText
  /// How long it lasts; `nil` where a document of the person's own says so in each case.
  public var days: Int?
  public var counts: DecisionTerm.Counting
  /// With so many days left, or fewer, it warns.
  public var warnDays: Int
  /// How many days it can be extended by, once, without a further document; 0 where it can't be.
  public var extendDays: Int
  public var from: CalendarDay?
  /// The last day on which one can begin.
  public var until: CalendarDay?
  public var source: String
  public var certainty: Certainty

  public init(
    code: String, name: LocalizedText, note: LocalizedText, days: Int?, counts: DecisionTerm.Counting = .calendar,
    warnDays: Int, extendDays: Int = 0, from: CalendarDay? = nil, until: CalendarDay? = nil, source: String,
    certainty: Certainty
  ) {
    self.code = code
    self.name = name
    self.note = note
    self.days = days
    self.counts = counts
    self.warnDays = warnDays
    self.extendDays = extendDays
    self.from = from
    self.until = until
    self.source = source
    self.certainty = certainty
  }

  /// Whether its own length may mark anything as due or late. What nobody has verified informs only.
  public var acts: Bool { certainty != .unverified }

  public func isInForce(on day: CalendarDay) -> Bool {
    from.map { $0 <= day } != false && until.map { day <= $0 } != false
  }

  /// Whether its last day lies before the other's first.
  func isBefore(_ other: CaseClockTerm) -> Bool {
    if let until, let from = other.from { until < from } else { false }
  }
}

extension CountryPack {
  /// The period of a code that can begin on a day.
  public func clock(_ code: String, on day: CalendarDay) -> CaseClockTerm? {
    clocks.first { $0.code == code && $0.isInForce(on: day) }
  }
}

extension PackLoader {
  func clocks() -> [CaseClockTerm] {
    let file = yaml("clocks.yaml")
    let terms = (file?.items ?? []).map { item in
      item.allow(
        "code", "name", "note", "days", "counts", "warnDays", "extendDays", "from", "until", "source", "certainty")
      let term = CaseClockTerm(
        code: item.text("code"), name: item.localized("name", languages), note: item.localized("note", languages),
        days: item.has("days") ? item.number("days", in: 1...3660) : nil,
        counts: item.has("counts") ? item.value("counts", or: .calendar) : .calendar,
        // A home page shows the coming week: an earlier warning would be seen by nobody.
        warnDays: item.number("warnDays", in: 0...7),
        extendDays: item.has("extendDays") ? item.number("extendDays", in: 0...3660) : 0,
        from: item.optionalDay("from"), until: item.optionalDay("until"), source: item.text("source"),
        certainty: item.value("certainty", or: .unverified))
      if let days = term.days, term.warnDays >= days {
        item.child("warnDays")?.note("“warnDays” must be less than “days”")
      }
      if let from = term.from, let until = term.until, until < from { item.note("“until” lies before “from”") }
      return term
    }
    for (index, term) in terms.enumerated() {
      let clash = terms.prefix(index).contains { other in
        other.code == term.code && !term.code.isEmpty && !other.isBefore(term) && !term.isBefore(other)
      }
      if clash { file?.note("“\(term.code)” stands here twice for the same days") }
    }
    return terms
  }
}
