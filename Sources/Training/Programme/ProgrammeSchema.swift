import Records

/// The tables of people across cohorts, and what a cohort's programme needs.
enum ProgrammeSchema {
  static let migrations = [
    Migration(
      "training-programme-001",
      [
        // Every participant has a row of the same id here; whoever took part before points to the first one's.
        """
        CREATE TABLE trainees (
          id TEXT PRIMARY KEY, agency TEXT NOT NULL REFERENCES agencies (id), name_tag BLOB, document_tag BLOB,
          made_at INTEGER NOT NULL)
        """,
        "CREATE INDEX trainees_name ON trainees (agency, name_tag)",
        "CREATE INDEX trainees_document ON trainees (agency, document_tag)",
        """
        INSERT INTO trainees (id, agency, name_tag, document_tag, made_at)
          SELECT id, agency, NULL, NULL, registered_at FROM participants
        """,
        "ALTER TABLE participants ADD COLUMN trainee TEXT NOT NULL DEFAULT ''",
        "UPDATE participants SET trainee = id",
        "CREATE INDEX participants_trainee ON participants (agency, trainee)",
        "ALTER TABLE participants ADD COLUMN sex TEXT",
        // Pairs of which a trainer said that they are two people.
        """
        CREATE TABLE trainees_apart (
          one TEXT NOT NULL REFERENCES trainees (id), other TEXT NOT NULL REFERENCES trainees (id),
          PRIMARY KEY (one, other))
        """,
      ]),
    Migration(
      "training-programme-002",
      [
        "ALTER TABLE cohorts ADD COLUMN revision INTEGER NOT NULL DEFAULT 1",
        "ALTER TABLE cohorts ADD COLUMN changed_at INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE cohorts ADD COLUMN cancelled_at INTEGER",
        "ALTER TABLE training_sessions ADD COLUMN begins TEXT",
        "ALTER TABLE training_sessions ADD COLUMN ends TEXT",
        "ALTER TABLE training_sessions ADD COLUMN room TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE training_sessions ADD COLUMN revision INTEGER NOT NULL DEFAULT 1",
        "ALTER TABLE training_sessions ADD COLUMN changed_at INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE training_sessions ADD COLUMN removed_at INTEGER",
        // A trainer is a member or somebody from outside; the name is sealed either way.
        """
        CREATE TABLE trainers (
          id TEXT PRIMARY KEY, agency TEXT NOT NULL REFERENCES agencies (id), member TEXT REFERENCES members (id),
          identity BLOB NOT NULL, epoch INTEGER NOT NULL, trained_by TEXT REFERENCES trainers (id),
          trained_at TEXT REFERENCES cohorts (id), made_at INTEGER NOT NULL)
        """,
        "CREATE INDEX trainers_agency ON trainers (agency)",
        """
        CREATE TABLE cohort_trainers (
          cohort TEXT NOT NULL REFERENCES cohorts (id), trainer TEXT NOT NULL REFERENCES trainers (id),
          PRIMARY KEY (cohort, trainer))
        """,
        """
        CREATE TABLE agenda_points (
          id TEXT PRIMARY KEY, cohort TEXT NOT NULL REFERENCES cohorts (id), day TEXT NOT NULL, begins TEXT NOT NULL,
          ends TEXT NOT NULL, title TEXT NOT NULL, course TEXT, is_break INTEGER NOT NULL, room TEXT NOT NULL,
          trainer TEXT REFERENCES trainers (id), revision INTEGER NOT NULL)
        """,
        "CREATE INDEX agenda_points_cohort ON agenda_points (cohort, day, begins)",
        // Amounts are cents of the pack's currency.
        """
        CREATE TABLE budget_lines (
          id TEXT PRIMARY KEY, cohort TEXT NOT NULL REFERENCES cohorts (id), kind TEXT NOT NULL,
          planned INTEGER NOT NULL, spent INTEGER, note BLOB, epoch INTEGER, revision INTEGER NOT NULL,
          made_at INTEGER NOT NULL)
        """,
        "CREATE INDEX budget_lines_cohort ON budget_lines (cohort)",
        """
        CREATE TABLE cohort_materials (
          cohort TEXT NOT NULL REFERENCES cohorts (id), kind TEXT NOT NULL, needed INTEGER, is_ready INTEGER NOT NULL,
          PRIMARY KEY (cohort, kind))
        """,
        """
        CREATE TABLE calendar_links (
          member TEXT PRIMARY KEY REFERENCES members (id), serial INTEGER NOT NULL, link_hash BLOB NOT NULL UNIQUE)
        """,
      ]),
  ]
}
