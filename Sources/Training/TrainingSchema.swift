import Records

/// The tables of cohorts, their participants, attendance, tests and certificates.
public enum TrainingSchema {
  public static let migrations: [Migration] =
    [
      Migration(
        "training-001",
        [
          """
          CREATE TABLE cohorts (
            id TEXT PRIMARY KEY, agency TEXT NOT NULL REFERENCES agencies (id), phase TEXT NOT NULL, place TEXT NOT NULL,
            province TEXT NOT NULL, from_day TEXT NOT NULL, until_day TEXT NOT NULL, seats INTEGER NOT NULL,
            institutions TEXT NOT NULL, questions TEXT NOT NULL, link_hash BLOB NOT NULL UNIQUE,
            opened_by TEXT NOT NULL REFERENCES members (id), opened_at INTEGER NOT NULL)
          """,
          "CREATE INDEX cohorts_agency ON cohorts (agency, from_day)",
          """
          CREATE TABLE training_sessions (
            id TEXT PRIMARY KEY, cohort TEXT NOT NULL REFERENCES cohorts (id), day TEXT NOT NULL, title TEXT NOT NULL)
          """,
          "CREATE INDEX training_sessions_cohort ON training_sessions (cohort)",
          """
          CREATE TABLE participants (
            id TEXT PRIMARY KEY, cohort TEXT NOT NULL REFERENCES cohorts (id), agency TEXT NOT NULL,
            institution TEXT NOT NULL, province TEXT NOT NULL, status TEXT NOT NULL, identity BLOB NOT NULL,
            epoch INTEGER NOT NULL, name_tag BLOB NOT NULL, link_hash BLOB NOT NULL UNIQUE,
            registered_at INTEGER NOT NULL)
          """,
          "CREATE INDEX participants_cohort ON participants (cohort, status)",
          """
          CREATE TABLE attendance (
            session TEXT NOT NULL REFERENCES training_sessions (id),
            participant TEXT NOT NULL REFERENCES participants (id), mark TEXT NOT NULL, marked_at INTEGER NOT NULL,
            PRIMARY KEY (session, participant))
          """,
          """
          CREATE TABLE test_answers (
            participant TEXT NOT NULL REFERENCES participants (id), occasion TEXT NOT NULL, question TEXT NOT NULL,
            mark REAL NOT NULL, response BLOB NOT NULL, epoch INTEGER NOT NULL, answered_at INTEGER NOT NULL,
            PRIMARY KEY (participant, occasion, question))
          """,
          """
          CREATE TABLE certificates (
            id TEXT PRIMARY KEY, participant TEXT NOT NULL UNIQUE REFERENCES participants (id),
            cohort TEXT NOT NULL REFERENCES cohorts (id), agency TEXT NOT NULL, issued_on TEXT NOT NULL,
            attended INTEGER NOT NULL, held INTEGER NOT NULL, code TEXT NOT NULL,
            issued_by TEXT NOT NULL REFERENCES members (id), issued_at INTEGER NOT NULL)
          """,
        ])
    ]
    + QuestionSchema.migrations
    + ProgrammeSchema.migrations
    + SeatSchema.migrations
    + CertificateSchema.migrations
    + RoomSchema.migrations
    + AfterSchema.migrations
    + AnnouncementSchema.migrations
}
