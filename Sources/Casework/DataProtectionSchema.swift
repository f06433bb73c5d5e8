import Records

/// The tables of changes, holds, erasures, requests of the person, emergencies and breaches.
///
/// What must not outlive a person hangs on the case by a foreign key and goes with it; what must (that something was
/// erased, asked and answered, opened and reviewed) has none, and loses its sealed words.
enum DataProtectionSchema {
  static let migrations = [
    Migration(
      "data-protection-001",
      [
        // What stood there before each change, as it was sealed; nothing for the first.
        """
        CREATE TABLE case_content_changes (
          case_id TEXT NOT NULL REFERENCES cases (id), kind TEXT NOT NULL, revision INTEGER NOT NULL, replaced BLOB,
          changed_by TEXT NOT NULL, changed_at INTEGER NOT NULL, PRIMARY KEY (case_id, kind, revision))
        """,
        """
        CREATE TABLE person_content_changes (
          person TEXT NOT NULL REFERENCES persons (id), kind TEXT NOT NULL, revision INTEGER NOT NULL, replaced BLOB,
          changed_by TEXT NOT NULL, changed_at INTEGER NOT NULL, PRIMARY KEY (person, kind, revision))
        """,
        """
        CREATE TABLE case_fact_changes (
          case_id TEXT NOT NULL REFERENCES cases (id), revision INTEGER NOT NULL, kind TEXT NOT NULL,
          province TEXT NOT NULL, form TEXT, age_band TEXT NOT NULL, sex TEXT, changed_by TEXT NOT NULL,
          changed_at INTEGER NOT NULL, PRIMARY KEY (case_id, revision))
        """,
        "CREATE INDEX cases_closed ON cases (agency, closed_at) WHERE closed_at IS NOT NULL",
        """
        CREATE TABLE case_holds (
          id TEXT PRIMARY KEY, case_id TEXT NOT NULL REFERENCES cases (id), agency TEXT NOT NULL, reason BLOB NOT NULL,
          placed_by TEXT NOT NULL, placed_at INTEGER NOT NULL, lifted_by TEXT, lifted_at INTEGER, lift_reason BLOB)
        """,
        "CREATE INDEX case_holds_case ON case_holds (case_id)",
        """
        CREATE TABLE case_restrictions (
          case_id TEXT PRIMARY KEY REFERENCES cases (id), agency TEXT NOT NULL, set_by TEXT NOT NULL,
          set_at INTEGER NOT NULL)
        """,
        """
        CREATE TABLE case_erasures (
          id TEXT PRIMARY KEY, case_id TEXT NOT NULL, agency TEXT NOT NULL, ground TEXT NOT NULL, schedule TEXT,
          proposed_by TEXT NOT NULL, proposed_at INTEGER NOT NULL, decided_by TEXT, decided_at INTEGER, outcome TEXT)
        """,
        "CREATE INDEX case_erasures_agency ON case_erasures (agency, proposed_at)",
        "CREATE INDEX case_erasures_case ON case_erasures (case_id)",
        // Codes that stay for figures. No identifier, no moment, no order.
        """
        CREATE TABLE kept_case_facts (
          agency TEXT NOT NULL, status TEXT NOT NULL, month TEXT NOT NULL, kind TEXT NOT NULL, province TEXT NOT NULL,
          form TEXT, age_band TEXT NOT NULL, sex TEXT)
        """,
        """
        CREATE TABLE data_requests (
          id TEXT PRIMARY KEY, case_id TEXT NOT NULL, agency TEXT NOT NULL, kind TEXT NOT NULL, asked_day TEXT NOT NULL,
          due_day TEXT NOT NULL, words BLOB, epoch INTEGER, by_paper INTEGER NOT NULL, recorded_by TEXT NOT NULL,
          recorded_at INTEGER NOT NULL, answer TEXT, ground TEXT, reason BLOB, answered_by TEXT, answered_at INTEGER)
        """,
        "CREATE INDEX data_requests_open ON data_requests (agency, due_day) WHERE answer IS NULL",
        "CREATE INDEX data_requests_case ON data_requests (case_id)",
        """
        CREATE TABLE emergency_openings (
          id TEXT PRIMARY KEY, case_id TEXT NOT NULL, owner TEXT NOT NULL, agency TEXT NOT NULL, member TEXT NOT NULL,
          basis TEXT NOT NULL, reason BLOB, opened_at INTEGER NOT NULL, until INTEGER NOT NULL, ended_at INTEGER,
          review_due TEXT NOT NULL, verdict TEXT, words BLOB, reviewed_by TEXT, reviewed_at INTEGER)
        """,
        "CREATE INDEX emergency_openings_owner ON emergency_openings (owner, opened_at)",
        "CREATE INDEX emergency_openings_case ON emergency_openings (case_id, member)",
        "ALTER TABLE consents ADD COLUMN wall_named INTEGER NOT NULL DEFAULT 0",
      ]),
    Migration(
      "data-protection-002-breaches",
      [
        """
        CREATE TABLE breaches (
          id TEXT PRIMARY KEY, agency TEXT NOT NULL REFERENCES agencies (id), known_on TEXT NOT NULL,
          from_day TEXT NOT NULL, until_day TEXT NOT NULL, member TEXT, words BLOB NOT NULL, recorded_by TEXT NOT NULL,
          recorded_at INTEGER NOT NULL, closed_by TEXT, closed_at INTEGER)
        """,
        "CREATE INDEX breaches_agency ON breaches (agency, known_on)",
        """
        CREATE TABLE breach_notices (
          breach TEXT NOT NULL REFERENCES breaches (id), notice TEXT NOT NULL, told_on TEXT NOT NULL,
          recorded_by TEXT NOT NULL, recorded_at INTEGER NOT NULL, PRIMARY KEY (breach, notice))
        """,
      ]),
  ]

  /// What people asked for and nobody has answered, also where the case is closed. Used as `taskSources` are.
  static let taskSource = """
    INSERT INTO case_tasks (kind, id, case_id, agency, member, due_day)
    SELECT 'person_request', r.id, c.id, c.agency, r.recorded_by, r.due_day
    FROM cases c JOIN data_requests r ON r.case_id = c.id WHERE r.answer IS NULL
    """
}
