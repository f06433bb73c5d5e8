import Records

/// The tables of plans. Nothing in them is about a person who is helped. Days are counted from 1970, so that thousands of
/// them are read in a moment.
public enum NationalPlanSchema {
  public static let migrations = [
    Migration(
      "national-plan-001",
      [
        """
        CREATE TABLE plans (
          id TEXT PRIMARY KEY, code TEXT NOT NULL, version INTEGER NOT NULL, name_es TEXT NOT NULL,
          name_en TEXT NOT NULL, level TEXT NOT NULL, place TEXT NOT NULL, from_day INTEGER NOT NULL, until_day INTEGER,
          note_es TEXT, note_en TEXT, source TEXT NOT NULL, certainty TEXT NOT NULL, taken_at INTEGER NOT NULL,
          taken_by TEXT NOT NULL REFERENCES members (id))
        """,
        "CREATE UNIQUE INDEX plans_version ON plans (code, version)",
        """
        CREATE TABLE plan_axes (
          plan TEXT NOT NULL REFERENCES plans (id), code TEXT NOT NULL, place INTEGER NOT NULL, name_es TEXT NOT NULL,
          name_en TEXT NOT NULL, source TEXT NOT NULL, certainty TEXT NOT NULL, PRIMARY KEY (plan, code))
        """,
        """
        CREATE TABLE plan_objectives (
          plan TEXT NOT NULL REFERENCES plans (id), code TEXT NOT NULL, axis TEXT NOT NULL, name_es TEXT NOT NULL,
          name_en TEXT NOT NULL, revision INTEGER NOT NULL, PRIMARY KEY (plan, code))
        """,
        """
        CREATE TABLE plan_indicators (
          plan TEXT NOT NULL REFERENCES plans (id), code TEXT NOT NULL, objective TEXT NOT NULL, name_es TEXT NOT NULL,
          name_en TEXT NOT NULL, unit_es TEXT NOT NULL, unit_en TEXT NOT NULL, baseline INTEGER, target INTEGER,
          falls INTEGER NOT NULL, source TEXT NOT NULL, how_es TEXT NOT NULL, how_en TEXT NOT NULL, live TEXT,
          revision INTEGER NOT NULL, PRIMARY KEY (plan, code))
        """,
        """
        CREATE TABLE plan_values (
          id TEXT PRIMARY KEY, plan TEXT NOT NULL REFERENCES plans (id), indicator TEXT NOT NULL, day INTEGER NOT NULL,
          number INTEGER NOT NULL, source TEXT NOT NULL)
        """,
        "CREATE INDEX plan_values_plan ON plan_values (plan)",
        """
        CREATE TABLE plan_activities (
          plan TEXT NOT NULL REFERENCES plans (id), code TEXT NOT NULL, objective TEXT NOT NULL, name_es TEXT NOT NULL,
          name_en TEXT NOT NULL, lead_by TEXT NOT NULL, partners TEXT NOT NULL, provinces TEXT NOT NULL,
          canton TEXT NOT NULL, from_day INTEGER NOT NULL, until_day INTEGER NOT NULL, depends_on TEXT NOT NULL,
          state TEXT NOT NULL, done_on INTEGER, result TEXT NOT NULL, evidence TEXT NOT NULL, revision INTEGER NOT NULL,
          PRIMARY KEY (plan, code))
        """,
        """
        CREATE TABLE plan_money (
          id TEXT PRIMARY KEY, plan TEXT NOT NULL REFERENCES plans (id), activity TEXT NOT NULL, kind TEXT NOT NULL,
          source TEXT NOT NULL, currency TEXT NOT NULL, cents INTEGER NOT NULL, day INTEGER NOT NULL)
        """,
        "CREATE INDEX plan_money_plan ON plan_money (plan)",
        // What happened to which part, for “since the last meeting”.
        """
        CREATE TABLE plan_changes (
          id TEXT PRIMARY KEY, plan TEXT NOT NULL REFERENCES plans (id), changed_at INTEGER NOT NULL, kind TEXT NOT NULL,
          part TEXT NOT NULL, state TEXT, agency TEXT NOT NULL)
        """,
        "CREATE INDEX plan_changes_plan ON plan_changes (plan, changed_at)",
        """
        CREATE TABLE plan_meetings (
          id TEXT PRIMARY KEY, plan TEXT NOT NULL REFERENCES plans (id), day INTEGER NOT NULL, title TEXT NOT NULL,
          minutes TEXT NOT NULL, revision INTEGER NOT NULL)
        """,
        "CREATE INDEX plan_meetings_plan ON plan_meetings (plan, day)",
        """
        CREATE TABLE plan_decisions (
          id TEXT PRIMARY KEY, plan TEXT NOT NULL REFERENCES plans (id),
          meeting TEXT NOT NULL REFERENCES plan_meetings (id), words TEXT NOT NULL, owner_code TEXT NOT NULL,
          due INTEGER NOT NULL, activity TEXT NOT NULL, done_on INTEGER, revision INTEGER NOT NULL)
        """,
        "CREATE INDEX plan_decisions_plan ON plan_decisions (plan)",
        """
        CREATE TABLE plan_report_texts (
          plan TEXT NOT NULL REFERENCES plans (id), year INTEGER NOT NULL, section TEXT NOT NULL,
          language TEXT NOT NULL, words TEXT NOT NULL, revision INTEGER NOT NULL,
          PRIMARY KEY (plan, year, section, language))
        """,
        """
        CREATE TABLE plan_institution_names (
          id TEXT PRIMARY KEY, institution TEXT NOT NULL, name_es TEXT NOT NULL, name_en TEXT NOT NULL, from_day INTEGER,
          until_day INTEGER, source TEXT NOT NULL)
        """,
        """
        CREATE TABLE plan_successions (
          institution TEXT NOT NULL, successor TEXT NOT NULL, kind TEXT NOT NULL, day INTEGER, source TEXT NOT NULL,
          PRIMARY KEY (institution, successor))
        """,
      ]),
    // What was entered by mistake stays to be seen and counts nowhere.
    Migration(
      "national-plan-002",
      ["plan_values", "plan_money"].map { "ALTER TABLE \($0) ADD COLUMN is_struck INTEGER NOT NULL DEFAULT 0" }),
    // Whether anything changed is read from an index alone.
    Migration(
      "national-plan-003", ["CREATE INDEX plan_activities_revision ON plan_activities (plan, revision)"]),
  ]
}
