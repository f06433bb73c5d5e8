/// What codes of our facts mean in CTDC's columns. Only what says the same there; what does not stays empty.
public struct CTDCCrosswalk: Sendable {
  /// The years a band of age spans, by its code. A band that lies in none of CTDC's, as 18 to 29, has no band there.
  public var ages: [String: ClosedRange<Int>]
  /// The flag of a form of exploitation by its code, named as in 2020.
  public var forms: [String: String]
  /// Of the sector of labour exploitation.
  public var sectors: [String: String]
  /// Of who recruited.
  public var recruiters: [String: String]

  public init(
    ages: [String: ClosedRange<Int>] = [:], forms: [String: String] = Self.forms,
    sectors: [String: String] = Self.sectors, recruiters: [String: String] = Self.recruiters
  ) {
    self.ages = ages
    self.forms = forms
    self.sectors = sectors
    self.recruiters = recruiters
  }

  public static let forms = [
    "organs": "isOrganRemoval", "sexual": "isSexualExploit", "labour": "isForcedLabour",
    "servile_union": "isForcedMarriage", "illegal_adoption": "isOtherExploit", "begging": "typeOfLabourBegging",
    "recruitment_conflict": "isForcedMilitary", "recruitment_crime": "typeOfLabourIllicitActivities",
    "other": "isOtherExploit",
  ]
  public static let sectors = [
    "agriculture": "typeOfLabourAgriculture", "fishing": "typeOfLabourAquafarming",
    "mining": "typeOfLabourMiningOrDrilling", "manufacturing": "typeOfLabourManufacturing",
    "construction": "typeOfLabourConstruction", "peddling": "typeOfLabourPeddling",
    "transport": "typeOfLabourTransportation", "hospitality": "typeOfLabourHospitality",
    "domestic": "typeOfLabourDomesticWork",
  ]
  public static let recruiters = [
    "partner": "recruiterRelationIntimatePartner", "parent": "recruiterRelationFamily",
    "family": "recruiterRelationFamily", "friend": "recruiterRelationFriend", "community": "recruiterRelationOther",
    "employer": "recruiterRelationOther", "online": "recruiterRelationOther", "stranger": "recruiterRelationOther",
    "other": "recruiterRelationOther",
  ]
}

extension CTDCRelease {
  /// Records in the columns of this release, comma-separated (RFC 4180). Columns that our facts do not hold (citizenship,
  /// means of control, months, …) carry the release's sign for no answer.
  ///
  /// - Parameter records: protected ones, as `Synthesis` makes them: real rows must not leave the house in any format.
  /// - Throws: `FactFileProblem` when no column of the records has a place in the release.
  public func csv(_ records: CodedFacts, _ crosswalk: CTDCCrosswalk) throws -> [UInt8] {
    let fills = fills(records, crosswalk)
    guard Self.takes(records.names) else {
      throw FactFileProblem(
        "none of the columns \(records.names.joined(separator: ", ")) has a place in CTDC's dataset; it takes year, sex, "
          + "age_band, form, sector, destination and recruiter")
    }
    var bytes = Array(columns.joined(separator: ",").utf8) + [13, 10]
    // A row costs no text of its own: every code's cells are made once.
    let empty = [UInt8](missing.utf8)
    var cells = [[UInt8]](repeating: empty, count: columns.count)
    for row in 0..<records.rowCount {
      for place in cells.indices { cells[place] = empty }
      for fill in fills where fill.isFor(records, row) {
        for (place, text) in fill.cells[Int(records.cells[fill.column][row])] { cells[place] = text }
      }
      bytes += cells.joined(separator: [44])
      bytes += [13, 10]
    }
    return bytes
  }

  /// Whether any of these columns of ours has a place in CTDC's dataset.
  public static func takes(_ names: [String]) -> Bool {
    !Set(names).isDisjoint(with: ["year", "sex", "age_band", "form", "sector", "destination", "recruiter"])
  }

  /// What the codes of one column write where.
  private struct Fill {
    var column: Int
    /// By the code's number, 0 being the blank.
    var cells: [[(place: Int, text: [UInt8])]]
    /// Another column and the codes it must have.
    var only: (column: Int, codes: Set<UInt16>)?

    func isFor(_ records: CodedFacts, _ row: Int) -> Bool {
      guard let only else { return true }
      return only.codes.contains(records.cells[only.column][row])
    }
  }

  private func fills(_ records: CodedFacts, _ crosswalk: CTDCCrosswalk) -> [Fill] {
    func fill(_ name: String, _ write: (String) -> [(String, String)]) -> Fill? {
      guard let column = records.names.firstIndex(of: name) else { return nil }
      let cells = records.codes[column].map { code in
        FactCodes.category(code).isMissing
          ? []
          : write(code).compactMap { column, text in
            columns.firstIndex(of: column).map { (place: $0, text: Array(text.utf8)) }
          }
      }
      guard cells.contains(where: { !$0.isEmpty }) else { return nil }
      return Fill(column: column, cells: [[]] + cells)
    }
    func flag(_ flags: [String: String]) -> (String) -> [(String, String)] {
      { code in flags[code].flatMap { self.column(ofFlag: $0) }.map { [($0, "1")] } ?? [] }
    }
    let genders = ["female": woman, "male": man]
    var sector = fill("sector", flag(crosswalk.sectors))
    // A sector says where somebody worked only when it was labour that was exploited.
    if let form = records.names.firstIndex(of: "form") {
      let labour = records.codes[form].indices.filter {
        crosswalk.forms[records.codes[form][$0]] == "isForcedLabour"
      }.map { UInt16($0 + 1) }
      sector?.only = (form, Set(labour))
    }
    return [
      fill("year") { [("yearOfRegistration", $0)] },
      fill("sex") { code in genders[code].map { [("gender", $0)] } ?? [] },
      fill("age_band") { self.age($0, crosswalk) }, fill("form", flag(crosswalk.forms)), sector,
      fill("recruiter", flag(crosswalk.recruiters)), fill("destination") { self.country($0) },
    ].compactMap { $0 }
  }

