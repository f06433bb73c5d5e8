import Records

/// The tables of what members are told: in `AccountsSchema`, so that every room can tell.
enum NoticeSchema {
  static let notices = Migration(
    "accounts-005-notices",
    [
      // One row for a member and an event: what makes a notice exist once, however many servers look.
      """
      CREATE TABLE notices (
        id TEXT PRIMARY KEY, member TEXT NOT NULL REFERENCES members (id), event TEXT NOT NULL, kind TEXT NOT NULL,
        about_kind TEXT NOT NULL, about TEXT NOT NULL, at INTEGER NOT NULL, silent INTEGER NOT NULL, read_at INTEGER,
        mail_at INTEGER, mail TEXT, UNIQUE (member, event))
      """,
      "CREATE INDEX notices_member ON notices (member, at)",
      "CREATE INDEX notices_unread ON notices (member) WHERE read_at IS NULL",
      "CREATE INDEX notices_about ON notices (about_kind, about)",
      "CREATE INDEX notices_at ON notices (at)",
      "CREATE INDEX notices_mail ON notices (mail)",
      """
      CREATE TABLE notice_choices (
        member TEXT PRIMARY KEY REFERENCES members (id), ways TEXT NOT NULL, waiting TEXT NOT NULL,
        quiet_from TEXT, quiet_until TEXT, daily_at TEXT NOT NULL, browser INTEGER NOT NULL,
        offset_minutes INTEGER NOT NULL, revision INTEGER NOT NULL)
      """,
      // Addresses lie sealed. One that waits for its code stands beside the one in use.
      """
      CREATE TABLE mail_addresses (
        member TEXT PRIMARY KEY REFERENCES members (id), address BLOB, confirmed_at INTEGER, refused_at INTEGER,
        pending BLOB, code_tag BLOB, code_until INTEGER, code_tries INTEGER NOT NULL)
      """,
      """
      CREATE TABLE mail_outbox (
        id TEXT PRIMARY KEY, member TEXT NOT NULL REFERENCES members (id), matter TEXT NOT NULL, content BLOB,
        state TEXT NOT NULL, queued_at INTEGER NOT NULL, try_at INTEGER NOT NULL, attempts INTEGER NOT NULL,
        failure TEXT, lease TEXT, lease_until INTEGER, ended_at INTEGER)
      """,
      "CREATE INDEX mail_outbox_due ON mail_outbox (state, try_at)",
      "CREATE INDEX mail_outbox_lease ON mail_outbox (lease)",
      "CREATE INDEX mail_outbox_member ON mail_outbox (member, matter)",
      // A member's new notices share one mail until it has gone.
      """
      CREATE UNIQUE INDEX mail_outbox_once ON mail_outbox (member) WHERE state = 'waiting' AND matter = 'notices'
      """,
    ])
}
