import Records

/// The tables of issuer keys, signed credentials and withdrawn certificates. None holds a name.
enum CertificateSchema {
  static let migrations = [
    Migration(
      "training-papers-001",
      [
        """
        CREATE TABLE issuer_keys (
          public_key TEXT PRIMARY KEY, address TEXT NOT NULL, from_second INTEGER NOT NULL, until_second INTEGER,
          withdrawn_second INTEGER, sealed BLOB)
        """,
        """
        CREATE TABLE certificate_credentials (
          certificate TEXT PRIMARY KEY, subject BLOB NOT NULL, issuer_key TEXT NOT NULL REFERENCES issuer_keys (public_key),
          signed_second INTEGER NOT NULL)
        """,
        """
        CREATE TABLE withdrawn_certificates (
          id TEXT PRIMARY KEY, participant TEXT NOT NULL, cohort TEXT NOT NULL REFERENCES cohorts (id),
          agency TEXT NOT NULL, issued_on TEXT NOT NULL, attended INTEGER NOT NULL, held INTEGER NOT NULL,
          code TEXT NOT NULL, issued_by TEXT NOT NULL, issued_at INTEGER NOT NULL, reason TEXT NOT NULL,
          withdrawn_by TEXT NOT NULL REFERENCES members (id), withdrawn_at INTEGER NOT NULL)
        """,
      ]),
    // One of before holds for good, as its signature says.
    Migration(
      "training-papers-002",
      [
        "ALTER TABLE certificates ADD COLUMN valid_until TEXT",
        "ALTER TABLE withdrawn_certificates ADD COLUMN valid_until TEXT",
      ]),
  ]
}
