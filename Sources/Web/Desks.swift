import Accounts
import Basics
import CountryPack
import Records
import Training

/// All desks of an installation, and the schema of all of them.
public struct Desks: Sendable {
  public let office: Office
  public let pack: CountryPack
  public let signIn: SignInDesk
  public let members: MembersDesk
  public let agencies: AgencyDesk
  public let cohorts: CohortDesk
  public let participants: ParticipantDesk

  public init(_ office: Office, _ pack: CountryPack) {
    self.office = office
    self.pack = pack
    signIn = SignInDesk(office)
    members = MembersDesk(office)
    agencies = AgencyDesk(office)
    cohorts = CohortDesk(office, pack)
    participants = ParticipantDesk(office, pack)
  }

  /// Every room's schema steps, in the order in which they are applied.
  public static let migrations: [Migration] = AuditLog.migrations + AccountsSchema.migrations + TrainingSchema.migrations
}
