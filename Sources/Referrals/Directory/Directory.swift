import Basics

/// The name of one thing of the directory, as whoever published it gave it: a UUID, or another short plain name.
///
/// The phantom `Entity` keeps services, places and organisations apart. Entries come from and go to other systems, so
/// that their names are kept letter by letter.
public struct DirectoryKey<Entity>: Hashable, Sendable, Comparable, LosslessStringConvertible {
  public let description: String

  /// `nil` unless the text has 1 to 64 letters and digits of ASCII, points, colons, hyphens and underscores.
  public init?(_ description: String) {
    guard (1...64).contains(description.utf8.count),
      description.utf8.allSatisfy({ byte in
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == 45 || byte == 46
          || byte == 58 || byte == 95
      })
    else { return nil }
    self.description = description
  }

  public static func < (lhs: Self, rhs: Self) -> Bool { lhs.description < rhs.description }
}

public enum DirectoryServiceEntity {}
public enum DirectoryPlaceEntity {}
public enum DirectoryOrganisationEntity {}

public typealias DirectoryServiceKey = DirectoryKey<DirectoryServiceEntity>
public typealias DirectoryPlaceKey = DirectoryKey<DirectoryPlaceEntity>
public typealias DirectoryOrganisationKey = DirectoryKey<DirectoryOrganisationEntity>

/// Who offers what, where, for whom and when: services, the places where they are given, and who gives them.
///
/// Every service's organisation and places are in it, and no place stands without a service.
public struct Directory: Hashable, Sendable {
  public private(set) var organisations: [DirectoryOrganisationKey: DirectoryOrganisation] = [:]
  public private(set) var places: [DirectoryPlaceKey: DirectoryPlace] = [:]
  /// In the order of their keys.
  public private(set) var services: [DirectoryService] = []

  public init() {}

  /// Puts services together with what they name. A service whose organisation or place is missing, or whose key stands
  /// twice, is left out; so is a place of no service. Organisations without a service stay.
  public init(
    organisations: [DirectoryOrganisation], places: [DirectoryPlace], services: [DirectoryService]
  ) {
    for organisation in organisations where self.organisations[organisation.key] == nil {
      self.organisations[organisation.key] = organisation
    }
    var known: [DirectoryPlaceKey: DirectoryPlace] = [:]
    for place in places where known[place.key] == nil { known[place.key] = place }
    var taken: Set<DirectoryServiceKey> = []
    for service in services
    where self.organisations[service.organisation] != nil && service.sites.allSatisfy({ known[$0.place] != nil })
      && taken.insert(service.key).inserted
    {
      self.services.append(service)
      for site in service.sites { self.places[site.place] = known[site.place] }
    }
    self.services.sort { $0.key < $1.key }
  }
}

/// Who gives services.
public struct DirectoryOrganisation: Hashable, Sendable {
  public var key: DirectoryOrganisationKey
  public var name: String
  public var description: String
  public var email: String?
  public var website: String?
  public var parent: DirectoryOrganisationKey?
  public var phones: [DirectoryPhone] = []
  /// Its desks. A referral goes to a desk and never to a person, so that no names of people are kept.
  public var desks: [DirectoryContact] = []

  public init(key: DirectoryOrganisationKey, name: String, description: String) {
    self.key = key
    self.name = name
    self.description = description
  }
}

/// One thing that an organisation does for people.
public struct DirectoryService: Hashable, Sendable {
  public enum Status: String, Hashable, Sendable, CaseIterable {
    case active, inactive, defunct
    case temporarilyClosed = "temporarily closed"
  }

