import Records

/// The tables of what editors write for the public. Nothing in them is about a person who is helped; versions, releases and
/// withdrawals are only added, but for the moment at which a release was taken back before it opened.
public enum PublicSiteSchema {
  public static let migrations = [
    Migration(
      "public-site-001",
      [
        """
        CREATE TABLE site_texts (
          id TEXT PRIMARY KEY, kind TEXT NOT NULL, slug TEXT NOT NULL, place INTEGER NOT NULL, pack_page TEXT,
          original TEXT NOT NULL, closes INTEGER, holder TEXT REFERENCES members (id), holder_note TEXT NOT NULL,
          revision INTEGER NOT NULL)
        """,
        "CREATE UNIQUE INDEX site_texts_slug ON site_texts (slug)",
        """
        CREATE TABLE site_versions (
          id TEXT PRIMARY KEY, site_text TEXT NOT NULL REFERENCES site_texts (id), language TEXT NOT NULL,
          number INTEGER NOT NULL, title TEXT NOT NULL, summary TEXT NOT NULL, body TEXT NOT NULL, office TEXT,
          address TEXT NOT NULL, phone TEXT NOT NULL, mail TEXT NOT NULL, embargo INTEGER, source TEXT,
          writer TEXT NOT NULL REFERENCES members (id), agency TEXT NOT NULL REFERENCES agencies (id),
          written_at INTEGER NOT NULL)
        """,
        "CREATE UNIQUE INDEX site_versions_number ON site_versions (site_text, language, number)",
        """
        CREATE TABLE site_releases (
          id TEXT PRIMARY KEY, site_text TEXT NOT NULL REFERENCES site_texts (id), language TEXT NOT NULL,
          version TEXT NOT NULL REFERENCES site_versions (id), opens INTEGER NOT NULL, kind TEXT NOT NULL,
          note TEXT NOT NULL, released_by TEXT NOT NULL REFERENCES members (id), released_at INTEGER NOT NULL,
          cancelled_at INTEGER)
        """,
        "CREATE INDEX site_releases_text ON site_releases (site_text)",
        """
        CREATE TABLE site_withdrawals (
          site_text TEXT NOT NULL REFERENCES site_texts (id), withdrawn_at INTEGER NOT NULL, reason_es TEXT NOT NULL,
          reason_en TEXT NOT NULL, withdrawn_by TEXT NOT NULL REFERENCES members (id),
          PRIMARY KEY (site_text, withdrawn_at))
        """,
      ])
  ]
}
