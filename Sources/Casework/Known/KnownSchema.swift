import Records

/// The tables of being known to another agency: secrets, encodings, questions, and what the asked agencies are told.
///
/// An encoding goes with its person by the foreign key. A notice names no case: neither agency learns a file of the other.
enum KnownSchema {
  static let migration = Migration(
    "casework-known-001",
    [
      "CREATE TABLE known_secrets (id TEXT PRIMARY KEY, sealed BLOB NOT NULL, made_at INTEGER NOT NULL)",
      // Without `sealed` too little is known of the person to find them.
      """
      CREATE TABLE known_encodings (
        person TEXT PRIMARY KEY REFERENCES persons (id), agency TEXT NOT NULL,
        secret TEXT NOT NULL REFERENCES known_secrets (id), sealed BLOB, expires_at INTEGER NOT NULL)
      """,
      "CREATE INDEX known_encodings_secret ON known_encodings (secret)",
      """
      CREATE TABLE known_questions (
        id TEXT PRIMARY KEY, agency TEXT NOT NULL, member TEXT NOT NULL, case_id TEXT REFERENCES cases (id),
        reason TEXT NOT NULL, asked_at INTEGER NOT NULL)
      """,
      "CREATE INDEX known_questions_agency ON known_questions (agency, asked_at)",
      "CREATE INDEX known_questions_case ON known_questions (case_id)",
      """
      CREATE TABLE known_notices (
        question TEXT NOT NULL REFERENCES known_questions (id), agency TEXT NOT NULL, seen_by TEXT, seen_at INTEGER,
        PRIMARY KEY (question, agency))
      """,
      "CREATE INDEX known_notices_agency ON known_notices (agency, seen_at)",
      "CREATE INDEX consents_purpose ON consents (agency, purpose)",
    ])
}
