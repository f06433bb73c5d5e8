import Records

/// The tables of counts of justice. Nothing in them is about a person.
public enum ProsecutionSchema {
  public static let migrations = [
    Migration(
      "prosecution-001",
      [
        """
        CREATE TABLE prosecution_counts (
          id TEXT PRIMARY KEY, period TEXT NOT NULL, institution TEXT NOT NULL, stage TEXT NOT NULL, unit TEXT NOT NULL,
          offence TEXT NOT NULL, outcome TEXT NOT NULL, sex TEXT NOT NULL, age TEXT NOT NULL, answer TEXT NOT NULL,
          number INTEGER, document TEXT NOT NULL, document_day INTEGER, read_day INTEGER NOT NULL,
          certainty TEXT NOT NULL, as_printed INTEGER NOT NULL, note TEXT NOT NULL, withdrawn INTEGER NOT NULL,
          revision INTEGER NOT NULL, entered_at INTEGER NOT NULL, entered_by TEXT NOT NULL REFERENCES members (id),
          agency TEXT NOT NULL)
        """,
        "CREATE INDEX prosecution_counts_period ON prosecution_counts (period, stage)",
        // What a count said before it was put right: nobody overwrites a number unseen.
        """
        CREATE TABLE prosecution_versions (
          count TEXT NOT NULL REFERENCES prosecution_counts (id), revision INTEGER NOT NULL, answer TEXT NOT NULL,
          number INTEGER, document TEXT NOT NULL, document_day INTEGER, read_day INTEGER NOT NULL,
          certainty TEXT NOT NULL, as_printed INTEGER NOT NULL, note TEXT NOT NULL, replaced_at INTEGER NOT NULL,
          replaced_by TEXT NOT NULL REFERENCES members (id), agency TEXT NOT NULL, why TEXT NOT NULL,
          PRIMARY KEY (count, revision))
        """,
        """
        CREATE TABLE prosecution_imports (
          id TEXT PRIMARY KEY, imported_at INTEGER NOT NULL, imported_by TEXT NOT NULL REFERENCES members (id),
          lines INTEGER NOT NULL)
        """,
      ])
  ]
}
