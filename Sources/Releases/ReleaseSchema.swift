import Records

/// The tables of releases. Nothing in them is about a person; what was published is never changed or deleted, because what
/// was public once stays known.
public enum ReleaseSchema {
  public static let migrations = [
    Migration(
      "releases-001",
      [
        """
        CREATE TABLE releases (
          id TEXT PRIMARY KEY, slug TEXT NOT NULL, version INTEGER NOT NULL, state TEXT NOT NULL,
          revision INTEGER NOT NULL, title_es TEXT NOT NULL, title_en TEXT NOT NULL, note_es TEXT NOT NULL,
          note_en TEXT NOT NULL, choice TEXT NOT NULL, drafted_by TEXT NOT NULL, drafted_at INTEGER NOT NULL,
          checked_by TEXT, checked_at INTEGER, counted_on TEXT, published_by TEXT, published_at INTEGER,
          withdrawn_by TEXT, withdrawn_at INTEGER, reason_es TEXT NOT NULL, reason_en TEXT NOT NULL, frozen TEXT,
          document TEXT)
        """,
        // One address, one release; a discarded draft gives its address back.
        "CREATE UNIQUE INDEX releases_address ON releases (slug, version) WHERE state <> 'discarded'",
        "CREATE INDEX releases_published ON releases (published_at) WHERE published_at IS NOT NULL",
      ]),
    Migration(
      "releases-002",
      [
        """
        CREATE TABLE record_releases (
          id TEXT PRIMARY KEY, slug TEXT NOT NULL, version INTEGER NOT NULL, state TEXT NOT NULL,
          revision INTEGER NOT NULL, title_es TEXT NOT NULL, title_en TEXT NOT NULL, note_es TEXT NOT NULL,
          note_en TEXT NOT NULL, choice TEXT NOT NULL, report TEXT NOT NULL, counted_on TEXT NOT NULL,
          drafted_by TEXT NOT NULL, drafted_at INTEGER NOT NULL, published_by TEXT, published_at INTEGER,
          withdrawn_by TEXT, withdrawn_at INTEGER, reason_es TEXT NOT NULL, reason_en TEXT NOT NULL)
        """,
        "CREATE UNIQUE INDEX record_releases_address ON record_releases (slug, version) WHERE state <> 'discarded'",
        // Apart, so that lists do not load it; it goes when a release is discarded or withdrawn.
        """
        CREATE TABLE record_release_files (
          release_id TEXT PRIMARY KEY REFERENCES record_releases (id), content BLOB NOT NULL)
        """,
      ]),
  ]
}
