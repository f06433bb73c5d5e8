import Records

/// The tables of screenings.
public enum ScreeningSchema {
  public static let migrations = [
    Migration(
      "identification-001",
      [
        """
        CREATE TABLE screenings (
          id TEXT PRIMARY KEY, agency TEXT NOT NULL REFERENCES agencies (id),
          member TEXT NOT NULL REFERENCES members (id), province TEXT NOT NULL, age_group TEXT NOT NULL, sex TEXT,
          exploitation TEXT, interpreter TEXT NOT NULL, questions TEXT NOT NULL, instrument TEXT NOT NULL,
          instrument_version TEXT NOT NULL, status TEXT NOT NULL, begun_at INTEGER NOT NULL,
          touched_at INTEGER NOT NULL, finished_at INTEGER, decided_at INTEGER, outcome TEXT, pattern TEXT,
          decision TEXT, danger_since INTEGER, attached_case TEXT, attached_at INTEGER)
        """,
        "CREATE INDEX screenings_work ON screenings (agency, status, begun_at)",
        // What is sealed: who it is about, the safety check, one part for each topic, the explained result.
        """
        CREATE TABLE screening_parts (
          screening TEXT NOT NULL REFERENCES screenings (id), part TEXT NOT NULL, revision INTEGER NOT NULL,
          answered INTEGER NOT NULL, content BLOB NOT NULL, saved_at INTEGER NOT NULL, PRIMARY KEY (screening, part))
        """,
        // Only ever added to: a later decision stands beside the earlier ones.
        """
        CREATE TABLE screening_decisions (
          id TEXT PRIMARY KEY, screening TEXT NOT NULL REFERENCES screenings (id), agency TEXT NOT NULL,
          member TEXT NOT NULL REFERENCES members (id), decision TEXT NOT NULL, outcome TEXT, decided_at INTEGER NOT NULL,
          reason BLOB NOT NULL)
        """,
        "CREATE INDEX screening_decisions_screening ON screening_decisions (screening, decided_at)",
        """
        CREATE TABLE screening_dangers (
          screening TEXT NOT NULL REFERENCES screenings (id), reported_at INTEGER NOT NULL,
          reported_by TEXT NOT NULL REFERENCES members (id), settled_at INTEGER,
          settled_by TEXT REFERENCES members (id), reason BLOB, PRIMARY KEY (screening, reported_at))
        """,
      ]),
    Migration(
      "identification-002",
      [
        // The first screening of the same person, where a later one was begun anew from it.
        "ALTER TABLE screenings ADD COLUMN first_screening TEXT",
        "ALTER TABLE screenings ADD COLUMN seconds_spent INTEGER NOT NULL DEFAULT 0",
        "CREATE INDEX screenings_first ON screenings (agency, first_screening)",
      ]),
    Migration(
      "identification-003",
      [
        "ALTER TABLE screenings ADD COLUMN review TEXT",
        "ALTER TABLE screenings ADD COLUMN appeal_since INTEGER",
        // Since when something is presumed: the time for the formal decision runs from there.
        "ALTER TABLE screenings ADD COLUMN clock_since INTEGER",
        "ALTER TABLE screenings ADD COLUMN decision_received INTEGER NOT NULL DEFAULT 0",
        // In whose name a formal decision was made. With `received_on` it is another body's, known by its paper.
        "ALTER TABLE screening_decisions ADD COLUMN body TEXT",
        "ALTER TABLE screening_decisions ADD COLUMN decided_on TEXT",
        "ALTER TABLE screening_decisions ADD COLUMN received_on TEXT",
        "ALTER TABLE screening_decisions ADD COLUMN document BLOB",
        """
        CREATE TABLE screening_reviews (
          id TEXT PRIMARY KEY, screening TEXT NOT NULL REFERENCES screenings (id), agency TEXT NOT NULL,
          member TEXT NOT NULL REFERENCES members (id), verdict TEXT NOT NULL, decision TEXT,
          reviewed_at INTEGER NOT NULL, content BLOB NOT NULL)
        """,
        "CREATE INDEX screening_reviews_screening ON screening_reviews (screening, reviewed_at)",
        """
        CREATE TABLE screening_appeals (
          id TEXT PRIMARY KEY, screening TEXT NOT NULL REFERENCES screenings (id), agency TEXT NOT NULL,
          decision TEXT NOT NULL REFERENCES screening_decisions (id), side TEXT NOT NULL,
          member TEXT NOT NULL REFERENCES members (id), appealed_at INTEGER NOT NULL, grounds BLOB NOT NULL,
          answered_at INTEGER, answered_by TEXT REFERENCES members (id), stands INTEGER, answer TEXT, reason BLOB)
        """,
        "CREATE INDEX screening_appeals_screening ON screening_appeals (screening, appealed_at)",
        """
        CREATE TABLE screening_clock (
          id TEXT PRIMARY KEY, screening TEXT NOT NULL REFERENCES screenings (id), agency TEXT NOT NULL,
          member TEXT NOT NULL REFERENCES members (id), move TEXT NOT NULL, moved_at INTEGER NOT NULL,
          reason BLOB NOT NULL)
        """,
        "CREATE INDEX screening_clock_screening ON screening_clock (screening, moved_at)",
        // Who conducted an interview before it was handed over: nobody reviews an interview of their own.
        """
        CREATE TABLE screening_hands (
          screening TEXT NOT NULL REFERENCES screenings (id), member TEXT NOT NULL REFERENCES members (id),
          until INTEGER NOT NULL, PRIMARY KEY (screening, member))
        """,
        // What was presumed before has its clock from then on.
        """
        UPDATE screenings SET clock_since = (
          SELECT MIN(d.decided_at) FROM screening_decisions d
          WHERE d.screening = screenings.id AND d.decision = 'presumed')
        """,
      ]),
    figures,
  ]
}
