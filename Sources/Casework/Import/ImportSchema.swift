import Records

/// The table of imports. A file lies there only while its import is not finished, sealed under a key of its own.
public enum ImportSchema {
  public static let migrations = [
    Migration(
      "casework-import-001",
      [
        """
        CREATE TABLE case_imports (
          id TEXT PRIMARY KEY, agency TEXT NOT NULL REFERENCES agencies (id),
          made_by TEXT NOT NULL REFERENCES members (id), made_at INTEGER NOT NULL, state TEXT NOT NULL,
          choice TEXT NOT NULL, row_count INTEGER NOT NULL, done INTEGER NOT NULL, opened INTEGER NOT NULL,
          refused INTEGER NOT NULL, finished_at INTEGER, fingerprint BLOB NOT NULL, mapping BLOB, file BLOB)
        """,
        "CREATE INDEX case_imports_agency ON case_imports (agency, made_at)",
      ])
  ]
}
