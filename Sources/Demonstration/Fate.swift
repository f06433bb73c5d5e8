/// How far a made-up case has come by today.
enum Fate: Hashable, CaseIterable {
  /// Helped here and closed.
  case closed
  /// Helped with another agency's part and closed.
  case closedWithReferral
  case reopened
  case followUpDue, followUpOverdue
  /// What came of the referral of the last days.
  case waiting, seen, asked, overdue, accepted, declined, withdrawn
  /// The person took the consent back.
  case consentWithdrawn

  /// How many of the 81 cases of the year, so that every work list has something in it.
  private static let shares: [(Fate, Int)] = [
    (.closedWithReferral, 26), (.closed, 22), (.followUpDue, 6), (.followUpOverdue, 4), (.waiting, 4), (.accepted, 4),
    (.overdue, 3), (.declined, 3), (.seen, 2), (.asked, 2), (.consentWithdrawn, 2), (.reopened, 2), (.withdrawn, 1),
  ]

  /// The fates of the year's cases, in the order of the table: the last ones first met are the live ones.
  static var ofTheYear: [Fate] { shares.flatMap { Array(repeating: $0.0, count: $0.1) } }

  /// Whether something happened in the last days.
  var isLive: Bool {
    switch self {
    case .closed, .closedWithReferral, .reopened, .followUpDue, .followUpOverdue: false
    case .waiting, .seen, .asked, .overdue, .accepted, .declined, .withdrawn, .consentWithdrawn: true
    }
  }
}
