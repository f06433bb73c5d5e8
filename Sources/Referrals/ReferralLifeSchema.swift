import Records

/// The tables of what came to the referrals' room after the mechanisms: drafts, what a referral followed, rosters,
/// transfers.
public enum ReferralLifeSchema {
  public static let migrations = [
    Migration(
      "referrals-life-001-drafts",
      [
        """
        CREATE TABLE referral_drafts (
          id TEXT PRIMARY KEY, case_id TEXT NOT NULL, agency TEXT NOT NULL REFERENCES agencies (id),
          member TEXT NOT NULL REFERENCES members (id), to_agency TEXT, need TEXT NOT NULL, purpose TEXT NOT NULL,
          urgency TEXT NOT NULL, words BLOB NOT NULL, saved_at INTEGER NOT NULL, state TEXT NOT NULL,
          revision INTEGER NOT NULL)
        """,
        "CREATE INDEX referral_drafts_agency ON referral_drafts (agency, state, saved_at)",
        "CREATE INDEX referral_drafts_case ON referral_drafts (case_id)",
      ]),
    Migration(
      "referrals-life-002-mechanism",
      [
        // As it was when the referral was sent; a mechanism that is replaced later changes nothing of it.
        """
        CREATE TABLE referral_mechanisms (
          referral TEXT PRIMARY KEY REFERENCES referrals (id), version TEXT NOT NULL, name TEXT NOT NULL,
          day TEXT NOT NULL, desk TEXT NOT NULL, role TEXT NOT NULL, sets_deadline INTEGER NOT NULL, alternate TEXT,
          alternate_name TEXT)
        """
      ]),
  ]
}
