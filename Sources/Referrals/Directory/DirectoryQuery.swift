import Basics

/// What is looked for.
public struct DirectoryQuery: Hashable, Sendable {
  /// No search answers more services than these.
  public static let mostMatches = 1000

  /// Codes of the pack's needs or services; a service that answers any of them is found. Empty for all.
  public var needs: Set<String> = []
  /// Words that stand in the names and descriptions, all of them, without regard to accents and capitals.
  public var words = ""
  public var person = NeedProfile()
  /// Whether services are judged by whom they take. Somebody who only looks round asks about nobody: then a service for
  /// adults is not left out because an age is not known.
  public var isAboutSomebody = true
  /// ISO 3166-2 of where the person is.
  public var province: String?
  /// Where to measure from.
  public var position: Position?
  public var withinKilometres: Double?
  /// In which language to speak with the person.
  public var language: Language?
  public var now: Moment
  public var onlyOpen = false
  public var onlyWithVacancy = false
  /// Also those that take others, at the end, with the reason.
  public var withExcluded = false
  /// How many to answer, 1...1000.
  public var limit = 20

  public init(now: Moment) { self.now = now }
}

/// The terms a directory is kept by.
public struct DirectoryTerms: Hashable, Sendable {
  /// How long a confirmation holds.
  public var confirmationDays: Int
  /// How many days before its end owners are asked to confirm again.
  public var askDaysBefore: Int
  /// How long a count of vacancies is believed.
  public var vacancyHours: Int
  public var adultFrom: Int

  public init(confirmationDays: Int = 90, askDaysBefore: Int = 14, vacancyHours: Int = 24, adultFrom: Int = 18) {
    self.confirmationDays = confirmationDays
    self.askDaysBefore = askDaysBefore
    self.vacancyHours = vacancyHours
    self.adultFrom = adultFrom
  }
}

/// How far an entry can be trusted to be still so. Worked out from the day of confirmation, never stored.
public enum DirectoryFreshness: Hashable, Sendable {
  case confirmed(until: CalendarDay)
  /// Still holds, but its owner is asked to confirm again.
  case due(until: CalendarDay)
  case stale(since: CalendarDay)
  case neverConfirmed

  public init(_ confirmedOn: CalendarDay?, on day: CalendarDay, _ terms: DirectoryTerms = DirectoryTerms()) {
    // A day to come is a mistake and confirms nothing.
    guard let confirmedOn, confirmedOn <= day else {
      self = .neverConfirmed
      return
    }
    let until = confirmedOn.adding(days: terms.confirmationDays)
    if day > until {
      self = .stale(since: until)
    } else if day > until.adding(days: -terms.askDaysBefore) {
      self = .due(until: until)
    } else {
      self = .confirmed(until: until)
    }
  }

  public var holds: Bool {
    switch self {
    case .confirmed, .due: true
    case .stale, .neverConfirmed: false
    }
  }
}

/// What is known about free places.
public enum DirectoryVacancy: Hashable, Sendable {
  case free(Int, counted: Moment)
  case full(counted: Moment)
  /// Counted too long ago: ask.
  case old(Int, counted: Moment)
  case notStated

  /// The capacity that has most room among those counted lately, else the latest count.
  public init(_ capacities: [DirectoryCapacity], at now: Moment, _ terms: DirectoryTerms = DirectoryTerms()) {
    let oldest = now - .hours(terms.vacancyHours)
    var (fresh, old): (DirectoryCapacity?, DirectoryCapacity?)
    // A count from the future is as doubtful as an old one; a few minutes are clocks that differ.
    for capacity in capacities {
      if capacity.updated >= oldest, capacity.updated <= now + .minutes(10) {
        if capacity.available > fresh?.available ?? -1 { fresh = capacity }
      } else if old.map({ $0.updated < capacity.updated }) ?? true {
        old = capacity
      }
    }
    if let fresh {
      self = fresh.available > 0 ? .free(fresh.available, counted: fresh.updated) : .full(counted: fresh.updated)
    } else if let old {
      self = .old(old.available, counted: old.updated)
    } else {
      self = .notStated
    }
  }
}
