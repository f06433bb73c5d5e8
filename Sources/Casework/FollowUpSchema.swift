import Records

/// The tables of clocks, closing by two people, conferences, returns, flags and agreed plans.
extension CaseworkSchema {
  static let followUpMigrations = [
    Migration(
      "casework-clocks",
      [
        """
        CREATE TABLE case_clocks (
          id TEXT PRIMARY KEY, case_id TEXT NOT NULL REFERENCES cases (id), agency TEXT NOT NULL, kind TEXT NOT NULL,
          start_day TEXT NOT NULL, days INTEGER NOT NULL, counts TEXT NOT NULL, warn_days INTEGER NOT NULL,
          extend_days INTEGER NOT NULL, acts INTEGER NOT NULL, by_document INTEGER NOT NULL, member TEXT NOT NULL,
          due_day TEXT, ended_day TEXT, revision INTEGER NOT NULL, document BLOB, recorded_at INTEGER NOT NULL)
        """,
        "CREATE INDEX case_clocks_case ON case_clocks (case_id)",
        """
        CREATE TABLE case_clock_events (
          id TEXT PRIMARY KEY, clock TEXT NOT NULL REFERENCES case_clocks (id), case_id TEXT NOT NULL,
          agency TEXT NOT NULL, move TEXT NOT NULL, day TEXT NOT NULL, days INTEGER, reason BLOB,
          made_by TEXT NOT NULL, made_at INTEGER NOT NULL)
        """,
        "CREATE INDEX case_clock_events_case ON case_clock_events (case_id)",
      ]),
    // In the order in which they were made, whatever the time of day was: what comes last says whether the clock stands.
    Migration(
      "casework-clocks-002", ["ALTER TABLE case_clock_events ADD COLUMN place INTEGER NOT NULL DEFAULT 0"]),
    Migration(
      "casework-closing",
      [
        """
        CREATE TABLE case_closing_proposals (
          id TEXT PRIMARY KEY, case_id TEXT NOT NULL REFERENCES cases (id), agency TEXT NOT NULL, reason TEXT NOT NULL,
          summary BLOB, proposed_by TEXT NOT NULL, proposed_at INTEGER NOT NULL, answer TEXT, words BLOB,
          answered_by TEXT, answered_at INTEGER)
        """,
        "CREATE INDEX case_closing_proposals_case ON case_closing_proposals (case_id, proposed_at)",
        // At most one waits in each case.
        """
        CREATE UNIQUE INDEX case_closing_proposals_open ON case_closing_proposals (case_id) WHERE answer IS NULL
        """,
        """
        CREATE INDEX case_closing_proposals_waiting ON case_closing_proposals (agency, proposed_at)
        WHERE answer IS NULL
        """,
        "ALTER TABLE case_closures ADD COLUMN proposal TEXT",
        "ALTER TABLE case_closures ADD COLUMN reopen_reason BLOB",
        // Reopened by somebody who may not decide it alone; 0 for what was reopened before and for what was confirmed.
        "ALTER TABLE case_closures ADD COLUMN unconfirmed INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE case_closures ADD COLUMN confirmed_by TEXT",
        "ALTER TABLE case_closures ADD COLUMN confirmed_at INTEGER",
        "CREATE INDEX case_closures_unconfirmed ON case_closures (unconfirmed) WHERE unconfirmed = 1",
      ]),
    Migration(
      "casework-conferences",
      [
        """
        CREATE TABLE case_conferences (
          id TEXT PRIMARY KEY, case_id TEXT NOT NULL REFERENCES cases (id), agency TEXT NOT NULL, state TEXT NOT NULL,
          day TEXT NOT NULL, revision INTEGER NOT NULL, content BLOB NOT NULL, minutes BLOB, planned_by TEXT NOT NULL,
          planned_at INTEGER NOT NULL)
        """,
        "CREATE INDEX case_conferences_case ON case_conferences (case_id, day)",
        // A colleague, or another agency with the consent it takes part on.
        """
        CREATE TABLE case_conference_seats (
          conference TEXT NOT NULL REFERENCES case_conferences (id), case_id TEXT NOT NULL, member TEXT, guest TEXT,
          consent TEXT, attended INTEGER)
        """,
        "CREATE INDEX case_conference_seats_conference ON case_conference_seats (conference)",
        "CREATE INDEX case_conference_seats_case ON case_conference_seats (case_id)",
        "CREATE INDEX case_conference_seats_guest ON case_conference_seats (guest) WHERE guest IS NOT NULL",
        """
        CREATE TABLE case_conference_decisions (
          id TEXT PRIMARY KEY, conference TEXT NOT NULL REFERENCES case_conferences (id), case_id TEXT NOT NULL,
          agency TEXT NOT NULL, owner TEXT NOT NULL, provider TEXT, due_day TEXT NOT NULL, done_day TEXT, words BLOB,
          result BLOB, recorded_by TEXT NOT NULL, recorded_at INTEGER NOT NULL)
        """,
        "CREATE INDEX case_conference_decisions_case ON case_conference_decisions (case_id)",
      ]),
    Migration(
      "casework-returns",
      [
        """
        CREATE TABLE case_returns (
          id TEXT PRIMARY KEY, case_id TEXT NOT NULL REFERENCES cases (id), agency TEXT NOT NULL, state TEXT NOT NULL,
          country TEXT NOT NULL, departure_day TEXT NOT NULL, receiver TEXT, content BLOB NOT NULL,
          revision INTEGER NOT NULL, planned_by TEXT NOT NULL, planned_at INTEGER NOT NULL)
        """,
        "CREATE INDEX case_returns_case ON case_returns (case_id)",
        """
        CREATE TABLE case_return_steps (
          id TEXT PRIMARY KEY, return_id TEXT NOT NULL REFERENCES case_returns (id), case_id TEXT NOT NULL,
          agency TEXT NOT NULL, move TEXT NOT NULL, day TEXT NOT NULL, decided_by TEXT, way TEXT, assessment TEXT,
          words BLOB, made_by TEXT NOT NULL, made_at INTEGER NOT NULL, number INTEGER NOT NULL)
        """,
        "CREATE INDEX case_return_steps_case ON case_return_steps (case_id)",
      ]),
    Migration(
      "casework-flags",
      [
        """
        CREATE TABLE case_flags (
          id TEXT PRIMARY KEY, case_id TEXT NOT NULL REFERENCES cases (id), agency TEXT NOT NULL, member TEXT NOT NULL,
          due_day TEXT NOT NULL, words BLOB, answer BLOB, raised_by TEXT NOT NULL, raised_at INTEGER NOT NULL,
          resolved_by TEXT, resolved_at INTEGER)
        """,
        "CREATE INDEX case_flags_case ON case_flags (case_id)",
        """
        CREATE TABLE case_plan_versions (
          case_id TEXT NOT NULL REFERENCES cases (id), version INTEGER NOT NULL, agency TEXT NOT NULL,
          content BLOB NOT NULL, kept_at INTEGER NOT NULL, PRIMARY KEY (case_id, version))
        """,
        """
        CREATE INDEX case_assessments_risk ON case_assessments (agency, level, due_day, id)
        WHERE kind = 'risk' AND is_latest = 1
        """,
      ]),
  ]

