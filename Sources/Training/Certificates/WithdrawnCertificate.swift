import Basics

/// Why a certificate no longer counts. A code: the list that everybody can read holds numbers only.
public enum WithdrawalReason: String, Hashable, Sendable, CaseIterable {
  /// The name on it is wrong; the right one gets a new number.
  case wrongName = "wrong_name"
  /// The roll-call was wrong.
  case wrongAttendance = "wrong_attendance"
  /// It was given to somebody else.
  case wrongPerson = "wrong_person"
  /// It was altered, sold or shown as something it is not.
  case misuse
}

/// A certificate that was taken back.
public struct WithdrawnCertificate: Hashable, Sendable {
  public var certificate: Certificate
  public var reason: WithdrawalReason
  public var at: Moment
}

/// A certificate ready to print, with its signature.
public struct SignedPaper: Hashable, Sendable {
  public var paper: CertificatePaper
  public var name: String
  public var signed: SignedCredential
}
