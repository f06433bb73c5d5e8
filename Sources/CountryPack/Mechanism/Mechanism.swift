import Basics

/// A territory's referral mechanism as its participants agree on it: who does what, within what time, and who steps in.
///
/// It is read as written, also where something is missing: a step without a desk is a value like any other, and the
/// check (`MechanismCheck` of the room of referrals) says so.
public struct Mechanism: Hashable, Sendable {
  public var code: String
  public var name: LocalizedText
  /// What it is for, in a few sentences.
  public var text: LocalizedText
  /// The day of this version.
  public var version: CalendarDay
  /// When it begins to hold; the day of its version where nothing else is said.
  public var from: CalendarDay?
  /// The first day on which it no longer holds.
  public var until: CalendarDay?
  public var source: String
  public var certainty: Certainty
  /// Its territory: provinces by their ISO codes.
  public var provinces: [String]
  /// The needs it promises to answer, codes of the pack's list.
  public var needs: [String]
  /// Where a case comes in.
  public var start: Reference
  /// Days on which desks that keep holidays are closed, beside those of the pack.
  public var holidays: Set<CalendarDay>
  public var forms: [Form]
  public var desks: [Desk]
  public var services: [Service]
  public var steps: [Step]
  /// How many cases of which kind are expected; empty where nobody has estimated it.
  public var arrivals: [Arrival]
  public var pattern: Pattern
  /// The line of “needs”, else the first line of the file.
  public var needsLine: Int

  /// What another place of the file calls something by, with the line where it does.
  public struct Reference: Hashable, Sendable {
    public var code: String
    public var line: Int

    public init(_ code: String, line: Int = 0) {
      self.code = code
      self.line = line
    }
  }

  /// For whom something is meant. An empty list means everybody.
  public struct Group: Hashable, Sendable {
    public var needs: [String]
    /// Codes of the pack's age bands.
    public var ages: [String]
    public var sexes: [String]
    public var provinces: [String]

    public init(needs: [String] = [], ages: [String] = [], sexes: [String] = [], provinces: [String] = []) {
      self.needs = needs
      self.ages = ages
      self.sexes = sexes
      self.provinces = provinces
    }
  }

  /// A paper that goes from hand to hand.
  public struct Form: Hashable, Sendable {
    public var code: String
    public var name: LocalizedText
    public var line: Int

    public init(code: String, name: LocalizedText, line: Int = 0) {
      self.code = code
      self.name = name
      self.line = line
    }
  }

  /// An agency's desk: it answers, not a person.
  public struct Desk: Hashable, Sendable {
    public var code: String
    public var name: LocalizedText
    /// A code of the pack's agency kinds.
    public var kind: String
    /// Where it answers; empty: in the whole territory.
    public var provinces: [String]
    /// How many people answer at the same time.
    public var people: Int
    public var hours: OpeningHours
    /// Whether it is closed on holidays.
    public var keepsHolidays: Bool
    /// The desk that takes what comes when this one is closed for longer than the time limit.
    public var outOfHours: Reference?
    /// The desk that takes over what this one has not answered in time.
    public var alternate: Reference?
    public var source: String
    public var certainty: Certainty
    public var line: Int

    public init(
      code: String, name: LocalizedText, kind: String, provinces: [String] = [], people: Int = 1,
      hours: OpeningHours = .always, keepsHolidays: Bool = false, outOfHours: Reference? = nil,
      alternate: Reference? = nil, source: String, certainty: Certainty, line: Int = 0
    ) {
      self.code = code
      self.name = name
      self.kind = kind
      self.provinces = provinces
      self.people = people
      self.hours = hours
      self.keepsHolidays = keepsHolidays
      self.outOfHours = outOfHours
      self.alternate = alternate
      self.source = source
      self.certainty = certainty
      self.line = line
    }
  }

  /// When a desk is open.
  public enum OpeningHours: Hashable, Sendable {
    case always
    case weekly([Window])

    /// A time of the day on some days of the week.
    public struct Window: Hashable, Sendable {
      /// 0 is Monday, 6 Sunday.
      public var days: [Int]
      /// Minutes since midnight.
      public var from: Int
      /// Minutes since midnight, up to 1440.
      public var until: Int

      public init(days: [Int], from: Int, until: Int) {
        self.days = days
        self.from = from
        self.until = until
      }
    }
  }

  /// What a desk gives, and to whom.
  public struct Service: Hashable, Sendable {
    public var code: String
    public var name: LocalizedText
    public var desk: Reference
    /// A code of the pack's services.
    public var service: String
    /// The needs it answers (never empty), and whom it takes.
    public var group: Group
    /// How many people it can have at once; `nil` where that has no limit.
    public var places: Int?
    /// How long a person stays on a place.
    public var stay: Duration?
    public var source: String
    public var certainty: Certainty
    public var line: Int

    public init(
      code: String, name: LocalizedText, desk: Reference, service: String, group: Group, places: Int? = nil,
      stay: Duration? = nil, source: String, certainty: Certainty, line: Int = 0
    ) {
      self.code = code
      self.name = name
      self.desk = desk
      self.service = service
      self.group = group
      self.places = places
      self.stay = stay
      self.source = source
      self.certainty = certainty
      self.line = line
    }
  }

