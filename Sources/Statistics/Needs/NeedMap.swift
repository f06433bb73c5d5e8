/// What is known of the staff of one kind of institution in one province, and of the work that meets them. Counts only.
public struct NeedFact: Hashable, Sendable {
  public enum Measure: String, Hashable, Sendable, CaseIterable {
    /// Trained, and by the latest answers still competent.
    case competent
    /// Trained, and by the latest answers no longer.
    case lapsed
    /// Trained, and the latest answer is too old to say.
    case unknown
    case cases
    /// Referrals that were answered in time and not declined, or still can be.
    case referralsWell = "referrals_well"
    /// Declined, or not answered in time.
    case referralsTroubled = "referrals_troubled"
    case screeningsWithResult = "screenings_with_result"
    case screeningsWithout = "screenings_without"
  }

  /// ISO 3166-2.
  public var province: String
  /// A kind of institution.
  public var kind: String
  public var measure: Measure
  public var count: Int

  public init(province: String, kind: String, _ measure: Measure, _ count: Int) {
    self.province = province
    self.kind = kind
    self.measure = measure
    self.count = count
  }
}

/// When training is called for.
public struct NeedRule: Hashable, Sendable {
  /// Counts from 1 to one below it are not shown, and no reason rests on them.
  public var smallest: Int
  /// More cases than this a competent person call for training.
  public var casesPerPerson: Int
  /// From this share of referrals declined or late, or of screenings without result.
  public var troublePercent: Int

  public init(smallest: Int, casesPerPerson: Int, troublePercent: Int) {
    self.smallest = smallest
    self.casesPerPerson = casesPerPerson
    self.troublePercent = troublePercent
  }
}

/// Why a place should be trained next, with the numbers that say so. All of them may be shown.
public enum NeedReason: Hashable, Sendable {
  /// There is work and nobody is trained.
  case untrained(work: Int)
  /// There is work, and of the trained nobody is known to be competent still.
  case decayed(trained: Int)
  case load(cases: Int, competent: Int)
  case referrals(troubled: Int, all: Int)
  case screenings(without: Int, all: Int)

  /// Which course answers it, as the pack names the reason.
  public var key: String {
    switch self {
    case .untrained, .decayed: "untrained"
    case .load: "load"
    case .referrals: "referrals"
    case .screenings: "screenings"
    }
  }
}

/// One place of the map as it may be shown: `nil` is hidden, not nought.
public struct NeedCell: Hashable, Sendable {
  public var province: String
  public var kind: String
  public var trained: Int?
  public var competent: Int?
  public var cases: Int?
  public var referrals: Int?
  public var troubled: Int?
  public var screenings: Int?
  public var without: Int?

  public init(
    province: String, kind: String, trained: Int?, competent: Int?, cases: Int?, referrals: Int?, troubled: Int?,
    screenings: Int?, without: Int?
  ) {
    self.province = province
    self.kind = kind
    self.trained = trained
    self.competent = competent
    self.cases = cases
    self.referrals = referrals
    self.troubled = troubled
    self.screenings = screenings
    self.without = without
  }

  /// Whether there is nothing at all, and nothing hidden.
  public var isEmpty: Bool { trained == 0 && cases == 0 && referrals == 0 && screenings == 0 }

  /// The reasons for training here, from shown numbers only; the heaviest first.
  public func reasons(_ rule: NeedRule) -> [NeedReason] {
    var reasons: [NeedReason] = []
    let work = (cases ?? 0) + (referrals ?? 0) + (screenings ?? 0)
    if work >= rule.smallest {
      if trained == 0 { reasons.append(.untrained(work: work)) }
      if let trained, trained > 0, competent == 0 { reasons.append(.decayed(trained: trained)) }
    }
    if let cases, let competent, competent > 0, cases > competent * rule.casesPerPerson {
      reasons.append(.load(cases: cases, competent: competent))
    }
    if let referrals, let troubled, troubled > 0, troubled * 100 >= rule.troublePercent * referrals {
      reasons.append(.referrals(troubled: troubled, all: referrals))
    }
    if let screenings, let without, without > 0, without * 100 >= rule.troublePercent * screenings {
      reasons.append(.screenings(without: without, all: screenings))
    }
    return reasons
  }

  /// How much shown work meets each competent person: what the list is sorted by.
  public var weight: Int {
    let work = (cases ?? 0) + 2 * (troubled ?? 0) + 2 * (without ?? 0)
    return work * 100 / (1 + (competent ?? 0))
  }
}

/// Province × kind of institution: staff against work, fit to be shown to whoever plans training.
///
/// Staff by state, cases, referrals by whether they went well and screenings by whether they had a result are each
/// protected with all their totals, so that neither a row, nor a column, nor the difference of two numbers gives a small
/// count back. Reasons rest on what is left only.
public struct NeedMap: Hashable, Sendable {
  public let provinces: [String]
  public let kinds: [String]
  public let cells: [NeedCell]
  /// All provinces and kinds together, from the same protected tables.
  public let total: NeedCell
  /// Whether anything is hidden.
  public let hidesSomething: Bool

  public init(_ facts: [NeedFact], rule: NeedRule) {
    let provinces = Set(facts.map(\.province)).sorted()
    let kinds = Set(facts.map(\.kind)).sorted()
    func protect(_ measures: [NeedFact.Measure]) -> ProtectedCube {
      var counts: [[String]: Int] = [:]
      for fact in facts { counts[[fact.province, fact.kind, fact.measure.rawValue], default: 0] += fact.count }
      var axes = [CountCube.Axis(column: "province", codes: provinces), .init(column: "kind", codes: kinds)]
      if measures.count > 1 { axes.append(.init(column: "measure", codes: measures.map(\.rawValue))) }
      let cube = CountCube(axes: axes) { place in
        counts[[provinces[place[0]], kinds[place[1]], (place.count > 2 ? measures[place[2]] : measures[0]).rawValue]]
          ?? 0
      }
      return ProtectedCube.protect([cube], threshold: rule.smallest)[0]
    }
    let staff = protect([.competent, .lapsed, .unknown])
    let cases = protect([.cases])
    let referrals = protect([.referralsWell, .referralsTroubled])
    let screenings = protect([.screeningsWithResult, .screeningsWithout])
    self.provinces = provinces
    self.kinds = kinds
    hidesSomething = [staff, cases, referrals, screenings].contains(where: \.hidesSomething)
    func cell(_ province: String?, _ kind: String?) -> NeedCell {
      NeedCell(
        province: province ?? "", kind: kind ?? "", trained: staff[province, kind, nil],
        competent: staff[province, kind, NeedFact.Measure.competent.rawValue], cases: cases[province, kind],
        referrals: referrals[province, kind, nil],
        troubled: referrals[province, kind, NeedFact.Measure.referralsTroubled.rawValue],
        screenings: screenings[province, kind, nil],
        without: screenings[province, kind, NeedFact.Measure.screeningsWithout.rawValue])
    }
    cells = provinces.flatMap { province in kinds.map { cell(province, $0) } }
    total = cell(nil, nil)
  }

  public subscript(province: String, kind: String) -> NeedCell? {
    cells.first { $0.province == province && $0.kind == kind }
  }

  /// Where to train next: places with a reason, the heaviest first.
  public func next(_ rule: NeedRule) -> [(cell: NeedCell, reasons: [NeedReason])] {
    cells.map { ($0, $0.reasons(rule)) }.filter { !$0.1.isEmpty }
      .sorted { ($1.0.weight, $0.0.province, $0.0.kind) < ($0.0.weight, $1.0.province, $1.0.kind) }
  }
}