  /// What is due in open cases beside `taskSources`. Each waits for the table it reads.
  static let furtherTaskSources = [
    """
    INSERT INTO case_tasks (kind, id, case_id, agency, member, due_day)
    SELECT 'clock', k.id, c.id, c.agency, k.member, k.due_day
    FROM cases c JOIN case_clocks k ON k.case_id = c.id WHERE c.status = 'open' AND k.due_day IS NOT NULL
    """,
    """
    INSERT INTO case_tasks (kind, id, case_id, agency, member, due_day)
    SELECT 'conference', k.id, c.id, c.agency, k.planned_by, k.day
    FROM cases c JOIN case_conferences k ON k.case_id = c.id WHERE c.status = 'open' AND k.state = 'planned'
    """,
    """
    INSERT INTO case_tasks (kind, id, case_id, agency, member, due_day)
    SELECT 'decision', k.id, c.id, c.agency, k.owner, k.due_day
    FROM cases c JOIN case_conference_decisions k ON k.case_id = c.id WHERE c.status = 'open' AND k.done_day IS NULL
    """,
    """
    INSERT INTO case_tasks (kind, id, case_id, agency, member, due_day)
    SELECT 'person_return', k.id, c.id, c.agency, k.planned_by, k.departure_day
    FROM cases c JOIN case_returns k ON k.case_id = c.id
    WHERE c.status = 'open' AND k.state NOT IN ('confirmed', 'cancelled')
    """,
    """
    INSERT INTO case_tasks (kind, id, case_id, agency, member, due_day)
    SELECT 'flag', k.id, c.id, c.agency, k.member, k.due_day
    FROM cases c JOIN case_flags k ON k.case_id = c.id WHERE c.status = 'open' AND k.resolved_at IS NULL
    """,
  ]
}
