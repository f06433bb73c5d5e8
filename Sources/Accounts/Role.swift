/// What a member is there for. A member may have several roles; permissions add up.
public enum Role: String, Hashable, Sendable, Codable, CaseIterable {
  case frontlineOfficer = "frontline_officer"
  case caseWorker = "case_worker"
  case referralDesk = "referral_desk"
  case supervisor
  case coordinator
  case trainer
  case analyst
  /// Writes for the public: pages, news, campaigns.
  case pressOfficer = "press_officer"
  case agencyAdministrator = "agency_administrator"
  /// Keeps the installation running. Has no key and no permission that opens a person's file.
  case systemAdministrator = "system_administrator"

  // MARK: Of programs, never of people (`ApiKeyDesk`)

  /// Searches the directory.
  case directoryProgram = "directory_program"
  /// Reads codes and dates of the own agency's referrals. Holds no key, so nothing sealed.
  case readingProgram = "reading_program"
  /// Opens envelopes at the own desk and answers.
  case answeringProgram = "answering_program"
  /// Sends referrals of the own agency's cases, on consents that people recorded.
  case sendingProgram = "sending_program"

  /// The roles that people may have.
  public static let allCases: [Role] = [
    .frontlineOfficer, .caseWorker, .referralDesk, .supervisor, .coordinator, .trainer, .analyst, .pressOfficer,
    .agencyAdministrator, .systemAdministrator,
  ]

  /// The roles that a program's key may have. Nobody is invited with one.
  public static let programs: Set<Role> = [.directoryProgram, .readingProgram, .answeringProgram, .sendingProgram]
}

/// One thing a member may do. Each desk asks for exactly one before it does anything.
public enum Permission: String, Hashable, Sendable, CaseIterable {
  case conductScreening
  case readScreenings
  case decideIdentification
  case openCase
  case readCase
  case editCase
  case recordConsent
  /// Proposes that a case be closed, and opens a closed one again.
  case closeCase
  /// Closes a case that somebody else proposed to close.
  case approveClosing
  /// Offers a case to another agency, takes one over, holds one jointly.
  case transferCase
  /// Signs an assistance plan off.
  case approvePlan
  /// Joins two records of one person, and parts them again.
  case mergePersons
  /// Asks whether a person may be known to another agency.
  case askElsewhere
  /// Holds and erases files, answers what a person asks about their data, reviews emergencies, keeps breaches.
  case protectData
  case sendReferral
  case answerReferral
  /// Refers any open case of the own agency without reading its file.
  case referCases
  /// Sees codes and dates of the own agency's referrals, sent and received.
  case readOwnReferrals
  /// Takes a referral out of a colleague's hands into another's, and is told when an answer is late.
  case leadDesk
  case readReferralEnvelopes
  /// Searches the directory without having to do with referrals.
  case readDirectory
  /// Edits and confirms the own agency's entries of the directory.
  case keepDirectory
  /// Brings a whole directory in and says whose an entry is.
  case importDirectory
  /// Brings mechanisms in, says who stands behind their desks, adopts them.
  case keepMechanisms
  /// Signs a mechanism for the own agency.
  case signMechanisms
  /// Takes a national or local plan over, edits it, keeps its meetings and its money.
  case keepPlan
  /// Enters what institutions counted of investigations, prosecutions and convictions.
  case keepProsecution
  /// Plans campaigns and events, and counts whom they reached.
  case keepCampaigns
  /// Writes, translates, publishes and corrects pages and news of the public site.
  case keepSite
  /// Reads and answers what the public tells the own agency.
  case answerTips
  case readCounts
  /// Publishes and withdraws open data that somebody else drafted.
  case publishReleases
  case manageTraining
  /// Takes the agency's own forms (XLSForm) into use and out of it.
  case manageForms
  case manageMembers
  /// Makes and ends keys of programs, and says where events of the own agency are told (webhooks).
  case manageKeys
  case manageAgencies
  case readAuditLog
  case manageInstallation

