import Records

/// The tables of receipts and of looks by receipt.
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
      ])
  ]
}
