import Records

/// The tables of what comes after a course.
public enum AfterSchema {
  public static let migrations = [
    Migration(
      "training-after-001",
      [
        """
        CREATE TABLE follow_up_answers (
          participant TEXT NOT NULL REFERENCES participants (id), round INTEGER NOT NULL, question TEXT NOT NULL,
          is_anchor INTEGER NOT NULL, mark REAL NOT NULL, response BLOB NOT NULL, epoch INTEGER NOT NULL,
          came_by TEXT NOT NULL, answered_at INTEGER NOT NULL, PRIMARY KEY (participant, round, question))
        """,
        // Sealed to the agency's training key; only for the questions after the course.
        """
        CREATE TABLE participant_phones (
          participant TEXT PRIMARY KEY REFERENCES participants (id), phone BLOB NOT NULL, epoch INTEGER NOT NULL,
          given_at INTEGER NOT NULL)
        """,
        // Which version of a lesson a cohort was opened with.
        """
        CREATE TABLE cohort_lessons (
          cohort TEXT NOT NULL REFERENCES cohorts (id), lesson TEXT NOT NULL, version BLOB NOT NULL,
          PRIMARY KEY (cohort, lesson))
        """,
        // An agency agrees that its referrals are counted before and after its staff were trained.
        """
        CREATE TABLE training_evidence (
          agency TEXT PRIMARY KEY REFERENCES agencies (id), institution TEXT NOT NULL, province TEXT NOT NULL,
          given_by TEXT NOT NULL REFERENCES members (id), given_at INTEGER NOT NULL)
        """,
      ])
  ]
}
