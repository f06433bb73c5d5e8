import Records

/// The tables of referrals.
public enum ReferralSchema {
  public static let migrations = [
    Migration(
      "referrals-001",
      [
        """
        CREATE TABLE referrals (
          id TEXT PRIMARY KEY, case_id TEXT NOT NULL, from_agency TEXT NOT NULL REFERENCES agencies (id),
          from_name TEXT NOT NULL, from_province TEXT NOT NULL, to_agency TEXT NOT NULL REFERENCES agencies (id),
          to_name TEXT NOT NULL, to_province TEXT NOT NULL, need TEXT NOT NULL, purpose TEXT NOT NULL,
          urgency TEXT NOT NULL, state TEXT NOT NULL, sent_at INTEGER NOT NULL, due_at INTEGER NOT NULL,
          opened_at INTEGER, answered_at INTEGER, begun_at INTEGER, completed_at INTEGER, ended_at INTEGER,
          answer_seen_at INTEGER, claimed_by TEXT, consent TEXT NOT NULL, basis_until INTEGER, decline_reason TEXT,
          suggested TEXT, suggested_name TEXT, outcome TEXT, envelope BLOB NOT NULL, revision INTEGER NOT NULL)
        """,
        "CREATE INDEX referrals_to ON referrals (to_agency, state, due_at)",
        "CREATE INDEX referrals_from ON referrals (from_agency, state, due_at)",
        "CREATE INDEX referrals_case ON referrals (case_id)",
        "CREATE INDEX referrals_consent ON referrals (consent)",
        "CREATE INDEX referrals_due ON referrals (state, due_at)",
        """
        CREATE TABLE referral_events (
          id TEXT PRIMARY KEY, referral TEXT NOT NULL REFERENCES referrals (id), at INTEGER NOT NULL,
          move TEXT NOT NULL, state TEXT NOT NULL, agency TEXT, agency_name TEXT NOT NULL, member TEXT,
          roles TEXT NOT NULL, note BLOB, revision INTEGER NOT NULL, UNIQUE (referral, revision))
        """,
      ])
  ]
}
