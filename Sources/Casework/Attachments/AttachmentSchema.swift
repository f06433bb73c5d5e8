import Records

/// The tables of the files of cases: a sealed header a file, and its content in sealed parts.
public enum AttachmentSchema {
  public static let migrations = [
    Migration(
      "casework-attachments-001",
      [
        """
        CREATE TABLE case_attachments (
          id TEXT PRIMARY KEY, case_id TEXT NOT NULL REFERENCES cases (id), agency TEXT NOT NULL, kind TEXT NOT NULL,
          parts INTEGER NOT NULL, sealed BLOB NOT NULL, added_by TEXT NOT NULL, added_at INTEGER NOT NULL)
        """,
        "CREATE INDEX case_attachments_case ON case_attachments (case_id, added_at)",
        """
        CREATE TABLE case_attachment_parts (
          attachment TEXT NOT NULL REFERENCES case_attachments (id), number INTEGER NOT NULL, sealed BLOB NOT NULL,
          PRIMARY KEY (attachment, number))
        """,
      ])
  ]
}
