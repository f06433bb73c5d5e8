import Records

/// The tables of receipts, of looks by receipt, and of what people ask for.
public enum ReceiptSchema {
  public static let migrations = [
    Migration(
      "casework-receipts-001",
      [
        """
        CREATE TABLE person_receipts (
          id TEXT PRIMARY KEY, case_id TEXT NOT NULL REFERENCES cases (id), agency TEXT NOT NULL,
          code_tag BLOB NOT NULL UNIQUE, word_verifier BLOB NOT NULL, made_by TEXT NOT NULL, made_at INTEGER NOT NULL,
          expires_at INTEGER NOT NULL, ended_at INTEGER, wrong_words INTEGER NOT NULL)
        """,
        "CREATE INDEX person_receipts_case ON person_receipts (case_id, made_at)",
        """
        CREATE TABLE person_receipt_sessions (
          token_hash BLOB PRIMARY KEY, receipt TEXT NOT NULL REFERENCES person_receipts (id),
          expires_at INTEGER NOT NULL)
        """,
        "CREATE INDEX person_receipt_sessions_receipt ON person_receipt_sessions (receipt)",
        """
        CREATE TABLE person_requests (
          id TEXT PRIMARY KEY, case_id TEXT NOT NULL REFERENCES cases (id), agency TEXT NOT NULL,
          member TEXT NOT NULL, kind TEXT NOT NULL, consent TEXT, epoch INTEGER, words BLOB,
          made_at INTEGER NOT NULL, due_day TEXT NOT NULL, done_day TEXT, done_by TEXT)
        """,
        "CREATE INDEX person_requests_case ON person_requests (case_id, made_at)",
      ])
  ]

  /// What people asked for and nobody has seen to, also where the case is closed. Used as `taskSources` are.
  static let taskSource = """
    INSERT INTO case_tasks (kind, id, case_id, agency, member, due_day)
    SELECT 'person_request', r.id, c.id, c.agency, r.member, r.due_day
    FROM cases c JOIN person_requests r ON r.case_id = c.id WHERE r.done_day IS NULL
    """
}
