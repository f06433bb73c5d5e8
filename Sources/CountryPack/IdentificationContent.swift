import Basics

/// Who may identify formally in the country, and within what time.
public struct IdentificationContent: Hashable, Sendable {
  public var bodies: [IdentificationBody]
  /// `nil` where no law or protocol names a time.
  public var clock: DecisionTerm?
  /// Days without work beside Saturdays and Sundays.
  public var holidays: Set<CalendarDay>

  public init(bodies: [IdentificationBody] = [], clock: DecisionTerm? = nil, holidays: Set<CalendarDay> = []) {
    self.bodies = bodies
    self.clock = clock
    self.holidays = holidays
  }

  public func body(_ code: String) -> IdentificationBody? { bodies.first { $0.code == code } }

  /// The body an agency of this kind is on a day; `nil` when such an agency may presume only.
  public func body(kind: String, on day: CalendarDay) -> IdentificationBody? {
    bodies.first { $0.kind == kind && $0.isInForce(on: day) }
  }

  /// The bodies that may decide on a day.
  public func bodies(on day: CalendarDay) -> [IdentificationBody] { bodies.filter { $0.isInForce(on: day) } }
}

/// An institution that may identify formally.
public struct IdentificationBody: Hashable, Sendable {
  public var code: String
  /// A code of the pack's agency kinds: agencies of this kind decide in its name.
  public var kind: String
  public var name: LocalizedText
  public var from: CalendarDay?
  /// The last day on which it may.
  public var until: CalendarDay?
  public var source: String
  public var certainty: Certainty

  public init(
    code: String, kind: String, name: LocalizedText, from: CalendarDay? = nil, until: CalendarDay? = nil,
    source: String, certainty: Certainty
  ) {
    self.code = code
    self.kind = kind
    self.name = name
    self.from = from
    self.until = until
    self.source = source
    self.certainty = certainty
  }

  public func isInForce(on day: CalendarDay) -> Bool {
    from.map { $0 <= day } != false && until.map { day <= $0 } != false
  }
}

/// The time within which a formal decision is due, from the presumption on.
public struct DecisionTerm: Hashable, Sendable {
  public enum Counting: String, Hashable, Sendable, CaseIterable {
    /// Saturdays, Sundays and the pack's holidays do not count.
    case working
    case calendar
  }

  public var days: Int
  public var counts: Counting
  /// With so many days left, or fewer, it warns.
  public var warnDays: Int
  /// How many days it can be extended by, once; 0 where it can't be.
  public var extendDays: Int
  public var source: String
  public var certainty: Certainty

  public init(
    days: Int, counts: Counting, warnDays: Int, extendDays: Int, source: String, certainty: Certainty
  ) {
    self.days = days
    self.counts = counts
    self.warnDays = warnDays
    self.extendDays = extendDays
    self.source = source
    self.certainty = certainty
  }

  /// Whether it may mark anything as due or late. What nobody has verified informs only.
  public var acts: Bool { certainty != .unverified }
}

extension PackLoader {
  func identification(kinds: Set<String>) -> IdentificationContent {
    let head = yaml("identification.yaml")
    head?.allow("bodies", "clock", "holidays")
    var seen: Set<String> = []
    let bodies = (head?.child("bodies")?.items ?? []).map { item in
      item.allow("code", "kind", "name", "from", "until", "source", "certainty")
      let body = IdentificationBody(
        code: item.text("code"), kind: item.text("kind"), name: item.localized("name", languages),
        from: item.optionalDay("from"), until: item.optionalDay("until"), source: item.text("source"),
        certainty: item.value("certainty", or: .unverified))
      if !body.code.isEmpty, !seen.insert(body.code).inserted {
        item.child("code")?.note("“\(body.code)” stands here twice")
      }
      if !body.kind.isEmpty, !kinds.contains(body.kind) {
        item.child("kind")?.note("“\(body.kind)” is not in lists/agency-kinds.csv")
      }
      if let from = body.from, let until = body.until, until < from { item.note("“until” lies before “from”") }
      return body
    }
    for (index, body) in bodies.enumerated() {
      let clash = bodies.prefix(index).contains { other in
        other.kind == body.kind && !body.kind.isEmpty
          && (body.until ?? .last) >= (other.from ?? .first) && (other.until ?? .last) >= (body.from ?? .first)
      }
      if clash { head?.note("two bodies of the kind “\(body.kind)” may decide on the same day") }
    }
    return IdentificationContent(
      bodies: bodies, clock: head?.has("clock") == true ? head?.child("clock").map(term) : nil,
      holidays: holidays(head))
  }

  private func term(_ item: YAMLReader) -> DecisionTerm {
    item.allow("days", "counts", "warnDays", "extendDays", "source", "certainty")
    let term = DecisionTerm(
      days: item.number("days", in: 1...1000), counts: item.value("counts", or: .calendar),
      warnDays: item.number("warnDays", in: 0...999), extendDays: item.number("extendDays", in: 0...1000),
      source: item.text("source"), certainty: item.value("certainty", or: .unverified))
    if term.warnDays >= term.days { item.child("warnDays")?.note("“warnDays” must be less than “days”") }
    return term
  }

  private func holidays(_ head: YAMLReader?) -> Set<CalendarDay> {
    guard let head, head.has("holidays"), let list = head.child("holidays") else { return [] }
    var days: Set<CalendarDay> = []
    for item in list.items {
      item.allow("day", "name", "source", "certainty")
      _ = (item.localized("name", languages), item.text("source"))
      let certainty: Certainty = item.value("certainty", or: .unverified)
      guard let day = item.day("day") else { continue }
      if !days.insert(day).inserted { item.child("day")?.note("“\(day)” stands here twice") }
      // A day off that nobody has verified must not make anybody late, nor early.
      if certainty == .unverified { item.note("a holiday that is not verified can't count: leave it out") }
    }
    return days
  }
}

extension CalendarDay {
  fileprivate static let first = CalendarDay(daysSince1970: -62_000)
  fileprivate static let last = CalendarDay(daysSince1970: 375_000)
}
