/// A published form of the Counter Trafficking Data Collaborative's global dataset: the names of its columns and how its
/// cells are written.
///
/// Names and labels as public code that uses the files reads them; CTDC's own code book was seen on its first page only
/// (version 6, November 2017). So they are second-hand: `confidence` says it wherever they are shown.
public struct CTDCRelease: Hashable, Sendable {
  public enum Countries: Hashable, Sendable {
    case twoLetters
    case threeLetters
  }

  /// `synthetic_2026`.
  public var code: String
  public var columns: [String]
  /// What stands where there is no answer.
  public var missing: String
  public var woman: String
  public var man: String
  public var countries: Countries
  /// What the 2020 names of flags begin with, and with what here.
  private var renamed: [Renaming]

  private struct Renaming: Hashable, Sendable {
    var from: String
    var to: String
  }

  public static let confidence = "second-hand: names as public code that uses the files reads them"

  /// Bands of age in years, the same in all of them.
  static let ages: [(label: String, years: ClosedRange<Int>)] = [
    ("0--8", 0...8), ("9--17", 9...17), ("18--20", 18...20), ("21--23", 21...23), ("24--26", 24...26),
    ("27--29", 27...29), ("30--38", 30...38), ("39--47", 39...47), ("48+", 48...150),
  ]

  /// k-anonymised, April 2020: the one with the most columns.
  public static let kAnonymous2020 = CTDCRelease(
    code: "kanon_2020", columns: words(kAnonymousColumns), missing: "-99", woman: "Female", man: "Male",
    countries: .twoLetters, renamed: [])

  public static let synthetic2025 = CTDCRelease(
    code: "synthetic_2025", columns: words(syntheticColumns), missing: "", woman: "Woman", man: "Man",
    countries: .threeLetters, renamed: [])

  /// The newest.
  public static let synthetic2026 = CTDCRelease(
    code: "synthetic_2026",
    columns: words(syntheticColumns).map {
      $0.replacingStart("typeOfLabour", "sectorOfLabour").replacingStart("typeOfSex", "sectorOfSex")
    }, missing: "", woman: "Woman", man: "Man", countries: .threeLetters,
    renamed: [
      Renaming(from: "typeOfLabour", to: "sectorOfLabour"), Renaming(from: "typeOfSex", to: "sectorOfSex"),
    ])

  /// The newest first.
  public static let all = [synthetic2026, synthetic2025, kAnonymous2020]

  public static func named(_ code: String) -> CTDCRelease? { all.first { $0.code == code } }

  /// The release that a file's header is of; `nil` when it is none.
  ///
  /// The 2025 and 2026 files are told apart by their flags, all others by how many names agree.
  public static func of(header: [String]) -> CTDCRelease? {
    let names = Set(header)
    let scored = all.map { release in (release, release.columns.count { names.contains($0) }) }
    guard let best = scored.max(by: { $0.1 < $1.1 }), best.1 >= 5, names.contains("yearOfRegistration") else {
      return nil
    }
    return best.0
  }

  /// The column of a flag that is named as in 2020.
  ///
  /// Later releases fold the rarer forms into `isOtherExploit`; where begging and crime for another went is not known
  /// there, so they have no column.
  func column(ofFlag flag: String) -> String? {
    if columns.contains(flag) { return flag }
    for renaming in renamed {
      let name = flag.replacingStart(renaming.from, renaming.to)
      if name != flag, columns.contains(name) { return name }
    }
    return ["isForcedMarriage", "isForcedMilitary", "isOrganRemoval", "isSlaveryAndPractices"].contains(flag)
      ? "isOtherExploit" : nil
  }

  private static func words(_ text: String) -> [String] { text.split(whereSeparator: \.isWhitespace).map(String.init) }

  private static let syntheticColumns = """
    yearOfRegistration gender ageBroad citizenship CountryOfExploitation traffickMonths meansDebtBondageEarnings
    meansThreats meansAbusePsyPhySex meansFalsePromises meansDrugsAlcohol meansDenyBasicNeeds meansExcessiveWorkHours
    meansWithholdDocs isForcedLabour isSexualExploit isOtherExploit typeOfLabourAgriculture typeOfLabourConstruction
    typeOfLabourDomesticWork typeOfLabourHospitality typeOfSexProstitution typeOfSexPornography
    recruiterRelationIntimatePartner recruiterRelationFriend recruiterRelationFamily recruiterRelationOther
    """

  private static let kAnonymousColumns = """
    yearOfRegistration Datasource gender ageBroad majorityStatus majorityStatusAtExploit majorityEntry citizenship
    meansOfControlDebtBondage meansOfControlTakesEarnings meansOfControlRestrictsFinancialAccess meansOfControlThreats
    meansOfControlPsychologicalAbuse meansOfControlPhysicalAbuse meansOfControlSexualAbuse meansOfControlFalsePromises
    meansOfControlPsychoactiveSubstances meansOfControlRestrictsMovement meansOfControlRestrictsMedicalCare
    meansOfControlExcessiveWorkingHours meansOfControlUsesChildren meansOfControlThreatOfLawEnforcement
    meansOfControlWithholdsNecessities meansOfControlWithholdsDocuments meansOfControlOther meansOfControlNotSpecified
    meansOfControlConcatenated isForcedLabour isSexualExploit isOtherExploit isSexAndLabour isForcedMarriage
    isForcedMilitary isOrganRemoval isSlaveryAndPractices typeOfExploitConcatenated typeOfLabourAgriculture
    typeOfLabourAquafarming typeOfLabourBegging typeOfLabourConstruction typeOfLabourDomesticWork
    typeOfLabourHospitality typeOfLabourIllicitActivities typeOfLabourManufacturing typeOfLabourMiningOrDrilling
    typeOfLabourPeddling typeOfLabourTransportation typeOfLabourOther typeOfLabourNotSpecified
    typeOfLabourConcatenated typeOfSexProstitution typeOfSexPornography typeOfSexRemoteInteractiveServices
    typeOfSexPrivateSexualServices typeOfSexConcatenated isAbduction RecruiterRelationship CountryOfExploitation
    recruiterRelationIntimatePartner recruiterRelationFriend recruiterRelationFamily recruiterRelationOther
    recruiterRelationUnknown
    """
}

extension String {
  /// With another beginning, where it begins so.
  func replacingStart(_ from: String, _ to: String) -> String { hasPrefix(from) ? to + dropFirst(from.count) : self }
}
