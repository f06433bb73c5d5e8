import Records

/// The tables of referrals.
public enum ReferralSchema {
  public static let migrations = steps + WebhookSchema.migrations

  private static let steps = [
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
      ]),
    Migration(
      "referrals-002-life-cycle",
      [
        "ALTER TABLE referrals ADD COLUMN interrupt_reason TEXT",
        "ALTER TABLE referrals ADD COLUMN remaining_need TEXT",
        "ALTER TABLE referrals ADD COLUMN outside INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE referrals ADD COLUMN clock_step INTEGER",
        "ALTER TABLE referrals ADD COLUMN clock_at INTEGER",
        "ALTER TABLE referral_events ADD COLUMN code TEXT",
        // What had begun was told by a date beside “accepted”; now it is a state of its own.
        "UPDATE referrals SET state = 'in_service' WHERE state = 'accepted' AND begun_at IS NOT NULL",
        // What waits for an answer gets its clock; whoever has it is not reminded of what is late already.
        "UPDATE referrals SET clock_step = 1, clock_at = due_at WHERE state IN ('sent', 'seen', 'asked')",
        "CREATE INDEX referrals_clock ON referrals (clock_at)",
        "CREATE INDEX referrals_claimed ON referrals (claimed_by, state, due_at)",
        // One row for each step of each clock: what makes a step happen once.
        """
        CREATE TABLE referral_steps (
          referral TEXT NOT NULL REFERENCES referrals (id), step INTEGER NOT NULL, due_at INTEGER NOT NULL,
          at INTEGER NOT NULL, agency TEXT NOT NULL, PRIMARY KEY (referral, step))
        """,
      ]),
    Migration(
      "referrals-003-outside",
      [
        // A note by somebody without a key lies sealed to the sending agency, under its key of this epoch.
        "ALTER TABLE referral_events ADD COLUMN note_epoch INTEGER",
        """
        CREATE TABLE referral_codes (
          id TEXT PRIMARY KEY, referral TEXT NOT NULL REFERENCES referrals (id), code_tag BLOB NOT NULL UNIQUE,
          word_verifier BLOB NOT NULL, envelope BLOB NOT NULL, made_by TEXT NOT NULL, made_at INTEGER NOT NULL,
          expires_at INTEGER NOT NULL, wrong_words INTEGER NOT NULL)
        """,
        "CREATE INDEX referral_codes_referral ON referral_codes (referral)",
        """
        CREATE TABLE referral_looks (
          token_hash BLOB PRIMARY KEY, code TEXT NOT NULL, referral TEXT NOT NULL REFERENCES referrals (id),
          envelope BLOB NOT NULL, expires_at INTEGER NOT NULL)
        """,
        "CREATE INDEX referral_looks_referral ON referral_looks (referral)",
      ]),
    Migration(
      "referrals-004-basis-told",
      [
        // When the desk was told that the consent of what it has taken on ran out by its date.
        "ALTER TABLE referrals ADD COLUMN basis_told INTEGER",
        """
        CREATE INDEX referrals_basis ON referrals (basis_until)
        WHERE basis_told IS NULL AND state IN ('accepted', 'in_service')
        """,
      ]),
    lists,
  ]
}
