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
    Migration(
      "referrals-life-003-duty",
      [
        """
        CREATE TABLE duty_shifts (
          id TEXT PRIMARY KEY, agency TEXT NOT NULL REFERENCES agencies (id),
          member TEXT NOT NULL REFERENCES members (id), weekday INTEGER NOT NULL, from_minute INTEGER NOT NULL,
          until_minute INTEGER NOT NULL)
        """,
        "CREATE INDEX duty_shifts_agency ON duty_shifts (agency)",
        """
        CREATE TABLE duty_changes (
          id TEXT PRIMARY KEY, agency TEXT NOT NULL REFERENCES agencies (id), member TEXT REFERENCES members (id),
          from_at INTEGER NOT NULL, until_at INTEGER NOT NULL)
        """,
        "CREATE INDEX duty_changes_agency ON duty_changes (agency, until_at)",
        """
        CREATE TABLE duty_calls (
          agency TEXT NOT NULL REFERENCES agencies (id), member TEXT NOT NULL REFERENCES members (id),
          PRIMARY KEY (agency, member))
        """,
        // One other agency at most, which answers nothing until it agrees.
        """
        CREATE TABLE duty_agreements (
          agency TEXT PRIMARY KEY REFERENCES agencies (id), other TEXT NOT NULL REFERENCES agencies (id),
          agrees INTEGER NOT NULL, asked_by TEXT NOT NULL REFERENCES members (id), asked_at INTEGER NOT NULL)
        """,
        "CREATE INDEX duty_agreements_other ON duty_agreements (other)",
        // Who was on duty when the clock made a step.
        """
        CREATE TABLE referral_step_members (
          referral TEXT NOT NULL REFERENCES referrals (id), step INTEGER NOT NULL, member TEXT NOT NULL,
          PRIMARY KEY (referral, step, member))
        """,
      ]),
  ]
}
