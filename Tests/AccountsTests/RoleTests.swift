import Accounts
import Testing

/// The table written out a second time, by permission instead of by role: a change must be made twice, on purpose.
private let allowed: [Permission: Set<Role>] = [
  .conductScreening: [.frontlineOfficer, .caseWorker],
  .readScreenings: [.caseWorker, .supervisor],
  .decideIdentification: [.supervisor],
  .openCase: [.frontlineOfficer, .caseWorker],
  .readCase: [.caseWorker, .referralDesk, .supervisor],
  .editCase: [.caseWorker, .referralDesk, .supervisor],
  .recordConsent: [.frontlineOfficer, .caseWorker],
  .closeCase: [.frontlineOfficer, .caseWorker, .supervisor],
  .approveClosing: [.supervisor],
  .transferCase: [.supervisor],
  .approvePlan: [.supervisor],
  .mergePersons: [.supervisor],
  .askElsewhere: [.caseWorker, .supervisor],
  .protectData: [.supervisor],
  .sendReferral: [.frontlineOfficer, .caseWorker, .supervisor, .sendingProgram],
  .answerReferral: [.referralDesk, .supervisor, .answeringProgram],
  .referCases: [.sendingProgram],
  .readOwnReferrals: [.readingProgram, .answeringProgram, .sendingProgram],
  .readDirectory: [.directoryProgram],
  .leadDesk: [.supervisor],
  .readReferralEnvelopes: [.caseWorker, .referralDesk, .supervisor, .coordinator],
  .keepDirectory: [.referralDesk, .supervisor],
  .importDirectory: [.coordinator],
  .keepMechanisms: [.coordinator],
  .keepPlan: [.coordinator],
  .signMechanisms: [.supervisor],
  .keepProsecution: [.coordinator, .analyst],
  .keepCampaigns: [.coordinator, .pressOfficer],
  .keepSite: [.coordinator, .pressOfficer],
  .answerTips: [.referralDesk, .supervisor],
  .readCounts: [.supervisor, .coordinator, .analyst],
  .publishReleases: [.coordinator, .analyst],
  .manageTraining: [.trainer],
  .manageForms: [.supervisor, .agencyAdministrator],
  .manageMembers: [.agencyAdministrator],
  .manageKeys: [.supervisor, .agencyAdministrator],
  .manageAgencies: [.systemAdministrator],
  .readAuditLog: [.supervisor, .agencyAdministrator, .systemAdministrator],
  .manageInstallation: [.systemAdministrator],
]

private let everyRole = Role.allCases + Role.programs.sorted { $0.rawValue < $1.rawValue }

@Suite struct RoleTests {
  @Test func nobodyIsInvitedAsAProgram() { #expect(Role.programs.isDisjoint(with: Role.allCases)) }

  @Test(arguments: everyRole) func theTableAgreesBothWays(_ role: Role) {
    for permission in Permission.allCases {
      #expect(role.permissions.contains(permission) == allowed[permission]?.contains(role), "\(role) \(permission)")
    }
  }

  @Test(arguments: everyRole) func whoWorksWithPersonsHoldsTheirKeyAndWhoDoesNotDoesNot(_ role: Role) {
    let works = role.permissions.contains { $0.concernsPersons }
    #expect(role.scopes.contains(.casework) == works || role == .agencyAdministrator)
  }

  @Test func aSystemAdministratorOpensNothing() {
    #expect(Role.systemAdministrator.scopes.isEmpty)
    #expect(!Role.systemAdministrator.permissions.contains { $0.concernsPersons })
    #expect(!Role.agencyAdministrator.permissions.contains { $0.concernsPersons })
  }
}
