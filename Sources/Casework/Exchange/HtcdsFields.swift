import Basics

/// The Human Trafficking Case Data Standard 2.0 (IOM, CC BY 4.0): its 84 fields, and what becomes of each here.
///
/// Source: UNMigration/HTCDS, HTCDS Field Standards 2.0 (2021-12-24), CC BY 4.0.
public enum Htcds {
  public static let version = "2.0"

  /// What becomes of a field that comes in.
  public enum Use: String, Hashable, Sendable {
    /// It is read and written.
    case kept
    /// It is read into another part of the file, and written as that part's own field.
    case folded
    /// It has no place here; its content is named in the result.
    case notKept = "not_kept"
  }

  /// Every field of the standard, in its order.
  public static let fields: [(name: String, use: Use)] = [
    ("org_Name", .folded), ("org_ShippingCity", .notKept), ("org_ShippingCountry", .notKept),
    ("org_ShippingState", .folded), ("org_ShippingStreet", .notKept), ("org_ShippingPostalCode", .notKept),
    ("org_ShippingLongitude", .notKept), ("org_ShippingLatitude", .notKept), ("org_Phone", .notKept),
    ("org_Type", .notKept), ("prs_Salutation", .notKept), ("prs_FirstName", .kept), ("prs_MiddleName", .folded),
    ("prs_SecondName", .kept), ("prs_Birthdate", .kept), ("prs_Gender", .kept), ("prs_Deceased", .notKept),
    ("prs_MaritalStatus", .notKept), ("prs_NumberOfChildren", .notKept), ("prs_PrimaryLanguage", .notKept),
    ("prs_SecondaryLanguage", .notKept), ("prs_HighestLevelOfEducation", .notKept), ("prs_Citizenship", .kept),
    ("prs_IdentityNumber", .kept), ("prs_Title", .notKept), ("prs_Email", .folded), ("prs_HomePhone", .folded),
    ("prs_MobilePhone", .folded), ("prs_MailingCity", .notKept), ("prs_MailingCountry", .notKept),
    ("prs_MailingState", .folded), ("prs_MailingStreet", .notKept), ("prs_MailingPostalCode", .notKept),
    ("prs_MailingLongitude", .notKept), ("prs_MailingLatitude", .notKept),
    ("vic_AgreementToManagePersonalData", .notKept), ("vic_TraffickingStatus", .kept),
    ("vic_TraffickingStatusDecisionMakingOrg", .notKept), ("vic_RelationshipToTrafficker", .kept),
    ("vic_AgeWhenTrafficked", .notKept), ("vic_RecruitmentWebsitesAndApps", .notKept),
    ("vic_MethodOfRecruitment", .notKept), ("vic_LocationOfRecruitment", .notKept), ("vic_MethodsOfControl", .kept),
    ("vic_TypeOfExploitation", .kept), ("vic_ForcedLabourIndustry", .kept), ("vic_TypeOfSexExploitation", .notKept),
    ("vic_LocationOfExploitation", .notKept), ("vic_ExploitationWebsitesAndApps", .notKept),
    ("vic_Vulnerabilities", .notKept), ("vic_DetailsOfVulnerabilities", .notKept), ("per_RoleInProcess", .notKept),
    ("per_RoleDetails", .notKept), ("per_Organisation", .notKept), ("cas_Status", .kept),
    ("cas_ReasonForCaseClosure", .kept), ("cas_CaseOwner", .notKept), ("cas_ReferringOrganisation", .notKept),
    ("cas_IncomingReferralDate", .notKept), ("cas_ReferringPrimaryCaseWorker", .notKept),
    ("cas_ReasonForIncomingReferral", .notKept), ("cas_IncomingReferralDetails", .notKept),
    ("cas_ReferredOrganisation", .notKept), ("cas_ReferredPrimaryCaseWorker", .notKept),
    ("cas_ReasonForOutgoingReferral", .notKept), ("cas_OutgoingReferralDate", .notKept),
    ("cas_OutgoingReferralDetails", .notKept), ("cco_CaseComment", .kept), ("hte_Longitude", .notKept),
    ("hte_Latitude", .notKept), ("hte_City", .kept), ("hte_Country", .kept), ("hte_State", .kept),
    ("hte_Street", .folded), ("hte_PostalCode", .notKept), ("hte_Date", .kept), ("hte_Type", .kept),
    ("hte_Description", .kept), ("spl_Objectives", .notKept), ("spl_ActionPlan", .notKept),
    ("spl_PlannedEndDate", .notKept), ("spl_ActualEndDate", .notKept), ("spl_Type", .notKept),
    ("con_Consent", .notKept),
  ]

  /// What the standard has no field for, in a name space of our own; written and read.
  static let extensions = [
    "amparo_RecordID", "amparo_BirthYear", "amparo_Sex", "amparo_Nationality", "amparo_DocumentKind",
    "amparo_OtherNames", "amparo_ContactHow", "amparo_ContactWhen", "amparo_ContactNotWith", "amparo_Perpetrators",
    "amparo_MethodsOfControl", "amparo_Form", "amparo_CaseKind", "amparo_Province", "amparo_AgeBand", "amparo_Needs",
    "amparo_NeedsNote", "amparo_Health", "amparo_Legal", "amparo_ClosureReason", "amparo_Opened", "amparo_Closed",
    "amparo_NotExported",
  ]

