import Accounts
import Basics
import Casework
import CountryPack
import Identification
import NationalPlan
import PublicSite
import Records
import Referrals
import Releases
import Tips
import Training

/// All desks of an installation, and the schema of all of them.
///
/// A class, though nothing in it changes: hundreds of addresses each hold it, and as a value each of them held a copy of
/// every desk, in memory and in what the compiler makes of them.
public final class Desks: Sendable {
  public let office: Office
  public let pack: CountryPack
  public let signIn: SignInDesk
  public let members: MembersDesk
  public let agencies: AgencyDesk
  public let notices: NoticeDesk
  public let mailAddresses: MailAddressDesk
  public let screenings: ScreeningDesk
  public let forms: FormDesk
  public let field: FieldDesk
  public let cases: CaseDesk
  public let known: KnownDesk
  public let transfers: TransferDesk
  public let protection: DataProtectionDesk
  public let imports: ImportDesk
  public let exports: ExportDesk
  public let receipts: ReceiptDesk
  public let counts: CountsDesk
  public let tables: TableDesk
  public let releases: ReleaseDesk
  public let openData: OpenDataDesk
  public let overview: OverviewDesk
  public let exchange: ExchangeDesk
  public let records: RecordsDesk
  public let openRecords: OpenRecordsDesk
  public let referrals: ReferralDesk
  public let directory: DirectoryDesk
  public let mechanisms: MechanismDesk
  public let outside: OutsideDesk
  public let apiKeys: ApiKeyDesk
  public let webhooks: WebhookDesk
  public let plans: NationalPlanDesk
  public let prosecution: ProsecutionDesk
  public let tips: TipDesk
  public let campaigns: CampaignDesk
  public let publicSite: PublicSiteDesk
  public let duty: DutyDesk
  public let cohorts: CohortDesk
  public let participants: ParticipantDesk
  public let questions: QuestionDesk
  public let certificates: CertificateDesk
  public let room: RoomDesks
  public let programme: ProgrammeDesk
  public let announcements: AnnouncementDesk
  public let organising: OrganisingDesk
  public let registration: RegistrationDesk
  public let people: PeopleDesk
  public let followUps: FollowUpDesk
  public let after: AfterDesk
  public let needs: NeedDesk
  public let evidence: EvidenceDesk

  /// - Parameter webhooksToLocal: for tests: webhooks may lead to this machine, also by http.
  public init(_ office: Office, _ pack: CountryPack, webhooksToLocal: Bool = false) {
    self.office = office
    self.pack = pack
    signIn = SignInDesk(office)
    members = MembersDesk(office)
    agencies = AgencyDesk(office)
    notices = NoticeDesk(office, offsetFromUTC: pack.offsetFromUTC)
    mailAddresses = MailAddressDesk(office, offsetFromUTC: pack.offsetFromUTC)
    screenings = ScreeningDesk(office, pack)
    forms = FormDesk(office, pack)
    field = FieldDesk(office, pack)
    // A consent that ends, or a case that closes, ends what rests on it in the same transaction.
    cases = CaseDesk(
      office, pack, whenConsentEnds: ReferralDesk.consentEnded, whenCaseCloses: ReferralDesk.caseClosed)
    known = KnownDesk(cases)
    transfers = TransferDesk(cases, whenCaseMoves: ReferralDesk.caseMoves)
    protection = DataProtectionDesk(office, pack, whenCaseErased: ReferralDesk.caseErased)
    imports = ImportDesk(office, pack)
    exports = ExportDesk(cases)
    receipts = ReceiptDesk(cases, referralReads: ReferralDesk.reads)
    counts = CountsDesk(office, pack)
    let facts = FactMemory()
    tables = TableDesk(office, pack, facts)
    releases = ReleaseDesk(office, pack, facts)
    openData = OpenDataDesk(office)
    overview = OverviewDesk(office, pack, facts)
    exchange = ExchangeDesk(office, pack, facts)
    records = RecordsDesk(office, pack)
    openRecords = OpenRecordsDesk(office)
    referrals = ReferralDesk(office, pack)
    directory = DirectoryDesk(office, pack)
    mechanisms = MechanismDesk(office, pack)
    outside = OutsideDesk(referrals)
    apiKeys = ApiKeyDesk(office)
    webhooks = WebhookDesk(office, allowsLocal: webhooksToLocal)
    plans = NationalPlanDesk(office, pack)
    prosecution = ProsecutionDesk(office, pack)
    tips = TipDesk(office, pack)
    campaigns = CampaignDesk(office, pack, checkFile: CampaignFiles.check)
    publicSite = PublicSiteDesk(office, pack)
    duty = DutyDesk(office, pack)
    cohorts = CohortDesk(office, pack)
    participants = ParticipantDesk(office, pack)
    questions = QuestionDesk(office, pack)
    certificates = CertificateDesk(office, pack)
    room = RoomDesks(office, pack)
    programme = ProgrammeDesk(office, pack)
    announcements = AnnouncementDesk(office, pack)
    organising = OrganisingDesk(office, pack)
    registration = RegistrationDesk(office, pack)
    people = PeopleDesk(office, pack)
    followUps = FollowUpDesk(office, pack)
    after = AfterDesk(office, pack)
    evidence = EvidenceDesk(office, pack)
    needs = NeedDesk(office, pack, after, evidence)
  }

  /// Every room's schema steps, in the order in which they are applied.
  public static let migrations: [Migration] =
    AuditLog.migrations + AccountsSchema.migrations + ScreeningSchema.migrations + CaseworkSchema.migrations
    + ReferralSchema.migrations + TrainingSchema.migrations + OwnFormSchema.migrations + FieldSchema.migrations
    + ImportSchema.migrations + ReleaseSchema.migrations + DirectorySchema.migrations + MechanismSchema.migrations
    + NationalPlanSchema.migrations + ProsecutionSchema.migrations
    + ReferralLifeSchema.migrations
    + TipSchema.migrations
    + CampaignSchema.migrations
    + PublicSiteSchema.migrations
}
