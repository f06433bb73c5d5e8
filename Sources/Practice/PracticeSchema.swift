import Records

/// The tables of practice. They exist in the practice store only; the live store never has them.
public enum PracticeSchema {
  public static let migrations = [
    Migration(
      "practice-001",
      [
        """
        CREATE TABLE practice_attempts (
          id TEXT PRIMARY KEY, exercise TEXT NOT NULL, language TEXT NOT NULL, person TEXT NOT NULL, class TEXT,
          agency TEXT NOT NULL UNIQUE, member TEXT NOT NULL, begun_at INTEGER NOT NULL, touched_at INTEGER NOT NULL,
          finished_at INTEGER, erased INTEGER NOT NULL, steps INTEGER NOT NULL, path TEXT NOT NULL, first_safety TEXT,
          score TEXT)
        """,
        "CREATE INDEX practice_attempts_person ON practice_attempts (person, begun_at)",
        "CREATE INDEX practice_attempts_class ON practice_attempts (class, exercise)",
        "CREATE INDEX practice_attempts_touched ON practice_attempts (erased, touched_at)",
        """
        CREATE TABLE practice_desks (
          attempt TEXT NOT NULL, code TEXT NOT NULL, agency TEXT NOT NULL UNIQUE, login TEXT NOT NULL,
          PRIMARY KEY (attempt, code))
        """,
        "CREATE TABLE practice_tickets (id TEXT PRIMARY KEY, until INTEGER NOT NULL)",
      ])
  ]
}
