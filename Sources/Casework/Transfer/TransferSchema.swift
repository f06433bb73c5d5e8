import Records

/// The tables of cases that change hands or are held by two agencies.
public enum TransferSchema {
  public static let migrations = [
    Migration(
      "casework-transfers-001",
      [
        // Under whose name the content was sealed, where another agency owns it now.
        "ALTER TABLE cases ADD COLUMN origin TEXT",
        "ALTER TABLE persons ADD COLUMN origin TEXT",
        """
        CREATE TABLE case_transfers (
          id TEXT PRIMARY KEY, case_id TEXT NOT NULL REFERENCES cases (id), kind TEXT NOT NULL, state TEXT NOT NULL,
          owner TEXT NOT NULL REFERENCES agencies (id), owner_name TEXT NOT NULL,
          other TEXT NOT NULL REFERENCES agencies (id), other_name TEXT NOT NULL, consent TEXT, until_at INTEGER,
          reason TEXT, word BLOB, tenant TEXT, made_by TEXT NOT NULL, made_at INTEGER NOT NULL, answered_by TEXT,
          answered_at INTEGER, ended_at INTEGER, revision INTEGER NOT NULL)
        """,
        "CREATE INDEX case_transfers_case ON case_transfers (case_id)",
        "CREATE INDEX case_transfers_owner ON case_transfers (owner, state, made_at)",
        "CREATE INDEX case_transfers_other ON case_transfers (other, state, made_at)",
      ])
  ]
}
