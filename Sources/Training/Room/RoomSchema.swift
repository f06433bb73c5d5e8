import Records

/// The tables of what happens in the training room.
///
/// Nothing here links a participant to a feedback form: see `FeedbackDesk`.
enum RoomSchema {
  static let migrations = [
    Migration(
      "training-room-001",
      [
        """
        CREATE TABLE room_numbers (
          participant TEXT PRIMARY KEY REFERENCES participants (id), cohort TEXT NOT NULL REFERENCES cohorts (id),
          number INTEGER NOT NULL, UNIQUE (cohort, number))
        """,
        """
        CREATE TABLE room_arrivals (
          session TEXT NOT NULL REFERENCES training_sessions (id),
          participant TEXT NOT NULL REFERENCES participants (id), late INTEGER NOT NULL, device BLOB,
          arrived_at INTEGER NOT NULL, PRIMARY KEY (session, participant))
        """,
        """
        CREATE TABLE room_sessions (
          session TEXT PRIMARY KEY REFERENCES training_sessions (id), late_from INTEGER)
        """,
        """
        CREATE TABLE quizzes (
          id TEXT PRIMARY KEY, cohort TEXT NOT NULL REFERENCES cohorts (id), lesson TEXT NOT NULL,
          questions TEXT NOT NULL, step INTEGER NOT NULL, opened_by TEXT NOT NULL REFERENCES members (id),
          opened_at INTEGER NOT NULL)
        """,
        "CREATE INDEX quizzes_cohort ON quizzes (cohort, opened_at)",
        """
        CREATE TABLE quiz_answers (
          quiz TEXT NOT NULL REFERENCES quizzes (id), question TEXT NOT NULL,
          participant TEXT NOT NULL REFERENCES participants (id), mark REAL NOT NULL, response BLOB NOT NULL,
          epoch INTEGER NOT NULL, on_paper INTEGER NOT NULL, answered_at INTEGER NOT NULL,
          PRIMARY KEY (quiz, question, participant))
        """,
        """
        CREATE TABLE test_papers (
          participant TEXT NOT NULL REFERENCES participants (id), occasion TEXT NOT NULL, unreadable INTEGER NOT NULL,
          entered_at INTEGER NOT NULL, PRIMARY KEY (participant, occasion))
        """,
        """
        CREATE TABLE feedback_counts (
          cohort TEXT NOT NULL REFERENCES cohorts (id), day TEXT NOT NULL, question TEXT NOT NULL,
          value INTEGER NOT NULL, forms INTEGER NOT NULL, PRIMARY KEY (cohort, day, question, value))
        """,
        """
        CREATE TABLE feedback_texts (
          id INTEGER PRIMARY KEY, cohort TEXT NOT NULL REFERENCES cohorts (id), day TEXT NOT NULL,
          question TEXT NOT NULL, sealed BLOB NOT NULL, epoch INTEGER NOT NULL)
        """,
        "CREATE TABLE feedback_given (tag INTEGER PRIMARY KEY)",
      ]),
    Migration(
      "training-room-002",
      [
        """
        CREATE TABLE quiz_papers (
          quiz TEXT NOT NULL REFERENCES quizzes (id), place INTEGER NOT NULL, name TEXT NOT NULL,
          version TEXT NOT NULL, texts TEXT NOT NULL, PRIMARY KEY (quiz, place))
        """
      ]),
  ]
}
