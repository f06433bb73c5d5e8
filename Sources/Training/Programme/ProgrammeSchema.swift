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
      ])
  ]
}
