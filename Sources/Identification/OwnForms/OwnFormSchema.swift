import Records

/// The tables of an agency's own forms and of what is filled in on them.
public enum OwnFormSchema {
  public static let migrations = [
    Migration(
      "identification-own-forms-001",
      [
        // A form's file is the agency's content and names nobody; it is kept once for each version.
        """
        CREATE TABLE own_form_versions (
          id TEXT PRIMARY KEY, form TEXT NOT NULL, agency TEXT NOT NULL REFERENCES agencies (id), code TEXT NOT NULL,
          title TEXT NOT NULL, label TEXT NOT NULL, status TEXT NOT NULL, file BLOB NOT NULL, read_at INTEGER NOT NULL,
          read_by TEXT NOT NULL REFERENCES members (id), adopted_at INTEGER, adopted_by TEXT REFERENCES members (id))
        """,
        "CREATE INDEX own_form_versions_form ON own_form_versions (agency, form, status)",
        """
        CREATE TABLE own_form_fillings (
          id TEXT PRIMARY KEY, version TEXT NOT NULL REFERENCES own_form_versions (id), form TEXT NOT NULL,
          agency TEXT NOT NULL REFERENCES agencies (id), member TEXT NOT NULL REFERENCES members (id),
          status TEXT NOT NULL, begun_at INTEGER NOT NULL, touched_at INTEGER NOT NULL, finished_at INTEGER)
        """,
        "CREATE INDEX own_form_fillings_work ON own_form_fillings (agency, status, touched_at)",
        "CREATE INDEX own_form_fillings_version ON own_form_fillings (version, status, finished_at)",
        // What is sealed: the answers of one page each.
        """
        CREATE TABLE own_form_parts (
          filling TEXT NOT NULL REFERENCES own_form_fillings (id), part TEXT NOT NULL, revision INTEGER NOT NULL,
          answered INTEGER NOT NULL, content BLOB NOT NULL, saved_at INTEGER NOT NULL, PRIMARY KEY (filling, part))
        """,
      ])
  ]
}