  /// Fields of one happening; the second and later ones have a number behind.
  static let eventFields = [
    "hte_Type", "hte_Date", "hte_Country", "hte_State", "hte_City", "hte_Description", "amparo_hte_From",
    "amparo_hte_Until", "amparo_hte_Form", "amparo_hte_Sector", "amparo_hte_Transports", "amparo_hte_Crossing",
    "amparo_hte_CrossingWay", "amparo_hte_Border", "amparo_hte_Means",
  ]

  /// The columns of a written record before its happenings, in order.
  static let columns = [
    "amparo_RecordID", "org_Name", "prs_FirstName", "prs_SecondName", "amparo_OtherNames", "prs_Birthdate",
    "amparo_BirthYear", "prs_Gender", "amparo_Sex", "prs_Citizenship", "amparo_Nationality", "prs_IdentityNumber",
    "amparo_DocumentKind", "amparo_ContactHow", "amparo_ContactWhen", "amparo_ContactNotWith", "amparo_AgeBand",
    "vic_TraffickingStatus", "vic_RelationshipToTrafficker", "amparo_Perpetrators", "vic_MethodsOfControl",
    "amparo_MethodsOfControl", "vic_TypeOfExploitation", "amparo_Form", "vic_ForcedLabourIndustry", "amparo_CaseKind",
    "amparo_Province", "amparo_Needs", "amparo_NeedsNote", "amparo_Health", "amparo_Legal", "cas_Status",
    "cas_ReasonForCaseClosure", "amparo_ClosureReason", "amparo_Opened", "amparo_Closed", "cco_CaseComment",
    "con_Consent", "amparo_NotExported",
  ]

  /// Fields with several values: lists in JSON, joined with `;` in CSV.
  static let lists: Set<String> = [
    "prs_Citizenship", "vic_MethodsOfControl", "amparo_MethodsOfControl", "vic_TypeOfExploitation", "amparo_Needs",
    "amparo_Perpetrators", "amparo_hte_Transports", "amparo_hte_Means", "amparo_NotExported",
  ]

  /// `vic_MethodsOfControl` lists 16 values and defines 17: these two are defined and not listed, so that other readers
  /// would refuse them there. They go into the extension.
  static let unlistedMeans: Set<String> = ["RestrictsMovement", "UsesChildren"]

  /// ISIC Rev. 4 sections, as the standard writes them.
  static let industries = [
    "A_AgricultureForestryAndFishing", "B_MiningAndQuarrying", "C_Manufacturing",
    "D_ElectricityGasSteamAndAirConditioningSupply", "E_WaterSupplySewerageWasteManagement", "F_Construction",
    "G_WholesaleAndRetailTradeRepairOfMotorVehicles", "H_TransportationAndStorage",
    "I_AccommodationAndFoodServiceActivities", "J_InformationAndCommunication", "K_FinancialAndInsuranceActivities",
    "L_RealEstateActivities", "M_ProfessionalScientificAndTechnicalActivities",
    "N_AdministrativeAndSupportServiceActivities", "O_PublicAdministrationAndDefence", "P_Education",
    "Q_HumanHealthAndSocialWorkActivities", "R_ArtsEntertainmentAndRecreation", "S_OtherServiceActivities",
    "T_ActivitiesOfHouseholdsAsEmployers", "U_ActivitiesOfExtraterritorialOrganizations",
  ]

  /// A heading as it is compared: the standard's form for ODK writes `prs_First_Name` where the standard has
  /// `prs_FirstName`.
  static func plain(_ name: some StringProtocol) -> String { name.lowercased().filter { $0 != "_" && $0 != " " } }

  /// The field and the number of the happening that a heading means; `nil` for one that is none of ours.
  static func field(_ heading: String) -> (name: String, number: Int)? {
    if let name = names[plain(heading)] { return (name, 1) }
    let parts = heading.split(separator: "_")
    guard let last = parts.last.flatMap({ Int($0) }), (2...99).contains(last),
      let name = names[plain(parts.dropLast().joined(separator: "_"))], eventNames.contains(name)
    else { return nil }
    return (name, last)
  }

  private static let names = Dictionary(
    (fields.map(\.name) + extensions + eventFields).map { (plain($0), $0) }
  ) { first, _ in first }
  private static let eventNames = Set(eventFields + ["hte_Street", "hte_PostalCode", "hte_Longitude", "hte_Latitude"])

  /// Whether a header is one of the standard.
  public static func isHeader(_ header: [String]) -> Bool {
    header.count { heading in field(heading).map { !$0.name.hasPrefix("amparo_") } == true } >= 3
  }

  /// What a spreadsheet would take for a formula gets an apostrophe before it; reading takes exactly one away.
  static func defused(_ text: String) -> String {
    isFormula(text.drop { $0 == "'" }) ? "'" + text : text
  }

  static func fused(_ text: String) -> String {
    text.hasPrefix("'") && isFormula(text.drop { $0 == "'" }) ? String(text.dropFirst()) : text
  }

  private static func isFormula(_ text: Substring) -> Bool {
    text.unicodeScalars.first.map { "=+-@\t\r\n＝＋－＠".unicodeScalars.contains($0) } == true
  }
}
