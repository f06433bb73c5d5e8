import Basics

/// Whom a service takes, in codes. An empty list of codes leaves nobody out.
public struct DirectoryEligibility: Hashable, Sendable {
  /// Whole years, both ends taken.
  public struct Ages: Hashable, Sendable {
    public var youngest: Int?
    public var oldest: Int?

    public static let all = Ages()

    public init(youngest: Int? = nil, oldest: Int? = nil) {
      self.youngest = youngest
      self.oldest = oldest
    }

    /// The ages as a range that ends.
    var range: ClosedRange<Int> {
      let low = max(0, youngest ?? 0)
      return low...max(low, oldest ?? Int.max)
    }
  }

  /// Whether people with something are taken.
  public enum Taking: String, Hashable, Sendable, CaseIterable {
    case notStated = "not_stated"
    case yes
    case no
    /// Nobody else is taken.
    case only
  }

  public var ages = Ages.all
  /// Where one sex has other ages than `ages`: a house for women that takes boys up to 12. By the code of the sex.
  public var agesBySex: [String: Ages] = [:]
  /// Codes of the pack's sexes, sorted.
  public var sexes: [String] = []
  /// Codes of the pack's countries, sorted.
  public var nationalities: [String] = []
  /// Codes of the pack's forms of exploitation, sorted.
  public var exploitation: [String] = []
  public var withChildren = Taking.notStated
  public var disability = Taking.notStated

  public init() {}
}

/// As much of a person's situation as a search needs; nothing that says who it is.
public struct NeedProfile: Hashable, Sendable {
  /// The youngest and the oldest the person may be; `nil` when nothing is known.
  public var age: ClosedRange<Int>?
  /// A code of the pack's sexes.
  public var sex: String?
  /// A code of the pack's countries.
  public var nationality: String?
  /// Codes of the pack's forms of exploitation; empty when not known.
  public var exploitation: Set<String>
  /// Whether children come along.
  public var withChildren: FourWayAnswer
  public var disability: FourWayAnswer

  public init(
    age: ClosedRange<Int>? = nil, sex: String? = nil, nationality: String? = nil, exploitation: Set<String> = [],
    withChildren: FourWayAnswer = .notAsked, disability: FourWayAnswer = .notAsked
  ) {
    self.age = age
    self.sex = sex
    self.nationality = nationality
    self.exploitation = exploitation
    self.withChildren = withChildren
    self.disability = disability
  }

  /// The age to search with: who may be a child is taken for one, so that nobody is sent among adults by mistake.
  public func protectiveAge(adultFrom: Int) -> ClosedRange<Int> {
    guard let age else { return 0...max(0, adultFrom - 1) }
    guard age.lowerBound < adultFrom, age.upperBound >= adultFrom else { return age }
    return age.lowerBound...(adultFrom - 1)
  }

  /// Whether it is open on which side of the line the person stands.
  public func ageIsInDoubt(adultFrom: Int) -> Bool {
    guard let age else { return true }
    return age.lowerBound < adultFrom && age.upperBound >= adultFrom
  }
}

/// Whether a service takes a person, and why not or what has to be asked.
public enum EligibilityVerdict: Hashable, Sendable {
  public enum Criterion: String, Hashable, Sendable, CaseIterable {
    case age
    /// The age is in doubt, so the person counts as a child.
    case ageInDoubt = "age_in_doubt"
    case sex
    case nationality
    case exploitation
    case children
    case disability
  }

  /// Everything that the service says fits.
  case fits
  /// Nothing speaks against it, but this must be asked of the person or of the service.
  case ask([Criterion])
  /// It takes others. All the reasons.
  case excluded([Criterion])
}

extension DirectoryEligibility {
  /// Judges by codes alone; a desk decides.
  ///
  /// What is not known is never read as a no. An age in doubt counts as a child's.
  /// - Parameter adultFrom: the age at which one is an adult.
  public func verdict(on person: NeedProfile, adultFrom: Int = 18) -> EligibilityVerdict {
    var (asks, excluded): ([EligibilityVerdict.Criterion], [EligibilityVerdict.Criterion]) = ([], [])
    func note(_ fit: Fit, _ criterion: EligibilityVerdict.Criterion) {
      switch fit {
      case .yes: break
      case .open: asks.append(criterion)
      case .no: excluded.append(criterion)
      }
    }
    note(fit(of: person, adultFrom), person.ageIsInDoubt(adultFrom: adultFrom) ? .ageInDoubt : .age)
    note(Self.fit(of: person.sex, in: sexes), .sex)
    note(Self.fit(of: person.nationality, in: nationalities), .nationality)
    if !exploitation.isEmpty {
      note(
        person.exploitation.isEmpty ? .open : exploitation.contains(where: person.exploitation.contains) ? .yes : .no,
        .exploitation)
    }
    note(Self.fit(of: person.withChildren, withChildren), .children)
    note(Self.fit(of: person.disability, disability), .disability)
    if !excluded.isEmpty { return .excluded(excluded) }
    return asks.isEmpty ? .fits : .ask(asks)
  }

  private enum Fit { case yes, open, no }

  private func fit(of person: NeedProfile, _ adultFrom: Int) -> Fit {
    let age = person.protectiveAge(adultFrom: adultFrom)
    if let sex = person.sex { return Self.fit(of: age, in: agesBySex[sex] ?? ages) }
    guard !agesBySex.isEmpty else { return Self.fit(of: age, in: ages) }
    // The sex decides which ages hold: only where all agree is the answer known.
    let fits = ([ages] + agesBySex.values).map { Self.fit(of: age, in: $0) }
    return Set(fits).count == 1 ? fits[0] : .open
  }

  private static func fit(of age: ClosedRange<Int>, in ages: Ages) -> Fit {
    let range = ages.range
    if range.contains(age.lowerBound), range.contains(age.upperBound) { return .yes }
    return range.overlaps(age) ? .open : .no
  }

  private static func fit(of code: String?, in codes: [String]) -> Fit {
    if codes.isEmpty { return .yes }
    return code.map { codes.contains($0) ? .yes : .no } ?? .open
  }

  private static func fit(of answer: FourWayAnswer, _ taking: Taking) -> Fit {
    switch (answer, taking) {
    case (.yes, .yes), (.yes, .only), (.no, .yes), (.no, .no), (.no, .notStated): .yes
    case (.yes, .no), (.no, .only): .no
    case (.yes, .notStated): .open
    case (.unknown, .no), (.unknown, .only), (.notAsked, .no), (.notAsked, .only): .open
    case (.unknown, .yes), (.unknown, .notStated), (.notAsked, .yes), (.notAsked, .notStated): .yes
    }
  }
}