  private func age(_ code: String, _ crosswalk: CTDCCrosswalk) -> [(String, String)] {
    guard let years = crosswalk.ages[code] ?? AgeBand.years(code) else { return [] }
    let inside = Self.ages.filter { $0.years.contains(years.lowerBound) && $0.years.contains(years.upperBound) }
    let majority = AgeBand.majority(years).map { [("majorityStatus", $0 == .adult ? "Adult" : "Minor")] } ?? []
    return inside.map { ("ageBroad", $0.label) } + majority
  }

  private func country(_ code: String) -> [(String, String)] {
    guard let longer = CountryCodes.alpha3(code) else { return [] }
    return [("CountryOfExploitation", countries == .threeLetters ? longer : code.uppercased())]
  }

  // MARK: Reading

  /// A file of this release as facts of our code book: year, sex, age_band (CTDC's own bands), form, sector,
  /// destination, recruiter, and citizenship, which our own facts do not hold.
  ///
  /// Going back is not one to one: whoever recruited is `partner`, `friend`, `family` or `other`; several flags of a kind
  /// are `several`. In the synthetic files an empty flag is no or not known, so that nothing becomes a no.
  public func facts(_ file: FactTable) -> FactTable {
    func renamed(_ name: String, _ new: String, _ read: (String) -> String) -> FactColumn? {
      guard let column = file.column(name) else { return nil }
      return column.recoded(new) { code in
        let isMissing = code.isEmpty || code == missing || code == "-99" || code == "00"
        return isMissing ? (missing.isEmpty ? "" : FactCode.unknown) : read(code)
      }
    }
    func country(_ code: String) -> String {
      countries == .threeLetters ? CountryCodes.alpha2(code) ?? code.lowercased() : code.lowercased()
    }
    let genders = [woman: "female", man: "male"]
    let ages = ["09--17": "9--17"]
    return FactTable(
      columns: [
        renamed("yearOfRegistration", "year") { $0 }, renamed("gender", "sex") { genders[$0] ?? "other" },
        renamed("ageBroad", "age_band") { ages[$0] ?? $0 }, renamed("citizenship", "citizenship", country),
        renamed("CountryOfExploitation", "destination", country),
        flags(file, "form", Self.formsBack, general: ["isOtherExploit"]),
        flags(file, "sector", Self.back(CTDCCrosswalk.sectors)), flags(file, "recruiter", Self.recruitersBack),
      ].compactMap { $0 })
  }

  private static let formsBack = [
    "isForcedLabour": "labour", "isSexualExploit": "sexual", "isOtherExploit": "other",
    "isForcedMarriage": "servile_union", "isForcedMilitary": "recruitment_conflict", "isOrganRemoval": "organs",
    "typeOfLabourBegging": "begging", "typeOfLabourIllicitActivities": "recruitment_crime",
  ]
  private static let recruitersBack = [
    "recruiterRelationIntimatePartner": "partner", "recruiterRelationFamily": "family",
    "recruiterRelationFriend": "friend", "recruiterRelationOther": "other",
  ]
  private static func back(_ flags: [String: String]) -> [String: String] {
    Dictionary(flags.map { ($1, $0) }) { first, _ in first }
  }

  /// Flags as one column. - Parameter general: flags that give way to a more exact one.
  private func flags(
    _ file: FactTable, _ name: String, _ meanings: [String: String], general: Set<String> = []
  ) -> FactColumn? {
    let found = meanings.sorted { $0.key < $1.key }.compactMap { flag, code -> (FactColumn, String, Bool)? in
      // Read only where the name is the flag's own: a folded one would say too much.
      let name = columns.contains(flag) ? flag : column(ofFlag: flag).flatMap { $0 == "isOtherExploit" ? nil : $0 }
      return name.flatMap { file.column($0) }.map { ($0, code, general.contains(flag)) }
    }
    guard !found.isEmpty else { return nil }
    var codes = [""]
    var numbers: [String: UInt16] = ["": 0]
    let isSet = found.map { column, _, _ in column.codes.map { $0 == "1" } }
    let cells = (0..<file.rowCount).map { row -> UInt16 in
      let set = found.indices.filter { isSet[$0][Int(found[$0].0.cells[row])] }
      let exact = set.filter { !found[$0].2 }
      let chosen = exact.isEmpty ? set : exact
      let code = chosen.count > 1 ? "several" : chosen.first.map { found[$0].1 } ?? ""
      if let number = numbers[code] { return number }
      numbers[code] = UInt16(codes.count)
      codes.append(code)
      return UInt16(codes.count - 1)
    }
    return FactColumn(name: name, codes: codes, cells: cells)
  }
}

/// The texts of answers that are none, as our files write them.
private enum FactCode {
  static let unknown = "unknown"
}

extension FactColumn {
  /// The same column with another name and other codes; codes that become one are one.
  func recoded(_ name: String, _ code: (String) -> String) -> FactColumn {
    var codes = [""]
    var numbers: [String: UInt16] = ["": 0]
    let map = self.codes.map { old -> UInt16 in
      let new = code(old)
      if let number = numbers[new] { return number }
      numbers[new] = UInt16(codes.count)
      codes.append(new)
      return UInt16(codes.count - 1)
    }
    return FactColumn(name: name, codes: codes, cells: cells.map { map[Int($0)] })
  }
}
