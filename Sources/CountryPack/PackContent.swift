import Basics

/// One entry of a coded list.
public struct Term: Hashable, Sendable {
  public var code: String
  public var name: LocalizedText
  public var source: String
  public var certainty: Certainty
  public var from: CalendarDay?
  public var until: CalendarDay?
  /// The list's own further columns, for example `hours` of an urgency or `htcds` of a form of exploitation.
  public var details: [String: String]
}

/// The coded lists every pack has, each a file of `lists/`.
public enum PackList: String, Hashable, Sendable, CaseIterable {
  case agencyKinds = "agency-kinds"
  case ageBands = "age-bands"
  case agreementWays = "agreement-ways"
  case assessmentLevels = "assessment-levels"
  case budgetKinds = "budget-kinds"
  case campaignAudiences = "campaign-audiences"
  case campaignChannels = "campaign-channels"
  case caseKinds = "case-kinds"
  case closureReasons = "closure-reasons"
  case countries
  case coverage
  case crossings
  case dataKinds = "data-kinds"
  case declineReasons = "decline-reasons"
  case documentKinds = "document-kinds"
  case eventKinds = "event-kinds"
  case exploitation
  case interruptionReasons = "interruption-reasons"
  case languages
  case linkKinds = "link-kinds"
  case materialKinds = "material-kinds"
  case meansOfControl = "means-of-control"
  case needs
  case offences
  case outcomes
  case perpetratorRelations = "perpetrator-relations"
  case perpetratorRoles = "perpetrator-roles"
  case prosecutionOutcomes = "prosecution-outcomes"
  case purposes
  case reachMethods = "reach-methods"
  case retrafficking
  case risks
  case sectors
  case services
  case sexes
  case situations
  case transports
  case urgencies

  /// Columns a list must have beside the common ones.
  var furtherColumns: [String] {
    switch self {
    case .ageBands: ["youngest", "oldest"]
    case .assessmentLevels: ["rank", "days"]
    case .coverage: ["part", "takes", "compares_es", "compares_en"]
    case .documentKinds: ["check"]
    case .exploitation: ["coip", "ctdc", "htcds"]
    case .linkKinds: ["inverse", "group"]
    case .reachMethods: ["gives"]
    case .meansOfControl, .perpetratorRelations, .sexes: ["htcds"]
    case .prosecutionOutcomes: ["stage"]
    case .sectors: ["isic"]
    case .situations: ["hint_es", "hint_en"]
    case .urgencies: ["hours"]
    default: []
    }
  }

  /// Columns that may stay empty: what people write for an entry in lists of their own, parted by `|`.
  var optionalColumns: [String] {
    switch self {
    case .documentKinds, .sexes: ["also"]
    // The offence of the same list that this one is a part of.
    case .offences: ["part_of"]
    default: []
    }
  }
}

/// How the number of a document shows a slip of the pen: a column of `document-kinds`.
public enum DocumentCheck: String, Hashable, Sendable, CaseIterable {
  case none
  /// Ecuador's identity card: ten digits, the province first, the last by modulo 10 (Registro Civil).
  case ecuadorModulo10 = "mod10_ec"
}

public struct Province: Hashable, Sendable {
  /// ISO 3166-2, for example `EC-P`.
  public var iso: String
  /// Two digits.
  public var inec: String
  public var name: LocalizedText
  public var region: String
  /// Its place on the tile map, from 0 at the top left.
  public var tileColumn: Int
  public var tileRow: Int
}

/// An institution of the country, with the time in which it had this name.
public struct Institution: Hashable, Sendable {
  public var code: String
  public var name: LocalizedText
  /// A code of `agency-kinds`.
  public var kind: String
  public var from: CalendarDay?
  public var until: CalendarDay?
  /// The code of the institution that followed it.
  public var successor: String?
  public var source: String
  public var certainty: Certainty
}

public struct Hotline: Hashable, Sendable {
  public var code: String
  public var number: String
  public var name: LocalizedText
  public var verifiedOn: CalendarDay?
  public var source: String
  public var certainty: Certainty
  /// Only these may stand on a page that anyone can open.
  public var isPublic: Bool { certainty == .verified && verifiedOn != nil }
}

/// What a law says, as far as a screen needs it. It informs the person who decides, and decides nothing.
public struct LegalText: Hashable, Sendable {
  public var code: String
  public var name: LocalizedText
  public var summary: LocalizedText
  public var from: CalendarDay?
  public var until: CalendarDay?
  public var source: String
  public var certainty: Certainty
  public var meansRequiredForAdults: Bool
  public var meansRequiredForChildren: Bool
}

