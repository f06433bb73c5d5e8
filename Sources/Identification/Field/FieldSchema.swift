import Records

/// The tables of what phones send from the field.
public enum FieldSchema {
  public static let migrations = [
    Migration(
      "field-001",
      [
        // The name is sealed under the root secret: people write their own name on their phone.
        """
        CREATE TABLE field_devices (
          id TEXT PRIMARY KEY, agency TEXT NOT NULL REFERENCES agencies (id),
          member TEXT NOT NULL REFERENCES members (id), public_key BLOB NOT NULL, name BLOB NOT NULL,
          enrolled_at INTEGER NOT NULL, heard_at INTEGER, skew INTEGER, revoked_at INTEGER, revoked_by TEXT)
        """,
        "CREATE INDEX field_devices_agency ON field_devices (agency, member)",
        // The body is what the phone signed; it is emptied when it has become a screening or was discarded. Its hash,
        // its signature and its receipt stay.
        """
        CREATE TABLE field_operations (
          id TEXT PRIMARY KEY, device TEXT NOT NULL REFERENCES field_devices (id), op BLOB NOT NULL,
          agency TEXT NOT NULL REFERENCES agencies (id), member TEXT NOT NULL REFERENCES members (id),
          sequence INTEGER NOT NULL, kind TEXT NOT NULL, record TEXT NOT NULL, branch BLOB NOT NULL,
          trunk INTEGER NOT NULL, base INTEGER NOT NULL, epoch INTEGER NOT NULL, province TEXT, age_group TEXT,
          language TEXT NOT NULL, client_time INTEGER NOT NULL, sent_at INTEGER NOT NULL,
          received_at INTEGER NOT NULL, skew INTEGER, way TEXT NOT NULL, hash BLOB NOT NULL, body BLOB,
          signature BLOB NOT NULL, outcome TEXT NOT NULL, cause TEXT, receipt BLOB NOT NULL,
          receipt_signature BLOB NOT NULL, state TEXT NOT NULL, decided_at INTEGER, decided_by TEXT, reason BLOB,
          screening TEXT, danger_since INTEGER, danger_settled_at INTEGER, danger_settled_by TEXT, danger_reason BLOB,
          danger_carried INTEGER NOT NULL, UNIQUE (device, op))
        """,
        "CREATE INDEX field_operations_inbox ON field_operations (agency, state, received_at)",
        "CREATE INDEX field_operations_record ON field_operations (record, agency)",
        "CREATE INDEX field_operations_device ON field_operations (device, received_at)",
      ])
  ]
}
