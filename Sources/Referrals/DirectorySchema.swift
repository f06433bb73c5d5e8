import Records

/// The tables of the directory.
public enum DirectorySchema {
  public static let migrations = [
    Migration(
      "referrals-directory-001",
      [
        // An entry is one service with its organisation and places, as HSDS; nothing in it concerns a person who is
        // helped, and an undisclosed place has no address to be stored.
        """
        CREATE TABLE directory_entries (
          service TEXT PRIMARY KEY, agency TEXT REFERENCES agencies (id), content TEXT NOT NULL,
          kept_by_owner INTEGER NOT NULL, changed_at INTEGER NOT NULL, revision INTEGER NOT NULL)
        """,
        "CREATE INDEX directory_entries_agency ON directory_entries (agency)",
        // Which entries speak of the same organisation or place.
        """
        CREATE TABLE directory_parts (
          part TEXT NOT NULL, service TEXT NOT NULL REFERENCES directory_entries (service),
          PRIMARY KEY (part, service))
        """,
        "CREATE INDEX directory_parts_service ON directory_parts (service)",
        // Counts up with every change, so that a server knows when what it holds in memory is old.
        "CREATE TABLE directory_state (id INTEGER PRIMARY KEY, version INTEGER NOT NULL)",
        "INSERT INTO directory_state (id, version) VALUES (1, 0)",
        // A file that was read and not yet stored: what it would change is looked at first.
        """
        CREATE TABLE directory_drafts (
          id TEXT PRIMARY KEY, member TEXT NOT NULL REFERENCES members (id), read_at INTEGER NOT NULL,
          services INTEGER NOT NULL, left_out INTEGER NOT NULL, content TEXT NOT NULL, stored_at INTEGER)
        """,
        "CREATE INDEX directory_drafts_read ON directory_drafts (read_at)",
      ]),
    Migration(
      "referrals-directory-002",
      [
        // The entries that the public may read, each with the agency that kept it when it was said; none where nobody
        // did. What is not here is not shown.
        """
        CREATE TABLE directory_public (
          service TEXT PRIMARY KEY REFERENCES directory_entries (service), agency TEXT REFERENCES agencies (id),
          shown_by TEXT NOT NULL REFERENCES members (id), shown_at INTEGER NOT NULL)
        """
      ]),
  ]
}
