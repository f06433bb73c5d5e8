import Records

/// The tables of persons, cases, consents, services, follow-ups and closures.
///
/// Coded columns are plain; whatever a person said or is called lies sealed in `person_contents`, `case_contents` and
/// the `BLOB` columns. Each sealed row counts its revisions on its own, so that two people who work on two parts of
/// one file don't stand in each other's way.
public enum CaseworkSchema {
  public static let migrations =
    fileMigrations + followUpMigrations + DataProtectionSchema.migrations + AttachmentSchema.migrations
    + ReceiptSchema.migrations + FactSchema.migrations + CaseOpeningSchema.migrations
    + TransferSchema.migrations

  private static let fileMigrations = [
    Migration(
      "casework-001",
      [
        """
        CREATE TABLE persons (
          id TEXT PRIMARY KEY, agency TEXT NOT NULL REFERENCES agencies (id),
          made_by TEXT NOT NULL REFERENCES members (id), made_at INTEGER NOT NULL)
        """,
        """
        CREATE TABLE person_contents (
          person TEXT NOT NULL REFERENCES persons (id), kind TEXT NOT NULL, revision INTEGER NOT NULL,
          sealed BLOB NOT NULL, PRIMARY KEY (person, kind))
        """,
        """
        CREATE TABLE person_index (
          agency TEXT NOT NULL, tag INTEGER NOT NULL, person TEXT NOT NULL REFERENCES persons (id),
          PRIMARY KEY (agency, tag, person))
        """,
        "CREATE INDEX person_index_person ON person_index (person)",
        """
        CREATE TABLE cases (
          id TEXT PRIMARY KEY, agency TEXT NOT NULL REFERENCES agencies (id), code TEXT NOT NULL UNIQUE,
          person TEXT NOT NULL REFERENCES persons (id), kind TEXT NOT NULL, status TEXT NOT NULL, month TEXT NOT NULL,
          province TEXT NOT NULL, form TEXT, age_band TEXT NOT NULL, sex TEXT, screening TEXT UNIQUE,
          opened_by TEXT NOT NULL REFERENCES members (id), opened_at INTEGER NOT NULL, closed_at INTEGER,
          closure_reason TEXT, due_day TEXT, revision INTEGER NOT NULL)
        """,
        "CREATE INDEX cases_opened ON cases (agency, opened_at, id)",
        "CREATE INDEX cases_status_opened ON cases (agency, status, opened_at, id)",
        "CREATE INDEX cases_due ON cases (agency, status, due_day, id)",
        "CREATE INDEX cases_member ON cases (agency, opened_by, opened_at, id)",
        "CREATE INDEX cases_person ON cases (person)",
        "CREATE INDEX cases_code ON cases (agency, code)",
        """
        CREATE TABLE case_contents (
          case_id TEXT NOT NULL REFERENCES cases (id), kind TEXT NOT NULL, revision INTEGER NOT NULL,
          sealed BLOB NOT NULL, PRIMARY KEY (case_id, kind))
        """,
        """
        CREATE TABLE consents (
          id TEXT PRIMARY KEY, case_id TEXT NOT NULL REFERENCES cases (id), agency TEXT NOT NULL, basis TEXT NOT NULL,
          purpose TEXT NOT NULL, recipient TEXT NOT NULL REFERENCES agencies (id), kinds TEXT NOT NULL, until INTEGER,
          decided_by TEXT, language TEXT, interpreter INTEGER NOT NULL, read_aloud INTEGER NOT NULL,
          witness INTEGER NOT NULL, document BLOB, given_at INTEGER NOT NULL, given_by TEXT NOT NULL,
          withdrawn_at INTEGER, withdrawn_by TEXT)
        """,
        "CREATE INDEX consents_case ON consents (case_id, given_at)",
        """
        CREATE TABLE case_services (
          id TEXT PRIMARY KEY, case_id TEXT NOT NULL REFERENCES cases (id), agency TEXT NOT NULL,
          service TEXT NOT NULL, day TEXT NOT NULL, provider TEXT REFERENCES agencies (id), amount_cents INTEGER,
          outcome TEXT, detail BLOB, recorded_by TEXT NOT NULL, recorded_at INTEGER NOT NULL)
        """,
        "CREATE INDEX case_services_case ON case_services (case_id, day)",
        """
        CREATE TABLE case_follow_ups (
          id TEXT PRIMARY KEY, case_id TEXT NOT NULL REFERENCES cases (id), agency TEXT NOT NULL,
          due_day TEXT NOT NULL, done_day TEXT, note BLOB, result BLOB, planned_by TEXT NOT NULL,
          planned_at INTEGER NOT NULL)
        """,
        "CREATE INDEX case_follow_ups_case ON case_follow_ups (case_id, due_day)",
        """
        CREATE TABLE case_closures (
          case_id TEXT NOT NULL REFERENCES cases (id), number INTEGER NOT NULL, reason TEXT NOT NULL, summary BLOB,
          closed_at INTEGER NOT NULL, closed_by TEXT NOT NULL, reopened_at INTEGER, reopened_by TEXT,
          PRIMARY KEY (case_id, number))
        """,
      ]),
    Migration(
      "casework-002-counts",
      // The figures are read from this index alone, in its order.
      ["CREATE INDEX cases_counts ON cases (month, province, agency, status, kind, form, age_band, sex)"]),
    Migration(
      "casework-003-exploitation",
      [
        """
        CREATE TABLE case_exploitation_events (
          id TEXT PRIMARY KEY, case_id TEXT NOT NULL REFERENCES cases (id), agency TEXT NOT NULL, stage TEXT NOT NULL,
          country TEXT, province TEXT, form TEXT, sector TEXT, transports TEXT NOT NULL, crossing TEXT NOT NULL,
          crossing_way TEXT, revision INTEGER NOT NULL, detail BLOB, words BLOB, recorded_by TEXT NOT NULL,
          recorded_at INTEGER NOT NULL)
        """,
        "CREATE INDEX case_exploitation_events_case ON case_exploitation_events (case_id)",
        """
        CREATE TABLE case_perpetrators (
          id TEXT PRIMARY KEY, case_id TEXT NOT NULL REFERENCES cases (id), agency TEXT NOT NULL, role TEXT NOT NULL,
          relation TEXT, revision INTEGER NOT NULL, detail BLOB, recorded_by TEXT NOT NULL,
          recorded_at INTEGER NOT NULL)
        """,
        "CREATE INDEX case_perpetrators_case ON case_perpetrators (case_id)",
      ]),
    Migration(
      "casework-004-assessments",
      [
        """
        CREATE TABLE case_assessments (
          id TEXT PRIMARY KEY, case_id TEXT NOT NULL REFERENCES cases (id), agency TEXT NOT NULL, kind TEXT NOT NULL,
          level TEXT NOT NULL, day TEXT NOT NULL, due_day TEXT NOT NULL, content BLOB NOT NULL,
          is_latest INTEGER NOT NULL, recorded_by TEXT NOT NULL, recorded_at INTEGER NOT NULL)
        """,
        "CREATE INDEX case_assessments_case ON case_assessments (case_id, kind, day)",
      ]),
    Migration(
      "casework-005-plans",
      [
        """
        CREATE TABLE case_plans (
          case_id TEXT PRIMARY KEY REFERENCES cases (id), agency TEXT NOT NULL, version INTEGER NOT NULL)
        """,
        """
        CREATE TABLE case_goals (
          id TEXT PRIMARY KEY, case_id TEXT NOT NULL REFERENCES cases (id), agency TEXT NOT NULL, state TEXT NOT NULL,
          revision INTEGER NOT NULL, content BLOB NOT NULL, recorded_by TEXT NOT NULL, recorded_at INTEGER NOT NULL)
        """,
        "CREATE INDEX case_goals_case ON case_goals (case_id)",
        """
        CREATE TABLE case_actions (
          id TEXT PRIMARY KEY, case_id TEXT NOT NULL REFERENCES cases (id), agency TEXT NOT NULL,
          goal TEXT NOT NULL REFERENCES case_goals (id), due_day TEXT NOT NULL, provider TEXT REFERENCES agencies (id),
          responsible TEXT NOT NULL REFERENCES members (id), done_day TEXT, outcome TEXT,
          service TEXT REFERENCES case_services (id), revision INTEGER NOT NULL, content BLOB, result BLOB,
          recorded_by TEXT NOT NULL, recorded_at INTEGER NOT NULL)
        """,
        "CREATE INDEX case_actions_case ON case_actions (case_id, due_day)",
        """
        CREATE TABLE case_plan_marks (
          id TEXT PRIMARY KEY, case_id TEXT NOT NULL REFERENCES cases (id), agency TEXT NOT NULL, kind TEXT NOT NULL,
          version INTEGER NOT NULL, day TEXT NOT NULL, way TEXT, note BLOB, made_by TEXT NOT NULL,
          made_at INTEGER NOT NULL)
        """,
        "CREATE INDEX case_plan_marks_case ON case_plan_marks (case_id)",
      ]),
    Migration(
      "casework-006-tasks",
      [
        """
        CREATE TABLE case_tasks (
          kind TEXT NOT NULL, id TEXT NOT NULL, case_id TEXT NOT NULL REFERENCES cases (id), agency TEXT NOT NULL,
          member TEXT NOT NULL, due_day TEXT NOT NULL, PRIMARY KEY (kind, id))
        """,
        "CREATE INDEX case_tasks_due ON case_tasks (agency, due_day, kind, id)",
        "CREATE INDEX case_tasks_member ON case_tasks (agency, member, due_day, kind, id)",
        "CREATE INDEX case_tasks_case ON case_tasks (case_id)",
        "CREATE INDEX consents_until ON consents (agency, until)",
        """
        CREATE TABLE case_calendar_links (
          member TEXT PRIMARY KEY REFERENCES members (id), serial INTEGER NOT NULL, link_hash BLOB UNIQUE)
        """,
      ] + taskSources),
    CaseFindSchema.lists, CaseFindSchema.links, CaseFindSchema.merges, CaseFindSchema.tags, KnownSchema.migration,
  ]

  /// What is due in open cases, from where it stands. Part of a schema step: never changed.
  static let taskSources = [
    """
    INSERT INTO case_tasks (kind, id, case_id, agency, member, due_day)
    SELECT 'follow_up', f.id, c.id, c.agency, f.planned_by, f.due_day
    FROM cases c JOIN case_follow_ups f ON f.case_id = c.id WHERE c.status = 'open' AND f.done_day IS NULL
    """,
    """
    INSERT INTO case_tasks (kind, id, case_id, agency, member, due_day)
    SELECT 'action', a.id, c.id, c.agency, a.responsible, a.due_day
    FROM cases c JOIN case_actions a ON a.case_id = c.id WHERE c.status = 'open' AND a.done_day IS NULL
    """,
    """
    INSERT INTO case_tasks (kind, id, case_id, agency, member, due_day)
    SELECT s.kind || '_assessment', s.id, c.id, c.agency, s.recorded_by, s.due_day
    FROM cases c JOIN case_assessments s ON s.case_id = c.id WHERE c.status = 'open' AND s.is_latest = 1
    """,
  ]
}