  /// A length of time that differs from case to case.
  public struct Duration: Hashable, Sendable {
    public enum Spread: String, Hashable, Sendable, CaseIterable {
      /// Always the same.
      case none
      /// The sum of four exponential times: half of the mean as standard deviation (Erlang).
      case moderate
      /// Exponential: many short, few very long.
      case wide
    }

    /// Minutes on average.
    public var mean: Int
    public var spread: Spread

    public init(mean: Int, spread: Spread) {
      self.mean = mean
      self.spread = spread
    }
  }

  /// A time limit.
  public struct TimeLimit: Hashable, Sendable {
    public var minutes: Int
    /// Working time skips Saturdays, Sundays and holidays, and counts all 24 hours of the other days.
    public var counts: DecisionTerm.Counting

    public init(minutes: Int, counts: DecisionTerm.Counting) {
      self.minutes = minutes
      self.counts = counts
    }
  }

  /// Within what time a step is answered.
  public enum Within: Hashable, Sendable {
    case limit(TimeLimit)
    /// The hours of the case's urgency, from the pack's list.
    case urgency
  }

  /// One thing that is done with a case by one desk.
  public struct Step: Hashable, Sendable {
    public var code: String
    public var name: LocalizedText
    public var text: LocalizedText
    /// Who does it: the first desk that answers in the case's province.
    public var desks: [Reference]
    /// Or: what is given. The first service that takes the person, with a place if one is free.
    public var services: [Reference]
    public var within: Within?
    /// The limit of the pack that the law or a protocol sets for it.
    public var law: Reference?
    /// How long one person of the desk works on it.
    public var work: Duration
    public var forms: [Reference]
    /// When the case may be handed over; `nil` where nobody has said.
    public var handover: LocalizedText?
    /// How whoever handed the case over hears of it; `nil` where nobody has said.
    public var feedback: LocalizedText?
    public var next: [Next]
    /// Whether the case is closed here.
    public var ends: Bool
    public var line: Int

    public init(
      code: String, name: LocalizedText, text: LocalizedText, desks: [Reference] = [], services: [Reference] = [],
      within: Within? = nil, law: Reference? = nil, work: Duration, forms: [Reference] = [],
      handover: LocalizedText? = nil, feedback: LocalizedText? = nil, next: [Next] = [], ends: Bool = false,
      line: Int = 0
    ) {
      self.code = code
      self.name = name
      self.text = text
      self.desks = desks
      self.services = services
      self.within = within
      self.law = law
      self.work = work
      self.forms = forms
      self.handover = handover
      self.feedback = feedback
      self.next = next
      self.ends = ends
      self.line = line
    }
  }

  /// Where a case goes after a step.
  public struct Next: Hashable, Sendable {
    public var to: Reference
    /// For whom this way is.
    public var group: Group
    /// How often it is taken, against the other ways that are open to the same case.
    public var share: Int
    /// The condition in words.
    public var when: LocalizedText?

    public init(to: Reference, group: Group = Group(), share: Int = 1, when: LocalizedText? = nil) {
      self.to = to
      self.group = group
      self.share = share
      self.when = when
    }
  }

  /// How many cases of a kind are expected. Each has one need, age band, sex and province of those named, evenly.
  public struct Arrival: Hashable, Sendable {
    public var perYear: Int
    public var group: Group
    /// A code of the pack's urgencies.
    public var urgency: String
    public var source: String
    public var certainty: Certainty
    public var line: Int

    public init(
      perYear: Int, group: Group, urgency: String, source: String, certainty: Certainty, line: Int = 0
    ) {
      self.perYear = perYear
      self.group = group
      self.urgency = urgency
      self.source = source
      self.certainty = certainty
      self.line = line
    }
  }

  /// On which days and at which hours cases come, as weights.
  public struct Pattern: Hashable, Sendable {
    /// Seven, Monday first.
    public var days: [Int]
    /// Twenty-four, from midnight.
    public var hours: [Int]

    public static let even = Pattern(
      days: Array(repeating: 1, count: 7), hours: Array(repeating: 1, count: 24))

    public init(days: [Int], hours: [Int]) {
      self.days = days
      self.hours = hours
    }
  }

  public init(
    code: String, name: LocalizedText, text: LocalizedText, version: CalendarDay, from: CalendarDay? = nil,
    until: CalendarDay? = nil, source: String, certainty: Certainty, provinces: [String], needs: [String],
    start: Reference, holidays: Set<CalendarDay> = [], forms: [Form] = [], desks: [Desk], services: [Service] = [],
    steps: [Step], arrivals: [Arrival] = [], pattern: Pattern = .even, needsLine: Int = 1
  ) {
    self.code = code
    self.name = name
    self.text = text
    self.version = version
    self.from = from
    self.until = until
    self.source = source
    self.certainty = certainty
    self.provinces = provinces
    self.needs = needs
    self.start = start
    self.holidays = holidays
    self.forms = forms
    self.desks = desks
    self.services = services
    self.steps = steps
    self.arrivals = arrivals
    self.pattern = pattern
    self.needsLine = needsLine
  }
}
