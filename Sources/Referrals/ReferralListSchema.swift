import Records

extension ReferralSchema {
  // As `ReferralRecords` asks when this step is made: a step never changes. The embedded engine uses a partial index only
  // where the question says the same to the letter; `ReferralListTests` sees that it does.
  private static let waiting = "state IN ('sent', 'seen', 'asked')"
  private static let takenOn = "state IN ('accepted', 'in_service')"
  private static let live = "state IN ('sent', 'seen', 'asked', 'accepted', 'in_service')"
  private static let news = "answer_seen_at IS NULL AND (answered_at IS NOT NULL OR state IN ('asked', 'expired'))"

  /// An index for each list, so that a desk with a hundred thousand referrals behind it reads the first page as quickly
  /// as a new one, and what is open is counted without its history; and one that holds all that figures are made of.
  static let lists = Migration(
    "referrals-lists-and-figures",
    [
      // What is open stays few: these are small however long a desk has worked.
      """
      CREATE INDEX referrals_to_waiting ON referrals (to_agency, due_at, id, claimed_by)
      WHERE \(waiting)
      """,
      "CREATE INDEX referrals_from_waiting ON referrals (from_agency, due_at, id) WHERE \(waiting)",
      "CREATE INDEX referrals_waiting ON referrals (due_at, id, claimed_by) WHERE \(waiting)",
      "CREATE INDEX referrals_to_taken_on ON referrals (to_agency, due_at, id) WHERE \(takenOn)",
      "CREATE INDEX referrals_from_taken_on ON referrals (from_agency, due_at, id) WHERE \(takenOn)",
      "CREATE INDEX referrals_taken_on ON referrals (due_at, id) WHERE \(takenOn)",
      // What has ended, the newest first.
      "CREATE INDEX referrals_to_ended ON referrals (to_agency, ended_at DESC, id) WHERE NOT \(live)",
      """
      CREATE INDEX referrals_from_ended ON referrals (from_agency, ended_at DESC, id)
      WHERE NOT \(live)
      """,
      "CREATE INDEX referrals_ended ON referrals (ended_at DESC, id) WHERE NOT \(live)",
      "CREATE INDEX referrals_from_sent ON referrals (from_agency, sent_at DESC, id)",
      // After the one before: of two that would do, the embedded engine takes the newer.
      "CREATE INDEX referrals_from_news ON referrals (from_agency, sent_at DESC, id) WHERE \(news)",
      // Every column that `FigureRecords` reads: the engine keeps it, so that figures can't differ from the referrals.
      """
      CREATE INDEX referrals_figures ON referrals (sent_at, to_agency, from_province, need, state, decline_reason,
        outcome, begun_at, answered_at, due_at)
      """,
      // Nothing is found by these any more, and each write had to keep them.
      "DROP INDEX referrals_to",
      "DROP INDEX referrals_from",
      "DROP INDEX referrals_due",
    ])
}