  /// Whether the thing shows or changes a person's own content, which only key holders can open.
  public var concernsPersons: Bool {
    switch self {
    case .conductScreening, .readScreenings, .decideIdentification, .openCase, .readCase, .editCase, .recordConsent,
      .closeCase, .approveClosing, .transferCase, .approvePlan, .mergePersons, .askElsewhere, .protectData,
      .sendReferral,
      .answerReferral, .referCases, .answerTips:
      true
    case .readOwnReferrals, .readDirectory, .manageKeys, .leadDesk, .readReferralEnvelopes, .keepDirectory,
      .importDirectory, .keepMechanisms, .signMechanisms, .keepPlan,
      .keepProsecution, .keepCampaigns, .keepSite, .readCounts, .publishReleases, .manageTraining, .manageForms,
      .manageMembers, .manageAgencies, .readAuditLog,
      .manageInstallation:
      false
    }
  }
}

extension Role {
  /// The one table of permissions.
  public var permissions: Set<Permission> {
    switch self {
    case .frontlineOfficer: [.conductScreening, .openCase, .recordConsent, .closeCase, .sendReferral]
    case .caseWorker:
      [
        .conductScreening, .readScreenings, .openCase, .readCase, .editCase, .recordConsent, .closeCase, .sendReferral,
        .readReferralEnvelopes, .askElsewhere,
      ]
    case .referralDesk:
      [.readReferralEnvelopes, .answerReferral, .readCase, .editCase, .keepDirectory, .answerTips]
    case .supervisor:
      [
        .readScreenings, .decideIdentification, .readCase, .editCase, .closeCase, .approveClosing, .transferCase,
        .approvePlan,
        .mergePersons, .askElsewhere, .protectData, .sendReferral, .answerReferral, .leadDesk, .readReferralEnvelopes,
        .readCounts,
        .readAuditLog, .manageForms, .keepDirectory, .signMechanisms, .manageKeys,
        .answerTips,
      ]
    case .coordinator:
      [
        .readCounts, .publishReleases, .readReferralEnvelopes, .importDirectory, .keepMechanisms, .keepPlan,
        .keepProsecution, .keepCampaigns, .keepSite,
      ]
    case .trainer: [.manageTraining]
    case .analyst: [.readCounts, .publishReleases, .keepProsecution]
    case .pressOfficer: [.keepSite, .keepCampaigns]
    case .agencyAdministrator: [.manageMembers, .manageForms, .readAuditLog, .manageKeys]
    case .systemAdministrator: [.manageAgencies, .manageInstallation, .readAuditLog]
    case .directoryProgram: [.readDirectory]
    case .readingProgram: [.readOwnReferrals]
    case .answeringProgram: [.readOwnReferrals, .answerReferral]
    case .sendingProgram: [.readOwnReferrals, .sendReferral, .referCases]
    }
  }

  /// Which of the agency's keys a member with this role holds.
  public var scopes: Set<KeyScope> {
    switch self {
    case .frontlineOfficer, .caseWorker, .referralDesk, .supervisor: [.casework]
    case .trainer: [.training]
    // Whoever invites must be able to hand the keys on. Opening a file needs a permission as well.
    case .agencyAdministrator: [.casework, .training]
    // A program that opens or seals needs the agency's key as a member does; one that reads codes holds none.
    case .answeringProgram, .sendingProgram: [.casework]
    case .coordinator, .analyst, .pressOfficer, .systemAdministrator, .directoryProgram, .readingProgram: []
    }
  }
}

/// What an agency's key opens. Two keys keep a trainer from the cases by cryptography and not only by rule.
public enum KeyScope: String, Hashable, Sendable, Codable, CaseIterable, Comparable {
  case casework
  case training

  public static func < (lhs: Self, rhs: Self) -> Bool { lhs.rawValue < rhs.rawValue }
}