/// A question before the first question of an interview.
public struct SafetyQuestion: Hashable, Sendable {
  public var code: String
  public var text: LocalizedText
  /// The answer that stops the interview until a person decides.
  public var stopsOn: FourWayAnswer
  /// Whether a person may decide to go on all the same. False for what nobody may pass over, such as the person's
  /// agreement.
  public var mayGoOn: Bool
  /// Whether it records what the person was told before agreeing. Such an answer is kept and shown, and stops nothing.
  public var isTold = false
  /// Whether a no keeps what was said from being handed on: to a colleague, a case, another agency.
  public var isNeededToShare = false
  public var advice: LocalizedText

  /// Whether it is one of the answers of the person's agreement: the agreement itself, and what was told before it.
  public var isConsent: Bool { isTold || !mayGoOn }
}

/// A number of the country's law or practice that changes what a screen asks for.
public struct PackRule: Hashable, Sendable {
  public enum Code: String, Hashable, Sendable, CaseIterable {
    /// From this age a person decides alone about their data.
    case ownConsentFromYears = "own_consent_from_years"
    /// From this age a person is an adult.
    case adultFromYears = "adult_from_years"
  }

  public var code: Code
  public var value: Int
  public var source: String
  public var certainty: Certainty
}

/// A country's pack, read and checked.
public struct CountryPack: Hashable, Sendable {
  public var id: String
  public var version: CalendarDay
  public var name: LocalizedText
  public var languages: [Language]
  public var offsetFromUTC: Span
  public var provinces: [Province]
  public var institutions: [Institution]
  public var hotlines: [Hotline]
  public var legalTexts: [LegalText]
  public var safetyQuestions: [SafetyQuestion]
  public var lists: [PackList: [Term]]
  /// Short and pet names with the names they stand for: `Pepe` for `José`.
  public var nicknames: NicknameTable
  public var instruments: [Instrument]
  public var combinations: [Combination]
  public var rules: [PackRule.Code: PackRule]
  /// Times that laws and protocols set, against which a referral mechanism is checked.
  public var limits: [LegalLimit]
  /// Who may identify formally, and within what time.
  public var identification: IdentificationContent
  /// Figures published elsewhere.
  public var figures: [PackFigure]
  /// How small counts are protected, and under which licence data are published.
  public var statistics: StatisticsContent
  /// The populations that rates are rates of.
  public var populations: [PackPopulation]
  public var dataProtection: DataProtectionContent
  public var training: TrainingContent
  /// Simulated cases to practise with.
  public var exercises: [Exercise]
  public var after: AfterContent
  /// Periods that run for a person while they are assisted.
  public var clocks: [CaseClockTerm]
  /// Schemas for linking lists without names, as they are written in `linkage/`, by their names. `Linkage` reads and
  /// checks them; `pack check` does so too.
  public var linkageSchemas: [String: String]
  /// Pages for the public, in their order.
  public var sitePages: [SitePage]
  /// Plans as they are written in `plans/`, by their names. `NationalPlan` reads and checks them; `pack check` does so too.
  public var plans: [String: String]
  /// Counts of investigations, prosecutions and convictions as they are written in `prosecution.csv`; empty for none.
  /// `NationalPlan` reads and checks them; `pack check` does so too.
  public var prosecution: String
  /// The currencies in which money may be counted, with the time in which each was used.
  public var currencies: [PackCurrency]
  /// What the press is told about reporting without harm.
  public var mediaKit: MediaKitContent
  /// How the clock of a referral runs.
  public var referrals: ReferralContent
  /// How agencies ask each other whether a person is known; `nil` where they don't.
  public var known: KnownContent?
  /// What holds for what the public tells.
  public var tips: TipTerms

  public func term(_ list: PackList, _ code: String) -> Term? { lists[list]?.first { $0.code == code } }
  public func province(iso: String) -> Province? { provinces.first { $0.iso == iso } }
  public func instrument(_ id: String) -> Instrument? { instruments.first { $0.id == id } }
  public func exercise(_ id: String) -> Exercise? { exercises.first { $0.id == id } }
  public func institution(_ code: String) -> Institution? { institutions.first { $0.code == code } }
  public func combination(_ code: String) -> Combination? { combinations.first { $0.code == code } }

  /// The newest text whose code begins with `prefix` and that is in force on the day.
  public func legalText(_ prefix: String, on day: CalendarDay) -> LegalText? {
    legalTexts.last { text in
      text.code.hasPrefix(prefix) && text.from.map { $0 <= day } != false && text.until.map { day < $0 } != false
    }
  }
}
