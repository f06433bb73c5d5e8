import Records

/// The table of coded facts. It repeats what stands in other tables, without identity, so that figures are read from one
/// place and say the same everywhere.
enum FactSchema {
  static let migrations = [
    Migration(
      "casework-facts-001",
      [
        """
        CREATE TABLE case_facts (
          case_id TEXT PRIMARY KEY REFERENCES cases (id), agency TEXT NOT NULL, year TEXT NOT NULL, kind TEXT NOT NULL,
          province TEXT NOT NULL, form TEXT NOT NULL, age_band TEXT NOT NULL, sex TEXT NOT NULL, status TEXT NOT NULL,
          screened TEXT NOT NULL, assisted TEXT NOT NULL, crossed_border TEXT NOT NULL, sector TEXT NOT NULL,
          origin TEXT NOT NULL, destination TEXT NOT NULL, recruiter TEXT NOT NULL)
        """,
        "CREATE INDEX case_facts_year ON case_facts (year, province, form)",
        source,
      ]),
    // Each change has a number, so that who keeps the rows in memory reads only what is newer.
    Migration(
      "casework-facts-002-changes",
      [
        "ALTER TABLE case_facts ADD COLUMN change INTEGER NOT NULL DEFAULT 0",
        "CREATE INDEX case_facts_change ON case_facts (change, case_id)",
        "CREATE TABLE fact_changes (place INTEGER PRIMARY KEY, number INTEGER NOT NULL)",
        "INSERT INTO fact_changes (place, number) VALUES (1, 0)",
      ]),
    // Who asks for tables asks the memory of facts; what is left to the store reads all rows anyway.
    Migration("casework-facts-003-no-year-index", ["DROP INDEX case_facts_year"]),
  ]

  /// A case's facts, from where they stand. Part of a schema step: never changed; a new column gets a step and a
  /// statement of its own.
  static let source = "INSERT INTO case_facts (\(columns))\nSELECT \(selected)\nFROM cases c"

  /// The columns of `source`, and what stands in each.
  static let columns = """
    case_id, agency, year, kind, province, form, age_band, sex, status, screened, assisted,
      crossed_border, sector, origin, destination, recruiter
    """
  static let selected = """
    c.id, c.agency, substr(c.month, 1, 4), c.kind, c.province, COALESCE(c.form, 'unknown'), c.age_band,
      COALESCE(c.sex, 'not_asked'), c.status, CASE WHEN c.screening IS NULL THEN 'no' ELSE 'yes' END,
      CASE WHEN EXISTS (SELECT 1 FROM case_services s WHERE s.case_id = c.id) THEN 'yes' ELSE 'not_asked' END,
      CASE
        WHEN EXISTS (SELECT 1 FROM case_exploitation_events e WHERE e.case_id = c.id AND e.crossing = 'yes') THEN 'yes'
        WHEN EXISTS (SELECT 1 FROM case_exploitation_events e WHERE e.case_id = c.id AND e.crossing = 'unknown')
          THEN 'unknown'
        WHEN EXISTS (SELECT 1 FROM case_exploitation_events e WHERE e.case_id = c.id AND e.crossing = 'no') THEN 'no'
        ELSE 'not_asked' END,
      (SELECT CASE WHEN COUNT(*) = 0 THEN 'not_asked' WHEN COUNT(e.sector) = 0 THEN 'unknown'
          WHEN MIN(e.sector) = MAX(e.sector) THEN MIN(e.sector) ELSE 'several' END
        FROM case_exploitation_events e WHERE e.case_id = c.id AND e.stage = 'exploitation'),
      (SELECT CASE WHEN COUNT(*) = 0 THEN 'not_asked' WHEN COUNT(e.country) = 0 THEN 'unknown'
          WHEN MIN(e.country) = MAX(e.country) THEN MIN(e.country) ELSE 'several' END
        FROM case_exploitation_events e WHERE e.case_id = c.id AND e.stage = 'recruitment'),
      (SELECT CASE WHEN COUNT(*) = 0 THEN 'not_asked' WHEN COUNT(e.country) = 0 THEN 'unknown'
          WHEN MIN(e.country) = MAX(e.country) THEN MIN(e.country) ELSE 'several' END
        FROM case_exploitation_events e WHERE e.case_id = c.id AND e.stage = 'exploitation'),
      (SELECT CASE WHEN COUNT(*) = 0 THEN 'not_asked' WHEN COUNT(p.relation) = 0 THEN 'unknown'
          WHEN MIN(p.relation) = MAX(p.relation) THEN MIN(p.relation) ELSE 'several' END
        FROM case_perpetrators p WHERE p.case_id = c.id AND p.role = 'recruiter')
    """
}
