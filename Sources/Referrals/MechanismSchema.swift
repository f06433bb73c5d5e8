import Records

/// The tables of mechanisms.
public enum MechanismSchema {
  public static let migrations = [
    Migration(
      "referrals-mechanism-001",
      [
        // Only an unsigned draft's text changes. Nothing in it concerns a person who is helped.
        """
        CREATE TABLE mechanism_versions (
          id TEXT PRIMARY KEY, code TEXT NOT NULL, name TEXT NOT NULL, day TEXT NOT NULL, purpose TEXT NOT NULL,
          state TEXT NOT NULL, agency TEXT NOT NULL REFERENCES agencies (id), member TEXT NOT NULL REFERENCES members (id),
          read_at INTEGER NOT NULL, content TEXT NOT NULL, adopted_at INTEGER, known_gaps INTEGER,
          revision INTEGER NOT NULL)
        """,
        "CREATE INDEX mechanism_versions_code ON mechanism_versions (code, read_at)",
        // Two servers can't have two versions adopted.
        "CREATE UNIQUE INDEX mechanism_versions_adopted ON mechanism_versions (code) WHERE state = 'adopted'",
        """
        CREATE TABLE mechanism_desks (
          version TEXT NOT NULL REFERENCES mechanism_versions (id), desk TEXT NOT NULL,
          agency TEXT NOT NULL REFERENCES agencies (id), PRIMARY KEY (version, desk))
        """,
        """
        CREATE TABLE mechanism_signatures (
          version TEXT NOT NULL REFERENCES mechanism_versions (id), agency TEXT NOT NULL REFERENCES agencies (id),
          member TEXT NOT NULL REFERENCES members (id), signed_at INTEGER NOT NULL, PRIMARY KEY (version, agency))
        """,
      ]),
    Migration(
      "referrals-mechanism-002",
      [
        // Each change of a draft on the screen, with the text as it was before; `id` makes a change once.
        """
        CREATE TABLE mechanism_edits (
          id TEXT PRIMARY KEY, version TEXT NOT NULL REFERENCES mechanism_versions (id),
          member TEXT NOT NULL REFERENCES members (id), made_at INTEGER NOT NULL, revision INTEGER NOT NULL,
          kind TEXT NOT NULL, content TEXT NOT NULL)
        """,
        "CREATE UNIQUE INDEX mechanism_edits_revision ON mechanism_edits (version, revision)",
      ]),
  ]
}
