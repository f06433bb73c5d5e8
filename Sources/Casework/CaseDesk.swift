import Accounts
import Basics
import CountryPack
import Records
import Vault

/// Where everything about cases is asked: opening, reading, editing, consents, services, follow-ups, closure.
public struct CaseDesk: Sendable {
  /// Called in the transaction in which a consent is withdrawn, after access has ended.
  public typealias ConsentEnded =
    @Sendable (ConsentID, CaseID, AuditEntry.Doer, Moment, any WriteTransaction) throws -> Void
  /// Called in the transaction in which a case is closed.
  public typealias CaseClosed = @Sendable (CaseID, AuditEntry.Doer, Moment, any WriteTransaction) throws -> Void

  let office: Office
  let pack: CountryPack
  let whenConsentEnds: ConsentEnded
  let whenCaseCloses: CaseClosed

  public init(
    _ office: Office, _ pack: CountryPack, whenConsentEnds: @escaping ConsentEnded = { _, _, _, _, _ in },
    whenCaseCloses: @escaping CaseClosed = { _, _, _, _ in }
  ) {
    self.office = office
    self.pack = pack
    self.whenConsentEnds = whenConsentEnds
    self.whenCaseCloses = whenCaseCloses
  }

  /// The country's day at a moment.
  func day(_ moment: Moment) -> CalendarDay { CalendarDay(moment, offsetFromUTC: pack.offsetFromUTC) }
}
