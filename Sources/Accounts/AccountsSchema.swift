import Records

/// The tables of agencies, members, their keys and their sessions.
public enum AccountsSchema {
  public static let migrations = [
    Migration(
      "accounts-001",
      [
        """
        CREATE TABLE agencies (
          id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, province TEXT NOT NULL,
          created_at INTEGER NOT NULL)
        """,
        """
        CREATE TABLE agency_keys (
          agency TEXT NOT NULL REFERENCES agencies (id), scope TEXT NOT NULL, epoch INTEGER NOT NULL,
          public_key BLOB NOT NULL, created_at INTEGER NOT NULL, PRIMARY KEY (agency, scope, epoch))
        """,
        """
        CREATE TABLE members (
          id TEXT PRIMARY KEY, agency TEXT NOT NULL REFERENCES agencies (id), login_tag BLOB NOT NULL UNIQUE,
          profile BLOB NOT NULL, roles TEXT NOT NULL, language TEXT NOT NULL, status TEXT NOT NULL, salt BLOB NOT NULL,
          passes INTEGER NOT NULL, kibibytes INTEGER NOT NULL, verifier BLOB NOT NULL, keys_by_password BLOB NOT NULL,
          recovery_verifier BLOB NOT NULL, keys_by_recovery BLOB NOT NULL, public_key BLOB NOT NULL,
          public_signing_key BLOB NOT NULL, one_time_secret BLOB, one_time_used INTEGER NOT NULL,
          created_at INTEGER NOT NULL, left_at INTEGER)
        """,
        "CREATE INDEX members_agency ON members (agency)",
        """
        CREATE TABLE agency_key_wraps (
          agency TEXT NOT NULL, scope TEXT NOT NULL, epoch INTEGER NOT NULL,
          member TEXT NOT NULL REFERENCES members (id), wrap BLOB NOT NULL,
          PRIMARY KEY (member, scope, epoch),
          FOREIGN KEY (agency, scope, epoch) REFERENCES agency_keys (agency, scope, epoch))
        """,
        """
        CREATE TABLE second_factor_codes (
          member TEXT NOT NULL REFERENCES members (id), hash BLOB NOT NULL, PRIMARY KEY (member, hash))
        """,
        """
        CREATE TABLE invitations (
          token_hash BLOB PRIMARY KEY, agency TEXT NOT NULL REFERENCES agencies (id), member TEXT NOT NULL,
          restores INTEGER NOT NULL, login_tag BLOB NOT NULL, profile BLOB NOT NULL, roles TEXT NOT NULL,
          expires_at INTEGER NOT NULL)
        """,
        """
        CREATE TABLE invitation_keys (
          token_hash BLOB NOT NULL REFERENCES invitations (token_hash) ON DELETE CASCADE, scope TEXT NOT NULL,
          epoch INTEGER NOT NULL, sealed BLOB NOT NULL, PRIMARY KEY (token_hash, scope, epoch))
        """,
        """
        CREATE TABLE sessions (
          token_hash BLOB PRIMARY KEY, member TEXT NOT NULL REFERENCES members (id), keys BLOB NOT NULL,
          renewed_at INTEGER NOT NULL, seen_at INTEGER NOT NULL, until INTEGER NOT NULL)
        """,
        "CREATE INDEX sessions_member ON sessions (member)",
        """
        CREATE TABLE sign_in_attempts (
          tag BLOB PRIMARY KEY, failures INTEGER NOT NULL, last_at INTEGER NOT NULL)
        """,
      ]),
    Migration(
      "accounts-002-record-keys",
      [
        // A member who is restored signs with a new key; what was granted under the old one still holds.
        """
        CREATE TABLE signing_keys (
          public_key BLOB PRIMARY KEY, member TEXT NOT NULL REFERENCES members (id), since INTEGER NOT NULL)
        """,
        "INSERT INTO signing_keys (public_key, member, since) SELECT public_signing_key, id, created_at FROM members",
        """
        CREATE TABLE record_key_wraps (
          subject TEXT NOT NULL, data_kind TEXT NOT NULL, recipient TEXT NOT NULL REFERENCES agencies (id),
          basis TEXT NOT NULL, epoch INTEGER NOT NULL, expires_at INTEGER, held INTEGER NOT NULL, sealed BLOB NOT NULL,
          signature BLOB NOT NULL, grantor TEXT NOT NULL REFERENCES members (id), grantor_key BLOB NOT NULL,
          granted_at INTEGER NOT NULL, PRIMARY KEY (subject, data_kind, recipient, basis))
        """,
      ]),
    Migration(
      "accounts-003-session-renewal",
      [
        // Which sign-in a token goes back to, and which token it was given in place of, until it is first used.
        "ALTER TABLE sessions ADD COLUMN sign_in BLOB",
        "ALTER TABLE sessions ADD COLUMN replaces BLOB",
        "CREATE INDEX sessions_sign_in ON sessions (sign_in)",
      ]),
    Migration(
      "accounts-004-erasure-keys",
      [
        // What a backup of the store leaves out. A subject without a secret was erased.
        "CREATE TABLE record_erasure_keys (subject TEXT PRIMARY KEY, secret BLOB)",
        "CREATE INDEX record_erasure_keys_erased ON record_erasure_keys (subject) WHERE secret IS NULL",
        // Wraps from before lie as they were until they are boxed, at the first start.
        "ALTER TABLE record_key_wraps ADD COLUMN boxed INTEGER NOT NULL DEFAULT 0",
        "CREATE INDEX record_key_wraps_unboxed ON record_key_wraps (subject) WHERE boxed = 0",
      ]),
    NoticeSchema.notices,
    Migration(
      "accounts-005-api-keys",
      [
        // A program is a member that no password opens: its keys lie under the secret it was given, as a session's do.
        // Secret's hash and sealed keys go when the key ends; the row stays, to say what it did in whose name.
        """
        CREATE TABLE api_keys (
          member TEXT PRIMARY KEY REFERENCES members (id), agency TEXT NOT NULL REFERENCES agencies (id),
          token_hash BLOB UNIQUE, keys BLOB, made_by TEXT NOT NULL, made_at INTEGER NOT NULL,
          expires_at INTEGER NOT NULL, ended_at INTEGER)
        """,
        "CREATE INDEX api_keys_agency ON api_keys (agency)",
        "CREATE INDEX api_keys_expiring ON api_keys (expires_at) WHERE ended_at IS NULL",
        "CREATE TABLE api_key_uses (member TEXT PRIMARY KEY, used_at INTEGER NOT NULL)",
      ]),
  ]
}
