import Records

/// The tables of papers as they were drawn and of an agency's own questions.
enum QuestionSchema {
  static let migrations = [
    Migration(
      "training-questions-001",
      [
        """
        CREATE TABLE cohort_papers (
          cohort TEXT NOT NULL REFERENCES cohorts (id), place INTEGER NOT NULL, name TEXT NOT NULL,
          version TEXT NOT NULL, texts TEXT NOT NULL, PRIMARY KEY (cohort, place))
        """,
        """
        CREATE TABLE own_questions (
          agency TEXT NOT NULL REFERENCES agencies (id), name TEXT NOT NULL, revision INTEGER NOT NULL,
          course TEXT NOT NULL, texts TEXT NOT NULL, is_retired INTEGER NOT NULL,
          saved_by TEXT NOT NULL REFERENCES members (id), saved_at INTEGER NOT NULL,
          PRIMARY KEY (agency, name, revision))
        """,
      ])
  ]
}
