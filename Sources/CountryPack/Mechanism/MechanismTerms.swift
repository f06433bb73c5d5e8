import Basics

/// What a mechanism may name of its country's pack.
public struct MechanismTerms: Hashable, Sendable {
  public var languages: [Language]
  public var needs: [Term]
  public var ages: [Term]
  public var sexes: [Term]
  public var services: [Term]
  public var kinds: [Term]
  /// Each with its `hours`.
  public var urgencies: [Term]
  public var provinces: [Province]
  public var limits: [LegalLimit]
  /// Verified days without work.
  public var holidays: Set<CalendarDay>

  public init(_ pack: CountryPack) {
    languages = pack.languages
    needs = pack.lists[.needs] ?? []
    ages = pack.lists[.ageBands] ?? []
    sexes = pack.lists[.sexes] ?? []
    services = pack.lists[.services] ?? []
    kinds = pack.lists[.agencyKinds] ?? []
    urgencies = pack.lists[.urgencies] ?? []
    provinces = pack.provinces
    limits = pack.limits
    holidays = pack.identification.holidays
  }

  /// The minutes within which a case of this urgency is answered.
  public func minutes(ofUrgency code: String) -> Int? {
    urgencies.first { $0.code == code }.flatMap { Int($0.details["hours"] ?? "") }.map { $0 * 60 }
  }
}
