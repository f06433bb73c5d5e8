import Records

/// The tables and indices by which cases and persons are found, joined and told apart.
enum CaseFindSchema {
  static let lists =
    Migration(
      "casework-find-001-lists",
      [
        "CREATE INDEX cases_kind ON cases (agency, kind, opened_at, id)",
        "CREATE INDEX cases_province ON cases (agency, province, opened_at, id)",
        "CREATE INDEX cases_form ON cases (agency, form, opened_at, id)",
        """
        CREATE TABLE case_lists (
          id TEXT PRIMARY KEY, member TEXT NOT NULL REFERENCES members (id), name BLOB NOT NULL, choice TEXT NOT NULL,
          saved_at INTEGER NOT NULL)
        """,
        "CREATE INDEX case_lists_member ON case_lists (member, saved_at)",
        // Tags can only be made with a member's key: those of before are made anew when a member searches.
        "ALTER TABLE persons ADD COLUMN tag_rule INTEGER NOT NULL DEFAULT 1",
        "CREATE INDEX persons_tag_rule ON persons (agency, tag_rule)",
      ])

  static let links =
    Migration(
      "casework-find-002-links",
      [
        """
        CREATE TABLE case_links (
          id TEXT PRIMARY KEY, agency TEXT NOT NULL, one TEXT NOT NULL REFERENCES cases (id),
          other TEXT NOT NULL REFERENCES cases (id), kind TEXT NOT NULL, made_by TEXT NOT NULL,
          made_at INTEGER NOT NULL, ended_by TEXT, ended_at INTEGER)
        """,
        "CREATE INDEX case_links_one ON case_links (one)",
        "CREATE INDEX case_links_other ON case_links (other)",
      ])

  static let merges =
    Migration(
      "casework-find-003-merges",
      [
        "ALTER TABLE persons ADD COLUMN merged_into TEXT",
        """
        CREATE TABLE person_merges (
          id TEXT PRIMARY KEY, agency TEXT NOT NULL, kept TEXT NOT NULL REFERENCES persons (id),
          gone TEXT NOT NULL REFERENCES persons (id), choices TEXT NOT NULL, made_by TEXT NOT NULL,
          made_at INTEGER NOT NULL, undone_by TEXT, undone_at INTEGER)
        """,
        "CREATE INDEX person_merges_kept ON person_merges (kept, made_at)",
        "CREATE INDEX person_merges_gone ON person_merges (gone)",
        """
        CREATE TABLE person_merge_contents (
          merge_id TEXT NOT NULL REFERENCES person_merges (id), kind TEXT NOT NULL, revision INTEGER NOT NULL,
          sealed BLOB, merged_revision INTEGER NOT NULL, PRIMARY KEY (merge_id, kind))
        """,
        """
        CREATE TABLE person_merge_cases (
          merge_id TEXT NOT NULL REFERENCES person_merges (id), case_id TEXT NOT NULL REFERENCES cases (id),
          person TEXT NOT NULL, sex TEXT, age_band TEXT NOT NULL, revision INTEGER NOT NULL,
          PRIMARY KEY (merge_id, case_id))
        """,
      ])

  /// The index of names as one tree: a tag is its agency's own already, and the rows are what is looked up by.
  static let tags =
    Migration(
      "casework-find-004-tags",
      [
        """
        CREATE TABLE person_tags (
          tag INTEGER NOT NULL, person TEXT NOT NULL REFERENCES persons (id), PRIMARY KEY (tag, person)) WITHOUT ROWID
        """,
        "INSERT INTO person_tags (tag, person) SELECT tag, person FROM person_index",
        "CREATE INDEX person_tags_person ON person_tags (person)",
        "DROP TABLE person_index",
        // A code is found by the index that keeps it the only one.
        "DROP INDEX cases_code",
      ])
}