  public var key: DirectoryServiceKey
  public var organisation: DirectoryOrganisationKey
  public var name: String
  public var description: String?
  public var status: Status
  /// Codes of the pack's needs and services that it answers, sorted.
  public var needs: [String] = []
  public var eligibility = DirectoryEligibility()
  /// What the codes can't say about who may come.
  public var eligibilityNote: String?
  public var languages: [SpokenLanguage] = []
  /// Which interpretation there is, in words.
  public var interpretation: String?
  public var costs: [DirectoryCost] = []
  public var feesNote: String?
  public var capacities: [DirectoryCapacity] = []
  public var sites: [DirectorySite] = []
  /// When it is open where a site says nothing else.
  public var schedules: [DirectorySchedule] = []
  public var area = ServiceArea.notStated
  /// The area in words, where codes don't say it.
  public var areaNotes: [String] = []
  public var phones: [DirectoryPhone] = []
  public var desks: [DirectoryContact] = []
  public var email: String?
  public var website: String?
  /// How one gets in.
  public var application: String?
  public var waitingTime: String?
  /// What a person must bring.
  public var documents: [String] = []
  /// What is different just now.
  public var alert: String?
  /// The day on which its owner last said that all of it is so.
  public var confirmedOn: CalendarDay?
  public var confirmedBy: String?

  public init(
    key: DirectoryServiceKey, organisation: DirectoryOrganisationKey, name: String, status: Status = .active
  ) {
    self.key = key
    self.organisation = organisation
    self.name = name
    self.status = status
  }

  /// Whether it costs nothing; `nil` when nothing is said about it.
  public var isFree: Bool? {
    costs.isEmpty ? nil : costs.allSatisfy { $0.amount == .zero }
  }
}

/// A language spoken, with a word about it.
public struct SpokenLanguage: Hashable, Sendable {
  public var language: Language
  public var note: String?
  public init(_ language: Language, note: String? = nil) {
    self.language = language
    self.note = note
  }
}

/// What is asked for the service.
public struct DirectoryCost: Hashable, Sendable {
  /// For whom or for what, in words.
  public var option: String?
  /// ISO 4217, three capital letters.
  public var currency: String?
  public var amount: Money?
  public var note: String?
  public init(option: String? = nil, currency: String? = nil, amount: Money? = nil, note: String? = nil) {
    self.option = option
    self.currency = currency
    self.amount = amount
    self.note = note
  }
}

/// How many places (beds, hours, seats) there are and how many of them are free.
public struct DirectoryCapacity: Hashable, Sendable {
  public var unit: String
  public var available: Int
  public var maximum: Int?
  public var note: String?
  /// When somebody counted.
  public var updated: Moment

  public init(unit: String, available: Int, maximum: Int? = nil, note: String? = nil, updated: Moment) {
    self.unit = unit
    self.available = available
    self.maximum = maximum
    self.note = note
    self.updated = updated
  }
}

/// A service at a place, with its own hours where they differ.
public struct DirectorySite: Hashable, Sendable {
  public var place: DirectoryPlaceKey
  public var schedules: [DirectorySchedule]
  public init(_ place: DirectoryPlaceKey, schedules: [DirectorySchedule] = []) {
    self.place = place
    self.schedules = schedules
  }
}

/// A number to call.
public struct DirectoryPhone: Hashable, Sendable {
  public var number: String
  public var extensionNumber: Int?
  public var kind: String?
  public var note: String?
  public init(_ number: String, extensionNumber: Int? = nil, kind: String? = nil, note: String? = nil) {
    self.number = number
    self.extensionNumber = extensionNumber
    self.kind = kind
    self.note = note
  }
}

/// A desk, by its task and not by who sits there.
public struct DirectoryContact: Hashable, Sendable {
  public var title: String?
  public var department: String?
  public var email: String?
  public var phones: [DirectoryPhone]
  public init(title: String? = nil, department: String? = nil, email: String? = nil, phones: [DirectoryPhone] = []) {
    self.title = title
    self.department = department
    self.email = email
    self.phones = phones
  }
}

/// From where people may come.
public enum ServiceArea: Hashable, Sendable {
  case notStated
  case country
  /// ISO 3166-2 codes, at least one, sorted.
  case provinces([String])

  /// `nil` when it is not stated.
  public func covers(_ province: String) -> Bool? {
    switch self {
    case .notStated: nil
    case .country: true
    case .provinces(let codes): codes.contains(province)
    }
  }
}
